//! Reviews: who reviews whom, until when, and who reads it.

#[cfg(test)]
#[expect(clippy::too_many_lines, reason = "stories and stored forms are long")]
mod laws {
    use std::collections::{BTreeMap, BTreeSet};
    use std::sync::Barrier;

    use chrono::NaiveDate;
    use insta::assert_json_snapshot;
    use office_core::subject::PersonId;
    use office_core::{
        Actor, Appointment, AuthorityBook, Clearance, Command, DateRange, DiscloseError, Entity, Grant, Id, Key, Kind,
        MemoryStore, Office, Ratio, Role, Scope, Store, Zone, wait,
    };
    use office_hr::{
        AnswerKind, AssignedReview, Assignment, Feedback, Hire, OpenReviewCycle, Review, ReviewAnswer, ReviewAnswers,
        ReviewCycle, ReviewCycleFact, ReviewError, ReviewFact, ReviewForm, ReviewKind, ReviewQuestion, Shown,
        assign_review, close_review_cycle, erase_reviews, extend_review_cycle, hire, open_review_cycle, read_feedback,
        read_review, submit_review,
    };
    use office_scratch::offices;

    const BOSS: usize = 0;
    const ANNA: usize = 1;

    fn date(text: &str) -> NaiveDate {
        text.parse().unwrap()
    }

    fn today() -> NaiveDate {
        date("2026-11-02")
    }

    fn person(number: usize) -> PersonId {
        Id::natural("person", &format!("E-{number}"))
    }

    fn own(number: usize) -> Actor {
        Actor::new(person(number), Role::new("employee"))
    }

    fn officer() -> Actor {
        Actor::new(Id::natural("person", "E-900"), Role::new("personnel_officer"))
    }

    fn command(key: &str, by: Actor) -> Command {
        Command::new(key, "reviews", by, "2026-11-02T08:00:00Z".parse().unwrap()).unwrap()
    }

    fn cycle() -> Id<ReviewCycle> {
        Id::natural("review_cycle", "2026")
    }

    fn form(class: &str) -> ReviewForm {
        let question = |answer, required| ReviewQuestion { text: "How is it?".into(), answer, required };
        let questions = BTreeMap::from([
            ("work".to_owned(), question(AnswerKind::Rated { highest: 5 }, true)),
            ("words".to_owned(), question(AnswerKind::Free, false)),
        ]);
        ReviewForm { class: class.parse().unwrap(), questions }
    }

    fn opening() -> OpenReviewCycle {
        let forms = [
            (ReviewKind::Own, form("review")),
            (ReviewKind::Manager, form("review")),
            (ReviewKind::Peer, form("peer-feedback")),
            (ReviewKind::Upward, form("upward-feedback")),
        ];
        OpenReviewCycle { name: "2026".into(), forms: forms.into(), due: date("2026-11-30"), threshold: 3, on: today() }
    }

    /// The officer may do all, and read these classes for talks.
    fn book(classes: &[&str]) -> AuthorityBook {
        let (Actor { person, role, .. }, valid) = (officer(), DateRange::year(2026).unwrap());
        let mut book = AuthorityBook::default();
        for action in ["reviews.arrange", "reviews.erase"] {
            let (role, action) = (role.clone(), action.parse().unwrap());
            book.grants.push(Grant { role, action, scope: Scope::anywhere(), limit: None, valid });
        }
        book.appointments.push(Appointment { person, role: role.clone(), scope: Scope::anywhere(), valid });
        for class in classes {
            let (role, class, purpose) = (role.clone(), class.parse().unwrap(), "talk".parse().unwrap());
            book.clearances.granted.push(Clearance { role, class, purpose, valid });
        }
        book
    }

    fn answers(rating: u8, words: &str) -> ReviewAnswers {
        let words = ReviewAnswer::Text(words.to_owned());
        ReviewAnswers([("work".to_owned(), ReviewAnswer::Rating(rating)), ("words".to_owned(), words)].into())
    }

    /// A boss, and six who report to the boss; the round is open.
    fn begin(office: &Office) {
        let (opening, book) = (&opening(), &book(&[]));
        let arrange = &"reviews.arrange".parse().unwrap();
        wait(office.transact(&command("begin", officer()), |tx| async move {
            for number in 0..7 {
                let assignment = Assignment {
                    role: Role::new("employee"),
                    manager: (number > 0).then(|| person(BOSS)),
                    cost_centre: Id::natural("cost_centre", "CC-100"),
                    scope: Scope::anywhere(),
                    weekly_hours: Ratio::from_integer(40),
                    week: "MO|TU|WE|TH|FR".parse().unwrap(),
                    zone: Zone::UTC,
                };
                let hiring = Hire { person: person(number), term: "2026-01-01/..".parse().unwrap(), assignment };
                hire(&tx, Id::natural("employment", &format!("E-{number}")), &hiring).await.unwrap();
            }
            open_review_cycle(&tx, cycle(), opening, arrange, book).await
        }))
        .unwrap();
    }

    fn assign(office: &Office, kind: ReviewKind, subject: usize, reviewer: usize) -> Result<Id<Review>, ReviewError> {
        let (book, arrange) = (&book(&[]), &"reviews.arrange".parse().unwrap());
        let key = format!("assign-{}-{subject}-{reviewer}", kind.name());
        wait(office.transact(&command(&key, officer()), |tx| async move {
            assign_review(&tx, cycle(), (kind, person(subject), person(reviewer)), today(), arrange, book).await
        }))
    }

    fn submit(office: &Office, key: &str, id: Id<Review>, by: Actor, said: &ReviewAnswers) -> Result<(), ReviewError> {
        wait(office.transact(&command(key, by), |tx| async move { submit_review(&tx, id, said, today()).await }))
    }

    fn give(office: &Office, kind: ReviewKind, subject: usize, reviewer: usize, rating: u8) {
        let id = assign(office, kind, subject, reviewer).unwrap();
        let key = format!("submit-{}-{subject}-{reviewer}", kind.name());
        submit(office, &key, id, own(reviewer), &answers(rating, &format!("words of {reviewer}"))).unwrap();
    }

    fn close(office: &Office, key: &str) -> Result<(), ReviewError> {
        let (book, arrange) = (&book(&[]), &"reviews.arrange".parse().unwrap());
        wait(office.transact(&command(key, officer()), |tx| async move {
            close_review_cycle(&tx, cycle(), date("2026-12-01"), arrange, book).await
        }))
    }

    fn feedback(office: &Office, key: &str, about: usize, classes: &[&str]) -> Result<Feedback, ReviewError> {
        let (purpose, command) = ("talk".parse().unwrap(), command(key, officer()));
        let about = (cycle(), person(about));
        wait(read_feedback(office, &command, about, &purpose, date("2026-12-02"), &book(classes)))
    }

    fn read(office: &Office, key: &str, id: Id<Review>, by: Actor) -> Result<Option<ReviewAnswers>, ReviewError> {
        let (purpose, classes) = ("talk".parse().unwrap(), ["review", "peer-feedback", "upward-feedback"]);
        wait(read_review(office, &command(key, by), id, &purpose, date("2026-12-02"), &book(&classes)))
    }

    #[test]
    fn a_review_is_given_once_however_many_try_at_once() {
        let (_places, offices) = offices();
        for office in &offices {
            begin(office);
            for who in 1..4 {
                let id = assign(office, ReviewKind::Own, who, who).unwrap();
                let barrier = &Barrier::new(2);
                let try_to = |rating: u8| {
                    barrier.wait();
                    submit(office, &format!("{who}-{rating}"), id, own(who), &answers(rating, "fine")).map(|()| rating)
                };
                let both = std::thread::scope(|scope| {
                    [scope.spawn(|| try_to(2)), scope.spawn(|| try_to(5))].map(|thread| thread.join().unwrap())
                });
                let given: Vec<u8> = both.iter().filter_map(|given| given.as_ref().ok()).copied().collect();
                let refused = both.iter().filter_map(|given| given.as_ref().err());
                assert!(refused.into_iter().all(|why| matches!(why, ReviewError::Submitted { .. })));
                assert_eq!(given.len(), 1);
                let said = read(office, &format!("read-{who}"), id, officer()).unwrap();
                assert_eq!(said, Some(answers(given[0], "fine")));
            }
        }
    }

    #[test]
    fn of_a_review_and_the_close_of_its_round_at_once_one_comes_first() {
        let (_places, offices) = offices();
        for office in &offices {
            begin(office);
            let id = assign(office, ReviewKind::Own, ANNA, ANNA).unwrap();
            let barrier = &Barrier::new(2);
            let (given, closed) = std::thread::scope(|scope| {
                let giving = scope.spawn(|| {
                    barrier.wait();
                    submit(office, "give", id, own(ANNA), &answers(4, "fine"))
                });
                let closing = scope.spawn(|| {
                    barrier.wait();
                    close(office, "close")
                });
                (giving.join().unwrap(), closing.join().unwrap())
            });
            closed.unwrap();
            let said = read(office, "read", id, officer()).unwrap();
            match given {
                Ok(()) => assert_eq!(said, Some(answers(4, "fine"))),
                Err(ReviewError::Closed { .. }) => assert_eq!(said, None),
                Err(error) => panic!("{error}"),
            }
            let late = submit(office, "late", id, own(ANNA), &answers(5, "better"));
            assert!(matches!(late, Err(ReviewError::Submitted { .. } | ReviewError::Closed { .. })));
        }
    }

    #[test]
    fn what_many_said_is_shown_together_and_each_reading_is_traced() {
        let (_places, offices) = offices();
        for office in &offices {
            begin(office);
            for (reviewer, rating) in [(2, 4), (3, 5), (4, 5)] {
                give(office, ReviewKind::Peer, ANNA, reviewer, rating);
            }
            for (reviewer, rating) in [(1, 1), (2, 3)] {
                give(office, ReviewKind::Upward, BOSS, reviewer, rating);
            }
            assert!(matches!(feedback(office, "early", ANNA, &["peer-feedback"]), Err(ReviewError::NotClosed)));
            close(office, "close").unwrap();
            let shown = feedback(office, "a", ANNA, &["peer-feedback"]).unwrap();
            let work = &shown.questions["work"].by_kind[&ReviewKind::Peer];
            let (each, mean) = (BTreeMap::from([(4, 1), (5, 2)]), Ratio::new(14, 3).unwrap());
            assert_eq!(*work, Shown::Ratings { each, mean });
            // Two are too few, also for whoever may read them.
            let withheld = feedback(office, "b", BOSS, &["peer-feedback", "upward-feedback"]).unwrap();
            let nothing = |feedback: &Feedback| {
                let questions = feedback.questions.values();
                let shown = questions.flat_map(|question| question.by_kind.values().chain([&question.together]));
                shown.into_iter().all(|shown| *shown == Shown::Withheld)
            };
            assert!(nothing(&withheld));
            assert!(nothing(&feedback(office, "c", ANNA, &["review", "upward-feedback"]).unwrap()));
            let id = Review::id_of(cycle(), ReviewKind::Peer, person(ANNA), person(2));
            let traces = wait(office.readings(id)).unwrap();
            assert_eq!(traces.iter().map(office_core::AccessTrace::granted).collect::<Vec<_>>(), [true, false]);
            // One of them is not shown by itself, whatever the clearance; the attempt is traced as well.
            assert!(matches!(read(office, "d", id, officer()), Err(ReviewError::Anonymous { kind: "peer" })));
            assert_eq!(wait(office.readings(id)).unwrap().len(), 3);
        }
    }

    #[test]
    fn fewer_clearances_never_show_more() {
        const CLASSES: [&str; 2] = ["peer-feedback", "upward-feedback"];
        let office = &Office::on(MemoryStore::new());
        begin(office);
        for reviewer in 2..7 {
            give(office, ReviewKind::Peer, ANNA, reviewer, 3);
        }
        for reviewer in 1..7 {
            give(office, ReviewKind::Upward, BOSS, reviewer, 4);
        }
        close(office, "close").unwrap();
        let shown = |about: usize, mask: usize| -> BTreeSet<String> {
            let classes: Vec<&str> = (0..2).filter(|bit| mask & (1 << bit) != 0).map(|bit| CLASSES[bit]).collect();
            let feedback = feedback(office, &format!("{about}-{mask}"), about, &classes).unwrap();
            let questions = feedback.questions.into_iter();
            let lines = questions.flat_map(|(key, question)| {
                let kinds = question.by_kind.into_iter().map(|(kind, shown)| (kind.name(), shown));
                kinds.chain([("together", question.together)]).map(move |(kind, shown)| (key.clone(), kind, shown))
            });
            let seen = lines.filter(|(_, _, shown)| *shown != Shown::Withheld);
            seen.map(|(key, kind, shown)| format!("{key} {kind} {shown:?}")).collect()
        };
        for about in [BOSS, ANNA] {
            let views: Vec<BTreeSet<String>> = (0..4).map(|mask| shown(about, mask)).collect();
            assert!(views[0].is_empty() && !views[3].is_empty());
            for (less, more) in [(0, 1), (0, 2), (1, 3), (2, 3)] {
                assert!(views[less].is_subset(&views[more]), "{about}: {:?} {:?}", views[less], views[more]);
            }
        }
    }

    #[test]
    fn what_cannot_be_done_is_refused_and_says_what_would_be() {
        let office = &Office::on(MemoryStore::new());
        begin(office);
        let refused = |kind, subject, reviewer| assign(office, kind, subject, reviewer).unwrap_err().to_string();
        let manager = refused(ReviewKind::Manager, ANNA, 2);
        assert_eq!(manager, "it is no manager review: one by the manager of whom it is about is wanted");
        assert!(refused(ReviewKind::Own, ANNA, 2).ends_with("one by whom it is about is wanted"));
        assert!(refused(ReviewKind::Peer, ANNA, BOSS).starts_with("it is no peer review"));
        assert!(refused(ReviewKind::Peer, 2, 2).starts_with("it is no peer review"));
        assert!(refused(ReviewKind::Upward, ANNA, BOSS).starts_with("it is no upward review"));
        let id = assign(office, ReviewKind::Manager, ANNA, BOSS).unwrap();
        let good = answers(4, "fine");
        assert!(matches!(submit(office, "a", id, own(ANNA), &good), Err(ReviewError::NotReviewer)));
        let for_boss = own(ANNA).on_behalf_of(person(BOSS));
        assert!(matches!(submit(office, "b", id, for_boss, &good), Err(ReviewError::NotReviewer)));
        for (key, said) in [("c", answers(6, "fine")), ("d", answers(4, " ")), ("e", ReviewAnswers::default())] {
            let why = submit(office, key, id, own(BOSS), &said).unwrap_err();
            assert!(matches!(why, ReviewError::Answer { .. }), "{why}");
        }
        let mut more = good.clone();
        more.0.insert("else".into(), ReviewAnswer::Rating(1));
        let why = submit(office, "f", id, own(BOSS), &more).unwrap_err().to_string();
        assert_eq!(why, "`else` is not answered as it is asked: an answer of the form is wanted");
        let late = |tx| async move { submit_review(&tx, id, &answers(4, "fine"), date("2026-12-01")).await };
        let late = wait(office.transact(&command("g", own(BOSS)), late));
        assert!(matches!(late, Err(ReviewError::Late { .. })));
        // More time, never less.
        let (book, arrange) = (&book(&[]), &"reviews.arrange".parse().unwrap());
        let extend = |key: &str, due: &str| {
            let due = date(due);
            wait(office.transact(&command(key, officer()), |tx| async move {
                extend_review_cycle(&tx, cycle(), (due, today()), arrange, book).await
            }))
        };
        assert!(matches!(extend("h", "2026-11-29"), Err(ReviewError::Due { .. })));
        extend("i", "2026-12-05").unwrap();
        assert!(matches!(close(office, "j"), Err(ReviewError::NotDue { .. })));
        let early = wait(office.transact(&command("k", officer()), |tx| async move {
            erase_reviews(&tx, (cycle(), person(ANNA)), today(), arrange, book).await
        }));
        assert!(matches!(early, Err(ReviewError::NotClosed)));
        // Nobody without clearance reads what is not anonymous either.
        assert!(matches!(read(office, "l", id, own(2)), Err(ReviewError::Disclose(DiscloseError::Refused(_)))));
    }

    #[test]
    fn a_round_that_makes_no_sense_is_refused() {
        let office = &Office::on(MemoryStore::new());
        let (book, arrange) = (&book(&[]), &"reviews.arrange".parse().unwrap());
        let try_to = |key: &str, open: OpenReviewCycle| {
            wait(office.transact(&command(key, officer()), |tx| {
                let open = open.clone();
                async move { open_review_cycle(&tx, cycle(), &open, arrange, book).await }
            }))
            .map_err(|error| error.to_string())
        };
        let good = opening();
        let few = try_to("a", OpenReviewCycle { threshold: 2, ..good.clone() }).unwrap_err();
        assert_eq!(few, "from 2 answers on people would be recognised: 3 or more are wanted");
        assert!(try_to("b", OpenReviewCycle { due: date("2026-11-01"), ..good.clone() }).is_err());
        assert!(try_to("c", OpenReviewCycle { forms: BTreeMap::new(), ..good.clone() }).is_err());
        let mut mixed = good.clone();
        let words = mixed.forms.get_mut(&ReviewKind::Peer).unwrap().questions.get_mut("words").unwrap();
        words.answer = AnswerKind::Rated { highest: 5 };
        assert!(try_to("d", mixed).unwrap_err().starts_with("`words` is to be answered in one way in all forms"));
        try_to("e", good.clone()).unwrap();
        try_to("f", good.clone()).unwrap();
        assert!(try_to("g", OpenReviewCycle { threshold: 4, ..good }).is_err());
    }

    #[test]
    fn what_is_erased_is_gone_from_the_store() {
        let (_places, offices) = offices();
        for office in &offices {
            begin(office);
            give(office, ReviewKind::Own, ANNA, ANNA, 4);
            (2..5).for_each(|reviewer| give(office, ReviewKind::Peer, ANNA, reviewer, 5));
            close(office, "close").unwrap();
            let (book, erase) = (&book(&[]), &"reviews.erase".parse().unwrap());
            wait(office.transact(&command("erase", officer()), |tx| async move {
                erase_reviews(&tx, (cycle(), person(ANNA)), date("2026-12-31"), erase, book).await
            }))
            .unwrap();
            for kind in ["content", "fact", "review", "review_answers"] {
                let kind_of = Kind::literal(kind);
                for (key, record) in wait(office.store().scan(&kind_of, "", Key::TOP, 1_000)).unwrap() {
                    assert!(!record.body.as_str().contains("words of"), "{key} tells what was said");
                }
            }
            let shown = feedback(office, "read", ANNA, &["peer-feedback"]).unwrap();
            assert_eq!(shown.questions["work"].by_kind[&ReviewKind::Peer], Shown::Withheld);
        }
    }

    #[test]
    fn stored_forms() {
        let mut round = ReviewCycle::open(&ReviewCycleFact::Opened(Box::new(OpenReviewCycle {
            forms: BTreeMap::from([(ReviewKind::Upward, form("feedback"))]),
            ..opening()
        })))
        .unwrap();
        let facts = [
            ReviewCycleFact::Extended { due: date("2026-12-05"), on: today() },
            ReviewCycleFact::Closed { on: date("2026-12-06") },
        ];
        for fact in &facts {
            round.apply(fact);
        }
        assert_json_snapshot!(facts, @r#"
        [
          {
            "extended": {
              "due": "2026-12-05",
              "on": "2026-11-02"
            }
          },
          {
            "closed": {
              "on": "2026-12-06"
            }
          }
        ]
        "#);
        assert_json_snapshot!(round, @r#"
        {
          "opened": {
            "name": "2026",
            "forms": {
              "upward": {
                "class": "feedback",
                "questions": {
                  "words": {
                    "text": "How is it?",
                    "answer": "free",
                    "required": false
                  },
                  "work": {
                    "text": "How is it?",
                    "answer": {
                      "rated": {
                        "highest": 5
                      }
                    },
                    "required": true
                  }
                }
              }
            },
            "due": "2026-11-30",
            "threshold": 3,
            "on": "2026-11-02"
          },
          "due": "2026-12-05",
          "closed": "2026-12-06"
        }
        "#);
        let assigned = AssignedReview {
            cycle: cycle(),
            kind: ReviewKind::Upward,
            subject: person(BOSS),
            reviewer: person(ANNA),
            class: "feedback".parse().unwrap(),
            on: today(),
        };
        let facts = [
            ReviewFact::Assigned(assigned),
            ReviewFact::Submitted { on: today() },
            ReviewFact::Erased { on: date("2026-12-31") },
        ];
        let mut review = Review::open(&facts[0]).unwrap();
        for fact in facts.iter().skip(1) {
            review.apply(fact);
        }
        assert_json_snapshot!(facts, @r#"
        [
          {
            "assigned": {
              "cycle": "9dc06223-d452-520b-8d7c-1c87db579567",
              "kind": "upward",
              "subject": "940e1bea-96ae-5f63-96ba-3a556b53b99b",
              "reviewer": "059e6534-1bed-5965-91ff-d308c1443876",
              "class": "feedback",
              "on": "2026-11-02"
            }
          },
          {
            "submitted": {
              "on": "2026-11-02"
            }
          },
          {
            "erased": {
              "on": "2026-12-31"
            }
          }
        ]
        "#);
        assert_json_snapshot!(review, @r#"
        {
          "assigned": {
            "cycle": "9dc06223-d452-520b-8d7c-1c87db579567",
            "kind": "upward",
            "subject": "940e1bea-96ae-5f63-96ba-3a556b53b99b",
            "reviewer": "059e6534-1bed-5965-91ff-d308c1443876",
            "class": "feedback",
            "on": "2026-11-02"
          },
          "submitted": "2026-11-02",
          "erased": "2026-12-31"
        }
        "#);
        assert_json_snapshot!(answers(4, "fine"), @r#"
        {
          "words": {
            "text": "fine"
          },
          "work": {
            "rating": 4
          }
        }
        "#);
    }
}
