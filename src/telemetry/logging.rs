//! Logging: text or JSON on standard error, with a level that can be changed while running.

use tracing_subscriber::layer::SubscriberExt;
use tracing_subscriber::util::SubscriberInitExt;
use tracing_subscriber::{EnvFilter, Layer, Registry, fmt, reload};

/// How log lines are written.
#[derive(Clone, Copy, Debug, PartialEq, Eq, clap::ValueEnum)]
pub enum Format {
    /// For people.
    Text,
    /// For machines.
    Json,
}

/// Changes the level of the log.
#[derive(Clone, Debug)]
pub struct Level {
    handle: reload::Handle<EnvFilter, Registry>,
}

impl Level {
    /// Sets the level, such as `debug` or `info,kube=debug`.
    ///
    /// # Errors
    /// Why the text is not a level.
    pub fn set(&self, directives: &str) -> Result<(), String> {
        let filter = parse(directives)?;

        self.handle.reload(filter).map_err(|error| error.to_string())
    }
}

/// Reads a level.
///
/// kube's own span around every reconcile says what ours says too, so it is left out unless the
/// text asks for `kube_runtime`.
///
/// # Errors
/// Why the text is not a level.
pub fn parse(directives: &str) -> Result<EnvFilter, String> {
    let quiet = format!("kube_runtime=warn,{directives}");
    EnvFilter::builder().parse(quiet).map_err(|error| error.to_string())
}

/// Installs logging for the process.
///
/// # Errors
/// When the level is none, or logging is installed already.
pub fn install(directives: &str, format: Format) -> Result<Level, String> {
    let (filter, handle) = reload::Layer::new(parse(directives)?);
    let lines = fmt::layer().with_writer(std::io::stderr);
    let lines = match format {
        Format::Text => lines.with_target(false).boxed(),
        Format::Json => lines.json().flatten_event(true).boxed(),
    };
    tracing_subscriber::registry()
        .with(filter)
        .with(lines)
        .try_init()
        .map_err(|error| error.to_string())?;
    Ok(Level { handle })
}
