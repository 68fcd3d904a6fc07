//! The form that a document has in XML, gone through once for reading and for writing: so both say the same.

use std::borrow::Cow;

use chrono::NaiveDate;
use office_core::xml::Element;
use office_core::{InputError, parse_decimal};
use rust_decimal::Decimal;

use super::super::EInvoiceAttachment;
use crate::xml_text::escape;

/// Of what is a group of elements.
pub(super) const GROUPS: &str = "urn:oasis:names:specification:ubl:schema:xsd:CommonAggregateComponents-2";
/// Of what has a value.
pub(super) const VALUES: &str = "urn:oasis:names:specification:ubl:schema:xsd:CommonBasicComponents-2";
/// How much of the way to an element is shown.
const SHOWN: usize = 40;

/// A group of elements that is read, or written.
pub(super) enum Form<'a> {
    Read(Reading<'a>),
    Write(Writing),
}

pub(super) struct Reading<'a> {
    file: &'a str,
    element: &'a Element,
    path: String,
}

#[derive(Default)]
pub(super) struct Writing {
    text: String,
    depth: usize,
    /// What amounts say that they are in.
    currency: String,
}

type Done = Result<(), InputError>;

#[expect(
    clippy::unnecessary_wraps,
    reason = "a document is gone through by what answers alike, whether it can refuse or not"
)]
impl<'a> Form<'a> {
    pub(super) fn read(file: &'a str, element: &'a Element) -> Self {
        Self::Read(Reading { file, element, path: String::new() })
    }

    /// What was written of a document whose outermost element has this name and namespace.
    pub(super) fn write(
        name: &str,
        namespace: &str,
        currency: &str,
        content: impl FnOnce(&mut Form<'static>) -> Done,
    ) -> Result<String, InputError> {
        let mut inner = Form::Write(Writing { depth: 1, currency: currency.to_owned(), text: String::new() });
        content(&mut inner)?;
        let inner = if let Form::Write(inner) = inner { inner.text } else { String::new() };
        Ok(format!(
            "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<{name} xmlns=\"{namespace}\" xmlns:cac=\"{GROUPS}\" \
             xmlns:cbc=\"{VALUES}\">\n{inner}</{name}>\n"
        ))
    }

    /// A value as text; where there is none, it is not written.
    pub(super) fn text(&mut self, name: &str, value: &mut String) -> Done {
        self.told(name, None, value, &mut String::new())
    }

    /// A value as text, with an attribute.
    pub(super) fn told(&mut self, name: &str, attribute: Option<&str>, value: &mut String, told: &mut String) -> Done {
        match self {
            Form::Read(reading) => {
                if let Some(found) = reading.value(name) {
                    found.text().trim().clone_into(value);
                    let read = attribute.and_then(|attribute| found.attribute(attribute)).unwrap_or_default();
                    read.trim().clone_into(told);
                }
            }
            Form::Write(writing) => {
                let attribute = attribute.filter(|_| !told.is_empty()).map(|attribute| (attribute, told.as_str()));
                if !value.is_empty() || attribute.is_some() {
                    writing.leaf(name, attribute.as_slice(), value);
                }
            }
        }
        Ok(())
    }

    /// Values that may come several times.
    pub(super) fn texts(&mut self, name: &str, values: &mut Vec<String>) -> Done {
        match self {
            Form::Read(reading) => {
                let found = reading.values(name).map(|element| element.text().trim().to_owned());
                values.extend(found.filter(|text| !text.is_empty()));
            }
            Form::Write(writing) => values.iter().for_each(|value| writing.leaf(name, &[], value)),
        }
        Ok(())
    }

    /// A value that is always the same, and is not looked at.
    pub(super) fn fixed(&mut self, name: &str, value: &str) -> Done {
        if let Form::Write(writing) = self {
            writing.leaf(name, &[], value);
        }
        Ok(())
    }

    pub(super) fn date(&mut self, name: &str, value: &mut Option<NaiveDate>) -> Done {
        match self {
            Form::Read(reading) => {
                if let Some(found) = reading.value(name).filter(|found| !found.text().trim().is_empty()) {
                    let text = found.text().trim();
                    *value = Some(day(text).ok_or_else(|| reading.wrong(found, text, "a day such as `2026-10-31`"))?);
                }
            }
            Form::Write(writing) => {
                if let Some(day) = value {
                    writing.leaf(name, &[], &day.to_string());
                }
            }
        }
        Ok(())
    }

    pub(super) fn flag(&mut self, name: &str, value: &mut bool) -> Done {
        match self {
            Form::Read(reading) => {
                if let Some(found) = reading.value(name) {
                    *value = match found.text().trim() {
                        "true" | "1" => true,
                        "false" | "0" | "" => false,
                        other => return Err(reading.wrong(found, other, "`true` or `false`")),
                    };
                }
            }
            Form::Write(writing) => writing.leaf(name, &[], if *value { "true" } else { "false" }),
        }
        Ok(())
    }

    /// A document in Base64, with the type and the name of its file.
    pub(super) fn binary(&mut self, name: &str, value: &mut Option<EInvoiceAttachment>) -> Done {
        match self {
            Form::Read(reading) => {
                *value = reading.value(name).map(|found| EInvoiceAttachment {
                    mime: found.attribute("mimeCode").unwrap_or_default().trim().to_owned(),
                    file: found.attribute("filename").unwrap_or_default().trim().to_owned(),
                    content: found.text().trim().to_owned(),
                });
            }
            Form::Write(writing) => {
                if let Some(EInvoiceAttachment { mime, file, content }) = value {
                    let told = [("mimeCode", mime.as_str()), ("filename", file.as_str())];
                    let told: Vec<_> = told.into_iter().filter(|(_, value)| !value.is_empty()).collect();
                    writing.leaf(name, &told, content);
                }
            }
        }
        Ok(())
    }

    /// A number without a currency.
    pub(super) fn number(&mut self, name: &str, value: &mut Option<Decimal>) -> Done {
        self.measured(name, None, value, &mut String::new())
    }

    /// A number, with the unit it is of.
    pub(super) fn measured(
        &mut self,
        name: &str,
        attribute: Option<&str>,
        value: &mut Option<Decimal>,
        unit: &mut String,
    ) -> Done {
        match self {
            Form::Read(reading) => {
                if let Some(found) = reading.value(name) {
                    let read = attribute.and_then(|attribute| found.attribute(attribute)).unwrap_or_default();
                    read.trim().clone_into(unit);
                    let text = found.text().trim();
                    if !text.is_empty() {
                        let number = parse_decimal(&plain(text));
                        *value =
                            Some(number.map_err(|error| reading.wrong(found, text, format!("a number ({error})")))?);
                    }
                }
            }
            Form::Write(writing) => {
                let attribute = attribute.filter(|_| !unit.is_empty()).map(|attribute| (attribute, unit.as_str()));
                if value.is_some() || attribute.is_some() {
                    let text = value.map(|value| value.to_string()).unwrap_or_default();
                    writing.leaf(name, attribute.as_slice(), &text);
                }
            }
        }
        Ok(())
    }

    /// An amount in the currency of the document.
    pub(super) fn amount(&mut self, name: &str, value: &mut Option<Decimal>) -> Done {
        let mut currency = match self {
            Form::Write(writing) if value.is_some() => writing.currency.clone(),
            Form::Write(_) | Form::Read(_) => String::new(),
        };
        self.measured(name, Some("currencyID"), value, &mut currency)
    }

    /// A group that is there where it says something.
    pub(super) fn group(&mut self, name: &str, content: impl FnOnce(&mut Form<'_>) -> Done) -> Done {
        match self {
            Form::Read(reading) => match reading.groups(name).next() {
                Some(found) => content(&mut Form::Read(reading.within(name, found))),
                None => Ok(()),
            },
            Form::Write(writing) => writing.nested(name, false, content),
        }
    }

    /// A group that is there where there is a value of it.
    pub(super) fn option<T: Default>(
        &mut self,
        name: &str,
        value: &mut Option<T>,
        content: impl FnOnce(&mut T, &mut Form<'_>) -> Done,
    ) -> Done {
        match self {
            Form::Read(reading) => {
                if let Some(found) = reading.groups(name).next() {
                    content(value.insert(T::default()), &mut Form::Read(reading.within(name, found)))?;
                }
                Ok(())
            }
            Form::Write(writing) => match value {
                Some(value) => writing.nested(name, true, |form| content(value, form)),
                None => Ok(()),
            },
        }
    }

    /// A group that may come several times.
    pub(super) fn several<T: Default>(
        &mut self,
        name: &str,
        values: &mut Vec<T>,
        content: impl Fn(&mut T, &mut Form<'_>) -> Done,
    ) -> Done {
        match self {
            Form::Read(reading) => {
                for found in reading.groups(name) {
                    let mut value = T::default();
                    content(&mut value, &mut Form::Read(reading.within(name, found)))?;
                    values.push(value);
                }
                Ok(())
            }
            Form::Write(writing) => {
                values.iter_mut().try_for_each(|value| writing.nested(name, true, |form| content(value, form)))
            }
        }
    }
}

impl<'a> Reading<'a> {
    fn values(&self, name: &str) -> impl Iterator<Item = &'a Element> {
        self.element.within(VALUES).filter(move |element| element.name() == name)
    }

    fn value(&self, name: &str) -> Option<&'a Element> {
        self.values(name).next()
    }

    fn groups(&self, name: &str) -> impl Iterator<Item = &'a Element> {
        self.element.within(GROUPS).filter(move |element| element.name() == name)
    }

    fn within(&self, name: &str, element: &'a Element) -> Self {
        let path = if self.path.is_empty() { name.to_owned() } else { format!("{}/{name}", self.path) };
        Self { file: self.file, element, path }
    }

    fn wrong(&self, element: &Element, value: &str, expected: impl Into<String>) -> InputError {
        let path = format!("{}/{}", self.path, element.name());
        let mut rest = path.trim_start_matches('/');
        while let Some((_, after)) = rest.split_once('/').filter(|_| rest.chars().count() > SHOWN) {
            rest = after;
        }
        InputError::new(self.file, element.line(), rest, value, expected)
    }
}

impl Writing {
    fn leaf(&mut self, name: &str, attributes: &[(&str, &str)], value: &str) {
        self.indent();
        self.text.extend(["<cbc:", name]);
        for (attribute, told) in attributes {
            self.text.extend([" ", attribute, "=\""]);
            escape(&mut self.text, told, true);
            self.text.push('"');
        }
        self.text.push('>');
        escape(&mut self.text, value, false);
        self.text.extend(["</cbc:", name, ">\n"]);
    }

    fn nested(&mut self, name: &str, kept: bool, content: impl FnOnce(&mut Form<'_>) -> Done) -> Done {
        let depth = self.depth.saturating_add(1);
        let mut inner = Form::Write(Self { text: String::new(), depth, currency: self.currency.clone() });
        content(&mut inner)?;
        let Form::Write(inner) = inner else { return Ok(()) };
        if kept || !inner.text.is_empty() {
            self.indent();
            self.text.extend(["<cac:", name, ">\n", &inner.text]);
            self.indent();
            self.text.extend(["</cac:", name, ">\n"]);
        }
        Ok(())
    }

    fn indent(&mut self) {
        for _ in 0..self.depth {
            self.text.push_str("  ");
        }
    }
}

/// A number as the office writes it: XML lets a plus stand before it, and nothing before the point.
fn plain(text: &str) -> Cow<'_, str> {
    let text = text.strip_prefix('+').unwrap_or(text);
    match text.strip_prefix('-').unwrap_or(text).strip_prefix('.') {
        Some(rest) if text.starts_with('-') => Cow::Owned(format!("-0.{rest}")),
        Some(rest) => Cow::Owned(format!("0.{rest}")),
        None => Cow::Borrowed(text),
    }
}

/// A day, with or without a zone behind it.
fn day(text: &str) -> Option<NaiveDate> {
    let (date, rest) = text.split_at_checked(10)?;
    let day = date.parse::<NaiveDate>().ok().filter(|day| day.to_string() == date)?;
    (rest.is_empty() || rest.starts_with(['Z', '+', '-'])).then_some(day)
}
