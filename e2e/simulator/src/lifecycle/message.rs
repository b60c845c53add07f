//! `StatusMessage` of each secondary status. AWS calls them "subject to change" \[M\].

use super::plan::Plan;
use super::status::Secondary;
use super::timeline::Text;
use super::workload::End;

/// The failure reason of a job that never got on-demand capacity \[R\].
pub(super) const NO_CAPACITY: &str = "CapacityError: Unable to provision requested ML compute \
                                      capacity. Please retry using a different ML instance type.";

// [R]
const LAUNCH: [&str; 3] = [
    "Starting the training job",
    "Launching requested ML instances",
    "Preparing the instances for training",
];

// [R], cycling [O]
const STARVE: [&str; 2] = [
    "Launching requested ML instances",
    "Insufficient capacity error from EC2 while launching instances, retrying!",
];

// [R]
const DOWNLOAD: [&str; 2] = ["Downloading input data", "Downloading the training image"];

/// The text of a status in a job's plan.
pub(super) fn message(status: Secondary, plan: &Plan) -> Text {
    match status {
        Secondary::Starting | Secondary::Pending if plan.end == End::Starve => {
            Text::Cycle(&STARVE, plan.starting)
        }
        Secondary::Starting | Secondary::Pending => Text::Steps(&LAUNCH, plan.starting / 3),
        Secondary::Downloading => Text::Steps(&DOWNLOAD, plan.downloading / 2),
        // [R]
        Secondary::Training => {
            Text::Fixed("Training image download completed. Training in progress.")
        }
        Secondary::Uploading => Text::Fixed("Uploading generated training model"),
        Secondary::Stopping => Text::Fixed("Stopping the training job"),
        Secondary::Completed => Text::Fixed("Training job completed"),
        // [?] in no public record, or from memory.
        Secondary::Interrupted => Text::Fixed("Training job interrupted"),
        Secondary::Restarting => Text::Fixed("Restarting the training job"),
        Secondary::Failed => Text::Fixed("Training job failed"),
        Secondary::Stopped => Text::Fixed("Training job stopped"),
        Secondary::MaxRuntimeExceeded => {
            Text::Fixed("Training job runtime exceeded MaxRuntimeInSeconds provided")
        }
        Secondary::MaxWaitTimeExceeded => {
            Text::Fixed("Training job wait time exceeded MaxWaitTimeInSeconds provided")
        }
    }
}
