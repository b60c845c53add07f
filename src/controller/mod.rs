//! The controller: observes, decides, commits, performs. Kubernetes' side of the operator.

pub mod admission;
pub mod context;
pub mod convert;
pub mod defaults;
pub mod error;
pub mod hash;
pub mod kube;
pub mod object_id;
pub mod polling;
pub mod publish;
pub mod readiness;
pub mod reconcile;
pub mod sessions;
