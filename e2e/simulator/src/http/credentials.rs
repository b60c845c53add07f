//! Account, region and keys of a caller, from the headers of a version 4 signature. Signatures are
//! not verified.

use hyper::header::{AUTHORIZATION, HeaderMap};

use crate::caller::{Caller, Signature};
use crate::error::ApiError;

/// The account of access keys that don't end in one.
const DEFAULT_ACCOUNT: &str = "123456789012";

const ACCOUNT_DIGITS: usize = 12;

/// The region of requests that don't say one: AWS's own name for none.
const NO_REGION: &str = "aws-global";

/// Of temporary credentials.
const SECURITY_TOKEN: &str = "x-amz-security-token";

/// What a request says about its sender.
#[derive(Clone)]
pub(super) struct Credentials {
    pub(super) caller: Caller,
    access_key: String,
    session_token: Option<String>,
}

impl Credentials {
    pub(super) fn signature(&self) -> Signature<'_> {
        Signature {
            caller: &self.caller,
            access_key: &self.access_key,
            session_token: self.session_token.as_deref(),
        }
    }

    /// Of a request that nobody signs: its account, in no region.
    pub(super) fn unsigned(account: Option<&str>) -> Self {
        let account = account.unwrap_or(DEFAULT_ACCOUNT).to_owned();
        let caller = Caller { account, region: NO_REGION.to_owned() };
        Self { caller, access_key: String::new(), session_token: None }
    }

    /// Who signed a request to a service (`sagemaker`, `sts`).
    pub(super) fn of(headers: &HeaderMap, service: &str) -> Result<Self, ApiError> {
        let header = headers.get(AUTHORIZATION).and_then(|value| value.to_str().ok());
        let header = header.ok_or_else(ApiError::unsigned)?;
        let fields = header.strip_prefix("AWS4-HMAC-SHA256 ").unwrap_or_default();
        let field = |name: &str| {
            let mut fields = fields.split(',').map(str::trim);
            fields.find_map(|field| field.strip_prefix(name)?.strip_prefix('='))
        };
        for name in ["Credential", "SignedHeaders", "Signature"] {
            if field(name).is_none_or(str::is_empty) {
                let reason = format!("Authorization header requires '{name}' parameter.");
                return Err(ApiError::incomplete_signature(&reason));
            }
        }
        let scope: Vec<&str> = field("Credential").unwrap_or_default().split('/').collect();
        let [key, _date, region, scoped, "aws4_request"] = scope.as_slice() else {
            return Err(ApiError::incomplete_signature("Credential must have five parts."));
        };
        if *scoped != service {
            return Err(ApiError::wrong_service(service));
        }
        let token = headers.get(SECURITY_TOKEN).and_then(|value| value.to_str().ok());
        Ok(Self {
            caller: Caller { account: account(key).to_owned(), region: (*region).to_owned() },
            access_key: (*key).to_owned(),
            session_token: token.map(str::to_owned),
        })
    }
}

/// The twelve digits at the end of an access key id.
fn account(key: &str) -> &str {
    let digits = key.len().checked_sub(ACCOUNT_DIGITS).and_then(|start| key.get(start..));
    digits.filter(|tail| tail.bytes().all(|byte| byte.is_ascii_digit())).unwrap_or(DEFAULT_ACCOUNT)
}
