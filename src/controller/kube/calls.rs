//! Calls to the apiserver: each ends in time.

use std::time::Duration;

use kube::api::Api;
use kube::{Client, ResourceExt};

use super::applied::prune;
use crate::api::v1alpha1::Object;
use crate::controller::error::Error;
use crate::controller::object_id::ObjectId;

/// The field manager of everything the operator writes.
pub const MANAGER: &str = "spot-training-operator";

/// Every call to the apiserver but a watch ends within this time.
const CALL_TIMEOUT: Duration = Duration::from_secs(10);

/// Ends a call to the apiserver that does not answer; kube itself sets no limit.
pub(in crate::controller) async fn bounded<T>(
    call: impl Future<Output = Result<T, kube::Error>>,
) -> Result<T, Error> {
    match tokio::time::timeout(CALL_TIMEOUT, call).await {
        Ok(answer) => Ok(answer?),
        Err(_) => Err(Error::TimedOut(CALL_TIMEOUT)),
    }
}

/// The API of an object's namespace.
pub(in crate::controller) fn api(client: &Client, id: &ObjectId) -> Api<Object> {
    Api::namespaced(client.clone(), &id.namespace)
}

/// The object as the apiserver has it now.
pub(in crate::controller) async fn fresh(
    client: &Client,
    object: &Object,
) -> Result<Object, Error> {
    let namespace = object.namespace().ok_or(Error::Incomplete("namespace"))?;
    let api: Api<Object> = Api::namespaced(client.clone(), &namespace);
    let mut object = bounded(api.get(&object.name_any())).await?;
    prune(&mut object);
    Ok(object)
}
