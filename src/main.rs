//! The binary: arguments in, exit code out.

use std::process::ExitCode;

use clap::Parser;
use spot_training_operator::{cli, settings::Arguments};

fn main() -> ExitCode {
    cli::run(Arguments::parse())
}
