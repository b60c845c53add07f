//! Call errors: why a call did not do what was asked.

use jiff::Timestamp;

/// A call that can be refused.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Call {
    /// STS `GetCallerIdentity`.
    Identify,
    /// `CreateTrainingJob`.
    Create,
    /// `DescribeTrainingJob`, and `ListTags` where the owner is in question.
    Describe,
    /// `StopTrainingJob`.
    Stop,
    /// A write to the Kubernetes object.
    Write,
    /// The deletion of the Kubernetes object.
    Delete,
}

impl Call {
    /// The API's name of the call.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Identify => "GetCallerIdentity",
            Self::Create => "CreateTrainingJob",
            Self::Describe => "DescribeTrainingJob",
            Self::Stop => "StopTrainingJob",
            Self::Write => "patch",
            Self::Delete => "delete",
        }
    }
}

/// Why a call did not do what was asked.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CallError {
    /// What kind of error it is.
    pub kind: CallErrorKind,
    /// AWS's own words.
    pub message: String,
    /// When to ask again at the earliest, where that is known.
    pub retry_at: Option<Timestamp>,
}

impl CallError {
    /// An error that says nothing about when to ask again.
    #[must_use]
    pub const fn new(kind: CallErrorKind, message: String) -> Self {
        Self { kind, message, retry_at: None }
    }
}

/// The numbers of a quota refusal, in instances.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct QuotaNumbers {
    /// The account's limit.
    pub limit: u32,
    /// Instances that were asked for.
    pub delta: u32,
}

impl QuotaNumbers {
    /// Whether waiting can't help: more is asked for than the limit allows at any time.
    #[must_use]
    pub const fn never_fits(self) -> bool {
        self.delta > self.limit
    }
}

/// Kinds of call errors: one for each row of the life cycle's table.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum CallErrorKind {
    /// Create: the name is taken (`ResourceInUse`).
    NameInUse,
    /// Create: an instance quota is used up (`ResourceLimitExceeded`), with its numbers if it names
    /// them.
    Quota(Option<QuotaNumbers>),
    /// Create: the instance type is not available in this region, or not supported.
    PoolUnusable,
    /// Create: permissions that may still be propagating.
    AccessPropagating,
    /// Create: something outside that the request names is missing.
    InputMissing,
    /// The request is invalid (`ValidationException`).
    Invalid,
    /// `AccessDeniedException`.
    AccessDenied,
    /// No credentials, or expired or invalid ones.
    Credentials,
    /// The region refuses credentials that STS accepts elsewhere.
    RegionNotEnabled,
    /// The credentials belong to another account than the object's.
    AccountChanged,
    /// Stop: the job is already stopping or over.
    AlreadyOver,
    /// Stop: there is no such job.
    NotFound,
    /// `ThrottlingException`: certainly not executed.
    Throttled,
    /// 5xx, time-out, lost reply: perhaps executed.
    Unavailable,
    /// The apiserver, or a policy of the cluster, refuses the operator's write.
    WriteRefused,
}

impl CallErrorKind {
    /// Passes without anybody's help: asked again with back-off, and not shown at once.
    #[must_use]
    pub const fn is_transient(self) -> bool {
        matches!(self, Self::Throttled | Self::Unavailable)
    }

    /// Concerns one pool alone: on another one the same request may be accepted.
    #[must_use]
    pub fn is_of_pool(self) -> bool {
        match self {
            Self::PoolUnusable => true,
            Self::Quota(numbers) => numbers.is_some_and(QuotaNumbers::never_fits),
            Self::NameInUse
            | Self::AccessPropagating
            | Self::InputMissing
            | Self::Invalid
            | Self::AccessDenied
            | Self::Credentials
            | Self::RegionNotEnabled
            | Self::AccountChanged
            | Self::AlreadyOver
            | Self::NotFound
            | Self::Throttled
            | Self::Unavailable
            | Self::WriteRefused => false,
        }
    }
}
