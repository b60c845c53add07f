//! Any interleaving of what objects do: never more than rate × time + burst, never two who probe one
//! quota, never two on colliding prefixes; and in the end everybody gets its turn.

use std::collections::{BTreeMap, HashMap};
use std::time::Duration;

use proptest::prelude::{Just, Strategy};
use proptest::{collection, prop_oneof};
use spot_training_operator::controller::admission::{Outcome, Permit, SentCall};
use spot_training_operator::domain::admission::Queue;
use spot_training_operator::domain::effect::Priority;
use spot_training_operator::domain::job::call_error::Call;
use spot_training_operator::domain::spec::checkpoint::{collide, normalized};
use tokio::time::Instant;

use super::fleet::{Fleet, Object, accepting, place, pool};
use crate::support::random::check;

const OBJECTS: u32 = 12;

const CASES: u32 = 500;

/// What happens next.
#[derive(Clone, Debug)]
enum Step {
    Create(u32),
    Resend(u32),
    Describe(u32, Priority),
    Send(u32),
    Finish(u32, Outcome),
    Drop(u32),
    Wait(u32, Option<Queue>),
    Forget(u32),
    Pass(u64),
}

fn outcomes() -> impl Strategy<Value = Outcome> {
    prop_oneof![
        3 => Just(Outcome::Accepted),
        1 => Just(Outcome::Refused),
        1 => Just(Outcome::Throttled),
        3 => Just(Outcome::Unanswered { words: "timeout".to_owned() }),
        3 => prop_oneof![Just(Outcome::QuotaUsedUp), Just(Outcome::PoolUnfit)],
    ]
}

fn queues() -> impl Strategy<Value = Option<Queue>> {
    prop_oneof![
        Just(None),
        Just(Some(Queue::Create)),
        Just(Some(Queue::Pool(pool("ml.g5.xlarge")))),
        Just(Some(Queue::Prefix)),
        Just(Some(Queue::Identity)),
        Just(Some(Queue::Region)),
    ]
}

fn steps() -> impl Strategy<Value = Step> {
    let who = || 0..OBJECTS;
    prop_oneof![
        6 => who().prop_map(Step::Create),
        1 => who().prop_map(Step::Resend),
        2 => (who(), prop_oneof![Just(Priority::Urgent), Just(Priority::Repeated)])
            .prop_map(|(who, priority)| Step::Describe(who, priority)),
        6 => who().prop_map(Step::Send),
        6 => (who(), outcomes()).prop_map(|(who, outcome)| Step::Finish(who, outcome)),
        1 => who().prop_map(Step::Drop),
        3 => (who(), queues()).prop_map(|(who, queue)| Step::Wait(who, queue)),
        1 => who().prop_map(Step::Forget),
        4 => (1_u64..40_000).prop_map(Step::Pass),
    ]
}

/// Objects of three namespaces, two pools and prefixes some of which collide.
fn object(number: u32) -> Object {
    let uri = ["s3://b/a", "s3://b/a/b", "s3://b/c", ""][number as usize % 4];
    Object {
        uri: (!uri.is_empty()).then(|| uri.to_owned()),
        pool: pool(["ml.g5.xlarge", "ml.p5.48xlarge"][number as usize / 6]),
        size: i32::try_from(number % 5).unwrap() + 1,
        ..Object::new(&format!("team-{}", number % 3), number)
    }
}

/// What an object has in hand.
enum Hand {
    Permit { permit: Permit, create: Option<Creating> },
    Sent { call: SentCall, create: Option<Creating> },
}

/// A create, as the laws see it.
#[derive(Clone)]
struct Creating {
    claimed: Instant,
    is_resend: bool,
}

struct World {
    fleet: Fleet,
    hands: BTreeMap<u32, Hand>,
    /// When creates were sent.
    sent: Vec<Instant>,
    /// Since when a pool is closed.
    closed: HashMap<String, Instant>,
    held: BTreeMap<u32, String>,
}

impl World {
    fn claim(&mut self, number: u32, is_resend: bool) {
        if self.hands.contains_key(&number) {
            return;
        }
        let object = object(number);
        let mut attempt = object.attempt();
        attempt.is_resend = is_resend;
        let claim = self.fleet.admissions.claim_create(&object.who, &object.wish(), &attempt);
        let Ok(permit) = claim else { return };
        if let Some(since) = self.closed.get(&object.pool.instance_type).filter(|_| !is_resend) {
            let probers = self.hands.iter().filter(|(other, hand)| {
                let (Hand::Permit { create, .. } | Hand::Sent { create, .. }) = hand;
                let same = self::object(**other).pool == object.pool;
                same && create.as_ref().is_some_and(|it| it.claimed > *since && !it.is_resend)
            });
            assert_eq!(probers.count(), 0, "two probe {}", object.pool);
        }
        if let Some(uri) = object.uri.as_deref().map(normalized).filter(|_| !is_resend) {
            for (other, held) in self.held.iter().filter(|(other, _)| **other != number) {
                assert!(!collide(held, &uri), "{number} and {other} hold {uri} and {held}");
            }
            self.held.insert(number, uri);
        }
        let create = Some(Creating { claimed: Instant::now(), is_resend });
        self.hands.insert(number, Hand::Permit { permit, create });
    }

    fn finish(&mut self, number: u32, outcome: Outcome) {
        let Some(Hand::Sent { call, create }) = self.hands.remove(&number) else { return };
        let object = object(number);
        let instance_type = object.pool.instance_type;
        if let Some(create) = &create {
            let since = self.closed.get(&instance_type).copied();
            match outcome {
                Outcome::QuotaUsedUp => {
                    self.closed.entry(instance_type).or_insert_with(Instant::now);
                }
                Outcome::Accepted if since.is_some_and(|since| create.claimed > since) => {
                    self.closed.remove(&instance_type);
                }
                _ => {}
            }
        }
        call.finish(outcome, self.fleet.wall());
        if create.is_some() {
            // Its job is over at once.
            self.fleet.admissions.release_prefix(&object.who.uid);
            self.held.remove(&number);
        }
    }

    async fn step(&mut self, step: Step) {
        match step {
            Step::Create(number) => self.claim(number, false),
            Step::Resend(number) if object(number).uri.is_none() => self.claim(number, true),
            Step::Resend(_) => {}
            Step::Describe(number, priority) => {
                let who = object(number).who;
                let place = place("eu-west-1");
                if !self.hands.contains_key(&number)
                    && let Ok(permit) =
                        self.fleet.admissions.claim(&who, &place, Call::Describe, priority)
                {
                    self.hands.insert(number, Hand::Permit { permit, create: None });
                }
            }
            Step::Send(number) => match self.hands.remove(&number) {
                Some(Hand::Permit { permit, create }) => {
                    if create.is_some() {
                        self.sent.push(Instant::now());
                    }
                    self.hands.insert(number, Hand::Sent { call: permit.send(), create });
                }
                Some(hand @ Hand::Sent { .. }) => {
                    self.hands.insert(number, hand);
                }
                None => {}
            },
            Step::Finish(number, outcome) => {
                if matches!(self.hands.get(&number), Some(Hand::Sent { .. })) {
                    self.finish(number, outcome);
                }
            }
            Step::Drop(number) => match self.hands.remove(&number) {
                Some(Hand::Permit { permit, create }) => {
                    drop(permit);
                    if create.is_some() {
                        self.held.remove(&number);
                    }
                }
                Some(Hand::Sent { call, .. }) => drop(call),
                None => {}
            },
            Step::Wait(number, queue) => {
                if !self.hands.contains_key(&number) {
                    let object = object(number);
                    self.fleet.admissions.wait(&object.who, &object.wish(), queue.as_ref());
                }
            }
            Step::Forget(number) => {
                if !self.hands.contains_key(&number) {
                    self.fleet.admissions.forget(object(number).uid());
                    self.held.remove(&number);
                }
            }
            Step::Pass(millis) => self.fleet.run_for(Duration::from_millis(millis)).await,
        }
    }

    fn assert_rate(&self) {
        for (from, first) in self.sent.iter().enumerate() {
            for (to, last) in self.sent.iter().enumerate().skip(from) {
                let sent = f64::from(u32::try_from(to - from + 1).unwrap());
                let most = (*last - *first).as_secs_f64() + 2.0;
                assert!(sent <= most + 1e-3, "{sent} sent where {most} may be");
            }
        }
    }

    /// Nothing is in hand any more, AWS takes everything, and all objects want a job.
    async fn settle(mut self) {
        let numbers: Vec<_> = self.hands.keys().copied().collect();
        for number in numbers {
            match self.hands.remove(&number) {
                Some(Hand::Sent { call, .. }) => call.finish(Outcome::Refused, self.fleet.wall()),
                Some(Hand::Permit { permit, .. }) => drop(permit),
                None => {}
            }
        }
        for number in 0..OBJECTS {
            self.fleet.admissions.release_prefix(object(number).uid());
            self.fleet.apply(object(number));
        }
        let before = self.fleet.created().len();
        for _ in 0..120 {
            self.fleet.run_for(Duration::from_mins(1)).await;
            for uid in self.fleet.created() {
                self.fleet.admissions.release_prefix(uid);
            }
        }
        let created = self.fleet.created().len() - before;
        let rest: Vec<_> = self.fleet.objects.keys().map(|uid| &self.fleet.views[uid]).collect();
        assert!(rest.is_empty(), "after {created} creates these wait: {rest:#?}");
    }
}

#[test]
fn no_interleaving_breaks_a_law_and_everybody_gets_its_turn() {
    let histories = collection::vec(steps(), 1..120);
    let run = |history: Vec<Step>| {
        let runtime = tokio::runtime::Builder::new_current_thread()
            .enable_time()
            .start_paused(true)
            .build()
            .unwrap();
        runtime.block_on(async {
            let mut world = World {
                fleet: Fleet::new(accepting()),
                hands: BTreeMap::new(),
                sent: Vec::new(),
                closed: HashMap::new(),
                held: BTreeMap::new(),
            };
            for step in history {
                world.step(step).await;
            }
            world.assert_rate();
            world.settle().await;
        });
        Ok(())
    };
    check("interleavings", CASES, &histories, run);
}
