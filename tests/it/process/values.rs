//! Values of settings: what is refused names the flag and how a value reads.

use clap::Parser;
use spot_training_operator::settings::{Arguments, Command, Controller};

/// The settings that arguments of `controller` give.
pub(super) fn controller(arguments: &[&str]) -> Result<Controller, String> {
    let words = ["spot-training-operator", "controller"].iter().chain(arguments);
    let parsed = Arguments::try_parse_from(words).map_err(|error| error.to_string())?;
    match parsed.command {
        Command::Controller(settings) => Ok(*settings),
        other => Err(format!("{other:?}")),
    }
}

#[test]
fn right_values_are_accepted() {
    let longest = format!("--watch-namespaces={}", "n".repeat(63));
    for argument in [
        "--watch-namespaces=a,team-1,0x",
        &longest,
        "--lease-namespace=kube-system",
        "--cluster-id=Prod EU/1 =+-@:_.",
        "--cluster-id=Zürich",
        "--region=us-gov-west-1",
        "--region=ap-southeast-4",
        "--region=eusc-de-east-1",
        "--checkpoint-root=s3://my-bucket",
        "--checkpoint-root=s3://my.bucket/checkpoints/",
        "--poll-fast=1s",
        "--poll-slow=1h",
        "--admin-address=[::1]:0",
        "--log-level=info,kube=debug",
    ] {
        assert!(controller(&[argument]).is_ok(), "{argument}: {:?}", controller(&[argument]));
    }
}

#[test]
fn wrong_values_are_refused_and_say_how_a_value_reads() {
    let (longer, longest_tag) = ("n".repeat(64), "n".repeat(257));
    let rows: [(&str, &[&str], &str); 8] = [
        ("--watch-namespaces", &["A", "-a", "a-", "a.b", "a_b", "a,,b", "", &longer], "a-z, 0-9"),
        ("--lease-namespace", &["A", "-a", ""], "a-z, 0-9"),
        (
            "--cluster-id",
            &["", " ", "a!", "a\n", "aws:mine", "AWS:mine", "a\u{7f}", &longest_tag],
            "AWS tag",
        ),
        ("--region", &["Ireland", "eu-west", "eu-west-a", "EU-west-1", "eu-w est-1"], "eu-west-1"),
        (
            "--checkpoint-root",
            &[
                "/data",
                "s3://",
                "s3:///a",
                "s3://B/a",
                "s3://ab",
                "s3://bucket/a\u{85}",
                "S3://bucket",
            ],
            "s3://bucket/prefix",
        ),
        ("--poll-fast", &["often", "0s", "2h", "-5s"], "interval"),
        ("--admin-address", &["here", "8080", "localhost:8080"], "0.0.0.0:8080"),
        ("--log-level", &["loud", "kube=loud", "5"], "trace, debug, info, warn, error, off"),
    ];
    for (flag, values, words) in rows {
        for value in values {
            let refusal = controller(&[&format!("{flag}={value}")]).expect_err(value);
            assert!(refusal.contains(flag) && refusal.contains(words), "{value}: {refusal}");
        }
    }
}

#[test]
fn a_region_or_a_root_that_is_empty_is_none() {
    let defaults = controller(&["--region=", "--checkpoint-root="]).unwrap().defaults;
    assert_eq!((defaults.region(), defaults.checkpoint_root()), (None, None));
    let defaults = controller(&["--region=eu-west-1"]).unwrap().defaults;
    assert_eq!(defaults.region().as_deref(), Some("eu-west-1"));
}

#[test]
fn a_plan_is_for_a_uid_or_for_none() {
    let words = ["spot-training-operator", "plan", "-f", "-", "--uid="];
    assert!(Arguments::try_parse_from(words).unwrap_err().to_string().contains("--uid"));
}
