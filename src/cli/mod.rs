//! The commands of the binary.

mod controller;
mod crd;
pub mod plan;

use std::process::ExitCode;

use crate::settings::{Arguments, Command};

/// Runs the command that the arguments name.
#[must_use]
pub fn run(arguments: Arguments) -> ExitCode {
    match arguments.command {
        Command::Controller(settings) => controller::run(&settings),
        Command::Plan(settings) => plan::run(&settings),
        Command::Crd => crd::run(),
    }
}

/// Says on standard error why a command failed.
fn fail(why: &str) -> ExitCode {
    eprintln!("error: {why}");
    ExitCode::FAILURE
}
