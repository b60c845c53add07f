//! Builds one program with Go from the versions that this crate carries.

use std::fs;
use std::io::ErrorKind;
use std::path::Path;
use std::process::{Command, Stdio};
use std::time::Instant;

use crate::Error;
use crate::log_tail::last_lines;
use crate::tools::Program;

/// Builds `program` as the file `target`, and says on standard error how long that takes.
///
/// The module is written to a temporary directory first, so that neither the working directory
/// nor the place of this crate's sources matters.
pub(crate) fn go_build(program: &Program, target: &Path) -> Result<(), Error> {
    let module = (program.module)();
    let version = module.version()?;
    let source = tempfile::Builder::new()
        .prefix("spot-training-tools-")
        .tempdir()
        .map_err(Error::io("create a temporary directory"))?;
    for (name, text) in [("go.mod", module.go_mod), ("go.sum", module.go_sum)] {
        let path = source.path().join(name);
        fs::write(&path, text).map_err(Error::path("write", &path))?;
    }

    eprintln!(
        "test-cluster: building {} {version} with Go (once; about {} on 2 cores)",
        program.name, program.build_time
    );
    let began = Instant::now();
    let output = Command::new("go")
        .args(["build", "-trimpath", "-buildvcs=false", "-mod=readonly"])
        .args(["-ldflags", &module.linker_flags()?, "-o"])
        .arg(target)
        .arg(program.package)
        .current_dir(source.path())
        .env("CGO_ENABLED", "0")
        .env("GOWORK", "off")
        .stdin(Stdio::null())
        .output();
    let output = match output {
        Err(error) if error.kind() == ErrorKind::NotFound => {
            return Err(Error::GoMissing {
                program: program.name,
                go_version: module.go_version()?,
            });
        }
        other => other.map_err(Error::io("run go build"))?,
    };
    if !output.status.success() {
        return Err(Error::Build {
            program: program.name,
            status: output.status,
            output: last_lines(&output.stderr),
        });
    }
    eprintln!("test-cluster: built {} in {} s", program.name, began.elapsed().as_secs());
    Ok(())
}
