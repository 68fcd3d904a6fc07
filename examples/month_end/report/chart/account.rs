//! Budget against actual, account by account.
#![expect(clippy::float_arithmetic, reason = "places and lengths on the page")]

use office_core::{Decimal, Money};

use super::super::written::{amount, short};
use super::canvas::{Canvas, Chart, Drawing, HEAD, Hand, Held, LABEL, NOTE, Tone, WIDTH, count, drawn, part};

const ROW: f64 = 34.0;
const HEADER: f64 = 50.0;
/// Where the bars begin, and how long a whole budget is; what goes beyond it is drawn up to a quarter more.
const BARS: f64 = 250.0;
const BUDGET: f64 = 320.0;
const BEYOND: f64 = 0.25;
/// The columns of figures: where each of them ends.
const COLUMNS: [(&str, f64); 4] = [("budget", 765.0), ("actual", 870.0), ("on order", 975.0), ("left", WIDTH)];
const ACCOUNTS: usize = 40;

/// What an account has of budget, and what came of it; nothing where a sum cannot be told.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct AccountBar {
    pub(crate) code: String,
    pub(crate) name: String,
    pub(crate) budget: Option<Money>,
    pub(crate) actual: Option<Money>,
    /// What is asked for or on order besides.
    pub(crate) committed: Option<Money>,
    /// What is left of the budget after both; below zero where it is overspent.
    pub(crate) left: Option<Money>,
}

/// For each account its budget as a broad bar, all of one length, and within it what was spent and what is on order
/// besides. What goes beyond the budget stands out. The figures stand in columns of their own, where no bar reaches.
pub(crate) fn accounts(bars: &[AccountBar]) -> Option<Chart> {
    let bars = bars.get(..ACCOUNTS).unwrap_or(bars);
    if bars.is_empty() {
        return None;
    }
    drawn(HEADER + count(bars.len()) * ROW + 4.0, |canvas| {
        canvas.write((BARS, 10.0), Held::Start, HEAD, "How much of each budget is spent and on order")?;
        let legend =
            [(Tone::Track, "budget"), (Tone::Blue, "actual"), (Tone::Sky, "on order"), (Tone::Orange, "beyond budget")];
        canvas.legend((BARS, 24.0), &legend)?;
        for (name, end) in COLUMNS {
            canvas.write((end, 30.0), Held::End, NOTE, name)?;
        }
        for (row, account) in bars.iter().enumerate() {
            let top = HEADER + count(row) * ROW;
            canvas.line([(0.0, top), (WIDTH, top)], Tone::Rule, 2)?;
            let middle = top + ROW / 2.0;
            let label = short(&format!("{} {}", account.code, account.name), 32);
            canvas.write((0.0, middle), Held::Start, LABEL, &label)?;
            bar(canvas, account, top)?;
            let figures = [account.budget, account.actual, account.committed, account.left];
            for ((_, end), money) in COLUMNS.into_iter().zip(figures) {
                let Some(money) = money else { continue };
                let hand = if money.is_negative() { Hand { tone: Tone::Orange, ..LABEL } } else { LABEL };
                canvas.write((end, middle), Held::End, hand, &amount(money))?;
            }
        }
        Ok(())
    })
}

fn bar(canvas: &Canvas<'_>, account: &AccountBar, top: f64) -> Drawing {
    let (budget, actual, all) = (plain(account.budget), plain(account.actual), gone(account));
    let within = |value: Decimal| part(value, budget) * BUDGET;
    let (at, height) = (top + 10.0, ROW - 20.0);
    if budget > Decimal::ZERO {
        canvas.fill((BARS, top + 6.0), (BUDGET, ROW - 12.0), Tone::Track)?;
        canvas.fill((BARS, at), (within(actual), height), Tone::Blue)?;
        canvas.fill((BARS + within(actual), at), (within(all) - within(actual), height), Tone::Sky)?;
    }
    // Without a budget, whatever is spent is beyond it.
    let (from, beyond) =
        if budget > Decimal::ZERO { (BUDGET, part(all.saturating_sub(budget), budget)) } else { (0.0, part(all, all)) };
    canvas.fill((BARS + from, at), (beyond.min(BEYOND) * BUDGET, height), Tone::Orange)
}

fn plain(money: Option<Money>) -> Decimal {
    money.map(Money::amount).unwrap_or_default()
}

/// What was spent, and what is on order besides.
fn gone(account: &AccountBar) -> Decimal {
    plain(account.actual).saturating_add(plain(account.committed))
}
