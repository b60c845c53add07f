//! What a request says that a `SpotTrainingJob` says elsewhere, or can't say.

use serde_json::{Map, Value, json};

use super::comments::Comments;
use super::source::Source;
use super::spelling::{Part, respelled};
use crate::api::v1alpha1::GROUP;
use crate::api::validation::template_schema;

/// Longest name of an object.
const LONGEST_NAME: usize = 253;

/// What managed spot training excludes and on-demand has (the rules of the CRD name SageMaker's).
const ON_DEMAND_ONLY: [&str; 3] =
    ["trainingPlanArn", "instancePlacementConfig", "instancePreferences"];

/// The manifest of a source.
///
/// # Errors
/// Never in practice: the definition is plain data.
pub(super) fn manifest(source: Source, comments: &mut Comments) -> Result<Value, String> {
    comments.add(format!(
        "Imported from {}. Applying it starts a new training job: it takes over none that runs.",
        source.what
    ));
    for remark in source.remarks {
        comments.add(remark);
    }
    let respelled = respelled(Part::of(&source.request), template_schema()?, "", comments);
    let mut template = match respelled {
        Some(Value::Object(members)) => members,
        _ => Map::new(),
    };
    let name = name(source.name, &mut template, comments);
    let capacity = capacity(&mut template, comments);
    drop_defaults(&mut template, source.is_description, comments);
    drop_tags(&mut template, comments);
    checkpoints(&template, comments);
    let mut metadata = Map::new();
    let mut spec = Map::new();
    let members = [
        ("name", Some(Value::String(name))),
        ("namespace", source.namespace.map(Value::String)),
        ("labels", (!source.labels.is_empty()).then(|| Value::Object(source.labels))),
    ];
    for (member, value) in members {
        metadata.extend(value.map(|value| (member.to_owned(), value)));
    }
    if let Some(region) = source.region {
        spec.insert("region".to_owned(), region.into());
    }
    if let Some(kind) = capacity {
        spec.insert("capacity".to_owned(), json!({ "type": kind }));
    }
    if source.is_orphan {
        spec.insert("deletionPolicy".to_owned(), "Orphan".into());
    }
    spec.insert("template".to_owned(), Value::Object(template));
    Ok(json!({
        "apiVersion": format!("{GROUP}/v1alpha1"),
        "kind": "SpotTrainingJob",
        "metadata": metadata,
        "spec": spec,
    }))
}

/// The object's name: that of another operator's object, else the job's as Kubernetes allows it.
fn name(
    given: Option<String>,
    template: &mut Map<String, Value>,
    comments: &mut Comments,
) -> String {
    let job = template.shift_remove("trainingJobName");
    let job = job.as_ref().and_then(Value::as_str).unwrap_or_default();
    let wanted = given.unwrap_or_else(|| job.to_owned());
    let letters = wanted.chars().flat_map(char::to_lowercase);
    let letters = letters
        .map(|letter| if letter.is_ascii_alphanumeric() || letter == '.' { letter } else { '-' });
    let name: String = letters.take(LONGEST_NAME).collect();
    let parts = name.split('.').map(|part| part.trim_matches('-'));
    let parts: Vec<_> = parts.filter(|part| !part.is_empty()).collect();
    let name = if parts.is_empty() { "imported".to_owned() } else { parts.join(".") };
    if !job.is_empty() {
        comments.add(format!(
            "trainingJobName {job} dropped: the operator names each attempt after the object, {name}"
        ));
    } else if wanted != name {
        comments.add(format!("metadata.name: chosen here, for {wanted:?} is no name of an object"));
    }
    name
}

/// Where instances come from; nothing for spot, the default.
fn capacity(template: &mut Map<String, Value>, comments: &mut Comments) -> Option<&'static str> {
    let flag = template.shift_remove("enableManagedSpotTraining");
    if let Some(unread) = flag.clone().filter(|flag| !flag.is_boolean()) {
        // Neither true nor false: its owner has to say, and the definition refuses it.
        template.insert("enableManagedSpotTraining".to_owned(), unread);
        return None;
    }
    let spot = flag == Some(true.into());
    let resources = template.get_mut("resourceConfig").and_then(Value::as_object_mut);
    let excluded = resources.as_ref().and_then(|resources| {
        ON_DEMAND_ONLY.into_iter().find(|member| resources.contains_key(*member))
    });
    if spot && excluded.is_none() {
        comments.add("enableManagedSpotTraining true: spec.capacity.type Spot, the default");
        let keep =
            resources.and_then(|resources| resources.shift_remove("keepAlivePeriodInSeconds"));
        if keep.is_some_and(|keep| keep != 0) {
            comments.add("keepAlivePeriodInSeconds dropped: spot training has no warm pools");
        }
        return None;
    }
    comments.add(match excluded.filter(|_| spot) {
        Some(member) => format!(
            "enableManagedSpotTraining true: spec.capacity.type OnDemand, for spot training takes no \
             {member}"
        ),
        None => "no spot training: spec.capacity.type OnDemand; remove it to train on spot".to_owned(),
    });
    let stopping = template.get_mut("stoppingCondition").and_then(Value::as_object_mut);
    if stopping.and_then(|stopping| stopping.shift_remove("maxWaitTimeInSeconds")).is_some() {
        comments.add("maxWaitTimeInSeconds dropped: only spot training has it");
    }
    Some("OnDemand")
}

/// Drops what SageMaker fills in: metric definitions of its own images ([R] ACK's test data).
fn drop_defaults(template: &mut Map<String, Value>, is_description: bool, comments: &mut Comments) {
    let role = template.get("roleArn").and_then(Value::as_str).unwrap_or_default();
    let account = role.split(':').nth(4).unwrap_or_default().to_owned();
    let algorithm = template.get_mut("algorithmSpecification").and_then(Value::as_object_mut);
    let Some(algorithm) = algorithm else { return };
    let image = algorithm.get("trainingImage").and_then(Value::as_str);
    let is_own = image.is_some_and(|image| !account.is_empty() && image.starts_with(&account));
    if !is_description || is_own {
        return;
    }
    if let Some(Value::Array(metrics)) = algorithm.shift_remove("metricDefinitions") {
        let named = metrics.iter().map(|metric| {
            let text = |member: &str| metric[member].as_str().unwrap_or_default().to_owned();
            format!("{} {:?}", text("name"), text("regex"))
        });
        let named: Vec<_> = named.collect();
        comments.add(format!(
            "metricDefinitions dropped, which SageMaker adds for its images; put your own back: {}",
            named.join(", ")
        ));
    }
}

fn drop_tags(template: &mut Map<String, Value>, comments: &mut Comments) {
    let Some(tags) = template.get_mut("tags").and_then(Value::as_array_mut) else { return };
    tags.retain(|tag| {
        let key = tag["key"].as_str().unwrap_or_default();
        let owned =
            key.to_ascii_lowercase().starts_with("aws:") || key.starts_with("spottraining.dev/");
        if owned {
            comments.add(format!("tag {key} dropped: AWS or the operator sets it"));
        }
        !owned
    });
}

/// Says where the training begins.
fn checkpoints(template: &Map<String, Value>, comments: &mut Comments) {
    let uri = template.get("checkpointConfig").and_then(|config| config["s3Uri"].as_str());
    comments.add(match uri {
        Some(uri) => format!(
            "checkpointConfig: the training continues from the checkpoints in {uri}; set another s3Uri to \
             begin anew"
        ),
        None => "no checkpointConfig: set its s3Uri, or checkpointing Disabled, unless the operator has \
                 --checkpoint-root; with the s3Uri of an earlier job the training continues from that"
            .to_owned(),
    });
}
