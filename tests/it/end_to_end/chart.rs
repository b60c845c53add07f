//! The Helm chart: rendered by Helm, applied as it is, and run under exactly its permissions.

use serde_json::{Value, json};

use super::support::{CRD, Installation, Kubernetes, Launch, Said};

const CHART: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/charts/spot-training-operator");

/// Release and namespace of the tests; roles of the cluster carry the release's name.
const RELEASE: &str = "release";
const NAMESPACE: &str = "chart";
const NAME: &str = "release-spot-training-operator";

fn helm(kubernetes: &Kubernetes, arguments: &[&str]) -> Said {
    Said::from(kubernetes.cluster.helm().unwrap().args(arguments))
}

/// The chart's manifests.
fn rendered(kubernetes: &Kubernetes) -> String {
    let namespace = format!("--namespace={NAMESPACE}");
    let watched = format!("settings.watchNamespaces={{{NAMESPACE}}}");
    let set = |value| ["--set", value];
    let endpoint = "env[0].name=AWS_REGION,env[0].value=eu-west-1";
    let arguments = [
        &["template", RELEASE, CHART, &namespace][..],
        &set(&watched),
        &set("settings.pollFast=1s"),
        &set(endpoint),
    ];
    helm(kubernetes, &arguments.concat()).expect_ok()
}

#[test]
fn the_chart_passes_the_strict_linter_and_has_the_crd_byte_for_byte() {
    let kubernetes = Kubernetes::shared();
    helm(&kubernetes, &["lint", "--strict", CHART]).expect_ok();
    assert_eq!(include_str!("../../../charts/spot-training-operator/files/crd.yaml"), CRD);
}

/// The operator of the rendered Deployment, but for addresses: arguments, environment, account.
fn deployed(site: &Installation, launch: Launch) -> Launch {
    let deployment = site.kubectl(&["get", "deployment", NAME, "--output=json"]).expect_ok();
    let deployment: Value = serde_json::from_str(&deployment).unwrap();
    let pod = &deployment["spec"]["template"]["spec"];
    let account = pod["serviceAccountName"].as_str().unwrap();
    let token = site.kubectl(&["create", "token", account]).expect_ok();
    let kubeconfig = site.kubernetes.cluster.kubeconfig_with_token(token.trim()).unwrap();
    let [container] = pod["containers"].as_array().unwrap().as_slice() else { panic!("{pod:#}") };

    let words = container["args"].as_array().unwrap().iter().map(|word| word.as_str().unwrap());
    let mut words: Vec<_> = words.collect();
    assert_eq!(words.remove(0), "controller");
    let address = words.iter_mut().find(|word| **word == "--admin-address=0.0.0.0:8080").unwrap();
    *address = "--admin-address=127.0.0.1:0";
    let mut launch = Launch { arguments: Vec::new(), ..launch };
    launch = words.into_iter().fold(launch, Launch::argument);
    for variable in container["env"].as_array().unwrap() {
        let value = match variable["valueFrom"]["fieldRef"]["fieldPath"].as_str() {
            Some("metadata.name") => "pod-1",
            Some("metadata.namespace") => NAMESPACE,
            _ => variable["value"].as_str().unwrap(),
        };
        launch = launch.variable(variable["name"].as_str().unwrap(), value);
    }
    launch.variable("KUBECONFIG", kubeconfig.to_str().unwrap())
}

#[tokio::test(flavor = "multi_thread", worker_threads = 1)]
async fn the_rendered_chart_runs_a_job_under_its_own_service_account() {
    let mut site = Installation::new(NAMESPACE).await;
    site.operator.terminate().await;
    let manifests = rendered(&site.kubernetes);
    let mut apply = site.kubernetes.cluster.kubectl();
    let path = std::path::Path::new(env!("CARGO_TARGET_TMPDIR")).join("chart.yaml");
    std::fs::write(&path, manifests).unwrap();
    apply.args(["apply", "--server-side", "--force-conflicts", "--validate=strict", "--filename"]);
    Said::from(apply.arg(path)).expect_ok();

    site.launch = deployed(&site, site.launch.clone());
    site.restart().await;
    let mut manifest =
        site.manifest("bert", &json!({ "training": 2, "interruptAfter": [1], "gap": 2 }));
    // The region comes from the environment that the values set.
    manifest["spec"].as_object_mut().unwrap().remove("region");
    site.apply(&manifest).await;
    let object = site.state("bert", "Completed").await;
    assert_eq!(object["status"]["region"], "eu-west-1");
    let reasons = ["AttemptStarted", "Interrupted", "CapacityReturned", "Completed"];
    site.emits("bert", &reasons).await;
    let lease = "--output=jsonpath={.spec.holderIdentity}";
    let lease = site.kubectl(&["get", "lease", "spot-training-operator", lease]).expect_ok();
    assert_eq!(lease, "pod-1");
    let log = site.operator.log();
    assert!(!log.to_lowercase().contains("forbidden"), "{log}");
    nothing_more_is_allowed(&site);
}

/// What the rules list, the account may do, and nothing beside it.
fn nothing_more_is_allowed(site: &Installation) {
    let account = format!("--as=system:serviceaccount:{NAMESPACE}:{NAME}");
    let may = |verb: &str, resource: &str, namespace: &str| {
        let namespace = format!("--namespace={namespace}");
        let question = ["auth", "can-i", verb, resource, &namespace, &account];
        Said::from(site.kubernetes.cluster.kubectl().args(question)).ok
    };
    let jobs = "spottrainingjobs.spottraining.dev";
    let leases = "leases.coordination.k8s.io";
    let allowed = [
        ("watch", jobs, "default"),
        ("delete", jobs, "default"),
        ("patch", &format!("{jobs}/status"), "default"),
        ("create", "events.events.k8s.io", "default"),
        ("update", leases, NAMESPACE),
    ];
    for (verb, resource, namespace) in allowed {
        assert!(may(verb, resource, namespace), "{verb} {resource} in {namespace}");
    }
    let forbidden = [
        ("create", jobs, NAMESPACE),
        ("update", jobs, NAMESPACE),
        ("deletecollection", jobs, NAMESPACE),
        ("get", "secrets", NAMESPACE),
        ("list", "pods", NAMESPACE),
        ("get", "customresourcedefinitions.apiextensions.k8s.io", NAMESPACE),
        ("update", leases, "default"),
        ("delete", leases, NAMESPACE),
        ("create", "serviceaccounts/token", NAMESPACE),
    ];
    for (verb, resource, namespace) in forbidden {
        assert!(!may(verb, resource, namespace), "{verb} {resource} in {namespace}");
    }
}
