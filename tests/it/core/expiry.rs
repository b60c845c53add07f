//! An object that has ended is deleted when its TTL is over, unless a tool would apply it again.

use spot_training_operator::domain::decision::Wake;
use spot_training_operator::domain::effect::Effect;
use spot_training_operator::domain::job::call_error::{Call, CallErrorKind};
use spot_training_operator::domain::job::{Job, JobStatus};
use spot_training_operator::domain::vocabulary::State;

use crate::support::fixtures::objects::{at, job, unreadable};
use crate::support::fixtures::world::{World, events, nothing, present, refused};

/// A world whose job completed at second 500, and that is released.
fn completed(ttl: Option<i64>) -> World {
    let mut world = World::created();
    world.edit(|plan| plan.ttl_seconds = ttl);
    world.now = at(500);
    let path = ["Starting", "Training", "Completed"];
    let numbers = Job {
        training_seconds: Some(60),
        billable_seconds: Some(20),
        ..job(JobStatus::Completed, &path, 0)
    };
    let step = world.step(&present(numbers));
    assert_eq!(step.effect, Some(Effect::RemoveFinalizer));
    world.facts.has_finalizer = false;
    world
}

#[test]
fn an_object_that_has_ended_is_deleted_when_its_ttl_is_over() {
    let mut world = completed(Some(3600));
    let step = world.step(&nothing());
    assert_eq!((step.effect, step.wake), (None, Wake::At(at(4100))));
    world.now = at(4099);
    assert_eq!(world.step(&nothing()).effect, None);
    world.now = at(4100);
    assert_eq!(world.step(&nothing()).effect, Some(Effect::DeleteObject));
}

#[test]
fn without_a_ttl_or_with_a_spec_that_can_not_be_read_it_stays() {
    let mut world = completed(None);
    world.now = at(1_000_000);
    assert_eq!((world.step(&nothing()).effect, world.state()), (None, State::Completed));
    let mut world = completed(Some(0));
    world.spec = unreadable();
    assert_eq!(world.step(&nothing()).effect, None);
}

#[test]
fn an_edit_of_the_ttl_acts_at_once() {
    let mut world = completed(Some(100_000));
    world.now = at(1000);
    world.step(&nothing());
    world.edit(|plan| plan.ttl_seconds = Some(500));
    assert_eq!(world.step(&nothing()).effect, Some(Effect::DeleteObject));
}

#[test]
fn what_a_tool_keeps_is_not_deleted_and_that_is_told_once() {
    let mut world = completed(Some(0));
    world.facts.kept_by = Some("argocd.argoproj.io/tracking-id");
    let step = world.step(&nothing());
    assert_eq!((step.effect.clone(), events(&step)), (None, vec!["TTLSkipped"]));
    assert!(step.facts[0].message.contains("argocd.argoproj.io/tracking-id"));
    let step = world.step(&nothing());
    assert_eq!((step.changed, events(&step)), (false, vec![]));
}

#[test]
fn a_refused_deletion_is_told_once_and_tried_again_after_an_edit() {
    let mut world = completed(Some(0));
    assert_eq!(world.step(&nothing()).effect, Some(Effect::DeleteObject));
    let step = world.step(&refused(Call::Delete, CallErrorKind::WriteRefused));
    assert_eq!((step.effect.clone(), events(&step)), (None, vec!["TTLSkipped"]));
    let step = world.step(&nothing());
    assert_eq!((step.effect, step.wake), (None, Wake::OnChange));
    world.edit(|plan| plan.ttl_seconds = Some(1));
    world.now = at(600);
    assert_eq!(world.step(&nothing()).effect, Some(Effect::DeleteObject));
}

#[test]
fn what_a_tool_has_let_go_is_deleted_without_an_edit() {
    let mut world = completed(Some(0));
    world.facts.kept_by = Some("argocd.argoproj.io/tracking-id");
    assert_eq!(events(&world.step(&nothing())), ["TTLSkipped"]);
    world.facts.kept_by = None;
    assert_eq!(world.step(&nothing()).effect, Some(Effect::DeleteObject));
    let step = world.step(&refused(Call::Delete, CallErrorKind::WriteRefused));
    assert_eq!((step.effect, world.step(&nothing()).effect), (None, None), "it is refused once");
}
