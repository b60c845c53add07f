//! Rules between members of `CreateTrainingJob` that the service model can't say.

use serde_json::Value;

use crate::error::ApiError;
use crate::moment::DAY_SECONDS;

/// `MaxRuntimeInSeconds` at most: 28 days \[M\].
const LONGEST_RUN_SECONDS: i64 = 28 * DAY_SECONDS;

/// `MaxWaitTimeInSeconds` at most of an algorithm that doesn't checkpoint \[D\].
const LONGEST_WAIT_WITHOUT_CHECKPOINTS_SECONDS: i64 = 3600;

type Rule = fn(&Value) -> Option<String>;

/// Each gives the text of what is wrong. Where a source is \[?\] the rule is documented and its
/// text is not.
const RULES: [Rule; 8] =
    [serverless, classic, algorithm, resources, spot_conflicts, runtime, wait, tags];

/// Checks a request that the service model accepts.
///
/// # Errors
/// `ValidationException` with the text of the first rule that is broken.
pub(crate) fn check(request: &Value) -> Result<(), ApiError> {
    match RULES.iter().find_map(|rule| rule(request)) {
        Some(text) => Err(ApiError::validation(text)),
        None => Ok(()),
    }
}

fn given(request: &Value, pointer: &str) -> bool {
    request.pointer(pointer).is_some_and(|value| !value.is_null())
}

fn seconds(request: &Value, member: &str) -> Option<i64> {
    request.pointer(&format!("/StoppingCondition/{member}"))?.as_i64()
}

fn is_spot(request: &Value) -> bool {
    request.get("EnableManagedSpotTraining") == Some(&Value::Bool(true))
}

// [C] terraform's provider; texts [?].
fn serverless(request: &Value) -> Option<String> {
    let conflicts = [
        "AlgorithmSpecification",
        "CheckpointConfig",
        "DebugHookConfig",
        "Environment",
        "ExperimentConfig",
        "ProfilerConfig",
        "ProfilerRuleConfigurations",
        "RetryStrategy",
        "TensorBoardOutputConfig",
    ];
    if !given(request, "/ServerlessJobConfig") {
        return None;
    }
    let spot = is_spot(request).then_some("EnableManagedSpotTraining");
    let other = || conflicts.into_iter().find(|name| given(request, &format!("/{name}")));
    spot.or_else(other).map(|name| format!("{name} can't be used with ServerlessJobConfig."))
}

// [M] older models require both; the frame of the text [R].
fn classic(request: &Value) -> Option<String> {
    if given(request, "/ServerlessJobConfig") {
        return None;
    }
    let missing = [
        ("AlgorithmSpecification", "algorithmSpecification"),
        ("ResourceConfig", "resourceConfig"),
    ]
    .into_iter()
    .find(|(member, _)| !given(request, &format!("/{member}")));
    missing.map(|(_, path)| {
        format!(
            "1 validation error detected: Value null at '{path}' failed to satisfy constraint: \
             Member must not be null"
        )
    })
}

// Rule [M], text [?].
fn algorithm(request: &Value) -> Option<String> {
    if !given(request, "/AlgorithmSpecification") {
        return None;
    }
    let name = given(request, "/AlgorithmSpecification/AlgorithmName");
    let image = given(request, "/AlgorithmSpecification/TrainingImage");
    (name == image).then(|| {
        "Exactly one of AlgorithmName and TrainingImage must be given in AlgorithmSpecification."
            .to_owned()
    })
}

// Rules [M] and [C] terraform, texts [?].
fn resources(request: &Value) -> Option<String> {
    let config = |member: &str| given(request, &format!("/ResourceConfig/{member}"));
    if !given(request, "/ResourceConfig") {
        return None;
    }
    let one_type = config("InstanceType") || config("InstanceCount");
    let ways = [one_type, config("InstanceGroups"), config("InstancePreferences")];
    if ways.into_iter().filter(|way| *way).count() != 1 {
        return Some(
            "Exactly one of InstanceType with InstanceCount, InstanceGroups and \
             InstancePreferences must be given in ResourceConfig."
                .to_owned(),
        );
    }
    let count = request.pointer("/ResourceConfig/InstanceCount").and_then(Value::as_i64);
    if one_type && !(config("InstanceType") && count.is_some_and(|count| count > 0)) {
        return Some(
            "ResourceConfig needs an InstanceType and an InstanceCount above 0.".to_owned(),
        );
    }
    if config("InstancePreferences") && config("InstancePlacementConfig") {
        return Some("InstancePreferences can't be used with InstancePlacementConfig.".to_owned());
    }
    let keeps = keep_alive(request);
    (keeps && config("InstanceGroups"))
        .then(|| "KeepAlivePeriodInSeconds can't be used with InstanceGroups.".to_owned())
}

// Rules: warm pools [D], InstancePreferences [M]; texts [?].
fn spot_conflicts(request: &Value) -> Option<String> {
    if !is_spot(request) {
        return None;
    }
    if keep_alive(request) {
        return Some("SageMaker Managed Warm Pools cannot be used with spot instances.".to_owned());
    }
    given(request, "/ResourceConfig/InstancePreferences")
        .then(|| "InstancePreferences can't be used with EnableManagedSpotTraining.".to_owned())
}

fn keep_alive(request: &Value) -> bool {
    let period = request.pointer("/ResourceConfig/KeepAlivePeriodInSeconds");
    period.and_then(Value::as_i64).is_some_and(|seconds| seconds > 0)
}

// Rule [M], text [?].
fn runtime(request: &Value) -> Option<String> {
    let seconds = seconds(request, "MaxRuntimeInSeconds")?;
    (seconds > LONGEST_RUN_SECONDS)
        .then(|| format!("Invalid MaxRuntimeInSeconds. It must be at most {LONGEST_RUN_SECONDS}."))
}

fn wait(request: &Value) -> Option<String> {
    let wait = seconds(request, "MaxWaitTimeInSeconds");
    if !is_spot(request) {
        // [O] sagify#111
        return wait.map(|_| {
            "Invalid MaxWaitTimeInSeconds. It is only supported when EnableManagedSpotTraining is \
             set to true"
                .to_owned()
        });
    }
    let runtime = seconds(request, "MaxRuntimeInSeconds").unwrap_or(DAY_SECONDS);
    if wait.is_none_or(|wait| wait < runtime) {
        // [?]
        return Some(
            "Invalid MaxWaitTimeInSeconds. It must be present and be greater than or equal to \
             MaxRuntimeInSeconds"
                .to_owned(),
        );
    }
    // An image may checkpoint by itself; an algorithm by name does with a CheckpointConfig. Rule
    // [D], text [?].
    let bounded = given(request, "/AlgorithmSpecification/AlgorithmName")
        && !given(request, "/CheckpointConfig");
    let limit = LONGEST_WAIT_WITHOUT_CHECKPOINTS_SECONDS;
    (bounded && wait.is_some_and(|wait| wait > limit)).then(|| {
        format!(
            "Invalid MaxWaitTimeInSeconds. It must be at most {limit} for algorithms that don't \
             checkpoint"
        )
    })
}

// Rule [M] "Tag keys must be unique per resource", text [?].
fn tags(request: &Value) -> Option<String> {
    let tags = request.get("Tags").and_then(Value::as_array)?;
    let mut keys: Vec<&str> = tags.iter().filter_map(|tag| tag.get("Key")?.as_str()).collect();
    let count = keys.len();
    keys.sort_unstable();
    keys.dedup();
    (keys.len() < count).then(|| "Tag keys must be unique.".to_owned())
}
