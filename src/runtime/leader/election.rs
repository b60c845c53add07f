//! The election: reads the lease, judges it, writes it, again and again.

use std::sync::Arc;
use std::time::Duration;

use jiff::Timestamp;
use k8s_openapi::api::coordination::v1::{Lease as ApiLease, LeaseSpec};
use k8s_openapi::apimachinery::pkg::apis::meta::v1::{MicroTime, ObjectMeta};
use kube::api::{Api, PostParams};
use tokio::sync::watch;
use tokio::time::Instant;
use tracing::{debug, info, warn};

use crate::port::{Clock, Leadership};

use super::judgement::{Judgement, Lease, Seen, judge};

/// How long a renewal lasts (client-go's default).
const LEASE: Duration = Duration::from_secs(15);
/// A leader that could not renew for this long gives up, well before the lease ends.
const RENEW_WITHIN: Duration = Duration::from_secs(10);
/// How often the lease is looked at.
const RETRY: Duration = Duration::from_secs(2);

/// Name of the Lease.
const NAME: &str = "spot-training-operator";

/// Who runs for leadership, and where.
#[expect(missing_debug_implementations, reason = "holds a trait object")]
pub struct Candidate {
    /// The namespace's leases.
    pub leases: Api<ApiLease>,
    /// Who this process is.
    pub identity: String,
    /// For the times in the lease, which people read.
    pub clock: Arc<dyn Clock>,
}

/// Whether, and until when, this process is the leader.
#[derive(Clone, Debug)]
pub struct Tenure(watch::Receiver<Option<Instant>>);

impl Leadership for Tenure {
    fn is_leader(&self) -> bool {
        self.0.borrow().is_some_and(|until| Instant::now() < until)
    }
}

impl Tenure {
    /// Waits until this process is the leader.
    pub async fn begin(&mut self) {
        // An ended election never makes a leader.
        if self.0.wait_for(Option::is_some).await.is_err() {
            std::future::pending::<()>().await;
        }
    }

    /// Waits until this process, which is the leader, is it no more.
    pub async fn end(&mut self) {
        loop {
            let Some(until) = *self.0.borrow() else {
                return;
            };
            tokio::select! {
                () = tokio::time::sleep_until(until) => {
                    if self.0.borrow().is_none_or(|now| now <= until) { return; }
                }
                changed = self.0.changed() => if changed.is_err() { return; },
            }
        }
    }
}

/// The work of staying, or becoming, the leader.
#[expect(missing_debug_implementations, reason = "holds a trait object")]
pub struct Election {
    candidate: Candidate,
    tenure: watch::Sender<Option<Instant>>,
    seen: Option<(ApiLease, Instant)>,
}

impl Election {
    /// An election that is not won yet.
    #[must_use]
    pub fn new(candidate: Candidate) -> (Self, Tenure) {
        let (tenure, receiver) = watch::channel(None);
        (Self { candidate, tenure, seen: None }, Tenure(receiver))
    }

    /// Runs for leadership until dropped.
    pub async fn run(mut self) {
        loop {
            let started = Instant::now();
            match tokio::time::timeout(RENEW_WITHIN, self.step()).await {
                Ok(Ok(true)) => {
                    if self.tenure.send_replace(Some(started + RENEW_WITHIN)).is_none() {
                        info!(identity = self.candidate.identity, "leading");
                    }
                }
                Ok(Ok(false)) => {
                    self.tenure.send_replace(None);
                }
                Ok(Err(error)) => warn!("lease: {error}"),
                Err(_) => warn!("lease: the apiserver does not answer"),
            }
            tokio::time::sleep(RETRY).await;
        }
    }

    /// Gives the lease back, so that another process need not wait for its end.
    pub async fn release(candidate: &Candidate) {
        if tokio::time::timeout(RENEW_WITHIN, Self::give_back(candidate)).await.is_err() {
            debug!("lease not given back: the apiserver does not answer");
        }
    }

    async fn give_back(candidate: &Candidate) {
        let Ok(Some(mut lease)) = candidate.leases.get_opt(NAME).await else {
            return;
        };
        let Some(spec) = &mut lease.spec else { return };
        if spec.holder_identity.as_deref() != Some(candidate.identity.as_str()) {
            return;
        }
        spec.holder_identity = None;
        if let Err(error) = candidate.leases.replace(NAME, &PostParams::default(), &lease).await {
            debug!("lease not given back: {error}");
        }
    }

    /// One look at the lease; whether it is ours now.
    async fn step(&mut self) -> Result<bool, kube::Error> {
        let read = self.candidate.leases.get_opt(NAME).await?;
        let judgement = judge(self.age(read.as_ref()).as_ref(), &self.candidate.identity);
        let written = match (judgement, read) {
            (Judgement::Wait, _) => return Ok(false),
            (Judgement::Create, _) | (_, None) => {
                let lease = self.lease(None);
                self.candidate.leases.create(&PostParams::default(), &lease).await
            }
            (Judgement::Acquire | Judgement::Renew, Some(read)) => {
                let lease = self.lease(Some(read));
                self.candidate.leases.replace(NAME, &PostParams::default(), &lease).await
            }
        };
        // A conflict says that somebody was faster: what that means shows at the next step, and
        // until then a leader's deadline holds.
        written.map(|_| true)
    }

    /// The lease with the time for which this version of it has been known here.
    fn age(&mut self, read: Option<&ApiLease>) -> Option<Seen> {
        let read = read?;
        let version = |lease: &ApiLease| lease.metadata.resource_version.clone();
        let now = Instant::now();
        let since = match &self.seen {
            Some((known, since)) if version(known) == version(read) => *since,
            _ => now,
        };
        self.seen = Some((read.clone(), since));
        let spec = read.spec.as_ref();
        let seconds = spec.and_then(|spec| spec.lease_duration_seconds).unwrap_or(0);
        let lease = Lease {
            holder: spec.and_then(|spec| spec.holder_identity.clone()),
            duration: Duration::from_secs(seconds.unsigned_abs().into()),
            resource_version: version(read).unwrap_or_default(),
        };
        Some(Seen { lease, age: now - since })
    }

    /// The lease, held by us from now on.
    fn lease(&self, read: Option<ApiLease>) -> ApiLease {
        let now: Timestamp = self.candidate.clock.now();
        let before = read.as_ref().and_then(|lease| lease.spec.clone()).unwrap_or_default();
        let ours = before.holder_identity.as_deref() == Some(self.candidate.identity.as_str());
        let transitions = before.lease_transitions.unwrap_or(0);
        let metadata = read.map_or_else(
            || ObjectMeta { name: Some(NAME.to_owned()), ..ObjectMeta::default() },
            |lease| lease.metadata,
        );
        ApiLease {
            metadata,
            spec: Some(LeaseSpec {
                holder_identity: Some(self.candidate.identity.clone()),
                lease_duration_seconds: i32::try_from(LEASE.as_secs()).ok(),
                acquire_time: if ours { before.acquire_time } else { Some(MicroTime(now)) },
                renew_time: Some(MicroTime(now)),
                lease_transitions: Some(if ours { transitions } else { transitions + 1 }),
                ..LeaseSpec::default()
            }),
        }
    }
}
