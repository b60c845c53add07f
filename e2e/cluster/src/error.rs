//! What can go wrong while a cluster is built, started or used, in words that say what to do.

use std::path::PathBuf;

/// Why a cluster could not be built, started or used.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// A file, a directory or a process of ours.
    #[error("{what}: {source}")]
    Io {
        /// What was tried, on which path.
        what: String,
        /// The operating system's answer.
        source: std::io::Error,
    },
    /// A program has to be built and there is no Go.
    #[error(
        "{program} is in none of the known places and building it needs Go {go_version} or newer: \
         install it from https://go.dev/dl, or set KUBEBUILDER_ASSETS to a directory with etcd, \
         kube-apiserver, kube-controller-manager and kubectl"
    )]
    GoMissing {
        /// The program to build.
        program: &'static str,
        /// The version that its `go.mod` asks for.
        go_version: &'static str,
    },
    /// `go build` failed.
    #[error("go build of {program} failed ({status}); its last lines:\n{output}")]
    Build {
        /// The program that was built.
        program: &'static str,
        /// How `go` ended.
        status: std::process::ExitStatus,
        /// The last lines of its standard error.
        output: String,
    },
    /// Neither `XDG_CACHE_HOME` nor `HOME` is set.
    #[error("no place for built programs: set XDG_CACHE_HOME or HOME")]
    NoCacheDirectory,
    /// A `go.mod` of this crate doesn't require what it is there for.
    #[error("tools/{module}/go.mod has no line for {wanted}")]
    NotPinned {
        /// The directory under `tools/`.
        module: &'static str,
        /// The module path or directive that is missing.
        wanted: &'static str,
    },
    /// Keys or certificates could not be made.
    #[error("certificates: {0}")]
    Certificates(#[from] rcgen::Error),
    /// A program ended while it was waited for.
    #[error("{program} ended by itself; the last lines of its log:\n{log}")]
    Ended {
        /// The program.
        program: &'static str,
        /// The last lines of its log.
        log: String,
    },
    /// A program runs but didn't become ready in time.
    #[error("{program} was not ready after {seconds} s; the last lines of its log:\n{log}")]
    NotReady {
        /// The program.
        program: &'static str,
        /// The deadline that passed, in seconds.
        seconds: u64,
        /// The last lines of its log.
        log: String,
    },
    /// A `kubectl` call was refused.
    #[error("kubectl failed:\n{0}")]
    Kubectl(String),
    /// A rules file isn't `{cluster: [PolicyRule], leases: [PolicyRule]}`.
    #[error("RBAC rules: {0}")]
    Rules(#[from] serde_saphyr::Error),
}

impl Error {
    /// Wraps an operating system error with what was tried, for `map_err`.
    pub(crate) fn io(what: impl Into<String>) -> impl FnOnce(std::io::Error) -> Self {
        let what = what.into();
        move |source| Self::Io { what, source }
    }

    /// Wraps an operating system error on one path.
    pub(crate) fn path(
        verb: &'static str,
        path: impl Into<PathBuf>,
    ) -> impl FnOnce(std::io::Error) -> Self {
        let path = path.into();
        move |source| Self::Io { what: format!("{verb} {}", path.display()), source }
    }

    /// Whether another process took a port between its choice and its use.
    pub(crate) fn is_port_taken(&self) -> bool {
        matches!(self, Self::Ended { log, .. } if log.contains("address already in use"))
    }
}
