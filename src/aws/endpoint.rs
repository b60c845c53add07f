//! The endpoint in place of AWS's own, if the configuration names one.

use aws_config::SdkConfig;
use aws_types::service_config::ServiceConfigKey;

/// `AWS_ENDPOINT_URL_SAGEMAKER`, `AWS_ENDPOINT_URL`, or what the profile says.
pub(super) fn overriding(config: &SdkConfig) -> Option<String> {
    let key = ServiceConfigKey::builder()
        .service_id("SageMaker")
        .env("AWS_ENDPOINT_URL")
        .profile("endpoint_url")
        .build()
        .ok()?;
    let own = config.service_config().and_then(|service| service.load_config(key));
    own.or_else(|| config.endpoint_url().map(str::to_owned))
}
