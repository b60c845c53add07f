//! The protocols over loopback.

use std::time::Duration;

use sagemaker_simulator::{Fault, FaultKind};
use serde_json::{Value, json};

use crate::http_client::{JSON_KEY, authorization, call, control, identity, send};
use crate::support::{serve_new, spot, workload};

fn job(name: &str) -> Value {
    spot(name, &workload(&json!({ "starting": 1000 })))
}

/// Waits until something the server does shows; the limit only turns a hang into a failure.
async fn until(condition: impl Fn() -> bool) {
    let shown = async {
        while !condition() {
            tokio::task::yield_now().await;
        }
    };
    tokio::time::timeout(Duration::from_secs(30), shown).await.unwrap();
}

#[tokio::test]
async fn a_call_and_its_answer() {
    let (server, _) = serve_new().await;
    let created = call(server, "CreateTrainingJob", &job("job")).await.unwrap();
    assert_eq!(created.status, 200, "{}", created.body);
    assert_eq!(created.header("content-type"), Some("application/x-amz-json-1.1"));
    assert_eq!(created.header("x-amzn-requestid").map(str::len), Some(36));
    let arn = "arn:aws:sagemaker:eu-west-1:210987654321:training-job/job";
    assert_eq!(created.json(), json!({ "TrainingJobArn": arn }));
    let name = json!({ "TrainingJobName": "job" });
    let described = call(server, "DescribeTrainingJob", &name).await.unwrap().json();
    assert_eq!(described["SecondaryStatus"], "Starting");
    let stopped = call(server, "StopTrainingJob", &name).await.unwrap();
    assert_eq!((stopped.status, stopped.body.as_str()), (200, ""));
}

#[tokio::test]
async fn errors_spell_their_members_as_aws_does() {
    let (server, _) = serve_new().await;
    call(server, "CreateTrainingJob", &job("job")).await.unwrap();
    let modelled = call(server, "CreateTrainingJob", &job("job")).await.unwrap();
    assert_eq!(modelled.status, 400);
    let body = modelled.json();
    assert_eq!(body["__type"], "ResourceInUse");
    assert!(body["Message"].is_string() && body.get("message").is_none(), "{body}");
    let name = json!({ "TrainingJobName": "nobody" });
    let common = call(server, "DescribeTrainingJob", &name).await.unwrap();
    assert_eq!(common.status, 400);
    assert_eq!(
        common.json(),
        json!({ "__type": "ValidationException", "message": "Requested resource not found." })
    );
    let operation = call(server, "NoSuchOperation", &json!({})).await.unwrap();
    assert_eq!(operation.json()["__type"], "UnknownOperationException");
}

#[tokio::test]
async fn credentials_choose_account_and_region() {
    let (server, _) = serve_new().await;
    let target = "X-Amz-Target: SageMaker.ListTrainingJobs\r\n";
    let code = |authorization: String| async move {
        let reply =
            send(server, "POST /", &format!("{target}{authorization}"), "{}").await.unwrap();
        (reply.status, reply.json()["__type"].as_str().unwrap_or_default().to_owned())
    };
    let unsigned = code(String::new()).await;
    assert_eq!(unsigned, (403, "MissingAuthenticationTokenException".into()));
    let other_service = code(authorization(JSON_KEY, "eu-west-1", "s3")).await;
    assert_eq!(other_service, (400, "InvalidSignatureException".into()));
    let garbled = code("Authorization: Bearer token\r\n".into()).await;
    assert_eq!(garbled, (400, "IncompleteSignatureException".into()));
    for (key, region, count) in
        [(JSON_KEY, "eu-west-1", 1), (JSON_KEY, "us-east-1", 0), ("AKIAPLAIN", "eu-west-1", 0)]
    {
        call(server, "CreateTrainingJob", &job("job")).await.unwrap();
        let headers = format!("{target}{}", authorization(key, region, "sagemaker"));
        let reply = send(server, "POST /", &headers, "").await.unwrap().json();
        assert_eq!(
            reply["TrainingJobSummaries"].as_array().unwrap().len(),
            count,
            "{key} {region}"
        );
    }
}

#[tokio::test]
async fn sts_names_the_account() {
    let (server, simulator) = serve_new().await;
    let ask = |key: &'static str| identity(server, key, "us-east-1");
    let reply = ask(JSON_KEY).await;
    assert_eq!((reply.status, reply.header("content-type")), (200, Some("text/xml")));
    assert!(reply.body.contains("<Account>210987654321</Account>"), "{}", reply.body);
    assert!(ask("AKIAPLAIN").await.body.contains("<Account>123456789012</Account>"));
    simulator.add_fault(Fault::new("GetCallerIdentity", FaultKind::Expired));
    let refused = ask(JSON_KEY).await;
    assert_eq!(refused.status, 403);
    assert!(refused.body.contains("<Code>ExpiredToken</Code>"), "{}", refused.body);
}

#[tokio::test]
async fn a_lost_reply_closes_the_connection_after_the_execution() {
    let (server, simulator) = serve_new().await;
    simulator.add_fault(Fault::new("CreateTrainingJob", FaultKind::Lost));
    assert!(call(server, "CreateTrainingJob", &job("lost")).await.is_none());
    simulator.add_fault(Fault::new("CreateTrainingJob", FaultKind::LostBefore));
    assert!(call(server, "CreateTrainingJob", &job("never")).await.is_none());
    let name = json!({ "TrainingJobName": "lost" });
    assert_eq!(call(server, "DescribeTrainingJob", &name).await.unwrap().status, 200);
    let name = json!({ "TrainingJobName": "never" });
    assert_eq!(call(server, "DescribeTrainingJob", &name).await.unwrap().status, 400);
}

#[tokio::test]
async fn a_held_reply_comes_when_released() {
    let (server, simulator) = serve_new().await;
    simulator.add_fault(Fault::new("CreateTrainingJob", FaultKind::Hold));
    let caller = tokio::spawn(async move { call(server, "CreateTrainingJob", &job("job")).await });
    until(|| !simulator.held().is_empty()).await;
    let held = control(server, ("GET", "held"), "").await.json();
    assert_eq!(held[0]["jobName"], "job");
    assert_eq!(held[0]["stage"], "after");
    assert_eq!(simulator.stats().creates["job"].accepted, 1);
    assert!(!caller.is_finished());
    let released = control(server, ("POST", "release"), "").await.json();
    assert_eq!(released, json!({ "released": 1 }));
    assert_eq!(caller.await.unwrap().unwrap().status, 200);
}

#[tokio::test]
async fn a_call_held_before_its_execution_outlives_its_sender() {
    let (server, simulator) = serve_new().await;
    simulator.add_fault(Fault::new("CreateTrainingJob", FaultKind::HoldBefore));
    let caller = tokio::spawn(async move { call(server, "CreateTrainingJob", &job("job")).await });
    until(|| !simulator.held().is_empty()).await;
    caller.abort();
    assert!(caller.await.unwrap_err().is_cancelled());
    assert!(!simulator.stats().creates.contains_key("job"));
    simulator.release();
    until(|| simulator.stats().creates.contains_key("job")).await;
    assert_eq!(simulator.stats().creates["job"].accepted, 1);
}

#[tokio::test]
async fn a_hung_call_lasts_as_long_as_its_connection() {
    let (server, simulator) = serve_new().await;
    simulator.add_fault(Fault::new("*", FaultKind::Hang).count(0).in_region("eu-west-1"));
    let create =
        || tokio::spawn(async move { call(server, "CreateTrainingJob", &job("job")).await });
    let (gone, waiting) = (create(), create());
    until(|| simulator.held().len() == 2).await;
    gone.abort();
    until(|| simulator.held().len() == 1).await;
    assert!(!waiting.is_finished());
    simulator.release();
    assert!(waiting.await.unwrap().is_none(), "no answer");
    assert!(simulator.stats().creates.is_empty(), "never executed");
}

#[tokio::test]
async fn a_withheld_reply_is_dropped_with_its_connection() {
    let (server, simulator) = serve_new().await;
    simulator.add_fault(Fault::new("CreateTrainingJob", FaultKind::Hold));
    let caller = tokio::spawn(async move { call(server, "CreateTrainingJob", &job("job")).await });
    until(|| !simulator.held().is_empty()).await;
    caller.abort();
    until(|| simulator.held().is_empty()).await;
    assert_eq!(simulator.stats().creates["job"].accepted, 1);
}

#[tokio::test]
async fn both_services_refuse_a_region_that_is_not_enabled() {
    let (server, _) = serve_new().await;
    let disabled = json!({ "disabled": ["eu-west-1"] });
    control(server, ("POST", "regions"), &disabled.to_string()).await;
    assert_eq!(control(server, ("GET", "regions"), "").await.json(), disabled);
    let refused = call(server, "ListTrainingJobs", &json!({})).await.unwrap();
    assert_eq!(refused.status, 400);
    assert_eq!(refused.json()["__type"], "UnrecognizedClientException");
    let refused = identity(server, JSON_KEY, "eu-west-1").await;
    assert_eq!(refused.status, 403);
    assert!(refused.body.contains("<Code>InvalidClientTokenId</Code>"), "{}", refused.body);
    assert_eq!(identity(server, JSON_KEY, "us-east-1").await.status, 200);
}

/// Method, command, body, status.
const CONTROL: [(&str, &str, &str, u16); 27] = [
    ("POST", "faults", r#"{"operation":"ListTags","kind":"hold-before"}"#, 200),
    ("POST", "faults", r#"{"operation":"ListTag","kind":"lost"}"#, 400),
    ("POST", "faults", r#"{"operation":"*","kind":"explode"}"#, 400),
    ("POST", "faults", r#"{"operation":"*","kind":"lost","often":3}"#, 400),
    ("GET", "faults", "", 200),
    ("DELETE", "faults", "", 200),
    ("DELETE", "jobs", "", 404),
    ("POST", "limits", r#"{"CreateTrainingJob":1.0}"#, 200),
    ("POST", "limits", r#"{"CreateTraining":1.0}"#, 400),
    ("POST", "quotas", r#"{"ml.g5.xlarge":{"spot":0,"onDemand":4}}"#, 200),
    ("POST", "quotas", r#"{"ml.g5.xlarge":{"sport":0}}"#, 400),
    ("POST", "interrupt", r#"{"trainingJobName":"nobody"}"#, 404),
    ("POST", "interrupt", r#"{"trainingJobName":"job"}"#, 409),
    ("POST", "complete", r#"{"trainingJobName":"job"}"#, 409),
    ("POST", "fail", r#"{"trainingJobName":"job","failureReason":"x"}"#, 409),
    ("POST", "regions", r#"{"disabled":["ap-east-1"]}"#, 200),
    ("POST", "regions", r#"["ap-east-1"]"#, 400),
    ("POST", "answers", r#"{"operation":"ListTags","code":"X"}"#, 200),
    ("POST", "answers", r#"{"operation":"ListTags","code":"X","status":200}"#, 400),
    ("POST", "answers", r#"{"operation":"ListTag","code":"X"}"#, 400),
    ("DELETE", "answers", "", 200),
    ("POST", "describe", r#"{"name":"job","members":[]}"#, 400),
    ("DELETE", "describe", r#"{"job":"job"}"#, 400),
    ("POST", "remove", r#"{"trainingJobName":"nobody"}"#, 404),
    ("POST", "clock", r#"{"offset":3}"#, 400),
    ("GET", "nonsense", "", 404),
    ("POST", "nonsense", "", 404),
];

#[tokio::test]
async fn control_endpoints_check_their_requests() {
    let (server, simulator) = serve_new().await;
    call(server, "CreateTrainingJob", &job("job")).await.unwrap();
    for (method, command, body, status) in CONTROL {
        let reply = control(server, (method, command), body).await;
        assert_eq!(reply.status, status, "{method} {command} {body}: {}", reply.body);
    }
    assert!(simulator.faults().is_empty());
    let refused = call(server, "CreateTrainingJob", &job("other")).await.unwrap();
    assert_eq!(refused.json()["__type"], "ResourceLimitExceeded");
}

#[tokio::test]
async fn control_endpoints_show_what_there_is() {
    let (server, _) = serve_new().await;
    call(server, "CreateTrainingJob", &job("job")).await.unwrap();
    let jobs = control(server, ("GET", "jobs"), "").await.json();
    assert_eq!(jobs[0]["Region"], "eu-west-1");
    assert_eq!(jobs[0]["TrainingJobName"], "job");
    let stats = control(server, ("GET", "stats"), "").await.json();
    assert_eq!(stats["calls"]["CreateTrainingJob"]["OK"], 1);
    assert_eq!(stats["creates"]["job"], json!({ "calls": 1, "accepted": 1 }));
    assert_eq!(stats["checkpointPrefixes"]["s3://checkpoints/job"], 1);
    let calls = control(server, ("GET", "calls"), "").await.json();
    assert_eq!(calls[0]["jobName"], "job");
    assert_eq!(control(server, ("POST", "reset"), "").await.status, 200);
    assert_eq!(control(server, ("GET", "jobs"), "").await.json(), json!([]));
}
