//! An element of a file in XML, with the way to it.

use chrono::NaiveDate;
use office_core::InputError;
use office_core::xml::Element;

/// An element within a file, with the way to it.
#[derive(Clone, Debug)]
pub(crate) struct Node<'a> {
    file: &'a str,
    pub(crate) element: &'a Element,
    path: String,
}

impl<'a> Node<'a> {
    pub(crate) fn root(file: &'a str, element: &'a Element) -> Self {
        Self { file, element, path: element.name().to_owned() }
    }

    /// Its children of this name.
    pub(crate) fn all(&self, name: &'static str) -> impl Iterator<Item = Node<'a>> + use<'a> {
        let (file, path) = (self.file, format!("{}/{name}", self.path));
        self.element.all(name).map(move |element| Node { file, element, path: path.clone() })
    }

    /// The first of its children of any of these names, if there is one.
    #[cfg(feature = "saf-t")]
    pub(crate) fn first_of(&self, names: &[&'static str]) -> Option<Node<'a>> {
        names.iter().find_map(|name| self.all(name).next())
    }

    /// The first element at the end of this way, if there is one.
    pub(crate) fn find(&self, way: &[&'static str]) -> Option<Node<'a>> {
        way.iter().try_fold(self.clone(), |node, name| node.all(name).next())
    }

    /// The first element at the end of this way.
    pub(crate) fn want(&self, way: &[&'static str]) -> Result<Node<'a>, InputError> {
        let mut node = self.clone();
        for name in way {
            node = node.all(name).next().ok_or_else(|| node.missing(name))?;
        }
        Ok(node)
    }

    /// The text of the first element at the end of this way; `None` where there is none, or it is empty.
    pub(crate) fn text(&self, way: &[&'static str]) -> Option<String> {
        self.find(way).map(|node| node.own_text().to_owned()).filter(|text| !text.is_empty())
    }

    pub(crate) fn own_text(&self) -> &'a str {
        self.element.text().trim()
    }

    /// A day: of a date, or of an instant where it was written.
    pub(crate) fn day(&self) -> Result<NaiveDate, InputError> {
        let text = self.own_text();
        let wrong = || self.wrong(text, "a day such as `2026-10-31`");
        let (date, rest) = text.split_at_checked(10).ok_or_else(wrong)?;
        let day = date.parse::<NaiveDate>().ok().filter(|day| day.to_string() == date).ok_or_else(wrong)?;
        let zone = rest.is_empty() || rest.starts_with(['T', 'Z', '+', '-']);
        if zone { Ok(day) } else { Err(wrong()) }
    }

    #[cfg(feature = "camt")]
    pub(crate) fn attribute(&self, name: &str) -> Option<&'a str> {
        self.element.attribute(name)
    }

    /// A child of this name is wanted, and there is none.
    pub(crate) fn missing(&self, name: &str) -> InputError {
        let field = short(&format!("{}/{name}", self.path));
        InputError::new(self.file, self.element.line(), &field, "", "an element of this name")
    }

    /// What it says is not accepted.
    pub(crate) fn wrong(&self, value: &str, expected: impl Into<String>) -> InputError {
        InputError::new(self.file, self.element.line(), &short(&self.path), value, expected)
    }
}

/// How much of a way is shown.
const SHOWN: usize = 40;

/// The way, of a bank's message from the statement on, as what is above it is the same for all; of a long one its end.
fn short(path: &str) -> String {
    let message = path.strip_prefix("Document/BkToCstmr");
    let mut rest = message.and_then(|rest| rest.split_once('/')).map_or(path, |(_, rest)| rest);
    if rest.chars().count() <= SHOWN {
        return rest.to_owned();
    }
    // Two characters tell that something was left out.
    while let Some((_, after)) = rest.split_once('/').filter(|_| rest.chars().count() > SHOWN.saturating_sub(2)) {
        rest = after;
    }
    format!("…/{rest}")
}
