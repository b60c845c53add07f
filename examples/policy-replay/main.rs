//! Which capacity policy would have been cheapest on a history of spot availability?
//!
//! A job of known length is replayed from many starts in a trace of spot availability, under each
//! policy, and the mean cost is shown as a share of the cost on on-demand. The model is that of
//! Wu et al., "Can't Be Late", NSDI'24.
#![expect(clippy::print_stdout, reason = "the result is what the program is for")]

mod arguments;
mod comparison;
mod engine;
mod job;
mod operator;
mod optimum;
mod policy;
mod progress;
mod random;
mod reference;
mod report;
mod samples;
mod synthetic;
mod trace;
mod training_job;

#[cfg(test)]
mod acceptance;

use std::error::Error;
use std::process::ExitCode;

use clap::Parser;

use arguments::{Arguments, Output};

fn main() -> ExitCode {
    match run(&Arguments::parse()) {
        Ok(text) => {
            println!("{text}");
            ExitCode::SUCCESS
        }
        Err(error) => {
            eprintln!("policy-replay: {error}");
            ExitCode::FAILURE
        }
    }
}

fn run(arguments: &Arguments) -> Result<String, Box<dyn Error>> {
    let job = arguments.job()?;
    let traces = arguments.traces()?;
    let samples = samples::choose(arguments.sampling(), &job, &traces)?;
    let standings = comparison::compare(arguments.policies(), &job, &samples);
    Ok(match arguments.output() {
        Output::Table => report::table(&standings),
        Output::Json => report::json(&standings)?,
    })
}
