//! Credentials that turn to another account.

use std::time::Duration;

use tokio::time::sleep;

use crate::support::fixtures::harness::Harness;

const OTHER: &str = "210987654321";

#[tokio::test(start_paused = true)]
async fn a_job_that_was_created_in_another_account_is_stopped_there() {
    let harness = Harness::new();
    let aws = harness.aws.clone();
    harness.server.observe(Box::new(move |_, write| {
        if write.object["status"]["attempt"] == 1 {
            let aws = aws.clone();
            // Between the check and the request.
            drop(tokio::spawn(async move {
                sleep(Duration::from_millis(1)).await;
                aws.renew_credentials(OTHER);
            }));
        }
    }));
    harness.reconcile(&harness.object()).await;
    assert_eq!(harness.calls("CreateTrainingJob"), 1);
    assert_eq!(harness.calls("StopTrainingJob"), 1);
    let status = harness.object()["status"].clone();
    assert_eq!(status["state"], "Stalled");
    let conditions = status["conditions"].as_array().unwrap();
    let stalled = conditions.iter().find(|condition| condition["type"] == "Stalled").unwrap();
    assert_eq!(stalled["reason"], "AccountChanged");
    let message = stalled["message"].as_str().unwrap();
    let job = format!("arn:aws:sagemaker:eu-west-1:{OTHER}:training-job/");
    assert!(message.contains(&job) && message.contains("it was stopped there"), "{message}");
    assert!(status["trainingJobArn"].is_null(), "{status}");
}
