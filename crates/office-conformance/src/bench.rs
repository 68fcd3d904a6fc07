//! How the kit gets at a backend.

use std::error::Error;
use std::fmt;
use std::rc::Rc;

use office_core::{AnyStore, Store};

use crate::{Promise, Violation};

type Failure = Box<dyn Error + Send + Sync>;
type Opener = dyn Fn() -> Result<AnyStore, Failure>;

/// What a backend's author hands to the kit: how to open an empty store, and how to open the same store again.
///
/// Every check opens a store of its own. A backend that cannot be reached fails the checks: none is ever left out.
///
/// # Example
/// ```
/// use office_conformance::Bench;
/// use office_core::{MemoryStore, StoreError};
///
/// let bench = Bench::volatile(|| Ok::<_, StoreError>(MemoryStore::new()));
/// for check in office_conformance::checks().iter().take(5) {
///     check.run(&bench)?;
/// }
///
/// // A store that cannot be opened is a violation too.
/// let closed = Bench::volatile(|| Err::<MemoryStore, _>(StoreError::rejected("no such server")));
/// assert!(office_conformance::checks().iter().all(|check| check.run(&closed).is_err()));
/// # Ok::<(), office_conformance::Violation>(())
/// ```
pub struct Bench {
    fresh: Box<dyn Fn() -> Result<Site, Failure>>,
}

/// One place that holds one store, empty at first.
struct Site {
    open: Box<Opener>,
    keeps: bool,
}

impl Bench {
    /// A backend whose stores end with the handle to them: `open` gives an empty one each time.
    ///
    /// Use it only where nothing is kept, since it is taken at its word: no check reopens such a store.
    pub fn volatile<S: Store, E: Into<Failure>>(open: impl Fn() -> Result<S, E> + 'static) -> Self {
        let open = Rc::new(open);
        Self {
            fresh: Box::new(move || {
                let open = Rc::clone(&open);
                let open = Box::new(move || open().map(AnyStore::new).map_err(Into::into));
                Ok(Site { open, keeps: false })
            }),
        }
    }

    /// A backend that keeps its records: `place` makes an empty place (a directory, a schema), and `open` opens the
    /// store that is kept there, the first time and again.
    ///
    /// The place is dropped after its stores. A store is dropped before it is opened again.
    pub fn durable<P: 'static, S: Store, E: Into<Failure>, F: Into<Failure>>(
        place: impl Fn() -> Result<P, E> + 'static,
        open: impl Fn(&P) -> Result<S, F> + 'static,
    ) -> Self {
        let open = Rc::new(open);
        Self {
            fresh: Box::new(move || {
                let open = Rc::clone(&open);
                let place = place().map_err(Into::into)?;
                let open = Box::new(move || open(&place).map(AnyStore::new).map_err(Into::into));
                Ok(Site { open, keeps: true })
            }),
        }
    }

    /// Runs `check` on an empty store.
    pub(crate) fn on_fresh(&self, check: fn(&AnyStore) -> Result<(), Violation>) -> Result<(), Violation> {
        let site = self.site(Promise::InstantsAgreeWithRealTime)?;
        check(&site.open(Promise::InstantsAgreeWithRealTime)?)
    }

    /// Has `write` fill an empty store, opens it again and has `read` look at it; where nothing is kept, an empty store
    /// is opened and `empty` looks at that.
    pub(crate) fn across_reopening<T>(
        &self,
        write: impl FnOnce(&AnyStore) -> Result<T, Violation>,
        read: impl FnOnce(&AnyStore, T) -> Result<(), Violation>,
        empty: impl FnOnce(&AnyStore) -> Result<(), Violation>,
    ) -> Result<(), Violation> {
        let promise = Promise::AcknowledgedIsDurable;
        let site = self.site(promise)?;
        let written = write(&site.open(promise)?)?;
        let again = site.open(promise)?;
        if site.keeps { read(&again, written) } else { empty(&again) }
    }

    /// Two stores that were both opened empty.
    pub(crate) fn two(
        &self,
        check: impl FnOnce(&AnyStore, &AnyStore) -> Result<(), Violation>,
    ) -> Result<(), Violation> {
        let promise = Promise::InstantsAgreeWithRealTime;
        let (one, other) = (self.site(promise)?, self.site(promise)?);
        let (first, second) = (one.open(promise)?, other.open(promise)?);
        check(&first, &second)
    }

    fn site(&self, promise: Promise) -> Result<Site, Violation> {
        (self.fresh)().map_err(|error| unopened(promise, error.as_ref()))
    }
}

impl Site {
    fn open(&self, promise: Promise) -> Result<AnyStore, Violation> {
        (self.open)().map_err(|error| unopened(promise, error.as_ref()))
    }
}

fn unopened(promise: Promise, error: &(dyn Error + Send + Sync)) -> Violation {
    Violation::new(promise, "a store that opens", format!("the error: {error}"))
}

impl fmt::Debug for Bench {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Bench").finish_non_exhaustive()
    }
}
