//! What an answer over HTTP comes to, and that nothing is sent twice.

use spot_training_operator::domain::job::JobStatus;
use spot_training_operator::domain::job::call_error::CallErrorKind;
use spot_training_operator::port::TrainingService;

use super::served::{Answer, HOME, Provider, Served, adapter, create, location, refusal};

#[tokio::test(start_paused = true)]
async fn a_create_is_sent_once_whatever_is_answered() {
    let rows: [(Answer, CallErrorKind); 7] = [
        (refusal("ThrottlingException", "Rate exceeded"), CallErrorKind::Throttled),
        (refusal("RequestTimeout", "too slow"), CallErrorKind::Unavailable),
        (refusal("ResourceInUse", "taken"), CallErrorKind::NameInUse),
        (refusal("com.amazon.coral#ValidationException", "bad"), CallErrorKind::Invalid),
        ((503, String::new()), CallErrorKind::Unavailable),
        ((407, "<html>Proxy</html>".to_owned()), CallErrorKind::Unavailable),
        ((200, "<html>Log in</html>".to_owned()), CallErrorKind::Unavailable),
    ];
    for (answer, kind) in rows {
        let served = {
            let answer = answer.clone();
            Served::new(move |_| answer.clone())
        };
        let adapter = adapter(&served, &Provider::lasting()).await;
        let error = create(&adapter, HOME).await.unwrap_err();
        assert_eq!(error.kind, kind, "{answer:?}: {}", error.message);
        assert!(!error.message.contains("{ "), "not the SDK's structs: {}", error.message);
        assert_eq!(served.count("CreateTrainingJob", HOME), 1, "{answer:?}");
    }
}

#[tokio::test(start_paused = true)]
async fn a_job_that_does_not_exist_is_none() {
    for (code, words) in [
        ("ValidationException", "Requested resource not found."),
        ("ValidationException", "Could not find job to update with name x"),
        ("ResourceNotFound", "gone"),
    ] {
        let served = Served::new(move |_| refusal(code, words));
        let adapter = adapter(&served, &Provider::lasting()).await;
        assert_eq!(adapter.describe(&location(HOME), "x").await, Ok(None));
        let stop = adapter.stop(&location(HOME), "x").await.unwrap_err();
        assert_eq!((stop.kind, stop.message.as_str()), (CallErrorKind::NotFound, words));
    }
}

#[tokio::test(start_paused = true)]
async fn a_description_is_read_from_the_wire() {
    let served = Served::new(|_| {
        let job = serde_json::json!({
            "TrainingJobArn": "arn",
            "TrainingJobStatus": "Failed",
            "SecondaryStatus": "Failed",
            "FailureReason": "AlgorithmError: Can\u{e2}\u{80}\u{99}t\u{85} go on",
            "CreationTime": 1_795_387_937.5,
            "FinalMetricDataList": [{ "MetricName": "loss", "Value": 0.25, "Timestamp": 1_795_387_940 }],
        });
        (200, job.to_string())
    });
    let adapter = adapter(&served, &Provider::lasting()).await;
    let job = adapter.describe(&location(HOME), "x").await.unwrap().unwrap();
    assert_eq!(job.status, JobStatus::Failed);
    let reason = job.failure_reason.as_deref();
    assert_eq!(reason, Some("AlgorithmError: Canâ\u{FFFD}\u{FFFD}t\u{FFFD} go on"));
    assert_eq!(job.created.unwrap().to_string(), "2026-11-22T22:52:17.5Z");
    assert_eq!((job.training_seconds, job.billable_seconds), (None, None));
    assert_eq!(job.final_metrics[0].value, "0.25");
}

#[tokio::test(start_paused = true)]
async fn a_tag_is_found_by_its_key() {
    let served = Served::new(|_| {
        (200, serde_json::json!({ "Tags": [{ "Key": "a", "Value": "1" }, { "Key": "b", "Value": "2" }] }).to_string())
    });
    let adapter = adapter(&served, &Provider::lasting()).await;
    assert_eq!(adapter.tag(&location(HOME), "arn", "b").await, Ok(Some("2".to_owned())));
    assert_eq!(adapter.tag(&location(HOME), "arn", "c").await, Ok(None));
}
