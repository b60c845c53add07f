//! A real etcd, kube-apiserver and kube-controller-manager on free loopback ports: what a test of
//! an operator needs of a cluster, without a container engine.
//!
//! RBAC, admission and garbage collection are Kubernetes' own. There are no nodes, no scheduler
//! and no workload controllers: nothing runs pods.
//!
//! ```no_run
//! # fn main() -> Result<(), test_cluster::Error> {
//! let cluster = test_cluster::Cluster::start(test_cluster::Options::default())?;
//! cluster.bind_rules("operator", "{cluster: [], leases: []}")?;
//! let restricted = cluster.kubeconfig_for_user("operator", None)?;
//! # drop(restricted);
//! # Ok(())
//! # }
//! ```

mod assets;
mod certificates;
mod cluster;
mod control_plane;
mod environment;
mod error;
mod go_build;
mod kubeconfig;
mod log_tail;
mod poll;
mod process;
mod rules;
mod tools;

pub use assets::{Assets, find_or_build_helm};
pub use cluster::{Cluster, Options};
pub use error::Error;
