//! Settings: the only reader of arguments and environment.

mod label_selector;
mod values;

use std::net::SocketAddr;
use std::path::PathBuf;

use clap::{Args, Parser, Subcommand, ValueEnum};
use clap_complete::Shell;
use jiff::SignedDuration;
use kube::core::Selector;

use crate::telemetry::logging;

use label_selector::label_selector;

/// Runs Amazon SageMaker managed spot training jobs declaratively.
#[derive(Debug, Parser)]
#[command(version, about, max_term_width = 100)]
pub struct Arguments {
    /// What to do.
    #[command(subcommand)]
    pub command: Command,
}

/// What to do.
#[derive(Debug, Subcommand)]
#[expect(clippy::doc_markdown, reason = "these comments are the help text")]
pub enum Command {
    /// Run the operator.
    ///
    /// AWS is reached through the SDK's standard chain: profiles, IRSA, Pod Identity,
    /// AWS_ENDPOINT_URL, AWS_ENDPOINT_URL_SAGEMAKER. Kubernetes through KUBECONFIG, ~/.kube/config
    /// or the service account of the pod. Missing AWS credentials or a missing region don't stop
    /// the start: they show on the objects.
    ///
    /// Proxies are those of HTTPS_PROXY, HTTP_PROXY, ALL_PROXY and NO_PROXY, and of the
    /// kubeconfig; the apiserver of the operator's own cluster is reached directly. AWS is trusted
    /// by the certificate authorities of AWS_CA_BUNDLE, else of SSL_CERT_FILE, else of the system.
    Controller(Box<Controller>),
    /// Say without a cluster and without AWS what would become of manifests.
    ///
    /// Validates as the apiserver would, and prints the CreateTrainingJob request of the first
    /// attempt, the instance types in the order in which they are tried, and warnings. Exit code 1:
    /// an object would be refused; 2: a file can't be read.
    Plan(Box<Plan>),
    /// Make manifests of training jobs that other tools have.
    ///
    /// Reads the JSON of aws sagemaker describe-training-job or create-training-job, and TrainingJobs
    /// of AWS's ACK controller or its first operator. Prints SpotTrainingJobs, with a comment on
    /// everything that was dropped or says something else now. Exit code 1: a manifest has to be
    /// mended before it is applied; 2: a file can't be read.
    Import(Import),
    /// Print the CustomResourceDefinition as YAML.
    Crd,
    /// Print a script that completes commands in a shell.
    Completion(Completion),
}

/// Settings of the operator.
#[derive(Clone, Debug, Args)]
pub struct Controller {
    /// Address of /livez, /readyz, /metrics and /loglevel; port 0 takes a free one, which the log
    /// names. /loglevel answers callers of the same host only.
    #[arg(long, env = "SPOT_TRAINING_ADMIN_ADDRESS", default_value = "0.0.0.0:8080", value_parser = values::address)]
    pub admin_address: SocketAddr,

    /// Namespaces to watch, separated by commas. Absent: all.
    #[arg(long, env = "SPOT_TRAINING_WATCH_NAMESPACES", value_delimiter = ',', value_parser = values::namespace)]
    pub watch_namespaces: Vec<String>,

    /// Label selector of the objects to watch, such as team=vision. Absent: all.
    #[arg(long, env = "SPOT_TRAINING_SELECTOR", value_parser = label_selector)]
    pub selector: Option<Selector>,

    /// What objects may leave to the operator.
    #[command(flatten)]
    pub defaults: Defaults,

    /// Objects that are reconciled at a time, in each watched namespace if some are named.
    #[arg(long, env = "SPOT_TRAINING_CONCURRENCY", default_value_t = 16, value_parser = clap::value_parser!(u16).range(1..=1024))]
    pub concurrency: u16,

    /// How often a job in a young phase is polled.
    #[arg(long, env = "SPOT_TRAINING_POLL_FAST", default_value = "5s", value_parser = values::interval)]
    pub poll_fast: SignedDuration,

    /// How often a job in an old phase is polled.
    #[arg(long, env = "SPOT_TRAINING_POLL_SLOW", default_value = "31s", value_parser = values::interval)]
    pub poll_slow: SignedDuration,

    /// Act only while holding the Lease spot-training-operator, for more than one replica. The
    /// loss of it ends the process with exit code 3.
    #[arg(long, env = "SPOT_TRAINING_LEADER_ELECT")]
    pub leader_elect: bool,

    /// Namespace of the Lease. Absent: the pod's, else default.
    #[arg(long, env = "SPOT_TRAINING_LEASE_NAMESPACE", value_parser = values::namespace)]
    pub lease_namespace: Option<String>,

    /// Log level: trace, debug, info, warn, error or off, and levels of single parts, such as
    /// info,kube=debug.
    #[arg(long, env = "SPOT_TRAINING_LOG_LEVEL", default_value = "info", value_parser = values::log_level)]
    pub log_level: String,

    /// Log format.
    #[arg(long, env = "SPOT_TRAINING_LOG_FORMAT", default_value = "text")]
    pub log_format: logging::Format,

    /// Certificates that AWS is trusted by.
    #[command(flatten)]
    pub certificates: Certificates,

    /// Name of the pod, for the Lease and for Events.
    #[arg(long, env = "POD_NAME", hide = true)]
    pub pod_name: Option<String>,

    /// Namespace of the pod.
    #[arg(long, env = "POD_NAMESPACE", hide = true)]
    pub pod_namespace: Option<String>,

    /// Name of the host, for the Lease.
    #[arg(long, env = "HOSTNAME", hide = true, default_value = "localhost")]
    pub host_name: String,
}

/// What objects may leave to the operator.
#[derive(Clone, Debug, Args)]
#[expect(rustdoc::bare_urls, clippy::doc_markdown, reason = "these comments are the help text")]
pub struct Defaults {
    /// AWS region of objects that name none. Absent: the region of the AWS configuration.
    #[arg(long, env = "SPOT_TRAINING_REGION", value_parser = values::region)]
    region: Option<String>,

    /// S3 prefix below which objects without a checkpointConfig get their checkpoints, such as
    /// s3://bucket/checkpoints.
    #[arg(long, env = "SPOT_TRAINING_CHECKPOINT_ROOT", value_parser = values::s3_prefix)]
    checkpoint_root: Option<String>,

    /// Name of this installation in the tag spottraining.dev/cluster of every training job.
    #[arg(long, env = "SPOT_TRAINING_CLUSTER_ID", default_value = "default", value_parser = values::cluster_id)]
    pub cluster_id: String,
}

/// What `plan` reads, and how it prints.
#[derive(Clone, Debug, Args)]
pub struct Plan {
    /// Files with manifests, YAML or JSON; - is standard input.
    #[arg(short = 'f', long = "filename", required = true, value_name = "FILE", num_args = 1..)]
    pub files: Vec<String>,

    /// How the result is printed.
    #[arg(short, long, default_value = "yaml")]
    pub output: Output,

    /// Namespace of objects that name none.
    #[arg(short, long, default_value = "default", value_parser = values::namespace)]
    pub namespace: String,

    /// UID of the object, from which the names of its training jobs follow. Absent: words stand for it.
    #[arg(long, value_parser = clap::builder::NonEmptyStringValueParser::new())]
    pub uid: Option<String>,

    /// What objects may leave to the operator; give what it is started with.
    #[command(flatten)]
    pub defaults: Defaults,
}

/// What `import` reads, and how it prints.
#[derive(Clone, Debug, Args)]
pub struct Import {
    /// Files, JSON or YAML; - is standard input.
    #[arg(short = 'f', long = "filename", required = true, value_name = "FILE", num_args = 1..)]
    pub files: Vec<String>,

    /// How the result is printed.
    #[arg(short, long, default_value = "yaml")]
    pub output: Output,
}

/// Whom `completion` is for.
#[derive(Clone, Debug, Args)]
pub struct Completion {
    /// The shell.
    pub shell: Shell,
}

/// How a result is printed.
#[derive(Clone, Copy, Debug, ValueEnum)]
pub enum Output {
    /// As YAML.
    Yaml,
    /// As JSON.
    Json,
}

/// Where certificate authorities are read from. These variables are the AWS tools' and OpenSSL's.
#[derive(Clone, Debug, Default, Args)]
pub struct Certificates {
    /// A file in place of the system's.
    #[arg(long, env = "AWS_CA_BUNDLE", hide = true)]
    aws_ca_bundle: Option<String>,

    /// The system's file.
    #[arg(long, env = "SSL_CERT_FILE", hide = true)]
    ssl_cert_file: Option<String>,
}

impl Certificates {
    /// The file of authorities that stands in place of the system's for AWS. Empty means unset.
    #[must_use]
    pub fn aws_ca_bundle(&self) -> Option<PathBuf> {
        self.aws_ca_bundle.as_deref().filter(|path| !path.is_empty()).map(PathBuf::from)
    }

    /// The file of the system's authorities, if it is named. Empty means unset.
    #[must_use]
    pub fn ssl_cert_file(&self) -> Option<PathBuf> {
        self.ssl_cert_file.as_deref().filter(|path| !path.is_empty()).map(PathBuf::from)
    }
}

impl Defaults {
    /// The region of objects that name none. Empty means unset.
    #[must_use]
    pub fn region(&self) -> Option<String> {
        self.region.clone().filter(|region| !region.is_empty())
    }

    /// The S3 prefix of objects that name none. Empty means unset.
    #[must_use]
    pub fn checkpoint_root(&self) -> Option<String> {
        self.checkpoint_root.clone().filter(|root| !root.is_empty())
    }
}

impl Controller {
    /// Settings that contradict each other.
    ///
    /// # Errors
    /// What to change.
    pub fn validate(&self) -> Result<(), String> {
        if self.poll_slow < self.poll_fast {
            return Err("--poll-slow is shorter than --poll-fast: make it at least as long".into());
        }
        Ok(())
    }

    /// Where the Lease is.
    #[must_use]
    pub fn lease_namespace(&self) -> &str {
        let own = self.lease_namespace.as_deref().or(self.pod_namespace.as_deref());
        own.unwrap_or("default")
    }

    /// Who this process is: the pod, else host and process id.
    #[must_use]
    pub fn identity(&self) -> String {
        let process = || format!("{}-{}", self.host_name, std::process::id());
        self.pod_name.clone().unwrap_or_else(process)
    }
}
