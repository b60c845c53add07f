//! `CreateTrainingJob`.

use serde_json::{Value, json};

use super::{Request, defaults, job_arn, tags};
use crate::error::ApiError;
use crate::job::{Instances, Job, NewJob, checkpoint_prefix};
use crate::lifecycle::plan::Plan;
use crate::lifecycle::workload::Workload;
use crate::quota::limit_name;
use crate::rules;
use crate::state::State;

/// The hyperparameter that holds a job's workload.
const WORKLOAD: &str = "simulator";

/// Checks in the order in which a retry of a lost create must still say `ResourceInUse`: what the
/// request is, then the name, then the world around it. The service's own order is [?].
pub(super) fn create(state: &mut State, request: &Request<'_>) -> Result<Value, ApiError> {
    let name = request.text("TrainingJobName");
    let creates = state.creates.entry(name.to_owned()).or_default();
    creates.calls += 1;
    rules::check(request.body)?;
    let workload = workload(state, request)?;
    let arn = job_arn(request.caller, name);
    if state.jobs.get(request.caller, name, request.now).is_ok() {
        return Err(ApiError::name_taken(&arn));
    }
    let instances = instances(request.body);
    for used in &instances {
        if state.options.unavailable.contains(&used.instance_type) {
            return Err(ApiError::not_in_region(&used.instance_type));
        }
    }
    check_world(request)?;
    let continues = workload.continues == Some(true);
    let mut plan = Plan::new(request.body, workload, state.options.time_scale);
    if let Some(prefix) = checkpoint_prefix(request.body).filter(|_| continues) {
        let trained = state.jobs.trained(request.caller, prefix, request.now);
        plan.training = (plan.training - trained).max(0);
    }
    check_quotas(state, request, &instances, plan.spot)?;
    let job = Job::new(
        NewJob {
            name: name.to_owned(),
            arn: arn.clone(),
            echo: defaults::fill(request.body),
            tags: tags::parse(request.body),
            instances,
            plan,
        },
        request.now,
    );
    state.jobs.insert(request.caller, job);
    state.creates.entry(name.to_owned()).or_default().accepted += 1;
    Ok(json!({ "TrainingJobArn": arn }))
}

/// The job's workload over the simulator's over the built-in one.
fn workload(state: &State, request: &Request<'_>) -> Result<Workload, ApiError> {
    let given = request.body.get("HyperParameters").and_then(|parameters| parameters.get(WORKLOAD));
    let own = match given.and_then(Value::as_str) {
        Some(json) => Workload::parse(json).map_err(|error| {
            ApiError::validation(format!("Hyperparameter '{WORKLOAD}' can't be read: {error}"))
        })?,
        None => Workload::default(),
    };
    let built_in = Workload::built_in(state.options.seed, request.text("TrainingJobName"));
    Ok(own.or(&state.options.workload).or(&built_in))
}

/// What the names of the role and of the buckets say about the world behind them.
fn check_world(request: &Request<'_>) -> Result<(), ApiError> {
    let role = request.text("RoleArn");
    if role.contains("not-assumable") {
        return Err(ApiError::role_not_assumable(role));
    }
    let channels = request.body.get("InputDataConfig").and_then(Value::as_array);
    for channel in channels.into_iter().flatten() {
        let uri = channel.pointer("/DataSource/S3DataSource/S3Uri").and_then(Value::as_str);
        let bucket = uri.and_then(|uri| uri.split("://").nth(1)?.split('/').next());
        if let (Some(uri), Some(bucket)) = (uri, bucket)
            && bucket.contains("no-such-data")
        {
            return Err(ApiError::no_objects(uri, bucket, &request.caller.region, role));
        }
    }
    Ok(())
}

/// Jobs that wait for capacity count too \[O\].
fn check_quotas(
    state: &mut State,
    request: &Request<'_>,
    instances: &[Instances],
    spot: bool,
) -> Result<(), ApiError> {
    for wanted in instances {
        let used = state.jobs.used(request.caller, &wanted.instance_type, spot, request.now);
        let allowed = state.quotas.allowed(&wanted.instance_type, spot);
        if used + u64::from(wanted.count) > u64::from(allowed) {
            let limit = limit_name(&wanted.instance_type, spot);
            return Err(ApiError::quota(&limit, allowed, used, wanted.count));
        }
    }
    Ok(())
}

/// The instances a request asks for: one type, several groups, or the first preference.
pub(crate) fn instances(body: &Value) -> Vec<Instances> {
    let Some(config) = body.get("ResourceConfig") else {
        return Vec::new();
    };
    let groups = config.get("InstanceGroups").and_then(Value::as_array);
    let preference = config.pointer("/InstancePreferences/0");
    let sources = groups.into_iter().flatten().chain(preference).chain([config]);
    let mut instances: Vec<Instances> = Vec::new();
    for source in sources {
        let Some(instance_type) = source.get("InstanceType").and_then(Value::as_str) else {
            continue;
        };
        let count = source.get("InstanceCount").and_then(Value::as_u64).unwrap_or(1);
        let count = u32::try_from(count).unwrap_or(u32::MAX);
        match instances.iter_mut().find(|used| used.instance_type == instance_type) {
            Some(used) => used.count = used.count.saturating_add(count),
            None => instances.push(Instances { instance_type: instance_type.to_owned(), count }),
        }
    }
    instances
}
