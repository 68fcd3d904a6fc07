//! An XML document as a tree of bounded size, whose elements know their lines.

use office_core::InputError;
use quick_xml::Reader;
use quick_xml::events::{BytesStart, Event};

/// The largest file, in bytes.
const MAX_BYTES: usize = 32 * 1024 * 1024;
/// How deep elements may be nested. The message itself needs fewer than twenty levels.
const MAX_DEPTH: usize = 40;

/// An element.
#[derive(Debug, Default)]
pub(super) struct Element {
    pub(super) name: String,
    pub(super) line: u64,
    pub(super) text: String,
    pub(super) attributes: Vec<(String, String)>,
    pub(super) children: Vec<Element>,
}

/// An element within a file, with the way to it.
#[derive(Clone, Debug)]
pub(super) struct Node<'a> {
    file: &'a str,
    pub(super) element: &'a Element,
    path: String,
}

impl<'a> Node<'a> {
    pub(super) fn root(file: &'a str, element: &'a Element) -> Self {
        Self { file, element, path: element.name.clone() }
    }

    /// Its children of this name.
    pub(super) fn all(&self, name: &'static str) -> impl Iterator<Item = Node<'a>> + use<'a> {
        let (file, path) = (self.file, format!("{}/{name}", self.path));
        let children = self.element.children.iter().filter(move |child| child.name == name);
        children.map(move |element| Node { file, element, path: path.clone() })
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
        self.element.text.trim()
    }

    pub(super) fn attribute(&self, name: &str) -> Option<&'a str> {
        let found = self.element.attributes.iter().find(|(key, _)| key == name);
        found.map(|(_, value)| value.as_str())
    }

    /// A child of this name is wanted, and there is none.
    pub(super) fn missing(&self, name: &str) -> InputError {
        let field = format!("{}/{name}", short(&self.path));
        InputError::new(self.file, self.element.line, &field, "", "an element of this name")
    }

    /// What it says is not accepted.
    pub(super) fn wrong(&self, value: &str, expected: impl Into<String>) -> InputError {
        InputError::new(self.file, self.element.line, &short(&self.path), value, expected)
    }
}

/// How much of a way is shown.
const SHOWN: usize = 40;

/// The way from the statement on, as what is above it is the same for all; of a long one its end.
fn short(path: &str) -> String {
    let mut rest = path.strip_prefix("Document/BkToCstmrStmt/").unwrap_or(path);
    if rest.chars().count() <= SHOWN {
        return rest.to_owned();
    }
    // Two characters tell that something was left out.
    while let Some((_, after)) = rest.split_once('/').filter(|_| rest.chars().count() > SHOWN.saturating_sub(2)) {
        rest = after;
    }
    format!("…/{rest}")
}

/// Where the reader is in a file.
struct Place<'a> {
    file: &'a str,
    text: &'a str,
    offset: usize,
    line: u64,
    open: Vec<Element>,
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
        let path = if path.is_empty() { "Document".to_owned() } else { path.join("/") };
        InputError::new(self.file, self.line, &short(&path), value, expected)
    }

    /// What stands where the reader is.
    fn here(&self) -> String {
        self.text.get(self.offset..).unwrap_or_default().lines().next().unwrap_or_default().chars().take(40).collect()
    }

    fn element(&self, start: &BytesStart<'_>) -> Result<Element, InputError> {
        let mut attributes = Vec::new();
        for attribute in start.attributes() {
            let attribute =
                attribute.map_err(|error| self.refuse(&self.here(), format!("well-formed XML ({error})")))?;
            let value = attribute
                .normalized_value(quick_xml::XmlVersion::Implicit1_0)
                .map_err(|error| self.refuse(&attribute.value, format!("well-formed XML ({error})")))?;
            attributes.push((attribute.key.as_ref().to_owned(), value.into_owned()));
        }
        let name = start.local_name().as_ref().to_owned();
        Ok(Element { name, line: self.line, attributes, ..Element::default() })
    }
}

/// Reads a document.
pub(super) fn read(file: &str, bytes: &[u8]) -> Result<Element, InputError> {
    let text = text_of(file, bytes)?;
    let mut reader = Reader::from_str(text);
    let mut place = Place { file, text, offset: 0, line: 1, open: Vec::new() };
    let mut root: Option<Element> = None;
    loop {
        let event = reader.read_event();
        let event = event.map_err(|error| {
            place.advance(reader.error_position());
            place.refuse(&place.here(), format!("well-formed XML ({error})"))
        })?;
        match event {
            Event::Start(start) => {
                if place.open.len() >= MAX_DEPTH {
                    return Err(place.refuse(start.name().as_ref(), format!("at most {MAX_DEPTH} levels of elements")));
                }
                let element = place.element(&start)?;
                place.open.push(element);
            }
            Event::Empty(start) => {
                let element = place.element(&start)?;
                close(&mut place, &mut root, element)?;
            }
            Event::End(_) => {
                if let Some(element) = place.open.pop() {
                    close(&mut place, &mut root, element)?;
                }
            }
            Event::Text(part) => add_text(&mut place, &part.xml10_content())?,
            Event::CData(part) => add_text(&mut place, &part.xml10_content())?,
            Event::GeneralRef(part) => {
                let found = match part.resolve_char_ref() {
                    Ok(Some(character)) if !is_forbidden(character) => Some(character.to_string()),
                    Ok(None) => quick_xml::escape::resolve_xml_entity(&part).map(str::to_owned),
                    Ok(Some(_)) | Err(_) => None,
                };
                let name = part.into_inner();
                let found = found.ok_or_else(|| {
                    place.refuse(&format!("&{name};"), "`&amp;`, `&lt;`, `&gt;`, `&quot;`, `&apos;` or a character")
                })?;
                add_text(&mut place, &found)?;
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
    root.ok_or_else(|| place.refuse("", "an element"))
}

fn close(place: &mut Place<'_>, root: &mut Option<Element>, element: Element) -> Result<(), InputError> {
    match place.open.last_mut() {
        Some(parent) => parent.children.push(element),
        None if root.is_none() => *root = Some(element),
        None => return Err(place.refuse(&element.name, "one element that holds all others")),
    }
    Ok(())
}

fn add_text(place: &mut Place<'_>, text: &str) -> Result<(), InputError> {
    match place.open.last_mut() {
        Some(element) => element.text.push_str(text),
        None if text.trim().is_empty() => {}
        None => return Err(place.refuse(text.trim(), "text within elements only")),
    }
    Ok(())
}

/// The file as text: UTF-8, of bounded size, without control characters.
fn text_of<'a>(file: &str, bytes: &'a [u8]) -> Result<&'a str, InputError> {
    let line_at = |at: usize| breaks_in(bytes.get(..at).unwrap_or_default()).saturating_add(1);
    if bytes.len() > MAX_BYTES {
        let value = format!("{} bytes", bytes.len());
        return Err(InputError::new(file, 1, "Document", &value, format!("at most {MAX_BYTES} bytes")));
    }
    let text = std::str::from_utf8(bytes).map_err(|error| {
        let at = error.valid_up_to();
        let wrong = bytes.get(at..).unwrap_or_default();
        let wrong = wrong.get(..error.error_len().unwrap_or(wrong.len())).unwrap_or_default();
        InputError::of_bytes(file, line_at(at), "Document", wrong, "UTF-8")
    })?;
    if let Some((at, character)) = text.char_indices().find(|(_, character)| is_forbidden(*character)) {
        let value = character.to_string();
        return Err(InputError::new(file, line_at(at), "Document", &value, "no control characters"));
    }
    Ok(text.strip_prefix('\u{feff}').unwrap_or(text))
}

fn breaks_in(bytes: &[u8]) -> u64 {
    bytes.iter().fold(0, |breaks: u64, byte| breaks.saturating_add(u64::from(*byte == b'\n')))
}

const fn is_forbidden(character: char) -> bool {
    matches!(character, '\0'..='\u{8}' | '\u{b}' | '\u{c}' | '\u{e}'..='\u{1f}' | '\u{7f}'..='\u{9f}' | '\u{fffe}' | '\u{ffff}')
}
