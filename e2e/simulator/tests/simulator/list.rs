//! `ListTrainingJobs`.

use serde_json::{Value, json};

use crate::support::{START, World, on_demand, workload};

/// Jobs `a-<n>` for each even and `b-<n>` for each odd n, created n seconds after the start; the
/// even ones complete after 117 s, the odd ones are stopped at second 50.
fn world(jobs: u32) -> World {
    let world = World::new();
    for n in 0..jobs {
        let name = format!("{}-{n:03}", if n % 2 == 0 { "a" } else { "b" });
        let request = on_demand(&name, &workload(&json!({})));
        world.call("CreateTrainingJob", &request, f64::from(n)).unwrap();
    }
    for n in (1..jobs).step_by(2) {
        world.stop(&format!("b-{n:03}"), 50.0).unwrap();
    }
    world
}

fn page(world: &World, request: &Value) -> (Vec<String>, Option<Value>) {
    let reply = world.call("ListTrainingJobs", request, 500.0).unwrap();
    let summaries = reply["TrainingJobSummaries"].as_array().unwrap();
    let names = summaries.iter().map(|job| job["TrainingJobName"].as_str().unwrap().to_owned());
    (names.collect(), reply.get("NextToken").cloned())
}

#[test]
fn ten_a_page_oldest_first_unless_asked() {
    let world = world(25);
    let (first, token) = page(&world, &json!({}));
    assert_eq!(first.len(), 10);
    assert_eq!(first[..2], ["a-000", "b-001"]);
    let (second, token) = page(&world, &json!({ "NextToken": token.unwrap() }));
    assert_eq!(second[0], "a-010");
    let (third, token) = page(&world, &json!({ "NextToken": token.unwrap() }));
    assert_eq!((third.len(), token), (5, None));
}

#[test]
fn every_order_visits_every_job_once() {
    let world = world(25);
    for by in ["Name", "CreationTime", "Status"] {
        for order in ["Ascending", "Descending"] {
            let mut request = json!({ "SortBy": by, "SortOrder": order, "MaxResults": 4 });
            let mut names = Vec::new();
            loop {
                let (mut next, token) = page(&world, &request);
                names.append(&mut next);
                match token {
                    Some(token) => request["NextToken"] = token,
                    None => break,
                }
            }
            let first = match (by, order) {
                ("Name" | "CreationTime" | "Status", "Ascending") => "a-000",
                ("CreationTime", _) => "a-024",
                _ => "b-023",
            };
            assert_eq!(names[0], first, "{by} {order}");
            assert_eq!(names.len(), 25, "{by} {order}");
            names.sort();
            names.dedup();
            assert_eq!(names.len(), 25, "{by} {order}");
        }
    }
}

#[test]
fn the_status_filter_comes_after_the_page() {
    let world = world(10);
    let request = json!({ "StatusEquals": "Stopped", "MaxResults": 5 });
    let (names, token) = page(&world, &request);
    assert_eq!(names, ["b-001", "b-003"]);
    assert!(token.is_some());
    let request = json!({ "StatusEquals": "Failed", "MaxResults": 5 });
    let (names, token) = page(&world, &request);
    assert!(names.is_empty() && token.is_some());
}

#[test]
fn filters() {
    let world = world(10);
    let cases = [
        (json!({ "NameContains": "b-00" }), 5),
        (json!({ "CreationTimeAfter": START + 6.0 }), 3),
        (json!({ "CreationTimeBefore": START + 2.0 }), 2),
        // Stopped jobs were last modified before second 70, completed ones after 117.
        (json!({ "LastModifiedTimeAfter": START + 100.0 }), 5),
        (json!({ "LastModifiedTimeBefore": START + 100.0 }), 5),
        (json!({ "WarmPoolStatusEquals": "InUse" }), 0),
    ];
    for (request, expected) in cases {
        assert_eq!(page(&world, &request).0.len(), expected, "{request}");
    }
}

#[test]
fn bad_requests() {
    let world = world(1);
    for request in [
        json!({ "MaxResults": 0 }),
        json!({ "MaxResults": 101 }),
        json!({ "NextToken": "nonsense" }),
        json!({ "SortBy": "Age" }),
    ] {
        let refusal = world.call("ListTrainingJobs", &request, 0.0).unwrap_err();
        assert_eq!(refusal.code, "ValidationException", "{request}");
    }
}
