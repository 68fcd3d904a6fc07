//! Bills through the public API: the laws of matching, and duplicates on a store.
#![expect(clippy::arithmetic_side_effects, clippy::unwrap_used, reason = "tests may overflow and panic")]

use chrono::{DateTime, Datelike, NaiveDate};
use office_core::{
    Actor, Command, Currency, Decimal, Decision, Entity, Id, MemoryStore, Money, Office, Percent, Quantity, Role,
};
use office_core::{Rounding, StoreError, UnitCode, UnitPrice, wait};
use office_finance::{
    Account, AccountCode, AccountKind, Bill, BillError, BillFinding, BillLine, BillTax, BillTaxCode, BilledLine, Chart,
    CodedLine, CodingBasis, CodingPart, CodingSplit, CorrectInvoiceError, DuplicateScore, DuplicateTraits, EntryId,
    InvoiceFact, MatchBasis, NotCodedError, OrderedLine, ReceiveInvoiceError, ReverseCharge, Tolerance, Tolerances,
    Variance, VendorInvoice, VendorInvoiceId, Verdict, correct_invoice, duplicate_keys, match_line, match_line_by,
    receive_invoice,
};
use proptest::prelude::*;

type Failure = Box<dyn std::error::Error>;

fn pieces(number: i32) -> Quantity {
    Quantity::whole(number, UnitCode::EACH)
}

fn price(tenths_of_a_cent: i64) -> Result<UnitPrice, Failure> {
    Ok(UnitPrice::per_unit(Decimal::new(tenths_of_a_cent, 3), Currency::EUR, UnitCode::EACH)?)
}

fn cents(minor: i64) -> Money {
    Money::from_minor(minor, Currency::EUR)
}

fn tolerance(percent: i32, minor: i64, quantity_percent: i32, amount: i64) -> Tolerance {
    Tolerance {
        price_percent: Percent::whole(percent),
        price_amount: cents(minor),
        quantity_percent: Percent::whole(quantity_percent),
        quantity_amount: Decimal::from(amount),
    }
}

fn tolerances(percent: i32, minor: i64, quantity_percent: i32, amount: i64) -> Tolerances {
    Tolerances { over: tolerance(percent, minor, quantity_percent, amount), under: None }
}

prop_compose! {
    fn lines()(
        ordered in 0..50_i32, received in 0..50_i32, before in 0..20_i32, billed in 0..50_i32,
        order_price in 1..20_000_i64, more in -500..2_000_i64, stray in prop_oneof![9 => Just(0_i64), 1 => -5..5_i64],
    ) -> (BilledLine, OrderedLine) {
        let quantity = pieces(billed);
        let billed_price = price((order_price + more).max(0)).unwrap();
        let net = billed_price.extend(&quantity, Rounding::HalfUp).unwrap().checked_add(cents(stray)).unwrap();
        let order = OrderedLine {
            ordered: pieces(ordered),
            price: price(order_price).unwrap(),
            received: pieces(received),
            billed_before: pieces(before),
        };
        (BilledLine { quantity, price: billed_price, net }, order)
    }
}

proptest! {
    /// Law 1 of matching.
    #[test]
    fn the_difference_is_explained_to_the_cent((bill, order) in lines()) {
        let found = match_line(&bill, &order, &tolerances(0, 0, 0, 0), Rounding::HalfUp).unwrap();
        let effects = [found.quantity_effect, found.price_effect, found.arithmetic_effect];
        prop_assert_eq!(Money::sum(effects, Currency::EUR).unwrap(), found.difference().unwrap());
        prop_assert_eq!(found.expected.checked_add(found.difference().unwrap()).unwrap(), bill.net);
    }

    /// Law 2 of matching.
    #[test]
    fn what_arrived_at_the_price_of_the_order_is_matched(
        before in 0..20_i32, billed in 1..50_i32, later in 0..9_i32, order_price in 1..20_000_i64,
    ) {
        let price = price(order_price).unwrap();
        let quantity = pieces(billed);
        let net = price.extend(&quantity, Rounding::HalfUp).unwrap();
        let received = pieces(before + billed);
        let order = OrderedLine { ordered: pieces(before + billed + later), price, received, billed_before: pieces(before) };
        let found = match_line(&BilledLine { quantity, price, net }, &order, &tolerances(0, 0, 0, 0), Rounding::HalfUp);
        let found = found.unwrap();
        prop_assert_eq!(found.verdict(), Verdict::Matched);
        prop_assert!(found.difference().unwrap().is_zero());
    }

    /// Law 3 of matching, whatever the basis and in either direction.
    #[test]
    fn a_wider_tolerance_never_holds_more(
        (bill, order) in lines(), narrow in (0..10_i32, 0..500_i64, 0..30_i32, 0..3_i64),
        wider in (0..10_i32, 0..500_i64, 0..30_i32, 0..3_i64), under in prop::option::of((0..30_i32, 0..9_i64)),
        more_under in prop::option::of((0..30_i32, 0..9_i64)), basis in prop::sample::select(vec![MatchBasis::Received, MatchBasis::Ordered]),
    ) {
        let verdict = |over, under| {
            match_line_by(basis, &bill, &order, &Tolerances { over, under }, Rounding::HalfUp).unwrap().verdict()
        };
        let with = tolerance(narrow.0, narrow.1, narrow.2, narrow.3);
        let wide = tolerance(narrow.0 + wider.0, narrow.1 + wider.1, narrow.2 + wider.2, narrow.3 + wider.3);
        let below = |(percent, amount): (i32, i64)| tolerance(percent, amount * 100, percent, amount);
        let narrow_under = under.map(below);
        // Not to mind at all is the widest.
        let wide_under = under.zip(more_under).map(|(under, more)| below((under.0 + more.0, under.1 + more.1)));
        prop_assert!(verdict(wide, wide_under) <= verdict(with, narrow_under));
    }

    /// Law 4 of matching: what is told of a line is what is off, in its direction, and no more.
    #[test]
    fn what_is_off_is_told_in_its_direction(
        (bill, order) in lines(), basis in prop::sample::select(vec![MatchBasis::Received, MatchBasis::Ordered]),
    ) {
        let nothing = Tolerances { over: tolerance(0, 0, 0, 0), under: Some(tolerance(0, 0, 0, 0)) };
        let found = match_line_by(basis, &bill, &order, &nothing, Rounding::HalfUp).unwrap();
        let due = if basis == MatchBasis::Received { order.received } else { order.ordered };
        let payable = due.checked_sub(order.billed_before).unwrap();
        let over = bill.quantity.checked_sub(payable).unwrap();
        let is = |test: fn(&Variance) -> bool| found.variances.iter().any(test);
        let received = basis == MatchBasis::Received;
        prop_assert_eq!(is(|of| matches!(of, Variance::NotReceived { .. })), over.is_positive() && received);
        prop_assert_eq!(is(|of| matches!(of, Variance::Less { .. })), over.is_negative());
        let all = order.billed_before.checked_add(bill.quantity).unwrap().checked_sub(order.ordered).unwrap();
        prop_assert_eq!(is(|of| matches!(of, Variance::NotOrdered { .. })), all.is_positive());
        let effect = found.price_effect;
        prop_assert_eq!(is(|of| matches!(of, Variance::Price { .. })), effect.is_positive());
        prop_assert_eq!(is(|of| matches!(of, Variance::Cheaper { .. })), effect.is_negative());
        prop_assert_eq!(found.verdict() == Verdict::Matched, found.variances.is_empty());
    }

    /// Law 16: a credit note of all of a bill is its opposite in every figure, and parts never exceed the bill.
    #[test]
    fn what_is_credited_never_exceeds_the_bill(
        lines in prop::collection::vec((1..40_i32, 1..20_000_i64, prop_oneof![Just(7), Just(19)]), 1..4),
        parts in prop::collection::vec((1..30_i32, 1..20_000_i64, prop_oneof![Just(7), Just(19)]), 0..6),
    ) {
        let billed = bill(&lines).unwrap();
        let whole = billed.credited("GS-1", billed.on);
        prop_assert_eq!(whole.check(Rounding::HalfUp).unwrap(), vec![]);
        let opposite = |note: &Bill| {
            let figures = |bill: &Bill| {
                let lines = bill.lines.iter().flat_map(|line| [line.billed.net.minor(), line.billed.quantity.amount().mantissa()]);
                lines.chain(bill.taxes.iter().map(|tax| tax.tax.minor())).chain([bill.gross.minor()]).collect::<Vec<_>>()
            };
            figures(note).into_iter().zip(figures(&billed)).all(|(note, bill)| note == -bill)
        };
        prop_assert!(opposite(&whole));
        prop_assert_eq!(whole.credited(billed.number.clone(), billed.on), Bill { due: billed.on, ..billed.clone() });

        let entry = EntryId::natural("entry", "1");
        let mut invoice = VendorInvoice::open(&InvoiceFact::Received { bill: billed.clone() }).unwrap();
        invoice.apply(&InvoiceFact::Posted { entry, items: invoice.owed(None, Rounding::HalfUp).unwrap() });
        let mut notes: Vec<Bill> = Vec::new();
        let mut noted = |invoice: &mut VendorInvoice, note: Bill| {
            let id = VendorInvoiceId::natural("note", &notes.len().to_string());
            let decision = invoice.credit(id, &note, &notes);
            if let Ok(Decision::Record(fact)) = &decision {
                invoice.apply(fact);
                notes.push(note);
            }
            decision
        };
        for part in parts {
            let note = bill(&[part]).unwrap().credited("GS-2", billed.on);
            let refused = noted(&mut invoice, note).is_err();
            let all = Money::sum(invoice.credits().values().copied(), Currency::EUR).unwrap();
            prop_assert!(all.abs().minor() <= billed.gross.minor());
            prop_assert!(refused || all.is_negative());
        }
        let credited = !invoice.credits().is_empty();
        let rest = noted(&mut invoice, whole);
        prop_assert_eq!(rest.is_err(), credited, "all of it, once");
    }

    /// Law 42: what a bill is coded to, and its tax, are the bill: the parts of a line are the line, and what is not got
    /// back of the tax is with them.
    #[test]
    fn what_a_bill_is_coded_to_is_the_bill(
        lines in prop::collection::vec((-3..40_i32, 1..20_000_i64, prop_oneof![Just(7), Just(19)], 1..100_i32), 1..6),
        back in 0..101_i32,
    ) {
        let parts: Vec<_> = lines.iter().filter(|(count, ..)| *count != 0).collect();
        prop_assume!(!parts.is_empty());
        let told: Vec<_> = parts.iter().map(|(count, price, rate, _)| (*count, *price, *rate)).collect();
        let billed = bill(&told).unwrap();
        let account = |code: &str| code.parse::<AccountCode>().unwrap();
        let chart = Chart::new([Account::new(account("6310"), "Rent", AccountKind::Expense)]).unwrap();
        let codes = [7, 19].map(|rate| {
            let code = BillTaxCode { rate: Percent::whole(rate), recoverable: Percent::whole(back), account: None, reverse_charge: None };
            (rate.to_string(), code)
        });
        let codes = std::collections::BTreeMap::from(codes);
        let part = |share, tax: Option<String>| CodingPart {
            account: account("6310"), cost_centre: None, project: None, tax, share: Percent::whole(share),
        };
        let coded = parts.iter().enumerate().map(|(at, (_, _, rate, share))| {
            let split = CodingSplit::new(vec![part(*share, Some(rate.to_string())), part(100 - *share, None)]).unwrap();
            (at, CodedLine { split, by: CodingBasis::Rule { rule: "rent".to_owned() } })
        });
        let mut invoice = VendorInvoice::open(&InvoiceFact::Received { bill: billed.clone() }).unwrap();
        prop_assert_eq!(invoice.every_line_coded(), Err(NotCodedError { line: 0 }));
        let Decision::Record(fact) = invoice.code(coded.collect(), &chart, &codes).unwrap() else { panic!("coded") };
        invoice.apply(&fact);
        prop_assert_eq!(invoice.every_line_coded(), Ok(()));
        let postings = invoice.coded_postings(&codes).unwrap();
        let costs = postings.costs.iter().map(|posting| posting.amount);
        let all = costs.chain(postings.input_tax.iter().map(|(_, _, tax)| *tax));
        prop_assert_eq!(Money::sum(all, Currency::EUR).unwrap(), billed.gross);
        let got_back = Money::sum(postings.input_tax.iter().map(|(_, _, tax)| *tax), Currency::EUR).unwrap();
        let tax = Money::sum(billed.taxes.iter().map(|tax| tax.tax), Currency::EUR).unwrap();
        prop_assert!(back < 100 || got_back == tax);
    }

    /// Law 42, of tax that is owed in the place of the vendor: it is input tax and what is not got back of it, so that an
    /// entry balances; where all is got back, the tax accounts come to nothing and what it costs is what is billed.
    #[test]
    fn tax_in_the_place_of_the_vendor_is_owed_and_got_back(
        lines in prop::collection::vec((-3..40_i32, 1..20_000_i64, 1..100_i32), 1..6), back in prop_oneof![Just(100), 0..101_i32],
    ) {
        let parts: Vec<_> = lines.iter().filter(|(count, ..)| *count != 0).collect();
        prop_assume!(!parts.is_empty());
        let told: Vec<_> = parts.iter().map(|(count, price, _)| (*count, *price, 0)).collect();
        let billed = bill(&told).unwrap();
        let account = |code: &str| code.parse::<AccountCode>().unwrap();
        let chart = Chart::new([Account::new(account("6837"), "Licences", AccountKind::Expense)]).unwrap();
        let reverse_charge = Some(ReverseCharge { rate: Percent::whole(19), account: account("3837") });
        let code = BillTaxCode { rate: Percent::ZERO, recoverable: Percent::whole(back), account: Some(account("1407")), reverse_charge };
        let codes = std::collections::BTreeMap::from([("abroad".to_owned(), code)]);
        let part = |share, tax: Option<String>| CodingPart {
            account: account("6837"), cost_centre: None, project: None, tax, share: Percent::whole(share),
        };
        let coded = parts.iter().enumerate().map(|(at, (_, _, share))| {
            let split = CodingSplit::new(vec![part(*share, Some("abroad".to_owned())), part(100 - *share, None)]).unwrap();
            (at, CodedLine { split, by: CodingBasis::Rule { rule: "abroad".to_owned() } })
        });
        let mut invoice = VendorInvoice::open(&InvoiceFact::Received { bill: billed.clone() }).unwrap();
        let Decision::Record(fact) = invoice.code(coded.collect(), &chart, &codes).unwrap() else { panic!("coded") };
        invoice.apply(&fact);
        let postings = invoice.coded_postings(&codes).unwrap();
        let sum = |amounts: &mut dyn Iterator<Item = Money>| Money::sum(amounts, Currency::EUR).unwrap().minor();
        let costs = sum(&mut postings.costs.iter().map(|posting| posting.amount));
        let input = sum(&mut postings.input_tax.iter().map(|(_, _, tax)| *tax));
        let output = sum(&mut postings.output_tax.values().copied());
        prop_assert_eq!(costs + input, billed.gross.minor() + output);
        // What goes by the code, as the parts of the lines are, taxed once.
        let taxed = invoice.coding().iter().flat_map(|(at, line)| line.split.parts_of(billed.lines[*at].billed.net).unwrap().into_iter().take(1));
        let taxed = Money::sum(taxed, Currency::EUR).unwrap();
        prop_assert_eq!(output, taxed.share(Percent::whole(19), Rounding::HalfUp).unwrap().minor());
        if back == 100 {
            prop_assert_eq!((costs, input), (billed.gross.minor(), output));
        }
    }

    /// A bill that is made by the rules adds up, and every change to an amount is found and told exactly.
    #[test]
    fn what_is_wrong_in_a_bill_is_told_exactly(
        lines in prop::collection::vec((1..40_i32, 1..20_000_i64, prop_oneof![Just(7), Just(19)]), 1..6), off in -300..300_i64,
    ) {
        let mut bill = bill(&lines).unwrap();
        prop_assert_eq!(bill.check(Rounding::HalfUp).unwrap(), vec![]);
        bill.gross = bill.gross.checked_add(cents(off)).unwrap();
        let expected = match off {
            0 => vec![],
            off => vec![BillFinding::Gross { stated: bill.gross, difference: cents(off) }],
        };
        prop_assert_eq!(bill.check(Rounding::HalfUp).unwrap(), expected);
    }
}

fn bill(lines: &[(i32, i64, i32)]) -> Result<Bill, Failure> {
    let on = NaiveDate::from_ymd_opt(2026, 10, 14).ok_or("a day")?;
    let mut billed = Vec::new();
    for (quantity, tenths, rate) in lines {
        let (quantity, price) = (pieces(*quantity), price(*tenths)?);
        let net = price.extend(&quantity, Rounding::HalfUp)?;
        let tax_rate = Percent::whole(*rate);
        let description = "goods".to_owned();
        let billed_line = BilledLine { quantity, price, net };
        billed.push(BillLine { description, item: None, order: None, billed: billed_line, tax_rate });
    }
    let mut taxes = Vec::new();
    let mut gross = Money::sum(billed.iter().map(|line| line.billed.net), Currency::EUR)?;
    for rate in [Percent::whole(7), Percent::whole(19)] {
        let nets = billed.iter().filter(|line| line.tax_rate == rate).map(|line| line.billed.net);
        let tax = Money::sum(nets, Currency::EUR)?.share(rate, Rounding::HalfUp)?;
        gross = gross.checked_add(tax)?;
        taxes.push(BillTax { rate, tax });
    }
    let number = "ET-2026-311".to_owned();
    Ok(Bill { vendor: Id::natural("party", "V-06"), number, on, due: on, lines: billed, taxes, gross })
}

fn receive(office: &Office, key: &str, id: VendorInvoiceId, bill: &Bill) -> Result<(), ReceiveInvoiceError> {
    let clerk = Actor::new(Id::natural("person", "E-003"), Role::new("assistant"));
    let at = DateTime::from_timestamp(1_791_000_000, 0).unwrap_or_default();
    let command = Command::new(key, "receive_invoice", clerk, at);
    let command = command.map_err(|error| StoreError::rejected(error.to_string()))?;
    wait(office.transact(&command, |tx| {
        let bill = bill.clone();
        async move { receive_invoice(&tx, id, bill).await }
    }))
}

#[test]
fn a_bill_is_taken_in_once() {
    let office = Office::on(MemoryStore::new());
    let id = |name| VendorInvoiceId::natural("invoice", name);
    let first = bill(&[(2, 249_000, 19)]).unwrap();
    receive(&office, "1", id("a"), &first).unwrap();
    receive(&office, "2", id("a"), &first).unwrap();

    let other = bill(&[(1, 249_000, 19)]).unwrap();
    assert!(matches!(receive(&office, "3", id("a"), &other), Err(ReceiveInvoiceError::IdReused { .. })));
    let nameless = Bill { number: "--".to_owned(), ..first.clone() };
    let refused = receive(&office, "4", id("b"), &nameless);
    assert!(matches!(refused, Err(ReceiveInvoiceError::Bill(BillError::Number { .. }))));
    // Written differently, and with another amount: still the vendor's same number.
    let again = Bill { number: "et 2026/311".to_owned(), ..other.clone() };
    let refused = receive(&office, "5", id("b"), &again);
    assert!(matches!(refused, Err(ReceiveInvoiceError::Duplicate { first, .. }) if first == id("a")));
    let elsewhere = Bill { vendor: Id::natural("party", "V-01"), ..other.clone() };
    receive(&office, "6", id("c"), &elsewhere).unwrap();
    // Next year the vendor begins anew.
    let next_year = first.on.with_year(2027).unwrap();
    receive(&office, "7", id("d"), &Bill { on: next_year, due: next_year, ..other.clone() }).unwrap();

    // Put right to be of the first vendor, it is refused as it would have been at first.
    let correct = |key: &str, bill: &Bill| {
        let clerk = Actor::new(Id::natural("person", "E-003"), Role::new("assistant"));
        let command = Command::new(key, "correct", clerk, DateTime::from_timestamp(1_791_000_000, 0).unwrap()).unwrap();
        wait(office.transact(&command, |tx| {
            let bill = bill.clone();
            async move { correct_invoice(&tx, id("c"), bill).await }
        }))
    };
    let refused = correct("8", &other);
    assert!(matches!(refused, Err(CorrectInvoiceError::Duplicate { first, .. }) if first == id("a")));
    correct("9", &Bill { number: "ET-2026-312".to_owned(), ..other }).unwrap();
}

#[test]
fn a_number_is_free_again_when_its_bill_went_back() {
    let office = Office::on(MemoryStore::new());
    let id = |name| VendorInvoiceId::natural("invoice", name);
    let first = bill(&[(2, 249_000, 19)]).unwrap();
    receive(&office, "1", id("a"), &first).unwrap();
    let clerk = Actor::new(Id::natural("person", "E-003"), Role::new("assistant"));
    let command = Command::new("back", "reject", clerk, DateTime::from_timestamp(1_791_000_000, 0).unwrap()).unwrap();
    wait(office.transact(&command, |tx| async move {
        let back = InvoiceFact::Rejected { reason: "wrong price".to_owned() };
        tx.record::<VendorInvoice>(id("a"), back).await
    }))
    .unwrap();
    receive(&office, "2", id("b"), &bill(&[(2, 239_000, 19)]).unwrap()).unwrap();
}

prop_compose! {
    /// Few vendors, days and amounts, and numbers of few characters, so that much is alike.
    fn traits()(
        vendor in 0..2_u32, number in "[0OI1rR8/-]{1,6}", month in 1..3_u32, year in 2026..2028_i32, day in 1..12_u32,
        minor in 100..103_i64,
    ) -> DuplicateTraits {
        let on = NaiveDate::from_ymd_opt(year, month, day).unwrap();
        DuplicateTraits { vendor: Id::natural("party", &vendor.to_string()), number, on, gross: cents(minor) }
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 2_000, ..ProptestConfig::default() })]

    /// Laws 1 to 4 of duplicates.
    #[test]
    fn a_bill_is_most_alike_to_itself(left in traits(), right in traits(), third in traits()) {
        let score = |left: &DuplicateTraits, right: &DuplicateTraits| DuplicateScore::between(left, right).points();
        let points = score(&left, &right);
        prop_assert_eq!(points, score(&right, &left));
        prop_assert_eq!(score(&left, &left), DuplicateScore::MOST);
        prop_assert!(points <= DuplicateScore::MOST);
        // Two that agree in something and then do no more are not more alike.
        let same_vendor = DuplicateTraits { vendor: left.vendor, ..right.clone() };
        let same_number = DuplicateTraits { number: left.number.clone(), ..right.clone() };
        let same_amount = DuplicateTraits { gross: left.gross, ..right.clone() };
        for (same, changed) in [
            (&same_vendor, DuplicateTraits { vendor: third.vendor, ..same_vendor.clone() }),
            (&same_number, DuplicateTraits { number: third.number.clone(), ..same_number.clone() }),
            (&same_amount, DuplicateTraits { gross: third.gross, ..same_amount.clone() }),
        ] {
            prop_assert!(score(&left, &changed) <= score(&left, same), "{changed:?}");
        }
        if points >= DuplicateScore::FOUND_FROM {
            prop_assert!(!duplicate_keys(&left).is_disjoint(&duplicate_keys(&right)), "{points} points, not found");
        }
    }
}

/// What people and machines write differently, and what vendors count anew.
#[test]
fn near_duplicates_are_scored_as_expected() {
    let first = DuplicateTraits {
        vendor: Id::natural("party", "V-03"),
        number: "RE-2026-0118".to_owned(),
        on: "2026-01-08".parse().unwrap(),
        gross: cents(13_80),
    };
    let numbered = |number: &str| DuplicateTraits { number: number.to_owned(), ..first.clone() };
    let rows = [
        (numbered("re 2026/118"), 100),
        (numbered("RE-2O26-O118"), 95),
        (numbered("RE-2026-0I18"), 95),
        (numbered("2026-0118"), 85),
        (numbered("RE-2026-0119"), 65),
        (DuplicateTraits { on: "2026-01-15".parse().unwrap(), ..first.clone() }, 95),
        (DuplicateTraits { on: "2026-03-01".parse().unwrap(), ..first.clone() }, 90),
        // Two days later, and in another year.
        (DuplicateTraits { on: "2025-12-31".parse().unwrap(), ..first.clone() }, 60),
        (DuplicateTraits { gross: cents(14_80), ..first.clone() }, 75),
        (DuplicateTraits { gross: Money::from_minor(13_80, Currency::USD), ..first.clone() }, 75),
        (DuplicateTraits { vendor: Id::natural("party", "V-04"), ..first.clone() }, 70),
        (DuplicateTraits { on: "2026-02-08".parse().unwrap(), ..numbered("RE-2026-0131") }, 55),
    ];
    for (other, points) in &rows {
        let score = DuplicateScore::between(&first, other);
        assert_eq!(score.points(), *points, "{} {}: {score}", other.number, other.on);
    }
    println!("near duplicates: {} of {} scored as expected", rows.len(), rows.len());
}

/// What is said of lines without an order, in its stored form.
#[test]
fn what_is_coded_is_stored_like_this() -> Result<(), Failure> {
    let (centre, by) = (Id::natural("cost_centre", "CC-200"), Id::natural("person", "E-004"));
    let budget = office_finance::BudgetId::natural("budget_line", "1");
    let split = CodingSplit::borne_by("6310".parse()?, centre);
    let coded = |by| InvoiceFact::Coded([(0, CodedLine { split: split.clone(), by })].into());
    let facts = [
        coded(CodingBasis::Rule { rule: "rent".to_owned() }),
        coded(CodingBasis::Person { by }),
        InvoiceFact::Uncoded { line: 0 },
        InvoiceFact::SetAside { budgets: [(budget, cents(1_000))].into() },
    ];
    let part = serde_json::json!([{ "account": "6310", "cost_centre": centre, "share": "100 %" }]);
    let wanted = serde_json::json!([
        { "coded": { "0": { "split": part, "by": { "rule": { "rule": "rent" } } } } },
        { "coded": { "0": { "split": part, "by": { "person": { "by": by } } } } },
        { "uncoded": { "line": 0 } },
        { "set_aside": { "budgets": { (budget.to_string()): "10.00 EUR" } } },
    ]);
    assert_eq!(serde_json::to_value(&facts)?, wanted);
    assert_eq!(serde_json::from_value::<Vec<InvoiceFact>>(wanted)?, facts);
    Ok(())
}
