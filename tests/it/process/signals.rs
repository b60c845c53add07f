//! SIGTERM in every state that a start can hang in.

use std::time::Duration;

use tokio::time::timeout;

use super::support::{Apiserver, Authority, State, kubeconfig, launch};
use crate::end_to_end::support::Operator;

/// Far below the 45 s that a forbidden list once took, and far above what the process needs, which
/// shutdown.rs measures in virtual time.
const AT_MOST: Duration = Duration::from_secs(20);

async fn ends_in(state: State, reached: &str) {
    let authority = Authority::new();
    let apiserver = Apiserver::start(state, &authority, "localhost").await;
    let kubeconfig = kubeconfig(&apiserver.url("localhost"), &authority, None);
    let launch = launch(&kubeconfig).electing("us", "default");
    let mut operator = Operator::start(&launch);
    apiserver.receives(reached).await;
    let ended = timeout(AT_MOST, operator.terminate()).await.expect("SIGTERM ends it");
    assert_eq!(ended.code(), Some(0), "{}", operator.log());
}

#[tokio::test(flavor = "multi_thread", worker_threads = 1)]
async fn sigterm_ends_an_operator_whose_apiserver_is_silent() {
    ends_in(State::Silent, "/apis/spottraining.dev/v1alpha1").await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 1)]
async fn sigterm_ends_an_operator_that_waits_for_the_crd() {
    ends_in(State::WithoutCrd, "/apis/spottraining.dev/v1alpha1").await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 1)]
async fn sigterm_ends_an_operator_that_may_not_list() {
    ends_in(State::ListForbidden, "/spottrainingjobs").await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 1)]
async fn sigterm_ends_an_operator_that_waits_for_leadership() {
    ends_in(State::LedByAnother, "/leases/spot-training-operator").await;
}
