//! The causes of an error in one line: libraries keep the point of a failure in its innermost cause.

use std::error::Error;

/// The texts of `error` and of its causes, outermost first; a cause that repeats what was said is
/// left out.
#[must_use]
pub fn chain(error: &(dyn Error + 'static)) -> String {
    let mut causes: Vec<String> = Vec::new();
    let mut next = Some(error);
    while let Some(cause) = next {
        let words = one_line(&cause.to_string());
        if !causes.iter().any(|said| said.contains(&words)) {
            causes.push(words);
        }
        next = cause.source();
    }
    causes.join(": ")
}

fn one_line(text: &str) -> String {
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}

#[cfg(test)]
mod tests {
    use std::fmt;

    use super::*;

    #[derive(Debug)]
    struct Cause(&'static str, Option<Box<Self>>);

    impl fmt::Display for Cause {
        fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
            f.write_str(self.0)
        }
    }

    impl Error for Cause {
        fn source(&self) -> Option<&(dyn Error + 'static)> {
            self.1.as_deref().map(|cause| cause as _)
        }
    }

    fn causes(words: &[&'static str]) -> Cause {
        let mut words = words.iter().rev();
        let last = Cause(words.next().unwrap(), None);
        words.fold(last, |source, word| Cause(word, Some(Box::new(source))))
    }

    #[test]
    fn every_cause_is_named_once_and_in_one_line() {
        let rows: [(&[&str], &str); 4] = [
            (&["io error"], "io error"),
            (
                &["io error", "connect", "refused\n  (os error 111)"],
                "io error: connect: refused (os error 111)",
            ),
            (&["dispatch", "connect: refused", "refused"], "dispatch: connect: refused"),
            (&["timeout", "timeout", "after 3 s"], "timeout: after 3 s"),
        ];
        for (words, expected) in rows {
            assert_eq!(chain(&causes(words)), expected);
        }
    }
}
