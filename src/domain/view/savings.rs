//! Savings against on-demand.

use crate::domain::run::history::Totals;

/// Percentage saved against on-demand, such as `70.0%` (SageMaker: (1 − billable / training) × 100);
/// `None` where nothing was trained, or SageMaker did not say all of it.
#[must_use]
pub fn savings(totals: &Totals) -> Option<String> {
    let training = totals.training_seconds.filter(|seconds| *seconds > 0 && !totals.incomplete)?;
    let saved = training.saturating_sub(totals.billable_seconds?).max(0);
    let per_mille =
        saved.saturating_mul(2000).saturating_add(training) / training.saturating_mul(2);
    Some(format!("{}.{}%", per_mille / 10, per_mille % 10))
}
