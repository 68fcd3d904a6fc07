//! Two people award at the same time, in memory and in a file. However the threads meet, one is first.

use std::sync::Barrier;
use std::thread;

use office_core::rules::{DecisionTable, PolicyBook};
use office_core::subject::{OrderId, RequisitionId};
use office_core::{Actor, Command, Id, Money, Office, Role, StoreError, wait};
use office_inventory::{
    AskVendors, AwardQuotations, AwardQuotationsError, AwardTerms, NewQuotationRequest, NewRequisition,
    NewRequisitionLine, PlaceAwardError, PurchaseOrder, QuotationRequest, QuotationRequestFact, QuotationRequestId,
    Requisition, RequisitionLineRef, RequisitionStatus, Sealing, award_quotations, request_quotations,
};
use office_scratch::offices;

use crate::desk::{EUR, award, clerk, day, line, new, noon, quotation, rules, vendor};

/// How often they meet on each store.
const ROUNDS: usize = 12;

fn command(key: &str, on: u32) -> Command {
    Command::new(key, "test", Actor::new(clerk(), Role::new("secretary")), noon(on)).unwrap()
}

fn policy() -> PolicyBook {
    let mut policy = PolicyBook::new("purchase");
    let table = DecisionTable::from_rows(&["outcome"], [vec!["allow".to_owned()]]).unwrap();
    policy.publish(day(1), table).unwrap();
    policy
}

/// A requisition of paper and pens, approved.
fn requisition(office: &Office, number: &str) -> RequisitionId {
    let id = Id::natural("requisition", number);
    let of = new(Sealing::Sealed).lines.into_iter();
    let lines = of.map(|line| {
        let estimate = "100.00 EUR".parse().unwrap();
        NewRequisitionLine { item: line.item, quantity: line.quantity, estimate }
    });
    let asked = NewRequisition {
        id,
        number: number.parse().unwrap(),
        requester: clerk(),
        on: day(1),
        lines: lines.collect(),
        within_budget: true,
        cost_centre: Id::natural("cost_centre", "CC-200"),
        scope: "company".parse().unwrap(),
        reason: "little is left".to_owned(),
    };
    let submitted = &Requisition::submit(asked, &policy(), noon(1)).unwrap().fact().unwrap();
    let key = command(&format!("submit-{number}"), 1);
    wait(office.transact(&key, |tx| async move { tx.create(Requisition::key(id), submitted.clone()).await })).unwrap();
    id
}

/// Two vendors are asked for it, and have answered.
fn begin(office: &Office, number: &str) -> (RequisitionId, QuotationRequestId) {
    let requisition = requisition(office, number);
    let NewQuotationRequest { terms, vendors, deadline, sealing, policy, .. } = new(Sealing::Sealed);
    let lines = [1, 2].map(|line| RequisitionLineRef { requisition, line }).into();
    let number = number.parse().unwrap();
    let asked = &AskVendors { number, lines, wanted_by: None, vendors, deadline, sealing, policy };
    let id = wait(office.transact(&command(&format!("ask-{}", asked.number), 1), |tx| async move {
        let id = request_quotations(&tx, asked.clone(), terms).await.unwrap();
        // The same once more is the same.
        assert_eq!(request_quotations(&tx, asked.clone(), terms).await.unwrap(), id);
        for (at, cents) in [(1, 20_00), (2, 19_00)] {
            let answer = quotation("Q-1", 0, [(1, line(cents)), (2, line(cents))]);
            let answered = tx.load(id).await?.answer(vendor(at), answer, noon(5)).unwrap();
            tx.decide(id, answered).await?;
        }
        Ok::<_, StoreError>(id)
    }));
    (requisition, id.unwrap())
}

fn place(
    office: &Office,
    key: &str,
    id: QuotationRequestId,
    award: &AwardQuotations,
) -> Result<Vec<OrderId>, PlaceAwardError> {
    wait(office.transact(&command(key, 12), |tx| async move {
        award_quotations(&tx, id, award, &rules(), &AwardTerms::default()).await
    }))
}

/// Law 36 at once: of two that award differently one does, and the other is told so; of two that award alike both are
/// told of the same orders, which are placed once.
#[test]
fn of_two_who_award_at_once_one_does() {
    let (_places, offices) = offices();
    for office in &offices {
        for round in 0..ROUNDS {
            let (requisition, id) = begin(office, &format!("RFQ-{round}"));
            // In every other round both want the same: paper from the one, pens from the other.
            let alike = round % 2 == 1;
            let wanted = [0, 1].map(|who| {
                let pens = if alike || who == 0 { 1 } else { 2 };
                award(&[(1, 2, 10), (2, pens, 4)], Some("agreed"))
            });
            let barrier = Barrier::new(2);
            let done = thread::scope(|scope| {
                let threads = [0, 1].map(|who| {
                    let (barrier, wanted) = (&barrier, &wanted[who]);
                    scope.spawn(move || {
                        barrier.wait();
                        place(office, &format!("award-{round}-{who}"), id, wanted)
                    })
                });
                threads.map(|thread| thread.join().unwrap())
            });
            let (told, refused): (Vec<_>, Vec<_>) = done.into_iter().partition(Result::is_ok);
            let told: Vec<_> = told.into_iter().map(Result::unwrap).collect();
            assert_eq!(told.len(), if alike { 2 } else { 1 }, "{refused:?}");
            assert!(told.iter().all(|orders| *orders == told[0]));
            let early = AwardQuotationsError::AlreadyAwarded { at: noon(12) };
            for why in refused {
                assert!(matches!(&why, Err(PlaceAwardError::Award(why)) if *why == early), "{why:?}");
            }
            let (bought, facts, awarded) = wait(office.view(|view| {
                let orders = told[0].clone();
                async move {
                    let mut bought = Vec::new();
                    for order in orders {
                        bought.push(view.load(PurchaseOrder::key(order)).await?.worth().unwrap());
                    }
                    let bought = Money::sum(bought, EUR).unwrap();
                    let status = view.load(Requisition::key(requisition)).await?.status();
                    assert_eq!(status, RequisitionStatus::Ordered);
                    let awarded = view.load(id).await?.awarded().unwrap().total;
                    Ok::<_, StoreError>((bought, view.history(id, 0, 10).await?, awarded))
                }
            }))
            .unwrap();
            assert_eq!(bought, awarded, "the orders are what was awarded");
            let facts = facts.iter().filter_map(|fact| fact.fact::<QuotationRequest>().unwrap());
            assert_eq!(facts.filter(|fact| matches!(fact, QuotationRequestFact::Awarded(_))).count(), 1);
        }
        let due = wait(office.view(|view| async move { view.page(QuotationRequest::PENDING, None, None, 10).await }));
        assert!(due.unwrap().is_empty(), "nothing that is awarded is pending");
    }
}
