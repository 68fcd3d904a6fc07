//! Who is invited to an event, and what they answered.

use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Serialize};
use thiserror::Error;

use crate::calendar::{EventDetails, PropertyError, RawProperty};

/// The address under which somebody is invited (`CAL-ADDRESS`), such as `mailto:jo@example.org`.
///
/// Mail addresses are written in lower case and with their scheme, so that one person has one address.
///
/// # Example
/// ```
/// use office_scheduling::Address;
///
/// let jo: Address = "Jo@Example.org".parse()?;
/// assert_eq!(jo, "MAILTO:jo@example.org".parse()?);
/// assert_eq!(jo.to_string(), "mailto:jo@example.org");
///
/// assert!("Jo Doe".parse::<Address>().is_err());
/// # Ok::<(), office_scheduling::ParseAddressError>(())
/// ```
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct Address(String);

impl Address {
    const MOST_BYTES: usize = 500;

    /// The address as a URI.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl FromStr for Address {
    type Err = ParseAddressError;

    fn from_str(text: &str) -> Result<Self, ParseAddressError> {
        let wrong = || ParseAddressError { text: text.chars().take(64).collect() };
        let trimmed = text.trim();
        let odd = |letter: char| letter.is_control() || letter.is_whitespace() || matches!(letter, '"' | ',' | ';');
        if trimmed.len() > Self::MOST_BYTES || trimmed.chars().any(odd) {
            return Err(wrong());
        }
        match trimmed.split_once(':') {
            Some((scheme, rest)) if scheme.eq_ignore_ascii_case("mailto") && !rest.is_empty() => {
                Ok(Self(format!("mailto:{}", rest.to_lowercase())))
            }
            Some((scheme, rest)) if !scheme.is_empty() && !rest.is_empty() => Ok(Self(trimmed.to_owned())),
            None if trimmed.contains('@') => Ok(Self(format!("mailto:{}", trimmed.to_lowercase()))),
            Some(_) | None => Err(wrong()),
        }
    }
}

impl fmt::Display for Address {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl TryFrom<String> for Address {
    type Error = ParseAddressError;

    fn try_from(text: String) -> Result<Self, ParseAddressError> {
        text.parse()
    }
}

impl From<Address> for String {
    fn from(address: Address) -> Self {
        address.0
    }
}

/// A text is not the address of an attendee.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
#[error("`{text}` is not an address: one such as mailto:jo@example.org is wanted")]
pub struct ParseAddressError {
    /// The text, shortened to 64 characters.
    text: String,
}

/// What somebody is invited as (`ROLE`).
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum AttendeeRole {
    /// Who leads it.
    Chair,
    /// Who is needed; what somebody is without any role, or with one that is not known.
    #[default]
    Required,
    /// Who may come.
    Optional,
    /// Who is told only.
    Informed,
}

impl AttendeeRole {
    const NAMES: [(Self, &'static str); 4] = [
        (Self::Chair, "CHAIR"),
        (Self::Required, "REQ-PARTICIPANT"),
        (Self::Optional, "OPT-PARTICIPANT"),
        (Self::Informed, "NON-PARTICIPANT"),
    ];
}

/// What somebody answered (`PARTSTAT`).
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Reply {
    /// Nothing yet, or nothing that is known.
    #[default]
    Waiting,
    /// They come.
    Accepted,
    /// They do not come.
    Declined,
    /// They may come.
    Tentative,
    /// Somebody else is to come in their place.
    Delegated,
}

impl Reply {
    const NAMES: [(Self, &'static str); 5] = [
        (Self::Waiting, "NEEDS-ACTION"),
        (Self::Accepted, "ACCEPTED"),
        (Self::Declined, "DECLINED"),
        (Self::Tentative, "TENTATIVE"),
        (Self::Delegated, "DELEGATED"),
    ];

    pub(super) fn name(self) -> &'static str {
        name_of(&Self::NAMES, self)
    }
}

fn name_of<T: Copy + PartialEq>(names: &[(T, &'static str)], one: T) -> &'static str {
    names.iter().find(|(other, _)| *other == one).map_or("", |(_, name)| name)
}

fn named<T: Copy + Default>(names: &[(T, &'static str)], text: Option<&str>) -> T {
    let known = names.iter().find(|(_, name)| text.is_some_and(|text| name.eq_ignore_ascii_case(text)));
    known.map_or_else(T::default, |(one, _)| *one)
}

/// Somebody invited to an event (`ATTENDEE`).
///
/// # Example
/// ```
/// use office_scheduling::{Attendee, AttendeeRole, Reply};
///
/// let jo = Attendee::new("jo@example.org".parse()?, AttendeeRole::Optional).called("Doe, Jo")?;
/// assert_eq!((jo.role, jo.reply), (AttendeeRole::Optional, Reply::Waiting));
/// assert_eq!(Attendee::of(&jo.property()?), Some(jo.clone()));
///
/// // A name with a quotation mark cannot be written.
/// assert!(jo.called("Jo \"the builder\"").is_err());
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Attendee {
    /// Where the invitation goes.
    pub address: Address,
    /// What they are called (`CN`).
    pub name: Option<String>,
    /// What they are invited as.
    pub role: AttendeeRole,
    /// What they answered.
    pub reply: Reply,
    /// Who comes in their place.
    pub delegated_to: Option<Address>,
    /// In whose place they come.
    pub delegated_from: Option<Address>,
}

impl Attendee {
    /// Somebody who has not answered yet.
    #[must_use]
    pub const fn new(address: Address, role: AttendeeRole) -> Self {
        Self { address, name: None, role, reply: Reply::Waiting, delegated_to: None, delegated_from: None }
    }

    /// The same with a name.
    ///
    /// # Errors
    /// [`PropertyError::Character`] where it has a quotation mark or control characters.
    pub fn called(&self, name: impl Into<String>) -> Result<Self, PropertyError> {
        let attendee = Self { name: Some(name.into()), ..self.clone() };
        attendee.property()?;
        Ok(attendee)
    }

    /// What an `ATTENDEE` property says; none where its value is no address.
    #[must_use]
    pub fn of(property: &RawProperty) -> Option<Self> {
        let address = |name: &str| property.parameter(name).and_then(|text| text.parse().ok());
        Some(Self {
            address: property.value().parse().ok()?,
            name: property.parameter("CN").map(str::to_owned),
            role: named(&AttendeeRole::NAMES, property.parameter("ROLE")),
            reply: named(&Reply::NAMES, property.parameter("PARTSTAT")),
            delegated_to: address("DELEGATED-TO"),
            delegated_from: address("DELEGATED-FROM"),
        })
    }

    /// Their `ATTENDEE` property; whoever has not answered is asked to (`RSVP`).
    ///
    /// # Errors
    /// [`PropertyError::Character`], of a name that cannot be written.
    pub fn property(&self) -> Result<RawProperty, PropertyError> {
        let mut parameters: Vec<(&str, &str)> = Vec::new();
        parameters.extend(self.name.as_deref().map(|name| ("CN", name)));
        parameters.push(("ROLE", name_of(&AttendeeRole::NAMES, self.role)));
        parameters.push(("PARTSTAT", self.reply.name()));
        if self.reply == Reply::Waiting && self.role != AttendeeRole::Informed {
            parameters.push(("RSVP", "TRUE"));
        }
        parameters.extend(self.delegated_to.as_ref().map(|to| ("DELEGATED-TO", to.as_str())));
        parameters.extend(self.delegated_from.as_ref().map(|from| ("DELEGATED-FROM", from.as_str())));
        RawProperty::of("ATTENDEE", parameters, self.address.as_str())
    }
}

/// The address that a property is about.
pub(super) fn address_of(property: &RawProperty) -> Option<Address> {
    property.value().parse().ok()
}

impl EventDetails {
    /// Who is invited, in the order of the file; what has no address is left out.
    #[must_use]
    pub fn invited(&self) -> Vec<Attendee> {
        self.attendees.iter().filter_map(Attendee::of).collect()
    }

    /// What somebody answered; none where they are not invited.
    #[must_use]
    pub fn reply_of(&self, address: &Address) -> Option<Reply> {
        self.attendees.iter().filter_map(Attendee::of).find(|one| one.address == *address).map(|one| one.reply)
    }

    /// Writes down what somebody answered; nothing where they are not invited.
    pub(super) fn answer(&mut self, address: &Address, reply: Reply, delegate: Option<&Attendee>) {
        let Some(place) = self.attendees.iter().position(|one| address_of(one).as_ref() == Some(address)) else {
            return;
        };
        let Some(property) = self.attendees.get_mut(place) else { return };
        let to = delegate.map(|to| to.address.as_str());
        let asked = if reply == Reply::Waiting { Some("TRUE") } else { None };
        let written = property
            .with_parameter("PARTSTAT", Some(reply.name()))
            .and_then(|property| property.with_parameter("RSVP", asked))
            .and_then(|property| property.with_parameter("DELEGATED-TO", to));
        // The values are names of this module and addresses, which can always be written.
        if let Ok(written) = written {
            *property = written;
        }
        if let Some(delegate) = delegate
            && self.reply_of(&delegate.address).is_none()
            && let Ok(property) = delegate.property()
        {
            self.attendees.push(property);
        }
    }

    /// Asks everybody anew but who invites and who leads.
    pub(super) fn ask_anew(&mut self) {
        let organiser = self.organiser.as_ref().and_then(address_of);
        for one in self.invited() {
            if one.role != AttendeeRole::Chair
                && Some(&one.address) != organiser.as_ref()
                && one.reply != Reply::Delegated
            {
                self.answer(&one.address, Reply::Waiting, None);
            }
        }
    }
}
