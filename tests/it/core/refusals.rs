//! Golden tables: what each refusal leads to.

use spot_training_operator::domain::admission::CreateTurn;
use spot_training_operator::domain::decision::Wake;
use spot_training_operator::domain::effect::Effect;
use spot_training_operator::domain::job::call_error::{Call, CallErrorKind, QuotaNumbers};
use spot_training_operator::domain::job::{JobStatus, Owner};
use spot_training_operator::domain::situation::Seen;
use spot_training_operator::domain::spec::checkpoint::CheckpointPlan;
use spot_training_operator::domain::spec::plan::ParsedSpec;
use spot_training_operator::domain::vocabulary::{Blocker, ConditionType, State};

use crate::support::fixtures::objects::{at, job};
use crate::support::fixtures::world::{World, absent, events, nothing, present, refused};

const NEVER_FITS: CallErrorKind = CallErrorKind::Quota(Some(QuotaNumbers { limit: 2, delta: 4 }));

#[test]
fn refusals_of_create_follow_the_table() {
    let rows = [
        (CallErrorKind::Invalid, "InvalidRequest", true),
        (CallErrorKind::PoolUnusable, "InvalidRequest", true),
        (CallErrorKind::AccessPropagating, "AccessPropagating", false),
        (CallErrorKind::InputMissing, "InputMissing", false),
        (CallErrorKind::AccessDenied, "AccessDenied", false),
        (CallErrorKind::Credentials, "CredentialsInvalid", false),
        (CallErrorKind::RegionNotEnabled, "RegionNotEnabled", false),
        (CallErrorKind::AccountChanged, "AccountChanged", true),
        (NEVER_FITS, "QuotaExceeded", true),
    ];
    for (kind, reason, stalled) in rows {
        let mut world = World::requested();
        let step = world.step(&refused(Call::Create, kind));
        assert!(matches!(step.wake, Wake::At(_)), "{kind:?}: {step:?}");
        assert_eq!(events(&step), [reason], "{kind:?}");
        assert_eq!(world.condition(ConditionType::Stalled).map(|c| c.0), Some(stalled), "{kind:?}");
        assert_eq!(world.condition(ConditionType::Ready), Some((false, reason)));
        assert!(world.message(ConditionType::Ready).contains("next try at"), "{kind:?}");
        assert!(world.run.live().is_none(), "{kind:?}: refused for certain");
        let state = if stalled { State::Stalled } else { State::Pending };
        assert_eq!((world.run.history.records.len(), world.state()), (0, state));
        world.now = at(7200);
        let again = world.step(&nothing());
        let Some(Effect::Create(attempt)) = again.effect else { panic!("{kind:?}: {again:?}") };
        assert_eq!(attempt.number, 1, "the name was never used");
    }
}

#[test]
fn a_used_up_quota_is_waited_for_without_a_timer() {
    let mut world = World::requested();
    world.admission.pools =
        vec![spot_training_operator::domain::admission::PoolState::Closed { probe_at: None }];
    let step = world.step(&refused(Call::Create, CallErrorKind::Quota(None)));
    assert!(matches!(step.wake, Wake::InTurn(..)), "{step:?}");
    assert_eq!(world.condition(ConditionType::Reconciling), Some((true, "QuotaExceeded")));
    assert_eq!(world.state(), State::Queued);
    assert!(!world.step(&nothing()).changed, "nothing visible changes while it waits");
    world.admission.pools.clear();
    assert!(matches!(world.step(&nothing()).effect, Some(Effect::Create(_))));
}

#[test]
fn refused_permission_stalls_after_five_minutes_and_recovers_with_another_principal() {
    let mut world = World::requested();
    for second in [0, 60, 299, 301] {
        world.now = at(second);
        world.run.blocked.iter_mut().for_each(|blocked| blocked.retry_at = Some(at(second)));
        world.step(&nothing());
        world.step(&refused(Call::Create, CallErrorKind::AccessDenied));
        let stalled = world.condition(ConditionType::Stalled).map(|condition| condition.0);
        assert_eq!(stalled, Some(second > 300), "after {second} s");
    }
    assert_eq!(world.step(&nothing()).effect, None);
    world.change_principal();
    assert!(matches!(world.step(&nothing()).effect, Some(Effect::Create(_))));
}

#[test]
fn missing_input_is_waited_for_half_an_hour_and_tried_every_minute() {
    let mut world = World::requested();
    for (second, stalled) in [(0, false), (60, false), (1799, false), (1801, true)] {
        world.now = at(second);
        world.run.blocked.iter_mut().for_each(|blocked| blocked.retry_at = Some(at(second)));
        world.step(&nothing());
        let step = world.step(&refused(Call::Create, CallErrorKind::InputMissing));
        let Wake::At(retry) = step.wake else { panic!("{step:?}") };
        let wait = retry.duration_since(at(second)).as_secs();
        assert_eq!(world.condition(ConditionType::Stalled).map(|c| c.0), Some(stalled));
        assert!(wait <= if stalled { 300 } else { 60 }, "{wait} s after {second} s");
    }
}

#[test]
fn transient_refusals_change_nothing() {
    for (mut world, call, kind) in [
        (World::requested(), Call::Create, CallErrorKind::Throttled),
        (World::requested(), Call::Create, CallErrorKind::Unavailable),
        (World::created(), Call::Describe, CallErrorKind::Unavailable),
    ] {
        let step = world.step(&refused(call, kind));
        assert_eq!((step.changed, step.effect, step.wake), (false, None, Wake::Backoff));
    }
}

#[test]
fn a_throttled_poll_goes_back_into_the_line_that_all_share() {
    let step = World::created().step(&refused(Call::Describe, CallErrorKind::Throttled));
    assert!(!step.changed);
    assert!(matches!(step.effect, Some(Effect::Describe { urgent: false, .. })), "{step:?}");
}

#[test]
fn refused_reads_are_shown_and_never_stall() {
    let mut world = World::created();
    for hour in 0..3 {
        world.now = at(hour * 3600);
        world.step(&refused(Call::Describe, CallErrorKind::Credentials));
    }
    let reconciling = world.condition(ConditionType::Reconciling);
    assert_eq!(reconciling, Some((true, "CredentialsInvalid")));
    assert_eq!(world.condition(ConditionType::Stalled), Some((false, "AsExpected")));
    assert_eq!(world.condition(ConditionType::Ready), Some((false, "CredentialsInvalid")));
    assert_eq!(world.state(), State::WaitingForCapacity, "the job continues");
}

#[test]
fn a_taken_name_is_ours_by_its_tag_or_stalls() {
    for (owner, stalled) in [(Owner::Ours, false), (Owner::Foreign, true)] {
        let mut world = World::requested();
        let step = world.step(&refused(Call::Create, CallErrorKind::NameInUse));
        let Some(Effect::Describe { verify_owner: true, .. }) = step.effect else {
            panic!("{step:?}")
        };
        let mut found = job(JobStatus::InProgress, &["Starting"], 1);
        found.owner = owner;
        world.step(&present(found));
        let condition = world.condition(ConditionType::Stalled);
        let expected = if stalled { "NameTaken" } else { "AsExpected" };
        assert_eq!(condition, Some((stalled, expected)));
        assert_eq!(world.run.live().is_some(), !stalled);
    }
}

#[test]
fn a_forgotten_attempt_that_was_stopped_is_adopted_and_the_next_one_follows() {
    let mut world = World::requested();
    world.step(&refused(Call::Create, CallErrorKind::NameInUse));
    let mut found = job(JobStatus::Stopped, &["Starting", "Training", "Stopped"], 1);
    found.owner = Owner::Ours;
    let step = world.step(&present(found));
    let Some(Effect::Create(attempt)) = step.effect else { panic!("{step:?}") };
    assert_eq!(attempt.number, 2, "numbers have no gaps");
}

#[test]
fn a_stop_that_the_status_has_forgotten_is_known_by_the_job_that_followed() {
    let stopped = |successor| Seen {
        successor,
        ..present(job(JobStatus::Stopped, &["Starting", "Stopping", "Stopped"], 1))
    };
    let mut world = World::created();
    let step = world.step(&stopped(None));
    let Some(Effect::FindSuccessor { job_name, .. }) = step.effect else { panic!("{step:?}") };
    assert!(job_name.ends_with("-2"), "{job_name}");
    let mut ours = world.clone();
    let step = ours.step(&stopped(Some(true)));
    let Some(Effect::Create(attempt)) = step.effect else { panic!("{step:?}") };
    assert_eq!(attempt.job_name, job_name, "its name is taken, so it is adopted");
    world.step(&stopped(Some(false)));
    assert_eq!(world.condition(ConditionType::Failed), Some((true, "StoppedExternally")));
}

#[test]
fn a_lost_reply_is_asked_about_and_created_again_under_the_same_name() {
    let mut world = World::requested();
    world.step(&refused(Call::Create, CallErrorKind::Unavailable));
    let step = world.step(&nothing());
    let Some(Effect::Describe { job_name, verify_owner: true, .. }) = step.effect else {
        panic!("{step:?}")
    };
    world.now = at(2);
    let step = world.step(&absent());
    let Some(Effect::Create(attempt)) = step.effect else { panic!("{step:?}") };
    assert_eq!((attempt.job_name, attempt.send_by, attempt.number), (job_name, at(12), 1));
    assert!(attempt.is_resend);
    // The first request may still arrive: a refusal of the second settles nothing.
    world.step(&refused(Call::Create, CallErrorKind::Invalid));
    assert!(world.run.live().is_some());
}

#[test]
fn what_is_missing_stalls_with_the_remedy_and_recovers_with_the_settings() {
    let mut world = World::default();
    world.edit(|plan| plan.checkpoint = CheckpointPlan::Missing);
    let step = world.step(&nothing());
    assert_eq!((step.effect, step.wake), (None, Wake::OnChange));
    let stalled = world.condition(ConditionType::Stalled);
    assert_eq!(stalled, Some((true, "CheckpointLocationMissing")));
    assert!(!world.step(&nothing()).changed);
    if let ParsedSpec::Valid(plan) = &mut world.spec {
        plan.checkpoint = CheckpointPlan::At("s3://root/x/".to_owned());
    }
    assert!(matches!(world.step(&nothing()).effect, Some(Effect::Create(_))));
}

#[test]
fn a_first_attempt_that_never_was_may_begin_elsewhere() {
    let mut world = World::requested();
    world.step(&refused(Call::Create, CallErrorKind::AccountChanged));
    assert_eq!((&world.run.location, &world.run.checkpoint_uri), (&None, &None));
    world.change_principal();
    world.edit(|plan| plan.region = Some("us-east-1".to_owned()));
    let step = world.step(&nothing());
    let Some(Effect::Create(attempt)) = step.effect else { panic!("{step:?}") };
    assert_eq!(attempt.location.region, "us-east-1");
}

#[test]
fn another_principal_is_tried_at_once_and_waits_no_longer_for_a_person() {
    let mut world = World::requested();
    world.step(&refused(Call::Create, CallErrorKind::AccessDenied));
    world.now = at(301);
    world.change_principal();
    world.step(&nothing());
    world.step(&refused(Call::Create, CallErrorKind::AccessDenied));
    let stalled = world.condition(ConditionType::Stalled);
    assert_eq!(stalled, Some((true, "AccessDenied")));
}

#[test]
fn a_long_silence_is_shown_and_blocks_nothing() {
    let mut world = World::requested();
    world.facts.deleting = true;
    world.now = at(301);
    world.step(&nothing());
    for (since, shown) in [(None, false), (Some(at(242)), false), (Some(at(241)), true)] {
        world.unanswered_since = since;
        let step = world.step(&refused(Call::Describe, CallErrorKind::Unavailable));
        assert_eq!((step.changed, step.wake), (shown, Wake::Backoff), "{since:?}");
    }
    assert_eq!(world.condition(ConditionType::Reconciling), Some((true, "ServiceUnavailable")));
    let message = world.message(ConditionType::Reconciling);
    assert!(message.contains("spec.deletionPolicy: Orphan"), "{message}");
    let step = world.step(&nothing());
    assert!(matches!(step.effect, Some(Effect::Describe { .. })), "{step:?}");
    world.step(&absent());
    assert_eq!(world.run.describe_blocked, None, "an answer ends it");
}

#[test]
fn any_answer_ends_a_silence() {
    let mut world = World::created();
    world.now = at(100);
    world.unanswered_since = Some(at(1));
    world.step(&refused(Call::Describe, CallErrorKind::Unavailable));
    assert!(world.run.describe_blocked.is_some());
    world.step(&refused(Call::Stop, CallErrorKind::Throttled));
    assert_eq!(world.run.describe_blocked, None);
}

#[test]
fn a_create_that_never_shows_is_sent_less_and_less_often() {
    let mut world = World::requested();
    let mut sent = Vec::new();
    for second in 0..400 {
        world.now = at(second);
        if let Some(Effect::Create(_)) = world.step(&absent()).effect {
            sent.push(second);
        }
    }
    assert!((5..=14).contains(&sent.len()), "{sent:?}");
    let gaps: Vec<_> = sent.windows(2).map(|pair| pair[1] - pair[0]).collect();
    assert!(gaps.last() > gaps.first() && gaps.iter().all(|gap| *gap <= 60), "{gaps:?}");
}

#[test]
fn a_refusal_keeps_its_beginning_while_its_next_try_waits_for_its_turn() {
    let mut world = World::default();
    world.step(&nothing());
    world.step(&refused(Call::Create, CallErrorKind::AccessPropagating));
    world.now = at(60);
    world.admission.create = CreateTurn::Expected(at(120));
    world.step(&nothing());
    let blocked = world.run.blocked.clone().unwrap();
    assert_eq!(blocked.blocker, Blocker::AccessPropagating, "not RateLimited");
    assert_eq!((blocked.since, blocked.retry_at), (at(0), Some(at(120))));
    // The try at the end of the grace calls a person.
    world.now = at(290);
    world.admission.create = CreateTurn::Now;
    world.step(&nothing());
    world.step(&refused(Call::Create, CallErrorKind::AccessPropagating));
    assert_eq!(world.run.blocked.as_ref().unwrap().retry_at, Some(at(300)));
    world.now = at(300);
    world.step(&nothing());
    world.step(&refused(Call::Create, CallErrorKind::AccessPropagating));
    assert_eq!(world.condition(ConditionType::Stalled), Some((true, "InvalidRequest")));
}
