//! The instances of a request as one pool: how they are named, and how many they are.

use crate::api::v1alpha1::template::ResourceConfig;

/// The instance type, or the types of groups or preferences joined.
pub(super) fn types(resources: &ResourceConfig) -> String {
    let groups = resources.instance_groups.iter().flatten().map(|group| &group.instance_type);
    let preferences = resources.instance_preferences.iter().flatten();
    let preferences = preferences.map(|preference| &preference.instance_type);
    let types = resources.instance_type.iter().chain(groups).chain(preferences);
    types.map(String::as_str).collect::<Vec<_>>().join("+")
}

/// The number of instances, over all groups or preferences.
pub(super) fn count(resources: &ResourceConfig) -> i32 {
    let groups = resources.instance_groups.iter().flatten().map(|group| group.instance_count);
    let preferences = resources.instance_preferences.iter().flatten();
    let preferences = preferences.map(|preference| preference.instance_count.unwrap_or(1));
    let counts = resources.instance_count.into_iter().chain(groups).chain(preferences);
    counts.fold(0, i32::saturating_add).max(1)
}
