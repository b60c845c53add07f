//! Text from outside: what the status, a terminal and YAML can't show safely is replaced, and what
//! is too long is cut.
//!
//! Such a character would make the apiserver refuse the whole status, or change when the status is
//! read back, or let a message show itself in another order than it was written.

use std::ops::RangeInclusive;

/// Stands for what was cut out.
const GAP: &str = " … ";

/// Characters that are replaced: controls, line separators, marks of byte order and of writing
/// direction (Unicode Standard, chapter 23), and noncharacters.
const REPLACED: [RangeInclusive<char>; 10] = [
    '\u{0}'..='\u{8}',
    '\u{B}'..='\u{1F}',
    '\u{7F}'..='\u{9F}',
    '\u{61C}'..='\u{61C}',
    '\u{200E}'..='\u{200F}',
    '\u{2028}'..='\u{202E}',
    '\u{2066}'..='\u{2069}',
    '\u{FDD0}'..='\u{FDEF}',
    '\u{FEFF}'..='\u{FEFF}',
    '\u{FFFE}'..='\u{FFFF}',
];

/// Whether a character is kept by [`clean`].
#[must_use]
pub fn is_clean(c: char) -> bool {
    // The last two of every plane are noncharacters.
    let nonchar = u32::from(c) & 0xFFFE == 0xFFFE;
    !nonchar && !REPLACED.iter().any(|range| range.contains(&c))
}

/// The text with U+FFFD for every character that is not [clean](is_clean), and at most `limit`
/// bytes of it.
#[must_use]
pub fn clean(text: &str, limit: usize) -> String {
    let cleaned: String =
        text.chars().map(|c| if is_clean(c) { c } else { char::REPLACEMENT_CHARACTER }).collect();
    clip(&cleaned, limit)
}

/// At most `limit` bytes of the text, cut between characters: its head and its tail, for the point of a
/// message is often at its end.
///
/// The bound of an Event's note, and of an object, counts bytes; those of a CRD count characters, of
/// which there are no more.
#[must_use]
pub fn clip(text: &str, limit: usize) -> String {
    if text.len() <= limit {
        return text.to_owned();
    }
    let (kept, gap) = limit.checked_sub(GAP.len()).map_or((limit, ""), |kept| (kept, GAP));
    let wanted = if gap.is_empty() { kept } else { kept.div_ceil(2) };
    let (head, _) = text.split_at(text.floor_char_boundary(wanted));
    let (_, tail) = text.split_at(text.ceil_char_boundary(text.len() - (kept - wanted)));
    format!("{head}{gap}{tail}")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_cannot_be_shown_is_replaced_and_nothing_else() {
        let rows = [
            ("", ""),
            ("plain\n\ttext", "plain\n\ttext"),
            ("Can\u{e2}\u{80}\u{99}t", "Canâ\u{FFFD}\u{FFFD}t"),
            ("a\r\nb\u{0}\u{1b}[31m", "a\u{FFFD}\nb\u{FFFD}\u{FFFD}[31m"),
            ("\u{7f}\u{85}\u{9f}\u{a0}", "\u{FFFD}\u{FFFD}\u{FFFD}\u{a0}"),
            (
                "\u{2027}\u{2028}\u{2029}\u{202a}\u{202e}\u{202f}",
                "\u{2027}\u{FFFD}\u{FFFD}\u{FFFD}\u{FFFD}\u{202f}",
            ),
            ("\u{200d}\u{200e}\u{200f}\u{2010}", "\u{200d}\u{FFFD}\u{FFFD}\u{2010}"),
            ("\u{2065}\u{2066}\u{2069}\u{206a}\u{61c}", "\u{2065}\u{FFFD}\u{FFFD}\u{206a}\u{FFFD}"),
            (
                "\u{feff}\u{fdcf}\u{fdd0}\u{fdef}\u{fdf0}",
                "\u{FFFD}\u{fdcf}\u{FFFD}\u{FFFD}\u{fdf0}",
            ),
            (
                "\u{fffd}\u{fffe}\u{ffff}\u{1fffe}\u{10ffff}",
                "\u{FFFD}\u{FFFD}\u{FFFD}\u{FFFD}\u{FFFD}",
            ),
            ("訓練 🚀 é", "訓練 🚀 é"),
        ];
        for (text, expected) in rows {
            assert_eq!(clean(text, 100), expected, "{}", text.escape_unicode());
        }
    }

    #[test]
    fn cleaning_what_is_clean_changes_nothing() {
        let every: String = ('\u{0}'..=char::MAX).collect();
        let once = clean(&every, usize::MAX);
        assert_eq!(once.chars().count(), every.chars().count());
        assert!(once.chars().all(is_clean));
        assert_eq!(clean(&once, usize::MAX), once);
    }

    #[test]
    fn bytes_are_cut_between_characters() {
        for text in ["0123456789abcdef", "é🚀é🚀é🚀é🚀", "日本語日本語日本語"]
        {
            for limit in 0..=text.len() + 1 {
                let cut = clip(text, limit);
                assert!(cut.len() <= limit, "{text} to {limit}: {cut}");
                assert!(limit < text.len() || cut == text, "{text} to {limit}: {cut}");
            }
        }
        assert_eq!(clip("0123456789abcdef", 11), "012 … def");
    }
}
