//! Tables in JSON.

use super::text_of;
use crate::InputError;
use crate::rules::TableText;

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
    /// let page = b"| amount: money EUR | => grade: text |\n|---|---|\n| >= 5000 EUR | high |\n";
    /// let table = TableText::read_markdown("grade.md", page)?;
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

pub(super) fn read<T: serde::de::DeserializeOwned>(file: &str, bytes: &[u8]) -> Result<T, InputError> {
    let text = text_of(file, bytes)?;
    serde_json::from_str(text).map_err(|error| {
        let (line, column) = (error.line(), error.column());
        let story = error.to_string();
        let expected = story.rsplit_once(" at line ").map_or(story.as_str(), |(what, _)| what);
        let found = text.lines().nth(line.saturating_sub(1)).unwrap_or_default().trim();
        let line = u64::try_from(line.max(1)).unwrap_or(u64::MAX);
        InputError::new(file, line, &format!("character {column}"), found, format!("JSON of a table ({expected})"))
    })
}

pub(super) fn write<T: serde::Serialize>(value: &T) -> String {
    // Texts, lists and structures always have JSON.
    serde_json::to_string_pretty(value).unwrap_or_default()
}
