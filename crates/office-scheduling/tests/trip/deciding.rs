//! A trip, or a booking of it, given back, submitted again and handed over.

use chrono::NaiveDate;
use insta::assert_json_snapshot;
use office_core::rules::Outcome;
use office_core::{
    Actor, ApproveStep, Decision, Entity, HandOverStep, MemoryStore, Money, Office, ResubmitCaseError, ReturnCase,
    Role, WithdrawCase, wait,
};
use office_scheduling::{
    BookTripError, DecideTripError, RequestTripError, ResubmitTrip, ResubmitTripError, Trip, TripFact, TripStatus,
    approve_trip, give_back_trip, hand_over_trip, resubmit_trip, withdraw_trip,
};
use office_scratch::offices;

use crate::office::{
    NOW, OCTOBER, actor, approve, ask, at, book, command, euro, load, person, request, rules, there_and_back, trip_id,
};

fn today() -> NaiveDate {
    at(NOW).date_naive()
}

fn back(reason: &str) -> ReturnCase {
    ReturnCase { by: actor("boss"), step: 1, on: today(), at: at(NOW), reason: reason.to_owned() }
}

fn again(by: &str, estimate: Money) -> ResubmitTrip {
    ResubmitTrip { by: person(by), estimate, on: today(), at: at(NOW) }
}

fn give_back(office: &Office, key: &str, reason: &str) -> Result<TripStatus, String> {
    let (id, rules, case) = (trip_id("T-1"), rules(), &back(reason));
    wait(office.transact(&command(key, "boss", NOW), |tx| async move { give_back_trip(&tx, id, case, rules).await }))
        .map_err(|error| error.to_string())
}

fn resubmit(office: &Office, key: &str, case: &ResubmitTrip) -> Result<TripStatus, DecideTripError<ResubmitTripError>> {
    let (id, rules) = (trip_id("T-1"), rules());
    wait(office.transact(&command(key, "anna", NOW), |tx| async move { resubmit_trip(&tx, id, case, rules).await }))
}

#[test]
fn a_trip_given_back_keeps_its_time_and_is_submitted_for_less() {
    let (_places, offices) = offices();
    for office in &offices {
        ask(office, "ask", &request("T-1", OCTOBER, 60_000)).unwrap();
        assert!(give_back(office, "silent", " ").is_err());
        let returned = TripStatus::Returned { reason: "take the train".to_owned() };
        assert_eq!(give_back(office, "back", "take the train"), Ok(returned.clone()));
        assert_eq!(give_back(office, "back-again", "take the train"), Ok(returned.clone()));
        let other = ask(office, "other", &request("T-2", OCTOBER, 10_000));
        assert!(matches!(other, Err(RequestTripError::OnTrip { with, .. }) if with == trip_id("T-1")));
        let early = book(office, "early", NOW, &there_and_back(OCTOBER, 100, 100));
        assert!(matches!(early, Err(BookTripError::NotApproved { status }) if status == returned));
        assert!(approve(office, "early-approve", NOW).is_err());

        // As dear as that it is approved as before, for less nobody is asked; above the limit it stays refused.
        let dear = resubmit(office, "dear", &again("anna", euro(500_001)));
        assert!(matches!(dear, Err(DecideTripError::Refused(ResubmitTripError::RefusedByPolicy { .. }))));
        let submitted = resubmit(office, "same", &again("anna", euro(60_000))).unwrap();
        assert_eq!(submitted, TripStatus::Submitted { stage: 1 });
        assert_eq!(
            give_back(office, "back-twice", "cheaper still"),
            Ok(TripStatus::Returned { reason: "cheaper still".to_owned() })
        );
        let less = again("anna", euro(40_000));
        assert_eq!(resubmit(office, "less", &less).unwrap(), TripStatus::Approved);
        assert_eq!(resubmit(office, "less-again", &less).unwrap(), TripStatus::Approved);
        let trip = load(office, "T-1");
        assert_eq!((trip.approved(), trip.request().estimate), (euro(40_000), euro(60_000)));
        // Law 86 holds for what was approved last: 440 EUR are tolerated.
        let booked = book(office, "book", NOW, &there_and_back(OCTOBER, 44_000, 0));
        assert_eq!(booked.unwrap(), TripStatus::Booked);
    }
}

#[test]
fn a_booking_given_back_is_submitted_booked_otherwise_or_withdrawn() {
    let cheap = there_and_back(OCTOBER, 30_000, 0);
    let dear = there_and_back(OCTOBER, 90_000, 0);
    let returned = |office: &Office| {
        ask(office, "ask", &request("T-1", OCTOBER, 40_000)).unwrap();
        book(office, "book", NOW, &cheap).unwrap();
        assert_eq!(book(office, "dear", NOW, &dear).unwrap(), TripStatus::ChangeSubmitted { stage: 1 });
        let reason = "too dear".to_owned();
        assert_eq!(give_back(office, "back", &reason), Ok(TripStatus::ChangeReturned { reason }));
        assert_eq!(load(office, "T-1").booked().map(|booked| booked.cost), Some(euro(30_000)));
    };
    let office = Office::on(MemoryStore::new());
    returned(&office);
    let less = resubmit(&office, "less", &again("anna", euro(80_000)));
    assert!(matches!(less, Err(DecideTripError::Refused(ResubmitTripError::Cost { cost })) if cost == euro(90_000)));
    let same = resubmit(&office, "same", &again("anna", euro(90_000))).unwrap();
    assert_eq!(same, TripStatus::ChangeSubmitted { stage: 1 });
    assert_eq!(approve(&office, "approve", NOW), Ok(TripStatus::Booked));
    assert_eq!(load(&office, "T-1").approved(), euro(90_000));

    let office = Office::on(MemoryStore::new());
    returned(&office);
    let other = there_and_back(OCTOBER, 60_000, 0);
    assert_eq!(book(&office, "other", NOW, &other).unwrap(), TripStatus::ChangeSubmitted { stage: 1 });
    assert_eq!(give_back(&office, "back-too", "no"), Ok(TripStatus::ChangeReturned { reason: "no".to_owned() }));
    assert_eq!(book(&office, "cheaper", NOW, &there_and_back(OCTOBER, 42_000, 0)).unwrap(), TripStatus::Booked);

    let office = Office::on(MemoryStore::new());
    returned(&office);
    let (id, rules) = (trip_id("T-1"), rules());
    let case = &WithdrawCase { by: person("anna"), on: today(), at: at(NOW) };
    let withdrawn =
        wait(office.transact(&command("withdraw", "anna", NOW), |tx| async move {
            withdraw_trip(&tx, id, case, rules).await
        }));
    assert_eq!(withdrawn.unwrap(), TripStatus::Booked);
}

#[test]
fn a_step_handed_over_is_approved_on_behalf() {
    let office = Office::on(MemoryStore::new());
    ask(&office, "ask", &request("T-1", OCTOBER, 60_000)).unwrap();
    let (id, rules) = (trip_id("T-1"), rules());
    let hand_over = |key: &str, to: &str| {
        let step = &HandOverStep { by: actor("boss"), step: 1, to: person(to), on: today(), at: at(NOW) };
        wait(
            office.transact(&command(key, "boss", NOW), |tx| async move { hand_over_trip(&tx, id, step, rules).await }),
        )
    };
    assert!(hand_over("traveller", "anna").is_err());
    assert_eq!(hand_over("deputy", "deputy").unwrap(), TripStatus::Submitted { stage: 1 });
    assert_eq!(hand_over("deputy-again", "deputy").unwrap(), TripStatus::Submitted { stage: 1 });
    let by = Actor::new(person("deputy"), Role::new("deputy")).on_behalf_of(person("boss"));
    let step = &ApproveStep { by, step: 1, on: today(), at: at(NOW) };
    let approved =
        wait(office.transact(&command("approve", "deputy", NOW), |tx| async move {
            approve_trip(&tx, id, step, rules).await
        }));
    assert_eq!(approved.unwrap(), TripStatus::Approved);
}

#[test]
fn what_was_not_given_back_is_not_submitted_again() {
    let requested = Trip::request_for(request("T-1", OCTOBER, 60_000), &actor("anna"), &[], rules(), at(NOW)).unwrap();
    let mut trip = Trip::open(&requested.fact().unwrap()).unwrap();
    let refused = trip.resubmit(&again("anna", euro(60_000)), rules());
    let not_returned =
        |error: &ResubmitTripError| matches!(error, ResubmitTripError::Case(ResubmitCaseError::NotReturned(_)));
    assert!(matches!(&refused, Err(DecideTripError::Refused(error)) if not_returned(error)));
    trip.apply(&trip.give_back(&back("no"), &rules().book).unwrap().fact().unwrap());
    let negative = trip.resubmit(&again("anna", euro(-1)), rules());
    assert!(matches!(negative, Err(DecideTripError::Refused(ResubmitTripError::Estimate { .. }))));
    let not_requester =
        |error: &ResubmitTripError| matches!(error, ResubmitTripError::Case(ResubmitCaseError::NotRequester { .. }));
    let other = trip.resubmit(&again("boss", euro(60_000)), rules());
    assert!(matches!(&other, Err(DecideTripError::Refused(error)) if not_requester(error)));

    let less = again("anna", euro(40_000));
    let fact = trip.resubmit(&less, rules()).unwrap().fact().unwrap();
    let TripFact::Resubmitted { act, ruling } = &fact else { panic!("{fact:?}") };
    assert_eq!(ruling.outcome, Outcome::Allow);
    assert_json_snapshot!(act, @r#"
    {
      "on": "2026-09-07",
      "at": "2026-09-07T09:00:00Z",
      "deed": {
        "resubmitted": {
          "amount": "400.00 EUR",
          "outcome": "allow"
        }
      }
    }
    "#);
    let stored = serde_json::to_string(&fact).unwrap();
    assert_eq!(serde_json::from_str::<TripFact>(&stored).unwrap(), fact);
    trip.apply(&fact);
    assert_eq!(trip.resubmit(&less, rules()).unwrap(), Decision::AlreadyRecorded);
    trip.apply(&trip.cancel(&actor("anna"), at(NOW)).unwrap().fact().unwrap());
    let ended = trip.give_back(&back("late"), &rules().book);
    assert!(matches!(ended, Err(DecideTripError::Ended(TripStatus::Cancelled { .. }))));
}
