//! Time as SageMaker reports it: milliseconds since the epoch, on the wire fractional seconds.

use jiff::Timestamp;
use serde_json::Value;

/// Milliseconds: a moment since the epoch, or a length.
pub(crate) type Millis = i64;

/// A day, in seconds: the default of `MaxRuntimeInSeconds` \[M\].
pub(crate) const DAY_SECONDS: i64 = 86_400;

/// The moment of a clock's reading.
pub(crate) fn moment(now: Timestamp) -> Millis {
    now.as_millisecond()
}

/// A moment as awsJson1.1 writes it (`unixTimestamp`): seconds with a fraction.
#[expect(clippy::cast_precision_loss, reason = "exact below 2^53 ms, the year 287396")]
pub(crate) fn wire(moment: Millis) -> Value {
    Value::from(moment as f64 / 1000.0)
}

/// Seconds, as JSON or a workload gives them, to milliseconds; absurd values saturate.
#[expect(clippy::cast_possible_truncation, reason = "a float cast saturates")]
pub(crate) fn from_seconds(seconds: f64) -> Millis {
    (seconds * 1000.0).round() as Millis
}
