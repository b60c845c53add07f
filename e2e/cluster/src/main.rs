//! `test-cluster`: the test cluster as a program, for demos and for scripts.

use std::io::{self, Write};
use std::path::PathBuf;
use std::process::ExitCode;
use std::{fs, thread};

use clap::{Parser, Subcommand};
use test_cluster::{Assets, Cluster, Error, Options, find_or_build_helm};
use tokio::signal::unix::{SignalKind, signal};
use tokio::sync::oneshot;

/// A real etcd, kube-apiserver and kube-controller-manager on loopback, without a container engine.
///
/// Looks for the programs in `KUBEBUILDER_ASSETS`, in /usr/local/kubebuilder/bin and in
/// `${XDG_CACHE_HOME:-$HOME/.cache}/spot-training-operator`; what is missing is built into the last
/// with Go, once (about 8 minutes on 2 cores).
#[derive(Debug, Parser)]
#[command(version)]
struct Arguments {
    #[command(subcommand)]
    command: Subcommands,
}

#[derive(Debug, Subcommand)]
enum Subcommands {
    /// Start a cluster and run until SIGINT or SIGTERM, then stop it and remove its data.
    ///
    /// Once it is ready, the first line of output is the path of an administrator's kubeconfig,
    /// and with --operator-rules the second line is that of the restricted user.
    Start {
        /// Grant a user the RBAC rules of this file and nothing else: the chart's
        /// files/rules.yaml, with the keys `cluster` (all namespaces) and `leases` (`default`).
        #[arg(long, value_name = "FILE")]
        operator_rules: Option<PathBuf>,
        /// The name of that user.
        #[arg(long, value_name = "NAME", default_value = "spot-training-operator")]
        operator_user: String,
        /// Stop also when standard input ends, so that the cluster ends with what started it.
        #[arg(long)]
        until_stdin_closes: bool,
    },
    /// Find or build the cluster's programs and print a line `NAME PATH` for each.
    Assets,
    /// Find or build Helm and print its path.
    Helm,
}

fn main() -> ExitCode {
    match run(Arguments::parse().command) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("test-cluster: {error}");
            ExitCode::FAILURE
        }
    }
}

fn run(command: Subcommands) -> Result<(), Error> {
    match command {
        Subcommands::Start { operator_rules, operator_user, until_stdin_closes } => {
            // Read first: a wrong path should show before the wait.
            let rules = operator_rules.map(fs::read_to_string).transpose();
            let rules = rules.map_err(failed("read --operator-rules"))?;
            let cluster = Cluster::start(Options::default())?;
            let mut lines = vec![cluster.admin_kubeconfig()];
            if let Some(rules) = rules {
                cluster.bind_rules(&operator_user, &rules)?;
                lines.push(cluster.kubeconfig_for_user(&operator_user, None)?);
            }
            print(lines.iter().map(|path| path.display().to_string()))?;
            wait_for_the_end(until_stdin_closes).map_err(failed("wait for signals"))
        }
        Subcommands::Assets => {
            let assets = Assets::find_or_build()?;
            let programs = [
                ("etcd", assets.etcd),
                ("kube-apiserver", assets.kube_apiserver),
                ("kube-controller-manager", assets.kube_controller_manager),
                ("kubectl", assets.kubectl),
            ];
            print(programs.map(|(name, path)| format!("{name} {}", path.display())))
        }
        Subcommands::Helm => print([find_or_build_helm()?.display().to_string()]),
    }
}

fn print(lines: impl IntoIterator<Item = String>) -> Result<(), Error> {
    let mut output = io::stdout().lock();
    for line in lines {
        writeln!(output, "{line}").map_err(failed("write to standard output"))?;
    }
    Ok(())
}

#[tokio::main(flavor = "current_thread")]
async fn wait_for_the_end(until_stdin_closes: bool) -> io::Result<()> {
    let mut interrupt = signal(SignalKind::interrupt())?;
    let mut terminate = signal(SignalKind::terminate())?;
    let (closed, stdin_closed) = oneshot::channel();
    if until_stdin_closes {
        // A thread of its own: a blocking read can't be given up, and must not hold up the end.
        thread::spawn(move || {
            io::copy(&mut io::stdin().lock(), &mut io::sink()).ok();
            closed.send(()).ok();
        });
    }
    tokio::select! {
        _ = interrupt.recv() => {}
        _ = terminate.recv() => {}
        _ = stdin_closed, if until_stdin_closes => {}
    }
    Ok(())
}

fn failed(what: &str) -> impl FnOnce(io::Error) -> Error {
    let what = what.to_owned();
    move |source| Error::Io { what, source }
}
