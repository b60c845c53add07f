//! What tests share.

pub(crate) mod apiserver;
pub(crate) mod clock;
pub(crate) mod faults;
pub(crate) mod fixtures;
pub(crate) mod random;
pub(crate) mod sagemaker;
