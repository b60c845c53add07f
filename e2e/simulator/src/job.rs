//! A training job: what was asked for, and the course it takes.

use std::collections::BTreeMap;

use serde_json::{Map, Value};

use crate::lifecycle::course::life;
use crate::lifecycle::order::{Order, What};
use crate::lifecycle::plan::Plan;
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
    /// None: for ever.
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
        }
    }

    /// Gives an order from this moment on; the caller has checked that the job can take it.
    pub(crate) fn order(&mut self, what: What, at: Millis) {
        self.orders.push(Order { at, what });
        self.timeline = life(&self.plan, self.created, &self.orders);
    }

    /// Not terminal at that moment.
    pub(crate) fn is_live(&self, now: Millis) -> bool {
        self.timeline.ended(now).is_none()
    }

    pub(crate) fn life(&self) -> Life {
        Life { start: self.created, end: self.timeline.end.as_ref().map(|end| end.at) }
    }

    /// Where it writes checkpoints, without a trailing `/`.
    pub(crate) fn checkpoint_prefix(&self) -> Option<&str> {
        let uri = self.echo.get("CheckpointConfig")?.get("S3Uri")?.as_str()?;
        Some(uri.trim_end_matches('/'))
    }

    pub(crate) fn last_modified(&self, now: Millis) -> Millis {
        self.timeline.last_modified(now).unwrap_or(self.created)
    }
}
