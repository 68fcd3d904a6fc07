//! Fixed assets on a store: each line of depreciation is posted once, whoever runs it, and what is undone is due again.

#[cfg(test)]
#[expect(clippy::arithmetic_side_effects, reason = "the numbers of these tests are small")]
#[expect(clippy::too_many_lines, reason = "a stored form is shown whole")]
mod stored {
    use std::sync::Barrier;

    use chrono::{DateTime, Days, NaiveDate};
    use office_core::{
        Actor, Command, Currency, DateRange, Entity, Id, MemoryStore, Money, Office, Role, Rounding, StoreError, fold,
        wait,
    };
    use office_finance::{
        Account, AccountKind, Balances, Chart, DepreciationBook, DepreciationMethod, DepreciationStart,
        DepreciationTerms, Dimension, DisposeError, DisposeFixedAssetError, EntryId, EstimateError, FixedAsset,
        FixedAssetAccounts, FixedAssetFact, FixedAssetId, FixedAssetPlan, FixedAssetSale, JournalEntry, Period,
        PostError, PostingRun, PostingRunError, RoundingRest, UndoLineError, dispose_fixed_asset, entries_of,
        run_depreciation, undo_depreciation,
    };
    use office_scratch::offices;
    use proptest::prelude::*;

    fn day(month: u32, day: u32) -> NaiveDate {
        NaiveDate::from_ymd_opt(2026, month, day).unwrap()
    }

    fn euro(minor: i64) -> Money {
        Money::from_minor(minor, Currency::EUR)
    }

    fn chart() -> Chart {
        let account = |(code, kind): (&str, AccountKind)| Account::new(code.parse().unwrap(), code, kind);
        let kept = ["0650", "0659", "1800"].map(|code| (code, AccountKind::Asset));
        let result = [("4849", AccountKind::Income), ("6220", AccountKind::Expense), ("6889", AccountKind::Expense)];
        Chart::new(kept.into_iter().chain(result).map(account)).unwrap()
    }

    fn command(key: &str) -> Command {
        let clerk = Actor::new(Id::natural("person", "E-003"), Role::new("bookkeeper"));
        Command::new(key, "test", clerk, DateTime::from_timestamp(1_790_000_000, 0).unwrap()).unwrap()
    }

    fn terms(cost: i64, months: u32, in_service: NaiveDate) -> DepreciationTerms {
        DepreciationTerms {
            cost: euro(cost),
            residual: euro(0),
            in_service,
            life_months: months,
            method: DepreciationMethod::StraightLine,
            start: DepreciationStart::FullMonth,
            rounding: Rounding::HalfUp,
            rest: RoundingRest::EachLine,
        }
    }

    fn plan(terms: DepreciationTerms) -> FixedAssetPlan {
        let code = |code: &str| code.parse().unwrap();
        FixedAssetPlan {
            name: "desk D-014".to_owned(),
            terms,
            accounts: FixedAssetAccounts {
                cost: code("0650"),
                accumulated: code("0659"),
                expense: code("6220"),
                gain: code("4849"),
                loss: code("6889"),
            },
            dimensions: office_finance::Dimensions::new()
                .with(Dimension::COST_CENTRE, Id::<Dimension>::natural("cost_centre", "CC-100")),
            posted_from: day(1, 1),
        }
    }

    fn id(place: usize) -> FixedAssetId {
        Id::natural("fixed_asset", &format!("D-{place}"))
    }

    /// An office with the periods of the year, and these assets.
    fn office(office: Office, plans: &[FixedAssetPlan]) -> Office {
        let made = wait(office.transact(&command("begin"), |tx| async move {
            for month in 1..=12 {
                tx.create(Period::id_of(day(month, 1)), Period::begin(2026, month).unwrap()).await?;
            }
            for (place, plan) in plans.iter().enumerate() {
                tx.create(id(place), FixedAsset::take_up(plan.clone()).unwrap()).await?;
            }
            Ok::<_, StoreError>(())
        }));
        made.unwrap();
        office
    }

    fn run(office: &Office, key: &str, run: PostingRun) -> Result<(usize, bool), PostingRunError> {
        let chart = &chart();
        let posted = wait(office.transact(&command(key), |tx| async move { run_depreciation(&tx, chart, run).await }))?;
        Ok((posted.entries.len(), posted.is_complete))
    }

    fn undo(office: &Office, key: &str, first: NaiveDate, on: NaiveDate) -> Result<(), UndoLineError> {
        let chart = &chart();
        wait(office.transact(&command(key), |tx| async move {
            undo_depreciation(&tx, chart, id(0), first, on).await.map(drop)
        }))
    }

    fn dispose(office: &Office, key: &str, sale: &FixedAssetSale) -> Result<EntryId, DisposeFixedAssetError> {
        let chart = &chart();
        wait(office.transact(&command(key), |tx| async move { dispose_fixed_asset(&tx, chart, id(0), sale).await }))
    }

    fn sale(on: NaiveDate, minor: i64) -> FixedAssetSale {
        FixedAssetSale { on, proceeds: euro(minor), proceeds_to: "1800".parse().unwrap() }
    }

    fn asset(office: &Office, place: usize) -> FixedAsset {
        wait(office.view(|view| async move { view.load(id(place)).await })).unwrap()
    }

    fn entries(office: &Office) -> Vec<JournalEntry> {
        let year = DateRange::year(2026).unwrap();
        wait(office.view(|view| async move { entries_of(&view, year).await })).unwrap()
    }

    fn balance(office: &Office, account: &str, on: NaiveDate) -> i128 {
        let balances = Balances::as_of(&entries(office), on, Currency::EUR).unwrap();
        balances.of(&account.parse().unwrap()).minor()
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(24))]

        /// Law 32: whatever runs there are, with whatever limits, each line is posted once, and what is written off in
        /// the books is what the lines that are over add up to.
        #[test]
        fn each_line_is_posted_once(
            costs in prop::collection::vec((1..100_000_i64, 1..9_u32, 0..200_u64), 1..4),
            runs in prop::collection::vec((1..=12_u32, 1..5_usize), 1..5),
        ) {
            let from = |after| day(1, 1).checked_add_days(Days::new(after)).unwrap();
            let plans: Vec<_> =
                costs.iter().map(|(cost, months, after)| plan(terms(*cost, *months, from(*after)))).collect();
            let office = office(Office::on(MemoryStore::new()), &plans);
            for (place, (month, most)) in runs.iter().enumerate() {
                let month_end = DateRange::month(2026, *month).unwrap().last().unwrap();
                let begun = PostingRun { most: *most, ..PostingRun::through(month_end) };
                let mut turn = 0;
                while !run(&office, &format!("{place}/{turn}"), begun).unwrap().1 {
                    turn += 1;
                }
                prop_assert_eq!(run(&office, &format!("{place}/again"), begun).unwrap(), (0, true));
            }
            let end = DateRange::month(2026, runs.iter().map(|run| run.0).max().unwrap()).unwrap().last().unwrap();
            let (mut written_off, mut lines) = (0, 0);
            for place in 0..plans.len() {
                let asset = asset(&office, place);
                written_off += asset.book().accumulated(end).unwrap().minor();
                prop_assert_eq!(asset.due(end).count(), 0);
                lines += asset.posted().count();
                let history = wait(office.view(|view| async move { view.history(id(place), 0, 100).await })).unwrap();
                let facts: Vec<FixedAssetFact> = history.iter().map(|fact| fact.fact::<FixedAsset>().unwrap().unwrap()).collect();
                prop_assert_eq!(fold::<FixedAsset>(&facts), Some(asset));
            }
            prop_assert_eq!(balance(&office, "0659", end), -written_off);
            prop_assert_eq!(balance(&office, "6220", end), written_off);
            prop_assert_eq!(entries(&office).len(), lines);
        }
    }

    /// Law 32: two runs at once post nothing twice, in memory and in a file.
    #[test]
    fn two_runs_at_once_post_nothing_twice() {
        let (_places, offices) = offices();
        for (backend, begun) in offices.into_iter().enumerate() {
            let plans: Vec<_> = (0..3).map(|_| plan(terms(120_000, 12, day(1, 1)))).collect();
            let office = office(begun, &plans);
            for month in 1..=4 {
                let end = PostingRun::through(DateRange::month(2026, month).unwrap().last().unwrap());
                let (start, office) = (&Barrier::new(2), &office);
                let posted: usize = std::thread::scope(|scope| {
                    let both = [1, 2].map(|by| {
                        scope.spawn(move || {
                            start.wait();
                            run(office, &format!("{backend}/{month}/{by}"), end).unwrap().0
                        })
                    });
                    both.map(|thread| thread.join().unwrap()).into_iter().sum()
                });
                assert_eq!(posted, 3, "month {month}");
            }
            assert_eq!((entries(&office).len(), balance(&office, "0659", day(12, 31))), (12, -120_000));
        }
    }

    #[test]
    fn what_is_undone_is_due_again_on_new_terms() {
        let office = office(Office::on(MemoryStore::new()), &[plan(terms(120_000, 12, day(1, 10)))]);
        assert_eq!(run(&office, "March", PostingRun::through(day(3, 31))).unwrap(), (3, true));
        // The life is found to be longer from March on: what is posted of it stands in the way.
        let longer = terms(0, 30, day(3, 1));
        let refused = asset(&office, 0).estimate_anew(&longer);
        assert_eq!(refused, Err(EstimateError::Posted { first: day(3, 1) }));
        undo(&office, "undo", day(3, 1), day(4, 1)).unwrap();
        assert!(matches!(undo(&office, "twice", day(3, 1), day(4, 1)), Err(UndoLineError::NotPosted { .. })));
        assert_eq!(balance(&office, "0659", day(4, 1)), -20_000);
        let anew = asset(&office, 0).estimate_anew(&longer).unwrap();
        let recorded = wait(office.transact(&command("anew"), |tx| {
            let anew = anew.clone();
            async move { tx.decide(id(0), anew).await }
        }));
        recorded.map_err(|error: StoreError| error).unwrap();
        // March is posted again, on the first day that is open: 1,000 over thirty months.
        let april = PostingRun::through(day(4, 30)).open_from(day(4, 1));
        assert_eq!(run(&office, "April", april).unwrap(), (2, true));
        assert_eq!(balance(&office, "0659", day(4, 1)), -20_000 - 3_333);
        assert_eq!(balance(&office, "0659", day(4, 30)), -20_000 - 6_667);
    }

    #[test]
    fn what_is_sold_goes_out_with_what_is_written_off() {
        let office = office(Office::on(MemoryStore::new()), &[plan(terms(120_000, 12, day(1, 10)))]);
        run(&office, "January", PostingRun::through(day(1, 31))).unwrap();
        let entry = dispose(&office, "sold", &sale(day(3, 15), 90_000)).unwrap();
        // February was written off with it: 1,000 is left, 900 came in.
        assert_eq!(balance(&office, "0659", day(12, 31)), 0);
        assert_eq!(balance(&office, "0650", day(12, 31)), -120_000);
        assert_eq!(balance(&office, "1800", day(12, 31)), 90_000);
        assert_eq!(balance(&office, "6889", day(12, 31)), 10_000);
        assert_eq!(dispose(&office, "again", &sale(day(3, 15), 90_000)).unwrap(), entry);
        let other = dispose(&office, "other", &sale(day(3, 15), 1));
        let disposed = DisposeError::Disposed { on: day(3, 15) };
        assert!(matches!(other, Err(DisposeFixedAssetError::Dispose(error)) if error == disposed));
        assert_eq!(run(&office, "December", PostingRun::through(day(12, 31))).unwrap(), (0, true));
        let anew = asset(&office, 0).estimate_anew(&terms(0, 30, day(3, 1)));
        assert_eq!(anew, Err(EstimateError::Disposed { on: day(3, 15) }));
    }

    #[test]
    fn refusals_leave_nothing() {
        let office = office(Office::on(MemoryStore::new()), &[plan(terms(120_000, 24, day(1, 10)))]);
        // There is no period in the next year.
        let next_year = NaiveDate::from_ymd_opt(2027, 1, 31).unwrap();
        let refused = run(&office, "next-year", PostingRun::through(next_year));
        assert!(matches!(refused, Err(PostingRunError::Post(PostError::NoPeriod { .. }))));
        assert!(entries(&office).is_empty());
        run(&office, "March", PostingRun::through(day(3, 31))).unwrap();
        let refused = dispose(&office, "sold-before", &sale(day(3, 15), 0));
        assert!(matches!(refused, Err(DisposeFixedAssetError::Posted { first }) if first == day(3, 1)));
        assert_eq!(asset(&office, 0).posted().count(), 3);
    }

    /// What was over before these books were begun is not posted in them.
    #[test]
    fn earlier_lines_are_posted_elsewhere() {
        let old = FixedAssetPlan { posted_from: day(6, 1), ..plan(terms(120_000, 12, day(1, 10))) };
        let office = office(Office::on(MemoryStore::new()), &[old]);
        assert_eq!(run(&office, "July", PostingRun::through(day(7, 31))).unwrap(), (2, true));
        assert_eq!(balance(&office, "0659", day(12, 31)), -20_000);
    }

    #[test]
    fn stored_forms() {
        let taken_up = FixedAsset::take_up(plan(terms(120_000, 2, day(1, 10)))).unwrap();
        let entry = EntryId::natural("entry", "x");
        let mut state = FixedAsset::open(&taken_up).unwrap();
        let posted = FixedAssetFact::LinePosted { first: day(1, 1), entry };
        state.apply(&posted);
        let undone = FixedAssetFact::LineUndone { first: day(1, 1) };
        let terms = terms(0, 1, day(2, 1));
        let book = DepreciationBook::begun(&terms).unwrap();
        let anew = FixedAssetFact::EstimatedAnew { terms, book: book.clone() };
        let disposed = FixedAssetFact::Disposed { book, entry };
        insta::assert_json_snapshot!((&taken_up, &posted, &undone, &anew, &disposed, &state), @r#"
        [
          {
            "taken_up": {
              "plan": {
                "name": "desk D-014",
                "terms": {
                  "cost": "1200.00 EUR",
                  "residual": "0.00 EUR",
                  "in_service": "2026-01-10",
                  "life_months": 2,
                  "method": "straight_line",
                  "start": "full_month",
                  "rounding": "half_up"
                },
                "accounts": {
                  "cost": "0650",
                  "accumulated": "0659",
                  "expense": "6220",
                  "gain": "4849",
                  "loss": "6889"
                },
                "dimensions": {
                  "cost_centre": "e07adf19-0dc5-58d1-8ae7-461c5fa4fd26"
                },
                "posted_from": "2026-01-01"
              },
              "book": {
                "cost": "1200.00 EUR",
                "lines": [
                  {
                    "days": {
                      "start": "2026-01-01",
                      "end": "2026-02-01"
                    },
                    "amount": "600.00 EUR"
                  },
                  {
                    "days": {
                      "start": "2026-02-01",
                      "end": "2026-03-01"
                    },
                    "amount": "600.00 EUR"
                  }
                ]
              }
            }
          },
          {
            "line_posted": {
              "first": "2026-01-01",
              "entry": "074015a4-d90b-5ffb-aaf9-fbb311d8d548"
            }
          },
          {
            "line_undone": {
              "first": "2026-01-01"
            }
          },
          {
            "estimated_anew": {
              "terms": {
                "cost": "0.00 EUR",
                "residual": "0.00 EUR",
                "in_service": "2026-02-01",
                "life_months": 1,
                "method": "straight_line",
                "start": "full_month",
                "rounding": "half_up"
              },
              "book": {
                "cost": "0.00 EUR",
                "lines": [
                  {
                    "days": {
                      "start": "2026-02-01",
                      "end": "2026-03-01"
                    },
                    "amount": "0.00 EUR"
                  }
                ]
              }
            }
          },
          {
            "disposed": {
              "book": {
                "cost": "0.00 EUR",
                "lines": [
                  {
                    "days": {
                      "start": "2026-02-01",
                      "end": "2026-03-01"
                    },
                    "amount": "0.00 EUR"
                  }
                ]
              },
              "entry": "074015a4-d90b-5ffb-aaf9-fbb311d8d548"
            }
          },
          {
            "plan": {
              "name": "desk D-014",
              "terms": {
                "cost": "1200.00 EUR",
                "residual": "0.00 EUR",
                "in_service": "2026-01-10",
                "life_months": 2,
                "method": "straight_line",
                "start": "full_month",
                "rounding": "half_up"
              },
              "accounts": {
                "cost": "0650",
                "accumulated": "0659",
                "expense": "6220",
                "gain": "4849",
                "loss": "6889"
              },
              "dimensions": {
                "cost_centre": "e07adf19-0dc5-58d1-8ae7-461c5fa4fd26"
              },
              "posted_from": "2026-01-01"
            },
            "book": {
              "cost": "1200.00 EUR",
              "lines": [
                {
                  "days": {
                    "start": "2026-01-01",
                    "end": "2026-02-01"
                  },
                  "amount": "600.00 EUR"
                },
                {
                  "days": {
                    "start": "2026-02-01",
                    "end": "2026-03-01"
                  },
                  "amount": "600.00 EUR"
                }
              ]
            },
            "posted": {
              "2026-01-01": {
                "entry": "074015a4-d90b-5ffb-aaf9-fbb311d8d548",
                "times": 1
              }
            }
          }
        ]
        "#);
        let json = serde_json::to_string(&state).unwrap();
        assert_eq!(serde_json::from_str::<FixedAsset>(&json).unwrap(), state);
    }
}
