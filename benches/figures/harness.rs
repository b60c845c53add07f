//! The harness: a real control plane, the simulator over HTTP, and the operator as it is released.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::sync::Arc;
use std::time::{Duration, Instant};

use jiff::Timestamp;
use kube::api::{Api, DynamicObject, PostParams};
use kube::config::{KubeConfigOptions, Kubeconfig};
use kube::core::{ApiResource, GroupVersionKind};
use kube::{Client, Config};
use sagemaker_simulator::{Options, Simulator, serve};
use serde_json::{Value, json};
use spot_training_operator::runtime::machine_clock::{MachineClock, SystemClock};
use test_cluster::Cluster;
use tokio::net::TcpListener;

use super::figure;

/// How often a condition is checked.
const TICK: Duration = Duration::from_millis(20);

/// The operator as it is released, and where its admin server listens.
const BINARY: &str = env!("CARGO_BIN_EXE_spot-training-operator");
const ADDRESS: &str = "127.0.0.1:18473";

/// Everything a measurement needs.
pub(crate) struct Harness {
    pub(crate) simulator: Arc<Simulator>,
    pub(crate) objects: Api<DynamicObject>,
    operator: Child,
    kubeconfig: PathBuf,
    endpoint: String,
    _cluster: Cluster,
}

impl Drop for Harness {
    fn drop(&mut self) {
        self.operator.kill().unwrap();
        self.operator.wait().unwrap();
    }
}

/// This moment, by the clock of everything here.
pub(crate) fn now() -> Timestamp {
    SystemClock.moment().wall
}

/// Seconds since `then`.
pub(crate) fn since(then: Timestamp) -> f64 {
    now().duration_since(then).as_secs_f64()
}

fn repository(path: &str) -> String {
    let path = format!("{}/{path}", env!("CARGO_MANIFEST_DIR"));
    fs::read_to_string(path).unwrap()
}

/// The quickstart with a job that goes by `workload`.
pub(crate) fn manifest(name: &str, workload: &Value) -> DynamicObject {
    let text = repository("examples/quickstart.yaml");
    let mut object: DynamicObject = serde_saphyr::from_str(&text).unwrap();
    object.metadata.name = Some(name.to_owned());
    let template = &mut object.data["spec"]["template"];
    template["hyperParameters"]["simulator"] = json!(workload.to_string());
    template["checkpointConfig"]["s3Uri"] = json!(format!("s3://b/{name}"));
    object
}

/// Starts an operator and waits until it is ready.
async fn launch(kubeconfig: &Path, endpoint: &str) -> Child {
    let operator = Command::new(BINARY)
        .args(["controller", "--admin-address", ADDRESS, "--log-level", "warn"])
        .env_clear()
        .env("KUBECONFIG", kubeconfig)
        .env("AWS_ENDPOINT_URL", endpoint)
        .env("AWS_REGION", "eu-west-1")
        .env("AWS_ACCESS_KEY_ID", "bench")
        .env("AWS_SECRET_ACCESS_KEY", "bench")
        .env("AWS_EC2_METADATA_DISABLED", "true")
        .stderr(Stdio::inherit())
        .spawn()
        .unwrap();
    while ureq::get(format!("http://{ADDRESS}/readyz")).call().is_err() {
        tokio::time::sleep(TICK).await;
    }
    operator
}

impl Harness {
    pub(crate) async fn start() -> Self {
        rustls::crypto::aws_lc_rs::default_provider().install_default().unwrap();
        let cluster = Cluster::start(test_cluster::Options::default()).unwrap();
        cluster.apply(&repository("crds/spottrainingjobs.yaml")).unwrap();
        let rules = repository("charts/spot-training-operator/files/rules.yaml");
        cluster.bind_rules("spot-training-operator", &rules).unwrap();
        let kubeconfig = cluster.kubeconfig_for_user("spot-training-operator", None).unwrap();

        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let endpoint = format!("http://{}", listener.local_addr().unwrap());
        let simulator = Arc::new(Simulator::new(Options::default()));
        tokio::spawn(serve(listener, simulator.clone(), std::future::pending()));

        let admin = Kubeconfig::read_from(cluster.admin_kubeconfig()).unwrap();
        let config = Config::from_custom_kubeconfig(admin, &KubeConfigOptions::default()).await;
        let client = Client::try_from(config.unwrap()).unwrap();
        let kind = GroupVersionKind::gvk("spottraining.dev", "v1alpha1", "SpotTrainingJob");
        let resource = ApiResource::from_gvk(&kind);
        let objects = Api::namespaced_with(client, "default", &resource);

        let started = Instant::now();
        let operator = launch(&kubeconfig, &endpoint).await;
        figure("start to ready", started.elapsed().as_secs_f64(), "s", Some(1.0));
        let size = fs::metadata(BINARY).unwrap().len();
        #[expect(clippy::cast_precision_loss, reason = "a file's size")]
        figure("release binary", size as f64 / 1_048_576.0, "MiB", None);
        Self { simulator, objects, operator, kubeconfig, endpoint, _cluster: cluster }
    }

    /// Starts another operator in place of this one; the seconds until it is ready.
    pub(crate) async fn restart(&mut self) -> f64 {
        self.operator.kill().unwrap();
        self.operator.wait().unwrap();
        let started = Instant::now();
        self.operator = launch(&self.kubeconfig, &self.endpoint).await;
        started.elapsed().as_secs_f64()
    }

    /// A number of the operator's, by its name and labels.
    pub(crate) fn metric(name: &str) -> u64 {
        let mut page = ureq::get(format!("http://{ADDRESS}/metrics")).call().unwrap();
        let text = page.body_mut().read_to_string().unwrap();
        let line = text.lines().find_map(|line| line.strip_prefix(name));
        line.map_or(0, |number| number.trim().parse().unwrap())
    }

    /// What the operator needs at rest.
    pub(crate) async fn rest(&self) {
        tokio::time::sleep(Duration::from_secs(5)).await;
        figure("resident memory at rest", self.resident_mib(), "MiB", Some(25.0));
    }

    pub(crate) fn resident_mib(&self) -> f64 {
        let status = fs::read_to_string(format!("/proc/{}/status", self.operator.id())).unwrap();
        let line = status.lines().find(|line| line.starts_with("VmRSS:")).unwrap();
        line.split_whitespace().nth(1).unwrap().parse::<f64>().unwrap() / 1024.0
    }

    /// Applies an object whose job goes by `workload`; the moment just before.
    pub(crate) async fn apply(&self, name: &str, workload: &Value) -> Timestamp {
        let object = manifest(name, workload);
        let before = now();
        self.create(&object).await;
        before
    }

    /// Creates an object.
    pub(crate) async fn create(&self, object: &DynamicObject) {
        self.objects.create(&PostParams::default(), object).await.unwrap();
    }

    /// An object's status field, or null.
    pub(crate) async fn status(&self, name: &str, field: &str) -> Value {
        let object = self.objects.get(name).await.unwrap();
        object.data["status"][field].clone()
    }

    /// Waits until a status field of an object satisfies `condition`.
    pub(crate) async fn until(&self, name: &str, field: &str, condition: impl Fn(&Value) -> bool) {
        while !condition(&self.status(name, field).await) {
            tokio::time::sleep(TICK).await;
        }
    }

    /// Reads of SageMaker so far: Describe, List, `ListTags`.
    pub(crate) fn reads(&self) -> u64 {
        let calls = self.simulator.stats().calls;
        let of = |name: &str| calls.get(name).map_or(0, |outcomes| outcomes.values().sum());
        of("DescribeTrainingJob") + of("ListTrainingJobs") + of("ListTags")
    }
}
