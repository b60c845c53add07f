//! `SageMaker` through the AWS SDK.

use std::sync::{Arc, Mutex, PoisonError};

use async_trait::async_trait;
use aws_config::default_provider::credentials::DefaultCredentialsChain;
use aws_config::{BehaviorVersion, SdkConfig};
use aws_credential_types::Credentials;
use aws_credential_types::provider::SharedCredentialsProvider;
use aws_sdk_sagemaker::error::{ProvideErrorMetadata, SdkError};
use aws_smithy_runtime_api::client::orchestrator::HttpResponse;
use tokio::time::timeout;

use crate::domain::job::Job;
use crate::domain::job::call_error::{Call, CallError, CallErrorKind};
use crate::domain::job::location::Location;
use crate::domain::job::text;
use crate::domain::run::live_attempt::CREATE_TIMEOUT;
use crate::port::{CallerIdentity, Clock, CreateRequest, TrainingService};

use super::clients::{Clients, Regional};
use super::connection::Connection;
use super::credentials::{CachedCredentials, fingerprint};
use super::errors::{LONGEST_MESSAGE, call_error, may_mean_region_not_enabled};
use super::verification::Verification;
use super::{identity, observe, request};

/// Tags per page of `ListTags` (service model): a job has 50 at most, so that one page is all.
const TAGS_PER_PAGE: i32 = 100;

/// The training service of AWS.
#[derive(Debug)]
pub struct SageMaker {
    clients: Clients,
    credentials: CachedCredentials,
    /// Whose the key is that STS was asked about last.
    known: Mutex<Option<Known>>,
    verification: Verification,
}

#[derive(Clone, Debug)]
struct Known {
    key: u64,
    identity: CallerIdentity,
    /// The region whose STS said so.
    region: String,
}

/// A call that was refused, and what else may be behind it.
struct Refused {
    error: CallError,
    may_mean_region_not_enabled: bool,
}

impl SageMaker {
    /// Reads the standard configuration of AWS: profiles, environment, IRSA, Pod Identity.
    pub async fn from_environment(clock: Arc<dyn Clock>, connection: Connection) -> Self {
        let mut loader = aws_config::defaults(BehaviorVersion::latest());
        if let Some(client) = connection.http_client.clone() {
            loader = loader.http_client(client);
        }
        Self::new(loader.load().await, clock, connection).await
    }

    /// The training service of `config`.
    pub async fn new(config: SdkConfig, clock: Arc<dyn Clock>, connection: Connection) -> Self {
        let chain = match config.credentials_provider() {
            Some(chain) => chain,
            None => {
                SharedCredentialsProvider::new(DefaultCredentialsChain::builder().build().await)
            }
        };
        let credentials = CachedCredentials::new(chain, clock);
        Self {
            clients: Clients::new(config, connection, credentials.clone()),
            credentials,
            known: Mutex::default(),
            verification: Verification::default(),
        }
    }

    /// The region of the standard configuration, if it names one.
    #[must_use]
    pub fn region(&self) -> Option<String> {
        self.clients.own_region()
    }

    /// The endpoint in place of AWS's own, if the standard configuration names one.
    #[must_use]
    pub fn endpoint(&self) -> Option<String> {
        self.clients.endpoint()
    }

    async fn current_credentials(&self) -> Result<Credentials, CallError> {
        self.credentials.current().await.map_err(|why| {
            let message = format!("the operator has no AWS credentials: {why}");
            CallError::new(CallErrorKind::Credentials, text::clean(&message, LONGEST_MESSAGE))
        })
    }

    fn known(&self, key: u64) -> Option<Known> {
        let known = self.known.lock().unwrap_or_else(PoisonError::into_inner);
        known.as_ref().filter(|known| known.key == key).cloned()
    }

    /// The client for `location`, unless the credentials are known to be another account's.
    async fn at(&self, location: &Location) -> Result<Regional, CallError> {
        let key = fingerprint(&self.current_credentials().await?);
        let account = self.known(key).map(|known| known.identity.account);
        match account.filter(|account| *account != location.account) {
            None => Ok(self.clients.sagemaker(&location.region)),
            Some(account) => Err(CallError::new(
                CallErrorKind::AccountChanged,
                format!(
                    "the training began in account {} and the operator's credentials are now those \
                     of {account}: give the operator credentials of the former",
                    location.account
                ),
            )),
        }
    }

    /// Asks STS in that region whose the credentials are, and keeps the answer.
    async fn ask_sts(
        &self,
        region: &str,
        credentials: Credentials,
    ) -> Result<CallerIdentity, CallError> {
        let key = fingerprint(&credentials);
        let (sts, address) = self.clients.sts(region, credentials);
        let answer = sts.get_caller_identity().send().await;
        let output =
            answer.map_err(|error| call_error(Call::Identify, &error, address.as_str()))?;
        let identity = identity::identity(&output).ok_or_else(|| {
            let message = format!("{} names no account", address.as_str());
            CallError::new(CallErrorKind::Unavailable, message)
        })?;
        let known = Known { key, identity: identity.clone(), region: region.to_owned() };
        *self.known.lock().unwrap_or_else(PoisonError::into_inner) = Some(known);
        Ok(identity)
    }

    /// What a refusal in that region comes to, once STS has said what it thinks of the credentials.
    async fn refused(&self, region: &str, refused: Refused) -> CallError {
        let Refused { mut error, may_mean_region_not_enabled } = refused;
        if may_mean_region_not_enabled && let Some(accepted) = self.accepted_by_sts().await {
            let message = format!(
                "the region {region} refuses the operator's credentials, which STS accepts: is \
                 region {region} enabled for account {}? (AWS: {})",
                accepted.account, error.message
            );
            error.kind = CallErrorKind::RegionNotEnabled;
            error.message = text::clip(&message, LONGEST_MESSAGE);
        } else if error.kind == CallErrorKind::Credentials {
            self.credentials.refused();
        }
        error
    }

    /// Whose the credentials are, if STS in the operator's own region accepts them, or where it
    /// accepted them before.
    async fn accepted_by_sts(&self) -> Option<CallerIdentity> {
        let credentials = self.credentials.current().await.ok()?;
        let key = fingerprint(&credentials);
        let region = self.region().or_else(|| self.known(key).map(|known| known.region))?;
        self.verification.accepted(key, self.ask_sts(&region, credentials)).await
    }
}

impl Regional {
    fn refused<E>(&self, call: Call, error: &SdkError<E, HttpResponse>) -> Refused
    where
        E: ProvideErrorMetadata + std::error::Error + 'static,
    {
        Refused {
            error: call_error(call, error, self.address.as_str()),
            may_mean_region_not_enabled: may_mean_region_not_enabled(error),
        }
    }

    async fn stop(&self, job_name: &str) -> Result<(), Refused> {
        let request = self.sagemaker.stop_training_job().training_job_name(job_name);
        let answer = request.send().await;
        answer.map(|_| ()).map_err(|error| self.refused(Call::Stop, &error))
    }
}

#[async_trait]
impl TrainingService for SageMaker {
    fn access_key(&self) -> u64 {
        self.credentials.key()
    }

    async fn refresh_credentials(&self) {
        if let Err(why) = self.credentials.current().await {
            tracing::debug!("no AWS credentials: {why}");
        }
    }

    async fn identity(&self, region: &str) -> Result<CallerIdentity, CallError> {
        let credentials = self.current_credentials().await?;
        let region = self.region().unwrap_or_else(|| region.to_owned());
        let answer = self.ask_sts(&region, credentials).await;
        if answer.as_ref().is_err_and(|error| error.kind == CallErrorKind::Credentials) {
            self.credentials.refused();
        }
        answer
    }

    async fn create(&self, create: &CreateRequest<'_>) -> Result<String, CallError> {
        let region = &create.location.region;
        let sent = async {
            let client = self.at(create.location).await?;
            let answer = request::input(create).send_with(&client.sagemaker).await;
            Ok(answer.map_err(|error| client.refused(Call::Create, &error)))
        };
        // The SDK's time-out does not include the provider of the credentials.
        let answer = timeout(CREATE_TIMEOUT.unsigned_abs(), sent).await.unwrap_or_else(|_| {
            let message = "AWS did not answer in time".to_owned();
            Err(CallError::new(CallErrorKind::Unavailable, message))
        })?;
        match answer {
            Ok(output) => Ok(observe::arn(output.training_job_arn())),
            Err(refused) => Err(self.refused(region, refused).await),
        }
    }

    async fn describe(
        &self,
        location: &Location,
        job_name: &str,
    ) -> Result<Option<Job>, CallError> {
        let client = self.at(location).await?;
        let request = client.sagemaker.describe_training_job().training_job_name(job_name);
        let refused = match request.send().await {
            Ok(output) => return Ok(Some(observe::job(&output))),
            Err(error) => client.refused(Call::Describe, &error),
        };
        if refused.error.kind == CallErrorKind::NotFound {
            return Ok(None);
        }
        Err(self.refused(&location.region, refused).await)
    }

    async fn tag(
        &self,
        location: &Location,
        arn: &str,
        key: &str,
    ) -> Result<Option<String>, CallError> {
        let client = self.at(location).await?;
        let request = client.sagemaker.list_tags().resource_arn(arn).max_results(TAGS_PER_PAGE);
        let refused = match request.send().await {
            Ok(output) => {
                let tag = output.tags().iter().find(|tag| tag.key() == Some(key));
                return Ok(tag.and_then(|tag| tag.value()).map(str::to_owned));
            }
            Err(error) => client.refused(Call::Describe, &error),
        };
        Err(self.refused(&location.region, refused).await)
    }

    async fn stop(&self, location: &Location, job_name: &str) -> Result<(), CallError> {
        match self.at(location).await?.stop(job_name).await {
            Ok(()) => Ok(()),
            Err(refused) => Err(self.refused(&location.region, refused).await),
        }
    }

    async fn stop_stray(&self, region: &str, job_name: &str) -> Result<(), CallError> {
        self.current_credentials().await?;
        match self.clients.sagemaker(region).stop(job_name).await {
            Ok(()) => Ok(()),
            Err(refused) => Err(self.refused(region, refused).await),
        }
    }
}
