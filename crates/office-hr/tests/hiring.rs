//! Hiring: vacancies, applications, interviews, offers.

#[cfg(test)]
#[expect(clippy::arithmetic_side_effects, reason = "a test that overflows fails")]
#[expect(clippy::too_many_lines, reason = "stories and stored forms are long")]
mod laws {
    use std::collections::{BTreeMap, BTreeSet};
    use std::sync::Barrier;

    use chrono::NaiveDate;
    use insta::assert_json_snapshot;
    use office_core::rules::{DecisionTable, PolicyBook};
    use office_core::subject::PersonId;
    use office_core::{
        Actor, Appointment, ApprovalStatus, ApproveStep, AuthorityBook, Clearance, Command, DateRange, Entity, Grant,
        Holidays, Id, MemoryStore, Office, Ratio, Role, Scope, WeeklyHours, WorkingCalendar, WorkingPlan, Zone, wait,
    };
    use office_hr::{
        Application, ApplicationError, ApplicationFact, ApplicationOutcome, Assignment, ClosedVacancy, EndedOffer,
        FileRecord, HiringError, HiringRules, JobPosting, Offer, OfferAnswer, OfferFact, OfferTerms, OfferedPay,
        PersonnelRecord, ReceivedApplication, RecordContent, RecordRules, RequestVacancy, RetentionRule,
        RetentionRules, RetentionStart, Scorecard, Vacancy, VacancyClosed, VacancyFact, advance_application,
        answer_offer, approve_vacancy, close_vacancy, erase_record, fall_due_offer, file_record, hire_applicant,
        make_offer, plan_interview, post_vacancy, receive_application, reject_application, request_vacancy,
        score_interview, withdraw_application,
    };
    use office_scratch::offices;
    use proptest::prelude::*;

    fn date(text: &str) -> NaiveDate {
        text.parse().unwrap()
    }

    fn today() -> NaiveDate {
        date("2026-10-05")
    }

    fn person(name: &str) -> PersonId {
        Id::natural("person", name)
    }

    fn recruiter() -> Actor {
        Actor::new(person("E-009"), Role::new("recruiter"))
    }

    fn command(key: &str, by: Actor) -> Command {
        Command::new(key, "hiring", by, "2026-10-05T08:00:00Z".parse().unwrap()).unwrap()
    }

    fn vacancy() -> Id<Vacancy> {
        Id::natural("vacancy", "V-1")
    }

    /// One or two seats need nobody; more the executive.
    fn rules() -> HiringRules {
        let mut approval = PolicyBook::new("vacancies");
        let row = |seats: &str, outcome: &str| vec![seats.to_owned(), outcome.to_owned()];
        let rows = [row("<= 2", "allow"), row("-", "approvals: 1 executive vacancy.approve")];
        let table = DecisionTable::from_rows(&["seats: number", "outcome"], rows).unwrap();
        approval.publish(date("2026-01-01"), table).unwrap();
        let valid = DateRange::year(2026).unwrap();
        let (week, holidays) = (WeeklyHours::weekdays("09:00-17:00".parse().unwrap()), Holidays::none(valid));
        let plan = WorkingPlan { zone: Zone::UTC, valid, week, exceptions: BTreeMap::new(), holidays };
        HiringRules {
            approval,
            recruit: "hiring.recruit".parse().unwrap(),
            offer: "hiring.offer".parse().unwrap(),
            files: "application".parse().unwrap(),
            pay: "pay".parse().unwrap(),
            hours: WorkingCalendar::new(plan).unwrap(),
        }
    }

    fn book() -> AuthorityBook {
        let (valid, scope) = (DateRange::year(2026).unwrap(), Scope::anywhere());
        let mut book = AuthorityBook::default();
        let limit = Some("60000.00 EUR".parse().unwrap());
        let grants = [
            ("recruiter", "hiring.recruit", None),
            ("recruiter", "hiring.offer", limit),
            ("recruiter", "records.file", None),
            ("recruiter", "records.erase", None),
            ("executive", "vacancy.approve", None),
        ];
        for (role, action, limit) in grants {
            let (role, action, scope) = (Role::new(role), action.parse().unwrap(), scope.clone());
            book.grants.push(Grant { role, action, scope, limit, valid });
        }
        for (name, role) in [("E-009", "recruiter"), ("E-001", "executive")] {
            let (person, role, scope) = (person(name), Role::new(role), scope.clone());
            book.appointments.push(Appointment { person, role, scope, valid });
        }
        let (role, class) = (Role::new("recruiter"), "pay".parse().unwrap());
        let purpose = "hiring".parse().unwrap();
        book.clearances.granted.push(Clearance { role, class, purpose, valid });
        book
    }

    fn wanted(seats: u32) -> RequestVacancy {
        RequestVacancy {
            title: "reception".into(),
            role: Role::new("receptionist"),
            scope: Scope::anywhere(),
            seats,
            yearly: Some("38000.00 EUR".parse().unwrap()),
            stages: ["letter", "talk", "offer"].map(str::to_owned).to_vec(),
            criteria: [("friendly".to_owned(), 3), ("languages".to_owned(), 1)].into(),
            on: today(),
        }
    }

    fn terms() -> OfferTerms {
        let assignment = Assignment {
            role: Role::new("receptionist"),
            manager: None,
            cost_centre: Id::natural("cost_centre", "CC-100"),
            scope: Scope::anywhere(),
            weekly_hours: Ratio::from_integer(40),
            week: "MO|TU|WE|TH|FR".parse().unwrap(),
            zone: "Europe/Berlin".parse().unwrap(),
        };
        OfferTerms { term: "2026-11-01/..".parse().unwrap(), assignment, open_until: date("2026-10-16") }
    }

    fn pay(yearly: &str) -> OfferedPay {
        OfferedPay { yearly: yearly.parse().unwrap(), besides: "a ticket for the tram".into() }
    }

    fn ask(office: &Office, seats: u32) -> ApprovalStatus {
        let (rules, wanted) = (&rules(), &wanted(seats));
        wait(office.transact(&command("ask", recruiter()), |tx| async move {
            request_vacancy(&tx, vacancy(), wanted, rules).await
        }))
        .unwrap()
    }

    fn apply(office: &Office, name: &str) -> Id<Application> {
        let (id, key) = (person(name), format!("apply-{name}"));
        wait(office.transact(&command(&key, recruiter()), |tx| async move {
            receive_application(&tx, vacancy(), id, "website", today()).await
        }))
        .unwrap()
    }

    fn offer(office: &Office, key: &str, to: Id<Application>) -> Result<Id<Offer>, HiringError> {
        let (rules, book, terms, pay) = (&rules(), &book(), &terms(), &pay("38000.00 EUR"));
        wait(office.transact(&command(key, recruiter()), |tx| async move {
            make_offer(&tx, to, terms, pay, today(), rules, book).await
        }))
    }

    fn answer(office: &Office, key: &str, id: Id<Offer>, answer: &OfferAnswer) -> Result<(), HiringError> {
        let (rules, book) = (&rules(), &book());
        wait(office.transact(&command(key, recruiter()), |tx| async move {
            answer_offer(&tx, id, answer, today(), rules, book).await
        }))
    }

    fn hire(office: &Office, key: &str, id: Id<Application>, number: usize) -> Result<(), HiringError> {
        let (rules, book, employment) = (&rules(), &book(), Id::natural("employment", &format!("E-{number}")));
        wait(office.transact(&command(key, recruiter()), |tx| async move {
            hire_applicant(&tx, id, employment, today(), rules, book).await
        }))
    }

    fn reject(office: &Office, key: &str, id: Id<Application>) -> Result<(), HiringError> {
        let (rules, book) = (&rules(), &book());
        wait(office.transact(&command(key, recruiter()), |tx| async move {
            reject_application(&tx, id, "another was better", today(), rules, book).await
        }))
    }

    fn withdraw(office: &Office, key: &str, id: Id<Application>) -> Result<(), HiringError> {
        let (rules, book) = (&rules(), &book());
        wait(office.transact(&command(key, recruiter()), |tx| async move {
            withdraw_application(&tx, id, today(), rules, book).await
        }))
    }

    fn load<E: Entity>(office: &Office, id: Id<E>) -> E {
        const { assert!(!E::CLASSIFIED) }
        wait(office.view(|view| async move { view.load(id).await })).unwrap()
    }

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

    #[test]
    fn stored_forms() {
        let (rules, id) = (rules(), vacancy());
        let asked = Vacancy::request(id, &wanted(1), person("E-009"), "2026-10-05T08:00:00Z".parse().unwrap(), &rules);
        let application = Application::id_of(id, person("A-1"));
        let facts = [
            asked.unwrap(),
            VacancyFact::Posted(JobPosting { place: "website".into(), from: today(), last: None }),
            VacancyFact::Promised(application),
            VacancyFact::Freed(application),
            VacancyFact::Filled { application, employment: Id::natural("employment", "E-25") },
            VacancyFact::Closed(ClosedVacancy { on: today(), why: "filled".into() }),
        ];
        assert_json_snapshot!(facts[1..], @r#"
        [
          {
            "posted": {
              "place": "website",
              "from": "2026-10-05"
            }
          },
          {
            "promised": "44b238f8-2740-5691-abd7-4c04cc15d64a"
          },
          {
            "freed": "44b238f8-2740-5691-abd7-4c04cc15d64a"
          },
          {
            "filled": {
              "application": "44b238f8-2740-5691-abd7-4c04cc15d64a",
              "employment": "3c505ee5-8321-5685-972a-5c1f43dc6ad8"
            }
          },
          {
            "closed": {
              "on": "2026-10-05",
              "why": "filled"
            }
          }
        ]
        "#);
        assert_json_snapshot!(office_core::fold::<Vacancy>(&facts).unwrap(), @r#"
        {
          "asked": {
            "request": {
              "title": "reception",
              "role": "receptionist",
              "scope": "*",
              "seats": 1,
              "yearly": "38000.00 EUR",
              "stages": [
                "letter",
                "talk",
                "offer"
              ],
              "criteria": {
                "friendly": 3,
                "languages": 1
              },
              "on": "2026-10-05"
            },
            "by": "9693db45-4ff8-5ad8-bed6-0082b07d5176",
            "ruling": {
              "version": {
                "policy": "vacancies",
                "since": "2026-01-01",
                "content": "94e49bf0-f8bd-501f-9cff-1edb4dc50754"
              },
              "facts": {
                "seats": {
                  "number": "1"
                }
              },
              "tables": [
                {
                  "hit": "first",
                  "decided": [
                    {
                      "row": 1,
                      "cells": [
                        {
                          "column": "seats",
                          "asks": "<= 2"
                        }
                      ]
                    }
                  ]
                }
              ]
            }
          },
          "approval": {
            "case": {
              "case": "6f9cb8b5-c174-5e4d-b5c1-1bb610a40aed",
              "requester": "9693db45-4ff8-5ad8-bed6-0082b07d5176",
              "scope": "*",
              "amount": "38000.00 EUR"
            },
            "outcome": "allow",
            "at": "2026-10-05T08:00:00Z",
            "acts": []
          },
          "postings": [
            {
              "place": "website",
              "from": "2026-10-05"
            }
          ],
          "promised": [],
          "filled": {
            "44b238f8-2740-5691-abd7-4c04cc15d64a": "3c505ee5-8321-5685-972a-5c1f43dc6ad8"
          },
          "closed": {
            "on": "2026-10-05",
            "why": "filled"
          }
        }
        "#);
        let (person, source) = (person("A-1"), "website".to_owned());
        let received = ReceivedApplication { vacancy: id, person, source, stage: "letter".into(), on: today() };
        let panel = BTreeSet::from([Id::natural("person", "E-004")]);
        let time = "2026-10-07T08:00:00Z/2026-10-07T09:00:00Z".parse().unwrap();
        let card = Scorecard { scores: [("friendly".to_owned(), 5)].into(), recommends: true, note: "yes".into() };
        let by = Id::natural("person", "E-004");
        let facts = [
            ApplicationFact::Received(received),
            ApplicationFact::Advanced { stage: "talk".into(), on: today() },
            ApplicationFact::Interviewing { time, panel },
            ApplicationFact::Scored { interview: 1, by, card },
            ApplicationFact::Offered { number: 1 },
            ApplicationFact::Decided(ApplicationOutcome::Rejected { on: today(), why: "another".into() }),
        ];
        assert_json_snapshot!(facts, @r#"
        [
          {
            "received": {
              "vacancy": "6f9cb8b5-c174-5e4d-b5c1-1bb610a40aed",
              "person": "c180f2b8-1b93-540e-b150-ded50ad829a9",
              "source": "website",
              "stage": "letter",
              "on": "2026-10-05"
            }
          },
          {
            "advanced": {
              "stage": "talk",
              "on": "2026-10-05"
            }
          },
          {
            "interviewing": {
              "time": {
                "start": "2026-10-07T08:00:00Z",
                "end": "2026-10-07T09:00:00Z"
              },
              "panel": [
                "86f4d0bf-aa08-584b-a8e4-61e4881cb11b"
              ]
            }
          },
          {
            "scored": {
              "interview": 1,
              "by": "86f4d0bf-aa08-584b-a8e4-61e4881cb11b",
              "card": {
                "scores": {
                  "friendly": 5
                },
                "recommends": true,
                "note": "yes"
              }
            }
          },
          {
            "offered": {
              "number": 1
            }
          },
          {
            "decided": {
              "rejected": {
                "on": "2026-10-05",
                "why": "another"
              }
            }
          }
        ]
        "#);
        assert_json_snapshot!(office_core::fold::<Application>(&facts).unwrap(), @r#"
        {
          "received": {
            "vacancy": "6f9cb8b5-c174-5e4d-b5c1-1bb610a40aed",
            "person": "c180f2b8-1b93-540e-b150-ded50ad829a9",
            "source": "website",
            "stage": "letter",
            "on": "2026-10-05"
          },
          "stage": "talk",
          "interviews": [
            {
              "time": {
                "start": "2026-10-07T08:00:00Z",
                "end": "2026-10-07T09:00:00Z"
              },
              "panel": [
                "86f4d0bf-aa08-584b-a8e4-61e4881cb11b"
              ],
              "scorecards": {
                "86f4d0bf-aa08-584b-a8e4-61e4881cb11b": {
                  "scores": {
                    "friendly": 5
                  },
                  "recommends": true,
                  "note": "yes"
                }
              }
            }
          ],
          "offers": 1,
          "outcome": {
            "rejected": {
              "on": "2026-10-05",
              "why": "another"
            }
          }
        }
        "#);
        let office = Office::on(MemoryStore::new());
        ask(&office, 1);
        let offer = offer(&office, "offer", apply(&office, "A-1")).unwrap();
        let mut made = load(&office, offer);
        assert_json_snapshot!(OfferFact::Made(Box::new(made.made().clone())), @r#"
        {
          "made": {
            "application": "44b238f8-2740-5691-abd7-4c04cc15d64a",
            "person": "c180f2b8-1b93-540e-b150-ded50ad829a9",
            "number": 1,
            "terms": {
              "term": {
                "start": "2026-11-01"
              },
              "assignment": {
                "role": "receptionist",
                "cost_centre": "e07adf19-0dc5-58d1-8ae7-461c5fa4fd26",
                "scope": "*",
                "weekly_hours": "40",
                "week": "MO|TU|WE|TH|FR",
                "zone": "Europe/Berlin"
              },
              "open_until": "2026-10-16"
            },
            "pay_class": "pay",
            "on": "2026-10-05"
          }
        }
        "#);
        let ended = made.end(&EndedOffer::Declined { on: today(), why: "too far".into() }).unwrap().fact().unwrap();
        made.apply(&ended);
        assert_json_snapshot!(made, @r#"
        {
          "made": {
            "application": "44b238f8-2740-5691-abd7-4c04cc15d64a",
            "person": "c180f2b8-1b93-540e-b150-ded50ad829a9",
            "number": 1,
            "terms": {
              "term": {
                "start": "2026-11-01"
              },
              "assignment": {
                "role": "receptionist",
                "cost_centre": "e07adf19-0dc5-58d1-8ae7-461c5fa4fd26",
                "scope": "*",
                "weekly_hours": "40",
                "week": "MO|TU|WE|TH|FR",
                "zone": "Europe/Berlin"
              },
              "open_until": "2026-10-16"
            },
            "pay_class": "pay",
            "on": "2026-10-05"
          },
          "ended": {
            "declined": {
              "on": "2026-10-05",
              "why": "too far"
            }
          }
        }
        "#);
        assert_json_snapshot!(pay("38000.00 EUR"), @r#"
        {
          "yearly": "38000.00 EUR",
          "besides": "a ticket for the tram"
        }
        "#);
    }
}
