//! Kubeconfig files, written as JSON, which every reader of their YAML accepts.

use std::path::Path;

use serde_json::{Value, json};

/// How a kubeconfig's user proves who it is.
pub(crate) enum Credentials<'a> {
    /// Files with a client certificate and its key.
    Certificate { certificate: &'a Path, key: &'a Path },
    /// A bearer token, for example of a service account.
    Token(&'a str),
}

/// A kubeconfig for the apiserver at `url`, whose certificate `authority` signed.
pub(crate) fn kubeconfig(url: &str, authority: &Path, credentials: &Credentials<'_>) -> String {
    let user: Value = match credentials {
        Credentials::Certificate { certificate, key } => {
            json!({ "client-certificate": certificate, "client-key": key })
        }
        Credentials::Token(token) => json!({ "token": token }),
    };
    json!({
        "apiVersion": "v1",
        "kind": "Config",
        "current-context": "test-cluster",
        "contexts": [{
            "name": "test-cluster",
            "context": { "cluster": "test-cluster", "user": "test-cluster" },
        }],
        "clusters": [{
            "name": "test-cluster",
            "cluster": { "server": url, "certificate-authority": authority },
        }],
        "users": [{ "name": "test-cluster", "user": user }],
    })
    .to_string()
}
