//! The laws of contracts.

#[cfg(test)]
#[expect(clippy::arithmetic_side_effects, reason = "a test that overflows fails")]
mod laws {
    use std::collections::BTreeMap;

    use chrono::{Datelike, Days, NaiveDate};
    use insta::assert_json_snapshot;
    use office_core::{
        Actor, Command, Currency, DateRange, Decimal, Decision, Entity, Id, Money, Percent, Quantity, Ratio, Role,
        Rounding, StoreError, UnitPrice, wait,
    };
    use office_inventory::{
        AcknowledgeError, AgendaEntry, Allowance, AmendContractError, CheckPriceError, Commitment, Contract,
        ContractDate, ContractPrice, ContractSide, ContractTerm, ContractTerms, ContractTermsError, EscalateError,
        EscalationRounding, Escalator, GiveNoticeError, IndexBook, IndexSeries, NewContract, Obligation, PriceChange,
        PriceClaim, PriceList, PriceRow, PriceSource, PriceTolerance, PriceVerdict, Renewal, RoundWhen,
        SignContractError, Spend, TermSpan, check_price, due_agenda,
    };
    use office_scratch::offices;
    use proptest::prelude::*;

    fn day(number: u64) -> NaiveDate {
        NaiveDate::from_ymd_opt(2023, 11, 1).unwrap() + Days::new(number)
    }

    fn date(text: &str) -> NaiveDate {
        text.parse().unwrap()
    }

    /// A calendar of its own: month by month, with the lengths of months written out.
    fn plus(from: NaiveDate, span: TermSpan, times: u32) -> NaiveDate {
        let days = |days: u32| from + Days::new(days.into());
        match span {
            TermSpan::Days(each) => days(each * times),
            TermSpan::Weeks(each) => days(each * 7 * times),
            TermSpan::Months(each) => {
                let (mut year, mut month) = (from.year(), from.month());
                for _ in 0..each * times {
                    (year, month) = if month == 12 { (year + 1, 1) } else { (year, month + 1) };
                }
                let leap = year % 4 == 0 && (year % 100 != 0 || year % 400 == 0);
                let length = match month {
                    2 if leap => 29,
                    2 => 28,
                    4 | 6 | 9 | 11 => 30,
                    _ => 31,
                };
                NaiveDate::from_ymd_opt(year, month, from.day().min(length)).unwrap()
            }
        }
    }

    fn span() -> impl Strategy<Value = TermSpan> {
        prop_oneof![
            (1_u32..80).prop_map(TermSpan::Days),
            (1_u32..12).prop_map(TermSpan::Weeks),
            (1_u32..26).prop_map(TermSpan::Months),
        ]
    }

    fn term() -> impl Strategy<Value = ContractTerm> {
        let renewal = prop_oneof![
            Just(Renewal::None),
            Just(Renewal::ByAgreement),
            span().prop_map(Renewal::Automatic),
            span().prop_map(Renewal::Automatic),
        ];
        (0_u64..500, prop::option::weighted(0.9, 1_u64..800), renewal, prop::option::weighted(0.8, span())).prop_map(
            |(start, length, renewal, notice)| {
                let initial = DateRange::new(day(start), length.map(|length| day(start + length))).unwrap();
                let renewal = if length.is_none() { Renewal::None } else { renewal };
                ContractTerm { initial, renewal, notice }
            },
        )
    }

    fn terms_of(term: ContractTerm) -> ContractTerms {
        ContractTerms {
            term,
            prices: vec![],
            escalator: None,
            commitment: None,
            obligations: BTreeMap::new(),
            certificates: BTreeMap::new(),
        }
    }

    fn terms() -> impl Strategy<Value = ContractTerms> {
        let obligation = (any::<bool>(), 0_u64..1500, prop::option::of(span())).prop_map(|(office, due, every)| {
            let by = if office { ContractSide::Office } else { ContractSide::Vendor };
            Obligation { by, due: day(due), every }
        });
        let commitment = prop::option::of((0_u64..900, 1_u64..900)).prop_map(|days| {
            days.map(|(start, length)| Commitment {
                amount: Money::from_minor(10_000, Currency::EUR),
                days: DateRange::new(day(start), day(start + length)).unwrap(),
            })
        });
        let change = prop::option::of((0_u64..900, span()));
        (term(), prop::collection::vec(obligation, 0..3), commitment, change, prop::option::of(0_u64..1500)).prop_map(
            |(term, obligations, commitment, change, certificate)| ContractTerms {
                escalator: change.map(|(first, every)| Escalator { first: day(first), every, ..fixed(2) }),
                commitment,
                obligations: ["report", "audit", "refund"]
                    .map(|name| name.parse().unwrap())
                    .into_iter()
                    .zip(obligations)
                    .collect(),
                certificates: certificate.map(|on| ("insurance".parse().unwrap(), day(on))).into_iter().collect(),
                ..terms_of(term)
            },
        )
    }

    fn fixed(percent: i32) -> Escalator {
        let rounding = EscalationRounding { digits: 4, rounding: Rounding::HalfUp, when: RoundWhen::Once };
        let (first, every) = (date("2024-01-01"), TermSpan::Months(12));
        Escalator {
            first,
            every,
            change: PriceChange::Fixed(Percent::whole(percent)),
            cap: None,
            floor: None,
            rounding,
        }
    }

    fn signed(number: &str, on: NaiveDate, terms: ContractTerms) -> Contract {
        let new = NewContract {
            number: number.parse().unwrap(),
            title: "cleaning".to_owned(),
            vendor: Id::natural("party", "V-01"),
            others: vec![],
            signed: on,
            terms,
        };
        Contract::open(&Contract::sign(new).unwrap().fact().unwrap()).unwrap()
    }

    /// All terms of a contract that begin by a day, one by one.
    fn chain(term: &ContractTerm, until: NaiveDate) -> Vec<DateRange> {
        let mut chain = vec![term.initial];
        if let (Renewal::Automatic(by), Some(first)) = (term.renewal, term.initial.end()) {
            let mut times = 0;
            while plus(first, by, times) <= until {
                chain.push(DateRange::new(plus(first, by, times), plus(first, by, times + 1)).unwrap());
                times += 1;
            }
        }
        chain
    }

    /// What a look at one day finds.
    fn matters(contract: &Contract, on: NaiveDate) -> Vec<ContractDate> {
        let Some((_, terms)) = contract.terms(on) else { return vec![] };
        let (mut found, notice) = (Vec::new(), contract.notice().map(|notice| notice.last));
        let chain = chain(&terms.term, on + Days::new(1000));
        let runs = chain.iter().any(|term| term.contains(on)) && notice.is_none_or(|last| on <= last);
        let again = |first: NaiveDate, every: TermSpan| {
            (0..5_000).map(|times| plus(first, every, times)).take_while(|next| *next <= on).any(|next| next == on)
        };
        let automatic = matches!(terms.term.renewal, Renewal::Automatic(_));
        for (at, term) in chain.iter().enumerate() {
            if let (true, None, Some(last), Some(span)) = (automatic, notice, term.last(), terms.term.notice)
                && plus(on, span, 1) <= last
                && plus(on + Days::new(1), span, 1) > last
            {
                found.push(ContractDate::NoticeDeadline { last });
            }
            if at > 0 && term.start() == on && runs {
                found.push(ContractDate::Renewed { term: *term });
            }
        }
        let by_itself =
            terms.term.initial.last().filter(|last| !automatic && notice.is_none_or(|notice| *last < notice));
        if by_itself.or(notice) == Some(on) {
            let by_agreement = by_itself.is_some() && terms.term.renewal == Renewal::ByAgreement;
            found.push(ContractDate::Ends { by_agreement });
        }
        if terms.escalator.as_ref().is_some_and(|change| runs && again(change.first, change.every)) {
            found.push(ContractDate::PricesChange);
        }
        for (name, Obligation { by, due, every }) in &terms.obligations {
            let is_due = every.map_or(*due == on, |every| runs && again(*due, every));
            if is_due && !contract.is_met(name, on) {
                found.push(ContractDate::Due { name: name.clone(), by: *by });
            }
        }
        for (name, last) in &terms.certificates {
            if *last == on {
                found.push(ContractDate::CertificateExpires { name: name.clone() });
            }
        }
        if let Some(Commitment { days, .. }) = terms.commitment
            && days.last() == Some(on)
        {
            found.push(ContractDate::CommitmentEnds);
        }
        found
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(300))]

        /// Law 1.
        #[test]
        fn terms_follow_each_other(term in term(), on in 0_u64..4000) {
            let chain = chain(&term, day(4100));
            prop_assert!(chain.windows(2).all(|pair| pair[0].end() == Some(pair[1].start())));
            prop_assert_eq!(term.on(day(on)), chain.iter().find(|term| term.contains(day(on))).copied());
            // From the inside: where a term of a contract that renews ends, the next begins.
            let running = term.on(day(on));
            if let (Renewal::Automatic(_), Some(end)) = (term.renewal, running.and_then(|running| running.end())) {
                prop_assert_eq!(term.on(end).map(|next| next.start()), Some(end));
                prop_assert_eq!(term.on(end.pred_opt().unwrap()), running);
            }
        }

        /// Law 2: against every day, on a calendar of its own, across leap days and months' ends.
        #[test]
        fn the_deadline_is_the_last_day_in_time(notice in span(), last in 0_u64..1600) {
            let (last, initial) = (day(last), DateRange::from(day(0)));
            let term = ContractTerm { initial, renewal: Renewal::None, notice: Some(notice) };
            let deadline = term.deadline(last).unwrap();
            prop_assert!(plus(deadline, notice, 1) <= last);
            for later in 1..6 {
                prop_assert!(plus(deadline + Days::new(later), notice, 1) > last);
            }
        }

        /// Law 2: notice on the deadline ends the term, and a day later it ends the next.
        #[test]
        fn notice_ends_the_first_term_for_which_it_is_in_time(term in term(), on in 0_u64..3000) {
            let contract = signed("C-1", day(0), terms_of(term));
            let given = contract.give_notice(ContractSide::Office, day(on));
            let by_notice = match (term.renewal, term.initial.end(), term.notice) {
                (Renewal::Automatic(_), Some(_), Some(notice)) => {
                    let ends = chain(&term, day(6000)).into_iter().filter_map(|term| term.last());
                    ends.into_iter().find(|last| plus(day(on), notice, 1) <= *last)
                }
                (_, None, Some(notice)) => Some(plus(day(on), notice, 1).max(term.initial.start())),
                _ => None,
            };
            let Some(last) = by_notice else {
                prop_assert_eq!(given, Err(GiveNoticeError::NoNotice { on: day(on) }));
                return Ok(());
            };
            let mut ended = contract;
            ended.apply(&given.unwrap().fact().unwrap());
            prop_assert_eq!(ended.last(), Some(last));
            prop_assert!(!ended.in_force(last + Days::new(1)));
            prop_assert_eq!(ended.in_force(last), last >= term.initial.start());
            let again = ended.give_notice(ContractSide::Office, day(on)).unwrap();
            prop_assert_eq!(again.fact(), None);
        }

        /// Law 3: fixed changes.
        #[test]
        fn fixed_prices_are_the_fold(
            cents in 1_i64..100_000, percent in -20_i32..20, every in 1_u32..30, on in 0_u64..3000, each: bool,
            cap in prop::option::of(-5_i32..10), digits in 2_u32..5,
        ) {
            let when = if each { RoundWhen::EachChange } else { RoundWhen::Once };
            let rounding = EscalationRounding { digits, rounding: Rounding::HalfEven, when };
            let (every, cap) = (TermSpan::Months(every), cap.map(Percent::whole));
            let escalator = Escalator { every, cap, rounding, ..fixed(percent) };
            let base: UnitPrice = format!("{} EUR / 1 h", Decimal::new(cents, 2)).parse().unwrap();
            let told = escalator.price(base, day(on), &IndexBook::new());
            let by = cap.map_or(percent, |cap| percent.min(i32::try_from(cap.value().trunc().mantissa()).unwrap()));
            let factor = Ratio::new((100 + by).into(), 100).unwrap();
            let (mut price, mut times) = (Ratio::from_decimal(base.amount()), 0);
            while plus(escalator.first, every, times) <= day(on) {
                let Ok(next) = price.checked_mul(factor) else {
                    prop_assert!(matches!(told, Err(EscalateError::OutOfRange { .. })), "{told:?}");
                    return Ok(());
                };
                price = next;
                if each {
                    price = Ratio::from_decimal(price.to_decimal(digits, Rounding::HalfEven).unwrap());
                }
                times += 1;
            }
            let wanted = if times == 0 { Some(base.amount()) } else { price.to_decimal(digits, Rounding::HalfEven) };
            let told = told.unwrap();
            prop_assert_eq!(Some(told.price.amount()), wanted);
            prop_assert_eq!(u32::try_from(told.changes.len()).unwrap(), times);
        }

        /// Law 3: index-linked, between floor and cap.
        #[test]
        fn linked_prices_follow_the_index(
            values in prop::collection::vec(80_u32..140, 6), lag in 0_u32..4, cap in 0_i32..20, floor in -20_i32..=0, on in 0_u64..1400,
        ) {
            let series: office_inventory::Reference = "CPI".parse().unwrap();
            let mut published = IndexSeries::default();
            // The base, and the month before each change by the lag: yearly from January 2024.
            let months: Vec<_> = (0..6).map(|at| plus(date("2023-01-01"), TermSpan::Months(1), at * 12 + 12 - lag)).collect();
            for (month, value) in months.iter().zip(&values) {
                published.publish(*month, (*value).into()).unwrap();
            }
            let base = months[0] + Days::new(3);
            let (cap, floor) = (Percent::whole(cap), Percent::whole(floor));
            let change = PriceChange::Index { series: series.clone(), base, lag_months: lag };
            // The first change is a year after the base.
            let escalator = Escalator { first: date("2025-01-01"), change, cap: Some(cap), floor: Some(floor), ..fixed(0) };
            let book = IndexBook::from([(series, published)]);
            let told = escalator.price("100 EUR / 1 h".parse().unwrap(), day(on), &book).unwrap();
            let mut price = Ratio::from_integer(100);
            for (at, pair) in values.windows(2).enumerate() {
                if plus(escalator.first, TermSpan::Months(12), u32::try_from(at).unwrap()) > day(on) {
                    break;
                }
                let grown = Ratio::new(i128::from(pair[1]) - i128::from(pair[0]), pair[0].into()).unwrap();
                let grown = grown.max(floor.fraction()).min(cap.fraction());
                price = price.checked_mul(grown.checked_add(Ratio::ONE).unwrap()).unwrap();
            }
            prop_assert_eq!(Some(told.price.amount()), price.to_decimal(4, Rounding::HalfUp).map(|price| price.normalize()));
        }

        /// Law 4: with an amendment, a notice and duties done on the way.
        #[test]
        fn the_agenda_is_a_look_at_each_day(
            first in terms(), second in terms(), amended in 1_u64..1200, notice in prop::option::of(0_u64..1500),
            done in prop::collection::vec(0_u64..1500, 0..3), from in 0_u64..1200, length in 1_u64..500,
        ) {
            let mut contract = signed("C-1", day(20), first);
            let decided = contract.amend(day(20 + amended), second).unwrap();
            contract.apply(&decided.fact().unwrap());
            if let Some(Ok(decided)) = notice.map(|on| contract.give_notice(ContractSide::Vendor, day(on))) {
                contract.apply(&decided.fact().unwrap());
            }
            for on in done {
                if let Ok(decided) = contract.meet("report".parse().unwrap(), day(on)) {
                    contract.apply(&decided.fact().unwrap());
                }
            }
            let days = DateRange::new(day(from), day(from + length)).unwrap();
            let mut looked = Vec::new();
            for on in days.dates(1000) {
                let mut found = matters(&contract, on);
                found.sort_unstable();
                looked.extend(found.into_iter().map(|what| AgendaEntry { on, contract: contract.number().clone(), what }));
            }
            prop_assert_eq!(contract.agenda(days).unwrap(), looked);
            let stored = serde_json::to_string(&contract).unwrap();
            prop_assert_eq!(serde_json::from_str::<Contract>(&stored).unwrap(), contract);
        }

        /// Law 5.
        #[test]
        fn what_is_left_and_over_make_up_the_commitment(
            spends in prop::collection::vec((0_u64..60, -5_000_i64..20_000), 0..8), as_of in 0_u64..60,
        ) {
            let days = DateRange::new(day(10), day(50)).unwrap();
            let commitment = Commitment { amount: Money::from_minor(30_000, Currency::EUR), days };
            let spend = |&(on, cents): &(u64, i64)| Spend { on: day(on), amount: Money::from_minor(cents, Currency::EUR) };
            let told = commitment.progress(&spends.iter().map(spend).collect::<Vec<_>>(), day(as_of)).unwrap();
            let counted = spends.iter().filter(|(on, _)| (10..50).contains(on) && *on <= as_of);
            prop_assert_eq!(told.spent.minor(), counted.map(|(_, cents)| i128::from(*cents)).sum::<i128>());
            prop_assert_eq!(told.spent.minor() + told.left.minor() - told.over.minor(), told.committed.minor());
            prop_assert!(told.left.is_zero() || told.over.is_zero());
            prop_assert_eq!(told.days_left, Some(u32::try_from(49_u64.saturating_sub(as_of.max(9))).unwrap()));
        }
    }

    #[test]
    fn notice_is_exact_at_the_ends_of_months() {
        let of = |months, last| {
            let initial = DateRange::from(date("2020-01-01"));
            let notice = Some(TermSpan::Months(months));
            ContractTerm { initial, renewal: Renewal::None, notice }.deadline(date(last)).unwrap()
        };
        for (months, last, deadline) in [
            (3, "2026-12-31", "2026-09-30"),
            (1, "2026-02-28", "2026-01-31"),
            (1, "2028-02-29", "2028-01-31"),
            (1, "2028-02-28", "2028-01-28"),
            (1, "2026-04-30", "2026-03-31"),
            (1, "2026-03-30", "2026-02-28"),
            (12, "2029-02-28", "2028-02-29"),
        ] {
            assert_eq!(of(months, last), date(deadline), "{months} months before {last}");
        }
    }

    fn price(text: &str) -> UnitPrice {
        text.parse().unwrap()
    }

    fn boxes(number: i32) -> Quantity {
        Quantity::whole(number, "box".parse().unwrap())
    }

    fn priced(number: &str, rows: &[(&str, i32)]) -> Contract {
        let initial = DateRange::year(2026).unwrap();
        let term = ContractTerm { initial, renewal: Renewal::None, notice: None };
        let item = Id::natural("item", "PAP-A4");
        let row = |(each, min): &(&str, i32)| ContractPrice { item, price: price(each), min_quantity: boxes(*min) };
        let prices = rows.iter().map(row).collect();
        signed(number, date("2025-12-01"), ContractTerms { prices, ..terms_of(term) })
    }

    #[test]
    fn prices_are_judged_by_contract_then_list() {
        let (vendor, item) = (Id::natural("party", "V-01"), Id::natural("item", "PAP-A4"));
        let valid = DateRange::from(date("2026-01-01"));
        let (listed, min_quantity) = (price("23 EUR / 1 box"), boxes(1));
        let row = PriceRow { vendor, item, vendor_sku: None, price: listed, min_quantity, lead_days: 2, valid };
        let list = PriceList::new(Currency::EUR, [row]).unwrap();
        let allowance = |percent, cents: i64| Allowance {
            percent: Percent::whole(percent),
            amount: Some(Money::from_minor(cents, Currency::EUR)),
        };
        let tolerance =
            PriceTolerance { over: allowance(5, 1_000), under: allowance(50, 10_000), rounding: Rounding::HalfUp };
        let (one, other) =
            (priced("C-1", &[("22 EUR / 1 box", 1), ("20 EUR / 1 box", 10)]), priced("C-2", &[("21 EUR / 1 box", 1)]));
        let check = |on: &str, number: i32, each: &str, tolerance: &PriceTolerance| {
            let claim = PriceClaim { vendor, item, on: date(on), quantity: boxes(number), price: price(each) };
            check_price(&claim, &[&one, &other], &list, &IndexBook::new(), tolerance)
        };
        let source = |number: &str| PriceSource::Contract {
            number: number.parse().unwrap(),
            since: date("2025-12-01"),
            changes: vec![],
        };
        let row = PriceSource::List { at: 0, passed_over: vec![] };
        for (on, number, each, verdict, from) in [
            ("2026-05-01", 10, "20 EUR / 1 box", PriceVerdict::Agrees, source("C-1")),
            ("2026-05-01", 10, "21 EUR / 1 box", PriceVerdict::Tolerated, source("C-1")),
            ("2026-05-01", 10, "21.01 EUR / 1 box", PriceVerdict::TooDear, source("C-1")),
            // Within the percentage, but not within the amount.
            ("2026-05-01", 20, "21 EUR / 1 box", PriceVerdict::TooDear, source("C-1")),
            ("2026-05-01", 9, "21 EUR / 1 box", PriceVerdict::Agrees, source("C-2")),
            ("2026-05-01", 9, "10.5 EUR / 1 box", PriceVerdict::Tolerated, source("C-2")),
            ("2026-05-01", 9, "10.4 EUR / 1 box", PriceVerdict::TooCheap, source("C-2")),
            // After the contracts, as on the list.
            ("2027-01-01", 10, "23 EUR / 1 box", PriceVerdict::Agrees, row),
        ] {
            let found = check(on, number, each, &tolerance).unwrap();
            assert_eq!((found.verdict, found.source), (verdict, from), "{number} at {each}");
        }
        assert!(matches!(check("2025-12-31", 1, "23 EUR / 1 box", &tolerance), Err(CheckPriceError::NoPrice(_))));
        assert!(matches!(check("2026-05-01", 1, "23 USD / 1 box", &tolerance), Err(CheckPriceError::Value(_))));
        let negative = PriceTolerance { over: allowance(-1, 0), ..tolerance };
        assert!(matches!(check("2026-05-01", 1, "2 EUR / 1 box", &negative), Err(CheckPriceError::Allowance { .. })));
    }

    #[test]
    fn what_makes_no_sense_is_refused() {
        let initial = DateRange::year(2026).unwrap();
        let term = ContractTerm { initial, renewal: Renewal::None, notice: None };
        let good = || terms_of(term);
        let sign = |title: &str, terms| {
            let (number, vendor) = ("C-1".parse().unwrap(), Id::natural("party", "V-01"));
            let (title, others, signed) = (title.to_owned(), vec![], date("2025-12-01"));
            Contract::sign(NewContract { number, title, vendor, others, signed, terms })
        };
        assert_eq!(sign(" ", good()), Err(SignContractError::NoTitle));
        let refused = |terms: ContractTerms| match sign("cleaning", terms) {
            Err(SignContractError::Terms(error)) => error,
            other => panic!("{other:?}"),
        };
        let of = |term| refused(terms_of(term));
        let nothing = TermSpan::Weeks(0);
        let renewal = Renewal::Automatic(nothing);
        assert_eq!(of(ContractTerm { renewal, ..term }), ContractTermsError::Nothing { given: nothing });
        let endless =
            ContractTerm { initial: DateRange::from(date("2026-01-01")), renewal: Renewal::ByAgreement, ..term };
        assert_eq!(of(endless), ContractTermsError::RenewsForEver);
        let given = TermSpan::Months(1201);
        assert_eq!(of(ContractTerm { notice: Some(given), ..term }), ContractTermsError::LongNotice { given });
        let escalated = |escalator| refused(ContractTerms { escalator: Some(escalator), ..good() });
        let (cap, floor) = (Percent::whole(1), Percent::whole(2));
        let upside_down = escalated(Escalator { cap: Some(cap), floor: Some(floor), ..fixed(1) });
        assert_eq!(upside_down, ContractTermsError::CapBelowFloor { cap, floor });
        assert!(matches!(escalated(fixed(-101)), ContractTermsError::BelowNothing { .. }));
        assert!(matches!(escalated(Escalator { every: nothing, ..fixed(1) }), ContractTermsError::Nothing { .. }));
        let rounding = EscalationRounding { digits: 11, ..fixed(1).rounding };
        assert_eq!(escalated(Escalator { rounding, ..fixed(1) }), ContractTermsError::Digits { digits: 11 });
        let commitment = Some(Commitment { amount: Money::zero(Currency::EUR), days: initial });
        assert!(matches!(refused(ContractTerms { commitment, ..good() }), ContractTermsError::Commitment { .. }));

        let contract = signed("C-1", date("2025-12-01"), good());
        let early = contract.amend(date("2025-11-30"), good());
        assert!(matches!(early, Err(AmendContractError::BeforeSigned { .. })));
        assert_eq!(contract.amend(date("2025-12-01"), good()).unwrap().fact(), None);
        let other = ContractTerms { term: ContractTerm { notice: Some(TermSpan::Days(1)), ..term }, ..good() };
        assert!(matches!(contract.amend(date("2025-12-01"), other), Err(AmendContractError::AlreadyAmended { .. })));
        assert!(contract.meet("report".parse().unwrap(), date("2026-01-01")).is_err());
        assert!(contract.agenda(DateRange::from(date("2026-01-01"))).is_err());
        let no_terms = serde_json::to_value(&contract).unwrap();
        let mut no_terms = no_terms.as_object().unwrap().clone();
        no_terms.insert("versions".to_owned(), serde_json::json!({}));
        assert!(serde_json::from_value::<Contract>(no_terms.into()).is_err());
        assert!(serde_json::from_str::<IndexSeries>(r#"{"2026-01-01":"0"}"#).is_err());
    }

    /// A contract that goes on for a year unless notice is given, with a certificate.
    fn cleaning(number: &str, first: &str, expires: &str) -> NewContract {
        let initial = DateRange::new(date(first), Some(plus(date(first), TermSpan::Months(12), 1))).unwrap();
        let renewal = Renewal::Automatic(TermSpan::Months(12));
        NewContract {
            number: number.parse().unwrap(),
            title: "cleaning".to_owned(),
            vendor: Id::natural("party", "V-02"),
            others: vec![],
            signed: date("2025-01-01"),
            terms: ContractTerms {
                term: ContractTerm { initial, renewal, notice: Some(TermSpan::Months(3)) },
                prices: vec![],
                escalator: None,
                commitment: None,
                obligations: BTreeMap::new(),
                certificates: [("liability".parse().unwrap(), date(expires))].into(),
            },
        }
    }

    #[test]
    fn a_date_of_any_contract_is_due_until_somebody_looks_after_it() {
        let (_places, offices) = offices();
        let by = Id::natural("person", "E-004");
        let command = |key: String| {
            let manager = Actor::new(by, Role::new("office_manager"));
            Command::new(key, "test", manager, "2026-01-01T08:00:00Z".parse().unwrap()).unwrap()
        };
        let mut facts = Vec::new();
        for office in offices {
            let contracts = [
                ("C-2", cleaning("C-2", "2026-01-01", "2026-06-30")),
                ("C-1", cleaning("C-1", "2026-03-01", "2026-09-30")),
            ];
            let mut expected = Vec::new();
            let days: DateRange = "2026-01-01/2027-06-01".parse().unwrap();
            for (name, new) in &contracts {
                let signed = &Contract::sign(new.clone()).unwrap().fact().unwrap();
                expected.extend(Contract::open(signed).unwrap().agenda(days).unwrap());
                let id = Id::<Contract>::natural("contract", name);
                let create = command(format!("sign-{name}"));
                wait(office.transact(&create, |tx| async move { tx.create(id, signed.clone()).await })).unwrap();
            }
            expected.sort_unstable();
            let due = || wait(office.view(|view| async move { due_agenda(&view, days).await })).unwrap();
            let dates =
                |due: Vec<(Id<Contract>, AgendaEntry)>| due.into_iter().map(|(_, date)| date).collect::<Vec<_>>();
            assert_eq!(dates(due()), expected, "of all contracts, in the order of days");
            assert_eq!(expected.len(), 6);

            let mut left = due();
            while !left.is_empty() {
                // Always one from the middle; by two commands, of which the second finds it done.
                let (id, told) = &left.remove(left.len() / 2);
                for times in [1, 2] {
                    let acknowledge = command(format!("{}-{}-{times}", told.on, told.contract));
                    let decided = wait(office.transact(&acknowledge, |tx| async move {
                        let decision = tx.load(*id).await?.acknowledge(told.on, told.what.clone(), by).unwrap();
                        let is_new = decision != Decision::AlreadyRecorded;
                        tx.decide(*id, decision).await?;
                        Ok::<_, StoreError>(is_new)
                    }));
                    assert_eq!(decided.unwrap(), times == 1);
                }
                assert_eq!(due(), left, "nothing but that is told no more");
            }
            let id = Id::<Contract>::natural("contract", "C-1");
            let kept = wait(office.view(|view| async move { view.load(id).await })).unwrap();
            let wrong = kept.acknowledge(date("2026-10-01"), ContractDate::PricesChange, by);
            assert_eq!(wrong, Err(AcknowledgeError { on: date("2026-10-01") }));
            let text = serde_json::to_string(&kept).unwrap();
            assert_eq!(serde_json::from_str::<Contract>(&text).unwrap(), kept);
            let history = wait(office.view(|view| async move { view.history(id, 1, 1).await })).unwrap();
            let fact = history[0].fact::<Contract>().unwrap().unwrap();
            facts.push(fact);
        }
        assert_eq!(facts[0], facts[1]);
        assert_json_snapshot!(facts[0], @r#"
        {
          "acknowledged": {
            "on": "2026-11-30",
            "what": {
              "notice_deadline": {
                "last": "2027-02-28"
              }
            },
            "by": "86f4d0bf-aa08-584b-a8e4-61e4881cb11b"
          }
        }
        "#);
    }
}
