//! The Kubernetes API of the operator, one module per version, and its validation without an apiserver.

pub mod v1alpha1;
pub mod validation;
