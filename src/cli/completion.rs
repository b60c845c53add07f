//! `completion`: prints a script that completes commands in a shell.

use std::process::ExitCode;

use clap::CommandFactory;

use crate::settings::{Arguments, Completion};

/// Prints the script.
pub(super) fn run(settings: &Completion) -> ExitCode {
    let mut script = Vec::new();
    let mut command = Arguments::command();
    clap_complete::generate(settings.shell, &mut command, "spot-training-operator", &mut script);
    super::print(String::from_utf8(script).map_err(|error| error.to_string()), false)
}
