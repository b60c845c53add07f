//! A rate limit: tokens accrue with monotonic time, and the rate follows AWS's throttles.
//!
//! A token is taken before the commit of an attempt, and used when the request is sent: the bound
//! holds for what is sent, however long a commit takes.

use std::time::Duration;

use tokio::time::Instant;

/// What is left of a rate after a throttle is back at the initial rate within this time.
const RECOVERY_SECONDS: f64 = 60.0;

/// An accepted request raises the rate by this part of the initial rate.
const RAISE: f64 = 0.02;

/// Times are rounded: so much less than a token is one.
const ROUNDING: f64 = 1e-6;

/// How a rate moves.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct Limits {
    /// Requests per second to begin with.
    pub(super) initial: f64,
    /// Requests per second at the most.
    pub(super) highest: f64,
    /// Requests per second at the least.
    pub(super) lowest: f64,
    /// Requests that may be made at once after a quiet time.
    pub(super) burst: f64,
}

/// The rate limit of one kind of request. In any time at most rate × time + burst are sent.
#[derive(Clone, Debug)]
pub(super) struct RateLimit {
    limits: Limits,
    /// The rate and the tokens at the moment `at`.
    per_second: f64,
    tokens: f64,
    at: Instant,
    /// Tokens that were taken, and whose requests are not sent yet.
    taken: usize,
    halved: Option<Instant>,
}

impl RateLimit {
    /// A limit that starts with a full burst.
    pub(super) const fn new(limits: Limits, now: Instant) -> Self {
        let Limits { initial, burst, .. } = limits;
        Self { limits, per_second: initial, tokens: burst, at: now, taken: 0, halved: None }
    }

    /// Requests per second at this moment.
    pub(super) fn per_second(&self, now: Instant) -> f64 {
        let recovered = self.slope().mul_add(self.seconds_to(now), self.per_second);
        self.per_second.max(recovered.min(self.limits.initial))
    }

    /// Whole tokens at this moment.
    #[expect(
        clippy::cast_possible_truncation,
        clippy::cast_sign_loss,
        reason = "between 0 and the burst"
    )]
    pub(super) fn tokens(&self, now: Instant) -> usize {
        (self.tokens_at(now) + ROUNDING).max(0.0) as usize
    }

    /// Whether it is as good as new, so that it may be dropped.
    pub(super) fn is_full(&self, now: Instant) -> bool {
        self.tokens_at(now) + ROUNDING >= self.limits.burst
            && self.per_second(now) + ROUNDING >= self.limits.initial
    }

    /// When there are so many whole tokens.
    pub(super) fn moment_of(&self, tokens: usize, now: Instant) -> Instant {
        let missing = count(tokens) - self.tokens_at(now);
        if missing <= ROUNDING {
            return now;
        }
        let (rate, slope) = (self.per_second(now), self.slope());
        let recovering = ((self.limits.initial - rate) / slope).max(0.0);
        let meanwhile = (slope * recovering / 2.0 + rate) * recovering;
        let seconds = if missing < meanwhile {
            ((2.0 * slope).mul_add(missing, rate * rate).sqrt() - rate) / slope
        } else {
            recovering + (missing - meanwhile) / rate.max(self.limits.initial)
        };
        now + Duration::from_secs_f64(seconds)
    }

    /// Takes a token, which the caller has seen to be there.
    pub(super) fn take(&mut self, now: Instant) {
        self.advance(now);
        self.tokens -= 1.0;
        self.taken += 1;
    }

    /// The request that a token was taken for is sent.
    pub(super) fn sent(&mut self, now: Instant) {
        self.advance(now);
        self.taken = self.taken.saturating_sub(1);
    }

    /// The request that a token was taken for is not sent.
    pub(super) fn give_back(&mut self, now: Instant) {
        self.sent(now);
        self.tokens = (self.tokens + 1.0).min(self.most());
    }

    /// AWS throttled a request that was sent at `sent`: half the rate. Those that were sent before
    /// the rate was last halved say nothing about the present rate.
    pub(super) fn throttled(&mut self, sent: Instant, now: Instant) {
        if self.halved.is_some_and(|halved| sent <= halved) {
            return;
        }
        self.advance(now);
        self.per_second = (self.per_second / 2.0).max(self.limits.lowest);
        self.tokens = self.tokens.min(0.0);
        self.halved = Some(now);
    }

    /// AWS took a request: a little more. Below the initial rate time alone raises it, for both
    /// together would meet the next throttle after a few requests.
    pub(super) fn accepted(&mut self, now: Instant) {
        self.advance(now);
        if self.per_second + ROUNDING < self.limits.initial {
            return;
        }
        let raised = RAISE.mul_add(self.limits.initial, self.per_second);
        self.per_second = raised.min(self.limits.highest).max(self.per_second);
    }

    fn advance(&mut self, now: Instant) {
        (self.tokens, self.per_second) = (self.tokens_at(now), self.per_second(now));
        self.at = self.at.max(now);
    }

    fn tokens_at(&self, now: Instant) -> f64 {
        let seconds = self.seconds_to(now);
        let recovering = ((self.limits.initial - self.per_second) / self.slope()).max(0.0);
        let meanwhile = seconds.min(recovering);
        let recovered = (self.slope() * meanwhile / 2.0 + self.per_second) * meanwhile;
        let rest = (seconds - meanwhile) * self.per_second.max(self.limits.initial);
        (self.tokens + recovered + rest).min(self.most())
    }

    /// The most tokens that may be there: those that were taken may still come back.
    fn most(&self) -> f64 {
        self.limits.burst - count(self.taken)
    }

    /// By how much the rate recovers in a second.
    fn slope(&self) -> f64 {
        (self.limits.initial - self.limits.lowest) / RECOVERY_SECONDS
    }

    fn seconds_to(&self, now: Instant) -> f64 {
        now.saturating_duration_since(self.at).as_secs_f64()
    }
}

/// A small count as a number of tokens.
pub(super) fn count(tokens: usize) -> f64 {
    u32::try_from(tokens).map_or(f64::INFINITY, f64::from)
}
