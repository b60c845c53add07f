//! One cluster for all tests that may share it, and what they ask of kubectl.

use std::path::Path;
use std::process::{Command, Output};
use std::sync::{Mutex, MutexGuard, OnceLock, PoisonError};
use std::thread;
use std::time::{Duration, Instant};

use test_cluster::{Cluster, Options};

/// The shared cluster, for one test at a time: a test may stop its apiserver.
pub(crate) fn cluster() -> MutexGuard<'static, Cluster> {
    static CLUSTER: OnceLock<Mutex<Cluster>> = OnceLock::new();
    CLUSTER
        .get_or_init(|| Mutex::new(Cluster::start(Options::default()).unwrap()))
        .lock()
        .unwrap_or_else(PoisonError::into_inner)
}

/// The output of a command that has to succeed.
pub(crate) fn output(command: &mut Command) -> String {
    let Output { status, stdout, stderr } = command.output().unwrap();
    assert!(status.success(), "{command:?}: {}", String::from_utf8_lossy(&stderr));
    String::from_utf8(stdout).unwrap().trim().to_owned()
}

/// Whether RBAC lets the user of `kubeconfig` do this, by asking the apiserver.
pub(crate) fn may(cluster: &Cluster, kubeconfig: &Path, action: &[&str]) -> bool {
    let mut kubectl = cluster.kubectl();
    kubectl.env("KUBECONFIG", kubeconfig).args(["auth", "can-i"]).args(action);
    let answer = kubectl.output().unwrap();
    match String::from_utf8(answer.stdout).unwrap().trim() {
        "yes" => true,
        "no" => false,
        _ => panic!("{kubectl:?}: {}", String::from_utf8_lossy(&answer.stderr)),
    }
}

/// Waits until `done`; fails with `what` after a minute.
#[expect(clippy::disallowed_methods, reason = "another process's progress can only be polled")]
pub(crate) fn eventually(what: &str, mut done: impl FnMut() -> bool) {
    let began = Instant::now();
    while !done() {
        assert!(began.elapsed() < Duration::from_mins(1), "not within a minute: {what}");
        thread::sleep(Duration::from_millis(50));
    }
}
