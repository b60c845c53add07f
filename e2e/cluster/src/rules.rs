//! The operator's RBAC rules, bound to a user as the Helm chart binds them to its service account.

use serde::Deserialize;
use serde_json::{Value, json};

use crate::{Cluster, Error};

/// Where the operator keeps its lease when no setting names a namespace and it runs in no pod.
const LEASE_NAMESPACE: &str = "default";

/// The chart's `files/rules.yaml`: lists of `PolicyRule`.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Rules {
    /// Granted in every namespace.
    cluster: Vec<Value>,
    /// Granted in the namespace of the operator's lease only.
    leases: Vec<Value>,
}

impl Cluster {
    /// Grants `user` the rules of a chart's `files/rules.yaml`: its key `cluster` everywhere, its
    /// key `leases` in the namespace `default`.
    pub fn bind_rules(&self, user: &str, rules_yaml: &str) -> Result<(), Error> {
        let rules: Rules = serde_saphyr::from_str(rules_yaml)?;
        let grants =
            [grant(user, &rules.cluster, None), grant(user, &rules.leases, Some(LEASE_NAMESPACE))];
        self.apply(
            &json!({ "apiVersion": "v1", "kind": "List", "items": grants.concat() }).to_string(),
        )
    }
}

/// A role and its binding to `user`, in one namespace or in all.
fn grant(user: &str, rules: &[Value], namespace: Option<&str>) -> [Value; 2] {
    let role = if namespace.is_some() { "Role" } else { "ClusterRole" };
    let metadata = json!({ "name": user, "namespace": namespace });
    let group = "rbac.authorization.k8s.io";
    let api_version = format!("{group}/v1");
    [
        json!({
            "apiVersion": api_version, "kind": role, "metadata": metadata, "rules": rules,
        }),
        json!({
            "apiVersion": api_version, "kind": format!("{role}Binding"), "metadata": metadata,
            "roleRef": { "apiGroup": group, "kind": role, "name": user },
            "subjects": [{ "apiGroup": group, "kind": "User", "name": user }],
        }),
    ]
}
