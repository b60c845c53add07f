//! The target of a reconcile: an object, read.

use kube::ResourceExt;

use crate::api::v1alpha1::{FINALIZER, Lenient, Object, SpotTrainingJobStatus};
use crate::controller::convert::plan::{self, PROBLEMS_LIMIT};
use crate::controller::convert::read_status;
use crate::controller::defaults::Defaults;
use crate::controller::error::Error;
use crate::controller::kube::applied::DROPPED;
use crate::controller::object_id::ObjectId;
use crate::domain::job::text::clean;
use crate::domain::run::Run;
use crate::domain::situation::ObjectFacts;
use crate::domain::spec::plan::{InvalidSpec, ParsedSpec};

/// An object as one reconcile sees it; refreshed by every write.
#[derive(Clone, Debug)]
pub struct Target {
    /// What never changes.
    pub id: ObjectId,
    /// What `decide` needs of the metadata.
    pub facts: ObjectFacts,
    /// What the spec asks for.
    pub spec: ParsedSpec,
    /// What is going on, as it was last committed.
    pub run: Run,
    /// The status as the apiserver has it.
    pub status: SpotTrainingJobStatus,
    /// The version that the next write is based on.
    pub resource_version: String,
    /// `metadata.finalizers`.
    pub finalizers: Vec<String>,
}

impl Target {
    /// Reads an object.
    ///
    /// # Errors
    /// When the status can't be read: then nothing is known of what runs, and nothing is done.
    pub fn read(object: &Object, defaults: &Defaults) -> Result<Self, Error> {
        let mut target = Self::without_status(object, defaults)?;
        match &object.status {
            Lenient::Read(status) => {
                target.run = read_status::run(status).map_err(Error::UnreadableStatus)?;
                target.status = status.clone();
                target.refuse_what_was_dropped(object);
                Ok(target)
            }
            Lenient::Unreadable(why, _) => Err(Error::UnreadableStatus(why.clone())),
        }
    }

    /// A training without a field that its owner has written must not begin.
    fn refuse_what_was_dropped(&mut self, object: &Object) {
        let dropped = object.annotations().get(DROPPED).filter(|_| self.run.attempt() == 0);
        if let (Some(dropped), ParsedSpec::Valid(plan)) = (dropped, &self.spec) {
            self.spec = ParsedSpec::Invalid(InvalidSpec {
                problems: clean(dropped, PROBLEMS_LIMIT),
                suspend: plan.suspend,
                deletion_policy: plan.deletion_policy,
                limits: plan.limits,
            });
        }
    }

    /// Reads all of an object but its status.
    ///
    /// # Errors
    /// When the object lacks what the apiserver gives every object.
    pub fn without_status(object: &Object, defaults: &Defaults) -> Result<Self, Error> {
        let id = ObjectId::of(object)?;
        let version = object.resource_version().ok_or(Error::Incomplete("resourceVersion"))?;
        let mut target = Self {
            facts: ObjectFacts {
                namespace: id.namespace.clone(),
                name: id.name.clone(),
                uid: id.uid.clone(),
                generation: object.metadata.generation.unwrap_or_default(),
                deleting: false,
                has_finalizer: false,
                other_finalizers: Vec::new(),
                kept_by: None,
            },
            spec: plan::parse(&object.spec, &id, defaults),
            run: Run::default(),
            status: SpotTrainingJobStatus::default(),
            resource_version: version,
            finalizers: Vec::new(),
            id,
        };
        target.read_metadata(object);
        Ok(target)
    }

    /// Takes over what a write changed: the metadata, while spec and run are as decided on.
    pub fn written(&mut self, object: &Object) {
        if let Some(version) = object.resource_version() {
            self.resource_version = version;
        }
        self.read_metadata(object);
    }

    fn read_metadata(&mut self, object: &Object) {
        self.finalizers = object.finalizers().to_vec();
        self.facts.has_finalizer = self.finalizers.iter().any(|name| name == FINALIZER);
        let others = self.finalizers.iter().filter(|name| *name != FINALIZER);
        self.facts.other_finalizers = others.cloned().collect();
        self.facts.deleting = object.metadata.deletion_timestamp.is_some();
        self.facts.kept_by = kept_by(object);
    }
}

/// The label or annotation by which a tool knows the objects that it keeps.
fn kept_by(object: &Object) -> Option<&'static str> {
    // Argo CD, Flux (kustomize-controller and helm-controller), and whatever else applies from Git.
    const ANNOTATION: &str = "argocd.argoproj.io/tracking-id";
    const LABELS: [&str; 3] = [
        "kustomize.toolkit.fluxcd.io/name",
        "helm.toolkit.fluxcd.io/name",
        "app.kubernetes.io/instance",
    ];
    let labels = || LABELS.into_iter().find(|label| object.labels().contains_key(*label));
    if object.annotations().contains_key(ANNOTATION) { Some(ANNOTATION) } else { labels() }
}
