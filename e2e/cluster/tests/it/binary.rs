//! The program `test-cluster`: what it prints, and that nothing outlives it.

use std::io::{BufRead, BufReader};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};

use crate::support::{eventually, output};

/// Starts the program and gives it with the directory of its cluster.
fn start() -> (Child, PathBuf) {
    let mut program = Command::new(env!("CARGO_BIN_EXE_test-cluster"))
        .args(["start", "--until-stdin-closes"])
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn()
        .unwrap();
    let mut kubeconfig = String::new();
    BufReader::new(program.stdout.take().unwrap()).read_line(&mut kubeconfig).unwrap();
    let directory = Path::new(kubeconfig.trim()).parent().unwrap().to_path_buf();
    assert!(directory.join("admin.kubeconfig").is_file(), "{kubeconfig}");
    (program, directory)
}

/// The command lines of all processes that name `directory`.
fn processes(directory: &Path) -> Vec<String> {
    let all = output(Command::new("ps").args(["-A", "-ww", "-o", "args="]));
    let directory = directory.to_str().unwrap();
    all.lines().filter(|line| line.contains(directory)).map(str::to_owned).collect()
}

#[test]
fn a_killed_owner_leaves_no_process_and_no_file() {
    let (mut program, directory) = start();
    for name in ["etcd", "kube-apiserver", "kube-controller-manager"] {
        let running = processes(&directory);
        assert!(running.iter().any(|line| line.contains(name)), "{name} in {running:?}");
    }
    program.kill().unwrap();
    program.wait().unwrap();
    eventually("every process has ended", || processes(&directory).is_empty());
    assert!(!directory.exists());
}

#[test]
fn the_end_of_standard_input_ends_the_cluster_in_order() {
    let (mut program, directory) = start();
    drop(program.stdin.take());
    assert!(program.wait().unwrap().success());
    assert_eq!(processes(&directory), Vec::<String>::new());
    assert!(!directory.exists());
}
