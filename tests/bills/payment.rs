//! Bills are paid, by themselves and in runs.

use office::payment::{
    CarryOutRunError, PartToPay, PayVendorError, PaymentRules, RunRequest, approve_run, cancel_run, carry_out_run,
    propose_run, send_payment_back,
};
use office::purchasing::{
    CreditBillError, HoldBillError, credit_note, hold_payment, lift_payment_hold, send_back, set_off,
};
use office_core::subject::PaymentId;
use office_core::{ApprovalStatus, Id, Percent, StoreError, wait};
use office_finance::{
    BillCreditError, DiscountTerm, DueRule, Instalment, InvoiceStatus, ItemStatus, LeftOut, OpenItem, PaymentPriority,
    PaymentRunError, PaymentTerms,
};
use office_inventory::{GoodsBack, GoodsReturn, PurchaseOrder, Remedy};

use crate::paying::payment_rules;
use crate::small_office::{ITEMS, day, euro, policy, rules, shelf};
use crate::world::{ON, PRICE, at_once, everywhere, invoice, of_paper, part, posted, run_of};

#[test]
fn a_bill_is_paid_by_its_terms_and_a_payment_may_come_back() {
    let mut rules = rules();
    let discount = DiscountTerm { percent: Percent::whole(2), within: DueRule::net(10) };
    let half = |days| Instalment { share: Percent::whole(50), due: DueRule::net(days) };
    let terms = PaymentTerms::new(vec![half(14), half(30)]).unwrap().with_discounts(vec![discount]).unwrap();
    rules.bills.terms.insert(Id::natural("party", ITEMS[0].4), terms);
    let paying = payment_rules();
    everywhere(&rules, |world| {
        let placed = world.buy("RQ-1", 4);
        // 82.00 and 15.58 of tax: 97.58.
        posted(world.bill("a", &of_paper("NR-1", placed, 4, PRICE)));
        let items = world.stored("a").items().to_vec();
        assert_eq!(items.iter().map(OpenItem::amount).collect::<Vec<_>>(), [euro(-48_79), euro(-48_79)]);
        assert_eq!(items.iter().map(OpenItem::due).collect::<Vec<_>>(), [day("2026-10-20"), day("2026-11-05")]);

        let discounted = PartToPay { discount: Some(euro(98)), ..part("a", 47_81) };
        let late = world.pay(&paying, "late", "2026-10-17", &[discounted]);
        assert!(matches!(late, Err(PayVendorError::Discount { .. })), "{late:?}");
        world.act("hold", "manager", |tx| async move { hold_payment(&tx, invoice("a"), "disputed").await }).unwrap();
        let held = world.pay(&paying, "held", "2026-10-16", &[discounted]);
        assert!(matches!(held, Err(PayVendorError::KeptBack { .. })), "{held:?}");
        let rules = world.rules;
        let lift = |key: &str, by: &str| {
            world.act(key, by, |tx| async move { lift_payment_hold(&tx, rules, invoice("a"), day(ON)).await })
        };
        assert!(matches!(lift("lift 1", "assistant"), Err(HoldBillError::NotAuthorised(_))));
        lift("lift 2", "manager").unwrap();

        for _ in 0..2 {
            world.pay(&paying, "1", "2026-10-16", &[discounted]).unwrap();
        }
        let other = world.pay(&paying, "1", "2026-10-16", &[part("a", 47_81)]);
        assert!(matches!(other, Err(PayVendorError::Reused { .. })), "{other:?}");
        // 0.98 off is 0.82 off the net and 0.16 off the tax.
        assert_eq!((world.balance("1800"), world.balance("6816")), (euro(-47_81), euro(-82)));
        let second = PartToPay { instalment: 2, write_off: Some(euro(4)), ..part("a", 48_75) };
        world.pay(&paying, "2", "2026-11-05", &[second]).unwrap();
        assert!(matches!(world.stored("a").status(), InvoiceStatus::Paid { .. }));
        world.payables_are_the_account();

        let paying = &paying;
        let back = |key: &str, on: &str| {
            let (payment, on) = (PaymentId::natural("payment", "1"), day(on));
            world.act(key, "manager", |tx| async move {
                send_payment_back(&tx, paying, payment, "account closed", on).await
            })
        };
        assert!(back("early", "2026-10-15").is_err());
        back("back", "2026-10-19").unwrap();
        back("again", "2026-10-19").unwrap();
        let item = world.stored("a").items()[0].clone();
        assert_eq!(item.status(day("2026-10-18")), Ok(ItemStatus::Settled));
        assert_eq!(item.status(day("2026-10-19")), Ok(ItemStatus::Open));
        assert!(matches!(world.stored("a").status(), InvoiceStatus::Posted { .. }));
        world.pay(paying, "3", "2026-10-20", &[part("a", 48_79)]).unwrap();
        world.payables_are_the_account();
        assert_eq!(world.balance("3300"), euro(0));
    });
}

#[test]
fn a_credit_note_takes_back_no_more_than_was_billed_and_is_set_off() {
    let paying = payment_rules();
    everywhere(&rules(), |world| {
        let rules = world.rules;
        let orders = ["RQ-1", "RQ-2"].map(|number| world.buy(number, 3));
        posted(world.bill("a", &of_paper("NR-1", orders[0], 1, PRICE)));
        posted(world.bill("b", &of_paper("NR-2", orders[0], 2, PRICE)));
        world
            .act("back", "assistant", |tx| async move {
                let goods = GoodsBack { quantity: "2 box".parse().unwrap(), from: shelf(), lot: None };
                let (slip, note) = ("RS-1".parse().unwrap(), "RQ-1".parse().unwrap());
                let back = GoodsReturn {
                    slip,
                    note,
                    on: day(ON),
                    remedy: Remedy::Credit,
                    why: "wet".to_owned(),
                    lines: [(1, goods)].into(),
                };
                send_back(&tx, rules, orders[0], back).await.unwrap();
                Ok::<_, StoreError>(())
            })
            .unwrap();
        let credit = |key: &str, boxes: i64, of: &str| {
            let note = of_paper(&format!("GS-{key}"), orders[0], boxes, PRICE).credited(format!("GS-{key}"), day(ON));
            let of = invoice(of);
            world.act(key, "assistant", |tx| {
                let note = note.clone();
                async move { credit_note(&tx, rules, invoice(key), note, of).await }
            })
        };
        // Two boxes went back, and the first bill was for one.
        let refused = credit("x", 2, "a");
        let too_much = matches!(&refused, Err(CreditBillError::Credit(BillCreditError::TooMuch { .. })));
        assert!(too_much, "{refused:?}");
        posted(credit("c", 2, "b"));
        let all = credit("y", 1, "b");
        assert!(matches!(all, Err(CreditBillError::Credit(BillCreditError::TooMuch { .. }))), "{all:?}");

        // 48.79 are set off against the bill of 24.40 as far as it goes, and the rest against another.
        let set = |key: &str, against: &str, minor: i64| {
            let (payment, against) = (PaymentId::natural("offset", key), invoice(against));
            let paying = &paying;
            world.act(&format!("offset {key} {minor}"), "assistant", |tx| async move {
                set_off(&tx, paying, payment, invoice("c"), against, euro(minor), day("2026-10-09")).await
            })
        };
        assert!(set("1", "a", 24_41).is_err());
        for _ in 0..2 {
            set("1", "a", 24_40).unwrap();
        }
        assert!(matches!(world.stored("a").status(), InvoiceStatus::Paid { .. }));
        assert_eq!(world.stored("c").outstanding(), Ok(euro(-24_39)));
        // What is left of it takes part in the payment of the other.
        world.pay(&paying, "1", "2026-10-12", &[part("b", 48_79), part("c", -24_39)]).unwrap();
        assert_eq!((world.balance("1800"), world.balance("3300")), (euro(-24_40), euro(0)));
        world.payables_are_the_account();
        let order = wait(world.office.view(|view| async move { view.load(PurchaseOrder::key(orders[0])).await }));
        let order: Result<PurchaseOrder, StoreError> = order;
        assert_eq!(order.unwrap().lines()[0].credited().to_string(), "2 box");
    });
}

#[test]
fn a_run_pays_what_is_due_and_says_what_it_leaves_out() {
    everywhere(&rules(), |world| {
        let rules = &payment_rules();
        let orders = ["RQ-1", "RQ-2", "RQ-3", "RQ-4"].map(|number| world.buy(number, 4));
        for (id, order) in ["a", "b", "c", "d"].iter().zip(orders) {
            let mut sent = of_paper(&format!("NR-{id}"), order, 4, PRICE);
            // The last is due later.
            sent.due = day(if *id == "d" { "2026-11-20" } else { "2026-10-15" });
            posted(world.bill(id, &sent));
        }
        world.act("hold", "manager", |tx| async move { hold_payment(&tx, invoice("b"), "disputed").await }).unwrap();
        let proposed = world.propose("1", 500_000);
        assert_eq!(proposed.status, Some(ApprovalStatus::Approved));
        assert_eq!(proposed.proposal.payments[0].amount, euro(2 * 97_58));
        let kept_back = LeftOut::KeptBack { reason: "disputed".to_owned() };
        assert_eq!(proposed.proposal.left_out, [(invoice("b"), 1, kept_back)]);

        // What it is going to pay is in no other run, until it is given up.
        let other = world.propose("2", 500_000);
        assert!(other.status.is_none() && other.proposal.payments.is_empty());
        assert!(other.proposal.left_out.contains(&(invoice("a"), 1, LeftOut::InRun)), "{other:?}");
        world.act("cancel", "manager", |tx| async move { cancel_run(&tx, run_of("1"), "too early").await }).unwrap();
        let given_up = world.carry_out("1", 10);
        assert!(matches!(given_up, Err(CarryOutRunError::Run(PaymentRunError::Cancelled { .. }))), "{given_up:?}");

        // There is enough for one of them; more than a thousand would need somebody to approve it.
        let scarce = world.propose("3", 10_000);
        assert_eq!(scarce.proposal.payments[0].amount, euro(97_58));
        assert!(scarce.proposal.left_out.iter().any(|(_, _, why)| *why == LeftOut::NotEnough { left: euro(2_42) }));
        let told = world.carry_out("3", 10).unwrap();
        assert_eq!((told.paid.len(), told.left), (1, 0));
        assert!(world.carry_out("3", 10).unwrap().paid.is_empty(), "paid once");
        assert_eq!((world.balance("1800"), world.balance("3300")), (euro(-97_58), euro(-3 * 97_58)));

        // A bill that is kept back after it was proposed is not paid, and free for another run.
        world.propose("4", 10_000);
        let last = if matches!(world.stored("a").status(), InvoiceStatus::Paid { .. }) { "c" } else { "a" };
        world
            .act("late hold", "manager", |tx| async move { hold_payment(&tx, invoice(last), "broken").await })
            .unwrap();
        let told = world.carry_out("4", 10).unwrap();
        assert_eq!((told.paid.len(), told.dropped.len()), (0, 1), "{told:?}");
        let left = world.propose("5", 10_000).proposal.left_out;
        assert!(left.contains(&(invoice(last), 1, LeftOut::KeptBack { reason: "broken".to_owned() })), "{left:?}");

        // Much at once is approved by somebody else than whoever proposed it.
        let much = PaymentRules {
            policy: policy("payment", &["outcome"], &[&["approvals: 1 manager payment.approve"]]),
            ..rules.clone()
        };
        let (much, on) = (&much, day("2026-11-20"));
        let request =
            RunRequest { on, through: on, available: euro(100_000), priority: PaymentPriority::SmallestFirst };
        let proposed =
            world.act("much", "assistant", |tx| async move { propose_run(&tx, much, run_of("6"), request).await });
        assert!(matches!(proposed.unwrap().status, Some(ApprovalStatus::Open { .. })));
        assert!(matches!(world.carry_out("6", 10), Err(CarryOutRunError::Run(PaymentRunError::NotApproved { .. }))));
        let approve = |by: &str| {
            world.act(&format!("approve {by}"), by, |tx| async move { approve_run(&tx, much, run_of("6"), on).await })
        };
        assert!(approve("assistant").is_err());
        assert_eq!(approve("manager").unwrap(), ApprovalStatus::Approved);
        assert_eq!(world.carry_out("6", 10).unwrap().paid.len(), 1);
        world.payables_are_the_account();
    });
}

/// Two propose at the same time, and two carry a run out at the same time: every bill is in one run, and paid once.
#[test]
fn two_runs_at_once_pay_nothing_twice() {
    everywhere(&rules(), |world| {
        let (office, rules) = (world.office, &payment_rules());
        let (on, through) = (day("2026-10-12"), day("2026-10-19"));
        let request = RunRequest { on, through, available: euro(500_000), priority: PaymentPriority::DueFirst };
        for round in 0..6 {
            let placed = world.buy(&format!("RQ-{round}"), 1);
            posted(world.bill(&round.to_string(), &of_paper(&format!("N{round}R"), placed, 1, PRICE)));
            let id = |at: usize| run_of(&format!("{round}-{at}"));
            let proposed = at_once(office, &format!("propose-{round}"), |tx, at| async move {
                propose_run(&tx, rules, id(at), request).await
            });
            let runs: Vec<usize> = (0..2).filter(|at| proposed[*at].status.is_some()).collect();
            let [run] = runs[..] else { panic!("{proposed:?}") };
            assert_eq!(proposed[1 - run].proposal.left_out, [(invoice(&round.to_string()), 1, LeftOut::InRun)]);

            let carried_out = at_once(office, &format!("pay-{round}"), |tx, _| async move {
                carry_out_run(&tx, rules, id(run), 10).await
            });
            assert_eq!(carried_out.iter().map(|told| told.paid.len()).sum::<usize>(), 1, "{carried_out:?}");
            assert_eq!((world.balance("3300"), world.balance("1800")), (euro(0), euro(-24_40 * (round + 1))));
        }
        world.payables_are_the_account();
    });
}
