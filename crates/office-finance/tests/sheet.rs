//! Reports as files: what is written reads back the same, whatever things are called.
#![cfg(feature = "csv")]

#[cfg(test)]
#[expect(clippy::arithmetic_side_effects, reason = "the numbers of these tests are small")]
mod laws {
    use chrono::{Days, NaiveDate};
    use office_core::sheet::{Layout, Row, Separator, Sheet};
    use office_core::{Currency, DateRange, Entity, Id, Money, Ratio, Rounding};
    use office_finance::sheet::CsvReport;
    use office_finance::{
        Account, AccountKind, AccountLedger, Ageing, AgeingBucket, AnomalyRule, Books, BudgetLine, BudgetPlan,
        BudgetRevision, BudgetVariance, CashFlowPart, CashFlowRow, Chart, ClientStatement, Dimension, Dimensions,
        Entry, EntryId, EntryNumber, Forecast, ForecastMethod, FundsCheck, LedgerLine, NewPayment, OpenItem, Payment,
        PlanActual, Posting, PricePaid, ReportRow, SpendBy, SpendLine, SpendSpan, SpendTable, Spending, TopRow,
        TrendStep, TrialRow, anomalies, price_drift, savings,
    };
    use proptest::prelude::*;

    const CODES: [(&str, AccountKind); 6] = [
        ("1800", AccountKind::Asset),
        ("1200", AccountKind::Asset),
        ("2000", AccountKind::Equity),
        ("3500", AccountKind::Liability),
        ("4400", AccountKind::Income),
        ("6310", AccountKind::Expense),
    ];

    /// What somebody may call something, to the harm of whoever opens the file.
    fn name() -> impl Strategy<Value = String> {
        const NAMES: [&str; 12] = [
            "=1+1",
            "'=x",
            "''",
            "+49 30",
            "-5",
            "@SUM(A1)",
            "a,b;c",
            "say \"hi\"",
            "two\nlines",
            "\ttab",
            "＝1",
            " a ",
        ];
        prop_oneof![prop::sample::select(&NAMES[..]).prop_map(str::to_owned), "[ -~äöü€]{1,12}"]
    }

    fn separator() -> impl Strategy<Value = Separator> {
        prop::sample::select(&[Separator::Comma, Separator::Semicolon][..])
    }

    fn euro(minor: i64) -> Money {
        Money::from_minor(minor, Currency::EUR)
    }

    fn day(after: u64) -> NaiveDate {
        NaiveDate::from_ymd_opt(2026, 1, 1).unwrap() + Days::new(after)
    }

    /// Each row of the file of a report, as `of` reads it.
    fn read<const N: usize, R: CsvReport<N> + ?Sized, T>(
        report: &R,
        separator: Separator,
        of: impl Fn(&Row<'_>) -> T,
    ) -> Vec<T> {
        let file = report.to_csv(separator);
        let layout = Layout { columns: &R::COLUMNS, prose: &R::COLUMNS, rows: 100_000, separator };
        let (sheet, complaints) = Sheet::take("report.csv", file.as_bytes(), &layout).unwrap();
        complaints.settle(()).unwrap();
        let begins = |field: &str| field.starts_with(['=', '+', '@', '\t', '\n', '＝']);
        let open: Vec<Row<'_>> = sheet.rows().collect();
        for row in &open {
            for column in R::COLUMNS {
                let cell = row.optional(column).unwrap().unwrap_or("");
                assert!(!begins(cell), "{cell:?} is open to a spreadsheet");
                assert!(!cell.starts_with('-') || cell.parse::<office_core::Decimal>().is_ok(), "{cell:?}");
            }
        }
        open.iter().map(of).collect()
    }

    fn text(row: &Row<'_>, column: &str) -> String {
        row.plain_optional(column).unwrap().unwrap_or("").to_owned()
    }

    /// An amount, if there is one.
    fn some(row: &Row<'_>, column: &str, currency: &str) -> Option<Money> {
        let amount = row.optional(column).unwrap()?;
        Some(Money::parse(amount, row.parse(currency, "a currency").unwrap()).unwrap())
    }

    fn money(row: &Row<'_>, column: &str) -> Money {
        some(row, column, "currency").unwrap()
    }

    fn number(row: &Row<'_>, column: &str) -> Option<u32> {
        row.parse_optional(column, "a number").unwrap()
    }

    fn date(row: &Row<'_>, column: &str) -> Option<NaiveDate> {
        row.parse_optional(column, "a date").unwrap()
    }

    fn dimensions(told: &str) -> Dimensions {
        told.split_whitespace().fold(Dimensions::new(), |all, one| {
            let (dimension, value) = one.split_once('=').unwrap();
            all.with(dimension.parse().unwrap(), value.parse::<Id<Dimension>>().unwrap())
        })
    }

    fn report_row(row: &Row<'_>) -> (String, ReportRow) {
        let account = row.parse("account", "an account").unwrap();
        (text(row, "part"), ReportRow { account, name: text(row, "name"), amount: money(row, "amount") })
    }

    type Draft = (u64, String, String, usize, usize, i64, bool);

    fn books(names: &[String], drafts: &[Draft]) -> Books {
        let account = |(name, (code, kind)): (&String, (&str, AccountKind))| {
            let part = if code == "1800" { CashFlowPart::Cash } else { CashFlowPart::Operating };
            Account::new(code.parse().unwrap(), name, kind).flowing(part)
        };
        let chart = Chart::new(names.iter().zip(CODES).map(account)).unwrap();
        let mut books = Books::new(chart, Currency::EUR, DateRange::from(day(0))).unwrap();
        for (place, (after, what, document, debit, credit, minor, foreign)) in (0..).zip(drafts) {
            let (debit, credit) = (CODES[*debit].0.parse().unwrap(), CODES[(debit + credit) % 6].0.parse().unwrap());
            let amount = Money::from_minor(*minor, if *foreign { Currency::USD } else { Currency::EUR });
            let told = |posting: Posting, worth| if *foreign { posting.worth(euro(worth)) } else { posting };
            let postings = vec![
                told(Posting::debit(debit, amount), minor * 2).borne_by(Id::natural("cost_centre", what)),
                told(Posting::credit(credit, amount), -minor * 2),
            ];
            let entry = Entry::balanced(day(*after), what, postings).unwrap().resting_on(document).unwrap();
            books.post(EntryId::from_uuid(uuid::Uuid::from_u128(place)), &entry).unwrap();
        }
        books
    }

    fn draft() -> impl Strategy<Value = Draft> {
        (0..90_u64, name(), name(), 0..6_usize, 1..6_usize, 1..1_000_000_i64, any::<bool>())
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(96))]

        /// The statements, account by account.
        #[test]
        fn statements_read_back(
            names in prop::collection::vec(name(), 6), drafts in prop::collection::vec(draft(), 0..12),
            separator in separator(),
        ) {
            let (books, days) = (books(&names, &drafts), DateRange::inclusive(day(20), day(70)).unwrap());
            let trial = books.trial_balance(day(70)).unwrap();
            let rows = read(&trial, separator, |row| (date(row, "on"), TrialRow {
                account: row.parse("account", "").unwrap(), name: text(row, "name"), kind: row.parse("kind", "").unwrap(),
                debit: money(row, "debit"), credit: money(row, "credit"),
            }));
            prop_assert_eq!(rows, trial.rows().iter().map(|row| (Some(day(70)), row.clone())).collect::<Vec<_>>());

            let named = |part: &'static str, rows: &[ReportRow]| {
                rows.iter().map(move |row| (part.to_owned(), row.clone())).collect::<Vec<_>>()
            };
            let income = books.income_statement(days).unwrap();
            let rows = read(&income, separator, report_row);
            prop_assert_eq!(rows, [named("income", &income.income), named("expense", &income.expense)].concat());

            let sheet = books.balance_sheet(day(70)).unwrap();
            let mut rows = read(&sheet, separator, |row| {
                if text(row, "part") == "result" { Err(money(row, "amount")) } else { Ok(report_row(row)) }
            });
            prop_assert_eq!(rows.pop(), Some(Err(sheet.result)));
            let parts = [("assets", &sheet.assets), ("liabilities", &sheet.liabilities), ("equity", &sheet.equity)];
            let told: Vec<_> = parts.into_iter().flat_map(|(part, rows)| named(part, rows)).map(Ok).collect();
            prop_assert_eq!(rows, told);

            let flow = books.cash_flow(days).unwrap();
            let rows = read(&flow, separator, |row| (text(row, "part"), text(row, "account"), money(row, "amount")));
            let of = |part: &str| rows.iter().filter(|row| row.0 == part).map(|row| row.2).collect::<Vec<_>>();
            prop_assert_eq!(of("opening"), [flow.opening]);
            prop_assert_eq!((of("result"), of("closing")), (vec![flow.result], vec![flow.closing]));
            prop_assert_eq!(of("operating"), flow.operating.iter().map(|row| row.amount).collect::<Vec<_>>());

            let direct = books.direct_cash_flow(days).unwrap();
            let rows = read(&direct, separator, |row| (text(row, "part") == "operating").then(|| CashFlowRow {
                account: row.parse("account", "").unwrap(), name: text(row, "name"),
                received: money(row, "received"), paid: money(row, "paid"),
            }));
            prop_assert_eq!(rows.len(), direct.operating.len() + 2);
            prop_assert_eq!(rows.into_iter().flatten().collect::<Vec<_>>(), direct.operating);
        }

        /// Pages of the ledger, with what was foreign.
        #[test]
        fn ledgers_read_back(
            names in prop::collection::vec(name(), 6), drafts in prop::collection::vec(draft(), 0..12),
            separator in separator(),
        ) {
            let (books, days) = (books(&names, &drafts), DateRange::inclusive(day(20), day(70)).unwrap());
            let pages: Vec<AccountLedger> = CODES.iter().map(|(code, _)| books.ledger(&code.parse().unwrap(), days).unwrap()).collect();
            let line = |row: &Row<'_>| {
                let number = text(row, "number");
                let (year, place) = number.split_once('-').unwrap();
                LedgerLine {
                    number: EntryNumber { year: year.parse().unwrap(), place: place.parse().unwrap() },
                    on: date(row, "on").unwrap(), description: text(row, "description"), document: Some(text(row, "document")),
                    dimensions: dimensions(&text(row, "dimensions")), amount: money(row, "amount"),
                    foreign: some(row, "foreign", "foreign_currency"), balance: money(row, "balance"),
                }
            };
            let rows = read(&pages[..], separator, |row| {
                let kind = text(row, "row");
                let line = (kind == "posting").then(|| line(row));
                (kind, row.parse("account", "").unwrap(), money(row, "balance"), line)
            });
            let mut read_back: Vec<AccountLedger> = Vec::new();
            for (kind, account, balance, line) in rows {
                match (line, read_back.last_mut()) {
                    (Some(line), Some(page)) => page.lines.push(line),
                    (None, Some(page)) if kind == "closing" => page.closing = balance,
                    _ => read_back.push(AccountLedger { account, opening: balance, lines: vec![], closing: balance }),
                }
            }
            prop_assert_eq!(read_back, pages);
        }

        /// What is outstanding, and the account of a client.
        #[test]
        fn subledgers_read_back(
            items in prop::collection::vec((name(), 0..90_u64, 1..90_u64, 1..1_000_000_i64), 0..8), paid in 1..1_000_000_i64,
            separator in separator(),
        ) {
            let client = Id::natural("party", "Museum");
            let of = |(document, on, due, minor): &(String, u64, u64, i64)| {
                OpenItem::new(client, document, day(*on), day(on + due), euro(*minor))
            };
            let items: Vec<_> = items.iter().map(of).collect();
            let ageing = Ageing::as_of(&items, day(100), &[30, 60], Currency::EUR).unwrap();
            let mut rows = read(&ageing, separator, |row| (number(row, "from_days"), number(row, "to_days"), money(row, "amount")));
            prop_assert_eq!(rows.remove(0), (None, Some(0), ageing.not_due));
            let bucket = |(from, to_days, amount): (Option<u32>, _, _)| AgeingBucket { from_days: from.unwrap(), to_days, amount };
            prop_assert_eq!(rows.into_iter().map(bucket).collect::<Vec<_>>(), ageing.overdue);

            let paid = NewPayment { party: client, amount: euro(paid), on: day(50), entry: None };
            let payment = Payment::open(&Payment::make(paid)).unwrap();
            let days = DateRange::inclusive(day(20), day(70)).unwrap();
            let account = ClientStatement::draw_up(client, &items, [&payment], days, Currency::EUR).unwrap();
            let mut rows = read(&account, separator, |row| {
                let (kind, amount) = (text(row, "row"), some(row, "amount", "currency"));
                (kind, date(row, "on").unwrap(), text(row, "document"), amount, money(row, "balance"))
            });
            let edge = |kind: &str, on, balance| (kind.to_owned(), on, String::new(), None, balance);
            prop_assert_eq!(rows.pop(), Some(edge("closing", day(70), account.closing)));
            prop_assert_eq!(rows.remove(0), edge("opening", day(20), account.opening));
            let told = account.lines.iter().map(|line| {
                (line.kind.as_str().to_owned(), line.on, line.document.clone().unwrap_or_default(), Some(line.amount), line.balance)
            });
            prop_assert_eq!(rows, told.collect::<Vec<_>>());
        }

        /// Plan against actual, why, what is left, and what the year comes to.
        #[test]
        fn budgets_read_back(
            plan in prop::array::uniform12(0..1_000_000_i64), actual in prop::collection::vec(-1_000_000..1_000_000_i64, 0..13),
            spent in prop::collection::vec((0..360_u64, 1..1_000_000_i64), 0..6), revised in prop::array::uniform12(0..1_000_000_i64),
            why in name(), over in 1..13_usize, separator in separator(),
        ) {
            let actual: Vec<Money> = actual.into_iter().map(euro).collect();
            let variance = BudgetVariance::of(&plan.map(euro), &actual).unwrap();
            let rows = read(&variance, separator, |row| (row.parse::<usize>("month", "").unwrap(), PlanActual {
                plan: money(row, "plan"), actual: money(row, "actual"), left: money(row, "left"),
            }));
            prop_assert_eq!(rows, (1..).zip(variance.months).collect::<Vec<_>>());

            let planned = BudgetPlan { months: plan.map(euro), ..BudgetPlan::even(Id::natural("cost_centre", "CC-300"), "6845".parse().unwrap(), 2026, euro(0)).unwrap() };
            let mut line = BudgetLine::open(&BudgetLine::plan(planned).unwrap()).unwrap();
            let check = line.check_funds(euro(spent.len().try_into().unwrap()), None).unwrap();
            let revision = BudgetRevision { version: 1, months: revised.map(euro), by: Id::natural("person", "E-003"), why: why.clone(), on: day(40) };
            if let Ok(decision) = line.revise(&revision) {
                decision.fact().iter().for_each(|fact| line.apply(fact));
            }
            for (place, (after, minor)) in spent.iter().enumerate() {
                let spending = Spending { amount: euro(*minor), on: day(*after) };
                line.apply(&line.spend(Id::natural("entry", &place.to_string()), spending, None).unwrap().fact().unwrap());
            }
            let explained = line.explain_variance(over, 2).unwrap();
            let rows = read(&explained, separator, |row| (
                text(row, "row"), number(row, "month"), date(row, "on"), text(row, "why"), row.parse_optional::<usize>("entries", "").unwrap(), money(row, "amount"),
            ));
            let left = rows.iter().filter(|row| row.0 != "to come").map(|row| row.5);
            prop_assert_eq!(Money::sum(left, Currency::EUR).unwrap(), explained.variance.to_date.left);
            let told = |row: &str| if row == "revised" { why.as_str() } else { "" };
            prop_assert!(rows.iter().all(|row| row.3 == told(&row.0)));
            let largest = rows.iter().filter(|row| row.0 == "spent").map(|row| Spending { amount: row.5.negated(), on: row.2.unwrap() });
            prop_assert_eq!(largest.collect::<Vec<_>>(), explained.largest.iter().map(|(_, spending)| *spending).collect::<Vec<_>>());
            let others = |row: &&(String, Option<u32>, Option<NaiveDate>, String, Option<usize>, Money)| row.0 == "others";
            prop_assert_eq!(rows.iter().find(others).unwrap().4, Some(explained.other_entries));
            prop_assert_eq!(rows.last().unwrap(), &("to come".to_owned(), None, None, String::new(), None, explained.to_come));

            let checks = [check, line.check_funds(euro(1), None).unwrap()];
            let rows = read(&checks[..], separator, |row| FundsCheck {
                line: row.parse("line", "").unwrap(), version: row.parse("version", "").unwrap(), planned: money(row, "planned"),
                reserved: money(row, "reserved"), committed: money(row, "committed"), actual: money(row, "actual"),
                available: money(row, "available"), wanted: money(row, "wanted"), freed: money(row, "freed"), left: money(row, "left"),
                enough: row.parse("enough", "").unwrap(),
            });
            prop_assert_eq!(rows, checks);

            let forecast = Forecast::of(&plan.map(euro)[..over], ForecastMethod::OnOrder { open: euro(5) }, Rounding::HalfUp).unwrap();
            let mut rows = read(&forecast, separator, |row| (text(row, "method"), text(row, "row"), number(row, "month"), money(row, "amount")));
            prop_assert!(rows.iter().all(|row| row.0 == "on order"));
            prop_assert_eq!(rows.pop().map(|row| (row.1, row.3)), Some(("high".to_owned(), forecast.high)));
            prop_assert_eq!(rows.pop().map(|row| (row.1, row.3)), Some(("low".to_owned(), forecast.low)));
            prop_assert_eq!(rows.iter().filter(|row| row.1 == "over").count(), over);
            prop_assert_eq!(rows.into_iter().map(|row| row.3).collect::<Vec<_>>(), forecast.months);
        }

        /// What was spent, and what is found in it.
        #[test]
        fn analyses_read_back(
            spent in prop::collection::vec((name(), 0..400_u64, -1_000_000..1_000_000_i64), 0..20),
            bought in prop::collection::vec((0..3_u8, 0..3_u8, 0..60_u64, 1..500_i64), 0..12),
            separator in separator(),
        ) {
            let line = |(who, after, minor): &(String, u64, i64)| SpendLine {
                on: day(*after), account: "6815".parse().unwrap(), amount: euro(*minor),
                dimensions: Dimensions::new().with(Dimension::PARTY, Id::<Dimension>::natural("party", who)),
            };
            let lines: Vec<_> = spent.iter().map(line).collect();
            let rows = read(&lines[..], separator, |row| SpendLine {
                on: date(row, "on").unwrap(), account: row.parse("account", "").unwrap(), amount: money(row, "amount"),
                dimensions: dimensions(&text(row, "dimensions")),
            });
            prop_assert_eq!(&rows, &lines);

            // Keys are text, whatever they are made of: here, of what people call things.
            let mut table = SpendTable::of(&lines, SpendBy::Dimension(Dimension::PARTY), SpendSpan::Month, Currency::EUR).unwrap();
            for (row, (who, ..)) in table.rows.iter_mut().zip(&spent) {
                row.key.clone_from(who);
            }
            let rows = read(&table, separator, |row| (text(row, "key"), text(row, "span"), money(row, "amount")));
            let cells = table.rows.iter().flat_map(|row| {
                table.spans.iter().zip(&row.amounts).map(|(span, amount)| (row.key.clone(), span.clone(), *amount))
            });
            prop_assert_eq!(rows, cells.collect::<Vec<_>>());
            let top = table.top(5).unwrap();
            let rows = read(&top[..], separator, |row| TopRow {
                key: text(row, "key"), total: money(row, "total"),
                share: office_core::Percent::new(row.parse("share_percent", "").unwrap()).unwrap(),
            });
            prop_assert_eq!(rows, top);
            let trend = table.trend().unwrap();
            let rows = read(&trend[..], separator, |row| TrendStep {
                span: text(row, "span"), amount: money(row, "amount"), change: money(row, "change"),
                change_of_year: some(row, "change_of_year", "currency"),
            });
            prop_assert_eq!(rows, trend);
            let rule = AnomalyRule { times: 1, at_least: euro(1), least_spans: 3 };
            let odd = anomalies(&table, rule).unwrap();
            let hundredths = |ratio: Ratio| ratio.to_decimal(2, Rounding::HalfUp).unwrap();
            let rows = read(&odd[..], separator, |row| (
                text(row, "key"), text(row, "span"), money(row, "amount"), money(row, "median"), money(row, "distance"),
                row.parse_optional("times", "").unwrap(),
            ));
            let told = odd.into_iter().map(|odd| (odd.key, odd.span, odd.amount, odd.median, odd.distance, odd.times.map(hundredths)));
            prop_assert_eq!(rows, told.collect::<Vec<_>>());

            let paid = |&(vendor, item, after, price): &(u8, u8, u64, i64)| PricePaid {
                vendor: Id::natural("party", &vendor.to_string()), item: Id::natural("item", &item.to_string()),
                on: day(after), quantity: "10 box".parse().unwrap(), price: format!("{price} EUR / 3 box").parse().unwrap(),
            };
            let paid: Vec<PricePaid> = bought.iter().map(paid).collect();
            let drift = price_drift(&paid);
            let rows = read(&drift[..], separator, |row| (
                row.parse("vendor", "").unwrap(), row.parse("item", "").unwrap(),
                (date(row, "first_on").unwrap(), row.parse("first_price", "").unwrap()),
                (date(row, "last_on").unwrap(), row.parse("last_price", "").unwrap()), row.parse("purchases", "").unwrap(),
                row.parse_optional("drift_percent", "").unwrap(),
            ));
            let percent = |part: Ratio| hundredths(part.checked_mul(Ratio::from_integer(100)).unwrap());
            let told = drift.iter().map(|of| (of.vendor, of.item, of.first, of.last, of.purchases, of.drift.map(percent)));
            prop_assert_eq!(rows, told.collect::<Vec<_>>());
            let found = savings(&paid, 30, Rounding::HalfUp).unwrap();
            let of = |row: &Row<'_>, vendor: &str, on: &str, price: &str| PricePaid {
                vendor: row.parse(vendor, "").unwrap(), item: row.parse("item", "").unwrap(), on: date(row, on).unwrap(),
                quantity: row.parse("quantity", "").unwrap(), price: row.parse(price, "").unwrap(),
            };
            let rows = read(&found[..], separator, |row| {
                (of(row, "vendor", "on", "price"), of(row, "cheaper_vendor", "cheaper_on", "cheaper_price"), money(row, "amount"))
            });
            prop_assert_eq!(rows, found.iter().map(|of| (of.paid, of.cheaper, of.amount)).collect::<Vec<_>>());
        }
    }
}
