//! Links into the AWS console, by partition.

/// The console's domain in the partition of `region`; `None` where it is not known: no link is
/// better than a wrong one.
fn domain(region: &str) -> Option<&'static str> {
    let isolated = ["us-iso-", "us-isob-", "eu-isoe-", "us-isof-", "eusc-"];
    if region.starts_with("cn-") {
        Some("console.amazonaws.cn")
    } else if region.starts_with("us-gov-") {
        Some("console.amazonaws-us-gov.com")
    } else if isolated.iter().any(|prefix| region.starts_with(prefix)) {
        None
    } else {
        Some("console.aws.amazon.com")
    }
}

/// The page of a training job.
#[must_use]
pub fn console(region: &str, job_name: &str) -> Option<String> {
    let domain = domain(region)?;
    Some(format!("https://{region}.{domain}/sagemaker/home?region={region}#/jobs/{job_name}"))
}

/// The logs of a training job.
#[must_use]
pub fn logs(region: &str, job_name: &str) -> Option<String> {
    let domain = domain(region)?;
    // The console's own escaping of `/aws/sagemaker/TrainingJobs` and of a name prefix.
    Some(format!(
        "https://{region}.{domain}/cloudwatch/home?region={region}#logsV2:log-groups/log-group/\
         $252Faws$252Fsagemaker$252FTrainingJobs$3FlogStreamNameFilter$3D{job_name}$252F"
    ))
}
