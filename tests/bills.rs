//! Vendors' bills in a small office: compared, held and released, approved by several, paid by their terms, credited.

#[cfg(test)]
#[path = "small_office/backend.rs"]
mod backend;
#[cfg(test)]
#[path = "small_office/paying.rs"]
mod paying;
#[cfg(test)]
#[expect(clippy::arithmetic_side_effects, reason = "the numbers of a small office are small")]
#[path = "small_office/office.rs"]
mod small_office;

#[cfg(test)]
#[path = "bills/payment.rs"]
mod payment;
#[cfg(test)]
#[expect(clippy::arithmetic_side_effects, reason = "the numbers of this test are small")]
#[path = "bills/world.rs"]
mod world;

#[cfg(test)]
mod bills {
    use std::sync::Barrier;
    use std::thread;

    use office::purchasing::{
        BillError, BillOutcome, DecideBillError, HoldBillError, Wanted, WantedLine, approve_bill, bill, correct_bill,
        fall_due_bills, order, refuse_bill, request,
    };
    use office_core::subject::RequisitionId;
    use office_core::{Appointment, ApprovalStatus, Currency, Id, Percent, Role, Rounding, StoreError, wait};
    use office_finance::{
        ApproveInvoiceError, Bill, BilledLine, CorrectInvoiceError, HoldReason, InvoiceFact, InvoiceStatus,
        ReceiveInvoiceError, ReleaseHoldError, Variance, VendorInvoice,
    };
    use office_inventory::{
        Contract, ContractPrice, ContractTerm, ContractTerms, CostMethod, Item, ItemKind, NewContract, NewItem,
        PriceList, PriceRow, Renewal,
    };

    use crate::small_office::{COST_CENTRES, ITEMS, command, cost_centre, day, euro, item, person, policy, rules};
    use crate::world::{ON, PRICE, everywhere, invoice, of_paper, posted};

    #[test]
    fn a_bill_that_may_have_come_before_is_held_until_somebody_says_it_has_not() {
        everywhere(&rules(), |world| {
            let orders = ["RQ-1", "RQ-2", "RQ-3", "RQ-4"].map(|number| world.buy(number, 2));
            let first = of_paper("RE-2026-0118", orders[0], 2, PRICE);
            posted(world.bill("a", &first));
            // The same number, written otherwise, is refused; one that looks the same is held.
            let again = world.bill("b", &of_paper("re 2026 0118", orders[1], 2, PRICE));
            assert!(matches!(again, Err(BillError::Receive(ReceiveInvoiceError::Duplicate { .. }))), "{again:?}");
            let alike = of_paper("RE-2O26-O118", orders[1], 2, PRICE);
            let Ok(BillOutcome::Held { reasons }) = world.bill("b", &alike) else { panic!("held") };
            let [HoldReason::PossibleDuplicate(duplicate)] = &reasons[..] else { panic!("{reasons:?}") };
            assert_eq!((duplicate.of, duplicate.score.points()), (invoice("a").retag(), 95));

            // Put right to have the number of the first, it is refused as that would have been.
            let rules = world.rules;
            let correct =
                |key: &str, sent: &Bill| {
                    world.act(key, "assistant", |tx| async move {
                        correct_bill(&tx, rules, invoice("b"), sent.clone()).await
                    })
                };
            let refused = correct("correct", &of_paper("re-2026-0118", orders[1], 2, PRICE));
            let duplicate = matches!(&refused, Err(BillError::Correct(CorrectInvoiceError::Duplicate { .. })));
            assert!(duplicate, "{refused:?}");

            // Not by whoever took it in, nor without a reason, nor by anybody without authority.
            let own = world.release("own", "assistant", "b", "another delivery");
            assert!(matches!(own, Err(HoldBillError::NotAuthorised(_))), "{own:?}");
            let silent = world.release("silent", "manager", "b", " ");
            assert!(matches!(silent, Err(HoldBillError::Refused(ReleaseHoldError::NoReason))), "{silent:?}");
            posted(world.release("release", "manager", "b", "another delivery"));

            // The number of another order, put right: nothing is left to look at twice but the amount and the day.
            let third = of_paper("RE-2026-O118", orders[2], 2, PRICE);
            assert!(matches!(world.bill("b2", &third), Ok(BillOutcome::Held { .. })));
            let put_right = of_paper("RE-2026-0131", orders[2], 2, PRICE);
            let rules = world.rules;
            posted(world.act("right", "assistant", |tx| {
                let sent = put_right.clone();
                async move { correct_bill(&tx, rules, invoice("b2"), sent).await }
            }));
            let noted = wait(
                world
                    .office
                    .view(|view| async move { view.history(invoice("b2").retag::<VendorInvoice>(), 0, 20).await }),
            );
            let noted = noted.map_err(|error: StoreError| error).unwrap();
            let noted = noted.iter().find_map(|fact| match fact.fact::<VendorInvoice>() {
                Ok(Some(InvoiceFact::Matched { noted, .. })) => Some(noted),
                _ => None,
            });
            assert_eq!(noted.unwrap().len(), 2, "pointed at the two of that amount and day");

            // Next year the vendor begins its numbers anew.
            let mut next = of_paper("RE-2026-0118", orders[3], 1, PRICE);
            (next.on, next.due) = (day("2027-01-04"), day("2027-01-04"));
            posted(world.bill("c", &next));
        });
    }

    /// Two bills that may be the same come in at the same time: one of them is held.
    #[test]
    fn of_two_alike_one_is_held() {
        everywhere(&rules(), |world| {
            let mut met = 0;
            for round in 0..8 {
                let orders = [0, 1].map(|number| world.buy(&format!("RQ-{round}-{number}"), 1));
                let mut sent = [
                    of_paper(&format!("R{round}X0"), orders[0], 1, PRICE),
                    of_paper(&format!("R{round}XO"), orders[1], 1, PRICE),
                ];
                for of_round in &mut sent {
                    // Another amount each round.
                    let more = euro(round);
                    of_round.lines[0].billed.net = of_round.lines[0].billed.net.checked_add(more).unwrap();
                    of_round.gross = of_round.gross.checked_add(more).unwrap();
                }
                let (together, office, rules) = (&Barrier::new(2), world.office, world.rules);
                let come = |at: usize| {
                    let mut tries = 0_u32;
                    let of_vendor = &sent[at];
                    let id = invoice(&format!("{round}-{at}"));
                    let key = command(format!("{round}-{at}"), "assistant");
                    let told = wait(office.transact(&key, |tx| {
                        tries += 1;
                        let first = tries == 1;
                        async move {
                            let outcome = bill(&tx, rules, id, of_vendor.clone()).await;
                            // Nobody records before both have decided.
                            if first {
                                together.wait();
                            }
                            outcome
                        }
                    }));
                    (told.unwrap(), tries)
                };
                let told = thread::scope(|scope| {
                    let other = scope.spawn(|| come(1));
                    [come(0), other.join().unwrap()]
                });
                let suspected = told.iter().filter(|(outcome, _)| {
                    let duplicate = |reason: &HoldReason| matches!(reason, HoldReason::PossibleDuplicate(_));
                    matches!(outcome, BillOutcome::Held { reasons } if reasons.iter().any(duplicate))
                });
                assert_eq!(suspected.count(), 1, "{told:?}");
                met += u32::from(told.iter().any(|(_, tries)| *tries > 1));
            }
            assert_eq!(met, 8, "they have met each time");
        });
    }

    #[test]
    fn two_approve_a_bill_or_one_refuses_it() {
        let mut rules = rules();
        let outcome = "approvals: 2 manager invoice.approve expire after 40h";
        rules.invoice_policy = policy("invoice", &["outcome"], &[&[outcome]]);
        let appointed = rules.book.appointments[0].clone();
        rules.book.appointments.push(Appointment { person: person("deputy"), ..appointed });
        everywhere(&rules, |world| {
            let rules = world.rules;
            let orders = ["RQ-1", "RQ-2", "RQ-3"].map(|number| world.buy(number, 2));
            for (id, order, boxes) in [("a", orders[0], 2), ("b", orders[1], 1), ("c", orders[2], 2)] {
                let taken = world.bill(id, &of_paper(&format!("NR-{id}"), order, boxes, PRICE));
                assert!(matches!(taken, Ok(BillOutcome::ToApprove { .. })), "{taken:?}");
            }
            let approve = |key: &str, by: &str, id: &str| {
                let id = invoice(id);
                let role = Role::new(if by == "assistant" { "assistant" } else { "manager" });
                let by = office_core::Actor::new(person(by), role);
                let at = "2026-10-06T09:00:00Z".parse().unwrap();
                let command = office_core::Command::new(key, "approve", by, at).unwrap();
                wait(world.office.transact(&command, |tx| async move { approve_bill(&tx, rules, id, day(ON)).await }))
            };
            let own = approve("0", "assistant", "a");
            assert!(matches!(own, Err(DecideBillError::Refused(ApproveInvoiceError::Refused(_)))), "{own:?}");
            assert!(matches!(approve("1", "manager", "a"), Ok(BillOutcome::ToApprove { .. })));
            // Once more by the same counts once, and taken in again it goes on where it was.
            assert!(matches!(approve("1b", "manager", "a"), Ok(BillOutcome::ToApprove { .. })));
            let again = world.bill("a", &of_paper("NR-a", orders[0], 2, PRICE));
            assert!(matches!(again, Ok(BillOutcome::ToApprove { .. })), "{again:?}");
            posted(approve("2", "deputy", "a"));

            let refuse = |key: &str, by: &str| {
                world.act(key, by, |tx| async move { refuse_bill(&tx, rules, invoice("b"), "not ours", day(ON)).await })
            };
            assert!(matches!(refuse("3", "assistant"), Err(DecideBillError::Refused(_))));
            refuse("4", "manager").unwrap();
            refuse("5", "manager").unwrap();
            let rejected = InvoiceStatus::Rejected { reason: "not ours".to_owned() };
            assert_eq!(world.stored("b").status(), &rejected);
            let late = approve("6", "deputy", "b");
            assert!(late.is_err(), "{late:?}");

            // Forty hours of work later nobody has approved the third.
            let clock = office_core::Actor::new(person("clock"), Role::new("clock"));
            let later = "2026-10-20T15:00:00Z".parse().unwrap();
            for key in ["7", "8"] {
                let command = office_core::Command::new(key, "clock", clock.clone(), later).unwrap();
                let due = wait(
                    world.office.transact(&command, |tx| async move { fall_due_bills(&tx, rules, None, 10).await }),
                );
                let due: Result<_, StoreError> = due;
                let changed = due.unwrap().changed;
                assert_eq!(
                    changed.keys().copied().collect::<Vec<_>>(),
                    if key == "7" { vec![invoice("c")] } else { vec![] }
                );
                assert!(changed.values().all(|status| matches!(status, ApprovalStatus::Expired { .. })));
            }
        });
    }

    #[test]
    fn what_nobody_receives_is_matched_with_the_order() {
        let mut rules = rules();
        let (cleaning, vendor) = (item("CLEANING"), Id::natural("party", "V-01"));
        let offer = PriceRow {
            vendor,
            item: cleaning,
            vendor_sku: None,
            price: "25 EUR / 1 hour".parse().unwrap(),
            min_quantity: "0 hour".parse().unwrap(),
            lead_days: 2,
            valid: "2026-01-01/..".parse().unwrap(),
        };
        rules.prices = PriceList::new(Currency::EUR, [offer]).unwrap();
        rules.bills.without_receipt = ["office".to_owned()].into();
        everywhere(&rules, |world| {
            let rules = world.rules;
            let placed = world.act("buy", "manager", |tx| async move {
                let listed = Item::list(NewItem {
                    sku: "CLEANING".parse().unwrap(),
                    name: "cleaning".to_owned(),
                    category: "office".to_owned(),
                    kind: ItemKind::Service,
                    unit: "hour".parse().unwrap(),
                    packs: [].into(),
                    vendor: Some(vendor),
                    reorder: None,
                    cost_method: CostMethod::Fifo,
                });
                tx.decide(Item::key(cleaning), listed.unwrap()).await?;
                let wanted = Wanted {
                    number: "RQ-1".parse().unwrap(),
                    requester: person("anybody"),
                    on: day("2026-10-01"),
                    lines: vec![WantedLine { item: cleaning, quantity: "3 hour".parse().unwrap() }],
                    cost_centre: cost_centre(COST_CENTRES[0]),
                    scope: "company/CC-100".parse().unwrap(),
                    reason: "wanted".to_owned(),
                };
                request(&tx, rules, wanted).await.unwrap();
                Ok::<_, StoreError>(
                    order(&tx, rules, RequisitionId::natural("requisition", "RQ-1"), day("2026-10-01")).await.unwrap()
                        [0],
                )
            });
            let placed = placed.unwrap();
            let of_hours = |number: &str, hours: &str| {
                let mut sent = of_paper(number, placed, 1, "25 EUR / 1 box");
                let quantity = hours.parse().unwrap();
                let price: office_core::UnitPrice = "25 EUR / 1 hour".parse().unwrap();
                let net = price.extend(&quantity, Rounding::HalfUp).unwrap();
                let tax = net.share(Percent::whole(19), Rounding::HalfUp).unwrap();
                sent.lines[0].billed = BilledLine { quantity, price, net };
                (sent.taxes[0].tax, sent.gross) = (tax, net.checked_add(tax).unwrap());
                sent
            };
            posted(world.bill("a", &of_hours("C-1", "2 hour")));
            let more = world.bill("b", &of_hours("C-2", "2 hour"));
            let Ok(BillOutcome::Held { reasons }) = &more else { panic!("{more:?}") };
            assert!(
                matches!(&reasons[..], [HoldReason::Line { variance: Variance::NotOrdered { .. }, .. }]),
                "{reasons:?}"
            );
            posted(world.bill("c", &of_hours("C-3", "1 hour")));
            // Three hours are an expense, and nothing is left to be billed.
            assert_eq!((world.balance("6815"), world.balance("3305")), (euro(7_500), euro(0)));
        });
    }

    #[test]
    fn a_price_above_the_contract_in_force_holds_a_bill() {
        everywhere(&rules(), |world| {
            let vendor = Id::natural("party", ITEMS[0].4);
            let placed = world.buy("RQ-1", 2);
            world
                .act("sign", "manager", |tx| async move {
                    let signed = Contract::sign(NewContract {
                        number: "C-7".parse().unwrap(),
                        title: "paper".to_owned(),
                        vendor,
                        others: vec![],
                        signed: day("2026-09-01"),
                        terms: ContractTerms {
                            term: ContractTerm {
                                initial: "2026-10-01/2027-01-01".parse().unwrap(),
                                renewal: Renewal::None,
                                notice: None,
                            },
                            prices: vec![ContractPrice {
                                item: item(ITEMS[0].0),
                                price: "20 EUR / 1 box".parse().unwrap(),
                                min_quantity: "1 box".parse().unwrap(),
                            }],
                            escalator: None,
                            commitment: None,
                            obligations: [].into(),
                            certificates: [].into(),
                        },
                    });
                    tx.decide(Id::<Contract>::natural("contract", "C-7"), signed.unwrap()).await
                })
                .unwrap();
            let held = world.bill("a", &of_paper("NR-1", placed, 2, PRICE));
            let Ok(BillOutcome::Held { reasons }) = &held else { panic!("{held:?}") };
            let told: Vec<String> = reasons.iter().map(ToString::to_string).collect();
            assert_eq!(told, ["line 1: too dear by 1.00 EUR: 40.00 EUR were agreed at 20 EUR / 1 box by contract C-7"]);
            posted(world.release("release", "manager", "a", "agreed on the phone"));
        });
    }
}
