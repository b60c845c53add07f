//! Where checkpoints go, and which places collide.

/// Where checkpoints go.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum CheckpointPlan {
    /// The user accepts that an interruption starts the training from scratch.
    Disabled,
    /// An S3 prefix that ends in `/`, the same for every attempt.
    At(String),
    /// Enabled, but neither the object nor the operator says where.
    Missing,
}

impl CheckpointPlan {
    /// The prefix, if there is one.
    #[must_use]
    pub const fn uri(&self) -> Option<&str> {
        match self {
            Self::At(uri) => Some(uri.as_str()),
            Self::Disabled | Self::Missing => None,
        }
    }
}

/// The S3 prefix `uri` with a `/` at its end.
///
/// SageMaker copies everything that *begins* with the prefix to the instance: without the `/` a job
/// at `…/exp-1` gets the files of `…/exp-10` (reported for syne-tune, PR 363).
#[must_use]
pub fn closed(uri: &str) -> String {
    if uri.ends_with('/') { uri.to_owned() } else { format!("{uri}/") }
}

/// Whether `uri` names a bucket and nothing below it.
#[must_use]
pub fn is_bucket_root(uri: &str) -> bool {
    let rest = uri.strip_prefix("s3://").unwrap_or(uri);
    rest.split('/').filter(|segment| !segment.is_empty()).count() <= 1
}

/// A prefix by which collisions are found: blank segments do not count.
#[must_use]
pub fn normalized(uri: &str) -> String {
    let rest = uri.strip_prefix("s3://").unwrap_or(uri);
    rest.split('/').filter(|segment| !segment.is_empty()).fold(String::new(), |mut key, segment| {
        key.push_str(segment);
        key.push('/');
        key
    })
}

/// Whether two normalized prefixes are equal or one lies below the other.
#[must_use]
pub fn collide(one: &str, other: &str) -> bool {
    one.starts_with(other) || other.starts_with(one)
}
