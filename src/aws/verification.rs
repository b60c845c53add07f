//! Whether STS accepts credentials that `SageMaker` in some region does not know.
//!
//! A region that is not enabled refuses every key of the account with the words for a wrong key.

use std::sync::Arc;
use std::time::Duration;

use tokio::sync::Mutex;
use tokio::time::{Instant, timeout};

use crate::domain::job::call_error::CallError;
use crate::port::CallerIdentity;

/// STS is asked so often within [`PERIOD`] at most, for all regions and keys together.
const AT_MOST: usize = 3;

/// See [`AT_MOST`].
const PERIOD: Duration = Duration::from_hours(1);

/// That STS accepts a key holds for this time; while it is awaited that a region is enabled, nothing
/// else is asked of STS.
const ACCEPTED_FOR: Duration = Duration::from_hours(1);

/// That STS refuses a key holds for this time: a new key is not known everywhere at once.
const REFUSED_FOR: Duration = Duration::from_mins(20);

/// A refused call waits this long for STS at most.
const ANSWERED_WITHIN: Duration = Duration::from_secs(3);

/// What STS said lately of the credentials.
#[derive(Clone, Debug, Default)]
pub(super) struct Verification(Arc<Mutex<State>>);

#[derive(Debug, Default)]
struct State {
    asked: Vec<Instant>,
    last: Option<Answer>,
}

#[derive(Debug)]
struct Answer {
    key: u64,
    at: Instant,
    accepted: Option<CallerIdentity>,
}

impl Answer {
    fn holds(&self) -> bool {
        let long = if self.accepted.is_some() { ACCEPTED_FOR } else { REFUSED_FOR };
        self.at.elapsed() < long
    }
}

impl Verification {
    /// Whose the key is, if STS accepts it. Asks only if that is not known and may be asked.
    pub(super) async fn accepted(
        &self,
        key: u64,
        ask: impl Future<Output = Result<CallerIdentity, CallError>>,
    ) -> Option<CallerIdentity> {
        // Those that are refused at the same time wait here for one answer.
        let mut state = self.0.lock().await;
        if let Some(known) = state.last.as_ref().filter(|last| last.key == key && last.holds()) {
            return known.accepted.clone();
        }
        state.asked.retain(|at| at.elapsed() < PERIOD);
        if state.asked.len() >= AT_MOST {
            return None;
        }
        state.asked.push(Instant::now());
        let answer = timeout(ANSWERED_WITHIN, ask).await.ok()?;
        if answer.as_ref().is_err_and(|error| error.kind.is_transient()) {
            return None;
        }
        let accepted = answer.ok();
        state.last = Some(Answer { key, at: Instant::now(), accepted: accepted.clone() });
        accepted
    }
}

#[cfg(test)]
mod tests {
    use std::sync::atomic::{AtomicUsize, Ordering};

    use tokio::time::{advance, sleep};

    use super::*;
    use crate::domain::job::call_error::CallErrorKind;

    fn somebody() -> CallerIdentity {
        CallerIdentity { account: "1".to_owned(), principal: "1:role/R".to_owned() }
    }

    fn refused(kind: CallErrorKind) -> CallError {
        CallError::new(kind, String::new())
    }

    /// Answers with `answer` after a second and counts.
    async fn sts(
        asked: &AtomicUsize,
        answer: Result<CallerIdentity, CallError>,
    ) -> Result<CallerIdentity, CallError> {
        asked.fetch_add(1, Ordering::Relaxed);
        sleep(Duration::from_secs(1)).await;
        answer
    }

    #[tokio::test(start_paused = true)]
    async fn an_answer_holds_for_all_that_are_refused_meanwhile() {
        for (answer, long) in [
            (Ok(somebody()), ACCEPTED_FOR),
            (Err(refused(CallErrorKind::Credentials)), REFUSED_FOR),
        ] {
            let (verification, asked) = (Verification::default(), AtomicUsize::default());
            let ask = || verification.accepted(7, sts(&asked, answer.clone()));
            let expected = answer.clone().ok();
            assert_eq!(tokio::join!(ask(), ask()), (expected.clone(), expected.clone()));
            advance(long / 2).await;
            assert_eq!(ask().await, expected);
            assert_eq!(asked.load(Ordering::Relaxed), 1);
            advance(long).await;
            assert_eq!(ask().await, expected);
            assert_eq!(asked.load(Ordering::Relaxed), 2);
        }
    }

    #[tokio::test(start_paused = true)]
    async fn it_is_asked_three_times_an_hour_whatever_happens() {
        let (verification, asked) = (Verification::default(), AtomicUsize::default());
        for key in 0..240 {
            let answer = if key % 2 == 0 {
                Ok(somebody())
            } else {
                Err(refused(CallErrorKind::Unavailable))
            };
            verification.accepted(key, sts(&asked, answer)).await;
            advance(Duration::from_secs(59)).await;
        }
        assert_eq!(asked.load(Ordering::Relaxed), 4 * AT_MOST);
    }

    #[tokio::test(start_paused = true)]
    async fn no_answer_says_nothing() {
        let (verification, asked) = (Verification::default(), AtomicUsize::default());
        let silent = sts(&asked, Err(refused(CallErrorKind::Unavailable)));
        assert_eq!(verification.accepted(7, silent).await, None);
        let late = async {
            sleep(ANSWERED_WITHIN * 2).await;
            sts(&asked, Ok(somebody())).await
        };
        assert_eq!(verification.accepted(7, late).await, None);
        let answered = verification.accepted(7, sts(&asked, Ok(somebody()))).await;
        assert_eq!(answered, Some(somebody()));
    }
}
