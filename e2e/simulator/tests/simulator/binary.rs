//! The binary: what it prints, what it refuses, how it ends.

use std::io::{BufRead, BufReader};
use std::net::TcpStream;
use std::process::{Command, Stdio};

fn simulator() -> Command {
    Command::new(env!("CARGO_BIN_EXE_sagemaker-simulator"))
}

fn refusal(arguments: &[&str]) -> String {
    let mut command = simulator();
    command.args(arguments).stdout(Stdio::piped()).stderr(Stdio::piped());
    let mut child = command.spawn().unwrap();
    let mut line = String::new();
    BufReader::new(child.stdout.take().unwrap()).read_line(&mut line).unwrap();
    if !line.is_empty() {
        child.kill().unwrap();
        child.wait().unwrap();
        panic!("{arguments:?} were accepted");
    }
    let output = child.wait_with_output().unwrap();
    assert!(!output.status.success());
    String::from_utf8(output.stderr).unwrap()
}

#[test]
fn prints_its_url_and_ends_on_signals() {
    for signal in ["-TERM", "-INT"] {
        let mut child = simulator().stdout(Stdio::piped()).spawn().unwrap();
        let mut line = String::new();
        BufReader::new(child.stdout.take().unwrap()).read_line(&mut line).unwrap();
        let address = line.trim_end().strip_prefix("http://127.0.0.1:").unwrap();
        let port: u16 = address.parse().unwrap();
        // An open connection must not keep it.
        let _open = TcpStream::connect(("127.0.0.1", port)).unwrap();
        let killed = Command::new("kill").args([signal, &child.id().to_string()]).status().unwrap();
        assert!(killed.success());
        assert_eq!(child.wait().unwrap().code(), Some(0), "{signal}");
    }
}

#[test]
fn refuses_to_be_reached_from_elsewhere() {
    let text = refusal(&["--listen", "0.0.0.0:0"]);
    assert!(text.contains("0.0.0.0:0 can be reached from other machines"), "{text}");
    assert!(text.contains("--allow-remote"), "{text}");
}

#[test]
fn refuses_bad_scripts_and_scales() {
    let text = refusal(&["--script", "/nonexistent.json"]);
    assert!(text.contains("/nonexistent.json"), "{text}");
    let manifest = concat!(env!("CARGO_MANIFEST_DIR"), "/Cargo.toml");
    assert!(refusal(&["--script", manifest]).contains("Cargo.toml"));
    assert!(refusal(&["--time-scale", "0"]).contains("--time-scale"));
}
