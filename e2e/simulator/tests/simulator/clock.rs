//! The `Date` header, and how wrong it can be.

use jiff::fmt::rfc2822;
use jiff::{SignedDuration, Timestamp};
use serde_json::json;

use crate::http_client::{JSON_KEY, Response, call, control, identity};
use crate::support::{serve_new, spot, workload};

fn date(response: &Response) -> Timestamp {
    let date = response.header("date").unwrap();
    assert!(date.ends_with(" GMT"), "{date}");
    rfc2822::parse(date).unwrap().timestamp()
}

#[tokio::test]
async fn every_answer_has_a_date() {
    let (server, _) = serve_new().await;
    let created = call(server, "CreateTrainingJob", &spot("job", &workload(&json!({})))).await;
    let name = json!({ "TrainingJobName": "job" });
    let described = call(server, "DescribeTrainingJob", &name).await.unwrap();
    let unknown = call(server, "DescribeTrainingJob", &json!({ "TrainingJobName": "x" })).await;
    let created_at = described.json()["CreationTime"].as_f64().unwrap();
    let created_at = SignedDuration::from_secs_f64(created_at).as_secs();
    for response in [
        created.unwrap(),
        unknown.unwrap(),
        identity(server, JSON_KEY, "eu-west-1").await,
        control(server, ("GET", "stats"), "").await,
        described,
    ] {
        let second = date(&response).as_second();
        assert!(second >= created_at, "{second} is before {created_at}");
    }
}

#[tokio::test]
async fn the_date_can_be_wrong_in_both_directions() {
    let (server, simulator) = serve_new().await;
    let ask = || async { date(&call(server, "ListTrainingJobs", &json!({})).await.unwrap()) };
    let year = 365 * 86_400;
    let truth = ask().await;
    let order = json!({ "dateHeaderOffsetSeconds": year });
    assert_eq!(control(server, ("POST", "clock"), &order.to_string()).await.status, 200);
    assert_eq!(control(server, ("GET", "clock"), "").await.json(), order);
    let ahead = ask().await;
    assert!(ahead.as_second() >= truth.as_second() + year, "{ahead} {truth}");
    simulator.set_date_header_offset(-year);
    assert!(ask().await < truth);
    simulator.reset();
    let again = ask().await;
    assert!(truth <= again && again < ahead, "{truth} {again} {ahead}");
}
