//! What the flows keep, and how it has to agree.

use std::collections::BTreeSet;
use std::fmt::Debug;

use chrono::Datelike;
use office::purchasing::PurchasingRules;
use office_core::subject::{OrderId, RequisitionId};
use office_core::{Currency, Decimal, Entity, Id, Money, Office, Quantity, Rounding, StoreError, fold, wait};
use office_finance::{Balances, BudgetLine, InvoiceStatus, JournalEntry, OpenItem, TrialBalance, VendorInvoice};
use office_inventory::{Location, PurchaseOrder, Requisition, Stock};
use proptest::prelude::*;
use proptest::test_runner::TestCaseError;

use crate::small_office::{ITEMS, day, item, shelf};

/// Everything that the flows keep.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Kept {
    pub(crate) requisitions: Vec<(Id<Requisition>, Requisition)>,
    pub(crate) orders: Vec<(Id<PurchaseOrder>, PurchaseOrder)>,
    pub(crate) stocks: Vec<(Id<Stock>, Stock)>,
    pub(crate) budgets: Vec<(Id<BudgetLine>, BudgetLine)>,
    pub(crate) invoices: Vec<(Id<VendorInvoice>, VendorInvoice)>,
    pub(crate) entries: Vec<(Id<JournalEntry>, JournalEntry)>,
    pub(crate) facts: usize,
}

pub(crate) fn kept(office: &Office) -> Kept {
    let facts = wait(office.feed().after(0, 5_000)).unwrap().len();
    wait(office.view(|view| async move {
        Ok::<_, StoreError>(Kept {
            requisitions: view.every(None, 1_000).await?,
            orders: view.every(None, 1_000).await?,
            stocks: view.every(None, 1_000).await?,
            budgets: view.every(None, 1_000).await?,
            invoices: view.every(None, 1_000).await?,
            entries: view.every(None, 1_000).await?,
            facts,
        })
    }))
    .unwrap()
}

pub(crate) fn find<E: Clone>(all: &[(Id<E>, E)], id: Id<E>) -> Option<E> {
    all.iter().find(|(other, _)| *other == id).map(|(_, found)| found.clone())
}

/// The orders of a requisition, as they were placed.
pub(crate) fn orders_of(requisition: RequisitionId, kept: &Kept) -> Vec<(OrderId, PurchaseOrder)> {
    let orders = find(&kept.requisitions, requisition.retag()).map(|known| known.orders()).unwrap_or_default();
    let mut placed: Vec<_> = orders.into_iter().map(|id| (id, find(&kept.orders, id.retag()).unwrap())).collect();
    placed.sort_by_key(|(_, order)| (order.number().as_str().len(), order.number().clone()));
    placed
}

/// The order of a requisition that was placed last.
pub(crate) fn order_of(requisition: RequisitionId, kept: &Kept) -> Option<(OrderId, PurchaseOrder)> {
    orders_of(requisition, kept).pop()
}

fn sum(amounts: impl IntoIterator<Item = Money>) -> Money {
    Money::sum(amounts, Currency::EUR).unwrap()
}

fn less(from: Money, what: Money) -> Money {
    from.checked_sub(what).unwrap()
}

pub(crate) fn books_agree(kept: &Kept, rules: &PurchasingRules) -> Result<(), TestCaseError> {
    let entries = || kept.entries.iter().map(|(_, entry)| entry);
    let end = day("2027-12-31");
    prop_assert!(TrialBalance::as_of(&rules.chart, entries(), end, Currency::EUR).unwrap().balances());
    let balances = Balances::as_of(entries(), end, Currency::EUR).unwrap();
    let accounts = &rules.accounts;
    prop_assert_eq!(balances.of(&accounts.stock), sum(kept.stocks.iter().map(|(_, stock)| stock.value())), "stock");

    let lines = kept.orders.iter().flat_map(|(_, order)| order.match_lines());
    let not_billed = sum(lines.map(|line| {
        let kept = less(line.received_value.unwrap(), line.returned_value.unwrap());
        less(kept, less(line.billed_value.unwrap(), line.credited_value.unwrap()))
    }));
    prop_assert_eq!(balances.of(&accounts.goods_received), not_billed.negated(), "goods received");

    let posted = kept.invoices.iter().map(|(_, invoice)| invoice);
    let posted =
        posted.filter(|invoice| matches!(invoice.status(), InvoiceStatus::Posted { .. } | InvoiceStatus::Paid { .. }));
    let owed = sum(posted.map(|invoice| invoice.outstanding().unwrap()));
    prop_assert_eq!(balances.of(&accounts.payables), owed.negated(), "payables");
    let paid = kept.invoices.iter().flat_map(|(_, invoice)| invoice.items()).flat_map(OpenItem::allocations);
    prop_assert_eq!(balances.of(&accounts.bank), sum(paid.map(|part| part.amount)), "bank");

    for year in [2026, 2027] {
        let places = entries().filter(|entry| entry.number().year == year).map(|entry| entry.number().place);
        let places: BTreeSet<u64> = places.collect();
        let all = entries().filter(|entry| entry.on().year() == year).count();
        prop_assert_eq!(places, (1..=u64::try_from(all).unwrap()).collect::<BTreeSet<_>>(), "numbers of {}", year);
    }
    Ok(())
}

pub(crate) fn budgets_agree(kept: &Kept, rules: &PurchasingRules) -> Result<(), TestCaseError> {
    for (_, line) in &kept.budgets {
        let plan = line.planned();
        let account_of = |code: office_core::subject::ItemId| {
            let (_, category, ..) = ITEMS.into_iter().find(|(known, ..)| item(known) == code).unwrap();
            rules.accounts.expense_of(category).unwrap().clone()
        };
        let own = kept.requisitions.iter().map(|(_, requisition)| requisition).filter(|requisition| {
            let asked = requisition.request();
            asked.on.year() == plan.year && Some(asked.cost_centre) == plan.bearer.cost_centre()
        });
        let own: Vec<_> = own.collect();
        let pending = own.iter().filter(|requisition| requisition.is_pending());
        let open = pending.flat_map(|requisition| requisition.lines());
        let open = open.filter(|line| account_of(line.item()) == plan.account);
        let reserved = sum(open.map(|line| line.estimate_of(line.open())));
        prop_assert_eq!(line.reserved().unwrap(), reserved, "reserved of {:?}", plan);

        let orders = own.iter().flat_map(|requisition| orders_of(requisition.request().id, kept));
        let lines = orders.flat_map(|(_, order)| order.lines().to_vec());
        let committed = sum(lines.filter(|line| account_of(line.item()) == plan.account).map(|line| {
            let worth = |quantity| line.worth(quantity, Rounding::HalfUp).unwrap();
            let all = line.delivered().checked_add(line.expected()).unwrap();
            less(worth(all), worth(line.delivered()))
        }));
        prop_assert_eq!(line.committed().unwrap(), committed, "committed of {:?}", plan);

        let entries = kept.entries.iter().map(|(_, entry)| entry).filter(|entry| entry.on().year() == plan.year);
        let borne = entries.flat_map(|entry| entry.entry().postings()).filter(|posting| {
            posting.account == plan.account && posting.dimensions.cost_centre() == plan.bearer.cost_centre()
        });
        let actual = sum(borne.map(|posting| posting.amount));
        prop_assert_eq!(line.actual().unwrap(), actual, "actual of {:?}", plan);

        let taken = sum([reserved, committed, actual]);
        prop_assert_eq!(line.available().unwrap(), less(plan.total().unwrap(), taken));
    }
    Ok(())
}

pub(crate) fn goods_agree(kept: &Kept) -> Result<(), TestCaseError> {
    for (_, stock) in &kept.stocks {
        for on in day("2026-10-01").iter_days().take(180) {
            let there = stock.ledger().on_hand_at(Location::Storage(shelf()), on).unwrap();
            prop_assert!(!there.is_negative(), "{there} on {on}");
        }
    }
    for line in kept.orders.iter().flat_map(|(_, order)| order.lines()) {
        let [ordered, delivered] = [line.wanted(), line.delivered()].map(Quantity::amount);
        prop_assert!(delivered * Decimal::TEN <= ordered * Decimal::from(11), "{line:?}");
        prop_assert!(line.billed().amount() <= line.received().amount(), "{line:?}");
    }
    Ok(())
}

pub(crate) fn folds<E: Entity + PartialEq + Debug>(office: &Office, all: &[(Id<E>, E)]) -> Result<(), TestCaseError> {
    for (id, state) in all {
        let history = wait(office.view(|view| async move { view.history(*id, 0, usize::MAX).await })).unwrap();
        let facts: Vec<E::Fact> = history.iter().map(|fact| fact.fact::<E>().unwrap().unwrap()).collect();
        let folded = fold::<E>(&facts);
        prop_assert_eq!(folded.as_ref(), Some(state));
    }
    Ok(())
}
