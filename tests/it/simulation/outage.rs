//! Outages: hours in which a whole service is in trouble, in all regions or in one.

use jiff::{SignedDuration, Timestamp};
use sagemaker_simulator::{Fault, Quota};

use super::hazards::Hazard;
use super::object::{REGIONS, SCARCE, TYPES};
use super::scale::Scale;
use crate::support::faults::{FaultKind, shares};
use crate::support::fixtures::objects::at;
use crate::support::random::Draws;
use crate::support::sagemaker::Aws;

/// What an outage does.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum OutageKind {
    /// The operator's credentials have expired, until it gets new ones.
    CredentialsExpired,
    /// The operator may not create, until somebody mends its role.
    CreateDenied,
    /// The operator may neither describe nor stop, until somebody mends its role.
    DescribeDenied,
    /// Quotas of a few instances.
    LowQuota,
    /// `SageMaker` answers nothing but errors.
    SageMaker,
    /// The apiserver answers nothing.
    ApiServer,
    /// Every call to this region meets this fault.
    Region(&'static str, FaultKind),
}

/// A kind of outage, and when.
#[derive(Clone, Copy, Debug)]
pub(super) struct Outage {
    pub(super) kind: OutageKind,
    pub(super) begin: Timestamp,
    pub(super) end: Timestamp,
}

impl Outage {
    /// The region that hangs, and since when, if that is what it is.
    pub(super) const fn hanging_region(&self) -> Option<(&'static str, Timestamp)> {
        match self.kind {
            OutageKind::Region(region, FaultKind::Hang) => Some((region, self.begin)),
            _ => None,
        }
    }

    /// Whether it is felt in a region.
    pub(super) fn concerns(&self, region: &str) -> bool {
        match self.kind {
            OutageKind::Region(name, _) => name == region,
            _ => true,
        }
    }
}

/// The outages of a run by their beginning: about one a day of all regions, one after the other,
/// and those of single regions.
pub(super) fn outages(scale: &Scale) -> Vec<Outage> {
    if !scale.shared {
        return Vec::new();
    }
    let mut outages = general(scale);
    outages.extend(regional(scale));
    outages.sort_by_key(|outage| outage.begin);
    outages
}

fn general(scale: &Scale) -> Vec<Outage> {
    let mut draws = Draws::new(scale.seed, &["outages"]);
    let mut outages = Vec::new();
    let mut now = at(0);
    loop {
        let begin = now + SignedDuration::from_secs(draws.seconds(4.0 * 3600.0, 40.0 * 3600.0));
        let (kind, longest) = match draws.below(6) {
            0 => (OutageKind::CredentialsExpired, 2.0),
            1 => (OutageKind::CreateDenied, 2.0),
            2 => (OutageKind::DescribeDenied, 2.0),
            3 => (OutageKind::LowQuota, 10.0),
            4 => (OutageKind::SageMaker, 1.0),
            _ => (OutageKind::ApiServer, 0.3),
        };
        let length = SignedDuration::from_secs(draws.seconds(120.0, longest * 3600.0));
        now = begin + length;
        if now >= scale.faults_end() {
            return outages;
        }
        outages.push(Outage { kind, begin, end: now });
    }
}

/// The outages of single regions: one at a time, in the second half two.
pub(super) fn regional(scale: &Scale) -> Vec<Outage> {
    if !scale.has(Hazard::RegionOutages) {
        return Vec::new();
    }
    let mut outages = Vec::new();
    let (one, other) = REGIONS.split_at(REGIONS.len() / 2);
    for (regions, first_day) in [(one, 0), (other, scale.days / 2)] {
        let mut draws = Draws::new(scale.seed, &["regional outages", regions[0]]);
        let mut now = at(0) + SignedDuration::from_hours(24 * first_day);
        loop {
            let begin =
                now + SignedDuration::from_secs(draws.seconds(12.0 * 3600.0, 60.0 * 3600.0));
            now = begin + SignedDuration::from_secs(draws.seconds(3600.0, 6.0 * 3600.0));
            let region = regions[draws.below(regions.len())];
            let refuses = draws.chance(0.4);
            let fault = if refuses { FaultKind::InvalidCredentials } else { FaultKind::Hang };
            if now >= scale.faults_end() {
                break;
            }
            outages.push(Outage { kind: OutageKind::Region(region, fault), begin, end: now });
        }
    }
    outages
}

/// Sets the faults of `SageMaker` in all regions: those of the outage first, if there is one.
pub(super) fn set(aws: &Aws, kind: Option<OutageKind>) {
    let simulator = &aws.simulator;
    simulator.clear_faults();
    let always = |operation: &str, kind: FaultKind| {
        simulator.add_fault(Fault::new(operation, kind.in_simulator().unwrap()).count(0));
    };
    let quota = |spot, on_demand| {
        let quota = Quota { spot: Some(spot), on_demand: Some(on_demand) };
        let all = TYPES.iter().map(|name| ((*name).to_owned(), quota));
        let scarce = Quota { spot: Some(SCARCE.limit), on_demand: Some(SCARCE.limit) };
        let all = all.chain([(SCARCE.instance_type.to_owned(), scarce)]);
        simulator.set_quotas(all.collect());
    };
    quota(1000, 1000);
    match kind {
        Some(OutageKind::CredentialsExpired) => always("*", FaultKind::Expired),
        Some(OutageKind::CreateDenied) => always("CreateTrainingJob", FaultKind::Denied),
        Some(OutageKind::DescribeDenied) => {
            always("DescribeTrainingJob", FaultKind::Denied);
            always("StopTrainingJob", FaultKind::Denied);
        }
        Some(OutageKind::LowQuota) => quota(2, 1),
        Some(OutageKind::SageMaker) => always("*", FaultKind::Error500),
        Some(OutageKind::ApiServer | OutageKind::Region(..)) | None => {}
    }
    for (operation, shares) in shares::SAGEMAKER {
        for (kind, share) in shares {
            let kind = kind.in_simulator().unwrap();
            let mut fault = Fault::new(operation, kind).count(0).probability(*share);
            // Some slow replies come in time, and those of creates do not.
            fault.seconds = Some(if operation == "CreateTrainingJob" { 40.0 } else { 8.0 });
            simulator.add_fault(fault);
        }
    }
}
