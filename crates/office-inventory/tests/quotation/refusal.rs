//! What is refused, in the order in which it is looked at.

use chrono::{DateTime, Utc};
use office_core::{Decision, Entity};
use office_inventory::{
    AnswerQuotationError, AskQuotationsError, AskingOverError, AwardQuotationsError, AwardReason,
    CancelQuotationsError, CloseQuotationsError, CompareQuotationsError, Comparison, ComparisonError, ComparisonRules,
    DeclineQuotationError, InviteVendorError, NewQuotationRequest, Quotation, QuotationAnswer, QuotationError,
    QuotationLine, QuotationPolicy, QuotationRequest, SealedError, Sealing, TakeOverPricesError, TooFewQuotations,
    VendorId, WhyLost, WithdrawInvitationError,
};

use crate::desk::{
    answered, ask, award, boxes, clerk, day, decide, line, new, noon, quotation, rules, two_answers, vendor,
};

fn asked() -> QuotationRequest {
    ask(new(Sealing::Sealed))
}

fn paper() -> Quotation {
    quotation("A-1", 5_00, [(1, line(20_00))])
}

fn with(mut request: QuotationRequest, decision: Decision<office_inventory::QuotationRequestFact>) -> QuotationRequest {
    request.apply(&decision.fact().unwrap());
    request
}

fn cancelled() -> QuotationRequest {
    let request = two_answers(Sealing::Sealed);
    let decision = request.cancel("the money is gone", noon(6)).unwrap();
    with(request, decision)
}

fn closed() -> QuotationRequest {
    let request = two_answers(Sealing::Sealed);
    let decision = request.close(noon(6)).unwrap();
    with(request, decision)
}

fn awarded() -> QuotationRequest {
    let request = closed();
    let decision = decide(&request, &award(&[(1, 1, 10), (2, 1, 4)], None), &rules()).unwrap();
    with(request, decision)
}

/// Each request after which no more answers are taken, an instant, and why.
fn over() -> [(QuotationRequest, DateTime<Utc>, AskingOverError); 4] {
    [
        (closed(), noon(7), AskingOverError::Closed { at: noon(6) }),
        (cancelled(), noon(7), AskingOverError::Cancelled { at: noon(6) }),
        (awarded(), noon(13), AskingOverError::Awarded { at: noon(12) }),
        (asked(), noon(10), AskingOverError::Deadline { deadline: noon(10) }),
    ]
}

#[test]
fn asking_is_refused_in_this_order() {
    let empty = QuotationLine { quantity: boxes(0), ..crate::desk::asked("PEN", 1) };
    let none = NewQuotationRequest { lines: Vec::new(), ..new(Sealing::Open) };
    let nothing = NewQuotationRequest { lines: vec![crate::desk::asked("PEN", 1), empty], ..new(Sealing::Open) };
    let nobody = NewQuotationRequest { vendors: Vec::new(), ..new(Sealing::Open) };
    let all = NewQuotationRequest { vendors: (0..51).map(vendor).collect(), ..new(Sealing::Open) };
    let twice = NewQuotationRequest { vendors: vec![vendor(1), vendor(1)], ..new(Sealing::Open) };
    for (new, wanted) in [
        (none, AskQuotationsError::Lines { lines: 0 }),
        (nothing, AskQuotationsError::Quantity { line: 2, quantity: boxes(0) }),
        (nobody, AskQuotationsError::Vendors { vendors: 0 }),
        (all, AskQuotationsError::Vendors { vendors: 51 }),
        (twice, AskQuotationsError::Twice { vendor: vendor(1) }),
        (new(Sealing::Open), AskQuotationsError::Deadline { deadline: noon(10), at: noon(10) }),
    ] {
        assert_eq!(QuotationRequest::ask(new, noon(10)), Err(wanted));
    }
}

#[test]
fn inviting_and_leaving_out_are_refused_in_this_order() {
    assert_eq!(asked().invite(vendor(1), noon(20)), Ok(Decision::AlreadyRecorded));
    for (request, at, why) in over() {
        assert_eq!(request.invite(vendor(3), at), Err(InviteVendorError::Over(why)));
        assert_eq!(request.withdraw_invitation(vendor(3), "", at), Err(WithdrawInvitationError::Over(why)));
    }
    let none = asked().withdraw_invitation(vendor(3), "", noon(2));
    assert_eq!(none, Err(WithdrawInvitationError::NotInvited { vendor: vendor(3) }));
    assert_eq!(asked().withdraw_invitation(vendor(1), " ", noon(2)), Err(WithdrawInvitationError::NoReason));

    let less = with(asked(), asked().withdraw_invitation(vendor(1), "out of business", noon(2)).unwrap());
    assert_eq!(less.withdraw_invitation(vendor(1), "", noon(20)), Ok(Decision::AlreadyRecorded));
    assert_eq!(less.invite(vendor(1), noon(3)), Err(InviteVendorError::Withdrawn { at: noon(2) }));
    assert_eq!(less.answer(vendor(1), paper(), noon(3)), Err(AnswerQuotationError::Withdrawn { at: noon(2) }));
    assert_eq!(less.decline(vendor(1), noon(3)), Err(DeclineQuotationError::Withdrawn { at: noon(2) }));

    let full = ask(NewQuotationRequest { vendors: (0..50).map(vendor).collect(), ..new(Sealing::Open) });
    assert_eq!(full.invite(vendor(50), noon(2)), Err(InviteVendorError::TooMany));
}

#[test]
fn answers_are_refused_in_this_order() {
    // A paper that is known tells nothing as long as it is sealed, and that it is the same afterwards.
    let request = answered(asked(), 1, paper());
    let reused = Err(AnswerQuotationError::PaperReused { paper: "A-1".parse().unwrap() });
    assert_eq!(request.answer(vendor(1), paper(), noon(6)), reused);
    assert_eq!(request.answer(vendor(1), paper(), noon(10)), Ok(Decision::AlreadyRecorded));
    assert_eq!(request.answer(vendor(1), quotation("A-1", 4_00, [(1, line(20_00))]), noon(10)), reused);
    let open = answered(ask(new(Sealing::Open)), 1, paper());
    assert_eq!(open.answer(vendor(1), paper(), noon(6)), Ok(Decision::AlreadyRecorded));

    let late = quotation("A-2", 0, []);
    for (request, at, why) in over() {
        assert_eq!(request.answer(vendor(3), late.clone(), at), Err(AnswerQuotationError::Over(why)));
        assert_eq!(request.decline(vendor(3), at), Err(DeclineQuotationError::Over(why)));
    }
    let stranger = Err(AnswerQuotationError::NotInvited { vendor: vendor(3) });
    assert_eq!(request.answer(vendor(3), late.clone(), noon(6)), stranger);
    assert_eq!(request.decline(vendor(3), noon(6)), Err(DeclineQuotationError::NotInvited { vendor: vendor(3) }));
    let mut often = asked();
    for number in 0..20 {
        often = answered(often, 1, quotation(&format!("A-{number}"), 0, [(1, line(20_00))]));
    }
    assert_eq!(often.answer(vendor(1), quotation("A-20", 0, []), noon(6)), Err(AnswerQuotationError::TooMany));
    assert_eq!(often.decline(vendor(1), noon(6)), Err(DeclineQuotationError::TooMany));
    let empty = Err(AnswerQuotationError::Quotation(QuotationError::Empty));
    assert_eq!(request.answer(vendor(1), late, noon(6)), empty);
}

#[test]
fn an_answer_makes_sense_or_is_refused_in_this_order() {
    let lines = new(Sealing::Open).lines;
    let of = |change: &dyn Fn(&mut office_inventory::QuotedLine)| {
        let mut quoted = line(20_00);
        change(&mut quoted);
        quotation("A-1", 0, [(1, quoted)]).check(&lines)
    };
    assert_eq!(of(&|_| {}), Ok(()));
    let delivery = "-1.00 EUR".parse().unwrap();
    let negative = Quotation { delivery, lines: [].into(), ..paper() };
    assert_eq!(negative.check(&lines), Err(QuotationError::Delivery { delivery }));
    assert_eq!(quotation("A-1", 0, []).check(&lines), Err(QuotationError::Empty));
    for line_number in [0, 3] {
        let other = quotation("A-1", 0, [(line_number, line(1))]).check(&lines);
        assert_eq!(other, Err(QuotationError::UnknownLine { line: line_number }));
    }
    assert_eq!(of(&|quoted| quoted.prices.clear()), Err(QuotationError::Prices { line: 1, prices: 0 }));
    let many = of(&|quoted| quoted.prices = quoted.prices.repeat(21));
    assert_eq!(many, Err(QuotationError::Prices { line: 1, prices: 21 }));
    let unit = Err(QuotationError::Unit { line: 1, unit: "box".parse().unwrap() });
    assert_eq!(of(&|quoted| quoted.prices[0].from = "1 each".parse().unwrap()), unit);
    assert_eq!(of(&|quoted| quoted.prices[0].price = "1 EUR / 1 each".parse().unwrap()), unit);
    assert_eq!(of(&|quoted| quoted.multiple = Some("2 each".parse().unwrap())), unit);
    for price in ["-1 EUR / 1 box", "1 USD / 1 box"].map(|price| price.parse().unwrap()) {
        let wrong = Err(QuotationError::Price { line: 1, price, currency: crate::desk::EUR });
        assert_eq!(of(&|quoted| quoted.prices[0].price = price), wrong);
    }
    assert_eq!(of(&|quoted| quoted.prices = quoted.prices.repeat(2)), Err(QuotationError::Order { line: 1 }));
    assert_eq!(of(&|quoted| quoted.prices[0].from = boxes(0)), Err(QuotationError::Order { line: 1 }));
    let none = Err(QuotationError::Multiple { line: 1, multiple: boxes(0) });
    assert_eq!(of(&|quoted| quoted.multiple = Some(boxes(0))), none);
}

#[test]
fn closing_and_cancelling_are_refused_in_this_order() {
    let request = answered(asked(), 1, paper());
    let missing = CloseQuotationsError::Missing { vendors: vec![vendor(2)], deadline: noon(10) };
    assert_eq!(request.close(noon(6)), Err(missing));
    assert!(request.close(noon(10)).unwrap().fact().is_some());
    let rest = with(request.clone(), request.withdraw_invitation(vendor(2), "not heard of", noon(6)).unwrap());
    assert!(rest.close(noon(6)).unwrap().fact().is_some());
    assert_eq!(cancelled().close(noon(11)), Err(CloseQuotationsError::Cancelled { at: noon(6) }));
    for request in [closed(), awarded()] {
        assert_eq!(request.close(noon(13)), Ok(Decision::AlreadyRecorded));
    }

    assert_eq!(cancelled().cancel("the money is gone", noon(13)), Ok(Decision::AlreadyRecorded));
    assert_eq!(cancelled().cancel("", noon(13)), Err(CancelQuotationsError::OtherReason { at: noon(6) }));
    assert_eq!(awarded().cancel("", noon(13)), Err(CancelQuotationsError::Awarded { at: noon(12) }));
    assert_eq!(closed().cancel("", noon(13)), Err(CancelQuotationsError::NoReason));
    // What is cancelled is not opened before its time.
    assert_eq!(cancelled().answers(noon(9)), Err(SealedError { until: noon(10) }));
    assert!(cancelled().answers(noon(10)).is_ok());
}

#[test]
fn awarding_is_refused_in_this_order() {
    let best = award(&[(1, 1, 10), (2, 1, 4)], None);
    assert_eq!(decide(&awarded(), &best, &rules()), Ok(Decision::AlreadyRecorded));
    let other = award(&[], None);
    assert_eq!(decide(&awarded(), &other, &rules()), Err(AwardQuotationsError::AlreadyAwarded { at: noon(12) }));
    assert_eq!(decide(&cancelled(), &other, &rules()), Err(AwardQuotationsError::Cancelled { at: noon(6) }));
    let open = Err(AwardQuotationsError::StillOpen { deadline: noon(10) });
    assert_eq!(two_answers(Sealing::Open).award(&other, &rules(), clerk(), noon(9)), open);

    let request = closed();
    let refused = |shares: &[(u32, usize, i32)], reason, rules: &ComparisonRules| {
        decide(&request, &award(shares, reason), rules).err()
    };
    let lost = |line, number, why| Some(AwardQuotationsError::Lost { line, vendor: vendor(number), why });
    let (sure, why) = (rules(), Some("closer by"));
    assert_eq!(refused(&[], why, &sure), Some(AwardQuotationsError::Nothing));
    assert_eq!(refused(&[(3, 1, 1)], why, &sure), Some(AwardQuotationsError::UnknownLine { line: 3 }));
    let quantity = AwardQuotationsError::Quantity { line: 1, quantity: boxes(0) };
    assert_eq!(refused(&[(1, 1, 10), (1, 2, 0)], why, &sure), Some(quantity));
    let sum = AwardQuotationsError::Sum { line: 1, wanted: boxes(10) };
    assert_eq!(refused(&[(1, 1, 4), (1, 2, 7)], why, &sure), Some(sum));
    let past = ComparisonRules { on: day(31).succ_opt().unwrap(), ..rules() };
    assert_eq!(refused(&[(1, 1, 10)], why, &past), lost(1, 1, WhyLost::Expired { valid_until: day(31) }));
    assert_eq!(refused(&[(1, 3, 10)], why, &sure), lost(1, 3, WhyLost::Silent));

    // Who takes another than the best, or not all, says why.
    let reason = |ground| Some(AwardQuotationsError::Reason { ground });
    for shares in [&[(1, 2, 10), (2, 2, 4)][..], &[(1, 1, 10)], &[(1, 1, 5), (1, 2, 5), (2, 1, 4)]] {
        assert_eq!(refused(shares, None, &sure), reason(AwardReason::NotBest));
        assert_eq!(refused(shares, Some(" "), &sure), reason(AwardReason::NotBest));
        assert_eq!(refused(shares, why, &sure), None);
    }

    let policy = |least, fewer| {
        let asked = NewQuotationRequest { policy: QuotationPolicy { least, fewer }, ..new(Sealing::Sealed) };
        decide(&answered(ask(asked), 1, paper()), &award(&[(1, 1, 10)], None), &rules())
    };
    let few = Err(AwardQuotationsError::TooFew { quoted: 1, least: 2 });
    assert_eq!(policy(2, TooFewQuotations::Refuse), few);
    let ground = AwardReason::TooFew { quoted: 1, least: 2 };
    assert_eq!(policy(2, TooFewQuotations::WithReason), Err(AwardQuotationsError::Reason { ground }));
    assert!(policy(1, TooFewQuotations::Refuse).is_ok());
}

#[test]
fn who_has_declined_or_is_not_asked_any_more_takes_no_part() {
    let request = two_answers(Sealing::Sealed);
    let request = with(request.clone(), request.decline(vendor(1), noon(6)).unwrap());
    assert_eq!(request.decline(vendor(1), noon(20)), Ok(Decision::AlreadyRecorded));
    assert!(matches!(request.compare(&rules(), noon(9)), Err(CompareQuotationsError::Sealed(_))));
    let found = request.compare(&rules(), noon(10)).unwrap();
    assert_eq!(found.lines[&1].lost, [(vendor(1), WhyLost::Declined)].into());
    // Both versions are kept.
    let versions = request.versions(vendor(1), noon(10)).unwrap();
    assert!(matches!(&versions[..], [(_, QuotationAnswer::Quoted(_)), (_, QuotationAnswer::Declined)]));

    let request = two_answers(Sealing::Sealed);
    let request = with(request.clone(), request.withdraw_invitation(vendor(2), "out of business", noon(6)).unwrap());
    let found = request.compare(&rules(), noon(10)).unwrap();
    assert_eq!(found.lines[&2].lost, [(vendor(2), WhyLost::Withdrawn)].into());
    assert_eq!(request.price_rows(vendor(2)), Err(TakeOverPricesError::NotAwarded { vendor: vendor(2) }));
}

#[test]
fn comparing_is_refused_in_this_order() {
    let (paper, none) = (crate::desk::asked("PAP-A4", 1), QuotationAnswer::Silent);
    let terms = new(Sealing::Open).terms;
    let of = |lines: usize, answers: &[(VendorId, QuotationAnswer<'_>)], rules: &ComparisonRules| {
        Comparison::of(&vec![paper; lines], terms, answers, rules).err()
    };
    let silent: Vec<_> = (0..51).map(|at| (vendor(at), none)).collect();
    assert_eq!(of(201, &silent, &rules()), Some(ComparisonError::Lines { lines: 201 }));
    assert_eq!(of(1, &silent, &rules()), Some(ComparisonError::Vendors { vendors: 51 }));
    let twice = ComparisonError::Twice { vendor: vendor(1) };
    assert_eq!(of(1, &[(vendor(1), none), (vendor(1), none)], &rules()), Some(twice));
    let empty = quotation("A-1", 0, []);
    let source = QuotationError::Empty;
    let wrong = Some(ComparisonError::Quotation { vendor: vendor(1), source });
    let rates = [(crate::desk::EUR, "1.1".parse().unwrap())].into();
    let odd = ComparisonRules { rates, ..rules() };
    assert_eq!(of(1, &[(vendor(1), QuotationAnswer::Quoted(&empty))], &odd), wrong);
    assert!(matches!(of(1, &[], &odd), Some(ComparisonError::Rate { currency: crate::desk::EUR, .. })));
    // Of nothing, nothing is best.
    let nothing = Comparison::of(&[paper], terms, &silent[..2], &rules()).unwrap();
    assert_eq!((nothing.whole, nothing.best.left, nothing.best.total.minor()), (None, [1].into(), 0));
    assert_eq!(nothing.lines[&1].lost, [(vendor(0), WhyLost::Silent), (vendor(1), WhyLost::Silent)].into());
}
