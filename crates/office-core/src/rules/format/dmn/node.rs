//! An element of a drawing, in its file.

use crate::InputError;
use crate::xml::Element;

/// An element, its file, and whose it is.
#[derive(Clone, Copy, Debug)]
pub(super) struct Node<'a> {
    pub(super) file: &'a str,
    pub(super) element: &'a Element,
    /// The decision or model that it belongs to.
    pub(super) owner: &'a str,
}

impl<'a> Node<'a> {
    pub(super) fn all(self, name: &str) -> impl Iterator<Item = Node<'a>> {
        self.element.all(name).map(move |element| Node { element, ..self })
    }

    pub(super) fn first(self, name: &str) -> Option<Node<'a>> {
        self.element.first(name).map(|element| Node { element, ..self })
    }

    pub(super) fn children(self) -> impl Iterator<Item = Node<'a>> {
        self.element.children().map(move |element| Node { element, ..self })
    }

    pub(super) fn want(self, name: &str) -> Result<Node<'a>, InputError> {
        self.first(name).ok_or_else(|| self.wrong("", format!("an element `{name}`")))
    }

    pub(super) fn attribute(self, name: &str) -> Option<&'a str> {
        self.element.attribute(name)
    }

    /// The name that it must have.
    pub(super) fn name(self) -> Result<&'a str, InputError> {
        let name = self.attribute("name").map(str::trim).filter(|name| !name.is_empty());
        name.ok_or_else(|| self.wrong("", "an attribute `name`"))
    }

    /// What its `text` says; empty where it has none.
    pub(super) fn text(self) -> &'a str {
        self.element.first("text").map_or("", |text| text.text().trim())
    }

    pub(super) fn wrong(self, value: &str, expected: impl Into<String>) -> InputError {
        let field = format!("{}/{}", self.owner, self.element.name());
        InputError::new(self.file, self.element.line(), field.trim_start_matches('/'), value, expected)
    }
}
