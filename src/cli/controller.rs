//! `controller`: runs the operator.

use std::process::ExitCode;

use crate::runtime::supervise::supervise;
use crate::settings::Controller;
use crate::telemetry::logging;

/// Runs the operator until it is asked to end.
pub(super) fn run(settings: &Controller) -> ExitCode {
    if let Err(why) = settings.validate() {
        return super::fail(&why);
    }
    let level = match logging::install(&settings.log_level, settings.log_format) {
        Ok(level) => level,
        Err(why) => return super::fail(&why),
    };
    if rustls::crypto::aws_lc_rs::default_provider().install_default().is_err() {
        return super::fail("a TLS provider is installed already");
    }
    let runtime =
        tokio::runtime::Builder::new_multi_thread().worker_threads(2).enable_all().build();
    match runtime {
        Ok(runtime) => {
            let code = runtime.block_on(supervise(settings, level));
            // Dropping it would wait for name look-ups, which can take a minute.
            runtime.shutdown_background();
            code
        }
        Err(error) => super::fail(&error.to_string()),
    }
}
