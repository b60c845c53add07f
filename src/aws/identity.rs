//! Whose credentials the operator has, as STS says it.

use aws_sdk_sts::operation::get_caller_identity::GetCallerIdentityOutput;

use crate::domain::job::text;
use crate::port::CallerIdentity;

/// Longest principal: that of an ARN.
const LONGEST: usize = 256;

/// The identity that STS answered; `None` if it names no account.
pub(super) fn identity(output: &GetCallerIdentityOutput) -> Option<CallerIdentity> {
    let account = output.account().filter(|account| !account.is_empty())?;
    let who = output.arn().and_then(without_session).unwrap_or_default();
    let principal = if who.is_empty() { account.to_owned() } else { format!("{account}:{who}") };
    Some(CallerIdentity {
        account: text::clean(account, LONGEST),
        principal: text::clean(&principal, LONGEST),
    })
}

/// The resource of an ARN, without the session's name of an assumed role: that changes whenever the
/// role is assumed again (IAM user guide, "IAM identifiers").
fn without_session(arn: &str) -> Option<&str> {
    let resource = arn.splitn(6, ':').nth(5)?;
    if resource.starts_with("assumed-role/") {
        return resource.rsplit_once('/').map(|(role, _)| role);
    }
    Some(resource)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_principal_is_the_same_for_every_key_and_session() {
        let rows = [
            ("arn:aws:sts::1:assumed-role/R/S", "1:assumed-role/R"),
            ("arn:aws:sts::1:assumed-role/R/botocore-session-2", "1:assumed-role/R"),
            ("arn:aws-us-gov:sts::1:assumed-role/R/i-0abc", "1:assumed-role/R"),
            ("arn:aws:iam::1:user/division/team/name", "1:user/division/team/name"),
            ("arn:aws:sts::1:federated-user/name", "1:federated-user/name"),
            ("arn:aws:iam::1:root", "1:root"),
            ("something else", "1"),
            ("", "1"),
        ];
        for (arn, expected) in rows {
            let output = GetCallerIdentityOutput::builder().account("1").arn(arn).build();
            let found = identity(&output).unwrap();
            assert_eq!(
                (found.account.as_str(), found.principal.as_str()),
                ("1", expected),
                "{arn}"
            );
        }
    }

    #[test]
    fn an_answer_without_an_account_is_none() {
        assert_eq!(identity(&GetCallerIdentityOutput::builder().build()), None);
        assert_eq!(identity(&GetCallerIdentityOutput::builder().account("").build()), None);
    }
}
