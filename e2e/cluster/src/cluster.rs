//! A running cluster: started, asked for kubeconfigs, its apiserver stopped and started again.

use std::net::{Ipv4Addr, TcpStream};
use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use crate::Error;
use crate::assets::{Assets, find_or_build_helm};
use crate::certificates::{Authority, Identity, service_account_keys};
use crate::control_plane::{
    Files, Ports, apiserver_arguments, controller_manager_arguments, etcd_arguments,
};
use crate::environment::clean;
use crate::kubeconfig::{Credentials, kubeconfig};
use crate::process::{Directory, Process};

/// How a cluster is started.
#[derive(Debug, Clone)]
pub struct Options {
    /// The programs; `None` finds or builds them.
    pub assets: Option<Assets>,
    /// How long each program may take until it is ready. Default: 60 s.
    pub ready_within: Duration,
}

impl Default for Options {
    fn default() -> Self {
        Self { assets: None, ready_within: Duration::from_mins(1) }
    }
}

/// etcd, kube-apiserver and kube-controller-manager on free loopback ports, with RBAC on.
///
/// Dropping it stops them and removes their directory. The same happens when its process ends
/// without dropping it, so a test may keep one in a `static`.
pub struct Cluster {
    // Dropped in this order: etcd after its clients, the directory after all that write to it.
    controller_manager: Mutex<Option<Process>>,
    apiserver: Mutex<Option<Process>>,
    etcd: Process,
    directory: Directory,
    assets: Assets,
    authority: Authority,
    files: Files,
    ports: Ports,
    ready_within: Duration,
    /// Numbers the files, so that none is overwritten while somebody reads it.
    files_written: AtomicUsize,
}

impl Cluster {
    /// Starts a cluster and waits until its apiserver is ready and its controllers work: about 5 s
    /// when nothing has to be built.
    pub fn start(options: Options) -> Result<Self, Error> {
        let assets = options.assets.map_or_else(Assets::find_or_build, Ok)?;
        let start = || Self::start_once(assets.clone(), options.ready_within);
        for _ in 0..2 {
            match start() {
                Err(error) if error.is_port_taken() => {}
                started => return started,
            }
        }
        start()
    }

    fn start_once(assets: Assets, ready_within: Duration) -> Result<Self, Error> {
        let ports = Ports::free().map_err(Error::io("find free ports"))?;
        let directory = Directory::new()?;
        let authority = Authority::new()?;
        let server = authority.server()?;
        let (private_key, public_key) = service_account_keys()?;
        let files = Files {
            authority: directory.write("ca.crt", &authority.certificate())?,
            server_certificate: directory.write("kube-apiserver.crt", &server.certificate)?,
            server_key: directory.write("kube-apiserver.key", &server.key)?,
            service_account_key: directory.write("service-account.key", &private_key)?,
            service_account_public_key: directory.write("service-account.pub", &public_key)?,
        };

        let data = directory.path().join("etcd");
        let arguments = etcd_arguments(ports, &data);
        let mut etcd = Process::start("etcd", &assets.etcd, &arguments, directory.path())?;
        etcd.wait_until(ready_within, || Ok(accepts_connections(ports.etcd)))?;

        let mut cluster = Self {
            controller_manager: Mutex::new(None),
            apiserver: Mutex::new(None),
            etcd,
            directory,
            assets,
            authority,
            files,
            ports,
            ready_within,
            files_written: AtomicUsize::new(1),
        };
        cluster.write_client_kubeconfig("admin", "admin", Some("system:masters"))?;
        cluster.start_apiserver()?;
        // Had another cluster's etcd taken the port, ours would have ended by now.
        cluster.etcd.wait_until(Duration::ZERO, || Ok(true))?;
        cluster.start_controller_manager()?;
        Ok(cluster)
    }

    /// A kubeconfig of a member of `system:masters`.
    #[must_use]
    pub fn admin_kubeconfig(&self) -> PathBuf {
        self.directory.path().join("admin.kubeconfig")
    }

    /// A kubeconfig with a new client certificate for `user`, in `group` if one is given (and in
    /// `system:authenticated`, as everybody). The user may do nothing until a role is bound.
    pub fn kubeconfig_for_user(&self, user: &str, group: Option<&str>) -> Result<PathBuf, Error> {
        self.write_client_kubeconfig(&self.new_name("user"), user, group)
    }

    /// A kubeconfig with a bearer token, for example from `kubectl create token`.
    pub fn kubeconfig_with_token(&self, token: &str) -> Result<PathBuf, Error> {
        self.write_kubeconfig(&self.new_name("token"), &Credentials::Token(token))
    }

    /// A kubectl command as the administrator.
    #[must_use]
    pub fn kubectl(&self) -> Command {
        self.client(&self.assets.kubectl)
    }

    /// A Helm command as the administrator. The first call may have to build Helm.
    pub fn helm(&self) -> Result<Command, Error> {
        let mut helm = self.client(&find_or_build_helm()?);
        for (name, place) in [
            ("HELM_CACHE_HOME", "cache"),
            ("HELM_CONFIG_HOME", "config"),
            ("HELM_DATA_HOME", "data"),
        ] {
            helm.env(name, self.directory.path().join("helm").join(place));
        }
        Ok(helm)
    }

    /// Applies YAML or JSON manifests, server-side, as the administrator.
    pub fn apply(&self, manifests: &str) -> Result<(), Error> {
        let path = self.directory.write(&self.new_name("manifests"), manifests)?;
        let mut kubectl = self.kubectl();
        kubectl.args(["apply", "--server-side", "--force-conflicts", "--filename"]).arg(path);
        let output = kubectl.output().map_err(Error::io("run kubectl"))?;
        if output.status.success() {
            return Ok(());
        }
        Err(Error::Kubectl(String::from_utf8_lossy(&output.stderr).into_owned()))
    }

    /// Stops the apiserver; etcd keeps the data. Does nothing when it is stopped.
    pub fn stop_apiserver(&self) {
        drop(lock(&self.apiserver).take());
    }

    /// Starts the apiserver on its port and data, and waits until it is ready. Does nothing when
    /// it runs.
    pub fn start_apiserver(&self) -> Result<(), Error> {
        let mut slot = lock(&self.apiserver);
        if slot.is_some() {
            return Ok(());
        }
        let mut apiserver = Process::start(
            "kube-apiserver",
            &self.assets.kube_apiserver,
            &apiserver_arguments(self.ports, &self.files),
            self.directory.path(),
        )?;
        apiserver.wait_until(self.ready_within, || {
            Ok(accepts_connections(self.ports.apiserver)
                && self.succeeds(&["get", "--raw", "/readyz"])?)
        })?;
        *slot = Some(apiserver);
        Ok(())
    }

    fn start_controller_manager(&self) -> Result<(), Error> {
        let user = "system:kube-controller-manager";
        let kubeconfig = self.write_client_kubeconfig("kube-controller-manager", user, None)?;
        let mut controller_manager = Process::start(
            "kube-controller-manager",
            &self.assets.kube_controller_manager,
            &controller_manager_arguments(&self.files, &kubeconfig),
            self.directory.path(),
        )?;
        // It serves nothing here; this account is the first thing that its controllers make.
        controller_manager.wait_until(self.ready_within, || {
            self.succeeds(&["get", "serviceaccount", "default", "--namespace=default"])
        })?;
        *lock(&self.controller_manager) = Some(controller_manager);
        Ok(())
    }

    fn client(&self, program: &Path) -> Command {
        let mut command = Command::new(program);
        clean(&mut command);
        command
            .env("KUBECONFIG", self.admin_kubeconfig())
            // Discovery is cached by address, and another cluster may have had this port.
            .env("KUBECACHEDIR", self.directory.path().join("kubectl-cache"));
        command
    }

    fn succeeds(&self, arguments: &[&str]) -> Result<bool, Error> {
        let output = self.kubectl().args(arguments).arg("--request-timeout=5s").output();
        Ok(output.map_err(Error::io("run kubectl"))?.status.success())
    }

    fn write_client_kubeconfig(
        &self,
        name: &str,
        user: &str,
        group: Option<&str>,
    ) -> Result<PathBuf, Error> {
        let Identity { certificate, key } = self.authority.client(user, group)?;
        let credentials = Credentials::Certificate {
            certificate: &self.directory.write(&format!("{name}.crt"), &certificate)?,
            key: &self.directory.write(&format!("{name}.key"), &key)?,
        };
        self.write_kubeconfig(name, &credentials)
    }

    fn write_kubeconfig(
        &self,
        name: &str,
        credentials: &Credentials<'_>,
    ) -> Result<PathBuf, Error> {
        let text = kubeconfig(&self.ports.apiserver_url(), &self.files.authority, credentials);
        self.directory.write(&format!("{name}.kubeconfig"), &text)
    }

    fn new_name(&self, kind: &str) -> String {
        format!("{kind}-{}", self.files_written.fetch_add(1, Ordering::Relaxed))
    }
}

impl Drop for Cluster {
    fn drop(&mut self) {
        // Both at once; dropping the fields then waits. The apiserver can only end in order while
        // etcd answers, so etcd goes after it.
        for slot in [&self.controller_manager, &self.apiserver] {
            if let Some(process) = lock(slot).as_mut() {
                process.ask_to_end();
            }
        }
    }
}

fn accepts_connections(port: u16) -> bool {
    TcpStream::connect((Ipv4Addr::LOCALHOST, port)).is_ok()
}

/// A panic elsewhere leaves a process slot as valid as it was.
fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}
