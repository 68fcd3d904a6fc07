//! Sums that are kept.

use std::collections::BTreeMap;

use chrono::{Datelike, NaiveDate};
use office_core::Currency;

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

/// The sums of one account in one currency: by month, and by day within each month that has any.
///
/// In minor units. Invariant: there are fewer than 2³² postings below 10²⁸ each, so no sum comes near 2¹²⁷.
#[derive(Clone, Debug, Default)]
pub(super) struct Column {
    months: Vec<Month>,
}

#[derive(Clone, Debug, Default)]
struct Month {
    sum: i128,
    days: Option<Box<[i128; 31]>>,
}

impl Column {
    fn add(&mut self, day: Day, amount: i128) {
        if self.months.len() <= day.month {
            self.months.resize_with(day.month.saturating_add(1), Month::default);
        }
        if let Some(month) = self.months.get_mut(day.month) {
            month.sum = month.sum.saturating_add(amount);
            if let Some(sum) = month.days.get_or_insert_with(|| Box::new([0; 31])).get_mut(day.place) {
                *sum = sum.saturating_add(amount);
            }
        }
    }

    /// The sum to the end of a day.
    pub(super) fn until(&self, day: Day) -> i128 {
        let months = self.months.iter().take(day.month).map(|month| month.sum);
        let days = self.months.get(day.month).and_then(|month| month.days.as_deref());
        let days = days.into_iter().flatten().take(day.place.saturating_add(1));
        months.chain(days.copied()).fold(0, i128::saturating_add)
    }

    /// The sum of a month.
    pub(super) fn month(&self, place: usize) -> i128 {
        self.months.get(place).map_or(0, |month| month.sum)
    }
}

/// What a column of an account is of.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Heading {
    pub(super) measure: Measure,
    /// Whether it holds what closing entries have moved.
    pub(super) closing: bool,
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
    // By number of account. Few currencies each, so a list.
    accounts: Vec<Vec<(Heading, Column)>>,
    // By dimension and value, then by account: by month, in the currency of the books.
    dimensions: BTreeMap<Dimension, BTreeMap<DimensionValueId, BTreeMap<u32, Vec<i128>>>>,
}

impl Sums {
    pub(super) fn new(first: NaiveDate, accounts: usize) -> Self {
        Self { first: month_of(first), accounts: vec![Vec::new(); accounts], dimensions: BTreeMap::new() }
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
        let Some(columns) = self.accounts.get_mut(usize::try_from(posting.account).unwrap_or(usize::MAX)) else {
            return;
        };
        add_to(columns, Heading { measure: Measure::Worth, closing }, day, posting.worth);
        if posting.currency != books {
            let (foreign, worth) = (Measure::Foreign(posting.currency), Measure::ForeignWorth(posting.currency));
            add_to(columns, Heading { measure: foreign, closing }, day, posting.amount);
            add_to(columns, Heading { measure: worth, closing }, day, posting.worth);
        }
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

    /// The columns of each account, by its number.
    pub(super) fn accounts(&self) -> impl Iterator<Item = &[(Heading, Column)]> {
        self.accounts.iter().map(Vec::as_slice)
    }

    /// The values of a dimension, with the sums by month of each account.
    pub(super) fn values(
        &self,
        dimension: &Dimension,
    ) -> impl Iterator<Item = (DimensionValueId, &BTreeMap<u32, Vec<i128>>)> {
        self.dimensions.get(dimension).into_iter().flatten().map(|(value, accounts)| (*value, accounts))
    }
}

fn add_to(columns: &mut Vec<(Heading, Column)>, heading: Heading, day: Day, amount: i128) {
    if let Some((_, column)) = columns.iter_mut().find(|(known, _)| *known == heading) {
        column.add(day, amount);
    } else {
        let mut column = Column::default();
        column.add(day, amount);
        columns.push((heading, column));
    }
}

fn month_of(on: NaiveDate) -> i32 {
    on.year().saturating_mul(12).saturating_add_unsigned(on.month0())
}
