//! Error answers on order: any code, status and text, with or without the call being executed.

use sagemaker_simulator::{ErrorAnswer, Fault, FaultKind};
use serde_json::json;

use crate::http_client::{JSON_KEY, call, control, identity};
use crate::support::{World, at, caller, serve_new, spot, workload};

/// Texts that AWS, a user's program or a broken encoder has put into error messages.
const ODD: &str = "Can\u{e2}\u{80}\u{99}t \0\u{1}\u{8}\t\n\r\u{1b}\u{1f} \u{7f}\u{80}\u{85}\u{9f} \
                   \u{2028}\u{2029}\u{202e}\u{2066}\u{feff}\u{fffe}\u{ffff}\u{10ffff} \"\\ <&>";

#[test]
fn an_answer_is_played_word_by_word() {
    let world = World::new();
    let text = "Could not find job to update with name job";
    world.simulator.add_answer(ErrorAnswer::new("StopTrainingJob", "ValidationException", text));
    world.create(&spot("job", &workload(&json!({}))));
    let refusal = world.stop("job", 1.0).unwrap_err();
    assert_eq!((refusal.code, refusal.status), ("ValidationException", 400));
    assert_eq!((refusal.message.as_str(), refusal.modelled), (text, false));
    assert_eq!(world.status("job", 1.0), "InProgress/Starting");
    assert!(world.stop("job", 2.0).is_ok(), "once only");
    assert_eq!(world.simulator.stats().calls["StopTrainingJob"]["ValidationException"], 1);
}

#[test]
fn codes_that_the_model_declares_are_marked() {
    let world = World::new();
    for (code, modelled) in [
        ("ResourceInUse", true),
        ("ResourceLimitExceeded", true),
        ("ResourceNotFound", true),
        ("RequestTimeout", false),
        ("PriorRequestNotComplete", false),
        ("AccessDeniedException", false),
    ] {
        world.simulator.add_answer(ErrorAnswer::new("*", code, "text").status(503));
        let refusal = world.call("ListTrainingJobs", &json!({}), 0.0).unwrap_err();
        assert_eq!((refusal.code, refusal.status, refusal.modelled), (code, 503, modelled));
    }
}

#[test]
fn an_executed_call_can_be_answered_with_an_error() {
    let world = World::new();
    let answer = ErrorAnswer::new("CreateTrainingJob", "RequestTimeout", "too late").status(400);
    world.simulator.add_answer(answer.clone().executed());
    let create = |name: &str| {
        let request = spot(name, &workload(&json!({})));
        world.call("CreateTrainingJob", &request, 0.0).unwrap_err().code
    };
    assert_eq!(create("executed"), "RequestTimeout");
    world.simulator.add_answer(answer);
    assert_eq!(create("refused"), "RequestTimeout");
    let names: Vec<_> = world.simulator.jobs(at(0.0));
    assert_eq!(names.len(), 1);
    assert_eq!(names[0]["TrainingJobName"], "executed");
}

#[test]
fn name_region_skip_and_count_choose_the_calls() {
    let world = World::new();
    let answer = ErrorAnswer::new("CreateTrainingJob", "Odd", "");
    world.simulator.add_answer(answer.on_job("victim").in_region("us-east-1").skip(1).count(2));
    let mut refused = Vec::new();
    for region in ["eu-west-1", "us-east-1"] {
        for name in ["victim-1", "other", "victim-2", "victim-3", "victim-4"] {
            let request = spot(name, &workload(&json!({})));
            let call =
                world.simulator.handle(&caller(region), "CreateTrainingJob", &request, at(0.0));
            if call.reply.is_err() {
                refused.push(format!("{region} {name}"));
            }
        }
    }
    assert_eq!(refused, ["us-east-1 victim-2", "us-east-1 victim-3"]);
    assert!(world.simulator.answers().is_empty());
}

#[test]
fn the_first_order_strikes_and_each_kind_is_cleared_alone() {
    let world = World::new();
    let code = || world.call("ListTrainingJobs", &json!({}), 0.0).map_err(|refusal| refusal.code);
    world.simulator.add_answer(ErrorAnswer::new("*", "First", "").count(0));
    world.simulator.add_fault(Fault::new("*", FaultKind::Throttle).count(0));
    assert_eq!(code().unwrap_err(), "First");
    world.simulator.clear_answers();
    assert_eq!(code().unwrap_err(), "ThrottlingException");
    world.simulator.add_answer(ErrorAnswer::new("*", "Second", "").count(0));
    world.simulator.clear_faults();
    assert_eq!(code().unwrap_err(), "Second");
    assert_eq!(world.simulator.answers().len(), 1);
}

#[tokio::test]
async fn odd_characters_reach_the_client() {
    let (server, simulator) = serve_new().await;
    let order = json!({ "operation": "*", "code": "Odd", "message": ODD, "count": 2 });
    assert_eq!(control(server, ("POST", "answers"), &order.to_string()).await.status, 200);
    assert_eq!(simulator.answers()[0].message, ODD);
    let answer = call(server, "ListTrainingJobs", &json!({})).await.unwrap();
    assert_eq!(answer.status, 400);
    let raw = answer.body.chars().any(|letter| letter < ' ');
    assert!(!raw, "JSON has no raw control characters: {:?}", answer.body);
    assert_eq!(answer.json(), json!({ "__type": "Odd", "message": ODD }));
    let answer = identity(server, JSON_KEY, "eu-west-1").await;
    let possible = |letter: char| letter >= ' ' || letter == '\t' || letter == '\n';
    assert!(answer.body.chars().all(possible), "{:?}", answer.body);
    assert!(answer.body.contains("\u{7f}\u{80}\u{85}\u{9f} \u{2028}"), "{:?}", answer.body);
    assert!(answer.body.contains("\"\\ &lt;&amp;&gt;"), "{:?}", answer.body);
}

#[tokio::test]
async fn sts_sends_ordered_codes_as_they_are() {
    let (server, simulator) = serve_new().await;
    let answer = ErrorAnswer::new("GetCallerIdentity", "ExpiredTokenException", "text");
    simulator.add_answer(answer.status(418));
    let answer = identity(server, JSON_KEY, "eu-west-1").await;
    assert_eq!(answer.status, 418);
    assert!(answer.body.contains("<Code>ExpiredTokenException</Code>"), "{}", answer.body);
}
