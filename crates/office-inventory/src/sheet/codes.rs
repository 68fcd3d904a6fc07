//! By which codes files tell items, places, vendors.

use std::collections::BTreeMap;

use office_core::subject::{CostCentre, Item as ItemSubject, Party, Place};
use office_core::{Id, StoreError, View};
use thiserror::Error;

use crate::{Item, Lot, Vendor};

/// How many are read at a time.
const AT_ONCE: usize = 1_000;

/// The codes of things of one sort, each for one of them.
///
/// # Example
/// ```
/// use office_core::Id;
/// use office_core::subject::Place;
/// use office_inventory::sheet::{Codes, CodeTwiceError};
///
/// let places: Codes<Place> = Codes::natural("place", ["R-S1", "R-K1"])?;
/// assert_eq!(places.id("R-S1"), Some(Id::natural("place", "R-S1")));
/// assert_eq!(places.code(Id::natural("place", "R-K1")), Some("R-K1"));
/// assert_eq!(places.id("R-S2"), None);
///
/// let twice = Codes::<Place>::natural("place", ["R-S1", "R-S1"]);
/// assert_eq!(twice, Err(CodeTwiceError { code: "R-S1".to_owned() }));
/// # Ok::<(), CodeTwiceError>(())
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Codes<T> {
    // Invariant: each is the other turned round.
    ids: BTreeMap<String, Id<T>>,
    codes: BTreeMap<Id<T>, String>,
}

/// Two things have one code, or one has two.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
#[error("`{code}` is there twice, or another code of the same")]
pub struct CodeTwiceError {
    /// The code.
    pub code: String,
}

impl<T> Default for Codes<T> {
    fn default() -> Self {
        Self { ids: BTreeMap::new(), codes: BTreeMap::new() }
    }
}

impl<T> Codes<T> {
    /// These codes for these things.
    ///
    /// # Errors
    /// [`CodeTwiceError`] for the first code that comes again, or is of something that has one.
    pub fn new(codes: impl IntoIterator<Item = (String, Id<T>)>) -> Result<Self, CodeTwiceError> {
        let mut all = Self::default();
        for (code, id) in codes {
            if all.ids.insert(code.clone(), id).is_some() || all.codes.insert(id, code.clone()).is_some() {
                return Err(CodeTwiceError { code });
            }
        }
        Ok(all)
    }

    /// Codes of things whose ids are made of them, as [`Id::natural`] does.
    ///
    /// # Errors
    /// [`CodeTwiceError`].
    pub fn natural<'a>(space: &str, codes: impl IntoIterator<Item = &'a str>) -> Result<Self, CodeTwiceError> {
        Self::new(codes.into_iter().map(|code| (code.to_owned(), Id::natural(space, code))))
    }

    /// What has a code.
    #[must_use]
    pub fn id(&self, code: &str) -> Option<Id<T>> {
        self.ids.get(code).copied()
    }

    /// The code of something.
    #[must_use]
    pub fn code(&self, id: Id<T>) -> Option<&str> {
        self.codes.get(&id).map(String::as_str)
    }

    /// The code of something, or else its id.
    pub(super) fn told(&self, id: Id<T>) -> String {
        self.code(id).map_or_else(|| id.to_string(), str::to_owned)
    }
}

/// The codes of all that files tell of.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct CodeBook {
    /// Items, by their short names.
    pub items: Codes<ItemSubject>,
    /// Places.
    pub places: Codes<Place>,
    /// Vendors and clients.
    pub parties: Codes<Party>,
    /// Cost centres.
    pub cost_centres: Codes<CostCentre>,
    /// Lots and serial numbers.
    pub lots: Codes<Lot>,
}

impl CodeBook {
    /// The codes of the items, vendors and lots that are stored. Places and cost centres are not this crate's to know.
    ///
    /// A lot is told as `PAP-A4 L-17`: the item and its number.
    ///
    /// # Errors
    /// [`StoreError`] where the store fails.
    ///
    /// # Example
    /// ```
    #[doc = include_str!("counted.txt")]
    /// use office_inventory::sheet::CodeTwiceError;
    ///
    /// let known = wait(office.view(|view| async move { CodeBook::stored(&view).await }))?;
    /// assert_eq!((known.items.id("PAP-A4"), known.items.code(paper)), (Some(paper), Some("PAP-A4")));
    /// // Places are not this crate's to know, and are told besides; no two by one code.
    /// assert_eq!(known.places.id("R-S1"), None);
    /// let book = CodeBook { places: Codes::natural("place", ["R-S1"])?, ..known };
    /// assert_eq!(book.places.id("R-S1"), Some(room));
    /// let twice: Result<Codes<office_core::subject::Place>, _> = Codes::natural("place", ["R-S1", "R-S1"]);
    /// assert_eq!(twice, Err(CodeTwiceError { code: "R-S1".to_owned() }));
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    pub async fn stored(view: &View) -> Result<Self, StoreError> {
        let twice = |error: CodeTwiceError| StoreError::rejected(error.to_string());
        let items = every::<Item>(view).await?;
        let names: BTreeMap<_, _> = items.iter().map(|(id, item)| (id.retag(), item.sku().as_str())).collect();
        let lots = every::<Lot>(view).await?;
        let lots = lots.iter().map(|(id, lot)| {
            let item = names.get(&lot.item()).copied().unwrap_or_default();
            (format!("{item} {}", lot.number()), *id)
        });
        let lots = Codes::new(lots).map_err(twice)?;
        let items = Codes::new(items.iter().map(|(id, item)| (item.sku().as_str().to_owned(), id.retag())));
        let vendors = every::<Vendor>(view).await?;
        let vendors = vendors.iter().map(|(id, vendor)| (vendor.number().as_str().to_owned(), id.retag()));
        let parties = Codes::new(vendors).map_err(twice)?;
        Ok(Self { items: items.map_err(twice)?, parties, lots, ..Self::default() })
    }
}

async fn every<E: office_core::Entity>(view: &View) -> Result<Vec<(Id<E>, E)>, StoreError> {
    let mut all: Vec<(Id<E>, E)> = Vec::new();
    loop {
        let found = view.every(all.last().map(|(last, _)| *last), AT_ONCE).await?;
        let is_last = found.len() < AT_ONCE;
        all.extend(found);
        if is_last {
            return Ok(all);
        }
    }
}
