//! Members of a description that only SageMaker writes.

use crate::api::validation::spelling::is_same;

/// Members of `DescribeTrainingJob`'s answer that `CreateTrainingJob` lacks (botocore 1.44.5), two
/// of its `ResourceConfig` that are declared for answers only, and what boto3 adds.
const ANSWERS: [&str; 27] = [
    "AutoMLJobArn",
    "BillableTimeInSeconds",
    "BillableTokenCount",
    "CreationTime",
    "DebugRuleEvaluationStatuses",
    "FailureReason",
    "FinalMetricDataList",
    "LabelingJobArn",
    "LastModifiedTime",
    "MlflowDetails",
    "ModelArtifacts",
    "OutputModelPackageArn",
    "ProfilerRuleEvaluationStatuses",
    "ProfilingStatus",
    "ProgressInfo",
    "ResponseMetadata",
    "SecondaryStatus",
    "SecondaryStatusTransitions",
    "SelectedInstanceCount",
    "SelectedInstanceType",
    "TrainingEndTime",
    "TrainingJobArn",
    "TrainingJobStatus",
    "TrainingStartTime",
    "TrainingTimeInSeconds",
    "TuningJobArn",
    "WarmPoolStatus",
];

/// Whether only SageMaker writes a member.
pub(super) fn is_answer(name: &str) -> bool {
    ANSWERS.iter().any(|answer| is_same(answer, name))
}
