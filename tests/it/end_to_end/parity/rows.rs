//! The behaviours of an apiserver that the operator builds on.

use futures::future::BoxFuture;
use serde_json::{Value, json};

use super::place::{Answer, Place, effect, words};

/// A behaviour.
pub(super) struct Row {
    pub(super) name: &'static str,
    pub(super) expected: &'static str,
    pub(super) act: Box<dyn Fn(Place) -> BoxFuture<'static, String>>,
}

fn row<F>(name: &'static str, expected: &'static str, act: impl Fn(Place) -> F + 'static) -> Row
where
    F: Future<Output = String> + Send + 'static,
{
    Row { name, expected, act: Box::new(move |place| Box::pin(act(place))) }
}

/// The version an object has.
fn version(object: &Value) -> Value {
    json!({ "resourceVersion": object["metadata"]["resourceVersion"] })
}

/// Conditions of one type each.
fn conditions(types: &[(&str, &str)]) -> Value {
    let condition = |(kind, reason): &(&str, &str)| {
        json!({
            "type": kind, "status": "True", "reason": reason, "message": "",
            "lastTransitionTime": "2026-01-01T00:00:00Z",
        })
    };
    types.iter().map(condition).collect()
}

/// Types and reasons of the conditions of a status.
fn listed(status: &Value) -> String {
    let conditions = status["conditions"].as_array().map_or(&[][..], Vec::as_slice);
    let words = conditions.iter().map(|condition| {
        let word = |member: &str| condition[member].as_str().unwrap();
        format!("{}/{}", word("type"), word("reason"))
    });
    words.collect::<Vec<_>>().join(" ")
}

/// A patch that adds a finalizer if the object has this version.
async fn add_finalizer(place: &Place, version: &Value, name: &str) -> Answer {
    let path = "/metadata/resourceVersion";
    let finalizers = json!({ "op": "add", "path": "/metadata/finalizers", "value": [name] });
    place.patch(&json!([{ "op": "test", "path": path, "value": version }, finalizers])).await
}

pub(super) fn rows() -> Vec<Row> {
    let mut rows = creation();
    rows.extend(writes());
    rows.extend(status_applies());
    rows.extend(ownership());
    rows.extend(deletion());
    rows.extend(watches());
    rows
}

fn creation() -> Vec<Row> {
    vec![
        row("a new object", "generation 1, uid of 36, time of 20 characters", async |p: Place| {
            let meta = p.created().await["metadata"].clone();
            let length = |name: &str| meta[name].as_str().unwrap().len();
            let (uid, time) = (length("uid"), length("creationTimestamp"));
            format!("generation {}, uid of {uid}, time of {time} characters", meta["generation"])
        }),
        row("a name that is taken", "409 AlreadyExists", async |p: Place| {
            p.created().await;
            words(p.create(&p.manifest()).await)
        }),
        row("unknown fields and a status of a new object", "null null", async |p: Place| {
            let mut manifest = p.manifest();
            manifest["spec"]["unknown"] = json!(1);
            manifest["status"] = json!({ "state": "Running" });
            let object = p.create(&manifest).await.unwrap();
            format!("{} {}", object["spec"]["unknown"], object["status"])
        }),
    ]
}

fn writes() -> Vec<Row> {
    vec![
        row("a patch of the spec", "new version, generation +1", async |p: Place| {
            let before = p.created().await;
            effect(&before, p.merge(&json!({ "spec": { "suspend": true } })).await)
        }),
        row("a patch that changes nothing", "same version, generation +0", async |p: Place| {
            p.created().await;
            let patch = json!({ "spec": { "suspend": true } });
            let before = p.merge(&patch).await.unwrap();
            effect(&before, p.merge(&patch).await)
        }),
        row("a patch of a label", "new version, generation +0", async |p: Place| {
            let before = p.created().await;
            effect(&before, p.merge(&json!({ "metadata": { "labels": { "a": "b" } } })).await)
        }),
        row("a status past its endpoint", "same version, generation +0", async |p: Place| {
            let before = p.created().await;
            effect(&before, p.merge(&json!({ "status": { "state": "Running" } })).await)
        }),
        row("a patch of nothing", "404 NotFound", async |p: Place| {
            words(p.merge(&json!({ "spec": { "suspend": true } })).await)
        }),
        row("a replacement of the version", "new version, generation +1", async |p: Place| {
            let before = p.created().await;
            let mut object = before.clone();
            object["spec"]["suspend"] = json!(true);
            effect(&before, p.replace(&object).await)
        }),
        row("a replacement of an old version", "409 Conflict", async |p: Place| {
            let mut object = p.created().await;
            p.merge(&json!({ "spec": { "suspend": true } })).await.unwrap();
            object["spec"]["suspend"] = json!(false);
            words(p.replace(&object).await)
        }),
    ]
}

fn status_applies() -> Vec<Row> {
    vec![
        row("a status at its version", "new version, generation +0", async |p: Place| {
            let before = p.created().await;
            let status = json!({ "state": "Running" });
            effect(&before, p.apply("a", &status, &version(&before)).await)
        }),
        row("the same status again", "same version, generation +0", async |p: Place| {
            p.created().await;
            let status = json!({ "state": "Running" });
            let before = p.apply("a", &status, &json!({})).await.unwrap();
            effect(&before, p.apply("a", &status, &version(&before)).await)
        }),
        row("the same status by another", "new version, generation +0", async |p: Place| {
            p.created().await;
            let status = json!({ "state": "Running" });
            let before = p.apply("a", &status, &json!({})).await.unwrap();
            effect(&before, p.apply("b", &status, &json!({})).await)
        }),
        row("a status at an old version", "409 Conflict", async |p: Place| {
            let before = p.created().await;
            p.merge(&json!({ "spec": { "suspend": true } })).await.unwrap();
            words(p.apply("a", &json!({ "state": "Running" }), &version(&before)).await)
        }),
        row("a status of another UID", "the object", async |p: Place| {
            p.created().await;
            let other = json!({ "uid": "00000000-0000-4000-a000-000000000000" });
            words(p.apply("a", &json!({ "state": "Running" }), &other).await)
        }),
        row("a status of nothing", "404 NotFound", async |p: Place| {
            words(p.apply("a", &json!({ "state": "Running" }), &json!({})).await)
        }),
        row("a field that the CRD lacks", "500 true; state null", async |p: Place| {
            p.created().await;
            let status = json!({ "state": "Running", "attempts": [{ "unknown": 1 }] });
            let answer = p.apply("a", &status, &json!({})).await;
            let Err(kube::Error::Api(refusal)) = answer else { return "accepted".to_owned() };
            let undeclared = refusal.message.contains("field not declared in schema");
            let state = p.get().await.unwrap()["status"]["state"].clone();
            format!("{} {undeclared}; state {state}", refusal.code)
        }),
    ]
}

fn ownership() -> Vec<Row> {
    vec![
        row("a field that is sent no more", r#"{"attempt":2}"#, async |p: Place| {
            p.created().await;
            p.status("a", json!({ "state": "Running", "attempt": 1 })).await;
            p.status("a", json!({ "attempt": 2 })).await.to_string()
        }),
        row("a field that another still has", r#""Running""#, async |p: Place| {
            p.created().await;
            p.status("a", json!({ "state": "Running", "attempt": 1 })).await;
            p.status("b", json!({ "state": "Running" })).await;
            p.status("a", json!({ "attempt": 1 })).await["state"].to_string()
        }),
        row(
            "conditions of two",
            "A/One B/One C/Two; A/Two B/One C/Two; C/Two",
            async |p: Place| {
                p.created().await;
                let status = |types| json!({ "conditions": conditions(types) });
                p.status("a", status(&[("A", "One"), ("B", "One")])).await;
                let first = p.status("c", status(&[("C", "Two")])).await;
                let both = p.status("a", status(&[("A", "Two"), ("B", "One")])).await;
                let one = p.status("a", json!({ "state": "Running" })).await;
                format!("{}; {}; {}", listed(&first), listed(&both), listed(&one))
            },
        ),
        row("a list without keys", "1 of 1, 2", async |p: Place| {
            p.created().await;
            let metric = |value: i64| json!({ "metricName": "loss", "value": value.to_string() });
            p.status("a", json!({ "finalMetrics": [metric(1), metric(2)] })).await;
            let status = p.status("a", json!({ "finalMetrics": [metric(2)] })).await;
            let metrics = status["finalMetrics"].as_array().unwrap();
            let value = metrics[0]["value"].as_str().unwrap();
            format!("{} of 1, {value}", metrics.len())
        }),
    ]
}

fn deletion() -> Vec<Row> {
    vec![
        row("a finalizer at the version", "new version, generation +0", async |p: Place| {
            let before = p.created().await;
            let version = &before["metadata"]["resourceVersion"];
            effect(&before, add_finalizer(&p, version, "example.com/a").await)
        }),
        row("a finalizer at an old version", "422 Invalid", async |p: Place| {
            let before = p.created().await;
            p.merge(&json!({ "spec": { "suspend": true } })).await.unwrap();
            let version = &before["metadata"]["resourceVersion"];
            words(add_finalizer(&p, version, "example.com/a").await)
        }),
        row("a deletion that has to wait", "new version, generation +1", async |p: Place| {
            let before = p.created_with_finalizers(&["example.com/a"]).await;
            effect(&before, p.delete(&Value::Null).await)
        }),
        row("the same deletion again", "same version, generation +0", async |p: Place| {
            p.created_with_finalizers(&["example.com/a"]).await;
            let before = p.delete(&Value::Null).await.unwrap();
            effect(&before, p.delete(&Value::Null).await)
        }),
        row("a finalizer of what is deleted", "422 Invalid", async |p: Place| {
            p.created_with_finalizers(&["example.com/a"]).await;
            p.delete(&Value::Null).await.unwrap();
            let path = "/metadata/finalizers/-";
            words(p.patch(&json!([{ "op": "add", "path": path, "value": "example.com/b" }])).await)
        }),
        row(
            "the last finalizer of what is deleted",
            "the object, 404 NotFound",
            async |p: Place| {
                p.created_with_finalizers(&["example.com/a"]).await;
                p.delete(&Value::Null).await.unwrap();
                let removed =
                    p.patch(&json!([{ "op": "remove", "path": "/metadata/finalizers/0" }])).await;
                format!("{}, {}", words(removed), words(p.get().await))
            },
        ),
        row("a deletion at once", "Success, 404 NotFound, 404 NotFound", async |p: Place| {
            p.created().await;
            let deleted = words(p.delete(&Value::Null).await);
            let again = words(p.delete(&Value::Null).await);
            format!("{deleted}, {}, {again}", words(p.get().await))
        }),
        row("a deletion of another UID", "409 Conflict", async |p: Place| {
            p.created().await;
            let uid = "00000000-0000-4000-a000-000000000000";
            words(p.delete(&json!({ "preconditions": { "uid": uid } })).await)
        }),
        row("a name that is used again", "another uid, generation 1", async |p: Place| {
            let old = p.created().await["metadata"]["uid"].clone();
            p.delete(&Value::Null).await.unwrap();
            let new = p.created().await["metadata"].clone();
            let uid = if new["uid"] == old { "the same uid" } else { "another uid" };
            format!("{uid}, generation {}", new["generation"])
        }),
    ]
}

fn watches() -> Vec<Row> {
    vec![
        row("a watch", "ADDED MODIFIED DELETED BOOKMARK", async |p: Place| {
            let before = p.revision().await;
            let seen = p.watch(&before, 4).await;
            p.created().await;
            p.merge(&json!({ "spec": { "suspend": true } })).await.unwrap();
            p.delete(&Value::Null).await.unwrap();
            seen.await
        }),
        row("a watch from an old version", "MODIFIED DELETED", async |p: Place| {
            let before = p.created().await["metadata"]["resourceVersion"].clone();
            p.merge(&json!({ "spec": { "suspend": true } })).await.unwrap();
            p.delete(&Value::Null).await.unwrap();
            p.watch(before.as_str().unwrap(), 1).await.await
        }),
        row("a watch from long ago", "ERROR 410", async |p: Place| p.watch("1", 4).await.await),
    ]
}
