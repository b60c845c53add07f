//! `ListTrainingJobs`: pages of summaries.

use serde_json::{Map, Value, json};

use super::Request;
use crate::error::ApiError;
use crate::job::Job;
use crate::moment::{Millis, from_seconds, wire};
use crate::state::State;

/// `MaxResults` when it is omitted \[O\].
const DEFAULT_PAGE: u64 = 10;

pub(super) fn list(state: &State, request: &Request<'_>) -> Result<Value, ApiError> {
    let now = request.now;
    let filter = Filter::new(request);
    let mut found: Vec<(Position, &Job)> = state
        .jobs
        .of(request.caller, now)
        .filter(|job| filter.accepts(job, now))
        .map(|job| (Position::of(job, request, now), job))
        .collect();
    found.sort_unstable_by(|(one, _), (other, _)| one.cmp(other));
    // The default is Ascending by the member's description [M]; the operation's says otherwise.
    if request.text("SortOrder") == "Descending" {
        found.reverse();
    }
    let size = request.body.get("MaxResults").and_then(Value::as_u64).unwrap_or(DEFAULT_PAGE);
    let size = usize::try_from(size).unwrap_or(usize::MAX);
    let start = start(&found, request)?;
    let mut page = found.iter().skip(start).take(size);
    let status = request.text("StatusEquals");
    // [M] the status filter is applied to the page, which may come out short or empty.
    let summaries: Vec<Value> = page
        .clone()
        .map(|(_, job)| job)
        .filter(|job| status.is_empty() || job.primary(now).as_str() == status)
        .map(|job| summary(job, now))
        .collect();
    let mut reply = json!({ "TrainingJobSummaries": summaries });
    if found.len() > start.saturating_add(size)
        && let (Some((last, _)), Some(reply)) = (page.next_back(), reply.as_object_mut())
    {
        reply.insert("NextToken".into(), json!(last.token()));
    }
    Ok(reply)
}

/// Everything that selects jobs before the page is cut.
struct Filter<'a> {
    name_contains: &'a str,
    created: (Option<Millis>, Option<Millis>),
    modified: (Option<Millis>, Option<Millis>),
    /// The simulator has no warm pools and no training plans: nothing matches.
    impossible: bool,
}

impl<'a> Filter<'a> {
    fn new(request: &'a Request<'_>) -> Self {
        let body = request.body;
        let time = |name: &str| body.get(name).and_then(Value::as_f64).map(from_seconds);
        let given = |name: &str| body.get(name).is_some_and(|value| !value.is_null());
        Self {
            name_contains: request.text("NameContains"),
            created: (time("CreationTimeAfter"), time("CreationTimeBefore")),
            modified: (time("LastModifiedTimeAfter"), time("LastModifiedTimeBefore")),
            impossible: given("WarmPoolStatusEquals") || given("TrainingPlanArnEquals"),
        }
    }

    fn accepts(&self, job: &Job, now: Millis) -> bool {
        !self.impossible
            && lies_between(job.created, self.created)
            && lies_between(job.last_modified(now), self.modified)
            && job.name.contains(self.name_contains)
    }
}

/// After and before, both exclusive \[M: "created after the specified time"\].
fn lies_between(moment: Millis, (after, before): (Option<Millis>, Option<Millis>)) -> bool {
    after.is_none_or(|after| moment > after) && before.is_none_or(|before| moment < before)
}

/// Where a job stands in the requested order; the name decides between equals.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
struct Position {
    key: String,
    name: String,
}

impl Position {
    fn of(job: &Job, request: &Request<'_>, now: Millis) -> Self {
        let key = match request.text("SortBy") {
            "Name" => String::new(),
            "Status" => job.primary(now).as_str().to_owned(),
            // Zeros in front: the order of the texts is that of the numbers.
            _ => format!("{:020}", job.created),
        };
        Self { key, name: job.name.clone() }
    }

    /// For clients it is opaque. Neither part contains a colon.
    fn token(&self) -> String {
        format!("{}:{}", self.key, self.name)
    }

    fn parse(token: &str) -> Option<Self> {
        let (key, name) = token.split_once(':')?;
        Some(Self { key: key.to_owned(), name: name.to_owned() })
    }
}

/// The index of the first job of the page: that after the token's job, wherever it stands now.
fn start(found: &[(Position, &Job)], request: &Request<'_>) -> Result<usize, ApiError> {
    let token = request.text("NextToken");
    if token.is_empty() {
        return Ok(0);
    }
    // [?] the text.
    let last = Position::parse(token)
        .ok_or_else(|| ApiError::validation("Invalid pagination token given."))?;
    let descending = request.text("SortOrder") == "Descending";
    Ok(found.partition_point(
        |(position, _)| {
            if descending { *position >= last } else { *position <= last }
        },
    ))
}

/// \[M\]: no failure reason, market, times of training or tags.
fn summary(job: &Job, now: Millis) -> Value {
    let timeline = &job.timeline;
    let mut summary = Map::new();
    summary.insert("TrainingJobName".into(), json!(job.name));
    summary.insert("TrainingJobArn".into(), json!(job.arn));
    summary.insert("CreationTime".into(), wire(job.created));
    if let Some(end) = timeline.ended(now) {
        summary.insert("TrainingEndTime".into(), wire(end.at));
    }
    summary.insert("LastModifiedTime".into(), wire(job.last_modified(now)));
    summary.insert("TrainingJobStatus".into(), json!(job.primary(now).as_str()));
    summary.insert("SecondaryStatus".into(), json!(timeline.secondary(now).as_str()));
    Value::Object(summary)
}
