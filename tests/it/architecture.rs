//! The rings of docs/architecture.md: who may use whom, how long a file may be, and that each says
//! what it is.

use std::fs;
use std::path::{Path, PathBuf};

/// Longest source file, in lines.
const LONGEST_FILE: usize = 300;

/// What each ring may use of this crate, besides itself.
const RINGS: [(&str, &[&str]); 9] = [
    ("api", &[]),
    ("domain", &[]),
    ("port", &["domain", "api::v1alpha1::template"]),
    ("aws", &["port", "domain", "api::v1alpha1::template"]),
    ("telemetry", &["api", "domain"]),
    ("controller", &["api", "domain", "port", "telemetry"]),
    ("settings", &["telemetry"]),
    ("runtime", &["api", "aws", "controller", "domain", "port", "settings", "telemetry", "yaml"]),
    (
        "cli",
        &["api", "aws", "controller", "domain", "port", "runtime", "settings", "telemetry", "yaml"],
    ),
];

/// Crates that may not appear in a ring.
const BANNED: [(&str, &[&str]); 3] = [
    ("domain", &["kube", "k8s_openapi", "aws_", "tokio", "futures", "async_trait", "tracing"]),
    ("port", &["kube", "k8s_openapi", "aws_", "tokio"]),
    ("controller", &["aws_"]),
];

fn sources(root: &Path) -> Vec<PathBuf> {
    let mut found = Vec::new();
    for entry in fs::read_dir(root).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            if !matches!(path.file_name().unwrap().to_str().unwrap(), "target" | "tools") {
                found.extend(sources(&path));
            }
        } else if path.extension().is_some_and(|extension| extension == "rs") {
            found.push(path);
        }
    }
    found.sort();
    found
}

fn repository() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR"))
}

/// The ring of a file below `src`: the first part of its path.
fn ring(path: &Path) -> String {
    let relative = path.strip_prefix(repository().join("src")).unwrap();
    let first = relative.components().next().unwrap().as_os_str().to_str().unwrap();
    first.trim_end_matches(".rs").to_owned()
}

/// What a file uses of this crate: the paths after `crate::`.
fn uses(text: &str) -> impl Iterator<Item = &str> {
    text.match_indices("crate::").filter(|(at, _)| !text[..*at].ends_with('$')).map(
        |(at, marker)| {
            let path = &text[at + marker.len()..];
            let end = path.find(|c: char| !(c.is_alphanumeric() || c == '_' || c == ':'));
            &path[..end.unwrap_or(path.len())]
        },
    )
}

#[test]
fn rings_use_only_what_they_may() {
    let mut edges = 0;
    let mut wrong = Vec::new();
    for path in sources(&repository().join("src")) {
        let ring = ring(&path);
        let Some((_, allowed)) = RINGS.iter().find(|(name, _)| *name == ring) else {
            assert!(matches!(ring.as_str(), "main" | "lib" | "yaml"), "{ring} is no ring");
            continue;
        };
        let text = fs::read_to_string(&path).unwrap();
        for used in uses(&text) {
            edges += 1;
            let own = used == ring || used.starts_with(&format!("{ring}::"));
            let permitted =
                allowed.iter().any(|name| used == *name || used.starts_with(&format!("{name}::")));
            if !own && !permitted {
                wrong.push(format!("{}: {ring} may not use crate::{used}", path.display()));
            }
        }
        let banned =
            BANNED.iter().find(|(name, _)| *name == ring).map_or(&[][..], |(_, banned)| banned);
        for name in banned {
            let (import, path_use) = (format!("use {name}"), format!(" {name}::"));
            if text.lines().any(|line| line.starts_with(&import) || line.contains(&path_use)) {
                wrong.push(format!("{}: {ring} may not use {name}", path.display()));
            }
        }
    }
    assert!(edges > 60, "the test has read too little: {edges} uses");
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn files_are_short_and_say_what_they_are() {
    let mut wrong = Vec::new();
    for folder in ["src", "tests", "e2e", "benches"] {
        for path in sources(&repository().join(folder)) {
            let text = fs::read_to_string(&path).unwrap();
            let lines = text.lines().count();
            if lines > LONGEST_FILE {
                wrong.push(format!("{} has {lines} lines", path.display()));
            }
            if !text.starts_with("//!") {
                wrong.push(format!("{} does not say what it is", path.display()));
            }
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}
