//! Tables and policies in JSON.

use super::text_of;
use crate::InputError;
use crate::rules::{PolicyText, TableText};

impl TableText {
    /// Reads a table from JSON. Fields that a table does not have are refused.
    ///
    /// # Errors
    /// [`InputError`] at the line and character of what is wrong; a file beyond 16 MiB is refused before it is read.
    ///
    /// # Example
    /// ```
    /// use office_core::rules::TableText;
    ///
    /// let file = br#"{
    ///   "name": "grade",
    ///   "hit": "first",
    ///   "inputs": [{ "input": "amount", "kind": "money EUR" }],
    ///   "outputs": [{ "name": "grade", "kind": "text" }],
    ///   "rows": [{ "cells": [">= 5000 EUR"], "outputs": ["high"] }]
    /// }"#;
    /// let table = TableText::read_json("grade.json", file)?;
    /// assert_eq!(TableText::read_json("grade.json", table.to_json().as_bytes())?, table);
    ///
    /// let refused = TableText::read_json("grade.json", b"{\n\"rules\": []}").unwrap_err();
    /// assert_eq!((refused.line(), refused.field()), (2, "character 7"));
    /// # Ok::<(), office_core::InputError>(())
    /// ```
    pub fn read_json(file: &str, bytes: &[u8]) -> Result<Self, InputError> {
        read(file, bytes)
    }

    /// The table in JSON.
    #[must_use]
    pub fn to_json(&self) -> String {
        write(self)
    }
}

impl PolicyText {
    /// Reads a policy from JSON. Fields that a policy does not have are refused.
    ///
    /// # Errors
    /// As [`TableText::read_json`].
    ///
    /// # Example
    /// ```
    /// use office_core::rules::{Facts, Policy, PolicyText, Value};
    ///
    /// let file = br#"{
    ///   "inputs": [{ "input": "people", "kind": "integer" }],
    ///   "decisions": [{ "expression": { "name": "rooms", "expression": "2" } }]
    /// }"#;
    /// let text = PolicyText::read_json("rooms.json", file)?;
    /// assert_eq!(PolicyText::read_json("rooms.json", text.to_json().as_bytes())?, text);
    /// assert_eq!(Policy::new(text)?.value("rooms", &Facts::new())?, Some(Value::from(2)));
    ///
    /// let refused = PolicyText::read_json("rooms.json", b"{\"rules\": []}").unwrap_err();
    /// assert_eq!((refused.line(), refused.field()), (1, "character 8"));
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    pub fn read_json(file: &str, bytes: &[u8]) -> Result<Self, InputError> {
        read(file, bytes)
    }

    /// The policy in JSON.
    #[must_use]
    pub fn to_json(&self) -> String {
        write(self)
    }
}

fn read<T: serde::de::DeserializeOwned>(file: &str, bytes: &[u8]) -> Result<T, InputError> {
    let text = text_of(file, bytes)?;
    serde_json::from_str(text).map_err(|error| {
        let (line, column) = (error.line(), error.column());
        let story = error.to_string();
        let expected = story.rsplit_once(" at line ").map_or(story.as_str(), |(what, _)| what);
        let found = text.lines().nth(line.saturating_sub(1)).unwrap_or_default().trim();
        let line = u64::try_from(line.max(1)).unwrap_or(u64::MAX);
        InputError::new(
            file,
            line,
            &format!("character {column}"),
            found,
            format!("JSON as it is described ({expected})"),
        )
    })
}

fn write<T: serde::Serialize>(value: &T) -> String {
    // Texts, lists and structures always have JSON.
    serde_json::to_string_pretty(value).unwrap_or_default()
}
