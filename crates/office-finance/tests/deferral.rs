//! Deferrals and standing entries on a store: each posted once, whoever runs it, and due again when it is undone.

#[cfg(test)]
#[expect(clippy::arithmetic_side_effects, reason = "the numbers of these tests are small")]
#[expect(clippy::too_many_lines, reason = "a stored form is shown whole")]
mod stored {
    use std::sync::Barrier;

    use chrono::{DateTime, Days, NaiveDate};
    use office_core::{
        Actor, Command, Currency, DateRange, Entity, Id, MemoryStore, Money, Office, Role, Rounding, StoreError, wait,
    };
    use office_finance::{
        Account, AccountKind, Balances, Chart, Deferral, DeferralFact, DeferralId, DeferralPlan, DeferralSchedule,
        DeferralSide, Dimension, Dimensions, EndDeferralError, EntryId, JournalEntry, Period, Posting, PostingRun,
        PostingRunError, RecurringEntry, SpreadBy, StandingEntry, StandingEntryFact, StandingEntryId, UndoLineError,
        entries_of, run_deferrals, run_standing_entries, undo_deferral, undo_standing_entry,
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
        let kept = ["1800", "1900"].map(|code| (code, AccountKind::Asset));
        let result = ["6310", "6400"].map(|code| (code, AccountKind::Expense));
        Chart::new(kept.into_iter().chain(result).map(account)).unwrap()
    }

    fn command(key: &str) -> Command {
        let clerk = Actor::new(Id::natural("person", "E-003"), Role::new("bookkeeper"));
        Command::new(key, "test", clerk, DateTime::from_timestamp(1_790_000_000, 0).unwrap()).unwrap()
    }

    fn plan(total: i64, from: NaiveDate, to: NaiveDate) -> DeferralPlan {
        let days = DateRange::new(from, Some(to)).unwrap();
        let centre = Dimensions::new().with(Dimension::COST_CENTRE, Id::<Dimension>::natural("cost_centre", "CC-100"));
        DeferralPlan {
            name: "insurance".to_owned(),
            schedule: DeferralSchedule::spread(euro(total), days, SpreadBy::Days, Rounding::HalfUp).unwrap(),
            debit: DeferralSide { account: "6400".parse().unwrap(), dimensions: centre },
            credit: DeferralSide { account: "1900".parse().unwrap(), dimensions: Dimensions::new() },
            posted_from: day(1, 1),
        }
    }

    fn rent(first: NaiveDate) -> RecurringEntry {
        let account = |code: &str| code.parse().unwrap();
        let postings = vec![Posting::debit(account("6310"), euro(100)), Posting::credit(account("1800"), euro(100))];
        RecurringEntry { first, every_months: 1, description: "rent".to_owned(), postings }
    }

    fn deferral(place: usize) -> DeferralId {
        Id::natural("deferral", &format!("D-{place}"))
    }

    fn standing() -> StandingEntryId {
        Id::natural("standing_entry", "rent")
    }

    /// An office with the periods of the year, these deferrals, and a rent.
    fn office(office: Office, plans: &[DeferralPlan], first: NaiveDate) -> Office {
        let made = wait(office.transact(&command("begin"), |tx| async move {
            for month in 1..=12 {
                tx.create(Period::id_of(day(month, 1)), Period::begin(2026, month).unwrap()).await?;
            }
            for (place, plan) in plans.iter().enumerate() {
                tx.create(deferral(place), Deferral::begin(plan.clone())).await?;
            }
            tx.create(standing(), StandingEntry::begin(rent(first)).unwrap()).await?;
            Ok::<_, StoreError>(())
        }));
        made.unwrap();
        office
    }

    /// How many deferrals and standing entries a run posts.
    fn run(office: &Office, key: &str, run: PostingRun) -> Result<(usize, usize), PostingRunError> {
        let chart = &chart();
        wait(office.transact(&command(key), |tx| async move {
            let deferred = run_deferrals(&tx, chart, run).await?;
            let standing = run_standing_entries(&tx, chart, run).await?;
            Ok((deferred.entries.len(), standing.entries.len()))
        }))
    }

    fn undo(office: &Office, key: &str, first: NaiveDate, on: NaiveDate) -> Result<(), UndoLineError> {
        let chart = &chart();
        wait(office.transact(&command(key), |tx| async move {
            undo_deferral(&tx, chart, deferral(0), first, on).await.map(drop)
        }))
    }

    fn entries(office: &Office) -> Vec<JournalEntry> {
        let year = DateRange::year(2026).unwrap();
        wait(office.view(|view| async move { entries_of(&view, year).await })).unwrap()
    }

    fn balance(office: &Office, account: &str, on: NaiveDate) -> i128 {
        let balances = Balances::as_of(&entries(office), on, Currency::EUR).unwrap();
        balances.of(&account.parse().unwrap()).minor()
    }

    fn load(office: &Office) -> Deferral {
        wait(office.view(|view| async move { view.load(deferral(0)).await })).unwrap()
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(24))]

        /// Law 33: whatever runs there are, what is posted is what is recognised, and what recurs is posted on its days.
        #[test]
        fn what_is_posted_is_what_is_recognised(
            drafts in prop::collection::vec((-100_000..100_000_i64, 0..200_u64, 1..200_u64), 0..4),
            months in prop::collection::vec(1..=12_u32, 1..4), first in 0..300_u64,
        ) {
            let at = |after| day(1, 1).checked_add_days(Days::new(after)).unwrap();
            let plans: Vec<_> =
                drafts.iter().map(|(total, from, length)| plan(*total, at(*from), at(from + length))).collect();
            let office = office(Office::on(MemoryStore::new()), &plans, at(first));
            for (place, month) in months.iter().enumerate() {
                let end = DateRange::month(2026, *month).unwrap().last().unwrap();
                run(&office, &format!("{place}"), PostingRun::through(end)).unwrap();
                prop_assert_eq!(run(&office, &format!("{place}/again"), PostingRun::through(end)).unwrap(), (0, 0));
            }
            let end = DateRange::month(2026, *months.iter().max().unwrap()).unwrap().last().unwrap();
            let recognised = plans.iter().map(|plan| plan.schedule.recognised(end).unwrap().minor()).sum::<i128>();
            prop_assert_eq!(balance(&office, "6400", end), recognised);
            prop_assert_eq!(balance(&office, "1900", end), -recognised);
            let came = rent(at(first)).days(DateRange::new(day(1, 1), end.succ_opt()).unwrap()).count();
            prop_assert_eq!(balance(&office, "6310", end), 100 * i128::try_from(came).unwrap());
        }

        /// Law 33: a schedule that ends early is recognised in full on that day, and unchanged before the last line.
        #[test]
        fn what_ends_early_is_recognised_then(total in -100_000..100_000_i64, length in 1..400_u64, on in 0..500_u64) {
            let at = |after| day(1, 1).checked_add_days(Days::new(after)).unwrap();
            let whole = plan(total, day(1, 1), at(length)).schedule;
            let ended = whole.ended(at(on)).unwrap();
            prop_assert_eq!(ended.total(), euro(total));
            prop_assert_eq!(ended.recognised(at(on)).unwrap(), euro(total));
            for line in whole.lines().iter().filter(|line| line.days.last().unwrap() < at(on)) {
                prop_assert!(ended.lines().contains(line));
            }
            let json = serde_json::to_string(&ended).unwrap();
            prop_assert_eq!(serde_json::from_str::<DeferralSchedule>(&json).unwrap(), ended);
        }
    }

    /// Law 33: two runs at once post nothing twice, in memory and in a file.
    #[test]
    fn two_runs_at_once_post_nothing_twice() {
        let (_places, offices) = offices();
        for (backend, begun) in offices.into_iter().enumerate() {
            let plans = [plan(36_500, day(1, 1), day(12, 31)), plan(-100, day(1, 1), day(12, 31))];
            let office = office(begun, &plans, day(1, 1));
            for month in 1..=3 {
                let end = PostingRun::through(DateRange::month(2026, month).unwrap().last().unwrap());
                let (start, office) = (&Barrier::new(2), &office);
                let posted: usize = std::thread::scope(|scope| {
                    let both = [1, 2].map(|by| {
                        scope.spawn(move || {
                            start.wait();
                            let (deferred, standing) = run(office, &format!("{backend}/{month}/{by}"), end).unwrap();
                            deferred + standing
                        })
                    });
                    both.map(|thread| thread.join().unwrap()).into_iter().sum()
                });
                assert_eq!(posted, 3, "month {month}");
            }
            assert_eq!(entries(&office).len(), 9);
        }
    }

    #[test]
    fn what_is_undone_is_due_again_and_the_rest_is_one_line() {
        let begun = [plan(36_500, day(1, 1), NaiveDate::from_ymd_opt(2027, 1, 1).unwrap())];
        let office = office(Office::on(MemoryStore::new()), &begun, day(1, 31));
        assert_eq!(run(&office, "March", PostingRun::through(day(3, 31))).unwrap(), (3, 3));
        let refused = load(&office).end(day(3, 15));
        assert_eq!(refused, Err(EndDeferralError::Posted { first: day(3, 1) }));
        undo(&office, "undo", day(3, 1), day(3, 31)).unwrap();
        assert!(matches!(undo(&office, "twice", day(3, 1), day(3, 31)), Err(UndoLineError::NotPosted { .. })));
        let ended = load(&office).end(day(3, 15)).unwrap();
        let recorded = wait(office.transact(&command("end"), |tx| {
            let ended = ended.clone();
            async move { tx.decide(deferral(0), ended).await }
        }));
        recorded.map_err(|error: StoreError| error).unwrap();
        assert_eq!(run(&office, "again", PostingRun::through(day(3, 31))).unwrap(), (1, 0));
        assert_eq!(balance(&office, "6400", day(3, 31)), 36_500);
        // A standing entry that is undone comes again, and one that has ended does not.
        let chart = &chart();
        wait(office.transact(&command("undo-rent"), |tx| async move {
            undo_standing_entry(&tx, chart, standing(), day(2, 28), day(3, 1)).await
        }))
        .unwrap();
        assert_eq!(run(&office, "rent", PostingRun::through(day(3, 31))).unwrap(), (0, 1));
        let ended = wait(office.transact(&command("end-rent"), |tx| async move {
            let rent: StandingEntry = tx.load(standing()).await?;
            tx.decide(standing(), rent.end(day(5, 1))).await
        }));
        ended.map_err(|error: StoreError| error).unwrap();
        assert_eq!(run(&office, "December", PostingRun::through(day(12, 31))).unwrap(), (0, 1));
    }

    #[test]
    fn stored_forms() {
        let begun = Deferral::begin(plan(100, day(1, 1), day(3, 1)));
        let entry = EntryId::natural("entry", "x");
        let mut state = Deferral::open(&begun).unwrap();
        let posted = DeferralFact::LinePosted { first: day(1, 1), entry };
        state.apply(&posted);
        let ended = state.end(day(2, 10)).unwrap().fact().unwrap();
        state.apply(&ended);
        let undone = DeferralFact::LineUndone { first: day(1, 1) };
        let recurs = StandingEntry::begin(rent(day(1, 31))).unwrap();
        let mut standing = StandingEntry::open(&recurs).unwrap();
        let came = StandingEntryFact::Posted { on: day(1, 31), entry };
        let taken_back = StandingEntryFact::Undone { on: day(1, 31) };
        let over = StandingEntryFact::Ended { from: day(2, 1) };
        for fact in [&came, &taken_back, &over] {
            standing.apply(fact);
        }
        insta::assert_json_snapshot!((posted, undone, ended, &state), @r#"
        [
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
            "ended": {
              "on": "2026-02-10",
              "schedule": {
                "total": "1.00 EUR",
                "lines": [
                  {
                    "days": {
                      "start": "2026-01-01",
                      "end": "2026-02-01"
                    },
                    "amount": "0.53 EUR"
                  },
                  {
                    "days": {
                      "start": "2026-02-01",
                      "end": "2026-02-11"
                    },
                    "amount": "0.47 EUR"
                  }
                ]
              }
            }
          },
          {
            "plan": {
              "name": "insurance",
              "schedule": {
                "total": "1.00 EUR",
                "lines": [
                  {
                    "days": {
                      "start": "2026-01-01",
                      "end": "2026-02-01"
                    },
                    "amount": "0.53 EUR"
                  },
                  {
                    "days": {
                      "start": "2026-02-01",
                      "end": "2026-02-11"
                    },
                    "amount": "0.47 EUR"
                  }
                ]
              },
              "debit": {
                "account": "6400",
                "dimensions": {
                  "cost_centre": "e07adf19-0dc5-58d1-8ae7-461c5fa4fd26"
                }
              },
              "credit": {
                "account": "1900"
              },
              "posted_from": "2026-01-01"
            },
            "posted": {
              "2026-01-01": {
                "entry": "074015a4-d90b-5ffb-aaf9-fbb311d8d548",
                "times": 1
              }
            },
            "ended": "2026-02-10"
          }
        ]
        "#);
        insta::assert_json_snapshot!((came, taken_back, over, &standing), @r#"
        [
          {
            "posted": {
              "on": "2026-01-31",
              "entry": "074015a4-d90b-5ffb-aaf9-fbb311d8d548"
            }
          },
          {
            "undone": {
              "on": "2026-01-31"
            }
          },
          {
            "ended": {
              "from": "2026-02-01"
            }
          },
          {
            "recurring": {
              "first": "2026-01-31",
              "every_months": 1,
              "description": "rent",
              "postings": [
                {
                  "account": "6310",
                  "amount": "1.00 EUR"
                },
                {
                  "account": "1800",
                  "amount": "-1.00 EUR"
                }
              ]
            },
            "posted": {
              "2026-01-31": {
                "entry": null,
                "times": 1
              }
            },
            "end": "2026-02-01"
          }
        ]
        "#);
        let json = serde_json::to_string(&state).unwrap();
        assert_eq!(serde_json::from_str::<Deferral>(&json).unwrap(), state);
        assert!(serde_json::from_str::<Deferral>(&json.replace("1.00 EUR", "1.01 EUR")).is_err());
    }
}
