//! Amazon SageMaker training jobs as a simulator: strict requests, the documented life cycle with
//! managed spot interruptions, faults on order. README.md says how to use it and what is exact.
//!
//! [`Simulator::handle`] answers one operation at a time the caller names, so it runs in virtual
//! time as well; [`serve`] puts it behind the AWS protocols over HTTP on the wall clock.
//!
//! Comments on texts and rules name their source: \[M\] botocore service model, \[D\] AWS
//! documentation, \[R\] recorded from the real service, \[O\] observed and reported by others,
//! \[C\] read in another client's source, \[?\] unknown or from memory: rely on none of those.

mod caller;
mod control;
mod draw;
mod error;
mod faults;
mod http;

mod job;
mod jobs;
mod ledger;
mod lifecycle;
mod model;
mod moment;
mod operation;
mod options;
mod quota;
mod rules;
mod session;
mod simulator;
mod state;
mod usage;

pub use caller::{Caller, Signature};
pub use control::{ControlError, JobRef};
pub use error::ApiError;
pub use faults::error_answer::ErrorAnswer;
pub use faults::fault::{Fault, FaultKind};
pub use faults::holds::{Hold, Stage};
pub use http::{serve, serve_logged};
pub use ledger::calls::Call;
pub use ledger::stats::{Creates, Stats, UidStats};
pub use lifecycle::workload::{End, Workload};
pub use options::Options;
pub use quota::Quota;
pub use simulator::{Answer, Delivery, Simulator};
