//! Stored states: what one version wrote, another reads. The committed samples are read by every
//! later version, and what a newer one wrote survives this one.

use std::collections::BTreeMap;

use serde_json::{Map, Value, json};
use spot_training_operator::domain::admission::Identity;
use spot_training_operator::domain::decision::Wake;
use spot_training_operator::domain::effect::Effect;
use spot_training_operator::domain::job::call_error::{CallError, CallErrorKind};
use spot_training_operator::domain::job::{Job, JobStatus, Owner};
use spot_training_operator::domain::run::{End, Run};

use super::scenarios::scenarios;
use crate::support::fixtures::golden;
use crate::support::fixtures::objects::{at, job};
use crate::support::fixtures::world::{ACCOUNT, World, nothing, present, stop_accepted};

const PATH: [&str; 3] = ["Starting", "Training", "Completed"];

fn stored(world: &World) -> Value {
    serde_json::from_str(&world.run.to_internal_state().unwrap()).unwrap()
}

fn read(state: &Value) -> Run {
    Run::from_internal_state(&state.to_string()).unwrap()
}

/// Calls `change` with every object below `value`, itself included.
fn each_object(value: &mut Value, change: &mut dyn FnMut(&mut Map<String, Value>)) {
    if let Value::Object(members) = value {
        members.values_mut().for_each(|member| each_object(member, change));
        change(members);
    }
}

#[test]
fn the_committed_samples_are_what_is_written_and_read() {
    let states: BTreeMap<_, _> =
        scenarios().iter().map(|scenario| (scenario.name, stored(&scenario.world))).collect();
    let text = serde_json::to_string_pretty(&states).unwrap() + "\n";
    golden::compare("tests/it/core/stored_states.json", &text);
    for (name, state) in states {
        assert_eq!(
            serde_json::from_str::<Value>(&read(&state).to_internal_state().unwrap()).unwrap(),
            state,
            "{name}"
        );
    }
}

/// The states that earlier versions wrote, in the order of their commits.
const EARLIER: [&str; 1] = [include_str!("earlier_states/foundations.json")];

#[test]
fn what_earlier_versions_began_is_finished() {
    for text in EARLIER {
        let states: BTreeMap<String, Value> = serde_json::from_str(text).unwrap();
        assert!(states.len() > 30);
        for (name, state) in states {
            let mut world = World { run: read(&state), now: at(9000), ..World::default() };
            world.facts.uid.clone_from(&world.run.uid);
            let ended = world.run.end().cloned();
            let is_live = world.run.live().is_some();
            world.step(&nothing());
            assert_eq!(world.run.end(), ended.as_ref(), "{name}");
            if is_live {
                let seen = Job { owner: Owner::Ours, ..job(JobStatus::Completed, &PATH, 0) };
                world.step(&present(seen));
                assert_eq!(world.run.end(), Some(&End::Completed), "{name}");
            }
        }
    }
}

#[test]
fn what_a_newer_version_wrote_survives_at_every_depth() {
    for scenario in scenarios() {
        let mut state = stored(&scenario.world);
        let mut marked = 0;
        each_object(&mut state, &mut |members| {
            // Conditions are a map by type, and each is a pair.
            if !members.contains_key("Ready") {
                members.insert("novelty".to_owned(), json!({ "a": [1, 2] }));
                marked += 1;
            }
        });
        let kept = read(&state).to_internal_state().unwrap();
        assert_eq!(kept.matches("novelty").count(), marked, "{}: {kept}", scenario.name);
        let mut world = scenario.world.clone();
        world.run = read(&state);
        world.step(&nothing());
        let kept = world.run.to_internal_state().unwrap();
        assert!(kept.contains("novelty"), "{}: {kept}", scenario.name);
    }
}

/// A live object whose stored words are those of a newer version.
fn from_the_future() -> World {
    let mut world = World::created();
    world.step(&present(job(JobStatus::InProgress, &["Starting", "Training"], 0)));
    world.edit(|plan| plan.suspend = true);
    world.step(&present(job(JobStatus::InProgress, &["Starting", "Training"], 0)));
    let mut state = stored(&world);
    each_object(&mut state, &mut |members| {
        for word in ["phase", "why", "market", "status", "secondary"] {
            if let Some(Value::String(text)) = members.get_mut(word) {
                "Novelty".clone_into(text);
            }
        }
    });
    world.run = read(&state);
    world.edit(|plan| plan.suspend = false);
    world
}

#[test]
fn words_of_a_newer_version_are_live_not_counted_and_no_verdict() {
    let mut world = from_the_future();
    let step = world.step(&nothing());
    assert!(matches!(step.effect, Some(Effect::Describe { .. })), "live: {step:?}");
    world.step(&stop_accepted());
    let step = world.step(&present(job(JobStatus::Stopped, &["Starting", "Stopped"], 0)));
    assert_eq!((step.effect, world.run.end()), (None, None), "no verdict, and nothing starts");
    let blocked = world.run.blocked.as_ref().unwrap();
    assert_eq!((blocked.blocker.as_str(), blocked.stalled), ("NewerVersionNeeded", true));
    // Neither other credentials nor an edit say what the newer version wanted.
    world.admission.identity = Identity::Known { account: ACCOUNT.to_owned(), principal: 8 };
    world.facts.generation += 1;
    assert_eq!(world.step(&nothing()).effect, None);
    let error = CallError::new(CallErrorKind::Credentials, "expired".to_owned());
    world.admission.identity = Identity::Refused { error, since: at(0) };
    world.step(&nothing());
    assert_eq!(world.run.blocked.as_ref().unwrap().blocker.as_str(), "NewerVersionNeeded");
}

#[test]
fn an_object_of_a_newer_version_can_be_stopped_and_released() {
    let mut world = from_the_future();
    world.facts.deleting = true;
    world.now = at(60);
    let training = job(JobStatus::InProgress, &["Starting", "Training"], 0);
    let step = world.step(&present(training));
    assert!(matches!(step.effect, Some(Effect::Stop { .. })), "{step:?}");
    world.step(&stop_accepted());
    let step = world.step(&present(job(JobStatus::Stopped, &["Starting", "Stopped"], 0)));
    assert_eq!(step.effect, Some(Effect::RemoveFinalizer));
}

#[test]
fn blockers_and_ends_of_a_newer_version_are_kept_as_they_are() {
    let mut world = World::default();
    world.step(&nothing());
    let mut state = stored(&world);
    let members = state.as_object_mut().unwrap();
    members.remove("live");
    let blocked = json!({
        "blocker": "Novelty", "since": at(0).to_string(), "count": 1, "generation": 1,
        "principal": 7, "retryAt": at(600).to_string(),
    });
    members.insert("blocked".to_owned(), blocked);
    world.run = read(&state);
    assert_eq!(world.step(&nothing()).wake, Wake::At(at(600)));
    let members = state.as_object_mut().unwrap();
    members.insert("end".to_owned(), json!("DeadlineExceeded"));
    world.run = read(&state);
    let step = world.step(&nothing());
    assert_eq!(step.effect, Some(Effect::RemoveFinalizer), "an end is final");
    assert_eq!(stored(&world)["end"], "DeadlineExceeded");
}
