//! What is said above a manifest: everything that was dropped or says something else now.

/// Longest line of a comment, in characters.
const WIDTH: usize = 100;

/// Comments in the order in which they are read.
#[derive(Debug, Default)]
pub(super) struct Comments {
    texts: Vec<String>,
    /// Members without a value.
    pub(super) empty: Vec<String>,
    /// Members that only SageMaker writes.
    pub(super) answers: Vec<String>,
    /// Members that `CreateTrainingJob` lacks.
    pub(super) unknown: Vec<String>,
    /// Members that are text in the API and were something else.
    pub(super) quoted: Vec<String>,
    /// Members that are numbers or switches in the API and were something else.
    pub(super) unquoted: Vec<String>,
}

impl Comments {
    pub(super) fn add(&mut self, text: impl Into<String>) {
        self.texts.push(text.into());
    }

    /// All comments, those of many members as one.
    pub(super) fn texts(&self) -> Vec<String> {
        let many = [
            (&self.unknown, "unknown to SageMaker, dropped"),
            (&self.quoted, "written as text, which the API wants"),
            (&self.unquoted, "written as a number, or as true or false, which the API wants"),
            (&self.answers, "only SageMaker writes these, dropped"),
            (&self.empty, "without a value, dropped"),
        ];
        let many = many.into_iter().filter(|(members, _)| !members.is_empty());
        let many = many.map(|(members, what)| format!("{what}: {}", members.join(", ")));
        self.texts.iter().cloned().chain(many).collect()
    }
}

/// Texts as lines of YAML comments. Line breaks in them, which come from outside, are blanks.
pub(super) fn lines(texts: &[String]) -> String {
    texts.iter().map(|text| line(text)).collect()
}

fn line(text: &str) -> String {
    let mut lines = String::new();
    let mut line = "# -".to_owned();
    for word in text.split(|letter: char| letter.is_whitespace() || letter.is_control()) {
        if line.chars().count() + word.chars().count() >= WIDTH && line.len() > 3 {
            lines += &line;
            lines.push('\n');
            "#  ".clone_into(&mut line);
        }
        line.push(' ');
        line += word;
    }
    lines + &line + "\n"
}
