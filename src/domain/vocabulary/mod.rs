//! The one vocabulary: every word that the operator shows or stores is named here only.

mod word;

pub(crate) use word::vocabulary;
pub use word::{Vocabulary, Word};

vocabulary! {
    /// Types of `status.conditions`.
    ConditionType {
        /// Training has succeeded. Terminal.
        Complete,
        /// Training has failed. Terminal.
        Failed,
        /// `spec.suspend` is honoured: nothing runs and nothing is possibly live.
        Suspended,
        /// The same as `Complete`, in the words of kstatus.
        Ready,
        /// The operator makes progress, or waits, without anybody's help.
        Reconciling,
        /// Only a person can help, or the object has failed.
        Stalled,
        /// `spec.capacity.target` can't be met without on-demand instances, or not any more.
        DeadlineAtRisk,
        /// `spec.capacity.target` is over, and the training was not complete.
        DeadlineMissed,
    }
}

vocabulary! {
    /// What is going on: reasons of conditions while nothing is wrong.
    Progress {
        /// The decision to create a training job is committed, and SageMaker has not answered yet.
        Creating,
        /// The job waits for instances and has not trained in this attempt.
        WaitingForCapacity,
        /// The job downloads, trains or uploads.
        Training,
        /// A spot instance was taken away; SageMaker waits for another one.
        Interrupted,
        /// SageMaker restarts the job after an error of its own (`retryStrategy`).
        Restarting,
        /// The job is being stopped.
        Stopping,
        /// `spec.suspend` is true.
        Suspended,
        /// `spec.suspend` is false again.
        Resumed,
        /// Training has completed.
        Completed,
        /// The object is being deleted and finalizers of others hold it.
        WaitingForFinalizers,
        /// The estimated work does not fit into the time that is left.
        TooLittleTime,
        /// The time of the target is over.
        TargetOver,
        /// Nothing is wrong that a person has to mend.
        AsExpected,
    }
}

vocabulary! {
    /// Why no attempt can start, or why the current job can't be described or stopped.
    Blocker {
        /// Other objects create their training jobs first, at the rate that SageMaker allows.
        RateLimited,
        /// The account's instance quota is used up.
        QuotaExceeded,
        /// The last attempt failed, and the next one waits for its time.
        BackingOff,
        /// The job of another object writes to the same checkpoint prefix or to one above or below it,
        /// or an older object waits for such a prefix.
        CheckpointInUse,
        /// IAM or S3 permissions that were just created have not reached SageMaker yet.
        AccessPropagating,
        /// Something that the request names does not exist yet: data, an image, a file system.
        InputMissing,
        /// AWS refuses the operator's request for lack of permission.
        AccessDenied,
        /// The operator has no AWS credentials, or expired or invalid ones.
        CredentialsInvalid,
        /// The AWS account has not enabled the object's region.
        RegionNotEnabled,
        /// AWS does not answer.
        ServiceUnavailable,
        /// SageMaker refuses the request as invalid.
        InvalidRequest,
        /// The operator can't read the object's spec.
        InvalidSpec,
        /// The training job's name belongs to a job of somebody else.
        NameTaken,
        /// The credentials belong to another account than the one the object began in.
        AccountChanged,
        /// Checkpointing is enabled and no place for checkpoints is known.
        CheckpointLocationMissing,
        /// Neither the object nor the operator names an AWS region.
        RegionMissing,
        /// The status was written for another object, such as one restored from a backup.
        StatusOfAnotherObject,
        /// The apiserver, or a policy of the cluster, refuses what the operator writes.
        WriteRefused,
        /// A newer version of the operator wrote something here that this version can't judge.
        NewerVersionNeeded,
    }
}

vocabulary! {
    /// How an attempt failed: classes of failure, and reasons of the condition Failed.
    FailureClass {
        /// AWS had no capacity for the instance type.
        CapacityError,
        /// SageMaker failed internally.
        ServiceError,
        /// The training program failed.
        AlgorithmError,
        /// The request or its data made SageMaker fail the job.
        ClientError,
        /// Spot capacity did not come, or did not last, within the maximum wait time.
        SpotWaitExceeded,
        /// The job ran longer than its maximum run time.
        RuntimeExceeded,
        /// Somebody else stopped the training job.
        StoppedExternally,
        /// The training job vanished from SageMaker; its outcome is unknown.
        Missing,
        /// A failure this operator does not know.
        Unknown,
    }
}

vocabulary! {
    /// Limits of the spec that end an object: reasons of the condition Failed.
    Limit {
        /// More attempts failed than `spec.backoffLimit` allows to be retried.
        BackoffLimitExceeded,
        /// `spec.activeDeadlineSeconds` are over.
        DeadlineExceeded,
        /// All attempts together trained for `spec.maxTrainingSeconds`.
        TrainingBudgetExceeded,
        /// One attempt was interrupted `spec.capacity.maxInterruptions` times, and there is no other
        /// pool.
        TooManyInterruptions,
    }
}

vocabulary! {
    /// What a rule of `spec.failurePolicy` makes of a failure.
    RuleAction {
        /// Try again, without counting it towards `spec.backoffLimit`.
        Ignore,
        /// Try again while `spec.backoffLimit` allows it.
        Count,
        /// The object has failed.
        FailJob,
        /// Try again on on-demand instances, without counting it.
        FallBackToOnDemand,
    }
}

vocabulary! {
    /// Why the operator stops a job; the reason of an attempt that ended by it.
    StopReason {
        /// The object was suspended.
        StoppedForSuspend,
        /// The object was deleted.
        StoppedForDeletion,
        /// The job had been stopped before the operator found it again.
        StoppedEarlier,
        /// `spec.activeDeadlineSeconds` was over.
        StoppedForDeadline,
        /// `spec.maxTrainingSeconds` were used up.
        StoppedForBudget,
        /// The capacity policy goes to another pool.
        StoppedForFallback,
        /// `spec.capacity.maxInterruptions` was reached.
        StoppedForInterruptions,
        /// The capacity policy goes back from on-demand to spot.
        StoppedForSpot,
    }
}

vocabulary! {
    /// Why an on-demand job is kept that the capacity policy would leave for spot.
    Hold {
        /// The operator can't list checkpoints.
        CheckpointsUnlisted,
        /// No checkpoint is new enough: a stop would lose more work than the change is worth.
        CheckpointTooOld,
    }
}

vocabulary! {
    /// How an attempt ended, in one word for `status.attempts`.
    Outcome {
        /// The training job completed.
        Completed,
        /// The operator stopped the training job.
        Stopped,
        /// The operator stopped the training job for another pool, and its instances came meanwhile.
        StoppedWhileStarting,
        /// The training job failed.
        Failed,
    }
}

vocabulary! {
    /// Reasons of Kubernetes Events about an object. A blocker's Event has the blocker as reason.
    EventReason {
        /// A training job was created (or found again) for an attempt.
        AttemptStarted,
        /// A spot instance was taken away.
        Interrupted,
        /// Instances are there again after an interruption.
        CapacityReturned,
        /// An attempt ended without success, and the object has not failed by it.
        AttemptFailed,
        /// The capacity policy went to another instance type, or to on-demand.
        FellBack,
        /// The capacity policy went back from on-demand to spot.
        ReturnedToSpot,
        /// `spec.capacity.target` can't be met without on-demand instances, or not any more.
        DeadlineAtRisk,
        /// `spec.capacity.target` is over, and the training is not complete.
        DeadlineMissed,
        /// Training succeeded.
        Completed,
        /// Training failed.
        Failed,
        /// The object is suspended and nothing runs.
        Suspended,
        /// The object is no longer suspended.
        Resumed,
        /// The training job is being stopped.
        Stopping,
        /// A training job was left running because the deletion policy says so.
        JobOrphaned,
        /// The object was released although its job had not stopped in time.
        StopTimedOut,
        /// `spec.ttlSecondsAfterFinished` is not applied.
        TTLSkipped,
        /// The object's status can't be read: nothing is known of what runs, and nothing is done. Also
        /// the reason of the conditions.
        StatusUnreadable,
        /// The apiserver refuses the object's status.
        Stalled,
    }
}

vocabulary! {
    /// One word for people in `status.state`. Nothing decides on it.
    State {
        /// About to create a training job, or kept from it for a moment.
        Pending,
        /// Waits for a quota, for its turn, for another object's checkpoint prefix, or before the next
        /// attempt.
        Queued,
        /// Only a person can help.
        Stalled,
        /// SageMaker waits for instances for the first time in this attempt.
        WaitingForCapacity,
        /// Downloading, training or uploading.
        Running,
        /// A spot instance was taken away and SageMaker waits for another.
        Interrupted,
        /// The job is being stopped, or the object deleted.
        Stopping,
        /// Suspended, and nothing runs.
        Suspended,
        /// Training succeeded.
        Completed,
        /// Training failed.
        Failed,
    }
}
