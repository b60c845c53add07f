//! The deletion of an object whose TTL is over.

use kube::Client;
use kube::api::{DeleteParams, Preconditions};

use super::target::Target;
use crate::controller::error::Error;
use crate::controller::kube::calls::{api, bounded};

/// Deletes the object, if it is still the version that was decided on.
///
/// # Errors
/// [`Error::Conflict`] when the object has changed; [`Error::Refused`] when the operator may not.
pub(super) async fn delete(client: &Client, target: &Target) -> Result<(), Error> {
    let preconditions = Preconditions {
        uid: Some(target.id.uid.clone()),
        resource_version: Some(target.resource_version.clone()),
    };
    let params = DeleteParams { preconditions: Some(preconditions), ..DeleteParams::default() };
    bounded(api(client, &target.id).delete(&target.id.name, &params)).await.map(drop)
}
