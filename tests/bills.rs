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
#[expect(clippy::arithmetic_side_effects, reason = "the numbers of this test are small")]
mod bills {
    use std::cell::Cell;
    use std::fmt::Debug;
    use std::sync::Barrier;
    use std::thread;

    use office::payment::{
        CarryOutRunError, PartToPay, PayVendor, PayVendorError, PaymentRules, RunCarriedOut, RunProposed, RunRequest,
        approve_run, cancel_run, carry_out_run, pay, payables, propose_run, send_payment_back,
    };
    use office::purchasing::{
        BillError, BillOutcome, CreditBillError, DecideBillError, HoldBillError, PurchasingRules, Wanted, WantedLine,
        approve_bill, bill, correct_bill, credit_note, fall_due_bills, hold_payment, lift_payment_hold, order, receive,
        refuse_bill, release_bill, request, send_back, set_off,
    };
    use office_core::subject::{InvoiceId, OrderId, PaymentId, RequisitionId};
    use office_core::{
        Appointment, ApprovalStatus, Currency, Id, Money, Office, Percent, Role, Rounding, StoreError, Tx, wait,
    };
    use office_finance::{
        Ageing, ApproveInvoiceError, Balances, Bill, BillCreditError, BillLine, BillTax, BilledLine,
        CorrectInvoiceError, DiscountTerm, DueRule, HoldReason, Instalment, InvoiceFact, InvoiceStatus, ItemStatus,
        JournalEntry, LeftOut, OpenItem, OrderLineRef, PaymentPriority, PaymentRunError, PaymentRunId, PaymentTerms,
        ReceiveInvoiceError, ReleaseHoldError, Variance, VendorInvoice,
    };
    use office_inventory::{
        Contract, ContractPrice, ContractTerm, ContractTerms, CostMethod, DeliveredGoods, GoodsBack, GoodsDelivery,
        GoodsReturn, Item, ItemKind, NewContract, NewItem, PriceList, PriceRow, PurchaseOrder, Remedy, Renewal,
    };

    use crate::backend::backends;
    use crate::paying::payment_rules;
    use crate::small_office::{
        COST_CENTRES, ITEMS, command, cost_centre, day, euro, item, person, policy, rules, set_up, shelf,
    };

    const ON: &str = "2026-10-06";

    struct World<'a> {
        office: &'a Office,
        rules: &'a PurchasingRules,
        commands: Cell<u32>,
    }

    /// On each backend, the same.
    fn everywhere(rules: &PurchasingRules, play: impl Fn(&World<'_>)) {
        for backend in backends() {
            println!("on {}", backend.name);
            set_up(&backend.office, rules, euro(1_000_000), 1);
            play(&World { office: &backend.office, rules, commands: Cell::new(0) });
        }
    }

    fn invoice(number: &str) -> InvoiceId {
        Id::natural("invoice", number)
    }

    /// So many boxes of paper at a price, on an order.
    fn of_paper(number: &str, order: OrderId, boxes: i64, price: &str) -> Bill {
        let (on, price) = (day(ON), price.parse::<office_core::UnitPrice>().unwrap());
        let quantity = format!("{boxes} box").parse().unwrap();
        let net = price.extend(&quantity, Rounding::HalfUp).unwrap();
        let (rate, item) = (Percent::whole(19), Some(item(ITEMS[0].0)));
        let tax = net.share(rate, Rounding::HalfUp).unwrap();
        let order = Some(OrderLineRef { order, line: 1 });
        let billed = BilledLine { quantity, price, net };
        Bill {
            vendor: Id::natural("party", ITEMS[0].4),
            number: number.to_owned(),
            on,
            due: on,
            lines: vec![BillLine { description: "paper".to_owned(), item, order, billed, tax_rate: rate }],
            taxes: vec![BillTax { rate, tax }],
            gross: net.checked_add(tax).unwrap(),
        }
    }

    const PRICE: &str = "20.50 EUR / 1 box";

    impl World<'_> {
        /// The key of a command that was not given before.
        fn anew(&self, what: &str) -> String {
            self.commands.set(self.commands.get() + 1);
            format!("{what} {}", self.commands.get())
        }

        fn act<T, E, F, Fut>(&self, key: &str, by: &str, run: F) -> Result<T, E>
        where
            T: Debug + serde::Serialize + serde::de::DeserializeOwned + Send,
            E: From<StoreError> + Send,
            F: FnMut(Tx) -> Fut + Send,
            Fut: Future<Output = Result<T, E>> + Send,
        {
            wait(self.office.transact(&command(key.replace(' ', "-"), by), run))
        }

        /// Orders boxes of paper that nobody needs to approve, and receives them.
        fn buy(&self, number: &str, boxes: i64) -> OrderId {
            let rules = self.rules;
            let quantity: office_core::Quantity = format!("{boxes} box").parse().unwrap();
            let wanted = &Wanted {
                number: number.parse().unwrap(),
                requester: person("anybody"),
                on: day("2026-10-01"),
                lines: vec![WantedLine { item: item(ITEMS[0].0), quantity }],
                cost_centre: cost_centre(COST_CENTRES[0]),
                scope: "company/CC-100".parse().unwrap(),
                reason: "wanted".to_owned(),
            };
            let bought = self.act(&format!("buy {number}"), "manager", |tx| async move {
                let requested = request(&tx, rules, wanted.clone()).await.unwrap().requisition;
                let placed = order(&tx, rules, requested, wanted.on).await.unwrap()[0];
                let goods = DeliveredGoods { quantity, to: shelf(), lot: None };
                let note = wanted.number.clone();
                receive(&tx, rules, placed, GoodsDelivery { note, on: wanted.on, lines: [(1, goods)].into() })
                    .await
                    .unwrap();
                Ok::<_, StoreError>(placed)
            });
            bought.unwrap()
        }

        fn bill(&self, id: &str, sent: &Bill) -> Result<BillOutcome, BillError> {
            let (rules, id) = (self.rules, invoice(id));
            self.act(&self.anew("bill"), "assistant", |tx| async move { bill(&tx, rules, id, sent.clone()).await })
        }

        fn stored(&self, id: &str) -> VendorInvoice {
            let id = invoice(id);
            wait(self.office.view(|view| async move { view.load(id.retag()).await }))
                .map_err(|error: StoreError| error)
                .unwrap()
        }

        fn balance(&self, code: &str) -> Money {
            let entries = wait(self.office.view(|view| async move { view.every::<JournalEntry>(None, 1_000).await }));
            let entries = entries.map_err(|error: StoreError| error).unwrap();
            let entries = entries.iter().map(|(_, entry)| entry);
            Balances::as_of(entries, day("2027-12-31"), Currency::EUR).unwrap().of(&code.parse().unwrap())
        }

        fn release(
            &self,
            key: &str,
            by: &str,
            id: &str,
            why: &str,
        ) -> Result<BillOutcome, HoldBillError<ReleaseHoldError>> {
            let InvoiceStatus::Held { reasons } = self.stored(id).status().clone() else { panic!("{id} is held") };
            let (rules, id, reason) = (self.rules, invoice(id), reasons[0].clone());
            self.act(key, by, |tx| {
                let reason = reason.clone();
                async move { release_bill(&tx, rules, id, reason, why, day(ON)).await }
            })
        }
    }

    #[expect(clippy::needless_pass_by_value, reason = "an outcome is looked at once")]
    fn posted<E: Debug>(outcome: Result<BillOutcome, E>) {
        assert!(matches!(outcome, Ok(BillOutcome::Posted { .. })), "{outcome:?}");
    }

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

    fn part(bill: &str, minor: i64) -> PartToPay {
        PartToPay::of(invoice(bill), euro(minor))
    }

    impl World<'_> {
        fn pay(&self, rules: &PaymentRules, id: &str, on: &str, parts: &[PartToPay]) -> Result<(), PayVendorError> {
            let payment = PayVendor {
                id: PaymentId::natural("payment", id),
                vendor: Id::natural("party", ITEMS[0].4),
                currency: Currency::EUR,
                on: day(on),
                parts: parts.to_vec(),
            };
            self.act(&self.anew("pay"), "manager", |tx| {
                let payment = payment.clone();
                async move { pay(&tx, rules, payment).await }
            })
        }

        /// The items of vendors are the account of payables, on every day.
        fn payables_are_the_account(&self) {
            let items = wait(self.office.view(|view| async move { payables(&view, None, None, 1_000).await }));
            let items = items.map_err(|error: StoreError| error).unwrap();
            let entries = wait(self.office.view(|view| async move { view.every::<JournalEntry>(None, 1_000).await }));
            let entries = entries.map_err(|error: StoreError| error).unwrap();
            for on in day("2026-10-01").iter_days().take(60) {
                let ageing = Ageing::as_of(&items, on, &[7, 30], Currency::EUR).unwrap();
                let entries = entries.iter().map(|(_, entry)| entry);
                let account = Balances::as_of(entries, on, Currency::EUR).unwrap().of(&"3300".parse().unwrap());
                assert_eq!(ageing.total, account, "on {on}");
            }
        }
    }

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
            world
                .act("hold", "manager", |tx| async move { hold_payment(&tx, invoice("a"), "disputed").await })
                .unwrap();
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
                let note =
                    of_paper(&format!("GS-{key}"), orders[0], boxes, PRICE).credited(format!("GS-{key}"), day(ON));
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

    fn run_of(number: &str) -> PaymentRunId {
        PaymentRunId::natural("payment_run", number)
    }

    impl World<'_> {
        fn propose(&self, number: &str, available: i64) -> RunProposed {
            let rules = &payment_rules();
            let (on, through) = (day("2026-10-12"), day("2026-10-19"));
            let request = RunRequest { on, through, available: euro(available), priority: PaymentPriority::DueFirst };
            let proposed = self.act(&self.anew("propose"), "assistant", |tx| async move {
                propose_run(&tx, rules, run_of(number), request).await
            });
            proposed.unwrap()
        }

        fn carry_out(&self, number: &str, most: usize) -> Result<RunCarriedOut, CarryOutRunError> {
            let rules = &payment_rules();
            self.act(&self.anew("carry out"), "assistant", |tx| async move {
                carry_out_run(&tx, rules, run_of(number), most).await
            })
        }
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
            world
                .act("hold", "manager", |tx| async move { hold_payment(&tx, invoice("b"), "disputed").await })
                .unwrap();
            let proposed = world.propose("1", 500_000);
            assert_eq!(proposed.status, Some(ApprovalStatus::Approved));
            assert_eq!(proposed.proposal.payments[0].amount, euro(2 * 97_58));
            let kept_back = LeftOut::KeptBack { reason: "disputed".to_owned() };
            assert_eq!(proposed.proposal.left_out, [(invoice("b"), 1, kept_back)]);

            // What it is going to pay is in no other run, until it is given up.
            let other = world.propose("2", 500_000);
            assert!(other.status.is_none() && other.proposal.payments.is_empty());
            assert!(other.proposal.left_out.contains(&(invoice("a"), 1, LeftOut::InRun)), "{other:?}");
            world
                .act("cancel", "manager", |tx| async move { cancel_run(&tx, run_of("1"), "too early").await })
                .unwrap();
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
            assert!(matches!(
                world.carry_out("6", 10),
                Err(CarryOutRunError::Run(PaymentRunError::NotApproved { .. }))
            ));
            let approve =
                |by: &str| {
                    world.act(&format!("approve {by}"), by, |tx| async move {
                        approve_run(&tx, much, run_of("6"), on).await
                    })
                };
            assert!(approve("assistant").is_err());
            assert_eq!(approve("manager").unwrap(), ApprovalStatus::Approved);
            assert_eq!(world.carry_out("6", 10).unwrap().paid.len(), 1);
            world.payables_are_the_account();
        });
    }

    /// Two do something at the same time: both have decided before either records, and one decides again.
    fn at_once<T, E, Fut>(office: &Office, key: &str, run: impl Fn(Tx, usize) -> Fut + Sync) -> [T; 2]
    where
        T: serde::Serialize + serde::de::DeserializeOwned + Debug + Send,
        E: From<StoreError> + Debug + Send,
        Fut: Future<Output = Result<T, E>> + Send,
    {
        let (together, run) = (&Barrier::new(2), &run);
        let go = |at: usize| {
            let mut tries = 0_u32;
            let told = wait(office.transact(&command(format!("{key}-{at}"), "assistant"), |tx| {
                tries += 1;
                let (first, deciding) = (tries == 1, run(tx, at));
                async move {
                    let told = deciding.await;
                    if first {
                        together.wait();
                    }
                    told
                }
            }));
            (told.unwrap(), tries)
        };
        let [(one, tries), (other, more)] = thread::scope(|scope| {
            let other = scope.spawn(|| go(1));
            [go(0), other.join().unwrap()]
        });
        assert!(tries.max(more) > 1, "they have met");
        [one, other]
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
}
