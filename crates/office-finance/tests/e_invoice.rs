//! E-invoices in UBL through the public API: what is written reads again, what is read is told to the cent, and what is
//! refused is told by line and element.
#![cfg(feature = "ubl")]
#![cfg_attr(test, expect(clippy::arithmetic_side_effects, reason = "the numbers of these tests are small"))]

#[cfg(test)]
mod ubl {
    use std::path::{Path, PathBuf};

    use chrono::{Days, NaiveDate};
    use office_core::{Currency, Percent, Quantity, Rounding, UnitCode, UnitPrice};
    use office_finance::{
        Adjustment, AdjustmentAmount, DocumentAdjustment, EInvoice, EInvoiceAttachment, EInvoiceDelivery, EInvoiceGap,
        EInvoiceLine, EInvoicePeriod, EInvoicePrice, EInvoiceReference, GapPlace, Identifier, InvoiceAddress,
        InvoiceDocument, InvoiceDraft, InvoiceKind, InvoiceLine, InvoiceParty, InvoicePrices, PaymentAccount,
        PaymentCard, PaymentMandate, PaymentMeans, RoundedAt, RoundingPolicy, StatedAdjustment, StatedTax,
        StatedTaxTotal, StatedTotals, SupportingDocument, TaxClass, read_ubl, write_ubl,
    };
    use proptest::prelude::*;
    use proptest::test_runner::TestRng;
    use rust_decimal::Decimal;

    /// Gives parts of a document one after the other.
    struct Source(TestRng);

    impl Source {
        fn below(&mut self, most: u64) -> u64 {
            self.0.next_u64() % most
        }

        fn text(&mut self) -> String {
            let all: Vec<char> = "ab<&>\"'é\u{1f4be}]\r\n\t 1".chars().collect();
            let length = self.below(6);
            let text: String = (0..length).map(|_| all[usize::try_from(self.below(16)).unwrap() % all.len()]).collect();
            text.trim().to_owned()
        }

        fn maybe<T>(&mut self, part: impl FnOnce(&mut Self) -> T) -> Option<T> {
            (self.below(2) == 0).then(|| part(self))
        }

        fn some<T>(&mut self, part: impl Fn(&mut Self) -> T) -> Vec<T> {
            (0..self.below(3)).map(|_| part(self)).collect()
        }

        fn number(&mut self) -> Decimal {
            Decimal::new(
                i64::try_from(self.below(2_000_000)).unwrap() - 1_000_000,
                u32::try_from(self.below(5)).unwrap(),
            )
        }

        fn day(&mut self) -> NaiveDate {
            NaiveDate::from_ymd_opt(2026, 1, 1).unwrap() + Days::new(self.below(5_000))
        }

        fn word(&mut self) -> String {
            format!("{}-{}", self.text(), self.below(100)).trim().to_owned()
        }

        fn identifier(&mut self) -> Identifier {
            Identifier { value: self.word(), scheme: self.text() }
        }

        fn address(&mut self) -> InvoiceAddress {
            InvoiceAddress {
                street: self.text(),
                street_more: self.text(),
                line: self.text(),
                city: self.text(),
                post_code: self.text(),
                subdivision: self.text(),
                country: self.text(),
            }
        }

        fn party(&mut self) -> InvoiceParty {
            InvoiceParty {
                name: self.text(),
                trading_name: self.text(),
                identifiers: self.some(Self::identifier),
                legal_id: self.maybe(Self::identifier),
                tax_id: self.text(),
                tax_registration: self.text(),
                legal_form: self.text(),
                electronic_address: self.maybe(Self::identifier),
                address: self.maybe(Self::address),
                contact: self.text(),
                telephone: self.text(),
                mail: self.text(),
            }
        }

        fn tax(&mut self) -> StatedTax {
            StatedTax {
                category: self.text(),
                rate: self.maybe(Self::number),
                reason_code: self.text(),
                reason: self.text(),
            }
        }

        fn adjustment(&mut self) -> StatedAdjustment {
            StatedAdjustment {
                is_charge: self.below(2) == 0,
                reason_code: self.text(),
                reason: self.text(),
                percent: self.maybe(Self::number),
                amount: self.maybe(Self::number),
                base: self.maybe(Self::number),
                tax: StatedTax::default(),
            }
        }

        fn period(&mut self) -> EInvoicePeriod {
            EInvoicePeriod { start: self.maybe(Self::day), end: self.maybe(Self::day), tax_point: self.text() }
        }

        fn payment(&mut self) -> PaymentMeans {
            PaymentMeans {
                code: self.text(),
                reference: self.text(),
                account: self.maybe(|source| PaymentAccount {
                    number: source.text(),
                    name: source.text(),
                    bank: source.text(),
                }),
                card: self.maybe(|source| PaymentCard {
                    number: source.text(),
                    network: source.text(),
                    holder: source.text(),
                }),
                mandate: self.maybe(|source| PaymentMandate { id: source.text(), account: source.text() }),
            }
        }

        fn document(&mut self) -> SupportingDocument {
            SupportingDocument {
                id: self.identifier(),
                type_code: self.text(),
                description: self.text(),
                location: self.text(),
                attachment: self.maybe(|source| EInvoiceAttachment {
                    mime: source.text(),
                    file: source.text(),
                    content: source.text(),
                }),
            }
        }

        fn line(&mut self) -> EInvoiceLine {
            EInvoiceLine {
                id: self.text(),
                note: self.text(),
                quantity: self.maybe(Self::number),
                unit: self.text(),
                net: self.maybe(Self::number),
                accounting_reference: self.text(),
                period: self.maybe(Self::period),
                order_line: self.text(),
                object: self.maybe(Self::identifier),
                adjustments: self.some(Self::adjustment),
                description: self.text(),
                name: self.text(),
                buyer_item: self.text(),
                seller_item: self.text(),
                standard_item: self.maybe(Self::identifier),
                origin: self.text(),
                classifications: self.some(Self::identifier),
                tax: self.tax(),
                properties: self.some(|source| (source.text(), source.text())),
                price: EInvoicePrice {
                    net: self.maybe(Self::number),
                    base_quantity: self.maybe(Self::number),
                    base_unit: self.text(),
                    discount: self.maybe(Self::number),
                    gross: self.maybe(Self::number),
                },
            }
        }

        fn totals(&mut self) -> StatedTotals {
            StatedTotals {
                lines: self.maybe(Self::number),
                net: self.maybe(Self::number),
                gross: self.maybe(Self::number),
                allowances: self.maybe(Self::number),
                charges: self.maybe(Self::number),
                prepaid: self.maybe(Self::number),
                rounding: self.maybe(Self::number),
                due: self.maybe(Self::number),
            }
        }

        fn invoice(&mut self) -> EInvoice {
            EInvoice {
                kind: if self.below(2) == 0 { InvoiceKind::Invoice } else { InvoiceKind::CreditNote },
                specification: self.text(),
                process: self.text(),
                number: self.text(),
                issued: self.maybe(Self::day),
                due: None,
                type_code: self.text(),
                notes: self.some(Self::word),
                tax_point: self.maybe(Self::day),
                currency: "EUR".into(),
                tax_currency: "SEK".into(),
                accounting_reference: self.text(),
                buyer_reference: self.text(),
                period: self.maybe(Self::period),
                order: self.text(),
                sales_order: self.text(),
                preceding: self.some(|source| EInvoiceReference { number: source.text(), on: source.maybe(Self::day) }),
                despatch: self.text(),
                receipt: self.text(),
                tender: self.text(),
                contract: self.text(),
                documents: self.some(Self::document),
                project: self.text(),
                seller: self.party(),
                buyer: self.party(),
                payee: self.maybe(|source| InvoiceParty {
                    name: source.text(),
                    identifiers: source.some(Self::identifier),
                    legal_id: source.maybe(Self::identifier),
                    ..InvoiceParty::default()
                }),
                representative: self.maybe(|source| InvoiceParty {
                    name: source.text(),
                    address: source.maybe(Self::address),
                    tax_id: source.text(),
                    ..InvoiceParty::default()
                }),
                delivery: self.maybe(|source| EInvoiceDelivery {
                    on: source.maybe(Self::day),
                    place: source.maybe(Self::identifier),
                    address: source.maybe(Self::address),
                    name: source.text(),
                }),
                payments: self.some(Self::payment),
                terms: self.text(),
                adjustments: self.some(|source| StatedAdjustment { tax: source.tax(), ..source.adjustment() }),
                taxes: self.some(|source| StatedTaxTotal {
                    base: source.maybe(Self::number),
                    tax: source.maybe(Self::number),
                    class: source.tax(),
                }),
                tax: self.maybe(Self::number),
                accounting_tax: self.maybe(Self::number),
                totals: self.totals(),
                lines: self.some(Self::line),
            }
        }
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(96))]
        /// Law 34: whatever a document says.
        #[test]
        fn what_is_written_reads_again(seed in any::<[u8; 32]>(), days in prop::option::of(0..1_000_u64)) {
            let mut invoice = Source(TestRng::from_seed(prop::test_runner::RngAlgorithm::ChaCha, &seed)).invoice();
            invoice.due = days.map(|days| NaiveDate::from_ymd_opt(2026, 1, 1).unwrap() + Days::new(days));
            // A credit note has its day with the means of payment, so there has to be one.
            prop_assume!(invoice.kind == InvoiceKind::Invoice || invoice.due.is_none() || !invoice.payments.is_empty());
            let file = write_ubl(&invoice);
            prop_assert_eq!(read_ubl("17.xml", file.as_bytes()).unwrap(), invoice, "{}", file);
        }

        /// What the office sends says what it charges, adds up where EN 16931 knows the rounding, and reads again.
        #[test]
        fn what_is_sent_adds_up_and_reads_again(
            lines in prop::collection::vec((-900..9_000_i64, 0..900_000_i64, 0..3_usize, 0..40_i32), 1..6),
            rebate in prop::option::of((0..20_i32, 0..3_usize)),
            credit in any::<bool>(), at in 0..3_usize, prices in 0..3_usize,
        ) {
            let class = |which: usize| TaxClass::standard(Percent::whole([19, 7, 25][which])).unwrap();
            let at = [RoundedAt::Category, RoundedAt::Line, RoundedAt::Document][at];
            let prices = [InvoicePrices::WithoutTax, InvoicePrices::WithTaxNetRemains, InvoicePrices::WithTaxTaxRemains][prices];
            let told = lines.iter().map(|(count, price, which, share)| {
                let quantity = Quantity::new(Decimal::new(*count, 2), UnitCode::EACH).unwrap();
                let price = UnitPrice::new(Decimal::new(*price, 3), Currency::EUR, Quantity::whole(10, UnitCode::EACH)).unwrap();
                let rebate = Adjustment::allowance(AdjustmentAmount::Share(Percent::whole(*share)), "rebate");
                InvoiceLine::new("goods", quantity, price, class(*which)).with(rebate)
            });
            let party = |name: &str| InvoiceParty { name: name.into(), ..InvoiceParty::default() };
            let rebate = rebate.map(|(share, which)| DocumentAdjustment {
                adjustment: Adjustment::charge(AdjustmentAmount::Share(Percent::whole(share)), "freight"),
                tax: class(which),
            });
            let draft = InvoiceDraft {
                kind: if credit { InvoiceKind::CreditNote } else { InvoiceKind::Invoice },
                adjustments: rebate.into_iter().collect(),
                policy: RoundingPolicy { rounding: Rounding::HalfUp, at, prices, cash_step: None },
                ..InvoiceDraft::new(Currency::EUR, party("Office"), party("Museum"), told.collect())
            };
            let on = NaiveDate::from_ymd_opt(2026, 10, 8).unwrap();
            let document = InvoiceDocument::new("INV-1".parse().unwrap(), on, on, draft).unwrap();
            let told = EInvoice::of(&document);
            let again = read_ubl("1.xml", write_ubl(&told).as_bytes()).unwrap();
            prop_assert_eq!(again.totals.due, Some(document.totals().due.amount()));
            prop_assert_eq!(again.gaps(), told.gaps());
            let beyond_cents = |gap: &EInvoiceGap| gap.difference().abs() > Decimal::new(6, 2);
            for gap in told.gaps() {
                // Tax that is rounded elsewhere differs by what that rounding moves, and nothing else differs.
                prop_assert!(matches!(gap.place, GapPlace::Tax { .. } | GapPlace::Line { .. }), "{gap}");
                prop_assert!(!beyond_cents(&gap) && (at, prices) != (RoundedAt::Category, InvoicePrices::WithoutTax), "{gap}");
            }
        }
    }

    fn invoice(inner: &str) -> String {
        format!(
            "<Invoice xmlns=\"urn:oasis:names:specification:ubl:schema:xsd:Invoice-2\" \
             xmlns:cac=\"urn:oasis:names:specification:ubl:schema:xsd:CommonAggregateComponents-2\" \
             xmlns:cbc=\"urn:oasis:names:specification:ubl:schema:xsd:CommonBasicComponents-2\">\n{inner}\n</Invoice>"
        )
    }

    #[test]
    fn what_cannot_be_read_is_refused_by_line_and_element() {
        let refused = |file: &str| {
            let error = read_ubl("1.xml", file.as_bytes()).unwrap_err();
            format!("{} {} {:?}: {}", error.line(), error.field(), error.value(), error.expected())
        };
        let told = [
            refused(&invoice("<cbc:IssueDate>31.10.2026</cbc:IssueDate>")),
            refused(&invoice(
                "<cac:InvoiceLine>\n<cbc:LineExtensionAmount>1e3</cbc:LineExtensionAmount></cac:InvoiceLine>",
            )),
            refused(&invoice(
                "<cac:AllowanceCharge><cbc:ChargeIndicator>yes</cbc:ChargeIndicator></cac:AllowanceCharge>",
            )),
            refused("<Order xmlns='urn:oasis:names:specification:ubl:schema:xsd:Order-2'/>"),
            refused("<!DOCTYPE lolz [<!ENTITY lol 'lol'><!ENTITY lol2 '&lol;&lol;'>]><Invoice>&lol2;</Invoice>"),
            refused("<Invoice"),
        ];
        insta::assert_snapshot!(told.join("\n"), @r#"
        2 IssueDate "31.10.2026": a day such as `2026-10-31`
        3 InvoiceLine/LineExtensionAmount "1e3": a number (`e` at character 1: only a leading sign, digits and one point are accepted)
        2 AllowanceCharge/ChargeIndicator "yes": `true` or `false`
        1 Order "urn:oasis:names:specification:ubl:schema…": an `Invoice` or `CreditNote` of UBL 2
        1 document "<!DOCTYPE": a document without a document type
        1 document "<Invoice": well-formed XML (syntax error: tag not closed: `>` not found before end of input)
        "#);
        // As deep as one likes, and larger than is read.
        let deep = format!("{}{}", "<a>".repeat(100_000), "</a>".repeat(100_000));
        assert_eq!(read_ubl("1.xml", deep.as_bytes()).unwrap_err().expected(), "at most 64 levels of elements");
        let large = vec![b' '; (32 << 20) + 1];
        assert_eq!(read_ubl("1.xml", &large).unwrap_err().value(), "33554433 bytes");
    }

    #[test]
    fn gaps_are_told_to_the_cent() {
        let two = "<cbc:DocumentCurrencyCode>EUR</cbc:DocumentCurrencyCode>\
            <cac:TaxTotal><cbc:TaxAmount currencyID='EUR'>281.72</cbc:TaxAmount>\
            <cac:TaxSubtotal><cbc:TaxAmount currencyID='EUR'>281.16</cbc:TaxAmount></cac:TaxSubtotal>\
            <cac:TaxSubtotal><cbc:TaxAmount currencyID='EUR'>0.57</cbc:TaxAmount></cac:TaxSubtotal></cac:TaxTotal>\
            <cac:InvoiceLine><cbc:InvoicedQuantity>3</cbc:InvoicedQuantity><cbc:LineExtensionAmount>10</cbc:LineExtensionAmount>\
            <cac:Price><cbc:PriceAmount>3.335</cbc:PriceAmount></cac:Price></cac:InvoiceLine>";
        let gaps = read_ubl("1.xml", invoice(two).as_bytes()).unwrap().gaps();
        let told: Vec<String> = gaps.iter().map(ToString::to_string).collect();
        assert!(told.contains(&"line 1 says 10, -0.01 more than it comes to".to_owned()), "{told:#?}");
        assert!(told.contains(&"the sum of taxes says 281.72, -0.01 more than it comes to".to_owned()), "{told:#?}");
    }

    fn folder(name: &str) -> Option<PathBuf> {
        let above = Path::new(env!("CARGO_MANIFEST_DIR")).ancestors();
        above.map(|folder| folder.join("shared/cases/finance").join(name)).find(|folder| folder.is_dir())
    }

    /// Published e-invoices, where they are at hand: every one is read, its figures are drawn again from its lines, and
    /// what does not add up is told.
    #[test]
    fn published_invoices_are_read_and_reckoned() {
        let Some(folder) = folder("einvoice-examples") else {
            println!("einvoice-examples: not at hand");
            return;
        };
        let mut files: Vec<PathBuf> = std::fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path()).collect();
        files.sort();
        let (mut exact, mut differ, mut refused) = (0, 0, 0);
        for path in &files {
            let name = path.file_name().unwrap().to_string_lossy().into_owned();
            match read_ubl(&name, &std::fs::read(path).unwrap()) {
                Err(error) => {
                    refused += 1;
                    println!("{name}: refused: {error}");
                }
                Ok(invoice) => {
                    assert_eq!(read_ubl(&name, write_ubl(&invoice).as_bytes()).as_ref(), Ok(&invoice), "{name}");
                    let gaps = invoice.gaps();
                    if gaps.is_empty() {
                        exact += 1;
                    } else {
                        differ += 1;
                    }
                    for gap in gaps {
                        println!("{name}: {gap}");
                    }
                }
            }
        }
        println!("einvoice-examples: {} files, {exact} exact, {differ} with gaps told, {refused} refused", files.len());
        assert_eq!(exact + differ + refused, files.len());
        assert!(refused == 0 && exact > differ);
    }

    #[test]
    fn amounts_are_the_currencys() {
        let mut invoice = EInvoice { currency: "JPY".into(), ..EInvoice::default() };
        invoice.taxes.push(StatedTaxTotal {
            base: Some(Decimal::from(105)),
            tax: Some(Decimal::from(11)),
            ..StatedTaxTotal::default()
        });
        invoice.taxes[0].class.rate = Some(Decimal::TEN);
        // 10.5 yen of tax are 11.
        assert!(!invoice.gaps().iter().any(|gap| matches!(gap.place, GapPlace::Tax { .. })));
    }
}
