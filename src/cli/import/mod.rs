//! `import`: makes manifests of training jobs that other tools have.

mod answers;
mod comments;
mod source;
mod spelling;
mod translation;

use std::collections::HashSet;
use std::process::ExitCode;

use serde_json::{Value, json};

use self::comments::Comments;
use self::source::Source;
use super::files::{self, Written};
use super::{UNCHECKED, print, unreadable};
use crate::api::validation::{Problem, leave_rules_unchecked, problems};
use crate::settings::{Import, Output};
use crate::yaml;

/// What became of one training job of another tool.
pub struct Imported {
    /// The object.
    pub manifest: Value,
    /// What has to be mended before it is applied.
    pub problems: Vec<Problem>,
    comments: Comments,
}

/// Prints a `SpotTrainingJob` for every training job of the files.
pub(super) fn run(settings: &Import) -> ExitCode {
    let found = files::written(&settings.files);
    let imported = match found.and_then(|found| import(&found)) {
        Ok(imported) => imported,
        Err(why) => return unreadable(&why),
    };
    let is_to_mend = imported.iter().any(|imported| !imported.problems.is_empty());
    let text = match settings.output {
        Output::Yaml => imported.iter().map(Imported::as_yaml).collect(),
        Output::Json => {
            let documents = imported.iter().map(Imported::as_json).collect();
            Ok(format!("{:#}\n", Value::Array(documents)))
        }
    };
    print(text, is_to_mend)
}

/// What becomes of every training job of `documents`; of others is said that they are skipped.
///
/// # Errors
/// None of them is one.
pub fn import(documents: &[Written]) -> Result<Vec<Imported>, String> {
    let mut sources = Vec::new();
    let mut others = Vec::new();
    for document in documents {
        match Source::of(document) {
            Some(source) => sources.push(source),
            None => others.push(&document.value),
        }
    }
    if sources.is_empty() {
        return Err("no file has a training job: give the JSON of describe-training-job or \
                    create-training-job, or a TrainingJob of another operator"
            .to_owned());
    }
    for other in others {
        let kind = other["kind"].as_str().unwrap_or("an unknown kind");
        eprintln!("skipped: a document of {kind}, which is no training job");
    }
    let mut names = HashSet::new();
    let imported = sources.into_iter().map(|source| {
        let mut imported = imported(source)?;
        imported.name_apart(&mut names);
        Ok(imported)
    });
    imported.collect()
}

fn imported(source: Source) -> Result<Imported, String> {
    let mut comments = Comments::default();
    let manifest = translation::manifest(source, &mut comments)?;
    let problems = problems(&manifest, None)?;
    Ok(Imported { manifest, problems, comments })
}

impl Imported {
    /// Chooses another name where an object before it has the same.
    fn name_apart(&mut self, names: &mut HashSet<(Value, String)>) {
        let namespace = self.manifest.pointer("/metadata/namespace").cloned().unwrap_or_default();
        let Some(Value::String(name)) = self.manifest.pointer_mut("/metadata/name") else { return };
        let wanted = name.clone();
        let mut number = 1;
        while !names.insert((namespace.clone(), name.clone())) {
            number += 1;
            *name = format!("{wanted}-{number}");
        }
        if *name != wanted {
            let text = format!("metadata.name {name}: an object before it is called {wanted}");
            self.comments.add(text);
        }
    }

    /// The object as YAML, below comments.
    ///
    /// # Errors
    /// Never in practice: the object is plain data.
    pub fn as_yaml(&self) -> Result<String, String> {
        let mut text = "---\n".to_owned();
        text += &comments::lines(&self.comments.texts());
        if !self.problems.is_empty() {
            text += "# To mend before it is applied:\n";
            text += &comments::lines(&self.remedies());
        }
        Ok(text + &yaml::write_quoted(&self.manifest)?)
    }

    fn as_json(&self) -> Value {
        json!({
            "manifest": self.manifest,
            "comments": self.comments.texts(),
            "problems": super::problems_as_json(&self.problems),
        })
    }

    fn remedies(&self) -> Vec<String> {
        let unchecked = leave_rules_unchecked(&self.problems).then(|| UNCHECKED.to_owned());
        self.problems.iter().map(ToString::to_string).chain(unchecked).collect()
    }
}
