//! A fleet: the whole controller that has just started, without faults, in virtual time.

use std::sync::Arc;

use jiff::{SignedDuration, Timestamp};
use sagemaker_simulator::{Options, Simulator};
use serde_json::{Value, json};
use spot_training_operator::port::leadership::Alone;
use tokio::runtime::Builder;

use super::process::Process;
use crate::support::apiserver::ApiServer;
use crate::support::apiserver::kinds::Key;
use crate::support::clock::VirtualClock;
use crate::support::faults::{Crash, Faults};
use crate::support::fixtures::context::{SLOW, Surroundings};
use crate::support::fixtures::objects::manifest;
use crate::support::random::DEFAULT_SEED;
use crate::support::sagemaker::Aws;
use crate::support::sagemaker::call_log::Sent;

/// A controller that has just started, and its surroundings.
pub(super) struct Fleet {
    pub(super) clock: VirtualClock,
    pub(super) server: Arc<ApiServer>,
    pub(super) aws: Arc<Aws>,
    pub(super) process: Process,
}

impl Fleet {
    fn new() -> Self {
        let clock = VirtualClock::new();
        let simulator = Simulator::new(Options::default());
        let limits = [("CreateTrainingJob", 1.0)];
        simulator.set_limits(limits.map(|(name, rate)| (name.to_owned(), rate)).into());
        let faults = Arc::new(Faults::none());
        let aws = Arc::new(Aws::new(simulator, "123456789012", clock, faults));
        let server = ApiServer::new(DEFAULT_SEED, clock);
        let surroundings = Surroundings {
            client: server.client(),
            aws: aws.clone(),
            clock: Arc::new(clock),
            leadership: Arc::new(Alone),
            crash: Crash::never("operator"),
            poll_slow: SLOW,
        };
        let process = Process::start("operator", surroundings);
        Self { clock, server, aws, process }
    }

    /// Applies object `index` of a namespace, whose job trains for a day.
    pub(super) fn apply(
        &self,
        namespace: &str,
        index: usize,
        change: impl FnOnce(&mut Value),
    ) -> Key {
        let name = format!("job-{index:05}");
        let mut object = manifest(namespace, &name);
        let workload = json!({ "starting": 60, "training": 86_400, "stopping": 5 }).to_string();
        object["spec"]["template"]["hyperParameters"] = json!({ "simulator": workload });
        change(&mut object);
        self.server.create(object).unwrap();
        Key::job(namespace, &name)
    }

    pub(super) fn sent(&self, operation: &str) -> Vec<Sent> {
        let sent = self.aws.log.sent().into_iter();
        sent.filter(|sent| sent.operation == operation).collect()
    }

    pub(super) fn calls(&self, operation: &str) -> u64 {
        let calls = &self.aws.simulator.stats().calls;
        calls.get(operation).map_or(0, |outcomes| outcomes.values().sum())
    }

    pub(super) fn accepted(&self) -> u64 {
        self.aws.simulator.stats().creates.values().map(|create| create.accepted).sum()
    }

    pub(super) fn state(&self, key: &Key) -> Value {
        self.server.get(key).unwrap()["status"]["state"].clone()
    }
}

/// Plays a scenario in virtual time, on one thread.
pub(super) fn play<F: Future<Output = ()>>(scenario: impl FnOnce(Fleet) -> F) {
    let runtime = Builder::new_current_thread().enable_time().start_paused(true).build().unwrap();
    runtime.block_on(async { scenario(Fleet::new()).await });
}

/// How long after `since` the first call of `operation` about a job of `key` was sent.
pub(super) fn first_after(
    fleet: &Fleet,
    operation: &str,
    key: &Key,
    since: Timestamp,
) -> SignedDuration {
    let prefix = format!("{}-{}-", key.namespace, key.name);
    let sent = fleet.sent(operation);
    let first = sent.iter().find(|sent| sent.time >= since && sent.job.starts_with(&prefix));
    first.unwrap_or_else(|| panic!("no {operation} about {prefix}")).time.duration_since(since)
}
