//! The operator's credentials, cached here so that a change of them is seen.

use std::hash::{DefaultHasher, Hash, Hasher};
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, SystemTime};

use aws_credential_types::Credentials;
use aws_credential_types::provider::{
    ProvideCredentials, SharedCredentialsProvider, error::CredentialsError, future,
};
use tokio::time::{Instant, timeout};

use crate::domain::job::error_chain::chain;
use crate::port::Clock;

/// Credentials are renewed this long before they expire.
const RENEW_BEFORE: Duration = Duration::from_mins(5);

/// A provider, which may be a program of the user's, ends within this time or is given up.
const PROVIDED_WITHIN: Duration = Duration::from_secs(10);

/// Credentials without an expiry are read again after this time: somebody may have changed them.
const READ_AGAIN: Duration = Duration::from_mins(1);

/// Refused credentials are fetched again this often at most: each time may be an `AssumeRole`.
const REFUSED_AGAIN: Duration = Duration::from_mins(1);

/// A provider that failed is asked again after this time.
const FAILED_AGAIN: Duration = Duration::from_secs(5);

/// A cache in front of the SDK's provider chain. Its clones share one state.
#[derive(Clone)]
pub(super) struct CachedCredentials(Arc<Cache>);

struct Cache {
    chain: SharedCredentialsProvider,
    clock: Arc<dyn Clock>,
    /// Held by the one who asks the chain.
    fetching: tokio::sync::Mutex<()>,
    state: Mutex<State>,
    key: AtomicU64,
}

#[derive(Default)]
struct State {
    /// The credentials, and when they are fetched again.
    cached: Option<(Credentials, SystemTime)>,
    /// When a refusal last made them be fetched again.
    refused: Option<Instant>,
    /// When the chain last failed, and why.
    failed: Option<(Instant, String)>,
}

impl std::fmt::Debug for CachedCredentials {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("CachedCredentials").finish_non_exhaustive()
    }
}

/// A fingerprint of the access key.
pub(super) fn fingerprint(credentials: &Credentials) -> u64 {
    let mut hasher = DefaultHasher::new();
    credentials.access_key_id().hash(&mut hasher);
    hasher.finish()
}

impl CachedCredentials {
    pub(super) fn new(chain: SharedCredentialsProvider, clock: Arc<dyn Clock>) -> Self {
        Self(Arc::new(Cache {
            chain,
            clock,
            fetching: tokio::sync::Mutex::default(),
            state: Mutex::default(),
            key: AtomicU64::default(),
        }))
    }

    /// The fingerprint of the key that was fetched last; 0 before there was one.
    pub(super) fn key(&self) -> u64 {
        self.0.key.load(Ordering::Relaxed)
    }

    /// AWS refused the credentials: they are fetched anew before the next request.
    pub(super) fn refused(&self) {
        let mut state = self.state();
        if state.refused.is_none_or(|at| at.elapsed() >= REFUSED_AGAIN) {
            state.refused = Some(Instant::now());
            state.cached = None;
        }
    }

    /// The credentials to use now, or why there are none.
    pub(super) async fn current(&self) -> Result<Credentials, String> {
        if let Some(credentials) = self.cached() {
            return Ok(credentials);
        }
        let _fetching = self.0.fetching.lock().await;
        if let Some(credentials) = self.cached() {
            return Ok(credentials);
        }
        let failed = self.state().failed.clone();
        if let Some((_, why)) = failed.filter(|(at, _)| at.elapsed() < FAILED_AGAIN) {
            return self.until_they_expire().ok_or(why);
        }
        match timeout(PROVIDED_WITHIN, self.0.chain.provide_credentials()).await {
            Ok(Ok(credentials)) => Ok(self.keep(credentials)),
            Ok(Err(error)) => self.failed(chain(&error)),
            Err(_) => self.failed(chain(&CredentialsError::provider_timed_out(PROVIDED_WITHIN))),
        }
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.0.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn now(&self) -> SystemTime {
        SystemTime::from(self.0.clock.now())
    }

    fn cached(&self) -> Option<Credentials> {
        let now = self.now();
        let state = self.state();
        state.cached.as_ref().filter(|(_, until)| now < *until).map(|(cached, _)| cached.clone())
    }

    /// The credentials that cannot be renewed now and have not expired either.
    fn until_they_expire(&self) -> Option<Credentials> {
        let now = self.now();
        let cached = self.state().cached.as_ref().map(|(cached, _)| cached.clone());
        cached.filter(|cached| cached.expiry().is_some_and(|expiry| now < expiry))
    }

    fn keep(&self, credentials: Credentials) -> Credentials {
        let now = self.now();
        let until = credentials
            .expiry()
            .and_then(|expiry| expiry.checked_sub(RENEW_BEFORE))
            .unwrap_or(now + READ_AGAIN)
            .max(now + Duration::from_secs(1));
        self.0.key.store(fingerprint(&credentials), Ordering::Relaxed);
        let mut state = self.state();
        state.cached = Some((credentials.clone(), until));
        state.failed = None;
        credentials
    }

    fn failed(&self, why: String) -> Result<Credentials, String> {
        self.state().failed = Some((Instant::now(), why.clone()));
        self.until_they_expire().ok_or(why)
    }
}

impl ProvideCredentials for CachedCredentials {
    fn provide_credentials<'a>(&'a self) -> future::ProvideCredentials<'a>
    where
        Self: 'a,
    {
        future::ProvideCredentials::new(async {
            self.current().await.map_err(CredentialsError::provider_error)
        })
    }
}
