//! Words: closed sets with their exact spelling, and what a newer version may have stored instead.

use std::borrow::Cow;

use serde::{Deserialize, Deserializer, Serialize, Serializer};

/// A closed set of words with their exact spelling.
pub trait Vocabulary: Copy + Eq + 'static {
    /// Every word of this vocabulary, in its documented order.
    const ALL: &'static [Self];

    /// The word as people and programs see it.
    #[must_use]
    fn as_str(self) -> &'static str;

    /// What the word means, in a sentence.
    #[must_use]
    fn meaning(self) -> &'static str;

    /// The word spelled `text`, if it is one of this vocabulary.
    #[must_use]
    fn parse(text: &str) -> Option<Self> {
        Self::ALL.iter().copied().find(|word| word.as_str() == text)
    }
}

/// A word that was stored, possibly by a newer version of the operator. Such a word is kept as it
/// is, and every place that decides names what it does with it.
#[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Word<T> {
    /// A word of this version.
    Known(T),
    /// A word of a newer version.
    Newer(String),
}

impl<T: Vocabulary> Word<T> {
    /// The word spelled `text`.
    #[must_use]
    pub fn read(text: &str) -> Self {
        T::parse(text).map_or_else(|| Self::Newer(text.to_owned()), Self::Known)
    }

    /// The word as people and programs see it.
    #[must_use]
    pub fn as_str(&self) -> &str {
        match self {
            Self::Known(word) => word.as_str(),
            Self::Newer(text) => text,
        }
    }

    /// The word for a place that keeps it.
    #[must_use]
    pub fn to_text(&self) -> Cow<'static, str> {
        match self {
            Self::Known(word) => Cow::Borrowed(word.as_str()),
            Self::Newer(text) => Cow::Owned(text.clone()),
        }
    }
}

impl<T> From<T> for Word<T> {
    fn from(word: T) -> Self {
        Self::Known(word)
    }
}

impl<T: Vocabulary> PartialEq<T> for Word<T> {
    fn eq(&self, other: &T) -> bool {
        matches!(self, Self::Known(word) if word == other)
    }
}

impl<T: Vocabulary> std::fmt::Display for Word<T> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.pad(self.as_str())
    }
}

impl<T: Vocabulary> Serialize for Word<T> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(self.as_str())
    }
}

impl<'de, T: Vocabulary> Deserialize<'de> for Word<T> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        String::deserialize(deserializer).map(|text| Self::read(&text))
    }
}

/// Declares a vocabulary.
macro_rules! vocabulary {
    ($(#[$doc:meta])* $name:ident { $($(#[doc = $meaning:literal])+ $word:ident),+ $(,)? }) => {
        $(#[$doc])*
        #[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
        pub enum $name { $($(#[doc = $meaning])+ $word),+ }

        impl Vocabulary for $name {
            const ALL: &'static [Self] = &[$(Self::$word),+];

            fn as_str(self) -> &'static str {
                match self { $(Self::$word => stringify!($word)),+ }
            }

            fn meaning(self) -> &'static str {
                match self { $(Self::$word => concat!($($meaning),+).trim_start()),+ }
            }
        }

        impl std::fmt::Display for $name {
            fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                f.pad(self.as_str())
            }
        }
    };
}

pub(crate) use vocabulary;
