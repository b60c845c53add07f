//! Who makes calls, where, and what for.

use crate::domain::effect::Priority;
use crate::domain::spec::pool::Pool;

/// An object that makes calls.
pub use crate::controller::object_id::ObjectId as Requester;

/// Whose credentials, and where: AWS's rates and quotas, and a share of the slots, belong to it.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Place {
    /// A hash of account and role.
    pub principal: u64,
    /// AWS region.
    pub region: String,
}

/// What an object wants to create.
#[derive(Clone, Copy, Debug)]
pub struct Wish<'a> {
    /// Where; `None` while the identity or the region is not known.
    pub place: Option<&'a Place>,
    /// The pools of its plan, the first choice first.
    pub pools: &'a [Pool],
    /// Instances per attempt.
    pub instance_count: i32,
    /// `metadata.generation`.
    pub generation: i64,
    /// Where its checkpoints go; `None` where checkpointing is disabled.
    pub checkpoint_uri: Option<&'a str>,
    /// Before whom its create request goes.
    pub priority: Priority,
}
