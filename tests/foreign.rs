//! Bills, payments and money in foreign currencies, on every backend: what is owed and what stands on the accounts agree in
//! every currency and in worth, whatever is paid, sent back, set off and revalued.

#[cfg(test)]
#[expect(clippy::arithmetic_side_effects, reason = "the numbers of these tests are small")]
mod foreign {
    use std::cell::Cell;
    use std::collections::BTreeMap;
    use std::fmt::Debug;
    use std::sync::Barrier;
    use std::thread;

    use chrono::{Datelike, Days, NaiveDate};
    use office::banking::{BookBankLineError, LinePart, book_line};
    use office::payment::{PartToPay, PayVendor, PayVendorError, PaymentRules, pay, send_payment_back};
    use office::purchasing::set_off;
    use office_core::rules::PolicyBook;
    use office_core::subject::{InvoiceId, PartyId, PaymentId};
    use office_core::{
        Actor, AuthorityBook, Command, Currency, DateRange, Decimal, ExchangeRate, Holidays, Id, MemoryStore, Money,
        Office, Percent, Rate, Restart, Role, Rounding, Scope, Series, StoreError, Tx, WeeklyHours, WorkingCalendar,
        WorkingPlan, Zone, wait,
    };
    use office_finance::{
        Account, AccountCode, AccountKind, BankLineId, BankStatement, Bill, BillLine, BillTax, BilledLine, Books,
        Chart, ClientCoding, ClientInvoice, ClientInvoiceId, CurrencyRules, Dimensions, DiscountTaxRule, DiscountTerm,
        DueRule, EntryId, ExchangeRates, Instalment, InvoiceCoding, InvoiceDraft, InvoiceFact, InvoiceLine,
        InvoiceParty, OpenItem, Payment, PaymentTerms, Period, PostError, Posting, ReceiptPart, ReceivableRules,
        Revaluation, RevaluationMethod, RevaluationRun, RunRevaluationError, StatementBalance, StatementFormat,
        StatementLine, TaxCategory, TaxClass, VendorInvoice, VendorInvoiceId, entries_of, import_statement,
        issue_invoice_by_terms, post, post_client_invoice, run_revaluation,
    };
    use office_scratch::{Backend, backends};
    use proptest::prelude::*;

    const BANKS: [(Currency, &str); 3] = [(Currency::EUR, "1800"), (Currency::USD, "1810"), (Currency::GBP, "1820")];
    /// The days that are played: from October to February.
    const DAYS: u64 = 150;

    fn day(after: u64) -> NaiveDate {
        NaiveDate::from_ymd_opt(2026, 10, 1).unwrap() + Days::new(after)
    }

    fn code(text: &str) -> AccountCode {
        text.parse().unwrap()
    }

    fn chart() -> Chart {
        let of = |kind: AccountKind, codes: &[&str]| {
            codes.iter().map(|of| Account::new(code(of), *of, kind)).collect::<Vec<_>>()
        };
        let accounts = [
            of(AccountKind::Asset, &["1210", "1406", "1800", "1810", "1820"]),
            of(AccountKind::Liability, &["3300"]),
            of(AccountKind::Equity, &["2970"]),
            of(AccountKind::Income, &["4400", "4840", "4841", "5730"]),
            of(AccountKind::Expense, &["6837", "6855", "6880", "6881", "6965", "6969"]),
        ];
        Chart::new(accounts.into_iter().flatten()).unwrap()
    }

    /// A rate for each day, to four places.
    fn currencies(rates: &[(i64, i64)]) -> CurrencyRules {
        let rate = |(after, of): (u64, &(i64, i64))| {
            [(Currency::USD, of.0), (Currency::GBP, of.1)].map(|(currency, rate)| {
                let rate = Rate::new(Decimal::new(rate, 4)).unwrap();
                ExchangeRate::new(currency, Currency::EUR, rate, day(after)).unwrap()
            })
        };
        CurrencyRules {
            rates: ExchangeRates::new(Currency::EUR, (0..).zip(rates).flat_map(rate)).unwrap(),
            rounding: Rounding::HalfUp,
            realised_gain: code("4840"),
            realised_loss: code("6880"),
            unrealised_gain: code("4841"),
            unrealised_loss: code("6881"),
            difference: code("6969"),
        }
    }

    fn paying(rates: &[(i64, i64)]) -> PaymentRules {
        let valid = DateRange::year(2026).unwrap();
        let week = WeeklyHours::weekdays("09:00-17:00".parse().unwrap());
        let holidays = Holidays::none(valid);
        let plan = WorkingPlan { zone: Zone::UTC, valid, week, exceptions: [].into(), holidays };
        PaymentRules {
            policy: PolicyBook::new("payment"),
            book: AuthorityBook::default(),
            hours: WorkingCalendar::new(plan).unwrap(),
            scope: Scope::anywhere(),
            chart: chart(),
            payables: code("3300"),
            receivables: code("1210"),
            banks: BANKS.map(|(currency, bank)| (currency, code(bank))).into(),
            discounts: code("5730"),
            discount_tax: DiscountTaxRule::TaxFollows,
            input_tax: [(Percent::whole(19), code("1406"))].into(),
            write_offs: code("6965"),
            blocked: BTreeMap::new(),
            currencies: Some(currencies(rates)),
        }
    }

    struct World<'a> {
        office: &'a Office,
        paying: &'a PaymentRules,
        commands: Cell<u32>,
    }

    fn clerk(key: &str) -> Command {
        let clerk = Actor::new(Id::natural("person", "E-003"), Role::new("bookkeeper"));
        Command::new(key, "books", clerk, "2026-10-01T08:00:00Z".parse().unwrap()).unwrap()
    }

    fn vendor(number: u8) -> PartyId {
        Id::natural("party", &format!("V-{number}"))
    }

    fn key(bill: usize) -> InvoiceId {
        Id::natural("invoice", &format!("NR-{bill}"))
    }

    fn payment(number: usize) -> PaymentId {
        Id::natural("payment", &number.to_string())
    }

    impl<'a> World<'a> {
        fn open(office: &'a Office, paying: &'a PaymentRules) -> Self {
            let world = Self { office, paying, commands: Cell::new(0) };
            let opened: Result<(), StoreError> = world.act(|tx| async move {
                for after in [0, 31, 61, 92, 123] {
                    let on = day(after);
                    tx.create(Period::id_of(on), Period::begin(on.year(), on.month()).unwrap()).await?;
                }
                Ok(())
            });
            opened.unwrap();
            world
        }

        fn act<T, E, F, Fut>(&self, run: F) -> Result<T, E>
        where
            T: Debug + serde::Serialize + serde::de::DeserializeOwned + Send,
            E: From<StoreError> + Send,
            F: FnMut(Tx) -> Fut + Send,
            Fut: Future<Output = Result<T, E>> + Send,
        {
            self.commands.set(self.commands.get() + 1);
            wait(self.office.transact(&clerk(&format!("command-{}", self.commands.get())), run))
        }

        /// A bill in the books: approved, posted at the rate of its day, and owed by its terms.
        fn bill(&self, number: usize, of: u8, net: Money, on: NaiveDate, terms: Option<&PaymentTerms>) {
            let rate = Percent::whole(19);
            let tax = net.share(rate, Rounding::HalfUp).unwrap();
            let price = format!("{} / 1 piece", net.abs()).parse().unwrap();
            let quantity = if net.is_negative() { "-1 piece" } else { "1 piece" }.parse().unwrap();
            let billed = BilledLine { quantity, price, net };
            let bill = Bill {
                vendor: vendor(of),
                number: format!("NR-{number}"),
                on,
                due: on + Days::new(30),
                lines: vec![BillLine {
                    description: "licence".to_owned(),
                    item: None,
                    order: None,
                    billed,
                    tax_rate: rate,
                }],
                taxes: vec![BillTax { rate, tax }],
                gross: net.checked_add(tax).unwrap(),
            };
            let coding = InvoiceCoding {
                lines: vec![(code("6837"), None)],
                input_tax: self.paying.input_tax.clone(),
                payables: self.paying.payables.clone(),
            };
            let (id, entry_id) = (key(number).retag(), EntryId::natural("invoice", &number.to_string()));
            let (paying, currencies) = (self.paying, self.paying.currencies.as_ref().unwrap());
            let (bill, coding) = (&bill, &coding);
            let booked: Result<(), StoreError> = self.act(|tx| async move {
                tx.create(id, InvoiceFact::Received { bill: bill.clone() }).await?;
                let by = tx.command().actor().person;
                tx.record(id, InvoiceFact::Approved { by, at: tx.command().at() }).await?;
                let invoice: VendorInvoice = tx.load(id).await?;
                let entry = currencies.book(invoice.entry(on, coding).unwrap()).unwrap();
                let items = invoice.owed(terms, Rounding::HalfUp).unwrap();
                let items = currencies.value(items, &entry, &paying.payables).unwrap();
                post(&tx, &paying.chart, entry_id, entry).await.unwrap();
                tx.decide(id, invoice.posted(entry_id, items).unwrap()).await
            });
            booked.unwrap();
        }

        fn stored(&self, number: usize) -> VendorInvoice {
            let id: VendorInvoiceId = key(number).retag();
            let found: Result<VendorInvoice, StoreError> =
                wait(self.office.view(|view| async move { view.load(id).await }));
            found.unwrap()
        }

        fn pay(
            &self,
            number: usize,
            of: u8,
            currency: Currency,
            on: NaiveDate,
            parts: &[PartToPay],
        ) -> Result<(), PayVendorError> {
            let (paying, parts) = (self.paying, parts.to_vec());
            let payment = &PayVendor { id: payment(number), vendor: vendor(of), currency, on, parts };
            self.act(|tx| async move { pay(&tx, paying, payment.clone()).await })
        }

        fn books(&self) -> Books {
            let days = DateRange::new(day(0), Some(day(DAYS))).unwrap();
            let entries = wait(self.office.view(|view| async move { entries_of(&view, days).await })).unwrap();
            let mut books = Books::new(chart(), Currency::EUR, days).unwrap();
            for entry in &entries {
                books.replay(entry).unwrap();
            }
            books
        }

        fn revalue(&self, run: &RevaluationRun) -> Result<Revaluation, RunRevaluationError> {
            let (books, currencies) = (&self.books(), self.paying.currencies.as_ref().unwrap());
            self.act(|tx| async move { run_revaluation(&tx, currencies, books, run).await })
        }

        /// What stands on the account of payables, in each foreign currency and in worth, is what the bills are, on each of
        /// these days.
        fn payables_are_the_account(&self, bills: usize, days: impl Iterator<Item = NaiveDate>) {
            let books = self.books();
            let invoices: Vec<VendorInvoice> = (0..bills).map(|number| self.stored(number)).collect();
            for on in days {
                let mut items: BTreeMap<Currency, (i128, i128)> = BTreeMap::new();
                for item in invoices.iter().flat_map(VendorInvoice::items) {
                    let (amount, worth) = items.entry(item.amount().currency()).or_default();
                    *amount += item.outstanding(on).unwrap().minor();
                    *worth += item.worth(on).unwrap().unwrap().minor();
                }
                items.retain(|_, sums| *sums != (0, 0));
                let balances = books.foreign_balances(on).unwrap().into_iter();
                let on_account = balances.filter(|balance| balance.account == code("3300"));
                let account: BTreeMap<_, _> = on_account
                    .map(|balance| (balance.amount.currency(), (balance.amount.minor(), balance.worth.minor())))
                    .collect();
                assert_eq!(items, account, "on {on}");
                for currency in books.currencies() {
                    assert!(books.trial_balance_in(currency, on).unwrap().balances(), "{currency} on {on}");
                }
            }
        }
    }

    fn month_end(on: NaiveDate, method: RevaluationMethod) -> RevaluationRun {
        let money = BANKS.iter().skip(1).map(|(_, bank)| code(bank)).collect();
        RevaluationRun { on, method, payables: code("3300"), receivables: code("1210"), money }
    }

    /// What happens next: so many days later.
    #[derive(Clone, Debug)]
    enum Step {
        Bill { of: u8, pounds: bool, net: i64, by_terms: bool },
        Pay { which: usize, percent: i64, early: bool, write_off: bool },
        Back { which: usize },
        SetOff { which: usize },
    }

    fn step() -> impl Strategy<Value = (u64, Step)> {
        let net = prop_oneof![3 => 1_000..900_000_i64, 1 => -90_000..-1_000_i64];
        let bill = (0..2_u8, any::<bool>(), net, any::<bool>()).prop_map(|(of, pounds, net, by_terms)| Step::Bill {
            of,
            pounds,
            net,
            by_terms,
        });
        let paid = (any::<usize>(), 1..=100_i64, any::<bool>(), any::<bool>())
            .prop_map(|(which, percent, early, write_off)| Step::Pay { which, percent, early, write_off });
        let index = any::<usize>;
        let what = prop_oneof![
            3 => bill, 4 => paid,
            1 => index().prop_map(|which| Step::Back { which }), 1 => index().prop_map(|which| Step::SetOff { which }),
        ];
        (0..9_u64, what)
    }

    /// Rounded half away from zero, to the cent: what an amount in cents is worth at a rate to four places.
    fn worth(minor: i128, rate: i64) -> i128 {
        let product = minor * i128::from(rate);
        (product.abs() + 5_000) / 10_000 * product.signum()
    }

    /// One of several payments: what went out of the bank at the rate of its day, and what was taken off.
    #[derive(Clone, Copy, Debug)]
    struct Paid {
        number: usize,
        on: u64,
        back: bool,
    }

    fn terms() -> PaymentTerms {
        let half = |days| Instalment { share: Percent::whole(50), due: DueRule::net(days) };
        let discount = DiscountTerm { percent: Percent::whole(2), within: DueRule::net(10) };
        PaymentTerms::new(vec![half(14), half(30)]).unwrap().with_discounts(vec![discount]).unwrap()
    }

    /// Plays a history; gives the number of bills and the payments.
    fn play(world: &World<'_>, steps: &[(u64, Step)], method: RevaluationMethod) -> (usize, Vec<Paid>) {
        let (terms, mut after, mut bills, mut paid) = (terms(), 0, 0, Vec::<Paid>::new());
        for (later, step) in steps {
            let from = day(after);
            after += later;
            let on = day(after);
            if on.month() != from.month() {
                let last = on.with_day(1).unwrap().pred_opt().unwrap();
                world.revalue(&month_end(last, method)).unwrap();
                world.payables_are_the_account(bills, [last, last.succ_opt().unwrap()].into_iter());
            }
            match step {
                Step::Bill { of, pounds, net, by_terms } => {
                    let currency = if *pounds { Currency::GBP } else { Currency::USD };
                    let terms = Some(&terms).filter(|_| *by_terms);
                    world.bill(bills, *of, Money::from_minor(*net, currency), on, terms);
                    bills += 1;
                }
                Step::Pay { which, percent, early, write_off } if bills > 0 => {
                    if pay_some(world, which % bills, paid.len(), on, (*percent, *early, *write_off)) {
                        paid.push(Paid { number: paid.len(), on: after, back: false });
                    }
                }
                Step::Back { which } if !paid.is_empty() => {
                    let at = which % paid.len();
                    let (paying, id) = (world.paying, payment(paid[at].number));
                    for _ in 0..2 {
                        let back =
                            world.act(|tx| async move { send_payment_back(&tx, paying, id, "closed", on).await });
                        // What came back on an earlier day does not come back again.
                        assert!(back.is_ok() || paid[at].back, "{back:?}");
                    }
                    paid[at].back = true;
                }
                Step::SetOff { which } if bills > 0 => {
                    if set_some_off(world, which % bills, bills, paid.len(), on) {
                        paid.push(Paid { number: paid.len(), on: after, back: false });
                    }
                }
                Step::Pay { .. } | Step::Back { .. } | Step::SetOff { .. } => {}
            }
        }
        (bills, paid)
    }

    /// Pays so many percent of the first instalment of a bill that is open, less the discount where there is one and it is
    /// to be taken, and three cents off where they are; a credit note takes part in settings off.
    fn pay_some(
        world: &World<'_>,
        bill: usize,
        number: usize,
        on: NaiveDate,
        (percent, early, write_off): (i64, bool, bool),
    ) -> bool {
        let invoice = world.stored(bill);
        let open = |item: &&OpenItem| item.outstanding_ever().unwrap().is_negative();
        let Some(item) = invoice.items().iter().find(open) else { return false };
        let outstanding = item.outstanding_ever().unwrap().negated();
        let currency = outstanding.currency();
        let discount = Some(item.discount(on).negated()).filter(|off| early && !off.is_zero());
        let whole = outstanding.checked_sub(discount.unwrap_or(Money::zero(currency))).unwrap();
        let minor = i64::try_from(whole.minor()).unwrap();
        let amount = Money::from_minor((minor * percent / 100).max(1), currency);
        let cents = Money::from_minor(3, currency);
        let write_off = Some(cents).filter(|_| write_off && percent < 90 && minor > 60);
        let part = PartToPay { instalment: item.instalment(), discount, write_off, ..PartToPay::of(key(bill), amount) };
        let of = u8::from(invoice.bill().vendor != vendor(0));
        for _ in 0..2 {
            world.pay(number, of, currency, on, &[part]).unwrap();
        }
        true
    }

    /// Sets a credit note off against a bill of the same vendor and currency, where there are both.
    fn set_some_off(world: &World<'_>, note: usize, bills: usize, number: usize, on: NaiveDate) -> bool {
        let (credit, paying) = (world.stored(note), world.paying);
        let (left, of) = (credit.outstanding().unwrap(), credit.bill().vendor);
        let other = |number: &usize| {
            let other = world.stored(*number);
            let open = other.outstanding().unwrap();
            other.bill().vendor == of && open.currency() == left.currency() && open.is_positive()
        };
        let Some(against) = (0..bills).find(other).filter(|_| left.is_negative()) else { return false };
        let open = world.stored(against).outstanding().unwrap();
        let amount = if open.minor() < -left.minor() { open } else { left.negated() };
        let (id, note, against) = (payment(number), key(note), key(against));
        for _ in 0..2 {
            world.act(|tx| async move { set_off(&tx, paying, id, note, against, amount, on).await }).unwrap();
        }
        true
    }

    /// Pays what is left of the bills and takes back what is left of the credit notes, in one payment for each vendor and
    /// currency where that is something to pay.
    fn pay_the_rest(world: &World<'_>, bills: usize, on: u64, paid: &mut Vec<Paid>) -> bool {
        let mut all = true;
        for (of, currency) in [(0, Currency::USD), (0, Currency::GBP), (1, Currency::USD), (1, Currency::GBP)] {
            let mut parts = Vec::new();
            for number in 0..bills {
                let invoice = world.stored(number);
                let open = invoice.outstanding().unwrap();
                if invoice.bill().vendor == vendor(of) && open.currency() == currency && !open.is_zero() {
                    let split = invoice.split(open).unwrap().into_iter();
                    parts.extend(
                        split.map(|(at, part)| PartToPay { instalment: at, ..PartToPay::of(key(number), part) }),
                    );
                }
            }
            let sum = Money::sum(parts.iter().map(|part| part.amount), currency).unwrap();
            if parts.is_empty() || sum.is_negative() {
                all &= parts.is_empty();
                continue;
            }
            world.pay(paid.len(), of, currency, day(on), &parts).unwrap();
            paid.push(Paid { number: paid.len(), on, back: false });
        }
        all
    }

    /// Laws 36 and 37, held against rates multiplied out by hand.
    fn holds(
        office: &Office,
        steps: &[(u64, Step)],
        rates: &[(i64, i64)],
        method: RevaluationMethod,
    ) -> Result<(), TestCaseError> {
        let paying = paying(rates);
        let world = World::open(office, &paying);
        let (bills, mut paid) = play(&world, steps, method);
        let settled = pay_the_rest(&world, bills, DAYS - 2, &mut paid);
        world.payables_are_the_account(bills, day(0).iter_days().take(usize::try_from(DAYS - 1).unwrap()));

        // What the bills were booked at, what was paid for them and taken off, and what that has brought.
        let (mut booked, mut gains, mut settled_for) = (0, 0, 0);
        let rate = |currency: Currency, after: usize| {
            if currency == Currency::USD { rates[after].0 } else { rates[after].1 }
        };
        for number in 0..bills {
            let invoice = world.stored(number);
            let on = usize::try_from((invoice.bill().on - day(0)).num_days()).unwrap();
            let gross = invoice.bill().gross;
            let worth_of_bill = -worth(gross.minor(), rate(gross.currency(), on));
            booked += worth_of_bill;
            let own: i128 = invoice.items().iter().map(|item| item.booked().unwrap().minor()).sum();
            prop_assert_eq!(own, worth_of_bill);
            for part in invoice.items().iter().flat_map(OpenItem::allocations) {
                gains += part.worth.unwrap().gain().unwrap().minor();
            }
        }
        for Paid { number, on, back } in &paid {
            let id = Payment::key(payment(*number));
            let made: Result<Payment, StoreError> = wait(office.view(|view| async move { view.load(id).await }));
            for part in made.unwrap().parts().iter().filter(|_| !back) {
                let money =
                    worth(part.part.amount.minor(), rate(part.part.amount.currency(), usize::try_from(*on).unwrap()));
                let told = part.part.worth.unwrap();
                prop_assert_eq!(told.paid.minor(), money);
                settled_for += money + told.discount.minor() + told.write_off.minor();
            }
        }
        let books = world.books();
        let last = books.balances(day(DAYS - 1)).unwrap();
        let stands = |account: &str| last.of(&code(account)).minor();
        prop_assert_eq!(gains, -(stands("4840") + stands("6880")));
        if settled {
            prop_assert_eq!(gains, settled_for - booked);
            // Nothing is left on the control account, nor of what revaluations have added to the bills.
            prop_assert_eq!(stands("3300"), 0);
            let of_payables = |balance: &office_finance::ForeignBalance| balance.account == code("3300");
            prop_assert!(!books.foreign_balances(day(DAYS - 1)).unwrap().iter().any(of_payables));
        }
        Ok(())
    }

    /// What happens day by day, the rates of the days, and what becomes of revaluations.
    type History = (Vec<(u64, Step)>, Vec<(i64, i64)>, RevaluationMethod);

    fn histories() -> impl Strategy<Value = History> {
        let days = usize::try_from(DAYS).unwrap();
        (
            prop::collection::vec(step(), 1..24),
            prop::collection::vec((7_000..11_000_i64, 10_000..13_000_i64), days),
            prop::sample::select(vec![RevaluationMethod::TakenBack, RevaluationMethod::Cumulative]),
        )
    }

    proptest! {
        #![proptest_config(ProptestConfig { max_shrink_iters: 200, ..ProptestConfig::with_cases(12) })]

        #[test]
        fn bills_and_their_account_agree_in_every_currency((steps, rates, method) in histories()) {
            holds(&Office::on(MemoryStore::new()), &steps, &rates, method)?;
        }
    }

    fn flat(rate: i64) -> Vec<(i64, i64)> {
        vec![(rate, 12_000); usize::try_from(DAYS).unwrap()]
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
