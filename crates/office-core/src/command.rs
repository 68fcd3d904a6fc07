//! What is asked for: by whom, when, why, and under which key a repetition is recognised.

use std::fmt;

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};
use thiserror::Error;
use uuid::Uuid;

use crate::Actor;

/// The key by which a command that is sent twice is recognised. Chosen by the caller; 1 to 128 visible ASCII characters.
///
/// # Example
/// ```
/// use office_core::IdempotencyKey;
///
/// let key = IdempotencyKey::new("receipt:DN-4711")?;
/// assert_eq!(key.as_str(), "receipt:DN-4711");
/// assert!(IdempotencyKey::new("").is_err());
/// # Ok::<(), office_core::CommandError>(())
/// ```
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct IdempotencyKey(String);

impl IdempotencyKey {
    /// The longest key, in characters.
    pub const MAX_LEN: usize = 128;

    /// The key with this text.
    pub fn new(text: impl Into<String>) -> Result<Self, CommandError> {
        let text = text.into();
        let fits = (1..=Self::MAX_LEN).contains(&text.len()) && text.bytes().all(|byte| byte.is_ascii_graphic());
        if fits { Ok(Self(text)) } else { Err(CommandError::Key { key: text.chars().take(160).collect() }) }
    }

    /// Its text.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl TryFrom<String> for IdempotencyKey {
    type Error = CommandError;

    fn try_from(text: String) -> Result<Self, Self::Error> {
        Self::new(text)
    }
}

impl From<IdempotencyKey> for String {
    fn from(key: IdempotencyKey) -> Self {
        key.0
    }
}

impl fmt::Display for IdempotencyKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// A command: what is asked for, by whom, when, why, and under which key.
///
/// Every fact that comes of it carries these, and the store keeps one record per command: the audit trail, and the
/// memory by which the same command sent again answers the same without being carried out twice.
///
/// # Example
/// ```
/// use chrono::DateTime;
/// use office_core::{Actor, Command, Id, Role};
///
/// let storekeeper = Actor::new(Id::natural("person", "E-017"), Role::new("assistant"));
/// let at = DateTime::from_timestamp(1_790_000_000, 0).ok_or("no such time")?;
/// let command = Command::new("receipt:DN-4711", "receive_goods", storekeeper, at)?
///     .with_input(&("DN-4711", "10 box"))?
///     .because("delivery note DN-4711");
/// assert_eq!(command.operation(), "receive_goods");
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Command {
    key: IdempotencyKey,
    operation: String,
    actor: Actor,
    at: DateTime<Utc>,
    reason: Option<String>,
    fingerprint: Uuid,
}

impl Command {
    /// The longest name of an operation, and the longest reason, in bytes.
    pub const MAX_TEXT: usize = 4096;

    /// A command to carry out `operation`, given by `actor` at the instant `at`.
    ///
    /// # Errors
    /// [`CommandError::Key`] where the key is not fit to be one.
    pub fn new(
        key: impl Into<String>,
        operation: impl Into<String>,
        actor: Actor,
        at: DateTime<Utc>,
    ) -> Result<Self, CommandError> {
        let mut operation = operation.into();
        shorten(&mut operation);
        let who = format!("{} {} {}", actor.person, actor.accountable(), actor.role);
        let fingerprint = Uuid::new_v5(&Uuid::new_v5(&Uuid::nil(), who.as_bytes()), operation.as_bytes());
        Ok(Self { key: IdempotencyKey::new(key)?, operation, actor, at, reason: None, fingerprint })
    }

    /// Binds the key to what was asked: the same key with another input is refused instead of answered with the result
    /// of the first.
    ///
    /// # Errors
    /// [`CommandError::Input`] where the input cannot be written as JSON.
    pub fn with_input(mut self, input: &impl Serialize) -> Result<Self, CommandError> {
        let text = serde_json::to_vec(input)?;
        self.fingerprint = Uuid::new_v5(&self.fingerprint, &text);
        Ok(self)
    }

    /// Says why, in the words of whoever gave the command.
    #[must_use]
    pub fn because(mut self, reason: impl Into<String>) -> Self {
        let mut reason = reason.into();
        shorten(&mut reason);
        self.reason = Some(reason);
        self
    }

    /// The key by which a repetition is recognised.
    #[must_use]
    pub const fn key(&self) -> &IdempotencyKey {
        &self.key
    }

    /// What is to be carried out.
    #[must_use]
    pub fn operation(&self) -> &str {
        &self.operation
    }

    /// Who gave it.
    #[must_use]
    pub const fn actor(&self) -> &Actor {
        &self.actor
    }

    /// When it was given.
    #[must_use]
    pub const fn at(&self) -> DateTime<Utc> {
        self.at
    }

    /// Why, if it was said.
    #[must_use]
    pub fn reason(&self) -> Option<&str> {
        self.reason.as_deref()
    }

    /// A digest of actor, operation and input (UUID version 5), to tell a repetition from a mix-up. Not a protection against
    /// forgery.
    #[must_use]
    pub const fn fingerprint(&self) -> Uuid {
        self.fingerprint
    }
}

fn shorten(text: &mut String) {
    if text.len() > Command::MAX_TEXT {
        let end = (0..=Command::MAX_TEXT).rev().find(|at| text.is_char_boundary(*at)).unwrap_or(0);
        text.truncate(end);
    }
}

/// A command could not be put together.
#[derive(Debug, Error)]
pub enum CommandError {
    /// The text is not fit to be a key.
    #[error("`{key}` is not an idempotency key: 1 to 128 visible ASCII characters are wanted")]
    Key {
        /// The text as it was given, shortened.
        key: String,
    },
    /// The input cannot be written as JSON.
    #[error("the input of the command cannot be written as JSON")]
    Input {
        /// What is wrong with it.
        #[from]
        source: serde_json::Error,
    },
}
