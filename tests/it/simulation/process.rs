//! A process of the operator: the real controller, started with nothing in its memory.

use std::sync::Arc;
use std::time::Duration;

use kube::Api;
use spot_training_operator::controller::context::Context;
use spot_training_operator::controller::kube::stream::{self, Scope};
use spot_training_operator::telemetry::Metrics;
use tokio::sync::watch;
use tokio::task::JoinHandle;
use tokio_util::sync::CancellationToken;

use crate::support::fixtures::context::{CONCURRENCY, Surroundings, context};

/// A running process.
pub(super) struct Process {
    ctx: Arc<Context>,
    again: watch::Sender<u64>,
    tasks: [JoinHandle<()>; 2],
}

impl Process {
    /// Starts the process `name`.
    pub(super) fn start(name: &str, surroundings: Surroundings) -> Self {
        let client = surroundings.client.clone();
        let (again, rounds) = watch::channel(0);
        let (ctx, work) = context(name, surroundings, again.clone());
        let rounds = futures::stream::unfold(rounds, |mut rounds: watch::Receiver<u64>| async {
            rounds.changed().await.ok()?;
            Some(((), rounds))
        });
        let scope = Scope {
            namespace: None,
            scopes: 1,
            api: Api::all(client),
            selector: None,
            concurrency: CONCURRENCY,
        };
        let control = stream::run(scope, ctx.clone(), rounds, CancellationToken::new());
        let tasks = [tokio::spawn(control), tokio::spawn(work)];
        Self { ctx, again, tasks }
    }

    /// Has every object reconciled again.
    pub(super) fn reconcile_all(&self) {
        self.ctx.load_prefixes(1);
        self.again.send_modify(|round| *round += 1);
    }

    /// The reconciles it has made.
    pub(super) fn reconciles(&self) -> u64 {
        reconciles(&self.ctx.metrics)
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
