//! Policy: how a run is kept going. Every field may be edited at any time unless it says otherwise.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// Where instances come from.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct Capacity {
    /// Spot or `OnDemand`. Absent: Spot. An edit acts on the next attempt.
    #[serde(default, rename = "type", skip_serializing_if = "Option::is_none")]
    pub kind: Option<CapacityType>,
}

/// How instances are paid for: Spot or `OnDemand`. Absent: Spot. An edit acts on the next attempt.
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
