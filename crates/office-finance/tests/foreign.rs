//! Entries in foreign currencies, through the public API.

#[cfg(test)]
mod laws {
    use chrono::NaiveDate;
    use office_core::{Currency, Decimal, ExchangeRate, Money, Rate, Rounding};
    use office_finance::{
        AccountCode, Balances, Conversion, Entry, EntryError, EntryId, EntryNumber, JournalEntry, Posting,
    };
    use proptest::prelude::*;

    const FOREIGN: [Currency; 3] = [Currency::USD, Currency::JPY, Currency::GBP];

    fn day() -> NaiveDate {
        NaiveDate::from_ymd_opt(2026, 10, 1).unwrap()
    }

    fn code(text: &str) -> AccountCode {
        text.parse().unwrap()
    }

    fn conversion(rates: [i64; 3], rounding: Rounding) -> Conversion {
        let rate = |(currency, rate): (Currency, i64)| {
            let rate = Rate::new(Decimal::new(rate, 4)).unwrap();
            ExchangeRate::new(currency, Currency::EUR, rate, day()).unwrap()
        };
        let rates = FOREIGN.into_iter().zip(rates).map(rate);
        Conversion::new(Currency::EUR, rates, rounding, code("6969")).unwrap()
    }

    /// Lines that balance in each of their currencies.
    fn lines() -> impl Strategy<Value = Vec<(usize, Vec<i64>)>> {
        let amounts = prop::collection::vec(prop_oneof![-99_999..-1_i64, 1..99_999_i64], 1..6);
        prop::collection::vec((0..FOREIGN.len(), amounts), 1..4)
    }

    fn postings(lines: &[(usize, Vec<i64>)]) -> Vec<Posting> {
        let mut postings = Vec::new();
        for (currency, amounts) in lines {
            let money = |minor| Money::from_minor(minor, FOREIGN[*currency]);
            let rest = amounts.iter().sum::<i64>();
            postings.extend(amounts.iter().map(|minor| Posting::debit(code("6300"), money(*minor))));
            postings.push(Posting::credit(code("1810"), money(rest)));
        }
        postings.retain(|posting| !posting.amount.is_zero());
        postings
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(512))]

        /// Law 1: what is converted balances in each currency and in worth, and what rounding leaves over is booked.
        #[test]
        fn converted_entries_balance_in_worth(
            lines in lines(),
            rates in prop::array::uniform3(1_i64..2_000_000),
            rounding in prop::sample::select(vec![Rounding::HalfUp, Rounding::HalfEven, Rounding::Down, Rounding::Up]),
        ) {
            let postings = postings(&lines);
            let conversion = conversion(rates, rounding);
            let entry = Entry::balanced(day(), "x", conversion.convert(postings.clone()).unwrap()).unwrap();
            let differences = entry.postings().iter().skip(postings.len());
            for difference in differences {
                prop_assert!(difference.amount.is_zero());
                let cents = difference.told_in(Currency::EUR).unwrap().minor().unsigned_abs();
                prop_assert!(cents >= 1 && cents <= u128::try_from(postings.len()).unwrap());
            }
            // In no currency does anything stand in the end.
            let number = EntryNumber { year: 2026, place: 1 };
            let posted = JournalEntry::new(number, entry);
            for currency in FOREIGN.into_iter().chain([Currency::EUR]) {
                let balances = Balances::as_of([&posted], day(), currency).unwrap();
                let sum = Money::sum(balances.iter().map(|(_, balance)| balance), currency).unwrap();
                prop_assert!(sum.is_zero());
            }
            // Undone, nothing stands on any account.
            let ids = |name| EntryId::natural("entry", name);
            let (undoing, _) = posted.reverse(ids("a"), ids("b"), day()).unwrap();
            let both = [posted, JournalEntry::new(EntryNumber { year: 2026, place: 2 }, undoing)];
            let balances = Balances::as_of(&both, day(), Currency::EUR).unwrap();
            prop_assert!(balances.iter().all(|(_, balance)| balance.is_zero()));
        }

        /// Law 1: a worth that is off by anything is refused.
        #[test]
        fn a_worth_that_is_off_is_refused(lines in lines(), at in any::<prop::sample::Index>(), off in 1_i64..100) {
            let mut postings = conversion([9_200, 61, 11_500], Rounding::HalfUp).convert(postings(&lines)).unwrap();
            prop_assume!(!postings.is_empty());
            let at = at.index(postings.len());
            let euro = Money::from_minor(off, Currency::EUR);
            let worth = postings[at].told_in(Currency::EUR).unwrap().checked_add(euro).unwrap();
            postings[at] = postings[at].clone().worth(worth);
            match Entry::balanced(day(), "x", postings) {
                Err(EntryError::UnbalancedWorth { excess }) => prop_assert_eq!(excess, euro),
                // The difference of a rounding became nothing.
                Err(EntryError::Nothing { at: nothing }) => prop_assert_eq!(nothing, at),
                other => prop_assert!(false, "{other:?}"),
            }
        }
    }
}

/// Items in foreign currencies, from booking to payment.
#[cfg(test)]
#[expect(clippy::arithmetic_side_effects, reason = "the numbers of these tests are small")]
mod items {
    use chrono::{Days, NaiveDate};
    use office_core::subject::PaymentId;
    use office_core::{Currency, Decimal, Decision, ExchangeRate, Money, Rate, Rounding};
    use office_finance::{
        AccountCode, Allocation, AllocationError, CurrencyError, CurrencyRules, Entry, EntryId, ExchangeRates,
        ItemRevaluation, OpenItem, Posting, SettleError,
    };
    use proptest::prelude::*;

    fn day(after: u64) -> NaiveDate {
        NaiveDate::from_ymd_opt(2026, 10, 1).unwrap() + Days::new(after)
    }

    fn euro(minor: i64) -> Money {
        Money::from_minor(minor, Currency::EUR)
    }

    fn dollars(minor: i64) -> Money {
        Money::from_minor(minor, Currency::USD)
    }

    fn code(text: &str) -> AccountCode {
        text.parse().unwrap()
    }

    fn rate(rate: i64, on: NaiveDate) -> ExchangeRate {
        ExchangeRate::new(Currency::USD, Currency::EUR, Rate::new(Decimal::new(rate, 4)).unwrap(), on).unwrap()
    }

    fn rules(rates: impl IntoIterator<Item = ExchangeRate>, rounding: Rounding) -> CurrencyRules {
        CurrencyRules {
            rates: ExchangeRates::new(Currency::EUR, rates).unwrap(),
            rounding,
            realised_gain: code("4840"),
            realised_loss: code("6880"),
            unrealised_gain: code("4841"),
            unrealised_loss: code("6881"),
            difference: code("6969"),
        }
    }

    fn item(minor: i64) -> OpenItem {
        OpenItem::new(PaymentId::natural("party", "V").retag(), "NR-1", day(0), day(30), dollars(minor))
    }

    /// What happens to an item: a payment at a rate of so many percent of what is outstanding, with so many percent of
    /// it taken off and so much written off; the coming back of an earlier payment; a revaluation.
    #[derive(Clone, Debug)]
    enum Step {
        Pay { rate: i64, percent: i64, discount: i64, write_off: i64 },
        Back { which: prop::sample::Index },
        Revalue { rate: i64, taken_back: bool },
    }

    fn step() -> impl Strategy<Value = Step> {
        let rates = || 5_000..20_000_i64;
        prop_oneof![
            4 => (rates(), 1..100_i64, 0..4_i64, -3..4_i64)
                .prop_map(|(rate, percent, discount, write_off)| Step::Pay { rate, percent, discount, write_off }),
            2 => any::<prop::sample::Index>().prop_map(|which| Step::Back { which }),
            2 => (rates(), any::<bool>()).prop_map(|(rate, taken_back)| Step::Revalue { rate, taken_back }),
        ]
    }

    /// The item as a list of what was booked, paid, taken off and revalued, summed anew each time.
    #[derive(Default)]
    struct Naive {
        paid: Vec<(PaymentId, i128, i128, i128)>,
        revalued: i128,
    }

    fn minor(money: Money) -> i64 {
        i64::try_from(money.minor()).unwrap()
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(512))]

        /// Law 36: however an item is paid, in parts, with discounts, at whatever rates, and whatever comes back or is
        /// revalued between: what it realises is what it was settled for less what it was booked at, and once nothing is
        /// outstanding it is worth nothing.
        #[test]
        fn realised_gains_are_what_was_paid_less_what_was_booked(
            amount in prop_oneof![-500_000..-100_i64, 100..500_000_i64],
            booked in 5_000..20_000_i64,
            steps in prop::collection::vec(step(), 0..12),
            last in 5_000..20_000_i64,
            rounding in prop::sample::select(vec![Rounding::HalfUp, Rounding::HalfEven, Rounding::Down, Rounding::Up]),
        ) {
            let worth = |of: Money, at: i64| rate(at, day(0)).convert(of, rounding).unwrap();
            let cost = worth(dollars(amount), booked);
            let mut item = item(amount).booked_at(cost).unwrap();
            let mut naive = Naive::default();
            let pay_all = Step::Pay { rate: last, percent: 100, discount: 0, write_off: 0 };
            for (at, step) in steps.into_iter().chain([pay_all]).enumerate() {
                let on = day(u64::try_from(at).unwrap());
                let outstanding = minor(item.outstanding_ever().unwrap());
                match step {
                    Step::Pay { rate, percent, discount, write_off } => {
                        let id = PaymentId::natural("payment", &at.to_string());
                        let settles = outstanding * percent / 100;
                        let (off, write_off) = (settles * discount / 100, if percent == 100 { 0 } else { write_off });
                        let money = settles - off - write_off;
                        if settles == 0 || money.signum() != settles.signum() {
                            continue;
                        }
                        let off = Some(dollars(off)).filter(|off| !off.is_zero());
                        let write_off = Some(dollars(write_off)).filter(|off| !off.is_zero());
                        let part = Allocation { discount: off, write_off, ..Allocation::new(id, dollars(money), on) };
                        let bare = matches!(item.allocate(part), Err(AllocationError::Worth { .. }));
                        prop_assert!(bare);
                        let before = item.clone();
                        let paid = worth(part.amount, rate);
                        let part = item.settle(part, paid, rounding).unwrap();
                        item.allocate(part).unwrap();
                        // What comes back at once leaves the item as it was.
                        let mut undone = item.clone();
                        let Decision::Record(back) = undone.undo(id, on).unwrap() else { panic!() };
                        undone.take(&back);
                        prop_assert_eq!(undone.worth(on), before.worth(on));
                        let told = part.worth.unwrap();
                        let taken_off = told.discount.minor() + told.write_off.minor();
                        naive.paid.push((id, paid.minor(), taken_off, told.gain().unwrap().minor()));
                    }
                    Step::Back { which } if !naive.paid.is_empty() => {
                        let (id, ..) = naive.paid.remove(which.index(naive.paid.len()));
                        let Decision::Record(back) = item.undo(id, on).unwrap() else { panic!() };
                        item.take(&back);
                    }
                    Step::Back { .. } => {}
                    Step::Revalue { rate, taken_back } => {
                        let now = worth(dollars(outstanding), rate).checked_sub(item.worth(on).unwrap().unwrap()).unwrap();
                        let entry = EntryId::natural("revaluation", &at.to_string());
                        item.revalue(ItemRevaluation { on, change: now, entry });
                        if taken_back {
                            let (on, change) = (on + Days::new(1), now.negated());
                            item.revalue(ItemRevaluation { on, change, entry });
                        } else {
                            prop_assert_eq!(item.worth(on).unwrap().unwrap(), worth(dollars(outstanding), rate));
                            naive.revalued += now.minor();
                        }
                    }
                }
                let json = serde_json::to_string(&item).unwrap();
                prop_assert_eq!(serde_json::from_str::<OpenItem>(&json).unwrap(), item.clone());
            }
            prop_assert!(item.outstanding_ever().unwrap().is_zero());
            prop_assert_eq!(item.worth(day(60)).unwrap(), Some(euro(0)));
            let settled_for: i128 = naive.paid.iter().map(|(_, paid, off, _)| paid + off).sum();
            let gains: i128 = naive.paid.iter().map(|(.., gain)| gain).sum();
            prop_assert_eq!(gains, settled_for - cost.minor());
            // Of what was revalued, all is taken back.
            let taken_back: i128 = item.allocations().iter().map(|part| part.worth.unwrap().revalued.minor()).sum();
            prop_assert_eq!(taken_back, naive.revalued);
        }

        /// Law 36: the instalments of a document are worth together, to the cent, what its entry has brought to the
        /// control account.
        #[test]
        fn instalments_share_what_the_entry_has_brought(
            shares in prop::collection::vec(1..90_000_i64, 1..6),
            at in 5_000..20_000_i64,
            is_debt in any::<bool>(),
        ) {
            let sign = if is_debt { -1 } else { 1 };
            let items: Vec<OpenItem> =
                (1..).zip(&shares).map(|(place, share)| item(sign * share).instalment_of(place)).collect();
            let total = dollars(sign * shares.iter().sum::<i64>());
            let postings = vec![Posting::debit(code("3300"), total), Posting::credit(code("6837"), total)];
            let rules = rules([rate(at, day(0))], Rounding::HalfUp);
            let entry = rules.book(Entry::balanced(day(0), "licences", postings).unwrap()).unwrap();
            let valued = rules.value(items.clone(), &entry, &code("3300")).unwrap();
            let worth = Money::sum(valued.iter().map(|item| item.booked().unwrap()), Currency::EUR).unwrap();
            prop_assert_eq!(Some(worth), entry.postings()[0].told_in(Currency::EUR));
            prop_assert_eq!(worth, rules.worth(total, day(0)).unwrap());
            let short = rules.value(items[1..].to_vec(), &entry, &code("3300"));
            let refused = matches!(short, Err(CurrencyError::Items { .. }));
            prop_assert_eq!(refused, shares.len() > 1);
        }
    }

    /// IAS 21, paragraphs 21, 23 and 28; figures of our own: goods for 100,000 dollars are bought at 0.50, of which
    /// the debt is worth 50,000; at the end of the year a dollar is worth 0.55, a loss of 5,000 that is not realised; it is
    /// paid at 0.53, which brings back 2,000.
    #[test]
    fn a_debt_over_the_end_of_the_year() {
        let (bought, year_end, paid) = (day(0), day(30), day(60));
        let rates = [rate(5_000, bought), rate(5_500, year_end), rate(5_300, paid)];
        let rules = rules(rates, Rounding::HalfUp);
        let mut item = item(-10_000_000).booked_at(rules.worth(dollars(-10_000_000), bought).unwrap()).unwrap();
        let closing = rules.worth(item.amount(), year_end).unwrap();
        let change = closing.checked_sub(item.worth(year_end).unwrap().unwrap()).unwrap();
        assert_eq!(change, euro(-500_000));
        item.revalue(ItemRevaluation { on: year_end, change, entry: EntryId::natural("revaluation", "1") });
        let part = Allocation::new(PaymentId::natural("payment", "1"), item.amount(), paid);
        let part = item.settle(part, rules.worth(part.amount, paid).unwrap(), rules.rounding).unwrap();
        let worth = part.worth.unwrap();
        // Over both years 3,000 are lost: 5,000 in the first, and 2,000 less in the second.
        assert_eq!((worth.gain().unwrap(), worth.revalued), (euro(-300_000), euro(-500_000)));
        item.allocate(part).unwrap();
        assert_eq!(item.worth(paid), Ok(Some(euro(0))));

        let missing = rules.worth(dollars(1), day(1));
        assert_eq!(missing.unwrap_err().to_string(), "there is no rate for USD on 2026-10-02");
        let never = OpenItem::new(item.party(), "NR-2", day(0), day(1), dollars(1));
        assert!(matches!(never.settle(part, euro(1), Rounding::HalfUp), Err(SettleError::NotValued { .. })));
    }
}

/// Invoices to clients in a foreign currency: issued, posted, paid, credited and sent back.
#[cfg(test)]
#[expect(clippy::arithmetic_side_effects, reason = "the numbers of these tests are small")]
mod clients {
    use std::cell::{Cell, RefCell};
    use std::collections::BTreeMap;
    use std::fmt::Debug;

    use chrono::{DateTime, Datelike, Days, NaiveDate};
    use office_core::subject::{PartyId, PaymentId};
    use office_core::{
        Actor, Command, Currency, DateRange, Decimal, ExchangeRate, Id, MemoryStore, Money, Office, Percent, Quantity,
        Rate, Restart, Role, Rounding, Series, StoreError, Tx, wait,
    };
    use office_finance::{
        Account, AccountCode, AccountKind, Books, Chart, ClientCoding, ClientInvoice, ClientInvoiceId, ClientReceipt,
        CurrencyRules, Dimensions, DueRule, Dunning, DunningLevel, EntryId, ExchangeRates, Instalment, InvoiceDraft,
        InvoiceLine, InvoiceParty, LateChargeRules, OpenItem, PaymentReturn, PaymentTerms, Period,
        PostClientInvoiceError, ReceiptPart, ReceivableRules, ReceivePaymentError, RevaluationMethod, RevaluationRun,
        TaxCategory, TaxClass, charge_reminder, credit_invoice, entries_of, issue_invoice_by_terms,
        post_client_invoice, receive_payment, run_revaluation, send_receipt_back, waive_late_charge,
    };
    use proptest::prelude::*;

    const DAYS: u64 = 90;

    fn day(after: u64) -> NaiveDate {
        NaiveDate::from_ymd_opt(2026, 10, 1).unwrap() + Days::new(after)
    }

    fn code(text: &str) -> AccountCode {
        text.parse().unwrap()
    }

    fn dollars(minor: i128) -> Money {
        Money::try_from_minor(minor, Currency::USD).unwrap()
    }

    fn rules(rates: &[i64]) -> ReceivableRules {
        let account = |(code, kind): (&str, AccountKind)| Account::new(code.parse().unwrap(), code, kind);
        let income = ["4400", "4840", "4841", "6880", "6881", "6969"].map(|code| (code, AccountKind::Income));
        let assets = ["1210", "1810", "3806"].map(|code| (code, AccountKind::Asset));
        let rate = |(after, rate): (u64, &i64)| {
            let rate = Rate::new(Decimal::new(*rate, 4)).unwrap();
            ExchangeRate::new(Currency::USD, Currency::EUR, rate, day(after)).unwrap()
        };
        let currencies = CurrencyRules {
            rates: ExchangeRates::new(Currency::EUR, (0..).zip(rates).map(rate)).unwrap(),
            rounding: Rounding::HalfEven,
            realised_gain: code("4840"),
            realised_loss: code("6880"),
            unrealised_gain: code("4841"),
            unrealised_loss: code("6881"),
            difference: code("6969"),
        };
        ReceivableRules {
            chart: Chart::new(income.into_iter().chain(assets).map(account)).unwrap(),
            receivables: code("1210"),
            banks: [(Currency::USD, code("1810"))].into(),
            currencies: Some(currencies),
        }
    }

    fn coding() -> ClientCoding {
        ClientCoding {
            receivables: code("1210"),
            revenue: vec![(code("4400"), Dimensions::new())],
            adjustments: code("4400"),
            output_tax: [(TaxClass::standard(Percent::whole(19)).unwrap(), code("3806"))].into(),
            prepayments: code("1210"),
            rounding: code("4400"),
        }
    }

    fn series() -> Series {
        Series::new("invoice", "INV-{year}-{number:5}", Restart::EachYear).unwrap()
    }

    fn client() -> PartyId {
        Id::natural("party", "Museum")
    }

    fn dunning() -> Dunning {
        let level = DunningLevel { after_days: 1, fee: dollars(777) };
        Dunning::new(vec![level], BTreeMap::new(), Rounding::HalfUp).unwrap()
    }

    fn late() -> LateChargeRules {
        LateChargeRules {
            fee_text: "Reminder".to_owned(),
            interest_text: "Interest".to_owned(),
            tax: TaxClass::new(TaxCategory::OutOfScope, Percent::ZERO).unwrap(),
            exemption: "damages".to_owned(),
            days: 7,
            series: Series::new("late", "LC-{year}-{number:5}", Restart::EachYear).unwrap(),
            credit_series: Series::new("waived", "LN-{year}-{number:5}", Restart::EachYear).unwrap(),
            fees: code("4400"),
            interest: code("4400"),
            output_tax: None,
        }
    }

    struct World<'a> {
        office: Office,
        rules: &'a ReceivableRules,
        commands: Cell<u32>,
        documents: RefCell<Vec<ClientInvoiceId>>,
    }

    impl World<'_> {
        fn act<T, E, F, Fut>(&self, run: F) -> Result<T, E>
        where
            T: Debug + serde::Serialize + serde::de::DeserializeOwned + Send,
            E: From<StoreError> + Send,
            F: FnMut(Tx) -> Fut + Send,
            Fut: Future<Output = Result<T, E>> + Send,
        {
            self.commands.set(self.commands.get() + 1);
            let clerk = Actor::new(Id::natural("person", "E-003"), Role::new("bookkeeper"));
            let key = format!("command-{}", self.commands.get());
            wait(self.office.transact(&Command::new(key, "books", clerk, DateTime::UNIX_EPOCH).unwrap(), run))
        }

        fn stored(&self, id: ClientInvoiceId) -> ClientInvoice {
            let found: Result<ClientInvoice, StoreError> =
                wait(self.office.view(|view| async move { view.load(id).await }));
            found.unwrap()
        }

        fn all(&self) -> Vec<(ClientInvoiceId, ClientInvoice)> {
            self.documents.borrow().iter().map(|id| (*id, self.stored(*id))).collect()
        }

        fn one_of(&self, which: prop::sample::Index) -> Option<(ClientInvoiceId, ClientInvoice)> {
            let documents = self.documents.borrow();
            let id = (!documents.is_empty()).then(|| *which.get(documents.as_slice()));
            id.map(|id| (id, self.stored(id)))
        }

        fn next_id(&self) -> ClientInvoiceId {
            ClientInvoiceId::natural("invoice", &self.documents.borrow().len().to_string())
        }

        /// Ten hours at a price, in instalments of these shares, issued and in the books.
        fn issue(&self, price: i128, shares: &[i32], on: NaiveDate) {
            let id = self.next_id();
            let party = |name: &str| InvoiceParty { name: name.to_owned(), ..InvoiceParty::default() };
            let price = format!("{} / 1 h", dollars(price)).parse().unwrap();
            let tax = TaxClass::standard(Percent::whole(19)).unwrap();
            let line = InvoiceLine::new("Plans", "10 h".parse().unwrap(), price, tax);
            let draft = InvoiceDraft::new(Currency::USD, party("Office"), party("Museum"), vec![line]);
            let draft = &ClientInvoice::draft(client(), draft).unwrap();
            let part =
                |(days, share): (u16, &i32)| Instalment { share: Percent::whole(*share), due: DueRule::net(days) };
            let terms = &PaymentTerms::new((7..).step_by(7).zip(shares).map(part).collect()).unwrap();
            let issued: Result<(), StoreError> = self.act(|tx| async move {
                tx.create(id, draft.clone()).await?;
                issue_invoice_by_terms(&tx, id, &series(), on, terms, Rounding::HalfUp).await.unwrap();
                Ok(())
            });
            issued.unwrap();
            self.documents.borrow_mut().push(id);
            self.post(id).unwrap();
        }

        fn post(&self, id: ClientInvoiceId) -> Result<(), PostClientInvoiceError> {
            let (rules, entry) = (self.rules, EntryId::natural("invoice", &id.to_string()));
            // Twice is once.
            for _ in 0..2 {
                self.act(|tx| async move { post_client_invoice(&tx, rules, id, entry, &coding()).await })?;
            }
            Ok(())
        }

        fn receive(&self, number: usize, parts: &[ReceiptPart], on: NaiveDate) -> Result<(), ReceivePaymentError> {
            let receipt = &ClientReceipt {
                id: PaymentId::natural("payment", &number.to_string()),
                client: client(),
                amount: Money::sum(parts.iter().map(|part| part.amount), Currency::USD).unwrap(),
                on,
                parts: parts.to_vec(),
            };
            let rules = self.rules;
            for _ in 0..2 {
                self.act(|tx| async move { receive_payment(&tx, rules, receipt).await })?;
            }
            Ok(())
        }

        /// Reminds of each instalment, and charges what that costs.
        fn remind(&self, (id, invoice): (ClientInvoiceId, &ClientInvoice), on: NaiveDate) {
            for item in invoice.items() {
                let (at, rules) = (item.instalment(), self.rules);
                let Ok(reminded) = invoice.remind(at, &dunning(), on) else { continue };
                let reminded = &reminded;
                let charged = self.act(|tx| async move {
                    tx.decide(id, reminded.clone()).await.unwrap();
                    charge_reminder(&tx, rules, &late(), id, at).await
                });
                let charge = charged.unwrap().unwrap();
                // Of one level is charged once.
                let mut documents = self.documents.borrow_mut();
                if !documents.contains(&charge) {
                    documents.push(charge);
                }
            }
        }

        fn books(&self) -> Books {
            let days = DateRange::new(day(0), Some(day(DAYS))).unwrap();
            let entries = wait(self.office.view(|view| async move { entries_of(&view, days).await })).unwrap();
            let mut books = Books::new(self.rules.chart.clone(), Currency::EUR, days).unwrap();
            for entry in &entries {
                books.replay(entry).unwrap();
            }
            books
        }

        /// On each day what clients owe is what stands on the account, in dollars and in worth.
        fn receivables_are_the_account(&self, days: impl Iterator<Item = NaiveDate>) {
            let books = self.books();
            let invoices = self.all();
            for on in days {
                let (mut amount, mut worth) = (0, 0);
                for item in invoices.iter().flat_map(|(_, invoice)| invoice.items()) {
                    amount += item.outstanding(on).unwrap().minor();
                    worth += item.worth(on).unwrap().unwrap().minor();
                }
                let balances = books.foreign_balances(on).unwrap().into_iter();
                let account = balances.filter(|balance| balance.account == code("1210"));
                let told: Vec<_> = account.map(|balance| (balance.amount.minor(), balance.worth.minor())).collect();
                let items = Some((amount, worth)).filter(|sums| *sums != (0, 0));
                assert_eq!(told, items.into_iter().collect::<Vec<_>>(), "on {on}");
            }
        }

        fn revalue(&self, on: NaiveDate, method: RevaluationMethod) {
            let money = [code("1810")].into();
            let run = &RevaluationRun { on, method, payables: code("3300"), receivables: code("1210"), money };
            let (books, currencies) = (&self.books(), self.rules.currencies.as_ref().unwrap());
            let done = self.act(|tx| async move { run_revaluation(&tx, currencies, books, run).await }).unwrap();
            let after = done.lines.iter().filter(|line| line.account == code("1210")).map(|line| line.after);
            let after = Money::sum(after, Currency::EUR).unwrap();
            let stands = self.books().balances(on).unwrap().of(&code("1210"));
            assert_eq!(stands, after, "at the rate of {on}");
        }
    }

    #[derive(Clone, Debug)]
    enum Step {
        Issue { price: i128, shares: Vec<i32> },
        Pay { which: prop::sample::Index, percent: i128, named: Option<prop::sample::Index> },
        Credit { which: prop::sample::Index, hours: i64 },
        Remind { which: prop::sample::Index },
        Back { which: prop::sample::Index },
    }

    fn step() -> impl Strategy<Value = (u64, Step)> {
        let index = any::<prop::sample::Index>;
        let shares = prop::sample::select(vec![vec![100], vec![50, 50], vec![33, 33, 34], vec![1, 9, 30, 60]]);
        let step = prop_oneof![
            2 => (1..90_000_i128, shares).prop_map(|(price, shares)| Step::Issue { price, shares }),
            3 => (index(), 1..=100_i128, proptest::option::of(index()))
                .prop_map(|(which, percent, named)| Step::Pay { which, percent, named }),
            2 => (index(), 1..8_i64).prop_map(|(which, hours)| Step::Credit { which, hours }),
            1 => index().prop_map(|which| Step::Remind { which }),
            1 => index().prop_map(|which| Step::Back { which }),
        ];
        (0..7_u64, step)
    }

    fn open(items: &[OpenItem]) -> Money {
        Money::sum(items.iter().map(|item| item.outstanding_ever().unwrap()), Currency::USD).unwrap()
    }

    fn take(world: &World<'_>, step: &Step, on: NaiveDate, paid: &mut Vec<(usize, bool)>) {
        match step {
            Step::Issue { price, shares } => world.issue(*price, shares, on),
            Step::Pay { which, percent, named } => {
                let Some((id, invoice)) = world.one_of(*which).filter(|(_, invoice)| !invoice.items().is_empty())
                else {
                    return;
                };
                let named = named.map(|named| named.get(invoice.items()));
                let open = named.map_or_else(|| open(invoice.items()), |item| item.outstanding_ever().unwrap());
                let amount = dollars(open.minor() * percent / 100);
                if amount.is_positive() {
                    let instalment = named.map(OpenItem::instalment);
                    world.receive(paid.len(), &[ReceiptPart { invoice: id, instalment, amount }], on).unwrap();
                    paid.push((paid.len(), false));
                }
            }
            Step::Remind { which } => {
                if let Some((id, invoice)) = world.one_of(*which) {
                    world.remind((id, &invoice), on);
                }
            }
            Step::Credit { which, hours } => {
                let Some((id, invoice)) = world.one_of(*which) else { return };
                let note = world.next_id();
                if invoice.charges_late().is_some() {
                    let rules = world.rules;
                    let waived =
                        world.act(|tx| async move { waive_late_charge(&tx, rules, &late(), id, on).await.map(|_| ()) });
                    let note = ClientInvoiceId::natural("late_charge_waived", &id.to_string());
                    let mut documents = world.documents.borrow_mut();
                    if waived.is_ok() && !documents.contains(&note) {
                        documents.push(note);
                    }
                    return;
                }
                let hours: Quantity = format!("{hours} h").parse().unwrap();
                let credited = world.act(|tx| async move {
                    let quantities = Some(BTreeMap::from([(0, hours)]));
                    credit_invoice(&tx, id, note, quantities, &series(), on).await.map(|_| ())
                });
                // A credit note is not credited, and no more than was charged.
                if credited.is_ok() {
                    world.documents.borrow_mut().push(note);
                    world.post(note).unwrap();
                }
            }
            Step::Back { which } if !paid.is_empty() => {
                let at = which.index(paid.len());
                let (id, back) = paid[at];
                if !back {
                    let (id, rules) = (PaymentId::natural("payment", &id.to_string()), world.rules);
                    let back = &PaymentReturn { on, reason: "closed".to_owned() };
                    world.act(|tx| async move { send_receipt_back(&tx, rules, id, back.clone()).await }).unwrap();
                    paid[at].1 = true;
                }
            }
            Step::Back { .. } => {}
        }
    }

    proptest! {
        #![proptest_config(ProptestConfig { max_shrink_iters: 100, ..ProptestConfig::with_cases(24) })]

        /// Laws 36 and 37, of what clients owe.
        #[test]
        fn what_clients_owe_is_the_account_in_every_currency(
            steps in prop::collection::vec(step(), 1..14),
            rates in prop::collection::vec(7_000..11_000_i64, usize::try_from(DAYS).unwrap()),
            method in prop::sample::select(vec![RevaluationMethod::TakenBack, RevaluationMethod::Cumulative]),
        ) {
            let rules = rules(&rates);
            let office = Office::on(MemoryStore::new());
            let world = World { office, rules: &rules, commands: Cell::new(0), documents: RefCell::default() };
            let opened: Result<(), StoreError> = world.act(|tx| async move {
                for on in [0, 31, 61].map(day) {
                    tx.create(Period::id_of(on), Period::begin(on.year(), on.month()).unwrap()).await?;
                }
                Ok(())
            });
            opened.unwrap();
            let (mut after, mut paid) = (0, Vec::new());
            for (later, step) in &steps {
                let from = day(after);
                after = (after + later).min(DAYS - 2);
                let on = day(after);
                if on.month() != from.month() {
                    world.revalue(on.with_day(1).unwrap().pred_opt().unwrap(), method);
                }
                take(&world, step, on, &mut paid);
            }
            // What is left is paid, less what is owed to the client.
            let invoices = world.all().into_iter();
            let parts = invoices.map(|(id, invoice)| ReceiptPart::of(id, open(invoice.items())));
            let parts: Vec<_> = parts.filter(|part| !part.amount.is_zero()).collect();
            let rest = Money::sum(parts.iter().map(|part| part.amount), Currency::USD).unwrap();
            let settled = !rest.is_negative();
            if settled && !parts.is_empty() {
                world.receive(1_000, &parts, day(DAYS - 1)).unwrap();
            }
            world.receivables_are_the_account(day(0).iter_days().take(usize::try_from(DAYS).unwrap()));
            let books = world.books();
            let stands = |account: &str| books.balances(day(DAYS - 1)).unwrap().of(&code(account)).minor();
            let invoices = world.all();
            let parts = invoices.iter().flat_map(|(_, invoice)| invoice.items()).flat_map(OpenItem::allocations);
            let gains: i128 = parts.map(|part| part.worth.unwrap().gain().unwrap().minor()).sum();
            prop_assert_eq!(gains, -(stands("4840") + stands("6880")));
            if settled {
                prop_assert_eq!(stands("1210"), 0);
            }
        }
    }
}
