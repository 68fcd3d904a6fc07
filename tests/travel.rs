//! From a trip to what the traveller gets back, end to end.

#[cfg(test)]
mod travel {
    use std::thread;

    use office::expenses::{SubmitExpensesError, approve_claim, pay_advance, settle_claim};
    use office::travel::{
        TripAdvanceError, TripClaim, TripExpenses, TripExpensesError, claim_of_trip, claim_trip, estimate_trip,
        grant_trip_advance,
    };
    use office_core::{ApprovalStatus, Currency, ExchangeRate, Id, MemoryStore, Money, Office, StoreError, wait};
    use office_finance::{
        BudgetLine, BudgetPlan, ExpenseClaim, ExpenseLine, PaidBy, PerDiemRate, PerDiemTable, Period, SubmitClaimError,
    };
    use office_scheduling::{
        ClaimTripError, Itinerary, Segment, SegmentKind, TravelBooking, TravelMode, TravelPayer, TravelPlace,
        TravelRates, TripStatus, cancel_trip,
    };
    use office_scratch::offices;

    use self::setup::{command, day, euro, itinerary, plan_trip, rules, take_trip, told, trip, trip_rules};

    #[expect(unreachable_pub, dead_code, reason = "the examples use all of it, and from outside")]
    mod setup {
        include!(concat!(env!("CARGO_MANIFEST_DIR"), "/examples/setup/travel.rs"));
    }

    fn nzd() -> Currency {
        Currency::from_code("NZD").unwrap()
    }

    /// October is open, a budget planned, and the trip booked.
    fn set_up(office: &Office) {
        wait(office.transact(&command("set-up", "boss").unwrap(), |tx| async move {
            tx.create(Period::id_of(day(1)), Period::begin(2026, 10).unwrap()).await?;
            let (studio, travel) = (Id::natural("cost_centre", "CC-200"), "6650".parse().unwrap());
            let plan = BudgetPlan::even(studio, "6650".parse().unwrap(), 2026, euro(1_200_000)).unwrap();
            tx.create(BudgetLine::id_of(studio, &travel, 2026), BudgetLine::plan(plan).unwrap()).await?;
            Ok::<_, StoreError>(())
        }))
        .unwrap();
        plan_trip(office).unwrap();
    }

    fn claim(office: &Office, key: &str, told: &TripExpenses) -> Result<TripClaim, TripExpensesError> {
        let rules = &rules().unwrap();
        let command = command(key, "anna").unwrap();
        wait(office.transact(&command, |tx| async move { claim_trip(&tx, rules, trip(), told).await }))
    }

    fn stored(office: &Office) -> ExpenseClaim {
        wait(office.view(|view| async move { view.load(claim_of_trip(trip())).await })).unwrap()
    }

    /// On three stores: 98.00 EUR for trains, 3.75 EUR for driving and 44.80 EUR for days away are the traveller's, 238.00 EUR
    /// for the hotel the company's card has paid; of the 146.55 EUR an advance of 100.00 EUR is set off.
    #[test]
    fn a_trip_is_claimed_once_and_paid_back() {
        let (_places, offices) = offices();
        for office in &offices {
            set_up(office);
            let advance = wait(office.transact(&command("grant", "boss").unwrap(), |tx| async move {
                grant_trip_advance(&tx, trip(), euro(10_000), day(2)).await
            }))
            .unwrap();
            let rules = &rules().unwrap();
            wait(office.transact(&command("pay", "boss").unwrap(), |tx| async move {
                pay_advance(&tx, &rules.expenses, advance, day(2)).await
            }))
            .unwrap();
            take_trip(office).unwrap();

            let told = told().unwrap();
            let claimed = claim(office, "claim", &told).unwrap();
            assert_eq!(claimed.status, ApprovalStatus::Open { stage: 1, missing: 1 });
            assert_eq!(claim(office, "again", &told).unwrap(), claimed);
            let other =
                TripExpenses { other: vec![ExpenseLine::paid(day(13), "travel", "bus", euro(300), None)], ..told };
            assert_eq!(claim(office, "other", &other).unwrap(), claimed, "what is claimed is claimed");
            let stored_claim = stored(office);
            let lines: Vec<(&str, String, PaidBy)> = stored_claim
                .claim()
                .lines
                .iter()
                .zip(stored_claim.lines())
                .map(|(line, amount)| (line.description.as_str(), amount.amount.to_string(), line.paid_by))
                .collect();
            let expected = [
                ("Hotel", "238.00 EUR", PaidBy::CompanyCard),
                ("to the station", "3.75 EUR", PaidBy::Claimant),
                ("ICE 704", "49.00 EUR", PaidBy::Claimant),
                ("ICE 801", "49.00 EUR", PaidBy::Claimant),
                ("days away", "44.80 EUR", PaidBy::Claimant),
            ];
            assert_eq!(lines, expected.map(|(title, amount, by)| (title, amount.to_owned(), by)));
            assert_eq!(stored_claim.claim().purpose, format!("trip {}: fair", trip()));

            let settled = wait(office.transact(&command("settle", "boss").unwrap(), |tx| async move {
                approve_claim(&tx, &rules.expenses, claimed.claim, [].into(), day(20)).await.unwrap();
                settle_claim(&tx, &rules.expenses, claimed.claim, &[advance], day(20)).await
            }));
            assert_eq!(settled.unwrap().payable, euro(4_655));
            // The trip knows by what it was claimed, and answers with where that stands.
            let of_trip = wait(office.view(|view| async move { view.load(trip()).await })).unwrap().claim();
            assert_eq!(of_trip, Some(claimed.claim.retag()));
            assert_eq!(claim(office, "late", &other).unwrap().status, ApprovalStatus::Approved);
        }
    }

    #[test]
    fn many_at_once_claim_a_trip_once() {
        let (_places, offices) = offices();
        for office in &offices {
            set_up(office);
            take_trip(office).unwrap();
            let answers = thread::scope(|scope| {
                let one = |writer: u32| {
                    scope.spawn(move || {
                        let told = told().unwrap();
                        // Who was always second comes again, with a key of their own.
                        (0..).find_map(|again| match claim(office, &format!("claim:{writer}:{again}"), &told) {
                            Err(TripExpensesError::Store(error)) if error.is_conflict() => None,
                            answer => Some(answer.unwrap()),
                        })
                    })
                };
                let writers: Vec<_> = (0..6).map(one).collect();
                writers.into_iter().map(|writer| writer.join().unwrap()).collect::<Vec<_>>()
            });
            let first = answers.first().cloned().flatten().unwrap();
            assert!(answers.iter().all(|answer| answer.as_ref() == Some(&first)));
            let claim = claim_of_trip(trip());
            let facts = wait(office.view(|view| async move { view.history(claim, 0, 9).await })).unwrap();
            let told = wait(office.view(|view| async move { view.history(trip(), 0, 9).await })).unwrap();
            assert_eq!((facts.len(), told.len()), (1, 5), "asked for, booked, left, completed, claimed");
        }
    }

    #[test]
    fn what_cannot_be_claimed_leaves_the_trip_as_it_was() {
        let office = Office::on(MemoryStore::new());
        set_up(&office);
        let told = told().unwrap();
        let early = claim(&office, "early", &told);
        assert!(matches!(
            early,
            Err(TripExpensesError::Trip(ClaimTripError::NotCompleted { status: TripStatus::Booked }))
        ));
        take_trip(&office).unwrap();
        // A train is not claimed before it has left, and a receipt is claimed once.
        let before = TripExpenses { on: day(13), ..told.clone() };
        assert!(matches!(
            claim(&office, "before", &before),
            Err(TripExpensesError::Submit(SubmitExpensesError::Submit(SubmitClaimError::Line { line: 4, .. })))
        ));
        let twice = TripExpenses { receipts: [(3, "R-1".to_owned()), (4, "R-1".to_owned())].into(), ..told.clone() };
        assert!(matches!(
            claim(&office, "twice", &twice),
            Err(TripExpensesError::Submit(SubmitExpensesError::Submit(SubmitClaimError::ReceiptTwice { .. })))
        ));
        let mut rules = rules().unwrap();
        rules.categories.remove(&TravelMode::Train);
        let (rules, told) = (&rules, &told);
        let unknown = wait(office.transact(&command("unknown", "anna").unwrap(), |tx| async move {
            claim_trip(&tx, rules, trip(), told).await
        }));
        assert!(matches!(unknown, Err(TripExpensesError::NoCategory { mode: TravelMode::Train })));
        let unclaimed = wait(office.view(|view| async move { view.load(trip()).await })).unwrap().claim();
        assert_eq!(unclaimed, None);
    }

    #[test]
    fn an_advance_is_granted_once_and_only_for_a_trip_that_is_to_be() {
        let office = Office::on(MemoryStore::new());
        set_up(&office);
        let grant = |key: &str, minor| {
            wait(office.transact(&command(key, "boss").unwrap(), |tx| async move {
                grant_trip_advance(&tx, trip(), euro(minor), day(2)).await
            }))
        };
        assert!(matches!(grant("over", 35_001), Err(TripAdvanceError::Over { .. })));
        assert!(matches!(grant("nothing", 0), Err(TripAdvanceError::Grant(_))));
        let advance = grant("grant", 35_000).unwrap();
        assert_eq!(grant("again", 35_000).unwrap(), advance);
        assert!(matches!(grant("more", 34_000), Err(TripAdvanceError::Granted { .. })));

        let office = Office::on(MemoryStore::new());
        set_up(&office);
        let (rules, anna) = (&trip_rules().unwrap(), command("plan", "anna").unwrap());
        let early = office_core::Command::new(
            "cancel",
            "travel",
            anna.actor().clone(),
            "2026-10-02T09:00:00Z".parse().unwrap(),
        );
        wait(office.transact(&early.unwrap(), |tx| async move { cancel_trip(&tx, trip(), rules).await })).unwrap();
        let late = wait(office.transact(&command("late", "boss").unwrap(), |tx| async move {
            grant_trip_advance(&tx, trip(), euro(1), day(2)).await
        }));
        assert!(matches!(late, Err(TripAdvanceError::NotActive { status: TripStatus::Cancelled { .. } })));
    }

    /// 98.00 EUR for trains, 238.00 EUR for the hotel, 12.5 km at 30 cents, and 44.80 EUR for the days.
    #[test]
    fn an_estimate_has_the_days_away_in_it() {
        let rates = TravelRates { mileage: Some("0.30 EUR / 1 km".parse().unwrap()), ..TravelRates::default() };
        let estimate = estimate_trip(&itinerary().unwrap(), &rates, &rules().unwrap(), Currency::EUR).unwrap();
        assert_eq!((estimate.total, estimate.days.total), (euro(38_455), euro(4_480)));
        assert_eq!(estimate.cost.unpriced, Vec::<usize>::new());
        let yen = estimate_trip(&itinerary().unwrap(), &rates, &rules().unwrap(), Currency::JPY);
        assert!(matches!(yen, Err(TripExpensesError::Cost(_))));
    }

    /// Across the date line: one lands on the evening before; each day is told once, by where one is at its end.
    #[test]
    fn days_away_across_the_date_line_follow_the_clocks() {
        let place = |name: &str, zone: &str| TravelPlace::new(name, zone.parse().unwrap()).unwrap();
        let (auckland, honolulu) =
            (place("NZ/Auckland", "Pacific/Auckland"), place("US/HI/Honolulu", "Pacific/Honolulu"));
        let flight = |from: &TravelPlace, left: &str, to: &TravelPlace, there: &str, dollars| {
            let (left, there) = (from.at(left.parse().unwrap()), to.at(there.parse().unwrap()));
            let price = Money::from_minor(dollars, nzd());
            let (reference, paid_by) = ("NZ".to_owned(), TravelPayer::Office);
            let booking = TravelBooking { reference, price, paid_by, cancel: None };
            Segment::new(SegmentKind::Flight, "NZ", left, there).unwrap().booked(booking).unwrap()
        };
        let itinerary = Itinerary::new([
            flight(&auckland, "2026-10-13T00:05:00", &honolulu, "2026-10-12T09:45:00", 80_000),
            flight(&honolulu, "2026-10-15T12:00:00", &auckland, "2026-10-16T20:00:00", 70_000),
        ]);
        let mut rules = rules().unwrap();
        let rate = |place: &str, minor| PerDiemRate {
            place: place.parse().unwrap(),
            valid: "2026-01-01/..".parse().unwrap(),
            season: None,
            day: Money::from_minor(minor, nzd()),
            lodging: None,
        };
        rules.days = PerDiemTable::new([rate("NZ", 10_000), rate("US/HI", 20_000)]).unwrap();
        let (on, times) = (day(1), "0.5".parse().unwrap());
        rules.exchange = vec![ExchangeRate::new(nzd(), Currency::EUR, times, on).unwrap()];
        let estimate = estimate_trip(&itinerary.unwrap(), &TravelRates::default(), &rules, Currency::EUR).unwrap();
        let days: Vec<_> = estimate.days.days.iter().map(|day| (day.on.to_string(), day.amount.to_string())).collect();
        let expected = [
            ("2026-10-13", "100.00 NZD"),
            ("2026-10-14", "200.00 NZD"),
            ("2026-10-15", "200.00 NZD"),
            ("2026-10-16", "100.00 NZD"),
        ];
        assert_eq!(days, expected.map(|(day, amount)| (day.to_owned(), amount.to_owned())));
        assert_eq!(estimate.total, euro(75_000 + 30_000));
    }
}
