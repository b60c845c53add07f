//! The create request of an attempt: the template, and what the operator derives beside it.

use crate::api::v1alpha1::{SpotTrainingJobSpec, TAG_PREFIX};
use crate::controller::object_id::ObjectId;
use crate::domain::effect::Attempt;
use crate::domain::spec::pool::Market;
use crate::port::CreateRequest;

use super::plan::stopping;

/// The tag that says whose a training job is.
#[must_use]
pub fn uid_tag() -> String {
    format!("{TAG_PREFIX}uid")
}

/// The request of `attempt`. The same attempt always gives the same request.
#[must_use]
pub fn create_request<'a>(
    spec: &'a SpotTrainingJobSpec,
    attempt: &'a Attempt,
    id: &ObjectId,
    cluster_id: &str,
) -> CreateRequest<'a> {
    let own = [
        ("cluster", cluster_id),
        ("namespace", &id.namespace),
        ("name", &id.name),
        ("uid", &id.uid),
        ("attempt", &attempt.number.to_string()),
    ]
    .map(|(key, value)| (format!("{TAG_PREFIX}{key}"), value.to_owned()));
    let given = spec.template.tags.iter().flatten();
    CreateRequest {
        location: &attempt.location,
        job_name: &attempt.job_name,
        template: &spec.template,
        spot: attempt.pool.market == Market::Spot,
        instance_type: &attempt.pool.instance_type,
        stopping: stopping(spec, attempt.pool.market),
        checkpoint_uri: attempt.checkpoint_uri.as_deref(),
        tags: given.map(|tag| (tag.key.clone(), tag.value.clone())).chain(own).collect(),
    }
}
