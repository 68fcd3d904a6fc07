//! The office itself, its cost centres, and the totals at which the month has to arrive.

use chrono::{NaiveDate, Weekday};
use office_core::sheet::{Row, Sheet};
use office_core::subject::{CostCentre, Person};
use office_core::{Currency, DateRange, Decimal, InputError, Money, Percent, Rounding, Zone};

use super::cell::{self, Code, EUR};
use super::table::FileRow;

/// What holds for the whole office.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Company {
    pub(crate) name: String,
    pub(crate) zone: Zone,
    pub(crate) currency: Currency,
    pub(crate) country: String,
    pub(crate) bank_iban: String,
    pub(crate) fiscal_year_start: NaiveDate,
    /// The month that is played.
    pub(crate) month: DateRange,
    pub(crate) petty_cash_float: Money,
    pub(crate) rounding: Rounding,
    pub(crate) price_tolerance: Percent,
    pub(crate) quantity_tolerance: Percent,
    pub(crate) reorder_weekday: Weekday,
    pub(crate) storekeeper: Code<Person>,
    /// The days for which holidays are known.
    pub(crate) holidays: DateRange,
}

const KEYS: [&str; 15] = [
    "name",
    "zone",
    "currency",
    "country",
    "bank_iban",
    "fiscal_year_start",
    "month",
    "petty_cash_float",
    "rounding",
    "price_tolerance_percent",
    "quantity_tolerance_percent",
    "reorder_weekday",
    "storekeeper",
    "holidays_from",
    "holidays_to",
];

impl Company {
    pub(crate) const FILE: &'static str = "company.csv";
    pub(crate) const COLUMNS: [&'static str; 2] = ["key", "value"];
    pub(crate) const KEYS: [&'static str; 15] = KEYS;

    /// The file has each key once, in the order above.
    pub(crate) fn read(sheet: &Sheet) -> Result<Self, InputError> {
        let mut rows = Vec::new();
        for (index, row) in sheet.rows().enumerate() {
            match KEYS.get(index) {
                Some(key) if row.optional("key")? == Some(key) => rows.push(row),
                Some(key) => return Err(row.refuse("key", &format!("`{key}`"))),
                None => return Err(row.refuse("key", "no further key")),
            }
        }
        let Ok(rows) = <[Row<'_>; 15]>::try_from(rows.as_slice()) else {
            let next = KEYS.get(rows.len()).copied().unwrap_or("");
            let missing = || InputError::new(Self::FILE, 1, "key", "", format!("a row `{next}`"));
            return Err(rows.last().map_or_else(missing, |row| row.refuse("key", &format!("a row `{next}` below"))));
        };
        let [
            name,
            zone,
            currency,
            country,
            iban,
            year,
            month,
            float,
            rounding,
            price,
            quantity,
            weekday,
            keeper,
            from,
            to,
        ] = rows;
        let first = cell::date(from, "value")?;
        let last = cell::date(to, "value")?;
        Ok(Self {
            name: cell::text(name, "value")?,
            zone: zone.parse("value", "a zone such as `Europe/Berlin`")?,
            currency: currency.one_of("value", &[("EUR", EUR)])?,
            country: country_code(country)?,
            bank_iban: cell::iban(iban, "value")?,
            fiscal_year_start: cell::date(year, "value")?,
            month: whole_month(month)?,
            petty_cash_float: cell::some_money(float, "value")?,
            rounding: rounding.one_of("value", &[("half_up", Rounding::HalfUp)])?,
            price_tolerance: cell::percent(price, "value")?,
            quantity_tolerance: cell::percent(quantity, "value")?,
            reorder_weekday: weekday.one_of("value", &WEEKDAYS)?,
            storekeeper: cell::code(keeper, "value")?,
            holidays: DateRange::inclusive(first, last)
                .map_err(|_| to.refuse("value", &format!("a day from {first} on")))?,
        })
    }
}

const WEEKDAYS: [(&str, Weekday); 5] =
    [("MO", Weekday::Mon), ("TU", Weekday::Tue), ("WE", Weekday::Wed), ("TH", Weekday::Thu), ("FR", Weekday::Fri)];

fn country_code(row: Row<'_>) -> Result<String, InputError> {
    let text = row.text("value")?;
    let fits = text.len() == 2 && text.bytes().all(|byte| byte.is_ascii_uppercase());
    if fits { Ok(text.to_owned()) } else { Err(row.refuse("value", "a country such as `DE`")) }
}

fn whole_month(row: Row<'_>) -> Result<DateRange, InputError> {
    let first = cell::day(&format!("{}-01", row.text("value")?));
    let month = first.and_then(|first| {
        let next = first.checked_add_months(chrono::Months::new(1))?;
        DateRange::new(first, next).ok()
    });
    month.ok_or_else(|| row.refuse("value", "a month such as `2026-10`"))
}

/// A dimension by which cost is told apart.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct CostCentreRow {
    pub(crate) code: Code<CostCentre>,
    pub(crate) name: String,
    pub(crate) head: Code<Person>,
}

impl FileRow for CostCentreRow {
    const FILE: &'static str = "cost_centres.csv";
    const COLUMNS: &'static [&'static str] = &["cost_centre", "name", "head"];
    const KEY: &'static [&'static str] = &["cost_centre"];

    fn read(row: Row<'_>) -> Result<Self, InputError> {
        Ok(Self {
            code: cell::code(row, "cost_centre")?,
            name: cell::text(row, "name")?,
            head: cell::code(row, "head")?,
        })
    }
}

/// A total at which the month has to arrive.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct ControlTotal {
    pub(crate) group: String,
    pub(crate) item: String,
    pub(crate) value: Decimal,
}

impl FileRow for ControlTotal {
    const FILE: &'static str = "control.csv";
    const COLUMNS: &'static [&'static str] = &["group", "item", "value"];
    const KEY: &'static [&'static str] = &["group", "item"];

    fn read(row: Row<'_>) -> Result<Self, InputError> {
        let item = row.text("item")?;
        if !cell::is_word(item) && !cell::is_code(item) {
            return Err(row.refuse("item", "a word such as `closing`, or a code such as `PAP-A4`"));
        }
        Ok(Self { group: cell::word(row, "group")?, item: item.to_owned(), value: cell::decimal(row, "value")? })
    }
}
