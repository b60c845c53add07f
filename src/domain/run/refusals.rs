//! The table of refusals: what each blocks, for how long, and when only a person can help.

use jiff::{SignedDuration, Timestamp};

use super::Unknown;
use super::blocked::Blocked;
use crate::domain::job::call_error::{CallError, CallErrorKind};
use crate::domain::moment::after;
use crate::domain::policy::backoff::{backoff, jitter};
use crate::domain::situation::Situation;
use crate::domain::vocabulary::{Blocker, Word};

/// Refused permissions turn from "passes" into "only a person can help" after this time.
const PERMISSION_GRACE: SignedDuration = SignedDuration::from_mins(5);

/// Something that is missing may still be written by an earlier step of a pipeline for this time.
const INPUT_GRACE: SignedDuration = SignedDuration::from_mins(30);

/// A silence shorter than this is shown to nobody.
const SILENCE_SHOWN_AFTER: SignedDuration = SignedDuration::from_mins(1);

/// The longest wait of the table: no persisted moment may be further ahead.
pub const LONGEST_WAIT: SignedDuration = SignedDuration::from_hours(1);

/// When a refusal becomes a matter for a person.
enum Stalls {
    AtOnce,
    Never,
    /// After this time, as this blocker, tried again this often.
    After(SignedDuration, Blocker, SignedDuration),
}

/// A row of the life cycle's table of refusals.
struct Row {
    blocker: Blocker,
    stalls: Stalls,
    first: SignedDuration,
    longest: SignedDuration,
}

impl Row {
    const fn of(kind: CallErrorKind) -> Option<Self> {
        const TEN_SECONDS: SignedDuration = SignedDuration::from_secs(10);
        const MINUTE: SignedDuration = SignedDuration::from_mins(1);
        let (blocker, stalls, first, longest) = match kind {
            CallErrorKind::Throttled
            | CallErrorKind::Unavailable
            | CallErrorKind::AlreadyOver
            | CallErrorKind::NotFound => return None,
            CallErrorKind::NameInUse => {
                (Blocker::NameTaken, Stalls::AtOnce, TEN_SECONDS, LONGEST_WAIT)
            }
            CallErrorKind::Quota(Some(numbers)) if numbers.never_fits() => {
                (Blocker::QuotaExceeded, Stalls::AtOnce, LONGEST_WAIT, LONGEST_WAIT)
            }
            CallErrorKind::Quota(_) => (
                Blocker::QuotaExceeded,
                Stalls::Never,
                SignedDuration::from_secs(30),
                SignedDuration::from_mins(10),
            ),
            CallErrorKind::AccessPropagating => (
                Blocker::AccessPropagating,
                Stalls::After(PERMISSION_GRACE, Blocker::InvalidRequest, LONGEST_WAIT),
                TEN_SECONDS,
                LONGEST_WAIT,
            ),
            CallErrorKind::InputMissing => (
                Blocker::InputMissing,
                Stalls::After(INPUT_GRACE, Blocker::InputMissing, PERMISSION_GRACE),
                MINUTE,
                MINUTE,
            ),
            CallErrorKind::Invalid => {
                (Blocker::InvalidRequest, Stalls::AtOnce, TEN_SECONDS, LONGEST_WAIT)
            }
            CallErrorKind::PoolUnusable => {
                (Blocker::InvalidRequest, Stalls::AtOnce, LONGEST_WAIT, LONGEST_WAIT)
            }
            CallErrorKind::AccessDenied => return Some(Self::permission(Blocker::AccessDenied)),
            CallErrorKind::Credentials => {
                return Some(Self::permission(Blocker::CredentialsInvalid));
            }
            CallErrorKind::RegionNotEnabled => {
                return Some(Self::permission(Blocker::RegionNotEnabled));
            }
            CallErrorKind::AccountChanged => {
                (Blocker::AccountChanged, Stalls::AtOnce, TEN_SECONDS, LONGEST_WAIT)
            }
            CallErrorKind::WriteRefused => (
                Blocker::WriteRefused,
                Stalls::After(PERMISSION_GRACE, Blocker::WriteRefused, LONGEST_WAIT),
                TEN_SECONDS,
                PERMISSION_GRACE,
            ),
        };
        Some(Self { blocker, stalls, first, longest })
    }

    /// A permission that AWS refuses, and that somebody may be about to give.
    const fn permission(blocker: Blocker) -> Self {
        Self {
            blocker,
            stalls: Stalls::After(PERMISSION_GRACE, blocker, LONGEST_WAIT),
            first: SignedDuration::from_secs(10),
            longest: LONGEST_WAIT,
        }
    }
}

impl Blocked {
    /// Blocked by a call error, given what blocked before. `None` for errors that block nothing.
    #[must_use]
    pub fn by(s: &Situation<'_>, error: &CallError, before: Option<&Self>) -> Option<Self> {
        let row = Row::of(error.kind)?;
        let same = before.filter(|before| {
            before.generation == s.object.generation && before.cause() == Some(cause(row.blocker))
        });
        let since = same.map_or(s.now, |before| before.since);
        // A new principal waits from the beginning; the time after which a person is called counts on.
        let count = same
            .filter(|before| before.belongs_to(s))
            .map_or(1, |before| before.count.saturating_add(1));
        let age = s.now.duration_since(since);
        let (blocker, stalled, longest) = match row.stalls {
            Stalls::AtOnce => (row.blocker, true, row.longest),
            Stalls::After(grace, late, often) if age >= grace => (late, true, often),
            Stalls::Never | Stalls::After(..) => (row.blocker, false, row.longest),
        };
        let wait = backoff(row.first, longest, count, jitter(&s.object.uid, count));
        // The try that calls a person, if it fails, comes when the grace is over.
        let wait = match row.stalls {
            Stalls::After(grace, ..) if age < grace => wait.min(grace - age),
            Stalls::AtOnce | Stalls::Never | Stalls::After(..) => wait,
        };
        let own = after(s.now, wait);
        // Admission wakes those that wait for a quota.
        let admitted = blocker == Blocker::QuotaExceeded && !stalled;
        Some(Self {
            blocker: blocker.into(),
            message: message(error),
            since,
            count,
            stalled,
            retry_at: error.retry_at.or_else(|| (!admitted).then_some(own)),
            generation: s.object.generation,
            principal: s.admission.identity.principal(),
            pool: None,
            other: same.map(|before| before.other.clone()).unwrap_or_default(),
        })
    }

    /// Says that there is no answer, once there has been none for a while; keeps nothing from being
    /// tried.
    #[must_use]
    pub fn without_answer(s: &Situation<'_>, error: &CallError) -> Option<Self> {
        if error.kind != CallErrorKind::Unavailable {
            return None;
        }
        Self::by_silence(s, s.unanswered_since?, &error.message)
    }

    /// AWS has not answered since then, if that is worth a word.
    #[must_use]
    pub fn by_silence(s: &Situation<'_>, since: Timestamp, words: &str) -> Option<Self> {
        if s.now.duration_since(since) < SILENCE_SHOWN_AFTER {
            return None;
        }
        Some(Self {
            blocker: Blocker::ServiceUnavailable.into(),
            message: format!(
                "AWS does not answer: {words}; check the region and the operator's network"
            ),
            since,
            count: 1,
            stalled: false,
            retry_at: Some(s.now),
            generation: s.object.generation,
            principal: s.admission.identity.principal(),
            pool: None,
            other: Unknown::new(),
        })
    }

    /// Blockers of one cause share their count and their beginning.
    fn cause(&self) -> Option<Cause> {
        match self.blocker {
            Word::Known(blocker) => Some(cause(blocker)),
            Word::Newer(_) => None,
        }
    }
}

/// What a blocker comes from.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Cause {
    Others,
    Failure,
    Permission,
    Account,
    Name,
    Silence,
    Input,
    Cluster,
    Request,
}

const fn cause(blocker: Blocker) -> Cause {
    match blocker {
        Blocker::RateLimited | Blocker::QuotaExceeded | Blocker::CheckpointInUse => Cause::Others,
        Blocker::BackingOff => Cause::Failure,
        Blocker::AccessDenied | Blocker::CredentialsInvalid | Blocker::RegionNotEnabled => {
            Cause::Permission
        }
        Blocker::AccountChanged => Cause::Account,
        Blocker::NameTaken => Cause::Name,
        Blocker::ServiceUnavailable => Cause::Silence,
        Blocker::InputMissing => Cause::Input,
        Blocker::WriteRefused => Cause::Cluster,
        Blocker::AccessPropagating
        | Blocker::InvalidRequest
        | Blocker::InvalidSpec
        | Blocker::CheckpointLocationMissing
        | Blocker::RegionMissing
        | Blocker::StatusOfAnotherObject
        | Blocker::NewerVersionNeeded => Cause::Request,
    }
}

/// AWS's words, and what to do where they do not say it.
fn message(error: &CallError) -> String {
    let words = error.message.trim_end_matches('.');
    let remedy = match error.kind {
        CallErrorKind::Quota(Some(numbers)) if numbers.never_fits() => {
            return format!(
                "waiting cannot help: raise the quota to at least {}, or set \
                 spec.capacity.fallbackInstanceTypes or spec.capacity.type: {words}",
                numbers.delta
            );
        }
        CallErrorKind::Invalid | CallErrorKind::PoolUnusable => {
            "spec.template can't be edited: delete and re-apply the object, or apply it under a new \
             name"
        }
        CallErrorKind::InputMissing => {
            "the operator tries again, in case another step still writes it; if the request names \
             the wrong place, delete the object and apply it with the right one"
        }
        CallErrorKind::AccessPropagating => {
            "this passes if the permission is new; else give the role this permission, or delete \
             the object and apply it with another role"
        }
        CallErrorKind::AccessDenied => "give the operator's AWS role this permission",
        CallErrorKind::Credentials => "renew the operator's AWS credentials",
        CallErrorKind::WriteRefused => {
            "change the admission policy, webhook or role that refuses it"
        }
        CallErrorKind::NameInUse
        | CallErrorKind::Quota(_)
        | CallErrorKind::RegionNotEnabled
        | CallErrorKind::AccountChanged
        | CallErrorKind::AlreadyOver
        | CallErrorKind::NotFound
        | CallErrorKind::Throttled
        | CallErrorKind::Unavailable => return words.to_owned(),
    };
    format!("{words}; {remedy}")
}
