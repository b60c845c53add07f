//! `import`: manifests of what other tools have.

use std::fs;
use std::io::Write;
use std::process::{Command, Stdio};

use serde_json::Value;
use spot_training_operator::cli::files::{documents_of, written_of};
use spot_training_operator::cli::import::{Imported, import};

use crate::support::fixtures::golden;

/// What two descriptions and requests, and objects of two other operators become.
const SOURCES: &str = include_str!("import_input.yaml");

fn imported(text: &str) -> Vec<Imported> {
    import(&written_of(text.as_bytes()).unwrap()).unwrap()
}

#[test]
fn training_jobs_of_other_tools_become_manifests() {
    let texts: String =
        imported(SOURCES).iter().map(|imported| imported.as_yaml().unwrap()).collect();
    golden::compare("tests/it/process/import.txt", &texts);
}

#[test]
fn what_is_printed_is_what_was_imported() {
    for imported in imported(SOURCES) {
        let text = imported.as_yaml().unwrap();
        assert_eq!(documents_of(text.as_bytes()).unwrap(), [imported.manifest]);
    }
}

/// Real requests that stay wrong, for nobody but their owner knows what is right.
const TO_MEND: [(&str, &str); 4] = [
    ("sfn-gpu-spot", "spec.template.outputDataConfig"),
    (
        "boto3-vpc-registry-auth",
        "spec.template.algorithmSpecification.trainingImageConfig.trainingRepositoryAuthConfig\
         .trainingRepositoryCredentialsProviderArn",
    ),
    ("boto3-minimal-missing", "spec.template.algorithmSpecification.trainingInputMode"),
    ("boto3-tensorboard-https", "spec.template.tensorBoardOutputConfig.s3OutputPath"),
];

#[test]
fn real_requests_are_imported() {
    let folder = format!("{}/tests/it/api/requests", env!("CARGO_MANIFEST_DIR"));
    let mut wrong = Vec::new();
    let mut to_mend = 0;
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        let name = path.file_stem().unwrap().to_str().unwrap().to_owned();
        let found = imported(&fs::read_to_string(&path).unwrap());
        let problems: Vec<_> = found
            .iter()
            .flat_map(|imported| &imported.problems)
            .map(|problem| &problem.field)
            .collect();
        let expected = TO_MEND.iter().find(|(wrong, _)| *wrong == name);
        to_mend += usize::from(expected.is_some());
        let right = match expected {
            Some((_, field)) => problems.iter().any(|problem| *problem == field),
            None => problems.is_empty(),
        };
        if !right {
            wrong.push(format!("{name}: {problems:?}"));
        }
    }
    assert_eq!(to_mend, TO_MEND.len());
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn what_is_no_training_job_is_said() {
    for text in [
        "kind: ConfigMap",
        "[]",
        "3",
        "apiVersion: sagemaker.services.k8s.aws/v1alpha1\nkind: Model",
    ] {
        let why = import(&written_of(text.as_bytes()).unwrap()).err().unwrap();
        assert!(why.contains("describe-training-job"), "{text}: {why}");
    }
    let empty = imported("TrainingJobName: '***'");
    let names: Vec<&Value> =
        empty.iter().map(|empty| &empty.manifest["metadata"]["name"]).collect();
    assert_eq!(names, ["imported"]);
}

/// What is said above the manifest that `text` becomes, in one line.
fn comments(text: &str) -> String {
    let manifest = imported(text).remove(0).as_yaml().unwrap();
    let lines = manifest.lines().filter_map(|line| line.strip_prefix('#'));
    lines.collect::<String>().split_whitespace().collect::<Vec<_>>().join(" ")
}

/// An object of ACK's with these members beside its spec.
fn of_ack(members: &str) -> String {
    format!(
        "apiVersion: sagemaker.services.k8s.aws/v1alpha1\nkind: TrainingJob\nspec: {{}}\n{members}"
    )
}

#[test]
fn a_job_that_still_runs_is_warned_about() {
    for text in [
        &of_ack("status: { trainingJobStatus: InProgress }"),
        &of_ack("status: { TrainingJobStatus: Stopping }"),
        "trainingJobName: a\ntrainingJobStatus: InProgress",
        "TrainingJobName: a\nTrainingJobStatus: InProgress",
    ] {
        assert!(comments(text).contains("both would write to one place"), "{text}");
    }
    assert!(!comments(&of_ack("status: { trainingJobStatus: Completed }")).contains("write to"));
}

#[test]
fn metrics_of_a_request_with_nulls_are_kept() {
    let imported = imported(
        "TrainingJobName: a\nVpcConfig: null\nAlgorithmSpecification:\n  MetricDefinitions: [{ Name: loss, Regex: x }]",
    );
    let metrics = &imported[0].manifest["spec"]["template"]["algorithmSpecification"];
    assert_eq!(metrics["metricDefinitions"][0]["name"], "loss", "{metrics}");
}

#[test]
fn nothing_is_translated_or_dropped_without_a_comment() {
    let request = "TrainingJobName: a\nResourceConfig: { InstanceCount: '8' }\n\
                   EnableNetworkIsolation: 'false'\nHyperParameters: { a: yes }";
    let ties = "metadata:\n  finalizers: [f]\n  ownerReferences: [{ name: o }]";
    for (text, words) in [
        (request, "ResourceConfig.InstanceCount \"8\", EnableNetworkIsolation \"false\""),
        (request, "written as text, which the API wants: HyperParameters.a true"),
        ("TrainingJobName: a\nServerlessJobConfig: {}", "serverless jobs can't be spot"),
        (&of_ack(ties), "finalizers dropped"),
        (&of_ack(ties), "ownerReferences dropped"),
    ] {
        assert!(comments(text).contains(words), "{words}: {}", comments(text));
    }
}

#[test]
fn labels_by_which_tools_know_their_objects_are_dropped() {
    let text = of_ack(
        "metadata:\n  labels: { team: risk, argocd.argoproj.io/instance: a, app.kubernetes.io/name: b, \
         kustomize.toolkit.fluxcd.io/name: c }",
    );
    let manifest = imported(&text).remove(0).manifest;
    assert_eq!(manifest["metadata"]["labels"], serde_json::json!({ "team": "risk" }));
    assert!(comments(&text).contains("labels dropped, by which tools know"), "{}", comments(&text));
}

#[test]
fn only_a_manifest_that_has_to_be_mended_is_a_failure() {
    let right = include_str!("../api/requests/lambda-entrypoint-small.json");
    for (input, code) in [
        (format!("{right}\n---\nkind: ConfigMap\n"), 0),
        ("TrainingJobName: a".to_owned(), 1),
        ("kind: ConfigMap".to_owned(), 2),
    ] {
        let mut command = Command::new(env!("CARGO_BIN_EXE_spot-training-operator"));
        command.args(["import", "-f", "-"]).stdin(Stdio::piped());
        let mut child = command.stdout(Stdio::null()).stderr(Stdio::piped()).spawn().unwrap();
        child.stdin.take().unwrap().write_all(input.as_bytes()).unwrap();
        let output = child.wait_with_output().unwrap();
        assert_eq!(output.status.code(), Some(code), "{input}: {output:?}");
    }
}

#[test]
fn numbers_become_the_texts_that_stand_for_them() {
    let yaml = "TrainingJobName: a\nHyperParameters: { a: 1.0, b: 2.10, c: 1e-4, d: 123456789012345678901234567890, \
                e: 0x1F, f: 1_000, g: -5, h: true }";
    let json = r#"{ "TrainingJobName": "a", "HyperParameters": { "a": 1.0, "b": 2.10, "c": 1e-4,
        "d": 123456789012345678901234567890, "e": "0x1F", "f": "1_000", "g": -5, "h": true } }"#;
    let list = "TrainingJobName: a\nHyperParameters:\n- { name: b, value: 2.10 }";
    let long = "123456789012345678901234567890";
    for text in [yaml, json] {
        let manifest = imported(text).remove(0).manifest;
        assert_eq!(
            manifest["spec"]["template"]["hyperParameters"],
            serde_json::json!({ "a": "1.0", "b": "2.10", "c": "1e-4", "d": long, "e": "0x1F", "f": "1_000",
                                "g": "-5", "h": "true" }),
        );
    }
    let manifest = imported(list).remove(0).manifest;
    assert_eq!(manifest["spec"]["template"]["hyperParameters"]["b"], "2.10");
}
