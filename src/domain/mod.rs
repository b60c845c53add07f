//! The pure core: what to do for one `SpotTrainingJob`, given what is known now.
//!
//! Nothing here knows Kubernetes, the AWS SDK, a clock, randomness or async.

pub mod absorb;
pub mod attempt;
pub mod backoff;
pub mod condition;
pub mod conditions;
pub mod decide;
pub mod decision;
pub mod direct;
pub mod draft;
pub mod follow;
pub mod hold;
pub mod intent;
pub mod location;
pub mod memory;
pub mod narrative;
pub mod observation;
pub mod outcome;
pub mod pacing;
pub mod phase;
pub mod plan;
pub mod pool;
pub mod refusals;
pub mod secondary_status;
pub mod situation;
pub mod start;
pub mod vocabulary;

pub use decide::decide;
