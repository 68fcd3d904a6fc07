//! Elements as OFX files have them: closed or not.

use std::sync::Arc;

use office_core::InputError;

/// How deep elements may be nested.
const DEEPEST: usize = 64;
/// The most elements of a file.
const MOST_TAGS: usize = 1_000_000;

/// An element: with text, or with others in it.
#[derive(Debug)]
pub(super) struct Tag {
    file: Arc<str>,
    /// The name of the one that it is in.
    within: String,
    name: String,
    line: u64,
    pub(super) text: String,
    children: Vec<Tag>,
}

impl Tag {
    /// The element `OFX` of a file.
    pub(super) fn read(file: &str, text: &str) -> Result<Self, InputError> {
        let shared: Arc<str> = file.into();
        let tag = |name: String, line, text| {
            let (file, within) = (Arc::clone(&shared), String::new());
            Self { file, within, name, line, text, children: Vec::new() }
        };
        let mut reading = Reading { open: vec![tag(String::new(), 1, String::new())], tags: 0 };
        let mut line: u64 = 1;
        let mut parts = text.split('<');
        // What stands before the first element is the header.
        let mut passed = breaks(parts.next().unwrap_or_default());
        for part in parts {
            line = line.saturating_add(passed);
            passed = breaks(part);
            if let Some(quoted) = part.strip_prefix("![CDATA[") {
                reading.add(quoted.split("]]>").next().unwrap_or_default());
                continue;
            }
            let (inside, rest) = part.split_once('>').unwrap_or((part, ""));
            let wrong = |expected: &str| InputError::new(file, line, "OFX", &format!("<{inside}"), expected);
            if inside.starts_with('!') {
                return Err(wrong("a document without document type and comments"));
            }
            if inside.starts_with('?') {
                continue;
            }
            if !part.contains('>') {
                return Err(wrong("an element, with its `>`"));
            }
            let name = inside.trim().trim_end_matches('/').split_ascii_whitespace().next().unwrap_or_default();
            if name.trim_start_matches('/').is_empty() {
                return Err(wrong("an element with a name"));
            }
            if let Some(closed) = name.strip_prefix('/') {
                reading.close(closed).map_err(|expected| wrong(&expected))?;
            } else {
                let opened = tag(name.to_ascii_uppercase(), line, readable(rest.trim()));
                reading.open(opened, inside.ends_with('/')).map_err(|expected| wrong(&expected))?;
            }
        }
        reading.root().ok_or_else(|| InputError::new(file, 1, "OFX", "", "an element of this name"))
    }

    /// Those of this name in it.
    pub(super) fn all<'a>(&'a self, name: &str) -> impl Iterator<Item = &'a Self> + use<'a> {
        let name = name.to_owned();
        self.children.iter().filter(move |child| child.name == name)
    }

    /// The first of this name in it.
    pub(super) fn first(&self, name: &str) -> Option<&Self> {
        self.children.iter().find(|child| child.name == name)
    }

    /// The first at the end of this way.
    pub(super) fn find(&self, way: &[&str]) -> Option<&Self> {
        way.iter().try_fold(self, |tag, name| tag.first(name))
    }

    /// The first of this name in it, which is wanted.
    pub(super) fn want(&self, name: &str) -> Result<&Self, InputError> {
        self.first(name).ok_or_else(|| self.missing(name))
    }

    /// The text of the first of this name in it; none where it is empty.
    pub(super) fn text(&self, name: &str) -> Option<&str> {
        self.first(name).map(|tag| tag.text.as_str()).filter(|text| !text.is_empty())
    }

    /// One of this name is wanted in it, and there is none.
    pub(super) fn missing(&self, name: &str) -> InputError {
        InputError::new(&self.file, self.line, &format!("{}/{name}", self.name), "", "an element of this name")
    }

    /// What it says is not accepted.
    pub(super) fn wrong(&self, value: &str, expected: impl Into<String>) -> InputError {
        let field = format!("{}/{}", self.within, self.name);
        InputError::new(&self.file, self.line, field.trim_start_matches('/'), value, expected)
    }
}

/// Elements that are open, outermost first; the first holds the document.
struct Reading {
    open: Vec<Tag>,
    tags: usize,
}

impl Reading {
    fn open(&mut self, mut tag: Tag, is_empty: bool) -> Result<(), String> {
        if self.tags >= MOST_TAGS {
            return Err(format!("at most {MOST_TAGS} elements"));
        }
        self.tags = self.tags.saturating_add(1);
        // An element with text that is not closed ends where the next begins.
        if self.open.last().is_some_and(|last| !last.text.is_empty()) {
            self.fold(true);
        }
        if self.open.len() > DEEPEST {
            return Err(format!("at most {DEEPEST} levels of elements"));
        }
        tag.within = self.open.last().map(|outer| outer.name.clone()).unwrap_or_default();
        self.open.push(tag);
        if is_empty {
            self.fold(true);
        }
        Ok(())
    }

    /// Adds quoted text to the innermost.
    fn add(&mut self, text: &str) {
        if let Some(last) = self.open.last_mut() {
            last.text.push_str(text.trim());
        }
    }

    /// Closes the innermost of this name, and what is open in it.
    fn close(&mut self, name: &str) -> Result<(), String> {
        let name = name.to_ascii_uppercase();
        let Some(at) = self.open.iter().rposition(|tag| tag.name == name) else {
            return Err(format!("`<{name}>` before it"));
        };
        while self.open.len() > at.saturating_add(1) {
            self.fold(false);
        }
        self.fold(true);
        Ok(())
    }

    /// Puts the innermost into the one around it. One that was not closed is empty: what seemed to be in it follows it.
    fn fold(&mut self, is_closed: bool) {
        let Some(mut last) = self.open.pop() else { return };
        let Some(outer) = self.open.last_mut() else {
            self.open.push(last);
            return;
        };
        let followers = if is_closed { Vec::new() } else { std::mem::take(&mut last.children) };
        outer.children.push(last);
        outer.children.extend(followers);
    }

    fn root(mut self) -> Option<Tag> {
        while self.open.len() > 1 {
            self.fold(true);
        }
        let document = self.open.pop()?;
        document.children.into_iter().find(|tag| tag.name == "OFX")
    }
}

fn breaks(text: &str) -> u64 {
    text.bytes().fold(0, |breaks: u64, byte| breaks.saturating_add(u64::from(byte == b'\n')))
}

/// The text with its entities put in; unknown ones stay as they are.
fn readable(text: &str) -> String {
    if !text.contains('&') {
        return text.to_owned();
    }
    let named = [("&lt;", "<"), ("&gt;", ">"), ("&nbsp;", " "), ("&quot;", "\""), ("&apos;", "'"), ("&#39;", "'")];
    let text = named.iter().fold(text.to_owned(), |text, (entity, character)| text.replace(entity, character));
    text.replace("&amp;", "&")
}
