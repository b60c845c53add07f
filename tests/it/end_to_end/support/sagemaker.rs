//! A simulated SageMaker over HTTP that can go away and come back.

use std::net::SocketAddr;
use std::ops::Deref;
use std::sync::Arc;

use jiff::Timestamp;
use sagemaker_simulator::{Caller, Options, Simulator, serve};
use serde_json::{Value, json};
use spot_training_operator::runtime::machine_clock::{MachineClock, SystemClock};
use tokio::net::TcpListener;
use tokio::task::JoinHandle;

use super::wait::eventually;

/// A SageMaker at a port of its own.
pub(crate) struct SageMaker {
    simulator: Arc<Simulator>,
    address: SocketAddr,
    server: Option<JoinHandle<()>>,
}

impl Deref for SageMaker {
    type Target = Simulator;

    fn deref(&self) -> &Simulator {
        &self.simulator
    }
}

impl SageMaker {
    /// Starts one.
    pub(crate) async fn start(options: Options) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = listener.local_addr().unwrap();
        let simulator = Arc::new(Simulator::new(options));
        let mut sagemaker = Self { simulator, address, server: None };
        sagemaker.listen(listener);
        sagemaker
    }

    fn listen(&mut self, listener: TcpListener) {
        let serving = serve(listener, self.simulator.clone(), std::future::pending());
        self.server = Some(tokio::spawn(serving));
    }

    /// Its endpoint.
    pub(crate) fn url(&self) -> String {
        format!("http://{}", self.address)
    }

    /// Closes the port and every connection; jobs keep running.
    pub(crate) async fn go_away(&mut self) {
        if let Some(server) = self.server.take() {
            server.abort();
            drop(server.await);
        }
    }

    /// Opens the same port again.
    pub(crate) async fn come_back(&mut self) {
        self.listen(TcpListener::bind(self.address).await.unwrap());
    }

    /// A call by somebody else with the same credentials.
    pub(crate) fn call(&self, operation: &str, body: &Value) -> Value {
        let caller = Caller { account: "123456789012".into(), region: "eu-west-1".into() };
        self.handle(&caller, operation, body, Self::now()).reply.unwrap()
    }

    /// The time of jobs.
    pub(crate) fn now() -> Timestamp {
        SystemClock.moment().wall
    }

    /// All jobs of an object, by its UID tag.
    pub(crate) fn jobs_of(&self, uid: &str) -> Vec<Value> {
        let tag = json!(uid);
        let mut jobs = self.jobs(Self::now());
        jobs.retain(|job| job["Tags"]["spottraining.dev/uid"] == tag);
        jobs
    }

    /// The only job of an object.
    pub(crate) fn job_of(&self, uid: &str) -> Value {
        let [job] = <[Value; 1]>::try_from(self.jobs_of(uid)).unwrap();
        job
    }

    /// Calls of an operation that name a job, with any outcome.
    pub(crate) fn calls_of(&self, operation: &str, job_name: &str) -> usize {
        let of_job = |name: &Option<String>| name.as_deref() == Some(job_name);
        let calls = self.calls();
        calls.iter().filter(|call| call.operation == operation && of_job(&call.job_name)).count()
    }

    /// Calls of an operation, with any outcome.
    pub(crate) fn count(&self, operation: &str) -> usize {
        self.calls().iter().filter(|call| call.operation == operation).count()
    }

    /// Waits until the operator has described a job this many times more.
    pub(crate) async fn describes(&self, job_name: &str, times: usize) {
        let before = self.calls_of("DescribeTrainingJob", job_name);
        eventually("the operator describes the job", || {
            let describes = self.calls_of("DescribeTrainingJob", job_name);
            (describes >= before + times).then_some(())
        })
        .await;
    }

    /// Waits until a call is withheld.
    pub(crate) async fn holds(&self, operation: &str) {
        eventually(&format!("{operation} is withheld"), || {
            self.held().iter().any(|held| held.operation == operation).then_some(())
        })
        .await;
    }
}
