//! The operator's own binary as a process of its own.

use std::collections::BTreeMap;
use std::fs::{self, File};
use std::path::{Path, PathBuf};
use std::process::{Command, ExitStatus, Stdio};
use std::sync::atomic::{AtomicUsize, Ordering};

use tokio::process::Child;
use tokio::time::timeout;

use super::http::get;
use super::kubernetes::Said;
use super::wait::{LIMIT, eventually};

/// The binary under test.
const BINARY: &str = env!("CARGO_BIN_EXE_spot-training-operator");

/// Lines of the log that a failed test shows.
const SHOWN: usize = 60;

/// How an operator is started. Its environment is empty but for what is named here.
#[derive(Clone, Debug, Default)]
pub(crate) struct Launch {
    /// Another binary than the one under test.
    pub(crate) binary: Option<PathBuf>,
    pub(crate) arguments: Vec<String>,
    pub(crate) environment: BTreeMap<String, String>,
}

impl Launch {
    /// An operator for objects of `namespace` and for the SageMaker at `endpoint`.
    pub(crate) fn new(kubeconfig: &Path, namespace: &str, endpoint: &str) -> Self {
        let launch = Self::default()
            .argument("--admin-address=127.0.0.1:0")
            .argument(&format!("--watch-namespaces={namespace}"))
            .argument("--poll-fast=1s");
        [
            ("KUBECONFIG", kubeconfig.to_str().unwrap()),
            // Neither ~/.aws nor ~/.kube of whoever runs the tests.
            ("HOME", env!("CARGO_TARGET_TMPDIR")),
            ("NO_COLOR", "1"),
            ("AWS_ENDPOINT_URL", endpoint),
            ("AWS_ACCESS_KEY_ID", "test"),
            ("AWS_SECRET_ACCESS_KEY", "test"),
            ("AWS_EC2_METADATA_DISABLED", "true"),
            ("SPOT_TRAINING_LOG_LEVEL", "info,spot_training_operator=debug"),
        ]
        .into_iter()
        .fold(launch, |launch, (name, value)| launch.variable(name, value))
    }

    /// With one more argument.
    pub(crate) fn argument(mut self, argument: &str) -> Self {
        self.arguments.push(argument.to_owned());
        self
    }

    /// With a variable set.
    pub(crate) fn variable(mut self, name: &str, value: &str) -> Self {
        self.environment.insert(name.to_owned(), value.to_owned());
        self
    }

    /// Without a variable.
    pub(crate) fn without(mut self, name: &str) -> Self {
        self.environment.remove(name);
        self
    }

    /// As a member of an election in the Lease of `namespace`.
    pub(crate) fn electing(self, identity: &str, namespace: &str) -> Self {
        self.argument("--leader-elect")
            .argument(&format!("--lease-namespace={namespace}"))
            .variable("POD_NAME", identity)
    }

    /// Runs `command` of the binary to its end.
    pub(crate) fn run(&self, command: &[&str]) -> Said {
        Said::from(self.command().args(command).args(&self.arguments).stdin(Stdio::null()))
    }

    fn command(&self) -> Command {
        let mut command = Command::new(self.binary.as_deref().unwrap_or_else(|| Path::new(BINARY)));
        command.env_clear().envs(&self.environment);
        command
    }
}

/// A running operator; killed when dropped. Its log is shown when its test fails.
pub(crate) struct Operator {
    child: Child,
    log: PathBuf,
}

impl Operator {
    /// Starts one.
    pub(crate) fn start(launch: &Launch) -> Self {
        static STARTED: AtomicUsize = AtomicUsize::new(0);
        let number = STARTED.fetch_add(1, Ordering::Relaxed);
        let name = format!("operator-{}-{number}.log", std::process::id());
        let log = Path::new(env!("CARGO_TARGET_TMPDIR")).join(name);
        let file = File::create(&log).unwrap();
        let mut command = tokio::process::Command::from(launch.command());
        command.arg("controller").args(&launch.arguments).stdin(Stdio::null());
        command.stdout(file.try_clone().unwrap()).stderr(file).kill_on_drop(true);
        Self { child: command.spawn().unwrap(), log }
    }

    /// Starts one and waits until it is ready.
    pub(crate) async fn ready(launch: &Launch) -> Self {
        let operator = Self::start(launch);
        operator.wait_until_ready().await;
        operator
    }

    /// Waits until it is ready.
    pub(crate) async fn wait_until_ready(&self) {
        eventually("the operator is ready", || {
            let (status, _) = self.readiness()?;
            (status == 200).then_some(())
        })
        .await;
    }

    /// Where the admin server listens, once it does.
    pub(crate) fn address(&self) -> Option<String> {
        let log = self.log();
        let line = log.lines().find(|line| line.contains("admin server listening"))?;
        let (_, rest) = line.split_once("127.0.0.1:")?;
        let port: String = rest.chars().take_while(char::is_ascii_digit).collect();
        Some(format!("127.0.0.1:{port}"))
    }

    /// The body of a page of the admin server that has to be there.
    pub(crate) fn page(&self, path: &str) -> String {
        let (status, body) = get(&self.address().unwrap(), path).unwrap();
        assert_eq!(status, 200, "{path}: {body}");
        body
    }

    /// What /readyz says, with its status.
    pub(crate) fn readiness(&self) -> Option<(u16, String)> {
        get(&self.address()?, "/readyz")
    }

    /// All that was logged.
    pub(crate) fn log(&self) -> String {
        fs::read_to_string(&self.log).unwrap()
    }

    /// SIGKILL, and the end.
    pub(crate) async fn kill(&mut self) {
        self.child.kill().await.unwrap();
    }

    /// SIGTERM, and the end.
    pub(crate) async fn terminate(&mut self) -> ExitStatus {
        let id = self.child.id().unwrap().to_string();
        assert!(Command::new("kill").args(["-TERM", &id]).status().unwrap().success());
        self.ended().await
    }

    /// Waits until it has ended by itself.
    pub(crate) async fn ended(&mut self) -> ExitStatus {
        timeout(LIMIT, self.child.wait()).await.expect("the operator ends").unwrap()
    }
}

impl Drop for Operator {
    fn drop(&mut self) {
        if std::thread::panicking() {
            let log = self.log();
            let lines: Vec<_> = log.lines().collect();
            let shown = lines.split_at(lines.len().saturating_sub(SHOWN)).1;
            println!("The last lines of {}:\n{}", self.log.display(), shown.join("\n"));
        }
    }
}
