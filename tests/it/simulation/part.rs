//! A part: an object of the simulation, how its jobs go, and what people do to it.

use serde_json::{Value, json};

use super::scale::Scale;
use super::script::{End, Script};
use crate::support::apiserver::kinds::Key;
use crate::support::draw::Dice;
use crate::support::objects::manifest;

/// Instance types that are used; the last one is not in this region.
pub(super) const TYPES: [&str; 4] =
    ["ml.g5.2xlarge", "ml.g6.4xlarge", "ml.m5.large", "ml.p5.48xlarge"];

/// What a person does to an object.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Act {
    Suspend(bool),
    Capacity(&'static str),
    Annotate,
    Orphan,
    Delete,
    /// Somebody stops the training job behind the operator's back.
    StopJob,
}

/// An object of the simulation.
#[derive(Clone, Debug)]
pub(super) struct Part {
    pub(super) key: Key,
    pub(super) manifest: Value,
    pub(super) script: Script,
    /// Seconds from the beginning of the simulation.
    pub(super) arrival: i64,
    /// By seconds after the arrival.
    pub(super) acts: Vec<(i64, Act)>,
    /// Applied again when it is gone.
    pub(super) again: bool,
    /// Somebody else's job has its first job's name.
    pub(super) squatted: bool,
    /// Why it can never start, if so.
    pub(super) doomed: Option<&'static str>,
}

impl Part {
    /// Part `index` of a run.
    pub(super) fn draw(scale: &Scale, index: usize) -> Self {
        let name = format!("job-{index:04}");
        let mut dice = Dice::new(scale.seed, &["part", &name]);
        let namespace = if dice.chance(0.5) { "vision" } else { "speech" };
        let mut manifest = manifest(namespace, &name);
        let script = Script::draw(&mut dice);
        dress(&mut manifest, &script, &mut dice);
        let (doomed, squatted) = doom(&mut manifest, &mut dice);
        let acts = acts(&script, &mut manifest, &mut dice);
        let deleted = acts.iter().any(|(_, act)| *act == Act::Delete);
        Self {
            key: Key::job(namespace, &name),
            manifest,
            script,
            arrival: arrival(scale, index, &mut dice),
            again: deleted && dice.chance(0.3),
            acts,
            squatted,
            doomed,
        }
    }

    /// Whether nobody ever interferes, so that its script says how it ends.
    pub(super) fn undisturbed(&self) -> bool {
        let harmless =
            |act: &(i64, Act)| matches!(act.1, Act::Annotate | Act::Capacity(_) | Act::Orphan);
        self.doomed.is_none() && self.acts.iter().all(harmless)
    }
}

fn dress(manifest: &mut Value, script: &Script, dice: &mut Dice) {
    let template = &mut manifest["spec"]["template"];
    template["hyperParameters"] = json!({ "simulator": script.hyper_parameter() });
    template["resourceConfig"]["instanceType"] = json!(TYPES[dice.below(3)]);
    template["stoppingCondition"] = json!({
        "maxRuntimeInSeconds": script.max_runtime, "maxWaitTimeInSeconds": script.max_wait,
    });
    match dice.unit() {
        ..0.1 => {
            template.as_object_mut().unwrap().remove("checkpointConfig");
            manifest["spec"]["checkpointing"] = json!("Disabled");
        }
        // The operator's checkpoint root is used.
        ..0.3 => drop(template.as_object_mut().unwrap().remove("checkpointConfig")),
        _ => {}
    }
    let starves = script.end == End::Starve;
    if dice.chance(0.15) && !starves {
        manifest["spec"]["capacity"] = json!({ "type": "OnDemand" });
    }
}

/// A few objects ask for what they can't get.
fn doom(manifest: &mut Value, dice: &mut Dice) -> (Option<&'static str>, bool) {
    let template = &mut manifest["spec"]["template"];
    match dice.unit() {
        ..0.015 => {
            template["roleArn"] = json!("arn:aws:iam::123456789012:role/not-assumable");
            (Some("InvalidRequest"), false)
        }
        ..0.03 => {
            let source = json!({ "s3DataType": "S3Prefix", "s3Uri": "s3://no-such-data/train" });
            template["inputDataConfig"] =
                json!([{ "channelName": "training", "dataSource": { "s3DataSource": source } }]);
            (Some("InvalidRequest"), false)
        }
        ..0.04 => {
            template["resourceConfig"]["instanceType"] = json!(TYPES[3]);
            (Some("InvalidRequest"), false)
        }
        ..0.055 => (Some("NameTaken"), true),
        _ => (None, false),
    }
}

fn arrival(scale: &Scale, index: usize, dice: &mut Dice) -> i64 {
    #[expect(clippy::cast_precision_loss, reason = "days are few")]
    let span = scale.days as f64 * 86_400.0;
    #[expect(clippy::cast_possible_truncation, reason = "seconds are small")]
    let uniform = |unit: f64| (unit * span * 0.97) as i64;
    // A part of them comes in bursts, as from a sweep of hyperparameters.
    if scale.shared && index.is_multiple_of(4) {
        let burst = (index / 80).to_string();
        let start = Dice::new(scale.seed, &["burst", &burst]).unit();
        return uniform(start) + dice.seconds(1.0, 8.0);
    }
    uniform(dice.unit())
}

fn acts(script: &Script, manifest: &mut Value, dice: &mut Dice) -> Vec<(i64, Act)> {
    let mut acts = Vec::new();
    #[expect(clippy::cast_precision_loss, reason = "seconds of a training are far below 2^52")]
    let about = (script.training + 900) as f64;
    let moment = |dice: &mut Dice| {
        // People change their minds at once, or when they see how it goes.
        let quick = dice.chance(0.4);
        if quick { dice.seconds(1.0, 120.0) } else { dice.seconds(30.0, about * 1.5) }
    };
    let hangs = script.end == End::HangStopping;
    if dice.chance(0.2) && !hangs {
        let mut from = moment(dice);
        if dice.chance(0.2) {
            manifest["spec"]["suspend"] = json!(true);
            from = 0;
        }
        for _ in 0..=dice.below(3) {
            let pause = dice.seconds(5.0, 7200.0);
            acts.extend([(from, Act::Suspend(true)), (from + pause, Act::Suspend(false))]);
            from += pause + moment(dice);
        }
        if dice.chance(0.1) {
            acts.pop();
        }
    }
    if dice.chance(0.15) {
        let market = if dice.chance(0.5) { "OnDemand" } else { "Spot" };
        acts.push((moment(dice), Act::Capacity(market)));
    }
    if dice.chance(0.1) {
        acts.push((moment(dice), Act::Annotate));
    }
    if dice.chance(0.05) && !hangs {
        acts.push((moment(dice), Act::StopJob));
    }
    if dice.chance(0.18) || hangs {
        let when = moment(dice);
        match dice.unit() {
            ..0.2 => acts.push((0, Act::Orphan)),
            // Changes their mind while the deletion waits.
            ..0.3 => acts.push((when + dice.seconds(1.0, 60.0), Act::Orphan)),
            _ => {}
        }
        acts.push((when, Act::Delete));
    }
    acts.sort_by_key(|(at, _)| *at);
    acts
}
