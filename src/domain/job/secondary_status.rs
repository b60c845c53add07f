//! SageMaker's secondary statuses.

/// Declares the enum and its spelling once.
macro_rules! secondary_statuses {
    ($($word:ident),+ $(,)?) => {
        /// `SecondaryStatus`. Values are "subject to change" (service model).
        #[derive(Clone, Debug, PartialEq, Eq, Hash)]
        #[expect(missing_docs, reason = "SageMaker's own words, documented there")]
        pub enum SecondaryStatus {
            $($word,)+
            /// A status that this version does not know.
            Other(String),
        }

        impl SecondaryStatus {
            /// Every status that is known.
            pub const KNOWN: &'static [Self] = &[$(Self::$word),+];

            /// Reads SageMaker's word.
            #[must_use]
            pub fn parse(text: &str) -> Self {
                match text {
                    $(stringify!($word) => Self::$word,)+
                    other => Self::Other(other.to_owned()),
                }
            }

            /// SageMaker's word.
            #[must_use]
            pub fn as_str(&self) -> &str {
                match self {
                    $(Self::$word => stringify!($word),)+
                    Self::Other(word) => word,
                }
            }
        }
    };
}

secondary_statuses! {
    Starting, LaunchingMLInstances, PreparingTrainingStack, Pending, Downloading,
    DownloadingTrainingImage, Training, Interrupted, Uploading, Completed, Failed, Stopping,
    Stopped, MaxRuntimeExceeded, MaxWaitTimeExceeded, Updating, Restarting,
}

impl SecondaryStatus {
    /// Whether SageMaker looks for instances in this status.
    #[must_use]
    pub const fn waits(&self) -> bool {
        matches!(
            self,
            Self::Starting
                | Self::LaunchingMLInstances
                | Self::PreparingTrainingStack
                | Self::Pending
        )
    }

    /// Whether a job in this status has its instances: from here on it is billed.
    #[must_use]
    pub const fn shows_instances(&self) -> bool {
        matches!(
            self,
            Self::Downloading | Self::DownloadingTrainingImage | Self::Training | Self::Uploading
        )
    }

    /// Whether a job in this status is over.
    #[must_use]
    pub const fn is_over(&self) -> bool {
        matches!(
            self,
            Self::Completed
                | Self::Failed
                | Self::Stopped
                | Self::MaxRuntimeExceeded
                | Self::MaxWaitTimeExceeded
        )
    }
}
