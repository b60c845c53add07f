//! Events: Kubernetes Events about an object, after the commit, best effort.

use std::sync::Arc;

use k8s_openapi::api::core::v1::ObjectReference;
use kube::runtime::events::{Event, EventType, Recorder, Reporter};
use kube::{Client, Resource};
use tokio::sync::mpsc;
use tracing::debug;

use crate::api::v1alpha1::Object;
use crate::controller::hash::hash;
use crate::controller::kube::calls::{MANAGER, bounded};
use crate::controller::object_id::ObjectId;
use crate::domain::fact::Fact;
use crate::domain::job::text::clip;
use crate::domain::vocabulary::{EventReason, Vocabulary};
use crate::telemetry::Metrics;

/// Events that may wait to be sent; more are dropped and counted.
const QUEUE: usize = 256;

/// Longest text of an Event, in bytes (the Events API).
const NOTE_LIMIT: usize = 1024;

/// Takes Events and never waits.
#[derive(Clone, Debug)]
pub struct EventSink {
    queue: mpsc::Sender<Queued>,
    metrics: Arc<Metrics>,
}

struct Queued {
    reference: ObjectReference,
    event: Event,
}

impl EventSink {
    /// The sink, and the work of sending: to be run beside the controller.
    pub fn new(
        client: Client,
        instance: Option<String>,
        metrics: Arc<Metrics>,
    ) -> (Self, impl Future<Output = ()>) {
        let (sender, mut queue) = mpsc::channel::<Queued>(QUEUE);
        let recorder = Recorder::new(client, Reporter { controller: MANAGER.to_owned(), instance });
        let counted = metrics.clone();
        let work = async move {
            while let Some(queued) = queue.recv().await {
                let publishing = recorder.publish(&queued.event, &queued.reference);
                if let Err(error) = bounded(publishing).await {
                    debug!("event dropped: {error}");
                    counted.event_dropped();
                }
            }
        };
        (Self { queue: sender, metrics }, work)
    }

    /// Emits the Event about a fact, if there is one.
    pub fn emit(&self, id: &ObjectId, attempt: u32, fact: &Fact) {
        if let Some((reason, warning)) = fact.kind.event() {
            self.queue(id, attempt, event(reason, warning, &fact.message));
        }
    }

    /// Emits that an object can't be worked on, for this reason.
    pub fn emit_stalled(&self, id: &ObjectId, reason: EventReason, message: &str) {
        self.queue(id, 0, event(reason.as_str(), true, message));
    }

    fn queue(&self, id: &ObjectId, attempt: u32, event: Event) {
        let reference = ObjectReference {
            api_version: Some(Object::api_version(&()).into_owned()),
            kind: Some(Object::kind(&()).into_owned()),
            name: Some(id.name.clone()),
            namespace: Some(id.namespace.clone()),
            uid: Some(id.uid.clone()),
            ..ObjectReference::default()
        };
        // Equal (reason, action) are counted as one Event with the first one's text.
        let text = hash(event.note.as_deref().unwrap_or_default());
        let event = Event { action: format!("Attempt{attempt}-{text:x}"), ..event };
        if self.queue.try_send(Queued { reference, event }).is_err() {
            self.metrics.event_dropped();
        }
    }
}

/// A text of several lines as one: `kubectl events` prints a table.
fn one_line(text: &str) -> String {
    text.lines().map(str::trim).collect::<Vec<_>>().join(" ")
}

fn event(reason: &str, warning: bool, message: &str) -> Event {
    Event {
        type_: if warning { EventType::Warning } else { EventType::Normal },
        reason: reason.to_owned(),
        note: Some(clip(&one_line(message), NOTE_LIMIT)),
        action: String::new(),
        secondary: None,
    }
}
