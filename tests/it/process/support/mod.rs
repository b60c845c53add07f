//! What the tests of the process share: a made-up apiserver, a proxy, and certificates.

mod apiserver;
mod authority;
mod operator;
mod proxy;

pub(in crate::process) use apiserver::{Apiserver, State};
pub(in crate::process) use authority::Authority;
pub(in crate::process) use operator::{file, kubeconfig, launch};
pub(in crate::process) use proxy::Proxy;
