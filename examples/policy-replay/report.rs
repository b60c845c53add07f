//! The figures for people and for programs.

use std::iter;

use serde::Serialize;

use crate::comparison::Standing;

/// One policy in the JSON form.
#[derive(Serialize)]
struct Line {
    policy: String,
    cost: f64,
    missed: u32,
    samples: u32,
}

/// A table with one line for each policy.
pub(crate) fn table(standings: &[Standing]) -> String {
    let head =
        format!("{:<24}{:>10}{:>10}{:>8}{:>9}", "POLICY", "COST", "SAVING", "MISSED", "SAMPLES");
    let lines = standings.iter().map(|Standing { policy, cost, missed, samples }| {
        let saving = 100.0 * (1.0 - cost);
        format!("{policy:<24}{cost:>10.4}{saving:>9.1}%{missed:>8}{samples:>9}")
    });
    iter::once(head).chain(lines).collect::<Vec<_>>().join("\n")
}

/// A JSON array with one object for each policy.
pub(crate) fn json(standings: &[Standing]) -> serde_json::Result<String> {
    let lines: Vec<Line> = standings
        .iter()
        .map(|&Standing { policy, cost, missed, samples }| Line {
            policy: policy.to_string(),
            cost,
            missed,
            samples,
        })
        .collect();
    serde_json::to_string(&lines)
}

#[cfg(test)]
mod tests {
    use super::{json, table};
    use crate::comparison::Standing;
    use crate::policy::Policy;

    const STANDING: Standing =
        Standing { policy: Policy::Optimum, cost: 0.625, missed: 1, samples: 300 };

    #[test]
    fn the_table_shows_cost_and_saving() {
        let table = table(&[STANDING]);
        let words: Vec<&str> = table.lines().nth(1).unwrap().split_whitespace().collect();
        assert_eq!(words, ["optimum", "0.6250", "37.5%", "1", "300"]);
    }

    #[test]
    fn the_json_form_is_one_array() {
        let expected = r#"[{"policy":"optimum","cost":0.625,"missed":1,"samples":300}]"#;
        assert_eq!(json(&[STANDING]).unwrap(), expected);
    }
}
