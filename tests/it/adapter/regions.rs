//! A region that refuses the operator's keys says nothing about another, and is asked about rarely.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use spot_training_operator::domain::job::call_error::CallErrorKind;
use spot_training_operator::port::TrainingService;
use tokio::time::advance;

use super::served::{
    ACCOUNT, Answer, HOME, Provider, Request, Served, UNKNOWN_KEY, adapter, adapter_in, caller,
    create, created, location, refusal, sts_refusal,
};

const CLOSED: &str = "eu-south-1";

fn closed_region(request: &Request) -> Answer {
    match (request.operation.as_str(), request.region.as_str()) {
        ("STS", CLOSED) => sts_refusal("InvalidClientTokenId", UNKNOWN_KEY),
        ("STS", _) => caller(ACCOUNT),
        (_, CLOSED) => refusal("UnrecognizedClientException", UNKNOWN_KEY),
        (_, region) => created(region),
    }
}

/// Field report 3: 253 `AssumeRole` and 261 `GetCallerIdentity` in half an hour.
#[tokio::test(start_paused = true)]
async fn a_region_that_is_not_enabled_costs_three_calls_of_sts_an_hour() {
    let (served, provider) = (Served::new(closed_region), Provider::lasting());
    let adapter = adapter(&served, &provider).await;
    adapter.identity(CLOSED).await.unwrap();
    let key = adapter.access_key();
    for _ in 0..60 {
        let refused = create(&adapter, CLOSED).await.unwrap_err();
        assert_eq!(refused.kind, CallErrorKind::RegionNotEnabled);
        assert_eq!(
            refused.message,
            "the region eu-south-1 refuses the operator's credentials, which STS accepts: is region \
             eu-south-1 enabled for account 123456789012? (AWS: The security token included in the \
             request is invalid.)"
        );
        let described = adapter.describe(&location(CLOSED), "x").await.unwrap_err();
        assert_eq!(described.kind, CallErrorKind::RegionNotEnabled);
        create(&adapter, HOME).await.unwrap();
        advance(Duration::from_secs(59)).await;
    }
    assert_eq!(adapter.access_key(), key);
    assert_eq!(served.count("CreateTrainingJob", CLOSED), 60, "each is sent once");
    assert_eq!(provider.asked(), 1, "the shared credentials stay");
    assert!(served.count("STS", HOME) <= 3, "{}", served.count("STS", HOME));
    assert_eq!(served.count("STS", CLOSED), 0, "the closed region's STS knows nothing");
}

#[tokio::test(start_paused = true)]
async fn keys_that_sts_refuses_too_are_fetched_again_once_a_minute() {
    let served = Served::new(|request| match request.operation.as_str() {
        "STS" => sts_refusal("InvalidClientTokenId", UNKNOWN_KEY),
        _ => refusal("UnrecognizedClientException", UNKNOWN_KEY),
    });
    let provider = Provider::lasting();
    let adapter = adapter(&served, &provider).await;
    for _ in 0..600 {
        let refused = create(&adapter, HOME).await.unwrap_err();
        assert_eq!(
            (refused.kind, refused.message.as_str()),
            (CallErrorKind::Credentials, UNKNOWN_KEY)
        );
        advance(Duration::from_secs(1)).await;
    }
    assert!((9..=11).contains(&provider.asked()), "{} in ten minutes", provider.asked());
    assert_eq!(served.count("STS", HOME), 1, "{} of STS", served.count("STS", HOME));
}

#[tokio::test(start_paused = true)]
async fn the_operators_own_region_is_asked_else_the_one_that_answered() {
    let (served, provider) = (Served::new(closed_region), Provider::lasting());
    let homeless = adapter_in(None, &served, &provider).await;
    let unknown = create(&homeless, CLOSED).await.unwrap_err();
    assert_eq!(unknown.kind, CallErrorKind::Credentials, "nobody can be asked");
    let identity = homeless.identity("us-east-1").await.unwrap();
    assert_eq!(identity.principal, "123456789012:assumed-role/operator");
    let known = create(&homeless, CLOSED).await.unwrap_err();
    assert_eq!(known.kind, CallErrorKind::RegionNotEnabled);
    assert_eq!(served.count("STS", "us-east-1"), 2);
    adapter(&served, &provider).await.identity("us-east-1").await.unwrap();
    assert_eq!(served.count("STS", HOME), 1);
}

/// A region that is enabled later needs nothing but to be asked again.
#[tokio::test(start_paused = true)]
async fn an_enabled_region_answers_at_once() {
    let enabled = Arc::new(AtomicBool::new(false));
    let now = enabled.clone();
    let served = Served::new(move |request| {
        if now.load(Ordering::Relaxed) { created(&request.region) } else { closed_region(request) }
    });
    let adapter = adapter(&served, &Provider::lasting()).await;
    create(&adapter, CLOSED).await.unwrap_err();
    enabled.store(true, Ordering::Relaxed);
    assert!(create(&adapter, CLOSED).await.is_ok());
}
