//! Tables and policies in TOML.

use super::{NotCarried, Part, line_number, text_of};
use crate::InputError;
use crate::rules::{PolicyText, TableText};

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
    /// let file = r#"
    /// name = "grade"
    /// hit = "first"
    /// inputs = [{ input = "amount", kind = "money EUR" }]
    /// outputs = [{ name = "grade", kind = "text" }]
    ///
    /// [[rows]]
    /// cells = [">= 5000 EUR"]
    /// outputs = ["high"]
    /// "#;
    /// let table = TableText::read_toml("grade.toml", file.as_bytes())?;
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

impl PolicyText {
    /// Reads a policy from TOML. Fields that a policy does not have are refused.
    ///
    /// # Errors
    /// As [`TableText::read_toml`].
    ///
    /// # Example
    /// ```
    /// use office_core::rules::{Facts, Policy, PolicyText};
    ///
    /// let file = r#"
    /// inputs = [{ input = "people", kind = "integer" }]
    /// default = "refuse: nobody asked"
    ///
    /// [[decisions]]
    /// [decisions.table]
    /// name = "catering"
    /// inputs = [{ input = "people" }]
    /// outputs = [{ name = "outcome", kind = "outcome" }]
    /// rows = [{ cells = ["< 20"], outputs = ["allow"] }]
    /// "#;
    /// let text = PolicyText::read_toml("catering.toml", file.as_bytes())?;
    /// assert_eq!(PolicyText::read_toml("catering.toml", text.to_toml()?.as_bytes())?, text);
    /// assert_eq!(Policy::new(text)?.decide(&Facts::new().with("people", 12))?.outcome.to_string(), "allow");
    ///
    /// let refused = PolicyText::read_toml("catering.toml", b"rules = []").unwrap_err();
    /// assert_eq!((refused.line(), refused.field()), (1, "character 1"));
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    pub fn read_toml(file: &str, bytes: &[u8]) -> Result<Self, InputError> {
        read(file, bytes)
    }

    /// The policy in TOML.
    ///
    /// # Errors
    /// [`NotCarried`] never for a policy; it is there so that all formats are written alike.
    pub fn to_toml(&self) -> Result<String, NotCarried> {
        write(self, "policy")
    }
}

fn read<T: serde::de::DeserializeOwned>(file: &str, bytes: &[u8]) -> Result<T, InputError> {
    let text = text_of(file, bytes)?;
    ::toml::from_str(text).map_err(|error| {
        let at = error.span().map_or(0, |span| span.start);
        let before = text.get(..at).unwrap_or_default();
        let start = before.rfind('\n').map_or(0, |end| end.saturating_add(1));
        let line = before.matches('\n').count().saturating_add(1);
        let column = before.get(start..).unwrap_or_default().chars().count().saturating_add(1);
        let found = text.get(start..).unwrap_or_default().lines().next().unwrap_or_default();
        let expected = format!("TOML as it is described ({})", error.message());
        InputError::new(file, line_number(line), &format!("character {column}"), found, expected)
    })
}

fn write<T: serde::Serialize>(value: &T, name: &str) -> Result<String, NotCarried> {
    ::toml::to_string(value).map_err(|error| NotCarried::new(name, "TOML", Part::Name, &error.to_string(), "TOML"))
}
