//! Budget against actual, by cost centre: the year on the left, the month on the right.
#![expect(clippy::float_arithmetic, reason = "places and lengths on the page")]

use std::collections::BTreeMap;

use office_core::{Decimal, Money};

use super::super::figures::BudgetRow;
use super::super::written::{amount, short, sum};
use super::account::AccountBar;
use super::{Canvas, Chart, Drawing, HEAD, Hand, Held, LABEL, NOTE, Tone, WIDTH, count, drawn, part};

const ROW: f64 = 78.0;
const HEADER: f64 = 50.0;
const CENTRES: usize = 24;

/// The sums of a cost centre.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct CentreSum {
    pub(crate) code: String,
    pub(crate) name: String,
    pub(crate) annual: Option<Money>,
    pub(crate) actual: Option<Money>,
    pub(crate) committed: Option<Money>,
    pub(crate) available: Option<Money>,
    pub(crate) forecast: Option<Money>,
    pub(crate) month_budget: Option<Money>,
    pub(crate) month_actual: Option<Money>,
    pub(crate) variance: Option<Money>,
}

impl CentreSum {
    /// Cost centres in the order they first appear, each with the sums of its lines.
    pub(crate) fn of(rows: &[BudgetRow]) -> Vec<Self> {
        let mut codes: Vec<(&str, &str)> = Vec::new();
        for row in rows {
            if codes.iter().all(|(code, _)| *code != row.cost_centre) {
                codes.push((&row.cost_centre, &row.cost_centre_name));
            }
        }
        codes.into_iter().map(|(code, name)| Self::one(code, name, rows)).collect()
    }

    /// The sums of all lines.
    pub(crate) fn total(rows: &[BudgetRow]) -> Self {
        Self::summed("", "Total", &rows.iter().collect::<Vec<_>>())
    }

    fn one(code: &str, name: &str, rows: &[BudgetRow]) -> Self {
        Self::summed(code, name, &rows.iter().filter(|row| row.cost_centre == code).collect::<Vec<_>>())
    }

    fn summed(code: &str, name: &str, rows: &[&BudgetRow]) -> Self {
        let column = |of: fn(&BudgetRow) -> Money| sum(rows.iter().map(|row| of(row)));
        Self {
            code: code.to_owned(),
            name: name.to_owned(),
            annual: column(|row| row.annual),
            actual: column(|row| row.actual),
            committed: column(|row| row.committed),
            available: column(|row| row.available),
            forecast: column(|row| row.forecast),
            month_budget: column(|row| row.month_budget),
            month_actual: column(|row| row.month_actual),
            variance: column(|row| row.variance),
        }
    }
}

/// The accounts in the order of their codes, each with the sums of its lines.
pub(crate) fn by_account(rows: &[BudgetRow]) -> Vec<AccountBar> {
    let mut accounts: BTreeMap<&str, Vec<&BudgetRow>> = BTreeMap::new();
    for row in rows {
        accounts.entry(&row.account).or_default().push(row);
    }
    let bar = |(code, rows): (&str, Vec<&BudgetRow>)| {
        let all = CentreSum::summed(code, rows.first().map_or("", |row| &row.account_name), &rows);
        AccountBar {
            code: all.code,
            name: all.name,
            budget: all.annual,
            actual: all.actual,
            committed: all.committed,
            left: all.available,
        }
    };
    accounts.into_iter().map(bar).collect()
}

/// Bars of budget and actual for each cost centre, with a marker where the year is forecast to end.
pub(crate) fn budget(rows: &[BudgetRow]) -> Option<Chart> {
    let mut centres = CentreSum::of(rows);
    centres.truncate(CENTRES);
    if centres.is_empty() {
        return None;
    }
    let year = centres.iter().flat_map(|centre| [plain(centre.annual), spent(centre), plain(centre.forecast)]).max()?;
    let month = centres.iter().flat_map(|centre| [plain(centre.month_budget), plain(centre.month_actual)]).max()?;
    drawn(HEADER + count(centres.len()) * ROW, |canvas| {
        canvas.write((150.0, 10.0), Held::Start, HEAD, "The year, to date")?;
        let entries = [
            (Tone::Track, "annual budget"),
            (Tone::Blue, "actual"),
            (Tone::Sky, "on order"),
            (Tone::Orange, "forecast"),
        ];
        canvas.legend((150.0, 24.0), &entries)?;
        canvas.write((690.0, 10.0), Held::Start, HEAD, "The month")?;
        canvas.legend((690.0, 24.0), &[(Tone::Track, "budget"), (Tone::Blue, "actual")])?;
        for (row, centre) in centres.iter().enumerate() {
            let top = HEADER + count(row) * ROW;
            canvas.line([(0.0, top), (WIDTH, top)], Tone::Rule, 2)?;
            canvas.write((0.0, top + 21.0), Held::Start, HEAD, &short(&centre.name, 19))?;
            canvas.write((0.0, top + 43.0), Held::Start, NOTE, &short(&centre.code, 20))?;
            year_bars(canvas, centre, top, year)?;
            month_bars(canvas, centre, top, month)?;
        }
        Ok(())
    })
}

fn year_bars(canvas: &Canvas<'_>, centre: &CentreSum, top: f64, most: Decimal) -> Drawing {
    let (from, length) = (150.0, 400.0);
    let reach = |value: Decimal| part(value, most) * length;
    let annual = reach(plain(centre.annual));
    canvas.fill((from, top + 13.0), (annual, 17.0), Tone::Track)?;
    figure(canvas, (from + annual + 8.0, top + 21.5), NOTE, centre.annual)?;
    let (actual, all) = (reach(plain(centre.actual)), reach(spent(centre)));
    canvas.fill((from, top + 34.0), (actual, 17.0), Tone::Blue)?;
    canvas.fill((from + actual, top + 34.0), (all - actual, 17.0), Tone::Sky)?;
    figure(canvas, (from + all + 8.0, top + 42.5), LABEL, centre.actual)?;
    // The forecast has a height of its own, where nothing else is written.
    let forecast = from + reach(plain(centre.forecast));
    canvas.line([(from, top + 61.0), (forecast, top + 61.0)], Tone::Orange, 3)?;
    canvas.dot((forecast, top + 61.0), Tone::Orange)?;
    figure(canvas, (forecast + 8.0, top + 61.0), Hand { tone: Tone::Orange, ..NOTE }, centre.forecast)
}

fn month_bars(canvas: &Canvas<'_>, centre: &CentreSum, top: f64, most: Decimal) -> Drawing {
    let (from, length) = (690.0, 280.0);
    let reach = |value: Option<Money>| part(plain(value), most) * length;
    let budget = reach(centre.month_budget);
    canvas.fill((from, top + 13.0), (budget, 17.0), Tone::Track)?;
    figure(canvas, (from + budget + 8.0, top + 21.5), NOTE, centre.month_budget)?;
    let actual = reach(centre.month_actual);
    canvas.fill((from, top + 34.0), (actual, 17.0), Tone::Blue)?;
    figure(canvas, (from + actual + 8.0, top + 42.5), LABEL, centre.month_actual)
}

fn figure(canvas: &Canvas<'_>, point: (f64, f64), hand: Hand, money: Option<Money>) -> Drawing {
    money.map_or(Ok(()), |money| canvas.write(point, Held::Start, hand, &amount(money)))
}

fn plain(money: Option<Money>) -> Decimal {
    money.map(Money::amount).unwrap_or_default()
}

/// Actual and on order together.
fn spent(centre: &CentreSum) -> Decimal {
    plain(centre.actual).saturating_add(plain(centre.committed))
}
