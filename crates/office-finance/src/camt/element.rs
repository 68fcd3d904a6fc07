//! An element of a message, with the way to it.

use office_core::InputError;
use office_core::xml::Element;

/// An element within a file, with the way to it.
#[derive(Clone, Debug)]
pub(super) struct Node<'a> {
    file: &'a str,
    pub(super) element: &'a Element,
    path: String,
}

impl<'a> Node<'a> {
    pub(super) fn root(file: &'a str, element: &'a Element) -> Self {
        Self { file, element, path: element.name().to_owned() }
    }

    /// Its children of this name.
    pub(super) fn all(&self, name: &'static str) -> impl Iterator<Item = Node<'a>> + use<'a> {
        let (file, path) = (self.file, format!("{}/{name}", self.path));
        self.element.all(name).map(move |element| Node { file, element, path: path.clone() })
    }

    /// The first element at the end of this way, if there is one.
    pub(super) fn find(&self, way: &[&'static str]) -> Option<Node<'a>> {
        way.iter().try_fold(self.clone(), |node, name| node.all(name).next())
    }

    /// The first element at the end of this way.
    pub(super) fn want(&self, way: &[&'static str]) -> Result<Node<'a>, InputError> {
        let mut node = self.clone();
        for name in way {
            node = node.all(name).next().ok_or_else(|| node.missing(name))?;
        }
        Ok(node)
    }

    /// The text of the first element at the end of this way; `None` where there is none, or it is empty.
    pub(super) fn text(&self, way: &[&'static str]) -> Option<String> {
        self.find(way).map(|node| node.own_text().to_owned()).filter(|text| !text.is_empty())
    }

    pub(super) fn own_text(&self) -> &'a str {
        self.element.text().trim()
    }

    pub(super) fn attribute(&self, name: &str) -> Option<&'a str> {
        self.element.attribute(name)
    }

    /// A child of this name is wanted, and there is none.
    pub(super) fn missing(&self, name: &str) -> InputError {
        let field = format!("{}/{name}", short(&self.path));
        InputError::new(self.file, self.element.line(), &field, "", "an element of this name")
    }

    /// What it says is not accepted.
    pub(super) fn wrong(&self, value: &str, expected: impl Into<String>) -> InputError {
        InputError::new(self.file, self.element.line(), &short(&self.path), value, expected)
    }
}

/// How much of a way is shown.
const SHOWN: usize = 40;

/// The way from the statement on, as what is above it is the same for all; of a long one its end.
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
