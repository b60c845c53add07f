//! Proxies: which way the apiserver and AWS are reached.
//!
//! `HTTPS_PROXY`, `HTTP_PROXY`, `ALL_PROXY` and `NO_PROXY` are read by hyper-util, by the same rules
//! for both sides: the AWS SDK uses it too. kube reads `NO_PROXY` as well, but compares it with the
//! address of the proxy (`ConfigLoader::proxy_url` of kube 5.0.0), so its choice is replaced here.

use data_encoding::BASE64;
use http::Uri;
use hyper_util::client::proxy::matcher::{Intercept, Matcher};

/// The way to a server.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Way {
    /// Without a proxy.
    Direct,
    /// Through this proxy, whose address may carry a user and password.
    Proxy(Uri),
    /// Without the proxy that the settings name, for this reason.
    Ignored(String),
}

/// Proxies that kube speaks to.
const OF_KUBE: [&str; 3] = ["http", "https", "socks5"];

/// Proxies that the AWS SDK speaks to.
const OF_AWS: [&str; 2] = ["http", "https"];

/// The way to the apiserver of a kubeconfig. Its own `proxy-url` counts whatever `NO_PROXY` says, as
/// for kubectl.
///
/// # Errors
/// What is wrong with its `proxy-url`.
pub fn to_apiserver(
    server: &Uri,
    proxy_url: Option<&str>,
    environment: &Matcher,
) -> Result<Way, String> {
    let Some(text) = proxy_url.filter(|text| !text.is_empty()) else {
        return Ok(environment.intercept(server).map_or(Way::Direct, |proxy| {
            usable(&proxy, &OF_KUBE).map_or_else(Way::Ignored, |()| Way::Proxy(address(&proxy)))
        }));
    };
    let wrong = |why: String| format!("proxy-url {text}: {why}; it reads like http://host:3128");
    let proxy: Uri = text.parse().map_err(|error| wrong(format!("{error}")))?;
    match proxy.scheme_str() {
        Some(scheme) if OF_KUBE.contains(&scheme) => Ok(Way::Proxy(proxy)),
        _ => Err(wrong(format!("the schemes are {}", OF_KUBE.join(", ")))),
    }
}

/// The way to the apiserver of the cluster that the operator runs in: never through a proxy, which
/// outside of `NO_PROXY` is rarely meant, and whose loss would stop the operator.
#[must_use]
pub fn to_own_cluster(server: &Uri, environment: &Matcher) -> Way {
    environment.intercept(server).map_or(Way::Direct, |proxy| {
        let host = server.host().unwrap_or_default();
        Way::Ignored(format!(
            "the proxy {} is not used for the apiserver of this cluster: add {host} to NO_PROXY",
            proxy.uri()
        ))
    })
}

/// Why the AWS SDK cannot use the proxy that the environment names for `endpoint`, if so.
#[must_use]
pub fn unusable_for_aws(endpoint: &Uri, environment: &Matcher) -> Option<String> {
    usable(&environment.intercept(endpoint)?, &OF_AWS).err()
}

fn usable(proxy: &Intercept, schemes: &[&str]) -> Result<(), String> {
    let uri = proxy.uri();
    if uri.scheme_str().is_some_and(|scheme| schemes.contains(&scheme)) {
        return Ok(());
    }
    Err(format!("the proxy {uri} cannot be used: the schemes are {}", schemes.join(", ")))
}

/// The address of a proxy with its user and password, as kube wants it.
fn address(proxy: &Intercept) -> Uri {
    let uri = proxy.uri().clone();
    let Some(user) = user_of(proxy) else { return uri };
    let Some(host) = uri.authority() else { return uri };
    let scheme = uri.scheme_str().unwrap_or("http");
    format!("{scheme}://{user}@{host}").parse().unwrap_or(uri)
}

/// User and password of a proxy that speaks HTTP, percent-encoded. kube gives SOCKS proxies none.
fn user_of(proxy: &Intercept) -> Option<String> {
    let header = proxy.basic_auth()?.to_str().ok()?;
    let plain = BASE64.decode(header.strip_prefix("Basic ")?.as_bytes()).ok()?;
    let plain = String::from_utf8(plain).ok()?;
    let (user, password) = plain.split_once(':')?;
    Some(format!("{}:{}", percent_encoded(user), percent_encoded(password)))
}

fn percent_encoded(text: &str) -> String {
    let encoded = |byte: u8| match byte {
        b'A'..=b'Z' | b'a'..=b'z' | b'0'..=b'9' => char::from(byte).to_string(),
        other => format!("%{other:02X}"),
    };
    text.bytes().map(encoded).collect()
}
