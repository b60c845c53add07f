//! What tests share.

pub(crate) mod apiserver;
pub(crate) mod call_log;
pub(crate) mod context;
pub(crate) mod crash;
pub(crate) mod draw;
pub(crate) mod mischief;
pub(crate) mod objects;
pub(crate) mod sagemaker_json;
pub(crate) mod simulated_sagemaker;
pub(crate) mod site;
pub(crate) mod virtual_clock;
pub(crate) mod weather;
pub(crate) mod world;
