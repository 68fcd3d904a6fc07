//! Open items, payments and their terms through the public API: their laws as properties.
#![expect(clippy::arithmetic_side_effects, reason = "the numbers of these tests are small")]
#![expect(clippy::inconsistent_digit_grouping, reason = "euros and cents")]

use chrono::{Days, NaiveDate};
use office_core::subject::PaymentId;
use office_core::{Currency, Decision, Entity, Id, Money, Percent, Rounding};
use office_finance::{
    Ageing, Allocation, AllocationError, CashRounded, CashRounding, DiscountTaxRule, DiscountTerm, DueRule, DueStep,
    Instalment, ItemStatus, NewPayment, OpenItem, Payment, PaymentPart, PaymentReturn, PaymentTerms, TermsError,
    UndoAllocationError, split_payment,
};
use proptest::prelude::*;

fn euro(minor: i64) -> Money {
    Money::from_minor(minor, Currency::EUR)
}

fn day(offset: u64) -> NaiveDate {
    NaiveDate::from_ymd_opt(2026, 1, 1).unwrap_or_default() + Days::new(offset)
}

fn payment(number: usize) -> PaymentId {
    Id::natural("payment", &number.to_string())
}

fn item(on: u64, term: u64, minor: i64) -> OpenItem {
    OpenItem::new(Id::natural("party", "M"), "CI-1", day(on), day(on + term), euro(minor))
}

proptest! {
    /// Laws 1 and 2.
    #[test]
    fn a_payment_is_split_exactly(payment in -9_000..9_000_i64, items in prop::collection::vec(-3_000..3_000_i64, 0..8)) {
        let outstanding: Vec<Money> = items.iter().copied().map(euro).collect();
        let split = split_payment(euro(payment), &outstanding).unwrap();
        let given = Money::sum(split.parts.iter().copied(), Currency::EUR).unwrap();
        prop_assert_eq!(given.checked_add(split.left_over).unwrap(), euro(payment));
        prop_assert_eq!(split.parts.len(), items.len());
        for (part, item) in split.parts.iter().zip(&items) {
            prop_assert!(part.minor().abs() <= i128::from(item.abs()));
            prop_assert!(part.is_zero() || (part.is_negative() == (*item < 0) && part.is_negative() == (payment < 0)));
        }
        // Nothing is left over while an item of its direction could take it.
        let open = split.parts.iter().zip(&items).any(|(part, item)| {
            (*item < 0) == (payment < 0) && *item != 0 && part.minor() != i128::from(*item)
        });
        prop_assert!(split.left_over.is_zero() || !open);
    }

    /// Law 3.
    #[test]
    fn an_ageing_adds_up_and_stays(
        drafts in prop::collection::vec((0..60_u64, 0..60_u64, 1..5_000_i64, 0..90_u64, 1..6_000_i64), 0..10),
        at in 0..150_u64, limits in prop::collection::vec(0..100_u32, 0..5),
    ) {
        let mut items = Vec::new();
        let mut later = Vec::new();
        for (on, term, minor, pays, amount) in &drafts {
            let mut item = item(*on, *term, *minor);
            let paid = item.allocate(Allocation::new(payment(1), euro(*amount), day(on + pays)));
            prop_assert_eq!(paid.is_ok(), amount <= minor);
            items.push(item.clone());
            // A payment after the day of the report.
            if let Ok(rest) = item.outstanding(day(1_000)) {
                let _ = item.allocate(Allocation::new(payment(2), rest, day(at + on + 1)));
            }
            later.push(item);
        }
        let ageing = Ageing::as_of(&items, day(at), &limits, Currency::EUR).unwrap();
        let buckets = ageing.overdue.iter().map(|bucket| bucket.amount).chain([ageing.not_due]);
        prop_assert_eq!(Money::sum(buckets, Currency::EUR).unwrap(), ageing.total);
        let outstanding = items.iter().map(|item| item.outstanding(day(at)).unwrap());
        prop_assert_eq!(Money::sum(outstanding, Currency::EUR).unwrap(), ageing.total);
        prop_assert_eq!(Ageing::as_of(&later, day(at), &limits, Currency::EUR).unwrap(), ageing);
    }
}

#[test]
fn refuses_in_order() {
    let mut item = item(10, 30, 1_000);
    let part = |minor, at| Allocation::new(payment(1), euro(minor), day(at));
    let early = item.allocate(part(1, 9));
    assert_eq!(early, Err(AllocationError::TooEarly { on: day(9), document: day(10) }));
    let foreign = item.allocate(Allocation::new(payment(1), Money::from_minor(1, Currency::USD), day(10)));
    assert!(matches!(foreign, Err(AllocationError::Money(_))));
    for wrong in [1_001, 0, -1] {
        let refused = item.allocate(part(wrong, 10));
        assert_eq!(refused, Err(AllocationError::Amount { amount: euro(wrong), outstanding: euro(1_000) }));
    }
    assert_eq!(item.allocate(part(1_000, 10)), Ok(()));
    assert_eq!(item.allocate(part(1_000, 10)), Ok(()), "the same again");
    assert_eq!(item.allocations().len(), 1);
    let again = item.allocate(part(1, 11));
    assert_eq!(again, Err(AllocationError::Reused { payment: payment(1), earlier: euro(1_000) }));
    let more = item.allocate(Allocation::new(payment(2), euro(1), day(10)));
    assert_eq!(more, Err(AllocationError::Amount { amount: euro(1), outstanding: euro(0) }));
    // What came back on day 20 is open again, and not on a day before.
    let undone = item.undo(payment(1), day(9));
    assert_eq!(undone, Err(UndoAllocationError::TooEarly { on: day(9), paid: day(10) }));
    let Ok(Decision::Record(back)) = item.undo(payment(1), day(20)) else { panic!("it comes back") };
    item.take(&back);
    assert_eq!(item.undo(payment(1), day(20)), Ok(Decision::AlreadyRecorded));
    assert_eq!(item.undo(payment(1), day(21)), Err(UndoAllocationError::Undone { on: day(20) }));
    let between = item.allocate(Allocation::new(payment(2), euro(1), day(19)));
    assert_eq!(between, Err(AllocationError::Amount { amount: euro(1), outstanding: euro(0) }));
    assert_eq!(item.allocate(Allocation::new(payment(2), euro(1_000), day(20))), Ok(()));
    // The last day of a bucket is in it.
    let fresh = OpenItem::new(Id::natural("party", "M"), "CI-2", day(0), day(0), euro(7));
    let amounts = |at| {
        let ageing = Ageing::as_of([&fresh], day(at), &[60, 30, 30], Currency::EUR).unwrap();
        let overdue = ageing.overdue.iter().map(|bucket| bucket.amount.minor());
        std::iter::once(ageing.not_due.minor()).chain(overdue).collect::<Vec<_>>()
    };
    assert_eq!([amounts(0), amounts(1), amounts(30)], [[7, 0, 0, 0], [0, 7, 0, 0], [0, 7, 0, 0]]);
    assert_eq!([amounts(31), amounts(60), amounts(61)], [[0, 0, 7, 0], [0, 0, 7, 0], [0, 0, 0, 7]]);
}

/// What may happen to an item: a payment of it, with something taken off or written off, or the return of one.
#[derive(Clone, Debug)]
enum Act {
    Pay { on: u64, minor: i64, discount: i64, write_off: i64 },
    Back { which: usize, on: u64 },
}

fn acts() -> impl Strategy<Value = Vec<Act>> {
    let pay = (0..40_u64, -200..900_i64, 0..30_i64, -3..3_i64).prop_map(|(on, minor, discount, write_off)| Act::Pay {
        on,
        minor,
        discount,
        write_off,
    });
    let back = (0..6_usize, 0..60_u64).prop_map(|(which, on)| Act::Back { which, on });
    prop::collection::vec(prop_oneof![3 => pay, 1 => back], 0..14)
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 128, ..ProptestConfig::default() })]

    /// Laws 2 and 4, on either side: as many items are owed to vendors as by clients.
    #[test]
    fn what_is_outstanding_is_what_was_not_paid_by_then(total in 1..2_000_i64, acts in acts(), owed in any::<bool>()) {
        let sign = if owed { -1 } else { 1 };
        let mut item = item(5, 20, total * sign);
        for (number, act) in acts.iter().enumerate() {
            let before = item.clone();
            let changed_from = match *act {
                Act::Pay { on, minor, discount, write_off } => {
                    let some = |minor: i64| (minor != 0).then(|| euro(minor * sign));
                    let part = Allocation {
                        discount: some(discount),
                        write_off: some(write_off),
                        ..Allocation::new(payment(number), euro(minor * sign), day(on))
                    };
                    if item.allocate(part).is_err() { None } else { Some(day(on)) }
                }
                Act::Back { which, on } => match item.undo(payment(which), day(on)) {
                    Ok(Decision::Record(part)) => {
                        item.take(&part);
                        Some(day(on))
                    }
                    Ok(Decision::AlreadyRecorded) | Err(_) => None,
                },
            };
            if changed_from.is_none() {
                prop_assert_eq!(&item, &before);
            }
            for at in (0..70).step_by(3) {
                let left = item.outstanding(day(at)).unwrap();
                let until = item.allocations().iter().filter(|part| part.on <= day(at));
                let settled = Money::sum(until.map(|part| part.settles().unwrap()), Currency::EUR).unwrap();
                let asked = if at < 5 { euro(0) } else { item.amount() };
                prop_assert_eq!(left, asked.checked_sub(settled).unwrap());
                prop_assert!(left.minor() * i128::from(sign) >= 0 && left.abs().minor() <= i128::from(total), "{left} on {at}");
                let status = if left.is_zero() {
                    ItemStatus::Settled
                } else if left == item.amount() {
                    ItemStatus::Open
                } else {
                    ItemStatus::PartlyPaid
                };
                prop_assert_eq!(item.status(day(at)).unwrap(), status);
                if changed_from.is_some_and(|from| day(at) < from) {
                    prop_assert_eq!(left, before.outstanding(day(at)).unwrap(), "an earlier day");
                }
            }
        }
        let text = serde_json::to_string(&item).unwrap();
        prop_assert_eq!(serde_json::from_str::<OpenItem>(&text).unwrap(), item);
    }

    /// Laws 1 and 2 of payments.
    #[test]
    fn parts_and_what_is_on_account_make_the_payment(
        amount in -900..900_i64, drafts in prop::collection::vec((0..30_u64, -500..500_i64), 0..10), back in 0..60_u64,
    ) {
        let made = NewPayment { party: Id::natural("party", "M"), amount: euro(amount), on: day(5), entry: None };
        let mut paid = Payment::open(&Payment::make(made)).unwrap();
        for (number, (on, minor)) in drafts.into_iter().enumerate() {
            let part = Allocation::new(payment(0), euro(minor), day(on));
            let document = Id::natural("invoice", &number.to_string());
            if let Ok(Decision::Record(fact)) = paid.allocate(vec![PaymentPart { document, instalment: 1, part }]) {
                paid.apply(&fact);
            }
        }
        for at in 5..40 {
            let until = paid.parts().iter().filter(|part| part.part.on <= day(at));
            let given = Money::sum(until.map(|part| part.part.amount), Currency::EUR).unwrap();
            let left = paid.on_account(day(at)).unwrap();
            prop_assert_eq!(given.checked_add(left).unwrap(), euro(amount));
            prop_assert!(left.is_zero() || left.is_negative() == (amount < 0));
            prop_assert!(given.abs().minor() <= i128::from(amount.abs()));
        }
        let returned = PaymentReturn { on: day(back), reason: "account closed".to_owned() };
        if let Ok(Decision::Record(fact)) = paid.send_back(returned) {
            paid.apply(&fact);
            prop_assert!(paid.on_account(day(back)).unwrap().is_zero());
            let document = Id::natural("invoice", "later");
            let part = Allocation::new(payment(0), euro(amount.signum()), day(60));
            let later = paid.allocate(vec![PaymentPart { document, instalment: 1, part }]);
            prop_assert!(later.is_err());
        }
    }

    /// Laws 1 and 2 of terms.
    #[test]
    fn instalments_make_the_total(
        total in -90_000..90_000_i64, shares in prop::collection::vec(0..40_i32, 0..5), steps in rule(), on in 0..800_u64,
        coin in prop::option::of((1..20_i64, any::<bool>())), percent in 0..5_i32,
    ) {
        let rest = 100 - shares.iter().sum::<i32>();
        let shares = shares.into_iter().chain([rest]).map(Percent::whole);
        let instalments: Vec<_> = shares.map(|share| Instalment { share, due: DueRule(steps.clone()) }).collect();
        let number = instalments.len();
        let terms = PaymentTerms::new(instalments);
        prop_assert_eq!(terms.is_ok(), rest >= 0);
        let Ok(terms) = terms else { return Ok(()) };
        let discount = DiscountTerm { percent: Percent::whole(percent), within: DueRule::net(8) };
        let terms = terms.with_discounts(vec![discount]).unwrap();
        let cash = coin.map(|(step, whole)| CashRounding {
            step: euro(step),
            of: if whole { CashRounded::Document } else { CashRounded::Instalment },
            rounding: Rounding::HalfUp,
        });
        let plan = terms.plan(euro(total), day(on), Rounding::HalfUp, cash).unwrap();
        let sum = Money::sum(plan.instalments.iter().map(|part| part.amount), Currency::EUR).unwrap();
        prop_assert_eq!(sum, euro(total).checked_add(plan.rounding).unwrap());
        prop_assert_eq!(plan.instalments.len(), number);
        if let Some((step, whole)) = coin {
            let most = i128::from(step) * if whole { 1 } else { i128::try_from(number).unwrap() };
            prop_assert!(plan.rounding.abs().minor() * 2 <= most);
        } else {
            prop_assert!(plan.rounding.is_zero());
        }
        for part in &plan.instalments {
            prop_assert!(part.due >= day(on));
            let off = part.amount.share(Percent::whole(percent), Rounding::HalfUp).unwrap();
            prop_assert_eq!((part.discounts[0].until, part.discounts[0].amount), (day(on + 8), off));
        }
        let later = terms.plan(euro(total), day(on + 1), Rounding::HalfUp, cash).unwrap();
        prop_assert!(later.instalments[0].due >= plan.instalments[0].due);
        let text = serde_json::to_string(&terms).unwrap();
        prop_assert_eq!(serde_json::from_str::<PaymentTerms>(&text).unwrap(), terms);
    }

    /// Law 3 of terms.
    #[test]
    fn a_discount_is_taken_off_net_and_tax_exactly(
        net in 1..90_000_i64, tax in 0..20_000_i64, other in 0..7_000_i64, discount in 0..3_000_i64, credit in any::<bool>(),
    ) {
        let sign = if credit { -1 } else { 1 };
        let taxes = [(Percent::whole(19), euro(tax * sign)), (Percent::whole(7), euro(other * sign))].into();
        for rule in [DiscountTaxRule::TaxFollows, DiscountTaxRule::TaxStays] {
            let parts = rule.divide(euro(discount * sign), euro(net * sign), &taxes).unwrap();
            let all = parts.taxes.values().copied().chain([parts.net]);
            prop_assert_eq!(Money::sum(all, Currency::EUR).unwrap(), euro(discount * sign));
            if rule == DiscountTaxRule::TaxStays {
                prop_assert!(parts.taxes.values().all(|tax| tax.is_zero()));
            }
        }
    }
}

fn rule() -> impl Strategy<Value = Vec<DueStep>> {
    let step = prop_oneof![
        (0..100_u16).prop_map(DueStep::Days),
        (0..15_u16).prop_map(DueStep::Months),
        Just(DueStep::EndOfMonth),
        (1..=31_u8).prop_map(DueStep::DayOfMonth),
    ];
    prop::collection::vec(step, 0..4)
}

/// Reported elsewhere as bugs: `bug-17`, `bug-19` and `bug-21` of the outside cases.
#[test]
fn reported_bugs_are_none_here() {
    // An invoice of 30 April, paid on 30 June, is open as of 31 May.
    let [april, may, june] = ["2026-04-30", "2026-05-31", "2026-06-30"].map(|day| day.parse::<NaiveDate>().unwrap());
    let mut item = OpenItem::new(Id::natural("party", "M"), "17", april, april, euro(119_00));
    item.allocate(Allocation::new(payment(17), euro(119_00), june)).unwrap();
    let ageing = |on| Ageing::as_of([&item], on, &[30], Currency::EUR).unwrap();
    assert_eq!((ageing(may).total, ageing(june).total), (euro(119_00), euro(0)));
    assert_eq!(ageing(may).overdue[1].amount, euro(119_00));

    // 45.500 are asked for and 45.000 paid: the rest is written off, and told apart from what was paid.
    let dinar = |text: &str| text.parse::<Money>().unwrap();
    let mut item = OpenItem::new(Id::natural("party", "M"), "19", april, april, dinar("45.500 KWD"));
    let part =
        Allocation { write_off: Some(dinar("0.500 KWD")), ..Allocation::new(payment(19), dinar("45.000 KWD"), may) };
    item.allocate(part).unwrap();
    assert_eq!(item.status(may), Ok(ItemStatus::Settled));
    assert_eq!(item.allocations()[0].amount, dinar("45.000 KWD"));

    // 42.06 in two parts, to the nearest five cents: each part, or the whole.
    let half = Instalment { share: Percent::whole(50), due: DueRule::net(30) };
    let terms = PaymentTerms::new(vec![half.clone(), half]).unwrap();
    let total = |of| {
        let cash = CashRounding { step: euro(5), of, rounding: Rounding::HalfUp };
        let plan = terms.plan(euro(42_06), april, Rounding::HalfUp, Some(cash)).unwrap();
        Money::sum(plan.instalments.iter().map(|part| part.amount), Currency::EUR).unwrap()
    };
    assert_eq!((total(CashRounded::Instalment), total(CashRounded::Document)), (euro(42_10), euro(42_05)));
    println!("reported bugs: 3 of 3 right (17, 19, 21)");
}

#[test]
fn terms_that_make_no_sense_are_refused() {
    let all = |due: Vec<DueStep>| PaymentTerms::new(vec![Instalment { share: Percent::HUNDRED, due: DueRule(due) }]);
    assert_eq!(PaymentTerms::new(vec![]), Err(TermsError::Instalments { found: 0 }));
    assert_eq!(all(vec![DueStep::EndOfMonth; 9]), Err(TermsError::Steps { found: 9 }));
    assert_eq!(all(vec![DueStep::DayOfMonth(0)]), Err(TermsError::DayOfMonth { day: 0 }));
    let discount = |percent| vec![DiscountTerm { percent: Percent::whole(percent), within: DueRule::at_once() }];
    let below = PaymentTerms::net(30).unwrap().with_discounts(discount(-1));
    assert_eq!(below, Err(TermsError::Discount { percent: Percent::whole(-1) }));
    let terms = all(vec![DueStep::Days(u16::MAX)]).unwrap();
    let far = terms.plan(euro(1), NaiveDate::MAX, Rounding::HalfUp, None);
    assert_eq!(far, Err(TermsError::Calendar { from: NaiveDate::MAX }));
    let no_coin = CashRounding { step: euro(0), of: CashRounded::Document, rounding: Rounding::HalfUp };
    let refused = terms.plan(euro(1), day(0), Rounding::HalfUp, Some(no_coin));
    assert_eq!(refused, Err(TermsError::Coin { step: euro(0) }));
    let half = r#"{"instalments":[{"share":"50 %","due":[{"days":30}]}]}"#;
    assert!(serde_json::from_str::<PaymentTerms>(half).is_err());
}

#[test]
#[expect(clippy::too_many_lines, reason = "what is stored is shown in full")]
fn stored_forms() {
    let part = Allocation { discount: Some(euro(2)), ..Allocation::new(payment(1), euro(98), day(3)) };
    let document = Id::natural("invoice", "1");
    let facts = [
        Payment::make(NewPayment { party: Id::natural("party", "M"), amount: euro(98), on: day(3), entry: None }),
        office_finance::PaymentFact::Allocated { parts: vec![PaymentPart { document, instalment: 2, part }] },
        office_finance::PaymentFact::Returned(PaymentReturn { on: day(9), reason: "account closed".to_owned() }),
    ];
    let mut paid = Payment::open(&facts[0]).unwrap();
    for fact in &facts {
        paid.apply(fact);
    }
    let mut item = item(1, 30, 100).instalment_of(2);
    item.allocate(part).unwrap();
    insta::assert_json_snapshot!((facts, paid, item), @r#"
    [
      [
        {
          "made": {
            "party": "9f175c4a-374c-5a6e-9abf-db7978697cd4",
            "amount": "0.98 EUR",
            "on": "2026-01-04"
          }
        },
        {
          "allocated": {
            "parts": [
              {
                "document": "7b79e22a-0469-53ff-b65c-b61efd42f903",
                "instalment": 2,
                "part": {
                  "payment": "212b8ce2-1645-5b69-908f-dec01e95a93c",
                  "amount": "0.98 EUR",
                  "on": "2026-01-04",
                  "discount": "0.02 EUR"
                }
              }
            ]
          }
        },
        {
          "returned": {
            "on": "2026-01-10",
            "reason": "account closed"
          }
        }
      ],
      {
        "made": {
          "party": "9f175c4a-374c-5a6e-9abf-db7978697cd4",
          "amount": "0.98 EUR",
          "on": "2026-01-04"
        },
        "parts": [
          {
            "document": "7b79e22a-0469-53ff-b65c-b61efd42f903",
            "instalment": 2,
            "part": {
              "payment": "212b8ce2-1645-5b69-908f-dec01e95a93c",
              "amount": "0.98 EUR",
              "on": "2026-01-04",
              "discount": "0.02 EUR"
            }
          }
        ],
        "returned": {
          "on": "2026-01-10",
          "reason": "account closed"
        }
      },
      {
        "party": "9f175c4a-374c-5a6e-9abf-db7978697cd4",
        "document": "CI-1",
        "instalment": 2,
        "on": "2026-01-02",
        "due": "2026-02-01",
        "amount": "1.00 EUR",
        "allocations": [
          {
            "payment": "212b8ce2-1645-5b69-908f-dec01e95a93c",
            "amount": "0.98 EUR",
            "on": "2026-01-04",
            "discount": "0.02 EUR"
          }
        ]
      }
    ]
    "#);
}
