//! The election: reads the lease, judges it and writes it, every two seconds.

use std::sync::Arc;
use std::time::Duration;

use jiff::Timestamp;
use k8s_openapi::api::coordination::v1::{Lease as ApiLease, LeaseSpec};
use k8s_openapi::apimachinery::pkg::apis::meta::v1::{MicroTime, ObjectMeta};
use kube::api::{Api, PostParams};
use tokio::sync::watch;
use tokio::time::Instant;
use tracing::{debug, info, warn};

use crate::domain::job::error_chain::chain;
use crate::port::Clock;

use super::super::machine_clock::MachineClock;
use super::super::shutdown::RELEASE_WITHIN;
use super::judgement::{Judgement, Lease, Seen, judge};
use super::tenure::{RENEW_WITHIN, Renewed, Tenure};

/// How long a renewal lasts (client-go's default).
const LEASE: Duration = Duration::from_secs(15);
/// How often the lease is read.
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
    /// For the time since a renewal.
    pub machine: Arc<dyn MachineClock>,
}

/// The work of staying, or becoming, the leader.
#[expect(missing_debug_implementations, reason = "holds a trait object")]
pub struct Election {
    candidate: Candidate,
    renewed: watch::Sender<Renewed>,
    seen: Option<(ApiLease, Instant)>,
}

impl Election {
    /// An election that is not won yet.
    #[must_use]
    pub fn new(candidate: Candidate) -> (Self, Tenure) {
        let (renewed, receiver) = watch::channel(None);
        let tenure = Tenure::new(receiver, candidate.machine.clone());
        (Self { candidate, renewed, seen: None }, tenure)
    }

    /// Runs for leadership until dropped.
    pub async fn run(&mut self) {
        loop {
            // The lease counts from its reading by the apiserver, which is not before this.
            let started = self.candidate.machine.moment();
            match tokio::time::timeout(RENEW_WITHIN, self.step()).await {
                Ok(Ok(true)) => {
                    if self.renewed.send_replace(Some(started)).is_none() {
                        info!(identity = self.candidate.identity, "leading");
                    }
                }
                Ok(Ok(false)) => {
                    self.renewed.send_replace(None);
                }
                Ok(Err(error)) => warn!("lease: {}", chain(&error)),
                Err(_) => warn!("lease: the apiserver does not answer"),
            }
            tokio::time::sleep(RETRY).await;
        }
    }

    /// Gives the lease back, so that another process need not wait for its end. This process is no
    /// leader from here on.
    pub async fn release(self) {
        self.renewed.send_replace(None);
        if tokio::time::timeout(RELEASE_WITHIN, self.give_back()).await.is_err() {
            debug!("lease not given back: the apiserver does not answer");
        }
    }

    async fn give_back(&self) {
        let Candidate { leases, identity, .. } = &self.candidate;
        let Ok(Some(mut lease)) = leases.get_opt(NAME).await else {
            return;
        };
        let Some(spec) = &mut lease.spec else { return };
        if spec.holder_identity.as_ref() != Some(identity) {
            return;
        }
        spec.holder_identity = None;
        if let Err(error) = leases.replace(NAME, &PostParams::default(), &lease).await {
            debug!("lease not given back: {}", chain(&error));
        }
    }

    /// Reads the lease and writes it if it may be ours; whether it is ours now.
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
