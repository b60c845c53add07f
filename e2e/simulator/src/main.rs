//! The binary: a simulator on a loopback port.

use std::fs;
use std::io::{self, Write};
use std::net::SocketAddr;
use std::path::PathBuf;
use std::process::ExitCode;
use std::sync::Arc;

use clap::Parser;
use sagemaker_simulator::{Options, Simulator, Workload, serve_logged};
use tokio::net::TcpListener;
use tokio::signal::unix::{SignalKind, signal};

/// Simulates Amazon SageMaker training jobs over HTTP: strict requests, managed spot
/// interruptions, any workload, faults on order. No AWS account is needed, nothing costs money.
///
/// The first line on stdout is the URL, the endpoint for clients. Any region and credentials do; an
/// access key id that ends in twelve digits chooses the account.
/// Calls that change something are logged on stderr.
#[derive(Parser)]
#[command(version, after_help = "Workloads, faults and endpoints: e2e/simulator/README.md")]
struct Arguments {
    /// Address and port to listen on; port 0 chooses a free one
    #[arg(long, default_value = "127.0.0.1:0")]
    listen: SocketAddr,
    /// Decides everything that is left to chance
    #[arg(long, default_value_t = 1)]
    seed: u64,
    /// Divide the length of every phase and limit; reported seconds of training stay as they are
    #[arg(long, default_value_t = 1, value_parser = clap::value_parser!(u32).range(1..))]
    time_scale: u32,
    /// JSON of the default workload, for jobs without the hyperparameter `simulator`
    #[arg(long = "script", value_name = "FILE")]
    workload: Option<PathBuf>,
    /// Instance types that are not available in any region
    #[arg(long, value_name = "TYPE", value_delimiter = ',')]
    unavailable: Vec<String>,
    /// Seconds for which temporary credentials of STS are valid
    #[arg(long, value_name = "SECONDS", default_value_t = 3600)]
    credential_lifetime: u32,
    /// Listen on an address that other machines reach: there is no authentication at all
    #[arg(long)]
    allow_remote: bool,
}

fn main() -> ExitCode {
    let arguments = Arguments::parse();
    match run(arguments) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("sagemaker-simulator: {error}");
            ExitCode::FAILURE
        }
    }
}

#[tokio::main]
async fn run(arguments: Arguments) -> Result<(), String> {
    let address = arguments.listen;
    if !address.ip().is_loopback() && !arguments.allow_remote {
        return Err(format!(
            "{address} can be reached from other machines, and nothing here is authenticated: \
             listen on 127.0.0.1, or add --allow-remote"
        ));
    }
    let workload = match &arguments.workload {
        Some(path) => read(path).map_err(|error| format!("{}: {error}", path.display()))?,
        None => Workload::default(),
    };
    let simulator = Arc::new(Simulator::new(Options {
        seed: arguments.seed,
        time_scale: arguments.time_scale,
        workload,
        credential_lifetime_seconds: arguments.credential_lifetime,
        unavailable: arguments.unavailable.into_iter().collect(),
        ..Options::default()
    }));
    let listener = TcpListener::bind(address)
        .await
        .map_err(|error| format!("can't listen on {address}: {error}"))?;
    let shutdown = shutdown().map_err(|error| format!("signals: {error}"))?;
    announce(&listener).map_err(|error| format!("stdout: {error}"))?;
    serve_logged(listener, simulator, shutdown, |line| eprintln!("{line}")).await;
    Ok(())
}

fn read(path: &PathBuf) -> Result<Workload, String> {
    let json = fs::read_to_string(path).map_err(|error| error.to_string())?;
    Workload::parse(&json)
}

/// The URL, for whoever started the simulator on port 0.
fn announce(listener: &TcpListener) -> io::Result<()> {
    let mut stdout = io::stdout();
    writeln!(stdout, "http://{}", listener.local_addr()?)?;
    stdout.flush()
}

/// Ready at the first SIGINT or SIGTERM; handlers are in place when this returns.
fn shutdown() -> io::Result<impl Future<Output = ()>> {
    let mut interrupt = signal(SignalKind::interrupt())?;
    let mut terminate = signal(SignalKind::terminate())?;
    Ok(async move {
        tokio::select! {
            _ = interrupt.recv() => {}
            _ = terminate.recv() => {}
        }
    })
}
