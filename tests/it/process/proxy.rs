//! Proxies: which way the apiserver and AWS are reached.

use http::Uri;
use hyper_util::client::proxy::matcher::Matcher;
use spot_training_operator::runtime::proxy::{Way, to_apiserver, to_own_cluster, unusable_for_aws};

const PROXY: &str = "http://proxy.corp:3128";

fn uri(text: &str) -> Uri {
    text.parse().unwrap()
}

fn environment(https_proxy: &str, no_proxy: &str) -> Matcher {
    Matcher::builder().https(https_proxy.to_owned()).no(no_proxy.to_owned()).build()
}

fn through(proxy: &str) -> Way {
    Way::Proxy(uri(proxy))
}

#[test]
fn the_apiserver_is_reached_as_kubectl_reaches_it() {
    let server = uri("https://kubernetes.corp:6443");
    for (https_proxy, no_proxy, kubeconfig, way) in [
        ("", "", None, Way::Direct),
        (PROXY, "", None, through("http://proxy.corp:3128/")),
        ("proxy.corp:3128", "", None, through("http://proxy.corp:3128/")),
        (PROXY, "kubernetes.corp", None, Way::Direct),
        (PROXY, ".corp", None, Way::Direct),
        (PROXY, "10.0.0.0/8, .other, ", None, through("http://proxy.corp:3128/")),
        // kube 5.0.0 compares NO_PROXY with the proxy's own address.
        (PROXY, "proxy.corp", None, through("http://proxy.corp:3128/")),
        // Where the kubeconfig names a proxy, the environment does not count.
        (PROXY, "", Some("http://own:1"), through("http://own:1")),
        (PROXY, "*", Some("http://own:1"), through("http://own:1")),
        ("", "", Some("https://own:1"), through("https://own:1")),
        ("", "", Some("socks5://own:1"), through("socks5://own:1")),
        (PROXY, "", Some(""), through("http://proxy.corp:3128/")),
        // User and password survive, whatever is in them.
        (
            "http://us%40er:p%3Aa%2Fss@proxy.corp:3128",
            "",
            None,
            through("http://us%40er:p%3Aa%2Fss@proxy.corp:3128"),
        ),
    ] {
        let chosen = to_apiserver(&server, kubeconfig, &environment(https_proxy, no_proxy));
        assert_eq!(chosen, Ok(way), "{https_proxy} {no_proxy} {kubeconfig:?}");
    }
}

#[test]
fn a_proxy_that_cannot_be_used_is_named_without_its_password() {
    let server = uri("https://kubernetes.corp:6443");
    let socks4 = environment("socks4://user:secret@proxy.corp:1080", "");
    let Ok(Way::Ignored(why)) = to_apiserver(&server, None, &socks4) else { panic!() };
    assert!(why.contains("socks4://proxy.corp:1080") && why.contains("socks5"), "{why}");
    assert!(!why.contains("secret"), "{why}");

    for wrong in ["ftp://own:1", "own:1", "http://", "http://a b"] {
        let refusal = to_apiserver(&server, Some(wrong), &environment("", "")).unwrap_err();
        assert!(refusal.contains("proxy-url") && refusal.contains(wrong), "{refusal}");
    }
}

#[test]
fn the_apiserver_of_the_own_cluster_is_reached_directly() {
    let server = uri("https://10.96.0.1:443");
    let Way::Ignored(why) = to_own_cluster(&server, &environment(PROXY, "")) else { panic!() };
    assert!(why.contains("proxy.corp:3128") && why.contains("10.96.0.1"), "{why}");
    assert_eq!(to_own_cluster(&server, &environment(PROXY, "10.96.0.0/12")), Way::Direct);
    assert_eq!(to_own_cluster(&server, &environment("", "")), Way::Direct);
}

#[test]
fn aws_is_reached_through_http_proxies_only() {
    let endpoint = uri("https://api.sagemaker.eu-west-1.amazonaws.com");
    for (proxy, no_proxy, usable) in [
        (PROXY, "", true),
        ("https://proxy.corp", "", true),
        ("socks5://proxy.corp:1080", "", false),
        ("socks5://proxy.corp:1080", ".amazonaws.com", true),
        ("", "", true),
    ] {
        let why = unusable_for_aws(&endpoint, &environment(proxy, no_proxy));
        assert_eq!(why.is_none(), usable, "{proxy} {no_proxy}: {why:?}");
    }
}
