//! Refusals, in the apiserver's own form.

use http::StatusCode;
use serde_json::{Value, json};

use super::kinds::{Key, Kind};

/// A refusal: HTTP status, reason and text.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Refusal {
    pub(crate) code: StatusCode,
    reason: &'static str,
    message: String,
}

impl Refusal {
    fn new(code: StatusCode, reason: &'static str, message: impl Into<String>) -> Self {
        Self { code, reason, message: message.into() }
    }

    pub(crate) fn not_found(key: &Key) -> Self {
        let message = format!("{} \"{}\" not found", key.plural, key.name);
        Self::new(StatusCode::NOT_FOUND, "NotFound", message)
    }

    pub(crate) fn no_such_resource() -> Self {
        let message = "the server could not find the requested resource";
        Self::new(StatusCode::NOT_FOUND, "NotFound", message)
    }

    pub(crate) fn already_exists(key: &Key) -> Self {
        let message = format!("{} \"{}\" already exists", key.plural, key.name);
        Self::new(StatusCode::CONFLICT, "AlreadyExists", message)
    }

    pub(crate) fn conflict(name: &str, why: &str) -> Self {
        let message = format!("Operation cannot be fulfilled on \"{name}\": {why}");
        Self::new(StatusCode::CONFLICT, "Conflict", message)
    }

    pub(crate) fn modified(name: &str) -> Self {
        Self::conflict(
            name,
            "the object has been modified; please apply your changes to the latest version and \
             try again",
        )
    }

    pub(crate) fn invalid(message: impl Into<String>) -> Self {
        Self::new(StatusCode::UNPROCESSABLE_ENTITY, "Invalid", message)
    }

    pub(crate) fn bad_request(message: impl Into<String>) -> Self {
        Self::new(StatusCode::BAD_REQUEST, "BadRequest", message)
    }

    pub(crate) fn internal() -> Self {
        let message = "Internal error occurred: etcdserver: request timed out";
        Self::new(StatusCode::INTERNAL_SERVER_ERROR, "InternalError", message)
    }

    /// An apply of a field that the CRD lacks: not pruned, and not the sender's fault.
    pub(crate) fn undeclared(path: &str) -> Self {
        let message = format!(
            "failed to create typed patch object (; spottraining.dev/v1alpha1, \
             Kind=SpotTrainingJob): {path}: field not declared in schema"
        );
        Self::new(StatusCode::INTERNAL_SERVER_ERROR, "", message)
    }

    pub(crate) fn expired(version: u64, oldest: u64) -> Self {
        let message = format!("too old resource version: {version} ({oldest})");
        Self::new(StatusCode::GONE, "Expired", message)
    }

    /// The `Status` object.
    pub(crate) fn body(&self) -> Value {
        json!({
            "kind": "Status", "apiVersion": "v1", "metadata": {}, "status": "Failure",
            "message": self.message, "reason": self.reason, "code": self.code.as_u16(),
        })
    }
}

/// The answer to a delete that removed the object at once.
pub(crate) fn removed(kind: &Kind, name: &str, uid: &Value) -> Value {
    json!({
        "kind": "Status", "apiVersion": "v1", "metadata": {}, "status": "Success",
        "details": { "name": name, "group": kind.group, "kind": kind.plural, "uid": uid },
    })
}
