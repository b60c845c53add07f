//! Programs and the directory of a cluster, which end with their owner even when it is killed.

use std::fs::{self, File};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::time::Duration;

use crate::environment::clean;
use crate::log_tail::last_lines;
use crate::{Error, poll};

/// A running program with its log. Dropping it stops the program and waits for its end.
#[derive(Debug)]
pub(crate) struct Process {
    program: &'static str,
    watchdog: Child,
    log: PathBuf,
}

impl Process {
    /// Starts the executable `path` under a watchdog, with its output appended to
    /// `<directory>/<program>.log`.
    pub(crate) fn start(
        program: &'static str,
        path: &Path,
        arguments: &[String],
        directory: &Path,
    ) -> Result<Self, Error> {
        let log = directory.join(format!("{program}.log"));
        let output = File::options()
            .create(true)
            .append(true)
            .open(&log)
            .map_err(Error::path("create", &log))?;
        let errors = output.try_clone().map_err(Error::path("open", &log))?;
        let watchdog = script(include_str!("watchdog.sh"), "watchdog")
            .arg(path)
            .args(arguments)
            .current_dir(directory)
            .stdout(output)
            .stderr(errors)
            .spawn()
            .map_err(Error::path("start", path))?;
        Ok(Self { program, watchdog, log })
    }

    /// Asks the program to end, without waiting.
    pub(crate) fn ask_to_end(&mut self) {
        drop(self.watchdog.stdin.take());
    }

    /// Waits until `ready` says yes. An error with the end of the program's log when the program
    /// ends by itself, or isn't ready after `within`.
    pub(crate) fn wait_until(
        &mut self,
        within: Duration,
        mut ready: impl FnMut() -> Result<bool, Error>,
    ) -> Result<(), Error> {
        let program = self.program;
        let in_time = poll::until(within, || match self.watchdog.try_wait() {
            Ok(None) => ready(),
            Ok(Some(_)) | Err(_) => Err(Error::Ended { program, log: self.log() }),
        })?;
        if in_time {
            return Ok(());
        }
        Err(Error::NotReady { program, seconds: within.as_secs(), log: self.log() })
    }

    fn log(&self) -> String {
        last_lines(&fs::read(&self.log).unwrap_or_default())
    }
}

impl Drop for Process {
    fn drop(&mut self) {
        self.ask_to_end();
        self.watchdog.wait().ok();
    }
}

/// A temporary directory, removed on drop and when its owner is killed.
#[derive(Debug)]
pub(crate) struct Directory {
    path: PathBuf,
    cleaner: Child,
}

impl Directory {
    pub(crate) fn new() -> Result<Self, Error> {
        let path = tempfile::Builder::new()
            .prefix("spot-training-cluster-")
            .tempdir()
            .map_err(Error::io("create a temporary directory"))?
            .keep();
        let cleaner = script(include_str!("cleaner.sh"), "cleaner")
            .arg(&path)
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .spawn()
            .map_err(Error::io("start sh"))?;
        Ok(Self { path, cleaner })
    }

    pub(crate) fn path(&self) -> &Path {
        &self.path
    }

    /// Writes `text` as the file `name` and gives its path.
    pub(crate) fn write(&self, name: &str, text: &str) -> Result<PathBuf, Error> {
        let path = self.path.join(name);
        fs::write(&path, text).map_err(Error::path("write", &path))?;
        Ok(path)
    }
}

impl Drop for Directory {
    fn drop(&mut self) {
        drop(self.cleaner.stdin.take());
        self.cleaner.wait().ok();
    }
}

/// A shell script that lives until its standard input ends. In a process group of its own, so
/// that Ctrl-C reaches the owner alone and the owner stops everything in order.
fn script(text: &str, name: &str) -> Command {
    use std::os::unix::process::CommandExt;
    let mut command = Command::new("/bin/sh");
    command.args(["-c", text, name]).stdin(Stdio::piped()).process_group(0);
    clean(&mut command);
    command
}
