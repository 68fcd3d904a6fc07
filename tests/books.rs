//! The books on every backend: numbered, closed, reopened, and told the same.

#[cfg(test)]
#[path = "small_office/backend.rs"]
mod backend;

#[cfg(test)]
mod tests {
    use chrono::{DateTime, NaiveDate};
    use office_core::{
        Actor, Command, Currency, DateRange, ExchangeRate, Id, Money, Office, Role, Rounding, StoreError, wait,
    };
    use office_finance::{
        Account, AccountKind, Books, Chart, CloseBooksError, Conversion, Dimension, DimensionRule, Dimensions, Entry,
        EntryId, Period, PeriodSnapshot, PostError, Posting, close_period, entries_of, post, reopen_period,
        snapshot_of,
    };

    use crate::backend::backends;

    fn day(text: &str) -> NaiveDate {
        text.parse().unwrap()
    }

    fn command(key: &str) -> Command {
        let clerk = Actor::new(Id::natural("person", "E-003"), Role::new("bookkeeper"));
        Command::new(key.replace(' ', "-"), "books", clerk, DateTime::UNIX_EPOCH).unwrap()
    }

    fn chart() -> Chart {
        let account = |code: &str, kind| Account::new(code.parse().unwrap(), code, kind);
        let rent = account("6310", AccountKind::Expense).ruling(Dimension::COST_CENTRE, DimensionRule::Required);
        let dollars = account("1810", AccountKind::Asset).in_currency(Currency::USD);
        let retained = account("2970", AccountKind::Equity);
        Chart::new([account("1800", AccountKind::Asset), dollars, retained, rent]).unwrap()
    }

    fn rent(minor: i64) -> Vec<Posting> {
        let rent = Money::from_minor(minor, Currency::EUR);
        let bear = Posting::debit("6310".parse().unwrap(), rent).borne_by(Id::natural("cost_centre", "CC-100"));
        vec![bear, Posting::credit("1800".parse().unwrap(), rent)]
    }

    fn post_on(office: &Office, key: &str, entry: &Entry) -> Result<String, String> {
        let posted = wait(office.transact(&command(key), |tx| {
            let (chart, entry) = (chart(), entry.clone());
            // Commands differ where the entry is the same.
            let name = key.split('/').next().unwrap_or(key);
            async move { post(&tx, &chart, EntryId::natural("entry", name), entry).await }
        }));
        posted.map(|number| number.to_string()).map_err(|error: PostError| error.to_string())
    }

    fn close(office: &Office, key: &str, snapshot: &PeriodSnapshot) -> Result<(), String> {
        let period = Period::id_of(snapshot.days().start());
        let closed = wait(office.transact(&command(key), |tx| {
            let snapshot = snapshot.clone();
            async move { close_period(&tx, period, snapshot).await }
        }));
        closed.map_err(|error: CloseBooksError| error.to_string())
    }

    /// The books of the year as they stand in the store.
    fn replayed(office: &Office) -> Books {
        let year = DateRange::year(2026).unwrap();
        let entries = wait(office.view(|view| async move { entries_of(&view, year).await })).unwrap();
        let mut books = Books::new(chart(), Currency::EUR, year).unwrap();
        for entry in &entries {
            books.replay(entry).unwrap();
        }
        books
    }

    /// Opens the three months of the quarter.
    fn open(office: &Office) {
        for month in 10..=12 {
            let opened: Result<(), StoreError> =
                wait(office.transact(&command(&format!("open {month}")), |tx| async move {
                    let period = Period::begin(2026, month).unwrap();
                    tx.create(Period::id_of(NaiveDate::from_ymd_opt(2026, month, 1).unwrap()), period).await
                }));
            opened.unwrap();
        }
    }

    /// What a quarter amounts to: all that was answered, and the books as they stand in the end.
    fn quarter(office: &Office) -> (Vec<Result<String, String>>, String) {
        open(office);
        let entry = |on: &str, postings| Entry::balanced(day(on), "rent", postings).unwrap();
        let mut answers = vec![
            post_on(office, "october", &entry("2026-10-01", rent(740_000))),
            post_on(office, "november", &entry("2026-11-01", rent(740_000))),
            post_on(office, "october/again", &entry("2026-10-01", rent(740_000))),
            post_on(office, "october/other", &entry("2026-10-01", rent(730_000))),
        ];
        let bare = rent(1).into_iter().map(|posting| Posting { dimensions: Dimensions::new(), ..posting }).collect();
        answers.push(post_on(office, "nobody bears it", &entry("2026-10-02", bare)));
        let rate =
            ExchangeRate::new(Currency::USD, Currency::EUR, "0.915".parse().unwrap(), day("2026-10-05")).unwrap();
        let code = |code: &str| code.parse().unwrap();
        let conversion = Conversion::new(Currency::EUR, [rate], Rounding::HalfUp, code("6969")).unwrap();
        let dollars = Money::from_minor(10_000, Currency::USD);
        let fee = Posting::debit(code("6310"), dollars).borne_by(Id::natural("cost_centre", "CC-100"));
        let fee = conversion.convert(vec![fee, Posting::credit(code("1810"), dollars)]).unwrap();
        answers.push(post_on(office, "fee", &entry("2026-10-05", fee)));

        let snapshot = |month| {
            let days = DateRange::month(2026, month).unwrap();
            wait(office.view(|view| async move { snapshot_of(&view, days).await })).unwrap()
        };
        let told = |answer: Result<(), String>| answer.map(|()| "closed".to_owned());
        answers.push(told(close(office, "close open", &snapshot(10))));
        for month in [10, 11] {
            let period = Period::id_of(NaiveDate::from_ymd_opt(2026, month, 1).unwrap());
            let soft: Result<(), StoreError> =
                wait(office.transact(&command(&format!("soft {month}")), |tx| async move {
                    let (by, at) = (tx.command().actor().person, tx.command().at());
                    let soft = tx.load(period).await?.soft_close([], by, at).unwrap();
                    tx.decide(period, soft).await
                }));
            soft.unwrap();
        }
        answers.push(post_on(office, "late", &entry("2026-10-31", rent(1))));
        answers.push(told(close(office, "close november first", &snapshot(11))));
        let october = snapshot(10);
        post_on(office, "december", &entry("2026-12-01", rent(740_000))).unwrap();
        answers.push(told(close(office, "close stale", &october)));
        answers.push(told(close(office, "close", &snapshot(10))));
        answers.push(told(close(office, "close november", &snapshot(11))));
        let reopen = |key: &str, month| {
            let period = Period::id_of(NaiveDate::from_ymd_opt(2026, month, 1).unwrap());
            let reopened = wait(office.transact(&command(key), |tx| async move {
                reopen_period(&tx, period, Vec::new(), "late bill").await
            }));
            reopened.map(|()| "reopened".to_owned()).map_err(|error: CloseBooksError| error.to_string())
        };
        answers.push(reopen("reopen october", 10));
        answers.push(reopen("reopen november", 11));
        assert_eq!(snapshot(10).fingerprint(), october.fingerprint());

        let books = replayed(office);
        let closing = books.close_year(day("2026-12-31"), &code("2970")).unwrap();
        assert_eq!(closing.len(), 1);
        answers.push(post_on(office, "year end", &closing[0]));
        answers.push(post_on(office, "year end/again", &closing[0]));
        let books = replayed(office);
        assert_eq!(books.close_year(day("2026-12-31"), &code("2970")), Ok(Vec::new()));
        (answers, format!("{:?}", books.trial_balance(day("2026-12-31")).unwrap()))
    }

    /// Laws 7, 8, 9 and 35.
    #[test]
    fn a_quarter_is_the_same_on_every_backend() {
        let told: Vec<_> = backends().iter().map(|backend| (backend.name, quarter(&backend.office))).collect();
        let (name, one) = &told[0];
        for (other_name, other) in &told {
            assert_eq!(one, other, "{name}, {other_name}");
        }
        let told: Vec<&str> = one.0.iter().map(|answer| answer.as_ref().map_or("refused", String::as_str)).collect();
        let expected = [
            "2026-00001",
            "2026-00002",
            "2026-00001",
            "refused",
            "refused",
            "2026-00003",
            "refused",
            "refused",
            "refused",
            "refused",
            "closed",
            "closed",
            "refused",
            "reopened",
            "2026-00005",
            "2026-00005",
        ];
        assert_eq!(told, expected);
    }
}
