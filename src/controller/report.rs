//! Reports: Kubernetes Events about an object, after the commit, best effort.

use std::sync::Arc;

use k8s_openapi::api::core::v1::ObjectReference;
use kube::runtime::events::{Event, EventType, Recorder, Reporter};
use kube::{Client, Resource};
use tokio::sync::mpsc;
use tracing::debug;

use crate::api::v1alpha1::Object;
use crate::domain::decision::Note;
use crate::telemetry::Metrics;

use super::apiserver::{MANAGER, bounded};
use super::identity::Identity;

/// Events that may wait to be sent; more are dropped and counted.
const QUEUE: usize = 256;

/// Longest text of an Event, in bytes (the Events API).
const NOTE_LIMIT: usize = 1024;

/// Takes Events and never waits.
#[derive(Clone, Debug)]
pub struct Reports {
    queue: mpsc::Sender<Report>,
    metrics: Arc<Metrics>,
}

#[derive(Debug)]
struct Report {
    reference: ObjectReference,
    attempt: u32,
    note: Note,
}

impl Reports {
    /// The sending end, and the work of sending: to be run beside the controller.
    pub fn new(
        client: Client,
        instance: Option<String>,
        metrics: Arc<Metrics>,
    ) -> (Self, impl Future<Output = ()>) {
        let (sender, mut queue) = mpsc::channel::<Report>(QUEUE);
        let recorder = Recorder::new(client, Reporter { controller: MANAGER.to_owned(), instance });
        let counted = metrics.clone();
        let work = async move {
            while let Some(report) = queue.recv().await {
                let event = event(&report);
                if let Err(error) = bounded(recorder.publish(&event, &report.reference)).await {
                    debug!("event dropped: {error}");
                    counted.event_dropped();
                }
            }
        };
        (Self { queue: sender, metrics }, work)
    }

    /// Tells a note about an object.
    pub fn tell(&self, identity: &Identity, attempt: u32, note: Note) {
        let reference = ObjectReference {
            api_version: Some(Object::api_version(&()).into_owned()),
            kind: Some(Object::kind(&()).into_owned()),
            name: Some(identity.name.clone()),
            namespace: Some(identity.namespace.clone()),
            uid: Some(identity.uid.clone()),
            ..ObjectReference::default()
        };
        if self.queue.try_send(Report { reference, attempt, note }).is_err() {
            self.metrics.event_dropped();
        }
    }
}

fn event(report: &Report) -> Event {
    let mut text = report.note.message.clone();
    while text.len() > NOTE_LIMIT {
        text.pop();
    }
    Event {
        type_: if report.note.reason.is_warning() { EventType::Warning } else { EventType::Normal },
        reason: report.note.reason.as_str().to_owned(),
        note: Some(text),
        // Equal (reason, action) are counted as one Event with the first one's text: attempts
        // are told apart by their number here.
        action: format!("Attempt{}", report.attempt),
        secondary: None,
    }
}
