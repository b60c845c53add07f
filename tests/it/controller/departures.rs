//! Objects that went while no watch was open: the list after it says so.

use std::convert::Infallible;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use http::{Request, Response};
use kube::client::Body;
use kube::{Api, Client};
use serde_json::{Value, json};
use spot_training_operator::controller::kube::stream::{self, Scope};
use tokio::time::{sleep, timeout};
use tokio_util::sync::CancellationToken;
use tokio_util::task::AbortOnDropHandle;

use crate::support::fixtures::harness::Harness;

/// An apiserver that lists the object once and then none, and whose watches have expired.
fn forgetful(object: Value) -> Client {
    let lists = Arc::new(AtomicUsize::new(0));
    let answer = move |request: Request<Body>| {
        let is_watch = request.uri().query().is_some_and(|query| query.contains("watch"));
        let body = if is_watch {
            let status =
                json!({ "kind": "Status", "code": 410, "reason": "Expired", "message": "" });
            json!({ "type": "ERROR", "object": status })
        } else {
            let first = lists.fetch_add(1, Ordering::Relaxed) == 0;
            let items = if first { vec![object.clone()] } else { Vec::new() };
            json!({ "kind": "SpotTrainingJobList", "metadata": { "resourceVersion": "9" }, "items": items })
        };
        async move { Ok::<_, Infallible>(Response::new(Body::from(format!("{body}\n").into_bytes()))) }
    };
    Client::new(tower::service_fn(answer), "default")
}

#[tokio::test(start_paused = true)]
async fn a_list_without_an_object_ends_what_is_kept_of_it() {
    let harness = Harness::new();
    let mut object = harness.object();
    // One that nothing looks at again.
    object["spec"]["suspend"] = json!(true);
    harness.server.merge(&harness.key, json!({ "spec": { "suspend": true } })).unwrap();
    harness.reconcile(&harness.object()).await;
    let kept = || harness.context.sessions.uids_of("vision/bert").len();
    assert_eq!(kept(), 1);
    let api = Api::all(forgetful(harness.object()));
    let scope = Scope { namespace: None, scopes: 1, api, selector: None, concurrency: 1 };
    let stop = CancellationToken::new();
    let run = stream::run(scope, harness.context.clone(), futures::stream::pending(), stop);
    let _running = AbortOnDropHandle::new(tokio::spawn(run));
    let forgotten = async {
        while kept() > 0 {
            sleep(Duration::from_millis(100)).await;
        }
    };
    timeout(Duration::from_mins(1), forgotten).await.unwrap();
}
