//! The caches of all watched namespaces.

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use kube::runtime::reflector::Store;

use crate::api::v1alpha1::{Lenient, Object};
use crate::controller::convert::read_status;
use crate::controller::object_id::ObjectId;

/// The caches of all watched namespaces.
#[derive(Debug, Default)]
pub struct Stores {
    synced: Mutex<Vec<Store<Object>>>,
}

impl Stores {
    /// A cache holds every object of its namespace.
    pub fn synced(&self, store: Store<Object>) {
        self.stores().push(store);
    }

    /// How many caches are complete.
    #[must_use]
    pub fn len(&self) -> usize {
        self.stores().len()
    }

    /// Whether no cache is complete.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// The objects whose attempt is possibly live, with their checkpoint prefixes.
    #[must_use]
    pub fn live_prefixes(&self) -> Vec<(ObjectId, String)> {
        let stores = self.stores().clone();
        let objects = stores.iter().flat_map(Store::state);
        objects.filter_map(|object| live_prefix(&object)).collect()
    }

    fn stores(&self) -> MutexGuard<'_, Vec<Store<Object>>> {
        self.synced.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

fn live_prefix(object: &Arc<Object>) -> Option<(ObjectId, String)> {
    let Lenient::Read(status) = &object.status else { return None };
    if !object.is_ours() {
        return None;
    }
    let uri = match read_status::run(status) {
        Ok(run) => run.live().and_then(|_| run.checkpoint_uri.clone())?,
        // Nothing is known of what runs.
        Err(_) => status.checkpoint.as_ref()?.s3_uri.clone(),
    };
    Some((ObjectId::of(object).ok()?, uri))
}
