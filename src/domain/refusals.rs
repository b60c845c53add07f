//! The table of refusals: what each holds up, for how long, and when it is a matter for a person.

use jiff::{SignedDuration, Timestamp};

use super::backoff::{backoff, jitter};
use super::hold::Hold;
use super::observation::{Refusal, RefusalKind};
use super::situation::Situation;
use super::vocabulary::Reason;

/// Refusals of permission turn from "goes on by itself" into "only a person can help" after this.
const PATIENCE: SignedDuration = SignedDuration::from_mins(5);

/// Longest text kept of a refusal, in characters.
const MESSAGE_LIMIT: usize = 600;

impl Hold {
    /// A hold that only a change of the object or of the operator's settings can end.
    #[must_use]
    pub fn until_changed(s: &Situation<'_>, reason: Reason, message: String) -> Self {
        Self {
            reason,
            message,
            since: s.now,
            count: 1,
            stalled: true,
            retry_at: None,
            generation: s.object.generation,
            credentials: s.credentials,
        }
    }

    /// The hold after a refusal, given the one before. `None` for refusals that hold nothing.
    #[must_use]
    pub fn after(s: &Situation<'_>, refusal: &Refusal, before: Option<&Self>) -> Option<Self> {
        let row = Row::of(refusal.kind)?;
        let generation = s.object.generation;
        let same = before.filter(|hold| hold.generation == generation && hold.cause() == row.cause);
        let since = same.map_or(s.now, |hold| hold.since);
        // Temporary credentials change all the time: the wait begins anew, the patience does not.
        let count =
            same.filter(|hold| hold.belongs_to(s)).map_or(1, |hold| hold.count.saturating_add(1));
        let patient = s.now.duration_since(since) < PATIENCE;
        let (reason, stalled) = match row.stalls {
            Stalls::AtOnce => (row.reason, true),
            Stalls::Never => (row.reason, false),
            Stalls::AfterPatience(late) => (if patient { row.reason } else { late }, !patient),
        };
        let wait = backoff(row.first, row.longest, count, jitter(&s.object.uid, count));
        let own = s.now.saturating_add(wait).unwrap_or(Timestamp::MAX);
        Some(Self {
            reason,
            message: refusal.message.chars().take(MESSAGE_LIMIT).collect(),
            since,
            count,
            stalled,
            retry_at: Some(refusal.retry_at.unwrap_or(own)),
            generation: s.object.generation,
            credentials: s.credentials,
        })
    }

    /// Says that there is no answer, once there has been none for long; bars nothing.
    #[must_use]
    pub fn without_answer(s: &Situation<'_>, refusal: &Refusal) -> Option<Self> {
        let since = s.failing_since.filter(|since| s.now.duration_since(*since) >= PATIENCE)?;
        if refusal.kind != RefusalKind::Unavailable {
            return None;
        }
        let words: String = refusal.message.chars().take(MESSAGE_LIMIT).collect();
        Some(Self {
            reason: Reason::ServiceUnavailable,
            message: format!(
                "AWS does not answer: {words}; check the region and the operator's network"
            ),
            since,
            count: 1,
            stalled: false,
            retry_at: Some(s.now),
            generation: s.object.generation,
            credentials: s.credentials,
        })
    }

    /// Whether this hold still bars a try: neither its time nor its cause has passed.
    #[must_use]
    pub fn bars(&self, s: &Situation<'_>) -> bool {
        self.belongs_to(s) && self.retry_at.is_none_or(|at| s.now < at)
    }

    /// Whether the generation and the credentials are those that were refused.
    fn belongs_to(&self, s: &Situation<'_>) -> bool {
        self.generation == s.object.generation && self.credentials == s.credentials
    }

    /// Reasons of one cause share their count and beginning.
    #[expect(clippy::wildcard_enum_match_arm, reason = "whatever else AWS refuses is the request")]
    const fn cause(&self) -> Cause {
        match self.reason {
            Reason::QuotaExceeded => Cause::Quota,
            Reason::AccessDenied | Reason::CredentialsInvalid => Cause::Permission,
            Reason::AccountChanged => Cause::Account,
            Reason::NameTaken => Cause::Name,
            Reason::ServiceUnavailable => Cause::Silence,
            _ => Cause::Request,
        }
    }
}

/// What a hold comes from.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Cause {
    Quota,
    Permission,
    Account,
    Name,
    Silence,
    Request,
}

/// When a refusal becomes a matter for a person.
enum Stalls {
    AtOnce,
    Never,
    AfterPatience(Reason),
}

/// A row of the life cycle's table of refusals.
struct Row {
    cause: Cause,
    reason: Reason,
    stalls: Stalls,
    first: SignedDuration,
    longest: SignedDuration,
}

impl Row {
    const fn of(kind: RefusalKind) -> Option<Self> {
        const TEN_SECONDS: SignedDuration = SignedDuration::from_secs(10);
        const HOUR: SignedDuration = SignedDuration::from_hours(1);
        let (cause, reason, stalls, first, longest) = match kind {
            RefusalKind::Throttled | RefusalKind::Unavailable | RefusalKind::AlreadyOver => {
                return None;
            }
            RefusalKind::NameInUse => {
                (Cause::Name, Reason::NameTaken, Stalls::AtOnce, TEN_SECONDS, HOUR)
            }
            RefusalKind::Quota => (
                Cause::Quota,
                Reason::QuotaExceeded,
                Stalls::Never,
                SignedDuration::from_secs(30),
                SignedDuration::from_mins(10),
            ),
            RefusalKind::AccessPropagating => (
                Cause::Request,
                Reason::AccessPropagating,
                Stalls::AfterPatience(Reason::InvalidRequest),
                TEN_SECONDS,
                HOUR,
            ),
            RefusalKind::Invalid | RefusalKind::NotInRegion => {
                (Cause::Request, Reason::InvalidRequest, Stalls::AtOnce, TEN_SECONDS, HOUR)
            }
            RefusalKind::AccessDenied => (
                Cause::Permission,
                Reason::AccessDenied,
                Stalls::AfterPatience(Reason::AccessDenied),
                TEN_SECONDS,
                HOUR,
            ),
            RefusalKind::Credentials => (
                Cause::Permission,
                Reason::CredentialsInvalid,
                Stalls::AfterPatience(Reason::CredentialsInvalid),
                TEN_SECONDS,
                HOUR,
            ),
            RefusalKind::AccountChanged => {
                (Cause::Account, Reason::AccountChanged, Stalls::AtOnce, TEN_SECONDS, HOUR)
            }
        };
        Some(Self { cause, reason, stalls, first, longest })
    }
}
