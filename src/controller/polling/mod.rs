//! Polling: following training jobs by `DescribeTrainingJob` alone.

pub mod schedule;
