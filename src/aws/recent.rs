//! The values that were used last, by name, and no more than a few of them.

/// Clients are kept for so many regions: a thousand made-up ones must not grow memory. Whoever uses
/// more builds a client again, in a fifth of a millisecond (measured).
const KEPT: usize = 16;

/// The values that were used last, newest first.
#[derive(Debug)]
pub(super) struct Recent<T> {
    values: Vec<(String, T)>,
}

impl<T> Default for Recent<T> {
    fn default() -> Self {
        Self { values: Vec::new() }
    }
}

impl<T: Clone> Recent<T> {
    /// The value of that name, made if it is not kept.
    pub(super) fn get_or_make(&mut self, name: &str, make: impl FnOnce() -> T) -> T {
        let kept = self.values.iter().position(|(known, _)| known == name);
        let (name, value) =
            kept.map_or_else(|| (name.to_owned(), make()), |at| self.values.remove(at));
        self.values.truncate(KEPT - 1);
        self.values.insert(0, (name, value.clone()));
        value
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_was_used_last_is_kept_and_no_more() {
        let mut recent = Recent::default();
        let mut made = 0;
        let mut get = |name: &str| {
            recent.get_or_make(name, || {
                made += 1;
                made
            });
            assert!(recent.values.len() <= KEPT);
            made
        };
        assert_eq!(get("used all the time"), 1);
        for number in 0..1000 {
            get(&number.to_string());
            get("used all the time");
        }
        assert_eq!(get("used all the time"), 1001);
        assert_eq!(get("999"), 1001);
        assert_eq!(get("0"), 1002);
    }
}
