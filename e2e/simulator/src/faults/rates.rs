//! Rate limits per account, region and operation, as token buckets.

use std::collections::BTreeMap;

use crate::caller::Caller;
use crate::moment::Millis;

/// What a bucket holds at the least, in calls.
const BURST: f64 = 3.0;

/// Limits in calls per second, and how much of them is left.
#[derive(Debug, Default)]
pub(crate) struct Rates {
    per_second: BTreeMap<String, f64>,
    buckets: BTreeMap<(Caller, String), Bucket>,
}

#[derive(Debug)]
struct Bucket {
    tokens: f64,
    at: Millis,
}

impl Rates {
    /// Replaces all limits; every bucket starts full.
    pub(crate) fn set(&mut self, per_second: BTreeMap<String, f64>) {
        *self = Self { per_second, buckets: BTreeMap::new() };
    }

    /// True if the call is within its limit. A bucket holds one second's worth, at least three calls
    /// [?]: AWS publishes rates, not bursts.
    #[expect(clippy::cast_precision_loss, reason = "differences of moments are small")]
    pub(crate) fn admit(&mut self, caller: &Caller, operation: &str, now: Millis) -> bool {
        let Some(rate) = self.per_second.get(operation).copied() else {
            return true;
        };
        let size = rate.max(BURST);
        let bucket = self
            .buckets
            .entry((caller.clone(), operation.to_owned()))
            .or_insert(Bucket { tokens: size, at: now });
        let seconds = (now - bucket.at).max(0) as f64 / 1000.0;
        bucket.tokens = (bucket.tokens + seconds * rate).min(size);
        bucket.at = now;
        let admitted = bucket.tokens >= 1.0;
        if admitted {
            bucket.tokens -= 1.0;
        }
        admitted
    }
}
