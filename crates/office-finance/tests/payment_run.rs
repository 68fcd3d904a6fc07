//! Proposals of payments through the public API: their laws as properties.
#![expect(clippy::arithmetic_side_effects, reason = "the numbers of these tests are small")]

use std::collections::{BTreeMap, BTreeSet};

use chrono::{DateTime, Days, NaiveDate};
use office_core::rules::{DecisionTable, Facts, PolicyBook};
use office_core::{ApprovalCase, Currency, Decision, Entity, Id, Money, Scope};
use office_finance::{
    Allocation, DiscountOffer, LeftOut, OpenItem, PayableItem, PaymentPriority, PaymentRequest, PaymentRun,
    PaymentRunError, PaymentRunFact, PaymentRunId, ProposedPart, ProposedPayment, propose_payments,
};
use proptest::prelude::*;

fn euro(minor: i64) -> Money {
    Money::from_minor(minor, Currency::EUR)
}

fn day(offset: u64) -> NaiveDate {
    NaiveDate::from_ymd_opt(2026, 1, 1).unwrap_or_default() + Days::new(offset)
}

prop_compose! {
    /// An item of one of three vendors, with its discount and what was paid of it.
    fn item()(
        vendor in 0..3_usize, minor in -900..300_i64, on in 0..20_u64, term in 0..40_u64, dollars in 0..5_u8,
        discount in prop::option::of((0..30_u64, 1..5_i64)), paid in 0..3_i64, kept in 0..8_u8, second in any::<bool>(),
    ) -> (usize, OpenItem, u8) {
        let currency = if dollars == 0 { Currency::USD } else { Currency::EUR };
        let amount = Money::from_minor(if minor == 0 { -1 } else { minor }, currency);
        let party = Id::natural("party", &vendor.to_string());
        let mut item = OpenItem::new(party, "B", day(on), day(on + term), amount).instalment_of(if second { 2 } else { 1 });
        if let Some((days, percent)) = discount {
            let off = Money::from_minor(minor * percent / 100, currency);
            item = item.offering(vec![DiscountOffer { until: day(on + days), amount: off }]);
        }
        // Nothing, a third or all of it was paid.
        let part = Money::from_minor(minor * paid / 2, currency);
        let _ = item.allocate(Allocation::new(Id::natural("payment", "1"), part, day(on)));
        (vendor, item, kept)
    }
}

proptest! {
    /// Laws 1 to 4 of proposals.
    #[test]
    fn what_is_proposed_is_due_and_there_is_enough_for_it(
        drafts in prop::collection::vec(item(), 0..14), on in 0..60_u64, ahead in 0..15_u64, available in 0..3_000_i64,
        priority in prop::sample::select(vec![PaymentPriority::DueFirst, PaymentPriority::DiscountFirst, PaymentPriority::SmallestFirst]),
        blocked in prop::option::of(0..3_usize),
    ) {
        let items: Vec<PayableItem> = drafts.into_iter().enumerate().map(|(at, (_, item, kept))| PayableItem {
            document: Id::natural("invoice", &at.to_string()),
            item,
            kept_back: match kept {
                0 => Some(LeftOut::InRun),
                1 => Some(LeftOut::KeptBack { reason: "disputed".to_owned() }),
                _ => None,
            },
        }).collect();
        let (on, through) = (day(on), day(on + ahead));
        let blocked: BTreeMap<_, _> =
            blocked.map(|vendor| (Id::natural("party", &vendor.to_string()), "in a dispute".to_owned())).into_iter().collect();
        let there = [(Currency::EUR, euro(available))].into();
        let request = PaymentRequest { on, through, available: there, priority, blocked: blocked.clone() };
        let proposal = propose_payments(&items, &request).unwrap();

        let of = |document, instalment| {
            items.iter().find(|item| item.document == document && item.item.instalment() == instalment).unwrap()
        };
        let mut seen = BTreeSet::new();
        for (document, instalment, _) in &proposal.left_out {
            prop_assert!(seen.insert((*document, *instalment)));
        }
        let mut spent = Money::zero(Currency::EUR);
        let mut vendors = BTreeSet::new();
        for payment in &proposal.payments {
            prop_assert!(vendors.insert((payment.vendor, payment.amount.currency())), "one payment a vendor");
            prop_assert!(!payment.amount.is_negative());
            prop_assert!(!blocked.contains_key(&payment.vendor));
            let sum = Money::sum(payment.parts.iter().map(|part| part.amount), payment.amount.currency()).unwrap();
            prop_assert_eq!(sum, payment.amount);
            if payment.amount.currency() == Currency::EUR {
                spent = spent.checked_add(payment.amount).unwrap();
            } else {
                prop_assert!(payment.amount.is_zero(), "nothing is there in dollars");
            }
            for part in &payment.parts {
                prop_assert!(seen.insert((part.document, part.instalment)));
                let PayableItem { item, kept_back, .. } = of(part.document, part.instalment);
                prop_assert_eq!(kept_back, &None);
                let open = item.outstanding_ever().unwrap().negated();
                let discount = part.discount.unwrap_or(Money::zero(open.currency()));
                prop_assert_eq!(discount, if open.is_negative() { discount } else { item.discount(on).negated() });
                let settled = part.amount.checked_add(discount).unwrap();
                if open.is_negative() {
                    prop_assert!(part.amount.is_negative() && part.amount.minor() >= open.minor() && part.discount.is_none());
                } else {
                    prop_assert_eq!(settled, open);
                    let cheaper = !discount.is_zero() && item.discount_until().is_some_and(|until| until <= through);
                    prop_assert!(item.due() <= through || cheaper);
                }
            }
        }
        prop_assert_eq!(seen.len(), items.len(), "each item once");
        prop_assert!(spent.minor() <= i128::from(available));
        // What was left out for want of money costs more than is left.
        for (document, instalment, why) in &proposal.left_out {
            if let LeftOut::NotEnough { left } = why {
                let item = &of(*document, *instalment).item;
                let cost = item.outstanding_ever().unwrap().checked_sub(item.discount(on)).unwrap().negated();
                prop_assert!(cost.minor() > left.minor());
            }
        }
    }
}

#[test]
fn who_comes_first_gets_what_there_is() {
    let item = |number: &str, due, minor: i64, discount: i64| PayableItem {
        document: Id::natural("invoice", number),
        item: OpenItem::new(Id::natural("party", number), number, day(0), day(due), euro(-minor))
            .offering(vec![DiscountOffer { until: day(10), amount: euro(-discount) }]),
        kept_back: None,
    };
    let items = [item("early", 5, 700, 0), item("cheap", 9, 800, 30), item("small", 8, 300, 0)];
    let first = |priority| {
        let available = [(Currency::EUR, euro(800))].into();
        let request = PaymentRequest { on: day(1), through: day(10), available, priority, blocked: BTreeMap::new() };
        let proposal = propose_payments(&items, &request).unwrap();
        proposal.payments.iter().map(|payment| payment.amount.minor()).collect::<BTreeSet<_>>()
    };
    assert_eq!(first(PaymentPriority::DueFirst), [700].into());
    assert_eq!(first(PaymentPriority::DiscountFirst), [770].into());
    assert_eq!(first(PaymentPriority::SmallestFirst), [300].into());
}

#[test]
#[expect(clippy::too_many_lines, reason = "what is stored is shown in full")]
fn stored_forms_of_a_run() {
    let id = PaymentRunId::natural("payment_run", "1");
    let (vendor, document) = (Id::natural("party", "V-03"), Id::natural("invoice", "B-1"));
    let part = ProposedPart { document, instalment: 1, amount: euro(98), discount: Some(euro(2)) };
    let payments = vec![ProposedPayment { vendor, amount: euro(98), parts: vec![part] }];
    let mut policy = PolicyBook::new("payment");
    let row = vec!["allow".to_owned()];
    policy.publish(day(0), DecisionTable::from_rows(&["outcome"], [row]).unwrap()).unwrap();
    let case = ApprovalCase {
        case: id.retag(),
        requester: Id::natural("person", "E-003"),
        beneficiaries: BTreeSet::new(),
        scope: Scope::anywhere(),
        amount: Some(euro(98)),
        taken: Vec::new(),
    };
    let ruling = Box::new(policy.decide(&Facts::new(), day(1)).unwrap());
    let proposed =
        PaymentRunFact::Proposed { id, on: day(1), payments, case: Box::new(case), ruling, at: DateTime::default() };
    let run = PaymentRun::open(&proposed).unwrap();
    let payment = PaymentRun::payment_id(id, vendor);

    // What cannot be done, in order.
    let other = Id::natural("payment", "2");
    assert_eq!(run.done(other, Ok(())), Err(PaymentRunError::NoPayment { payment: other }));
    assert_eq!(run.cancel(" "), Err(PaymentRunError::NoReason));
    let after = |fact: PaymentRunFact| {
        let mut next = run.clone();
        next.apply(&fact);
        next
    };
    let cancelled = PaymentRunFact::Cancelled { reason: "too early".to_owned() };
    let gone = after(cancelled.clone());
    let refused = Err(PaymentRunError::Cancelled { reason: "too early".to_owned() });
    assert_eq!((gone.cancel("too late"), gone.done(payment, Ok(()))), (refused.clone(), refused));
    assert_eq!((gone.cancel("too early"), gone.planned().count()), (Ok(Decision::AlreadyRecorded), 0));
    let paid = after(PaymentRunFact::Paid { payment });
    assert_eq!((paid.done(payment, Ok(())), paid.planned().count()), (Ok(Decision::AlreadyRecorded), 0));

    let dropped = PaymentRunFact::Dropped { payment, why: "kept back".to_owned() };
    let facts = [PaymentRunFact::Paid { payment }, dropped.clone(), cancelled];
    insta::assert_json_snapshot!((facts, after(dropped)), @r#"
    [
      [
        {
          "paid": {
            "payment": "0751546e-1800-519f-bebe-f073d9a58bee"
          }
        },
        {
          "dropped": {
            "payment": "0751546e-1800-519f-bebe-f073d9a58bee",
            "why": "kept back"
          }
        },
        {
          "cancelled": {
            "reason": "too early"
          }
        }
      ],
      {
        "id": "247c2278-a0bb-53af-b954-30d3f65524e3",
        "on": "2026-01-02",
        "payments": {
          "0751546e-1800-519f-bebe-f073d9a58bee": {
            "payment": {
              "vendor": "51f3a36a-cd04-54c9-828b-f04387057690",
              "amount": "0.98 EUR",
              "parts": [
                {
                  "document": "2eaa1222-39d8-5cf6-94ad-0805a919956d",
                  "instalment": 1,
                  "amount": "0.98 EUR",
                  "discount": "0.02 EUR"
                }
              ]
            },
            "status": {
              "dropped": {
                "why": "kept back"
              }
            }
          }
        },
        "approval": {
          "case": {
            "case": "247c2278-a0bb-53af-b954-30d3f65524e3",
            "requester": "05979fd3-1060-553d-ad31-a06669c4c9f8",
            "scope": "*",
            "amount": "0.98 EUR"
          },
          "outcome": "allow",
          "at": "1970-01-01T00:00:00Z",
          "acts": []
        }
      }
    ]
    "#);
    let text = serde_json::to_string(&proposed).unwrap();
    assert_eq!(serde_json::from_str::<PaymentRunFact>(&text).unwrap(), proposed);
}
