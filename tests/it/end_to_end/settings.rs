//! Settings, the admin server and the end of the process, as a person or a supervisor meets them.

use clap::CommandFactory;
use serde_json::json;
use spot_training_operator::settings::Arguments;

use super::support::{Installation, Kubernetes, Launch, eventually, get, put};

#[test]
fn wrong_settings_end_the_start_and_name_the_flag() {
    let rows = [
        ("--region=Ireland", "--region", "a region reads like eu-west-1"),
        ("--poll-fast=often", "--poll-fast", "an interval reads like 5s or 1m"),
        ("--poll-fast=1ms", "--poll-fast", "between 1s and 1h"),
        ("--poll-slow=2s", "--poll-slow", "shorter than --poll-fast"),
        ("--admin-address=here", "--admin-address", "invalid socket address"),
        ("--checkpoint-root=/data", "--checkpoint-root", "s3://bucket/prefix"),
        ("--concurrency=0", "--concurrency", "1..=1024"),
        ("--watch-namespaces=A_B", "--watch-namespaces", "a-z, 0-9 and -"),
        ("--selector=a in ((", "--selector", "reads like team=vision"),
        ("--cluster-id=a!", "--cluster-id", "the value of an AWS tag"),
        ("--log-level=spot=loud", "--log-level", "invalid"),
        ("--log-format=xml", "--log-format", "possible values: text, json"),
        ("--nonsense", "--nonsense", "unexpected argument"),
    ];
    for (argument, flag, words) in rows {
        let said = Launch::default().argument(argument).run(&["controller"]);
        let complaint = said.expect_refused();
        assert!(complaint.starts_with("error: "), "{complaint}");
        assert!(complaint.contains(flag) && complaint.contains(words), "{argument}: {complaint}");
    }
    let region = Launch::default().variable("SPOT_TRAINING_REGION", "Ireland");
    assert!(region.run(&["controller"]).expect_refused().contains("--region"));
}

#[test]
fn a_start_that_cannot_succeed_says_why() {
    let nowhere = Launch::default().variable("KUBECONFIG", "/nonexistent");
    let refusal = nowhere.run(&["controller"]).expect_refused();
    assert!(refusal.contains("kubeconfig"), "{refusal}");

    let taken = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    let address = format!("--admin-address={}", taken.local_addr().unwrap());
    let kubeconfig = Kubernetes::shared().operator_kubeconfig.clone();
    let launch = Launch::default().variable("KUBECONFIG", kubeconfig.to_str().unwrap());
    let refusal = launch.argument(&address).run(&["controller"]).expect_refused();
    assert!(refusal.contains("--admin-address") && refusal.contains("in use"), "{refusal}");
}

#[test]
fn help_lists_every_flag_with_its_environment_variable() {
    let help = Launch::default().run(&["controller", "--help"]).expect_ok();
    let arguments = Arguments::command();
    let controller = arguments.find_subcommand("controller").unwrap();
    let flags: Vec<_> = controller
        .get_arguments()
        .filter(|argument| !argument.is_hide_set())
        .filter_map(|argument| argument.get_long())
        .collect();
    assert!(flags.len() >= 13, "{flags:?}");
    for flag in flags {
        let variable = format!("SPOT_TRAINING_{}", flag.to_uppercase().replace('-', "_"));
        assert!(help.contains(&format!("--{flag}")), "{flag}");
        assert!(help.contains(&format!("[env: {variable}=")), "{variable} is not in:\n{help}");
    }
}

/// What /metrics has, each with its type; errors are counted from the first on.
const FAMILIES: [&str; 14] = [
    "spot_training_attempts counter",
    "spot_training_aws_requests counter",
    "spot_training_billable_seconds counter",
    "spot_training_events_dropped counter",
    "spot_training_interruptions counter",
    "spot_training_leader gauge",
    "spot_training_objects gauge",
    "spot_training_reconcile counter",
    "spot_training_reconcile_duration_seconds histogram",
    "spot_training_status_conflicts counter",
    "spot_training_statuses_refused counter",
    "spot_training_stops_timed_out counter",
    "spot_training_training_seconds counter",
    "spot_training_watch_errors counter",
];

#[tokio::test(flavor = "multi_thread", worker_threads = 1)]
async fn the_admin_server_tells_numbers_and_changes_the_log_level() {
    let quiet = |launch: Launch| launch.variable("SPOT_TRAINING_LOG_LEVEL", "info");
    let mut site = Installation::with(Kubernetes::shared(), "admin", quiet).await;
    site.run("bert-base", &json!({ "training": 2, "interruptAfter": [1] })).await;
    let object = site.state("bert-base", "Completed").await;
    // Counted once the status is written.
    let metrics = eventually("the attempt is counted", || {
        let metrics = site.operator.page("/metrics");
        metrics.contains("spot_training_attempts_total").then_some(metrics)
    })
    .await;
    let mut families: Vec<_> =
        metrics.lines().filter_map(|line| line.strip_prefix("# TYPE ")).collect();
    families.sort_unstable();
    assert_eq!(families, FAMILIES);
    for line in [
        r#"spot_training_objects{state="Completed"} 1"#,
        r#"spot_training_attempts_total{outcome="Completed"} 1"#,
        r#"spot_training_aws_requests_total{operation="CreateTrainingJob",outcome="ok"} 1"#,
        "spot_training_interruptions_total 1",
        "spot_training_leader 1",
        &format!("spot_training_training_seconds_total {}", object["status"]["trainingSeconds"]),
        &format!("spot_training_billable_seconds_total {}", object["status"]["billableSeconds"]),
    ] {
        assert!(metrics.lines().any(|known| known == line), "{line} is not in:\n{metrics}");
    }
    assert!(!metrics.contains("bert-base"), "{metrics}");

    let address = site.operator.address().unwrap();
    assert!(!site.operator.log().contains("DEBUG"));
    assert_eq!(put(&address, "/loglevel", "debug").unwrap(), (200, "ok".to_owned()));
    site.run("second", &json!({})).await;
    site.state("second", "Completed").await;
    assert!(site.operator.log().contains("DEBUG"));
    assert_eq!(put(&address, "/loglevel", "spot=loud").unwrap().0, 400);
    assert_eq!(get(&address, "/livez").unwrap(), (200, "ok".to_owned()));
    assert_eq!(site.operator.terminate().await.code(), Some(0));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 1)]
async fn the_log_is_one_json_object_a_line_where_asked_for() {
    let json = |launch: Launch| launch.argument("--log-format=json");
    let mut site = Installation::with(Kubernetes::shared(), "log", json).await;
    site.run("bert", &json!({})).await;
    site.state("bert", "Completed").await;
    site.operator.terminate().await;
    let log = site.operator.log();
    let lines: Vec<serde_json::Value> =
        log.lines().map(|line| serde_json::from_str(line).expect(line)).collect();
    let end = lines.iter().find(|line| line["message"] == "Completed").expect(&log);
    assert_eq!(end["object"], "log/bert");
    assert_eq!(end["span"]["object"], "log/bert");
    assert_eq!(lines.last().unwrap()["message"], "ended");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 1)]
async fn several_namespaces_are_watched_and_counted_as_one() {
    let several = |launch: Launch| launch.argument("--watch-namespaces=several-b");
    let site = Installation::with(Kubernetes::shared(), "several-a", several).await;
    site.run("bert", &json!({})).await;
    site.state("bert", "Completed").await;
    let metrics = site.operator.page("/metrics");
    assert_eq!(metrics.matches("# TYPE spot_training_objects gauge").count(), 1, "{metrics}");
    assert!(metrics.contains(r#"spot_training_objects{state="Completed"} 1"#), "{metrics}");
}
