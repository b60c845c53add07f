//! What tests of an operator rely on: RBAC, identities, controllers, data that survives a restart.

use crate::support::{cluster, eventually, may, output};

const RULES: &str = "
cluster:
- apiGroups: ['']
  resources: [configmaps]
  verbs: [get]
leases:
- apiGroups: [coordination.k8s.io]
  resources: [leases]
  verbs: [update]
";

#[test]
fn a_user_may_do_what_the_bound_rules_say_and_nothing_else() {
    let cluster = cluster();
    let restricted = cluster.kubeconfig_for_user("restricted", None).unwrap();
    let get_configmaps = ["get", "configmaps", "--namespace=kube-system"];
    let update_leases = ["update", "leases.coordination.k8s.io", "--namespace=default"];
    assert!(!may(&cluster, &restricted, &get_configmaps));
    assert!(!may(&cluster, &restricted, &update_leases));

    cluster.bind_rules("restricted", RULES).unwrap();
    eventually("the bound rules hold", || {
        may(&cluster, &restricted, &get_configmaps) && may(&cluster, &restricted, &update_leases)
    });
    assert!(!may(&cluster, &restricted, &["list", "configmaps", "--namespace=kube-system"]));
    let elsewhere = ["update", "leases.coordination.k8s.io", "--namespace=kube-system"];
    assert!(!may(&cluster, &restricted, &elsewhere));
}

#[test]
fn rules_with_an_unknown_key_are_refused() {
    let refused = cluster().bind_rules("nobody", "{cluster: [], leases: [], lease: []}");
    assert!(refused.unwrap_err().to_string().contains("lease"));
}

#[test]
fn certificates_and_tokens_name_their_user() {
    let cluster = cluster();
    let whoami = |kubeconfig| {
        let mut kubectl = cluster.kubectl();
        kubectl.env("KUBECONFIG", kubeconfig).args(["auth", "whoami"]);
        output(kubectl.arg("--output=jsonpath={.status.userInfo['username','groups']}"))
    };
    let member = cluster.kubeconfig_for_user("jane", Some("data-science")).unwrap();
    assert_eq!(whoami(member), r#"jane ["data-science","system:authenticated"]"#);

    let token = output(cluster.kubectl().args(["create", "token", "default"]));
    let account = whoami(cluster.kubeconfig_with_token(&token).unwrap());
    assert!(account.starts_with("system:serviceaccount:default:default "), "{account}");
}

#[test]
fn a_restarted_apiserver_has_its_address_and_its_data() {
    let cluster = cluster();
    output(cluster.kubectl().args(["create", "configmap", "kept", "--from-literal=answer=42"]));
    let mut read = cluster.kubectl();
    read.args(["get", "configmap", "kept", "--output=jsonpath={.data.answer}"]);

    cluster.stop_apiserver();
    assert!(!read.output().unwrap().status.success());
    cluster.start_apiserver().unwrap();
    assert_eq!(output(&mut read), "42");
}

#[test]
fn a_deleted_namespace_takes_its_objects_along() {
    let cluster = cluster();
    output(cluster.kubectl().args(["create", "namespace", "short-lived"]));
    output(cluster.kubectl().args(["create", "configmap", "inside", "--namespace=short-lived"]));
    let mut delete = cluster.kubectl();
    output(delete.args(["delete", "namespace", "short-lived", "--timeout=60s"]));
}

#[test]
fn dependents_of_a_deleted_owner_are_collected() {
    let cluster = cluster();
    output(cluster.kubectl().args(["create", "configmap", "owner"]));
    let mut uid = cluster.kubectl();
    let uid = output(uid.args(["get", "configmap", "owner", "--output=jsonpath={.metadata.uid}"]));
    cluster
        .apply(&format!(
            "apiVersion: v1\nkind: ConfigMap\nmetadata:\n  name: dependent\n  namespace: default\n  \
             ownerReferences:\n  - {{apiVersion: v1, kind: ConfigMap, name: owner, uid: {uid}}}\n"
        ))
        .unwrap();
    output(cluster.kubectl().args(["delete", "configmap", "owner"]));
    let mut wait = cluster.kubectl();
    output(wait.args(["wait", "--for=delete", "configmap/dependent", "--timeout=60s"]));
}
