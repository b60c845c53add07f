//! `SageMaker` through the AWS SDK: a client per region, built when it is first needed.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use async_trait::async_trait;
use aws_config::default_provider::credentials::DefaultCredentialsChain;
use aws_config::retry::RetryConfig;
use aws_config::timeout::TimeoutConfig;
use aws_config::{BehaviorVersion, Region, SdkConfig};
use aws_credential_types::provider::SharedCredentialsProvider;
use aws_sdk_sagemaker::config::IdentityCache;
use aws_sdk_sagemaker::error::{ProvideErrorMetadata, SdkError};
use aws_smithy_runtime_api::client::orchestrator::HttpResponse;

use crate::domain::intent::CREATE_TIMEOUT;
use crate::domain::location::Location;
use crate::domain::observation::{Job, Refusal, RefusalKind};
use crate::port::{Clock, CreateRequest, TrainingService};

use super::credentials::CachedCredentials;
use super::errors::{is_not_found, refusal};
use super::{observe, request};

/// A connection that is not there by then will not come.
const CONNECT_TIMEOUT: Duration = Duration::from_secs(3);

/// Tags per page of `ListTags` (service model).
const TAGS_PER_PAGE: i32 = 100;

/// The training service of AWS.
#[derive(Debug)]
pub struct SageMaker {
    base: SdkConfig,
    credentials: CachedCredentials,
    regions: Mutex<HashMap<String, Clients>>,
    /// The account behind each set of credentials seen.
    accounts: Mutex<HashMap<u64, String>>,
}

/// The clients of one region.
#[derive(Clone, Debug)]
struct Clients {
    sagemaker: aws_sdk_sagemaker::Client,
    sts: aws_sdk_sts::Client,
}

impl SageMaker {
    /// Reads the standard configuration of AWS: profiles, environment, IRSA, Pod Identity.
    pub async fn from_environment(clock: Arc<dyn Clock>) -> Self {
        Self::new(aws_config::defaults(BehaviorVersion::latest()).load().await, clock).await
    }

    /// The training service of `config`.
    pub async fn new(config: SdkConfig, clock: Arc<dyn Clock>) -> Self {
        let timeouts = TimeoutConfig::builder()
            .connect_timeout(CONNECT_TIMEOUT)
            .operation_timeout(CREATE_TIMEOUT.unsigned_abs())
            .build();
        // The SDK's own retries are off: they know no pacing, and a create must be sent once.
        let base = config
            .into_builder()
            .retry_config(RetryConfig::disabled())
            .timeout_config(timeouts)
            .identity_cache(IdentityCache::no_cache())
            .build();
        let chain = match base.credentials_provider() {
            Some(chain) => chain,
            None => {
                SharedCredentialsProvider::new(DefaultCredentialsChain::builder().build().await)
            }
        };
        let credentials = CachedCredentials::new(chain, clock);
        Self { base, credentials, regions: Mutex::default(), accounts: Mutex::default() }
    }

    /// The region of the standard configuration, if it names one.
    #[must_use]
    pub fn region(&self) -> Option<String> {
        self.base.region().map(ToString::to_string)
    }

    /// Fetches the credentials, so that their fingerprint is up to date.
    pub async fn refresh_credentials(&self) {
        if self.credentials.current().await.is_err() {
            tracing::debug!("no AWS credentials");
        }
    }

    fn clients(&self, region: &str) -> Clients {
        let mut regions = self.regions.lock().unwrap_or_else(PoisonError::into_inner);
        regions.entry(region.to_owned()).or_insert_with(|| self.connect(region)).clone()
    }

    fn connect(&self, region: &str) -> Clients {
        let region = Region::new(region.to_owned());
        let shared = SharedCredentialsProvider::new(self.credentials.clone());
        let sagemaker = aws_sdk_sagemaker::config::Builder::from(&self.base)
            .region(region.clone())
            .credentials_provider(shared.clone())
            .build();
        let sts = aws_sdk_sts::config::Builder::from(&self.base)
            .region(region)
            .credentials_provider(shared)
            .build();
        Clients {
            sagemaker: aws_sdk_sagemaker::Client::from_conf(sagemaker),
            sts: aws_sdk_sts::Client::from_conf(sts),
        }
    }

    /// The clients for `location`, if the credentials still belong to its account.
    async fn at(&self, location: &Location) -> Result<Clients, Refusal> {
        let account = self.account(&location.region).await?;
        if account == location.account {
            return Ok(self.clients(&location.region));
        }
        Err(Refusal {
            kind: RefusalKind::AccountChanged,
            message: format!(
                "the training began in account {} and the operator's credentials are now those of \
                 {account}: give the operator credentials of the former",
                location.account
            ),
            retry_at: None,
        })
    }

    fn known_account(&self, fingerprint: u64) -> Option<String> {
        self.accounts.lock().unwrap_or_else(PoisonError::into_inner).get(&fingerprint).cloned()
    }

    /// A refusal; one of the credentials makes them be fetched anew.
    fn refused<E: ProvideErrorMetadata>(&self, error: &SdkError<E, HttpResponse>) -> Refusal {
        let refusal = refusal(error);
        if refusal.kind == RefusalKind::Credentials {
            self.credentials.invalidate();
        }
        refusal
    }
}

#[async_trait]
impl TrainingService for SageMaker {
    fn credentials(&self) -> u64 {
        self.credentials.fingerprint()
    }

    async fn account(&self, region: &str) -> Result<String, Refusal> {
        if let Err(error) = self.credentials.current().await {
            return Err(Refusal {
                kind: RefusalKind::Credentials,
                message: format!("the operator has no AWS credentials: {error}"),
                retry_at: None,
            });
        }
        let fingerprint = self.credentials.fingerprint();
        if let Some(account) = self.known_account(fingerprint) {
            return Ok(account);
        }
        let answer = self.clients(region).sts.get_caller_identity().send().await;
        let account = answer.map_err(|error| self.refused(&error))?.account.unwrap_or_default();
        let mut accounts = self.accounts.lock().unwrap_or_else(PoisonError::into_inner);
        accounts.insert(fingerprint, account.clone());
        Ok(account)
    }

    async fn create(&self, create: &CreateRequest<'_>) -> Result<String, Refusal> {
        let client = self.at(create.location).await?.sagemaker;
        let answer = request::input(create).send_with(&client).await;
        answer
            .map(|output| output.training_job_arn.unwrap_or_default())
            .map_err(|error| self.refused(&error))
    }

    async fn describe(&self, location: &Location, job_name: &str) -> Result<Option<Job>, Refusal> {
        let client = self.at(location).await?.sagemaker;
        match client.describe_training_job().training_job_name(job_name).send().await {
            Ok(output) => Ok(Some(observe::job(&output))),
            Err(error) if is_not_found(&error) => Ok(None),
            Err(error) => Err(self.refused(&error)),
        }
    }

    async fn tag(
        &self,
        location: &Location,
        arn: &str,
        key: &str,
    ) -> Result<Option<String>, Refusal> {
        let client = self.at(location).await?.sagemaker;
        let request = client.list_tags().resource_arn(arn).max_results(TAGS_PER_PAGE);
        let output = request.send().await.map_err(|error| self.refused(&error))?;
        let tag = output.tags().iter().find(|tag| tag.key() == Some(key));
        Ok(tag.and_then(|tag| tag.value()).map(str::to_owned))
    }

    async fn stop(&self, location: &Location, job_name: &str) -> Result<(), Refusal> {
        let client = self.at(location).await?.sagemaker;
        match client.stop_training_job().training_job_name(job_name).send().await {
            Ok(_) => Ok(()),
            Err(error) if is_not_found(&error) => Err(Refusal {
                kind: RefusalKind::AlreadyOver,
                message: "there is no such training job".to_owned(),
                retry_at: None,
            }),
            Err(error) => Err(self.refused(&error)),
        }
    }
}
