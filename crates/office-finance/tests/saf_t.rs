//! Audit files: the office's own read back as they were, those of others are taken over with their gaps told, and what is
//! wrong is refused by line and element.
#![cfg(feature = "saf-t")]
#![cfg_attr(test, expect(clippy::arithmetic_side_effects, reason = "the numbers of these tests are small"))]

#[cfg(test)]
mod saf_t {
    use std::path::{Path, PathBuf};

    use chrono::{Days, NaiveDate};
    use office_core::{Currency, DateRange, Id, Money};
    use office_finance::{
        Account, AccountCode, AccountKind, Books, Chart, Dimension, Entry, EntryId, EntryNumber, ImportSaftError,
        JournalEntry, Posting, SaftAccount, SaftFile, SaftGap, SaftHeader, SaftImport, SaftParty, SaftPartyBalance,
        SaftRole, TrialBalance, read_saft, write_saft,
    };
    use proptest::prelude::*;

    const CODES: [(&str, AccountKind); 5] = [
        ("1800", AccountKind::Asset),
        ("2000", AccountKind::Equity),
        ("3500.1", AccountKind::Liability),
        ("4400", AccountKind::Income),
        ("6310-A", AccountKind::Expense),
    ];

    fn code(at: usize) -> AccountCode {
        CODES[at % CODES.len()].0.parse().unwrap()
    }

    fn day(month: u32, day: u32) -> NaiveDate {
        NaiveDate::from_ymd_opt(2026, month, day).unwrap()
    }

    fn chart() -> Chart {
        Chart::new((0..CODES.len()).map(|at| Account::new(code(at), "Rent <& heating>", CODES[at].1))).unwrap()
    }

    fn header(first: NaiveDate) -> SaftHeader {
        SaftHeader {
            version: "2.00".into(),
            country: "LU".into(),
            created: day(12, 31),
            software: "office".into(),
            registration: "B 4711".into(),
            company: "Office \"am Fluss\"".into(),
            currency: Currency::EUR,
            days: DateRange::inclusive(first, day(12, 31)).unwrap(),
        }
    }

    type Draft = (u64, String, Vec<(usize, i64, u8)>);

    fn drafts() -> impl Strategy<Value = Vec<Draft>> {
        let minor = prop_oneof![-100_000..-1_i64, 1..100_000_i64];
        let leg = (0..CODES.len(), minor, 0..4_u8);
        prop::collection::vec((0..300_u64, "[a-z<&\"äß]{0,8}", prop::collection::vec(leg, 1..4)), 1..10)
    }

    /// Legs in euros, in dollars with their worth, with a worth of the other sign, and of a worth alone.
    fn journal(drafts: &[Draft]) -> Vec<JournalEntry> {
        let mut entries = Vec::new();
        for ((after, text, legs), place) in drafts.iter().zip(1..) {
            let mut postings = Vec::new();
            for (account, minor, kind) in legs {
                let (debit, credit) = (code(*account), code(account + 1));
                let euro = Money::from_minor(*minor, Currency::EUR);
                let dollars = Money::from_minor(2 * minor, Currency::USD);
                let centre = Id::natural("cost_centre", "CC-1");
                postings.extend(match kind {
                    0 => [Posting::debit(debit, euro).borne_by(centre), Posting::credit(credit, euro)],
                    1 => [
                        Posting::debit(debit, dollars).worth(euro),
                        Posting::credit(credit, dollars).worth(euro.negated()),
                    ],
                    2 => [
                        Posting::debit(debit, dollars).worth(euro.negated()),
                        Posting::credit(credit, dollars).worth(euro),
                    ],
                    _ => [
                        Posting::revaluing(debit, Currency::USD, euro),
                        Posting::revaluing(credit, Currency::USD, euro.negated()),
                    ],
                });
            }
            let on = day(1, 1).checked_add_days(Days::new(*after)).unwrap();
            let entry = Entry::balanced(on, text.clone(), postings).unwrap().resting_on(text.clone()).unwrap();
            entries.push(JournalEntry::new(EntryNumber { year: 2026, place }, entry));
        }
        entries
    }

    fn books<'a>(chart: Chart, entries: impl IntoIterator<Item = (EntryId, &'a Entry)>) -> Books {
        let mut books = Books::new(chart, Currency::EUR, DateRange::year(2026).unwrap()).unwrap();
        for (id, entry) in entries {
            books.post(id, entry).unwrap();
        }
        books
    }

    /// What stands where, whatever the accounts are called.
    fn told(report: &TrialBalance) -> Vec<(AccountCode, Money, Money)> {
        report.rows().iter().map(|row| (row.account.clone(), row.debit, row.credit)).collect()
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(48))]

        /// Law 50: an audit file that is written reads back as the same and adds up; the books it is taken over into have
        /// the balances of those that it was written from, on each day, however often it is taken over.
        #[test]
        fn books_go_out_and_come_in(drafts in drafts(), from in 1..4_u32, look in 0..200_u64) {
            let entries = journal(&drafts);
            let file = SaftFile::of(header(day(from, 1)), &chart(), &entries).unwrap();
            let read = read_saft("own.xml", write_saft(&file).as_bytes()).unwrap();
            prop_assert_eq!(&read, &file);
            prop_assert_eq!(read.gaps().unwrap(), []);

            let numbered: Vec<_> = entries.iter().map(|posted| (EntryId::natural("own", &posted.number().to_string()), posted.entry())).collect();
            let own = books(chart(), numbered);
            let centre = (Dimension::COST_CENTRE, Id::natural("cost_centre", "CC-1"));
            let import = SaftImport {
                dimensions: [(("cost_centre".to_owned(), centre.1.to_string()), centre)].into(),
                ..SaftImport::default()
            };
            let taken = read.entries(&import).unwrap();
            let twice = taken.iter().chain(&taken).map(|(id, entry)| (*id, entry));
            let theirs = books(read.chart(SaftAccount::kind).unwrap(), twice);
            prop_assert_eq!(theirs.len(), taken.len());
            for on in [day(from, 1) + Days::new(look), day(12, 31)] {
                prop_assert_eq!(told(&theirs.trial_balance(on).unwrap()), told(&own.trial_balance(on).unwrap()));
            }
            if from == 1 {
                prop_assert_eq!(theirs.foreign_balances(day(12, 31)).unwrap(), own.foreign_balances(day(12, 31)).unwrap());
                let months = |books: &Books| books.monthly_by(&Dimension::COST_CENTRE, day(1, 1), day(12, 31)).unwrap();
                prop_assert_eq!(months(&theirs).len(), months(&own).len());
            }
        }

        /// Law 51: an amount of an audit file that is changed leaves a gap of exactly that, and is taken over to where
        /// the office says, or not at all.
        #[test]
        fn what_is_changed_is_told(drafts in drafts(), which in any::<prop::sample::Index>(), cents in 1..500_i64) {
            let entries = journal(&drafts);
            let mut file = SaftFile::of(header(day(1, 1)), &chart(), &entries).unwrap();
            let more = Money::from_minor(cents, Currency::EUR);
            let at = which.index(file.transactions.len());
            let line = &mut file.transactions[at].lines[0];
            line.debit = line.debit.checked_add(more).unwrap();
            let (transaction, account) = (file.transactions[at].id.clone(), file.transactions[at].lines[0].account.clone());
            let gaps = file.gaps().unwrap();
            let counted = file.counted().unwrap().debit;
            let stated = file.stated.unwrap().debit;
            prop_assert_eq!(counted.checked_sub(stated).unwrap(), more);
            let debit = SaftGap::Debit { stated, counted };
            let unbalanced = SaftGap::Transaction { transaction: transaction.clone(), excess: more };
            let closing = file.accounts.iter().find(|told| told.id == account).unwrap().closing;
            let counted = closing.checked_add(more).unwrap();
            let standing = SaftGap::Account { account, stated: closing, counted };
            prop_assert_eq!(gaps, [debit, unbalanced, standing]);

            let refused = file.entries(&SaftImport::default()).unwrap_err();
            let is_it = matches!(&refused, ImportSaftError::Entry { transaction: found, .. } if *found == transaction);
            prop_assert!(is_it, "{}", refused);
            let suspense: AccountCode = "9999".parse().unwrap();
            let accounts = chart().accounts().cloned().chain([Account::new(suspense.clone(), "Suspense", AccountKind::Asset)]).collect::<Vec<_>>();
            let taken = file.entries(&SaftImport { suspense: Some(suspense.clone()), ..SaftImport::default() }).unwrap();
            let theirs = books(Chart::new(accounts).unwrap(), taken.iter().map(|(id, entry)| (*id, entry)));
            prop_assert_eq!(theirs.balances(day(12, 31)).unwrap().of(&suspense), more.negated());
        }
    }

    const PORTUGAL: &str = r#"<?xml version="1.0" encoding="UTF-8"?>
<AuditFile xmlns="urn:OECD:StandardAuditFile-Tax:PT_1.04_01"><Header>
<AuditFileVersion>1.04_01</AuditFileVersion><CompanyID>Lisboa 500000000</CompanyID><CompanyName>Escritorio Lda</CompanyName>
<StartDate>2026-01-01</StartDate><EndDate>2026-12-31</EndDate><CurrencyCode>EUR</CurrencyCode><DateCreated>2027-01-10</DateCreated>
</Header><MasterFiles><GeneralLedgerAccounts><TaxonomyReference>S</TaxonomyReference>
<Account><AccountID>12</AccountID><AccountDescription>Depositos</AccountDescription><OpeningDebitBalance>150.00</OpeningDebitBalance><OpeningCreditBalance>50.00</OpeningCreditBalance><ClosingDebitBalance>76.00</ClosingDebitBalance><ClosingCreditBalance>0.00</ClosingCreditBalance><GroupingCategory>GR</GroupingCategory></Account>
<Account><AccountID>12.01</AccountID><AccountDescription>Banco</AccountDescription><OpeningDebitBalance>150.00</OpeningDebitBalance><OpeningCreditBalance>50.00</OpeningCreditBalance><ClosingDebitBalance>76.00</ClosingDebitBalance><ClosingCreditBalance>0.00</ClosingCreditBalance><GroupingCategory>GM</GroupingCategory></Account>
<Account><AccountID>22/1</AccountID><AccountDescription>Fornecedores</AccountDescription><OpeningDebitBalance>0.00</OpeningDebitBalance><OpeningCreditBalance>100.00</OpeningCreditBalance><ClosingDebitBalance>0.00</ClosingDebitBalance><ClosingCreditBalance>76.00</ClosingCreditBalance><GroupingCategory>GM</GroupingCategory></Account>
</GeneralLedgerAccounts>
<Supplier><SupplierID>F1</SupplierID><AccountID>22/1</AccountID><SupplierTaxID>501</SupplierTaxID><CompanyName>Papelaria</CompanyName></Supplier>
</MasterFiles><GeneralLedgerEntries><NumberOfEntries>1</NumberOfEntries><TotalDebit>24.00</TotalDebit><TotalCredit>24.00</TotalCredit>
<Journal><JournalID>BA</JournalID><Description>Bancos</Description>
<Transaction><TransactionID>2026-03-02 BA 7</TransactionID><Period>3</Period><TransactionDate>2026-03-02</TransactionDate><Description>papel</Description><GLPostingDate>2026-03-04</GLPostingDate>
<Lines><DebitLine><RecordID>1</RecordID><AccountID>22/1</AccountID><Description>papel</Description><DebitAmount>24.00</DebitAmount></DebitLine>
<CreditLine><RecordID>2</RecordID><AccountID>12.01</AccountID><Description>papel</Description><CreditAmount>24.00</CreditAmount></CreditLine></Lines>
</Transaction></Journal></GeneralLedgerEntries></AuditFile>"#;

    #[test]
    fn the_forms_of_countries_are_read() {
        let file = read_saft("pt.xml", PORTUGAL.as_bytes()).unwrap();
        assert_eq!(file.gaps().unwrap(), []);
        assert_eq!(
            (file.header.registration.as_str(), file.parties[0].registration.as_str()),
            ("Lisboa 500000000", "501")
        );
        assert!(file.accounts[0].is_heading && !file.accounts[1].is_heading);
        assert_eq!(file.accounts[1].opening, Money::from_minor(10_000, Currency::EUR));
        assert_eq!(file.transactions[0].posted, day(3, 4));
        // Numbers that the office cannot have want one of its own.
        assert!(
            matches!(file.entries(&SaftImport::default()), Err(ImportSaftError::Code { account, .. }) if account == "22/1")
        );
        let import =
            SaftImport { accounts: [("22/1".to_owned(), "221".parse().unwrap())].into(), ..SaftImport::default() };
        assert_eq!(file.entries(&import).unwrap().len(), 2);
        // Periods instead of days, lines by another name, balances of a party by account, foreign amounts.
        let other = PORTUGAL
            .replace("<StartDate>2026-01-01</StartDate><EndDate>2026-12-31</EndDate>", "<SelectionCriteria><PeriodStart>3</PeriodStart><PeriodStartYear>2026</PeriodStartYear><PeriodEnd>04</PeriodEnd><PeriodEndYear>2026</PeriodEndYear></SelectionCriteria>")
            .replace("<Lines><DebitLine>", "<TransactionLine>").replace("</DebitLine>", "</TransactionLine>")
            .replace("<CreditLine>", "<TransactionLine>").replace("</CreditLine></Lines>", "</TransactionLine>")
            .replace("<DebitAmount>24.00</DebitAmount>", "<DebitAmount><Amount>24.00</Amount><CurrencyCode>USD</CurrencyCode><CurrencyAmount>26.10</CurrencyAmount></DebitAmount>")
            .replace("<AccountID>22/1</AccountID><SupplierTaxID>", "<BalanceAccount><AccountID>22/1</AccountID><OpeningCreditBalance>100</OpeningCreditBalance><ClosingCreditBalance>100</ClosingCreditBalance></BalanceAccount><SupplierTaxID>")
            .replace("<Description>papel</Description><DebitAmount>", "<SupplierID>F1</SupplierID><DebitAmount>");
        let file = read_saft("other.xml", other.as_bytes()).unwrap();
        assert_eq!(file.header.days, DateRange::inclusive(day(3, 1), day(4, 30)).unwrap());
        assert_eq!(file.transactions[0].lines[0].foreign, Some(Money::from_minor(2_610, Currency::USD)));
        let open = |minor| Money::from_minor(minor, Currency::EUR);
        assert_eq!(
            file.gaps().unwrap(),
            [SaftGap::Party {
                party: "F1".into(),
                account: "22/1".into(),
                stated: open(-10_000),
                counted: open(-7_600)
            }]
        );
        // What the writer makes of both reads as the same.
        let balance =
            |account: &str| SaftPartyBalance { account: account.into(), opening: None, closing: Some(open(-1)) };
        let parties = [SaftRole::Customer, SaftRole::Supplier].map(|role| SaftParty {
            role,
            id: "P1".into(),
            name: "Papelaria".into(),
            registration: String::new(),
            balances: vec![balance("22/1"), balance("12.01")],
        });
        let file = SaftFile { parties: parties.into(), stated: None, ..file };
        assert_eq!(read_saft("own.xml", write_saft(&file).as_bytes()), Ok(file));
    }

    #[test]
    fn names_line_and_element_of_what_is_wrong() {
        let wrong = |(from, to): (&str, &str)| {
            assert!(PORTUGAL.contains(from), "{from}");
            let error = read_saft("a.xml", PORTUGAL.replacen(from, to, 1).as_bytes()).unwrap_err();
            format!("{} {} `{}`", error.line(), error.field(), error.value())
        };
        let told = [
            ("<DebitAmount>24.00", "<DebitAmount>24,00"),
            ("<DebitAmount>24.00</DebitAmount>", ""),
            ("<TotalDebit>24.00", "<TotalDebit>24.001"),
            ("<NumberOfEntries>1", "<NumberOfEntries>-1"),
            ("<TransactionDate>2026-03-02", "<TransactionDate>2026-02-30"),
            ("<CurrencyCode>EUR", "<CurrencyCode>EUX"),
            ("<StartDate>2026-01-01</StartDate>", ""),
            ("<EndDate>2026", "<EndDate>2025"),
            (
                "OpeningDebitBalance>150.00</OpeningDebitBalance><OpeningCreditBalance>50.00</OpeningCreditBalance",
                "Nothing/",
            ),
            ("<SupplierID>F1</SupplierID>", ""),
            ("<AuditFile xmlns", "<!DOCTYPE a [<!ENTITY b \"c\">]><AuditFile xmlns"),
        ]
        .map(wrong);
        assert_eq!(
            told,
            [
                "14 …/Lines/DebitLine/DebitAmount `24,00`",
                "14 …/Lines/DebitLine/DebitAmount ``",
                "11 …/GeneralLedgerEntries/TotalDebit `24.001`",
                "11 …/GeneralLedgerEntries/NumberOfEntries `-1`",
                "13 …/Journal/Transaction/TransactionDate `2026-02-30`",
                "4 AuditFile/Header/CurrencyCode `EUX`",
                "2 AuditFile/Header/SelectionStartDate ``",
                "2 AuditFile/Header `2026-01-01 to 2025-12-31`",
                "6 …/Account/OpeningDebitBalance ``",
                "10 …/MasterFiles/Supplier/SupplierID ``",
                "2 document `<!DOCTYPE`",
            ]
        );
        let other = read_saft("a.xml", b"<Invoice/>").unwrap_err();
        assert_eq!((other.line(), other.field(), other.value()), (1, "Invoice", "Invoice"));
    }

    fn folder() -> Option<PathBuf> {
        let mut above =
            Path::new(env!("CARGO_MANIFEST_DIR")).ancestors().map(|folder| folder.join("shared/cases/finance/saf-t"));
        above.find(|folder| folder.is_dir())
    }

    /// By the first digit, as Norway's standard accounts have it.
    fn norwegian(account: &SaftAccount) -> Option<AccountKind> {
        Some(match account.id.chars().next()? {
            '1' => AccountKind::Asset,
            '2' if account.id.starts_with("20") => AccountKind::Equity,
            '2' => AccountKind::Liability,
            '3' => AccountKind::Income,
            _ => AccountKind::Expense,
        })
    }

    /// Published audit files, where they are at hand: the totals they state are those of their transactions; taken over
    /// they balance, with what they lack told apart; and each closing balance is the one they state, or told as a gap.
    #[test]
    fn published_files_are_taken_over() {
        let Some(folder) = folder() else {
            println!("saf-t: not at hand");
            return;
        };
        let mut paths: Vec<PathBuf> = std::fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path()).collect();
        paths.sort();
        let (mut transactions, mut told, mut tied) = (0, 0, 0);
        for path in &paths {
            let name = path.file_name().unwrap().to_string_lossy().into_owned();
            let file = read_saft(&name, &std::fs::read(path).unwrap()).unwrap();
            assert_eq!(file.stated, Some(file.counted().unwrap()), "{name}");
            let gaps = file.gaps().unwrap();
            for gap in &gaps {
                println!("{name}: {gap}");
            }
            let suspense: AccountCode = "9999".parse().unwrap();
            let accounts = file
                .chart(norwegian)
                .unwrap()
                .accounts()
                .cloned()
                .chain([Account::new(suspense.clone(), "Suspense", AccountKind::Asset)])
                .collect::<Vec<_>>();
            let mut books = Books::new(Chart::new(accounts).unwrap(), file.header.currency, file.header.days).unwrap();
            let import = SaftImport { suspense: Some(suspense.clone()), ..SaftImport::default() };
            for (id, entry) in file.entries(&import).unwrap() {
                books.post(id, &entry).unwrap();
            }
            let last = file.header.days.last().unwrap();
            let (report, balances) = (books.trial_balance(last).unwrap(), books.balances(last).unwrap());
            assert!(report.balances(), "{name}");
            let lacking =
                gaps.iter().find_map(|gap| if let SaftGap::Opening { excess } = gap { Some(*excess) } else { None });
            assert_eq!(
                balances.of(&suspense),
                lacking.map_or(Money::zero(file.header.currency), Money::negated),
                "{name}"
            );
            for account in &file.accounts {
                let stands = balances.of(&account.id.parse().unwrap());
                let gap = SaftGap::Account { account: account.id.clone(), stated: account.closing, counted: stands };
                assert!(stands == account.closing || gaps.contains(&gap), "{name}: {}", account.id);
                tied += usize::from(stands == account.closing);
            }
            transactions += file.transactions.len();
            told += gaps.len();
            if name.contains("999999999") {
                // Its balances are made up, as those of an example of the form may be.
                let gaps: Vec<String> = gaps.iter().map(ToString::to_string).collect();
                assert_eq!(
                    gaps,
                    [
                        "the opening balances come to -1234.56 NOK",
                        "the closing balances come to -12345.67 NOK",
                        "account 1925: a closing balance of -11265.44 NOK, and 12345.67 NOK is stated",
                        "account 2400: a closing balance of -1234.56 NOK, and -12345.67 NOK is stated",
                        "account 2740: a closing balance of 1265.44 NOK, and -12345.67 NOK is stated",
                        "account 4000: a closing balance of 10000.00 NOK, and 0.00 NOK is stated",
                        "party 12000: account 1500 is not listed",
                        "party 12000, account 1500: 1234.56 NOK stands open, and 12345.67 NOK is stated",
                        "party 20000, account 2400: -13734.56 NOK stands open, and -12345.67 NOK is stated",
                    ]
                );
            }
        }
        println!(
            "saf-t: {} files with {transactions} transactions taken over, 0 failed, 0 left out; {tied} closing balances as \
             stated, {told} gaps told",
            paths.len()
        );
    }
}
