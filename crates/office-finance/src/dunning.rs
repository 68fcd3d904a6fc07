//! Reminding clients of what they have not paid: levels, fees, interest, and whom to leave alone.

use std::collections::{BTreeMap, BTreeSet};

use chrono::NaiveDate;
use office_core::subject::PartyId;
use office_core::{Decision, Money, MoneyError, Percent, Ratio, Rounding};
use serde::{Deserialize, Serialize};
use thiserror::Error;

use crate::{ClientInvoice, ClientInvoiceFact, OpenItem};

/// When clients are reminded of an invoice, what that costs them, and what interest runs.
///
/// # Example
/// ```
/// use std::collections::{BTreeMap, BTreeSet};
///
/// use office_core::{Id, Percent, Rounding};
/// use office_finance::{Dunning, DunningError, DunningLevel, OpenItem};
///
/// let level = |after_days, fee: &str| Ok::<_, office_core::ParseMoneyError>(DunningLevel { after_days, fee: fee.parse()? });
/// let rates = BTreeMap::from([("2026-01-01".parse()?, Percent::whole(9)), ("2026-11-01".parse()?, Percent::whole(10))]);
/// let dunning = Dunning::new(vec![level(7, "0 EUR")?, level(21, "5 EUR")?], rates, Rounding::HalfUp)?;
/// let client = Id::natural("party", "Museum am Ufer");
/// let item = OpenItem::new(client, "INV-1", "2026-09-01".parse()?, "2026-10-01".parse()?, "3650 EUR".parse()?);
///
/// assert_eq!(dunning.level_of(&item, "2026-10-08".parse()?)?, None);
/// assert_eq!(dunning.level_of(&item, "2026-10-09".parse()?)?, Some(1));
/// assert_eq!(dunning.level_of(&item, "2026-10-23".parse()?)?, Some(2));
/// // A tenth of 3650 in a year is one a day: 30 days at nine hundredths and eleven at ten.
/// assert_eq!(dunning.interest(&item, "2026-11-11".parse()?)?, "38.00 EUR".parse()?);
///
/// let turned = Dunning::new(vec![level(21, "5 EUR")?, level(7, "0 EUR")?], BTreeMap::new(), Rounding::HalfUp);
/// assert_eq!(turned, Err(DunningError::Levels { level: 2 }));
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(try_from = "DunningFields", into = "DunningFields")]
pub struct Dunning {
    // Invariant: each level comes later than the one before; no fee and no rate is below zero.
    levels: Vec<DunningLevel>,
    rates: BTreeMap<NaiveDate, Percent>,
    rounding: Rounding,
    stopped: BTreeSet<PartyId>,
    compounding: bool,
}

/// The stored form.
#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct DunningFields {
    levels: Vec<DunningLevel>,
    rates: BTreeMap<NaiveDate, Percent>,
    rounding: Rounding,
    #[serde(default, skip_serializing_if = "BTreeSet::is_empty")]
    stopped: BTreeSet<PartyId>,
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    compounding: bool,
}

/// A level of reminding.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct DunningLevel {
    /// More than so many days after it was due.
    pub after_days: u32,
    /// What it costs.
    pub fee: Money,
}

/// A client was reminded of an invoice.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Reminder {
    /// Of which instalment, counted from 1.
    pub instalment: u32,
    /// At which level, from 1.
    pub level: u32,
    /// When.
    pub on: NaiveDate,
    /// What was open.
    pub outstanding: Money,
    /// What it costs.
    pub fee: Money,
    /// The interest from the day after it was due.
    pub interest: Money,
}

/// Interest is that of so many days in the year.
const DAYS_OF_A_YEAR: i128 = 365;

impl Dunning {
    /// The most levels.
    pub const MAX_LEVELS: usize = 20;

    /// These levels, each later than the one before, and yearly rates of interest by the day from which they are in
    /// force; before the first there is none. Interest is rounded once, by `rounding`.
    ///
    /// # Errors
    /// [`DunningError`], in the order of its variants.
    pub fn new(
        levels: Vec<DunningLevel>,
        rates: BTreeMap<NaiveDate, Percent>,
        rounding: Rounding,
    ) -> Result<Self, DunningError> {
        if levels.is_empty() || levels.len() > Self::MAX_LEVELS {
            return Err(DunningError::Count { found: levels.len() });
        }
        let pairs = levels.iter().zip(levels.iter().skip(1));
        for (level, (one, next)) in (2_u32..).zip(pairs) {
            if next.after_days <= one.after_days {
                return Err(DunningError::Levels { level });
            }
        }
        if let Some(level) = levels.iter().find(|level| level.fee.is_negative()) {
            return Err(DunningError::Fee { fee: level.fee });
        }
        if let Some((from, rate)) = rates.iter().find(|(_, rate)| rate.is_negative()) {
            return Err(DunningError::Rate { from: *from, rate: *rate });
        }
        Ok(Self { levels, rates, rounding, stopped: BTreeSet::new(), compounding: false })
    }

    /// The same, with a client who is not reminded.
    #[must_use]
    pub fn stopping(mut self, client: PartyId) -> Self {
        self.stopped.insert(client);
        self
    }

    /// The same, with a client who is reminded again.
    #[must_use]
    pub fn resuming(mut self, client: PartyId) -> Self {
        self.stopped.remove(&client);
        self
    }

    /// The same, where clients are reminded of what reminders cost as of anything else: fees and interest bear fees and
    /// interest. Whether that is allowed is a matter of the country's law.
    #[must_use]
    pub const fn compounding(mut self) -> Self {
        self.compounding = true;
        self
    }

    /// The levels, the first one first.
    #[must_use]
    pub fn levels(&self) -> &[DunningLevel] {
        &self.levels
    }

    /// The level that an item has reached at the end of the day `on`, from 1; none where nothing is owed, it is not
    /// overdue for long enough, or its client is not reminded.
    ///
    /// # Errors
    /// [`MoneyError::OutOfRange`].
    pub fn level_of(&self, item: &OpenItem, on: NaiveDate) -> Result<Option<u32>, MoneyError> {
        if self.stopped.contains(&item.party()) || !item.outstanding(on)?.is_positive() {
            return Ok(None);
        }
        let days = u32::try_from(on.signed_duration_since(item.due()).num_days()).unwrap_or_default();
        let reached = self.levels.iter().take_while(|level| days > level.after_days).count();
        Ok(u32::try_from(reached).ok().filter(|level| *level > 0))
    }

    /// The interest on an item from the day after it was due to the day `on`: of each day on what was open at its end, at
    /// the rate in force, added up exactly and rounded once.
    ///
    /// # Errors
    /// [`MoneyError::OutOfRange`].
    pub fn interest(&self, item: &OpenItem, on: NaiveDate) -> Result<Money, MoneyError> {
        let currency = item.amount().currency();
        let out_of_range = MoneyError::OutOfRange { currency };
        let first = item.due().succ_opt().ok_or(out_of_range)?;
        let end = on.succ_opt().ok_or(out_of_range)?;
        let within = |day: &NaiveDate| *day > first && *day < end;
        let changes = item.allocations().iter().map(|part| part.on).chain(self.rates.keys().copied());
        let mut days: BTreeSet<NaiveDate> = changes.filter(within).collect();
        days.extend([first, end].into_iter().filter(|_| first < end));
        let mut sum = Ratio::ZERO;
        for (from, until) in days.iter().zip(days.iter().skip(1)) {
            let rate = self.rates.range(..=*from).next_back().map_or(Percent::ZERO, |(_, rate)| *rate);
            let owed = item.outstanding(*from)?;
            if !owed.is_positive() {
                continue;
            }
            let length = i128::from(until.signed_duration_since(*from).num_days());
            let part = Ratio::new(owed.minor(), 1)
                .and_then(|owed| owed.checked_mul(rate.fraction()))
                .and_then(|yearly| yearly.checked_mul(Ratio::new(length, DAYS_OF_A_YEAR)?))
                .and_then(|part| sum.checked_add(part));
            sum = part.map_err(|_| out_of_range)?;
        }
        let minor = sum.to_decimal(0, self.rounding).ok_or(out_of_range)?;
        Money::try_from_minor(minor.mantissa(), currency)
    }
}

impl ClientInvoice {
    /// Reminds the client of an instalment of an invoice, counted from 1, at the level it has reached on the day `on`, with
    /// fee and interest. A level is reached once: the same again is recognised, and an earlier level is passed over where a
    /// later one was reached. Of what reminders cost, nobody is reminded unless [`Dunning::compounding`] says so.
    ///
    /// # Errors
    /// [`RemindError`], in the order of its variants.
    pub fn remind(
        &self,
        instalment: u32,
        dunning: &Dunning,
        on: NaiveDate,
    ) -> Result<Decision<ClientInvoiceFact>, RemindError> {
        let item = self.items().iter().find(|item| item.instalment() == instalment);
        let bearing = self.charges_late().is_none() || dunning.compounding;
        let item = item.filter(|_| bearing).ok_or(RemindError::NothingDue { on })?;
        let last = self.reminders().iter().rfind(|reminder| reminder.instalment == instalment);
        if last.is_some_and(|last| last.on == on) {
            return Ok(Decision::AlreadyRecorded);
        }
        let level = dunning.level_of(item, on)?.ok_or(RemindError::NothingDue { on })?;
        if let Some(last) = last.filter(|last| last.level >= level || last.on > on) {
            return Err(RemindError::Reminded { level: last.level, on: last.on });
        }
        let place = usize::try_from(level).ok().and_then(|level| level.checked_sub(1));
        let fee = place.and_then(|place| dunning.levels.get(place)).map(|level| level.fee);
        let fee = fee.ok_or(RemindError::NothingDue { on })?;
        let (outstanding, interest) = (item.outstanding(on)?, dunning.interest(item, on)?);
        // A fee is charged in the currency of the invoice, or not at all.
        outstanding.checked_add(fee)?;
        let reminder = Reminder { instalment, level, on, outstanding, fee, interest };
        Ok(Decision::Record(ClientInvoiceFact::Reminded(reminder)))
    }
}

impl TryFrom<DunningFields> for Dunning {
    type Error = DunningError;

    fn try_from(fields: DunningFields) -> Result<Self, DunningError> {
        let dunning = Self::new(fields.levels, fields.rates, fields.rounding)?;
        Ok(Self { stopped: fields.stopped, compounding: fields.compounding, ..dunning })
    }
}

impl From<Dunning> for DunningFields {
    fn from(dunning: Dunning) -> Self {
        let Dunning { levels, rates, rounding, stopped, compounding } = dunning;
        Self { levels, rates, rounding, stopped, compounding }
    }
}

/// Levels of reminding make no sense.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
#[non_exhaustive]
pub enum DunningError {
    /// There is none, or there are too many.
    #[error("there are {found} levels: 1 to {} are wanted", Dunning::MAX_LEVELS)]
    Count {
        /// How many.
        found: usize,
    },
    /// A level does not come later than the one before.
    #[error("level {level} does not come later than the one before: more days are wanted")]
    Levels {
        /// Which, from 1.
        level: u32,
    },
    /// A fee is below zero.
    #[error("{fee} is no fee: one of zero or more is wanted")]
    Fee {
        /// The fee.
        fee: Money,
    },
    /// A rate is below zero.
    #[error("{rate} from {from} is no rate of interest: one of zero or more is wanted")]
    Rate {
        /// From when it would be in force.
        from: NaiveDate,
        /// The rate.
        rate: Percent,
    },
}

/// A client cannot be reminded.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
#[non_exhaustive]
pub enum RemindError {
    /// Nothing is open, or not for long enough, or the client is not to be reminded.
    #[error(
        "there is nothing to remind the client of on {on}: what is overdue, of a client who is reminded, is wanted"
    )]
    NothingDue {
        /// When.
        on: NaiveDate,
    },
    /// The client was reminded at this level or a later one, or later.
    #[error("the client was reminded at level {level} on {on}: a later level, and day, is wanted")]
    Reminded {
        /// The level.
        level: u32,
        /// When.
        on: NaiveDate,
    },
    /// The amounts cannot be held, or the fee is in another currency.
    #[error("the amounts make no sum in one currency")]
    Money(#[from] MoneyError),
}
