//! The books: trial balance, statements, bank, card, petty cash and budget.

use maud::{Markup, html};

use super::super::chart::{self, CentreSum};
use super::super::figures::{Budget, CardLine, Figures};
use super::super::written;
use super::table::{
    Holds::{Figures as N, Words as W},
    Row, code, day, money, outcome, sparse, table, total, words,
};
use super::{figure, section};

pub(super) fn books(figures: &Figures) -> Markup {
    let statements = &figures.statements;
    let income = statements.income.iter().map(|line| Row {
        cells: vec![words(&line.label), money(line.month), money(line.year_to_date)],
        is_sum: line.is_sum,
    });
    let position = statements.position.iter().map(|line| Row {
        cells: vec![words(&line.label), money(line.opening), money(line.closing)],
        is_sum: line.is_sum,
    });
    let result = [Row::sum([words("Result"), money(statements.result_of_month), money(statements.result_of_year)])];
    let inner = html! {
        div.columns {
            (table("Income statement", &[("", W), ("Month", N), ("Year to date", N)], income.chain(result)))
            (table("Balance sheet", &[("", W), ("Opening", N), ("Closing", N)], position))
        }
        (trial_balance(figures))
    };
    section("books", "Books", &inner)
}

fn trial_balance(figures: &Figures) -> Markup {
    let balance = &figures.trial_balance;
    let rows = balance.rows.iter().map(|row| {
        Row::from([
            code(&row.account),
            words(&row.name),
            money(row.opening),
            sparse(row.debit),
            sparse(row.credit),
            money(row.closing),
        ])
    });
    let sums = Row::sum([
        words(""),
        words("Total"),
        total(written::sum(balance.rows.iter().map(|row| row.opening))),
        money(balance.debit),
        money(balance.credit),
        total(written::sum(balance.rows.iter().map(|row| row.closing))),
    ]);
    let head = [("Account", W), ("Name", W), ("Opening", N), ("Debit", N), ("Credit", N), ("Closing", N)];
    table("Trial balance", &head, rows.chain([sums]))
}

pub(super) fn cash(figures: &Figures) -> Markup {
    let inner = html! {
        div.columns {
            div { (bank(figures)) }
            div { (card(figures)) }
        }
        (petty_cash(figures))
    };
    section("cash", "Bank, card and petty cash", &inner)
}

fn bank(figures: &Figures) -> Markup {
    let bank = &figures.bank;
    let difference = bank.closing.checked_sub(bank.book_balance).ok();
    let rows = [
        Row::from([words("Opening balance"), money(bank.opening)]),
        Row::from([words(&format!("{} credits", bank.credit_count)), money(bank.credits)]),
        Row::from([words(&format!("{} debits", bank.debit_count)), money(bank.debits.negated())]),
        Row::sum([words("Closing balance of the statement"), money(bank.closing)]),
        Row::from([words("Balance of the books"), money(bank.book_balance)]),
        Row::sum([words("Difference"), total(difference)]),
    ];
    let unmatched = bank.unmatched.iter().map(|line| Row::from([day(line.day), words(&line.text), money(line.amount)]));
    html! {
        (table("Bank reconciliation", &[("", W), ("Amount", N)], rows))
        (table("Lines of the statement without an entry", &[("Day", W), ("Text", W), ("Amount", N)], unmatched))
    }
}

fn card(figures: &Figures) -> Markup {
    let card = &figures.card;
    let head = [("Line", W), ("Day", W), ("Cardholder", W), ("Merchant", W), ("Amount", N)];
    html! {
        (table("Company card", &[("", W), ("Amount", N)], [
            Row::from([words("Owed at the end of the month"), money(card.owed)]),
        ]))
        p { (card.matched) " purchases matched with a receipt." }
        (table("Purchases without a receipt", &head, card.missing_receipts.iter().map(card_row)))
        (table("Personal purchases, due from staff", &head, card.personal.iter().map(card_row)))
    }
}

fn card_row(line: &CardLine) -> Row {
    Row::from([code(&line.reference), day(line.day), words(&line.holder), words(&line.merchant), money(line.amount)])
}

fn petty_cash(figures: &Figures) -> Markup {
    let cash = &figures.petty_cash;
    let vouchers = cash.vouchers.iter().map(|line| {
        Row::from([
            code(&line.number),
            day(line.day),
            words(&line.person),
            words(&line.text),
            money(line.amount),
            outcome(line.outcome, "paid"),
        ])
    });
    let top_ups = cash.top_ups.iter().map(|line| Row::from([code(&line.number), day(line.day), money(line.amount)]));
    let count = [
        Row::from([words("Float"), money(cash.float)]),
        Row::from([words("Paid out on vouchers"), money(cash.paid_out)]),
        Row::from([words("Expected in the box"), money(cash.expected)]),
        Row::from([words("Counted"), money(cash.counted)]),
        Row::sum([words("Over or short"), money(cash.over_short)]),
    ];
    let head = [("Voucher", W), ("Day", W), ("Person", W), ("For", W), ("Amount", N), ("Outcome", W)];
    html! {
        div.columns {
            (table("Petty cash, vouchers", &head, vouchers))
            div {
                (table("Petty cash, count", &[("", W), ("Amount", N)], count))
                (table("Top-ups", &[("Top-up", W), ("Day", W), ("Amount", N)], top_ups))
            }
        }
    }
}

pub(super) fn budget(figures: &Figures) -> Markup {
    let budget = &figures.budget;
    let inner = html! {
        (figure("budget", "Budget against actual by cost centre", "Two bars for each cost centre, budget above and \
            actual below, with a marker where the year is forecast to end; on the right the same for the month alone. \
            The table of cost centres holds the same figures.", chart::budget(&budget.rows).as_ref()))
        (centres(budget))
        (figure("accounts", "Budget against actual by account", "For each account the budget of the year as a broad bar, \
            and within it what was spent and what is on order besides; what goes beyond the budget stands out. The table \
            of lines holds the figures.",
            chart::accounts(&chart::by_account(&budget.rows)).as_ref()))
        (lines(budget))
        p.method { "Forecast: " (budget.method) }
    };
    section("budget", "Budget", &inner)
}

const MEASURES: [(&str, super::table::Holds); 8] = [
    ("Annual", N),
    ("Actual", N),
    ("On order", N),
    ("Available", N),
    ("Forecast", N),
    ("Month budget", N),
    ("Month actual", N),
    ("Variance", N),
];

fn centres(budget: &Budget) -> Markup {
    let row = |centre: CentreSum, is_sum| Row {
        cells: vec![
            code(&centre.code),
            words(&centre.name),
            total(centre.annual),
            total(centre.actual),
            total(centre.committed),
            total(centre.available),
            total(centre.forecast),
            total(centre.month_budget),
            total(centre.month_actual),
            total(centre.variance),
        ],
        is_sum,
    };
    let rows = CentreSum::of(&budget.rows).into_iter().map(|centre| row(centre, false));
    let last = (!budget.rows.is_empty()).then(|| row(CentreSum::total(&budget.rows), true));
    let head: Vec<_> = [("Centre", W), ("Name", W)].into_iter().chain(MEASURES).collect();
    table("Budget by cost centre", &head, rows.chain(last))
}

fn lines(budget: &Budget) -> Markup {
    let rows = budget.rows.iter().map(|row| Row {
        cells: vec![
            code(&row.cost_centre),
            words(&format!("{} {}", row.account, row.account_name)),
            money(row.annual),
            money(row.actual),
            sparse(row.committed),
            money(row.available),
            money(row.forecast),
            money(row.month_budget),
            money(row.month_actual),
            money(row.variance),
        ],
        is_sum: false,
    });
    let head: Vec<_> = [("Centre", W), ("Account", W)].into_iter().chain(MEASURES).collect();
    table("Budget by line", &head, rows)
}
