//! Lost replies: a create is accepted once for each object, whatever the network does.

use sagemaker_simulator::{Fault, FaultKind};
use serde_json::{Value, json};

use super::support::{Installation, uid};

/// An object's only job succeeded, and no other was ever accepted for it.
async fn succeeds_with_one_job(site: &Installation, name: &str) -> Value {
    let object = site.state(name, "Completed").await;
    let created = site.sagemaker.stats().uids[uid(&object)];
    assert_eq!((created.creates, created.most_concurrent), (1, 1), "{name}");
    let job = site.sagemaker.job_of(uid(&object));
    assert_eq!(job["TrainingJobName"], object["status"]["trainingJobName"], "{name}");
    object
}

/// Create calls of an object that succeeds at its first attempt.
async fn creates_of(site: &Installation, name: &str) -> usize {
    let object = succeeds_with_one_job(site, name).await;
    assert_eq!(object["status"]["attempt"], 1, "{name}");
    site.emits(name, &["AttemptStarted", "Completed"]).await;
    let job = object["status"]["trainingJobName"].as_str().unwrap();
    site.sagemaker.calls_of("CreateTrainingJob", job)
}

#[tokio::test(flavor = "multi_thread", worker_threads = 1)]
async fn a_create_whose_reply_is_lost_is_sent_again_and_accepted_once() {
    let site = Installation::new("lost").await;
    let fault = |operation: &str, kind, name: &str, count| {
        site.sagemaker
            .add_fault(Fault::new(operation, kind).count(count).on_job(format!("lost-{name}-stj")));
    };
    fault("CreateTrainingJob", FaultKind::Lost, "once", 1);
    fault("CreateTrainingJob", FaultKind::LostBefore, "thrice", 3);
    // Reads lag behind writes: the job that was created does not show at first.
    fault("CreateTrainingJob", FaultKind::Lost, "unseen", 1);
    fault("DescribeTrainingJob", FaultKind::NotFound, "unseen", 2);
    fault("CreateTrainingJob", FaultKind::Error500, "failing", 2);
    let expected = [("once", 1), ("thrice", 4), ("failing", 3)];
    for (name, _) in expected {
        site.run(name, &json!({})).await;
    }
    for (name, creates) in expected {
        assert_eq!(creates_of(&site, name).await, creates, "{name}");
    }
    // Alone, so that it need not wait for its turn to send again, in which it would be found.
    site.run("unseen", &json!({})).await;
    let calls = creates_of(&site, "unseen").await;
    // At the second describe at the latest it is found.
    assert!((2..=3).contains(&calls), "unseen: {calls}");
    assert_eq!(site.sagemaker.faults(), [], "every fault has struck");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 1)]
async fn throttling_after_lost_replies_changes_nothing() {
    let site = Installation::new("throttled").await;
    for (operation, kind, count) in [
        ("CreateTrainingJob", FaultKind::LostBefore, 1),
        ("CreateTrainingJob", FaultKind::Throttle, 1),
        ("CreateTrainingJob", FaultKind::Lost, 1),
        ("DescribeTrainingJob", FaultKind::Throttle, 1),
        ("ListTags", FaultKind::Throttle, 1),
    ] {
        site.sagemaker.add_fault(Fault::new(operation, kind).count(count));
    }
    site.run("bert", &json!({})).await;
    succeeds_with_one_job(&site, "bert").await;
    assert_eq!(site.sagemaker.faults(), [], "every fault has struck");
    site.emits("bert", &["AttemptStarted", "Completed"]).await;
}
