//! What an error of PostgreSQL or of the connection to it means to whoever uses the store.

use std::error::Error;

use office_core::StoreError;
use thiserror::Error;

/// What the server said. Without its details, in which it may quote what is stored.
#[derive(Debug, Error)]
#[error("PostgreSQL answers: {message} ({code})")]
struct Answer {
    code: String,
    message: String,
}

/// What became of the connection, told without what was said on it.
#[derive(Debug, Error)]
#[error("{0}")]
pub(crate) struct Link(pub(crate) String);

/// The error in words that hold neither secrets nor records.
pub(crate) fn told(error: &tokio_postgres::Error) -> Box<dyn Error + Send + Sync> {
    if let Some(answer) = error.as_db_error() {
        return Box::new(Answer { code: answer.code().code().to_owned(), message: answer.message().to_owned() });
    }
    Box::new(Link(match error.source() {
        Some(cause) => format!("{error}: {cause}"),
        None => error.to_string(),
    }))
}

/// The server's code for what is wrong, if it was the server that said so.
pub(crate) fn code(error: &tokio_postgres::Error) -> Option<&str> {
    error.code().map(tokio_postgres::error::SqlState::code)
}

/// An error where nothing was to be changed, or nothing can have been.
pub(crate) fn unchanged(error: &tokio_postgres::Error) -> StoreError {
    match meaning(error) {
        Meaning::Conflict => StoreError::conflict(),
        Meaning::Refused => StoreError::rejected(told(error).to_string()),
        Meaning::Corrupt => StoreError::corrupt(told(error)),
        Meaning::Busy | Meaning::Lost => StoreError::unavailable(told(error)),
    }
}

/// An error of a statement that commits.
pub(crate) fn committing(error: &tokio_postgres::Error) -> StoreError {
    match meaning(error) {
        Meaning::Lost => StoreError::unknown(told(error)),
        Meaning::Conflict | Meaning::Refused | Meaning::Corrupt | Meaning::Busy => unchanged(error),
    }
}

/// Whether the connection is of no more use: it broke, the server stops, or it no longer is the one that writes.
pub(crate) fn is_spent(error: &tokio_postgres::Error) -> bool {
    meaning(error) == Meaning::Lost || code(error) == Some("25006")
}

/// Whether the other side is not who it should be: its certificate is not trusted.
pub(crate) fn is_untrusted(error: &tokio_postgres::Error) -> bool {
    let cause = error.source().and_then(|cause| cause.downcast_ref::<std::io::Error>());
    cause.is_some_and(|cause| cause.kind() == std::io::ErrorKind::InvalidData)
}

/// Whether there is something of this name already, maybe since a moment ago.
pub(crate) fn is_taken(error: &tokio_postgres::Error) -> bool {
    // A schema, a table or view, a row of the server's own, the type of a table's rows.
    matches!(code(error), Some("42P06" | "42P07" | "23505" | "42710"))
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Meaning {
    /// Somebody else was first: the transaction was rolled back.
    Conflict,
    /// The server will not take it, now or later: rolled back.
    Refused,
    /// What is stored is not what we stored: rolled back.
    Corrupt,
    /// Not now: rolled back.
    Busy,
    /// The connection broke, or the server stops: anything may have happened.
    Lost,
}

fn meaning(error: &tokio_postgres::Error) -> Meaning {
    let Some(answer) = error.as_db_error() else { return Meaning::Lost };
    let ours = answer.constraint() == Some("_record_pkey");
    by_code(answer.code().code(), ours)
}

/// By the class of the code, its first two characters. A class that is not listed is taken for the worst.
fn by_code(code: &str, ours: bool) -> Meaning {
    match (code.get(..2).unwrap_or_default(), code) {
        // Not able to serialise; deadlock; two created the same record.
        (_, "40001" | "40P01") => Meaning::Conflict,
        (_, "23505") if ours => Meaning::Conflict,
        // Data, constraints that somebody added by hand, permissions, limits.
        ("22" | "23" | "54", _) | (_, "42501") => Meaning::Refused,
        // No such table, function or schema; damaged pages.
        ("0A" | "26" | "3D" | "3F" | "42", _) | (_, "XX001" | "XX002") => Meaning::Corrupt,
        // Out of memory, locks or disk; waited too long for a lock; a server that only reads; cancelled.
        ("25" | "53" | "55", _) | (_, "57014") => Meaning::Busy,
        _ => Meaning::Lost,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_what_was_surely_rolled_back_is_not_in_doubt() {
        let cases = [
            ("40001", Meaning::Conflict),
            ("40P01", Meaning::Conflict),
            ("40003", Meaning::Lost),
            ("23514", Meaning::Refused),
            ("22P05", Meaning::Refused),
            ("42501", Meaning::Refused),
            ("42P01", Meaning::Corrupt),
            ("55P03", Meaning::Busy),
            ("25006", Meaning::Busy),
            ("53200", Meaning::Busy),
            ("57014", Meaning::Busy),
            ("57P01", Meaning::Lost),
            ("08006", Meaning::Lost),
            ("58030", Meaning::Lost),
            ("XX000", Meaning::Lost),
            ("", Meaning::Lost),
        ];
        for (code, expected) in cases {
            assert_eq!(by_code(code, false), expected, "{code}");
        }
        // A record of ours that two created at once, and a unique index of the owner's.
        assert_eq!((by_code("23505", true), by_code("23505", false)), (Meaning::Conflict, Meaning::Refused));
    }
}
