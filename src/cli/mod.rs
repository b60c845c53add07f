//! The commands of the binary.

mod completion;
#[cfg(feature = "aws")]
mod controller;
mod crd;
pub mod files;
pub mod import;
pub mod plan;

use std::io::{ErrorKind, Write};
use std::process::ExitCode;

use serde_json::{Value, json};

use crate::api::validation::Problem;
use crate::settings::{Arguments, Command};

/// Exit code where a manifest would be refused.
const REFUSED: u8 = 1;

/// Exit code where nothing can be said: files that can't be read.
const UNREADABLE: u8 = 2;

/// Runs the command that the arguments name.
#[must_use]
pub fn run(arguments: Arguments) -> ExitCode {
    match arguments.command {
        #[cfg(feature = "aws")]
        Command::Controller(settings) => controller::run(&settings),
        #[cfg(not(feature = "aws"))]
        Command::Controller(_) => fail("this build has no part that speaks to SageMaker"),
        Command::Plan(settings) => plan::run(&settings),
        Command::Import(settings) => import::run(&settings),
        Command::Crd => crd::run(),
        Command::Completion(settings) => completion::run(&settings),
    }
}

/// Says on standard error why a command failed.
fn fail(why: &str) -> ExitCode {
    eprintln!("error: {why}");
    ExitCode::FAILURE
}

/// What is said where other problems hide what the rules say.
const UNCHECKED: &str =
    "more may be found once this is mended: the rules of the definition were not checked";

/// Says on standard error why files can't be read.
fn unreadable(why: &str) -> ExitCode {
    fail(why);
    ExitCode::from(UNREADABLE)
}

/// Prints a result, in which a manifest would be refused or not.
fn print(text: Result<String, String>, refused: bool) -> ExitCode {
    let written = text.and_then(|text| match std::io::stdout().write_all(text.as_bytes()) {
        // The reader, such as head, has seen enough.
        Err(error) if error.kind() == ErrorKind::BrokenPipe => Ok(()),
        written => written.map_err(|error| error.to_string()),
    });
    match written {
        Ok(()) if refused => ExitCode::from(REFUSED),
        Ok(()) => ExitCode::SUCCESS,
        Err(why) => fail(&why),
    }
}

/// What is wrong with a manifest, for programs.
fn problems_as_json(problems: &[Problem]) -> Vec<Value> {
    let problem = |problem: &Problem| json!({ "field": problem.field, "message": problem.message });
    problems.iter().map(problem).collect()
}
