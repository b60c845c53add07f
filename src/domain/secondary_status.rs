//! SageMaker's secondary statuses, and what each means for an object.

/// What a secondary status means. Values are "subject to change" (service model), so an unknown
/// one is read by the primary status alone.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum SecondaryMeaning {
    /// Instances are being looked for.
    Waiting,
    /// Instances are there: downloading, training or uploading; undocumented ones count as such.
    Active,
    /// A spot instance was taken away.
    Interrupted,
}

/// Reads a secondary status of a job that is in progress.
#[must_use]
pub fn meaning(secondary: &str) -> SecondaryMeaning {
    match secondary {
        "Starting" | "Pending" | "LaunchingMLInstances" | "PreparingTrainingStack" => {
            SecondaryMeaning::Waiting
        }
        "Interrupted" => SecondaryMeaning::Interrupted,
        _ => SecondaryMeaning::Active,
    }
}

/// Whether a transition into this status shows that instances were granted.
#[must_use]
pub fn shows_instances(secondary: &str) -> bool {
    matches!(
        secondary,
        "Downloading" | "DownloadingTrainingImage" | "Training" | "Interrupted" | "Uploading"
    )
}
