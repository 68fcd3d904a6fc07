//! What can be chosen when a file is opened.

use std::time::Duration;

/// What an acknowledged commit has survived.
///
/// Either way a process may be killed at any moment without losing an acknowledged commit, and no commit is ever found
/// half there.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Durability {
    /// Loss of power as well: the disk was told to keep the commit before it was acknowledged (`synchronous=FULL`).
    #[default]
    Full,
    /// The end of the process, but not loss of power, which may take the last commits (`synchronous=NORMAL`). Many times
    /// faster, for data that can be had again.
    Normal,
}

/// How a file is opened.
///
/// # Example
/// ```
/// use std::time::Duration;
/// use office_sqlite::{Durability, Options};
///
/// let options = Options::default().with_durability(Durability::Normal).with_busy_timeout(Duration::from_secs(30));
/// assert_ne!(options, Options::default());
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Options {
    durability: Durability,
    busy_timeout: Duration,
}

impl Default for Options {
    /// Full durability; ten seconds of patience.
    fn default() -> Self {
        Self { durability: Durability::Full, busy_timeout: Duration::from_secs(10) }
    }
}

impl Options {
    /// The same with this durability.
    #[must_use]
    pub const fn with_durability(self, durability: Durability) -> Self {
        Self { durability, ..self }
    }

    /// The same with this much patience while another process writes; after that the store is unavailable.
    #[must_use]
    pub const fn with_busy_timeout(self, busy_timeout: Duration) -> Self {
        Self { busy_timeout, ..self }
    }

    /// What an acknowledged commit has survived.
    #[must_use]
    pub const fn durability(&self) -> Durability {
        self.durability
    }

    /// How long a call waits while another process writes.
    #[must_use]
    pub const fn busy_timeout(&self) -> Duration {
        self.busy_timeout
    }
}
