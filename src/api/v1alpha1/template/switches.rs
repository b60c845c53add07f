//! `RemoteDebugConfig`, `InfraCheckConfig` and `SessionChainingConfig`: one switch each.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// Access to the containers of a running training.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct RemoteDebugConfig {
    /// Whether AWS Systems Manager may open a shell in them.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub enable_remote_debug: Option<bool>,
}

/// Checks of the instances.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct InfraCheckConfig {
    /// Whether their hardware is checked before the training.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub enable_infra_check: Option<bool>,
}

/// Tags of the role's session.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct SessionChainingConfig {
    /// Whether they are passed on from the session that creates the job.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub enable_session_tag_chaining: Option<bool>,
}
