//! The HTTP client of all of AWS's clients: which certificate authorities it trusts, and proxies.
//!
//! `AWS_CA_BUNDLE` replaces the system's authorities, as for the AWS CLI; the Rust SDK does not read
//! it. Proxies are those of the environment, as in the SDK's own default client.

use std::path::{Path, PathBuf};

use aws_smithy_http_client::proxy::ProxyConfig;
use aws_smithy_http_client::tls::rustls_provider::CryptoMode;
use aws_smithy_http_client::tls::{Provider, TlsContext, TrustStore};
use aws_smithy_http_client::{Builder, ConnectorBuilder};
use aws_smithy_runtime_api::client::http::SharedHttpClient;
use rustls::RootCertStore;
use rustls::pki_types::CertificateDer;
use rustls::pki_types::pem::PemObject;

/// Where certificate authorities are read from.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct TlsSettings {
    /// `AWS_CA_BUNDLE`: the file that replaces the system's authorities.
    pub ca_bundle: Option<PathBuf>,
    /// `SSL_CERT_FILE`: the file of the system's authorities.
    pub cert_file: Option<PathBuf>,
}

/// One client for every region: connections and certificates are shared.
///
/// # Errors
/// Which variable names a file that cannot be used, and why.
pub(super) fn shared(settings: &TlsSettings) -> Result<SharedHttpClient, String> {
    let tls = TlsContext::builder()
        .with_trust_store(trust_store(settings)?)
        .build()
        .map_err(|error| format!("TLS: {error}"))?;
    Ok(Builder::new().build_with_connector_fn(move |settings, components| {
        let mut connector = ConnectorBuilder::default()
            .tls_provider(Provider::Rustls(CryptoMode::AwsLc))
            .tls_context(tls.clone())
            .proxy_config(ProxyConfig::from_env());
        connector.set_connector_settings(settings.cloned());
        if let Some(components) = components {
            connector.set_sleep_impl(components.sleep_impl());
        }
        connector.build()
    }))
}

/// The SDK panics at a file that it cannot parse, and in debug builds where the system has no
/// authorities at all, so that both are found out before it is asked.
fn trust_store(settings: &TlsSettings) -> Result<TrustStore, String> {
    if let Some(path) = &settings.ca_bundle {
        return Ok(TrustStore::empty().with_pem_certificate(checked("AWS_CA_BUNDLE", path)?));
    }
    if let Some(path) = &settings.cert_file {
        checked("SSL_CERT_FILE", path)?;
    }
    let mut authorities = RootCertStore::empty();
    authorities.add_parsable_certificates(rustls_native_certs::load_native_certs().certs);
    if authorities.is_empty() {
        tracing::warn!(
            "there are no certificate authorities, so that no https endpoint of AWS can be \
             trusted: install ca-certificates, or set SSL_CERT_FILE or AWS_CA_BUNDLE"
        );
        return Ok(TrustStore::empty());
    }
    Ok(TrustStore::default())
}

/// The content of a file of which every certificate can be used, and which has one.
fn checked(variable: &str, path: &Path) -> Result<Vec<u8>, String> {
    let wrong = |why: String| format!("{variable}: {}: {why}", path.display());
    let pem = std::fs::read(path).map_err(|error| wrong(error.to_string()))?;
    let mut authorities = RootCertStore::empty();
    for certificate in CertificateDer::pem_slice_iter(&pem) {
        let certificate = certificate.map_err(|error| wrong(error.to_string()))?;
        authorities.add(certificate).map_err(|error| wrong(error.to_string()))?;
    }
    if authorities.is_empty() {
        return Err(wrong("it holds no certificate in PEM form".to_owned()));
    }
    Ok(pem)
}
