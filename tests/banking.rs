//! Lines of bank statements with the books: a line is booked once, wholly, and pays what it is for.

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
mod tests {
    use office::banking::{BookBankLineError, Counterparty, LinePart, book_line, expected};
    use office::purchasing::{BillOutcome, Wanted, WantedLine, bill, order, receive, request};
    use office_core::subject::{InvoiceId, OrderId, PartyId, PaymentId, RequisitionId};
    use office_core::{
        Currency, DateRange, Id, Money, Office, Percent, Restart, Rounding, Series, StoreError, UnitCode, UnitPrice,
        wait,
    };
    use office_finance::{
        Balances, BankLine, BankLineId, BankLineStatus, BankMatchId, BankStatement, Bill, BillLine, BillTax,
        BilledLine, BudgetLine, ClientCoding, ClientInvoice, ClientInvoiceId, ConfirmMatchError, ConfirmedPart,
        Dimensions, DueRule, EntryId, Instalment, InvoiceDraft, InvoiceLine, InvoiceParty, InvoiceStatus, MatchReason,
        MatchRules, NewBankMatch, OrderLineRef, PaymentTerms, ReceiptPart, ReceivableRules, StatementBalance,
        StatementFormat, StatementLine, TaxCategory, TaxClass, VendorInvoice, allocate_receipt_oldest_first,
        confirm_match, entries_of, import_statement, issue_invoice_by_terms, match_statement, post_client_invoice,
        undo_match,
    };
    use office_inventory::{DeliveredGoods, GoodsDelivery};
    use office_scratch::Backend;

    use crate::backend::backends;
    use crate::paying::payment_rules;
    use crate::small_office::{
        COST_CENTRES, ITEMS, account, command, cost_centre, day, euro, item, person, rules, set_up, shelf,
    };

    /// A box of paper, asked for, delivered and billed for 24.40.
    fn billed(office: &Office, number: &str) -> InvoiceId {
        let rules = &rules();
        let (on, box_of) = (day("2026-10-05"), "1 box".parse().unwrap());
        let wanted = &Wanted {
            number: number.parse().unwrap(),
            requester: person("anybody"),
            on,
            lines: vec![WantedLine { item: item(ITEMS[0].0), quantity: box_of }],
            cost_centre: cost_centre(COST_CENTRES[0]),
            scope: "company/CC-100".parse().unwrap(),
            reason: "wanted".to_owned(),
        };
        let id = InvoiceId::natural("invoice", number);
        let price = "20.50 EUR / 1 box".parse().unwrap();
        let billed = BilledLine { quantity: box_of, price, net: euro(2050) };
        let line = BillLine {
            description: "paper".to_owned(),
            item: None,
            order: Some(OrderLineRef { order: OrderId::natural("order", number), line: 1 }),
            billed,
            tax_rate: Percent::whole(19),
        };
        let sent = &Bill {
            vendor: Id::natural("party", "V-01"),
            number: number.to_owned(),
            on,
            due: on,
            lines: vec![line],
            taxes: vec![BillTax { rate: Percent::whole(19), tax: euro(390) }],
            gross: euro(2440),
        };
        let outcome = wait(office.transact(&command(number, "assistant"), |tx| async move {
            request(&tx, rules, wanted.clone()).await.unwrap();
            let order = order(&tx, rules, RequisitionId::natural("requisition", number), on).await.unwrap()[0];
            let goods = DeliveredGoods { quantity: box_of, to: shelf(), lot: None };
            let delivery = GoodsDelivery { note: number.parse().unwrap(), on, lines: [(1, goods)].into() };
            receive(&tx, rules, order, delivery).await.unwrap();
            Ok::<_, StoreError>(bill(&tx, rules, id, sent.clone()).await.unwrap())
        }));
        assert!(matches!(outcome.unwrap(), BillOutcome::Posted { .. }));
        id
    }

    /// Imports one line of this amount.
    fn imported(office: &Office, amount: Money) -> BankLineId {
        let on = day("2026-10-20");
        let line = StatementLine {
            on,
            value: None,
            amount,
            references: vec![],
            party: Some("Paper & Co".to_owned()),
            party_account: None,
            text: "your bills".to_owned(),
            bank_reference: None,
            code: None,
        };
        let statement = &BankStatement {
            format: StatementFormat::Other,
            account: "DE83100990010004711200".to_owned(),
            number: "10".to_owned(),
            opening: Some(StatementBalance { amount: euro(0), on }),
            closing: Some(StatementBalance { amount, on }),
            lines: vec![line],
            pending: vec![],
        };
        let key = format!("import-{}", amount.minor());
        wait(office.transact(&command(key, "manager"), |tx| async move { import_statement(&tx, statement).await }))
            .unwrap()
            .lines[0]
    }

    fn invoice(invoice: InvoiceId, minor: i64) -> LinePart {
        LinePart::Invoice { invoice, amount: euro(minor) }
    }

    fn charges(code: &str, minor: i64) -> LinePart {
        LinePart::Account {
            account: account(code),
            cost_centre: Some(cost_centre(COST_CENTRES[0])),
            amount: euro(minor),
        }
    }

    fn book(office: &Office, key: &str, line: BankLineId, parts: &[LinePart]) -> Result<EntryId, BookBankLineError> {
        let rules = &payment_rules();
        wait(
            office.transact(
                &command(key, "manager"),
                |tx| async move { book_line(&tx, rules, line, parts.to_vec()).await },
            ),
        )
    }

    /// A match of a line with an item that asks for so much.
    fn pays(line: BankLineId, item: &str, part: i64, asks: i64) -> NewBankMatch {
        NewBankMatch {
            parts: vec![ConfirmedPart { line, item: item.to_owned(), amount: euro(part) }],
            expected: [(item.to_owned(), euro(asks))].into(),
            reasons: vec![MatchReason::Reference],
            score: 60,
            coding: None,
        }
    }

    fn confirm(office: &Office, key: &str, found: &NewBankMatch) -> Result<BankMatchId, ConfirmMatchError> {
        let id = BankMatchId::natural("match", key);
        wait(office.transact(&command(key.to_owned(), "manager"), |tx| async move {
            confirm_match(&tx, id, found.clone()).await
        }))?;
        Ok(id)
    }

    fn kept(office: &Office, line: BankLineId) -> BankLine {
        wait(office.view(|view| async move { view.load::<BankLine>(line).await })).unwrap()
    }

    #[test]
    fn two_at_once_confirm_a_line_and_an_item_once() {
        for Backend { name, office, .. } in &backends() {
            println!("on {name}");
            let lines = [imported(office, euro(10_000)), imported(office, euro(7_000))];
            let before = lines.map(|line| kept(office, line));
            for round in 0..12 {
                // In even rounds both use one line; in odd ones, two lines for an item that asks for less.
                let second = lines[usize::from(round % 2 == 1)];
                let both = [pays(lines[0], "CI-081", 10_000, 12_000), pays(second, "CI-081", 7_000, 12_000)];
                let done = std::thread::scope(|scope| {
                    let at_once = [0, 1].map(|who| {
                        let (key, found) = (format!("{round}-{who}"), &both[who]);
                        scope.spawn(move || confirm(office, &key, found))
                    });
                    at_once.map(|thread| thread.join().unwrap())
                });
                let refused = done.iter().filter_map(|one| one.as_ref().err()).collect::<Vec<_>>();
                assert!(
                    matches!(refused[..], [ConfirmMatchError::Line { .. } | ConfirmMatchError::TooMuch { .. }]),
                    "{done:?}"
                );
                let id = done.into_iter().find_map(Result::ok).unwrap();
                // Undone, all is as it was before, and the id is used up.
                let undo = command(format!("undo-{round}"), "manager");
                wait(office.transact(&undo, |tx| async move { undo_match(&tx, id).await })).unwrap();
                assert_eq!(lines.map(|line| kept(office, line)), before);
            }
            let refusals = [
                (pays(lines[0], "CI-081", -1, 100), "Sign"),
                (pays(lines[0], "CI-081", 10_001, 20_000), "TooMuch"),
                (NewBankMatch { expected: [].into(), ..pays(lines[0], "CI-081", 1, 1) }, "Unexpected"),
                (NewBankMatch { parts: vec![], ..pays(lines[0], "CI-081", 1, 1) }, "Parts"),
            ];
            for (at, (found, refused)) in refusals.into_iter().enumerate() {
                let told = format!("{:?}", confirm(office, &format!("refused-{at}"), &found).unwrap_err());
                assert!(told.starts_with(refused), "{told}");
            }
            assert_eq!(lines.map(|line| kept(office, line)), before);
            let again = pays(lines[0], "CI-081", 10_000, 10_000);
            confirm(office, "kept", &again).unwrap();
            assert!(matches!(confirm(office, "again", &again), Err(ConfirmMatchError::Line { .. })));
        }
    }

    /// How many facts there are, the balances of bank and payables, and what is left of each invoice.
    fn standing(office: &Office, invoices: &[InvoiceId]) -> (usize, Vec<Money>, Vec<Money>) {
        let facts = wait(office.feed().after(0, 1_000)).unwrap().len();
        let ids: Vec<Id<VendorInvoice>> = invoices.iter().map(|id| id.retag()).collect();
        let (entries, found) = wait(office.view(|view| {
            let ids = ids.clone();
            async move {
                let entries = entries_of(&view, DateRange::year(2026).unwrap()).await?;
                Ok::<_, StoreError>((entries, view.find_each(&ids).await?))
            }
        }))
        .unwrap();
        let balances = Balances::as_of(&entries, day("2026-12-31"), Currency::EUR).unwrap();
        let balances = ["1800", "3300"].map(|code| balances.of(&account(code))).to_vec();
        (facts, balances, found.into_iter().flatten().map(|invoice| invoice.outstanding().unwrap()).collect())
    }

    #[test]
    fn one_line_pays_two_bills_and_the_charges_once() {
        for Backend { name, office, .. } in &backends() {
            println!("on {name}");
            set_up(office, &rules(), euro(100_000), 1);
            let bills = [billed(office, "B-1"), billed(office, "B-2")];
            let line = imported(office, euro(-5000));
            let before = standing(office, &bills);
            assert_eq!(before.1, [euro(0), euro(-4880)]);

            // The parts make the line, to the cent.
            let short = vec![invoice(bills[0], -2440), invoice(bills[1], -2440), charges("6816", -119)];
            let refused = book(office, "short", line, &short);
            assert!(matches!(refused, Err(BookBankLineError::Parts { .. })), "{refused:?}");
            assert_eq!(standing(office, &bills), before);

            let parts = || vec![invoice(bills[0], -2440), invoice(bills[1], -2440), charges("6816", -120)];
            let entry = book(office, "book", line, &parts()).unwrap();
            let after = standing(office, &bills);
            assert_eq!(after.1, [euro(-5000), euro(0)]);
            assert_eq!(after.2, [euro(0), euro(0)]);
            let (kept, budget, paid) = wait(office.view(|view| async move {
                let budget = BudgetLine::id_of(cost_centre(COST_CENTRES[0]), &account("6816"), 2026);
                let paid = view.load::<VendorInvoice>(bills[0].retag()).await?;
                Ok::<_, StoreError>((view.load::<BankLine>(line).await?, view.load(budget).await?, paid))
            }))
            .unwrap();
            assert_eq!(kept.status(), BankLineStatus::Booked { entry });
            assert_eq!(budget.actual().unwrap(), euro(120), "what a cost centre bears counts in its budget");
            assert!(matches!(paid.status(), InvoiceStatus::Paid { on, .. } if *on == day("2026-10-20")));

            // The same again, and anything else for the same line, is answered by the entry that is there.
            for (key, parts) in [("book", parts()), ("anew", parts()), ("otherwise", vec![charges("6815", -5000)])] {
                assert_eq!(book(office, key, line, &parts).unwrap(), entry);
                assert_eq!(standing(office, &bills), after);
            }
        }
    }

    fn client() -> PartyId {
        Id::natural("party", "Museum")
    }

    /// Ten hours for a client, charged in two instalments and in the books.
    fn charged(office: &Office, number: &str, minor: i64) -> ClientInvoiceId {
        let id = ClientInvoiceId::natural("invoice", number);
        let party = |name: &str| InvoiceParty { name: name.to_owned(), ..InvoiceParty::default() };
        let price = UnitPrice::per_unit(euro(minor).amount(), Currency::EUR, UnitCode::EACH).unwrap();
        let tax = TaxClass::new(TaxCategory::Exempt, Percent::ZERO).unwrap();
        let line = InvoiceLine::new("a talk", "1 each".parse().unwrap(), price, tax);
        let draft = InvoiceDraft {
            exemptions: [(TaxCategory::Exempt, "teaching".to_owned())].into(),
            ..InvoiceDraft::new(Currency::EUR, party("Office"), party("Museum"), vec![line])
        };
        let draft = &ClientInvoice::draft(client(), draft).unwrap();
        let series = &Series::new("invoice", "CI-{number:3}", Restart::Never).unwrap();
        let half = |days| Instalment { share: Percent::whole(50), due: DueRule::net(days) };
        let terms = &PaymentTerms::new(vec![half(14), half(44)]).unwrap();
        let rules = payment_rules();
        let rules = &ReceivableRules {
            chart: rules.chart,
            receivables: rules.receivables,
            banks: rules.banks,
            currencies: rules.currencies,
        };
        let coding = &ClientCoding {
            receivables: account("1200"),
            revenue: vec![(account("4400"), Dimensions::new())],
            adjustments: account("4400"),
            output_tax: [].into(),
            prepayments: account("4400"),
            rounding: account("4400"),
        };
        let key = command(format!("charge-{number}"), "manager");
        let issued = wait(office.transact(&key, |tx| async move {
            tx.create(id, draft.clone()).await?;
            issue_invoice_by_terms(&tx, id, series, day("2026-10-06"), terms, Rounding::HalfUp).await.unwrap();
            post_client_invoice(&tx, rules, id, EntryId::natural("invoice", number), coding).await.unwrap();
            Ok::<_, StoreError>(())
        }));
        issued.unwrap();
        id
    }

    /// What is open of invoices by instalment, and what stands on the accounts of the bank and of what clients owe.
    fn owed(office: &Office, invoices: &[ClientInvoiceId]) -> (Vec<Money>, [Money; 2]) {
        let (entries, found) = wait(office.view(|view| async move {
            let entries = entries_of(&view, DateRange::year(2026).unwrap()).await?;
            Ok::<_, StoreError>((entries, view.find_each(invoices).await?))
        }))
        .unwrap();
        let balances = Balances::as_of(&entries, day("2026-12-31"), Currency::EUR).unwrap();
        let items = found.iter().flatten().flat_map(ClientInvoice::items);
        let open = items.map(|item| item.outstanding_ever().unwrap()).collect();
        (open, ["1800", "1200"].map(|code| balances.of(&account(code))))
    }

    fn received(invoice: ClientInvoiceId, minor: i64) -> LinePart {
        LinePart::Receipt(ReceiptPart::of(invoice, euro(minor)))
    }

    #[test]
    fn one_line_is_what_a_client_pays_of_two_invoices_once() {
        for Backend { name, office, .. } in &backends() {
            println!("on {name}");
            set_up(office, &rules(), euro(100_000), 1);
            let invoices = &[charged(office, "1", 10_000), charged(office, "2", 5_000)];
            let line = imported(office, euro(12_450));
            let (charged, before) = (owed(office, invoices), kept(office, line));
            assert_eq!(charged.1, [euro(0), euro(15_000)]);

            // No more goes to an invoice than is open of it, nor to what is named of it; and the parts make the line.
            let named = |minor| LinePart::Receipt(ReceiptPart::of(invoices[1], euro(minor)).to_instalment(2));
            let fee = || charges("6816", -50);
            for (at, parts) in [
                vec![received(invoices[0], 10_001), named(2_499), fee()],
                vec![received(invoices[0], 9_999), named(2_501), fee()],
                vec![received(invoices[0], 9_999), received(invoices[0], 1), named(2_500), fee()],
            ]
            .iter()
            .enumerate()
            {
                let refused = book(office, &format!("refused-{at}"), line, parts);
                assert!(matches!(refused, Err(BookBankLineError::Receive(_))), "{refused:?}");
            }
            let short = book(office, "short", line, &[received(invoices[0], 12_449)]);
            assert!(matches!(short, Err(BookBankLineError::Parts { .. })), "{short:?}");
            assert_eq!((owed(office, invoices), kept(office, line)), (charged, before));

            // Two at once: one entry, and each has its part once.
            let parts = [received(invoices[0], 10_000), named(2_500), fee()];
            let start = &std::sync::Barrier::new(2);
            let told = std::thread::scope(|scope| {
                let at_once = ["one", "other"].map(|key| {
                    let parts = &parts;
                    scope.spawn(move || {
                        start.wait();
                        book(office, key, line, parts).unwrap()
                    })
                });
                at_once.map(|thread| thread.join().unwrap())
            });
            assert_eq!(told[0], told[1]);
            assert_eq!(kept(office, line).status(), BankLineStatus::Booked { entry: told[0] });
            let open = vec![euro(0), euro(0), euro(2_500), euro(0)];
            let stands = [euro(12_450), euro(2_500)];
            assert_eq!(owed(office, invoices), (open.clone(), stands));
            assert_eq!(book(office, "anew", line, &[received(invoices[1], 12_450)]).unwrap(), told[0]);
            assert_eq!(owed(office, invoices), (open, stands));
        }
    }

    #[test]
    fn what_is_open_of_bills_and_invoices_is_matched_with_lines_and_booked() {
        for Backend { name, office, .. } in &backends() {
            println!("on {name}");
            set_up(office, &rules(), euro(100_000), 1);
            let (bill, invoices) =
                (billed(office, "B-1"), &[charged(office, "1", 10_000), charged(office, "2", 5_000)]);
            let on = day("2026-10-20");
            let parties = &[(client(), Counterparty { name: Some("Paper & Co".to_owned()), account: None })].into();
            let found = wait(office.view(|view| async move { expected(&view, parties, on, 100).await })).unwrap();
            let asked: Vec<_> = found.iter().map(|one| one.candidate.amount.minor()).collect();
            // By the days on which they are due: the bill, and of both invoices the first half and the second.
            assert_eq!(asked, [-2_440, 5_000, 2_500, 5_000, 2_500]);
            let lines = [imported(office, euro(-2_440)), imported(office, euro(15_000))];
            let told = lines.map(|line| kept(office, line).line().clone());
            let candidates: Vec<_> = found.iter().map(|one| one.candidate.clone()).collect();
            let matched = match_statement(&told, &candidates, &MatchRules::within(60)).unwrap();
            // What the client has paid is the sum of all that is expected of them.
            assert_eq!(matched.matches.iter().map(|one| one.parts.len()).collect::<Vec<_>>(), [1, 4], "{matched:?}");
            for one in &matched.matches {
                let line = lines[one.parts[0].line];
                let parts: Vec<_> = one.parts.iter().map(|part| found[part.candidate].paid(part.amount)).collect();
                book(office, &format!("book-{}", one.parts.len()), line, &parts).unwrap();
            }
            assert_eq!(owed(office, invoices), (vec![euro(0); 4], [euro(15_000 - 2_440), euro(0)]));
            assert_eq!(standing(office, &[bill]).2, [euro(0)]);
            let none = wait(office.view(|view| async move { expected(&view, &[].into(), on, 100).await })).unwrap();
            assert_eq!(none, []);
        }
    }

    #[test]
    fn what_a_client_pays_for_nothing_that_is_known_waits_on_account() {
        for Backend { name, office, .. } in &backends() {
            println!("on {name}");
            set_up(office, &rules(), euro(100_000), 1);
            let line = imported(office, euro(6_000));
            book(office, "book", line, &[LinePart::OnAccount { client: client(), amount: euro(6_000) }]).unwrap();
            let invoices = &[charged(office, "1", 10_000)];
            assert_eq!(owed(office, invoices).1, [euro(6_000), euro(4_000)]);
            let payment = PaymentId::natural("bank_line_receipt", &format!("{line}/{}", client()));
            let left = wait(office.transact(&command("allocate", "manager"), |tx| async move {
                allocate_receipt_oldest_first(&tx, payment, day("2026-10-21")).await
            }));
            assert_eq!(left.unwrap(), euro(0));
            assert_eq!(owed(office, invoices), (vec![euro(0), euro(4_000)], [euro(6_000), euro(4_000)]));
        }
    }

    #[test]
    fn two_parts_for_one_bill_are_one_payment() {
        for Backend { name, office, .. } in &backends() {
            println!("on {name}");
            set_up(office, &rules(), euro(100_000), 1);
            let bills = [billed(office, "B-1")];
            let line = imported(office, euro(-2000));
            book(office, "book", line, &[invoice(bills[0], -1000), invoice(bills[0], -1000)]).unwrap();
            let (_, balances, left) = standing(office, &bills);
            assert_eq!((balances, left), (vec![euro(-2000), euro(-440)], vec![euro(440)]));
        }
    }

    #[test]
    fn refusals_come_in_order_and_change_nothing() {
        for Backend { name, office, .. } in &backends() {
            println!("on {name}");
            set_up(office, &rules(), euro(100_000), 1);
            let bills = [billed(office, "B-1")];
            let line = imported(office, euro(-2500));
            let before = standing(office, &bills);
            // Each is also refused for the reasons that follow.
            let nobody = InvoiceId::natural("invoice", "nobody's");
            let refused = book(office, "1", line, &[invoice(nobody, -9999)]);
            assert!(matches!(&refused, Err(BookBankLineError::Store(error)) if error.is_not_found()), "{refused:?}");
            let dollars = LinePart::Invoice { invoice: bills[0], amount: Money::from_minor(1, Currency::USD) };
            let refused = book(office, "2", line, &[invoice(bills[0], -9999), dollars]);
            assert!(matches!(refused, Err(BookBankLineError::Money(_))), "{refused:?}");
            let refused = book(office, "3", line, &[invoice(bills[0], -2441), charges("9999", 0)]);
            assert!(matches!(refused, Err(BookBankLineError::Invoice(_))), "{refused:?}");
            let refused = book(office, "4", line, &[invoice(bills[0], -2440), charges("9999", -61)]);
            assert!(matches!(refused, Err(BookBankLineError::Parts { .. })), "{refused:?}");
            let refused = book(office, "5", line, &[invoice(bills[0], -2440), charges("9999", -60)]);
            assert!(matches!(refused, Err(BookBankLineError::Post(_))), "{refused:?}");
            assert_eq!(standing(office, &bills), before);

            // In the books otherwise: the top-up of the petty cash, say.
            let other = EntryId::natural("cash_top_up", "PT-01");
            wait(office.transact(&command("otherwise", "manager"), |tx| async move {
                let booked = tx.load::<BankLine>(line).await?.book(other).unwrap();
                tx.decide(line, booked).await
            }))
            .unwrap();
            let before = standing(office, &bills);
            let refused = book(office, "6", line, &[invoice(bills[0], -9999)]);
            assert!(matches!(&refused, Err(BookBankLineError::Booked(error)) if error.entry == other), "{refused:?}");
            assert_eq!(standing(office, &bills), before);
        }
    }
}
