//! Wakes: objects that are decided on again because it is their turn.

use std::collections::HashMap;
use std::sync::{Mutex, MutexGuard, PoisonError};

use futures::Stream;
use kube::runtime::reflector::ObjectRef;
use tokio::sync::mpsc::{UnboundedReceiver, UnboundedSender, unbounded_channel};

use crate::api::v1alpha1::Object;
use crate::controller::object_id::ObjectId;

/// Where wakes go: to the controller that watches the object's namespace.
#[derive(Debug, Default)]
pub struct Wakes {
    senders: Mutex<HashMap<Option<String>, UnboundedSender<ObjectRef<Object>>>>,
}

impl Wakes {
    /// The wakes of the objects of a namespace; of all that are not in another's, if `None`.
    pub fn subscribe(
        &self,
        namespace: Option<String>,
    ) -> impl Stream<Item = ObjectRef<Object>> + Send + use<> {
        let (sender, receiver) = unbounded_channel();
        self.senders().insert(namespace, sender);
        futures::stream::unfold(receiver, |mut receiver: UnboundedReceiver<_>| async {
            receiver.recv().await.map(|object| (object, receiver))
        })
    }

    /// Wakes an object.
    pub fn wake(&self, id: &ObjectId) {
        let senders = self.senders();
        let sender = senders.get(&Some(id.namespace.clone())).or_else(|| senders.get(&None));
        if let Some(sender) = sender {
            // A controller that has ended needs no wakes.
            sender.send(ObjectRef::new(&id.name).within(&id.namespace)).ok();
        }
    }

    fn senders(
        &self,
    ) -> MutexGuard<'_, HashMap<Option<String>, UnboundedSender<ObjectRef<Object>>>> {
        self.senders.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
