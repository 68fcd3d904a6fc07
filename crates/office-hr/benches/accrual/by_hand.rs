//! The leave of both plans by hand, in scaled integers: the same lines, each with its lot and its reason as plain numbers.

use chrono::{Datelike, Months, NaiveDate};

use crate::Person;

/// The parts of a day: 12ths of 365ths and 366ths, and of 28ths to 31sts, which hold every figure of both plans exactly.
pub(crate) const SCALE: i64 = 20_176_364_880;

/// Days that can be used in the same time, and whether they were carried over.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Lot {
    pub(crate) carried: bool,
    pub(crate) from: NaiveDate,
    pub(crate) until: NaiveDate,
}

#[derive(Clone, Copy, Debug)]
pub(crate) enum Why {
    /// So many days of so many at a rate; what was earned by then, and what a ceiling has cut.
    Earned {
        from: NaiveDate,
        until: NaiveDate,
        days: i64,
        of: i64,
        rate: i64,
        by_then: i64,
        cut: i64,
    },
    Taken,
    Lapsed,
    CarriedOver {
        most: i64,
    },
    Lost {
        most: i64,
    },
}

#[derive(Clone, Copy, Debug)]
pub(crate) struct Line {
    pub(crate) on: NaiveDate,
    pub(crate) amount: i64,
    pub(crate) lot: Lot,
    pub(crate) why: Why,
}

#[derive(Default)]
pub(crate) struct Books {
    pub(crate) lines: Vec<Line>,
    carried: i64,
    granted: i64,
}

/// The lots of a leave year.
#[derive(Clone, Copy)]
struct Year {
    carried: Lot,
    granted: Lot,
}

impl Year {
    fn new(from: NaiveDate, lapse: NaiveDate, until: NaiveDate) -> Self {
        Self { carried: Lot { carried: true, from, until: lapse }, granted: Lot { carried: false, from, until } }
    }
}

impl Books {
    fn book(&mut self, on: NaiveDate, amount: i64, lot: Lot, why: Why) {
        if amount != 0 {
            if lot.carried {
                self.carried += amount;
            } else {
                self.granted += amount;
            }
            self.lines.push(Line { on, amount, lot, why });
        }
    }

    /// Takes a day: of what was carried, then of what was granted, then of what is not there.
    fn take(&mut self, on: NaiveDate, year: Year) {
        let carried = self.carried.clamp(0, SCALE);
        self.book(on, -carried, year.carried, Why::Taken);
        let granted = self.granted.clamp(0, SCALE - carried);
        self.book(on, -granted, year.granted, Why::Taken);
        self.book(on, carried + granted - SCALE, year.granted, Why::Taken);
    }

    fn lapse(&mut self, year: Year) {
        self.book(year.carried.until, -self.carried.max(0), year.carried, Why::Lapsed);
    }

    /// Carries at most so much of what both lots hold over into the next year.
    fn year_end(&mut self, on: NaiveDate, most: i64, before: Year, next: Year) {
        let left = self.carried + self.granted;
        let over = left.min(most);
        let mut lost = left - over;
        for lot in [before.carried, before.granted] {
            let held = if lot.carried { self.carried } else { self.granted };
            let gone = lost.min(held).max(0);
            lost -= gone;
            self.book(on, -gone, lot, Why::Lost { most });
            self.book(on, gone - held, lot, Why::CarriedOver { most });
        }
        self.book(on, over, if over < 0 { next.granted } else { next.carried }, Why::CarriedOver { most });
    }

    pub(crate) fn balance(&self) -> i64 {
        self.carried + self.granted
    }

    pub(crate) fn clear(&mut self) {
        self.lines.clear();
        (self.carried, self.granted) = (0, 0);
    }
}

fn days(from: NaiveDate, to: NaiveDate) -> i64 {
    to.signed_duration_since(from).num_days()
}

/// Thirty days a year, month by month in days of the calendar year; what was carried lapses on 1 April.
pub(crate) fn annual(books: &mut Books, person: &Person, as_of: NaiveDate) -> Option<()> {
    let mut taken = person.taken.iter().map(|leave| leave.on).peekable();
    let mut before = None;
    for number in person.joined.year()..=as_of.year() {
        let first = NaiveDate::from_ymd_opt(number, 1, 1)?;
        let (next, lapse) = (NaiveDate::from_ymd_opt(number + 1, 1, 1)?, NaiveDate::from_ymd_opt(number, 4, 1)?);
        let year = Year::new(first, lapse, next);
        if let Some(before) = before.replace(year) {
            books.year_end(first, 5 * SCALE, before, year);
        }
        let (start, of, rate) = (person.joined.max(first), days(first, next), 30 * SCALE);
        let (mut from, mut month, mut by_then) = (start, 0, 0);
        while from < next {
            month += 1;
            let until = if month == 12 { next } else { start.checked_add_months(Months::new(month))?.min(next) };
            let last = until.pred_opt()?;
            while let Some(on) = taken.next_if(|on| *on <= last) {
                if on >= lapse {
                    books.lapse(year);
                }
                books.take(on, year);
            }
            if last >= lapse {
                books.lapse(year);
            }
            if last <= as_of {
                let days = days(from, until);
                let amount = rate * days / of;
                by_then += amount;
                books.book(last, amount, year.granted, Why::Earned { from, until, days, of, rate, by_then, cut: 0 });
            }
            from = until;
        }
    }
    Some(())
}

/// Twenty twelfths of a day a month, and twenty-six from the third year on, up to a balance of thirty.
pub(crate) fn levels(books: &mut Books, person: &Person, as_of: NaiveDate) -> Option<()> {
    let mut taken = person.taken.iter().map(|leave| leave.on).peekable();
    let second = person.joined.checked_add_months(Months::new(24))?;
    let (mut month, mut from, mut by_then) = (person.joined.with_day(1)?, person.joined, 0);
    let year = |from: NaiveDate| {
        let (from, until) = (from.with_ordinal(1)?, NaiveDate::from_ymd_opt(from.year() + 1, 1, 1)?);
        Some(Year::new(from, until, until))
    };
    let mut lots = year(from)?;
    loop {
        let next = month.checked_add_months(Months::new(1))?;
        // A month in which the rate changes is credited in two parts, each on the day after its last.
        for (until, rate) in [(second.clamp(from, next), 20), (next, 26)] {
            if until == from {
                continue;
            }
            while let Some(on) = taken.next_if(|on| *on < until && *on <= as_of) {
                books.take(on, lots);
            }
            if until > as_of {
                return Some(());
            }
            if until.ordinal() == 1 {
                let before = std::mem::replace(&mut lots, year(until)?);
                books.year_end(until, 5 * SCALE, before, lots);
            }
            while let Some(on) = taken.next_if(|on| *on == until) {
                books.take(on, lots);
            }
            let (days, of, rate) = (days(from, until), days(month, next), rate * (SCALE / 12));
            let due = rate * days / of;
            let amount = due.min(30 * SCALE - books.balance());
            by_then += due;
            let cut = due - amount;
            books.book(until, amount, lots.granted, Why::Earned { from, until, days, of, rate, by_then, cut });
            from = until;
        }
        month = next;
    }
}
