//! Where the programs of a cluster are found: ready-made, in the cache, or built into it once.

use std::env;
use std::fs::{self, File, TryLockError};
use std::path::{Path, PathBuf};

use crate::Error;
use crate::go_build::go_build;
use crate::tools::{
    ETCD, GoModule, HELM, HELM_MODULE, KUBE_APISERVER, KUBE_CONTROLLER_MANAGER, KUBECTL, Program,
    kubernetes_module,
};

/// The executables of a cluster.
#[derive(Debug, Clone)]
pub struct Assets {
    /// etcd.
    pub etcd: PathBuf,
    /// kube-apiserver.
    pub kube_apiserver: PathBuf,
    /// kube-controller-manager.
    pub kube_controller_manager: PathBuf,
    /// kubectl.
    pub kubectl: PathBuf,
}

impl Assets {
    /// Finds the programs, in this order: the directory named by `KUBEBUILDER_ASSETS`,
    /// `/usr/local/kubebuilder/bin`, then
    /// `${XDG_CACHE_HOME:-$HOME/.cache}/spot-training-operator/kubernetes/<version>/`, where the
    /// version is the newest one, or with `TEST_CLUSTER_KUBERNETES=compat` the oldest supported.
    ///
    /// A ready-made directory counts when it holds etcd and kube-apiserver; kubectl and
    /// kube-controller-manager come from the cache where it lacks them (setup-envtest ships no
    /// kube-controller-manager). What the cache lacks is built with Go, once: several minutes,
    /// reported on standard error.
    pub fn find_or_build() -> Result<Self, Error> {
        let ready_made = ready_made_directory();
        let find = |program: &'static Program| {
            ready_made
                .as_ref()
                .map(|directory| directory.join(program.name))
                .filter(|path| path.is_file())
                .map_or_else(|| cached(program, kubernetes_module()), Ok)
        };
        Ok(Self {
            etcd: find(&ETCD)?,
            kube_apiserver: find(&KUBE_APISERVER)?,
            kube_controller_manager: find(&KUBE_CONTROLLER_MANAGER)?,
            kubectl: find(&KUBECTL)?,
        })
    }
}

/// Finds Helm in `${XDG_CACHE_HOME:-$HOME/.cache}/spot-training-operator/helm/<version>/`, or
/// builds it there with Go.
pub fn find_or_build_helm() -> Result<PathBuf, Error> {
    cached(&HELM, &HELM_MODULE)
}

fn ready_made_directory() -> Option<PathBuf> {
    let named = env::var_os("KUBEBUILDER_ASSETS").map(PathBuf::from);
    if let Some(directory) = named {
        if holds_a_control_plane(&directory) {
            return Some(directory);
        }
        eprintln!(
            "test-cluster: KUBEBUILDER_ASSETS={} lacks etcd or kube-apiserver: ignored",
            directory.display()
        );
    }
    Some(PathBuf::from("/usr/local/kubebuilder/bin")).filter(|path| holds_a_control_plane(path))
}

fn holds_a_control_plane(directory: &Path) -> bool {
    [&ETCD, &KUBE_APISERVER].iter().all(|program| directory.join(program.name).is_file())
}

/// The program in the cache directory of `shelf`, built if it isn't there. A lock file keeps a
/// second process waiting instead of building the same; a name appears only when it is complete.
fn cached(program: &'static Program, shelf: &'static GoModule) -> Result<PathBuf, Error> {
    let directory = cache_directory()?.join(shelf.name).join(shelf.version()?);
    let path = directory.join(program.name);
    if path.is_file() {
        return Ok(path);
    }
    fs::create_dir_all(&directory).map_err(Error::path("create", &directory))?;
    let lock_path = directory.join(".lock");
    let lock = File::create(&lock_path).map_err(Error::path("create", &lock_path))?;
    match lock.try_lock() {
        Ok(()) => {}
        Err(TryLockError::WouldBlock) => {
            eprintln!("test-cluster: another process is building into {}", directory.display());
            lock.lock().map_err(Error::path("lock", &lock_path))?;
        }
        Err(TryLockError::Error(error)) => return Err(Error::path("lock", &lock_path)(error)),
    }
    if !path.is_file() {
        let building = directory.join(format!(".{}.building", program.name));
        go_build(program, &building)?;
        fs::rename(&building, &path).map_err(Error::path("rename to", &path))?;
    }
    Ok(path)
}

fn cache_directory() -> Result<PathBuf, Error> {
    let base = env::var_os("XDG_CACHE_HOME")
        .filter(|value| !value.is_empty())
        .map(PathBuf::from)
        .or_else(|| env::home_dir().map(|home| home.join(".cache")))
        .ok_or(Error::NoCacheDirectory)?;
    Ok(base.join("spot-training-operator"))
}
