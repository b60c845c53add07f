//! The checkpoint store: what training jobs have saved.

use async_trait::async_trait;

use crate::domain::job::checkpoint::NewestCheckpoint;
use crate::domain::job::location::Location;

/// The S3 prefixes that training jobs save checkpoints to.
#[async_trait]
pub trait CheckpointStore: Send + Sync {
    /// Whether this store lists checkpoints at all.
    fn can_list(&self) -> bool;

    /// The newest checkpoint below `uri`, an S3 prefix that ends in `/`.
    async fn newest(&self, location: &Location, uri: &str) -> NewestCheckpoint;
}

/// The store of an operator that does not list checkpoints.
#[derive(Clone, Copy, Debug, Default)]
pub struct Unlisted;

#[async_trait]
impl CheckpointStore for Unlisted {
    fn can_list(&self) -> bool {
        false
    }

    async fn newest(&self, _location: &Location, _uri: &str) -> NewestCheckpoint {
        NewestCheckpoint::Unlisted
    }
}
