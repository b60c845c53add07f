//! The identity of an object: what never changes about it.

use jiff::Timestamp;
use kube::ResourceExt;

use crate::api::v1alpha1::Object;

use super::error::Error;

/// What never changes about an object.
#[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct ObjectId {
    /// `metadata.namespace`.
    pub namespace: String,
    /// `metadata.name`.
    pub name: String,
    /// `metadata.uid`.
    pub uid: String,
    /// `metadata.creationTimestamp`.
    pub created: Timestamp,
}

impl ObjectId {
    /// The identity of an object.
    ///
    /// # Errors
    /// When the object lacks what the apiserver gives every object.
    pub fn of(object: &Object) -> Result<Self, Error> {
        let created = object.creation_timestamp().ok_or(Error::Incomplete("creationTimestamp"))?;
        Ok(Self {
            namespace: object.namespace().ok_or(Error::Incomplete("namespace"))?,
            name: object.name_any(),
            uid: object.uid().ok_or(Error::Incomplete("uid"))?,
            created: created.0,
        })
    }
}

impl std::fmt::Display for ObjectId {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{}/{}", self.namespace, self.name)
    }
}
