//! Instance quotas: per type and market, counted over jobs that are not finished.

use std::collections::BTreeMap;

use serde::Deserialize;

/// The allowed instances of one type; an absent one keeps the default.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct Quota {
    /// Of `<type> for spot training job usage`.
    pub spot: Option<u32>,
    /// Of `<type> for training job usage`.
    pub on_demand: Option<u32>,
}

/// All quotas of an account; the same in every region.
#[derive(Clone, Debug)]
pub(crate) struct Quotas {
    pub(crate) default: u32,
    pub(crate) by_type: BTreeMap<String, Quota>,
}

impl Quotas {
    /// The instances of a type that jobs may use at the same time.
    pub(crate) fn allowed(&self, instance_type: &str, spot: bool) -> u32 {
        self.by_type
            .get(instance_type)
            .and_then(|quota| if spot { quota.spot } else { quota.on_demand })
            .unwrap_or(self.default)
    }
}

/// The name of a quota as Service Quotas and the error text spell it \[R\].
pub(crate) fn limit_name(instance_type: &str, spot: bool) -> String {
    let market = if spot { "spot " } else { "" };
    format!("{instance_type} for {market}training job usage")
}
