//! Bills, payments and money in foreign currencies, on every backend: what is owed and what stands on the accounts agree in
//! every currency and in worth, whatever is paid, sent back, set off and revalued.

#[cfg(test)]
#[expect(clippy::arithmetic_side_effects, reason = "the numbers of these tests are small")]
#[path = "foreign/history.rs"]
mod history;
#[cfg(test)]
#[expect(clippy::arithmetic_side_effects, reason = "the numbers of these tests are small")]
#[path = "foreign/world.rs"]
mod world;

#[cfg(test)]
mod foreign {
    use std::cell::Cell;
    use std::sync::Barrier;
    use std::thread;

    use chrono::NaiveDate;
    use office::banking::{BookBankLineError, LinePart, book_line};
    use office::payment::{PartToPay, send_payment_back};
    use office_core::subject::PaymentId;
    use office_core::{Currency, Id, MemoryStore, Money, Office, Percent, Restart, Rounding, Series, StoreError, wait};
    use office_finance::{
        BankLineId, BankStatement, ClientCoding, ClientInvoice, ClientInvoiceId, CurrencyRules, Dimensions, DueRule,
        EntryId, ExchangeRates, Instalment, InvoiceDraft, InvoiceLine, InvoiceParty, PaymentTerms, Period, PostError,
        Posting, ReceiptPart, ReceivableRules, RevaluationMethod, RevaluationRun, RunRevaluationError,
        StatementBalance, StatementFormat, StatementLine, TaxCategory, TaxClass, import_statement,
        issue_invoice_by_terms, post, post_client_invoice, run_revaluation,
    };
    use office_scratch::{Backend, backends};
    use proptest::prelude::*;

    use crate::history::{Step, flat, histories, holds};
    use crate::world::{DAYS, World, clerk, code, currencies, day, key, month_end, paying, vendor};

    proptest! {
        #![proptest_config(ProptestConfig { max_shrink_iters: 200, ..ProptestConfig::with_cases(12) })]

        #[test]
        fn bills_and_their_account_agree_in_every_currency((steps, rates, method) in histories()) {
            holds(&Office::on(MemoryStore::new()), &steps, &rates, method)?;
        }
    }

    /// The same history on each backend gives the same books.
    #[test]
    fn a_history_is_the_same_on_every_backend() {
        let steps = vec![
            (0, Step::Bill { of: 0, pounds: false, net: 100_000, by_terms: true }),
            (1, Step::Bill { of: 0, pounds: false, net: -20_000, by_terms: false }),
            (3, Step::Pay { which: 0, percent: 100, early: true, write_off: false }),
            (8, Step::SetOff { which: 1 }),
            (20, Step::Bill { of: 1, pounds: true, net: 33_333, by_terms: false }),
            (5, Step::Pay { which: 2, percent: 40, early: false, write_off: true }),
            (25, Step::Back { which: 0 }),
            (9, Step::Pay { which: 2, percent: 50, early: false, write_off: false }),
        ];
        let rates: Vec<_> = (0..i64::try_from(DAYS).unwrap()).map(|at| (9_000 + at * 17, 12_500 - at * 13)).collect();
        for method in [RevaluationMethod::TakenBack, RevaluationMethod::Cumulative] {
            let told = backends().into_iter().map(|Backend { name, office, .. }| {
                holds(&office, &steps, &rates, method).unwrap_or_else(|error| panic!("on {name}: {error}"));
                let paying = paying(&rates);
                let world = World { office: &office, paying: &paying, commands: Cell::new(0) };
                format!("{:?}", world.books().trial_balance(day(DAYS - 1)).unwrap())
            });
            let told: std::collections::BTreeSet<String> = told.collect();
            assert_eq!(told.len(), 1, "{told:?}");
        }
    }

    /// Two revalue a month at the same time: both have decided before either records, and one finds that it is done.
    #[test]
    fn two_at_once_revalue_a_month_once() {
        for Backend { name, office, .. } in &backends() {
            println!("on {name}");
            let mut rates = flat(9_000);
            for at in [30, 60, 91] {
                rates[at] = (9_000 + i64::try_from(at).unwrap() * 10, 12_500);
            }
            let paying = paying(&rates);
            let world = World::open(office, &paying);
            world.bill(0, 0, Money::from_minor(100_000, Currency::USD), day(3), None);
            for (at, method) in [
                (30, RevaluationMethod::TakenBack),
                (60, RevaluationMethod::Cumulative),
                (91, RevaluationMethod::TakenBack),
            ] {
                let (run, books) = (&month_end(day(at), method), &world.books());
                let (together, currencies) = (&Barrier::new(2), paying.currencies.as_ref().unwrap());
                let go = |who: usize| {
                    let mut tries = 0;
                    let told = wait(office.transact(&clerk(&format!("revalue-{at}-{who}")), |tx| {
                        tries += 1;
                        let first = tries == 1;
                        async move {
                            let told = run_revaluation(&tx, currencies, books, run).await;
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
                assert!(tries + more > 2, "they have met");
                assert_eq!(one, other);
                assert!(one.entry.is_some() && one.lines.len() == 1);
                // Again, by anybody, and otherwise.
                let posted = world.books().len();
                assert_eq!(world.revalue(run).unwrap(), one);
                assert_eq!(world.books().len(), posted);
                let otherwise = RevaluationRun { money: [].into(), ..run.clone() };
                let refused = world.revalue(&otherwise);
                assert!(matches!(refused, Err(RunRevaluationError::MadeOtherwise { .. })), "{refused:?}");
                world.payables_are_the_account(1, [day(at), day(at + 1)].into_iter());
            }
            let early = world.revalue(&month_end(day(61), RevaluationMethod::TakenBack));
            assert!(matches!(early, Err(RunRevaluationError::Later { .. })), "{early:?}");
        }
    }

    #[test]
    fn revaluations_are_refused_in_order_and_change_nothing() {
        for Backend { name, office, .. } in &backends() {
            println!("on {name}");
            let mut paying = paying(&flat(9_000));
            let known = paying.currencies.clone().unwrap();
            let world = World::open(office, &paying);
            world.bill(0, 0, Money::from_minor(100_000, Currency::USD), day(3), None);
            let run = month_end(day(30), RevaluationMethod::TakenBack);

            // The books as they were before the last bill.
            let stale = world.books();
            world.bill(1, 0, Money::from_minor(50_000, Currency::USD), day(4), None);
            let (books, currencies) = (&stale, &known);
            let run_of = &run;
            let refused = world.act(|tx| async move { run_revaluation(&tx, currencies, books, run_of).await });
            assert!(matches!(refused, Err(RunRevaluationError::Stale { posted: 2, known: 1, .. })), "{refused:?}");

            // A rate that is missing is named with its day.
            paying.currencies = Some(CurrencyRules {
                rates: ExchangeRates::new(
                    Currency::EUR,
                    (0..30).map(|at| known.rates.rate(Currency::USD, day(at)).unwrap()),
                )
                .unwrap(),
                ..known.clone()
            });
            let world = World { office, paying: &paying, commands: Cell::new(100) };
            let refused = world.revalue(&run).unwrap_err();
            assert_eq!(refused.to_string(), "there is no rate for USD on 2026-10-31");
            let part = PartToPay::of(key(0), Money::from_minor(1, Currency::USD));
            let refused = world.pay(0, 0, Currency::USD, day(40), &[part]).unwrap_err();
            assert_eq!(refused.to_string(), "there is no rate for USD on 2026-11-10");
            paying.currencies = Some(known);
            let world = World { office, paying: &paying, commands: Cell::new(200) };

            // Something was posted to the account beside the bills.
            let stray = Money::from_minor(100, Currency::USD);
            let postings = vec![Posting::debit(code("3300"), stray), Posting::credit(code("1810"), stray)];
            let entry = office_finance::Entry::balanced(day(9), "stray", postings).unwrap();
            let entry = &paying.currencies.as_ref().unwrap().book(entry).unwrap();
            let id = EntryId::natural("entry", "stray");
            let paying = &paying;
            let posted = world.act(|tx| async move { post(&tx, &paying.chart, id, entry.clone()).await });
            posted.map_err(|error: PostError| error.to_string()).unwrap();
            let refused = world.revalue(&run);
            assert!(matches!(refused, Err(RunRevaluationError::Control { .. })), "{refused:?}");
            let posted = world.act(|tx| async move {
                let by = EntryId::natural("entry", "stray undone");
                office_finance::undo(&tx, &paying.chart, id, by, day(9)).await
            });
            posted.unwrap();

            // The next day is in a period that is closed.
            let period = Period::id_of(day(31));
            let closed: Result<(), StoreError> = world.act(|tx| async move {
                let (by, at) = (tx.command().actor().person, tx.command().at());
                let soft = tx.load(period).await?.soft_close([], by, at).unwrap();
                tx.decide(period, soft).await
            });
            closed.unwrap();
            let mut dear = paying.clone();
            dear.currencies = Some(currencies_with(30, 9_500));
            let (before, world) = (world.books().len(), World { office, paying: &dear, commands: Cell::new(300) });
            let refused = world.revalue(&run);
            assert!(matches!(refused, Err(RunRevaluationError::Post(PostError::Period(_)))), "{refused:?}");
            assert_eq!(world.books().len(), before);
            // What stays as it is needs no next day.
            let stays = world.revalue(&month_end(day(30), RevaluationMethod::Cumulative)).unwrap();
            assert_eq!(stays.taken_back, None);
            world.payables_are_the_account(2, [day(30), day(31)].into_iter());
        }
    }

    /// The same rates but for dollars on one day.
    fn currencies_with(at: usize, usd: i64) -> CurrencyRules {
        let mut rates = flat(9_000);
        rates[at].0 = usd;
        currencies(&rates)
    }

    /// A line of the dollar account pays the bills of two vendors and the fee of the bank; one of them comes back.
    #[test]
    fn a_line_in_dollars_pays_at_the_rate_of_its_day() {
        for Backend { name, office, .. } in &backends() {
            println!("on {name}");
            let mut rates = flat(9_000);
            rates[20] = (9_500, 12_000);
            let paying = &paying(&rates);
            let world = World::open(office, paying);
            let dollars = |minor| Money::from_minor(minor, Currency::USD);
            world.bill(0, 0, dollars(100_000), day(3), None);
            world.bill(1, 1, dollars(50_000), day(4), None);
            let on = day(20);
            let line = line_of(&world, dollars(-178_600), on);
            let parts = &[
                LinePart::Invoice { invoice: key(0), amount: dollars(-119_000) },
                LinePart::Invoice { invoice: key(1), amount: dollars(-59_500) },
                LinePart::Account { account: code("6855"), cost_centre: None, amount: dollars(-100) },
            ];
            for _ in 0..2 {
                world.act(|tx| async move { book_line(&tx, paying, line, parts.to_vec()).await }).unwrap();
            }
            let stands = |account: &str| world.books().balances(day(DAYS - 1)).unwrap().of(&code(account)).minor();
            // 1,786.00 at 0.95; of which 1,785.00 were booked at 0.90.
            assert_eq!((stands("1810"), stands("3300"), stands("6880"), stands("6855")), (-169_670, 0, 8_925, 95));
            world.payables_are_the_account(2, [day(19), on].into_iter());

            // The second comes back: it is owed as it was booked, and its loss is none.
            let id = PaymentId::natural("bank_line", &format!("{line}/{}", vendor(1)));
            world.act(|tx| async move { send_payment_back(&tx, paying, id, "closed", day(22)).await }).unwrap();
            assert_eq!((stands("3300"), stands("6880")), (-53_550, 5_950));
            world.payables_are_the_account(2, [day(21), day(22)].into_iter());
        }
    }

    /// Imports one line of the dollar account.
    fn line_of(world: &World<'_>, amount: Money, on: NaiveDate) -> BankLineId {
        let line = StatementLine {
            on,
            value: None,
            amount,
            references: vec![],
            party: None,
            party_account: None,
            text: "licences".to_owned(),
            bank_reference: None,
            code: None,
        };
        let balance = |amount| Some(StatementBalance { amount, on });
        let statement = &BankStatement {
            format: StatementFormat::Other,
            account: "US-1".to_owned(),
            number: "10".to_owned(),
            opening: balance(Money::zero(Currency::USD)),
            closing: balance(amount),
            lines: vec![line],
            pending: vec![],
        };
        world.act(|tx| async move { import_statement(&tx, statement).await }).unwrap().lines[0]
    }

    /// A line of the dollar account is what a client pays of an invoice in instalments, less the fee of the bank.
    #[test]
    fn a_client_pays_in_dollars_at_the_rate_of_the_day_of_the_line() {
        for Backend { name, office, .. } in &backends() {
            println!("on {name}");
            let mut rates = flat(9_000);
            rates[20] = (9_500, 12_000);
            let paying = &paying(&rates);
            let world = World::open(office, paying);
            let id = ClientInvoiceId::natural("invoice", "CI-1");
            let named = |name: &str| InvoiceParty { name: name.to_owned(), ..InvoiceParty::default() };
            let tax = TaxClass::new(TaxCategory::OutOfScope, Percent::ZERO).unwrap();
            let line = InvoiceLine::new("plans", "1 set".parse().unwrap(), "1000 USD / 1 set".parse().unwrap(), tax);
            let draft = InvoiceDraft {
                exemptions: [(TaxCategory::OutOfScope, "abroad".to_owned())].into(),
                ..InvoiceDraft::new(Currency::USD, named("Office"), named("Harbor Museum"), vec![line])
            };
            let draft = &ClientInvoice::draft(Id::natural("party", "Harbor Museum"), draft).unwrap();
            let series = &Series::new("invoice", "CI-{number:3}", Restart::Never).unwrap();
            let third = |share, days| Instalment { share: Percent::whole(share), due: DueRule::net(days) };
            let terms = &PaymentTerms::new(vec![third(33, 7), third(33, 14), third(34, 21)]).unwrap();
            let rules = &ReceivableRules {
                chart: paying.chart.clone(),
                receivables: paying.receivables.clone(),
                banks: paying.banks.clone(),
                currencies: paying.currencies.clone(),
            };
            let coding = &ClientCoding {
                receivables: code("1210"),
                revenue: vec![(code("4400"), Dimensions::new())],
                adjustments: code("4400"),
                output_tax: [].into(),
                prepayments: code("4400"),
                rounding: code("4400"),
            };
            let issued: Result<(), StoreError> = world.act(|tx| async move {
                tx.create(id, draft.clone()).await?;
                issue_invoice_by_terms(&tx, id, series, day(3), terms, Rounding::HalfUp).await.unwrap();
                post_client_invoice(&tx, rules, id, EntryId::natural("invoice", "CI-1"), coding).await.unwrap();
                Ok(())
            });
            issued.unwrap();
            let dollars = |minor| Money::from_minor(minor, Currency::USD);
            let line = line_of(&world, dollars(49_900), day(20));
            let fee = LinePart::Account { account: code("6855"), cost_centre: None, amount: dollars(-100) };
            // Nothing in dollars waits on account, as nobody knows yet what it was booked at.
            let on_account =
                LinePart::OnAccount { client: Id::natural("party", "Harbor Museum"), amount: dollars(50_000) };
            let parts = &[on_account, fee.clone()];
            let refused = world.act(|tx| async move { book_line(&tx, paying, line, parts.to_vec()).await });
            assert!(matches!(refused, Err(BookBankLineError::Receive(_))), "{refused:?}");
            let parts = &[LinePart::Receipt(ReceiptPart::of(id, dollars(50_000))), fee];
            for _ in 0..2 {
                world.act(|tx| async move { book_line(&tx, paying, line, parts.to_vec()).await }).unwrap();
            }
            let stands = |account: &str| world.books().balances(day(DAYS - 1)).unwrap().of(&code(account)).minor();
            // 499.00 at 0.95; 500.00 were booked at 0.90, and so is what is left.
            assert_eq!((stands("1810"), stands("6855"), stands("4840"), stands("1210")), (47_405, 95, -2_500, 45_000));
            let found: Result<ClientInvoice, StoreError> = wait(office.view(|view| async move { view.load(id).await }));
            let worth: Vec<_> =
                found.unwrap().items().iter().map(|item| item.worth(day(20)).unwrap().unwrap().minor()).collect();
            assert_eq!(worth, [0, 14_400, 30_600]);
        }
    }
}
