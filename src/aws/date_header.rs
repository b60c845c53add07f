//! The `Date` header of AWS's answers, for the clock of the process.

use std::fmt;
use std::sync::Arc;

use aws_sdk_sagemaker::config::interceptors::BeforeDeserializationInterceptorContextRef;
use aws_sdk_sagemaker::config::{ConfigBag, Intercept, RuntimeComponents};
use aws_sdk_sagemaker::error::BoxError;
use jiff::Timestamp;
use jiff::fmt::rfc2822::DateTimeParser;

/// How HTTP writes a moment (RFC 9110, IMF-fixdate), which is a form of e-mail's.
static DATE: DateTimeParser = DateTimeParser::new();

/// Gives the time of every answer to a function.
#[derive(Clone)]
pub(super) struct DateHeader(Arc<dyn Fn(Timestamp) + Send + Sync>);

impl DateHeader {
    pub(super) fn new(on_date: impl Fn(Timestamp) + Send + Sync + 'static) -> Self {
        Self(Arc::new(on_date))
    }
}

impl fmt::Debug for DateHeader {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("DateHeader").finish_non_exhaustive()
    }
}

impl Intercept for DateHeader {
    fn name(&self) -> &'static str {
        "DateHeader"
    }

    fn read_before_deserialization(
        &self,
        context: &BeforeDeserializationInterceptorContextRef<'_>,
        _: &RuntimeComponents,
        _: &mut ConfigBag,
    ) -> Result<(), BoxError> {
        let date = context.response().headers().get("date");
        if let Some(date) = date.and_then(|date| DATE.parse_timestamp(date).ok()) {
            (self.0)(date);
        }
        Ok(())
    }
}
