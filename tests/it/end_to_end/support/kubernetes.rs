//! A real control plane with the operator's CRD, and a user who may do what the chart's rules say.

use std::path::PathBuf;
use std::process::{Command, Output};
use std::sync::{Arc, OnceLock};

use kube::config::{KubeConfigOptions, Kubeconfig};
use kube::{Client, Config};
use serde_json::{Value, json};
use test_cluster::{Cluster, Options};

/// The CRD as users apply it.
pub(crate) const CRD: &str = include_str!("../../../../crds/spottrainingjobs.yaml");

/// What the operator may do.
const RULES: &str = include_str!("../../../../charts/spot-training-operator/files/rules.yaml");

/// The user that operators run as.
const USER: &str = "spot-training-operator";

/// A control plane.
pub(crate) struct Kubernetes {
    pub(crate) cluster: Cluster,
    pub(crate) operator_kubeconfig: PathBuf,
}

/// What a command said, and whether it succeeded.
#[derive(Debug)]
pub(crate) struct Said {
    pub(crate) ok: bool,
    pub(crate) stdout: String,
    pub(crate) stderr: String,
}

impl Said {
    /// The output of a command that has to succeed.
    #[track_caller]
    pub(crate) fn expect_ok(self) -> String {
        assert!(self.ok, "{}{}", self.stdout, self.stderr);
        self.stdout
    }

    /// Whether the command succeeded.
    pub(crate) const fn succeeded(&self) -> bool {
        self.ok
    }

    /// The complaint of a command that has to fail.
    #[track_caller]
    pub(crate) fn expect_refused(self) -> String {
        assert!(!self.ok, "it succeeded: {}", self.stdout);
        self.stderr
    }
}

impl From<&mut Command> for Said {
    fn from(command: &mut Command) -> Self {
        command.output().unwrap().into()
    }
}

impl From<Output> for Said {
    fn from(output: Output) -> Self {
        let text = |bytes: Vec<u8>| String::from_utf8(bytes).unwrap();
        Self {
            ok: output.status.success(),
            stdout: text(output.stdout),
            stderr: text(output.stderr),
        }
    }
}

impl Kubernetes {
    /// The one of this process, with the CRD. Nobody may disturb it.
    pub(crate) fn shared() -> Arc<Self> {
        static SHARED: OnceLock<Arc<Kubernetes>> = OnceLock::new();
        SHARED
            .get_or_init(|| {
                let own = Self::own();
                own.define(CRD);
                own
            })
            .clone()
    }

    /// One for a single test, without the CRD.
    pub(crate) fn own() -> Arc<Self> {
        let cluster = Cluster::start(Options::default()).unwrap();
        cluster.bind_rules(USER, RULES).unwrap();
        let operator_kubeconfig = cluster.kubeconfig_for_user(USER, None).unwrap();
        Arc::new(Self { cluster, operator_kubeconfig })
    }

    /// Applies a version of the CRD and waits until it is served.
    pub(crate) fn define(&self, crd: &str) {
        self.cluster.apply(crd).unwrap();
        let crd = "crd/spottrainingjobs.spottraining.dev";
        self.kubectl(&["wait", "--for=condition=Established", crd, "--timeout=60s"]).expect_ok();
    }

    /// Runs kubectl as the administrator.
    pub(crate) fn kubectl(&self, arguments: &[&str]) -> Said {
        Said::from(self.cluster.kubectl().args(arguments))
    }

    /// A client of the administrator, for the runtime it is asked for in.
    pub(crate) async fn client(&self) -> Client {
        // Refused when another test was faster, which is as good.
        drop(rustls::crypto::aws_lc_rs::default_provider().install_default());
        let kubeconfig = Kubeconfig::read_from(self.cluster.admin_kubeconfig()).unwrap();
        let options = KubeConfigOptions::default();
        let config = Config::from_custom_kubeconfig(kubeconfig, &options).await.unwrap();
        Client::try_from(config).unwrap()
    }

    /// Lets operators keep their lease in `namespace`.
    pub(crate) fn allow_leases(&self, namespace: &str) {
        let rules: Value = serde_saphyr::from_str(RULES).unwrap();
        let metadata = json!({ "name": USER, "namespace": namespace });
        let group = "rbac.authorization.k8s.io";
        let api_version = format!("{group}/v1");
        let items = json!([
            {
                "apiVersion": api_version, "kind": "Role", "metadata": metadata,
                "rules": rules["leases"],
            },
            {
                "apiVersion": api_version, "kind": "RoleBinding", "metadata": metadata,
                "roleRef": { "apiGroup": group, "kind": "Role", "name": USER },
                "subjects": [{ "apiGroup": group, "kind": "User", "name": USER }],
            },
        ]);
        let list = json!({ "apiVersion": "v1", "kind": "List", "items": items });
        self.cluster.apply(&list.to_string()).unwrap();
    }
}
