//! Temporary credentials of a role. The session token says everything about them, so that they
//! outlive a reset and a restart, as real ones would.

use crate::caller::Signature;
use crate::draw;
use crate::error::ApiError;
use crate::moment::Millis;

/// The first word of the tokens given out here; others are taken for those of long-lived keys.
const ISSUER: &str = "simulator";

/// Access key ids of temporary credentials begin so [D: IAM identifiers].
const TEMPORARY: &str = "ASIA";

/// A session of a role.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Session<'a> {
    pub(crate) account: &'a str,
    /// The role's name, without its path.
    pub(crate) role: &'a str,
    /// `RoleSessionName`.
    pub(crate) name: &'a str,
    /// Refused from this moment on.
    pub(crate) expires: Millis,
}

impl<'a> Session<'a> {
    /// The session that signed a call; none for long-lived keys.
    ///
    /// # Errors
    /// If the credentials are expired or not valid.
    pub(crate) fn of(signature: Signature<'a>, now: Millis) -> Result<Option<Self>, ApiError> {
        let key = signature.access_key;
        let Some(token) = signature.session_token else {
            let missing = key.starts_with(TEMPORARY);
            return if missing { Err(ApiError::invalid_credentials()) } else { Ok(None) };
        };
        let parts: Vec<&str> = token.split(':').collect();
        let [ISSUER, expires, account, role, name, of_key] = parts.as_slice() else {
            return Ok(None);
        };
        let expires = expires.parse().map_err(|_| ApiError::invalid_credentials())?;
        if *of_key != key {
            return Err(ApiError::invalid_credentials());
        }
        if expires <= now {
            return Err(ApiError::expired());
        }
        Ok(Some(Self { account, role, name, expires }))
    }

    /// The token of this session. No part contains a colon.
    pub(crate) fn token(&self, access_key: &str) -> String {
        let Self { account, role, name, expires } = self;
        format!("{ISSUER}:{expires}:{account}:{role}:{name}:{access_key}")
    }

    /// A new access key id; it ends in the account, as the simulator expects of every key.
    pub(crate) fn access_key(&self, seed: u64, number: u64) -> String {
        const LETTERS: &[u8; 32] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZ234567";
        let (number, expires) = (number.to_string(), self.expires.to_string());
        let bits = draw::bits(seed, &["credentials", self.role, self.name, &number, &expires]);
        let letters = (0..8)
            .filter_map(|place| LETTERS.get(usize::try_from(bits >> (5 * place) & 31).ok()?))
            .map(|letter| char::from(*letter));
        format!("{TEMPORARY}{}{}", letters.collect::<String>(), self.account)
    }

    /// The ARN of whoever uses the session [D: IAM identifiers].
    pub(crate) fn arn(&self, partition: &str) -> String {
        let Self { account, role, name, .. } = self;
        format!("arn:{partition}:sts::{account}:assumed-role/{role}/{name}")
    }
}
