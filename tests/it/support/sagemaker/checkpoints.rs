//! The checkpoints of simulated jobs, as all processes of the operator see them.

use std::sync::Arc;

use async_trait::async_trait;
use spot_training_operator::domain::job::checkpoint::NewestCheckpoint;
use spot_training_operator::domain::job::location::Location;
use spot_training_operator::port::{CheckpointStore, Clock};

use super::Aws;

/// The checkpoints of all jobs.
pub(crate) struct SimulatedCheckpoints(pub(crate) Arc<Aws>);

#[async_trait]
impl CheckpointStore for SimulatedCheckpoints {
    fn can_list(&self) -> bool {
        true
    }

    async fn newest(&self, location: &Location, uri: &str) -> NewestCheckpoint {
        let Self(aws) = self;
        let (caller, now) = (aws.caller(&location.region), aws.clock.now());
        let newest = aws.simulator.newest_checkpoint(&caller, uri, now);
        newest.map_or(NewestCheckpoint::Missing, NewestCheckpoint::Written)
    }
}
