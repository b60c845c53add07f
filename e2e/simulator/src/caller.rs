//! Who calls.

/// Who calls, and where: jobs, names, quotas and limits are per account and region.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Caller {
    /// Twelve digits.
    pub account: String,
    /// For example `eu-west-1`.
    pub region: String,
}

/// The credentials that signed a call.
#[derive(Clone, Copy, Debug)]
pub struct Signature<'a> {
    /// Who calls, and where.
    pub caller: &'a Caller,
    /// The access key id. Empty for calls without one: those of tests that don't care, and
    /// `AssumeRoleWithWebIdentity`, which nobody signs.
    pub access_key: &'a str,
    /// Of temporary credentials.
    pub session_token: Option<&'a str>,
}

impl<'a> Signature<'a> {
    /// A caller of whom nothing but the account is known.
    #[must_use]
    pub const fn of(caller: &'a Caller) -> Self {
        Self { caller, access_key: "", session_token: None }
    }
}
