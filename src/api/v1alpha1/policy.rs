//! Policy: how a run is kept going. Every field may be edited at any time unless it says otherwise.

use kube::KubeSchema;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::rules;
use super::schema::lists;

/// Where instances come from, and what happens while spot capacity is missing. An edit acts on a job
/// that waits for instances, else at the next attempt; it never stops a job that has them.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, KubeSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
#[x_kube(
    validation = rules::fallback_types_need_a_wait(),
    validation = rules::after_wait_needs_a_wait(),
    validation = rules::a_fallback_by_target_needs_one(),
    validation = rules::a_target_covers_the_estimate()
)]
pub struct Capacity {
    /// Spot or `OnDemand`. Absent: Spot.
    #[serde(default, rename = "type", skip_serializing_if = "Option::is_none")]
    pub kind: Option<CapacityType>,
    /// Instance types that are tried after the template's, in this order, with as many instances.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(schema_with = "lists::fallback_instance_types")]
    pub fallback_instance_types: Option<Vec<String>>,
    /// Longest time without instances, in seconds, on one instance type before the next one, or
    /// on-demand, is tried. Launching alone takes about 3 minutes.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(range(min = 1, max = 2_419_200))]
    pub spot_wait_seconds: Option<i64>,
    /// When on-demand instances are used beside type Spot: Never, `AfterWait` (after spotWaitSeconds
    /// on each instance type), `AtDeadline` (when target would be missed otherwise) or Balanced (between
    /// spot and on-demand, by the time that target leaves). Absent: Never.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub on_demand_fallback: Option<OnDemandFallback>,
    /// Interruptions in one attempt after which it is as if spotWaitSeconds were over. Absent: no
    /// limit.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(range(min = 1, max = 1000))]
    pub max_interruptions: Option<i32>,
    /// When the training is to be complete. Needed by `AtDeadline` and Balanced.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub target: Option<Target>,
}

/// When on-demand instances are used: Never, `AfterWait`, `AtDeadline` or Balanced. Absent: Never.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub enum OnDemandFallback {
    /// Spot only.
    Never,
    /// After one pass over the instance types on spot.
    AfterWait,
    /// When the target would be missed otherwise.
    AtDeadline,
    /// Between spot and on-demand, by the time that the target leaves.
    Balanced,
}

/// When the training is to be complete. Missing it is no failure.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct Target {
    /// Seconds from status.startTime, suspensions left out.
    #[schemars(range(min = 1, max = 315_360_000))]
    pub complete_within_seconds: i64,
    /// Seconds of training without interruptions.
    #[schemars(range(min = 1, max = 315_360_000))]
    pub estimated_runtime_seconds: i64,
    /// Seconds that a change of instances takes: stop, launch, downloads, and the work since the last
    /// checkpoint. Give its upper bound. Absent: 600.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(range(min = 0, max = 86_400))]
    pub changeover_seconds: Option<i64>,
    /// Seconds before the target at which the training is to be complete. Absent: 0.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(range(min = 0, max = 315_360_000))]
    pub safety_margin_seconds: Option<i64>,
}

/// How instances are paid for: Spot or `OnDemand`. Absent: Spot.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub enum CapacityType {
    /// Managed spot training.
    Spot,
    /// On-demand instances.
    OnDemand,
}

/// Whether training continues from checkpoints after an interruption. Absent: Enabled. Disabled
/// says that restarting from scratch is fine. Immutable.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub enum Checkpointing {
    /// Checkpoints go to S3 and come back after an interruption.
    Enabled,
    /// An interruption starts the training from scratch, and that is fine.
    Disabled,
}

/// What happens to a running training job when its object is deleted: Stop (and wait until it is
/// over) or Orphan (leave it running). Absent: Stop.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub enum DeletionPolicy {
    /// Stop it and wait until it is over.
    Stop,
    /// Leave it running.
    Orphan,
}
