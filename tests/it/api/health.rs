//! Argo CD's health check of our objects, in the sandboxes that Argo CD runs it in.

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};

use mlua::{Lua, LuaOptions, LuaSerdeExt, StdLib};
use serde::{Deserialize, Serialize};
use serde_json::Value;

/// Where Argo CD's own tree would have it.
const CUSTOMIZATION: &str = concat!(
    env!("CARGO_MANIFEST_DIR"),
    "/charts/spot-training-operator/gitops/argocd/resource_customizations/spottraining.dev/",
    "SpotTrainingJob"
);

/// What Argo CD shows of an object.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Health {
    pub(crate) status: String,
    pub(crate) message: String,
}

/// A case of `health_test.yaml`, in Argo CD's form.
#[derive(Debug, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub(crate) struct Case {
    pub(crate) health_status: Health,
    pub(crate) input_path: String,
}

/// `health_test.yaml`.
#[derive(Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Cases {
    pub(crate) tests: Vec<Case>,
}

/// A file of the customization.
pub(crate) fn path(name: &str) -> PathBuf {
    Path::new(CUSTOMIZATION).join(name)
}

fn read(name: &str) -> String {
    fs::read_to_string(path(name)).unwrap()
}

/// The health of an object by the script in a Lua 5.1 with these libraries beside the base.
fn health_with(libraries: StdLib, object: &Value) -> Health {
    let lua = Lua::new_with(libraries, LuaOptions::default()).unwrap();
    lua.globals().set("obj", lua.to_value(object).unwrap()).unwrap();
    let health = lua.load(read("health.lua")).eval().unwrap();
    lua.from_value(health).unwrap()
}

/// The health of an object as a script in the config map `argocd-cm` gives it: nothing but the base
/// and `table`.
pub(crate) fn health(object: &Value) -> Health {
    health_with(StdLib::TABLE, object)
}

fn cases() -> Vec<Case> {
    let cases: Cases = serde_saphyr::from_str(&read("health_test.yaml")).unwrap();
    cases.tests
}

#[test]
fn real_objects_have_their_health_in_both_sandboxes() {
    for case in cases() {
        let object: Value = serde_saphyr::from_str(&read(&case.input_path)).unwrap();
        assert_eq!(health(&object), case.health_status, "{}", case.input_path);
        // Scripts that are built into Argo CD have the open libraries.
        let built_in = health_with(StdLib::ALL_SAFE, &object);
        assert_eq!(built_in, case.health_status, "{}", case.input_path);
    }
}

#[test]
fn the_strict_sandbox_is_strict() {
    let lua = Lua::new_with(StdLib::TABLE, LuaOptions::default()).unwrap();
    let libraries = "return string == nil and math == nil and io == nil and os == nil and \
                     table ~= nil and ipairs ~= nil";
    assert!(lua.load(libraries).eval::<bool>().unwrap());
}

#[test]
fn every_object_of_the_test_data_is_a_case() {
    let files = fs::read_dir(path("testdata")).unwrap();
    let files: BTreeSet<_> = files
        .map(|file| format!("testdata/{}", file.unwrap().file_name().to_str().unwrap()))
        .collect();
    let used: BTreeSet<_> = cases().into_iter().map(|case| case.input_path).collect();
    assert_eq!(used, files);
}
