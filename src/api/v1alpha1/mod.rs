//! `spottraining.dev/v1alpha1`: `spec.template` is the `SageMaker` request, everything beside it is
//! policy.

#![expect(unreachable_pub, reason = "the schema derive declares types inside of functions")]
pub mod definition;
pub mod failure_policy;
pub mod object;
pub mod policy;
pub mod rules;
pub mod schema;
pub mod spec;
pub mod status;
pub mod template;

pub use object::{Lenient, Object};
pub use spec::{SpotTrainingJob, SpotTrainingJobSpec};
pub use status::SpotTrainingJobStatus;

/// API group.
pub const GROUP: &str = "spottraining.dev";

/// The finalizer that keeps an object until nothing of it is possibly live.
pub const FINALIZER: &str = "spottraining.dev/training-job";

/// `spec.managedBy` of objects that are this operator's; the same as absent.
pub const MANAGED_BY: &str = "spottraining.dev/operator";

/// Prefix of the tags that the operator puts on training jobs.
pub const TAG_PREFIX: &str = "spottraining.dev/";
