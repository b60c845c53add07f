//! Where the credentials come from: asked by one at a time, not again at once, and early enough.

use std::time::Duration;

use futures::future::join_all;
use spot_training_operator::domain::job::call_error::CallErrorKind;
use spot_training_operator::port::TrainingService;
use tokio::time::{Instant, advance};

use super::served::{HOME, Provider, Served, adapter, create, created, credentials, refusal};

fn open() -> Served {
    Served::new(|request| created(&request.region))
}

#[tokio::test(start_paused = true)]
async fn many_calls_ask_the_provider_once() {
    let provider = Provider::lasting();
    let adapter = adapter(&open(), &provider).await;
    let answers = join_all((0..50).map(|_| create(&adapter, HOME))).await;
    assert!(answers.iter().all(Result::is_ok));
    assert_eq!(provider.asked(), 1);
}

#[tokio::test(start_paused = true)]
async fn a_provider_that_hangs_delays_all_calls_once() {
    let provider = Provider::lasting().taking(Duration::from_mins(10));
    let (served, began) = (open(), Instant::now());
    let adapter = adapter(&served, &provider).await;
    let answers = join_all((0..50).map(|_| create(&adapter, HOME))).await;
    for answer in answers {
        let error = answer.unwrap_err();
        assert_eq!(error.kind, CallErrorKind::Credentials);
        assert!(error.message.starts_with("the operator has no AWS credentials: "), "{error:?}");
    }
    assert_eq!((provider.asked(), served.total()), (1, 0));
    assert!(began.elapsed() < Duration::from_secs(15), "{:?}", began.elapsed());
}

#[tokio::test(start_paused = true)]
async fn why_there_are_no_credentials_is_said_and_they_are_found_when_they_come() {
    let provider = Provider::new(|number| (number > 0).then(|| credentials("AKIA", 60)));
    let adapter = adapter(&open(), &provider).await;
    for _ in 0..3 {
        let message = create(&adapter, HOME).await.unwrap_err().message;
        assert!(message.ends_with(": the token file is empty"), "{message}");
    }
    assert_eq!((provider.asked(), adapter.access_key()), (1, 0));
    advance(Duration::from_secs(5)).await;
    create(&adapter, HOME).await.unwrap();
}

#[tokio::test(start_paused = true)]
async fn credentials_that_cannot_be_renewed_are_used_until_they_expire() {
    let provider = Provider::new(|number| (number == 0).then(|| credentials("AKIA", 60)));
    let adapter = adapter(&open(), &provider).await;
    adapter.refresh_credentials().await;
    advance(Duration::from_mins(59)).await;
    create(&adapter, HOME).await.unwrap();
    assert!(provider.asked() > 1);
    advance(Duration::from_mins(2)).await;
    assert_eq!(create(&adapter, HOME).await.unwrap_err().kind, CallErrorKind::Credentials);
}

#[tokio::test(start_paused = true)]
async fn expired_credentials_are_fetched_again_before_the_next_request() {
    let served = Served::new(|request| match request.access_key.as_str() {
        "AKIA0" => refusal("ExpiredTokenException", "The security token is expired"),
        _ => created(&request.region),
    });
    let provider = Provider::new(|number| Some(credentials(&format!("AKIA{number}"), 600)));
    let adapter = adapter(&served, &provider).await;
    assert_eq!(create(&adapter, HOME).await.unwrap_err().kind, CallErrorKind::Credentials);
    create(&adapter, HOME).await.unwrap();
    assert_eq!((provider.asked(), served.count("STS", HOME)), (2, 0));
}
