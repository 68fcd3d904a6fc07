//! What clients owe in instalments and are reminded of: laws 44 to 46, on a store.
#![cfg_attr(test, expect(clippy::arithmetic_side_effects, reason = "the numbers of these tests are small"))]

#[cfg(test)]
mod billing {
    use std::collections::BTreeMap;
    use std::sync::Barrier;

    use chrono::{DateTime, Days, NaiveDate};
    use office_core::subject::{PartyId, PaymentId};
    use office_core::{
        Actor, Command, Currency, DateRange, Id, MemoryStore, Money, Office, Percent, Quantity, Restart, Role,
        Rounding, Series, StoreError, Tx, UnitCode, UnitPrice, fold, wait,
    };
    use office_finance::{
        Account, AccountKind, Ageing, AllocateReceiptError, AllocationError, Balances, ChargeReminderError, Chart,
        ClientInvoice, ClientInvoiceFact, ClientInvoiceId, ClientInvoiceStatus, ClientStatement, DueRule, Dunning,
        DunningLevel, Instalment, InvoiceDocument, InvoiceDraft, InvoiceInstalment, InvoiceLine, InvoiceParty,
        IssueInvoiceError, JournalEntry, LateCharge, LateChargeRules, NewPayment, OpenItem, Payment, PaymentTerms,
        Period, ReceiptPart, ReceiptPartError, ReceivableRules, RemindError, TaxCategory, TaxClass,
        WaiveLateChargeError, allocate_receipt, allocate_receipt_oldest_first, charge_reminder, issue_invoice,
        issue_invoice_by_terms, waive_late_charge,
    };
    use office_scratch::offices;
    use proptest::prelude::*;

    fn day(month: u32, day: u32) -> NaiveDate {
        NaiveDate::from_ymd_opt(2026, month, day).unwrap()
    }

    fn euro(minor: i64) -> Money {
        Money::from_minor(minor, Currency::EUR)
    }

    fn client() -> PartyId {
        Id::natural("party", "Museum")
    }

    fn id(name: &str) -> ClientInvoiceId {
        Id::natural("client_invoice", name)
    }

    fn payment(name: &str) -> PaymentId {
        Id::natural("payment", name)
    }

    fn command(key: &str) -> Command {
        let clerk = Actor::new(Id::natural("person", "E-003"), Role::new("bookkeeper"));
        Command::new(key.replace(' ', "-"), "test", clerk, DateTime::from_timestamp(1_790_000_000, 0).unwrap()).unwrap()
    }

    fn series(name: &str) -> Series {
        Series::new(name, &format!("{name}-{{year}}-{{number:5}}"), Restart::EachYear).unwrap()
    }

    /// By a key of its own.
    fn act<T, E, F, Fut>(office: &Office, key: &str, run: F) -> Result<T, E>
    where
        T: std::fmt::Debug + serde::Serialize + serde::de::DeserializeOwned + Send,
        E: From<StoreError> + Send,
        F: FnMut(Tx) -> Fut + Send,
        Fut: Future<Output = Result<T, E>> + Send,
    {
        wait(office.transact(&command(key), run))
    }

    fn draft_of(office: &Office, name: &str, minor: i64) {
        let price = UnitPrice::per_unit(euro(minor).amount(), Currency::EUR, UnitCode::EACH).unwrap();
        let tax = TaxClass::standard(Percent::whole(19)).unwrap();
        let line = InvoiceLine::new("goods", Quantity::whole(1, UnitCode::EACH), price, tax);
        let party = |name: &str| InvoiceParty { name: name.into(), ..InvoiceParty::default() };
        let draft = InvoiceDraft::new(Currency::EUR, party("Office"), party("Museum"), vec![line]);
        let fact = &ClientInvoice::draft(client(), draft).unwrap();
        act(office, &format!("draft {name}"), |tx| async move { tx.create(id(name), fact.clone()).await }).unwrap();
    }

    /// In parts of these shares, each so many days after the last.
    fn terms(parts: &[(i32, u16)]) -> PaymentTerms {
        let mut days = 0;
        let parts = parts.iter().map(|(share, more)| {
            days += more;
            Instalment { share: Percent::whole(*share), due: DueRule::net(days) }
        });
        PaymentTerms::new(parts.collect()).unwrap()
    }

    fn issue(
        office: &Office,
        key: &str,
        name: &str,
        on: NaiveDate,
        terms: &PaymentTerms,
    ) -> Result<String, IssueInvoiceError> {
        let series = &series("INV");
        let issued = act(office, key, |tx| async move {
            issue_invoice_by_terms(&tx, id(name), series, on, terms, Rounding::HalfUp).await
        });
        issued.map(|number| number.to_string())
    }

    fn receive(office: &Office, name: &str, minor: i64, on: NaiveDate) {
        let made = &Payment::make(NewPayment { party: client(), amount: euro(minor), on, entry: None });
        let key = Payment::key(payment(name));
        act(office, &format!("receive {name}"), |tx| async move { tx.create(key, made.clone()).await }).unwrap();
    }

    fn oldest_first(office: &Office, key: &str, name: &str, on: NaiveDate) -> Result<Money, AllocateReceiptError> {
        let payment = payment(name);
        act(office, key, |tx| async move { allocate_receipt_oldest_first(&tx, payment, on).await })
    }

    fn invoice(office: &Office, name: &str) -> ClientInvoice {
        load(office, id(name))
    }

    fn load(office: &Office, id: ClientInvoiceId) -> ClientInvoice {
        wait(office.view(|view| async move { view.load(id).await })).map_err(|error: StoreError| error).unwrap()
    }

    fn all(office: &Office) -> Vec<ClientInvoice> {
        let stored = wait(office.view(|view| async move { view.every::<ClientInvoice>(None, 100).await }));
        stored.map_err(|error: StoreError| error).unwrap().into_iter().map(|(_, invoice)| invoice).collect()
    }

    fn payments(office: &Office) -> Vec<Payment> {
        let stored = wait(office.view(|view| async move { view.every::<Payment>(None, 100).await }));
        stored.map_err(|error: StoreError| error).unwrap().into_iter().map(|(_, payment)| payment).collect()
    }

    fn sum(amounts: impl IntoIterator<Item = Money>) -> Money {
        Money::sum(amounts, Currency::EUR).unwrap()
    }

    fn statement(office: &Office, from: NaiveDate, to: NaiveDate) -> ClientStatement {
        let (invoices, payments) = (all(office), payments(office));
        let items: Vec<&OpenItem> = invoices.iter().flat_map(ClientInvoice::items).collect();
        let days = DateRange::inclusive(from, to).unwrap();
        ClientStatement::draw_up(client(), items, &payments, days, Currency::EUR).unwrap()
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(40))]
        /// Laws 44 and 45: instalments make the invoice, receipts go to what is due first, and on every day what a client
        /// owes is what was charged less what came in.
        #[test]
        fn instalments_make_the_invoice_and_receipts_go_to_the_oldest(
            amounts in prop::collection::vec((1..9_000_000_i64, 0..40_u64, prop::collection::vec((1..30_i32, 1..40_u16), 0..5)), 1..4),
            paid in prop::collection::vec((0..150_u64, 1..6_000_000_i64), 0..5), cut in 0..200_u64,
        ) {
            let office = Office::on(MemoryStore::new());
            let at = |offset: u64| day(1, 1) + Days::new(offset);
            for (place, (amount, on, parts)) in amounts.iter().enumerate() {
                let (name, rest) = (&place.to_string(), 100 - parts.iter().map(|(share, _)| share).sum::<i32>().min(99));
                let mut shares: Vec<(i32, u16)> = if rest < 2 { vec![] } else { parts.clone() };
                shares.push((100 - shares.iter().map(|(share, _)| share).sum::<i32>(), 1));
                draft_of(&office, name, *amount);
                let terms = terms(&shares);
                let number = issue(&office, &format!("issue {name}"), name, at(*on), &terms).unwrap();
                prop_assert_eq!(issue(&office, &format!("again {name}"), name, at(*on), &terms).unwrap(), number);
                let issued = invoice(&office, name);
                let owed = issued.document().unwrap().owed();
                prop_assert_eq!(sum(issued.items().iter().map(OpenItem::amount)), owed);
                prop_assert!(issued.items().iter().zip(issued.items().iter().skip(1)).all(|(one, next)| one.due() < next.due()));
                prop_assert_eq!(issued.items().last().unwrap().due(), issued.document().unwrap().due());
            }
            let mut paid: Vec<(u64, i64)> = paid.clone();
            paid.sort_unstable();
            for (place, (on, amount)) in paid.iter().enumerate() {
                let name = &place.to_string();
                receive(&office, name, *amount, at(*on));
                let left = oldest_first(&office, &format!("allocate {name}"), name, at(*on)).unwrap();
                // Once more changes nothing.
                prop_assert_eq!(oldest_first(&office, &format!("once more {name}"), name, at(*on)).unwrap(), left);
                let invoices = all(&office);
                let mut items: Vec<&OpenItem> = invoices.iter().flat_map(ClientInvoice::items).filter(|item| item.on() <= at(*on)).collect();
                items.sort_by_key(|item| (item.due(), item.document().to_owned()));
                let open: Vec<Money> = items.iter().map(|item| item.outstanding_ever().unwrap()).collect();
                let first = open.iter().position(|left| !left.is_zero()).unwrap_or(open.len());
                // Nothing stays on account while anything is owed, and nothing goes past what is due earlier.
                prop_assert!(left.is_zero() || first == open.len());
                let went = items.iter().rposition(|item| item.allocations().iter().any(|part| part.payment == payment(name)));
                prop_assert!(went.is_none_or(|went| went <= first));
            }
            let invoices = all(&office);
            let items: Vec<&OpenItem> = invoices.iter().flat_map(ClientInvoice::items).collect();
            let on = at(cut);
            let owed = sum(items.iter().map(|item| item.outstanding(on).unwrap()));
            prop_assert_eq!(Ageing::as_of(items.iter().copied(), on, &[30, 60], Currency::EUR).unwrap().total, owed);
            let (before, after) = (statement(&office, day(1, 1), on), statement(&office, on + Days::new(1), day(12, 31)));
            let moved = |told: &ClientStatement| sum(told.lines.iter().map(|line| line.amount).chain([told.opening]));
            prop_assert_eq!((moved(&before), moved(&after)), (before.closing, after.closing));
            prop_assert_eq!((before.closing, before.outstanding), (after.opening, owed));
            prop_assert!(before.gap().unwrap().is_zero() && after.gap().unwrap().is_zero());
        }
    }

    #[test]
    fn a_receipt_goes_where_it_is_named_and_a_credit_note_to_what_is_due_first() {
        let office = Office::on(MemoryStore::new());
        draft_of(&office, "1", 10_000);
        let terms = terms(&[(50, 10), (50, 30)]);
        issue(&office, "issue", "1", day(1, 1), &terms).unwrap();
        // Issued in instalments, it is not issued as a whole, nor otherwise.
        let series = &series("INV");
        let whole =
            act(&office, "whole", |tx| async move { issue_invoice(&tx, id("1"), series, day(1, 1), day(2, 10)).await });
        assert!(matches!(whole, Err(IssueInvoiceError::IssuedOtherwise { .. })), "{whole:?}");
        receive(&office, "P", 11_900, day(1, 5));
        let named = |key: &str, instalment, minor| {
            let parts = [ReceiptPart::of(id("1"), euro(minor)).to_instalment(instalment)];
            act(&office, key, |tx| async move { allocate_receipt(&tx, payment("P"), &parts, day(1, 6)).await })
        };
        let refused = |key: &str, instalment, minor| match named(key, instalment, minor) {
            Err(AllocateReceiptError::Part(ReceiptPartError::Item(refused))) => refused,
            other => panic!("{other:?}"),
        };
        let (amount, outstanding) = (euro(5_951), euro(5_950));
        assert_eq!(refused("over", 2, 5_951), AllocationError::Amount { amount, outstanding });
        assert_eq!(refused("none", 3, 1), AllocationError::NoInstalment { instalment: 3 });
        named("second", 2, 5_000).unwrap();
        named("again", 2, 5_000).unwrap();
        assert_eq!(refused("other", 2, 5_001), AllocationError::Reused { payment: payment("P"), earlier: euro(5_000) });
        let open =
            || invoice(&office, "1").items().iter().map(|item| item.outstanding_ever().unwrap()).collect::<Vec<_>>();
        assert_eq!(open(), [euro(5_950), euro(950)]);
        receive(&office, "Q", 6_500, day(1, 7));
        let rest = |key: &str, parts: &[ReceiptPart]| {
            act(&office, key, |tx| async move { allocate_receipt(&tx, payment("Q"), parts, day(1, 8)).await })
        };
        let part = ReceiptPart::of(id("1"), euro(6_500));
        let twice = rest("twice", &[ReceiptPart::of(id("1"), euro(1)), part.to_instalment(2)]);
        assert!(matches!(twice, Err(AllocateReceiptError::Part(ReceiptPartError::Twice { .. }))), "{twice:?}");
        for key in ["rest", "rest again"] {
            rest(key, &[part]).unwrap();
        }
        assert_eq!(open(), [euro(0), euro(400)]);
    }

    #[test]
    fn an_invoice_as_a_whole_is_one_with_one_instalment() {
        let office = Office::on(MemoryStore::new());
        for name in ["1", "2", "3"] {
            draft_of(&office, name, 10_000);
        }
        let series = &series("INV");
        let whole = |key: &str, name: &'static str| {
            act(&office, key, |tx| async move { issue_invoice(&tx, id(name), series, day(1, 1), day(1, 11)).await })
        };
        whole("as a whole", "1").unwrap();
        issue(&office, "by terms", "2", day(1, 1), &terms(&[(100, 10)])).unwrap();
        let told = |name: &str| invoice(&office, name).items().iter().map(|item| (item.due(), item.amount())).collect();
        let (one, other): (Vec<_>, Vec<_>) = (told("1"), told("2"));
        assert_eq!((one.as_slice(), other), ([(day(1, 11), euro(11_900))].as_slice(), one.clone()));
        // So each is recognised as the other.
        assert_eq!(whole("again", "2").unwrap().to_string(), "INV-2026-00002");
        // Parts that do not make it, or are not in the order of their days, are refused.
        let part = |on, minor| InvoiceInstalment { due: on, amount: euro(minor), discounts: vec![] };
        let drafted = invoice(&office, "3");
        let ClientInvoiceStatus::Draft(draft) = drafted.status().clone() else { panic!("a draft") };
        let document = InvoiceDocument::new("INV-2026-00003".parse().unwrap(), day(1, 1), day(1, 11), *draft).unwrap();
        let wrong = [
            vec![part(day(1, 11), 11_899)],
            vec![part(day(1, 10), 11_900)],
            vec![part(day(1, 11), 1), part(day(1, 10), 1), part(day(1, 11), 11_898)],
            vec![part(day(1, 10), 12_000), part(day(1, 11), -100)],
            vec![],
        ];
        for parts in wrong {
            let refused = drafted.issue_in_parts(document.clone(), parts);
            assert!(matches!(refused, Err(IssueInvoiceError::Instalments { .. })), "{refused:?}");
        }
        assert!(drafted.issue_in_parts(document, vec![part(day(1, 11), 1), part(day(1, 11), 11_899)]).is_ok());
    }

    fn dunning() -> Dunning {
        let level = |after_days, fee| DunningLevel { after_days, fee: euro(fee) };
        let rates = BTreeMap::from([(day(1, 1), Percent::whole(10))]);
        Dunning::new(vec![level(5, 0), level(20, 500), level(60, 1_000)], rates, Rounding::HalfUp).unwrap()
    }

    fn late() -> LateChargeRules {
        LateChargeRules {
            fee_text: "Reminder".into(),
            interest_text: "Interest".into(),
            tax: TaxClass::new(TaxCategory::OutOfScope, Percent::ZERO).unwrap(),
            exemption: "damages".into(),
            days: 7,
            series: series("LC"),
            credit_series: series("LN"),
            fees: "4830".parse().unwrap(),
            interest: "7100".parse().unwrap(),
            output_tax: None,
        }
    }

    fn books() -> ReceivableRules {
        let of = |code: &str, kind| Account::new(code.parse().unwrap(), code, kind);
        let accounts =
            [of("1200", AccountKind::Asset), of("4830", AccountKind::Income), of("7100", AccountKind::Income)];
        let (chart, banks) = (Chart::new(accounts).unwrap(), BTreeMap::new());
        ReceivableRules { chart, receivables: "1200".parse().unwrap(), banks, currencies: None }
    }

    fn open_books(office: &Office) {
        act(office, "periods", |tx| async move {
            for month in 1..=12 {
                tx.create(Period::id_of(day(month, 1)), Period::begin(2026, month).unwrap()).await?;
            }
            Ok::<_, StoreError>(())
        })
        .unwrap();
    }

    fn remind(office: &Office, key: &str, of: ClientInvoiceId, instalment: u32, dunning: &Dunning, on: NaiveDate) {
        act(office, key, |tx| async move {
            let reminded = tx.load(of).await?.remind(instalment, dunning, on).unwrap();
            tx.decide(of, reminded).await
        })
        .unwrap();
    }

    fn charge(office: &Office, key: &str, instalment: u32) -> Result<Option<ClientInvoiceId>, ChargeReminderError> {
        let (books, rules) = (&books(), &late());
        act(office, key, |tx| async move { charge_reminder(&tx, books, rules, id("1"), instalment).await })
    }

    fn balance(office: &Office, code: &str) -> Money {
        let entries = wait(office.view(|view| async move { view.every::<JournalEntry>(None, 100).await }));
        let entries = entries.map_err(|error: StoreError| error).unwrap();
        Balances::as_of(entries.iter().map(|(_, entry)| entry), day(12, 31), Currency::EUR)
            .unwrap()
            .of(&code.parse().unwrap())
    }

    #[test]
    fn what_is_charged_is_stored_like_this() {
        let charge = LateCharge { charge: id("LC"), instalment: 1, level: 2, fee: euro(500), interest: euro(99) };
        let (fact, late) = (ClientInvoiceFact::ReminderCharged(charge), id("LC"));
        let charge = serde_json::json!({ "charge": late, "instalment": 1, "level": 2, "fee": "5.00 EUR", "interest": "0.99 EUR" });
        assert_eq!(serde_json::to_value(&fact).unwrap(), serde_json::json!({ "reminder_charged": charge }));
        let part = InvoiceInstalment { due: day(10, 22), amount: euro(595), discounts: vec![] };
        let told = serde_json::json!({ "due": "2026-10-22", "amount": "5.95 EUR" });
        assert_eq!(serde_json::to_value(&part).unwrap(), told);
        assert_eq!(serde_json::from_value::<InvoiceInstalment>(told).unwrap(), part);
    }

    /// Law 46: each instalment is reminded of on its own; what that costs is charged once, by a number of its own, is in the
    /// books, and is waived by a credit note.
    #[test]
    fn what_a_reminder_costs_is_charged_once_and_waived_once() {
        let (_places, offices) = offices();
        for office in offices {
            open_books(&office);
            draft_of(&office, "1", 1_000_000);
            issue(&office, "issue", "1", day(1, 1), &terms(&[(50, 10), (50, 30)])).unwrap();
            let (dunning, office) = (&dunning(), &office);
            assert!(matches!(charge(office, "early", 1), Err(ChargeReminderError::NotReminded { instalment: 1 })));
            // The first instalment, of 5950.00, is due on 11 January, and the second on 10 February.
            remind(office, "first", id("1"), 1, dunning, day(1, 21));
            assert_eq!(
                invoice(office, "1").remind(2, dunning, day(1, 21)),
                Err(RemindError::NothingDue { on: day(1, 21) })
            );
            let first = charge(office, "charge first", 1).unwrap().unwrap();
            // Ten days of a tenth in the year.
            assert_eq!(load(office, first).outstanding(day(1, 21)).unwrap(), Some(euro(1_630)));
            // Twice on a day is once.
            remind(office, "first again", id("1"), 1, dunning, day(1, 21));
            assert_eq!(charge(office, "charge again", 1).unwrap(), Some(first));

            // Of the second level, what the first has not charged.
            remind(office, "second", id("1"), 1, dunning, day(2, 10));
            let start = &Barrier::new(2);
            let told: Vec<_> = std::thread::scope(|scope| {
                let each = ["charge one", "charge other"].map(|key| {
                    scope.spawn(move || {
                        start.wait();
                        charge(office, key, 1).unwrap()
                    })
                });
                each.into_iter().map(|thread| thread.join().unwrap()).collect()
            });
            assert_eq!(told[0], told[1]);
            let second = load(office, told[0].unwrap());
            assert_eq!(second.document().unwrap().number().to_string(), "LC-2026-00002");
            // Thirty days, less the ten that were charged; and the fee.
            assert_eq!(second.outstanding(day(2, 10)).unwrap(), Some(euro(4_890 - 1_630 + 500)));
            assert_eq!([balance(office, "4830"), balance(office, "7100")], [euro(-500), euro(-4_890)]);
            assert_eq!(balance(office, "1200"), euro(5_390));

            // Reminders bear nothing unless the rules say so.
            let none = second.remind(1, dunning, day(12, 1));
            assert_eq!(none, Err(RemindError::NothingDue { on: day(12, 1) }));
            assert!(second.remind(1, &dunning.clone().compounding(), day(12, 1)).is_ok());

            let (books, rules) = (&books(), &late());
            let waive = |key: &str, of| {
                act(office, key, |tx| async move { waive_late_charge(&tx, books, rules, of, day(2, 20)).await })
            };
            let other = waive("other", id("1"));
            assert!(matches!(other, Err(WaiveLateChargeError::NoLateCharge { .. })), "{other:?}");
            let number = waive("waive", told[0].unwrap()).unwrap();
            assert_eq!(
                (number.to_string().as_str(), waive("waive again", told[0].unwrap()).unwrap() == number),
                ("LN-2026-00001", true)
            );
            assert_eq!(load(office, told[0].unwrap()).outstanding(day(2, 20)).unwrap(), Some(euro(0)));
            assert_eq!([balance(office, "4830"), balance(office, "7100")], [euro(0), euro(-1_630)]);
            // What is stored is what its facts make.
            let history = wait(office.view(|view| async move { view.history(first, 0, 100).await })).unwrap();
            let facts: Vec<ClientInvoiceFact> =
                history.iter().map(|fact| fact.fact::<ClientInvoice>().unwrap().unwrap()).collect();
            assert!(matches!(facts[0], ClientInvoiceFact::LateChargeIssued { .. }));
            assert_eq!(fold::<ClientInvoice>(&facts), Some(load(office, first)));
            // What was waived is not charged again.
            remind(office, "third", id("1"), 1, dunning, day(3, 13));
            let third = load(office, charge(office, "charge third", 1).unwrap().unwrap());
            assert_eq!(third.outstanding(day(3, 13)).unwrap(), Some(euro(9_944 - 4_890 + 1_000)));
            assert!(statement(office, day(1, 1), day(12, 31)).gap().unwrap().is_zero());
        }
    }
}
