//! Where money went besides vendors: the bank, the company card, the petty cash.

use office_core::Money;
use office_finance::{
    BankLine, BankLineStatus, CardException, CardStatement, PettyCashFact, PettyCashFund, Voucher as Paid,
};

use super::books::Books;
use super::{ALL, Source};
use crate::diary::Ending;
use crate::files::spending::CashKind;
use crate::play::Failure;
use crate::report::{Bank, Card, CardLine, Outcome, PettyCash, TopUp, Unmatched, Voucher};

/// The lines of the statement against the books.
pub(super) async fn bank(source: Source<'_>, books: &Books) -> Result<Bank, Failure> {
    let stored = source.view.every::<BankLine>(None, ALL).await?;
    let (mut credits, mut debits) = (Vec::new(), Vec::new());
    let mut unmatched = Vec::new();
    for (_, line) in &stored {
        let told = line.line();
        if told.amount.is_negative() {
            debits.push(told.amount.negated());
        } else {
            credits.push(told.amount);
        }
        if line.status() == BankLineStatus::Imported {
            let text = told.party.as_ref().map_or_else(String::new, |party| format!("{party}: "));
            unmatched.push(Unmatched { day: told.on, text: format!("{text}{}", told.text), amount: told.amount });
        }
    }
    unmatched.sort_by(|one, two| (one.day, &one.text).cmp(&(two.day, &two.text)));
    let statement = &source.world.files.bank_statement;
    Ok(Bank {
        opening: statement.opening.map_or(Money::zero(source.currency()), |balance| balance.amount),
        credit_count: u32::try_from(credits.len())?,
        credits: Money::sum(credits, source.currency())?,
        debit_count: u32::try_from(debits.len())?,
        debits: Money::sum(debits, source.currency())?,
        closing: statement.closing.map_or(Money::zero(source.currency()), |balance| balance.amount),
        book_balance: books.balance(&source.world.settings.purchasing.accounts.bank),
        unmatched,
    })
}

/// The statements of the company card, as they were checked against the receipts.
pub(super) async fn card(source: Source<'_>, books: &Books) -> Result<Card, Failure> {
    let mut card = Card {
        owed: books.balance(&source.world.settings.card).negated(),
        matched: 0,
        missing_receipts: Vec::new(),
        personal: Vec::new(),
    };
    let mut matched: usize = 0;
    for (_, statement) in source.view.every::<CardStatement>(None, ALL).await? {
        let settled = |reference: &&String| !statement.exceptions().contains_key(*reference);
        matched = matched.saturating_add(statement.receipts().keys().filter(settled).count());
        for (reference, exception) in statement.exceptions() {
            let Some(line) = statement.bill().lines.iter().find(|line| line.reference == *reference) else { continue };
            let told = CardLine {
                reference: reference.clone(),
                day: line.on,
                holder: line.holder.map_or_else(String::new, |holder| source.person(holder)),
                merchant: line.merchant.clone(),
                amount: line.owed(),
            };
            match exception {
                CardException::Personal { .. } => card.personal.push(told),
                CardException::MissingReceipt | CardException::Claimed { .. } | CardException::Ambiguous { .. } => {
                    card.missing_receipts.push(told);
                }
            }
        }
    }
    card.matched = u32::try_from(matched)?;
    Ok(card)
}

/// The petty cash box, from all that happened to it, and the vouchers that were refused.
pub(super) async fn petty_cash(source: Source<'_>) -> Result<PettyCash, Failure> {
    let boxes = source.view.every::<PettyCashFund>(None, 1).await?;
    let (id, fund) = boxes.into_iter().next().ok_or("there is no petty cash box")?;
    let nothing = source.nothing();
    let mut cash = PettyCash {
        float: fund.float(),
        paid_out: nothing,
        vouchers: Vec::new(),
        expected: nothing,
        counted: nothing,
        over_short: nothing,
        top_ups: Vec::new(),
    };
    for recorded in source.view.history(id, 0, ALL).await? {
        match recorded.fact::<PettyCashFund>()? {
            Some(PettyCashFact::Spent { voucher }) => {
                cash.paid_out = cash.paid_out.checked_add(voucher.amount)?;
                cash.vouchers.push(paid(source, voucher));
            }
            Some(PettyCashFact::Counted { cash: in_box, over, .. }) => {
                cash.expected = in_box.checked_sub(over)?;
                cash.counted = in_box;
                cash.over_short = over;
            }
            Some(PettyCashFact::ToppedUp { reference, on, amount }) => {
                cash.top_ups.push(TopUp { number: reference, day: on, amount });
            }
            Some(PettyCashFact::SetUp { .. }) | None => {}
        }
    }
    let refused = refused(source, &cash.vouchers);
    cash.vouchers.extend(refused);
    cash.vouchers.sort_by(|one, two| (one.day, &one.number).cmp(&(two.day, &two.number)));
    Ok(cash)
}

fn paid(source: Source<'_>, voucher: Paid) -> Voucher {
    Voucher {
        number: voucher.number,
        day: voucher.on,
        person: source.person(voucher.person),
        text: voucher.description,
        amount: voucher.amount,
        outcome: Outcome::Accepted,
    }
}

/// Vouchers that left nothing but pages in the diary, one for each who was asked: what they said is in the file alone.
fn refused(source: Source<'_>, paid: &[Voucher]) -> Vec<Voucher> {
    let is_refused = |number: &str| {
        let own = |page: &&crate::diary::Page| {
            page.kind == "petty cash" && page.reference.split_whitespace().next() == Some(number)
        };
        source.pages.iter().filter(own).any(|page| page.ending != Ending::Accepted)
    };
    let rows = source.world.files.petty_cash.iter().filter(|row| matches!(row.kind, CashKind::Voucher { .. }));
    let unpaid = rows.filter(|row| !paid.iter().any(|voucher| voucher.number == row.voucher));
    let line = |row: &crate::files::spending::CashLine| Voucher {
        number: row.voucher.clone(),
        day: row.date,
        person: source.name_of(row.person.as_str()),
        text: row.description.clone(),
        amount: row.amount,
        outcome: Outcome::Refused,
    };
    unpaid.filter(|row| is_refused(&row.voucher)).map(line).collect()
}
