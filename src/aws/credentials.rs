//! The operator's credentials, cached here so that a change of them is seen.

use std::hash::{DefaultHasher, Hash, Hasher};
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, SystemTime};

use aws_credential_types::Credentials;
use aws_credential_types::provider::{
    ProvideCredentials, SharedCredentialsProvider, error::CredentialsError, future,
};

use tokio::time::timeout;

use crate::port::Clock;

/// Credentials are renewed this long before they expire.
const RENEW_BEFORE: Duration = Duration::from_mins(5);

/// A provider, which may be a program of the user's, ends within this time or is given up.
const PROVIDED_WITHIN: Duration = Duration::from_secs(10);

/// Credentials without an expiry are read again after this time: somebody may have changed them.
const READ_AGAIN: Duration = Duration::from_mins(1);

/// A cache in front of the SDK's provider chain.
#[derive(Clone)]
pub(super) struct CachedCredentials {
    chain: SharedCredentialsProvider,
    clock: Arc<dyn Clock>,
    cached: Arc<Mutex<Option<(Credentials, SystemTime)>>>,
    fingerprint: Arc<AtomicU64>,
}

impl std::fmt::Debug for CachedCredentials {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("CachedCredentials").finish_non_exhaustive()
    }
}

impl CachedCredentials {
    pub(super) fn new(chain: SharedCredentialsProvider, clock: Arc<dyn Clock>) -> Self {
        Self { chain, clock, cached: Arc::default(), fingerprint: Arc::default() }
    }

    /// Changes whenever the access key does; 0 before there was one.
    pub(super) fn fingerprint(&self) -> u64 {
        self.fingerprint.load(Ordering::Relaxed)
    }

    /// AWS refused the credentials: they are fetched anew before the next request.
    pub(super) fn invalidate(&self) {
        *self.cached.lock().unwrap_or_else(PoisonError::into_inner) = None;
    }

    fn cached(&self, now: SystemTime) -> Option<Credentials> {
        let cached = self.cached.lock().unwrap_or_else(PoisonError::into_inner);
        cached
            .as_ref()
            .filter(|(_, until)| now < *until)
            .map(|(credentials, _)| credentials.clone())
    }

    /// The credentials to use now.
    pub(super) async fn current(&self) -> Result<Credentials, CredentialsError> {
        let now = SystemTime::from(self.clock.now());
        if let Some(credentials) = self.cached(now) {
            return Ok(credentials);
        }
        let provided = timeout(PROVIDED_WITHIN, self.chain.provide_credentials()).await;
        let credentials =
            provided.map_err(|_| CredentialsError::provider_timed_out(PROVIDED_WITHIN))??;
        let until = credentials
            .expiry()
            .and_then(|expiry| expiry.checked_sub(RENEW_BEFORE))
            .unwrap_or(now + READ_AGAIN)
            .max(now + Duration::from_secs(1));
        let mut hasher = DefaultHasher::new();
        credentials.access_key_id().hash(&mut hasher);
        self.fingerprint.store(hasher.finish(), Ordering::Relaxed);
        let mut cached = self.cached.lock().unwrap_or_else(PoisonError::into_inner);
        *cached = Some((credentials.clone(), until));
        Ok(credentials)
    }
}

impl ProvideCredentials for CachedCredentials {
    fn provide_credentials<'a>(&'a self) -> future::ProvideCredentials<'a>
    where
        Self: 'a,
    {
        future::ProvideCredentials::new(self.current())
    }
}
