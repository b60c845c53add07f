//! Where STS is asked when the operator has no region of its own.

use std::sync::Arc;
use std::time::Duration;

use sagemaker_simulator::{Fault, FaultKind, Options, Simulator};
use spot_training_operator::controller::admission::identity::CallerIdentities;
use spot_training_operator::domain::admission::Identity;
use tokio::time::sleep;
use tokio_util::task::AbortOnDropHandle;

use crate::support::clock::VirtualClock;
use crate::support::faults::{Crash, Faults};
use crate::support::sagemaker::{Aws, SimulatedSageMaker};

/// The regions of three objects, which ask again and again as long as nothing is known.
const REGIONS: [&str; 3] = ["ap-east-1", "af-south-1", "eu-west-1"];

#[tokio::test(start_paused = true)]
async fn sts_is_asked_in_another_object_s_region_where_it_fails() {
    let clock = VirtualClock::new();
    let simulator = Simulator::new(Options::default());
    for (region, kind) in
        [(REGIONS[0], FaultKind::InvalidCredentials), (REGIONS[1], FaultKind::Hang)]
    {
        simulator.add_fault(Fault::new("GetCallerIdentity", kind).in_region(region).count(0));
    }
    let aws = Arc::new(Aws::new(simulator, "123456789012", clock, Arc::new(Faults::none())));
    let service = Arc::new(SimulatedSageMaker::new(aws.clone(), Crash::never("operator")));
    let identities = Arc::new(CallerIdentities::new(service, Arc::new(clock)));
    let running = identities.clone();
    let _run = AbortOnDropHandle::new(tokio::spawn(async move { running.run(|_, _| {}).await }));
    for _ in 0..120 {
        for region in REGIONS {
            identities.want(region);
        }
        sleep(Duration::from_secs(1)).await;
    }
    let account = "123456789012";
    assert!(
        matches!(identities.identity(), Identity::Known { account: known, .. } if known == account)
    );
    let asked = aws.simulator.stats().calls["GetCallerIdentity"].values().sum::<u64>();
    assert_eq!(asked, 3, "once in each region");
}
