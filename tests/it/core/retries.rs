//! What follows a failed attempt: the table of failure classes, the limits, and the rules of the spec.

use spot_training_operator::domain::decision::Wake;
use spot_training_operator::domain::effect::Effect;
use spot_training_operator::domain::job::{Job, JobStatus};
use spot_training_operator::domain::policy::failure_rules::{
    ExitCodes, Failure, FailureRule, check_pattern, exit_code, first_match,
};
use spot_training_operator::domain::run::End;
use spot_training_operator::domain::vocabulary::{
    ConditionType, FailureClass, Limit, RuleAction, State, Word,
};

use crate::support::fixtures::objects::{at, job, unreadable};
use crate::support::fixtures::world::{World, absent, created, events, nothing, present};

const TRAINED: [&str; 3] = ["Starting", "Downloading", "Training"];

/// The current job fails, `after` seconds from now.
fn fail(world: &mut World, after: i64, reason: &str) -> Vec<String> {
    world.now += jiff::SignedDuration::from_secs(after);
    let seen = Job {
        failure_reason: Some(reason.to_owned()),
        ..job(JobStatus::Failed, &[TRAINED.as_slice(), &["Failed"]].concat(), 1)
    };
    let step = world.step(&present(seen));
    events(&step).into_iter().map(str::to_owned).collect()
}

/// The back-off passes and the next attempt is acknowledged.
fn begin_again(world: &mut World) {
    let number = world.run.attempt();
    let Wake::At(at) = world.step(&nothing()).wake else { panic!("it backs off") };
    world.now = at;
    let Some(Effect::Create(attempt)) = world.step(&nothing()).effect else { panic!("it begins") };
    assert_eq!(attempt.number, number + 1);
    world.step(&created());
}

const fn failed(class: FailureClass) -> End {
    End::Failed(Word::Known(class))
}

#[test]
fn failures_of_the_program_are_retried_as_often_as_the_limit_says() {
    let mut world = World::created();
    world.edit(|plan| plan.backoff_limit = 2);
    for counted in 1..=2 {
        assert_eq!(fail(&mut world, 100, "AlgorithmError: exit code: 1"), ["AttemptFailed"]);
        assert_eq!(world.state(), State::Queued);
        assert_eq!(world.condition(ConditionType::Ready), Some((false, "BackingOff")));
        assert_eq!(world.run.retries.counted, counted);
        assert!(world.view.as_ref().unwrap().next_attempt_time.is_some());
        begin_again(&mut world);
        assert_eq!(world.view.as_ref().unwrap().next_attempt_time, None);
    }
    assert_eq!(fail(&mut world, 100, "AlgorithmError: exit code: 1"), ["Failed"]);
    assert_eq!(world.run.end(), Some(&End::Exceeded(Limit::BackoffLimitExceeded)));
    assert_eq!(world.run.retries.restarts, 2);
    let message = world.message(ConditionType::Failed);
    assert!(message.contains("exit code: 1") && message.contains("s3://bucket/"), "{message}");
}

#[test]
fn without_a_retry_the_class_is_the_reason() {
    let mut world = World::created();
    fail(&mut world, 100, "AlgorithmError: x");
    assert_eq!(world.run.end(), Some(&failed(FailureClass::AlgorithmError)));
}

#[test]
fn missing_capacity_is_waited_for_longer_and_longer_and_does_not_count() {
    let mut world = World::created();
    let mut waits = Vec::new();
    for _ in 0..9 {
        fail(&mut world, 30, "CapacityError: none");
        let Wake::At(next) = world.step(&nothing()).wake else { panic!("it backs off") };
        waits.push(next.duration_since(world.now).as_secs());
        begin_again(&mut world);
    }
    let full = [10, 20, 40, 80, 160, 320, 600, 600, 600];
    for (wait, full) in waits.iter().zip(full) {
        assert!((full * 3 / 4 - 1..=full).contains(wait), "{wait} of {full}: {waits:?}");
    }
    assert_eq!((world.run.retries.restarts, world.run.retries.counted), (9, 0));
    fail(&mut world, 3600, "CapacityError: none");
    let Wake::At(next) = world.step(&nothing()).wake else { panic!("it backs off") };
    assert!(next.duration_since(world.now).as_secs() <= 10, "it ran for an hour");
}

#[test]
fn errors_of_sagemaker_are_retried_three_times_in_a_row() {
    let mut world = World::created();
    world.edit(|plan| plan.backoff_limit = 9);
    for reason in ["InternalServerError", "InternalServerError", "CapacityError"] {
        fail(&mut world, 100, reason);
        begin_again(&mut world);
    }
    for _ in 0..3 {
        fail(&mut world, 100, "InternalServerError");
        begin_again(&mut world);
    }
    fail(&mut world, 100, "InternalServerError");
    assert_eq!(world.run.end(), Some(&failed(FailureClass::ServiceError)));
    assert_eq!(world.run.retries.counted, 0);
}

#[test]
fn a_program_that_never_gets_further_ends_with_its_third_wait() {
    for (path, ends) in [(TRAINED.as_slice(), true), (&["Starting"], false)] {
        let mut world = World::created();
        for _ in 0..2 {
            let seen = job(JobStatus::Stopped, &[path, &["MaxWaitTimeExceeded"]].concat(), 1);
            world.step(&present(seen));
            begin_again(&mut world);
        }
        let seen = job(JobStatus::Stopped, &[path, &["MaxWaitTimeExceeded"]].concat(), 1);
        world.step(&present(seen));
        assert_eq!(world.run.end().is_some(), ends, "{path:?}");
    }
}

#[test]
fn a_failure_under_a_spec_that_can_not_be_read_is_no_verdict() {
    let mut world = World::created();
    world.spec = unreadable();
    fail(&mut world, 100, "AlgorithmError: x");
    assert_eq!(world.run.end(), None);
    assert_eq!(world.state(), State::Stalled);
    world.spec = World::default().spec;
    world.now += jiff::SignedDuration::from_mins(1);
    assert!(matches!(world.step(&nothing()).effect, Some(Effect::Create(_))));
}

#[test]
fn an_edit_or_other_credentials_do_not_shorten_the_wait_and_a_suspension_is_honoured_in_it() {
    let mut world = World::created();
    world.edit(|plan| plan.backoff_limit = 1);
    fail(&mut world, 100, "AlgorithmError: x");
    world.edit(|plan| plan.backoff_limit = 5);
    world.change_principal();
    assert_eq!(world.step(&nothing()).effect, None);
    assert_eq!(world.state(), State::Queued);
    world.edit(|plan| plan.suspend = true);
    world.step(&nothing());
    assert_eq!(world.state(), State::Suspended);
    world.edit(|plan| plan.suspend = false);
    begin_again(&mut world);
}

#[test]
fn a_stop_for_the_sake_of_a_suspension_is_no_failure() {
    let mut world = World::created();
    world.edit(|plan| plan.suspend = true);
    world.step(&present(job(JobStatus::InProgress, &TRAINED, 1)));
    world.step(&crate::support::fixtures::world::stop_accepted());
    let stopped = [TRAINED.as_slice(), &["Stopping", "Stopped"]].concat();
    world.step(&present(job(JobStatus::Stopped, &stopped, 1)));
    world.edit(|plan| plan.suspend = false);
    let next = world.step(&nothing()).effect;
    assert!(matches!(next, Some(Effect::Create(_))), "at once: {next:?}");
    assert_eq!(world.run.retries.restarts, 0);
}

fn rule(action: RuleAction) -> FailureRule {
    FailureRule {
        name: "rule".to_owned(),
        action,
        classes: Vec::new(),
        patterns: Vec::new(),
        exit_codes: None,
    }
}

#[test]
fn rules_go_before_the_table() {
    let rows = [
        (RuleAction::Ignore, "AlgorithmError: x", None, 0),
        (RuleAction::Ignore, "ClientError: x", None, 0),
        (RuleAction::Count, "CapacityError: x", Some(failed(FailureClass::CapacityError)), 0),
        (RuleAction::FailJob, "CapacityError: x", Some(failed(FailureClass::CapacityError)), 0),
    ];
    for (action, reason, end, counted) in rows {
        let mut world = World::created();
        world.edit(|plan| {
            let matcher = FailureRule { patterns: vec![": x$".to_owned()], ..rule(action) };
            plan.failure_rules = vec![matcher];
        });
        fail(&mut world, 100, reason);
        assert_eq!(world.run.end(), end.as_ref(), "{action} {reason}");
        assert_eq!(world.run.retries.counted, counted);
    }
}

#[test]
fn a_rule_goes_on_from_the_checkpoint_where_the_run_time_was_too_short() {
    let mut world = World::created();
    world.edit(|plan| {
        let classes = vec![FailureClass::RuntimeExceeded];
        plan.failure_rules = vec![FailureRule { classes, ..rule(RuleAction::Ignore) }];
    });
    let uri = world.run.checkpoint_uri.clone();
    let path = [TRAINED.as_slice(), &["MaxRuntimeExceeded"]].concat();
    world.step(&present(job(JobStatus::Stopped, &path, 1)));
    begin_again(&mut world);
    assert_eq!(world.run.checkpoint_uri, uri);
}

#[test]
fn no_rule_fights_a_person_who_stops_the_job() {
    let mut world = World::created();
    world.edit(|plan| plan.failure_rules = vec![FailureRule { ..rule(RuleAction::Ignore) }]);
    let path = [TRAINED.as_slice(), &["Stopping", "Stopped"]].concat();
    world.step(&present(job(JobStatus::Stopped, &path, 1)));
    assert_eq!(world.run.end(), Some(&failed(FailureClass::StoppedExternally)));
}

#[test]
fn a_job_that_vanished_may_be_retried_by_a_rule() {
    for (rules, ends) in [(Vec::new(), true), (vec![rule(RuleAction::Ignore)], false)] {
        let mut world = World::created();
        world.edit(|plan| plan.failure_rules = rules);
        world.step(&present(job(JobStatus::InProgress, &TRAINED, 1)));
        for second in [100, 200] {
            world.now = at(second);
            world.step(&absent());
        }
        assert_eq!(world.run.end().is_some(), ends);
        assert_eq!(world.run.live(), None);
    }
}

#[test]
fn a_rule_matches_where_all_that_it_says_does() {
    let oom = Failure {
        class: FailureClass::AlgorithmError,
        text: "AlgorithmError: ExecuteUserScriptError: ExitCode 137\nCUDA out of memory",
    };
    let codes = |others| Some(ExitCodes { values: vec![137], others });
    let rows = [
        (rule(RuleAction::Count), true),
        (
            FailureRule { classes: vec![FailureClass::ClientError], ..rule(RuleAction::Count) },
            false,
        ),
        (
            FailureRule {
                classes: vec![FailureClass::ClientError, FailureClass::AlgorithmError],
                patterns: vec!["nothing".to_owned(), "out of (memory|space)".to_owned()],
                exit_codes: codes(false),
                ..rule(RuleAction::Count)
            },
            true,
        ),
        (FailureRule { exit_codes: codes(true), ..rule(RuleAction::Count) }, false),
        (FailureRule { patterns: vec!["(".to_owned()], ..rule(RuleAction::Count) }, false),
    ];
    for (rule, matches) in rows {
        let found = first_match(std::slice::from_ref(&rule), oom);
        assert_eq!(found.is_some(), matches, "{rule:?}");
    }
    let first = [rule(RuleAction::FailJob), rule(RuleAction::Ignore)];
    assert_eq!(first_match(&first, oom).map(|rule| rule.action), Some(RuleAction::FailJob));
}

#[test]
fn exit_codes_are_read_in_both_spellings() {
    let rows = [
        ("AlgorithmError: ExecuteUserScriptError: ExitCode 1 ErrorMessage \"x\"", Some(1)),
        ("AlgorithmError: , exit code: 137", Some(137)),
        ("AlgorithmError: Exit Code: 33", Some(33)),
        ("the exit code is not known, ExitCode 7", Some(7)),
        ("CapacityError: no capacity", None),
        ("exit code", None),
        ("exit code: 99999999999", None),
    ];
    for (text, code) in rows {
        assert_eq!(exit_code(text), code, "{text}");
    }
}

#[test]
fn patterns_that_can_not_be_used_are_refused_in_words() {
    assert_eq!(check_pattern("CUDA out of memory|NCCL .*timeout"), Ok(()));
    for (pattern, word) in [("(", "unclosed"), (r"\w{999}{999}", "bytes when compiled")] {
        let why = check_pattern(pattern).unwrap_err();
        assert!(why.contains(word) && !why.contains('\n'), "{pattern}: {why}");
    }
}
