//! What objects may leave to the operator.

/// What objects may leave to the operator.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Defaults {
    /// Region of objects that name none.
    pub region: Option<String>,
    /// S3 prefix below which objects that name no checkpoint place get one.
    pub checkpoint_root: Option<String>,
    /// Whether the operator can list checkpoints.
    pub lists_checkpoints: bool,
    /// Value of the tag `spottraining.dev/cluster`.
    pub cluster_id: String,
}
