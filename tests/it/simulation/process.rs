//! A process of the operator: the real controller, started with nothing in its memory.

use std::sync::Arc;
use std::time::Duration;

use kube::Api;
use spot_training_operator::controller::context::Context;
use spot_training_operator::controller::stream::{self, Scope};
use spot_training_operator::port::Leadership;
use spot_training_operator::telemetry::Metrics;
use tokio::sync::watch;
use tokio::task::JoinHandle;
use tokio_util::sync::CancellationToken;

use crate::support::apiserver::ApiServer;
use crate::support::apiserver::wire::Way;
use crate::support::context::context;
use crate::support::crash::Crash;
use crate::support::simulated_sagemaker::Aws;

/// A running process.
pub(super) struct Process {
    ctx: Arc<Context>,
    again: watch::Sender<u64>,
    tasks: [JoinHandle<()>; 2],
}

/// What a process is made of.
pub(super) struct Surroundings<'a> {
    pub(super) server: &'a Arc<ApiServer>,
    pub(super) aws: &'a Arc<Aws>,
    pub(super) leadership: Arc<dyn Leadership>,
    pub(super) crash: Crash,
}

impl Process {
    /// Starts the process `name`.
    pub(super) fn start(name: &str, surroundings: Surroundings<'_>) -> Self {
        let Surroundings { server, aws, leadership, crash } = surroundings;
        let weather = aws.weather.clone();
        let way = Way { process: name.to_owned(), weather, crash: crash.clone() };
        let client = server.client_of(way);
        let (ctx, telling) = context(name, client.clone(), aws, leadership, crash);
        let (again, rounds) = watch::channel(0);
        let rounds = futures::stream::unfold(rounds, |mut rounds: watch::Receiver<u64>| async {
            rounds.changed().await.ok()?;
            Some(((), rounds))
        });
        let scope =
            Scope { name: String::new(), api: Api::all(client), selector: None, concurrency: 16 };
        let control = stream::run(scope, ctx.clone(), rounds, CancellationToken::new());
        let tasks = [tokio::spawn(control), tokio::spawn(telling)];
        Self { ctx, again, tasks }
    }

    /// Has every object looked at again.
    pub(super) fn look_at_all(&self) {
        self.again.send_modify(|round| *round += 1);
    }

    /// Ends the process wherever it is; the reconciles it has made.
    pub(super) async fn kill(self) -> u64 {
        for task in &self.tasks {
            task.abort();
        }
        for task in self.tasks {
            if let Err(error) = task.await
                && error.is_panic()
            {
                std::panic::resume_unwind(error.into_panic());
            }
        }
        // Reconciles are tasks of their own, which go with the controller.
        tokio::time::sleep(Duration::from_millis(1)).await;
        reconciles(&self.ctx.metrics)
    }
}

fn reconciles(metrics: &Metrics) -> u64 {
    let text = metrics.text().unwrap();
    let lines = text.lines().filter(|line| line.starts_with("spot_training_reconcile_total"));
    lines.map(|line| line.rsplit(' ').next().unwrap().parse::<u64>().unwrap()).sum()
}
