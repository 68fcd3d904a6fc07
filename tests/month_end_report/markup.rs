//! Reads a page back: whether its tags are well-formed, and what it says.

use std::collections::BTreeSet;

use office_core::Decimal;

/// What a page says, tag by tag.
#[derive(Clone, Debug, Default, PartialEq)]
pub(crate) struct Page {
    texts: Vec<String>,
    numbers: BTreeSet<Decimal>,
}

impl Page {
    /// Reads a page whose every tag is closed in order; otherwise tells what is wrong.
    pub(crate) fn read(html: &str) -> Result<Self, String> {
        let mut page = Self::default();
        let mut open: Vec<&str> = Vec::new();
        let mut rest = html;
        while let Some((text, after)) = rest.split_once('<') {
            if open.last() != Some(&"style") {
                page.say(&decoded(text)?);
            }
            let (tag, after) = tag(after)?;
            rest = after;
            let name =
                tag.trim_start_matches('/').split(|c: char| c.is_whitespace() || c == '/').next().unwrap_or_default();
            if tag.starts_with('/') {
                match open.pop() {
                    Some(opened) if opened == name => {}
                    other => return Err(format!("</{name}> closes {other:?}")),
                }
            } else if !(tag.ends_with('/') || tag.starts_with('!') || name == "meta") {
                open.push(name);
            }
        }
        if open.is_empty() { Ok(page) } else { Err(format!("left open: {open:?}")) }
    }

    /// Whether the page has this number as a figure of its own, or this text within one tag.
    pub(crate) fn says(&self, told: &str) -> bool {
        match told.parse::<Decimal>() {
            Ok(number) => self.numbers.contains(&number.normalize()),
            Err(_) => self.texts.iter().any(|text| text.contains(told)),
        }
    }

    fn say(&mut self, text: &str) {
        for word in text.split_whitespace() {
            let plain = word.replace(',', "").replace('−', "-");
            if let Ok(number) = plain.parse::<Decimal>() {
                self.numbers.insert(number.normalize());
            }
        }
        self.texts.push(text.to_owned());
    }
}

/// The inside of a tag up to its `>`, outside quotes.
fn tag(text: &str) -> Result<(&str, &str), String> {
    let mut quoted = false;
    let end = text.find(|c| {
        quoted ^= c == '"';
        c == '>' && !quoted
    });
    let (tag, after) = end.and_then(|end| text.split_at_checked(end)).ok_or("a tag without end")?;
    if tag.contains('<') {
        return Err(format!("a bare < before {tag:?}"));
    }
    Ok((tag, after.strip_prefix('>').unwrap_or_default()))
}

/// Text with its entities replaced; a bare `>` or an unknown entity is an error.
fn decoded(text: &str) -> Result<String, String> {
    if text.contains('>') {
        return Err(format!("a bare > in {text:?}"));
    }
    let mut parts = text.split('&');
    let mut plain = parts.next().unwrap_or_default().to_owned();
    for part in parts {
        let (name, rest) = part.split_once(';').ok_or_else(|| format!("a bare & before {part:?}"))?;
        plain.push(match name {
            "lt" => '<',
            "gt" => '>',
            "amp" => '&',
            "quot" => '"',
            "apos" => '\'',
            other => return Err(format!("&{other};")),
        });
        plain.push_str(rest);
    }
    Ok(plain)
}

/// Whether this place is within a tag.
pub(crate) fn in_tag(html: &str, at: usize) -> bool {
    html.split_at_checked(at).is_some_and(|(before, _)| before.rfind('<') > before.rfind('>'))
}
