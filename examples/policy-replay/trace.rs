//! A history of spot availability, and the file form of the public spot traces.

use std::fs;
use std::path::Path;

use serde_json::Value;

/// Whether spot capacity was there, tick by tick.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Trace {
    /// The length of a tick in seconds.
    pub(crate) gap_seconds: i64,
    /// Whether there was capacity during each tick.
    pub(crate) available: Vec<bool>,
}

/// Why a file is not a trace.
#[derive(Debug, thiserror::Error)]
pub(crate) enum TraceError {
    /// The file cannot be read.
    #[error("cannot read {file}: {source}; give --trace the path of a trace file")]
    Unreadable {
        /// The path as given.
        file: String,
        /// What the system said.
        source: std::io::Error,
    },
    /// The file is not JSON.
    #[error(
        "{file} is not JSON ({source}); \
         write it as {{\"metadata\":{{\"gap_seconds\":600}},\"data\":[1,0]}}"
    )]
    Json {
        /// The path as given.
        file: String,
        /// Where the parser stopped.
        source: serde_json::Error,
    },
    /// A member is absent or has a wrong value.
    #[error("{file}: {member} {problem}")]
    Member {
        /// The path as given.
        file: String,
        /// The path of the member inside the file.
        member: String,
        /// What is wrong, and what to write.
        problem: &'static str,
    },
}

impl Trace {
    /// Reads a trace from a file.
    pub(crate) fn read(path: &Path) -> Result<Self, TraceError> {
        let file = path.display().to_string();
        match fs::read_to_string(path) {
            Ok(text) => Self::parse(&file, &text),
            Err(source) => Err(TraceError::Unreadable { file, source }),
        }
    }

    fn parse(file: &str, text: &str) -> Result<Self, TraceError> {
        let wrong = |member: &str, problem| TraceError::Member {
            file: file.to_owned(),
            member: member.to_owned(),
            problem,
        };
        let root: Value = serde_json::from_str(text)
            .map_err(|source| TraceError::Json { file: file.to_owned(), source })?;
        let gap_seconds = root
            .pointer("/metadata/gap_seconds")
            .and_then(Value::as_i64)
            .filter(|gap| (1..=86_400).contains(gap))
            .ok_or_else(|| {
                let remedy = "must be the whole seconds between two values, from 1 to 86400";
                wrong("metadata.gap_seconds", remedy)
            })?;
        let data = root
            .get("data")
            .and_then(Value::as_array)
            .filter(|data| !data.is_empty())
            .ok_or_else(|| wrong("data", "must be a list with one number for each tick"))?;
        let available = data
            .iter()
            .enumerate()
            .map(|(tick, value)| {
                value.as_f64().map(|instances| instances > 0.0).ok_or_else(|| {
                    let remedy = "must be a number: the instances available, 0 for none";
                    wrong(&format!("data[{tick}]"), remedy)
                })
            })
            .collect::<Result<_, _>>()?;
        Ok(Self { gap_seconds, available })
    }
}

#[cfg(test)]
mod tests {
    use super::Trace;

    fn complaint(text: &str) -> String {
        Trace::parse("zone.json", text).unwrap_err().to_string()
    }

    #[test]
    fn any_instance_is_availability() {
        let text = r#"{"metadata":{"gap_seconds":600,"zone":"a"},"data":[1,0,4,0.0],"prices":[]}"#;
        let trace = Trace::parse("zone.json", text).unwrap();
        assert_eq!(trace, Trace { gap_seconds: 600, available: vec![true, false, true, false] });
    }

    #[test]
    fn errors_name_the_file_the_member_and_the_remedy() {
        let gap = "zone.json: metadata.gap_seconds must be the whole seconds";
        assert!(complaint(r#"{"data":[1]}"#).starts_with(gap));
        assert!(complaint(r#"{"metadata":{"gap_seconds":0},"data":[1]}"#).starts_with(gap));
        let with =
            |data| complaint(&format!(r#"{{"metadata":{{"gap_seconds":1}},"data":{data}}}"#));
        assert!(with("[]").starts_with("zone.json: data must be a list"));
        assert!(with("7").starts_with("zone.json: data must be a list"));
        assert!(with(r#"[1,"no"]"#).starts_with("zone.json: data[1] must be a number"));
        assert!(complaint("1,0").starts_with("zone.json is not JSON"));
    }
}
