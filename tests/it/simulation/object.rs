//! An object of the simulation: its manifest, how its jobs go, and what people do to it.

use jiff::Timestamp;
use serde_json::{Value, json};

use super::actions::{Action, actions};
use super::edits::edits;
use super::hazards::Hazard;
use super::outage::{Outage, regional};
use super::policies::Policies;
use super::scale::Scale;
use super::workload::{End, Workload};
use crate::support::apiserver::kinds::Key;
use crate::support::fixtures::objects::{at, manifest};
use crate::support::random::Draws;

/// Instance types that are used; the last one is not in any region.
pub(super) const TYPES: [&str; 4] =
    ["ml.g5.2xlarge", "ml.g6.4xlarge", "ml.m5.large", "ml.p5.48xlarge"];

/// An instance type of which there are few.
pub(super) struct Scarce {
    pub(super) instance_type: &'static str,
    pub(super) limit: u32,
}

/// The instance type of which some objects ask for more than their quota.
pub(super) const SCARCE: Scarce = Scarce { instance_type: "ml.p4d.24xlarge", limit: 4 };

/// The regions of the objects.
pub(super) const REGIONS: [&str; 4] = ["eu-west-1", "us-east-1", "us-west-2", "ap-southeast-2"];

/// The namespaces of the objects. The first one has most of them.
const NAMESPACES: [&str; 10] = [
    "vision", "speech", "ranking", "search", "fraud", "ads", "maps", "robotics", "biology",
    "intern",
];

/// Share of objects that are in the first namespace.
const LARGEST_TENANT: f64 = 0.6;

/// Of so many objects a quarter makes a burst.
const BURST: usize = 160;

/// An object of the simulation.
#[derive(Clone, Debug)]
pub(super) struct SimulatedObject {
    pub(super) key: Key,
    pub(super) region: &'static str,
    pub(super) manifest: Value,
    pub(super) workload: Workload,
    pub(super) policies: Policies,
    /// Seconds from the beginning of the simulation.
    pub(super) arrival: i64,
    /// By seconds after the arrival.
    pub(super) actions: Vec<(i64, Action)>,
    /// Applied again when it is gone.
    pub(super) again: bool,
    /// Somebody else's job has its first job's name.
    pub(super) name_taken: bool,
    /// Why it can never start, if so.
    pub(super) impossible: Option<&'static str>,
    /// It runs in a healthy region and is deleted while another region is in trouble.
    pub(super) witness: bool,
}

impl SimulatedObject {
    /// Object `index` of a run.
    pub(super) fn draw(scale: &Scale, index: usize) -> Self {
        let name = format!("job-{index:04}");
        let mut draws = Draws::new(scale.seed, &["object", &name]);
        let largest = draws.chance(LARGEST_TENANT);
        let namespace = if largest { NAMESPACES[0] } else { NAMESPACES[1 + draws.below(9)] };
        let mut manifest = manifest(namespace, &name);
        let workload = Workload::draw(&mut draws);
        fill(&mut manifest, &workload, &mut draws);
        let mut own = Draws::new(scale.seed, &["policies", &name]);
        let policies = Policies::draw(&workload, &mut own);
        policies.fill(&mut manifest["spec"]);
        let (impossible, name_taken) = make_impossible(&mut manifest, &mut draws);
        let impossible = impossible.or_else(|| use_scarce_type(scale, &name, &mut manifest));
        if impossible.is_none() {
            policies.fill_capacity(&mut manifest["spec"], &workload, &mut own);
        }
        let mut actions = actions(scale, &name, &workload, &mut manifest, &mut draws);
        if impossible.is_none() {
            let edits = edits(scale, &name, &workload, &policies);
            actions.extend(edits.into_iter().map(|(at, edit)| (at, Action::Edit(edit))));
            actions.sort_by_key(|(at, _)| *at);
        }
        // Input that may still be written is asked for every five minutes.
        let costly = impossible == Some("InputMissing");
        if impossible.is_some() && (costly || draws.chance(0.5)) {
            // Somebody gives up.
            actions.push((draws.seconds(6.0 * 3600.0, 30.0 * 3600.0), Action::Delete));
        }
        let deleted = actions.iter().any(|(_, action)| *action == Action::Delete);
        let again = deleted && impossible.is_none() && draws.chance(0.3);
        let arrival = arrival(scale, index, &mut draws);
        let region = REGIONS[[0, 0, 0, 1, 1, 2, 2, 3][draws.below(8)]];
        let key = Key::job(namespace, &name);
        let mut object = Self {
            key,
            region,
            manifest,
            workload,
            policies,
            arrival,
            actions,
            again,
            name_taken,
            impossible,
            witness: false,
        };
        object.take_part(scale, index, &mut draws);
        object.manifest["spec"]["region"] = json!(object.region);
        object
    }

    /// Some objects are made for the hours in which a region hangs: bursts in that region, which
    /// occupy whoever waits for its answers, and witnesses in others.
    fn take_part(&mut self, scale: &Scale, index: usize, draws: &mut Draws) {
        let outages = regional(scale);
        let hanging: Vec<_> = outages.iter().filter_map(Outage::hanging_region).collect();
        let (burst, witness) = (index.is_multiple_of(4), index % 20 == 1);
        if hanging.is_empty() || !(burst || witness) {
            return;
        }
        if burst {
            let (region, begin) = hanging[index / BURST % hanging.len()];
            self.region = region;
            self.arrival = second(begin) + 60 + draws.seconds(1.0, 30.0);
            return;
        }
        // As many outages have witnesses as have a burst.
        let bursts = hanging.len().min(scale.objects / BURST);
        let (_, begin) = hanging[index / 20 % bursts.max(1)];
        let deletion = second(begin) + 120 + draws.seconds(1.0, 120.0);
        let healthy = |region: &&str| {
            let moment = at(deletion);
            let mut now =
                outages.iter().filter(|outage| outage.begin <= moment && moment <= outage.end);
            now.all(|outage| !outage.concerns(region))
        };
        let Some(region) = REGIONS.into_iter().rev().find(healthy) else { return };
        if self.impossible.is_some() || self.workload.end == End::Starve {
            return;
        }
        self.witness = true;
        self.region = region;
        self.arrival = (second(begin) - 7200).max(0);
        self.workload = Workload::steady();
        let template = &mut self.manifest["spec"]["template"];
        template["hyperParameters"] = json!({ "simulator": self.workload.hyper_parameter() });
        template["stoppingCondition"] = json!({
            "maxRuntimeInSeconds": self.workload.max_runtime,
            "maxWaitTimeInSeconds": self.workload.max_wait,
        });
        self.policies = Policies::default();
        let spec = self.manifest["spec"].as_object_mut().unwrap();
        for policy in [
            "capacity",
            "suspend",
            "activeDeadlineSeconds",
            "maxTrainingSeconds",
            "ttlSecondsAfterFinished",
        ] {
            spec.remove(policy);
        }
        self.again = false;
        self.actions = vec![(deletion - self.arrival, Action::Delete)];
    }

    /// Whether nobody ever interferes, so that its workload says how it ends.
    pub(super) fn undisturbed(&self) -> bool {
        self.impossible.is_none() && self.actions.iter().all(|(_, action)| action.is_harmless())
    }

    /// Whether somebody sets its status back, so that it forgets what it has done.
    pub(super) fn is_restored(&self) -> bool {
        self.actions.iter().any(|(_, action)| *action == Action::RestoreStatus)
    }
}

/// Seconds from the beginning of the simulation.
fn second(moment: Timestamp) -> i64 {
    moment.duration_since(at(0)).as_secs()
}

fn fill(manifest: &mut Value, workload: &Workload, draws: &mut Draws) {
    let template = &mut manifest["spec"]["template"];
    template["hyperParameters"] = json!({ "simulator": workload.hyper_parameter() });
    template["resourceConfig"]["instanceType"] = json!(TYPES[draws.below(3)]);
    template["stoppingCondition"] = json!({
        "maxRuntimeInSeconds": workload.max_runtime, "maxWaitTimeInSeconds": workload.max_wait,
    });
    match draws.unit() {
        ..0.1 => {
            template.as_object_mut().unwrap().remove("checkpointConfig");
            manifest["spec"]["checkpointing"] = json!("Disabled");
        }
        // The operator's checkpoint root is used.
        ..0.3 => drop(template.as_object_mut().unwrap().remove("checkpointConfig")),
        _ => {}
    }
    let starves = workload.end == End::Starve;
    if draws.chance(0.15) && !starves {
        manifest["spec"]["capacity"] = json!({ "type": "OnDemand" });
    }
}

/// A few objects ask for what they can't get.
fn make_impossible(manifest: &mut Value, draws: &mut Draws) -> (Option<&'static str>, bool) {
    let template = &mut manifest["spec"]["template"];
    match draws.unit() {
        ..0.015 => {
            template["roleArn"] = json!("arn:aws:iam::123456789012:role/not-assumable");
            (Some("InvalidRequest"), false)
        }
        ..0.03 => {
            let source = json!({ "s3DataType": "S3Prefix", "s3Uri": "s3://no-such-data/train" });
            template["inputDataConfig"] =
                json!([{ "channelName": "training", "dataSource": { "s3DataSource": source } }]);
            (Some("InputMissing"), false)
        }
        ..0.04 => {
            template["resourceConfig"]["instanceType"] = json!(TYPES[3]);
            (Some("InvalidRequest"), false)
        }
        ..0.055 => (Some("NameTaken"), true),
        _ => (None, false),
    }
}

/// Some objects ask for the scarce type, some of these for more than there can ever be.
fn use_scarce_type(scale: &Scale, name: &str, manifest: &mut Value) -> Option<&'static str> {
    let mut draws = Draws::new(scale.seed, &["scarce type", name]);
    if !scale.has(Hazard::TooLarge) || !draws.chance(0.06) {
        return None;
    }
    let too_large = draws.chance(0.3);
    let config = &mut manifest["spec"]["template"]["resourceConfig"];
    config["instanceType"] = json!(SCARCE.instance_type);
    config["instanceCount"] = json!(if too_large { 2 * SCARCE.limit } else { 1 });
    too_large.then_some("QuotaExceeded")
}

fn arrival(scale: &Scale, index: usize, draws: &mut Draws) -> i64 {
    #[expect(clippy::cast_precision_loss, reason = "days are few")]
    let span = scale.days as f64 * 86_400.0;
    #[expect(clippy::cast_possible_truncation, reason = "seconds are small")]
    let uniform = |unit: f64| (unit * span * 0.97) as i64;
    // Some of them come in bursts, as from a sweep of hyperparameters.
    if scale.shared && index.is_multiple_of(4) {
        let burst = (index / BURST).to_string();
        let start = Draws::new(scale.seed, &["burst", &burst]).unit();
        return uniform(start) + draws.seconds(1.0, 8.0);
    }
    uniform(draws.unit())
}
