//! How AWS is reached, where it is not the SDK's own way.

use aws_smithy_runtime_api::client::http::SharedHttpClient;
use aws_smithy_runtime_api::client::interceptors::SharedInterceptor;
use jiff::Timestamp;

use super::date_header::DateHeader;
use super::http_client::{self, TlsSettings};

/// How AWS is reached, where it is not the SDK's own way.
#[derive(Clone, Debug, Default)]
pub struct Connection {
    /// The HTTP client of every region and of the credentials' providers.
    pub http_client: Option<SharedHttpClient>,
    /// Sees every request and answer.
    pub interceptor: Option<SharedInterceptor>,
}

impl Connection {
    /// One HTTP client for all that trusts these certificates; `on_date` learns the `Date` header of
    /// every answer.
    ///
    /// # Errors
    /// When certificates that the environment names can't be used.
    pub fn new(
        tls: &TlsSettings,
        on_date: impl Fn(Timestamp) + Send + Sync + 'static,
    ) -> Result<Self, String> {
        Ok(Self {
            http_client: Some(http_client::shared(tls)?),
            interceptor: Some(SharedInterceptor::new(DateHeader::new(on_date))),
        })
    }
}
