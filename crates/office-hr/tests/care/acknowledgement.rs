//! Law 64: an acknowledgement counts for exactly one version.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Barrier;

use insta::assert_json_snapshot;
use office_core::{Actor, Decision, Entity, Id, Office, Role, wait};
use office_hr::{
    AcknowledgeError, Acknowledgement, AcknowledgementFact, AcknowledgementStanding, Audience, Employment,
    EmploymentFact, Hire, OpenAcknowledgement, PolicyDigest, PolicyDocument, PolicyFact, PolicyVersion, PublishPolicy,
    PublishPolicyError, acknowledge_policy, open_acknowledgements, publish_policy, retire_policy,
};
use office_scratch::offices;
use proptest::prelude::*;

use crate::desk::{book, command, day, employ, employee, officer, person, place};

fn digest(text: u8) -> PolicyDigest {
    PolicyDigest::of(&[text])
}

fn publishing(text: u8, from: u32) -> PublishPolicy {
    let audience = Audience { scope: "company/it".parse().unwrap(), roles: [Role::new("employee")].into() };
    let version = PolicyVersion { digest: digest(text), place: "intranet".into(), audience, days: 10, remind_days: 3 };
    PublishPolicy { title: "Clear desks".into(), from: day(from), version }
}

fn document() -> Id<PolicyDocument> {
    Id::natural("policy_document", "clear desks")
}

fn hired() -> Employment {
    let assignment = place(None, "company/it/desk");
    let hire = Hire { person: employee().person, term: office_core::DateRange::from(day(0)), assignment };
    Employment::open(&EmploymentFact::Hired(hire)).unwrap()
}

proptest! {
    /// Law 64, against a diary of which text was in force on each day and which texts were read of which version.
    #[test]
    fn what_is_open_is_what_was_not_read(
        acts in prop::collection::vec((0_u32..3, 0_u8..3, 0_u32..12), 1..24),
    ) {
        let (mut known, mut given): (Option<PolicyDocument>, Option<Acknowledgement>) = (None, None);
        let mut texts: BTreeMap<u32, u8> = BTreeMap::new();
        let mut read: BTreeSet<(u32, u8)> = BTreeSet::new();
        let (employment, id) = (hired(), document());
        // Each act on a day of its own, one after the other.
        for (today, (act, text, ahead)) in (0_u32..).step_by(3).zip(acts) {
            if act == 0 {
                let from = today + ahead;
                match PolicyDocument::publish(known.as_ref(), &publishing(text, from), day(today)) {
                    Ok(Decision::Record(fact)) => {
                        match &mut known {
                            Some(document) => document.apply(&fact),
                            None => known = PolicyDocument::open(&fact),
                        }
                        texts.insert(from, text);
                    }
                    Ok(Decision::AlreadyRecorded) => prop_assert_eq!(texts.get(&from), Some(&text)),
                    Err(PublishPolicyError::SameText { .. }) => {
                        let before = texts.range(..from).next_back().map(|(_, text)| *text);
                        let after = texts.range(from + 1..).next().map(|(_, text)| *text);
                        prop_assert!([before, after].contains(&Some(text)));
                    }
                    Err(error) => prop_assert!(false, "{error}"),
                }
            }
            let Some(document) = &known else { continue };
            let in_force = texts.range(..=today).next_back().map(|(from, text)| (*from, *text));
            if act > 0 {
                let coming = texts.range(today + 1..).map(|(from, text)| (*from, *text));
                let expected = in_force.into_iter().chain(coming).find(|(_, each)| *each == text);
                let found = Acknowledgement::give(given.as_ref(), (id, document), (employee().person, digest(text)), day(today));
                match (found, expected) {
                    (Ok(Decision::Record(fact)), Some(version)) => {
                        prop_assert!(read.insert(version));
                        match &mut given {
                            Some(given) => given.apply(&fact),
                            None => given = Acknowledgement::open(&fact),
                        }
                    }
                    (Ok(Decision::AlreadyRecorded), Some(version)) => prop_assert!(read.contains(&version)),
                    (Err(_), None) => {}
                    (found, expected) => prop_assert!(false, "{found:?}, not {expected:?}"),
                }
            }
            let open = OpenAcknowledgement::of(document, &employment, given.as_ref(), day(today));
            let expected = in_force.filter(|version| !read.contains(version));
            prop_assert_eq!(open.map(|open| (open.from, open.digest)), expected.map(|(from, text)| (day(from), digest(text))));
        }
    }
}

fn publish(office: &Office, key: &str, publishing: &PublishPolicy, on: u32) -> Result<(), PublishPolicyError> {
    let (action, book) = (&"policy.publish".parse().unwrap(), &book(&["policy.publish"], &[]));
    wait(office.transact(&command(key, officer()), |tx| async move {
        publish_policy(&tx, document(), publishing, day(on), action, book).await
    }))
}

fn acknowledge(office: &Office, key: &str, text: u8, on: u32, by: Actor) -> Result<(), AcknowledgeError> {
    wait(office.transact(&command(key, by), |tx| async move {
        acknowledge_policy(&tx, document(), digest(text), day(on)).await
    }))
}

fn open(office: &Office, today: u32) -> Vec<OpenAcknowledgement> {
    let mut found = Vec::new();
    let mut after = None;
    loop {
        let page = wait(
            office.view(|view| async move { open_acknowledgements(&view, document(), day(today), after, 2).await }),
        );
        let page = page.unwrap();
        found.extend(page.open);
        after = page.next;
        if after.is_none() {
            found.sort_by_key(|open| (open.due, open.person));
            return found;
        }
    }
}

#[test]
fn who_has_to_acknowledge_by_when() {
    use AcknowledgementStanding::{Open, Overdue, Remind};
    let (_places, offices) = offices();
    for office in &offices {
        employ(office, "E-017", place(None, "company/it"), day(0));
        employ(office, "E-018", place(None, "company/it/desk"), day(20));
        employ(office, "E-019", place(None, "company/hr"), day(0));
        let clerk = office_hr::Assignment { role: Role::new("clerk"), ..place(None, "company/it") };
        employ(office, "E-020", clerk, day(0));
        publish(office, "a", &publishing(1, 10), 5).unwrap();
        assert!(open(office, 9).is_empty());
        let standing =
            |today| open(office, today).into_iter().map(|open| (open.person, open.standing)).collect::<Vec<_>>();
        let [first, second] = ["E-017", "E-018"].map(person);
        assert_eq!(standing(16), [(first, Open)]);
        assert_eq!(standing(17), [(first, Remind { days: 3 })]);
        assert_eq!(standing(21), [(first, Overdue { days: 1 }), (second, Open)]);
        acknowledge(office, "b", 1, 21, employee()).unwrap();
        acknowledge(office, "c", 1, 22, employee()).unwrap();
        assert_eq!(standing(30), [(second, Remind { days: 0 })]);
        // The next version concerns both again, from its own day on.
        publish(office, "d", &publishing(2, 40), 30).unwrap();
        assert_eq!(standing(39).len(), 1);
        assert_eq!(standing(40), [(first, Open), (second, Open)]);
        let other = acknowledge(office, "e", 1, 40, employee());
        assert!(matches!(other, Err(AcknowledgeError::OtherText { wanted }) if wanted == digest(2)));
        let for_another = acknowledge(office, "f", 2, 40, employee().on_behalf_of(second));
        assert!(matches!(for_another, Err(AcknowledgeError::NotOwn)));
        let (action, book) = (&"policy.publish".parse().unwrap(), &book(&["policy.publish"], &[]));
        let retire = |key: &str, by: Actor| {
            wait(office.transact(&command(key, by), |tx| async move {
                retire_policy(&tx, document(), day(50), day(41), action, book).await
            }))
        };
        assert!(matches!(retire("g", employee()), Err(PublishPolicyError::NotPermitted(_))));
        retire("h", officer()).unwrap();
        assert_eq!((standing(49).len(), standing(50).len()), (2, 0));
        assert!(matches!(acknowledge(office, "i", 2, 50, employee()), Err(AcknowledgeError::NotInForce { .. })));
        assert!(matches!(publish(office, "j", &publishing(3, 60), 51), Err(PublishPolicyError::Retired { .. })));
    }
}

#[test]
fn what_is_read_while_it_is_replaced_counts_for_no_other_text() {
    let (_places, offices) = offices();
    for office in &offices {
        employ(office, "E-017", place(None, "company/it"), day(0));
        publish(office, "first", &publishing(0, 0), 0).unwrap();
        for round in 1_u8..7 {
            let from = u32::from(round) * 10;
            let (draft, last) = (round * 2, round * 2 + 1);
            publish(office, &format!("draft-{round}"), &publishing(draft, from), from - 5).unwrap();
            let barrier = &Barrier::new(3);
            let (read, again) = std::thread::scope(|scope| {
                let reading = ["one", "two"].map(|side| {
                    scope.spawn(move || {
                        barrier.wait();
                        acknowledge(office, &format!("read-{side}-{round}"), draft, from - 5, employee())
                    })
                });
                scope.spawn(move || {
                    barrier.wait();
                    publish(office, &format!("last-{round}"), &publishing(last, from), from - 5).unwrap();
                });
                let [one, two] = reading.map(|thread| thread.join().unwrap());
                (one, two)
            });
            for result in [read, again] {
                assert!(matches!(result, Ok(()) | Err(AcknowledgeError::OtherText { .. })));
            }
            let still: Vec<PolicyDigest> = open(office, from).iter().map(|open| open.digest).collect();
            assert_eq!(still, [digest(last)]);
            acknowledge(office, &format!("read-{round}"), last, from, employee()).unwrap();
            assert!(open(office, from).is_empty());
        }
        // Whoever said it twice at once said it once.
        let id = Acknowledgement::id_of(document(), employee().person);
        let history = wait(office.view(|view| async move { view.history(id, 0, 100).await })).unwrap();
        assert!((6..=12).contains(&history.len()));
    }
}

#[test]
fn what_cannot_be_published_is_refused() {
    let first = PolicyDocument::publish(None, &publishing(1, 10), day(5)).unwrap().fact().unwrap();
    let known = PolicyDocument::open(&first).unwrap();
    let refused = |publishing: &PublishPolicy| PolicyDocument::publish(Some(&known), publishing, day(12)).unwrap_err();
    assert!(matches!(refused(&publishing(2, 11)), PublishPolicyError::Past { .. }));
    assert!(matches!(refused(&publishing(1, 12)), PublishPolicyError::SameText { from } if from == day(10)));
    let other = PublishPolicy { title: "Tidy desks".into(), ..publishing(2, 20) };
    assert!(matches!(refused(&other), PublishPolicyError::Text { field: "title" }));
    let mut nowhere = publishing(2, 20);
    nowhere.version.place = String::new();
    assert!(matches!(refused(&nowhere), PublishPolicyError::Text { field: "place" }));
    let mut slow = publishing(2, 20);
    slow.version.days = 3_651;
    assert!(matches!(refused(&slow), PublishPolicyError::TooMany));
    assert!(matches!(known.retire(day(11), day(12)), Err(PublishPolicyError::Past { .. })));
    for text in ["5e", &digest(1).to_string().to_uppercase(), &"é".repeat(32)] {
        assert!(text.parse::<PolicyDigest>().is_err(), "{text}");
    }
}

#[test]
#[expect(clippy::too_many_lines, reason = "what is stored is long")]
fn stored_forms() {
    let facts = [PolicyFact::Published(publishing(1, 10)), PolicyFact::Retired { from: day(50) }];
    assert_json_snapshot!(facts, @r#"
    [
      {
        "published": {
          "title": "Clear desks",
          "from": "2026-01-11",
          "version": {
            "digest": "4bf5122f344554c53bde2ebb8cd2b7e3d1600ad631c385a5d7cce23c7785459a",
            "place": "intranet",
            "audience": {
              "scope": "company/it",
              "roles": [
                "employee"
              ]
            },
            "days": 10,
            "remind_days": 3
          }
        }
      },
      {
        "retired": {
          "from": "2026-02-20"
        }
      }
    ]
    "#);
    assert_json_snapshot!(office_core::fold::<PolicyDocument>(&facts).unwrap(), @r#"
    {
      "title": "Clear desks",
      "versions": {
        "2026-01-11": {
          "digest": "4bf5122f344554c53bde2ebb8cd2b7e3d1600ad631c385a5d7cce23c7785459a",
          "place": "intranet",
          "audience": {
            "scope": "company/it",
            "roles": [
              "employee"
            ]
          },
          "days": 10,
          "remind_days": 3
        }
      },
      "retired": "2026-02-20"
    }
    "#);
    let known = PolicyDocument::open(&facts[0]).unwrap();
    let given = Acknowledgement::give(None, (document(), &known), (employee().person, digest(1)), day(12));
    let fact: AcknowledgementFact = given.unwrap().fact().unwrap();
    assert_json_snapshot!(fact, @r#"
    {
      "given": {
        "document": "9251a3d2-1f04-503f-b0d0-1843c44081f0",
        "person": "0456a273-f91e-51ba-9216-055165099824",
        "from": "2026-01-11",
        "given": {
          "digest": "4bf5122f344554c53bde2ebb8cd2b7e3d1600ad631c385a5d7cce23c7785459a",
          "on": "2026-01-13"
        }
      }
    }
    "#);
    assert_json_snapshot!(Acknowledgement::open(&fact).unwrap(), @r#"
    {
      "document": "9251a3d2-1f04-503f-b0d0-1843c44081f0",
      "person": "0456a273-f91e-51ba-9216-055165099824",
      "given": {
        "2026-01-11": {
          "digest": "4bf5122f344554c53bde2ebb8cd2b7e3d1600ad631c385a5d7cce23c7785459a",
          "on": "2026-01-13"
        }
      }
    }
    "#);
}
