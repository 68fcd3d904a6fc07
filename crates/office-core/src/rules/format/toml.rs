//! Tables in TOML.

use super::{NotCarried, Part, line_number, text_of};
use crate::InputError;
use crate::rules::TableText;

impl TableText {
    /// Reads a table from TOML. Fields that a table does not have are refused.
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
    /// assert_eq!(TableText::read_toml("grade.toml", table.to_toml()?.as_bytes())?, table);
    ///
    /// let refused = TableText::read_toml("grade.toml", b"name = 'grade'\nhit = 'best'").unwrap_err();
    /// assert_eq!((refused.line(), refused.field()), (2, "character 7"));
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    pub fn read_toml(file: &str, bytes: &[u8]) -> Result<Self, InputError> {
        read(file, bytes)
    }

    /// The table in TOML.
    ///
    /// # Errors
    /// [`NotCarried`] never for a table; it is there so that all formats are written alike.
    pub fn to_toml(&self) -> Result<String, NotCarried> {
        write(self, &self.name)
    }
}

pub(super) fn read<T: serde::de::DeserializeOwned>(file: &str, bytes: &[u8]) -> Result<T, InputError> {
    let text = text_of(file, bytes)?;
    ::toml::from_str(text).map_err(|error| {
        let at = error.span().map_or(0, |span| span.start);
        let before = text.get(..at).unwrap_or_default();
        let start = before.rfind('\n').map_or(0, |end| end.saturating_add(1));
        let line = before.matches('\n').count().saturating_add(1);
        let column = before.get(start..).unwrap_or_default().chars().count().saturating_add(1);
        let found = text.get(start..).unwrap_or_default().lines().next().unwrap_or_default();
        let expected = format!("TOML of a table ({})", error.message());
        InputError::new(file, line_number(line), &format!("character {column}"), found, expected)
    })
}

pub(super) fn write<T: serde::Serialize>(value: &T, name: &str) -> Result<String, NotCarried> {
    ::toml::to_string(value).map_err(|error| NotCarried::new(name, "TOML", Part::Name, &error.to_string(), "TOML"))
}
