//! A breaker: a region that does not answer is asked by one object at a time.

use jiff::{SignedDuration, Timestamp};
use tokio::time::Instant;

use crate::domain::policy::backoff::backoff;

use super::moment::Moment;

/// So many calls in a row without an answer open the breaker.
const UNANSWERED: u32 = 3;

const FIRST_PROBE: SignedDuration = SignedDuration::from_secs(5);
const LONGEST_GAP: SignedDuration = SignedDuration::from_mins(1);

/// The core shows a silence once it is older than this.
const SHOWN_AFTER: SignedDuration = SignedDuration::from_mins(1);

/// Whether one place answers.
#[derive(Debug, Default)]
pub(super) struct Breaker {
    unanswered: u32,
    /// The end of the first call that had no answer since the last that had one.
    since: Option<Moment>,
    silence: Option<Silence>,
}

/// A silence: the breaker is open.
#[derive(Clone, Debug)]
pub(super) struct Silence {
    /// Since when.
    pub(super) since: Timestamp,
    /// What the last call ended with.
    pub(super) words: String,
    /// When one object asks again.
    pub(super) probe_at: Instant,
    /// When it is worth showing to people.
    pub(super) shown_at: Instant,
    probes: u32,
}

impl Breaker {
    /// A call ended without an answer. Whether the breaker opens by it.
    pub(super) fn unanswered(&mut self, is_probe: bool, words: String, now: Moment) -> bool {
        self.unanswered = self.unanswered.saturating_add(1);
        let since = *self.since.get_or_insert(now);
        let probes = match &self.silence {
            None if self.unanswered < UNANSWERED => return false,
            None => 1,
            // It was sent before the breaker opened.
            Some(_) if !is_probe => return false,
            Some(silence) => silence.probes.saturating_add(1),
        };
        let opens = self.silence.is_none();
        let probe_at = now.after(backoff(FIRST_PROBE, LONGEST_GAP, probes, 0)).instant;
        let shown_at = since.after(SHOWN_AFTER).instant;
        self.silence = Some(Silence { since: since.wall, words, probe_at, shown_at, probes });
        opens
    }

    /// A call was answered, be it with a refusal.
    pub(super) fn answered(&mut self) {
        *self = Self::default();
    }

    pub(super) const fn silence(&self) -> Option<&Silence> {
        self.silence.as_ref()
    }
}
