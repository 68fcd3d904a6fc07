//! What was posted, line by line.

use std::collections::BTreeMap;

use chrono::NaiveDate;
use office_core::{Currency, ExchangeRate};

use super::Checked;
use crate::{Chart, Dimensions, Entry, EntryId, EntryKind, EntryNumber, Posting};

/// The entries in the order of posting, kept in columns: a million of them take some 200 MB.
#[derive(Clone, Debug)]
pub(super) struct Log {
    ids: Ids,
    heads: Vec<Head>,
    rows: Vec<Row>,
    texts: String,
    // By number of account: the places of its rows.
    accounts: Vec<Vec<u32>>,
    // The distinct sets of dimensions, and their places from 1; 0 stands for none.
    dimensions: Vec<Dimensions>,
    places: BTreeMap<Dimensions, u32>,
    rates: BTreeMap<u32, ExchangeRate>,
}

/// Which ids there are, and the places of their entries.
///
/// Ids made in the order of time come in order, and then a list is enough; those that come late are kept apart.
#[derive(Clone, Debug, Default)]
struct Ids {
    // In order.
    ascending: Vec<(EntryId, u32)>,
    late: BTreeMap<EntryId, u32>,
}

impl Ids {
    fn find(&self, id: EntryId) -> Option<u32> {
        if self.ascending.last().is_none_or(|(last, _)| *last < id) {
            return None;
        }
        let place = self.ascending.binary_search_by_key(&id, |(known, _)| *known).ok();
        let known = place.and_then(|place| self.ascending.get(place)).map(|(_, at)| *at);
        known.or_else(|| self.late.get(&id).copied())
    }

    fn insert(&mut self, id: EntryId, at: u32) {
        if self.ascending.last().is_none_or(|(last, _)| *last < id) {
            self.ascending.push((id, at));
        } else {
            self.late.insert(id, at);
        }
    }
}

#[derive(Clone, Debug)]
struct Head {
    number: EntryNumber,
    on: NaiveDate,
    kind: EntryKind,
    first_row: u32,
    text: u32,
    description: u32,
    document: Option<u32>,
}

/// A posting.
#[derive(Clone, Copy, Debug)]
pub(super) struct Row {
    pub(super) amount: i128,
    pub(super) worth: i128,
    pub(super) currency: Currency,
    pub(super) account: u32,
    entry: u32,
    dimensions: u32,
}

/// A posting with the entry it is of.
#[derive(Clone, Copy, Debug)]
pub(super) struct Line<'a> {
    pub(super) row: Row,
    pub(super) number: EntryNumber,
    pub(super) on: NaiveDate,
    pub(super) description: &'a str,
    pub(super) document: Option<&'a str>,
    pub(super) dimensions: Option<&'a Dimensions>,
}

impl Log {
    pub(super) fn new(accounts: usize) -> Self {
        Self {
            ids: Ids::default(),
            heads: Vec::new(),
            rows: Vec::new(),
            texts: String::new(),
            accounts: vec![Vec::new(); accounts],
            dimensions: Vec::new(),
            places: BTreeMap::new(),
            rates: BTreeMap::new(),
        }
    }

    pub(super) fn entries(&self) -> usize {
        self.heads.len()
    }

    pub(super) fn find(&self, id: EntryId) -> Option<usize> {
        self.ids.find(id).and_then(|at| usize::try_from(at).ok())
    }

    pub(super) fn number(&self, at: usize) -> EntryNumber {
        self.heads.get(at).map_or(EntryNumber { year: 0, place: 0 }, |head| head.number)
    }

    /// Whether every count stays below 2³² with this entry.
    pub(super) fn has_room(&self, entry: &Entry) -> bool {
        let text = entry.description().len().saturating_add(entry.document().map_or(0, str::len));
        let rows = self.rows.len().saturating_add(entry.postings().len());
        u32::try_from(rows).is_ok() && u32::try_from(self.texts.len().saturating_add(text)).is_ok()
    }

    /// Begins an entry, for which there is room; its postings are pushed after it.
    pub(super) fn begin(&mut self, id: Option<EntryId>, number: EntryNumber, entry: &Entry) {
        let head = Head {
            number,
            on: entry.on(),
            kind: entry.kind(),
            first_row: count(self.rows.len()),
            text: count(self.texts.len()),
            description: count(entry.description().len()),
            document: entry.document().map(|document| count(document.len())),
        };
        self.texts.push_str(entry.description());
        self.texts.push_str(entry.document().unwrap_or_default());
        if let Some(id) = id {
            self.ids.insert(id, count(self.heads.len()));
        }
        self.heads.push(head);
    }

    pub(super) fn push(&mut self, checked: Checked, posting: &Posting) {
        let Checked { account, currency, amount, worth } = checked;
        let place = count(self.rows.len());
        let dimensions = self.place_of(&posting.dimensions);
        let entry = count(self.heads.len().saturating_sub(1));
        self.rows.push(Row { amount, worth, currency, account, entry, dimensions });
        if let Some(rows) = self.accounts.get_mut(usize::try_from(account).unwrap_or(usize::MAX)) {
            rows.push(place);
        }
        if let Some(rate) = posting.worth.and_then(|worth| worth.rate) {
            self.rates.insert(place, rate);
        }
    }

    fn place_of(&mut self, dimensions: &Dimensions) -> u32 {
        if dimensions.is_empty() {
            return 0;
        }
        if let Some(place) = self.places.get(dimensions) {
            return *place;
        }
        self.dimensions.push(dimensions.clone());
        let place = count(self.dimensions.len());
        self.places.insert(dimensions.clone(), place);
        place
    }

    fn dimensions(&self, place: u32) -> Option<&Dimensions> {
        self.dimensions.get(usize::try_from(place).ok()?.checked_sub(1)?)
    }

    /// Whether the entry posted in that place is this one.
    pub(super) fn is(&self, at: usize, entry: &Entry, chart: &Chart) -> bool {
        let Some(head) = self.heads.get(at) else { return false };
        let (description, document) = self.texts_of(head);
        let own = head.on == entry.on()
            && head.kind == entry.kind()
            && description == entry.description()
            && document == entry.document();
        let next = at.checked_add(1).and_then(|next| self.heads.get(next));
        let end = next.map_or(count(self.rows.len()), |next| next.first_row);
        let places = head.first_row..end;
        let same = |(place, posting): (u32, &Posting)| {
            let row = usize::try_from(place).ok().and_then(|place| self.rows.get(place));
            row.is_some_and(|row| {
                chart.number(&posting.account) == Some(row.account)
                    && (posting.amount.minor(), posting.amount.currency()) == (row.amount, row.currency)
                    && posting.worth.is_none_or(|worth| worth.amount.minor() == row.worth)
                    && posting.worth.and_then(|worth| worth.rate).as_ref() == self.rates.get(&place)
                    && self.dimensions(row.dimensions).unwrap_or(&Dimensions::new()) == &posting.dimensions
            })
        };
        own && places.len() == entry.postings().len() && places.zip(entry.postings()).all(same)
    }

    fn texts_of(&self, head: &Head) -> (&str, Option<&str>) {
        let part = |from: u32, length: u32| {
            let range = usize::try_from(from).ok()?..usize::try_from(from.checked_add(length)?).ok()?;
            self.texts.get(range)
        };
        let description = part(head.text, head.description).unwrap_or_default();
        let document = head.document.and_then(|length| part(head.text.checked_add(head.description)?, length));
        (description, document)
    }

    /// All entries in the order of posting: the day, the kind and the postings.
    pub(super) fn all(&self) -> impl Iterator<Item = (NaiveDate, EntryKind, &[Row])> {
        let ends = self.heads.iter().skip(1).map(|head| head.first_row).chain([count(self.rows.len())]);
        self.heads.iter().zip(ends).filter_map(|(head, end)| {
            let rows = usize::try_from(head.first_row).ok()?..usize::try_from(end).ok()?;
            Some((head.on, head.kind, self.rows.get(rows)?))
        })
    }

    /// The dimensions of a posting.
    pub(super) fn dimensions_of(&self, row: &Row) -> Option<&Dimensions> {
        self.dimensions(row.dimensions)
    }

    /// The lines of an account, in the order of posting.
    pub(super) fn lines(&self, account: u32) -> impl Iterator<Item = Line<'_>> {
        let places = usize::try_from(account).ok().and_then(|account| self.accounts.get(account));
        places.into_iter().flatten().filter_map(|place| {
            let row = *self.rows.get(usize::try_from(*place).ok()?)?;
            let head = self.heads.get(usize::try_from(row.entry).ok()?)?;
            let (description, document) = self.texts_of(head);
            let dimensions = self.dimensions(row.dimensions);
            Some(Line { row, number: head.number, on: head.on, description, document, dimensions })
        })
    }
}

/// A count that was found to be below 2³².
fn count(length: usize) -> u32 {
    u32::try_from(length).unwrap_or(u32::MAX)
}
