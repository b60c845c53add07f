//! The arguments of the three programs.

use std::io;
use std::net::{Ipv4Addr, TcpListener};
use std::path::{Path, PathBuf};

/// The loopback ports of one cluster.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Ports {
    pub(crate) etcd: u16,
    etcd_peer: u16,
    pub(crate) apiserver: u16,
}

impl Ports {
    /// Ports that are free now. Another process may still take one before it is used.
    pub(crate) fn free() -> io::Result<Self> {
        let bind = || TcpListener::bind((Ipv4Addr::LOCALHOST, 0));
        // All three are held until all are known, so that they differ.
        let (etcd, etcd_peer, apiserver) = (bind()?, bind()?, bind()?);
        Ok(Self {
            etcd: etcd.local_addr()?.port(),
            etcd_peer: etcd_peer.local_addr()?.port(),
            apiserver: apiserver.local_addr()?.port(),
        })
    }

    /// The apiserver's address as its clients write it.
    pub(crate) fn apiserver_url(self) -> String {
        format!("https://127.0.0.1:{}", self.apiserver)
    }
}

/// The files that the programs are pointed at.
#[derive(Debug)]
pub(crate) struct Files {
    pub(crate) authority: PathBuf,
    pub(crate) server_certificate: PathBuf,
    pub(crate) server_key: PathBuf,
    pub(crate) service_account_key: PathBuf,
    pub(crate) service_account_public_key: PathBuf,
}

/// One member, on loopback, that never waits for the disk: the data doesn't outlive the cluster.
pub(crate) fn etcd_arguments(ports: Ports, data: &Path) -> Vec<String> {
    let client = format!("http://127.0.0.1:{}", ports.etcd);
    let peer = format!("http://127.0.0.1:{}", ports.etcd_peer);
    vec![
        "--name=default".into(),
        format!("--data-dir={}", data.display()),
        format!("--listen-client-urls={client}"),
        format!("--advertise-client-urls={client}"),
        format!("--listen-peer-urls={peer}"),
        format!("--initial-advertise-peer-urls={peer}"),
        format!("--initial-cluster=default={peer}"),
        "--unsafe-no-fsync".into(),
        "--log-level=warn".into(),
    ]
}

/// RBAC, the default admission plugins, and client certificates, as in a real cluster.
pub(crate) fn apiserver_arguments(ports: Ports, files: &Files) -> Vec<String> {
    vec![
        format!("--etcd-servers=http://127.0.0.1:{}", ports.etcd),
        "--bind-address=127.0.0.1".into(),
        "--advertise-address=127.0.0.1".into(),
        format!("--secure-port={}", ports.apiserver),
        // A loopback address is no valid endpoint of the Service `kubernetes`.
        "--endpoint-reconciler-type=none".into(),
        "--service-cluster-ip-range=10.0.0.0/24".into(),
        format!("--tls-cert-file={}", files.server_certificate.display()),
        format!("--tls-private-key-file={}", files.server_key.display()),
        format!("--client-ca-file={}", files.authority.display()),
        "--authorization-mode=RBAC".into(),
        "--service-account-issuer=https://kubernetes.default.svc".into(),
        format!("--service-account-key-file={}", files.service_account_public_key.display()),
        format!("--service-account-signing-key-file={}", files.service_account_key.display()),
        "--profiling=false".into(),
    ]
}

/// Only the controllers that a custom resource's life depends on: namespaces empty themselves,
/// owned objects are collected, service accounts exist and get tokens.
pub(crate) fn controller_manager_arguments(files: &Files, kubeconfig: &Path) -> Vec<String> {
    vec![
        format!("--kubeconfig={}", kubeconfig.display()),
        "--controllers=namespace-controller,garbage-collector-controller,\
         serviceaccount-controller,serviceaccount-token-controller"
            .into(),
        format!("--service-account-private-key-file={}", files.service_account_key.display()),
        format!("--root-ca-file={}", files.authority.display()),
        // Each controller acts as its own service account: the manager's user may delete nothing.
        "--use-service-account-credentials".into(),
        "--leader-elect=false".into(),
        "--secure-port=0".into(),
        "--profiling=false".into(),
    ]
}
