//! Vendors' bills without an order in a small office: coded by people and rules, held against the budget, posted by it.

#[cfg(test)]
#[path = "small_office/backend.rs"]
mod backend;
#[cfg(test)]
#[expect(clippy::arithmetic_side_effects, reason = "the numbers of a small office are small")]
#[path = "small_office/office.rs"]
mod small_office;

#[cfg(test)]
#[expect(clippy::arithmetic_side_effects, reason = "the numbers of this test are small")]
mod coding {
    use std::cell::Cell;
    use std::collections::BTreeMap;
    use std::fmt::Debug;
    use std::sync::Barrier;
    use std::thread;

    use office::purchasing::{
        BillError, BillOutcome, CodeBillError, DecideBillError, PurchasingRules, approve_bill, bill, code_bill,
        correct_bill, reject_bill, suggest_coding, uncode_bill,
    };
    use office_core::subject::InvoiceId;
    use office_core::{Currency, DateRange, Id, Money, Office, Percent, Rounding, StoreError, Tx, wait};
    use office_finance::{
        ApproveInvoiceError, Balances, Bill, BillCodingRules, BillCodingRulesError, BillLine, BillTax, BillTaxCode,
        BilledLine, BudgetLine, CodeInvoiceError, CodedLine, CodingBasis, CodingPart, CodingSplit, HoldReason,
        InvoiceStatus, JournalEntry, NotCodedError, PostableError, ReverseCharge, SuggestedCoding, VendorCodingRule,
        VendorInvoice,
    };

    use crate::backend::backends;
    use crate::small_office::{account, command, cost_centre, day, euro, person, policy, rules, set_up};

    const ON: &str = "2026-10-06";

    struct World<'a> {
        office: &'a Office,
        rules: &'a PurchasingRules,
        commands: Cell<u32>,
    }

    /// On each backend, the same.
    fn everywhere(rules: &PurchasingRules, annual: Money, play: impl Fn(&World<'_>)) {
        for backend in backends() {
            println!("on {}", backend.name);
            set_up(&backend.office, rules, annual, 1);
            play(&World { office: &backend.office, rules, commands: Cell::new(0) });
        }
    }

    fn invoice(number: &str) -> InvoiceId {
        Id::natural("invoice", number)
    }

    /// A bill of the landlord, taxed at 19%: what each line says, and its amount.
    fn of_landlord(number: &str, on: &str, lines: &[(&str, i64)]) -> Bill {
        let (rate, on) = (Percent::whole(19), day(on));
        let line = |&(text, minor): &(&str, i64)| {
            let (quantity, net) = ("1 each".parse().unwrap(), euro(minor));
            let price = format!("{} EUR / 1 each", net.amount()).parse().unwrap();
            let billed = BilledLine { quantity, price, net };
            BillLine { description: text.to_owned(), item: None, order: None, billed, tax_rate: rate }
        };
        let lines: Vec<BillLine> = lines.iter().map(line).collect();
        let net = Money::sum(lines.iter().map(|line| line.billed.net), Currency::EUR).unwrap();
        let tax = net.share(rate, Rounding::HalfUp).unwrap();
        Bill {
            vendor: Id::natural("party", "V-20"),
            number: number.to_owned(),
            on,
            due: on,
            lines,
            taxes: vec![BillTax { rate, tax }],
            gross: net.checked_add(tax).unwrap(),
        }
    }

    fn part(code: &str, bearer: &str, tax: Option<&str>, share: i32) -> CodingPart {
        CodingPart {
            account: account(code),
            cost_centre: Some(cost_centre(bearer)),
            project: None,
            tax: tax.map(str::to_owned),
            share: Percent::whole(share),
        }
    }

    fn to(code: &str, bearer: &str) -> CodingSplit {
        CodingSplit::borne_by(account(code), cost_centre(bearer))
    }

    impl World<'_> {
        /// By a command that was not given before.
        fn act<T, E, F, Fut>(&self, by: &str, run: F) -> Result<T, E>
        where
            T: Debug + serde::Serialize + serde::de::DeserializeOwned + Send,
            E: From<StoreError> + Send,
            F: FnMut(Tx) -> Fut + Send,
            Fut: Future<Output = Result<T, E>> + Send,
        {
            self.commands.set(self.commands.get() + 1);
            wait(self.office.transact(&command(format!("act-{}", self.commands.get()), by), run))
        }

        fn bill(&self, id: &str, sent: &Bill) -> Result<BillOutcome, BillError> {
            let (rules, id) = (self.rules, invoice(id));
            self.act("assistant", |tx| async move { bill(&tx, rules, id, sent.clone()).await })
        }

        fn code(&self, by: &str, id: &str, line: usize, split: &CodingSplit) -> Result<BillOutcome, CodeBillError> {
            let (rules, id, lines) = (self.rules, invoice(id), BTreeMap::from([(line, split.clone())]));
            self.act(by, |tx| {
                let lines = lines.clone();
                async move { code_bill(&tx, rules, id, lines).await }
            })
        }

        fn approve(&self, by: &str, id: &str) -> Result<BillOutcome, DecideBillError<ApproveInvoiceError>> {
            let (rules, id) = (self.rules, invoice(id));
            self.act(by, |tx| async move { approve_bill(&tx, rules, id, day(ON)).await })
        }

        fn stored(&self, id: &str) -> VendorInvoice {
            let id = invoice(id);
            wait(self.office.view(|view| async move { view.load(id.retag()).await }))
                .map_err(|error: StoreError| error)
                .unwrap()
        }

        fn suggested(&self, id: &str) -> Vec<SuggestedCoding> {
            let id = invoice(id);
            wait(self.office.view(|view| async move { suggest_coding(&view, id).await }))
                .map_err(|error: StoreError| error)
                .unwrap()
        }

        fn balance(&self, code: &str) -> Money {
            let entries = wait(self.office.view(|view| async move { view.every::<JournalEntry>(None, 1_000).await }));
            let entries = entries.map_err(|error: StoreError| error).unwrap();
            let entries = entries.iter().map(|(_, entry)| entry);
            Balances::as_of(entries, day("2027-12-31"), Currency::EUR).unwrap().of(&account(code))
        }

        fn budget(&self, bearer: &str, code: &str) -> BudgetLine {
            let id = BudgetLine::id_of(cost_centre(bearer), &account(code), 2026);
            wait(self.office.view(|view| async move { view.load(id).await }))
                .map_err(|error: StoreError| error)
                .unwrap()
        }
    }

    #[expect(clippy::needless_pass_by_value, reason = "an outcome is looked at once")]
    fn posted<E: Debug>(outcome: Result<BillOutcome, E>) {
        assert!(matches!(outcome, Ok(BillOutcome::Posted { .. })), "{outcome:?}");
    }

    #[test]
    fn what_nobody_has_coded_is_held_and_not_approved() {
        everywhere(&rules(), euro(1_000_000), |world| {
            let rent = of_landlord("M-10", ON, &[("Rent October", 10_001), ("Heating", 4_000)]);
            let without = |line| HoldReason::WithoutOrder { line };
            let taken = world.bill("a", &rent);
            assert!(matches!(&taken, Ok(BillOutcome::Held { reasons }) if *reasons == [without(0), without(1)]));
            // Half coded, the line that is missing is named.
            let split = CodingSplit::new(vec![part("6815", "CC-100", None, 33), part("6815", "CC-200", None, 67)]);
            let half = world.code("assistant", "a", 0, &split.unwrap());
            assert!(matches!(&half, Ok(BillOutcome::Held { reasons }) if *reasons == [without(1)]));
            let refused = world.approve("manager", "a");
            let wanted = NotCodedError { line: 1 };
            let named =
                matches!(&refused, Err(DecideBillError::Refused(ApproveInvoiceError::NotCoded(at))) if *at == wanted);
            assert!(named, "{refused:?}");

            // Only by what there is.
            let unknown = world.code("assistant", "a", 1, &to("9999", "CC-100"));
            let source = PostableError::Unknown { code: account("9999") };
            let account_error = CodeInvoiceError::Account { line: 1, source };
            assert!(matches!(&unknown, Err(CodeBillError::Code(error)) if *error == account_error), "{unknown:?}");
            let nowhere = world.code("assistant", "a", 2, &to("6816", "CC-100"));
            let no_line = CodeInvoiceError::NoLine { line: 2, lines: 2 };
            assert!(matches!(&nowhere, Err(CodeBillError::Code(error)) if *error == no_line), "{nowhere:?}");

            posted(world.code("assistant", "a", 1, &to("6816", "CC-100")));
            let spent = |bearer, code| world.budget(bearer, code).actual().unwrap();
            assert_eq!([spent("CC-100", "6815"), spent("CC-200", "6815")], [euro(3_300), euro(6_701)]);
            assert_eq!(spent("CC-100", "6816"), euro(4_000));
            assert_eq!([world.balance("1406"), world.balance("3300")], [euro(2_660), euro(-16_661)]);
            // What is in the books is not coded otherwise.
            let late = world.code("assistant", "a", 1, &to("6815", "CC-100"));
            let status = CodeInvoiceError::Status { status: "posted" };
            assert!(matches!(&late, Err(CodeBillError::Code(error)) if *error == status), "{late:?}");
        });
    }

    /// A rule for the vendor while it is in force; a tax of which half is got back.
    fn with_rules() -> PurchasingRules {
        let mut rules = rules();
        let half = BillTaxCode {
            rate: Percent::whole(19),
            recoverable: Percent::whole(50),
            account: None,
            reverse_charge: None,
        };
        let rule = |name: &str, text: &str, split| VendorCodingRule {
            name: name.to_owned(),
            vendor: Id::natural("party", "V-20"),
            text: text.to_owned(),
            valid: DateRange::month(2026, 10).unwrap(),
            split,
        };
        let split = CodingSplit::new(vec![part("6815", "CC-100", None, 60), part("6815", "CC-200", Some("half"), 40)]);
        let vendors = vec![rule("rent", "rent", split.unwrap()), rule("lost", "heating", to("9999", "CC-100"))];
        rules.bills.coding = BillCodingRules::new(vendors, [("half".to_owned(), half)].into()).unwrap();
        rules
    }

    #[test]
    fn rules_code_what_they_fit_and_the_last_bill_suggests_the_rest() {
        everywhere(&with_rules(), euro(1_000_000), |world| {
            posted(world.bill("a", &of_landlord("M-10", ON, &[("RENT  October", 10_000)])));
            let by = CodingBasis::Rule { rule: "rent".to_owned() };
            assert!(matches!(world.stored("a").coding().get(&0), Some(CodedLine { by: rule, .. }) if *rule == by));
            // 19.00 of tax: 11.40 with the one part, and of 7.60 half is at the expense of the other.
            let spent = |bearer| world.budget(bearer, "6815").actual().unwrap();
            assert_eq!(
                [spent("CC-100"), spent("CC-200"), world.balance("1406")],
                [euro(6_000), euro(4_380), euro(1_520)]
            );

            // The rule for heating names an account that is not there: somebody has to say.
            let held = world.bill("b", &of_landlord("M-10b", "2026-10-05", &[("Heating", 5_000)]));
            assert!(matches!(held, Ok(BillOutcome::Held { .. })), "{held:?}");
            assert_eq!(world.suggested("b"), [], "no earlier bill");
            posted(world.code("assistant", "b", 0, &to("6816", "CC-100")));

            // In November no rule is in force.
            let lines = [("heating", 5_500), ("Rent November", 10_000)];
            let held = world.bill("c", &of_landlord("M-11", "2026-11-02", &lines));
            assert!(matches!(held, Ok(BillOutcome::Held { .. })), "{held:?}");
            let suggested = world.suggested("c");
            let [only] = &suggested[..] else { panic!("{suggested:?}") };
            assert_eq!((only.line, &only.split), (0, &to("6816", "CC-100")));
            assert_eq!(only.why.to_string(), "as line 1 of bill M-10b of 2026-10-05, which says the same");
        });
    }

    /// A vendor abroad charges no tax: it is owed in their place, and got back as the code says.
    #[test]
    fn tax_in_the_place_of_a_vendor_costs_what_is_not_got_back() {
        let mut rules = rules();
        let code = |rate, back| BillTaxCode {
            rate: Percent::whole(rate),
            recoverable: Percent::whole(back),
            account: None,
            reverse_charge: Some(ReverseCharge { rate: Percent::whole(19), account: account("3837") }),
        };
        // Either the vendor charges tax, or it is owed in their place.
        let both = BillCodingRules::new(vec![], [("all".to_owned(), code(19, 100))].into());
        assert!(matches!(both, Err(BillCodingRulesError::ReverseCharge { .. })), "{both:?}");
        let codes = [("all".to_owned(), code(0, 100)), ("half".to_owned(), code(0, 50))];
        rules.bills.coding = BillCodingRules::new(vec![], codes.into()).unwrap();
        everywhere(&rules, euro(1_000_000), |world| {
            for code in ["all", "half"] {
                let mut sent = of_landlord(code, ON, &[("licences", 10_000)]);
                sent.lines[0].tax_rate = Percent::ZERO;
                (sent.taxes, sent.gross) = (vec![BillTax { rate: Percent::ZERO, tax: euro(0) }], euro(10_000));
                let held = world.bill(code, &sent);
                assert!(matches!(held, Ok(BillOutcome::Held { .. })), "{held:?}");
                let split = CodingSplit::new(vec![part("6815", "CC-100", Some(code), 100)]).unwrap();
                posted(world.code("assistant", code, 0, &split));
            }
            // 19.00 is owed of each, and of the second 9.50 is at the expense of whom it is for.
            assert_eq!(world.budget("CC-100", "6815").actual().unwrap(), euro(10_000 + 10_950));
            let stand = ["1406", "3837", "3300"].map(|code| world.balance(code));
            assert_eq!(stand, [euro(1_900 + 950), euro(-3_800), euro(-20_000)]);
        });
    }

    #[test]
    fn what_is_to_be_approved_is_set_aside_until_it_is_posted_or_comes_to_nothing() {
        let mut rules = with_rules();
        let rows: &[&[&str]] = &[
            &["coded", "true", "approvals: 1 manager invoice.approve"],
            &["coded", "false", "approvals: 2 manager invoice.approve"],
        ];
        rules.invoice_policy = policy("invoice", &["kind", "within_budget", "outcome"], rows);
        everywhere(&rules, euro(50_000), |world| {
            let left = || world.budget("CC-100", "6816").available().unwrap();
            let take = |id: &str, minor| {
                let held = world.bill(id, &of_landlord(id, ON, &[("cleaning", minor)]));
                assert!(matches!(held, Ok(BillOutcome::Held { .. })), "{held:?}");
                let coded = world.code("assistant", id, 0, &to("6816", "CC-100"));
                assert!(matches!(coded, Ok(BillOutcome::ToApprove { .. })), "{coded:?}");
            };
            take("a", 30_000);
            assert_eq!(left(), euro(20_000));
            // What is not there is not set aside, and two have to approve it.
            take("b", 20_001);
            assert_eq!(left(), euro(20_000));
            let once = world.approve("manager", "b");
            assert!(matches!(once, Ok(BillOutcome::ToApprove { .. })), "{once:?}");
            take("c", 15_000);
            assert_eq!(left(), euro(5_000));

            // Coded otherwise, put right or sent back, it is not in that budget any more.
            let rules = world.rules;
            let uncoded = world.act("assistant", |tx| async move { uncode_bill(&tx, rules, invoice("c"), 0).await });
            assert!(matches!(uncoded, Ok(BillOutcome::Held { .. })), "{uncoded:?}");
            assert_eq!(left(), euro(20_000));
            let again = world.code("assistant", "c", 0, &to("6816", "CC-100"));
            assert!(matches!(again, Ok(BillOutcome::ToApprove { .. })), "{again:?}");
            let put_right = of_landlord("c", ON, &[("window cleaning", 15_000)]);
            let corrected = world.act("assistant", |tx| {
                let sent = put_right.clone();
                async move { correct_bill(&tx, rules, invoice("c"), sent).await }
            });
            assert!(matches!(corrected, Ok(BillOutcome::Held { .. })), "{corrected:?}");
            assert_eq!(left(), euro(20_000));
            let again = world.code("assistant", "c", 0, &to("6816", "CC-100"));
            assert!(matches!(again, Ok(BillOutcome::ToApprove { .. })), "{again:?}");
            assert_eq!(left(), euro(5_000));
            world.act("assistant", |tx| async move { reject_bill(&tx, invoice("c"), "not ours").await }).unwrap();
            assert_eq!(left(), euro(20_000));

            // Spent once.
            posted(world.approve("manager", "a"));
            assert_eq!(left(), euro(20_000));
            assert_eq!(world.budget("CC-100", "6816").reserved().unwrap(), euro(0));
            assert!(world.stored("a").set_aside().is_empty());
        });
    }

    /// Two people code one line, and two lines, at the same time: of one line the second is told, of two both count.
    #[test]
    fn two_code_at_once() {
        everywhere(&rules(), euro(10_000_000), |world| {
            for round in 0..4_usize {
                let id = &format!("R{round}");
                let lines = [("rent", 10_000), ("heating", 2_000)];
                assert!(matches!(world.bill(id, &of_landlord(id, ON, &lines)), Ok(BillOutcome::Held { .. })));
                let (together, office, rules) = (&Barrier::new(2), world.office, world.rules);
                let same = round % 2 == 0;
                let come = |at: usize| {
                    let mut tries = 0_u32;
                    let split = to("6815", ["CC-100", "CC-200"][at]);
                    let line = if same { 0 } else { at };
                    let key = command(format!("{round}-{at}"), ["assistant", "manager"][at]);
                    let told = wait(office.transact(&key, |tx| {
                        tries += 1;
                        let (first, lines) = (tries == 1, BTreeMap::from([(line, split.clone())]));
                        async move {
                            let outcome = code_bill(&tx, rules, invoice(id), lines).await;
                            // Nobody records before both have decided.
                            if first {
                                together.wait();
                            }
                            outcome
                        }
                    }));
                    (told, tries)
                };
                let told = thread::scope(|scope| {
                    let other = scope.spawn(|| come(1));
                    [come(0), other.join().unwrap()]
                });
                assert!(told.iter().any(|(_, tries)| *tries > 1), "they have met: {told:?}");
                let refused = told.iter().filter_map(|(told, _)| told.as_ref().err());
                let stored = world.stored(id);
                if same {
                    let by = match stored.coding().get(&0) {
                        Some(CodedLine { by: CodingBasis::Person { by }, .. }) => *by,
                        other => panic!("{other:?}"),
                    };
                    assert!([person("assistant"), person("manager")].contains(&by));
                    let refused: Vec<_> = refused.collect();
                    let [CodeBillError::Code(error)] = &refused[..] else { panic!("{refused:?}") };
                    assert_eq!(*error, CodeInvoiceError::Coded { line: 0, by });
                } else {
                    assert_eq!(refused.count(), 0);
                    assert!(matches!(stored.status(), InvoiceStatus::Posted { .. }), "{:?}", stored.status());
                }
            }
        });
    }
}
