//! The hash of a text: kept in memory instead of the text, to tell whether it changes.

use std::hash::{DefaultHasher, Hash, Hasher};

/// The hash of `text`; it differs from build to build.
#[must_use]
pub fn hash(text: &str) -> u64 {
    let mut hasher = DefaultHasher::new();
    text.hash(&mut hasher);
    hasher.finish()
}
