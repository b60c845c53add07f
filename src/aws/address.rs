//! The address of a client's requests, for messages about a connection that fails.

use std::sync::{Arc, OnceLock};

use aws_sdk_sagemaker::config::interceptors::BeforeTransmitInterceptorContextRef;
use aws_sdk_sagemaker::config::{ConfigBag, Intercept, RuntimeComponents};
use aws_sdk_sagemaker::error::BoxError;

/// Where a client sends its requests, once it has sent one: the SDK derives it from the region, the
/// profile and the environment, and names it in no error.
#[derive(Clone, Debug, Default)]
pub(super) struct Address(Arc<OnceLock<String>>);

impl Address {
    pub(super) fn as_str(&self) -> &str {
        self.0.get().map_or("AWS", String::as_str)
    }
}

impl Intercept for Address {
    fn name(&self) -> &'static str {
        "Address"
    }

    fn read_before_transmit(
        &self,
        context: &BeforeTransmitInterceptorContextRef<'_>,
        _: &RuntimeComponents,
        _: &mut ConfigBag,
    ) -> Result<(), BoxError> {
        self.0.get_or_init(|| context.request().uri().trim_end_matches('/').to_owned());
        Ok(())
    }
}
