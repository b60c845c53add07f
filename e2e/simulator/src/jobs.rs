//! The job records of all accounts and regions, and the instances their jobs use.

use std::collections::BTreeMap;

use crate::caller::Caller;
use crate::error::ApiError;
use crate::job::Job;
use crate::lifecycle::order::What;
use crate::moment::Millis;
use crate::usage::Usage;

/// All jobs. Names are unique per account and region as long as the record exists.
#[derive(Debug, Default)]
pub(crate) struct Jobs {
    places: BTreeMap<Caller, Place>,
    /// Jobs without a record: the figures still count them.
    past: Vec<Job>,
}

/// The jobs of an account in a region.
#[derive(Debug, Default)]
struct Place {
    by_name: BTreeMap<String, Job>,
    usage: Usage,
}

impl Jobs {
    /// The job of that name.
    pub(crate) fn get(&self, caller: &Caller, name: &str, now: Millis) -> Result<&Job, ApiError> {
        let found = self.places.get(caller).and_then(|place| place.by_name.get(name));
        found.filter(|job| job.has_record(now)).ok_or_else(ApiError::not_found)
    }

    /// The job of that name, to change its tags or its record.
    pub(crate) fn get_mut(
        &mut self,
        caller: &Caller,
        name: &str,
        now: Millis,
    ) -> Result<&mut Job, ApiError> {
        let found = self.places.get_mut(caller).and_then(|place| place.by_name.get_mut(name));
        found.filter(|job| job.has_record(now)).ok_or_else(ApiError::not_found)
    }

    /// The accounts and regions that have a job of that name.
    pub(crate) fn places_of(&self, name: &str, now: Millis) -> impl Iterator<Item = &Caller> {
        self.places.keys().filter(move |caller| self.get(caller, name, now).is_ok())
    }

    /// Adds a job whose name is free.
    pub(crate) fn insert(&mut self, caller: &Caller, job: Job) {
        let place = self.places.entry(caller.clone()).or_default();
        place.usage.add(&job);
        self.past.extend(place.by_name.insert(job.name.clone(), job));
    }

    /// Gives an order to a job from this moment on.
    pub(crate) fn order(&mut self, caller: &Caller, name: &str, what: What, now: Millis) {
        let Some(place) = self.places.get_mut(caller) else { return };
        if let Some(job) = place.by_name.get_mut(name) {
            job.order(what, now);
            place.usage.expect_end(job);
        }
    }

    /// Makes the record of a job vanish, and the job with it.
    pub(crate) fn remove(&mut self, caller: &Caller, name: &str, now: Millis) {
        let Some(place) = self.places.get_mut(caller) else { return };
        if let Some(mut job) = place.by_name.remove(name) {
            place.usage.remove(&job);
            job.vanish(now);
            self.past.push(job);
        }
    }

    /// Instances of a type in a market that jobs use at the same time.
    pub(crate) fn used(
        &mut self,
        caller: &Caller,
        instance_type: &str,
        spot: bool,
        now: Millis,
    ) -> u64 {
        let Some(place) = self.places.get_mut(caller) else { return 0 };
        place.usage.settle(&place.by_name, now);
        place.usage.of(instance_type, spot)
    }

    /// How long the jobs with a checkpoint prefix have trained, by their checkpoints.
    pub(crate) fn trained(&self, caller: &Caller, prefix: &str, now: Millis) -> Millis {
        let jobs = self.places.get(caller).into_iter().flat_map(|place| place.by_name.values());
        let jobs = jobs.filter(|job| job.checkpoint_prefix() == Some(prefix));
        jobs.flat_map(|job| job.trained(now)).map(|(start, end)| end - start).sum()
    }

    /// The jobs of an account in a region.
    pub(crate) fn of(&self, caller: &Caller, now: Millis) -> impl Iterator<Item = &Job> {
        let jobs = self.places.get(caller).into_iter().flat_map(|place| place.by_name.values());
        jobs.filter(move |job| job.has_record(now))
    }

    /// All jobs that have a record.
    pub(crate) fn all(&self, now: Millis) -> impl Iterator<Item = (&Caller, &Job)> {
        let places = self.places.iter();
        let jobs =
            places.flat_map(|(caller, place)| place.by_name.values().map(move |job| (caller, job)));
        jobs.filter(move |(_, job)| job.has_record(now))
    }

    /// All jobs that ever were.
    pub(crate) fn ever(&self) -> impl Iterator<Item = &Job> {
        self.places.values().flat_map(|place| place.by_name.values()).chain(&self.past)
    }
}
