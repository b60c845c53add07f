//! What the controller needs of the outside world, as traits: implemented by adapters and tests.

pub mod clock;
pub mod following;
pub mod leadership;
pub mod training_service;

pub use clock::Clock;
pub use following::Following;
pub use leadership::Leadership;
pub use training_service::{CreateRequest, Stopping, TrainingService};
