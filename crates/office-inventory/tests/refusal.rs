//! Bad input of every sort, through the operations on what is stored: refused by type, and nothing has changed.

#[cfg(test)]
mod refusal {
    use std::collections::BTreeMap;

    use chrono::DateTime;
    use office_core::subject::{ItemId, OrderId, PlaceId};
    use office_core::{
        Actor, Command, Currency, Id, MemoryStore, Money, Office, Percent, Quantity, Ratio, Role, Rounding, StoreError,
        Tx, wait,
    };
    use office_inventory::{
        BookedGoods, CostMethod, CountGoodsError, CountStockError, DeliveredGoods, DraftOrderError, EnterError,
        Entered, GoodsDelivery, HandleGoodsError, InUnitError, IssueGoodsError, IssueStockError, Item, ItemKind,
        ItemUnitError, LedgerTerms, Leeway, Location, Lot, LotId, MoveStockError, NewItem, NewOrder, NewOrderLine,
        NewStock, OrderLineError, OrderTerms, PurchaseOrder, ReceiptTolerance, ReceiveDeliveryError, ReceiveOrderError,
        ReceiveStockError, Stock, StockCount, StockFact, StockIssue, StockMove, StockReceipt, Tracking, TransferError,
        count_goods, handle_goods, issue_goods, receive_delivery,
    };

    fn paper() -> ItemId {
        Id::natural("item", "PAP-A4")
    }

    fn laptop() -> ItemId {
        Id::natural("item", "LAP-14")
    }

    fn place(name: &str) -> PlaceId {
        Id::natural("place", name)
    }

    fn order() -> OrderId {
        Id::natural("order", "PO-1")
    }

    fn serial(number: &str) -> LotId {
        Lot::key(laptop(), &number.parse().unwrap())
    }

    fn command(key: &str) -> Command {
        let keeper = Actor::new(Id::natural("person", "E-004"), Role::new("secretary"));
        Command::new(key, "test", keeper, DateTime::from_timestamp(1_790_000_000, 0).unwrap()).unwrap()
    }

    fn new_item(sku: &str, unit: &str) -> NewItem {
        NewItem {
            sku: sku.parse().unwrap(),
            name: sku.to_owned(),
            category: "office".to_owned(),
            kind: ItemKind::Stocked,
            unit: unit.parse().unwrap(),
            packs: [("box".parse().unwrap(), Ratio::from_integer(5))].into(),
            vendor: None,
            reorder: None,
            cost_method: CostMethod::Fifo,
        }
    }

    fn new_order(quantity: &str) -> NewOrder {
        let (price, centre) = ("20.5 EUR / 1 box".parse().unwrap(), Id::natural("cost_centre", "CC-100"));
        let over = Leeway::new(Percent::whole(10), None).unwrap();
        let line = NewOrderLine {
            tolerance: ReceiptTolerance { over, under: Leeway::NONE },
            ..NewOrderLine::new(paper(), quantity.parse().unwrap(), price, centre)
        };
        let terms = OrderTerms { currency: Currency::EUR, rounding: Rounding::HalfUp };
        let (number, vendor) = ("PO-1".parse().unwrap(), Id::natural("party", "V-01"));
        NewOrder { number, vendor, terms, lines: vec![line] }
    }

    async fn keep(tx: &Tx, item: ItemId, new: NewItem, terms: LedgerTerms) -> Result<(), StoreError> {
        let (unit, currency) = (new.unit, Currency::EUR);
        tx.create(Item::key(item), Item::list(new).unwrap().fact().unwrap()).await?;
        let stock = Stock::begin_on(NewStock { item, unit, currency, opening: None }, terms).unwrap();
        tx.create(Stock::key(item), stock.fact().unwrap()).await
    }

    /// Paper: 20 reams since 5 October, closed through 30 September, 10 boxes on order. One laptop, number 1, at R-S1.
    fn office() -> (MemoryStore, Office) {
        let store = MemoryStore::new();
        let office = Office::on(store.clone());
        wait(office.transact(&command("open"), |tx| async move {
            keep(&tx, paper(), new_item("PAP-A4", "ream"), LedgerTerms::default()).await?;
            let serials = LedgerTerms { tracking: Tracking::Serial, ..LedgerTerms::default() };
            keep(&tx, laptop(), new_item("LAP-14", "piece"), serials).await?;
            let stock = tx.load(Stock::key(paper())).await?;
            tx.decide(Stock::key(paper()), stock.close("2026-09-30".parse().unwrap()).unwrap()).await?;
            let key = PurchaseOrder::key(order());
            let drafted = PurchaseOrder::draft(new_order("10 box")).unwrap().fact().unwrap();
            tx.create(key, drafted).await?;
            let on = "2026-10-01".parse().unwrap();
            let approved = tx.load(key).await?.approve(None, on).unwrap();
            tx.decide(key, approved).await?;
            let sent = tx.load(key).await?.send(on).unwrap();
            tx.decide(key, sent).await
        }))
        .unwrap();
        receive(&office, paper(), None, "20 ream", "2026-10-05").unwrap();
        receive(&office, laptop(), Some(serial("1")), "1 piece", "2026-10-05").unwrap();
        (store, office)
    }

    fn receive(
        office: &Office,
        item: ItemId,
        lot: Option<LotId>,
        quantity: &str,
        on: &str,
    ) -> Result<Option<StockFact>, HandleGoodsError<ReceiveStockError>> {
        let goods = StockReceipt {
            quantity: quantity.parse().unwrap(),
            value: Money::from_minor(84_00, Currency::EUR),
            from: Id::natural("party", "V-01"),
            to: place("R-S1"),
            on: on.parse().unwrap(),
            reference: format!("note {quantity} {on}").parse().unwrap(),
        };
        wait(office.transact(&command(&goods.reference.as_str().replace(' ', "/")), |tx| {
            let goods = goods.clone();
            async move {
                let on = goods.on;
                let decide = |stock: &Stock| match lot {
                    Some(lot) => stock.receive_of(lot, goods),
                    None => stock.receive(goods),
                };
                handle_goods(&tx, item, None, on, decide).await
            }
        }))
    }

    fn issue(office: &Office, quantity: &str, on: &str) -> Result<Entered, IssueGoodsError> {
        let slip = StockIssue {
            quantity: quantity.parse().unwrap(),
            from: place("R-S1"),
            cost_centre: Id::natural("cost_centre", "CC-200"),
            issued_to: None,
            on: on.parse().unwrap(),
            reference: "slip".parse().unwrap(),
        };
        wait(office.transact(&command("slip"), |tx| {
            let slip = slip.clone();
            async move { issue_goods(&tx, paper(), slip).await }
        }))
    }

    fn count(office: &Office, counted: &str, on: &str) -> Result<Entered, CountGoodsError> {
        let (counted, on) = (counted.parse().unwrap(), on.parse().unwrap());
        let reference = "sheet".parse().unwrap();
        let count = StockCount { counted, at: place("R-S1"), on, reference, surplus_value: None };
        wait(office.transact(&command("sheet"), |tx| {
            let count = count.clone();
            async move { count_goods(&tx, paper(), count).await }
        }))
    }

    fn relocate(
        office: &Office,
        item: ItemId,
        lot: Option<LotId>,
        quantity: &str,
        on: &str,
    ) -> Result<Option<StockFact>, HandleGoodsError<MoveStockError>> {
        let [from, to] = ["R-S1", "R-K1"].map(|name| Location::Storage(place(name)));
        let quantity = quantity.parse().unwrap();
        let reference = "move".parse().unwrap();
        let goods = StockMove { quantity, lot, from, to, on: on.parse().unwrap(), reference };
        wait(office.transact(&command("move"), |tx| {
            let goods = goods.clone();
            async move {
                let on = goods.on;
                handle_goods(&tx, item, None, on, |stock| stock.relocate(goods)).await
            }
        }))
    }

    fn deliver(office: &Office, quantity: &str, on: &str) -> Result<Vec<BookedGoods>, ReceiveDeliveryError> {
        let quantity: Quantity = quantity.parse().unwrap();
        let lines = BTreeMap::from([(1, DeliveredGoods { quantity, to: place("R-S1"), lot: None })]);
        let delivery = GoodsDelivery { note: "DN-1".parse().unwrap(), on: on.parse().unwrap(), lines };
        wait(office.transact(&command("DN-1"), |tx| {
            let delivery = delivery.clone();
            async move { receive_delivery(&tx, order(), delivery).await }
        }))
    }

    const OCTOBER: &str = "2026-10-12";
    const CLOSED: &str = "2026-09-15";

    /// What is done, and whether it is refused as it has to be.
    type Case = (&'static str, fn(&Office) -> bool);

    const QUANTITIES: [Case; 9] = [
        ("nothing is issued", |office| {
            let refused = issue(office, "0 ream", OCTOBER);
            matches!(refused, Err(IssueGoodsError::Stock(IssueStockError::Goods(TransferError::NotPositive { .. }))))
        }),
        ("less than nothing is issued", |office| {
            let refused = issue(office, "-1 box", OCTOBER);
            matches!(refused, Err(IssueGoodsError::Stock(IssueStockError::Goods(TransferError::NotPositive { quantity }))) if quantity == "-5 ream".parse().unwrap())
        }),
        ("nothing is received", |office| {
            let refused = receive(office, paper(), None, "0 ream", OCTOBER);
            matches!(
                refused,
                Err(HandleGoodsError::Refused(ReceiveStockError::Goods(TransferError::NotPositive { .. })))
            )
        }),
        ("less than nothing is received", |office| {
            let refused = receive(office, paper(), None, "-3 ream", OCTOBER);
            matches!(
                refused,
                Err(HandleGoodsError::Refused(ReceiveStockError::Goods(TransferError::NotPositive { .. })))
            )
        }),
        ("nothing is moved", |office| {
            let refused = relocate(office, paper(), None, "0 ream", OCTOBER);
            matches!(refused, Err(HandleGoodsError::Refused(MoveStockError::Goods(TransferError::NotPositive { .. }))))
        }),
        ("fewer than none are counted", |office| {
            let refused = count(office, "-1 ream", OCTOBER);
            matches!(refused, Err(CountGoodsError::Stock(CountStockError::Negative { .. })))
        }),
        ("more is issued than there is", |office| {
            let refused = issue(office, "21 ream", OCTOBER);
            matches!(refused, Err(IssueGoodsError::Stock(IssueStockError::Insufficient { on_hand, .. })) if on_hand == "20 ream".parse().unwrap())
        }),
        ("nothing is delivered", |office| {
            matches!(deliver(office, "0 box", OCTOBER), Err(ReceiveDeliveryError::Order(_)))
        }),
        ("less than nothing is ordered", |_| {
            matches!(
                PurchaseOrder::draft(new_order("-2 box")),
                Err(DraftOrderError::Line(OrderLineError::Quantity { line: 1, .. }))
            )
        }),
    ];

    const UNITS: [Case; 4] = [
        ("paper is issued by weight", |office| {
            let refused = issue(office, "2 kg", OCTOBER);
            matches!(refused, Err(IssueGoodsError::Unit(ItemUnitError::NotTraded { accepted, .. })) if accepted.len() == 2)
        }),
        ("paper is counted by weight", |office| {
            matches!(count(office, "2 kg", OCTOBER), Err(CountGoodsError::Unit(ItemUnitError::NotTraded { .. })))
        }),
        ("paper is delivered by weight", |office| {
            matches!(
                deliver(office, "2 kg", OCTOBER),
                Err(ReceiveDeliveryError::Unit(InUnitError::Unit(ItemUnitError::NotTraded { .. })))
            )
        }),
        ("paper is received by weight", |office| {
            let refused = receive(office, paper(), None, "2 kg", OCTOBER);
            matches!(refused, Err(HandleGoodsError::Refused(ReceiveStockError::Ledger(EnterError::OtherUnit { .. }))))
        }),
    ];

    const CLOSED_DAYS: [Case; 5] = [
        ("an issue on a closed day", |office| {
            let refused = issue(office, "1 ream", CLOSED);
            matches!(refused, Err(IssueGoodsError::Stock(IssueStockError::Ledger(EnterError::PeriodClosed { .. }))))
        }),
        ("a receipt on a closed day", |office| {
            let refused = receive(office, paper(), None, "1 ream", CLOSED);
            matches!(
                refused,
                Err(HandleGoodsError::Refused(ReceiveStockError::Ledger(EnterError::PeriodClosed { .. })))
            )
        }),
        ("a move on a closed day", |office| {
            let refused = relocate(office, paper(), None, "1 ream", CLOSED);
            matches!(refused, Err(HandleGoodsError::Refused(MoveStockError::Ledger(EnterError::PeriodClosed { .. }))))
        }),
        ("a count on a closed day", |office| {
            matches!(count(office, "1 ream", CLOSED), Err(CountGoodsError::Stock(CountStockError::PeriodClosed { .. })))
        }),
        ("a delivery on a closed day", |office| {
            let refused = deliver(office, "1 box", CLOSED);
            matches!(
                refused,
                Err(ReceiveDeliveryError::Stock(ReceiveStockError::Ledger(EnterError::PeriodClosed { .. })))
            )
        }),
    ];

    const GOODS: [Case; 5] = [
        ("a delivery above the tolerance", |office| {
            matches!(
                deliver(office, "12 box", OCTOBER),
                Err(ReceiveDeliveryError::Order(ReceiveOrderError::TooMany(_)))
            )
        }),
        ("a serial number that is there already", |office| {
            let refused = receive(office, laptop(), Some(serial("1")), "1 piece", OCTOBER);
            matches!(refused, Err(HandleGoodsError::Refused(ReceiveStockError::Ledger(EnterError::TwoPlaces { .. }))))
        }),
        ("a serial number that is not where it is taken from", |office| {
            let refused = relocate(office, laptop(), Some(serial("2")), "1 piece", OCTOBER);
            matches!(refused, Err(HandleGoodsError::Refused(MoveStockError::Ledger(EnterError::Short { .. }))))
        }),
        ("one serial number for two", |office| {
            let refused = receive(office, laptop(), Some(serial("3")), "2 piece", OCTOBER);
            matches!(refused, Err(HandleGoodsError::Refused(ReceiveStockError::Ledger(EnterError::NotOnePiece { .. }))))
        }),
        ("a laptop without a number", |office| {
            let refused = receive(office, laptop(), None, "1 piece", OCTOBER);
            matches!(refused, Err(HandleGoodsError::Refused(ReceiveStockError::Ledger(EnterError::LotWanted))))
        }),
    ];

    #[test]
    fn whatever_is_refused_is_refused_by_type_and_changes_nothing() {
        let (store, office) = office();
        let before = format!("{store:?}");
        let cases = QUANTITIES.into_iter().chain(UNITS).chain(CLOSED_DAYS).chain(GOODS);
        for (name, is_refused) in cases {
            assert!(is_refused(&office), "{name}");
            assert_eq!(format!("{store:?}"), before, "{name}");
        }
        // What is good is taken: the same operations do change something.
        issue(&office, "1 box", OCTOBER).unwrap();
        deliver(&office, "11 box", OCTOBER).unwrap();
        assert_ne!(format!("{store:?}"), before);
    }
}
