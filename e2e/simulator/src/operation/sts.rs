//! STS: who calls, and temporary credentials of roles.

use jiff::Timestamp;
use serde_json::{Value, json};

use super::{Request, partition};
use crate::error::ApiError;
use crate::moment::Millis;
use crate::session::Session;
use crate::state::State;

pub(crate) const GET_CALLER_IDENTITY: &str = "GetCallerIdentity";
pub(crate) const ASSUME_ROLE: &str = "AssumeRole";
/// The one operation that nobody signs: the token of the identity provider stands for a signature.
pub(crate) const ASSUME_ROLE_WITH_WEB_IDENTITY: &str = "AssumeRoleWithWebIdentity";

/// True for the operations of STS; all others are SageMaker's.
pub(crate) fn is_operation(operation: &str) -> bool {
    [GET_CALLER_IDENTITY, ASSUME_ROLE, ASSUME_ROLE_WITH_WEB_IDENTITY].contains(&operation)
}

/// The identity of a role's or of a long-lived key \[D\].
pub(super) fn caller_identity(request: &Request<'_>) -> Value {
    let account = &request.caller.account;
    let partition = partition(&request.caller.region);
    let (arn, user) = match &request.session {
        Some(session) => (session.arn(partition), role_id(session)),
        None => (
            format!("arn:{partition}:iam::{account}:user/simulated"),
            "AIDASIMULATEDUSERID00".to_owned(),
        ),
    };
    json!({ "Account": account, "Arn": arn, "UserId": user })
}

/// Temporary credentials of the role that the request names.
pub(super) fn assume_role(
    state: &mut State,
    operation: &str,
    request: &Request<'_>,
) -> Result<Value, ApiError> {
    let role_arn = request.text("RoleArn");
    let (account, role) = role(role_arn).ok_or_else(|| invalid("roleArn", role_arn))?;
    let name = request.text("RoleSessionName");
    if !is_session_name(name) {
        return Err(invalid("roleSessionName", name));
    }
    if operation == ASSUME_ROLE_WITH_WEB_IDENTITY && request.text("WebIdentityToken").is_empty() {
        return Err(invalid("webIdentityToken", ""));
    }
    let lifetime = Millis::from(state.options.credential_lifetime_seconds);
    // STS gives expirations in whole seconds [D].
    let expires = (request.now / 1000 + lifetime) * 1000;
    let session = Session { account, role, name, expires };
    state.sessions += 1;
    let key = session.access_key(state.options.seed, state.sessions);
    let expiration = Timestamp::from_millisecond(expires).unwrap_or(Timestamp::MAX);
    Ok(json!({
        "AssumedRoleUser": {
            "Arn": session.arn(partition(&request.caller.region)),
            "AssumedRoleId": role_id(&session),
        },
        "Credentials": {
            "AccessKeyId": key,
            "SecretAccessKey": "simulated",
            "SessionToken": session.token(&key),
            "Expiration": expiration.to_string(),
        },
    }))
}

/// The account that a role belongs to.
pub(crate) fn account_of(role_arn: &str) -> Option<&str> {
    role(role_arn).map(|(account, _)| account)
}

/// Account and name of a role; a path before the name is no part of it.
fn role(arn: &str) -> Option<(&str, &str)> {
    let mut parts = arn.splitn(6, ':');
    let mut next = || parts.next();
    let ("arn", _partition, "iam", "", account, resource) =
        (next()?, next()?, next()?, next()?, next()?, next()?)
    else {
        return None;
    };
    let name = resource.strip_prefix("role/")?.rsplit('/').next()?;
    let is_account = account.len() == 12 && account.bytes().all(|byte| byte.is_ascii_digit());
    (is_account && is_word(name)).then_some((account, name))
}

/// [D: API reference of `AssumeRole`]
fn is_session_name(name: &str) -> bool {
    (2..=64).contains(&name.len()) && is_word(name)
}

fn is_word(text: &str) -> bool {
    let letter = |byte: u8| byte.is_ascii_alphanumeric() || b"_+=,.@-".contains(&byte);
    !text.is_empty() && text.bytes().all(letter)
}

// [?]
fn role_id(session: &Session<'_>) -> String {
    format!("AROASIMULATEDROLEID00:{}", session.name)
}

// [?] the text; the code is of STS's common errors [D].
fn invalid(member: &str, value: &str) -> ApiError {
    ApiError::sts_validation(format!(
        "1 validation error detected: Value '{value}' at '{member}' failed to satisfy constraint"
    ))
}
