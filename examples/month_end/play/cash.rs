//! Petty cash and the company card.

use std::collections::BTreeSet;

use chrono::NaiveDate;
use office::journal::post_and_spend;
use office::petty_cash;
use office_core::rules::{Facts, Outcome};
use office_core::{Id, Money, Tx};
use office_finance::{
    CardBill, CardLine as BillLine, CardLineKind, CardReceipt as Receipt, CardResolution, CardStatement,
    CardStatementId, Entry, EntryId, Posting, Voucher,
};

use super::approving::asked;
use super::begin::{Unfit, cash_box};
use super::{Failure, World, is_accepted};
use crate::diary::{Step, Told, take};
use crate::files::spending::{CardKind, CardLine, CardReceipt, CashKind, CashLine};

/// The petty cash of a day.
pub(crate) async fn petty_cash_of(world: World<'_>, day: NaiveDate) -> Result<(), Failure> {
    let rules = &world.settings.petty_cash;
    let keeper = world.first_with("assistant");
    for line in world.files.petty_cash.iter().filter(|line| line.date == day) {
        match &line.kind {
            CashKind::Voucher { .. } => voucher(world, day, line).await?,
            CashKind::TopUp => {
                take(world.office, &world.step(day, "cash top-up", &line.voucher, &keeper), |tx| async move {
                    petty_cash::top_up(&tx, rules, cash_box(), &line.voucher, day, line.amount).await?;
                    Ok::<_, petty_cash::TopUpCashError>(Told::accepted(format!("{} from the bank", line.amount)))
                })
                .await?;
            }
            CashKind::Count { .. } => {
                take(world.office, &world.step(day, "cash count", &line.voucher, &keeper), |tx| async move {
                    let over = petty_cash::count(&tx, rules, cash_box(), day, line.amount).await?;
                    let told = format!("{} counted, {over} over or short", line.amount);
                    Ok::<_, petty_cash::CountCashError>(Told::accepted(told))
                })
                .await?;
            }
        }
    }
    Ok(())
}

/// Has a voucher paid by whoever may approve it.
async fn voucher(world: World<'_>, day: NaiveDate, line: &CashLine) -> Result<(), Failure> {
    let rules = &world.settings.petty_cash;
    let CashKind::Voucher { tax_rate, tax, cost_centre } = &line.kind else { return Ok(()) };
    let voucher = &Voucher {
        number: line.voucher.clone(),
        on: day,
        person: line.person.id(),
        amount: line.amount,
        tax: *tax,
        account: Some(line.account.clone()),
        cost_centre: Some(cost_centre.id()),
        description: line.description.clone(),
    };
    let facts = Facts::new().with("kind", "voucher").with("amount", line.amount);
    let ruling = rules.policy.decide(&facts, day)?;
    let mut candidates = Vec::new();
    match ruling.outcome {
        Outcome::Approvals(approvals) => {
            for (_, step) in approvals.steps() {
                candidates.extend(step.roles().iter().flat_map(|role| asked(world, role, step.action(), day)));
            }
        }
        Outcome::Allow | Outcome::Refuse(_) => {
            let keeper = world.first_with("assistant");
            candidates.push(super::approving::Asked { actor: world.actor(&keeper), code: keeper });
        }
    }
    let several = candidates.len() > 1;
    for asked in candidates {
        let reference =
            if several { format!("{} by {}", line.voucher, asked.code.as_str()) } else { line.voucher.clone() };
        let by = asked.code.as_str();
        let step = Step { day, kind: "petty cash", reference: &reference, actor: asked.actor, by };
        let page = take(world.office, &step, |tx| async move {
            petty_cash::spend(&tx, rules, cash_box(), voucher.clone(), *tax_rate).await?;
            Ok::<_, petty_cash::SpendVoucherError>(Told::accepted(format!("{}, {}", line.amount, line.description)))
        })
        .await?;
        if is_accepted(&page) {
            break;
        }
    }
    Ok(())
}

/// The statement of the company card.
pub(crate) fn card_statement() -> CardStatementId {
    Id::natural("card_statement", "2026-10")
}

/// The card of a day: each purchase goes where its receipt says, is owed by whoever paid something personal, or waits
/// for its receipt. On the last day the statement is taken in and checked against the receipts.
pub(crate) async fn card_of(world: World<'_>, day: NaiveDate) -> Result<(), Failure> {
    let keeper = world.first_with("assistant");
    for line in world.files.card_statement.iter().filter(|line| line.date == day) {
        let (CardKind::Purchase(used) | CardKind::Credit(used)) = &line.kind else { continue };
        let receipt = receipt_for(world, line);
        take(world.office, &world.step(day, "card", &line.reference, &keeper), |tx| async move {
            purchase(&tx, world, line, receipt).await?;
            Ok::<_, Unfit>(match receipt {
                None => Told::held(format!("{} at {}: no receipt", line.amount, used.merchant)),
                Some(receipt) if receipt.cost_centre.is_none() => {
                    Told::held(format!("{} at {}: personal", line.amount, used.merchant))
                }
                Some(receipt) => Told::accepted(format!("{} at {}, {}", line.amount, used.merchant, receipt.code)),
            })
        })
        .await?;
    }
    if world.files.company.month.last() == Some(day) {
        let step = world.step(day, "card", "statement", &keeper);
        take(world.office, &step, |tx| async move { statement(&tx, world).await }).await?;
    }
    Ok(())
}

fn receipt_for<'a>(world: World<'a>, line: &CardLine) -> Option<&'a CardReceipt> {
    let (CardKind::Purchase(used) | CardKind::Credit(used)) = &line.kind else { return None };
    world.files.card_receipts.iter().find(|receipt| {
        receipt.amount == line.amount && receipt.cardholder == used.cardholder && receipt.merchant == used.merchant
    })
}

async fn purchase(tx: &Tx, world: World<'_>, line: &CardLine, receipt: Option<&CardReceipt>) -> Result<(), Unfit> {
    let settings = world.settings;
    let mut postings = vec![Posting::credit(settings.card.clone(), line.amount)];
    match receipt {
        None => postings.push(Posting::debit(settings.unclear.clone(), line.amount)),
        Some(receipt) => match &receipt.cost_centre {
            None => postings.push(Posting::debit(settings.staff_debts.clone(), line.amount)),
            Some(cost_centre) => {
                let net = line.amount.checked_sub(receipt.tax)?;
                postings.push(Posting::debit(receipt.account.clone(), net).borne_by(cost_centre.id()));
                if !receipt.tax.is_zero() {
                    let account = settings.purchasing.accounts.input_tax_at(receipt.tax_rate)?;
                    postings.push(Posting::debit(account.clone(), receipt.tax));
                }
            }
        },
    }
    let entry = Entry::balanced(line.date, format!("card {}", line.reference), postings)?;
    let entry = entry.resting_on(line.reference.clone())?;
    let id = EntryId::natural("card", &line.reference);
    post_and_spend(tx, &settings.purchasing.chart, id, entry).await?;
    Ok(())
}

/// Takes the statement in, matches it with the receipts, and says what is to be done about what does not match.
async fn statement(tx: &Tx, world: World<'_>) -> Result<Told, Unfit> {
    let zero = Money::zero(world.files.company.currency);
    let (mut opening, mut closing, mut lines) = (zero, zero, Vec::new());
    for line in &world.files.card_statement {
        let (kind, used) = match &line.kind {
            CardKind::Opening => {
                opening = line.amount;
                continue;
            }
            CardKind::Closing => {
                closing = line.amount;
                continue;
            }
            CardKind::Purchase(used) => (CardLineKind::Charge, Some(used)),
            CardKind::Credit(used) => (CardLineKind::Credit, Some(used)),
            CardKind::Payment => (CardLineKind::Payment, None),
        };
        lines.push(BillLine {
            reference: line.reference.clone(),
            kind,
            on: line.date,
            holder: used.map(|used| used.cardholder.id()),
            merchant: used.map_or_else(|| "direct debit".to_owned(), |used| used.merchant.clone()),
            amount: line.amount.abs(),
            category: used.map(|used| used.category.clone()),
        });
    }
    let receipts = world.files.card_receipts.iter().map(|receipt| Receipt {
        number: receipt.code.clone(),
        on: receipt.date,
        holder: receipt.cardholder.id(),
        merchant: receipt.merchant.clone(),
        amount: receipt.amount,
        personal: receipt.cost_centre.is_none(),
        claim: None,
    });
    let receipts: Vec<_> = receipts.collect();
    tx.create(card_statement(), CardStatement::receive(CardBill { opening, lines, closing })?).await?;
    let checked = tx.load(card_statement()).await?.check(&receipts, 10)?;
    tx.decide(card_statement(), checked).await?;
    let found = tx.load(card_statement()).await?;
    let mut told = Vec::new();
    for (reference, exception) in found.open_exceptions() {
        let line = found.bill().lines.iter().find(|line| line.reference == reference);
        let resolution = match (exception, line.and_then(|line| line.holder)) {
            (office_finance::CardException::Personal { .. }, Some(person)) => CardResolution::ChargedTo { person },
            _ => CardResolution::ToBeClarified { note: "asked for the receipt".to_owned() },
        };
        told.push(format!("{reference} {exception:?}"));
        let resolved = tx.load(card_statement()).await?.resolve(reference, resolution)?;
        tx.decide(card_statement(), resolved).await?;
    }
    // Each holder stands for their own lines before somebody else signs for all.
    let holders: BTreeSet<_> = found.bill().lines.iter().filter_map(|line| line.holder).collect();
    for holder in holders {
        let confirmed = tx.load(card_statement()).await?.confirm(holder, tx.command().at())?;
        tx.decide(card_statement(), confirmed).await?;
    }
    let signed = tx.load(card_statement()).await?.sign_off(tx.command().actor().person, tx.command().at())?;
    tx.decide(card_statement(), signed).await?;
    Ok(Told::accepted(format!("{closing} owed; to follow up: {}", told.join(", "))))
}
