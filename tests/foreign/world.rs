//! An office that buys and sells in foreign currencies.

use std::cell::Cell;
use std::collections::BTreeMap;
use std::fmt::Debug;

use chrono::Datelike;
use chrono::{Days, NaiveDate};
use office::payment::{PartToPay, PayVendor, PayVendorError, PaymentRules, pay};
use office_core::rules::PolicyBook;
use office_core::subject::{InvoiceId, PartyId, PaymentId};
use office_core::{
    Actor, AuthorityBook, Command, Currency, DateRange, Decimal, ExchangeRate, Holidays, Id, Money, Office, Percent,
    Rate, Role, Rounding, Scope, StoreError, Tx, WeeklyHours, WorkingCalendar, WorkingPlan, Zone, wait,
};
use office_finance::{
    Account, AccountCode, AccountKind, Bill, BillLine, BillTax, BilledLine, Books, Chart, CurrencyRules,
    DiscountTaxRule, EntryId, ExchangeRates, InvoiceCoding, InvoiceFact, PaymentTerms, Period, Revaluation,
    RevaluationMethod, RevaluationRun, RunRevaluationError, VendorInvoice, VendorInvoiceId, entries_of, post,
    run_revaluation,
};

pub(crate) const BANKS: [(Currency, &str); 3] =
    [(Currency::EUR, "1800"), (Currency::USD, "1810"), (Currency::GBP, "1820")];

/// The days that are played: from October to February.
pub(crate) const DAYS: u64 = 150;

pub(crate) fn day(after: u64) -> NaiveDate {
    NaiveDate::from_ymd_opt(2026, 10, 1).unwrap() + Days::new(after)
}

pub(crate) fn code(text: &str) -> AccountCode {
    text.parse().unwrap()
}

pub(crate) fn chart() -> Chart {
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
pub(crate) fn currencies(rates: &[(i64, i64)]) -> CurrencyRules {
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

pub(crate) fn paying(rates: &[(i64, i64)]) -> PaymentRules {
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

pub(crate) struct World<'a> {
    pub(crate) office: &'a Office,
    pub(crate) paying: &'a PaymentRules,
    pub(crate) commands: Cell<u32>,
}

pub(crate) fn clerk(key: &str) -> Command {
    let clerk = Actor::new(Id::natural("person", "E-003"), Role::new("bookkeeper"));
    Command::new(key, "books", clerk, "2026-10-01T08:00:00Z".parse().unwrap()).unwrap()
}

pub(crate) fn vendor(number: u8) -> PartyId {
    Id::natural("party", &format!("V-{number}"))
}

pub(crate) fn key(bill: usize) -> InvoiceId {
    Id::natural("invoice", &format!("NR-{bill}"))
}

pub(crate) fn payment(number: usize) -> PaymentId {
    Id::natural("payment", &number.to_string())
}

impl<'a> World<'a> {
    pub(crate) fn open(office: &'a Office, paying: &'a PaymentRules) -> Self {
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

    pub(crate) fn act<T, E, F, Fut>(&self, run: F) -> Result<T, E>
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
    pub(crate) fn bill(&self, number: usize, of: u8, net: Money, on: NaiveDate, terms: Option<&PaymentTerms>) {
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

    pub(crate) fn stored(&self, number: usize) -> VendorInvoice {
        let id: VendorInvoiceId = key(number).retag();
        let found: Result<VendorInvoice, StoreError> =
            wait(self.office.view(|view| async move { view.load(id).await }));
        found.unwrap()
    }

    pub(crate) fn pay(
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

    pub(crate) fn books(&self) -> Books {
        let days = DateRange::new(day(0), Some(day(DAYS))).unwrap();
        let entries = wait(self.office.view(|view| async move { entries_of(&view, days).await })).unwrap();
        let mut books = Books::new(chart(), Currency::EUR, days).unwrap();
        for entry in &entries {
            books.replay(entry).unwrap();
        }
        books
    }

    pub(crate) fn revalue(&self, run: &RevaluationRun) -> Result<Revaluation, RunRevaluationError> {
        let (books, currencies) = (&self.books(), self.paying.currencies.as_ref().unwrap());
        self.act(|tx| async move { run_revaluation(&tx, currencies, books, run).await })
    }

    /// What stands on the account of payables, in each foreign currency and in worth, is what the bills are, on each of
    /// these days.
    pub(crate) fn payables_are_the_account(&self, bills: usize, days: impl Iterator<Item = NaiveDate>) {
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

pub(crate) fn month_end(on: NaiveDate, method: RevaluationMethod) -> RevaluationRun {
    let money = BANKS.iter().skip(1).map(|(_, bank)| code(bank)).collect();
    RevaluationRun { on, method, payables: code("3300"), receivables: code("1210"), money }
}
