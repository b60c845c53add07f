//! `completion`: prints a script that completes commands in a shell.

use std::process::ExitCode;

use clap::CommandFactory;
use clap_complete::Shell;

use crate::settings::{Arguments, Completion};

/// The binary.
const NAME: &str = "spot-training-operator";

/// Its name without dashes, in which `clap_complete` 4.6 does not find the subcommands of bash again.
const PLAIN: &str = "spot_training_operator";

/// Prints the script.
pub(super) fn run(settings: &Completion) -> ExitCode {
    super::print(script(settings.shell), false)
}

fn script(shell: Shell) -> Result<String, String> {
    let mut script = Vec::new();
    let name = if shell == Shell::Bash { PLAIN } else { NAME };
    clap_complete::generate(shell, &mut Arguments::command(), name, &mut script);
    let script = String::from_utf8(script).map_err(|error| error.to_string())?;
    let lines = script.lines().map(|line| match line.trim_start().strip_suffix(PLAIN) {
        Some(rest) if rest.starts_with("complete ") => format!("{rest}{NAME}\n"),
        Some(_) | None => format!("{line}\n"),
    });
    Ok(lines.collect())
}
