//! What the controller's reconciles share, over a `SageMaker` in memory.

use std::sync::Arc;

use jiff::SignedDuration;
use kube::Client;
use spot_training_operator::controller::admission::Admissions;
use spot_training_operator::controller::backoff::Backoff;
use spot_training_operator::controller::context::Context;
use spot_training_operator::controller::defaults::Defaults;
use spot_training_operator::controller::polling::Polling;
use spot_training_operator::controller::readiness::Readiness;
use spot_training_operator::controller::report::Reports;
use spot_training_operator::port::Leadership;
use spot_training_operator::telemetry::Metrics;

use super::crash::Crash;
use super::simulated_sagemaker::{Aws, SimulatedSageMaker};

/// Intervals of polling (the settings' defaults), in seconds.
pub(crate) const FAST: i64 = 5;
pub(crate) const SLOW: i64 = 31;

/// The context of the process `name`, with nothing in its memory, and the sending of its Events.
pub(crate) fn context(
    name: &str,
    client: Client,
    aws: &Arc<Aws>,
    leadership: Arc<dyn Leadership>,
    crash: Crash,
) -> (Arc<Context>, impl Future<Output = ()> + use<>) {
    let metrics = Arc::new(Metrics::default());
    let (reports, telling) = Reports::new(client.clone(), Some(name.to_owned()), metrics.clone());
    let (fast, slow) = (SignedDuration::from_secs(FAST), SignedDuration::from_secs(SLOW));
    let context = Context {
        client,
        service: Arc::new(SimulatedSageMaker::new(aws.clone(), crash)),
        following: Arc::new(Polling::new(fast, slow)),
        clock: Arc::new(aws.clock),
        leadership,
        defaults: Defaults {
            region: None,
            checkpoint_root: Some("s3://root/checkpoints".to_owned()),
            cluster_id: "simulation".to_owned(),
        },
        admissions: Admissions::default(),
        backoff: Backoff::default(),
        reports,
        metrics,
        readiness: Arc::new(Readiness::default()),
    };
    (Arc::new(context), telling)
}
