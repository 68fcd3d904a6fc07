//! What an error of SQLite means to whoever uses the store, and patience with a busy file.

use std::time::Duration;

use office_core::StoreError;
use rusqlite::ErrorCode;

/// An error outside of `COMMIT`: the transaction is rolled back and nothing has changed.
pub(crate) fn unchanged(error: rusqlite::Error) -> StoreError {
    match error.sqlite_error_code() {
        // Without a code, a column has not the type that it was created with.
        None | Some(ErrorCode::DatabaseCorrupt | ErrorCode::NotADatabase) => StoreError::corrupt(error),
        // The tables have no constraints but those that somebody added by hand.
        Some(ErrorCode::TooBig | ErrorCode::ConstraintViolation) => StoreError::rejected(error.to_string()),
        Some(_) => StoreError::unavailable(error),
    }
}

/// An error of `COMMIT` itself.
///
/// A busy file refuses before anything is written. After any other error the commit may or may not be in the log.
pub(crate) fn committing(error: rusqlite::Error) -> StoreError {
    if is_busy(&error) { StoreError::unavailable(error) } else { StoreError::unknown(error) }
}

/// Whether another connection is in the way.
pub(crate) fn is_busy(error: &rusqlite::Error) -> bool {
    matches!(error.sqlite_error_code(), Some(ErrorCode::DatabaseBusy | ErrorCode::DatabaseLocked))
}

/// Tries again while the file is `busy`, until the naps in between add up to `patience`.
///
/// SQLite's own waiting grows to a tenth of a second, in which a process whose threads queue up would let no other one in:
/// these naps stay at a millisecond.
pub(crate) fn patiently<T, E>(
    patience: Duration,
    busy: impl Fn(&E) -> bool,
    mut work: impl FnMut() -> Result<T, E>,
) -> Result<T, E> {
    const LONGEST: Duration = Duration::from_millis(1);
    let mut nap = Duration::from_micros(60);
    let mut left = patience;
    loop {
        match work() {
            Err(error) if busy(&error) && !left.is_zero() => {
                let now = nap.min(left);
                std::thread::sleep(now);
                left = left.saturating_sub(now);
                nap = nap.saturating_mul(2).min(LONGEST);
            }
            answer => return answer,
        }
    }
}
