//! What the cache keeps of an object's metadata.

use serde_json::Value;

use crate::api::v1alpha1::{Lenient, Object};
use crate::api::validation::dropped;

/// Where `kubectl apply` keeps what was applied.
const APPLIED: &str = "kubectl.kubernetes.io/last-applied-configuration";

/// Where the cache keeps what of that the apiserver has dropped. It is never written.
pub(in crate::controller) const DROPPED: &str = "spottraining.dev/dropped-at-apply";

/// What the apiserver records about writers and former applies is most of the bytes, and only one thing
/// of it is of use: whether it has dropped a field, as long as nothing was started without it.
pub(super) fn prune(object: &mut Object) {
    object.metadata.managed_fields = None;
    let has_begun = match &object.status {
        Lenient::Read(status) => status.attempt.is_some(),
        Lenient::Unreadable(..) => false,
    };
    let Some(annotations) = &mut object.metadata.annotations else { return };
    annotations.remove(DROPPED);
    let applied = annotations.remove(APPLIED).filter(|_| !has_begun);
    let applied = applied.and_then(|text| serde_json::from_str::<Value>(&text).ok());
    if let Some(problem) = applied.and_then(|applied| dropped(&applied).ok().flatten()) {
        let what = format!(
            "{} is {}: correct the manifest and apply it, or delete the object first where that changes \
             spec.template",
            problem.field, problem.message
        );
        annotations.insert(DROPPED.to_owned(), what);
    }
}
