//! The laws of polls that are kept, numbered as in the crate's documentation.

#[cfg(test)]
#[expect(clippy::arithmetic_side_effects, reason = "small numbers of votes")]
mod law {
    use std::collections::{BTreeMap, BTreeSet};
    use std::thread;

    use chrono::{DateTime, Utc};
    use insta::assert_json_snapshot;
    use office_core::subject::PersonId;
    use office_core::{Actor, Command, Entity, Id, MemoryStore, Office, Role, StoreError, System, fold, wait};
    use office_scheduling::{
        AgendaItem, Ballot, BallotSlipError, CastBallotError, ClosePollError, DateAnswer, Meeting, MeetingDetails,
        MeetingFact, MeetingId, MeetingParts, MeetingStatus, MinuteError, PollMatter, PollPurpose, PollResult,
        PollSheet, PollSheetFact, PollSheetId, PollTerms, PollTermsError, Quorum, Resolution, approve_minutes,
        cast_slip, close_poll,
    };
    use office_scratch::offices;
    use proptest::collection::{btree_map, btree_set, vec};
    use proptest::prelude::*;

    /// Who keeps the polls, and has no vote.
    const KEEPER: u32 = 9;

    fn id<T>(number: u32) -> Id<T> {
        format!("00000000-0000-0000-0000-{number:012}").parse().unwrap()
    }

    fn at(text: &str) -> DateTime<Utc> {
        text.parse().unwrap()
    }

    fn now() -> DateTime<Utc> {
        at("2026-05-30T12:00:00Z")
    }

    fn command_of(key: &str, by: u32, at: DateTime<Utc>) -> Command {
        Command::new(key, "poll", Actor::new(id(by), Role::new("assistant")), at).unwrap()
    }

    fn command(key: &str) -> Command {
        command_of(key, KEEPER, now())
    }

    fn texts() -> Vec<String> {
        ["Spree", "Havel", "Panke"].map(str::to_owned).to_vec()
    }

    fn starts() -> Vec<DateTime<Utc>> {
        ["2026-06-08T09:00:00Z", "2026-06-09T09:00:00Z", "2026-06-10T09:00:00Z"].map(at).to_vec()
    }

    /// Five voters, from 1 on.
    fn terms(matter: PollMatter) -> PollTerms {
        PollTerms {
            question: "Where to?".to_owned(),
            matter,
            keeper: id(KEEPER),
            voters: (1..6).map(id).collect(),
            closes: at("2026-06-01T12:00:00Z"),
            quorum: Quorum::Number(3),
            slips: BTreeSet::new(),
            purpose: None,
        }
    }

    fn slip(voter: u32) -> String {
        format!("a text drawn by lot {voter}")
    }

    fn secret(poll: PollSheetId, terms: PollTerms) -> PollTerms {
        PollTerms { slips: (1..6).map(|voter| PollSheet::slip(poll, &slip(voter)).unwrap()).collect(), ..terms }
    }

    fn begin(office: &Office, poll: PollSheetId, terms: PollTerms) {
        let begun = PollSheet::begin(terms).unwrap();
        wait(office.transact(&command(&format!("begin:{poll}")), |tx| {
            let begun = begun.clone();
            async move { tx.create(poll, begun).await }
        }))
        .map_err(|error: StoreError| error)
        .unwrap();
    }

    /// Casts a ballot by name, or by slip.
    fn cast(office: &Office, key: &str, poll: PollSheetId, voter: u32, ballot: &Ballot) -> Result<(), CastBallotError> {
        wait(office.transact(&command(key), |tx| {
            let ballot = ballot.clone();
            async move {
                let sheet: PollSheet = tx.load(poll).await?;
                if sheet.terms().is_secret() {
                    return cast_slip(&tx, poll, &slip(voter), ballot).await;
                }
                Ok(tx.decide(poll, sheet.cast(id(voter), ballot, now())?).await?)
            }
        }))
    }

    fn close(office: &Office, key: &str, poll: PollSheetId) -> Result<PollResult, ClosePollError> {
        let late = command_of(key, KEEPER, at("2026-06-01T12:00:00Z"));
        wait(office.transact(&late, |tx| async move { close_poll(&tx, poll, id(KEEPER)).await }))
    }

    /// What a poll comes to in which these ballots were cast in this order.
    fn result(
        office: &Office,
        poll: u32,
        is_secret: bool,
        matter: &PollMatter,
        cast_in_turn: &[(u32, Ballot)],
    ) -> PollResult {
        let poll: PollSheetId = id(poll);
        let terms = terms(matter.clone());
        begin(office, poll, if is_secret { secret(poll, terms) } else { terms });
        for (turn, (voter, ballot)) in cast_in_turn.iter().enumerate() {
            cast(office, &format!("cast:{poll}:{turn}"), poll, *voter, ballot).unwrap();
        }
        close(office, &format!("close:{poll}"), poll).unwrap()
    }

    fn ballots() -> impl Strategy<Value = (PollMatter, Vec<(u32, Ballot)>)> {
        let approve = btree_set(0_u32..3, 0..4).prop_map(Ballot::Approve);
        let rank = || {
            (Just(vec![0_u32, 1, 2]).prop_shuffle(), 0_usize..4).prop_map(|(mut order, length)| {
                order.truncate(length);
                Ballot::Rank(order)
            })
        };
        let answer = prop_oneof![Just(DateAnswer::No), Just(DateAnswer::IfNeedBe), Just(DateAnswer::Yes)];
        let dates = btree_map(0_u32..3, answer, 0..4).prop_map(Ballot::Dates);
        let cast = |ballot: BoxedStrategy<Ballot>| vec((1_u32..6, ballot), 0..10);
        prop_oneof![
            cast(approve.boxed()).prop_map(|cast| (PollMatter::Approval(texts()), cast)),
            cast(rank().boxed()).prop_map(|cast| (PollMatter::InstantRunoff(texts()), cast)),
            cast(rank().boxed()).prop_map(|cast| (PollMatter::Schulze(texts()), cast)),
            cast(dates.boxed()).prop_map(|cast| (PollMatter::Dates(starts()), cast)),
        ]
    }

    /// Whether a ballot is one for an option, as votes are told.
    fn is_for(ballot: &Ballot, option: u32) -> bool {
        match ballot {
            Ballot::Approve(good) => good.contains(&option),
            Ballot::Rank(order) => order.first() == Some(&option),
            Ballot::Dates(answers) => answers.get(&option).is_some_and(|answer| *answer != DateAnswer::No),
        }
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(60))]

        /// Law 74: in the order in which they were cast, only the last of each, backwards, and by slip.
        #[test]
        fn the_last_ballot_of_each_counts_in_any_order((matter, cast) in ballots()) {
            let office = Office::on(MemoryStore::new());
            let last: BTreeMap<u32, Ballot> = cast.iter().cloned().collect();
            let backwards: Vec<(u32, Ballot)> = last.clone().into_iter().rev().collect();
            let found = result(&office, 100, false, &matter, &cast);
            prop_assert_eq!(&found, &result(&office, 101, false, &matter, &backwards));
            prop_assert_eq!(&found, &result(&office, 102, true, &matter, &cast));

            let votes: Vec<usize> =
                (0..3).map(|option| last.values().filter(|ballot| is_for(ballot, option)).count()).collect();
            prop_assert_eq!((found.turnout, found.quorum_met), (last.len(), last.len() >= 3));
            prop_assert_eq!(&found.votes, &votes);
            prop_assert_eq!(found.winner.is_some(), last.len() >= 3 && votes.iter().any(|votes| *votes > 0));
            if let (PollMatter::Approval(_), Some(winner)) = (&matter, found.winner) {
                let first = (0..3).max_by_key(|option| (votes[*option], std::cmp::Reverse(*option))).unwrap();
                prop_assert_eq!(usize::try_from(winner).unwrap(), first);
            }
            if let (PollMatter::InstantRunoff(_) | PollMatter::Schulze(_), Some(most)) =
                (&matter, votes.iter().position(|votes| *votes * 2 > last.len()))
            {
                // Whoever most have first wins by either method.
                let wanted = found.quorum_met.then(|| u32::try_from(most).unwrap());
                prop_assert_eq!(found.winner, wanted);
            }
        }
    }

    /// Law 74: in memory, in a file, on a server; two slips at once; and nothing tells a voter's ballot.
    #[test]
    fn a_secret_poll_tells_no_ballot_with_its_voter() {
        let (_places, offices) = offices();
        for office in offices {
            let office = office.within(System::yielding());
            let poll: PollSheetId = id(100);
            begin(&office, poll, secret(poll, terms(PollMatter::Approval(texts()))));
            let approve = |option| Ballot::Approve([option].into());
            thread::scope(|scope| {
                for voter in 1..4 {
                    let office = &office;
                    scope.spawn(move || {
                        // Each changes their mind twice.
                        for turn in [0, 1, 2] {
                            cast(office, &format!("cast:{voter}:{turn}"), poll, voter, &approve(turn)).unwrap();
                        }
                    });
                }
            });
            let load = || wait(office.view(|view| async move { view.load(poll).await })).unwrap();
            let open = load();
            assert_eq!(open.turnout(), 3);
            let stored = serde_json::to_value(&open).unwrap();
            let keys: BTreeSet<PersonId> =
                stored["ballots"].as_object().unwrap().keys().map(|key| key.parse().unwrap()).collect();
            assert!(keys.len() == 3 && keys.is_disjoint(&open.terms().voters));
            assert!(!format!("{open:?}").contains("Approve"));

            assert_eq!(close(&office, "close", poll).unwrap().votes, [0, 0, 3]);
            assert_eq!(close(&office, "again", poll).unwrap().winner, Some(2));
            assert_eq!((load().winner().unwrap().as_str(), load().turnout()), ("Panke", 3));
            assert!(serde_json::to_value(load()).unwrap().get("ballots").is_none());
            let history = wait(office.view(|view| async move { view.history(poll, 0, 99).await })).unwrap();
            for fact in &history {
                let told = fact.fact::<PollSheet>().unwrap().unwrap();
                if let PollSheetFact::Cast(ballot) = &told {
                    assert!(fact.by().person == id(KEEPER) && format!("{ballot:?}") == "CastBallot");
                    let text = serde_json::to_string(ballot).unwrap();
                    assert!(open.terms().voters.iter().all(|voter| !text.contains(&voter.to_string())));
                }
            }
            assert_eq!(history.len(), 2 + 9);
        }
    }

    #[test]
    fn what_cannot_be_voted_is_refused() {
        let office = Office::on(MemoryStore::new());
        let (open, hidden): (PollSheetId, PollSheetId) = (id(100), id(101));
        begin(&office, open, terms(PollMatter::Schulze(texts())));
        begin(&office, hidden, secret(hidden, terms(PollMatter::Schulze(texts()))));
        let sheet = |poll| wait(office.view(|view| async move { view.load::<PollSheet>(poll).await })).unwrap();
        let rank = |order: &[u32]| Ballot::Rank(order.to_vec());
        assert!(matches!(sheet(hidden).cast(id(1), rank(&[0]), now()), Err(CastBallotError::Secret)));
        assert!(matches!(sheet(open).cast(id(6), rank(&[0]), now()), Err(CastBallotError::NoVote)));
        assert!(matches!(cast(&office, "7", hidden, 7, &rank(&[0])), Err(CastBallotError::NoVote)));
        let late = sheet(open).cast(id(1), rank(&[0]), at("2026-06-01T12:00:00Z"));
        assert!(matches!(late, Err(CastBallotError::TooLate { .. })));
        for ballot in [rank(&[3]), rank(&[0, 0]), Ballot::Approve([0].into()), Ballot::Dates(BTreeMap::new())] {
            let refused = sheet(open).cast(id(1), ballot, now());
            assert!(matches!(refused, Err(CastBallotError::Ballot { options: 3 })));
        }
        // A command of a voter, or for one, would tell who voted.
        let behalf = Actor::new(id(KEEPER), Role::new("assistant")).on_behalf_of(id(3));
        for (key, actor) in [("own", Actor::new(id(3), Role::new("assistant"))), ("for", behalf)] {
            let command = Command::new(key, "poll", actor, now()).unwrap();
            let refused =
                wait(office.transact(&command, |tx| async move {
                    cast_slip(&tx, hidden, &slip(1), Ballot::Rank(vec![])).await
                }));
            assert!(matches!(refused, Err(CastBallotError::ByVoter)));
        }
        let early = |key, by| {
            wait(office.transact(&command(key), |tx| async move { close_poll(&tx, open, id(by)).await })).unwrap_err()
        };
        assert!(matches!(early("stranger", 1), ClosePollError::NotKeeper));
        assert!(matches!(early("early", KEEPER), ClosePollError::TooSoon));
        assert_eq!(PollSheet::slip(open, "too short"), Err(BallotSlipError));
    }

    #[test]
    fn what_is_no_poll_is_refused() {
        let approval = |texts: &[&str]| PollMatter::Approval(texts.iter().map(|&text| text.to_owned()).collect());
        let good = || terms(approval(&["a", "b"]));
        let refused = |terms| PollSheet::begin(terms).unwrap_err();
        assert_eq!(refused(PollTerms { question: String::new(), ..good() }), PollTermsError::Question);
        assert!(matches!(refused(terms(approval(&[]))), PollTermsError::Poll(_)));
        assert_eq!(refused(terms(approval(&["a", "a"]))), PollTermsError::Option);
        assert_eq!(refused(PollTerms { voters: BTreeSet::new(), ..good() }), PollTermsError::Voters);
        let slips = [PollSheet::slip(id(100), &slip(1)).unwrap()].into();
        assert_eq!(refused(PollTerms { slips, ..good() }), PollTermsError::Slips { slips: 1, voters: 5 });
        assert_eq!(refused(PollTerms { quorum: Quorum::Number(6), ..good() }), PollTermsError::Quorum);
        let named = Quorum::Members([id(1)].into());
        assert!(PollSheet::begin(PollTerms { quorum: named.clone(), ..good() }).is_ok());
        assert_eq!(refused(secret(id(100), PollTerms { quorum: named, ..good() })), PollTermsError::Quorum);
        let time = Some(PollPurpose::Time(id(200)));
        assert_eq!(refused(PollTerms { purpose: time, ..good() }), PollTermsError::Purpose);
    }

    /// A poll finds the time of a meeting, another decides on an item of it.
    #[test]
    fn polls_settle_a_meeting() {
        let office = Office::on(MemoryStore::new());
        let meeting: MeetingId = id(200);
        let members = (1..6).map(id).collect();
        let parts = MeetingParts { secretary: id(KEEPER), ..MeetingParts::new("team", 30, id(1), members) };
        let planned = Meeting::plan(MeetingDetails::new(parts).unwrap());
        let facts = [planned, MeetingFact::ItemPut { number: 4, item: AgendaItem::new("outing", 30) }];
        let record = |key: &str, facts: Vec<MeetingFact>| {
            wait(office.transact(&command(key), |tx| {
                let facts = facts.clone();
                async move {
                    for fact in facts {
                        tx.record(meeting, fact).await?;
                    }
                    Ok::<_, StoreError>(())
                }
            }))
            .unwrap();
        };
        let load = || wait(office.view(|view| async move { view.load(meeting).await })).unwrap();
        let became = |status| vec![MeetingFact::Became { status, by: id(1), at: now() }];
        record("plan", facts.to_vec());
        let (when, whereto): (PollSheetId, PollSheetId) = (id(100), id(101));
        begin(
            &office,
            when,
            PollTerms { purpose: Some(PollPurpose::Time(meeting)), ..terms(PollMatter::Dates(starts())) },
        );
        let item = Some(PollPurpose::Item { meeting, item: 4 });
        begin(&office, whereto, PollTerms { purpose: item, ..terms(PollMatter::InstantRunoff(texts())) });
        for voter in 1..4 {
            let answers = Ballot::Dates([(1, DateAnswer::Yes), (2, DateAnswer::IfNeedBe)].into());
            cast(&office, &format!("when:{voter}"), when, voter, &answers).unwrap();
            cast(&office, &format!("where:{voter}"), whereto, voter, &Ballot::Rank(vec![1])).unwrap();
        }
        close(&office, "close:when", when).unwrap();
        assert_eq!(load().details().starts, Some(starts()[1]));
        // The item is decided on where the meeting is held, and not before.
        assert!(matches!(close(&office, "close:early", whereto), Err(ClosePollError::Meeting(_))));
        record("hold", became(MeetingStatus::Held));
        close(&office, "close:where", whereto).unwrap();
        close(&office, "close:again", whereto).unwrap();
        assert_eq!(load().decisions().collect::<Vec<_>>(), [(4, "Where to? Havel")]);
        assert_eq!(load().take_back(id(1), 4, now()), Err(MinuteError::Settled { item: 4 }));
        record("circulate", became(MeetingStatus::Circulated));
        let ids =
            wait(office.transact(&command("approve"), |tx| async move { approve_minutes(&tx, meeting, id(1)).await }));
        let resolution = ids.unwrap()[0];
        let entered: Resolution = wait(office.view(|view| async move { view.load(resolution).await })).unwrap();
        assert_eq!((entered.number, entered.text.as_str()), (1, "Where to? Havel"));
    }

    #[test]
    #[expect(clippy::too_many_lines, reason = "the forms are long")]
    fn the_stored_forms_are_these() {
        let poll: PollSheetId = id(100);
        let meeting = Some(PollPurpose::Item { meeting: id(200), item: 1 });
        let hidden = PollTerms {
            voters: [id(1)].into(),
            slips: [PollSheet::slip(poll, &slip(1)).unwrap()].into(),
            quorum: Quorum::Percent(50),
            purpose: meeting,
            ..terms(PollMatter::Schulze(texts()))
        };
        let open =
            PollTerms { voters: [id(1)].into(), quorum: Quorum::default(), ..terms(PollMatter::Dates(starts())) };
        let mut facts = vec![PollSheet::begin(open).unwrap()];
        let sheet = PollSheet::open(&facts[0]).unwrap();
        let answer = Ballot::Dates([(0, DateAnswer::Yes)].into());
        facts.push(sheet.cast(id(1), answer, now()).unwrap().fact().unwrap());
        let result = PollResult { turnout: 1, quorum_met: true, votes: vec![1, 0, 0], winner: Some(0) };
        facts.push(PollSheetFact::Closed { result, at: now() });
        facts.push(PollSheet::begin(hidden).unwrap());
        assert_json_snapshot!(facts, @r#"
        [
          {
            "begun": {
              "terms": {
                "question": "Where to?",
                "matter": {
                  "dates": [
                    "2026-06-08T09:00:00Z",
                    "2026-06-09T09:00:00Z",
                    "2026-06-10T09:00:00Z"
                  ]
                },
                "keeper": "00000000-0000-0000-0000-000000000009",
                "voters": [
                  "00000000-0000-0000-0000-000000000001"
                ],
                "closes": "2026-06-01T12:00:00Z",
                "quorum": {
                  "number": 1
                }
              }
            }
          },
          {
            "cast": {
              "slip": "00000000-0000-0000-0000-000000000001",
              "ballot": {
                "dates": {
                  "0": "yes"
                }
              }
            }
          },
          {
            "closed": {
              "result": {
                "turnout": 1,
                "quorum_met": true,
                "votes": [
                  1,
                  0,
                  0
                ],
                "winner": 0
              },
              "at": "2026-05-30T12:00:00Z"
            }
          },
          {
            "begun": {
              "terms": {
                "question": "Where to?",
                "matter": {
                  "schulze": [
                    "Spree",
                    "Havel",
                    "Panke"
                  ]
                },
                "keeper": "00000000-0000-0000-0000-000000000009",
                "voters": [
                  "00000000-0000-0000-0000-000000000001"
                ],
                "closes": "2026-06-01T12:00:00Z",
                "quorum": {
                  "percent": 50
                },
                "slips": [
                  "8127088b-0762-5c62-9adf-3d3cbca7de8d"
                ],
                "purpose": {
                  "item": {
                    "meeting": "00000000-0000-0000-0000-000000000200",
                    "item": 1
                  }
                }
              }
            }
          }
        ]
        "#);
        assert_json_snapshot!(fold::<PollSheet>(&facts[..3]).unwrap(), @r#"
        {
          "terms": {
            "question": "Where to?",
            "matter": {
              "dates": [
                "2026-06-08T09:00:00Z",
                "2026-06-09T09:00:00Z",
                "2026-06-10T09:00:00Z"
              ]
            },
            "keeper": "00000000-0000-0000-0000-000000000009",
            "voters": [
              "00000000-0000-0000-0000-000000000001"
            ],
            "closes": "2026-06-01T12:00:00Z",
            "quorum": {
              "number": 1
            }
          },
          "ballots": {
            "00000000-0000-0000-0000-000000000001": {
              "dates": {
                "0": "yes"
              }
            }
          },
          "result": {
            "turnout": 1,
            "quorum_met": true,
            "votes": [
              1,
              0,
              0
            ],
            "winner": 0
          }
        }
        "#);
        let rank: PollSheetFact = serde_json::from_str(&format!(
            r#"{{"cast": {{"slip": "{}", "ballot": {{"rank": [1, 0]}}}}}}"#,
            id::<Meeting>(7)
        ))
        .unwrap();
        let closed = fold::<PollSheet>([&facts[3], &rank, &facts[2]]).unwrap();
        assert!(serde_json::to_value(closed).unwrap().get("ballots").is_none());
    }
}
