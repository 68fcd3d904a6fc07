//! XML as programs hand it in: a tree of bounded size, whose elements know their lines.

use std::sync::Arc;

use quick_xml::NsReader;
use quick_xml::events::{BytesStart, Event};
use quick_xml::name::ResolveResult;

use crate::InputError;

/// The largest file, in bytes.
const MOST_BYTES: usize = 32 << 20;
/// How deep elements may be nested.
const DEEPEST: usize = 64;
/// The most elements of a file.
const MOST_ELEMENTS: usize = 1_000_000;
/// How much of the way to an element is shown.
const SHOWN: usize = 40;

/// An element of a document, with its text and what it holds.
///
/// A document is UTF-8, with or without a byte order mark, of at most 32 MiB, a million elements and 64 levels. Document
/// types are refused, and with them every entity but the five of XML itself: nothing outside of the file is read.
/// Comments and instructions are passed over.
///
/// # Law
/// 1. Whatever the bytes, they are read, or the refusal tells a line.
///
/// # Example
/// ```
/// use office_core::xml::Element;
///
/// let shelf = Element::read("shelf.xml", b"<shelf xmlns='urn:stock'>\n  <item code='P4'>Paper &amp; ink</item>\n</shelf>")?;
/// assert_eq!((shelf.name(), shelf.namespace()), ("shelf", "urn:stock"));
/// let item = shelf.first("item").ok_or("no item")?;
/// assert_eq!((item.line(), item.attribute("code"), item.text()), (2, Some("P4"), "Paper & ink"));
///
/// let refused = Element::read("shelf.xml", b"<!DOCTYPE shelf SYSTEM 'http://example.com'><shelf/>").unwrap_err();
/// assert_eq!(refused.expected(), "a document without a document type");
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Element {
    name: String,
    namespace: Arc<str>,
    line: u64,
    text: String,
    attributes: Vec<(String, String)>,
    children: Vec<Element>,
}

impl Element {
    /// Reads a document and answers its outermost element.
    ///
    /// # Errors
    /// [`InputError`] at the line of what is wrong; the field is the way there.
    pub fn read(file: &str, bytes: &[u8]) -> Result<Self, InputError> {
        let text = text_of(file, bytes)?;
        let mut reader = NsReader::from_str(text);
        let mut place = Place { file, text, offset: 0, line: 1, open: Vec::new(), root: None, elements: 0 };
        loop {
            let event = reader.read_event();
            let event = event.map_err(|error| {
                place.advance(reader.error_position());
                place.not_well_formed(&error)
            })?;
            match event {
                Event::Start(start) => {
                    if place.open.len() >= DEEPEST {
                        return Err(
                            place.refuse(start.name().as_ref(), format!("at most {DEEPEST} levels of elements"))
                        );
                    }
                    let element = place.element(&reader, &start)?;
                    place.open.push(element);
                }
                Event::Empty(start) => {
                    let element = place.element(&reader, &start)?;
                    place.close(element)?;
                }
                Event::End(_) => {
                    if let Some(element) = place.open.pop() {
                        place.close(element)?;
                    }
                }
                Event::Text(part) => place.add_text(&part.xml10_content())?,
                Event::CData(part) => place.add_text(&part.xml10_content())?,
                Event::GeneralRef(part) => {
                    let found = match part.resolve_char_ref() {
                        Ok(Some(character)) if !is_forbidden(character) => Some(character.to_string()),
                        Ok(None) => quick_xml::escape::resolve_xml_entity(&part).map(str::to_owned),
                        Ok(Some(_)) | Err(_) => None,
                    };
                    let name = part.into_inner();
                    let wanted = "`&amp;`, `&lt;`, `&gt;`, `&quot;`, `&apos;` or a character";
                    let found = found.ok_or_else(|| place.refuse(&format!("&{name};"), wanted))?;
                    place.add_text(&found)?;
                }
                Event::DocType(_) => return Err(place.refuse("<!DOCTYPE", "a document without a document type")),
                Event::Comment(_) | Event::Decl(_) | Event::PI(_) => {}
                Event::Eof => break,
            }
            place.advance(reader.buffer_position());
        }
        if !place.open.is_empty() {
            return Err(place.refuse("", "the end of the element"));
        }
        place.root.take().ok_or_else(|| place.refuse("", "an element"))
    }

    /// Its name, without a prefix.
    #[must_use]
    pub fn name(&self) -> &str {
        &self.name
    }

    /// The namespace of its name; empty where it has none.
    #[must_use]
    pub fn namespace(&self) -> &str {
        &self.namespace
    }

    /// The line it begins on, from 1.
    #[must_use]
    pub const fn line(&self) -> u64 {
        self.line
    }

    /// Its own text, as written.
    #[must_use]
    pub fn text(&self) -> &str {
        &self.text
    }

    /// The value of an attribute, by its name as written.
    #[must_use]
    pub fn attribute(&self, name: &str) -> Option<&str> {
        self.attributes.iter().find(|(key, _)| key == name).map(|(_, value)| value.as_str())
    }

    /// What it holds of its own namespace, in order.
    pub fn children(&self) -> impl Iterator<Item = &Element> {
        self.children.iter().filter(|child| child.namespace == self.namespace)
    }

    /// What it holds of another namespace, in order.
    pub fn within(&self, namespace: &str) -> impl Iterator<Item = &Element> {
        self.children.iter().filter(move |child| &*child.namespace == namespace)
    }

    /// What it holds of its own namespace under this name.
    pub fn all(&self, name: &str) -> impl Iterator<Item = &Element> {
        self.children().filter(move |child| child.name == name)
    }

    /// The first that it holds of its own namespace under this name.
    #[must_use]
    pub fn first(&self, name: &str) -> Option<&Element> {
        self.all(name).next()
    }
}

/// Where the reader is in a file.
struct Place<'a> {
    file: &'a str,
    text: &'a str,
    offset: usize,
    line: u64,
    open: Vec<Element>,
    root: Option<Element>,
    elements: usize,
}

impl Place<'_> {
    fn advance(&mut self, to: u64) {
        let to = usize::try_from(to).unwrap_or(self.text.len()).min(self.text.len());
        let passed = self.text.as_bytes().get(self.offset..to).unwrap_or_default();
        self.line = self.line.saturating_add(breaks_in(passed));
        self.offset = self.offset.max(to);
    }

    fn refuse(&self, value: &str, expected: impl Into<String>) -> InputError {
        let path: Vec<&str> = self.open.iter().map(|element| element.name.as_str()).collect();
        let path = if path.is_empty() { "document".to_owned() } else { path.join("/") };
        InputError::new(self.file, self.line, &short(&path), value, expected)
    }

    fn not_well_formed(&self, error: &dyn std::error::Error) -> InputError {
        let here = self.text.get(self.offset..).unwrap_or_default().lines().next().unwrap_or_default();
        self.refuse(here, format!("well-formed XML ({error})"))
    }

    fn element(&mut self, reader: &NsReader<&[u8]>, start: &BytesStart<'_>) -> Result<Element, InputError> {
        if self.elements >= MOST_ELEMENTS {
            return Err(self.refuse(start.name().as_ref(), format!("at most {MOST_ELEMENTS} elements")));
        }
        self.elements = self.elements.saturating_add(1);
        let mut attributes = Vec::new();
        for attribute in start.attributes() {
            let attribute = attribute.map_err(|error| self.not_well_formed(&error))?;
            let value = attribute
                .normalized_value(quick_xml::XmlVersion::Implicit1_0)
                .map_err(|error| self.refuse(&attribute.value, format!("well-formed XML ({error})")))?;
            attributes.push((attribute.key.as_ref().to_owned(), value.into_owned()));
        }
        let (namespace, name) = reader.resolver().resolve_element(start.name());
        let namespace = match namespace {
            ResolveResult::Bound(namespace) => self.shared(namespace.into_inner()),
            ResolveResult::Unbound => self.shared(""),
            ResolveResult::Unknown(prefix) => return Err(self.refuse(&prefix, "a prefix that `xmlns` declares")),
        };
        let name = name.as_ref().to_owned();
        if name.is_empty() {
            return Err(self.refuse(start.name().as_ref(), "the name of an element"));
        }
        Ok(Element { name, namespace, line: self.line, attributes, text: String::new(), children: Vec::new() })
    }

    /// The namespace, shared with the element that this one is in where it is the same.
    fn shared(&self, namespace: &str) -> Arc<str> {
        let outer = self.open.last().map(|outer| &outer.namespace).filter(|outer| &***outer == namespace);
        outer.map_or_else(|| Arc::from(namespace), Arc::clone)
    }

    fn close(&mut self, element: Element) -> Result<(), InputError> {
        match self.open.last_mut() {
            Some(parent) => parent.children.push(element),
            None if self.root.is_none() => self.root = Some(element),
            None => return Err(self.refuse(&element.name, "one element that holds all others")),
        }
        Ok(())
    }

    fn add_text(&mut self, text: &str) -> Result<(), InputError> {
        match self.open.last_mut() {
            Some(element) => element.text.push_str(text),
            None if text.trim().is_empty() => {}
            None => return Err(self.refuse(text.trim(), "text within elements only")),
        }
        Ok(())
    }
}

/// The way to an element; of a long one its end.
fn short(path: &str) -> String {
    if path.chars().count() <= SHOWN {
        return path.to_owned();
    }
    let mut rest = path;
    // Two characters tell that something was left out.
    while let Some((_, after)) = rest.split_once('/').filter(|_| rest.chars().count() > SHOWN.saturating_sub(2)) {
        rest = after;
    }
    format!("…/{rest}")
}

/// The file as text: UTF-8, of bounded size, without control characters.
fn text_of<'a>(file: &str, bytes: &'a [u8]) -> Result<&'a str, InputError> {
    let line_at = |at: usize| breaks_in(bytes.get(..at).unwrap_or_default()).saturating_add(1);
    if bytes.len() > MOST_BYTES {
        let value = format!("{} bytes", bytes.len());
        return Err(InputError::new(file, 1, "document", &value, format!("at most {MOST_BYTES} bytes")));
    }
    let text = std::str::from_utf8(bytes).map_err(|error| {
        let at = error.valid_up_to();
        let wrong = bytes.get(at..).unwrap_or_default();
        let wrong = wrong.get(..error.error_len().unwrap_or(wrong.len())).unwrap_or_default();
        InputError::of_bytes(file, line_at(at), "document", wrong, "UTF-8")
    })?;
    if let Some((at, character)) = text.char_indices().find(|(_, character)| is_forbidden(*character)) {
        let value = character.to_string();
        return Err(InputError::new(file, line_at(at), "document", &value, "no control characters"));
    }
    Ok(text.strip_prefix('\u{feff}').unwrap_or(text))
}

fn breaks_in(bytes: &[u8]) -> u64 {
    bytes.iter().fold(0, |breaks: u64, byte| breaks.saturating_add(u64::from(*byte == b'\n')))
}

pub(crate) const fn is_forbidden(character: char) -> bool {
    matches!(character, '\0'..='\u{8}' | '\u{b}' | '\u{c}' | '\u{e}'..='\u{1f}' | '\u{7f}'..='\u{9f}' | '\u{fffe}' | '\u{ffff}')
}
