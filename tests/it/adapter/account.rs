//! Whose the credentials are: checked without asking, as far as it is known.

use spot_training_operator::domain::job::call_error::CallErrorKind;
use spot_training_operator::port::TrainingService;
use tokio::time::{Duration, advance};

use super::served::{
    ACCOUNT, HOME, Provider, Served, adapter, caller, create, created, credentials, location,
};

const OTHER: &str = "210987654321";

/// AWS to which each access key belongs to its own account.
fn two_accounts() -> Served {
    Served::new(|request| match request.operation.as_str() {
        "STS" if request.access_key == "AKIAOTHER" => caller(OTHER),
        "STS" => caller(ACCOUNT),
        _ => created(&request.region),
    })
}

#[tokio::test(start_paused = true)]
async fn another_account_is_refused_before_anything_is_sent() {
    let served = two_accounts();
    let provider = Provider::new(|_| Some(credentials("AKIAOTHER", 60)));
    let adapter = adapter(&served, &provider).await;
    assert_eq!(adapter.identity(HOME).await.unwrap().account, OTHER);
    let here = location(HOME);
    let refused = [
        create(&adapter, HOME).await.unwrap_err(),
        adapter.describe(&here, "x").await.unwrap_err(),
        adapter.tag(&here, "arn", "key").await.unwrap_err(),
        adapter.stop(&here, "x").await.unwrap_err(),
    ];
    for error in refused {
        assert_eq!(error.kind, CallErrorKind::AccountChanged);
        assert!(error.message.contains(ACCOUNT) && error.message.contains(OTHER));
    }
    assert_eq!(served.total(), 1);
    adapter.stop_stray(HOME, "x").await.unwrap();
    assert_eq!(served.count("StopTrainingJob", HOME), 1);
}

#[tokio::test(start_paused = true)]
async fn a_key_that_is_not_known_is_used_without_asking_sts() {
    let served = two_accounts();
    let provider = Provider::new(|number| {
        let key = if number == 0 { "AKIAOTHER" } else { "AKIANEXT" };
        Some(credentials(key, 60 * (1 + i64::try_from(number).unwrap())))
    });
    let adapter = adapter(&served, &provider).await;
    assert_eq!(adapter.access_key(), 0);
    adapter.identity(HOME).await.unwrap();
    let key = adapter.access_key();
    create(&adapter, HOME).await.unwrap_err();
    advance(Duration::from_mins(56)).await;
    adapter.refresh_credentials().await;
    assert_ne!(adapter.access_key(), key, "the key is a new one five minutes before the end");
    let arn = create(&adapter, HOME).await.unwrap();
    assert_eq!(arn, "arn:aws:sagemaker:eu-west-1:123456789012:training-job/x");
    assert_eq!(served.count("STS", HOME), 1);
}
