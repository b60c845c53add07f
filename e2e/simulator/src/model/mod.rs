//! The service model: the shapes of the simulated operations as botocore declares them.
//! `model/extract.py` writes the data; nothing about a member is said in code.

mod constraint;
mod pattern;
mod validate;

use std::collections::BTreeMap;
use std::sync::LazyLock;

use serde::Deserialize;

use pattern::Pattern;

/// An extract of the service model.
#[derive(Deserialize)]
pub(crate) struct Model {
    operations: BTreeMap<String, Operation>,
    shapes: BTreeMap<String, Shape>,
}

#[derive(Deserialize)]
struct Operation {
    input: String,
    output: Option<String>,
}

#[derive(Deserialize)]
#[serde(rename_all = "lowercase", tag = "type")]
enum Shape {
    Structure {
        members: BTreeMap<String, String>,
        #[serde(default)]
        required: Vec<String>,
    },
    List {
        member: String,
        #[serde(flatten)]
        bounds: Bounds,
    },
    Map {
        key: String,
        value: String,
        #[serde(flatten)]
        bounds: Bounds,
    },
    String(Text),
    Integer(Bounds),
    Long(Bounds),
    Float,
    Boolean,
    Timestamp,
}

#[derive(Deserialize)]
struct Text {
    #[serde(rename = "enum")]
    values: Option<Vec<String>>,
    pattern: Option<Pattern>,
    #[serde(flatten)]
    bounds: Bounds,
}

/// Of a length or a value, both ends included.
#[derive(Clone, Copy, Deserialize)]
struct Bounds {
    min: Option<i64>,
    max: Option<i64>,
}

impl Model {
    /// The model built into the binary.
    pub(crate) fn embedded() -> &'static Self {
        static MODEL: LazyLock<Model> = LazyLock::new(|| {
            #[expect(clippy::expect_used, reason = "constant data that every test parses")]
            serde_json::from_str(include_str!("../../model/sagemaker.json")).expect("model")
        });
        &MODEL
    }

    /// True if an operation's output has a member of that name.
    pub(crate) fn returns(&self, operation: &str, member: &str) -> bool {
        let operation = self.operations.get(operation);
        let output = operation.and_then(|found| self.shapes.get(found.output.as_deref()?));
        matches!(output, Some(Shape::Structure { members, .. }) if members.contains_key(member))
    }

    /// True for an operation the model has.
    pub(crate) fn knows(&self, operation: &str) -> bool {
        self.operations.contains_key(operation)
    }
}
