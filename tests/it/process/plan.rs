//! `plan`: what would become of manifests, without a cluster.

use std::io::Write;
use std::process::{Command, Output, Stdio};

use serde_json::Value;

use crate::support::fixtures::golden;

fn plan(arguments: &[&str], input: &str) -> Output {
    let mut command = Command::new(env!("CARGO_BIN_EXE_spot-training-operator"));
    command.arg("plan").args(arguments).current_dir(env!("CARGO_MANIFEST_DIR")).env_clear();
    command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped());
    let mut child = command.spawn().unwrap();
    child.stdin.take().unwrap().write_all(input.as_bytes()).unwrap();
    child.wait_with_output().unwrap()
}

fn printed(output: &Output) -> &str {
    std::str::from_utf8(&output.stdout).unwrap()
}

/// Two manifests: what people write in a hurry, and one with everything to be warned about.
const MANIFESTS: &str = include_str!("plan_input.yaml");

#[test]
fn what_would_become_of_manifests_is_said() {
    let quickstart = plan(&["-f", "examples/quickstart.yaml", "-n", "vision"], "");
    assert_eq!(quickstart.status.code(), Some(0), "{quickstart:?}");
    let mixed = plan(
        &[
            "-f",
            "-",
            "--region=eu-west-1",
            "--checkpoint-root=s3://bucket/points",
            "--cluster-id=blue",
        ],
        MANIFESTS,
    );
    assert_eq!(mixed.status.code(), Some(1), "{mixed:?}");
    let text = format!("{}{}", printed(&quickstart), printed(&mixed));
    golden::compare("tests/it/process/plan.txt", &text);
}

#[test]
fn json_and_a_uid_are_for_programs() {
    let uid = "2f6a2a4e-31ad-4f43-9d2c-0d3c25b6a1d7";
    let output = plan(&["-f", "examples/quickstart.yaml", "-o", "json", "--uid", uid], "");
    let documents: Value = serde_json::from_slice(&output.stdout).unwrap();
    let request = &documents[0]["createTrainingJob"];
    let name = spot_training_operator::domain::job::name::job_name("default", "quickstart", uid, 1);
    assert_eq!(request["TrainingJobName"], name);
    let tags = request["Tags"].as_array().unwrap();
    assert!(tags.iter().any(|tag| tag["Key"] == "spottraining.dev/uid" && tag["Value"] == uid));
}

#[test]
fn what_can_not_be_read_is_told_from_what_is_refused() {
    for (arguments, input, word) in [
        (&["-f", "nowhere.yaml"][..], "", "nowhere.yaml"),
        (&["-f", "examples"][..], "", "examples: it is a directory: name the files in it"),
        (&["-f", "-"][..], "a: [", "-: "),
        (&["-f", "-"][..], "kind: ConfigMap\n", "no file has an object of kind SpotTrainingJob"),
        (&["-f", "-"][..], "", "no file has an object of kind SpotTrainingJob"),
        (&["-f", "-"][..], "\u{0}\u{1}", "-: "),
    ] {
        let output = plan(arguments, input);
        assert_eq!(output.status.code(), Some(2), "{arguments:?} {input:?}: {output:?}");
        let said = String::from_utf8_lossy(&output.stderr);
        assert!(said.starts_with("error: ") && said.contains(word), "{said}");
    }
}

#[test]
fn bash_completes_options_of_commands() {
    let script = r#"
        source <(OPERATOR completion bash)
        complete -p spot-training-operator >/dev/null
        COMP_WORDS=(spot-training-operator plan --re) COMP_CWORD=2
        _spot_training_operator spot-training-operator --re plan
        printf '%s\n' "${COMPREPLY[@]}"
    "#;
    let script = script.replace("OPERATOR", env!("CARGO_BIN_EXE_spot-training-operator"));
    let output = Command::new("bash").args(["-c", &script]).output().unwrap();
    assert_eq!(printed(&output).trim(), "--region", "{output:?}");
}
