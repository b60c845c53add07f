//! An object as the operator reads it: metadata, spec and status each by itself.
//!
//! An object whose spec this version cannot read must still be seen, stopped and deleted, and must
//! not hold up any other object of the watch.

use std::borrow::Cow;

use k8s_openapi::apimachinery::pkg::apis::meta::v1::ObjectMeta;
use kube::Resource;
use serde::de::{DeserializeOwned, Error as _};
use serde::{Deserialize, Deserializer};
use serde_json::Value;
use serde_json::value::RawValue;

use super::{MANAGED_BY, SpotTrainingJob, SpotTrainingJobSpec, SpotTrainingJobStatus};

/// A part of an object that may be unreadable.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Lenient<T> {
    /// It was read.
    Read(T),
    /// It could not be read: why, and what it is.
    Unreadable(String, Value),
}

impl<'de, T: DeserializeOwned> Deserialize<'de> for Lenient<T> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        // Read from the text: a tree of values takes as long again, for ten thousand objects seconds.
        let text = Box::<RawValue>::deserialize(deserializer)?;
        if let Ok(read) = serde_json::from_str(text.get()) {
            return Ok(Self::Read(read));
        }
        let value: Value = serde_json::from_str(text.get()).map_err(D::Error::custom)?;
        Ok(match T::deserialize(&value) {
            Ok(read) => Self::Read(read),
            Err(error) => Self::Unreadable(error.to_string(), value),
        })
    }
}

impl<T> Lenient<T> {
    fn absent() -> Self {
        Self::Unreadable("it is absent".to_owned(), Value::Null)
    }
}

/// A `SpotTrainingJob` of which every part is read by itself.
#[derive(Clone, Debug, Deserialize)]
pub struct Object {
    /// Metadata, which the apiserver guarantees.
    pub metadata: ObjectMeta,
    /// The spec.
    #[serde(default = "Lenient::absent")]
    pub spec: Lenient<SpotTrainingJobSpec>,
    /// The status; absent means empty.
    #[serde(default = "no_status")]
    pub status: Lenient<SpotTrainingJobStatus>,
}

impl Object {
    /// Whether this operator works on the object, by `spec.managedBy`.
    #[must_use]
    pub fn is_ours(&self) -> bool {
        let managed_by = match &self.spec {
            Lenient::Read(spec) => spec.managed_by.as_deref(),
            Lenient::Unreadable(_, spec) => spec["managedBy"].as_str(),
        };
        managed_by.is_none_or(|name| name == MANAGED_BY)
    }
}

fn no_status() -> Lenient<SpotTrainingJobStatus> {
    Lenient::Read(SpotTrainingJobStatus::default())
}

impl Resource for Object {
    type DynamicType = ();
    type Scope = <SpotTrainingJob as Resource>::Scope;

    fn kind((): &()) -> Cow<'_, str> {
        SpotTrainingJob::kind(&())
    }

    fn group((): &()) -> Cow<'_, str> {
        SpotTrainingJob::group(&())
    }

    fn version((): &()) -> Cow<'_, str> {
        SpotTrainingJob::version(&())
    }

    fn plural((): &()) -> Cow<'_, str> {
        SpotTrainingJob::plural(&())
    }

    fn meta(&self) -> &ObjectMeta {
        &self.metadata
    }

    fn meta_mut(&mut self) -> &mut ObjectMeta {
        &mut self.metadata
    }
}
