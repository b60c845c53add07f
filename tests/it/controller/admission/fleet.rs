//! A fleet: objects that create their jobs through admission, and an AWS that answers by rule.
//!
//! It stands for the reconcile loop: a woken object gets a view, decides, and claims or waits.

use std::collections::HashMap;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use jiff::{SignedDuration, Timestamp};
use spot_training_operator::controller::admission::{
    Admissions, Outcome, Permit, Place, Requester, SentCall, Wish,
};
use spot_training_operator::domain::admission::{
    Admission, CreateTurn, Identity, PoolState, PrefixState, Queue, RegionHealth,
};
use spot_training_operator::domain::effect::{Attempt, Priority};
use spot_training_operator::domain::job::location::Location;
use spot_training_operator::domain::spec::pool::{Market, Pool};
use tokio::sync::mpsc::{UnboundedReceiver, unbounded_channel};
use tokio::task::{AbortHandle, JoinSet};
use tokio::time::{Instant, sleep, sleep_until};

/// How long a call takes.
pub(super) const LATENCY: Duration = Duration::from_millis(300);

/// An object that wants one job.
#[derive(Clone, Debug)]
pub(super) struct Object {
    pub(super) who: Requester,
    pub(super) place: Place,
    pub(super) pool: Pool,
    pub(super) size: i32,
    pub(super) generation: i64,
    pub(super) uri: Option<String>,
    pub(super) priority: Priority,
}

impl Object {
    /// The `number`th object of a namespace; the lower the number, the older.
    pub(super) fn new(namespace: &str, number: u32) -> Self {
        let name = format!("{namespace}-{number:05}");
        let who = Requester {
            uid: name.clone(),
            namespace: namespace.to_owned(),
            name,
            created: Timestamp::from_second(i64::from(number)).unwrap(),
        };
        Self {
            who,
            place: place("eu-west-1"),
            pool: pool("ml.g5.xlarge"),
            size: 1,
            generation: 1,
            uri: None,
            priority: Priority::First,
        }
    }

    pub(super) fn uid(&self) -> &str {
        &self.who.uid
    }

    pub(super) fn wish(&self) -> Wish<'_> {
        Wish {
            place: Some(&self.place),
            pools: std::slice::from_ref(&self.pool),
            instance_count: self.size,
            generation: self.generation,
            checkpoint_uri: self.uri.as_deref(),
            priority: self.priority,
        }
    }

    pub(super) fn attempt(&self) -> Attempt {
        Attempt {
            location: Location {
                region: self.place.region.clone(),
                account: "123456789012".to_owned(),
            },
            number: 1,
            job_name: self.who.name.clone(),
            pool: self.pool.clone(),
            checkpoint_uri: self.uri.clone(),
            send_by: Timestamp::MAX,
            is_resend: false,
            priority: self.priority,
        }
    }
}

pub(super) fn place(region: &str) -> Place {
    Place { principal: 1, region: region.to_owned() }
}

pub(super) fn pool(instance_type: &str) -> Pool {
    Pool { instance_type: instance_type.to_owned(), market: Market::Spot }
}

pub(super) fn known() -> Identity {
    Identity::Known { account: "123456789012".to_owned(), principal: 1 }
}

/// What AWS answers to a create, and after how long.
pub(super) type Aws = Box<dyn FnMut(&Object) -> (Duration, Outcome) + Send>;

/// AWS takes everything.
pub(super) fn accepting() -> Aws {
    Box::new(|_| (LATENCY, Outcome::Accepted))
}

/// What happened to a create request, and when it was sent.
#[derive(Clone, Debug)]
pub(super) struct Sent {
    pub(super) at: Duration,
    pub(super) uid: String,
    pub(super) outcome: Outcome,
}

/// The fleet.
pub(super) struct Fleet {
    pub(super) admissions: Arc<Admissions>,
    pub(super) objects: HashMap<String, Object>,
    pub(super) aws: Aws,
    /// Creates that AWS has answered, in the order of their sending.
    pub(super) sent: Vec<Sent>,
    /// How often an object was woken.
    pub(super) woken: usize,
    /// The last view that each object decided by.
    pub(super) views: HashMap<String, Admission>,
    /// Creates under way, and the most at any time.
    pub(super) under_way: usize,
    pub(super) most_under_way: usize,
    wakes: UnboundedReceiver<String>,
    calls: JoinSet<(String, SentCall, Outcome)>,
    begun: Instant,
    task: AbortHandle,
}

impl Fleet {
    /// A fleet of nobody, whose identity and prefixes are known.
    pub(super) fn new(aws: Aws) -> Self {
        let (sender, wakes) = unbounded_channel();
        let sender = Mutex::new(sender);
        let wake = move |who: &Requester| {
            sender.lock().unwrap().send(who.uid.clone()).ok();
        };
        let admissions = Arc::new(Admissions::new(16, Arc::new(wake)));
        admissions.set_identity(known());
        admissions.load_prefixes([]);
        let running = admissions.clone();
        let task = tokio::spawn(async move { running.run().await }).abort_handle();
        Self {
            admissions,
            objects: HashMap::new(),
            aws,
            sent: Vec::new(),
            woken: 0,
            views: HashMap::new(),
            under_way: 0,
            most_under_way: 0,
            wakes,
            calls: JoinSet::new(),
            begun: Instant::now(),
            task,
        }
    }

    /// The wall clock.
    pub(super) fn wall(&self) -> Timestamp {
        let elapsed = SignedDuration::try_from(self.begun.elapsed()).unwrap();
        Timestamp::from_second(1_700_000_000).unwrap() + elapsed
    }

    /// An object is applied.
    pub(super) fn apply(&mut self, object: Object) {
        let uid = object.uid().to_owned();
        self.objects.insert(uid.clone(), object);
        self.reconcile(&uid);
    }

    /// Time passes.
    pub(super) async fn run_for(&mut self, time: Duration) {
        let end = Instant::now() + time;
        let (mut moment, mut wakes_of_moment) = (Instant::now(), 0);
        loop {
            tokio::select! {
                biased;
                Some(uid) = self.wakes.recv() => {
                    self.woken += 1;
                    wakes_of_moment = if moment == Instant::now() { wakes_of_moment + 1 } else { 0 };
                    moment = Instant::now();
                    assert!(wakes_of_moment < 20_000, "{uid} is woken without end");
                    self.reconcile(&uid);
                }
                Some(ended) = self.calls.join_next(), if !self.calls.is_empty() => {
                    let (uid, call, outcome) = ended.unwrap();
                    self.under_way -= 1;
                    call.finish(outcome, self.wall());
                    self.reconcile(&uid);
                }
                () = sleep_until(end) => return,
            }
        }
    }

    /// One reconcile of an object that wants a job, if it still does.
    pub(super) fn reconcile(&mut self, uid: &str) {
        let Some(object) = self.objects.get(uid).cloned() else { return };
        let wish = object.wish();
        for _ in 0..3 {
            let view = self.admissions.view(&object.who, &wish, self.wall());
            let next = next_step(&view, &object);
            self.views.insert(uid.to_owned(), view);
            if let Err(queue) = next {
                return self.admissions.wait(&object.who, &wish, Some(&queue));
            }
            let attempt = object.attempt();
            if let Ok(permit) = self.admissions.claim_create(&object.who, &wish, &attempt) {
                return self.create(&object, permit);
            }
        }
        panic!("{uid} decides without end: {:?}", self.views.get(uid));
    }

    fn create(&mut self, object: &Object, permit: Permit) {
        let (latency, outcome) = (self.aws)(object);
        let (at, uid) = (self.begun.elapsed(), object.uid().to_owned());
        self.sent.push(Sent { at, uid: uid.clone(), outcome: outcome.clone() });
        // An object that was created is over, and so is one that will never fit.
        let is_over = matches!(outcome, Outcome::Accepted | Outcome::PoolUnfit);
        if is_over {
            self.objects.remove(&uid);
        }
        self.under_way += 1;
        self.most_under_way = self.most_under_way.max(self.under_way);
        let call = permit.send();
        self.calls.spawn(async move {
            sleep(latency).await;
            (uid, call, outcome)
        });
    }

    /// The objects that were created, in order.
    pub(super) fn created(&self) -> Vec<&str> {
        let accepted = self.sent.iter().filter(|sent| sent.outcome == Outcome::Accepted);
        accepted.map(|sent| sent.uid.as_str()).collect()
    }

    /// How long after `from` this object's job was created.
    pub(super) fn created_after(&self, from: Duration, uid: &str) -> Duration {
        self.created_at(uid).unwrap().saturating_sub(from)
    }

    /// When this object's job was created.
    pub(super) fn created_at(&self, uid: &str) -> Option<Duration> {
        let mut sent = self.sent.iter();
        sent.find(|sent| sent.uid == uid && sent.outcome == Outcome::Accepted).map(|sent| sent.at)
    }
}

impl Drop for Fleet {
    fn drop(&mut self) {
        self.task.abort();
    }
}

/// What the core decides by a view: to create, or where to wait.
pub(super) fn next_step(view: &Admission, object: &Object) -> Result<(), Queue> {
    if !matches!(view.identity, Identity::Known { .. }) {
        return Err(Queue::Identity);
    }
    if matches!(view.region, RegionHealth::Silent { .. }) {
        return Err(Queue::Region);
    }
    if view.prefix != PrefixState::Free {
        return Err(Queue::Prefix);
    }
    if view.pools != [PoolState::Open] {
        return Err(Queue::Pool(object.pool.clone()));
    }
    if view.create != CreateTurn::Now {
        return Err(Queue::Create);
    }
    Ok(())
}
