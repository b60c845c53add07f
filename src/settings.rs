//! Settings: the only reader of arguments and environment.

use std::net::SocketAddr;
use std::str::FromStr;

use clap::{Args, Parser, Subcommand};
use jiff::SignedDuration;

use crate::telemetry::logging;

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
    Controller(Box<Controller>),
    /// Print the CustomResourceDefinition as YAML.
    Crd,
}

/// Settings of the operator.
#[derive(Clone, Debug, Args)]
#[expect(clippy::doc_markdown, reason = "these comments are the help text")]
pub struct Controller {
    /// Address of /livez, /readyz, /metrics and /loglevel; port 0 takes a free one, and the log
    /// tells it.
    #[arg(long, env = "SPOT_TRAINING_ADMIN_ADDRESS", default_value = "0.0.0.0:8080")]
    pub admin_address: SocketAddr,

    /// Namespaces to watch, separated by commas. Absent: all.
    #[arg(long, env = "SPOT_TRAINING_WATCH_NAMESPACES", value_delimiter = ',', value_parser = namespace)]
    pub watch_namespaces: Vec<String>,

    /// Label selector of the objects to watch, such as team=vision. Absent: all.
    #[arg(long, env = "SPOT_TRAINING_SELECTOR", value_parser = label_selector)]
    pub selector: Option<String>,

    /// AWS region of objects that name none. Absent: the region of the AWS configuration.
    #[arg(long, env = "SPOT_TRAINING_REGION", value_parser = region)]
    pub region: Option<String>,

    /// S3 prefix below which objects without a checkpointConfig get their checkpoints, such as
    /// s3://bucket/checkpoints.
    #[arg(long, env = "SPOT_TRAINING_CHECKPOINT_ROOT", value_parser = s3_prefix)]
    pub checkpoint_root: Option<String>,

    /// Name of this installation in the tag spottraining.dev/cluster of every training job.
    #[arg(long, env = "SPOT_TRAINING_CLUSTER_ID", default_value = "default", value_parser = tag_value)]
    pub cluster_id: String,

    /// Objects that are worked on at a time.
    #[arg(long, env = "SPOT_TRAINING_CONCURRENCY", default_value_t = 16, value_parser = clap::value_parser!(u16).range(1..=1024))]
    pub concurrency: u16,

    /// How often a job in a young phase is looked at.
    #[arg(long, env = "SPOT_TRAINING_POLL_FAST", default_value = "5s", value_parser = interval)]
    pub poll_fast: SignedDuration,

    /// How often a job in an old phase is looked at.
    #[arg(long, env = "SPOT_TRAINING_POLL_SLOW", default_value = "31s", value_parser = interval)]
    pub poll_slow: SignedDuration,

    /// Act only while holding the Lease spot-training-operator, for more than one replica. The
    /// loss of it ends the process with exit code 3.
    #[arg(long, env = "SPOT_TRAINING_LEADER_ELECT")]
    pub leader_elect: bool,

    /// Namespace of the Lease. Absent: the pod's, else default.
    #[arg(long, env = "SPOT_TRAINING_LEASE_NAMESPACE", value_parser = namespace)]
    pub lease_namespace: Option<String>,

    /// Log level, such as debug or info,kube=debug.
    #[arg(long, env = "SPOT_TRAINING_LOG_LEVEL", default_value = "info", value_parser = log_level)]
    pub log_level: String,

    /// Log format.
    #[arg(long, env = "SPOT_TRAINING_LOG_FORMAT", default_value = "text")]
    pub log_format: logging::Format,

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

/// The value of an AWS tag (`TagValue` of the service model), and not empty.
fn tag_value(text: &str) -> Result<String, String> {
    let fits = |c: char| c.is_alphanumeric() || " _.:/=+-@".contains(c);
    if text.trim().is_empty() || text.chars().count() > 256 || !text.chars().all(fits) {
        return Err(
            "a cluster id is the value of an AWS tag: 1 to 256 letters, digits, spaces and \
                    _.:/=+-@"
                .to_owned(),
        );
    }
    Ok(text.to_owned())
}

/// A label selector as far as its form goes; the rest is the apiserver's to judge.
fn label_selector(text: &str) -> Result<String, String> {
    let fits = |c: char| c.is_ascii_alphanumeric() || "-_./=!,() ".contains(c);
    let depth = text.chars().try_fold(0_i32, |depth, c| match c {
        '(' if depth == 0 => Some(1),
        ')' if depth == 1 => Some(0),
        '(' | ')' => None,
        _ => Some(depth),
    });
    if text.trim().is_empty() || !text.chars().all(fits) || depth != Some(0) {
        return Err("a label selector reads like team=vision,tier in (gpu, spot)".to_owned());
    }
    Ok(text.to_owned())
}

fn namespace(text: &str) -> Result<String, String> {
    let fits = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '-';
    if text.is_empty() || text.len() > 63 || !text.chars().all(fits) {
        return Err("a namespace has 1 to 63 of the characters a-z, 0-9 and -".to_owned());
    }
    Ok(text.to_owned())
}

fn region(text: &str) -> Result<String, String> {
    let parts: Vec<_> = text.split('-').collect();
    let number = parts.last().is_some_and(|last| last.parse::<u8>().is_ok());
    if parts.len() >= 3 && number {
        Ok(text.to_owned())
    } else {
        Err("a region reads like eu-west-1".to_owned())
    }
}

fn s3_prefix(text: &str) -> Result<String, String> {
    match text.strip_prefix("s3://") {
        Some(rest) if !rest.starts_with('/') && !rest.is_empty() => Ok(text.to_owned()),
        _ => Err("a checkpoint root reads like s3://bucket/prefix".to_owned()),
    }
}

fn interval(text: &str) -> Result<SignedDuration, String> {
    let parsed = SignedDuration::from_str(text)
        .map_err(|error| format!("an interval reads like 5s or 1m: {error}"))?;
    if parsed < SignedDuration::from_secs(1) || parsed > SignedDuration::from_hours(1) {
        return Err("an interval is between 1s and 1h".to_owned());
    }
    Ok(parsed)
}

fn log_level(text: &str) -> Result<String, String> {
    logging::parse(text).map(|_| text.to_owned())
}
