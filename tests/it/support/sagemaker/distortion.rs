//! What a description of `SageMaker` may be like and seldom is: odd characters, absent numbers, and
//! words of a newer version. Decided by a hash of (seed, job), so that every answer about a job agrees.

use serde_json::{Value, json};

use crate::support::random::Draws;

/// Characters that texts of users' programs bring along: controls, a line break that YAML folds,
/// noncharacters, a change of direction, mojibake; and the point at the very end.
const ODD: &str =
    "\u{1}\u{7f}\u{80}\u{85}\u{9f}\u{2028}\u{feff}\u{202e}\u{fffe} Canâ\u{80}\u{99}t open data";

/// Longer than what any field of the CRD takes.
const LONG: usize = 3000;

/// Which distortions there are.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Distortion {
    pub(crate) seed: u64,
    pub(crate) odd_texts: bool,
    pub(crate) missing_numbers: bool,
    pub(crate) unknown_words: bool,
}

impl Distortion {
    /// Distorts what `DescribeTrainingJob` answers about a job.
    pub(crate) fn apply(&self, job: &mut Value) {
        let name = job["TrainingJobName"].as_str().unwrap_or_default().to_owned();
        let mut draws = Draws::new(self.seed, &["distortion", &name]);
        let (odd, long) = (draws.chance(0.1), draws.chance(0.03));
        let absent = ["BillableTimeInSeconds", "TrainingTimeInSeconds"].map(|_| draws.chance(0.05));
        let unknown = draws.chance(0.05);
        if self.odd_texts && (odd || long) {
            distort_texts(job, &if long { "x".repeat(LONG) + ODD } else { ODD.to_owned() });
        }
        if self.missing_numbers {
            let members = job.as_object_mut().unwrap();
            if absent[0] {
                members.remove("BillableTimeInSeconds");
            }
            if absent[1] {
                members.remove("TrainingTimeInSeconds");
            }
        }
        if self.unknown_words && unknown {
            rename_words(job);
        }
    }

    /// Distorts why a call about `object` was refused.
    pub(crate) fn refusal(&self, object: &str, message: &str) -> String {
        let mut draws = Draws::new(self.seed, &["distorted refusal", object]);
        let odd = self.odd_texts && draws.chance(0.1);
        if odd { format!("{message}{ODD}") } else { message.to_owned() }
    }
}

/// Appends to what `SageMaker` says in its own words: how they begin decides the class of a failure.
fn distort_texts(job: &mut Value, suffix: &str) {
    let append = |text: &mut Value| {
        if let Some(old) = text.as_str() {
            *text = json!(format!("{old}{suffix}"));
        }
    };
    if let Some(reason) = job.get_mut("FailureReason") {
        append(reason);
    }
    let transitions = job["SecondaryStatusTransitions"].as_array_mut();
    for transition in transitions.into_iter().flatten() {
        append(&mut transition["StatusMessage"]);
    }
}

/// Words of a newer version for a job that downloads, and for one that trains.
fn rename_words(job: &mut Value) {
    if job["SecondaryStatus"] == "Downloading" {
        job["TrainingJobStatus"] = json!("Warming");
    }
    let rename = |word: &mut Value| {
        if *word == "Training" {
            *word = json!("TrainingOnNewHardware");
        }
    };
    rename(&mut job["SecondaryStatus"]);
    let transitions = job["SecondaryStatusTransitions"].as_array_mut();
    for transition in transitions.into_iter().flatten() {
        rename(&mut transition["Status"]);
    }
}
