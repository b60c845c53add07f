//! The level of the log: its grammar, and what no level shows.

use tracing::level_filters::LevelFilter;
use tracing::{Level, Metadata};
use tracing_subscriber::filter::Targets;

/// The levels, by their names.
const LEVELS: [(&str, LevelFilter); 6] = [
    ("trace", LevelFilter::TRACE),
    ("debug", LevelFilter::DEBUG),
    ("info", LevelFilter::INFO),
    ("warn", LevelFilter::WARN),
    ("error", LevelFilter::ERROR),
    ("off", LevelFilter::OFF),
];

/// Libraries that say what we say ourselves, and less readably. They say more only where the text
/// names them: kube's own span around every reconcile; the SDK's dumps of its own structures when
/// credentials are missing.
const QUIET: [(&str, LevelFilter); 2] =
    [("aws_config", LevelFilter::ERROR), ("kube_runtime", LevelFilter::WARN)];

/// Beginnings of the targets that write requests, answers and frames at the level trace.
const WIRE: [&str; 6] = ["aws_", "h2", "http", "hyper", "rustls", "tower"];

/// Where kube writes the bodies of answers that it cannot read, as warnings.
const KUBE_BODIES: &str = "kube_client::client";

/// Reads a level such as `debug` or `info,kube=debug`.
///
/// # Errors
/// What is wrong with it, and what the levels are.
pub fn parse(text: &str) -> Result<Targets, String> {
    let mut general = LevelFilter::INFO;
    let mut single = Vec::new();
    for directive in text.split(',').map(str::trim) {
        match directive.split_once('=') {
            None => general = level(directive)?,
            Some((target, name)) if is_target(target) => single.push((target, level(name)?)),
            Some((target, _)) => {
                return Err(format!("'{target}' is no part of the log; {}", usage()));
            }
        }
    }
    let quiet = QUIET.map(|(target, level)| (target, level.min(general)));
    Ok(Targets::new().with_default(general).with_targets(quiet).with_targets(single))
}

fn level(name: &str) -> Result<LevelFilter, String> {
    let found = LEVELS.iter().find(|(known, _)| name.eq_ignore_ascii_case(known));
    found.map(|(_, level)| *level).ok_or_else(|| format!("'{name}' is no level; {}", usage()))
}

fn usage() -> String {
    let names = LEVELS.map(|(name, _)| name).join(", ");
    format!("the levels are {names}, also for single parts, such as info,kube=debug")
}

/// A target is the path of a module.
fn is_target(text: &str) -> bool {
    let fits = |c: char| c.is_ascii_alphanumeric() || "_:-".contains(c);
    !text.is_empty() && text.chars().all(fits)
}

/// Whether a line may be written, whatever the level: hyperparameters and tags are the users', and
/// a log is read by others.
pub(super) fn may_be_written(line: &Metadata<'_>) -> bool {
    let target = line.target();
    if target == KUBE_BODIES {
        return *line.level() == Level::ERROR;
    }
    *line.level() != Level::TRACE || !WIRE.iter().any(|wire| target.starts_with(wire))
}
