//! The one line that says with which settings the process has started.

use http::Uri;
use tracing::info;

use crate::settings::Controller;

/// What AWS's configuration says, as far as it is known at the start.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Aws {
    /// The region of objects that name none.
    pub region: Option<String>,
    /// The account of the credentials.
    pub account: Option<String>,
    /// An endpoint in place of AWS's own.
    pub endpoint: Option<String>,
}

impl Aws {
    /// Where requests to SageMaker go: the endpoint, or AWS's own of the region.
    #[must_use]
    pub fn address(&self) -> Uri {
        let region = self.region.as_deref().unwrap_or("us-east-1");
        let own = || format!("https://api.sagemaker.{region}.amazonaws.com");
        self.endpoint.clone().unwrap_or_else(own).parse().unwrap_or_default()
    }
}

/// Writes the line.
pub fn emit(settings: &Controller, aws: &Aws) {
    let known = |value: &Option<String>, else_say: &str| {
        value.clone().unwrap_or_else(|| else_say.to_owned())
    };
    let namespaces = match settings.watch_namespaces.as_slice() {
        [] => "all".to_owned(),
        list => list.join(","),
    };
    let selector = settings.selector.as_ref().map(ToString::to_string);
    info!(
        version = env!("CARGO_PKG_VERSION"),
        region = known(&aws.region, "none"),
        account = known(&aws.account, "not known yet"),
        namespaces,
        selector = known(&selector, "none"),
        endpoint = known(&aws.endpoint, "AWS's own"),
        "starting"
    );
}
