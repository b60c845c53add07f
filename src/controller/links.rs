//! Links into the AWS console, by partition.

/// The console's domain in the partition of `region`.
fn domain(region: &str) -> &'static str {
    if region.starts_with("cn-") {
        "console.amazonaws.cn"
    } else if region.starts_with("us-gov-") {
        "console.amazonaws-us-gov.com"
    } else {
        "console.aws.amazon.com"
    }
}

/// The page of a training job.
#[must_use]
pub fn console(region: &str, job_name: &str) -> String {
    let domain = domain(region);
    format!("https://{region}.{domain}/sagemaker/home?region={region}#/jobs/{job_name}")
}

/// The logs of a training job.
#[must_use]
pub fn logs(region: &str, job_name: &str) -> String {
    let domain = domain(region);
    // The console's own escaping of `/aws/sagemaker/TrainingJobs` and of a name prefix.
    format!(
        "https://{region}.{domain}/cloudwatch/home?region={region}#logsV2:log-groups/log-group/\
         $252Faws$252Fsagemaker$252FTrainingJobs$3FlogStreamNameFilter$3D{job_name}$252F"
    )
}
