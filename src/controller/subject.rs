//! The subject of a reconcile: an object, read.

use kube::ResourceExt;

use crate::api::v1alpha1::{FINALIZER, Lenient, Object};
use crate::domain::memory::Memory;
use crate::domain::plan::Desired;
use crate::domain::situation::ObjectFacts;

use super::defaults::Defaults;
use super::error::Error;
use super::identity::Identity;
use super::plan_from_spec::desired;
use super::project;

/// An object as one reconcile sees it; refreshed by every write.
#[derive(Clone, Debug)]
pub struct Subject {
    /// What never changes.
    pub identity: Identity,
    /// What `decide` needs of the metadata.
    pub facts: ObjectFacts,
    /// What the spec asks for.
    pub desired: Desired,
    /// What the status remembers.
    pub memory: Memory,
    /// The version that the next write is based on.
    pub resource_version: String,
    /// `metadata.finalizers`.
    pub finalizers: Vec<String>,
}

impl Subject {
    /// Reads an object.
    ///
    /// # Errors
    /// When the status cannot be read: then nothing is known of what runs, and nothing is done.
    pub fn read(object: &Object, defaults: &Defaults) -> Result<Self, Error> {
        let meta = &object.metadata;
        let identity = Identity::of(object)?;
        let memory = match &object.status {
            Lenient::Read(status) => project::memory(status),
            Lenient::Unreadable(why, _) => Err(why.clone()),
        }
        .map_err(Error::UnreadableStatus)?;
        let finalizers = object.finalizers().to_vec();
        Ok(Self {
            facts: ObjectFacts {
                namespace: identity.namespace.clone(),
                name: identity.name.clone(),
                uid: identity.uid.clone(),
                generation: meta.generation.unwrap_or_default(),
                deleting: meta.deletion_timestamp.is_some(),
                has_finalizer: finalizers.iter().any(|finalizer| finalizer == FINALIZER),
            },
            desired: desired(&object.spec, &identity, defaults),
            memory,
            resource_version: object
                .resource_version()
                .ok_or(Error::Incomplete("resourceVersion"))?,
            finalizers,
            identity,
        })
    }

    /// Takes over what a write changed: the metadata, while spec and memory are as decided on.
    pub fn written(&mut self, object: &Object) {
        if let Some(version) = object.resource_version() {
            self.resource_version = version;
        }
        self.finalizers = object.finalizers().to_vec();
        self.facts.has_finalizer = self.finalizers.iter().any(|name| name == FINALIZER);
        self.facts.deleting = object.metadata.deletion_timestamp.is_some();
    }
}
