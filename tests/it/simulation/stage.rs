//! The stage: all parts, services and processes of a run, and what happens when.

use std::collections::BTreeMap;
use std::sync::Arc;
use std::time::Duration;

use jiff::{SignedDuration, Timestamp};
use sagemaker_simulator::{Options, Simulator};
use serde_json::json;
use spot_training_operator::port::Clock;
use tokio::sync::mpsc;
use tokio::time::sleep_until;

use super::part::{Act, Part, TYPES};
use super::process::{Process, Surroundings};
use super::register::Register;
use super::scale::Scale;
use super::spell::{self, Spell, Trouble, spells};
use super::stranger;
use super::tenure::{Belief, Tenure, tenures};
use crate::support::apiserver::ApiServer;
use crate::support::crash::Crash;
use crate::support::draw::Dice;
use crate::support::objects::at;
use crate::support::simulated_sagemaker::Aws;
use crate::support::virtual_clock::VirtualClock;
use crate::support::weather::Weather;

/// The account of the operator's credentials.
pub(super) const ACCOUNT: &str = "123456789012";

/// The region of all objects.
pub(super) const REGION: &str = "eu-west-1";

/// Something that happens at a moment.
#[derive(Clone, Copy, Debug)]
enum Event {
    Apply(usize),
    Act(usize, Act),
    Begin(Tenure),
    End(Tenure),
    Start(usize),
    Trouble(Spell),
    Relief(Spell),
    Calm,
}

/// A run.
pub(super) struct Stage {
    pub(super) scale: Scale,
    pub(super) parts: Vec<Part>,
    pub(super) clock: VirtualClock,
    pub(super) server: Arc<ApiServer>,
    pub(super) aws: Arc<Aws>,
    pub(super) register: Register,
    pub(super) reconciles: u64,
    /// When each process was started.
    pub(super) starts: Vec<Timestamp>,
    pub(super) crashes: u64,
    tenures: Arc<Vec<Tenure>>,
    calendar: BTreeMap<(Timestamp, usize), Event>,
    replicas: [Option<Process>; 2],
    deaths: (mpsc::UnboundedSender<String>, mpsc::UnboundedReceiver<String>),
    downtimes: Dice,
}

impl Stage {
    pub(super) fn new(scale: Scale) -> Self {
        let clock = VirtualClock::new();
        let weather = Arc::new(Weather::new(scale.seed, scale.shared));
        let unavailable = [TYPES[3].to_owned()].into();
        let simulator =
            Simulator::new(Options { seed: scale.seed, unavailable, ..Options::default() });
        // Create: 1/s (AWS's quota page); the others are unpublished.
        let limits = [("CreateTrainingJob", 1.0), ("DescribeTrainingJob", 20.0)];
        if scale.shared {
            simulator.set_limits(limits.map(|(name, rate)| (name.to_owned(), rate)).into());
        }
        let server = ApiServer::new(scale.seed, clock);
        let register = Register::default();
        server.observe(register.observer());
        let mut stage = Self {
            parts: (0..scale.objects).map(|index| Part::draw(&scale, index)).collect(),
            aws: Arc::new(Aws::new(simulator, ACCOUNT, clock, weather)),
            tenures: Arc::new(tenures(&scale)),
            downtimes: Dice::new(scale.seed, &["downtimes"]),
            calendar: BTreeMap::new(),
            replicas: [None, None],
            deaths: mpsc::unbounded_channel(),
            starts: Vec::new(),
            reconciles: 0,
            crashes: 0,
            scale,
            clock,
            server,
            register,
        };
        stage.plan();
        stage
    }

    fn plan(&mut self) {
        spell::set(&self.aws, None);
        for replica in [0, 1] {
            self.enter(at(0), Event::Start(replica));
        }
        for index in 0..self.parts.len() {
            self.enter(at(self.parts[index].arrival), Event::Apply(index));
            for (after, act) in self.parts[index].acts.clone() {
                let moment = at(self.parts[index].arrival + 1 + after);
                self.enter(moment, Event::Act(index, act));
            }
        }
        for tenure in self.tenures.clone().iter() {
            self.enter(tenure.begin, Event::Begin(*tenure));
            if tenure.end < Timestamp::MAX {
                self.enter(tenure.end, Event::End(*tenure));
            }
        }
        for spell in spells(&self.scale) {
            self.enter(spell.begin, Event::Trouble(spell));
            self.enter(spell.end, Event::Relief(spell));
        }
        self.enter(self.scale.calm(), Event::Calm);
    }

    fn enter(&mut self, moment: Timestamp, event: Event) {
        // At one moment first come, first served.
        let place = self.calendar.range((moment, 0)..).take_while(|(key, _)| key.0 == moment);
        let place = place.count();
        self.calendar.insert((moment, place), event);
    }

    /// Lets everything happen that is to happen until `until`.
    pub(super) async fn play(&mut self, until: Timestamp) {
        loop {
            let next = self.calendar.first_key_value().map_or(until, |(key, _)| key.0.min(until));
            tokio::select! {
                biased;
                Some(process) = self.deaths.1.recv() => self.bury(&process).await,
                () = sleep_until(self.clock.instant(next)) => {
                    match self.calendar.first_entry() {
                        Some(entry) if entry.key().0 <= self.clock.now() => {
                            let event = entry.remove();
                            self.happen(event).await;
                        }
                        _ if self.clock.now() >= until => return,
                        _ => {}
                    }
                }
            }
        }
    }

    async fn happen(&mut self, event: Event) {
        match event {
            Event::Apply(index) => self.apply(index),
            Event::Act(index, act) => self.act(index, act),
            Event::Begin(tenure) => {
                if let Some(process) = &self.replicas[tenure.replica] {
                    process.look_at_all();
                }
            }
            // A process that has lost its leadership ends and is started again.
            Event::End(tenure) => self.end(tenure.replica).await,
            Event::Start(replica) => self.start(replica),
            Event::Trouble(spell) => self.trouble(spell.trouble, true),
            Event::Relief(spell) => self.trouble(spell.trouble, false),
            Event::Calm => {
                self.aws.weather.calm(true);
                self.aws.simulator.clear_faults();
            }
        }
    }

    fn trouble(&mut self, trouble: Trouble, begins: bool) {
        if trouble == Trouble::NoApiServer {
            self.aws.weather.outage(begins);
        }
        spell::set(&self.aws, begins.then_some(trouble));
        if trouble == Trouble::Expired && !begins {
            self.aws.renew_credentials(ACCOUNT);
            self.replicas.iter().flatten().for_each(Process::look_at_all);
        }
    }

    fn apply(&mut self, index: usize) {
        let part = &self.parts[index];
        let Ok(object) = self.server.create(part.manifest.clone()) else {
            // The one before is still going.
            let later = self.clock.now() + SignedDuration::from_mins(1);
            return self.enter(later, Event::Apply(index));
        };
        if part.squatted {
            stranger::squat(&self.aws, &object);
        }
    }

    fn act(&mut self, index: usize, act: Act) {
        let part = &self.parts[index];
        let patch = match act {
            Act::Suspend(suspend) => json!({ "spec": { "suspend": suspend } }),
            Act::Capacity(market) => json!({ "spec": { "capacity": { "type": market } } }),
            Act::Annotate => json!({ "metadata": { "annotations": { "note": "look again" } } }),
            Act::Orphan => json!({ "spec": { "deletionPolicy": "Orphan" } }),
            Act::StopJob => {
                let object = self.server.get(&part.key);
                return object.map_or((), |object| stranger::stop(&self.aws, &object));
            }
            Act::Delete => {
                let found = self.server.delete(&part.key).is_ok();
                if found && part.again {
                    let soon = self.clock.now() + SignedDuration::from_secs(1);
                    self.enter(soon, Event::Apply(index));
                }
                return;
            }
        };
        // Not found: the object is gone already.
        self.server.merge(&part.key, patch).ok();
    }

    fn start(&mut self, replica: usize) {
        let name = name(replica);
        let (tenures, clock) = (self.tenures.clone(), self.clock);
        let surroundings = Surroundings {
            server: &self.server,
            aws: &self.aws,
            leadership: Arc::new(Belief { replica, tenures, clock }),
            crash: Crash::of(&name, self.deaths.0.clone()),
        };
        self.replicas[replica] = Some(Process::start(&name, surroundings));
        self.starts.push(self.clock.now());
    }

    async fn bury(&mut self, process: &str) {
        let replica = usize::from(process == name(1));
        // Two of its calls may have killed it at the same time.
        if self.replicas[replica].is_some() {
            self.crashes += 1;
            self.end(replica).await;
        }
    }

    async fn end(&mut self, replica: usize) {
        let Some(process) = self.replicas[replica].take() else { return };
        self.reconciles += process.kill().await;
        let downtime = SignedDuration::from_secs(self.downtimes.seconds(1.0, 120.0));
        self.enter(self.clock.now() + downtime, Event::Start(replica));
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

fn name(replica: usize) -> String {
    format!("operator-{replica}")
}
