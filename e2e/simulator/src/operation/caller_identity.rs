//! STS `GetCallerIdentity`.

use serde_json::{Value, json};

use super::{Request, partition};

pub(super) fn get(request: &Request<'_>) -> Value {
    let account = &request.caller.account;
    let partition = partition(&request.caller.region);
    json!({
        "Account": account,
        "Arn": format!("arn:{partition}:iam::{account}:user/simulated"),
        "UserId": "AIDASIMULATEDUSERID00",
    })
}
