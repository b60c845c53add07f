//! What a simulator shows of itself: figures, calls, jobs.

use jiff::Timestamp;
use serde_json::{Value, json};

use crate::caller::Caller;
use crate::job::Job;
use crate::ledger::calls::Call;
use crate::ledger::stats::{self, Stats};
use crate::moment::moment;
use crate::operation::describe;
use crate::simulator::Simulator;

impl Simulator {
    /// Figures since the start or the last reset.
    pub fn stats(&self) -> Stats {
        let state = self.state();
        let (uids, checkpoint_prefixes) = stats::of_jobs(state.jobs.ever());
        Stats {
            calls: state.calls.outcomes().clone(),
            calls_by_region: state.calls.by_region().clone(),
            calls_by_access_key: state.calls.by_access_key().clone(),
            creates: state.creates.clone(),
            uids,
            checkpoint_prefixes,
        }
    }

    /// The latest 10,000 calls, oldest first.
    pub fn calls(&self) -> Vec<Call> {
        self.state().calls.latest().cloned().collect()
    }

    /// All jobs as Describe shows them, with `Account`, `Region` and `Tags`.
    pub fn jobs(&self, now: Timestamp) -> Vec<Value> {
        let now = moment(now);
        let view = |(caller, job): (&Caller, &Job)| {
            let mut view = describe::describe(job, now);
            view.insert("Account".into(), json!(caller.account));
            view.insert("Region".into(), json!(caller.region));
            view.insert("Tags".into(), json!(job.tags));
            Value::Object(view)
        };
        self.state().jobs.all(now).map(view).collect()
    }
}
