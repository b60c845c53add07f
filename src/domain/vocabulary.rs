//! The one vocabulary: condition types, reasons, event reasons and states are named here only.

/// Declares a closed set of words with their exact spelling, in a documented order.
macro_rules! vocabulary {
    ($(#[$doc:meta])* $name:ident { $($(#[doc = $meaning:literal])+ $word:ident),+ $(,)? }) => {
        $(#[$doc])*
        #[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
        #[derive(serde::Serialize, serde::Deserialize)]
        pub enum $name { $($(#[doc = $meaning])+ $word),+ }

        impl $name {
            /// Every word of this vocabulary.
            pub const ALL: &'static [Self] = &[$(Self::$word),+];

            /// The word as people and programs see it.
            #[must_use]
            pub const fn as_str(self) -> &'static str {
                match self { $(Self::$word => stringify!($word)),+ }
            }

            /// What the word means, in a sentence.
            #[must_use]
            pub fn meaning(self) -> &'static str {
                match self { $(Self::$word => concat!($($meaning),+).trim_start()),+ }
            }

            /// The word spelled `text`, if it is one of this vocabulary.
            #[must_use]
            pub fn parse(text: &str) -> Option<Self> {
                Self::ALL.iter().copied().find(|word| word.as_str() == text)
            }
        }

        impl std::fmt::Display for $name {
            fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                f.pad(self.as_str())
            }
        }
    };
}

vocabulary! {
    /// Types of `status.conditions`.
    ConditionType {
        /// Training has succeeded. Terminal.
        Complete,
        /// Training has failed for good. Terminal.
        Failed,
        /// `spec.suspend` is honoured: nothing runs and nothing is possibly live.
        Suspended,
        /// The same as `Complete`, in the words of kstatus.
        Ready,
        /// Work goes on by itself.
        Reconciling,
        /// Only a person can help, or the object has failed for good.
        Stalled,
    }
}

vocabulary! {
    /// Reasons of conditions and outcomes of attempts: a closed set.
    Reason {
        /// The intent to create a training job is committed, the job not yet acknowledged.
        Creating,
        /// The job waits for instances and has not trained in this attempt.
        WaitingForCapacity,
        /// The job downloads, trains or uploads.
        Training,
        /// A spot instance was taken away; SageMaker waits for another one.
        Interrupted,
        /// The job is being stopped.
        Stopping,
        /// `spec.suspend` is true.
        Suspended,
        /// `spec.suspend` is false again.
        Resumed,
        /// Training has completed.
        Succeeded,
        /// Nothing is wrong that a person would have to mend.
        AsExpected,
        /// The account's instance quota is used up.
        QuotaExceeded,
        /// IAM or S3 permissions that were just created have not reached SageMaker yet.
        AccessPropagating,
        /// AWS refuses the operator's request for lack of permission.
        AccessDenied,
        /// The operator has no AWS credentials, or expired or invalid ones.
        CredentialsInvalid,
        /// SageMaker has not answered for minutes.
        ServiceUnavailable,
        /// SageMaker refuses the request as invalid.
        InvalidRequest,
        /// This operator cannot read the object's spec.
        InvalidSpec,
        /// The job's name belongs to a training job of someone else.
        NameTaken,
        /// The credentials belong to another account than the one the object began in.
        AccountChanged,
        /// Checkpointing is enabled and there is no place for checkpoints.
        CheckpointLocationMissing,
        /// Neither the object nor the operator names an AWS region.
        RegionMissing,
        /// Spot capacity did not come, or did not last, within the maximum wait time.
        SpotWaitExceeded,
        /// The job ran longer than its maximum run time.
        RuntimeExceeded,
        /// AWS had no capacity for the instance type.
        CapacityError,
        /// SageMaker failed internally.
        ServiceError,
        /// The training program failed.
        AlgorithmError,
        /// The request or its data made SageMaker fail the job.
        ClientError,
        /// Somebody else stopped the training job.
        StoppedExternally,
        /// The training job vanished from SageMaker.
        Missing,
        /// A failure this operator does not know.
        Unknown,
        /// The operator stopped the job because the object was suspended.
        StoppedForSuspend,
        /// The operator stopped the job because the object was deleted.
        StoppedForDeletion,
    }
}

vocabulary! {
    /// Reasons of Kubernetes Events about an object.
    EventReason {
        /// A training job was created (or found again) for an attempt.
        AttemptStarted,
        /// A spot instance was taken away.
        Interrupted,
        /// Instances are there again after an interruption.
        CapacityReturned,
        /// The account's quota does not allow the job now.
        QuotaExceeded,
        /// An attempt has ended without success.
        AttemptFailed,
        /// Training succeeded.
        Completed,
        /// Training failed for good.
        Failed,
        /// The object is suspended and nothing runs.
        Suspended,
        /// The object goes on after a suspension.
        Unsuspended,
        /// The training job is being stopped.
        Stopping,
        /// Only a person can help.
        Stalled,
        /// A training job was left running because the deletion policy says so.
        OrphanLeft,
        /// The object was let go although its job had not stopped in time.
        StopTimedOut,
    }
}

vocabulary! {
    /// One word for people in `status.state`. Nothing decides on it.
    State {
        /// No job: not started, backing off, refused or stalled.
        Pending,
        /// SageMaker looks for instances for the first time in this attempt.
        WaitingForCapacity,
        /// Downloading, training or uploading.
        Running,
        /// A spot instance was taken away and SageMaker looks for another.
        Interrupted,
        /// The job is being stopped.
        Stopping,
        /// Suspended, and nothing runs.
        Suspended,
        /// Training succeeded.
        Succeeded,
        /// Training failed for good.
        Failed,
    }
}
