//! The laws of trips.

use std::thread;

use chrono::TimeDelta;
use office_core::subject::CaseId;
use office_core::{
    ApproveStep, Currency, Decision, Id, Interval, MemoryStore, Money, Office, RefuseStep, WithdrawCase, fold, wait,
};
use office_scheduling::{
    BookTripError, CancelTripError, ClaimTripError, CompleteTripError, Itinerary, ItineraryFinding, RequestTripError,
    Segment, Trip, TripDue, TripFact, TripId, TripRequest, TripStatus, book_trip, cancel_trip, complete_trip,
    refuse_trip, request_trip, withdraw_trip,
};
use office_scratch::offices;
use proptest::collection::vec;
use proptest::prelude::*;

use crate::office::{
    NOW, OCTOBER, actor, approve, ask, at, book, command, euro, flight, load, person, request, rules, sweep,
    there_and_back, trip_id, trips,
};

#[test]
fn a_trip_is_asked_for_approved_booked_taken_and_claimed() {
    let (_places, offices) = offices();
    for office in &offices {
        let asked = request("T-1", OCTOBER, 60_000);
        assert_eq!(ask(office, "ask", &asked).unwrap(), TripStatus::Submitted { stage: 1 });
        assert_eq!(ask(office, "ask-again", &asked).unwrap(), TripStatus::Submitted { stage: 1 });
        let other = TripRequest { purpose: "another fair".to_owned(), ..asked };
        assert!(matches!(ask(office, "ask-other", &other), Err(RequestTripError::IdReused { .. })));
        let itinerary = there_and_back(OCTOBER, 30_000, 20_000);
        let early = book(office, "early", NOW, &itinerary);
        assert!(matches!(early, Err(BookTripError::NotApproved { status: TripStatus::Submitted { stage: 1 } })));
        assert_eq!(approve(office, "approve", NOW), Ok(TripStatus::Approved));
        assert_eq!(book(office, "book", NOW, &itinerary).unwrap(), TripStatus::Booked);
        assert_eq!(book(office, "book-again", NOW, &itinerary).unwrap(), TripStatus::Booked);
        let trip = load(office, "T-1");
        assert_eq!(trip.booked().map(|booked| booked.cost), Some(euro(54_000)));
        assert_eq!(trip.away().to_string(), OCTOBER);

        // Two days before they cost their whole price, whoever books is told, once.
        assert!(sweep(office, "sweep-1", "2026-09-28T23:59:59Z").due.is_empty());
        let due = sweep(office, "sweep-2", "2026-09-29T00:00:00Z").due;
        let told = due.values().flatten().map(|due| matches!(due, TripDue::CancelBy(_)));
        assert_eq!(told.collect::<Vec<_>>(), [true, true]);
        assert!(sweep(office, "sweep-3", "2026-09-29T00:00:00Z").due.is_empty());
        let due = sweep(office, "sweep-4", "2026-10-12T08:00:00Z").due;
        let left = TripDue::Departed { at: at("2026-10-12T08:00:00Z") };
        assert_eq!(due, [(trip_id("T-1").retag(), vec![left])].into());
        assert_eq!(load(office, "T-1").status(), TripStatus::UnderWay);

        let complete = |key: &str, now: &str| {
            let (rules, id) = (rules(), trip_id("T-1"));
            wait(office.transact(&command(key, "anna", now), |tx| async move { complete_trip(&tx, id, rules).await }))
        };
        let early = complete("early-back", "2026-10-14T17:59:59Z");
        assert!(matches!(early, Err(CompleteTripError::Away { .. })));
        let completed = TripStatus::Completed { at: at("2026-10-14T18:00:00Z") };
        assert_eq!(complete("back", "2026-10-14T18:00:00Z").unwrap(), completed);
        assert_eq!(complete("back-again", "2026-10-15T18:00:00Z").unwrap(), completed);
        assert_eq!(sweep(office, "sweep-5", "2026-10-16T08:00:00Z").due, [].into());

        let completed = load(office, "T-1");
        let claim: CaseId = Id::natural("case", "EC-1");
        let decision = completed.claim_by(claim).unwrap();
        wait(office.transact(&command("claim", "anna", "2026-10-15T09:00:00Z"), |tx| {
            let decision = decision.clone();
            async move { tx.decide::<Trip>(trip_id("T-1"), decision).await }
        }))
        .unwrap();
        let claimed = load(office, "T-1");
        assert_eq!(claimed.claim_by(claim), Ok(Decision::AlreadyRecorded));
        assert_eq!(claimed.claim_by(Id::natural("case", "EC-2")), Err(ClaimTripError::Claimed { claim }));
        let facts = wait(office.view(|view| async move { view.history(trip_id("T-1"), 0, 50).await })).unwrap();
        let facts: Vec<TripFact> = facts.iter().map(|fact| fact.fact::<Trip>().unwrap().unwrap()).collect();
        assert_eq!((facts.len(), fold::<Trip>(&facts)), (7, Some(claimed)));
    }
}

/// Law 85 for one writer: a request is taken just if no trip that holds shares a time with it.
#[derive(Clone, Copy, Debug)]
enum Step {
    Ask { from: i64, length: i64 },
    Book { which: usize, from: i64, length: i64 },
    Cancel { which: usize },
}

fn step() -> impl Strategy<Value = Step> {
    // Hours about the turn of a month.
    let (from, length) = (0_i64..96, 3_i64..30);
    prop_oneof![
        3 => (from.clone(), length.clone()).prop_map(|(from, length)| Step::Ask { from, length }),
        2 => (0_usize..8, from, length).prop_map(|(which, from, length)| Step::Book { which, from, length }),
        1 => (0_usize..8).prop_map(|which| Step::Cancel { which }),
    ]
}

fn hours(from: i64, length: i64) -> Interval {
    Interval::starting(at("2026-09-29T00:00:00Z") + TimeDelta::hours(from), TimeDelta::hours(length)).unwrap()
}

fn is_free(held: &[(TripId, Interval)], id: TripId, time: Interval) -> bool {
    held.iter().all(|(other, away)| *other == id || away.end() <= time.start() || time.end() <= away.start())
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(16))]

    #[test]
    fn nobody_is_on_two_trips_at_once(steps in vec(step(), 1..14)) {
        let office = Office::on(MemoryStore::new());
        let mut held: Vec<(TripId, Interval)> = Vec::new();
        let rules = rules();
        for (number, step) in steps.into_iter().enumerate() {
            let (key, now) = (&format!("step:{number}"), "2026-09-28T12:00:00Z");
            let command = command(key, "anna", now);
            match step {
                Step::Ask { from, length } => {
                    let time = hours(from, length);
                    let asked = request(key, &time.to_string(), 10_000);
                    let taken = ask(&office, key, &asked);
                    prop_assert_eq!(taken.is_ok(), is_free(&held, asked.id, time));
                    match taken {
                        Ok(status) => {
                            prop_assert_eq!(status, TripStatus::Approved);
                            held.push((asked.id, time));
                        }
                        Err(error) => assert!(matches!(error, RequestTripError::OnTrip { .. })),
                    }
                }
                Step::Book { which, from, length } if !held.is_empty() => {
                    let (place, time) = (which % held.len(), hours(from, length));
                    let (id, itinerary) = (held[place].0, &there_and_back(&time.to_string(), 100, 100));
                    let booked = wait(office.transact(&command, |tx| async move { book_trip(&tx, id, itinerary, rules).await }));
                    prop_assert_eq!(booked.is_ok(), is_free(&held, id, time));
                    match booked {
                        Ok(_) => held[place].1 = time,
                        Err(error) => assert!(matches!(error, BookTripError::OnTrip { .. })),
                    }
                }
                Step::Cancel { which } if !held.is_empty() => {
                    let (id, _) = held.remove(which % held.len());
                    wait(office.transact(&command, |tx| async move { cancel_trip(&tx, id, rules).await })).unwrap();
                }
                Step::Book { .. } | Step::Cancel { .. } => {}
            }
            let mut expected: Vec<_> = held.iter().map(|(id, time)| (time.start(), *id)).collect();
            expected.sort_unstable();
            prop_assert_eq!(trips(&office).iter().map(|(id, trip)| (trip.away().start(), *id)).collect::<Vec<_>>(), expected);
        }
    }

    /// Law 86, by the sum of the prices: at once up to a tenth more than what was approved last, else once it is approved.
    #[test]
    fn what_costs_more_than_was_approved_waits(prices in vec((0_i64..90_000, 0_i64..30_000, any::<bool>()), 1..6)) {
        let office = Office::on(MemoryStore::new());
        ask(&office, "ask", &request("T-1", OCTOBER, 40_000)).unwrap();
        let (mut approved, mut stands) = (40_000, None);
        for (number, (euros, pounds, agrees)) in prices.into_iter().enumerate() {
            let cost = euros + (pounds * 12 + 5) / 10;
            let itinerary = there_and_back(OCTOBER, euros, pounds);
            let outcome = book(&office, &format!("book:{number}"), NOW, &itinerary);
            let stood = load(&office, "T-1").booked().cloned();
            if 10 * cost <= 11 * approved {
                prop_assert_eq!(outcome.unwrap(), TripStatus::Booked);
                stands = Some(cost);
            } else if cost > 500_000 {
                assert!(matches!(outcome, Err(BookTripError::RefusedByPolicy { .. })));
            } else if cost < 50_000 {
                // Little enough for nobody to be asked: approved at once.
                prop_assert!(outcome.is_ok());
                (approved, stands) = (cost, Some(cost));
            } else {
                prop_assert_eq!(outcome.unwrap(), TripStatus::ChangeSubmitted { stage: 1 });
                prop_assert_eq!(stood.map(|booked| booked.cost.minor()), stands.map(i128::from));
                let waits = book(&office, &format!("other:{number}"), NOW, &there_and_back(OCTOBER, 1, 1));
                assert!(matches!(waits, Err(BookTripError::ChangeWaits { .. })));
                if agrees {
                    approve(&office, &format!("approve:{number}"), NOW).unwrap();
                    (approved, stands) = (cost, Some(cost));
                } else {
                    let (rules, id) = (rules(), trip_id("T-1"));
                    let withdraw = &WithdrawCase { by: person("anna"), on: at(NOW).date_naive(), at: at(NOW) };
                    let command = command(&format!("withdraw:{number}"), "anna", NOW);
                    wait(office.transact(&command, |tx| async move { withdraw_trip(&tx, id, withdraw, rules).await })).unwrap();
                }
            }
            let trip = load(&office, "T-1");
            prop_assert_eq!(trip.approved(), euro(approved));
            prop_assert_eq!(trip.booked().map(|booked| booked.cost.minor()), stands.map(i128::from));
            let fits = stands.is_none_or(|cost| 10 * cost <= 11 * approved);
            prop_assert!(fits);
        }
    }
}

/// Law 85 for many writers, on three stores: of eight trips that overlap one is taken, and of eight that touch all.
#[test]
fn eight_at_once_ask_for_one_traveller() {
    let (_places, offices) = offices();
    for office in &offices {
        let all = |round: &str, away: &(dyn Fn(i64) -> Interval + Sync)| {
            thread::scope(|scope| {
                let one = |number: i64| {
                    let name = format!("{round}-{number}");
                    let asked = request(&name, &away(number).to_string(), 10_000);
                    scope.spawn(move || {
                        // Who was always second comes again, with a key of their own.
                        (0..).find_map(|again| match ask(office, &format!("{name}:{again}"), &asked) {
                            Err(RequestTripError::Store(error)) if error.is_conflict() => None,
                            outcome => Some(outcome.is_ok()),
                        })
                    })
                };
                let threads: Vec<_> = (0..8).map(one).collect();
                let taken = threads.into_iter().map(|thread| thread.join().unwrap());
                taken.filter(|taken| *taken == Some(true)).count()
            })
        };
        assert_eq!(all("overlap", &|number| hours(number, 20)), 1);
        assert_eq!(all("touch", &|number| hours(100 + 10 * number, 10)), 8);
        assert_eq!(trips(office).len(), 9);
    }
}

#[test]
fn what_is_not_approved_in_time_expires_and_its_time_is_free_again() {
    let office = Office::on(MemoryStore::new());
    ask(&office, "ask", &request("T-1", OCTOBER, 60_000)).unwrap();
    let other = request("T-2", OCTOBER, 10_000);
    let refused = ask(&office, "other", &other);
    assert!(matches!(refused, Err(RequestTripError::OnTrip { with, .. }) if with == trip_id("T-1")));
    // Sixteen hours of work from Monday at nine are over on Tuesday at five.
    let late = "2026-09-08T17:00:00Z";
    assert!(sweep(&office, "sweep", "2026-09-08T16:59:59Z").due.is_empty());
    let rules = rules();
    let again = wait(office.transact(&command("again", "anna", late), |tx| {
        let other = other.clone();
        async move { request_trip(&tx, other, rules).await }
    }));
    assert_eq!(again.unwrap(), TripStatus::Approved);
    assert_eq!(load(&office, "T-1").status(), TripStatus::Expired { at: at(late) });
    assert!(approve(&office, "late", late).unwrap_err().contains("expired"));
    // A change that nobody approves expires, and what was booked stands.
    let book = |key: &str, itinerary: &Itinerary| {
        let (itinerary, id) = (itinerary.clone(), trip_id("T-2"));
        wait(office.transact(&command(key, "anna", late), |tx| {
            let itinerary = itinerary.clone();
            async move { book_trip(&tx, id, &itinerary, rules).await }
        }))
        .unwrap()
    };
    assert_eq!(book("book", &there_and_back(OCTOBER, 5_000, 5_000)), TripStatus::Booked);
    let dear = book("dear", &there_and_back(OCTOBER, 50_000, 5_000));
    assert_eq!(dear, TripStatus::ChangeSubmitted { stage: 1 });
    assert_eq!(sweep(&office, "sweep-2", "2026-09-10T17:00:00Z").due.len(), 1);
    let trip = load(&office, "T-2");
    assert_eq!((trip.status(), trip.booked().map(|booked| booked.cost)), (TripStatus::Booked, Some(euro(11_000))));
}

#[test]
fn what_is_called_off_is_due_and_frees_its_time() {
    let office = Office::on(MemoryStore::new());
    ask(&office, "ask", &request("T-1", OCTOBER, 40_000)).unwrap();
    book(&office, "book", NOW, &there_and_back(OCTOBER, 20_000, 10_000)).unwrap();
    // In October the way out is changed: the old one costs its price, the new one fits beside it.
    let later = "2026-10-02T09:00:00Z";
    let mut parts: Vec<Segment> = there_and_back(OCTOBER, 1, 10_000).segments().to_vec();
    parts[0] = flight("OTHER", "DE/Berlin", "GB/London", parts[0].time(), euro(11_000));
    assert_eq!(book(&office, "other", later, &Itinerary::new(parts).unwrap()).unwrap(), TripStatus::Booked);
    let trip = load(&office, "T-1");
    let booked = trip.booked().unwrap();
    assert_eq!((booked.fees.clone(), booked.cost), (vec![euro(20_000)], euro(43_000)));
    let (rules, id) = (rules(), trip_id("T-1"));
    let cancel = |key: &str, now: &str| {
        wait(office.transact(&command(key, "anna", now), |tx| async move { cancel_trip(&tx, id, rules).await }))
    };
    let begun = cancel("begun", "2026-10-12T08:00:00Z");
    assert!(matches!(begun, Err(CancelTripError::NotActive { status: TripStatus::UnderWay })));
    let due = vec![euro(31_000), Money::from_minor(10_000, Currency::GBP)];
    let called_off = TripStatus::Cancelled { at: at(later), due };
    assert_eq!(cancel("cancel", later).unwrap(), called_off);
    assert_eq!(cancel("cancel-again", "2026-10-03T09:00:00Z").unwrap(), called_off);
    assert!(trips(&office).is_empty());
    let closed = book(&office, "closed", later, &there_and_back(OCTOBER, 1, 1));
    assert!(matches!(closed, Err(BookTripError::NotApproved { status: TripStatus::Cancelled { .. } })));
    let never = trip.claim_by(Id::natural("case", "EC-1"));
    assert!(matches!(never, Err(ClaimTripError::NotCompleted { status: TripStatus::Booked })));
}

#[test]
fn what_makes_no_sense_is_refused() {
    let office = Office::on(MemoryStore::new());
    let fits = request("T-1", OCTOBER, 40_000);
    let other = TripRequest { traveller: person("ben"), ..fits.clone() };
    assert!(matches!(ask(&office, "own", &other), Err(RequestTripError::NotPermitted { .. })));
    let nowhere = TripRequest { destination: " ".to_owned(), ..fits.clone() };
    assert!(matches!(ask(&office, "nowhere", &nowhere), Err(RequestTripError::Text)));
    let years = request("T-1", "2026-10-01T00:00:00Z/2027-10-02T00:00:00Z", 1);
    assert!(matches!(ask(&office, "years", &years), Err(RequestTripError::TooLong { days: 367 })));
    let less = request("T-1", OCTOBER, -1);
    assert!(matches!(ask(&office, "less", &less), Err(RequestTripError::Estimate { .. })));
    let dear = request("T-1", OCTOBER, 500_001);
    assert!(matches!(ask(&office, "dear", &dear), Err(RequestTripError::RefusedByPolicy { .. })));
    ask(&office, "ask", &fits).unwrap();
    // Forty minutes are too short to change, and nobody flies twice at once.
    let leg = |reference: &str, time: &str| flight(reference, "DE/Berlin", "DE/Berlin", time.parse().unwrap(), euro(1));
    let first = leg("A", "2026-10-12T08:00:00Z/2026-10-12T09:00:00Z");
    for (key, next) in [
        ("short", "2026-10-12T09:40:00Z/2026-10-12T11:00:00Z"),
        ("overlap", "2026-10-12T08:59:59Z/2026-10-12T11:00:00Z"),
    ] {
        let itinerary = Itinerary::new([first.clone(), leg("B", next)]).unwrap();
        let Err(BookTripError::Forbidden { finding }) = book(&office, key, NOW, &itinerary) else { panic!("{key}") };
        assert_eq!(matches!(finding, ItineraryFinding::Overlap { .. }), key == "overlap");
    }
    // Without a rate nobody knows what it costs.
    let yen = flight("A", "DE/Berlin", "JP/Tokyo", first.time(), Money::from_minor(1, Currency::JPY));
    let unknown = book(&office, "yen", NOW, &Itinerary::new([yen]).unwrap());
    assert!(matches!(unknown, Err(BookTripError::Cost(_))));
    // Nobody approves their own.
    ask(&office, "dearer", &request("T-2", "2026-11-02T08:00:00Z/2026-11-03T08:00:00Z", 60_000)).unwrap();
    let trip = load(&office, "T-2");
    let (on, now) = (at(NOW).date_naive(), at(NOW));
    let own = ApproveStep { by: actor("anna"), step: 1, on, at: now };
    assert!(trip.approve(&own, &rules().book).is_err());
    let rules = rules();
    let refuse = &RefuseStep { by: actor("boss"), step: 1, on, at: now, reason: "no money".to_owned() };
    let id = trip_id("T-2");
    let refused = wait(
        office.transact(&command("refuse", "boss", NOW), |tx| async move { refuse_trip(&tx, id, refuse, rules).await }),
    );
    assert_eq!(refused.unwrap(), TripStatus::Refused { reason: "no money".to_owned() });
}
