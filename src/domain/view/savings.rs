//! Savings against on-demand.

use crate::domain::run::Run;
use crate::domain::run::history::Totals;
use crate::domain::spec::pool::Market;

/// What an object saved, where that is worth a word: its newest attempt ran on spot, or an earlier one
/// did and saved something.
#[must_use]
pub fn shown(run: &Run) -> Option<String> {
    let totals = &run.history.totals;
    let is_spot = match run.live() {
        Some(live) => live.market == Market::Spot,
        None => run.last().is_some_and(|last| last.market == Market::Spot),
    };
    savings(totals).filter(|_| is_spot || totals.billable_seconds < totals.training_seconds)
}

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
