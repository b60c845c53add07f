//! What comes from outside: whatever AWS says, and however long and odd it is, the status can be
//! written, and reads back equal.

use proptest::prelude::*;
use spot_training_operator::controller::convert::{read_status, status};
use spot_training_operator::domain::job::call_error::{Call, CallError, CallErrorKind};
use spot_training_operator::domain::job::secondary_status::SecondaryStatus;
use spot_training_operator::domain::job::text::clean;
use spot_training_operator::domain::job::{Job, JobStatus, Metric, Owner, Transition};
use spot_training_operator::domain::situation::{Answer, Seen};

use crate::support::apiserver::schema::Schema;
use crate::support::fixtures::objects::at;
use crate::support::fixtures::world::{World, nothing, present, stop_accepted};
use crate::support::random::check;

/// Objects that are tried.
const OBJECTS: u32 = 1000;

/// A text as the port gives it: cleaned, and within its bound.
fn text(limit: usize) -> impl Strategy<Value = String> {
    let any = prop_oneof![
        ".{0,40}".prop_map(|text| text),
        "(?s).{1200,1300}".prop_map(|text| text),
        prop::collection::vec(any::<char>(), 0..2000).prop_map(|chars| chars.into_iter().collect()),
    ];
    any.prop_map(move |text: String| clean(&text, limit))
}

fn transitions() -> impl Strategy<Value = Vec<Transition>> {
    let known = prop::sample::select(SecondaryStatus::KNOWN.to_vec());
    let status = prop_oneof![9 => known, 1 => text(64).prop_map(SecondaryStatus::Other)];
    let start = prop::option::of((0..9000_i64).prop_map(at));
    let one = (status, start, prop::option::of(text(1024)))
        .prop_map(|(status, start, message)| Transition { status, start, message });
    prop::collection::vec(one, 0..12)
}

fn jobs() -> impl Strategy<Value = Job> {
    let words = ["InProgress", "Completed", "Failed", "Stopping", "Stopped", "Deleting", "Novelty"];
    let status = prop::sample::select(words.to_vec()).prop_map(JobStatus::parse);
    let seconds = || prop::option::of(any::<i32>().prop_map(i64::from));
    let metric = (text(255), text(64)).prop_map(|(name, value)| Metric {
        name,
        value,
        timestamp: Some(at(1)),
    });
    let texts = (text(256), prop::option::of(text(1024)), prop::option::of(text(1024)));
    let metrics = prop::collection::vec(metric, 0..40);
    let moments = (prop::option::of(0..9000_i64), prop::option::of(0..9000_i64));
    (status, transitions(), texts, (seconds(), seconds()), metrics, moments).prop_map(
        |(
            status,
            transitions,
            (arn, failure_reason, model),
            (training, billable),
            metrics,
            times,
        )| {
            Job {
                arn,
                status,
                secondary: transitions.last().map(|last| last.status.clone()),
                failure_reason,
                transitions,
                created: times.0.map(at),
                modified: times.1.map(at),
                ended: times.1.map(at),
                training_seconds: training,
                billable_seconds: billable,
                model_artifacts: model,
                final_metrics: metrics,
                owner: Owner::Ours,
            }
        },
    )
}

fn seen() -> impl Strategy<Value = Seen> {
    let kinds = [
        CallErrorKind::Invalid,
        CallErrorKind::AccessDenied,
        CallErrorKind::InputMissing,
        CallErrorKind::Quota(None),
        CallErrorKind::WriteRefused,
        CallErrorKind::Unavailable,
    ];
    let calls = [Call::Create, Call::Describe, Call::Stop];
    let refusal =
        (prop::sample::select(calls.to_vec()), prop::sample::select(kinds.to_vec()), text(1024))
            .prop_map(|(call, kind, message)| {
                let error = CallError::new(kind, message);
                Seen { answer: Some(Answer::Failed(call, error)), ..Seen::default() }
            });
    prop_oneof![3 => jobs().prop_map(present), 2 => refusal, 1 => Just(stop_accepted())]
}

fn fits(world: &World) -> Result<(), TestCaseError> {
    let view = world.view.as_ref().unwrap();
    let written = status::status(&world.run, view, world.facts.generation).unwrap();
    let value = serde_json::to_value(&written).unwrap();
    prop_assert_eq!(Schema::current().breach(&value), None);
    let text = serde_json::to_string(&written).unwrap();
    prop_assert!(text.len() <= 64 * 1024, "{} bytes", text.len());
    let again: serde_json::Value = serde_saphyr::from_str(&text).unwrap();
    prop_assert_eq!(&again, &value, "YAML, which is what people read, says the same");
    let read = read_status::run(&serde_json::from_str(&text).unwrap()).unwrap();
    let reread = status::status(&read, view, world.facts.generation).unwrap();
    prop_assert_eq!(reread, written, "reads back equal");
    Ok(())
}

#[test]
fn every_answer_of_aws_makes_a_status_that_the_crd_accepts() {
    let histories = prop::collection::vec((seen(), any::<bool>()), 1..6);
    check("answers of AWS", OBJECTS, &histories, |history| {
        let mut world = World::requested();
        for (seen, deleting) in history {
            world.facts.deleting |= deleting;
            world.step(&seen);
            fits(&world)?;
            world.step(&nothing());
            fits(&world)?;
        }
        Ok(())
    });
}
