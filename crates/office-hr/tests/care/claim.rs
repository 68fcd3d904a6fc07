//! Law 63: what becomes of a claim, and what is paid for it.

use std::collections::BTreeSet;
use std::sync::Barrier;

use insta::assert_json_snapshot;
use office_core::{Actor, Currency, DateRange, Decision, Entity, Id, Money, Office, Ratio, wait};
use office_hr::{
    ClaimError, ClaimFact, ClaimRules, ClaimStatus, ClaimStep, ClaimTerms, ClaimedWage, CompensationClaim, Dated,
    FileClaim, FiledClaim, MedicalCost, file_claim, report_injury, take_claim_step,
};
use office_scratch::offices;
use proptest::prelude::*;

use crate::desk::{book, command, day, employee, officer};
use crate::injury;

fn dollars(minor: i64) -> Money {
    Money::from_minor(minor, Currency::USD)
}

fn terms(waiting_days: u32, retroactive_after: Option<u32>) -> ClaimTerms {
    let rate = Ratio::new(2, 3).unwrap();
    ClaimTerms { waiting_days, retroactive_after, rate, least: dollars(20_000), most: dollars(90_000) }
}

fn rules() -> ClaimRules {
    let terms = Dated::since(day(0), terms(3, Some(14)));
    ClaimRules { decide: "claim.decide".parse().unwrap(), pay: "pay".parse().unwrap(), terms }
}

fn filing(number: &str) -> FileClaim {
    FileClaim { injury: Id::natural("injury", "a"), number: number.into(), on: day(20) }
}

fn filed() -> ClaimFact {
    let pay_class = "pay".parse().unwrap();
    ClaimFact::Filed(Box::new(FiledClaim {
        claim: filing("WC-1"),
        person: employee().person,
        injured: day(10),
        pay_class,
    }))
}

fn claim(steps: &[ClaimStep]) -> CompensationClaim {
    let mut claim = CompensationClaim::open(&filed()).unwrap();
    for step in steps {
        claim.apply_decision(&claim.step(step).unwrap());
    }
    claim
}

/// The step of a number, on a day of its own.
fn step(which: usize, on: u32) -> ClaimStep {
    let (on, why) = (day(on), "as found".to_owned());
    match which {
        0 => ClaimStep::Accept { on },
        1 => ClaimStep::Deny { on, why },
        2 => ClaimStep::Close { on },
        3 => ClaimStep::Reopen { on, why },
        4 => ClaimStep::Withdraw { on },
        5 => ClaimStep::Cost { number: on.to_string(), cost: MedicalCost { on, amount: dollars(1_250) } },
        _ => ClaimStep::Unable { range: DateRange::day(on), on },
    }
}

/// From where each step leads where.
fn leads(from: &str, which: usize) -> Option<&'static str> {
    match (from, which) {
        ("filed", 0) | ("accepted", 5 | 6) => Some("accepted"),
        ("filed", 1) => Some("denied"),
        ("filed", 4) => Some("withdrawn"),
        ("accepted", 2) => Some("closed"),
        ("denied" | "closed", 3) | ("filed", 5 | 6) => Some("filed"),
        _ => None,
    }
}

proptest! {
    /// Law 63.
    #[test]
    fn only_what_is_drawn_happens(walk in prop::collection::vec(0_usize..7, 0..20)) {
        let (mut claim, mut at) = (claim(&[]), "filed");
        let mut told: (u32, i64) = (0, 0);
        for (on, which) in (20_u32..).zip(walk) {
            let before = claim.clone();
            match (claim.step(&step(which, on)), leads(at, which)) {
                (Ok(Decision::Record(fact)), Some(next)) => {
                    claim.apply(&fact);
                    at = next;
                    told = (told.0 + u32::from(which == 6), told.1 + i64::from(which == 5) * 1_250);
                    prop_assert_eq!(claim.step(&step(which, on)).unwrap(), Decision::AlreadyRecorded);
                }
                (Err(ClaimError::Status { .. }), None) => prop_assert_eq!(&claim, &before),
                (found, expected) => prop_assert!(false, "{at}, step {which}: {found:?}, not {expected:?}"),
            }
            prop_assert_eq!(claim.status().name(), at);
        }
        prop_assert_eq!(claim.days_unable(day(400)), told.0);
        prop_assert_eq!(claim.medical_cost(Currency::USD).unwrap(), dollars(told.1));
    }

    /// Law 63: however the days are told, they are those of a calendar ticked off.
    #[test]
    fn days_are_those_of_a_calendar(ranges in prop::collection::vec((11_u32..90, 1_u32..20), 0..12), until in 0_u32..120) {
        let (mut claim, mut ticked) = (claim(&[]), BTreeSet::new());
        for (from, length) in ranges {
            let range = DateRange::new(day(from), day(from + length)).unwrap();
            let days: BTreeSet<u32> = (from..from + length).collect();
            let told = claim.step(&ClaimStep::Unable { range, on: day(30) });
            if ticked.is_disjoint(&days) {
                claim.apply(&told.unwrap().fact().unwrap());
                ticked.extend(days);
            } else {
                let known = matches!(told, Err(ClaimError::Days { .. }) | Ok(Decision::AlreadyRecorded));
                prop_assert!(known);
            }
        }
        let days = ticked.range(..=until).count();
        prop_assert_eq!(usize::try_from(claim.days_unable(day(until))).unwrap(), days);
    }

    /// Law 63: what is paid is the sum of the days that are paid, rounded once.
    #[test]
    fn what_is_paid_is_a_walk_over_the_days(
        waiting in 0_u32..10,
        retroactive in prop::option::of(0_u32..30),
        wage in 1_i64..200_000,
        days in 0_u32..60,
    ) {
        let found = terms(waiting, retroactive).indemnity(dollars(wage), days).unwrap();
        let whole = retroactive.is_some_and(|after| days > after);
        let paid = (1..=days).filter(|number| whole || *number > waiting).count();
        // A week in thirds of a cent, and so a day in twenty-firsts.
        let week = (wage * 2).clamp(20_000 * 3, 90_000 * 3);
        let exact = week * i64::try_from(paid).unwrap();
        prop_assert_eq!(usize::try_from(found.days_paid).unwrap(), paid);
        prop_assert_eq!(found.amount, dollars((2 * exact + 21).div_euclid(42)));
        // A day more is never paid less.
        prop_assert!(terms(waiting, retroactive).indemnity(dollars(wage), days + 1).unwrap().amount.minor() >= found.amount.minor());
    }
}

fn hurt(office: &Office) {
    let (rules, book) = (&injury::rules(), &book(&[], &[]));
    let (report, content, id) = (&injury::report(10), &injury::content(), Id::natural("injury", "a"));
    wait(office.transact(&command("hurt", employee()), |tx| async move {
        report_injury(&tx, id, report, content, day(10), rules, book).await
    }))
    .unwrap();
}

fn file(office: &Office, name: &str, filing: &FileClaim, weekly: Money) -> Result<(), ClaimError> {
    let (rules, book, wage) = (&rules(), &book(&["claim.decide"], &[]), &ClaimedWage { weekly });
    let id = Id::natural("compensation_claim", name);
    let key = format!("file-{name}-{}-{}", filing.number, filing.on);
    wait(
        office.transact(&command(&key, employee()), |tx| async move {
            file_claim(&tx, id, filing, wage, rules, book).await
        }),
    )
}

fn take(office: &Office, key: &str, name: &str, step: &ClaimStep, by: Actor) -> Result<(), ClaimError> {
    let (rules, book, id) = (&rules(), &book(&["claim.decide"], &[]), Id::natural("compensation_claim", name));
    wait(office.transact(&command(key, by), |tx| async move { take_claim_step(&tx, id, step, rules, book).await }))
}

#[test]
fn a_claim_is_decided_by_somebody_else_and_its_wage_is_read_by_clearance() {
    let (_places, offices) = offices();
    for office in &offices {
        hurt(office);
        let nothing = file(office, "a", &filing("WC-0"), dollars(0));
        assert!(matches!(nothing, Err(ClaimError::Amount { .. })));
        file(office, "a", &filing("WC-1"), dollars(75_000)).unwrap();
        let other = FileClaim { on: day(21), ..filing("WC-1") };
        assert!(matches!(file(office, "a", &other, dollars(75_000)), Err(ClaimError::IdReused)));
        let second = file(office, "b", &filing("WC-2"), dollars(75_000)).unwrap_err().to_string();
        assert_eq!(second, "the injury is claimed under `WC-1` already: that is to be withdrawn, or reopened");
        assert!(matches!(take(office, "a", "a", &step(0, 21), employee()), Err(ClaimError::NotPermitted(_))));
        assert!(matches!(take(office, "b", "a", &step(4, 21), officer()), Err(ClaimError::NotPermitted(_))));
        take(office, "c", "a", &step(1, 21), officer()).unwrap();
        let denied = take(office, "d", "a", &step(6, 22), officer()).unwrap_err().to_string();
        assert_eq!(denied, "the claim is denied: one that is filed or accepted is wanted");
        take(office, "e", "a", &step(3, 22), officer()).unwrap();
        take(office, "f", "a", &step(4, 23), employee()).unwrap();
        // What was withdrawn stays so, and makes room for another claim.
        assert!(matches!(take(office, "g", "a", &step(3, 24), officer()), Err(ClaimError::Status { .. })));
        file(office, "b", &filing("WC-2"), dollars(75_000)).unwrap();

        let (id, cleared) = (Id::<CompensationClaim>::natural("compensation_claim", "b"), &book(&[], &["pay"]));
        let read = |key: &str, purpose: &str| {
            let (command, purpose) = (command(key, officer()), purpose.parse().unwrap());
            wait(office.disclose(&command, id, &purpose, day(30), cleared))
        };
        assert!(read("h", "curiosity").is_err());
        let granted = read("i", "administration").unwrap().granted;
        let wage: ClaimedWage = wait(office.open_content(id, &granted)).unwrap().unwrap();
        assert_eq!((wage.weekly, format!("{wage:?}").as_str()), (dollars(75_000), "ClaimedWage { .. }"));
        assert_eq!(wait(office.readings(id)).unwrap().len(), 2);
    }
}

#[test]
fn of_claims_at_once_for_an_injury_one_is_filed() {
    let (_places, offices) = offices();
    for office in &offices {
        hurt(office);
        for round in 0..6 {
            let barrier = &Barrier::new(2);
            let results = std::thread::scope(|scope| {
                let file = |side: &'static str| {
                    scope.spawn(move || {
                        barrier.wait();
                        let name = format!("{side}-{round}");
                        file(office, &name, &filing(&name), dollars(50_000)).map(|()| name)
                    })
                };
                let both = [file("left"), file("right")];
                both.map(|thread| thread.join().unwrap())
            });
            let filed: Vec<&String> = results.iter().flatten().collect();
            assert_eq!(filed.len(), 1);
            assert!(
                results
                    .iter()
                    .filter_map(|result| result.as_ref().err())
                    .all(|error| matches!(error, ClaimError::Claimed { .. }))
            );
            take(office, &format!("back-{round}"), filed[0], &step(4, 21), employee()).unwrap();
        }
    }
}

#[test]
fn what_cannot_be_claimed_is_refused() {
    let claim = claim(&[step(0, 21), step(5, 22)]);
    let days = |range: &str| claim.step(&ClaimStep::Unable { range: range.parse().unwrap(), on: day(30) });
    for range in ["2026-01-11/2026-01-12", "2026-02-01/.."] {
        assert!(matches!(days(range), Err(ClaimError::Days { .. })), "{range}");
    }
    let bill = |amount| ClaimStep::Cost { number: day(22).to_string(), cost: MedicalCost { on: day(22), amount } };
    assert!(matches!(claim.step(&bill(dollars(-1))), Err(ClaimError::Amount { .. })));
    assert!(matches!(claim.step(&bill(dollars(1))), Err(ClaimError::Billed { .. })));
    let silent = ClaimStep::Deny { on: day(30), why: " ".into() };
    assert!(matches!(claim.step(&silent), Err(ClaimError::Text { field: "reason" })));
    let reopened = ClaimStatus::Filed { on: day(20), reopened: None };
    assert_ne!(claim.status(), &reopened);
    let euro = Money::from_minor(1, Currency::EUR);
    assert!(terms(3, None).indemnity(euro, 1).is_err());
    assert!(claim.medical_cost(Currency::EUR).is_err());
}

#[test]
#[expect(clippy::too_many_lines, reason = "what is stored is long")]
fn stored_forms() {
    let facts: Vec<ClaimFact> =
        [filed()].into_iter().chain((0..7).map(|which| ClaimFact::Stepped(step(which, 30)))).collect();
    assert_json_snapshot!(facts, @r#"
    [
      {
        "filed": {
          "claim": {
            "injury": "088ea2ed-1902-5447-895f-d60febc971a4",
            "number": "WC-1",
            "on": "2026-01-21"
          },
          "person": "0456a273-f91e-51ba-9216-055165099824",
          "injured": "2026-01-11",
          "pay_class": "pay"
        }
      },
      {
        "stepped": {
          "accept": {
            "on": "2026-01-31"
          }
        }
      },
      {
        "stepped": {
          "deny": {
            "on": "2026-01-31",
            "why": "as found"
          }
        }
      },
      {
        "stepped": {
          "close": {
            "on": "2026-01-31"
          }
        }
      },
      {
        "stepped": {
          "reopen": {
            "on": "2026-01-31",
            "why": "as found"
          }
        }
      },
      {
        "stepped": {
          "withdraw": {
            "on": "2026-01-31"
          }
        }
      },
      {
        "stepped": {
          "cost": {
            "number": "2026-01-31",
            "cost": {
              "on": "2026-01-31",
              "amount": "12.50 USD"
            }
          }
        }
      },
      {
        "stepped": {
          "unable": {
            "range": {
              "start": "2026-01-31",
              "end": "2026-02-01"
            },
            "on": "2026-01-31"
          }
        }
      }
    ]
    "#);
    let steps = [step(1, 21), step(3, 22), step(5, 23), step(6, 24)];
    assert_json_snapshot!(claim(&steps), @r#"
    {
      "filed": {
        "claim": {
          "injury": "088ea2ed-1902-5447-895f-d60febc971a4",
          "number": "WC-1",
          "on": "2026-01-21"
        },
        "person": "0456a273-f91e-51ba-9216-055165099824",
        "injured": "2026-01-11",
        "pay_class": "pay"
      },
      "status": {
        "filed": {
          "on": "2026-01-23",
          "reopened": "as found"
        }
      },
      "unable": {
        "2026-01-25": {
          "start": "2026-01-25",
          "end": "2026-01-26"
        }
      },
      "costs": {
        "2026-01-24": {
          "on": "2026-01-24",
          "amount": "12.50 USD"
        }
      }
    }
    "#);
    assert_json_snapshot!(rules(), @r#"
    {
      "decide": "claim.decide",
      "pay": "pay",
      "terms": {
        "2026-01-01": {
          "waiting_days": 3,
          "retroactive_after": 14,
          "rate": "2/3",
          "least": "200.00 USD",
          "most": "900.00 USD"
        }
      }
    }
    "#);
}
