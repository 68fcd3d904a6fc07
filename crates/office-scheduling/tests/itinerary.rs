//! The laws of itineraries, numbered as in the crate's documentation.

#[cfg(test)]
#[expect(clippy::arithmetic_side_effects, reason = "small numbers of minutes, nights and coins")]
mod law {
    use std::collections::BTreeSet;

    use chrono::{DateTime, Days, NaiveDateTime, NaiveTime, TimeDelta, Timelike, Utc};
    use insta::assert_json_snapshot;
    use office_core::{CivilTimeError, Currency, ExchangeRate, FoldRule, GapRule, Interval, Money, Rounding, Zone};
    use office_scheduling::{
        Calendar, CancelTerms, ClockRule, ConnectionTable, EntryRule, EventEnd, Itinerary, ItineraryError,
        ItineraryFinding, ItineraryRules, MinimumConnection, MissedMeeting, Segment, SegmentError, SegmentKind,
        StayRule, TravelBooking, TravelCostError, TravelDocument, TravelMeeting, TravelMode, TravelPayer, TravelPlace,
        TravelRates,
    };
    use proptest::collection::vec;
    use proptest::prelude::*;

    /// On both sides of the date line, with changes of clocks by an hour and by half of one, and none.
    const ZONES: [(&str, &str); 7] = [
        ("DE/Berlin", "Europe/Berlin"),
        ("US/NY/New York", "America/New_York"),
        ("NZ/Auckland", "Pacific/Auckland"),
        ("US/HI/Honolulu", "Pacific/Honolulu"),
        ("AU/Lord Howe", "Australia/Lord_Howe"),
        ("WS/Apia", "Pacific/Apia"),
        ("IN/Pune", "Asia/Kolkata"),
    ];

    fn place(name: &str, zone: &str) -> TravelPlace {
        TravelPlace::new(name, zone.parse().unwrap()).unwrap()
    }

    fn local(text: &str) -> NaiveDateTime {
        text.parse().unwrap()
    }

    fn at(text: &str) -> DateTime<Utc> {
        text.parse().unwrap()
    }

    fn euro(minor: i64) -> Money {
        Money::from_minor(minor, Currency::EUR)
    }

    fn segment(kind: SegmentKind, title: &str, from: (&TravelPlace, &str), to: (&TravelPlace, &str)) -> Segment {
        let (from, to) = (from.0.at(local(from.1)), to.0.at(local(to.1)));
        Segment::new(kind, title, from, to).unwrap()
    }

    /// From one place to another between two instants, told by the clocks there.
    fn between(kind: SegmentKind, from: &TravelPlace, to: &TravelPlace, time: Interval) -> Segment {
        let told = |place: &TravelPlace, instant| {
            let shown = place.at(place.zone().local(instant));
            let rules = [ClockRule::FIRST, ClockRule::SECOND].map(|rule| shown.clone().by(rule));
            rules.into_iter().find(|one| one.instant() == Ok(instant)).unwrap()
        };
        Segment::new(kind, "way", told(from, time.start()), told(to, time.end())).unwrap()
    }

    fn booked(segment: Segment, price: Money, until: Option<(&str, Money)>) -> Segment {
        let cancel = until.map(|(until, fee)| CancelTerms { until: at(until), fee });
        let reference = format!("{} booked", segment.title());
        segment.booked(TravelBooking { reference, price, paid_by: TravelPayer::Office, cancel }).unwrap()
    }

    fn rule() -> impl Strategy<Value = ClockRule> {
        prop_oneof![Just(ClockRule::REFUSE), Just(ClockRule::FIRST), Just(ClockRule::SECOND)]
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(1_000))]

        /// Law 80: told by any rule, at any time of a year, between any two of the zones.
        #[test]
        fn what_clocks_show_is_the_instant_that_was_meant(
            (from, to) in (0_usize..7, 0_usize..7),
            (leaves, arrives) in (0_i64..366 * 1_440, 0_i64..366 * 1_440),
            rule in rule(),
        ) {
            let new_year = local("2026-01-01T00:00:00");
            let (from, to) = (place(ZONES[from].0, ZONES[from].1), place(ZONES[to].0, ZONES[to].1));
            let (leaves, arrives) = (new_year + TimeDelta::minutes(leaves), new_year + TimeDelta::minutes(arrives));
            let meant = |place: &TravelPlace, shown| place.zone().at(shown).instant(rule.gap, rule.fold);
            let told = Segment::new(SegmentKind::Flight, "flight", from.at(leaves).by(rule), to.at(arrives).by(rule));
            match (meant(&from, leaves), meant(&to, arrives)) {
                (Ok(start), Ok(end)) if start < end => {
                    let told = told.unwrap();
                    prop_assert_eq!((told.time().start(), told.time().end()), (start, end));
                    prop_assert_eq!(told.minutes(), (end - start).num_minutes());
                    for (place, shown, asked, instant) in [
                        (&from, told.departs_local(), leaves, start),
                        (&to, told.arrives_local(), arrives, end),
                    ] {
                        // What is shown was asked for, but for what the clocks skip; read again it is one of its instants.
                        let skipped = place.zone().at(asked).instant(GapRule::Refuse, FoldRule::First);
                        prop_assert_eq!(shown == asked, !matches!(skipped, Err(CivilTimeError::Gap { .. })));
                        let again = |fold| place.zone().at(shown).instant(GapRule::Refuse, fold);
                        let fold = if rule.fold == FoldRule::Refuse { FoldRule::First } else { rule.fold };
                        prop_assert!(again(fold) == Ok(instant));
                    }
                    let stored = serde_json::to_string(&told).unwrap();
                    prop_assert_eq!(serde_json::from_str::<Segment>(&stored).unwrap(), told);
                }
                (Ok(_), Ok(_)) => prop_assert!(matches!(told, Err(SegmentError::Backwards(_)))),
                _ => prop_assert!(matches!(told, Err(SegmentError::Time(_)))),
            }
        }
    }

    #[test]
    fn across_the_date_line_and_changes_of_clocks_minutes_elapse() {
        let (auckland, honolulu) =
            (place("NZ/Auckland/AKL", "Pacific/Auckland"), place("US/HI/HNL", "Pacific/Honolulu"));
        // One lands the evening before.
        let flight = segment(
            SegmentKind::Flight,
            "NZ 10",
            (&auckland, "2026-10-13T00:05:00"),
            (&honolulu, "2026-10-12T09:45:00"),
        );
        assert_eq!(flight.minutes(), 8 * 60 + 40);
        // The night train of the night in which the clocks are put back.
        let (berlin, vienna) = (place("DE/Berlin", "Europe/Berlin"), place("AT/Vienna", "Europe/Vienna"));
        let night = ((&berlin, "2026-10-24T19:00:00"), (&vienna, "2026-10-25T07:00:00"));
        assert_eq!(segment(SegmentKind::Train, "NJ 457", night.0, night.1).minutes(), 13 * 60);
        // Half past two comes twice in it, and nobody guesses.
        let told = |rule| {
            let (left, there) = (berlin.at(local("2026-10-25T02:30:00")), vienna.at(local("2026-10-25T07:00:00")));
            Segment::new(SegmentKind::Train, "NJ", left.by(rule), there).map(|train| train.minutes())
        };
        assert_eq!((told(ClockRule::FIRST), told(ClockRule::SECOND)), (Ok(330), Ok(270)));
        assert!(matches!(told(ClockRule::REFUSE), Err(SegmentError::Time(CivilTimeError::Fold { .. }))));
    }

    #[test]
    fn what_is_no_segment_is_refused() {
        let (one, other) = (place("DE/Berlin", "Europe/Berlin"), place("DE/Hamburg", "Europe/Berlin"));
        let (left, there) = (one.at(local("2026-10-12T08:00:00")), other.at(local("2026-10-12T10:00:00")));
        let new = |kind, title: &str| Segment::new(kind, title, left.clone(), there.clone());
        assert_eq!(new(SegmentKind::Train, " "), Err(SegmentError::Title));
        let lodging = new(SegmentKind::Lodging { breakfast: false }, "Hotel");
        assert_eq!(lodging, Err(SegmentError::TwoPlaces { from: "DE/Berlin".into(), to: "DE/Hamburg".into() }));
        let distance = "0 km".parse().unwrap();
        assert_eq!(new(SegmentKind::OwnCar { distance }, "car"), Err(SegmentError::Distance { distance }));
        let train = new(SegmentKind::Train, "ICE").unwrap();
        let booking = |reference: &str, price, fee| {
            let (reference, until) = (reference.to_owned(), at("2026-10-01T00:00:00Z"));
            let cancel = Some(CancelTerms { until, fee });
            train.clone().booked(TravelBooking { reference, price, paid_by: TravelPayer::Traveller, cancel })
        };
        assert_eq!(booking("", euro(1), euro(0)), Err(SegmentError::Reference));
        assert_eq!(booking("X", euro(-1), euro(0)), Err(SegmentError::Price { price: euro(-1) }));
        assert_eq!(booking("X", euro(1), euro(2)), Err(SegmentError::Fee { fee: euro(2), price: euro(1) }));
        assert!(booking("X", euro(2), euro(2)).is_ok());
        // Nor does what is stored get round that.
        let stored = serde_json::to_string(&train).unwrap().replace("ICE", "");
        assert!(serde_json::from_str::<Segment>(&stored).is_err());
        let nights = SegmentKind::Lodging { breakfast: false };
        let nights = segment(nights, "Hotel", (&one, "2026-10-12T15:00:00"), (&one, "2026-10-13T10:00:00"));
        assert_eq!(Itinerary::new([nights]), Err(ItineraryError::Nowhere));
        assert_eq!(Itinerary::new(vec![train.clone(); 201]), Err(ItineraryError::TooMany { segments: 201 }));
        let next_year =
            segment(SegmentKind::Train, "ICE", (&other, "2027-10-20T08:00:00"), (&one, "2027-10-20T10:00:00"));
        assert!(matches!(Itinerary::new([train, next_year]), Err(ItineraryError::TooLong { days: 374 })));
    }

    /// Ways between three places on a few days, some of them at once.
    fn ways() -> impl Strategy<Value = Vec<Segment>> {
        let way = (0_usize..3, 0_usize..3, 0_i64..300, 1_i64..40, any::<bool>());
        vec(way, 1..9).prop_map(|list| {
            let first = at("2026-10-24T12:00:00Z");
            let one = |(from, to, start, length, flight): (usize, usize, i64, i64, bool)| {
                let start = first + TimeDelta::minutes(10 * start);
                let time = Interval::starting(start, TimeDelta::minutes(10 * length)).unwrap();
                let (from, to) = (place(ZONES[from].0, ZONES[from].1), place(ZONES[to].0, ZONES[to].1));
                between(if flight { SegmentKind::Flight } else { SegmentKind::Train }, &from, &to, time)
            };
            list.into_iter().map(one).collect()
        })
    }

    fn connections() -> ConnectionTable {
        let minimum = |from, to, place: Option<&str>, minutes| MinimumConnection {
            from,
            to,
            place: place.map(str::to_owned),
            valid: "2026-01-01/..".parse().unwrap(),
            minutes,
        };
        let (flight, train) = (TravelMode::Flight, TravelMode::Train);
        let list = [
            minimum(flight, flight, None, 90),
            minimum(flight, flight, Some("DE"), 40),
            minimum(flight, train, None, 60),
            minimum(train, flight, Some("US/NY/New York"), 120),
        ];
        ConnectionTable::new(list).unwrap()
    }

    /// What the table above says, once more.
    fn least(from: TravelMode, to: TravelMode, at: &TravelPlace) -> i64 {
        match (from, to) {
            (TravelMode::Flight, TravelMode::Flight) if at.country() == "DE" => 40,
            (TravelMode::Flight, TravelMode::Flight) => 90,
            (TravelMode::Flight, TravelMode::Train) => 60,
            (TravelMode::Train, TravelMode::Flight) if at.country() == "US" => 120,
            _ => 0,
        }
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(400))]

        /// Law 81, by a look at every pair; the order in which segments are told does not matter.
        #[test]
        fn overlaps_and_short_connections_are_found_just_where_they_are(ways in ways()) {
            let itinerary = Itinerary::new(ways.clone()).unwrap();
            let rules = ItineraryRules { connections: connections(), entry: Vec::new() };
            let findings = itinerary.check(&rules, &[], &[]);
            let all = itinerary.segments();
            for (i, one) in all.iter().enumerate() {
                for (j, other) in all.iter().enumerate().skip(i + 1) {
                    let overlap = one.time().start() < other.time().end() && other.time().start() < one.time().end();
                    let told = findings.iter().any(
                        |finding| matches!(finding, ItineraryFinding::Overlap { first, second, .. } if (*first, *second) == (i + 1, j + 1)),
                    );
                    prop_assert_eq!(overlap, told);
                }
                let Some(next) = all.get(i + 1) else { continue };
                let wait = next.time().start() - one.time().end();
                let wanted = least(one.kind().mode(), next.kind().mode(), one.to());
                let short = wait >= TimeDelta::zero() && wait < TimeDelta::minutes(wanted);
                let told = findings.iter().any(
                    |finding| matches!(finding, ItineraryFinding::ShortConnection { first, .. } if *first == i + 1),
                );
                prop_assert_eq!(short, told);
            }
            // What forbids nothing keeps apart, and leaves enough time to change.
            if !findings.iter().any(ItineraryFinding::forbids) {
                for pair in all.windows(2) {
                    let wait = pair[1].time().start() - pair[0].time().end();
                    prop_assert!(wait >= TimeDelta::minutes(least(pair[0].kind().mode(), pair[1].kind().mode(), pair[0].to())));
                }
            }
            prop_assert_eq!(Itinerary::new(ways.into_iter().rev()).unwrap().away(), itinerary.away());
        }

        /// Law 82, by a walk over every hour: whose three o'clock one spends away from home, on no way, in no bed.
        #[test]
        fn nights_without_lodging_are_those_spent_nowhere(ways in ways(), beds in vec((0_usize..3, 0_i64..60, 1_i64..50), 0..4)) {
            let start = at("2026-10-24T12:00:00Z");
            let beds = beds.into_iter().map(|(at, from, hours)| {
                let place = place(ZONES[at].0, ZONES[at].1);
                let time = Interval::starting(start + TimeDelta::hours(from), TimeDelta::hours(hours)).unwrap();
                between(SegmentKind::Lodging { breakfast: false }, &place, &place, time)
            });
            let itinerary = Itinerary::new(ways.into_iter().chain(beds)).unwrap();
            let ways: Vec<&Segment> = itinerary.ways().map(|(_, way)| way).collect();
            let mut expected = BTreeSet::new();
            let mut hour = itinerary.away().start();
            hour = hour - TimeDelta::minutes(i64::from(hour.minute()));
            while hour < itinerary.away().end() {
                // Where one is: where the way that comes before the next departure has led.
                let before = ways.iter().rposition(|way| way.time().start() < hour || way.time().end() <= hour);
                if let Some(before) = before
                    && ways[before].time().end() <= hour
                    && ways.get(before + 1).is_some_and(|next| hour < next.time().start())
                    && !ways[before].to().meets(ways[0].from())
                {
                    let place = ways[before].to();
                    let shown = place.zone().local(hour);
                    let slept = itinerary.lodgings().any(|(_, bed)| bed.time().contains(hour) && bed.from().meets(place));
                    if shown.time() == NaiveTime::from_hms_opt(3, 0, 0).unwrap() && !slept {
                        expected.insert((shown.date() - Days::new(1), place.name().to_owned()));
                    }
                }
                hour += TimeDelta::hours(1);
            }
            let findings = itinerary.check(&ItineraryRules::default(), &[], &[]);
            let told = findings.into_iter().filter_map(|finding| {
                if let ItineraryFinding::NoLodging { on, place } = finding { Some((on, place)) } else { None }
            });
            prop_assert_eq!(told.collect::<BTreeSet<_>>(), expected);
        }
    }

    /// A week in London and Paris, home being Berlin: changes, a night flight, a hotel, and a drive.
    fn week() -> Vec<Segment> {
        let berlin = |name| place(name, "Europe/Berlin");
        let (home, ber) = (berlin("DE/Berlin/Mitte"), berlin("DE/Berlin/BER"));
        let (lhr, london) = (place("GB/London/LHR", "Europe/London"), place("GB/London", "Europe/London"));
        let hotel = SegmentKind::Lodging { breakfast: true };
        let drive = SegmentKind::OwnCar { distance: "32.5 km".parse().unwrap() };
        let pound = |minor| Money::from_minor(minor, Currency::GBP);
        let out = segment(SegmentKind::Flight, "BA 983", (&ber, "2026-10-12T09:00:00"), (&lhr, "2026-10-12T10:05:00"));
        let nights = segment(hotel, "Inn", (&london, "2026-10-12T15:00:00"), (&london, "2026-10-14T11:00:00"));
        let back = segment(SegmentKind::Flight, "BA 984", (&lhr, "2026-10-14T18:00:00"), (&ber, "2026-10-14T21:00:00"));
        vec![
            segment(drive, "car", (&home, "2026-10-12T06:45:00"), (&ber, "2026-10-12T07:30:00")),
            booked(out, euro(18_000), Some(("2026-10-05T00:00:00Z", euro(40_00)))),
            booked(nights, pound(31_000), Some(("2026-10-11T12:00:00Z", pound(0)))),
            booked(back, euro(15_050), None),
            segment(SegmentKind::Taxi, "taxi", (&ber, "2026-10-14T21:20:00"), (&home, "2026-10-14T22:00:00")),
        ]
    }

    fn rates() -> TravelRates {
        let nights = [("GB".to_owned(), euro(16_000)), ("GB/London".to_owned(), euro(21_000))].into();
        TravelRates { nights, mileage: Some("0.30 EUR / 1 km".parse().unwrap()) }
    }

    /// Law 83 in figures.
    #[test]
    fn a_week_costs_what_its_parts_do() {
        let itinerary = Itinerary::new(week()).unwrap();
        let cost = itinerary.cost(&rates(), Rounding::HalfUp).unwrap();
        assert_eq!(cost.unpriced, [5]);
        let lines: Vec<_> = cost.lines.iter().map(|line| (line.mode.name(), line.amount.to_string())).collect();
        assert_eq!(
            lines,
            [("flight", "330.50 EUR".into()), ("own_car", "9.75 EUR".into()), ("lodging", "310.00 GBP".into())]
        );
        let on = "2026-10-01".parse().unwrap();
        let rate = ExchangeRate::new(Currency::GBP, Currency::EUR, "1.15".parse().unwrap(), on).unwrap();
        assert_eq!(cost.total_in(Currency::EUR, &[rate], Rounding::HalfUp), Ok(euro(69_675)));
        assert!(matches!(cost.total_in(Currency::EUR, &[], Rounding::HalfUp), Err(TravelCostError::NoRate { .. })));
        // Before it is booked, nights cost what the office reckons with for the town.
        let parts = week().into_iter().filter(|part| part.booking().is_none() || part.is_lodging()).map(|part| {
            let (from, to) = (part.from().at(part.departs_local()), part.to().at(part.arrives_local()));
            Segment::new(part.kind(), part.title(), from, to).unwrap()
        });
        let planned = Itinerary::new(parts).unwrap().cost(&rates(), Rounding::HalfUp).unwrap();
        assert_eq!(planned.totals(), Ok(vec![euro(42_975)]));
    }

    /// Law 83 for what is called off: day by day, by hand.
    #[test]
    fn what_is_called_off_costs_its_fees_and_never_less_later() {
        let itinerary = Itinerary::new(week()).unwrap();
        let due =
            |text: &str| itinerary.due_if_cancelled(at(text)).unwrap().iter().map(Money::to_string).collect::<Vec<_>>();
        assert_eq!(due("2026-10-04T23:59:59Z"), ["190.50 EUR", "0.00 GBP"]);
        assert_eq!(due("2026-10-05T00:00:00Z"), ["330.50 EUR", "0.00 GBP"]);
        assert_eq!(due("2026-10-11T12:00:00Z"), ["330.50 EUR", "310.00 GBP"]);
        let hours =
            (0..24 * 12).map(|hour| itinerary.due_if_cancelled(at("2026-10-01T00:00:00Z") + TimeDelta::hours(hour)));
        let hours: Vec<Vec<Money>> = hours.map(Result::unwrap).collect();
        for pair in hours.windows(2) {
            assert!(pair[0].iter().zip(&pair[1]).all(|(one, next)| one.compare(next).unwrap().is_le()));
        }
    }

    #[test]
    fn meetings_and_papers_are_looked_at() {
        let london = |name| place(name, "Europe/London");
        let meeting = |title: &str, at: TravelPlace, time: &str| TravelMeeting {
            title: title.to_owned(),
            place: at,
            time: time.parse().unwrap(),
            lead_minutes: 60,
        };
        let meetings = [
            meeting("fair", london("GB/London"), "2026-10-13T08:00:00Z/2026-10-13T17:00:00Z"),
            meeting("breakfast", london("GB/London/LHR"), "2026-10-12T08:30:00Z/2026-10-12T09:30:00Z"),
            meeting("lunch", london("GB/London/LHR"), "2026-10-12T10:00:00Z/2026-10-12T11:00:00Z"),
            meeting("supper", london("GB/London"), "2026-10-14T16:30:00Z/2026-10-14T18:00:00Z"),
            meeting("visit", london("GB/Leeds"), "2026-10-13T08:00:00Z/2026-10-13T17:00:00Z"),
        ];
        let entry = EntryRule { country: "GB".to_owned(), document: "passport".to_owned(), days_beyond: 90 };
        let rules = ItineraryRules { connections: ConnectionTable::default(), entry: vec![entry] };
        let passport = |until: &str| TravelDocument {
            document: "passport".to_owned(),
            country: None,
            valid: format!("2020-01-01/{until}").parse().unwrap(),
        };
        let itinerary = Itinerary::new(week()).unwrap();
        // Valid on 12 January 2027, the ninetieth day after 14 October, just as the range says.
        assert_eq!(itinerary.check(&rules, &[], &[passport("2027-01-13")]), []);
        let found = itinerary.check(&rules, &meetings, &[passport("2027-01-12")]);
        let missed = |meeting: &str, because| ItineraryFinding::MeetingMissed { meeting: meeting.to_owned(), because };
        assert_eq!(
            found,
            [
                missed("breakfast", MissedMeeting::Arrives(at("2026-10-12T09:05:00Z"))),
                missed("lunch", MissedMeeting::Arrives(at("2026-10-12T09:05:00Z"))),
                missed("supper", MissedMeeting::Leaves(at("2026-10-14T17:00:00Z"))),
                missed("visit", MissedMeeting::IsAt("GB/London/LHR".to_owned())),
                ItineraryFinding::NoDocument {
                    country: "GB".to_owned(),
                    document: "passport".to_owned(),
                    days: "2026-10-12/2027-01-13".parse().unwrap(),
                },
            ]
        );
    }

    #[test]
    fn places_and_nights_are_looked_at() {
        let london = |name| place(name, "Europe/London");
        // From Gatwick one does not go on without getting there; two inns are one too many, and then there is none.
        let mut parts = week();
        let gatwick = london("GB/London/LGW");
        let ber = place("DE/Berlin/BER", "Europe/Berlin");
        parts[3] = segment(SegmentKind::Flight, "U2", (&gatwick, "2026-10-14T18:00:00"), (&ber, "2026-10-14T21:00:00"));
        let inn = SegmentKind::Lodging { breakfast: false };
        let town = london("GB/London");
        parts.push(segment(inn, "Inn too", (&town, "2026-10-13T15:00:00"), (&town, "2026-10-14T11:00:00")));
        let found = Itinerary::new(parts.clone()).unwrap().check(&ItineraryRules::default(), &[], &[]);
        assert_json_snapshot!(found, @r#"
        [
          {
            "discontinuity": {
              "first": 2,
              "second": 5,
              "arrives": "GB/London/LHR",
              "departs": "GB/London/LGW"
            }
          },
          {
            "two_lodgings": {
              "first": 3,
              "second": 4,
              "time": {
                "start": "2026-10-13T14:00:00Z",
                "end": "2026-10-14T10:00:00Z"
              }
            }
          }
        ]
        "#);
        parts.retain(|part| !part.is_lodging());
        let nights = Itinerary::new(parts).unwrap().check(&ItineraryRules::default(), &[], &[]);
        let nights: Vec<String> = nights.iter().skip(1).map(ToString::to_string).collect();
        let night = |on: &str| format!("no lodging in the night of {on} at GB/London/LHR");
        assert_eq!(nights, [night("2026-10-12"), night("2026-10-13")]);
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(400))]

        /// Law 84: whatever the zones, the time away runs from the first reading to the last, its stays in order, each at a
        /// place where one arrived.
        #[test]
        fn time_away_is_told_in_order(ways in ways(), change in 0_u32..600) {
            let itinerary = Itinerary::new(ways).unwrap();
            let away = itinerary.time_away(StayRule { change_minutes: change });
            let first = &itinerary.segments()[0];
            prop_assert_eq!(away.left, first.departs_local());
            prop_assert!(away.left <= away.back && !away.stays.is_empty());
            prop_assert!(away.stays.windows(2).all(|pair| pair[0].from <= pair[1].from) && away.left <= away.stays[0].from);
            let arrived: BTreeSet<&str> = itinerary.segments().iter().map(|way| way.to().name()).collect();
            prop_assert!(away.stays.iter().all(|stay| arrived.contains(stay.place.as_str())));
            // The less counts as a change of carriers, the more stays there are.
            let fewer = itinerary.time_away(StayRule { change_minutes: change + 60 });
            prop_assert!(fewer.stays.len() <= away.stays.len());
        }
    }

    /// Law 84 in a case: who changes does not stay, who sleeps does, and the way home makes no stay.
    #[test]
    fn a_change_is_no_stay_but_a_night_is() {
        let (berlin, reykjavik) = (place("DE/Berlin", "Europe/Berlin"), place("IS/Reykjavik", "Atlantic/Reykjavik"));
        let boston = place("US/MA/Boston", "America/New_York");
        let flight =
            |from: (&TravelPlace, &str), to: (&TravelPlace, &str)| segment(SegmentKind::Flight, "FI", from, to);
        let stays = |on: &str| {
            let itinerary = Itinerary::new([
                flight((&berlin, "2026-10-12T14:00:00"), (&reykjavik, "2026-10-12T15:40:00")),
                flight((&reykjavik, on), (&boston, "2026-10-13T19:00:00")),
                flight((&boston, "2026-10-15T20:30:00"), (&berlin, "2026-10-16T10:00:00")),
            ]);
            let away = itinerary.unwrap().time_away(StayRule { change_minutes: 240 });
            assert_eq!(away.back, local("2026-10-16T10:00:00"));
            away.stays.into_iter().map(|stay| (stay.from.to_string(), stay.place)).collect::<Vec<_>>()
        };
        let (there, boston) =
            (("2026-10-12 15:40:00".to_owned(), "IS/Reykjavik".to_owned()), "US/MA/Boston".to_owned());
        assert_eq!(stays("2026-10-13T17:00:00"), [there, ("2026-10-13 19:00:00".to_owned(), boston.clone())]);
        assert_eq!(stays("2026-10-12T17:00:00"), [("2026-10-13 19:00:00".to_owned(), boston)]);
    }

    #[test]
    fn a_calendar_shows_both_ends_and_reads_back() {
        let mut parts = week();
        let berlin = place("DE/Berlin/Mitte", "Europe/Berlin");
        let second = berlin.at(local("2026-10-25T02:30:00")).by(ClockRule::SECOND);
        let there = place("PL/Poznan", "Europe/Warsaw").at(local("2026-10-25T05:00:00"));
        parts.push(Segment::new(SegmentKind::Train, "EC", second, there).unwrap());
        let itinerary = Itinerary::new(parts).unwrap();
        let events = itinerary.events("TR-7").unwrap();
        let text = Calendar { events: events.clone(), ..Calendar::default() }.write().unwrap();
        assert_eq!(Calendar::read("trip.ics", text.as_bytes()).unwrap().events, events);
        for (event, part) in events.iter().zip(itinerary.segments()) {
            let series = event.series(Zone::UTC).unwrap();
            let found = series.within(part.time(), 2).instances;
            assert_eq!(found.iter().map(|one| one.interval).collect::<Vec<_>>(), [part.time()]);
            assert!(matches!(event.details.end, Some(EventEnd::At(_))));
        }
        assert_eq!(text.matches("TRANSP:TRANSPARENT").count(), 1);
        assert!(text.contains("SUMMARY:BA 983 (BA 983 booked)"));
        // Nights make nobody busy.
        let busy: Vec<Interval> = itinerary.engagements().into_iter().map(|one| one.time).collect();
        assert_eq!(busy.len(), 5);
        assert_eq!(busy.iter().map(|time| time.duration().num_minutes()).sum::<i64>(), itinerary.travel_minutes());
    }

    #[test]
    fn stored_forms() {
        let week = Itinerary::new(week()).unwrap();
        assert_json_snapshot!(week.segments()[1], @r#"
        {
          "kind": "flight",
          "title": "BA 983",
          "from": {
            "name": "DE/Berlin/BER",
            "zone": "Europe/Berlin"
          },
          "to": {
            "name": "GB/London/LHR",
            "zone": "Europe/London"
          },
          "time": {
            "start": "2026-10-12T07:00:00Z",
            "end": "2026-10-12T09:05:00Z"
          },
          "booking": {
            "reference": "BA 983 booked",
            "price": "180.00 EUR",
            "paid_by": "office",
            "cancel": {
              "until": "2026-10-05T00:00:00Z",
              "fee": "40.00 EUR"
            }
          }
        }
        "#);
        let table = serde_json::to_value(connections()).unwrap();
        let least = serde_json::json!({
            "from": "flight", "to": "flight", "place": "DE", "valid": {"start": "2026-01-01"}, "minutes": 40,
        });
        assert_eq!((table[1].clone(), serde_json::from_value(table).unwrap()), (least, connections()));
        let stored = serde_json::to_string(&week).unwrap();
        assert_eq!(serde_json::from_str::<Itinerary>(&stored).unwrap(), week);
        assert!(serde_json::from_str::<Itinerary>("[]").is_err());
        assert_json_snapshot!(week.time_away(StayRule { change_minutes: 240 }), @r#"
        {
          "left": "2026-10-12T06:45:00",
          "back": "2026-10-14T22:00:00",
          "stays": [
            {
              "from": "2026-10-12T10:05:00",
              "place": "GB/London/LHR"
            }
          ],
          "meals": {
            "2026-10-13": [
              "breakfast"
            ],
            "2026-10-14": [
              "breakfast"
            ]
          }
        }
        "#);
    }
}
