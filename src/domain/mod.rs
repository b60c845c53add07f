//! The pure core: what to do for one `SpotTrainingJob`, given what is known now.
//!
//! Nothing here knows Kubernetes, the AWS SDK, a clock, randomness or async.
//!
//! # A decision in four steps
//! [`decide`] takes a [`Situation`](situation::Situation) and gives a
//! [`Decision`](decision::Decision):
//! 1. [`step::observe`] takes what was [seen](situation::Seen) into the [run](run::Run);
//! 2. [`step`] chooses the next [effect](effect::Effect), a file for each: start, poll, stop,
//!    suspend, delete;
//! 3. [`view`] derives what people see;
//! 4. what blocks now and did not before is one more [fact](fact::Fact).
//!
//! The controller commits the run, then performs the effect, and what that shows goes into the next
//! decision.
//!
//! # Glossary
//! * **attempt**: one SageMaker training job of an object. Its name follows from the object's UID
//!   and its number.
//! * **possibly live**: the attempt's request is committed, and its job is neither seen to be over
//!   nor settled to be absent. No next attempt, no Suspended, Complete or Failed, and no removal of
//!   the finalizer while that is so (but for `Orphan`, and a stop that hangs).
//! * **run**: all that is known of an object from one decision to the next.
//! * **pool**: an instance type on one market, spot or on-demand.
//! * **blocked**: why no attempt can start, or why the current job can't be described or stopped.
//! * **stalled**: blocked, and only a person can help.
//! * **checkpoint prefix**: the S3 prefix that an object's jobs write to and continue from.
//! * **admission**: what AWS's rates and quotas, and other objects, allow now.
//! * **fact**: something that happened, once; Event, log line and metric are derived from it.

pub mod admission;
pub mod decide;
pub mod decision;
mod draft;
pub mod effect;
pub mod fact;
pub mod job;
mod moment;
pub mod policy;
pub mod run;
pub mod situation;
pub mod spec;
pub mod step;
pub mod view;
pub mod vocabulary;

pub use decide::decide;
