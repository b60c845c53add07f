//! The start: what it says of itself, and what ends it.

use super::support::{Apiserver, Authority, State, file, kubeconfig, launch};
use crate::end_to_end::support::Operator;

#[tokio::test(flavor = "multi_thread", worker_threads = 1)]
async fn one_line_says_with_which_settings_it_starts() {
    let authority = Authority::new();
    let apiserver = Apiserver::start(State::LedByAnother, &authority, "localhost").await;
    let kubeconfig = kubeconfig(&apiserver.url("localhost"), &authority, None);
    let launch = launch(&kubeconfig)
        .argument("--log-format=json")
        .argument("--selector=team in (vision)")
        .variable("AWS_REGION", "eu-west-1");
    let operator = Operator::ready(&launch).await;
    let log = operator.log();
    let lines: Vec<serde_json::Value> =
        log.lines().map(|line| serde_json::from_str(line).expect(line)).collect();
    let starting: Vec<_> = lines.iter().filter(|line| line["message"] == "starting").collect();
    let [line] = starting.as_slice() else { panic!("{log}") };
    for (member, value) in [
        ("level", "INFO"),
        ("version", env!("CARGO_PKG_VERSION")),
        ("region", "eu-west-1"),
        ("account", "not known yet"),
        ("namespaces", "default"),
        ("selector", "team in (vision)"),
        ("endpoint", "http://127.0.0.1:9"),
    ] {
        assert_eq!(line[member], value, "{line:#}");
    }
}

#[test]
fn files_that_cannot_be_used_end_the_start_and_name_the_variable() {
    let kubeconfig = kubeconfig("https://127.0.0.1:9", &Authority::new(), None);
    let empty = file("empty.pem", "# nothing\n");
    let broken =
        file("broken.pem", "-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n");
    for variable in ["AWS_CA_BUNDLE", "SSL_CERT_FILE"] {
        for (path, words) in [
            ("/nonexistent.pem", "No such file"),
            (empty.to_str().unwrap(), "no certificate"),
            (broken.to_str().unwrap(), "invalid peer certificate"),
        ] {
            let launch = launch(&kubeconfig).variable(variable, path);
            let refusal = launch.run(&["controller"]).expect_refused();
            assert!(refusal.contains(variable) && refusal.contains(path), "{refusal}");
            assert!(refusal.contains(words), "{refusal}");
        }
        // As other programs have it, an empty variable is none: only the address ends this start.
        let launch =
            launch(&kubeconfig).variable(variable, "").argument("--admin-address=9.9.9.9:1");
        let refusal = launch.run(&["controller"]).expect_refused();
        assert!(!refusal.contains(variable), "{refusal}");
    }
}

#[test]
fn a_kubeconfig_that_is_wrong_ends_the_start_and_says_why() {
    let authority = Authority::new();
    for (proxy_url, words) in [("ftp://a:1", "http, https, socks5"), ("http://a b", "invalid uri")]
    {
        let kubeconfig = kubeconfig("https://127.0.0.1:9", &authority, Some(proxy_url));
        let refusal = launch(&kubeconfig).run(&["controller"]).expect_refused();
        assert!(refusal.contains("kubeconfig") && refusal.contains("proxy"), "{refusal}");
        assert!(refusal.contains(words), "{refusal}");
    }
    let kubeconfig = kubeconfig("https://127.0.0.1:9", &authority, None);
    let launch = launch(&kubeconfig).variable("HTTPS_PROXY", "http://a:1");
    let refusal = launch.variable("NO_PROXY", "a,,b").run(&["controller"]).expect_refused();
    assert!(refusal.contains("NO_PROXY") && refusal.contains("is empty"), "{refusal}");
}
