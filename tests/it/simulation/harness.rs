//! The harness: all objects, services and processes of a run, and what happens when.

use std::collections::BTreeMap;
use std::sync::Arc;
use std::time::Duration;

use jiff::{SignedDuration, Timestamp};
use sagemaker_simulator::{Options, Simulator};
use serde_json::{Value, json};
use spot_training_operator::port::Clock;
use tokio::sync::mpsc;
use tokio::time::sleep_until;

use super::actions::Action;
use super::calendar::{Calendar, Event};
use super::hazards::Hazard;
use super::leadership::{Belief, Term, terms};
use super::object::{SimulatedObject, TYPES};
use super::object_history::ObjectHistories;
use super::outage::{self, Outage, OutageKind, outages};
use super::process::Process;
use super::scale::{POLL_SLOW, Scale};
use super::third_party;
use crate::support::apiserver::ApiServer;
use crate::support::apiserver::wire::Way;
use crate::support::clock::{SteppingClock, TimedProcess, VirtualClock};
use crate::support::faults::{Crash, Faults};
use crate::support::fixtures::context::Surroundings;
use crate::support::random::Draws;
use crate::support::sagemaker::Aws;
use crate::support::sagemaker::distortion::Distortion;

/// The account of the operator's credentials.
pub(super) const ACCOUNT: &str = "123456789012";

/// A run.
pub(super) struct Harness {
    pub(super) scale: Scale,
    pub(super) objects: Vec<SimulatedObject>,
    pub(super) clock: VirtualClock,
    pub(super) server: Arc<ApiServer>,
    pub(super) aws: Arc<Aws>,
    pub(super) histories: ObjectHistories,
    pub(super) reconciles: u64,
    /// When each process was started.
    pub(super) starts: Vec<Timestamp>,
    pub(super) crashes: u64,
    calendar: Calendar,
    replicas: [Option<Process>; 2],
    pub(super) outages: Vec<Outage>,
    pub(super) terms: Arc<Vec<Term>>,
    /// The clock of each replica's machine.
    machines: [SteppingClock; 2],
    saved: BTreeMap<usize, Value>,
    crashed: (mpsc::UnboundedSender<String>, mpsc::UnboundedReceiver<String>),
    downtimes: Draws,
}

impl Harness {
    pub(super) fn new(scale: Scale) -> Self {
        let clock = VirtualClock::new();
        let faults = Arc::new(Faults::new(scale.seed, scale.shared));
        let unavailable = [TYPES[3].to_owned()].into();
        let simulator =
            Simulator::new(Options { seed: scale.seed, unavailable, ..Options::default() });
        // Create: 1/s (AWS's quota page); the others are unpublished.
        let limits = [("CreateTrainingJob", 1.0), ("DescribeTrainingJob", 20.0)];
        if scale.shared {
            simulator.set_limits(limits.map(|(name, rate)| (name.to_owned(), rate)).into());
        }
        let server = ApiServer::new(scale.seed, clock);
        let histories = ObjectHistories::default();
        server.observe(histories.observer());
        let mut harness = Self {
            objects: (0..scale.objects).map(|index| SimulatedObject::draw(&scale, index)).collect(),
            aws: Arc::new(
                Aws::new(simulator, ACCOUNT, clock, faults).distorting(distortion(&scale)),
            ),
            machines: [SteppingClock::new(clock), SteppingClock::new(clock)],
            outages: outages(&scale),
            saved: BTreeMap::new(),
            terms: Arc::new(terms(&scale)),
            downtimes: Draws::new(scale.seed, &["downtimes"]),
            calendar: Calendar::default(),
            replicas: [None, None],
            crashed: mpsc::unbounded_channel(),
            starts: Vec::new(),
            reconciles: 0,
            crashes: 0,
            scale,
            clock,
            server,
            histories,
        };
        outage::set(&harness.aws, None);
        let Self { scale, objects, terms, outages, .. } = &harness;
        harness.calendar = Calendar::of(scale, objects, terms, outages);
        harness
    }

    /// Lets everything happen that is to happen until `until`.
    pub(super) async fn run(&mut self, until: Timestamp) {
        loop {
            let next = self.calendar.next().map_or(until, |next| next.min(until));
            tokio::select! {
                biased;
                Some(process) = self.crashed.1.recv() => self.replace(&process).await,
                () = sleep_until(self.clock.instant(next)) => {
                    let now = self.clock.now();
                    match self.calendar.take(now) {
                        Some(event) => self.handle(event).await,
                        None if now >= until => return,
                        None => {}
                    }
                }
            }
        }
    }

    async fn handle(&mut self, event: Event) {
        match event {
            Event::Apply(index) => self.apply(index),
            Event::Act(index, action) => self.act(index, action),
            Event::TermBegins(term) => {
                if let Some(process) = &self.replicas[term.replica] {
                    process.reconcile_all();
                }
            }
            // A process that has lost its leadership ends and is started again.
            Event::TermEnds(term) => self.end(term.replica).await,
            Event::Start(replica) => self.start(replica),
            Event::OutageBegins(outage) => self.outage(outage.kind, true),
            Event::OutageEnds(outage) => self.outage(outage.kind, false),
            Event::StepClock(step) => self.machines[step.replica].step(step.by),
            Event::FaultsEnd => {
                self.aws.faults.end();
                self.aws.simulator.clear_faults();
            }
        }
    }

    fn outage(&mut self, kind: OutageKind, begins: bool) {
        match kind {
            OutageKind::Region(region, fault) => {
                return self.aws.faults.set_region(region, begins.then_some(fault));
            }
            OutageKind::ApiServer => self.aws.faults.set_apiserver_outage(begins),
            _ => {}
        }
        outage::set(&self.aws, begins.then_some(kind));
        if kind == OutageKind::CredentialsExpired && !begins {
            self.aws.renew_credentials(ACCOUNT);
            self.replicas.iter().flatten().for_each(Process::reconcile_all);
        }
    }

    fn apply(&mut self, index: usize) {
        let simulated = &self.objects[index];
        let Ok(object) = self.server.create(simulated.manifest.clone()) else {
            // The one before is still there.
            let later = self.clock.now() + SignedDuration::from_mins(1);
            return self.calendar.enter(later, Event::Apply(index));
        };
        if simulated.name_taken {
            third_party::take_name(&self.aws, &object);
        }
    }

    fn act(&mut self, index: usize, action: Action) {
        let simulated = &self.objects[index];
        let patch = match action {
            Action::Suspend(_)
            | Action::Capacity(_)
            | Action::Rule
            | Action::Edit(_)
            | Action::Orphan => json!({ "spec": action.change(simulated) }),
            Action::Annotate => {
                let now = self.clock.now().to_string();
                json!({ "metadata": { "annotations": { "reviewed": now } } })
            }
            Action::StripFinalizers => {
                self.histories.strip(&simulated.key, self.clock.now());
                json!({ "metadata": { "finalizers": null } })
            }
            Action::EditStatus => return third_party::edit_status(&self.server, &simulated.key),
            Action::EditConditions => {
                return third_party::edit_conditions(&self.server, &simulated.key);
            }
            Action::SaveStatus => {
                let object = self.server.get(&simulated.key).unwrap_or_default();
                self.saved.insert(index, object["status"].clone());
                return;
            }
            Action::RestoreStatus => {
                let saved = self.saved.remove(&index).filter(Value::is_object);
                return saved.map_or((), |saved| {
                    third_party::restore_status(&self.server, &simulated.key, &saved);
                });
            }
            Action::StopJob => {
                let object = self.server.get(&simulated.key);
                return object.map_or((), |object| third_party::stop(&self.aws, &object));
            }
            Action::Delete => {
                let found = self.server.delete(&simulated.key).is_ok();
                if found && simulated.again {
                    let soon = self.clock.now() + SignedDuration::from_secs(1);
                    self.calendar.enter(soon, Event::Apply(index));
                }
                return;
            }
        };
        // Not found: the object is gone already.
        self.server.merge(&simulated.key, patch).ok();
    }

    fn start(&mut self, replica: usize) {
        let name = name(replica);
        let (terms, clock) = (self.terms.clone(), self.clock);
        let crash = Crash::of(&name, self.crashed.0.clone());
        let faults = self.aws.faults.clone();
        let way = Way { process: name.clone(), faults, crash: crash.clone() };
        let surroundings = Surroundings {
            client: self.server.client_of(way),
            aws: self.aws.clone(),
            clock: Arc::new(TimedProcess::start(&self.machines[replica])),
            leadership: Arc::new(Belief { replica, terms, clock }),
            crash,
            poll_slow: POLL_SLOW,
        };
        self.replicas[replica] = Some(Process::start(&name, surroundings));
        self.starts.push(self.clock.now());
    }

    async fn replace(&mut self, process: &str) {
        let replica = usize::from(process == name(1));
        // Two of its calls may have crashed it at the same time.
        if self.replicas[replica].is_some() {
            self.crashes += 1;
            self.end(replica).await;
        }
    }

    async fn end(&mut self, replica: usize) {
        let Some(process) = self.replicas[replica].take() else { return };
        self.reconciles += process.kill().await;
        let downtime = SignedDuration::from_secs(self.downtimes.seconds(1.0, 120.0));
        self.calendar.enter(self.clock.now() + downtime, Event::Start(replica));
    }

    /// Ends all processes.
    pub(super) async fn close(&mut self) {
        for replica in &mut self.replicas {
            if let Some(process) = replica.take() {
                self.reconciles += process.kill().await;
            }
        }
        // Calls that are still under way arrive.
        tokio::time::sleep(Duration::from_mins(2)).await;
    }
}

/// What `SageMaker`'s answers of this run are like.
fn distortion(scale: &Scale) -> Distortion {
    Distortion {
        seed: scale.seed,
        odd_texts: scale.has(Hazard::OddTexts),
        missing_numbers: scale.has(Hazard::MissingNumbers),
        unknown_words: scale.has(Hazard::UnknownWords),
    }
}

fn name(replica: usize) -> String {
    format!("operator-{replica}")
}
