//! Billing clients on a store: numbers without gaps, credit notes that never exceed, reminders, receipts, statements.
#![cfg_attr(test, expect(clippy::arithmetic_side_effects, reason = "the numbers of these tests are small"))]

#[cfg(test)]
mod stored {
    use std::collections::{BTreeMap, BTreeSet};
    use std::sync::Barrier;

    use chrono::{DateTime, Days, NaiveDate};
    use office_core::subject::PartyId;
    use office_core::{
        Actor, Command, Currency, DateRange, Decision, Entity, Id, MemoryStore, Money, Office, Percent, Quantity,
        Restart, Role, Rounding, Series, StoreError, UnitCode, UnitPrice, fold, wait,
    };
    use office_finance::{
        AcceptQuoteError, Account, AccountKind, Adjustment, AdjustmentAmount, AllocateReceiptError, Allocation, Chart,
        ClientCoding, ClientInvoice, ClientInvoiceFact, ClientInvoiceId, ClientQuote, ClientQuoteFact, ClientStatement,
        CreditInvoiceError, Dimensions, DocumentAdjustment, Dunning, DunningLevel, EntryId, InvoiceDraft, InvoiceLine,
        InvoiceParty, IssueInvoiceError, ItemRevaluation, NewPayment, OpenItem, Payment, PaymentPart, PaymentReturn,
        Period, ReceiptPart, ReceiptPartError, RemindError, ReturnReceiptError, RoundedAt, RoundingPolicy, TaxClass,
        accept_quote, allocate_receipt, credit_invoice, entries_of, issue_invoice, post, return_receipt,
    };
    use office_scratch::offices;
    use proptest::prelude::*;
    use rust_decimal::Decimal;

    fn day(month: u32, day: u32) -> NaiveDate {
        NaiveDate::from_ymd_opt(2026, month, day).unwrap()
    }

    fn euro(minor: i64) -> Money {
        Money::from_minor(minor, Currency::EUR)
    }

    fn command(key: &str) -> Command {
        let clerk = Actor::new(Id::natural("person", "E-003"), Role::new("bookkeeper"));
        Command::new(key.replace(' ', "-"), "test", clerk, DateTime::from_timestamp(1_790_000_000, 0).unwrap()).unwrap()
    }

    fn tax(rate: i32) -> TaxClass {
        TaxClass::standard(Percent::whole(rate)).unwrap()
    }

    fn line(thousandths: i64, price: i64, rate: i32) -> InvoiceLine {
        let quantity = Quantity::new(Decimal::new(thousandths, 3), UnitCode::EACH).unwrap();
        let price = UnitPrice::per_unit(Decimal::new(price, 3), Currency::EUR, UnitCode::EACH).unwrap();
        InvoiceLine::new("goods", quantity, price, tax(rate))
    }

    fn draft(lines: Vec<InvoiceLine>) -> InvoiceDraft {
        let party = |name: &str| InvoiceParty { name: name.into(), ..InvoiceParty::default() };
        InvoiceDraft::new(Currency::EUR, party("Office"), party("Museum"), lines)
    }

    fn series(name: &str) -> Series {
        let pattern = if name == "invoices" { "INV-{year}-{number:5}" } else { "CN-{year}-{number:5}" };
        Series::new(name, pattern, Restart::EachYear).unwrap()
    }

    fn id(name: &str) -> ClientInvoiceId {
        Id::natural("client_invoice", name)
    }

    fn client() -> PartyId {
        Id::natural("party", "Museum")
    }

    fn create<E: Entity>(office: &Office, key: &str, id: Id<E>, fact: &E::Fact) {
        let made = wait(office.transact(&command(key), |tx| async move { tx.create(id, fact.clone()).await }));
        made.map_err(|error: StoreError| error).unwrap();
    }

    fn drafted(office: &Office, name: &str, draft: InvoiceDraft) {
        let fact = ClientInvoice::draft(client(), draft).unwrap();
        create(office, &format!("draft {name}"), id(name), &fact);
    }

    fn issue(office: &Office, key: &str, name: &str, on: NaiveDate) -> Result<String, IssueInvoiceError> {
        let series = series("invoices");
        let issued = wait(office.transact(&command(key), |tx| {
            let series = &series;
            async move { issue_invoice(&tx, id(name), series, on, on + Days::new(14)).await }
        }));
        issued.map(|number| number.to_string())
    }

    fn credit(
        office: &Office,
        key: &str,
        (name, note): (&str, &str),
        parts: Option<&BTreeMap<usize, Quantity>>,
        on: NaiveDate,
    ) -> Result<String, CreditInvoiceError> {
        let series = series("credit notes");
        let credited = wait(office.transact(&command(key), |tx| {
            let (series, parts) = (&series, parts.cloned());
            async move { credit_invoice(&tx, id(name), id(note), parts, series, on).await }
        }));
        credited.map(|number| number.to_string())
    }

    fn invoice(office: &Office, name: &str) -> ClientInvoice {
        wait(office.view(|view| async move { view.load(id(name)).await })).unwrap()
    }

    fn decide(
        office: &Office,
        key: &str,
        name: &str,
        decide: impl Fn(&ClientInvoice) -> Decision<ClientInvoiceFact> + Sync,
    ) {
        let decide = &decide;
        let done = wait(office.transact(&command(key), |tx| async move {
            let decision = decide(&tx.load(id(name)).await?);
            tx.decide(id(name), decision).await
        }));
        done.map_err(|error: StoreError| error).unwrap();
    }

    /// Law 1: whoever issues at the same time, in memory and in a file.
    #[test]
    fn two_at_once_issue_without_gaps_or_twice() {
        let (_places, offices) = offices();
        for office in &offices {
            let names: Vec<String> = (0..24).map(|number| number.to_string()).collect();
            for name in &names {
                drafted(office, name, draft(vec![line(1_000, 10_000, 19)]));
            }
            let (start, names) = (&Barrier::new(3), &names);
            let given: Vec<String> = std::thread::scope(|scope| {
                // Two share the drafts of even places, and a third has the others: some are asked for twice at once.
                let threads = [(0, "a"), (0, "b"), (1, "c")].map(|(from, by)| {
                    scope.spawn(move || {
                        start.wait();
                        let mine = names.iter().skip(from).step_by(2);
                        mine.map(|name| issue(office, &format!("{by} {name}"), name, day(10, 8)).unwrap())
                            .collect::<Vec<_>>()
                    })
                });
                threads.into_iter().flat_map(|thread| thread.join().unwrap()).collect()
            });
            let numbers: BTreeSet<String> = given.iter().cloned().collect();
            let wanted: BTreeSet<String> = (1..=24).map(|number| format!("INV-2026-{number:05}")).collect();
            assert_eq!((given.len(), numbers), (36, wanted));
        }
    }

    #[test]
    fn what_is_refused_draws_no_number() {
        let office = Office::on(MemoryStore::new());
        drafted(&office, "1", draft(vec![line(1_000, 10_000, 19)]));
        drafted(&office, "2", draft(vec![line(1_000, 10_000, 19)]));
        decide(&office, "discard", "2", |invoice| invoice.discard().unwrap());
        let refused = issue(&office, "2", "2", day(10, 8));
        assert!(matches!(refused, Err(IssueInvoiceError::Status { status: "discarded" })));
        assert_eq!(issue(&office, "1", "1", day(10, 8)).unwrap(), "INV-2026-00001");
        // Again it is the same, under another command as well; on another day it is not.
        assert_eq!(issue(&office, "1 again", "1", day(10, 8)).unwrap(), "INV-2026-00001");
        let other = issue(&office, "1 later", "1", day(10, 9));
        assert!(matches!(other, Err(IssueInvoiceError::IssuedOtherwise { on, .. }) if on == day(10, 8)));
        let early = credit(&office, "early", ("1", "C1"), None, day(10, 7));
        assert!(matches!(early, Err(CreditInvoiceError::TooEarly { .. })));
        assert_eq!(credit(&office, "credit", ("1", "C1"), None, day(10, 9)).unwrap(), "CN-2026-00001");
        assert_eq!(credit(&office, "credit again", ("1", "C1"), None, day(10, 9)).unwrap(), "CN-2026-00001");
        assert!(matches!(credit(&office, "twice", ("1", "C2"), None, day(10, 9)), Err(CreditInvoiceError::Nothing)));
        let of_note = credit(&office, "of note", ("C1", "C3"), None, day(10, 9));
        assert!(matches!(of_note, Err(CreditInvoiceError::NotAnInvoice)));
        // What took all of it back leaves nothing open on either side, and the invoice as it was.
        let (sent, note) = (invoice(&office, "1"), invoice(&office, "C1"));
        assert_eq!(
            (sent.outstanding(day(10, 9)).unwrap(), note.outstanding(day(10, 9)).unwrap()),
            (Some(euro(0)), Some(euro(0)))
        );
        assert_eq!(sent.outstanding(day(10, 8)).unwrap(), Some(euro(1_190)));
        assert_eq!(sent.document().unwrap().totals(), note.document().unwrap().totals());
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(16))]
        /// Laws 2 and 3, and law 16 of the crate.
        #[test]
        fn credit_notes_never_exceed_and_together_make_the_invoice(
            lines in prop::collection::vec((1..9_000_i64, 1..500_000_i64, prop::sample::select(vec![7, 19, 25])), 1..4),
            rebate in prop::option::of(0..10_000_i64), at in 0..3_usize,
            cuts in prop::collection::vec((0..4_usize, 1..100_i64), 0..5), paid in 0..3_i64,
        ) {
            let office = Office::on(MemoryStore::new());
            let at = [RoundedAt::Line, RoundedAt::Category, RoundedAt::Document][at];
            let mut drafts = draft(lines.iter().map(|(count, price, rate)| line(*count, *price, *rate)).collect());
            drafts.policy = RoundingPolicy { at, ..RoundingPolicy::EN_16931 };
            let rebate = rebate.map(|share| {
                let share = Percent::new(Decimal::new(share, 3)).unwrap();
                let adjustment = Adjustment::allowance(AdjustmentAmount::Share(share), "rebate");
                DocumentAdjustment { adjustment, tax: drafts.lines[0].tax }
            });
            drafts.adjustments = rebate.into_iter().collect();
            drafted(&office, "1", drafts);
            issue(&office, "issue", "1", day(10, 8)).unwrap();
            let due = invoice(&office, "1").document().unwrap().totals().due;
            let part = due.times(Decimal::new(paid, 1), Rounding::Down).unwrap();
            if !part.is_zero() {
                let received = Payment::make(NewPayment { party: client(), amount: part, on: day(10, 9), entry: None });
                create(&office, "paid", Id::<Payment>::natural("payment", "P"), &received);
                let parts = [ReceiptPart::of(id("1"), part)];
                let done = wait(office.transact(&command("allocate"), |tx| async move {
                    allocate_receipt(&tx, Id::natural("payment", "P"), &parts, day(10, 9)).await
                }));
                done.unwrap();
            }
            let mut rest: BTreeMap<usize, i64> = lines.iter().map(|(count, ..)| *count).enumerate().collect();
            let mut notes = Vec::new();
            for (number, (line, hundredths)) in cuts.iter().enumerate() {
                let line = line % lines.len();
                let count = (rest[&line] * hundredths / 100).max(1);
                let asked = BTreeMap::from([(line, Quantity::new(Decimal::new(count, 3), UnitCode::EACH).unwrap())]);
                let done = credit(&office, &format!("cut {number}"), ("1", &format!("C{number}")), Some(&asked), day(10, 10));
                if rest[&line] >= count {
                    done.unwrap();
                    notes.push(format!("C{number}"));
                    rest.insert(line, rest[&line] - count);
                } else {
                    prop_assert!(matches!(done, Err(CreditInvoiceError::Credit(_) | CreditInvoiceError::Nothing)), "{done:?}");
                }
                let credited: i128 = invoice(&office, "1").credits().iter().map(|credit| credit.amount.minor()).sum();
                prop_assert!(credited <= due.minor());
            }
            if rest.values().any(|left| *left > 0) {
                credit(&office, "rest", ("1", "R"), None, day(10, 11)).unwrap();
                notes.push("R".to_owned());
            }
            let again = credit(&office, "more", ("1", "M"), None, day(10, 11));
            prop_assert!(matches!(again, Err(CreditInvoiceError::Nothing)));
            let sent = invoice(&office, "1");
            let credited = Money::sum(sent.credits().iter().map(|credit| credit.amount), Currency::EUR).unwrap();
            prop_assert_eq!(credited, due);
            // All that is open together is what was paid, which is owed back.
            let mut open = sent.outstanding(day(12, 31)).unwrap().unwrap_or(euro(0));
            for note in &notes {
                open = open.checked_add(invoice(&office, note).outstanding(day(12, 31)).unwrap().unwrap_or(euro(0))).unwrap();
            }
            prop_assert_eq!(open, part.negated());
            // What is stored is what its facts make.
            let history = wait(office.view(|view| async move { view.history(id("1"), 0, 100).await })).unwrap();
            let facts: Vec<ClientInvoiceFact> = history.iter().map(|fact| fact.fact::<ClientInvoice>().unwrap().unwrap()).collect();
            prop_assert_eq!(fold::<ClientInvoice>(&facts), Some(sent));
        }
    }

    #[test]
    fn a_quote_becomes_an_invoice_once() {
        let (_places, offices) = offices();
        for office in &offices {
            let quote = Id::natural("client_quote", "Q");
            let offered =
                ClientQuote::offer(client(), draft(vec![line(1_000, 10_000, 19)]), day(10, 1), day(10, 31)).unwrap();
            create(office, "offer", quote, &offered);
            let accept = |key: &str, name: &'static str, on| {
                wait(office.transact(&command(key), |tx| async move { accept_quote(&tx, quote, id(name), on).await }))
            };
            assert!(matches!(accept("late", "1", day(11, 1)), Err(AcceptQuoteError::Expired { .. })));
            let start = &Barrier::new(2);
            let accepted: usize = std::thread::scope(|scope| {
                let accept = &accept;
                let both = ["1", "2"].map(|name| {
                    scope.spawn(move || {
                        start.wait();
                        usize::from(accept(name, name, day(10, 8)).is_ok())
                    })
                });
                both.into_iter().map(|thread| thread.join().unwrap()).sum()
            });
            assert_eq!(accepted, 1);
            let stored = wait(office.view(|view| async move { view.every::<ClientInvoice>(None, 10).await })).unwrap();
            assert_eq!(stored.len(), 1);
        }
    }

    #[test]
    fn it_comes_into_the_books_and_a_credit_note_turns_it() {
        let office = Office::on(MemoryStore::new());
        let account = |(code, kind): (&str, AccountKind)| Account::new(code.parse().unwrap(), code, kind);
        let codes = [
            ("1200", AccountKind::Asset),
            ("3272", AccountKind::Liability),
            ("3806", AccountKind::Liability),
            ("4400", AccountKind::Income),
            ("4840", AccountKind::Income),
        ];
        let chart = Chart::new(codes.map(account)).unwrap();
        create(&office, "period", Period::id_of(day(10, 1)), &Period::begin(2026, 10).unwrap());
        let coding = ClientCoding {
            receivables: "1200".parse().unwrap(),
            revenue: vec![("4400".parse().unwrap(), Dimensions::new())],
            adjustments: "4400".parse().unwrap(),
            output_tax: BTreeMap::from([(tax(19), "3806".parse().unwrap())]),
            prepayments: "3272".parse().unwrap(),
            rounding: "4840".parse().unwrap(),
        };
        let mut sale = draft(vec![line(3_000, 33_330, 19)]);
        sale.prepaid = Some(euro(5_000));
        drafted(&office, "1", sale);
        assert!(invoice(&office, "1").entry_of(&coding).is_err());
        issue(&office, "issue", "1", day(10, 8)).unwrap();
        credit(&office, "credit", ("1", "C"), None, day(10, 9)).unwrap();
        for name in ["1", "C"] {
            let entry = invoice(&office, name).entry_of(&coding).unwrap();
            let posted = wait(office.transact(&command(&format!("post {name}")), |tx| {
                let (chart, entry) = (&chart, entry.clone());
                async move { post(&tx, chart, EntryId::natural("entry", name), entry).await }
            }));
            posted.unwrap();
            decide(&office, &format!("posted {name}"), name, |invoice| {
                invoice.posted(EntryId::natural("entry", name)).unwrap()
            });
        }
        let october = DateRange::month(2026, 10).unwrap();
        let entries = wait(office.view(|view| async move { entries_of(&view, october).await })).unwrap();
        let told: Vec<String> = entries[0]
            .entry()
            .postings()
            .iter()
            .map(|posting| format!("{} {}", posting.account, posting.amount))
            .collect();
        assert_eq!(told, ["1200 68.99 EUR", "3272 50.00 EUR", "4400 -99.99 EUR", "3806 -19.00 EUR"]);
        for code in ["1200", "3272", "3806", "4400"] {
            let postings = entries.iter().flat_map(|entry| entry.entry().postings());
            let sum = Money::sum(
                postings.filter(|posting| posting.account.to_string() == code).map(|posting| posting.amount),
                Currency::EUR,
            );
            assert!(sum.unwrap().is_zero(), "{code}");
        }
    }

    #[test]
    fn clients_are_reminded_once_at_each_level() {
        let office = Office::on(MemoryStore::new());
        drafted(&office, "1", draft(vec![line(1_000, 1_000_000, 19)]));
        issue(&office, "issue", "1", day(1, 1)).unwrap();
        let level = |after_days, fee| DunningLevel { after_days, fee: euro(fee) };
        let rates = BTreeMap::from([(day(1, 1), Percent::whole(5)), (day(7, 1), Percent::whole(9))]);
        let dunning =
            Dunning::new(vec![level(10, 0), level(30, 500), level(60, 1_000)], rates, Rounding::HalfUp).unwrap();
        let remind = |on| invoice(&office, "1").remind(1, &dunning, on);
        // Due on 15 January.
        assert_eq!(remind(day(1, 25)), Err(RemindError::NothingDue { on: day(1, 25) }));
        decide(&office, "first", "1", |invoice| invoice.remind(1, &dunning, day(1, 26)).unwrap());
        assert_eq!(remind(day(1, 26)), Ok(Decision::AlreadyRecorded));
        assert_eq!(remind(day(2, 14)), Err(RemindError::Reminded { level: 1, on: day(1, 26) }));
        let stopped = dunning.clone().stopping(client());
        assert!(invoice(&office, "1").remind(1, &stopped, day(3, 17)).is_err());
        // The second level is passed over where the third is reached, and does not come afterwards.
        decide(&office, "third", "1", |invoice| invoice.remind(1, &dunning, day(3, 17)).unwrap());
        let told: Vec<_> =
            invoice(&office, "1").reminders().iter().map(|note| (note.level, note.fee, note.interest)).collect();
        // 1,190 at five hundredths: eleven days, and sixty-one.
        assert_eq!(told, [(1, euro(0), euro(179)), (3, euro(1_000), euro(994))]);
        assert_eq!(remind(day(12, 31)), Err(RemindError::Reminded { level: 3, on: day(3, 17) }));
        assert!(serde_json::from_str::<Dunning>(&serde_json::to_string(&stopped).unwrap()).unwrap() == stopped);
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(64))]
        /// What runs day by day is what runs at once, and what was paid runs no more.
        #[test]
        fn interest_is_that_of_its_days(amount in 1..9_000_000_i64, paid in prop::option::of((1..100_i64, 0..200_u64)), days in 0..300_u64, change in 0..200_u64) {
            let rates = BTreeMap::from([(day(1, 1), Percent::whole(5)), (day(2, 1) + Days::new(change), Percent::whole(9))]);
            let dunning = Dunning::new(vec![DunningLevel { after_days: 0, fee: euro(0) }], rates.clone(), Rounding::HalfUp).unwrap();
            let mut item = OpenItem::new(client(), "INV-1", day(1, 1), day(1, 15), euro(amount));
            if let Some((share, when)) = paid {
                let part = euro(amount).times(Decimal::new(share, 2), Rounding::Up).unwrap();
                item.allocate(Allocation::new(Id::natural("payment", "P"), part, day(1, 1) + Days::new(when))).unwrap();
            }
            let mut sum = Decimal::ZERO;
            for after in 1..=days {
                let on = day(1, 15) + Days::new(after);
                let rate = rates.range(..=on).next_back().unwrap().1.value();
                sum += item.outstanding(on).unwrap().amount() * rate;
            }
            let wanted = Money::rounded(sum / Decimal::from(36_500), Currency::EUR, Rounding::HalfUp).unwrap();
            prop_assert_eq!(dunning.interest(&item, day(1, 15) + Days::new(days)).unwrap(), wanted);
        }

        /// A statement proves itself, and one follows on the other.
        #[test]
        fn a_statement_proves_itself(
            charged in prop::collection::vec((0..90_u64, -50_000..90_000_i64), 0..6),
            paid in prop::collection::vec((0..120_u64, 1..60_000_i64, prop::option::of(0..6_usize), any::<bool>()), 0..5),
            cut in 0..150_u64,
        ) {
            let at = |offset: u64| day(1, 1) + Days::new(offset);
            let mut items: Vec<OpenItem> = charged.iter().enumerate().filter(|(_, (_, amount))| *amount != 0).map(|(place, (on, amount))| {
                OpenItem::new(client(), format!("INV-{place}"), at(*on), at(on + 14), euro(*amount))
            }).collect();
            let mut payments = Vec::new();
            for (place, (on, amount, to, back)) in paid.iter().enumerate() {
                let made = NewPayment { party: client(), amount: euro(*amount), on: at(*on), entry: None };
                let mut payment = Payment::open(&Payment::make(made)).unwrap();
                let id = Id::natural("payment", &place.to_string());
                if let Some(item) = to.and_then(|to| items.get_mut(to)) {
                    let part = Allocation::new(id, euro(*amount), at(*on));
                    let told = PaymentPart { document: Id::natural("invoice", item.document()), instalment: 1, part };
                    if let (Ok(Decision::Record(part)), Ok(Decision::Record(fact))) = (item.admit(&part), payment.allocate(vec![told])) {
                        item.take(&part);
                        payment.apply(&fact);
                    }
                } else if *back {
                    let back = PaymentReturn { on: at(on + 3), reason: "no funds".into() };
                    payment.apply(&payment.send_back(back).unwrap().fact().unwrap());
                }
                payments.push(payment);
            }
            let drawn = |days| ClientStatement::draw_up(client(), &items, &payments, days, Currency::EUR).unwrap();
            let whole = drawn(DateRange::inclusive(day(1, 1), day(12, 31)).unwrap());
            let first = drawn(DateRange::inclusive(day(1, 1), at(cut)).unwrap());
            let second = drawn(DateRange::inclusive(at(cut + 1), day(12, 31)).unwrap());
            for statement in [&whole, &first, &second] {
                prop_assert!(statement.gap().unwrap().is_zero());
                let moved = Money::sum(statement.lines.iter().map(|line| line.amount), Currency::EUR).unwrap();
                prop_assert_eq!(statement.opening.checked_add(moved).unwrap(), statement.closing);
            }
            prop_assert_eq!((first.closing, second.closing), (second.opening, whole.closing));
            prop_assert_eq!(first.lines.len() + second.lines.len(), whole.lines.len());
        }
    }

    #[test]
    fn a_receipt_goes_to_its_clients_invoices_alone() {
        let office = Office::on(MemoryStore::new());
        drafted(&office, "1", draft(vec![line(1_000, 10_000, 19)]));
        issue(&office, "issue", "1", day(10, 8)).unwrap();
        let receive = |name: &str, party: &str, amount| {
            let made =
                NewPayment { party: Id::natural("party", party), amount: euro(amount), on: day(10, 9), entry: None };
            create(&office, name, Id::<Payment>::natural("payment", name), &Payment::make(made));
        };
        receive("P", "Museum", 1_000);
        receive("S", "Stranger", 1_000);
        let allocate =
            |key: &str, payment: &str, amount| {
                let (payment, parts) = (Id::natural("payment", payment), [ReceiptPart::of(id("1"), euro(amount))]);
                wait(office.transact(&command(key), |tx| async move {
                    allocate_receipt(&tx, payment, &parts, day(10, 10)).await
                }))
            };
        assert!(matches!(
            allocate("other", "S", 100),
            Err(AllocateReceiptError::Part(ReceiptPartError::OtherClient { .. }))
        ));
        assert!(matches!(allocate("more", "P", 1_001), Err(AllocateReceiptError::Payment(_))));
        allocate("part", "P", 1_000).unwrap();
        allocate("again", "P", 1_000).unwrap();
        assert_eq!(invoice(&office, "1").outstanding(day(10, 10)).unwrap(), Some(euro(190)));
        let open = wait(office.view(|view| async move { view.list(ClientInvoice::OPEN, &client()).await })).unwrap();
        assert_eq!(open.len(), 1);
        // The bank sends it back: all is open again, and stays so.
        let send_back = |key: &str, reason: &str| {
            let back = PaymentReturn { on: day(10, 12), reason: reason.into() };
            wait(office.transact(&command(key), |tx| {
                let back = back.clone();
                async move { return_receipt(&tx, Id::natural("payment", "P"), back).await }
            }))
        };
        send_back("back", "no funds").unwrap();
        send_back("back again", "no funds").unwrap();
        assert!(matches!(send_back("otherwise", "closed"), Err(ReturnReceiptError::Payment(_))));
        let outstanding = |on| invoice(&office, "1").outstanding(on).unwrap();
        assert_eq!((outstanding(day(10, 11)), outstanding(day(10, 12))), (Some(euro(190)), Some(euro(1_190))));
    }

    #[test]
    fn stored_forms() {
        let office = Office::on(MemoryStore::new());
        drafted(&office, "1", draft(vec![line(2_000, 10_000, 19)]));
        issue(&office, "issue", "1", day(10, 8)).unwrap();
        let half = BTreeMap::from([(0, Quantity::whole(1, UnitCode::EACH))]);
        credit(&office, "credit", ("1", "C"), Some(&half), day(10, 9)).unwrap();
        let dunning =
            Dunning::new(vec![DunningLevel { after_days: 0, fee: euro(500) }], BTreeMap::new(), Rounding::HalfUp)
                .unwrap();
        decide(&office, "remind", "1", |invoice| invoice.remind(1, &dunning, day(11, 1)).unwrap());
        decide(&office, "posted", "1", |invoice| invoice.posted(EntryId::natural("entry", "1")).unwrap());
        let facts = |name: &'static str| {
            let history = wait(office.view(|view| async move { view.history(id(name), 0, 100).await })).unwrap();
            history.iter().map(|fact| fact.fact::<ClientInvoice>().unwrap().unwrap()).collect::<Vec<_>>()
        };
        let redrafted = ClientInvoiceFact::Redrafted { draft: Box::new(draft(vec![line(1_000, 10_000, 7)])) };
        let part = Allocation::new(Id::natural("payment", "P"), euro(100), day(10, 10));
        let (part, back) = (part, part.undone(day(10, 12)));
        let (entry, worth) = (EntryId::natural("entry", "1"), "92.00 USD".parse().unwrap());
        let change = ItemRevaluation { on: day(10, 31), change: worth, entry };
        let others = [
            redrafted,
            ClientInvoiceFact::Discarded,
            ClientInvoiceFact::Allocated { parts: [(1, part)].into() },
            ClientInvoiceFact::Returned { parts: [(1, back)].into() },
            ClientInvoiceFact::Posted { entry, worths: [(1, worth)].into() },
            ClientInvoiceFact::Revalued { items: [(2, vec![change])].into() },
        ];
        insta::assert_json_snapshot!("client_invoice", (invoice(&office, "1"), facts("1"), facts("C"), others));
        let quote =
            ClientQuote::offer(client(), draft(vec![line(1_000, 10_000, 19)]), day(10, 1), day(10, 31)).unwrap();
        let accepted = ClientQuoteFact::Accepted { on: day(10, 8), invoice: id("1") };
        let declined = ClientQuoteFact::Declined { reason: "too dear".into() };
        let mut state = ClientQuote::open(&quote).unwrap();
        state.apply(&accepted);
        insta::assert_json_snapshot!("client_quote", (state, quote, accepted, declined));
    }
}
