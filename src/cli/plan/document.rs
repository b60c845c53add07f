//! What is said of one manifest.

use std::collections::HashMap;

use jiff::Timestamp;
use serde_json::{Value, json};

use super::{pools, request, warnings};
use crate::api::v1alpha1::{GROUP, SpotTrainingJobSpec};
use crate::api::validation::{leave_rules_unchecked, problems_of_pruned, pruned};
use crate::cli::{UNCHECKED, problems_as_json};
use crate::controller::convert::{plan as convert, request::create_request, validate};
use crate::controller::defaults::Defaults;
use crate::controller::object_id::ObjectId;
use crate::domain::effect::{Attempt, Priority};
use crate::domain::job::location::Location;
use crate::domain::job::name::job_name;
use crate::domain::spec::plan::Plan;
use crate::settings;

/// What stands for the UID, which the apiserver gives.
const UID: &str = "<uid>";

/// What stands for its hash in names of jobs; as long as that.
const UID_HASH: &str = "<uid-hash>";

/// What is said of each of `objects`.
///
/// # Errors
/// Never in practice: the definition is plain data.
pub(super) fn documents(
    objects: &[&Value],
    settings: &settings::Plan,
) -> Result<Vec<Value>, String> {
    let mut before = Before::default();
    objects.iter().map(|object| document(object, settings, &mut before)).collect()
}

/// What the objects before this one leave to be compared with it.
#[derive(Default)]
struct Before {
    /// Checkpoint prefixes, and who has them.
    prefixes: Vec<(String, String)>,
    /// The right objects, by namespace and name.
    objects: HashMap<String, Value>,
}

fn document(
    object: &Value,
    settings: &settings::Plan,
    before: &mut Before,
) -> Result<Value, String> {
    let given = object;
    let object = &pruned(given)?;
    let metadata = &object["metadata"];
    let id = ObjectId {
        namespace: text(metadata, "namespace").unwrap_or(&settings.namespace).to_owned(),
        name: text(metadata, "name")
            .or_else(|| text(metadata, "generateName"))
            .unwrap_or("")
            .to_owned(),
        uid: settings.uid.clone().unwrap_or_else(|| UID.to_owned()),
        created: Timestamp::UNIX_EPOCH,
    };
    let is_named = text(metadata, "name").is_some();
    let first = before.objects.get(&id.to_string()).filter(|_| is_named);
    let problems = problems_of_pruned(object, first)?;
    let mut found = problems_as_json(&problems);
    if object["apiVersion"] != format!("{GROUP}/v1alpha1") {
        let message = format!("write {GROUP}/v1alpha1");
        found.push(json!({ "field": "apiVersion", "message": message }));
    }
    if object["kind"] != "SpotTrainingJob" {
        found.push(json!({ "field": "kind", "message": "write SpotTrainingJob" }));
    }
    if leave_rules_unchecked(&problems) {
        found.push(json!({ "field": "spec", "message": UNCHECKED }));
    }
    if !found.is_empty() {
        return Ok(refused(&id, &found));
    }
    let spec = match serde_json::from_value::<SpotTrainingJobSpec>(object["spec"].clone()) {
        Ok(spec) => spec,
        Err(why) => {
            return Ok(refused(&id, &[json!({ "field": "spec", "message": why.to_string() })]));
        }
    };
    let defaults = Defaults {
        region: settings.defaults.region(),
        checkpoint_root: settings.defaults.checkpoint_root(),
        lists_checkpoints: false,
        cluster_id: settings.defaults.cluster_id.clone(),
    };
    let problems = validate::problems(&spec);
    if !problems.is_empty() {
        return Ok(refused(&id, &problems_as_json(&problems)));
    }
    let plan = convert::plan(&spec, &id, &defaults);
    let mut warnings = warnings::warnings(&spec, &plan, &id, &mut before.prefixes);
    warnings.extend(warnings::of_nulls(&given["spec"], "spec"));
    if is_named && before.objects.insert(id.to_string(), object.clone()).is_some() {
        warnings.push(
            "given twice in these files: this one is applied over the one before it".to_owned(),
        );
    }
    accepted(&id, &spec, &plan, &settings.defaults.cluster_id, &warnings)
}

fn text<'a>(metadata: &'a Value, member: &str) -> Option<&'a str> {
    metadata[member].as_str().filter(|text| !text.is_empty())
}

fn refused(id: &ObjectId, problems: &[Value]) -> Value {
    json!({ "object": id.to_string(), "valid": false, "problems": problems })
}

fn accepted(
    id: &ObjectId,
    spec: &SpotTrainingJobSpec,
    plan: &Plan,
    cluster_id: &str,
    warnings: &[String],
) -> Result<Value, String> {
    let name = job_name(&id.namespace, &id.name, &id.uid, 1);
    let Some(first) = pools::first(plan) else { return Err("a plan without pools".to_owned()) };
    let region = plan.region.clone().unwrap_or_else(|| "<region>".to_owned());
    let attempt = Attempt {
        location: Location { region: region.clone(), account: String::new() },
        number: 1,
        job_name: if id.uid == UID { without_hash(&name) } else { name },
        pool: first.clone(),
        checkpoint_uri: plan.checkpoint.uri().map(str::to_owned),
        send_by: Timestamp::MAX,
        is_resend: false,
        priority: Priority::First,
    };
    let request = request::wire(&create_request(spec, &attempt, id, cluster_id))?;
    Ok(json!({
        "object": id.to_string(),
        "valid": true,
        "warnings": warnings,
        "region": region,
        "pools": pools::pools(plan),
        "createTrainingJob": request,
    }))
}

/// A job's name with a word for the hash of the UID in it.
fn without_hash(name: &str) -> String {
    let mut parts: Vec<_> = name.rsplitn(3, '-').collect();
    if let Some(hash) = parts.get_mut(1) {
        *hash = UID_HASH;
    }
    parts.reverse();
    parts.join("-")
}
