//! The end of the process: a supervisor waits 5 s at most, whatever hangs.

use std::future::{pending, ready};
use std::time::Duration;

use spot_training_operator::runtime::shutdown::{GRACE, RELEASE_WITHIN, end};
use tokio::time::Instant;
use tokio_util::sync::CancellationToken;

#[tokio::test(start_paused = true)]
async fn what_hangs_is_cut_off_after_the_grace_period() {
    let began = Instant::now();
    end(pending(), &CancellationToken::new()).await;
    assert_eq!(began.elapsed(), GRACE);
    assert!(GRACE + RELEASE_WITHIN < Duration::from_secs(5));
}

#[tokio::test(start_paused = true)]
async fn what_ends_when_asked_to_is_waited_for_and_no_longer() {
    let began = Instant::now();
    end(ready(()), &CancellationToken::new()).await;
    assert_eq!(began.elapsed(), Duration::ZERO);

    let stop = CancellationToken::new();
    let asked = stop.clone();
    let working = async move {
        asked.cancelled().await;
        tokio::time::sleep(GRACE / 2).await;
    };
    end(working, &stop).await;
    assert_eq!(began.elapsed(), GRACE / 2);
}
