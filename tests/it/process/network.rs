//! Proxies and private certificate authorities, on both sides of the operator.

use super::support::{Apiserver, Authority, Proxy, State, file, kubeconfig, launch};
use crate::end_to_end::support::{Launch, Operator, eventually};

/// `us@er:pass`, as HTTP sends it.
const AUTHORIZATION: &str = "Basic dXNAZXI6cGFzcw==";

/// With credentials that are fetched from STS at the start.
fn with_web_identity(launch: Launch, sts: &str) -> Launch {
    launch
        .without("AWS_ACCESS_KEY_ID")
        .without("AWS_SECRET_ACCESS_KEY")
        .variable("AWS_ENDPOINT_URL", sts)
        .variable("AWS_REGION", "eu-west-1")
        .variable("AWS_ROLE_ARN", "arn:aws:iam::123456789012:role/operator")
        .variable("AWS_WEB_IDENTITY_TOKEN_FILE", file("token", "token").to_str().unwrap())
}

#[tokio::test(flavor = "multi_thread", worker_threads = 1)]
async fn the_proxy_of_a_kubeconfig_leads_to_the_apiserver() {
    let authority = Authority::new();
    let apiserver = Apiserver::start(State::LedByAnother, &authority, "kubernetes.test").await;
    let proxy = Proxy::start(&[("kubernetes.test", apiserver.address)]).await;
    let server = apiserver.url("kubernetes.test");
    let kubeconfig = kubeconfig(&server, &authority, Some(&proxy.url()));
    let _operator = Operator::ready(&launch(&kubeconfig)).await;
    let asked = proxy.asked();
    let host = server.trim_start_matches("https://");
    assert_eq!(asked[0], format!("CONNECT {host} HTTP/1.1 {AUTHORIZATION}"));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 1)]
async fn the_proxy_of_the_environment_leads_to_both_sides_under_private_authorities() {
    let (of_kubernetes, of_aws) = (Authority::new(), Authority::new());
    let apiserver = Apiserver::start(State::LedByAnother, &of_kubernetes, "kubernetes.test").await;
    let sts = Apiserver::start(State::WithoutCrd, &of_aws, "sts.test").await;
    let hosts = [("kubernetes.test", apiserver.address), ("sts.test", sts.address)];
    let proxy = Proxy::start(&hosts).await;
    let kubeconfig = kubeconfig(&apiserver.url("kubernetes.test"), &of_kubernetes, None);
    let launch = with_web_identity(launch(&kubeconfig), "https://sts.test")
        .variable("HTTPS_PROXY", &proxy.url())
        .variable("AWS_CA_BUNDLE", of_aws.file().to_str().unwrap());
    let _operator = Operator::ready(&launch).await;
    sts.receives("POST /").await;
    let asked = proxy.asked();
    for host in [&apiserver.url("kubernetes.test")["https://".len()..], "sts.test:443"] {
        let line = format!("CONNECT {host} HTTP/1.1 {AUTHORIZATION}");
        assert!(asked.contains(&line), "{line} is not in {asked:?}");
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 1)]
async fn no_proxy_names_servers_and_not_the_proxy() {
    let authority = Authority::new();
    let apiserver = Apiserver::start(State::LedByAnother, &authority, "localhost").await;
    let proxy = Proxy::start(&[]).await;
    let kubeconfig = kubeconfig(&apiserver.url("localhost"), &authority, None);
    let launch = with_web_identity(launch(&kubeconfig), "https://sts.test")
        .variable("HTTPS_PROXY", &proxy.url())
        .variable("NO_PROXY", "localhost");
    let _operator = Operator::ready(&launch).await;
    eventually("AWS is reached through the proxy", || {
        let asked = proxy.asked();
        assert!(asked.iter().all(|line| line.starts_with("CONNECT sts.test:443")), "{asked:?}");
        (!asked.is_empty()).then_some(())
    })
    .await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 1)]
async fn an_authority_that_is_not_trusted_is_named_with_the_address() {
    let (own, other) = (Authority::new(), Authority::new());
    let apiserver = Apiserver::start(State::LedByAnother, &own, "localhost").await;
    let server = apiserver.url("localhost");
    let operator = Operator::start(&launch(&kubeconfig(&server, &other, None)));
    let why = eventually("readiness says why", || {
        let (_, why) = operator.readiness()?;
        why.contains("cannot be reached").then_some(why)
    })
    .await;
    assert!(why.contains(&server) && why.contains("invalid peer certificate"), "{why}");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 1)]
async fn without_any_authority_the_operator_starts_and_warns() {
    let authority = Authority::new();
    let apiserver = Apiserver::start(State::LedByAnother, &authority, "localhost").await;
    let kubeconfig = kubeconfig(&apiserver.url("localhost"), &authority, None);
    let nothing = file("nothing", "").with_extension("d");
    std::fs::create_dir_all(&nothing).unwrap();
    let launch = with_web_identity(launch(&kubeconfig), "https://127.0.0.1:9")
        .variable("SSL_CERT_DIR", nothing.to_str().unwrap());
    let mut operator = Operator::ready(&launch).await;
    assert!(operator.log().contains("there are no certificate authorities"), "{}", operator.log());
    assert_eq!(operator.terminate().await.code(), Some(0));
}
