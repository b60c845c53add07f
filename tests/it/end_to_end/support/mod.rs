//! What the tests on real parts share: a cluster, a simulated SageMaker, and operators.

mod http;
mod installation;
mod kubernetes;
mod operator;
mod sagemaker;
mod wait;

pub(crate) use http::{get, put};
pub(crate) use installation::{Installation, condition, uid};
pub(crate) use kubernetes::{CRD, Kubernetes, Said};
pub(crate) use operator::{Launch, Operator};
pub(crate) use sagemaker::SageMaker;
pub(crate) use wait::eventually;
