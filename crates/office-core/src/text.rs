//! Values that are one text in JSON, read through the same parser as any other text.

use std::fmt;

use serde::de::{Error, Visitor};

/// Reads a value from text and from nothing else: in particular, not from a number.
pub(crate) struct Text<F> {
    wanted: &'static str,
    read: F,
}

impl<F> Text<F> {
    /// A reader that says what is wanted when it finds something other than text.
    pub(crate) const fn new(wanted: &'static str, read: F) -> Self {
        Self { wanted, read }
    }
}

impl<T, F: FnOnce(&str) -> Result<T, String>> Visitor<'_> for Text<F> {
    type Value = T;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.wanted)
    }

    fn visit_str<E: Error>(self, text: &str) -> Result<T, E> {
        (self.read)(text).map_err(E::custom)
    }
}

/// An error and what caused it, in one line.
pub(crate) fn whole_story(error: &dyn std::error::Error) -> String {
    let mut story = error.to_string();
    let mut cause = error.source();
    while let Some(next) = cause {
        story.push_str(": ");
        story.push_str(&next.to_string());
        cause = next.source();
    }
    story
}

/// Serialises a type as its `Display` text, and reads it back through `FromStr`.
macro_rules! as_text {
    ($type:ty, $wanted:literal) => {
        impl serde::Serialize for $type {
            fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
                serializer.collect_str(self)
            }
        }

        impl<'de> serde::Deserialize<'de> for $type {
            fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
                let read = |text: &str| text.parse::<$type>().map_err(|error| $crate::text::whole_story(&error));
                deserializer.deserialize_str($crate::text::Text::new($wanted, read))
            }
        }
    };
}
pub(crate) use as_text;
