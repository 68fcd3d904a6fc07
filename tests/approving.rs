//! Requisitions until they may be ordered, and bills until they are posted: what people decide, what the clock does, and
//! what is reserved meanwhile.

#[cfg(test)]
#[path = "small_office/backend.rs"]
mod backend;
#[cfg(test)]
#[expect(clippy::arithmetic_side_effects, reason = "the numbers of a small office are small")]
#[path = "small_office/office.rs"]
mod small_office;

#[cfg(test)]
mod approving {
    use std::collections::BTreeMap;
    use std::fmt::Debug;
    use std::sync::Barrier;
    use std::thread;

    use chrono::{DateTime, Datelike, NaiveDate, Utc};
    use office::purchasing::{
        BillOutcome, DecideBillError, DecideRequestError, FallenDue, OrderError, PurchasingRules, Wanted, WantedLine,
        approve, approve_bill, bill, fall_due, give_back, hand_over, order, receive, refuse, request, resubmit,
        withdraw,
    };
    use office_core::subject::{InvoiceId, OrderId, RequisitionId};
    use office_core::{
        Actor, Appointment, ApprovalDeed, ApprovalStatus, ApproveStepError, Command, Grant, HandOverStepError, Id,
        Money, Office, Percent, Role, StoreError, Tx, WithdrawCaseError, wait,
    };
    use office_finance::{
        ApproveInvoiceError, Bill, BillLine, BillTax, BilledLine, BudgetLine, InvoiceStatus, OrderLineRef,
        VendorInvoice,
    };
    use office_inventory::{DeliveredGoods, GoodsDelivery, Reference, Requisition, ResubmitRequisitionError};

    use crate::backend::backends;
    use crate::small_office::{
        self, COST_CENTRES, ITEMS, account, cost_centre, euro, item, person, policy, set_up, shelf,
    };

    /// Two chairs, for 360 euros.
    const WORTH: i64 = 36_000;

    /// As the small office, and an executive, to whom approvals go on after a day of work; after a week they expire.
    fn rules() -> PurchasingRules {
        let mut rules = small_office::rules();
        let outcome = "approvals: 1 manager purchase.approve escalate to executive after 8h expire after 40h";
        rules.purchase_policy = policy("purchase", &["within_budget", "outcome"], &[&["true", outcome]]);
        let (role, scope, valid) =
            (Role::new("executive"), "company".parse().unwrap(), "2026-01-01/..".parse().unwrap());
        let grant =
            Grant { role: role.clone(), action: "purchase.approve".parse().unwrap(), scope, limit: None, valid };
        rules.book.appointments.push(Appointment {
            person: person("executive"),
            role,
            scope: grant.scope.clone(),
            valid,
        });
        rules.book.grants.push(grant);
        rules
    }

    fn instant(text: &str) -> DateTime<Utc> {
        format!("{text}+02:00").parse().unwrap()
    }

    /// The day and the hour of October 2026 by the clocks of the office.
    fn time(day: u32, hour: &str) -> DateTime<Utc> {
        instant(&format!("2026-10-{day:02}T{hour}"))
    }

    fn on(at: DateTime<Utc>) -> NaiveDate {
        at.date_naive()
    }

    fn command(key: &str, by: &str, at: DateTime<Utc>) -> Command {
        let role = if matches!(by, "manager" | "assistant" | "executive") { by } else { "employee" };
        let key: String = key.chars().map(|c| if c.is_ascii_alphanumeric() { c } else { '-' }).collect();
        Command::new(key, "work", Actor::new(person(by), Role::new(role.to_owned())), at).unwrap()
    }

    fn id(number: &str) -> RequisitionId {
        RequisitionId::natural("requisition", number)
    }

    /// One office, whose commands need no keys.
    struct World<'a> {
        office: &'a Office,
        rules: &'a PurchasingRules,
    }

    impl World<'_> {
        /// Does something as somebody at an instant; each command is new.
        fn act<T, E, Fut>(&self, by: &str, at: DateTime<Utc>, run: impl Fn(Tx) -> Fut + Send) -> Result<T, E>
        where
            T: serde::Serialize + serde::de::DeserializeOwned + Send,
            E: From<StoreError> + Send,
            Fut: Future<Output = Result<T, E>> + Send,
        {
            let key = format!("{by} {at} {}", self.facts());
            wait(self.office.transact(&command(&key, by, at), run))
        }

        fn facts(&self) -> usize {
            wait(self.office.feed().after(0, 5_000)).unwrap().len()
        }

        fn ask(&self, number: &str, at: DateTime<Utc>) -> ApprovalStatus {
            let wanted = &Wanted {
                number: number.parse().unwrap(),
                requester: person("anybody"),
                on: on(at),
                lines: vec![WantedLine { item: item(ITEMS[2].0), quantity: "2 box".parse().unwrap() }],
                cost_centre: cost_centre(COST_CENTRES[0]),
                scope: "company/CC-100".parse().unwrap(),
                reason: "a desk for two".to_owned(),
            };
            let rules = self.rules;
            let asked = self.act("anybody", at, |tx| async move { request(&tx, rules, wanted.clone()).await });
            asked.unwrap().status
        }

        fn approve(&self, number: &str, by: &str, at: DateTime<Utc>) -> Result<ApprovalStatus, String> {
            let (rules, id) = (self.rules, id(number));
            self.act(by, at, |tx| async move { approve(&tx, rules, id, on(at)).await })
                .map_err(|error| error.to_string())
        }

        /// Looks at all open requisitions, so many at once.
        fn sweep(&self, most: usize, at: DateTime<Utc>) -> Vec<FallenDue> {
            let rules = self.rules;
            let mut pages: Vec<FallenDue> = Vec::new();
            loop {
                let from = &pages.last().and_then(|page| page.next.clone());
                let key = format!("sweep {at} {} {from:?}", self.facts());
                let command = command(&key, "assistant", at);
                let run = |tx: Tx| async move { fall_due(&tx, rules, from.as_ref(), most).await };
                let page = wait(self.office.transact(&command, run)).unwrap();
                let through = page.next.is_none();
                pages.push(page);
                if through {
                    return pages;
                }
            }
        }

        /// What has changed by that, by number.
        fn changed(&self, at: DateTime<Utc>) -> Vec<ApprovalStatus> {
            let pages = self.sweep(100, at);
            assert!(pages.iter().all(|page| page.left.is_empty()), "{pages:?}");
            pages.into_iter().flat_map(|page| page.changed.into_values()).collect()
        }

        fn find(&self, number: &str) -> Requisition {
            let id = Requisition::key(id(number));
            wait(self.office.view(|view| async move { view.load(id).await })).unwrap()
        }

        fn reserved(&self) -> Money {
            let id = BudgetLine::id_of(cost_centre(COST_CENTRES[0]), &account("6845"), time(1, "12:00:00").year());
            let line = wait(self.office.view(|view| async move { view.load(id).await })).unwrap();
            line.reserved().unwrap()
        }
    }

    fn everywhere(test: impl Fn(&World<'_>)) {
        let rules = rules();
        for backend in backends() {
            println!("on {}", backend.name);
            set_up(&backend.office, &rules, euro(1_000_000), 1);
            test(&World { office: &backend.office, rules: &rules });
        }
    }

    fn open() -> ApprovalStatus {
        ApprovalStatus::Open { stage: 1, missing: 1 }
    }

    fn refusal<T: Debug, E: Debug>(result: Result<T, DecideRequestError<E>>) -> E {
        match result {
            Err(DecideRequestError::Refused(error)) => error,
            other => panic!("not refused: {other:?}"),
        }
    }

    #[test]
    fn over_a_weekend_it_escalates_after_eight_hours_of_work_and_expires_after_forty() {
        everywhere(|world| {
            assert_eq!(world.ask("RQ-1", time(9, "15:00:00")), open());
            let early = world.approve("RQ-1", "executive", time(12, "14:59:59")).unwrap_err();
            assert!(early.contains("is refused"), "{early}");
            assert_eq!(world.changed(time(12, "14:59:59")), []);
            assert_eq!(world.changed(time(12, "15:00:00")), [open()]);
            let found = world.find("RQ-1");
            let deeds: Vec<&ApprovalDeed> = found.run().acts().iter().map(|act| &act.deed).collect();
            assert_eq!(deeds, [&ApprovalDeed::Escalated { step: 1, role: Role::new("executive") }]);

            // Forty hours of work after Friday at three is the next Friday at three.
            assert_eq!(world.changed(time(16, "14:59:59")), []);
            assert_eq!(world.reserved(), euro(WORTH));
            let expired = ApprovalStatus::Expired { step: 1, at: time(16, "15:00:00") };
            assert_eq!(world.changed(time(16, "18:00:00")), std::slice::from_ref(&expired));
            assert_eq!(world.reserved(), euro(0));

            // Once more changes nothing, and it is too late for everything else.
            let facts = world.facts();
            assert_eq!(world.changed(time(17, "18:00:00")), []);
            let late = world.approve("RQ-1", "manager", time(19, "09:00:00")).unwrap_err();
            assert_eq!(late, format!("nothing is to be approved: the case is {expired}"));
            let (rules, at) = (world.rules, time(19, "09:00:00"));
            let ordered = world.act("manager", at, |tx| async move { order(&tx, rules, id("RQ-1"), on(at)).await });
            assert!(matches!(ordered, Err(OrderError::Place(_))), "{ordered:?}");
            assert_eq!((world.facts(), world.reserved()), (facts, euro(0)));
        });
    }

    #[test]
    fn who_approves_is_asked_after_what_has_fallen_due_though_nobody_has_looked() {
        everywhere(|world| {
            world.ask("RQ-1", time(9, "15:00:00"));
            world.ask("RQ-2", time(9, "15:00:00"));
            assert_eq!(world.approve("RQ-1", "executive", time(12, "15:00:00")), Ok(ApprovalStatus::Approved));
            assert_eq!(world.find("RQ-1").run().acts().len(), 2, "the escalation, then the approval");

            let facts = world.facts();
            let late = world.approve("RQ-2", "manager", time(16, "15:00:00")).unwrap_err();
            assert!(late.contains("expired at step 1"), "{late}");
            assert_eq!(
                (world.facts(), world.find("RQ-2").run().status()),
                (facts, &open()),
                "a refusal leaves no trace"
            );
            assert!(matches!(world.changed(time(16, "15:00:00"))[..], [ApprovalStatus::Expired { .. }]));
            assert_eq!(world.reserved(), euro(WORTH), "of the one that is approved");
        });
    }

    #[test]
    fn what_is_refused_or_withdrawn_is_not_reserved_any_more_and_what_is_returned_is() {
        everywhere(|world| {
            let (rules, at) = (world.rules, time(6, "10:00:00"));
            for number in ["RQ-1", "RQ-2", "RQ-3"] {
                world.ask(number, time(5, "10:00:00"));
            }
            assert_eq!(world.reserved(), euro(3 * WORTH));
            let no = |by: &str| {
                world.act(by, at, |tx| async move { refuse(&tx, rules, id("RQ-1"), "no room", on(at)).await })
            };
            refusal(no("assistant"));
            assert!(matches!(no("manager"), Ok(ApprovalStatus::Refused { .. })));
            let facts = world.facts();
            assert!(no("manager").is_ok(), "once more");
            assert_eq!((world.facts(), world.reserved()), (facts, euro(2 * WORTH)));

            let give_up =
                |by: &str| world.act(by, at, |tx| async move { withdraw(&tx, rules, id("RQ-2"), on(at)).await });
            assert!(matches!(refusal(give_up("manager")), WithdrawCaseError::NotRequester { .. }));
            assert!(matches!(give_up("anybody"), Ok(ApprovalStatus::Withdrawn { .. })));
            assert_eq!(world.reserved(), euro(WORTH));

            let why = "which room is it for?";
            let back =
                world.act("manager", at, |tx| async move { give_back(&tx, rules, id("RQ-3"), why, on(at)).await });
            assert!(matches!(back, Ok(ApprovalStatus::Returned { .. })), "{back:?}");
            assert_eq!(world.reserved(), euro(WORTH));
            assert_eq!(world.changed(time(23, "10:00:00")), [], "no clock runs while it lies with the requester");
            let at = time(23, "10:00:00");
            let again = |worth| {
                world.act(
                    "anybody",
                    at,
                    |tx| async move { resubmit(&tx, rules, id("RQ-3"), euro(worth), on(at)).await },
                )
            };
            let changed = ResubmitRequisitionError::Changed { asked: euro(WORTH), estimate: euro(18_000) };
            assert_eq!(refusal(again(18_000)), changed);
            assert_eq!(changed.to_string(), "360.00 EUR was asked for, not 180.00 EUR: withdraw it and ask anew");
            assert_eq!(again(WORTH).unwrap(), open());
            assert_eq!(world.approve("RQ-3", "manager", time(23, "16:00:00")), Ok(ApprovalStatus::Approved));
            assert_eq!(world.reserved(), euro(WORTH));
        });
    }

    #[test]
    fn a_step_is_handed_to_one_other_person_and_not_to_the_requester() {
        everywhere(|world| {
            let (rules, at) = (world.rules, time(5, "11:00:00"));
            world.ask("RQ-1", time(5, "10:00:00"));
            let to = |to: &'static str| {
                world.act(
                    "manager",
                    at,
                    |tx| async move { hand_over(&tx, rules, id("RQ-1"), person(to), on(at)).await },
                )
            };
            assert!(matches!(refusal(to("anybody")), HandOverStepError::ReceiverNotAuthorised { .. }));
            assert_eq!(to("assistant").unwrap(), open());
            let by = Actor::new(person("assistant"), Role::new("assistant")).on_behalf_of(person("manager"));
            let command = Command::new("for-the-manager", "work", by, at).unwrap();
            let approved = wait(
                world.office.transact(&command, |tx| async move { approve(&tx, rules, id("RQ-1"), on(at)).await }),
            );
            assert_eq!(approved.unwrap(), ApprovalStatus::Approved);
        });
    }

    #[test]
    fn all_are_looked_at_page_by_page_and_none_holds_up_the_others() {
        everywhere(|world| {
            for number in 1..=5 {
                world.ask(&format!("RQ-{number}"), time(9, "15:00:00"));
            }
            let pages = world.sweep(2, time(16, "15:00:00"));
            let nexts: Vec<Option<&Reference>> = pages.iter().map(|page| page.next.as_ref()).collect();
            let [three, five] = ["RQ-3", "RQ-5"].map(|number| number.parse().unwrap());
            assert_eq!(nexts, [Some(&three), Some(&five), None]);
            let expired: BTreeMap<_, _> = pages.into_iter().flat_map(|page| page.changed).collect();
            assert_eq!(expired.len(), 5);
            assert_eq!(world.reserved(), euro(0));

            // What the calendar cannot tell is left, and told.
            world.ask("RQ-6", time(9, "15:00:00"));
            let [page] = world.sweep(100, "2028-01-03T10:00:00Z".parse().unwrap()).try_into().unwrap();
            assert_eq!((page.changed.len(), page.left.len()), (0, 1));
            assert!(page.left[&id("RQ-6")].contains("outside the working calendar"), "{page:?}");
        });
    }

    /// Whoever comes first, it is approved or it has expired, never both, and just what is approved is reserved.
    #[test]
    fn an_approval_and_two_sweeps_at_once_end_in_one_of_the_two() {
        everywhere(|world| {
            let mut approved = 0;
            for round in 1..=12 {
                let number = format!("RQ-{round}");
                assert_eq!(world.ask(&number, time(9, "15:00:00")), open());
                let (start, (rules, id)) = (Barrier::new(3), (world.rules, id(&number)));
                let answer = thread::scope(|scope| {
                    for sweeper in ["assistant", "manager"] {
                        let (start, number) = (&start, &number);
                        scope.spawn(move || {
                            let command = command(&format!("{number} {sweeper}"), sweeper, time(16, "15:00:00"));
                            start.wait();
                            wait(
                                world
                                    .office
                                    .transact(&command, |tx| async move { fall_due(&tx, rules, None, 10).await }),
                            )
                            .unwrap()
                        });
                    }
                    let at = time(16, "14:59:00");
                    let command = command(&format!("{number} approve"), "manager", at);
                    start.wait();
                    wait(world.office.transact(&command, |tx| async move { approve(&tx, rules, id, on(at)).await }))
                });
                let found = world.find(&number);
                match answer {
                    Ok(status) => {
                        approved += 1;
                        assert_eq!(
                            (status, found.run().status()),
                            (ApprovalStatus::Approved, &ApprovalStatus::Approved)
                        );
                    }
                    error => {
                        assert!(matches!(refusal(error), ApproveStepError::NotOpen(ApprovalStatus::Expired { .. })));
                        assert!(matches!(found.run().status(), ApprovalStatus::Expired { .. }));
                    }
                }
                assert_eq!(world.reserved(), euro(approved * WORTH));
            }
            println!("{approved} of 12 approved");
        });
    }

    #[test]
    fn nothing_is_open_that_is_decided() {
        everywhere(|world| {
            for number in ["RQ-1", "RQ-2"] {
                world.ask(number, time(5, "10:00:00"));
            }
            world.approve("RQ-1", "manager", time(5, "11:00:00")).unwrap();
            let page = |view: office_core::View| async move { view.page(Requisition::OPEN, None, None, 10).await };
            let open = wait(world.office.view(page)).unwrap();
            let numbers: Vec<&str> = open.iter().map(|(_, open)| open.request().number.as_str()).collect();
            assert_eq!(numbers, ["RQ-2"]);
        });
    }

    /// As above, and whoever approves bills.
    fn rules_of_bills() -> PurchasingRules {
        let mut rules = rules();
        let outcome = "approvals: 1 manager invoice.approve escalate to executive after 8h expire after 40h";
        rules.invoice_policy = policy("invoice", &["outcome"], &[&[outcome]]);
        let grant = rules.book.grants.last().cloned().unwrap();
        rules.book.grants.push(Grant { action: "invoice.approve".parse().unwrap(), ..grant });
        rules
    }

    impl World<'_> {
        /// Takes in the bill for two chairs that were asked for, delivered and are billed.
        fn take_in(&self, number: &str, at: DateTime<Utc>) -> (InvoiceId, BillOutcome) {
            let (rules, chairs, worth) = (self.rules, "2 box".parse().unwrap(), euro(WORTH));
            let line = BillLine {
                description: "chairs".to_owned(),
                item: None,
                order: Some(OrderLineRef { order: OrderId::natural("order", number), line: 1 }),
                billed: BilledLine { quantity: chairs, price: "180 EUR / 1 box".parse().unwrap(), net: worth },
                tax_rate: Percent::whole(19),
            };
            let sent = &Bill {
                vendor: Id::natural("party", ITEMS[2].4),
                number: number.to_owned(),
                on: on(at),
                due: on(at),
                lines: vec![line],
                taxes: vec![BillTax { rate: Percent::whole(19), tax: euro(6_840) }],
                gross: euro(42_840),
            };
            let invoice = InvoiceId::natural("invoice", number);
            let taken = self.act("assistant", at, |tx| async move { bill(&tx, rules, invoice, sent.clone()).await });
            (invoice, taken.unwrap())
        }

        fn deliver(&self, number: &str, at: DateTime<Utc>) {
            let rules = self.rules;
            self.ask(number, at);
            self.approve(number, "manager", at).unwrap();
            let goods = DeliveredGoods { quantity: "2 box".parse().unwrap(), to: shelf(), lot: None };
            let delivery = &GoodsDelivery { note: number.parse().unwrap(), on: on(at), lines: [(1, goods)].into() };
            let received = self.act("assistant", at, |tx| async move {
                let order = order(&tx, rules, id(number), on(at)).await.unwrap()[0];
                receive(&tx, rules, order, delivery.clone()).await.unwrap();
                Ok::<_, StoreError>(())
            });
            received.unwrap();
        }

        fn approve_bill(
            &self,
            invoice: InvoiceId,
            by: &str,
            at: DateTime<Utc>,
        ) -> Result<BillOutcome, DecideBillError<ApproveInvoiceError>> {
            let rules = self.rules;
            self.act(by, at, |tx| async move { approve_bill(&tx, rules, invoice, on(at)).await })
        }
    }

    #[test]
    fn the_time_of_a_bill_counts_from_when_it_was_found_to_agree() {
        let rules = rules_of_bills();
        for backend in backends() {
            println!("on {}", backend.name);
            set_up(&backend.office, &rules, euro(1_000_000), 1);
            let world = &World { office: &backend.office, rules: &rules };
            for number in ["RQ-1", "RQ-2", "RQ-3"] {
                world.deliver(number, time(8, "10:00:00"));
            }
            let [first, second, third] = ["RQ-1", "RQ-2", "RQ-3"].map(|number| {
                let (invoice, outcome) = world.take_in(number, time(9, "15:00:00"));
                assert!(matches!(outcome, BillOutcome::ToApprove { .. }), "{outcome:?}");
                invoice
            });
            let status = |invoice: InvoiceId| {
                let found = wait(world.office.view(|view| async move { view.load(invoice.retag()).await }));
                found.map(|invoice: VendorInvoice| invoice.status().clone()).unwrap()
            };

            // Over the weekend, eight hours of work.
            let early = world.approve_bill(first, "executive", time(12, "14:59:59"));
            assert!(matches!(early, Err(DecideBillError::Refused(_))), "{early:?}");
            world.approve_bill(first, "executive", time(12, "15:00:00")).unwrap();
            assert!(matches!(status(first), InvoiceStatus::Posted { .. }));

            // Taken in again it is no younger, and after forty hours nobody approves it.
            let (_, outcome) = world.take_in("RQ-2", time(9, "15:00:00"));
            assert!(matches!(outcome, BillOutcome::ToApprove { .. }), "{outcome:?}");
            world.approve_bill(second, "manager", time(16, "14:59:59")).unwrap();
            let facts = world.facts();
            let late = world.approve_bill(third, "manager", time(16, "15:00:00"));
            let expired = ApprovalStatus::Expired { step: 1, at: time(16, "15:00:00") };
            let refused = ApproveInvoiceError::Refused(ApproveStepError::NotOpen(expired));
            assert!(matches!(&late, Err(DecideBillError::Refused(error)) if *error == refused), "{late:?}");
            assert!(matches!((status(third), world.facts()), (InvoiceStatus::Matched { .. }, count) if count == facts));
        }
    }
}
