//! What the controller needs of the outside world, as traits: implemented by adapters and tests.

pub mod checkpoint_store;
pub mod clock;
pub mod leadership;
pub mod poll_schedule;
pub mod training_service;

pub use checkpoint_store::CheckpointStore;
pub use clock::{Clock, Moment};
pub use leadership::Leadership;
pub use poll_schedule::PollSchedule;
pub use training_service::{CallerIdentity, CreateRequest, Stopping, TrainingService};
