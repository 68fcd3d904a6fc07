//! Vendors' e-invoices in a small office: a file becomes a bill, matched with its order or held, or it is refused and told
//! what is missing.
#![cfg(feature = "ubl")]

#[cfg(test)]
#[path = "small_office/backend.rs"]
mod backend;
#[cfg(test)]
#[expect(clippy::arithmetic_side_effects, reason = "the numbers of a small office are small")]
#[path = "small_office/office.rs"]
mod small_office;

#[cfg(test)]
mod e_invoices {
    use office::purchasing::{
        BillError, BillOutcome, EInvoiceIntake, EInvoiceTaken, TakeEInvoiceError, Wanted, WantedLine, order, receive,
        request, take_in_e_invoice,
    };
    use office_core::subject::{OrderId, RequisitionId};
    use office_core::{Currency, Id, Office, Percent, StoreError, wait};
    use office_finance::{
        EInvoice, EInvoiceBillError, EInvoiceRules, FindVendorError, HoldReason, Identifier, InvoiceAddress,
        InvoiceDocument, InvoiceDraft, InvoiceLine, InvoiceParty, ReceiveInvoiceError, Strictness, TaxClass,
        VendorDirectory, VendorIdentity, VendorInvoice, write_ubl,
    };
    use office_inventory::{DeliveredGoods, GoodsDelivery, PurchaseOrder};

    use crate::backend::backends;
    use crate::small_office::{
        COST_CENTRES, ITEMS, command, cost_centre, day, euro, item, person, rules, set_up, shelf,
    };

    const ON: &str = "2026-10-06";

    /// A box of paper, asked for, ordered and delivered; by which number the vendor knows the order.
    fn ordered(office: &Office, number: &str) -> String {
        let rules = &rules();
        let (on, box_of) = (day(ON), "1 box".parse().unwrap());
        let wanted = &Wanted {
            number: number.parse().unwrap(),
            requester: person("anybody"),
            on,
            lines: vec![WantedLine { item: item(ITEMS[0].0), quantity: box_of }],
            cost_centre: cost_centre(COST_CENTRES[0]),
            scope: "company/CC-100".parse().unwrap(),
            reason: "wanted".to_owned(),
        };
        let placed = wait(office.transact(&command(number, "assistant"), |tx| async move {
            request(&tx, rules, wanted.clone()).await.unwrap();
            let placed = order(&tx, rules, RequisitionId::natural("requisition", number), on).await.unwrap()[0];
            let goods = DeliveredGoods { quantity: box_of, to: shelf(), lot: None };
            let delivery = GoodsDelivery { note: number.parse().unwrap(), on, lines: [(1, goods)].into() };
            receive(&tx, rules, placed, delivery).await.unwrap();
            Ok::<OrderId, StoreError>(placed)
        }));
        let placed = placed.unwrap();
        let found: Result<_, StoreError> =
            wait(office.view(|view| async move { view.load(PurchaseOrder::key(placed)).await }));
        found.unwrap().number().to_string()
    }

    /// What the vendor sends: a box of paper for 24.40, on an order.
    fn sent(number: &str, order: &str) -> EInvoice {
        let party = |name: &str, tax_id: &str| InvoiceParty {
            name: name.into(),
            tax_id: tax_id.into(),
            legal_id: Some(Identifier::new("HRB 4711")),
            address: Some(InvoiceAddress { country: "DE".into(), ..InvoiceAddress::default() }),
            ..InvoiceParty::default()
        };
        let tax = TaxClass::standard(Percent::whole(19)).unwrap();
        let line = InvoiceLine::new("paper", "1 each".parse().unwrap(), "20.50 EUR / 1 each".parse().unwrap(), tax);
        let (seller, buyer) = (party("Paper & Co", "DE123456789"), party("Office", "DE987654321"));
        let draft = InvoiceDraft::new(Currency::EUR, seller, buyer, vec![line]);
        let document = InvoiceDocument::new(number.parse().unwrap(), day(ON), day("2026-10-20"), draft).unwrap();
        let mut told = EInvoice::of(&document);
        told.order = order.to_owned();
        // A box, as Recommendation 20 tells it.
        told.lines[0].unit = "XBX".to_owned();
        if !told.lines[0].price.base_unit.is_empty() {
            told.lines[0].price.base_unit = "XBX".to_owned();
        }
        told.lines[0].order_line = "1".to_owned();
        told
    }

    fn intake() -> EInvoiceIntake {
        let paper = VendorIdentity {
            vendor: Id::natural("party", "V-01"),
            tax_ids: vec!["DE 123 456 789".into()],
            electronic_addresses: vec![],
            accounts: vec![],
        };
        EInvoiceIntake {
            vendors: VendorDirectory::new([paper]),
            rules: EInvoiceRules::en16931().unwrap(),
            strictness: Strictness::EXACT,
            units: [("XBX".to_owned(), "box".parse().unwrap())].into(),
        }
    }

    fn take(office: &Office, key: &str, id: &str, file: &str) -> Result<EInvoiceTaken, TakeEInvoiceError> {
        let (rules, intake, id) = (&rules(), &intake(), Id::natural("invoice", id));
        wait(office.transact(&command(key, "assistant"), |tx| async move {
            take_in_e_invoice(&tx, rules, intake, id, "invoice.xml", file.as_bytes()).await
        }))
    }

    fn kept(office: &Office) -> usize {
        let all: Result<_, StoreError> =
            wait(office.view(|view| async move { view.every::<VendorInvoice>(None, 100).await }));
        all.unwrap().len()
    }

    #[test]
    fn a_file_becomes_a_bill_that_is_matched_with_its_order() {
        for backend in backends() {
            let office = &backend.office;
            set_up(office, &rules(), euro(100_000), 1);
            let number = ordered(office, "RQ-1");
            let file = write_ubl(&sent("INV-1", &number));
            let taken = take(office, "a", "a", &file).unwrap();
            assert!(matches!(taken.outcome, BillOutcome::Posted { .. }), "{taken:?}");
            assert_eq!(taken.notes, [""; 0]);
            // The same again is the same bill; under another id it is the second of its number.
            assert!(matches!(take(office, "a-again", "a", &file).unwrap().outcome, BillOutcome::Decided { .. }));
            let second = take(office, "b", "b", &file);
            assert!(
                matches!(&second, Err(TakeEInvoiceError::Bill(BillError::Receive(ReceiveInvoiceError::Duplicate { number, .. }))) if number == "INV-1"),
                "{second:?}"
            );
            assert_eq!(kept(office), 1);

            // An order that nobody knows is told, and the bill waits to be coded.
            let taken = take(office, "c", "c", &write_ubl(&sent("INV-2", "PO-99"))).unwrap();
            assert_eq!(taken.notes, ["the order PO-99 (BT-13) is not known"]);
            let BillOutcome::Held { reasons } = taken.outcome else { panic!("{taken:?}") };
            assert!(reasons.iter().any(|reason| matches!(reason, HoldReason::WithoutOrder { .. })), "{reasons:?}");
        }
    }

    #[test]
    fn what_is_missing_is_named_and_nothing_is_recorded() {
        for backend in backends() {
            let office = &backend.office;
            set_up(office, &rules(), euro(100_000), 1);
            assert!(matches!(take(office, "no-xml", "a", "INV-1"), Err(TakeEInvoiceError::Read(_))));
            let mut wrong = sent("INV-1", "");
            wrong.totals.due = Some("25".parse().unwrap());
            wrong.buyer.name = String::new();
            let Err(TakeEInvoiceError::Broken { broken }) = take(office, "broken", "a", &write_ubl(&wrong)) else {
                panic!("it breaks rules")
            };
            let names: Vec<&str> = broken.iter().map(|rule| rule.rule.as_str()).collect();
            assert_eq!(names, ["BR-07", "BR-CO-16"]);
            let mut other = sent("INV-1", "");
            other.seller.tax_id = "FR12345678901".to_owned();
            let unknown = take(office, "unknown", "a", &write_ubl(&other));
            assert!(
                matches!(&unknown, Err(TakeEInvoiceError::Told(EInvoiceBillError::Vendor(FindVendorError::Unknown { keys }))) if keys.len() == 1)
            );
            assert_eq!(unknown.unwrap_err().to_string(), "no vendor is known by tax id FR12345678901 (BT-31)");
            assert_eq!(kept(office), 0);
        }
    }
}
