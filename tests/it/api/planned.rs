//! What `plan` says of manifests beside what the definition says.

use serde_json::{Value, json};
use spot_training_operator::cli::files::documents_of;
use spot_training_operator::cli::plan::plan;

use crate::support::fixtures::manifests::plan_settings;
use crate::support::fixtures::objects::manifest;

type Change = fn(&mut Value);

/// What is said of objects, each changed in its way.
fn planned(changes: &[Change]) -> Vec<Value> {
    let objects = changes.iter().map(|change| {
        let mut object = manifest("vision", "resnet50");
        change(&mut object);
        object
    });
    let settings = plan_settings(&["--region=eu-west-1"]);
    plan(&objects.collect::<Vec<_>>(), &settings).unwrap()
}

/// The warnings about one object.
fn warnings(change: Change) -> String {
    planned(&[change])[0]["warnings"].to_string()
}

#[test]
fn a_problem_that_only_the_operator_sees_names_its_field() {
    let planned = planned(&[|object| {
        let rule = json!({ "name": "memory", "action": "FailJob", "onFailureMessagePatterns": ["a; spec.b: ("] });
        object["spec"]["failurePolicy"] = json!({ "rules": [rule] });
    }]);
    let message = "\"a; spec.b: (\" is no regular expression of RE2: unclosed group";
    let field = "spec.failurePolicy.rules[memory].onFailureMessagePatterns";
    assert_eq!(planned[0]["problems"], json!([{ "field": field, "message": message }]));
}

#[test]
fn an_object_that_is_given_twice_is_an_edit_of_itself() {
    let edited = planned(&[|_| {}, |object| object["spec"]["suspend"] = json!(false)]);
    let said = edited[1]["warnings"].to_string();
    assert!(said.contains("given twice") && !said.contains("overlaps"), "{said}");
    assert_eq!(edited[0]["warnings"], json!([]));
    let other = planned(&[|_| {}, |object| object["spec"]["region"] = json!("us-east-1")]);
    assert_eq!(other[1]["problems"][0]["field"], "spec.region", "{:#}", other[1]);
    let another = planned(&[|_| {}, |object| object["metadata"]["name"] = json!("b")]);
    assert!(another[1]["warnings"].to_string().contains("overlaps"), "{:#}", another[1]);
}

/// The warnings about an input with these members.
fn of_input(data_type: &str, attributes: &[&str], members: &Value) -> String {
    let mut channel = json!({
        "channelName": "train",
        "dataSource": { "s3DataSource": {
            "s3DataType": data_type, "s3Uri": "s3://bucket/train", "attributeNames": attributes,
        } },
    });
    for (name, member) in members.as_object().unwrap() {
        channel[name] = member.clone();
    }
    let mut object = manifest("vision", "resnet50");
    object["spec"]["template"]["inputDataConfig"] = json!([channel]);
    let planned = plan(&[object], &plan_settings(&["--region=eu-west-1"])).unwrap();
    planned[0]["warnings"].to_string()
}

#[test]
fn an_input_is_warned_about_for_each_of_its_faults() {
    let (none, needs, mark) =
        ("gives the training nothing", "needs recordWrapperType", "a mark between");
    let piped = json!({ "inputMode": "Pipe" });
    let bare = json!({ "inputMode": "Pipe", "recordWrapperType": "None" });
    let wrapped = json!({ "inputMode": "Pipe", "recordWrapperType": "RecordIO" });
    let rows: [(&str, &[&str], &Value, &[&str]); 8] = [
        ("AugmentedManifestFile", &[], &piped, &[none, needs]),
        ("AugmentedManifestFile", &["a"], &piped, &[needs]),
        ("AugmentedManifestFile", &["a"], &bare, &[needs]),
        ("AugmentedManifestFile", &[], &json!({}), &[none]),
        ("AugmentedManifestFile", &["a"], &wrapped, &[]),
        ("S3Prefix", &[], &piped, &[mark]),
        ("S3Prefix", &[], &bare, &[]),
        ("S3Prefix", &[], &json!({}), &[]),
    ];
    for (data_type, attributes, members, expected) in rows {
        let said = of_input(data_type, attributes, members);
        for text in [none, needs, mark] {
            assert_eq!(
                said.contains(text),
                expected.contains(&text),
                "{data_type} {members}: {said}"
            );
        }
    }
}

#[test]
fn why_nothing_is_started_is_said() {
    let said = warnings(|object| object["spec"]["managedBy"] = json!("kueue.x-k8s.io/multikueue"));
    assert!(said.contains("managedBy is kueue.x-k8s.io/multikueue"), "{said}");
    let said = warnings(|object| object["spec"]["suspend"] = json!(true));
    assert!(said.contains("suspend is true"), "{said}");
    let said = warnings(|object| {
        object["spec"]["managedBy"] = json!("spottraining.dev/operator");
        object["spec"]["suspend"] = json!(false);
    });
    assert_eq!(said, "[]");
}

#[test]
fn what_can_not_be_read_is_said_with_its_place_or_its_remedy() {
    for (text, words) in [
        ("a:\n  region: a\n  region:\n    b: 1\n", "the key region is given twice at line 3"),
        ("a: 1\nb:\n  - [c]: d\n", "can't be a key at line 3"),
        ("a: 1\n<<: 2\n", "<< takes a map, or a list of maps at line 2"),
        ("a: !!binary '#'\n", "at line 1"),
        ("a: 1\nb: [\n", "line 2"),
        ("metadata:\n  name: {{ .Release.Name }}\n", "render the chart first (helm template)"),
        ("{{- if .Values.a }}\na: 1\n{{- end }}\n", "render the chart first (helm template)"),
    ] {
        let why = documents_of(text.as_bytes()).unwrap_err();
        assert!(why.contains(words), "{text}: {why}");
    }
}

#[test]
fn an_object_of_this_version_without_a_kind_is_one() {
    let planned = planned(&[|object| drop(object.as_object_mut().unwrap().remove("kind"))]);
    let expected = json!([{ "field": "kind", "message": "write SpotTrainingJob" }]);
    assert_eq!(planned[0]["problems"], expected);
}
