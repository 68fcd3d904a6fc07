//! The rules of EN 16931 through the public API: the office's own invoices keep them, and published cases get the
//! verdicts that are published with them.
#![cfg(feature = "ubl")]
#![cfg_attr(test, expect(clippy::arithmetic_side_effects, reason = "the numbers of these tests are small"))]

#[cfg(test)]
mod rules {
    use std::collections::{BTreeMap, BTreeSet};
    use std::path::{Path, PathBuf};
    use std::sync::OnceLock;

    use chrono::NaiveDate;
    use office_core::{Currency, Percent};
    use office_finance::{
        Adjustment, AdjustmentAmount, CreditTransfer, DocumentAdjustment, EInvoice, EInvoiceRules, Identifier,
        InvoiceAddress, InvoiceDocument, InvoiceDraft, InvoiceLine, InvoiceParty, ReadRulesError, Strictness,
        TaxCategory, TaxClass, check_ubl, read_ubl,
    };
    use proptest::prelude::*;

    fn party(name: &str, tax_id: &str) -> InvoiceParty {
        InvoiceParty {
            name: name.into(),
            tax_id: tax_id.into(),
            legal_id: Some(Identifier::new("HRB 4711")),
            address: Some(InvoiceAddress { country: "DE".into(), ..InvoiceAddress::default() }),
            ..InvoiceParty::default()
        }
    }

    fn document(lines: &[(i64, usize)], credit: bool) -> InvoiceDocument {
        let reverse = TaxClass::new(TaxCategory::ReverseCharge, Percent::ZERO).unwrap();
        let classes = [19, 7].map(|rate| TaxClass::standard(Percent::whole(rate)).unwrap());
        let class = |which: usize| if which == 2 { reverse } else { classes[which] };
        let line = |(price, which): &(i64, usize)| {
            let price = format!("{}.{:02} EUR / 1 each", price / 100, price % 100);
            InvoiceLine::new("goods", "3 each".parse().unwrap(), price.parse().unwrap(), class(*which))
        };
        let (seller, buyer) = (party("Office", "DE123456789"), party("Museum", "FR987654321"));
        let freight = Adjustment::charge(AdjustmentAmount::Share(Percent::whole(3)), "freight");
        let draft = InvoiceDraft {
            adjustments: vec![DocumentAdjustment { adjustment: freight, tax: class(lines[0].1) }],
            exemptions: BTreeMap::from([(TaxCategory::ReverseCharge, "reverse charge".into())]),
            payment: Some(CreditTransfer {
                account: "DE83100990010004711200".into(),
                name: String::new(),
                bank: String::new(),
                reference: "INV-1".into(),
            }),
            ..InvoiceDraft::new(Currency::EUR, seller, buyer, lines.iter().map(line).collect())
        };
        let on = NaiveDate::from_ymd_opt(2026, 10, 8).unwrap();
        let sent = InvoiceDocument::new("INV-1".parse().unwrap(), on, on, draft).unwrap();
        if credit { InvoiceDocument::new("CN-1".parse().unwrap(), on, on, sent.credit()).unwrap() } else { sent }
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(32))]
        /// What the office sends keeps every rule, to the cent.
        #[test]
        fn what_is_sent_keeps_every_rule(lines in prop::collection::vec((0..99_999_i64, 0..3_usize), 1..5), credit in any::<bool>()) {
            static RULES: OnceLock<EInvoiceRules> = OnceLock::new();
            let rules = RULES.get_or_init(|| EInvoiceRules::en16931().unwrap());
            let told = EInvoice::of(&document(&lines, credit));
            prop_assert_eq!(rules.check(&told, Strictness::EXACT), []);
            // A cent too much is seen, and tolerated only where that is asked for.
            let mut wrong = told;
            if let Some(tax) = wrong.taxes.iter_mut().find(|tax| tax.class.category == "S") {
                tax.base = tax.base.map(|base| base + "0.01".parse::<rust_decimal::Decimal>().unwrap());
                let broken = |strictness| rules.check(&wrong, strictness).into_iter().map(|broken| broken.rule).collect::<Vec<_>>();
                prop_assert!(broken(Strictness::EXACT).contains(&"BR-S-08".to_owned()));
                prop_assert!(broken(Strictness::PUBLISHED).is_empty());
            }
        }
    }

    #[test]
    fn rules_that_make_no_sense_are_refused() {
        let refused = |text: &str| EInvoiceRules::read(text).unwrap_err();
        assert_eq!(refused("# ours\nOUR-1 | line | price > 0"), ReadRulesError::Parts { line: 2 });
        assert!(matches!(refused("OUR-1 | parcel | price > 0 | a price"), ReadRulesError::Of { line: 1, .. }));
        let misread = refused("OUR-1 | line | price > | a price");
        assert!(matches!(misread, ReadRulesError::Expression { line: 1, misread } if misread.position == 8));
        let many = "OUR-1 | line | price > 0 | a price\n".repeat(EInvoiceRules::MAX_RULES + 1);
        assert_eq!(refused(&many), ReadRulesError::TooMany);
        // No rule is there twice, and a number too large to reckon with breaks rules instead of passing.
        let rules = EInvoiceRules::en16931().unwrap();
        let numbers: BTreeSet<&str> = rules.numbers().collect();
        assert_eq!(numbers.len(), rules.numbers().count());
        let mut told = EInvoice::of(&document(&[(100, 0)], false));
        told.taxes[0].base = Some(rust_decimal::Decimal::MAX);
        let broken: Vec<_> = rules.check(&told, Strictness::PUBLISHED).into_iter().map(|broken| broken.rule).collect();
        assert!(broken.contains(&"BR-CO-17".to_owned()), "{broken:?}");
    }

    fn folder(name: &str) -> Option<PathBuf> {
        let above = Path::new(env!("CARGO_MANIFEST_DIR")).ancestors();
        above.map(|folder| folder.join("shared/cases/finance").join(name)).find(|folder| folder.is_dir())
    }

    /// The documents of a file of cases, each with the rule it is about and whether the rule is kept.
    fn cases(file: &str) -> Vec<(String, bool, String)> {
        let mut plain = String::new();
        let mut rest = file;
        while let Some((before, after)) = rest.split_once("<!--") {
            plain.push_str(before);
            rest = after.split_once("-->").map_or("", |(_, after)| after);
        }
        plain.push_str(rest);
        let mut cases = Vec::new();
        for test in plain.split("<test").skip(1).filter(|test| !test.starts_with("Set")) {
            let verdict = |name: &str| {
                let (_, after) = test.split_once(&format!("<{name}"))?;
                Some(after.split_once('>')?.1.split_once('<')?.0.trim().to_owned())
            };
            let kept = verdict("success");
            let (rule, keeps) = match kept {
                Some(rule) => (rule, true),
                None => (verdict("error").or(verdict("warning")).unwrap_or_default(), false),
            };
            for name in ["Invoice", "CreditNote"] {
                let (open, close) = (format!("<{name}"), format!("</{name}>"));
                let start = test.match_indices(&open).find(|(at, _)| {
                    test.get(at + open.len()..).is_some_and(|rest| rest.starts_with(char::is_whitespace))
                });
                if let (Some((start, _)), Some(end)) = (start, test.rfind(&close)) {
                    cases.push((
                        rule.clone(),
                        keeps,
                        test.get(start..end + close.len()).unwrap_or_default().to_owned(),
                    ));
                }
            }
        }
        cases
    }

    /// Rules about how a document is written, which are asked of the file.
    const OF_THE_FILE: [&str; 9] = [
        "BR-CL-03",
        "UBL-DT-01",
        "UBL-DT-06",
        "UBL-DT-07",
        "UBL-SR-12",
        "UBL-SR-18",
        "UBL-SR-42",
        "UBL-SR-44",
        "UBL-SR-47",
    ];

    /// Published fragments with the verdict of one rule each, where they are at hand. One of them has a day that is none:
    /// it is no document in UBL, and refused as such before any rule is asked.
    #[test]
    fn published_cases_get_their_verdicts() {
        let Some(folder) = folder("einvoice-rules") else {
            println!("einvoice-rules: not at hand");
            return;
        };
        let rules = EInvoiceRules::en16931().unwrap();
        let known: BTreeSet<&str> = rules.numbers().chain(OF_THE_FILE).collect();
        let mut files: Vec<PathBuf> = std::fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path()).collect();
        files.sort();
        let (mut passed, mut refused, mut failed) = (0, Vec::new(), Vec::new());
        let mut left_out: BTreeMap<String, usize> = BTreeMap::new();
        for path in &files {
            let name = path.file_name().unwrap().to_string_lossy().into_owned();
            for (at, (rule, keeps, xml)) in (1..).zip(cases(&std::fs::read_to_string(path).unwrap())) {
                if !known.contains(rule.as_str()) {
                    *left_out.entry(rule).or_default() += 1;
                    continue;
                }
                match read_ubl(&name, xml.as_bytes()) {
                    Ok(invoice) => {
                        let mut broken = rules.check(&invoice, Strictness::PUBLISHED);
                        broken.extend(check_ubl(&name, xml.as_bytes()).unwrap());
                        if broken.iter().all(|broken| broken.rule != rule) == keeps {
                            passed += 1;
                        } else {
                            failed.push((name.clone(), at, rule));
                        }
                    }
                    Err(error) => refused.push((name.clone(), at, error.field().to_owned(), error.value().to_owned())),
                }
            }
        }
        println!("rules left out, with their cases: {left_out:?}");
        println!(
            "einvoice-rules: {passed} passed, {} failed, {} refused as no document in UBL, {} of rules that are left out",
            failed.len(),
            refused.len(),
            left_out.values().sum::<usize>()
        );
        assert_eq!((failed, left_out), (vec![], BTreeMap::new()));
        assert_eq!(refused, [("BR-03.xml".to_owned(), 1, "IssueDate".to_owned(), "123".to_owned())]);
    }

    /// Each code of a list is known, what is next to it is not, and no list is in the way of another.
    #[test]
    fn codes_are_asked_of_their_lists() {
        let rules = EInvoiceRules::en16931().unwrap();
        let broken = |change: &dyn Fn(&mut EInvoice)| {
            let mut told = EInvoice::of(&document(&[(100, 0)], false));
            change(&mut told);
            let broken = rules.check(&told, Strictness::EXACT);
            broken.into_iter().map(|broken| broken.rule).filter(|rule| rule.starts_with("BR-CL")).collect::<Vec<_>>()
        };
        let id = |scheme: &str| Some(Identifier { scheme: scheme.into(), ..Identifier::new("1") });
        for unit in ["HUR", "XBX", "MTK", ""] {
            assert!(broken(&|told| told.lines[0].unit = unit.into()).is_empty(), "{unit}");
        }
        // Deprecated, removed, a word, a comment of the list.
        for unit in ["HAR", "2D", "hour", "#", "datasets/unece-package-codes,"] {
            assert_eq!(broken(&|told| told.lines[0].price.base_unit = unit.into()), ["BR-CL-23"], "{unit}");
        }
        for (scheme, known) in [
            ("0002", true),
            ("0091", true),
            ("0092", false),
            ("0240", true),
            ("0241", false),
            ("2", false),
            ("+002", false),
        ] {
            assert_eq!(broken(&|told| told.seller.legal_id = id(scheme)).is_empty(), known, "{scheme}");
            assert_eq!(broken(&|told| told.lines[0].standard_item = id(scheme)).is_empty(), known, "{scheme}");
        }
        assert!(broken(&|told| told.seller.identifiers = id("SEPA").into_iter().collect()).is_empty());
        assert_eq!(broken(&|told| told.buyer.identifiers = id("SEPA").into_iter().collect()), ["BR-CL-10"]);
        assert_eq!(broken(&|told| told.adjustments[0].reason_code = "41".into()), ["BR-CL-20"]);
        assert!(broken(&|told| told.adjustments[0].reason_code = "FC".into()).is_empty());
        assert_eq!(broken(&|told| told.lines[0].classifications = id("HSN").into_iter().collect()), ["BR-CL-13"]);
        assert_eq!(broken(&|told| told.lines[0].object = id("HSN")), ["BR-CL-07"]);
    }
}
