//! The identity of an object: what never changes about it.

use jiff::Timestamp;
use kube::ResourceExt;

use crate::api::v1alpha1::Object;

use super::error::Error;
use super::quota_gate::Waiter;

/// What never changes about an object.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Identity {
    /// `metadata.namespace`.
    pub namespace: String,
    /// `metadata.name`.
    pub name: String,
    /// `metadata.uid`.
    pub uid: String,
    /// `metadata.creationTimestamp`.
    pub created: Timestamp,
}

impl Identity {
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

    /// The name by which the operator keeps an object apart: `namespace/name`.
    #[must_use]
    pub fn key(&self) -> String {
        format!("{}/{}", self.namespace, self.name)
    }

    /// The object in a queue for quota.
    #[must_use]
    pub fn waiter(&self) -> Waiter {
        Waiter { created: self.created, uid: self.uid.clone() }
    }
}
