//! The programs a cluster consists of, and the Go modules that pin their versions.

use std::env;

use crate::Error;

/// A Go module under `tools/`: its `go.mod` is the only place where a version is written.
#[derive(Debug)]
pub(crate) struct GoModule {
    /// The directory of its programs in the cache.
    pub(crate) name: &'static str,
    pub(crate) go_mod: &'static str,
    pub(crate) go_sum: &'static str,
    /// The module whose version names the programs.
    pinned: &'static str,
    /// Packages with the linker variables `gitVersion`, `gitMajor` and `gitMinor`.
    version_packages: &'static [&'static str],
    /// Linker variables that hold the whole version.
    version_symbols: &'static [&'static str],
}

impl GoModule {
    /// The pinned version, for example `v1.36.3`.
    pub(crate) fn version(&self) -> Result<&'static str, Error> {
        self.directive(self.pinned)
    }

    /// The Go version that building needs.
    pub(crate) fn go_version(&self) -> Result<&'static str, Error> {
        self.directive("go")
    }

    /// Linker flags that make the program report its version as a released one does: `kubectl
    /// version`, the apiserver's `/version` and Helm's `kubeVersion` check all depend on them.
    pub(crate) fn linker_flags(&self) -> Result<String, Error> {
        let version = self.version()?;
        let mut numbers = version.trim_start_matches('v').split('.');
        let major = numbers.next().unwrap_or_default();
        let minor = numbers.next().unwrap_or_default();
        let numbered = [("gitVersion", version), ("gitMajor", major), ("gitMinor", minor)];
        let variables = self
            .version_packages
            .iter()
            .flat_map(|package| {
                numbered.map(|(name, value)| format!("-X {package}.{name}={value}"))
            })
            .chain(self.version_symbols.iter().map(|symbol| format!("-X {symbol}={version}")));
        Ok(["-s", "-w"]
            .map(str::to_owned)
            .into_iter()
            .chain(variables)
            .collect::<Vec<_>>()
            .join(" "))
    }

    fn directive(&self, wanted: &'static str) -> Result<&'static str, Error> {
        self.go_mod
            .lines()
            .map(str::split_whitespace)
            .find_map(|mut words| (words.next() == Some(wanted)).then(|| words.next())?)
            .ok_or(Error::NotPinned { module: self.name, wanted })
    }
}

/// A program that is looked for, or else built.
#[derive(Debug)]
pub(crate) struct Program {
    /// The file name of its executable.
    pub(crate) name: &'static str,
    /// The Go package that it is built from.
    pub(crate) package: &'static str,
    pub(crate) module: fn() -> &'static GoModule,
    /// How long a first build takes on two cores, for the person who waits.
    pub(crate) build_time: &'static str,
}

static ETCD_MODULE: GoModule = GoModule {
    name: "etcd",
    go_mod: include_str!("../tools/etcd/go.mod"),
    go_sum: include_str!("../tools/etcd/go.sum"),
    pinned: "go.etcd.io/etcd/server/v3",
    version_packages: &[],
    version_symbols: &[],
};

/// The module of Kubernetes: the newest, or with `TEST_CLUSTER_KUBERNETES=compat` the oldest that is
/// supported.
pub(crate) fn kubernetes_module() -> &'static GoModule {
    let compat = env::var_os("TEST_CLUSTER_KUBERNETES").is_some_and(|choice| choice == "compat");
    if compat { &KUBERNETES_COMPAT_MODULE } else { &KUBERNETES_MODULE }
}

const fn kubernetes(go_mod: &'static str, go_sum: &'static str) -> GoModule {
    GoModule {
        name: "kubernetes",
        go_mod,
        go_sum,
        pinned: "k8s.io/kubernetes",
        version_packages: &["k8s.io/component-base/version", "k8s.io/client-go/pkg/version"],
        version_symbols: &[],
    }
}

static KUBERNETES_COMPAT_MODULE: GoModule = kubernetes(
    include_str!("../tools/kubernetes-compat/go.mod"),
    include_str!("../tools/kubernetes-compat/go.sum"),
);

static KUBERNETES_MODULE: GoModule = kubernetes(
    include_str!("../tools/kubernetes/go.mod"),
    include_str!("../tools/kubernetes/go.sum"),
);

pub(crate) static HELM_MODULE: GoModule = GoModule {
    name: "helm",
    go_mod: include_str!("../tools/helm/go.mod"),
    go_sum: include_str!("../tools/helm/go.sum"),
    pinned: "helm.sh/helm/v4",
    version_packages: &[],
    version_symbols: &["helm.sh/helm/v4/internal/version.version"],
};

pub(crate) static ETCD: Program = Program {
    name: "etcd",
    package: "go.etcd.io/etcd/server/v3",
    module: || &ETCD_MODULE,
    build_time: "25 s",
};

pub(crate) static KUBE_APISERVER: Program = Program {
    name: "kube-apiserver",
    package: "k8s.io/kubernetes/cmd/kube-apiserver",
    module: kubernetes_module,
    build_time: "5 min",
};

pub(crate) static KUBE_CONTROLLER_MANAGER: Program = Program {
    name: "kube-controller-manager",
    package: "k8s.io/kubernetes/cmd/kube-controller-manager",
    module: kubernetes_module,
    build_time: "1 min",
};

pub(crate) static KUBECTL: Program = Program {
    name: "kubectl",
    package: "k8s.io/kubernetes/cmd/kubectl",
    module: kubernetes_module,
    build_time: "30 s",
};

pub(crate) static HELM: Program = Program {
    name: "helm",
    package: "helm.sh/helm/v4/cmd/helm",
    module: || &HELM_MODULE,
    build_time: "2 min",
};
