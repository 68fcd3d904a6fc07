//! E-invoices in UBL through the public API: what is written reads again, what is read is told to the cent, and what is
//! refused is told by line and element.
#![cfg(feature = "ubl")]
#![cfg_attr(test, expect(clippy::arithmetic_side_effects, reason = "the numbers of these tests are small"))]

#[cfg(test)]
mod ubl {
    use std::collections::BTreeMap;
    use std::path::{Path, PathBuf};

    use chrono::{DateTime, Days, NaiveDate};
    use office_core::{
        Actor, Command, Currency, Id, MemoryStore, Money, Office, Percent, Quantity, Role, Rounding, UnitCode,
        UnitPrice, wait,
    };
    use office_finance::{
        Adjustment, AdjustmentAmount, Bill, DocumentAdjustment, EInvoice, EInvoiceAttachment, EInvoiceBill,
        EInvoiceBillError, EInvoiceDelivery, EInvoiceGap, EInvoiceLine, EInvoiceNote, EInvoicePeriod, EInvoicePrice,
        EInvoiceReference, FindVendorError, GapPlace, Iban, Identifier, InvoiceAddress, InvoiceDocument, InvoiceDraft,
        InvoiceKind, InvoiceLine, InvoiceParty, InvoicePrices, OrderLineRef, PaymentAccount, PaymentCard,
        PaymentMandate, PaymentMeans, ReceiveInvoiceError, RoundedAt, RoundingPolicy, StatedAdjustment, StatedTax,
        StatedTaxTotal, StatedTotals, SupportingDocument, TaxClass, VendorDirectory, VendorIdentity, read_ubl,
        receive_invoice, write_ubl,
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

    /// A seller known by its number for tax.
    fn seller(tax_id: &str) -> InvoiceParty {
        InvoiceParty { name: "Office".into(), tax_id: tax_id.into(), ..InvoiceParty::default() }
    }

    /// Vendors by their numbers for tax.
    fn known(vendors: &[(&str, &str)]) -> VendorDirectory {
        VendorDirectory::new(vendors.iter().map(|(code, tax_id)| VendorIdentity {
            vendor: Id::natural("party", code),
            tax_ids: vec![(*tax_id).into()],
            electronic_addresses: vec![],
            accounts: vec![],
        }))
    }

    /// What is left of what a bill asks for less its lines, its taxes, and what the e-invoice itself does not add up to.
    fn left_over(invoice: &EInvoice, told: &EInvoiceBill) -> Decimal {
        let bill = &told.bill;
        let lines = bill.lines.iter().map(|line| line.billed.net.amount());
        let inside: Decimal = lines.chain(bill.taxes.iter().map(|tax| tax.tax.amount())).sum();
        let gaps: Decimal = invoice
            .gaps()
            .iter()
            .map(|gap| match gap.place {
                GapPlace::Allowances => -gap.difference(),
                GapPlace::Line { .. } | GapPlace::TaxBase { .. } | GapPlace::Tax { .. } => Decimal::ZERO,
                GapPlace::LineTotal
                | GapPlace::Charges
                | GapPlace::Net
                | GapPlace::TaxTotal
                | GapPlace::Gross
                | GapPlace::Due => gap.difference(),
            })
            .sum();
        let sign = if invoice.kind == InvoiceKind::CreditNote { -Decimal::ONE } else { Decimal::ONE };
        bill.gross.amount() - inside - sign * gaps
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

        /// Whatever a document says, it is a bill with every figure of it, or refused.
        #[test]
        fn what_comes_is_a_bill_or_refused(seed in any::<[u8; 32]>()) {
            let mut invoice = Source(TestRng::from_seed(prop::test_runner::RngAlgorithm::ChaCha, &seed)).invoice();
            (invoice.seller, invoice.payee) = (seller("Office"), None);
            let vendors = known(&[("Office", "Office")]);
            if let Ok(told) = invoice.to_bill(&vendors, &BTreeMap::new()) {
                prop_assert_eq!(left_over(&invoice, &told), Decimal::ZERO);
            }
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

            // Law 43: as a bill, it comes to what it asks for.
            let sent = EInvoice { seller: seller("Office"), ..again.clone() };
            let bill = sent.to_bill(&known(&[("Office", "Office")]), &BTreeMap::new());
            if let Ok(told) = &bill {
                prop_assert_eq!(left_over(&sent, told), Decimal::ZERO);
                let exact = sent.gaps().is_empty();
                prop_assert_eq!(told.bill.check(Rounding::HalfUp).unwrap().is_empty(), exact, "{:?}", told.bill);
            } else {
                prop_assert!(sent.lines.iter().all(|line| line.net == Some(Decimal::ZERO)), "{:?}", bill);
            }
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

    /// Published e-invoices as bills, where they are at hand: with every figure, or with the reason why not.
    #[test]
    fn published_invoices_are_bills() {
        let Some(folder) = folder("einvoice-examples") else {
            println!("einvoice-examples: not at hand");
            return;
        };
        let mut files: Vec<PathBuf> = std::fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path()).collect();
        files.sort();
        let read = |path: &PathBuf| {
            (
                path.file_name().unwrap().to_string_lossy().into_owned(),
                read_ubl("", &std::fs::read(path).unwrap()).unwrap(),
            )
        };
        let invoices: Vec<(String, EInvoice)> = files.iter().map(read).collect();
        let identity = |invoice: &EInvoice| VendorIdentity {
            vendor: Id::natural("party", &invoice.seller.name),
            tax_ids: vec![invoice.seller.tax_id.clone()],
            electronic_addresses: invoice.seller.electronic_address.iter().cloned().collect(),
            accounts: invoice
                .payments
                .iter()
                .filter_map(|means| means.account.as_ref()?.number.parse::<Iban>().ok())
                .collect(),
        };
        let (mut bills, mut exact, mut refused) = (0, 0, BTreeMap::<&str, u32>::new());
        for (name, invoice) in &invoices {
            // As if its seller alone was known: many of them share numbers that are made up.
            match invoice.to_bill(&VendorDirectory::new([identity(invoice)]), &BTreeMap::new()) {
                Ok(told) => {
                    assert_eq!(left_over(invoice, &told), Decimal::ZERO, "{name}");
                    let findings = told.bill.check(Rounding::HalfUp).unwrap();
                    (bills, exact) = (bills + 1, exact + u32::from(findings.is_empty()));
                    for finding in findings {
                        println!("{name}: {finding}");
                    }
                }
                Err(error) => {
                    println!("{name}: refused: {error}");
                    let why =
                        if let EInvoiceBillError::Field { term, .. } = error { term } else { "no vendor, or no bill" };
                    *refused.entry(why).or_default() += 1;
                }
            }
        }
        println!(
            "einvoice-examples: {} files, {bills} are bills, {exact} of them add up, refused: {refused:?}",
            files.len()
        );
        assert_eq!(bills + refused.values().sum::<u32>(), u32::try_from(files.len()).unwrap());
        assert!(bills * 2 > u32::try_from(files.len()).unwrap());
        // Where all of them are known at once, those that share numbers are nobody's.
        let all = VendorDirectory::new(invoices.iter().map(|(_, invoice)| identity(invoice)));
        let (mut one, mut several) = (0, 0);
        for (_, invoice) in &invoices {
            match all.vendor_of(invoice) {
                Ok(vendor) => one += u32::from(vendor == Id::natural("party", &invoice.seller.name)),
                Err(FindVendorError::Ambiguous { candidates }) => several += u32::from(candidates.len() > 1),
                Err(_) => {}
            }
        }
        println!("einvoice-examples: with all sellers known, {one} are found to be one's, {several} may be several's");
        assert!(one > 0 && several > 0 && one + several < u32::try_from(files.len()).unwrap() + 1);
    }

    /// An e-invoice of one line, by what it says.
    fn of_one_line() -> EInvoice {
        let tax = StatedTax { category: "S".into(), rate: Some(Decimal::from(19)), ..StatedTax::default() };
        let off =
            StatedAdjustment { amount: Some(Decimal::from(2)), reason: "rebate".into(), ..StatedAdjustment::default() };
        let line = EInvoiceLine {
            quantity: Some(Decimal::from(4)),
            unit: "XPP".into(),
            net: Some(Decimal::from(18)),
            name: "fans".into(),
            order_line: "2".into(),
            adjustments: vec![off],
            tax: tax.clone(),
            price: EInvoicePrice { net: Some(Decimal::from(5)), ..EInvoicePrice::default() },
            ..EInvoiceLine::default()
        };
        let totals = StatedTotals {
            prepaid: Some(Decimal::from(10)),
            rounding: Some(Decimal::new(-2, 2)),
            due: Some(Decimal::new(1140, 2)),
            ..StatedTotals::default()
        };
        EInvoice {
            number: "17".into(),
            currency: "EUR".into(),
            issued: NaiveDate::from_ymd_opt(2026, 10, 8),
            order: "PO-1".into(),
            seller: seller("DE1"),
            taxes: vec![StatedTaxTotal { base: Some(Decimal::from(18)), tax: Some(Decimal::new(342, 2)), class: tax }],
            tax: Some(Decimal::new(342, 2)),
            totals,
            lines: vec![line],
            ..EInvoice::default()
        }
    }

    #[test]
    fn what_is_taken_off_and_paid_before_is_in_the_bill() {
        let (vendors, invoice) = (known(&[("V-03", "DE1"), ("V-04", "DE2")]), of_one_line());
        let told = invoice.to_bill(&vendors, &BTreeMap::new()).unwrap();
        let nets: Vec<(&str, i128)> =
            told.bill.lines.iter().map(|line| (line.description.as_str(), line.billed.net.minor())).collect();
        let parts =
            [("fans", 2000), ("fans: rebate", -200), ("paid before (BT-113)", -1000), ("rounding (BT-114)", -2)];
        assert_eq!(nets, parts);
        assert_eq!(told.notes, [EInvoiceNote::UnknownOrder("PO-1".into())]);
        assert_eq!(told.bill.check(Rounding::HalfUp).unwrap(), []);

        // On a known order, the price has what is taken off in it.
        let order = Id::natural("order", "PO-1");
        let told = invoice.to_bill(&vendors, &[("PO-1".to_owned(), order)].into()).unwrap();
        let [fans, ..] = &told.bill.lines[..] else { panic!("{told:?}") };
        assert_eq!(fans.order, Some(OrderLineRef { order, line: 2 }));
        assert_eq!(
            (fans.billed.net, fans.billed.price),
            (Money::from_minor(1800, Currency::EUR), "18 EUR / 4 XPP".parse().unwrap())
        );
        assert_eq!((told.bill.lines.len(), told.notes.len()), (3, 0));

        // A credit note is the other way round.
        let note = EInvoice { kind: InvoiceKind::CreditNote, ..invoice.clone() };
        let note = note.to_bill(&vendors, &BTreeMap::new()).unwrap().bill;
        assert_eq!((note.gross.minor(), note.lines[0].billed.net.minor()), (-1140, -2000));
        assert_eq!(note.check(Rounding::HalfUp).unwrap(), []);
    }

    #[test]
    fn what_a_bill_cannot_say_is_refused_by_its_term() {
        let vendors = known(&[("V-03", "DE1"), ("V-04", "DE2")]);
        let refused = |change: &dyn Fn(&mut EInvoice)| {
            let mut invoice = of_one_line();
            change(&mut invoice);
            match invoice.to_bill(&vendors, &BTreeMap::new()) {
                Err(EInvoiceBillError::Field { term, line, .. }) => (term, line),
                other => panic!("{other:?}"),
            }
        };
        assert_eq!(refused(&|invoice| invoice.payee = Some(InvoiceParty::default())), ("BG-10", None));
        assert_eq!(refused(&|invoice| invoice.currency = "XXQ".into()), ("BT-5", None));
        assert_eq!(refused(&|invoice| invoice.totals.due = None), ("BT-115", None));
        assert_eq!(refused(&|invoice| invoice.totals.prepaid = Some(Decimal::new(1, 3))), ("BT-113", None));
        assert_eq!(refused(&|invoice| invoice.taxes.clear()), ("BG-23", None));
        assert_eq!(refused(&|invoice| invoice.lines[0].net = None), ("BT-131", Some(0)));
        assert_eq!(refused(&|invoice| invoice.lines[0].unit = "a b".into()), ("BT-130", Some(0)));
        assert_eq!(refused(&|invoice| invoice.lines[0].price.base_unit = "KGM".into()), ("BT-150", Some(0)));
        assert_eq!(refused(&|invoice| invoice.lines[0].price.base_quantity = Some(Decimal::ZERO)), ("BT-146", Some(0)));
        assert_eq!(refused(&|invoice| invoice.lines[0].tax.rate = Some(-Decimal::ONE)), ("BT-152", Some(0)));
    }

    #[test]
    fn what_comes_twice_is_one_bill() {
        let vendors = known(&[("V-03", "DE1")]);
        let bill = of_one_line().to_bill(&vendors, &BTreeMap::new()).unwrap().bill;
        // The same document, written otherwise.
        let again =
            EInvoice { number: " 17 ".into(), ..of_one_line() }.to_bill(&vendors, &BTreeMap::new()).unwrap().bill;
        let office = Office::on(MemoryStore::new());
        let take = |key: &str, id: &str, bill: &Bill| {
            let clerk = Actor::new(Id::natural("person", "E-003"), Role::new("bookkeeper"));
            let command = Command::new(key, "import", clerk, DateTime::default()).unwrap();
            let id = Id::natural("invoice", id);
            wait(office.transact(&command, |tx| async move { receive_invoice(&tx, id, bill.clone()).await }))
        };
        take("first", "a", &bill).unwrap();
        take("again", "a", &again).unwrap();
        let other = take("other", "b", &again);
        assert!(
            matches!(other, Err(ReceiveInvoiceError::Duplicate { first, .. }) if first == Id::natural("invoice", "a"))
        );
    }

    #[test]
    fn of_two_vendors_it_is_neither() {
        let account = |number: &str| PaymentMeans {
            account: Some(PaymentAccount { number: number.into(), ..PaymentAccount::default() }),
            ..PaymentMeans::default()
        };
        let vendor = |code: &str, tax_id: &str, iban: &str| VendorIdentity {
            vendor: Id::natural("party", code),
            tax_ids: vec![tax_id.into()],
            electronic_addresses: vec![Identifier { value: format!("{code}@example.org"), scheme: "EM".into() }],
            accounts: vec![iban.parse().unwrap()],
        };
        let (one, other, third) =
            ("DE83 1009 9001 0004 7112 00", "GB82 WEST 1234 5698 7654 32", "NL91 ABNA 0417 1643 00");
        let vendors = VendorDirectory::new([vendor("V-03", "DE1", one), vendor("V-04", "DE2", other)]);
        // The number of the one, and the account of the other.
        let invoice = EInvoice { payments: vec![account(other)], ..of_one_line() };
        let told = invoice.to_bill(&vendors, &BTreeMap::new());
        let Err(EInvoiceBillError::Vendor(FindVendorError::Ambiguous { candidates })) = &told else {
            panic!("{told:?}")
        };
        assert_eq!(candidates.len(), 2);
        // An account that nobody is known to have is pointed at.
        let invoice = EInvoice { payments: vec![account(third)], order: String::new(), ..of_one_line() };
        let told = invoice.to_bill(&vendors, &BTreeMap::new()).unwrap();
        assert!(matches!(&told.notes[..], [EInvoiceNote::OtherAccount(_)]), "{:?}", told.notes);
        // By its electronic address alone.
        let mut invoice = of_one_line();
        invoice.seller = InvoiceParty {
            electronic_address: Some(Identifier { value: "v-04@EXAMPLE.org".into(), scheme: "EM".into() }),
            ..InvoiceParty::default()
        };
        assert_eq!(vendors.vendor_of(&invoice), Ok(Id::natural("party", "V-04")));
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
