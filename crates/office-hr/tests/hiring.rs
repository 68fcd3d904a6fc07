//! Hiring: vacancies, applications, interviews, offers.

#[cfg(test)]
#[expect(clippy::too_many_lines, reason = "stories and stored forms are long")]
#[path = "hiring/stored.rs"]
mod stored;
#[cfg(test)]
#[path = "hiring/world.rs"]
mod world;

#[cfg(test)]
#[expect(clippy::arithmetic_side_effects, reason = "a test that overflows fails")]
#[expect(clippy::too_many_lines, reason = "stories and stored forms are long")]
mod laws {
    use std::collections::BTreeSet;
    use std::sync::Barrier;

    use chrono::NaiveDate;
    use office_core::subject::PersonId;
    use office_core::{Actor, ApprovalStatus, ApproveStep, Id, MemoryStore, Office, Ratio, Role, wait};
    use office_hr::{
        ApplicationError, ApplicationOutcome, ClosedVacancy, EndedOffer, FileRecord, HiringError, JobPosting,
        OfferAnswer, PersonnelRecord, RecordContent, RecordRules, RetentionRule, RetentionRules, RetentionStart,
        Scorecard, VacancyClosed, advance_application, approve_vacancy, close_vacancy, erase_record, fall_due_offer,
        file_record, plan_interview, post_vacancy, receive_application, score_interview,
    };
    use office_scratch::offices;
    use proptest::prelude::*;

    use crate::world::{
        answer, apply, ask, book, command, date, hire, load, offer, pay, person, recruiter, reject, rules, today,
        vacancy, wanted, withdraw,
    };

    #[test]
    fn from_a_vacancy_to_an_employment() {
        let (_places, offices) = offices();
        for office in &offices {
            let (rules, book) = (&rules(), &book());
            assert!(matches!(ask(office, 3), ApprovalStatus::Open { .. }));
            let early =
                |tx| async move { receive_application(&tx, vacancy(), person("A-1"), "website", today()).await };
            let early = wait(office.transact(&command("early", recruiter()), early));
            assert!(matches!(early, Err(HiringError::Vacancy(VacancyClosed::NotApproved { .. }))));
            let executive = Actor::new(person("E-001"), Role::new("executive"));
            let at = "2026-10-05T09:00:00Z".parse().unwrap();
            let step = &ApproveStep { by: executive.clone(), step: 1, on: today(), at };
            let approving = |tx| async move { approve_vacancy(&tx, vacancy(), step, book, rules).await };
            assert_eq!(wait(office.transact(&command("ok", executive), approving)).unwrap(), ApprovalStatus::Approved);

            let posting = &JobPosting { place: "website".into(), from: today(), last: Some(date("2026-10-10")) };
            let posting = |tx| async move { post_vacancy(&tx, vacancy(), posting, today(), rules, book).await };
            wait(office.transact(&command("post", recruiter()), posting)).unwrap();
            let late = |tx| async move {
                receive_application(&tx, vacancy(), person("A-9"), "website", date("2026-10-11")).await
            };
            let late = wait(office.transact(&command("late", recruiter()), late));
            assert!(matches!(late, Err(HiringError::NotPosted { .. })));
            let first = apply(office, "A-1");

            let advance = |key: &str, stage: &'static str| {
                wait(office.transact(&command(key, recruiter()), |tx| async move {
                    advance_application(&tx, first, stage, today(), rules, book).await
                }))
            };
            advance("b", "talk").unwrap();
            advance("c", "talk").unwrap();
            assert!(matches!(advance("d", "letter"), Err(HiringError::Application(ApplicationError::Stage { .. }))));
            assert!(advance("e", "tea").is_err());

            let panel = &BTreeSet::from([person("E-004"), person("E-006")]);
            let time = "2026-10-07T08:00:00Z/2026-10-07T09:00:00Z".parse().unwrap();
            let interview = |key: &str, panel: &BTreeSet<PersonId>| {
                wait(office.transact(&command(key, recruiter()), |tx| {
                    let panel = panel.clone();
                    async move { plan_interview(&tx, first, (time, &panel), today(), rules, book).await }
                }))
            };
            interview("f", panel).unwrap();
            assert!(interview("g", &[person("A-1")].into()).is_err());
            let score = |key: &str, who: &str, friendly: u8, languages: u8| {
                let scores = [("friendly".to_owned(), friendly), ("languages".to_owned(), languages)].into();
                let card = &Scorecard { scores, recommends: friendly > 3, note: String::new() };
                let by = Actor::new(person(who), Role::new("employee"));
                wait(office.transact(&command(key, by), |tx| async move { score_interview(&tx, first, 1, card).await }))
            };
            score("h", "E-004", 5, 2).unwrap();
            score("h-again", "E-004", 5, 2).unwrap();
            assert!(matches!(score("i", "E-004", 1, 1), Err(HiringError::Application(ApplicationError::ScoredBefore))));
            assert!(matches!(score("j", "E-005", 4, 4), Err(HiringError::Application(ApplicationError::NotOfPanel))));
            assert!(score("k", "E-006", 6, 4).is_err());
            // Who has not scored yet is not told what others found.
            let application = load(office, first);
            assert_eq!(application.scorecards(1, person("E-006")).unwrap_err().missing, 1);
            assert_eq!(application.scorecards(1, person("E-004")).unwrap().len(), 1);
            score("l", "E-006", 4, 3).unwrap();
            let application = load(office, first);
            assert_eq!(application.scorecards(1, person("E-009")).unwrap().len(), 2);
            // (5·3 + 2 + 4·3 + 3) / 8
            assert_eq!(application.mean_score(&wanted(3)), Ratio::new(32, 8).ok());

            let one = offer(office, "m", first).unwrap();
            // The next version takes the place of the first, and one seat is promised all the same.
            let two = offer(office, "n", first).unwrap();
            assert_eq!(load(office, vacancy()).free_seats(), 2);
            assert!(matches!(load(office, one).ended(), Some(EndedOffer::Replaced { .. })));
            assert!(answer(office, "o", one, &OfferAnswer::Accept).is_err());
            assert!(matches!(hire(office, "p", first, 25), Err(HiringError::NotAccepted)));
            answer(office, "q", two, &OfferAnswer::Accept).unwrap();
            assert!(matches!(reject(office, "r", first), Err(HiringError::OfferOut { number: 2 })));
            hire(office, "s", first, 25).unwrap();
            hire(office, "t", first, 25).unwrap();
            assert!(matches!(load(office, first).outcome(), Some(ApplicationOutcome::Hired { .. })));
            let found = load::<office_hr::Employment>(office, Id::natural("employment", "E-25"));
            assert_eq!(found.person(), person("A-1"));
            let closing = &ClosedVacancy { on: today(), why: "one is enough".into() };
            let closing = |tx| async move { close_vacancy(&tx, vacancy(), closing, rules, book).await };
            wait(office.transact(&command("u", recruiter()), closing)).unwrap();
            assert_eq!(load(office, vacancy()).filled().len(), 1);
        }
    }

    #[test]
    fn what_an_offer_pays_is_read_by_clearance_alone() {
        let office = Office::on(MemoryStore::new());
        ask(&office, 1);
        let offer = offer(&office, "offer", apply(&office, "A-1")).unwrap();
        let read = |key: &str, purpose: &str| {
            let (command, purpose) = (command(key, recruiter()), purpose.parse().unwrap());
            wait(office.disclose(&command, offer, &purpose, today(), &book()))
        };
        assert!(read("a", "curiosity").is_err());
        let granted = read("b", "hiring").unwrap().granted;
        assert_eq!(wait(office.open_content(offer, &granted)).unwrap(), Some(pay("38000.00 EUR")));
        let told = format!("{:?} {:?}", load(&office, offer), pay("38000.00 EUR"));
        assert!(!told.contains("38000") && !told.contains("tram"), "{told}");
        for entry in wait(office.feed().after(0, 100)).unwrap() {
            let json = entry.fact.json().unwrap_or_default();
            assert!(entry.fact.kind() == "vacancy" || !json.contains("38000"), "{json}");
        }
    }

    #[test]
    fn what_an_applicant_sent_is_kept_for_a_time_after_the_decision() {
        let (_places, offices) = offices();
        for office in &offices {
            ask(office, 1);
            let (application, record) =
                (apply(office, "A-1"), Id::<PersonnelRecord>::natural("personnel_record", "A-1"));
            let mut retention = RetentionRules::default();
            let rule = RetentionRule {
                class: "application".parse().unwrap(),
                kind: None,
                from: RetentionStart::Event(office_hr::APPLICATION_DECIDED.into()),
                keep: "6 months".parse().unwrap(),
                basis: "claims of those who were not chosen".into(),
            };
            retention.publish(date("2026-01-01"), vec![rule]).unwrap();
            let keeping = &RecordRules::new(retention, ["records.file", "records.hold", "records.erase"]).unwrap();
            let (book, class) = (&book(), "application".parse().unwrap());
            let file =
                &FileRecord { person: person("A-1"), class, kind: "letter".into(), employment: None, on: today() };
            let content = &RecordContent { title: "Letter".into(), text: "I am".into(), document: None };
            wait(office.transact(&command("file", recruiter()), |tx| async move {
                file_record(&tx, record, file, content, keeping, book).await
            }))
            .unwrap();
            let due = |office: &Office| {
                let record = load(office, record);
                record.due(None, &keeping.retention, today()).unwrap().on()
            };
            assert_eq!(due(office), None);
            reject(office, "reject", application).unwrap();
            reject(office, "again", application).unwrap();
            assert_eq!(due(office), Some(date("2027-04-05")));
            let erase = |key: &str, on: NaiveDate| {
                wait(office.transact(&command(key, recruiter()), |tx| async move {
                    erase_record(&tx, record, on, keeping, book).await
                }))
            };
            assert!(erase("early", date("2026-12-31")).is_err());
        }
    }

    #[test]
    fn of_two_offers_for_one_seat_at_once_one_is_made() {
        let (_places, offices) = offices();
        for office in &offices {
            ask(office, 1);
            let both = ["A-1", "A-2"].map(|name| apply(office, name));
            for round in 0..8 {
                let barrier = &Barrier::new(2);
                let made = std::thread::scope(|scope| {
                    let made = both.map(|to| {
                        scope.spawn(move || {
                            barrier.wait();
                            offer(office, &format!("{round}-{to}"), to)
                        })
                    });
                    made.map(|thread| thread.join().unwrap())
                });
                let mut made: Vec<_> = made.into_iter().filter_map(Result::ok).collect();
                assert_eq!(made.len(), 1, "round {round}");
                let why = "the budget is cut".to_owned();
                answer(office, &format!("{round}-back"), made.remove(0), &OfferAnswer::Withdraw { why }).unwrap();
            }
        }
    }

    #[derive(Clone, Copy, Debug)]
    enum Act {
        Offer(usize),
        Accept(usize),
        Decline(usize),
        Expire(usize),
        Hire(usize),
        Reject(usize),
        Withdraw(usize),
    }

    fn acts() -> impl Strategy<Value = Vec<Act>> {
        let who = || 0_usize..4;
        let act = prop_oneof![
            4 => who().prop_map(Act::Offer),
            3 => who().prop_map(Act::Accept),
            2 => who().prop_map(Act::Decline),
            1 => who().prop_map(Act::Expire),
            3 => who().prop_map(Act::Hire),
            1 => who().prop_map(Act::Reject),
            1 => who().prop_map(Act::Withdraw),
        ];
        prop::collection::vec(act, 1..30)
    }

    /// Where an applicant stands in a plain list.
    #[derive(Clone, Copy, Debug, PartialEq)]
    enum Stand {
        Waiting,
        Offered,
        Accepted,
        Hired,
        Gone,
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(64))]

        #[test]
        fn no_more_seats_are_promised_than_there_are(seats in 1_u32..3, acts in acts()) {
            let office = Office::on(MemoryStore::new());
            ask(&office, seats);
            let all = ["A-0", "A-1", "A-2", "A-3"].map(|name| apply(&office, name));
            let (mut stands, mut offers) = ([Stand::Waiting; 4], [None; 4]);
            for (number, act) in acts.into_iter().enumerate() {
                let key = format!("act-{number}");
                let taken = |stands: &[Stand]| {
                    let out = [Stand::Offered, Stand::Accepted, Stand::Hired];
                    u32::try_from(stands.iter().filter(|stand| out.contains(stand)).count()).unwrap()
                };
                let why = || "not this".to_owned();
                match act {
                    Act::Offer(who) => {
                        let made = offer(&office, &key, all[who]);
                        let may = match stands[who] {
                            Stand::Waiting => taken(&stands) < seats,
                            Stand::Offered => true,
                            Stand::Accepted | Stand::Hired | Stand::Gone => false,
                        };
                        prop_assert_eq!(made.is_ok(), may, "{:?} {:?}", act, made);
                        if let Ok(made) = made {
                            offers[who] = Some(made);
                            stands[who] = Stand::Offered;
                        }
                    }
                    Act::Accept(who) => {
                        let Some(offer) = offers[who] else { continue };
                        let done = answer(&office, &key, offer, &OfferAnswer::Accept).is_ok();
                        // Said on the same day again, it is the same answer.
                        let may = match stands[who] {
                            Stand::Offered | Stand::Accepted | Stand::Hired => true,
                            Stand::Waiting | Stand::Gone => false,
                        };
                        prop_assert_eq!(done, may, "{:?} {:?}", act, stands[who]);
                        if stands[who] == Stand::Offered { stands[who] = Stand::Accepted }
                    }
                    Act::Decline(who) => {
                        let Some(offer) = offers[who] else { continue };
                        let done = answer(&office, &key, offer, &OfferAnswer::Decline { why: why() }).is_ok();
                        if matches!(stands[who], Stand::Offered | Stand::Accepted) {
                            prop_assert!(done);
                            stands[who] = Stand::Waiting;
                        }
                    }
                    Act::Expire(who) => {
                        let Some(offer) = offers[who] else { continue };
                        wait(office.transact(&command(&key, recruiter()), |tx| async move {
                            fall_due_offer(&tx, offer, date("2026-10-17")).await
                        })).unwrap();
                        if stands[who] == Stand::Offered { stands[who] = Stand::Waiting }
                    }
                    Act::Hire(who) => {
                        let done = hire(&office, &key, all[who], who).is_ok();
                        prop_assert_eq!(done, matches!(stands[who], Stand::Accepted | Stand::Hired), "{:?}", act);
                        if done { stands[who] = Stand::Hired }
                    }
                    Act::Reject(who) => {
                        if reject(&office, &key, all[who]).is_ok() {
                            prop_assert!(matches!(stands[who], Stand::Waiting | Stand::Gone));
                            stands[who] = Stand::Gone;
                        } else {
                            prop_assert!(stands[who] != Stand::Waiting);
                        }
                    }
                    Act::Withdraw(who) => {
                        if withdraw(&office, &key, all[who]).is_ok() {
                            prop_assert!(stands[who] != Stand::Hired);
                            stands[who] = Stand::Gone;
                        } else {
                            prop_assert!(matches!(stands[who], Stand::Hired | Stand::Gone));
                        }
                    }
                }
                let vacancy = load(&office, vacancy());
                prop_assert_eq!(vacancy.free_seats() + taken(&stands), seats);
                prop_assert_eq!(vacancy.filled().len(), stands.iter().filter(|stand| **stand == Stand::Hired).count());
            }
        }
    }
}
