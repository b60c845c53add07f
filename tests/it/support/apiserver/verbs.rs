//! What a request asks for, and what comes of it.

use std::collections::BTreeMap;
use std::sync::Arc;

use http::{Method, StatusCode};
use jiff::Timestamp;
use serde_json::{Value, json};

use super::apply::apply;
use super::kinds::{Key, Target};
use super::refusal::{Refusal, removed};
use super::store::{Kept, Store};
use super::update::{Part, create, delete, update};
use super::yaml;

const APPLY: &str = "application/apply-patch+yaml";
const JSON_PATCH: &str = "application/json-patch+json";
pub(crate) const MERGE_PATCH: &str = "application/merge-patch+json";

/// A request, read.
#[derive(Clone, Debug)]
pub(crate) struct Call {
    pub(crate) method: Method,
    pub(crate) target: Target,
    pub(crate) query: BTreeMap<String, String>,
    pub(crate) content_type: String,
    pub(crate) body: Value,
}

/// What comes of a request.
#[derive(Debug)]
pub(crate) enum Reply {
    /// One answer.
    Whole(StatusCode, Arc<Value>),
    /// A list.
    List(String),
    /// Changes from a revision on, as they come.
    Watch(u64),
}

/// A write that was accepted.
#[derive(Debug)]
pub(crate) struct Written {
    pub(crate) key: Key,
    pub(crate) status: bool,
    /// Who wrote it, if it says so.
    pub(crate) manager: Option<String>,
    pub(crate) kept: Kept,
    /// The newest version, or the last one.
    pub(crate) object: Arc<Value>,
}

impl Call {
    pub(crate) fn parse(
        method: Method,
        uri: &http::Uri,
        content_type: &str,
        body: &[u8],
    ) -> Result<Self, Refusal> {
        let target = Target::parse(uri.path()).ok_or_else(Refusal::no_such_resource)?;
        let query = uri.query().unwrap_or_default().split('&').filter_map(|pair| {
            let (name, value) = pair.split_once('=')?;
            Some((name.to_owned(), value.to_owned()))
        });
        let body = match body {
            [] => Ok(Value::Null),
            body if content_type == APPLY => serde_json::from_str(&yaml::read(body)?),
            body => serde_json::from_slice(body),
        };
        let body = body.map_err(|error| Refusal::bad_request(error.to_string()))?;
        let content_type = content_type.to_owned();
        Ok(Self { method, target, query: query.collect(), content_type, body })
    }

    /// The call in one word.
    pub(crate) fn operation(&self) -> &'static str {
        let single = self.target.name.is_some();
        match self.method {
            Method::GET if single => "get",
            Method::GET if self.is_watch() => "watch",
            Method::GET => "list",
            Method::POST => "create",
            Method::PUT => "replace",
            Method::DELETE => "delete",
            _ if self.target.status => "patch status",
            _ => "patch",
        }
    }

    fn is_watch(&self) -> bool {
        self.query.get("watch").is_some_and(|watch| watch == "1" || watch == "true")
    }

    fn key(&self) -> Result<Key, Refusal> {
        self.target.key().ok_or_else(Refusal::no_such_resource)
    }

    fn part(&self) -> Part {
        if self.target.status { Part::Status } else { Part::Main }
    }

    /// Executes the call.
    pub(crate) fn execute(
        self,
        store: &mut Store,
        now: Timestamp,
    ) -> Result<(Reply, Option<Written>), Refusal> {
        if self.query.contains_key("labelSelector") || self.query.contains_key("fieldSelector") {
            return Err(Refusal::bad_request("this apiserver has no selectors"));
        }
        match self.operation() {
            "get" => {
                let object = store.get(&self.key()?)?.object.clone();
                Ok((Reply::Whole(StatusCode::OK, object), None))
            }
            "list" => Ok((Reply::List(self.list(store)), None)),
            "watch" => {
                let from = self.query.get("resourceVersion").and_then(|from| from.parse().ok());
                Ok((Reply::Watch(from.unwrap_or_else(|| store.revision())), None))
            }
            "create" => self.create(store, now),
            "delete" => self.delete(store, now),
            _ => self.change(store),
        }
    }

    fn list(&self, store: &Store) -> String {
        let kind = self.target.kind;
        let (api_version, name, revision) = (kind.api_version(), kind.name, store.revision());
        let items = store.list(kind, self.target.namespace.as_deref()).join(",");
        format!(
            "{{\"apiVersion\":\"{api_version}\",\"kind\":\"{name}List\",\
             \"metadata\":{{\"resourceVersion\":\"{revision}\"}},\"items\":[{items}]}}"
        )
    }

    fn create(
        self,
        store: &mut Store,
        now: Timestamp,
    ) -> Result<(Reply, Option<Written>), Refusal> {
        let (Some(namespace), Some(name)) =
            (&self.target.namespace, self.body["metadata"]["name"].as_str())
        else {
            return Err(Refusal::bad_request("a namespace and a name are required"));
        };
        let plural = self.target.kind.plural;
        let key = Key { plural, namespace: namespace.clone(), name: name.to_owned() };
        let object = create(store, self.target.kind, key.clone(), self.body, now)?;
        let written = Written {
            key,
            status: false,
            manager: None,
            kept: Kept::Changed,
            object: object.clone(),
        };
        Ok((Reply::Whole(StatusCode::CREATED, object), Some(written)))
    }

    fn delete(
        self,
        store: &mut Store,
        now: Timestamp,
    ) -> Result<(Reply, Option<Written>), Refusal> {
        let key = self.key()?;
        let (kept, object) = delete(store, &key, &self.body, now)?;
        let answer = if kept == Kept::Removed {
            Arc::new(removed(self.target.kind, &key.name, &object["metadata"]["uid"]))
        } else {
            object.clone()
        };
        let written = Written { key, status: false, manager: None, kept, object };
        Ok((Reply::Whole(StatusCode::OK, answer), Some(written)))
    }

    /// Replaces or patches.
    fn change(self, store: &mut Store) -> Result<(Reply, Option<Written>), Refusal> {
        let (key, part) = (self.key()?, self.part());
        let manager = self.query.get("fieldManager").cloned();
        let status = self.target.status;
        let (kept, object) = if self.method == Method::PUT {
            update(store, self.target.kind, &key, self.body, part)?
        } else if self.content_type == APPLY {
            self.apply_status(store, &key)?
        } else {
            let mut new = Value::clone(&store.get(&key)?.object);
            match self.content_type.as_str() {
                MERGE_PATCH => json_patch::merge(&mut new, &self.body),
                JSON_PATCH => {
                    let patch: json_patch::Patch = serde_json::from_value(self.body.clone())
                        .map_err(|error| Refusal::bad_request(error.to_string()))?;
                    json_patch::patch(&mut new, &patch)
                        .map_err(|error| Refusal::invalid(error.to_string()))?;
                }
                other => return Err(Refusal::bad_request(format!("no patch type {other}"))),
            }
            update(store, self.target.kind, &key, new, part)?
        };
        let written = Written { key, status, manager, kept, object: object.clone() };
        Ok((Reply::Whole(StatusCode::OK, object), Some(written)))
    }

    /// Server-side apply of a status, which is all that the operator applies.
    fn apply_status(mut self, store: &mut Store, key: &Key) -> Result<(Kept, Arc<Value>), Refusal> {
        let manager = self.query.remove("fieldManager");
        let manager = manager.ok_or_else(|| Refusal::bad_request("fieldManager is required"))?;
        if !self.target.status || self.query.get("force").is_none_or(|force| force != "true") {
            return Err(Refusal::bad_request("only forced applies of a status are served"));
        }
        let schema = store.schema;
        let record = store.get(key)?;
        let sent = self.body.get_mut("status").map_or_else(|| json!({}), Value::take);
        if let Some(path) = schema.undeclared(&sent) {
            return Err(Refusal::undeclared(&path));
        }
        let before = record.applied.get(&manager);
        let first = before.is_none();
        let others = record.applied.iter().filter(|(other, _)| **other != manager);
        let others: Vec<_> = others.map(|(_, status)| status).collect();
        let mut status = record.object.get("status").cloned().unwrap_or_else(|| json!({}));
        apply(&mut status, before, &sent, &others, schema.member("status").unwrap());
        let proposed = json!({ "metadata": self.body["metadata"], "status": status });
        let (kept, object) = update(store, self.target.kind, key, proposed, Part::Status)?;
        if kept != Kept::Removed {
            store.get_mut(key)?.applied.insert(manager, sent);
        }
        if first && kept == Kept::Unchanged {
            // That this manager owns the fields too is a change of managedFields.
            return Ok((Kept::Changed, store.replace(key, Value::clone(&object))));
        }
        Ok((kept, object))
    }
}
