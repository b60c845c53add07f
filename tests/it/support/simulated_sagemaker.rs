//! `SageMaker` for the controller: the simulator behind the port, in virtual time, and independent
//! of the SDK adapter.

use std::collections::HashMap;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use async_trait::async_trait;
use sagemaker_simulator::{Answer, Caller, Delivery, Simulator};
use serde_json::{Value, json};
use spot_training_operator::domain::location::Location;
use spot_training_operator::domain::observation::{Job, Refusal, RefusalKind};
use spot_training_operator::port::{Clock, CreateRequest, TrainingService};
use tokio::time::{sleep, timeout};

use super::call_log::{CallLog, Entry};
use super::crash::Crash;
use super::sagemaker_json::{create_body, job};
use super::virtual_clock::VirtualClock;
use super::weather::{Mishap, Shares, Weather};

/// Every call ends within this time (the port's contract for creates).
const TIMEOUT: Duration = Duration::from_secs(15);

/// A request may be under way for this long: less than the law of *possibly live* waits.
const LATEST: Duration = Duration::from_secs(75);

/// What happens on the way to a call that changes something; the simulator's own faults come on top.
const WRITES: Shares = Shares {
    conflict: 0.0,
    error500: 0.0,
    unreachable: 0.0,
    lost: 0.0,
    slow: 0.0,
    late: 0.08,
    crash: 0.02,
};

/// What happens on the way to a call that only reads.
const READS: Shares = Shares { late: 0.0005, crash: 0.000_05, ..WRITES };

/// AWS as all processes see it.
pub(crate) struct Aws {
    pub(crate) simulator: Simulator,
    pub(crate) clock: VirtualClock,
    pub(crate) weather: Arc<Weather>,
    pub(crate) log: CallLog,
    /// The account that the operator's credentials belong to.
    account: Mutex<String>,
    /// Changes whenever the credentials do.
    fingerprint: AtomicU64,
}

impl Aws {
    pub(crate) fn new(
        simulator: Simulator,
        account: &str,
        clock: VirtualClock,
        weather: Arc<Weather>,
    ) -> Self {
        let account = Mutex::new(account.to_owned());
        let fingerprint = AtomicU64::new(1);
        Self { simulator, clock, weather, log: CallLog::default(), account, fingerprint }
    }

    /// The operator gets new credentials, of this account.
    pub(crate) fn renew_credentials(&self, account: &str) {
        account.clone_into(&mut self.account.lock().unwrap());
        self.fingerprint.fetch_add(1, Ordering::Relaxed);
    }

    /// Who calls with the operator's credentials.
    pub(crate) fn caller(&self, region: &str) -> Caller {
        let account = self.account.lock().unwrap().clone();
        Caller { account, region: region.to_owned() }
    }

    /// Executes a call that has arrived.
    fn handle(&self, caller: &Caller, operation: &'static str, body: &Value) -> Answer {
        let now = self.clock.now();
        let answer = self.simulator.handle(caller, operation, body, now);
        let outcome = match (&answer.reply, answer.delivery) {
            (_, Delivery::LostBefore | Delivery::HeldBefore(_)) => "lost before",
            (Ok(_), _) => "OK",
            (Err(error), _) => error.code,
        };
        let lost = answer.delivery == Delivery::Lost;
        self.log.record(&Entry { time: now, operation, body, outcome, lost });
        answer
    }
}

/// The training service of one process.
pub(crate) struct SimulatedSageMaker {
    aws: Arc<Aws>,
    crash: Crash,
    accounts: Mutex<HashMap<u64, String>>,
}

impl SimulatedSageMaker {
    pub(crate) fn new(aws: Arc<Aws>, crash: Crash) -> Self {
        Self { aws, crash, accounts: Mutex::default() }
    }

    async fn call(
        &self,
        region: &str,
        operation: &'static str,
        body: Value,
    ) -> Result<Value, Refusal> {
        let named = ["TrainingJobName", "ResourceArn"].iter().find_map(|name| body[*name].as_str());
        let object = named.unwrap_or(region).to_owned();
        let reads = matches!(operation, "DescribeTrainingJob" | "ListTags" | "GetCallerIdentity");
        let shares = if reads { &READS } else { &WRITES };
        let fortune = self.aws.weather.meet(&object, operation, shares, LATEST);
        if fortune.mishap == Some(Mishap::CrashBefore) {
            return self.crash.now().await;
        }
        let late = match fortune.mishap {
            Some(Mishap::Late(late)) => late,
            _ => Duration::ZERO,
        };
        let (aws, caller) = (self.aws.clone(), self.aws.caller(region));
        // Not the caller's: it arrives even if the caller is gone by then.
        let arrival = tokio::spawn(async move {
            sleep(fortune.there * 5 + late).await;
            aws.handle(&caller, operation, &body)
        });
        let reply = async {
            let answer = arrival.await.unwrap();
            if fortune.mishap == Some(Mishap::CrashAfter) {
                return self.crash.now().await;
            }
            match answer.delivery {
                Delivery::Normal => {}
                Delivery::Slow(wait) => sleep(wait).await,
                Delivery::Lost | Delivery::LostBefore => {
                    return Err(unavailable("connection closed"));
                }
                Delivery::Held(_) | Delivery::HeldBefore(_) => std::future::pending().await,
            }
            sleep(fortune.back * 5).await;
            answer.reply.map_err(|error| Refusal {
                kind: kind(error.code, error.status, &error.message),
                message: error.message,
                retry_at: None,
            })
        };
        timeout(TIMEOUT, reply).await.unwrap_or_else(|_| Err(unavailable("no answer in time")))
    }

    /// Refuses a location whose account is not that of the credentials.
    async fn same_account(&self, location: &Location) -> Result<(), Refusal> {
        if self.account(&location.region).await? == location.account {
            return Ok(());
        }
        let message = "the credentials are another account's".to_owned();
        Err(Refusal { kind: RefusalKind::AccountChanged, message, retry_at: None })
    }
}

#[async_trait]
impl TrainingService for SimulatedSageMaker {
    fn credentials(&self) -> u64 {
        self.aws.fingerprint.load(Ordering::Relaxed)
    }

    async fn account(&self, region: &str) -> Result<String, Refusal> {
        let fingerprint = self.credentials();
        if let Some(account) = self.accounts.lock().unwrap().get(&fingerprint) {
            return Ok(account.clone());
        }
        let reply = self.call(region, "GetCallerIdentity", json!({})).await?;
        let account = reply["Account"].as_str().unwrap().to_owned();
        self.accounts.lock().unwrap().insert(fingerprint, account.clone());
        Ok(account)
    }

    async fn create(&self, request: &CreateRequest<'_>) -> Result<String, Refusal> {
        self.same_account(request.location).await?;
        let body = create_body(request);
        let reply = self.call(&request.location.region, "CreateTrainingJob", body).await?;
        Ok(reply["TrainingJobArn"].as_str().unwrap().to_owned())
    }

    async fn describe(&self, location: &Location, job_name: &str) -> Result<Option<Job>, Refusal> {
        self.same_account(location).await?;
        let body = json!({ "TrainingJobName": job_name });
        match self.call(&location.region, "DescribeTrainingJob", body).await {
            Ok(reply) => Ok(Some(job(reply))),
            Err(refusal) if refusal.message.starts_with(UNKNOWN_JOB) => Ok(None),
            Err(refusal) => Err(refusal),
        }
    }

    async fn tag(
        &self,
        location: &Location,
        arn: &str,
        key: &str,
    ) -> Result<Option<String>, Refusal> {
        self.same_account(location).await?;
        let reply = self.call(&location.region, "ListTags", json!({ "ResourceArn": arn })).await?;
        let tags = reply["Tags"].as_array().unwrap();
        let tag = tags.iter().find(|tag| tag["Key"] == key);
        Ok(tag.map(|tag| tag["Value"].as_str().unwrap().to_owned()))
    }

    async fn stop(&self, location: &Location, job_name: &str) -> Result<(), Refusal> {
        self.same_account(location).await?;
        let body = json!({ "TrainingJobName": job_name });
        match self.call(&location.region, "StopTrainingJob", body).await {
            Err(refusal) if refusal.message.starts_with(UNKNOWN_JOB) => {
                Err(Refusal { kind: RefusalKind::AlreadyOver, ..refusal })
            }
            answer => answer.map(|_| ()),
        }
    }
}

/// A `ValidationException` of Describe, Stop and `ListTags` (AWS's own controllers match it too).
const UNKNOWN_JOB: &str = "Requested resource not found";

fn unavailable(message: &str) -> Refusal {
    Refusal { kind: RefusalKind::Unavailable, message: message.to_owned(), retry_at: None }
}

fn kind(code: &str, http_status: u16, message: &str) -> RefusalKind {
    match code {
        "ResourceInUse" => RefusalKind::NameInUse,
        "ResourceLimitExceeded" if message.contains("not available in this region") => {
            RefusalKind::NotInRegion
        }
        "ResourceLimitExceeded" => RefusalKind::Quota,
        "ValidationException" if message.starts_with("Could not assume role") => {
            RefusalKind::AccessPropagating
        }
        "ValidationException" if message.contains("because the training job is in status") => {
            RefusalKind::AlreadyOver
        }
        "ValidationException" => RefusalKind::Invalid,
        "AccessDeniedException" => RefusalKind::AccessDenied,
        "ExpiredTokenException" | "UnrecognizedClientException" => RefusalKind::Credentials,
        "ThrottlingException" => RefusalKind::Throttled,
        _ if http_status >= 500 => RefusalKind::Unavailable,
        other => panic!("the simulator answered {other}: {message}"),
    }
}
