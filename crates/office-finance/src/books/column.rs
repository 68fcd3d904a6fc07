//! Sums that are kept.

use std::collections::BTreeMap;

use chrono::{Datelike, NaiveDate};
use office_core::Currency;

use super::row::Row;
use super::{Books, Checked};
use crate::{Dimension, DimensionValueId, Dimensions};

/// A day as the sums see it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Day {
    /// The place of its month, from 0.
    pub(super) month: usize,
    /// Its place in the month, from 0.
    pub(super) place: usize,
}

/// What was moved in a month: in each column, and in each on each day on which there was anything.
#[derive(Clone, Debug, Default)]
struct Month {
    // Rows, so that a balance of all accounts reads along them.
    moved: Row,
    // By day, empty up to the last that was posted to.
    days: Vec<Row>,
}

impl Month {
    fn add(&mut self, place: usize, column: usize, amount: i128) {
        self.moved.add(column, amount);
        if self.days.len() <= place {
            self.days.resize_with(place.saturating_add(1), Row::default);
        }
        if let Some(day) = self.days.get_mut(place) {
            day.add(column, amount);
        }
    }
}

/// What a column of an account is of.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Heading {
    pub(super) measure: Measure,
    /// Whether it holds what closing entries have moved.
    pub(super) closing: bool,
}

impl Heading {
    /// All that is not closing, in the currency of the books.
    const ALL: Self = Self { measure: Measure::Worth, closing: false };
}

/// What is summed up.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Measure {
    /// All, in the currency of the books.
    Worth,
    /// What is posted in a foreign currency, in that currency.
    Foreign(Currency),
    /// What is posted in a foreign currency, in the currency of the books.
    ForeignWorth(Currency),
}

/// All sums.
#[derive(Clone, Debug)]
pub(super) struct Sums {
    // The first month, counted from year 0.
    first: i32,
    // For each account the column of a heading that is not all in the currency of the books. Few each, so a list.
    others: Vec<Vec<(Heading, usize)>>,
    // How many columns there are: one for each account, by its number, then the others.
    columns: usize,
    months: Vec<Month>,
    // By dimension and value, then by account: by month, in the currency of the books.
    dimensions: BTreeMap<Dimension, BTreeMap<DimensionValueId, BTreeMap<u32, Vec<i128>>>>,
}

impl Sums {
    pub(super) fn new(first: NaiveDate, accounts: usize) -> Self {
        Self {
            first: month_of(first),
            others: vec![Vec::new(); accounts],
            columns: accounts,
            months: Vec::new(),
            dimensions: BTreeMap::new(),
        }
    }

    /// The place of a month; `None` before the first, and after the last that books can have.
    pub(super) fn month(&self, on: NaiveDate) -> Option<usize> {
        let place = month_of(on).checked_sub(self.first)?;
        usize::try_from(place).ok().filter(|place| *place < Books::MAX_MONTHS)
    }

    pub(super) fn day(&self, on: NaiveDate) -> Option<Day> {
        Some(Day { month: self.month(on)?, place: usize::try_from(on.day0()).ok()? })
    }

    /// The last day that is not after this one; `None` where the books begin later.
    pub(super) fn day_until(&self, on: NaiveDate) -> Option<Day> {
        let last = Day { month: Books::MAX_MONTHS, place: 0 };
        if month_of(on) < self.first { None } else { Some(self.day(on).unwrap_or(last)) }
    }

    pub(super) fn add(&mut self, posting: Checked, books: Currency, day: Day, closing: bool) {
        let mut add = |measure, amount| {
            let column = self.column(posting.account, Heading { measure, closing });
            if self.months.len() <= day.month {
                self.months.resize_with(day.month.saturating_add(1), Month::default);
            }
            if let Some(month) = self.months.get_mut(day.month) {
                month.add(day.place, column, amount);
            }
        };
        add(Measure::Worth, posting.worth);
        if posting.currency != books {
            add(Measure::Foreign(posting.currency), posting.amount);
            add(Measure::ForeignWorth(posting.currency), posting.worth);
        }
    }

    /// The column of an account under a heading, which is begun where there is none.
    fn column(&mut self, account: u32, heading: Heading) -> usize {
        let account = usize::try_from(account).unwrap_or(usize::MAX);
        if heading == Heading::ALL {
            return account;
        }
        let Some(others) = self.others.get_mut(account) else { return account };
        if let Some((_, column)) = others.iter().find(|(known, _)| *known == heading) {
            return *column;
        }
        let column = self.columns;
        others.push((heading, column));
        self.columns = column.saturating_add(1);
        column
    }

    pub(super) fn add_dimensions(&mut self, posting: Checked, day: Day, dimensions: &Dimensions) {
        for (dimension, value) in dimensions.iter() {
            let values = match self.dimensions.get_mut(dimension) {
                Some(values) => values,
                None => self.dimensions.entry(dimension.clone()).or_default(),
            };
            let months = values.entry(value).or_default().entry(posting.account).or_default();
            if months.len() <= day.month {
                months.resize(day.month.saturating_add(1), 0);
            }
            if let Some(sum) = months.get_mut(day.month) {
                *sum = sum.saturating_add(posting.worth);
            }
        }
    }

    /// The columns of each account, by its number, but for the first of each, which has the number of the account.
    pub(super) fn others(&self) -> &[Vec<(Heading, usize)>] {
        &self.others
    }

    /// What stands in each column at the end of a day.
    pub(super) fn until(&self, day: Day) -> Vec<i128> {
        let mut sums = vec![0_i128; self.columns];
        let months = self.months.iter().take(day.month).map(|month| &month.moved);
        let days = self.months.get(day.month).into_iter().flat_map(|month| &month.days);
        for row in months.chain(days.take(day.place.saturating_add(1))) {
            row.add_to(&mut sums);
        }
        sums
    }

    /// What was moved in a month in each column; `None` where nothing was posted from that month on.
    pub(super) fn moved(&self, month: usize) -> Option<&Row> {
        self.months.get(month).map(|month| &month.moved)
    }

    /// The values of a dimension, with the sums by month of each account.
    pub(super) fn values(
        &self,
        dimension: &Dimension,
    ) -> impl Iterator<Item = (DimensionValueId, &BTreeMap<u32, Vec<i128>>)> {
        self.dimensions.get(dimension).into_iter().flatten().map(|(value, accounts)| (*value, accounts))
    }
}

fn month_of(on: NaiveDate) -> i32 {
    on.year().saturating_mul(12).saturating_add_unsigned(on.month0())
}
