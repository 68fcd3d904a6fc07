//! Invoices to clients through the public API: laws 13 to 16 of the crate as properties, and the cases of reported bugs.
#![cfg_attr(test, expect(clippy::arithmetic_side_effects, reason = "the numbers of these tests are small"))]

#[cfg(test)]
mod laws {
    use std::collections::BTreeMap;

    use chrono::{Days, NaiveDate};
    use office_core::{Currency, Money, Percent, Quantity, Rounding, UnitCode, UnitPrice};
    use office_finance::{
        Adjustment, AdjustmentAmount, AdjustmentKind, CreditError, DocumentAdjustment, InvoiceDocument,
        InvoiceDocumentError, InvoiceDraft, InvoiceKind, InvoiceLine, InvoiceParty, InvoicePrices, InvoiceTotals,
        InvoiceTotalsError, RoundedAt, RoundingPolicy, TaxCategory, TaxClass,
    };
    use proptest::prelude::*;
    use rust_decimal::Decimal;

    const ROUNDINGS: [Rounding; 7] = [
        Rounding::HalfUp,
        Rounding::HalfEven,
        Rounding::HalfDown,
        Rounding::Up,
        Rounding::Down,
        Rounding::Ceiling,
        Rounding::Floor,
    ];
    const AT: [RoundedAt; 3] = [RoundedAt::Line, RoundedAt::Category, RoundedAt::Document];
    const PRICES: [InvoicePrices; 3] =
        [InvoicePrices::WithoutTax, InvoicePrices::WithTaxNetRemains, InvoicePrices::WithTaxTaxRemains];

    fn euro(minor: i64) -> Money {
        Money::from_minor(minor, Currency::EUR)
    }

    fn on() -> NaiveDate {
        NaiveDate::from_ymd_opt(2026, 10, 8).unwrap()
    }

    fn class(which: u8) -> TaxClass {
        match which % 4 {
            0 => TaxClass::standard(Percent::whole(19)).unwrap(),
            1 => TaxClass::standard("5.5 %".parse().unwrap()).unwrap(),
            2 => TaxClass::new(TaxCategory::ZeroRated, Percent::ZERO).unwrap(),
            _ => TaxClass::new(TaxCategory::Exempt, Percent::ZERO).unwrap(),
        }
    }

    fn quantity(thousandths: i64) -> Quantity {
        Quantity::new(Decimal::new(thousandths, 3), UnitCode::EACH).unwrap()
    }

    fn price(ten_thousandths: i64, per: i32) -> UnitPrice {
        let per = Quantity::whole(per, UnitCode::EACH);
        UnitPrice::new(Decimal::new(ten_thousandths, 4), Currency::EUR, per).unwrap()
    }

    fn adjustment() -> impl Strategy<Value = Adjustment> {
        let amount = prop_oneof![
            (0..5_000_i64).prop_map(|minor| AdjustmentAmount::Fixed(euro(minor))),
            (0..30_i32).prop_map(|share| AdjustmentAmount::Share(Percent::whole(share))),
        ];
        (any::<bool>(), amount).prop_map(|(charge, amount)| {
            if charge { Adjustment::charge(amount, "freight") } else { Adjustment::allowance(amount, "rebate") }
        })
    }

    fn line() -> impl Strategy<Value = InvoiceLine> {
        let per = prop_oneof![Just(1), Just(3), Just(100)];
        let adjustments = prop::collection::vec(adjustment(), 0..2);
        (-20_000..50_000_i64, 0..2_000_000_i64, per, adjustments, any::<u8>()).prop_map(
            |(count, amount, per, adjustments, which)| {
                let line = InvoiceLine::new("goods", quantity(count), price(amount, per), class(which));
                InvoiceLine { adjustments, ..line }
            },
        )
    }

    fn policy() -> impl Strategy<Value = RoundingPolicy> {
        let step = prop::option::of(prop_oneof![Just(euro(5)), Just(euro(100))]);
        (0..7_usize, 0..3_usize, 0..3_usize, step).prop_map(|(rounding, at, prices, cash_step)| RoundingPolicy {
            rounding: ROUNDINGS[rounding],
            at: AT[at],
            prices: PRICES[prices],
            cash_step,
        })
    }

    prop_compose! {
        fn draft()(
            lines in prop::collection::vec(line(), 1..6),
            adjusted in prop::collection::vec((adjustment(), any::<u8>()), 0..3),
            prepaid in prop::option::of(-5_000..5_000_i64),
            policy in policy(),
        ) -> InvoiceDraft {
            let party = |name: &str| InvoiceParty { name: name.into(), ..InvoiceParty::default() };
            let adjustments = adjusted.into_iter();
            InvoiceDraft {
                adjustments: adjustments.map(|(adjustment, which)| DocumentAdjustment { adjustment, tax: class(which) }).collect(),
                exemptions: BTreeMap::from([(TaxCategory::Exempt, "education".to_owned())]),
                prepaid: prepaid.map(euro),
                policy,
                ..InvoiceDraft::new(Currency::EUR, party("Office"), party("Museum"), lines)
            }
        }
    }

    fn sum(amounts: impl IntoIterator<Item = Money>) -> Money {
        Money::sum(amounts, Currency::EUR).unwrap()
    }

    proptest! {
        /// Law 13, whatever the policy.
        #[test]
        fn what_is_printed_adds_up(draft in draft()) {
            let totals = InvoiceTotals::of(&draft).unwrap();
            let kinds = || draft.adjustments.iter().map(|item| item.adjustment.kind).zip(totals.adjustments.iter().copied());
            let of = |kind: AdjustmentKind| sum(kinds().filter(|(found, _)| *found == kind).map(|(_, amount)| amount));
            prop_assert_eq!(totals.lines.len(), draft.lines.len());
            prop_assert_eq!(totals.line_total, sum(totals.lines.iter().copied()));
            prop_assert_eq!((totals.allowances, totals.charges), (of(AdjustmentKind::Allowance), of(AdjustmentKind::Charge)));
            prop_assert_eq!(totals.net, sum([totals.line_total, totals.allowances.negated(), totals.charges]));
            prop_assert_eq!(totals.net, sum(totals.taxes.iter().map(|tax| tax.base)));
            prop_assert_eq!(totals.tax, sum(totals.taxes.iter().map(|tax| tax.tax)));
            prop_assert_eq!(totals.gross, sum([totals.net, totals.tax]));
            prop_assert_eq!(totals.due, sum([totals.gross, totals.prepaid.negated(), totals.rounding]));
            // What is taxed alike is told once, with what belongs to it.
            for tax in &totals.taxes {
                let lines = draft.lines.iter().zip(&totals.lines).filter(|(line, _)| line.tax == tax.class);
                let adjusted = draft.adjustments.iter().zip(&totals.adjustments).filter(|(item, _)| item.tax == tax.class);
                let adjusted = adjusted.map(|(item, amount)| match item.adjustment.kind {
                    AdjustmentKind::Allowance => amount.negated(),
                    AdjustmentKind::Charge => *amount,
                });
                prop_assert_eq!(tax.base, sum(lines.map(|(_, net)| *net).chain(adjusted)));
            }
            match draft.policy.cash_step {
                Some(step) => prop_assert_eq!(totals.due.minor() % step.minor(), 0),
                None => prop_assert!(totals.rounding.is_zero()),
            }
        }

        /// Law 14.
        #[test]
        fn prices_with_tax_are_printed_as_entered(draft in draft(), remains in 1..3_usize) {
            let policy = RoundingPolicy { prices: PRICES[remains], ..draft.policy };
            let draft = InvoiceDraft { policy, adjustments: Vec::new(), ..draft };
            let totals = InvoiceTotals::of(&draft).unwrap();
            // The same prices without tax tell what was entered.
            let entered = InvoiceDraft { policy: RoundingPolicy { prices: InvoicePrices::WithoutTax, ..policy }, ..draft.clone() };
            prop_assert_eq!(totals.gross, InvoiceTotals::of(&entered).unwrap().net);
            for tax in &totals.taxes {
                // Tax on the net amount is the tax, up to what two roundings of each part may come to.
                let again = tax.base.share(tax.class.rate(), Rounding::HalfUp).unwrap();
                let parts = if policy.at == RoundedAt::Line { i128::try_from(draft.lines.len()).unwrap() } else { 1 };
                prop_assert!(again.checked_sub(tax.tax).unwrap().minor().abs() <= 2 * parts);
            }
        }

        /// Law 15: the order of lines.
        #[test]
        fn the_order_of_lines_changes_no_total(draft in draft(), turn in 0..6_usize) {
            let mut turned = draft.clone();
            let places = turned.lines.len();
            turned.lines.rotate_left(turn % places);
            let (one, other) = (InvoiceTotals::of(&draft).unwrap(), InvoiceTotals::of(&turned).unwrap());
            prop_assert_eq!((one.net, one.tax, one.gross, one.due), (other.net, other.tax, other.gross, other.due));
            prop_assert_eq!(one.taxes, other.taxes);
        }

        /// Law 15: a line that is split in two.
        #[test]
        fn splitting_a_line_changes_no_total_but_by_its_rounding(draft in draft(), part in -20_000..50_000_i64, at in 0..6_usize) {
            let draft = InvoiceDraft { policy: RoundingPolicy { cash_step: None, ..draft.policy }, adjustments: Vec::new(), ..draft };
            let at = at % draft.lines.len();
            let mut whole = draft.clone();
            whole.lines[at].adjustments.clear();
            let mut split = whole.clone();
            let first = quantity(part);
            let second = split.lines[at].quantity.checked_sub(first).unwrap();
            let rest = InvoiceLine { quantity: second, ..split.lines[at].clone() };
            split.lines[at].quantity = first;
            split.lines.insert(at + 1, rest);
            let (one, other) = (InvoiceTotals::of(&whole).unwrap(), InvoiceTotals::of(&split).unwrap());
            if draft.policy.at == RoundedAt::Document {
                prop_assert_eq!((one.net, one.tax, one.gross), (other.net, other.tax, other.gross));
            } else {
                let apart = |one: Money, other: Money| one.checked_sub(other).unwrap().minor().abs();
                // One line became two: each of the two roundings, of amount and of tax, moves by one minor unit.
                prop_assert!(apart(one.net, other.net) <= 2);
                prop_assert!(apart(one.gross, other.gross) <= 2);
                if draft.policy.at == RoundedAt::Category {
                    prop_assert!(apart(one.line_total, other.line_total) <= 1 || draft.policy.prices != InvoicePrices::WithoutTax);
                }
            }
        }

        /// Law 15: tax by line, by what is taxed alike and by document.
        #[test]
        fn tax_by_line_and_by_document_differ_by_their_roundings(draft in draft()) {
            let totals = AT.map(|at| {
                let policy = RoundingPolicy { at, cash_step: None, ..draft.policy };
                InvoiceTotals::of(&InvoiceDraft { policy, ..draft.clone() }).unwrap()
            });
            // A line, and what is taken off or put on, is rounded twice: its amount, and its tax. What is taxed alike, once each.
            let adjustments = draft.lines.iter().map(|line| line.adjustments.len()).sum::<usize>() + draft.adjustments.len();
            let roundings = u128::try_from(2 * (draft.lines.len() + adjustments + totals[0].taxes.len())).unwrap();
            let apart = |one: Money, other: Money| one.checked_sub(other).unwrap().minor().unsigned_abs();
            for other in &totals[1..] {
                prop_assert!(apart(totals[0].tax, other.tax) <= roundings, "{:?} and {:?}", totals[0].tax, other.tax);
                prop_assert!(apart(totals[0].gross, other.gross) <= roundings);
            }
        }

        /// Law 16, and law 34 for documents.
        #[test]
        fn a_credit_note_of_everything_turns_every_figure(draft in draft()) {
            let sent = InvoiceDocument::new("INV-1".parse().unwrap(), on(), on(), draft).unwrap();
            let back = InvoiceDocument::new("CN-1".parse().unwrap(), on(), on(), sent.credit()).unwrap();
            prop_assert_eq!(back.totals(), sent.totals());
            prop_assert_eq!(back.draft().kind, InvoiceKind::CreditNote);
            prop_assert_eq!(sum([back.owed(), sent.owed()]), euro(0));
            let stored = serde_json::to_string(&sent).unwrap();
            prop_assert_eq!(serde_json::from_str::<InvoiceDocument>(&stored).unwrap(), sent);
        }

        /// Law 16, for a part: no line is credited at more than it was charged at.
        #[test]
        fn a_part_of_a_line_is_never_more_than_the_line(draft in draft(), part in 1..1_000_i64) {
            let sent = InvoiceDocument::new("INV-1".parse().unwrap(), on(), on(), draft).unwrap();
            let charged = sent.draft().lines[0].quantity;
            let mut amount = charged.amount();
            amount.rescale(3);
            let thousandths = i64::try_from(amount.mantissa()).unwrap();
            prop_assume!(thousandths != 0);
            let some = thousandths.signum() * (part % thousandths.abs() + 1);
            let back = sent.credit_of(&BTreeMap::from([(0, quantity(some))])).unwrap();
            prop_assert_eq!(back.lines[0].quantity, quantity(some));
            prop_assert!(InvoiceTotals::of(&back).is_ok());
            let more = quantity(thousandths + thousandths.signum());
            let refused = sent.credit_of(&BTreeMap::from([(0, more)]));
            prop_assert_eq!(refused, Err(CreditError::Quantity { line: 0, quantity: more, charged }));
        }
    }

    fn one(amount: &str, count: i64, rate: i32, policy: RoundingPolicy) -> InvoiceDraft {
        let tax = TaxClass::standard(Percent::whole(rate)).unwrap();
        let line = InvoiceLine::new("goods", quantity(count), amount.parse().unwrap(), tax);
        let party = |name: &str| InvoiceParty { name: name.into(), ..InvoiceParty::default() };
        InvoiceDraft { policy, ..InvoiceDraft::new(Currency::EUR, party("Office"), party("Museum"), vec![line]) }
    }

    #[test]
    fn what_others_got_wrong_is_right() {
        let document = |prices| RoundingPolicy { at: RoundedAt::Document, prices, ..RoundingPolicy::EN_16931 };
        for (prices, net) in [(InvoicePrices::WithTaxNetRemains, 667), (InvoicePrices::WithTaxTaxRemains, 668)] {
            // One line of 8.01 with 20 % in it stays 8.01, of which 6.675 are net; 90 and 55 with 5 % in them stay 145.
            let bread = InvoiceTotals::of(&one("8.01 EUR / 1 each", 1_000, 20, document(prices))).unwrap();
            assert_eq!((bread.gross, bread.net, bread.tax), (euro(801), euro(net), euro(801 - net)));
            let mut two = one("90 EUR / 1 each", 1_000, 5, document(prices));
            two.lines.extend(one("55 EUR / 1 each", 1_000, 5, document(prices)).lines);
            let two = InvoiceTotals::of(&two).unwrap();
            assert_eq!((two.gross, two.lines), (euro(14_500), vec![euro(8_572), euro(5_238)]));
        }
        // 42.06 to be paid in coins of 0.05.
        let cash = RoundingPolicy { cash_step: Some(euro(5)), ..RoundingPolicy::EN_16931 };
        let cash = RoundingPolicy { prices: InvoicePrices::WithTaxNetRemains, ..cash };
        let totals = InvoiceTotals::of(&one("42.06 EUR / 1 each", 1_000, 19, cash)).unwrap();
        assert_eq!((totals.gross, totals.rounding, totals.due), (euro(4_206), euro(-1), euro(4_205)));
    }

    #[test]
    fn what_makes_no_document_is_refused() {
        let draft = one("10 EUR / 1 each", 2_000, 19, RoundingPolicy::EN_16931);
        let of = |draft: InvoiceDraft, due| InvoiceDocument::new("INV-1".parse().unwrap(), on(), due, draft);
        let before = on() - Days::new(1);
        assert_eq!(of(draft.clone(), before), Err(InvoiceDocumentError::Due { on: on(), due: before }));
        let nobody = InvoiceDraft { buyer: InvoiceParty::default(), ..draft.clone() };
        assert_eq!(of(nobody, on()), Err(InvoiceDocumentError::NoBuyer));
        let exempt = TaxClass::new(TaxCategory::Exempt, Percent::ZERO).unwrap();
        let mut silent = draft.clone();
        silent.lines[0].tax = exempt;
        let category = TaxCategory::Exempt;
        assert_eq!(of(silent, on()), Err(InvoiceDocumentError::NoExemption { category }));

        let totals = |change: &dyn Fn(&mut InvoiceDraft)| {
            let mut draft = draft.clone();
            change(&mut draft);
            InvoiceTotals::of(&draft).unwrap_err()
        };
        let dollars = totals(&|draft| draft.prepaid = Some("1 USD".parse().unwrap()));
        assert!(matches!(dollars, InvoiceTotalsError::Money(_)));
        let hours = totals(&|draft| draft.lines[0].price = "10 EUR / 1 h".parse().unwrap());
        assert!(matches!(hours, InvoiceTotalsError::Unit { line: 0, .. }));
        let negative = totals(&|draft| {
            let amount = AdjustmentAmount::Fixed(euro(-1));
            draft.lines[0].adjustments = vec![Adjustment::allowance(amount, "")];
        });
        assert_eq!(negative, InvoiceTotalsError::Negative);
        let coins = totals(&|draft| draft.policy.cash_step = Some(euro(0)));
        assert_eq!(coins, InvoiceTotalsError::CashStep { step: euro(0) });

        // A stored document whose figures were changed is refused.
        let sent = of(draft, on()).unwrap();
        let stored = serde_json::to_string(&sent).unwrap();
        let error = serde_json::from_str::<InvoiceDocument>(&stored.replace("23.80 EUR", "23.81 EUR")).unwrap_err();
        assert!(error.to_string().contains("the figures are not those of the lines"), "{error}");
    }
}
