//! Spells: hours in which a whole service is in trouble.

use jiff::{SignedDuration, Timestamp};
use sagemaker_simulator::{Fault, FaultKind, Quota};

use super::part::TYPES;
use super::scale::Scale;
use crate::support::draw::Dice;
use crate::support::objects::at;
use crate::support::simulated_sagemaker::Aws;

/// What a spell does.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Trouble {
    /// The operator's credentials have expired, until it gets new ones.
    Expired,
    /// The operator may not create, until somebody mends its role.
    Denied,
    /// The operator may not look, until somebody mends its role.
    Blind,
    /// Quotas of a few instances.
    Quota,
    /// `SageMaker` answers nothing but errors.
    Outage,
    /// The apiserver answers nothing.
    NoApiServer,
}

/// A stretch of trouble.
#[derive(Clone, Copy, Debug)]
pub(super) struct Spell {
    pub(super) trouble: Trouble,
    pub(super) begin: Timestamp,
    pub(super) end: Timestamp,
}

/// The spells of a run: about one a day, one after the other.
pub(super) fn spells(scale: &Scale) -> Vec<Spell> {
    let mut dice = Dice::new(scale.seed, &["spells"]);
    let mut spells = Vec::new();
    let mut now = at(0);
    loop {
        let begin = now + SignedDuration::from_secs(dice.seconds(4.0 * 3600.0, 40.0 * 3600.0));
        let (trouble, longest) = match dice.below(6) {
            0 => (Trouble::Expired, 2.0),
            1 => (Trouble::Denied, 2.0),
            2 => (Trouble::Blind, 2.0),
            3 => (Trouble::Quota, 10.0),
            4 => (Trouble::Outage, 1.0),
            _ => (Trouble::NoApiServer, 0.3),
        };
        let length = SignedDuration::from_secs(dice.seconds(120.0, longest * 3600.0));
        now = begin + length;
        if now >= scale.calm() || !scale.shared {
            return spells;
        }
        spells.push(Spell { trouble, begin, end: now });
    }
}

/// Everyday faults of `SageMaker`, as shares of calls.
const EVERYDAY: [(&str, FaultKind, f64); 22] = [
    ("CreateTrainingJob", FaultKind::Lost, 0.04),
    ("CreateTrainingJob", FaultKind::LostBefore, 0.03),
    ("CreateTrainingJob", FaultKind::Throttle, 0.02),
    ("CreateTrainingJob", FaultKind::Error500, 0.02),
    ("CreateTrainingJob", FaultKind::Slow, 0.02),
    ("DescribeTrainingJob", FaultKind::Lost, 0.002),
    ("DescribeTrainingJob", FaultKind::Throttle, 0.002),
    ("DescribeTrainingJob", FaultKind::Error500, 0.002),
    ("DescribeTrainingJob", FaultKind::Slow, 0.002),
    ("StopTrainingJob", FaultKind::Lost, 0.05),
    ("StopTrainingJob", FaultKind::LostBefore, 0.03),
    ("StopTrainingJob", FaultKind::Throttle, 0.03),
    ("StopTrainingJob", FaultKind::Error500, 0.03),
    ("StopTrainingJob", FaultKind::Slow, 0.03),
    ("ListTags", FaultKind::Lost, 0.03),
    ("ListTags", FaultKind::Throttle, 0.03),
    ("ListTags", FaultKind::Error500, 0.03),
    ("ListTags", FaultKind::Slow, 0.03),
    ("GetCallerIdentity", FaultKind::Lost, 0.03),
    ("GetCallerIdentity", FaultKind::Throttle, 0.03),
    ("GetCallerIdentity", FaultKind::Error500, 0.03),
    ("GetCallerIdentity", FaultKind::Slow, 0.03),
];

/// Sets the faults of `SageMaker`: those of the spell first, if there is one.
pub(super) fn set(aws: &Aws, trouble: Option<Trouble>) {
    let simulator = &aws.simulator;
    simulator.clear_faults();
    let always = |operation: &str, kind| simulator.add_fault(Fault::new(operation, kind).count(0));
    let quota = |spot, on_demand| {
        let quota = Quota { spot: Some(spot), on_demand: Some(on_demand) };
        let all = TYPES.iter().map(|name| ((*name).to_owned(), quota));
        simulator.set_quotas(all.collect());
    };
    quota(1000, 1000);
    match trouble {
        Some(Trouble::Expired) => always("*", FaultKind::Expired),
        Some(Trouble::Denied) => always("CreateTrainingJob", FaultKind::Denied),
        Some(Trouble::Blind) => {
            always("DescribeTrainingJob", FaultKind::Denied);
            always("StopTrainingJob", FaultKind::Denied);
        }
        Some(Trouble::Quota) => quota(2, 1),
        Some(Trouble::Outage) => always("*", FaultKind::Error500),
        Some(Trouble::NoApiServer) | None => {}
    }
    for (operation, kind, share) in EVERYDAY {
        let mut fault = Fault::new(operation, kind).count(0).probability(share);
        // Some slow answers come in time, and those of creates do not.
        fault.seconds = Some(if operation == "CreateTrainingJob" { 40.0 } else { 8.0 });
        simulator.add_fault(fault);
    }
}
