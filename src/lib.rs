//! A Kubernetes operator that runs Amazon `SageMaker` managed spot training jobs declaratively.

pub mod api;
#[cfg(feature = "aws")]
pub mod aws;
#[cfg(feature = "aws")]
pub mod cli;
pub mod controller;
pub mod domain;
pub mod port;
pub mod runtime;
pub mod settings;
pub mod telemetry;
pub mod yaml;
