//! Law 25, allowances for travel: per diem and mileage, as properties, by published rates, and over the rate files of the
//! General Services Administration where they are at hand.

#[cfg(test)]
#[expect(clippy::arithmetic_side_effects, reason = "the numbers of these tests are small")]
mod allowance {
    use std::collections::{BTreeMap, BTreeSet};
    use std::path::Path;

    use chrono::{Datelike, Days, NaiveDate, NaiveDateTime, TimeDelta};
    use office_core::{Currency, DateRange, Money, Percent, Quantity, Rounding, UnitPrice};
    use office_finance::{
        DayShare, Meal, MealAmounts, MealRule, MileageError, MileageRate, MileageTable, MileageTableError,
        PerDiemPlace, PerDiemRate, PerDiemRules, PerDiemTable, PerDiemTableError, Season, Stay, Trip, TripDay,
        TripError,
    };
    use proptest::prelude::*;

    fn day(year: i32, month: u32, day: u32) -> NaiveDate {
        NaiveDate::from_ymd_opt(year, month, day).unwrap()
    }

    fn at(day: NaiveDate, minute: i64) -> NaiveDateTime {
        day.and_hms_opt(0, 0, 0).unwrap() + TimeDelta::minutes(minute)
    }

    fn euro(minor: i64) -> Money {
        Money::from_minor(minor, Currency::EUR)
    }

    fn dollars(whole: i64) -> Money {
        Money::from_minor(whole * 100, Currency::USD)
    }

    fn share(day: TripDay, more_than: u32, share: i32) -> DayShare {
        DayShare { day, more_than, share: Percent::whole(share) }
    }

    /// Income Tax Act of Germany, § 9 (4a), from 2020 on.
    fn german() -> (PerDiemRules, PerDiemTable) {
        let shares = vec![
            share(TripDay::Between, 0, 100),
            share(TripDay::First, 0, 50),
            share(TripDay::Last, 0, 50),
            share(TripDay::Only, 480, 50),
        ];
        let [breakfast, lunch, dinner, least] = [20, 40, 40, 0].map(Percent::whole);
        let meals = MealRule::Shares { breakfast, lunch, dinner, least };
        let rate = rate("DE", DateRange::from(day(2020, 1, 1)), None, euro(28_00));
        (PerDiemRules { shares, meals, rounding: Rounding::HalfUp }, PerDiemTable::new([rate]).unwrap())
    }

    fn rate(place: &str, valid: DateRange, season: Option<&str>, day: Money) -> PerDiemRate {
        let season = season.map(|season| season.parse().unwrap());
        PerDiemRate { place: place.parse().unwrap(), valid, season, day, lodging: None }
    }

    /// Meals and incidental expenses in the continental United States, fiscal year 2019.
    fn american() -> PerDiemRules {
        let share = |day| share(day, 0, if matches!(day, TripDay::Between) { 100 } else { 75 });
        let amounts = [
            (55, 13, 14, 23),
            (56, 13, 15, 23),
            (61, 14, 16, 26),
            (66, 16, 17, 28),
            (71, 17, 18, 31),
            (76, 18, 19, 34),
        ];
        let amounts = amounts.map(|(day, breakfast, lunch, dinner)| MealAmounts {
            day: dollars(day),
            breakfast: dollars(breakfast),
            lunch: dollars(lunch),
            dinner: dollars(dinner),
            least: dollars(5),
        });
        PerDiemRules {
            shares: [TripDay::Only, TripDay::First, TripDay::Between, TripDay::Last].map(share).to_vec(),
            meals: MealRule::Amounts(amounts.to_vec()),
            rounding: Rounding::HalfUp,
        }
    }

    fn trip(left: NaiveDateTime, back: NaiveDateTime, place: &str) -> Trip {
        Trip { left, back, stays: vec![Stay { from: left, place: place.parse().unwrap() }], meals: BTreeMap::new() }
    }

    fn amounts(rules: &PerDiemRules, table: &PerDiemTable, trip: &Trip) -> Vec<String> {
        rules.allowance(table, trip).unwrap().days.iter().map(|day| day.amount.to_string()).collect()
    }

    #[test]
    fn german_days() {
        let (rules, table) = german();
        let (monday, all) = (day(2026, 10, 12), BTreeSet::from([Meal::Breakfast, Meal::Lunch, Meal::Dinner]));
        // Eight hours are not more than eight hours.
        let one_day = |minutes: i64| trip(at(monday, 8 * 60), at(monday, 8 * 60 + minutes), "DE");
        assert_eq!(amounts(&rules, &table, &one_day(480)), ["0.00 EUR"]);
        assert_eq!(amounts(&rules, &table, &one_day(481)), ["14.00 EUR"]);
        // Three days with all meals on the second: 28.00 less 5.60, 11.20 and 11.20; on the first day the dinner takes 11.20.
        let mut three = trip(at(monday, 1_000), at(monday + Days::new(2), 900), "DE/Berlin");
        assert_eq!(amounts(&rules, &table, &three), ["14.00 EUR", "28.00 EUR", "14.00 EUR"]);
        three.meals = [(monday, [Meal::Dinner].into()), (monday + Days::new(1), all.clone())].into();
        assert_eq!(amounts(&rules, &table, &three), ["2.80 EUR", "0.00 EUR", "14.00 EUR"]);
        // Nothing goes below what is left at the least.
        three.meals = [(monday, all)].into();
        assert_eq!(amounts(&rules, &table, &three), ["0.00 EUR", "28.00 EUR", "14.00 EUR"]);
    }

    #[test]
    fn american_days() {
        let rules = american();
        let year = DateRange::new(day(2018, 10, 1), day(2019, 10, 1)).unwrap();
        let table = PerDiemTable::new([
            rate("US", year, None, dollars(55)),
            rate("US/AZ/Grand Canyon", year, Some("10-01..02-28"), dollars(61)),
            rate("US/AZ/Grand Canyon", year, Some("03-01..09-30"), dollars(66)),
        ])
        .unwrap();
        let mut canyon = trip(at(day(2019, 2, 27), 600), at(day(2019, 3, 2), 600), "US/AZ/Grand Canyon");
        assert_eq!(amounts(&rules, &table, &canyon), ["45.75 USD", "61.00 USD", "66.00 USD", "49.50 USD"]);
        // Lunch and dinner on the last day leave 49.50 - 17 - 28, below which the five for incidentals do not go.
        canyon.meals = [(day(2019, 3, 2), [Meal::Breakfast, Meal::Lunch, Meal::Dinner].into())].into();
        assert_eq!(amounts(&rules, &table, &canyon)[3], "5.00 USD");
        // A night elsewhere is at the standard rate.
        canyon.stays.push(Stay { from: at(day(2019, 2, 28), 1_200), place: "US/NV/Ely".parse().unwrap() });
        let days = rules.allowance(&table, &canyon).unwrap().days;
        assert_eq!((days[1].rated.to_string(), days[1].amount), ("US".to_owned(), dollars(55)));
        let after = trip(at(day(2019, 10, 1), 0), at(day(2019, 10, 2), 0), "US");
        assert!(rules.allowance(&table, &after).is_err(), "the fiscal year is over");
    }

    #[test]
    fn a_trip_makes_sense() {
        let (rules, table) = german();
        let monday = day(2026, 10, 12);
        let refused = |trip: &Trip| match rules.allowance(&table, trip) {
            Err(office_finance::PerDiemError::Trip(error)) => error,
            other => panic!("a trip that makes no sense is refused: {other:?}"),
        };
        let (left, back) = (at(monday, 600), at(monday, 500));
        assert_eq!(refused(&trip(left, back, "DE")), TripError::Backwards { left, back });
        let long = trip(left, at(monday + Days::new(731), 0), "DE");
        assert_eq!(refused(&long), TripError::TooLong { days: 732 });
        let good = trip(left, at(monday, 700), "DE");
        assert_eq!(refused(&Trip { stays: Vec::new(), ..good.clone() }), TripError::Nowhere);
        let mut order = good.clone();
        order.stays.push(Stay { from: at(monday, 100), place: "DE".parse().unwrap() });
        assert_eq!(refused(&order), TripError::Order { from: at(monday, 100) });
        let on = monday + Days::new(1);
        assert_eq!(refused(&Trip { meals: [(on, BTreeSet::new())].into(), ..good }), TripError::MealOutside { on });
    }

    #[test]
    fn rates_do_not_overlap() {
        let (year, next) = (DateRange::year(2026).unwrap(), DateRange::year(2027).unwrap());
        let all_year = rate("DE", year, None, euro(28_00));
        let summer = |valid| rate("DE", valid, Some("06-01..08-31"), euro(30_00));
        assert!(matches!(PerDiemTable::new([all_year.clone(), summer(year)]), Err(PerDiemTableError::Overlap { .. })));
        assert!(PerDiemTable::new([all_year.clone(), summer(next)]).is_ok());
        let winter = rate("DE", year, Some("11-01..06-01"), euro(20_00));
        assert!(matches!(PerDiemTable::new([summer(year), winter]), Err(PerDiemTableError::Overlap { .. })));
        let negative = PerDiemRate { day: euro(-1), ..all_year };
        assert!(matches!(PerDiemTable::new([negative]), Err(PerDiemTableError::Negative { .. })));
    }

    fn trips() -> impl Strategy<Value = Trip> {
        let places = prop::sample::select(vec!["DE", "DE/Berlin", "AT", "AT/Wien", "CH/Bern"]);
        let stays = prop::collection::vec((0..20_000_i64, places), 1..6);
        let meals = prop::collection::btree_map(0..14_u64, prop::collection::btree_set(0..3_u8, 0..4), 0..6);
        (0..1_440_i64, 0..18_000_i64, stays, meals).prop_map(|(left, length, mut stays, meals)| {
            let (first, left) = (day(2024, 2, 26), at(day(2024, 2, 26), left));
            let back = left + TimeDelta::minutes(length);
            stays.sort_by_key(|stay| stay.0);
            let stays =
                stays.iter().map(|(minute, place)| Stay { from: at(first, *minute), place: place.parse().unwrap() });
            let meal = |meal| [Meal::Breakfast, Meal::Lunch, Meal::Dinner][usize::from(meal)];
            let meals = meals
                .into_iter()
                .map(|(after, meals)| (first + Days::new(after), meals.into_iter().map(meal).collect()));
            let meals = meals.filter(|(on, _)| *on <= back.date()).collect();
            Trip { left, back, stays: stays.collect(), meals }
        })
    }

    fn rates() -> PerDiemTable {
        let always = DateRange::from(day(2020, 1, 1));
        PerDiemTable::new([
            rate("DE", always, None, euro(28_00)),
            rate("AT", always, Some("10-01..02-28"), euro(40_01)),
            rate("AT", always, Some("03-01..09-30"), euro(50_03)),
            rate("AT/Wien", always, None, euro(45_07)),
            rate("CH", always, None, euro(70_11)),
        ])
        .unwrap()
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(1_000))]

        /// Law 25: a day earns its share of the rate, less meals, never less than is left at the least; the days make the
        /// total, there is one for each day on the calendar, and telling a stay in two at midnight changes nothing.
        #[test]
        fn days_add_up(trip in trips(), least in 0..30_i32, cut in 0..14_u64) {
            let (mut rules, table) = (german().0, rates());
            let [breakfast, lunch, dinner] = [20, 40, 40].map(Percent::whole);
            rules.meals = MealRule::Shares { breakfast, lunch, dinner, least: Percent::whole(least) };
            let allowance = rules.allowance(&table, &trip).unwrap();
            let nights = trip.back.date().signed_duration_since(trip.left.date()).num_days();
            prop_assert_eq!(i64::try_from(allowance.days.len()).unwrap(), nights + 1);
            let total: i128 = allowance.days.iter().map(|day| day.amount.minor()).sum();
            prop_assert_eq!(allowance.total.minor(), total);
            let away: i64 = allowance.days.iter().map(|day| i64::from(day.away)).sum();
            prop_assert_eq!(away, trip.back.signed_duration_since(trip.left).num_minutes());
            for day in &allowance.days {
                prop_assert_eq!(day.rate, table.rate(&day.place, day.on).unwrap().day);
                prop_assert_eq!(day.earned, day.rate.share(day.share, Rounding::HalfUp).unwrap());
                prop_assert!(day.amount <= day.earned && !day.amount.is_negative());
                let floor = day.rate.share(Percent::whole(least), Rounding::HalfUp).unwrap();
                prop_assert!(day.amount >= floor || day.amount == day.earned);
                let off: i128 = day.meals.values().map(|meal| meal.minor()).sum();
                prop_assert!(day.amount.minor() == day.earned.minor() - off || day.amount.minor() > day.earned.minor() - off);
                prop_assert!(!day.meals.is_empty() || day.amount == day.earned);
            }
            // Whoever is somewhere at midnight is there a moment before and after.
            let midnight = at(day(2024, 2, 26) + Days::new(cut), 0);
            let mut split = trip.clone();
            let place = trip.stays.iter().rev().find(|stay| stay.from <= midnight).unwrap_or(&trip.stays[0]).place.clone();
            let before = split.stays.iter().take_while(|stay| stay.from <= midnight).count();
            if before > 0 {
                split.stays.insert(before, Stay { from: midnight, place });
                prop_assert_eq!(&rules.allowance(&table, &split).unwrap(), &allowance);
            }
            let text = serde_json::to_string(&allowance).unwrap();
            prop_assert_eq!(serde_json::from_str::<office_finance::PerDiemAllowance>(&text).unwrap(), allowance);
        }

        /// A season has each of its days in every year, and those only.
        #[test]
        fn a_season_is_the_days_between(from in 0..366_u64, to in 0..366_u64, year in 2023..2029_i32, on in 0..365_u64) {
            let name = |after| (day(2028, 1, 1) + Days::new(after)).format("%m-%d").to_string();
            let season: Season = format!("{}..{}", name(from), name(to)).parse().unwrap();
            let on = day(year, 1, 1) + Days::new(on);
            // By its place in a leap year, which has all days.
            let place = u64::from(on.with_year(2028).unwrap().ordinal0());
            let to = if to == 58 { 59 } else { to };
            let inside = if from <= to { (from..=to).contains(&place) } else { place >= from || place <= to };
            prop_assert_eq!(season.contains(on), inside);
            prop_assert_eq!(season.to_string().parse::<Season>().unwrap(), season);
        }

        /// Law 25: a drive is paid by the rates of its day, the parts make the way, and going in two goes changes the total
        /// by a rounding at most.
        #[test]
        fn a_drive_is_the_sum_of_its_parts(
            before in 0..12_000_i32, first in 1..6_000_i32, second in 1..6_000_i32, after in 0..900_u64,
        ) {
            let (from, other) = (DateRange::new(day(2026, 1, 1), day(2027, 7, 1)).unwrap(), DateRange::from(day(2027, 7, 1)));
            let table = MileageTable::new([
                drive(from, 0, "0.333 EUR / 1 km"), drive(from, 5_000, "0.1 EUR / 1 km"), drive(other, 0, "7 EUR / 3 km"),
            ]).unwrap();
            let on = day(2026, 1, 1) + Days::new(after);
            let pay = |far, before| table.allowance("car", on, km(far), km(before), Rounding::HalfUp).unwrap();
            let (whole, one, two) = (pay(first + second, before), pay(first, before), pay(second, before + first));
            let way: i128 = whole.parts.iter().map(|part| part.distance.amount().mantissa()).sum();
            prop_assert_eq!(way, i128::from(first + second));
            let off = whole.total.minor() - one.total.minor() - two.total.minor();
            prop_assert!(off.abs() <= 1, "{} {} {}", whole.total, one.total, two.total);
            // Naively, in thousandths of a cent for three kilometres.
            let naive = if on < day(2027, 7, 1) {
                let (low, high) = ((before + first + second).min(5_000) - before.min(5_000), (before + first + second).max(5_000) - before.max(5_000));
                (i128::from(low) * 333 + i128::from(high) * 100) * 3
            } else {
                i128::from(first + second) * 7_000
            };
            prop_assert!((whole.total.minor() * 30 - naive).abs() <= 15);
        }
    }

    fn km(whole: i32) -> Quantity {
        Quantity::whole(whole, "km".parse().unwrap())
    }

    fn drive(valid: DateRange, above: i32, rate: &str) -> MileageRate {
        MileageRate { vehicle: "car".into(), valid, above: km(above), rate: rate.parse::<UnitPrice>().unwrap() }
    }

    /// Internal Revenue Service, Announcement 2022-13: 58.5 cents a mile to 30 June 2022, 62.5 cents after.
    #[test]
    fn the_day_of_driving_counts() {
        let rate = |from, to, rate: &str| MileageRate {
            vehicle: "car".into(),
            valid: DateRange::new(from, to).unwrap(),
            above: "0 mile".parse().unwrap(),
            rate: rate.parse().unwrap(),
        };
        let table = MileageTable::new([
            rate(day(2022, 7, 1), day(2023, 1, 1), "0.625 USD / 1 mile"),
            rate(day(2022, 1, 1), day(2022, 7, 1), "0.585 USD / 1 mile"),
        ])
        .unwrap();
        let pay =
            |on| table.allowance("car", on, "1000 mile".parse().unwrap(), "0 mile".parse().unwrap(), Rounding::HalfUp);
        assert_eq!(pay(day(2022, 6, 30)).unwrap().total, dollars(585));
        assert_eq!(pay(day(2022, 7, 1)).unwrap().total, dollars(625));
        assert!(matches!(pay(day(2023, 1, 1)), Err(MileageError::NoRate { .. })));
        let far = table.allowance(
            "car",
            day(2022, 7, 1),
            "0 mile".parse().unwrap(),
            "0 mile".parse().unwrap(),
            Rounding::HalfUp,
        );
        assert!(matches!(far, Err(MileageError::Distance { .. })));
        let twice = drive(DateRange::year(2026).unwrap(), 0, "0.3 EUR / 1 km");
        assert!(matches!(MileageTable::new([twice.clone(), twice]), Err(MileageTableError::Overlap { .. })));
    }

    /// Every rate of the files is found again by place, season and date, and places without one have the standard rate.
    #[test]
    fn published_rates_are_found() {
        let mut above = Path::new(env!("CARGO_MANIFEST_DIR")).ancestors();
        let Some(Ok(files)) = above.find_map(|folder| {
            Some(std::fs::read_dir(folder.join("shared/cases/finance/per-diem"))).filter(Result::is_ok)
        }) else {
            println!("per-diem: left out, the files are not here");
            return;
        };
        let (mut passed, mut failed, mut by_year) = (0, Vec::new(), BTreeMap::new());
        for file in files.map(|file| file.unwrap().path()) {
            let mut rows = Vec::new();
            for row in csv::Reader::from_path(&file).unwrap().records() {
                let row = row.unwrap();
                let from_end = |place: usize| row.get(row.len() - place).unwrap_or_default().trim().to_owned();
                let (state, destination) =
                    (row.get(row.len() - 8).unwrap().trim(), row.get(row.len() - 7).unwrap().trim());
                let year = NaiveDate::parse_from_str(&from_end(1), "%B %d, %Y").unwrap().year();
                let valid = DateRange::new(day(year, 10, 1), day(year + 1, 10, 1)).unwrap();
                let named = |text: &str| NaiveDate::parse_from_str(&format!("{text}, 2028"), "%B %d, %Y").ok();
                let season = named(&from_end(5)).zip(named(&from_end(4)));
                let season = season.map(|(from, to)| format!("{}..{}", from.format("%m-%d"), to.format("%m-%d")));
                let whole = |text: String| dollars(text.replace(['$', ' ', ','], "").parse().unwrap());
                let standard = state.is_empty();
                let place =
                    if standard { "US".to_owned() } else { format!("US/{state}/{}", destination.replace('/', "-")) };
                let lodging = Some(whole(from_end(3)));
                rows.push(PerDiemRate { lodging, ..rate(&place, valid, season.as_deref(), whole(from_end(2))) });
            }
            let table = PerDiemTable::new(rows.clone()).unwrap_or_else(|error| panic!("{}: {error}", file.display()));
            for row in &rows {
                let first = row.valid.start();
                let on = (0..365)
                    .map(|after| first + Days::new(after))
                    .find(|day| row.season.is_none_or(|season| season.contains(*day)));
                let found = on.and_then(|on| table.rate(&row.place, on));
                if found == Some(row) { passed += 1 } else { failed.push(format!("{} {on:?}", row.place)) }
            }
            let nowhere: PerDiemPlace = "US/KS/Nowhere".parse().unwrap();
            let first = rows[0].valid.start();
            let standard = table.rate(&nowhere, first).map(|rate| (rate.day, rate.lodging));
            by_year.insert(first.year(), standard);
        }
        println!("per-diem: {passed} passed, {} failed, 0 left out", failed.len());
        assert!(failed.is_empty(), "{failed:?}");
        // The standard rates of fiscal years 2014 and 2019, which begin in the October before.
        assert_eq!(by_year.get(&2013), Some(&Some((dollars(46), Some(dollars(83))))));
        assert_eq!(by_year.get(&2018), Some(&Some((dollars(55), Some(dollars(94))))));
    }
}
