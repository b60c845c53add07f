//! The failure policy: from the API to the core, and what is wrong with its patterns.

use std::collections::HashMap;
use std::sync::{LazyLock, Mutex, PoisonError};

use crate::api::v1alpha1::SpotTrainingJobSpec;
use crate::api::v1alpha1::failure_policy::{self as api, ExitCodeOperator};
use crate::api::validation::Problem;
use crate::domain::job::text::clean;
use crate::domain::policy::failure_rules::{ExitCodes, FailureRule, check_pattern};
use crate::domain::vocabulary::{FailureClass, RuleAction};

/// Verdicts that are kept.
const VERDICTS_KEPT: usize = 1000;

/// The rules of a spec.
pub(super) fn rules(spec: &SpotTrainingJobSpec) -> Vec<FailureRule> {
    given(spec).iter().map(rule).collect()
}

/// The patterns that can't be used, each with its field and what is wrong with it.
pub(super) fn problems(spec: &SpotTrainingJobSpec) -> Vec<Problem> {
    let mut problems = Vec::new();
    for rule in given(spec) {
        for pattern in rule.on_failure_message_patterns.iter().flatten() {
            if let Err(why) = verdict(pattern) {
                let name = &rule.name;
                problems.push(Problem::new(
                    &format!("spec.failurePolicy.rules[{name}].onFailureMessagePatterns"),
                    format!("{pattern:?} is no regular expression of RE2: {why}"),
                ));
            }
        }
    }
    problems
}

fn given(spec: &SpotTrainingJobSpec) -> &[api::FailureRule] {
    spec.failure_policy.as_ref().map_or(&[], |policy| &policy.rules)
}

/// Whether a pattern can be used. Compiling it takes longer than a whole decision, so what came of it
/// is kept.
fn verdict(pattern: &str) -> Result<(), String> {
    static VERDICTS: LazyLock<Mutex<HashMap<String, Result<(), String>>>> =
        LazyLock::new(Mutex::default);
    let mut verdicts = VERDICTS.lock().unwrap_or_else(PoisonError::into_inner);
    if let Some(verdict) = verdicts.get(pattern) {
        return verdict.clone();
    }
    if verdicts.len() >= VERDICTS_KEPT {
        verdicts.clear();
    }
    let verdict = check_pattern(pattern);
    verdicts.insert(pattern.to_owned(), verdict.clone());
    verdict
}

fn rule(rule: &api::FailureRule) -> FailureRule {
    FailureRule {
        name: clean(&rule.name, 64),
        action: action(rule.action),
        classes: rule.on_failure_reasons.iter().flatten().copied().map(class).collect(),
        patterns: rule.on_failure_message_patterns.clone().unwrap_or_default(),
        exit_codes: rule.on_exit_codes.as_ref().map(|codes| ExitCodes {
            values: codes.values.clone(),
            others: codes.operator == ExitCodeOperator::NotIn,
        }),
    }
}

const fn action(action: api::RuleAction) -> RuleAction {
    match action {
        api::RuleAction::Ignore => RuleAction::Ignore,
        api::RuleAction::Count => RuleAction::Count,
        api::RuleAction::FailJob => RuleAction::FailJob,
        api::RuleAction::FallBackToOnDemand => RuleAction::FallBackToOnDemand,
    }
}

const fn class(reason: api::FailureReason) -> FailureClass {
    match reason {
        api::FailureReason::CapacityError => FailureClass::CapacityError,
        api::FailureReason::ServiceError => FailureClass::ServiceError,
        api::FailureReason::AlgorithmError => FailureClass::AlgorithmError,
        api::FailureReason::ClientError => FailureClass::ClientError,
        api::FailureReason::SpotWaitExceeded => FailureClass::SpotWaitExceeded,
        api::FailureReason::RuntimeExceeded => FailureClass::RuntimeExceeded,
        api::FailureReason::Missing => FailureClass::Missing,
        api::FailureReason::Unknown => FailureClass::Unknown,
    }
}
