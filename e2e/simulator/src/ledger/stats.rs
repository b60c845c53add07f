//! Figures about all jobs: what was created, and how much lived at the same time.

use std::collections::BTreeMap;

use serde::Serialize;

use crate::job::{Job, Life};
use crate::moment::Millis;

/// The tag that `spot-training-operator` puts on its jobs: the UID of the object they belong to.
const UID_TAG: &str = "spottraining.dev/uid";

/// What happened since the start or the last reset.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Stats {
    /// Calls per operation and outcome (`OK` or an error code).
    pub calls: BTreeMap<String, BTreeMap<&'static str, u64>>,
    /// Calls per region and operation, with any outcome.
    pub calls_by_region: BTreeMap<String, BTreeMap<String, u64>>,
    /// Calls per access key and operation, with any outcome, as far as the key is known.
    pub calls_by_access_key: BTreeMap<String, BTreeMap<String, u64>>,
    /// Jobs per name, over all accounts and regions.
    pub creates: BTreeMap<String, Creates>,
    /// Jobs per value of the tag `spottraining.dev/uid` given at creation.
    pub uids: BTreeMap<String, UidStats>,
    /// Per checkpoint prefix (without trailing `/`): the most jobs that lived at the same time.
    pub checkpoint_prefixes: BTreeMap<String, u64>,
}

/// Creates of one job name.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize)]
pub struct Creates {
    /// Calls that were executed, accepted or refused.
    pub calls: u64,
    /// Accepted ones.
    pub accepted: u64,
}

/// Jobs of one UID.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct UidStats {
    /// Creates accepted.
    pub creates: u64,
    /// The most jobs that lived (were not terminal) at the same time.
    pub most_concurrent: u64,
}

/// The figures that follow from the jobs alone: per UID and per checkpoint prefix.
pub(crate) fn of_jobs<'a>(
    jobs: impl Iterator<Item = &'a Job>,
) -> (BTreeMap<String, UidStats>, BTreeMap<String, u64>) {
    let mut uids: BTreeMap<String, Vec<Life>> = BTreeMap::new();
    let mut prefixes: BTreeMap<String, Vec<Life>> = BTreeMap::new();
    for job in jobs {
        if let Some(uid) = job.tags_at_creation.get(UID_TAG) {
            uids.entry(uid.clone()).or_default().push(job.life());
        }
        if let Some(prefix) = job.checkpoint_prefix() {
            prefixes.entry(prefix.to_owned()).or_default().push(job.life());
        }
    }
    let uids = uids.into_iter().map(|(uid, lives)| {
        let creates = u64::try_from(lives.len()).unwrap_or(u64::MAX);
        (uid, UidStats { creates, most_concurrent: most_concurrent(&lives) })
    });
    let prefixes = prefixes.into_iter().map(|(prefix, lives)| (prefix, most_concurrent(&lives)));
    (uids.collect(), prefixes.collect())
}

/// The most lives that overlap at one moment. Jobs exist only once created, so an end that is
/// still to come can't make an overlap that is still to come.
pub(crate) fn most_concurrent(lives: &[Life]) -> u64 {
    let lives = lives.iter().filter(|life| life.end != Some(life.start));
    let starts = lives.clone().map(|life| (life.start, 1));
    let ends = lives.filter_map(|life| Some((life.end?, -1)));
    let mut steps: Vec<(Millis, i64)> = starts.chain(ends).collect();
    // At the same moment ends come first: the end is not part of a life.
    steps.sort_unstable();
    let (_, most) = steps
        .iter()
        .fold((0_i64, 0_i64), |(alive, most), (_, step)| (alive + step, most.max(alive + step)));
    most.unsigned_abs()
}
