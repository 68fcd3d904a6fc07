//! What is to be paid to vendors on a day, within what is there.
//!
//! A pure rule: the items that are open, what may be spent of each currency, in which order items come, who is not paid
//! now. Laws, held by `tests/payment_run.rs`:
//!
//! 1. Every item is in a payment or left out, once; and it is told why.
//! 2. No payment is for less than nothing, and those of a currency come to no more than is there for it.
//! 3. No part is more than is outstanding, and nothing is taken off but what the terms allow on the day.
//! 4. Nothing is paid that is kept back, in another run, of a blocked vendor, or neither due nor cheaper by now.

use std::collections::BTreeMap;

use chrono::NaiveDate;
use office_core::subject::{InvoiceId, PartyId};
use office_core::{Currency, Money, MoneyError};
use serde::{Deserialize, Serialize};

use crate::OpenItem;

/// An item that may be paid.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PayableItem {
    /// The bill, or the credit note.
    pub document: InvoiceId,
    /// What is owed of it: below zero, and above for a credit note.
    pub item: OpenItem,
    /// What keeps its payment back.
    pub kept_back: Option<LeftOut>,
}

/// What is to be proposed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PaymentRequest {
    /// The day of the payments.
    pub on: NaiveDate,
    /// What is due by this day is paid: usually the day before that of the next run. What may be had for less by then is
    /// paid early.
    pub through: NaiveDate,
    /// What may be spent of each currency; of others, nothing.
    pub available: BTreeMap<Currency, Money>,
    /// Which items come first, where there is not enough for all.
    pub priority: PaymentPriority,
    /// Vendors who are not paid now, and why.
    pub blocked: BTreeMap<PartyId, String>,
}

/// Which items come first, where there is not enough for all. An item for which there is not enough is passed over, and a
/// smaller one after it may be paid.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum PaymentPriority {
    /// What is due first.
    DueFirst,
    /// What may be had for less, the largest discount first; then what is due first.
    DiscountFirst,
    /// The smallest amounts, so that as many bills as possible are paid.
    SmallestFirst,
}

/// Why an item is not paid.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum LeftOut {
    /// Nothing is outstanding.
    Settled,
    /// It is due later, and costs no less now.
    NotDue {
        /// When it is due.
        due: NaiveDate,
    },
    /// Its payment is kept back.
    KeptBack {
        /// Why.
        reason: String,
    },
    /// Its vendor is not paid now.
    Blocked {
        /// Why.
        reason: String,
    },
    /// Another run pays it.
    InRun,
    /// There is not enough.
    NotEnough {
        /// What is left.
        left: Money,
    },
    /// It is a credit note, and nothing is paid to its vendor that it could be taken off.
    NothingToTakeItOff,
}

/// What is to be paid, and what is not.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct PaymentProposal {
    /// One payment for each vendor and currency.
    pub payments: Vec<ProposedPayment>,
    /// What is left out: document, instalment, why.
    pub left_out: Vec<(InvoiceId, u32, LeftOut)>,
}

/// What is to be paid to a vendor in a currency. Amounts are above nothing, and below for credit notes.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ProposedPayment {
    /// The vendor.
    pub vendor: PartyId,
    /// All of it.
    pub amount: Money,
    /// What for.
    pub parts: Vec<ProposedPart>,
}

/// What of a payment is for an item.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ProposedPart {
    /// The document.
    pub document: InvoiceId,
    /// Which instalment of it, counted from 1.
    pub instalment: u32,
    /// How much is paid.
    pub amount: Money,
    /// What is taken off for paying early.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub discount: Option<Money>,
}

/// Proposes what to pay: items that are due, or cheaper now, in order of priority as long as there is enough. Credit notes
/// of a vendor are taken off what is paid to it, as far as that goes.
///
/// # Errors
/// [`MoneyError`]: a sum cannot be held.
///
/// # Example
/// ```
/// use office_core::{Currency, Id};
/// use office_finance::{LeftOut, OpenItem, PayableItem, PaymentPriority, PaymentRequest, propose_payments};
///
/// let (on, due) = ("2026-10-15".parse()?, "2026-10-20".parse()?);
/// let open = |number: &str, amount: &str| Ok::<_, Box<dyn std::error::Error>>(PayableItem {
///     document: Id::natural("invoice", number),
///     item: OpenItem::new(Id::natural("party", "V-03"), number, "2026-10-01".parse()?, due, amount.parse()?),
///     kept_back: None,
/// });
/// let items = [open("B-1", "-80.00 EUR")?, open("B-2", "-50.00 EUR")?, open("C-1", "30.00 EUR")?];
/// let request = PaymentRequest {
///     on, through: due, available: [(Currency::EUR, "60.00 EUR".parse()?)].into(),
///     priority: PaymentPriority::DueFirst, blocked: [].into(),
/// };
/// let proposal = propose_payments(&items, &request)?;
/// // With the credit note the first bill costs 50.00, and 10.00 are left.
/// assert_eq!(proposal.payments[0].amount, "50.00 EUR".parse()?);
/// let left = "10.00 EUR".parse()?;
/// assert_eq!(proposal.left_out, [(Id::natural("invoice", "B-2"), 1, LeftOut::NotEnough { left })]);
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
pub fn propose_payments(items: &[PayableItem], request: &PaymentRequest) -> Result<PaymentProposal, MoneyError> {
    let mut proposal = PaymentProposal::default();
    let mut debts: Vec<Wanted<'_>> = Vec::new();
    let mut credits: BTreeMap<(PartyId, Currency), Vec<&PayableItem>> = BTreeMap::new();
    for payable in items {
        let outstanding = payable.item.outstanding_ever()?;
        if let Some(why) = not_now(payable, outstanding, request) {
            proposal.left_out.push((payable.document, payable.item.instalment(), why));
        } else if outstanding.is_positive() {
            credits.entry((payable.item.party(), outstanding.currency())).or_default().push(payable);
        } else {
            let discount = payable.item.discount(request.on).negated();
            let amount = outstanding.negated().checked_sub(discount)?;
            debts.push(Wanted { payable, amount, discount });
        }
    }
    in_order(&mut debts, request.priority);

    let mut available = request.available.clone();
    let mut chosen: BTreeMap<(PartyId, Currency), Vec<ProposedPart>> = BTreeMap::new();
    // What of the credit notes of a vendor is left to be taken off.
    let mut credit: BTreeMap<(PartyId, Currency), Money> = BTreeMap::new();
    for (key, of_vendor) in &credits {
        let open = of_vendor.iter().map(|payable| payable.item.outstanding_ever()).collect::<Result<Vec<_>, _>>()?;
        credit.insert(*key, Money::sum(open, key.1)?);
    }
    for wanted in debts {
        let key = (wanted.payable.item.party(), wanted.amount.currency());
        let nothing = Money::zero(key.1);
        let left = available.entry(key.1).or_insert(nothing);
        let taken_off = credit.entry(key).or_insert(nothing);
        let rest = wanted.amount.checked_sub(*taken_off)?;
        let (cost, unused) = if rest.is_negative() { (nothing, rest.negated()) } else { (rest, nothing) };
        if cost.compare(left)?.is_gt() {
            let why = LeftOut::NotEnough { left: *left };
            proposal.left_out.push((wanted.payable.document, wanted.payable.item.instalment(), why));
            continue;
        }
        (*left, *taken_off) = (left.checked_sub(cost)?, unused);
        chosen.entry(key).or_default().push(wanted.part());
    }
    take_off(&mut proposal, &mut chosen, &credits)?;
    for ((vendor, currency), parts) in chosen {
        let amount = Money::sum(parts.iter().map(|part| part.amount), currency)?;
        proposal.payments.push(ProposedPayment { vendor, amount, parts });
    }
    Ok(proposal)
}

/// An item that is to be paid, if there is enough.
struct Wanted<'a> {
    payable: &'a PayableItem,
    amount: Money,
    discount: Money,
}

impl Wanted<'_> {
    fn part(&self) -> ProposedPart {
        ProposedPart {
            document: self.payable.document,
            instalment: self.payable.item.instalment(),
            amount: self.amount,
            discount: Some(self.discount).filter(|discount| !discount.is_zero()),
        }
    }
}

/// Why an item is not to be paid, however much is there.
fn not_now(payable: &PayableItem, outstanding: Money, request: &PaymentRequest) -> Option<LeftOut> {
    let item = &payable.item;
    if outstanding.is_zero() {
        return Some(LeftOut::Settled);
    }
    if let Some(why) = &payable.kept_back {
        return Some(why.clone());
    }
    if let Some(reason) = request.blocked.get(&item.party()) {
        return Some(LeftOut::Blocked { reason: reason.clone() });
    }
    let cheaper =
        !item.discount(request.on).is_zero() && item.discount_until().is_some_and(|day| day <= request.through);
    let due = outstanding.is_positive() || item.due() <= request.through;
    (!due && !cheaper).then(|| LeftOut::NotDue { due: item.due() })
}

fn in_order(debts: &mut [Wanted<'_>], priority: PaymentPriority) {
    let place =
        |wanted: &Wanted<'_>| (wanted.payable.item.due(), wanted.payable.document, wanted.payable.item.instalment());
    match priority {
        PaymentPriority::DueFirst => debts.sort_by_key(place),
        PaymentPriority::DiscountFirst => {
            debts.sort_by_key(|wanted| (std::cmp::Reverse(wanted.discount.minor()), place(wanted)));
        }
        PaymentPriority::SmallestFirst => debts.sort_by_key(|wanted| (wanted.amount.minor(), place(wanted))),
    }
}

/// Takes the credit notes off the payments of their vendors, as far as those go.
fn take_off(
    proposal: &mut PaymentProposal,
    chosen: &mut BTreeMap<(PartyId, Currency), Vec<ProposedPart>>,
    credits: &BTreeMap<(PartyId, Currency), Vec<&PayableItem>>,
) -> Result<(), MoneyError> {
    for (key, of_vendor) in credits {
        let nothing = Money::zero(key.1);
        let mut room = match chosen.get(key) {
            Some(parts) => Money::sum(parts.iter().map(|part| part.amount), key.1)?,
            None => nothing,
        };
        for payable in of_vendor {
            let (document, instalment) = (payable.document, payable.item.instalment());
            let open = payable.item.outstanding_ever()?;
            let taken = open.lesser(room)?;
            if taken.is_zero() {
                proposal.left_out.push((document, instalment, LeftOut::NothingToTakeItOff));
                continue;
            }
            room = room.checked_sub(taken)?;
            let part = ProposedPart { document, instalment, amount: taken.negated(), discount: None };
            chosen.entry(*key).or_default().push(part);
        }
    }
    Ok(())
}
