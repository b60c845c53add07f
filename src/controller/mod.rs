//! The controller: observes, decides, commits, performs. Kubernetes' side of the operator.

pub mod admission;
pub mod apiserver;
pub mod backoff;
pub mod commit;
pub mod context;
pub mod defaults;
pub mod error;
pub mod finalizer;
pub mod identity;
pub mod links;
pub mod perform;
pub mod plan_from_spec;
pub mod polling;
pub mod project;
pub mod quota_gate;
pub mod readiness;
pub mod reconcile;
pub mod report;
pub mod request;
pub mod stream;
pub mod subject;
