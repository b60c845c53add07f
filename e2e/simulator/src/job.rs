//! A training job: what was asked for, and the course it takes.

use std::collections::BTreeMap;

use serde_json::{Map, Value};

use crate::lifecycle::course::life;
use crate::lifecycle::order::{Order, What};
use crate::lifecycle::plan::Plan;
use crate::lifecycle::status::{Primary, Secondary};
use crate::lifecycle::timeline::Timeline;
use crate::moment::Millis;

#[derive(Debug)]
pub(crate) struct Job {
    pub(crate) name: String,
    pub(crate) arn: String,
    /// The request as Describe returns it: defaults filled in, without tags.
    pub(crate) echo: Map<String, Value>,
    pub(crate) tags: BTreeMap<String, String>,
    pub(crate) tags_at_creation: BTreeMap<String, String>,
    pub(crate) created: Millis,
    pub(crate) instances: Vec<Instances>,
    pub(crate) plan: Plan,
    pub(crate) timeline: Timeline,
    orders: Vec<Order>,
    /// Since when `DeleteTrainingJob` has been at work.
    deleting: Option<Millis>,
    /// When the record vanishes.
    gone: Option<Millis>,
}

/// How many instances of which type a job uses.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Instances {
    pub(crate) instance_type: String,
    pub(crate) count: u32,
}

/// The stretch a job lives: from its creation to its end, which is not part of it.
#[derive(Clone, Copy)]
pub(crate) struct Life {
    pub(crate) start: Millis,
    /// None: without end.
    pub(crate) end: Option<Millis>,
}

/// What a job consists of when it is created.
pub(crate) struct NewJob {
    pub(crate) name: String,
    pub(crate) arn: String,
    pub(crate) echo: Map<String, Value>,
    pub(crate) tags: BTreeMap<String, String>,
    pub(crate) instances: Vec<Instances>,
    pub(crate) plan: Plan,
}

impl Job {
    pub(crate) fn new(new: NewJob, created: Millis) -> Self {
        Self {
            timeline: life(&new.plan, created, &[]),
            name: new.name,
            arn: new.arn,
            echo: new.echo,
            tags_at_creation: new.tags.clone(),
            tags: new.tags,
            created,
            instances: new.instances,
            plan: new.plan,
            orders: Vec::new(),
            deleting: None,
            gone: None,
        }
    }

    /// Gives an order from this moment on; the caller has checked that the job can take it.
    pub(crate) fn order(&mut self, what: What, at: Millis) {
        self.orders.push(Order { at, what });
        self.timeline = life(&self.plan, self.created, &self.orders);
    }

    /// Deletes the record of a job that is over; asynchronous \[M\].
    pub(crate) fn delete(&mut self, at: Millis) {
        self.deleting = Some(at);
        self.gone = Some(at + self.plan.deleting);
    }

    /// Makes the record vanish at once, and the job with it.
    pub(crate) fn vanish(&mut self, at: Millis) {
        self.gone = Some(at);
    }

    /// Can be described, and holds its name.
    pub(crate) fn has_record(&self, now: Millis) -> bool {
        self.gone.is_none_or(|gone| now < gone)
    }

    /// `TrainingJobStatus`.
    pub(crate) fn primary(&self, now: Millis) -> Primary {
        let deleting = self.deleting.is_some_and(|since| since <= now);
        if deleting { Primary::Deleting } else { self.timeline.primary(now) }
    }

    /// Not terminal at that moment.
    pub(crate) fn is_live(&self, now: Millis) -> bool {
        self.timeline.ended(now).is_none()
    }

    pub(crate) fn life(&self) -> Life {
        let ends = [self.timeline.end.as_ref().map(|end| end.at), self.gone];
        Life { start: self.created, end: ends.into_iter().flatten().min() }
    }

    /// The stretches of training that have begun, each until its newest checkpoint.
    pub(crate) fn trained(&self, now: Millis) -> impl Iterator<Item = (Millis, Millis)> {
        let visible = self.timeline.visible(now).iter();
        let training = visible.filter(|transition| transition.status == Secondary::Training);
        training.map(move |stretch| {
            let length = stretch.end.unwrap_or(now).min(now) - stretch.start;
            (stretch.start, stretch.start + self.plan.saved(length))
        })
    }

    /// Where it writes checkpoints, without a trailing `/`.
    pub(crate) fn checkpoint_prefix(&self) -> Option<&str> {
        prefix_in(self.echo.get("CheckpointConfig"))
    }

    pub(crate) fn last_modified(&self, now: Millis) -> Millis {
        let deleting = self.deleting.filter(|since| *since <= now);
        deleting.max(self.timeline.last_modified(now)).unwrap_or(self.created)
    }
}

/// Where the job of a request writes checkpoints, without a trailing `/`.
pub(crate) fn checkpoint_prefix(request: &Value) -> Option<&str> {
    prefix_in(request.get("CheckpointConfig"))
}

fn prefix_in(config: Option<&Value>) -> Option<&str> {
    Some(config?.get("S3Uri")?.as_str()?.trim_end_matches('/'))
}
