//! Waiting for what another process does.

use std::thread;
use std::time::{Duration, Instant};

use crate::Error;

/// Asks every 20 ms until the answer is yes; no after `within`.
#[expect(clippy::disallowed_methods, reason = "another process's progress can only be polled")]
pub(crate) fn until(
    within: Duration,
    mut ask: impl FnMut() -> Result<bool, Error>,
) -> Result<bool, Error> {
    let began = Instant::now();
    while !ask()? {
        if began.elapsed() >= within {
            return Ok(false);
        }
        thread::sleep(Duration::from_millis(20));
    }
    Ok(true)
}
