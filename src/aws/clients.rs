//! The SDK's clients: one configuration and one HTTP client for all, and a client for each of the
//! regions that were used last.

use std::sync::{Mutex, PoisonError};
use std::time::Duration;

use aws_config::retry::RetryConfig;
use aws_config::timeout::TimeoutConfig;
use aws_config::{Region, SdkConfig};
use aws_credential_types::Credentials;
use aws_credential_types::provider::SharedCredentialsProvider;
use aws_sdk_sagemaker::config::IdentityCache;
use aws_smithy_runtime_api::client::interceptors::SharedInterceptor;

use crate::domain::run::live_attempt::CREATE_TIMEOUT;

use super::address::Address;
use super::connection::Connection;
use super::credentials::CachedCredentials;
use super::endpoint;
use super::recent::Recent;

/// A connection that is not there by then will not come.
const CONNECT_TIMEOUT: Duration = Duration::from_secs(3);

/// Builds clients, and keeps a few.
#[derive(Debug)]
pub(super) struct Clients {
    base: SdkConfig,
    interceptor: Option<SharedInterceptor>,
    credentials: CachedCredentials,
    regions: Mutex<Recent<Regional>>,
}

/// `SageMaker`'s client of one region.
#[derive(Clone, Debug)]
pub(super) struct Regional {
    pub(super) sagemaker: aws_sdk_sagemaker::Client,
    pub(super) address: Address,
}

impl Clients {
    pub(super) fn new(
        config: SdkConfig,
        connection: Connection,
        credentials: CachedCredentials,
    ) -> Self {
        let timeouts = TimeoutConfig::builder()
            .connect_timeout(CONNECT_TIMEOUT)
            .operation_timeout(CREATE_TIMEOUT.unsigned_abs())
            .build();
        // The SDK's own retries are off: they know no rate limit, and a create must be sent once.
        let mut base = config
            .into_builder()
            .retry_config(RetryConfig::disabled())
            .timeout_config(timeouts)
            .identity_cache(IdentityCache::no_cache());
        if let Some(client) = connection.http_client {
            base.set_http_client(Some(client));
        }
        Self {
            base: base.build(),
            interceptor: connection.interceptor,
            credentials,
            regions: Mutex::default(),
        }
    }

    /// The operator's own region, if the configuration names one.
    pub(super) fn own_region(&self) -> Option<String> {
        self.base.region().map(ToString::to_string)
    }

    /// The endpoint in place of AWS's own, if the configuration names one.
    pub(super) fn endpoint(&self) -> Option<String> {
        endpoint::overriding(&self.base)
    }

    /// `SageMaker` in that region.
    pub(super) fn sagemaker(&self, region: &str) -> Regional {
        let mut regions = self.regions.lock().unwrap_or_else(PoisonError::into_inner);
        regions.get_or_make(region, || self.connect(region))
    }

    fn connect(&self, region: &str) -> Regional {
        let address = Address::default();
        let mut config = aws_sdk_sagemaker::config::Builder::from(&self.base)
            .region(Region::new(region.to_owned()))
            .credentials_provider(SharedCredentialsProvider::new(self.credentials.clone()))
            .interceptor(address.clone());
        if let Some(interceptor) = &self.interceptor {
            config.push_interceptor(interceptor.clone());
        }
        Regional { sagemaker: aws_sdk_sagemaker::Client::from_conf(config.build()), address }
    }

    /// STS in that region for these credentials and no others. It is asked too rarely to be kept.
    pub(super) fn sts(
        &self,
        region: &str,
        credentials: Credentials,
    ) -> (aws_sdk_sts::Client, Address) {
        let address = Address::default();
        let mut config = aws_sdk_sts::config::Builder::from(&self.base)
            .region(Region::new(region.to_owned()))
            .credentials_provider(credentials)
            .interceptor(address.clone());
        if let Some(interceptor) = &self.interceptor {
            config.push_interceptor(interceptor.clone());
        }
        (aws_sdk_sts::Client::from_conf(config.build()), address)
    }
}
