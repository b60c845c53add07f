//! Waiting: for a condition, never for a time.

use std::time::Duration;

use tokio::time::{sleep, timeout};

/// How long anything may take before a test fails.
pub(crate) const LIMIT: Duration = Duration::from_mins(1);

/// Between two checks of what cannot be watched.
const INTERVAL: Duration = Duration::from_millis(50);

/// Asks until there is an answer; fails with `what` after a minute.
pub(crate) async fn eventually<T>(what: &str, mut ask: impl FnMut() -> Option<T>) -> T {
    let asking = async {
        loop {
            if let Some(answer) = ask() {
                return answer;
            }
            sleep(INTERVAL).await;
        }
    };
    timeout(LIMIT, asking).await.unwrap_or_else(|_| panic!("not within a minute: {what}"))
}
