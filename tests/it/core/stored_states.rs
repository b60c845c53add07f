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
use spot_training_operator::domain::situation::Seen;
use spot_training_operator::domain::vocabulary::Blocker;

use super::scenarios::scenarios;
use crate::support::fixtures::golden;
use crate::support::fixtures::objects::{at, job};
use crate::support::fixtures::world::{ACCOUNT, World, created, nothing, present, stop_accepted};

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

/// The states that earlier versions wrote, in the order of their commits, and those that this one writes.
const RECORDED: [&str; 2] =
    [include_str!("earlier_states/foundations.json"), include_str!("stored_states.json")];

/// Every recorded state, in a world in which nothing is in its way any more.
fn recorded() -> impl Iterator<Item = (String, World)> {
    RECORDED.into_iter().flat_map(|text| {
        let states: BTreeMap<String, Value> = serde_json::from_str(text).unwrap();
        assert!(states.len() > 30);
        states.into_iter().map(|(name, state)| {
            let mut world = World { run: read(&state), now: at(9000), ..World::default() };
            world.facts.uid.clone_from(&world.run.uid);
            world.restart();
            (name, world)
        })
    })
}

/// The job of the current attempt as `seen`, or as stopped once its stop was accepted.
fn described(world: &World, seen: &JobStatus) -> Seen {
    let live = world.run.live();
    let start = live.map_or(0, |live| live.start.duration_since(at(0)).as_secs());
    let request = live.and_then(|live| live.stop.as_ref());
    let is_stopped = request.is_some_and(|request| request.accepted.is_some());
    let (status, last) = match seen {
        JobStatus::InProgress if is_stopped => (JobStatus::Stopped, "Stopped"),
        JobStatus::InProgress => (JobStatus::InProgress, "Training"),
        other => (other.clone(), other.as_str()),
    };
    let path = ["Starting", "Downloading", "Training", last];
    let (training_seconds, billable_seconds) = (Some(1), Some(1));
    let owner = Owner::Ours;
    present(Job { owner, training_seconds, billable_seconds, ..job(status, &path, start) })
}

/// Performs what is decided until nothing more is, or the object goes.
fn play_out(world: &mut World, seen: &JobStatus) {
    let mut answer = nothing();
    for _ in 0..30 {
        let step = world.step(&answer);
        answer = match (step.effect, step.wake) {
            (Some(Effect::Create(_)), _) => created(),
            (Some(Effect::Describe { .. }), _) => described(world, seen),
            (Some(Effect::FindSuccessor { .. }), _) => Seen { successor: Some(false), ..nothing() },
            (Some(Effect::Stop { .. }), _) => stop_accepted(),
            (Some(Effect::AddFinalizer), _) => {
                world.facts.has_finalizer = true;
                nothing()
            }
            (Some(Effect::RemoveFinalizer), _) => {
                world.facts.has_finalizer = false;
                if world.facts.deleting {
                    return;
                }
                nothing()
            }
            (None, Wake::At(then)) => {
                world.now = then.max(world.now);
                nothing()
            }
            (None, Wake::OnChange) => return,
            (effect, wake) => panic!("nothing asks for that: {effect:?}, {wake:?}"),
        };
    }
    panic!("it goes on and on: {:?}", world.run);
}

#[test]
fn what_any_version_began_is_finished() {
    for (name, mut world) in recorded() {
        // What a newer version wanted is left to it.
        let blocked = world.run.blocked.as_ref();
        let is_left = blocked.is_some_and(|blocked| blocked.blocker == Blocker::NewerVersionNeeded);
        let ended = world.run.end().cloned().or_else(|| (!is_left).then_some(End::Completed));
        play_out(&mut world, &JobStatus::Completed);
        assert_eq!(world.run.end(), ended.as_ref(), "{name}");
        assert_eq!(world.facts.has_finalizer, is_left, "{name}");
    }
}

#[test]
fn what_any_version_began_can_be_deleted() {
    for (name, mut world) in recorded() {
        world.facts.deleting = true;
        play_out(&mut world, &JobStatus::InProgress);
        assert_eq!(world.run.live(), None, "{name}");
        assert!(!world.facts.has_finalizer, "{name}");
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
