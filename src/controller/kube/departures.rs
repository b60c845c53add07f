//! Departures: objects that are no longer watched.

use std::collections::HashSet;
use std::sync::{Arc, Mutex, PoisonError};

use kube::runtime::reflector::Store;
use kube::runtime::watcher::{self, Event};
use tracing::warn;

use crate::api::v1alpha1::{Lenient, Object};
use crate::controller::context::Context;
use crate::controller::convert::read_status;
use crate::controller::object_id::ObjectId;
use crate::domain::job::name::job_name;

/// Notices objects that are gone, or whose labels no longer match the selector: by the watch, or by a
/// list after a watch that broke, which says only what is there.
pub(super) struct Departures {
    ctx: Arc<Context>,
    /// The objects before the event that is noticed.
    known: Store<Object>,
    /// The UIDs of the list that is being read.
    listed: Mutex<HashSet<String>>,
}

impl Departures {
    pub(super) fn new(ctx: Arc<Context>, known: Store<Object>) -> Self {
        Self { ctx, known, listed: Mutex::default() }
    }

    /// Notices an event before the store does.
    pub(super) fn notice(&self, event: &Result<Event<Object>, watcher::Error>) {
        let mut listed = self.listed.lock().unwrap_or_else(PoisonError::into_inner);
        match event {
            Ok(Event::Delete(object)) => departed(&self.ctx, object),
            Ok(Event::Init) => listed.clear(),
            Ok(Event::InitApply(object)) => listed.extend(object.metadata.uid.clone()),
            Ok(Event::InitDone) => {
                let listed = std::mem::take(&mut *listed);
                let is_gone = |object: &&Arc<Object>| {
                    object.metadata.uid.as_ref().is_some_and(|uid| !listed.contains(uid))
                };
                let known = self.known.state();
                known.iter().filter(is_gone).for_each(|object| departed(&self.ctx, object));
            }
            Ok(Event::Apply(_)) | Err(_) => {}
        }
    }
}

/// An object is no longer watched.
fn departed(ctx: &Context, object: &Object) {
    let Ok(id) = ObjectId::of(object) else { return };
    if let Lenient::Read(status) = &object.status
        && let Ok(run) = read_status::run(status)
        && let Some(live) = run.live()
        && ctx.leadership.is_leader()
        && run.uid == id.uid
    {
        let job = job_name(&id.namespace, &id.name, &id.uid, live.number);
        warn!(
            object = %id,
            job,
            "the object is gone, or no longer matches the selector, while its training job may run: \
             stop the job in SageMaker if nobody wants it"
        );
    }
    ctx.forget(&id.uid);
}
