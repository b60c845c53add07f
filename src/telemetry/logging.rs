//! Logging: text or JSON on standard error, with a level that can be changed while running.

use tracing_subscriber::filter::{FilterFn, Targets};
use tracing_subscriber::layer::SubscriberExt;
use tracing_subscriber::util::SubscriberInitExt;
use tracing_subscriber::{Layer, Registry, fmt, reload};

use super::log_level;

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
    handle: reload::Handle<Targets, Registry>,
}

impl Level {
    /// Sets the level, such as `debug` or `info,kube=debug`.
    ///
    /// # Errors
    /// Why the text is not a level.
    pub fn set(&self, text: &str) -> Result<(), String> {
        self.handle.reload(log_level::parse(text)?).map_err(|error| error.to_string())
    }
}

/// What decides about each line: the level, which can be changed, and what no level shows.
///
/// # Errors
/// When the text is not a level.
pub fn filter(text: &str) -> Result<(impl Layer<Registry> + use<>, Level), String> {
    let (targets, handle) = reload::Layer::new(log_level::parse(text)?);
    let filter = targets.and_then(FilterFn::new(log_level::may_be_written));
    Ok((filter, Level { handle }))
}

/// Installs logging for the process.
///
/// # Errors
/// When the text is not a level, or logging is installed already.
pub fn install(text: &str, format: Format) -> Result<Level, String> {
    let (filter, level) = filter(text)?;
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
    Ok(level)
}
