//! Writes that the cluster refuses: what is done without them.

use spot_training_operator::domain::decision::Wake;
use spot_training_operator::domain::effect::Effect;
use spot_training_operator::domain::job::JobStatus;
use spot_training_operator::domain::job::call_error::{Call, CallErrorKind};

use crate::support::fixtures::objects::{at, job};
use crate::support::fixtures::world::{World, nothing, present, refused};

#[test]
fn a_refused_release_waits_and_is_forgotten_once_it_succeeds() {
    let mut world = World::created();
    world.step(&present(job(JobStatus::Completed, &["Starting", "Training", "Completed"], 0)));
    // The one poll for missing numbers.
    world.now = at(3600);
    let ended = present(job(JobStatus::Completed, &["Starting", "Training", "Completed"], 0));
    assert_eq!(world.step(&ended).effect, Some(Effect::RemoveFinalizer));
    let step = world.step(&refused(Call::Write, CallErrorKind::WriteRefused));
    let (None, Wake::At(retry)) = (step.effect, step.wake) else { panic!("repeated at once") };
    world.now = retry;
    assert_eq!(world.step(&nothing()).effect, Some(Effect::RemoveFinalizer));
    world.facts.has_finalizer = false;
    world.step(&nothing());
    assert!(world.run.blocked.is_none(), "{:?}", world.run.blocked);
}

#[test]
fn a_job_is_followed_although_its_finalizer_can_not_be_put_back() {
    let mut world = World::created();
    world.facts.has_finalizer = false;
    assert_eq!(world.step(&nothing()).effect, Some(Effect::AddFinalizer));
    let step = world.step(&refused(Call::Write, CallErrorKind::WriteRefused));
    assert!(matches!(step.effect, Some(Effect::Describe { .. })), "{step:?}");
    let training = || present(job(JobStatus::InProgress, &["Starting", "Training"], 0));
    world.step(&training());
    // When it is refused again, the job is due again, too.
    world.now = at(60);
    assert_eq!(world.step(&nothing()).effect, Some(Effect::AddFinalizer));
    let step = world.step(&refused(Call::Write, CallErrorKind::WriteRefused));
    assert!(matches!(step.effect, Some(Effect::Describe { .. })), "{step:?}");
    world.edit(|plan| plan.suspend = true);
    world.facts.generation += 1;
    assert_eq!(world.step(&nothing()).effect, Some(Effect::AddFinalizer));
    let mut seen = training();
    seen.answer = refused(Call::Write, CallErrorKind::WriteRefused).answer;
    let step = world.step(&seen);
    assert!(matches!(step.effect, Some(Effect::Stop { .. })), "{step:?}");
}
