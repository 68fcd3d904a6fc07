//! Equipment in the books: what is written off adds up, once, and what goes leaves nothing behind.

#[cfg(test)]
#[path = "small_office/backend.rs"]
mod backend;

#[cfg(test)]
#[expect(clippy::arithmetic_side_effects, reason = "the numbers of this test are small")]
mod tests {
    use std::collections::BTreeMap;
    use std::sync::Barrier;

    use chrono::{Datelike, Months, NaiveDate};
    use office::equipment::{
        EquipmentRules, RecallError, TakeUpError, WriteOutError, not_taken_up, recall, take_up, write_off, write_out,
    };
    use office_core::subject::CostCentreId;
    use office_core::{
        Actor, Command, Currency, DateRange, Id, MemoryStore, Money, Office, Percent, Role, Rounding, StoreError, wait,
    };
    use office_finance::{
        Account, AccountCode, AccountKind, Balances, BudgetLine, BudgetPlan, Chart, DepreciationMethod,
        DepreciationStart, Dimension, Dimensions, Entry, EntryId, FixedAsset, FixedAssetAccounts, FixedAssetId, Period,
        Posting, PostingRun, RoundingRest, UndoLineError, entries_of, post,
    };
    use office_inventory::{
        Asset, AssetCharge, AssetFact, AssetId, AssetPurchase, DepreciationTerms, DisposalKind, Disposed,
        EquipmentTerms, EquipmentTermsBook, NewAsset, Reference,
    };
    use office_scratch::embedded;
    use proptest::prelude::*;

    use crate::backend::backends;

    const COST: &str = "0650";
    const ACCUMULATED: &str = "0655";
    const DEPRECIATION: &str = "6222";
    const BANK: &str = "1800";
    const GAIN: &str = "4845";
    const LOSS: &str = "6885";

    fn euro(minor: i64) -> Money {
        Money::from_minor(minor, Currency::EUR)
    }

    fn account(code: &str) -> AccountCode {
        code.parse().unwrap()
    }

    fn studio() -> CostCentreId {
        Id::natural("cost_centre", "CC-200")
    }

    fn laptop() -> AssetId {
        Id::natural("asset", "LT-0042")
    }

    fn first_use() -> NaiveDate {
        "2026-01-14".parse().unwrap()
    }

    /// A day in the month so many months after that of the first use.
    fn month(after: u32) -> NaiveDate {
        first_use() + Months::new(after)
    }

    fn command(key: &str) -> Command {
        let clerk = Actor::new(Id::natural("person", "E-003"), Role::new("assistant"));
        Command::new(key, "books", clerk, "2026-01-14T09:00:00Z".parse().unwrap()).unwrap()
    }

    fn rules(life_months: u32, residual: i32, method: DepreciationMethod) -> EquipmentRules {
        let depreciation =
            DepreciationTerms { life_months, residual: Percent::whole(residual), method: "usual".parse().unwrap() };
        let kept = EquipmentTerms { acceptance: false, holds_data: false, depreciation: Some(depreciation) };
        let mut terms = EquipmentTermsBook::default();
        terms.publish(&"laptop".parse().unwrap(), "2020-01-01".parse().unwrap(), kept).unwrap();
        let accounts = FixedAssetAccounts {
            cost: account(COST),
            accumulated: account(ACCUMULATED),
            expense: account(DEPRECIATION),
            gain: account(GAIN),
            loss: account(LOSS),
        };
        let borne = Dimensions::new().with(Dimension::COST_CENTRE, studio());
        let of = |code: &str, kind| Account::new(account(code), code, kind);
        let chart = Chart::new([
            of(COST, AccountKind::Asset),
            of(ACCUMULATED, AccountKind::Asset),
            of(BANK, AccountKind::Asset),
            of(GAIN, AccountKind::Income),
            of(LOSS, AccountKind::Expense),
            of(DEPRECIATION, AccountKind::Expense),
        ]);
        EquipmentRules {
            chart: chart.unwrap(),
            accounts: [("laptop".to_owned(), (accounts, borne))].into(),
            proceeds_to: account(BANK),
            terms,
            methods: [("usual".parse().unwrap(), method)].into(),
            start: DepreciationStart::FullMonth,
            rounding: Rounding::HalfUp,
            rest: RoundingRest::EachLine,
            posted_from: "2026-01-01".parse().unwrap(),
        }
    }

    fn new_asset(tag: &str, cost: Option<Money>) -> NewAsset {
        let bought = |cost| AssetPurchase { vendor: Id::natural("party", "V-03"), order: None, on: first_use(), cost };
        NewAsset {
            tag: tag.parse().unwrap(),
            category: "Laptop".parse().unwrap(),
            maker: "Lenovo".parse().unwrap(),
            model: "T14".to_owned(),
            serial: None,
            purchase: cost.map(bought),
            in_service: Some(first_use()),
            lendable: false,
            place: Id::natural("place", "R-S1"),
            by: Id::natural("person", "E-004"),
            at: "2026-01-14T08:00:00Z".parse().unwrap(),
            slip: "DN-03".parse().unwrap(),
        }
    }

    /// Two years of periods, a budget for the first of them, and a laptop that was paid for.
    fn set_up(office: &Office, rules: &EquipmentRules, cost: Money) {
        wait(office.transact(&command("set-up"), |tx| async move {
            for year in [2026, 2027] {
                for month in 1..=12 {
                    let first = NaiveDate::from_ymd_opt(year, month, 1).unwrap();
                    tx.create(Period::id_of(first), Period::begin(year, month).unwrap()).await?;
                }
            }
            let plan = BudgetPlan::even(studio(), account(DEPRECIATION), 2026, euro(120_000)).unwrap();
            tx.create(BudgetLine::id_of(studio(), &account(DEPRECIATION), 2026), BudgetLine::plan(plan).unwrap())
                .await?;
            tx.create(laptop(), Asset::register(None, new_asset("LT-0042", Some(cost))).unwrap().fact().unwrap()).await
        }))
        .unwrap();
        pay(office, rules, "bill", cost);
    }

    fn pay(office: &Office, rules: &EquipmentRules, bill: &str, cost: Money) {
        if cost.is_zero() {
            return;
        }
        let postings = vec![Posting::debit(account(COST), cost), Posting::credit(account(BANK), cost)];
        let entry = &Entry::balanced(first_use(), "laptop", postings).unwrap();
        wait(office.transact(&command(bill), |tx| async move {
            post(&tx, &rules.chart, EntryId::natural("bill", bill), entry.clone()).await
        }))
        .unwrap();
    }

    fn charge(office: &Office, rules: &EquipmentRules, paper: &str, (after, cents): (u32, i64)) {
        let (reference, amount): (Reference, _) = (paper.parse().unwrap(), euro(cents));
        let charge = &AssetCharge { reference, vendor: None, on: month(after) + Months::new(1), amount };
        wait(office.transact(&command(&format!("charge-{paper}")), |tx| async move {
            let decision = tx.load(laptop()).await?.charge(charge.clone());
            tx.decide(laptop(), decision.unwrap()).await
        }))
        .unwrap();
        pay(office, rules, paper, amount);
    }

    fn take(office: &Office, rules: &EquipmentRules, key: &str) -> Result<Vec<FixedAssetId>, TakeUpError> {
        wait(office.transact(&command(key), |tx| async move { take_up(&tx, rules, laptop()).await }))
    }

    /// Writes off what is over by the end of a month; answers how many lines that were.
    fn write(office: &Office, rules: &EquipmentRules, key: &str, after: u32) -> usize {
        let next = (month(after) + Months::new(1)).with_day(1).unwrap();
        let run = PostingRun::through(next.pred_opt().unwrap());
        let posted =
            wait(office.transact(&command(key), |tx| async move { write_off(&tx, rules, run).await })).unwrap();
        assert!(posted.is_complete);
        posted.entries.len()
    }

    fn call_back(
        office: &Office,
        rules: &EquipmentRules,
        key: &str,
        (id, first): (FixedAssetId, NaiveDate),
    ) -> Result<(), RecallError> {
        let on = first + Months::new(1);
        wait(office.transact(&command(key), |tx| async move { recall(&tx, rules, id, first, on).await }))
    }

    /// What is posted of the laptop and of all that was spent on it.
    fn posted(office: &Office) -> Vec<(FixedAssetId, NaiveDate)> {
        let kept = wait(office.view(|view| async move { view.every::<FixedAsset>(None, 100).await })).unwrap();
        let lines = |(id, asset): &(FixedAssetId, FixedAsset)| {
            let id = *id;
            asset.posted().map(|(first, _)| (id, first)).collect::<Vec<_>>()
        };
        kept.iter().flat_map(lines).collect()
    }

    /// What is on the accounts of cost, accumulated and yearly depreciation, gain and loss.
    fn balances(office: &Office) -> [i128; 5] {
        let entries = wait(office.view(|view| async move {
            entries_of(&view, DateRange::new("2026-01-01".parse().unwrap(), None).unwrap()).await
        }));
        let balances = Balances::as_of(&entries.unwrap(), "2030-12-31".parse().unwrap(), Currency::EUR).unwrap();
        [COST, ACCUMULATED, DEPRECIATION, GAIN, LOSS].map(|code| balances.of(&account(code)).minor())
    }

    /// What is spent of the budget of the first year, and on the account in that year.
    fn budget(office: &Office) -> [i128; 2] {
        let (line, entries) = wait(office.view(|view| async move {
            let line = view.load(BudgetLine::id_of(studio(), &account(DEPRECIATION), 2026)).await?;
            Ok::<_, StoreError>((line, entries_of(&view, DateRange::year(2026).unwrap()).await?))
        }))
        .unwrap();
        let year = Balances::as_of(&entries, "2026-12-31".parse().unwrap(), Currency::EUR).unwrap();
        [line.actual().unwrap().minor(), year.of(&account(DEPRECIATION)).minor()]
    }

    /// The laptop goes.
    fn go(office: &Office, fact: &AssetFact) {
        wait(office.transact(&command("go"), |tx| async move { tx.record(laptop(), fact.clone()).await })).unwrap();
    }

    fn sold(on: NaiveDate, proceeds: Money) -> AssetFact {
        AssetFact::Disposed(Box::new(Disposed {
            kind: DisposalKind::Sold { to: None },
            on,
            at: "2027-06-01T08:00:00Z".parse().unwrap(),
            proceeds,
            data: None,
            by: Id::natural("person", "E-004"),
            slip: "sale".parse().unwrap(),
        }))
    }

    fn method() -> impl Strategy<Value = DepreciationMethod> {
        let declining = DepreciationMethod::DecliningBalance { rate: Percent::whole(40), switches: true };
        prop::sample::select(vec![DepreciationMethod::StraightLine, declining])
    }

    #[derive(Clone, Copy, Debug)]
    enum Step {
        Write(u32),
        Recall(u32),
        Charge(u32, i64),
    }

    fn steps() -> impl Strategy<Value = Vec<Step>> {
        let step = prop_oneof![
            6 => (0..14_u32).prop_map(Step::Write),
            2 => (0..14_u32).prop_map(Step::Recall),
            1 => (0..12_u32, 0..30_000_i64).prop_map(|(after, cents)| Step::Charge(after, cents)),
        ];
        prop::collection::vec(step, 0..16)
    }

    /// Does what may be done, checks that the budget goes with it, and answers what was spent besides.
    fn live(office: &Office, rules: &EquipmentRules, steps: &[Step]) -> i64 {
        let mut spent = 0;
        assert_eq!(take(office, rules, "take-up").unwrap(), [laptop().retag()]);
        for (number, step) in steps.iter().enumerate() {
            match *step {
                Step::Write(after) => {
                    write(office, rules, &format!("write-{number}"), after);
                    assert_eq!(write(office, rules, &format!("again-{number}"), after), 0, "each line once");
                }
                Step::Recall(after) => {
                    let first = month(after).with_day(1).unwrap();
                    let recalled = call_back(office, rules, &format!("recall-{number}"), (laptop().retag(), first));
                    let none = matches!(recalled, Err(RecallError::Undo(UndoLineError::NotPosted { .. })));
                    assert!(recalled.is_ok() || none, "{recalled:?}");
                }
                Step::Charge(after, cents) => {
                    charge(office, rules, &format!("RE-{number}"), (after, cents));
                    assert_eq!(take(office, rules, &format!("take-up-{number}")).unwrap().len(), 1);
                    spent += cents;
                }
            }
            let [line, year] = budget(office);
            assert_eq!(line, year, "what a cost centre bears is spent there");
        }
        assert_eq!(take(office, rules, "take-up-again").unwrap(), []);
        spent
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(24))]

        /// Laws 1 and 2.
        #[test]
        fn what_is_written_off_is_cost_less_residual(
            (cost, residual, life) in (10_000..400_000_i64, 0..=100_i32, 1..16_u32),
            (method, steps, file) in (method(), steps(), prop::bool::weighted(0.2)),
        ) {
            let rules = &rules(life, residual, method);
            let (_places, [memory, sqlite]) = embedded();
            let office = if file { &sqlite } else { &memory };
            set_up(office, rules, euro(cost));
            let spent = live(office, rules, &steps);
            write(office, rules, "last", 22);
            let value = euro(cost).share(Percent::whole(residual), Rounding::HalfUp).unwrap();
            let all = i128::from(cost + spent) - value.minor();
            prop_assert_eq!(balances(office), [i128::from(cost + spent), -all, all, 0, 0]);
            let [line, year] = budget(office);
            prop_assert_eq!(line, year);
        }

        /// Law 3.
        #[test]
        fn what_goes_leaves_what_it_cost_less_what_it_brought(
            (cost, residual, life) in (10_000..400_000_i64, 0..=100_i32, 1..16_u32),
            (method, steps, file) in (method(), steps(), prop::bool::weighted(0.2)),
            (after, proceeds) in (0..16_u32, 0..200_000_i64),
        ) {
            let rules = &rules(life, residual, method);
            let (_places, [memory, sqlite]) = embedded();
            let office = if file { &sqlite } else { &memory };
            set_up(office, rules, euro(cost));
            let spent = live(office, rules, &steps);
            let leave = |key: &str| -> Result<Vec<EntryId>, WriteOutError> {
                wait(office.transact(&command(key), |tx| async move { write_out(&tx, rules, laptop()).await }))
            };
            let before = balances(office);
            prop_assert!(matches!(leave("early"), Err(WriteOutError::NotDisposed)));
            go(office, &sold(month(after), euro(proceeds)));
            // What was written off beyond the day is called back first.
            let is_beyond = |(_, first): &(FixedAssetId, NaiveDate)| *first + Months::new(1) > month(after).succ_opt().unwrap();
            let beyond: Vec<_> = posted(office).into_iter().filter(is_beyond).collect();
            if !beyond.is_empty() {
                prop_assert!(matches!(leave("beyond"), Err(WriteOutError::Dispose(_))));
                prop_assert_eq!(balances(office), before);
            }
            for (number, line) in beyond.into_iter().enumerate() {
                call_back(office, rules, &format!("beyond-{number}"), line).unwrap();
            }
            let entries = leave("leave").unwrap();
            let gone = balances(office);
            prop_assert_eq!(gone[..2].to_vec(), [0, 0]);
            prop_assert_eq!(gone[2..].iter().sum::<i128>(), i128::from(cost + spent - proceeds));
            let [line, year] = budget(office);
            prop_assert_eq!(line, year);
            prop_assert_eq!(leave("leave-again").unwrap(), entries);
            prop_assert_eq!(write(office, rules, "later", 22), 0);
            prop_assert_eq!(balances(office), gone);
        }
    }

    /// Law 2.
    #[test]
    fn of_two_at_once_one_writes_off_a_month() {
        let rules = &rules(36, 0, DepreciationMethod::StraightLine);
        for _ in 0..10 {
            for backend in &backends() {
                let office = &backend.office;
                set_up(office, rules, euro(36_000));
                let start = Barrier::new(2);
                let written = std::thread::scope(|scope| {
                    let both = ["one", "other"].map(|key| {
                        let start = &start;
                        scope.spawn(move || {
                            start.wait();
                            let taken_up = take(office, rules, &format!("{key}-takes-up")).unwrap().len();
                            (taken_up, write(office, rules, key, 0))
                        })
                    });
                    both.map(|thread| thread.join().unwrap())
                });
                let sum = written.iter().fold((0, 0), |sum, both| (sum.0 + both.0, sum.1 + both.1));
                assert_eq!(sum, (1, 1), "{}", backend.name);
                assert_eq!(balances(office)[2], 1_000, "{}", backend.name);
            }
        }
    }

    #[test]
    fn what_the_books_cannot_keep_is_not_missed_or_refused() {
        let rules = &rules(36, 10, DepreciationMethod::StraightLine);
        let office = &Office::on(MemoryStore::new());
        set_up(office, rules, euro(40_000));
        let given: AssetId = Id::natural("asset", "LT-0043");
        wait(office.transact(&command("given"), |tx| async move {
            tx.create(given, Asset::register(None, new_asset("LT-0043", None)).unwrap().fact().unwrap()).await
        }))
        .unwrap();
        let missing = || wait(office.view(|view| async move { not_taken_up(&view, rules).await })).unwrap();
        assert_eq!(missing(), [laptop()]);
        let refused = wait(office.transact(&command("given-up"), |tx| async move { take_up(&tx, rules, given).await }));
        assert!(matches!(refused, Err(TakeUpError::Basis(_))), "{refused:?}");
        let unknown = EquipmentRules { methods: BTreeMap::new(), ..rules.clone() };
        assert!(matches!(take(office, &unknown, "unknown"), Err(TakeUpError::NoMethod { .. })));
        let nowhere = EquipmentRules { accounts: BTreeMap::new(), ..rules.clone() };
        assert!(matches!(take(office, &nowhere, "nowhere"), Err(TakeUpError::NoAccounts { .. })));
        assert_eq!(missing(), [laptop()], "nothing of that was recorded");
        take(office, rules, "take-up").unwrap();
        assert_eq!(missing(), []);

        // More memory is another part of it; a credit for it is told by no line.
        charge(office, rules, "RE-1", (3, 6_000));
        assert_eq!(missing(), [laptop()]);
        assert_eq!(take(office, rules, "memory").unwrap().len(), 1);
        charge(office, rules, "CN-1", (4, -600));
        let Err(TakeUpError::Credit { reference }) = take(office, rules, "credit") else { panic!("taken up") };
        assert_eq!(reference.as_str(), "CN-1");
    }
}
