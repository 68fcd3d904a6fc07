//! October of the example office: its shelves, orders and deliveries, played through and compared with its totals.

#[cfg(test)]
#[expect(clippy::arithmetic_side_effects, reason = "a test that overflows fails")]
mod october {
    use std::collections::{BTreeMap, BTreeSet};
    use std::path::Path;

    use chrono::{DateTime, Datelike, NaiveDate, Utc, Weekday};
    use office_core::rules::{DecisionTable, PolicyBook};
    use office_core::subject::ItemId;
    use office_core::{
        Actor, Command, Currency, DateRange, Decimal, Id, MemoryStore, Money, Office, Percent, Quantity, Ratio, Role,
        Rounding, StoreError, UnitPrice, wait,
    };
    use office_inventory::theory::{ForecastRule, ServiceTarget};
    use office_inventory::{
        CostMethod, DeliveredGoods, GoodsDelivery, IssueGoodsError, IssueStockError, Item, ItemKind, NewItem,
        NewRequisition, NewRequisitionLine, NewStock, OpeningStock, OrderTerms, PlaceOrderError, PriceList, PriceRow,
        Purchase, PurchaseLine, PurchaseOrder, Quote, ReceiveDeliveryError, ReorderAdvice, ReorderBasis, ReorderPolicy,
        ReorderTerms, Replenishment, Requisition, Stock, StockIssue, VendorChoice, VendorSchedule, advise_reorder,
        issue_goods, place_order, receive_delivery,
    };

    type Row = BTreeMap<String, String>;

    /// The rows of a table by the names of their columns. The tables that are read here quote nothing.
    fn table(name: &str) -> Vec<Row> {
        let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../examples/data").join(name);
        let text = std::fs::read_to_string(path).unwrap();
        let mut lines = text.lines().map(|line| line.split(',').map(str::to_owned).collect::<Vec<_>>());
        let header = lines.next().unwrap();
        lines.map(|cells| header.iter().cloned().zip(cells).collect()).collect()
    }

    fn command(key: &str) -> Command {
        let keeper = Actor::new(Id::natural("person", "E-004"), Role::new("secretary"));
        let key: String = key.chars().filter(char::is_ascii_graphic).collect();
        Command::new(key, "october", keeper, DateTime::from_timestamp(1_790_000_000, 0).unwrap()).unwrap()
    }

    fn item(sku: &str) -> ItemId {
        Id::natural("item", sku)
    }

    fn quantity(amount: &str, unit: &str) -> Quantity {
        format!("{amount} {unit}").parse().unwrap()
    }

    fn day(text: &str) -> NaiveDate {
        text.parse().unwrap()
    }

    fn at(on: NaiveDate) -> DateTime<Utc> {
        on.and_hms_opt(9, 0, 0).unwrap().and_utc()
    }

    fn eur(text: &str) -> Money {
        Money::parse(text, Currency::EUR).unwrap()
    }

    fn prices() -> PriceList {
        let rows = table("price_list.csv").into_iter().map(|row| {
            let last = if row["valid_to"].is_empty() { None } else { Some(day(&row["valid_to"])) };
            let first = day(&row["valid_from"]);
            PriceRow {
                vendor: Id::natural("party", &row["vendor"]),
                item: item(&row["sku"]),
                vendor_sku: Some(row["vendor_sku"].parse().unwrap()),
                price: format!(
                    "{} EUR / 1 {}",
                    row["price"].trim_end_matches('0').trim_end_matches('.'),
                    row["pack_unit"]
                )
                .parse::<UnitPrice>()
                .unwrap(),
                min_quantity: quantity(&row["min_quantity"], &row["pack_unit"]),
                lead_days: row["lead_days"].parse().unwrap(),
                valid: last.map_or(DateRange::from(first), |last| DateRange::inclusive(first, last).unwrap()),
            }
        });
        PriceList::new(Currency::EUR, rows).unwrap()
    }

    /// Below the minimum up to the maximum, from the usual vendor; nothing for what is not ordered again.
    fn reorder_terms(min: Quantity, max: Quantity, multiple: Quantity) -> Option<ReorderTerms> {
        let terms = ReorderTerms {
            policy: ReorderPolicy::MinMax { min, max },
            service: ServiceTarget::Cycle(Percent::whole(95)),
            vendor: VendorChoice::Usual,
            order_cost: eur("15.00"),
            holding_rate: Percent::whole(20),
            least: Quantity::zero(max.unit()),
            multiple,
            step: Quantity::whole(1, max.unit()),
            forecast: ForecastRule::default(),
        };
        max.is_positive().then_some(terms)
    }

    struct October {
        office: Office,
        prices: PriceList,
        places: BTreeMap<String, String>,
        received: Decimal,
        issued: Decimal,
        refused: Vec<String>,
    }

    impl October {
        fn begin() -> Self {
            let office = Office::on(MemoryStore::new());
            let units = table("units.csv");
            let mut places = BTreeMap::new();
            for row in table("supplies.csv") {
                let sku = row["sku"].as_str();
                places.insert(sku.to_owned(), row["location"].clone());
                let packs = units.iter().filter(|pack| pack["sku"] == sku).map(|pack| {
                    (pack["pack_unit"].parse().unwrap(), Ratio::from_integer(pack["quantity"].parse().unwrap()))
                });
                let of = |column: &str| quantity(&row[column], &row["unit"]);
                let new = NewItem {
                    sku: sku.parse().unwrap(),
                    name: row["name"].clone(),
                    category: row["category"].clone(),
                    kind: if row["category"] == "equipment" { ItemKind::Stocked } else { ItemKind::Consumable },
                    unit: row["unit"].parse().unwrap(),
                    packs: packs.collect(),
                    vendor: Some(Id::natural("party", &row["vendor"])),
                    reorder: None,
                    cost_method: CostMethod::Fifo,
                };
                let opening = of("opening_quantity");
                let cost = eur(&row["opening_unit_cost"]);
                let stock = NewStock {
                    item: item(sku),
                    unit: new.unit,
                    currency: Currency::EUR,
                    opening: Some(OpeningStock {
                        quantity: opening,
                        value: cost.times(opening.amount(), Rounding::HalfUp).unwrap(),
                        at: Id::natural("place", &row["location"]),
                        on: day("2026-10-01"),
                        reference: "inventory of 1 October".parse().unwrap(),
                    }),
                };
                let listed = Item::list(new).unwrap().fact().unwrap();
                let opened = Stock::begin(stock).unwrap().fact().unwrap();
                let terms = reorder_terms(of("min"), of("max"), of("order_multiple"));
                let id = item(sku);
                wait(office.transact(&command(&format!("list-{sku}")), |tx| {
                    let (listed, opened) = (listed.clone(), opened.clone());
                    async move {
                        tx.create(Item::key(id), listed).await?;
                        tx.create(Stock::key(id), opened).await?;
                        if let Some(terms) = terms {
                            let begun = Replenishment::begin(id, terms.multiple.unit(), day("2026-10-01"), terms);
                            tx.decide(Replenishment::key(id), begun.unwrap()).await?;
                        }
                        Ok::<_, StoreError>(())
                    }
                }))
                .unwrap();
            }
            let (received, issued) = (Decimal::ZERO, Decimal::ZERO);
            Self { office, prices: prices(), places, received, issued, refused: Vec::new() }
        }

        fn stock(&self, sku: &str) -> Stock {
            let id = item(sku);
            wait(self.office.view(|view| async move { view.load(Stock::key(id)).await })).unwrap()
        }

        fn kept(&self, sku: &str) -> Item {
            let id = item(sku);
            wait(self.office.view(|view| async move { view.load(Item::key(id)).await })).unwrap()
        }

        /// Submitted, approved by the rules of this test, and ordered.
        fn buy(&self, number: &str, sku: &str, amount: Quantity, quote: &Quote, on: NaiveDate) {
            let estimate = quote.extend(&amount, Rounding::HalfUp).unwrap();
            let request = NewRequisition {
                id: Id::natural("requisition", number),
                number: number.parse().unwrap(),
                requester: Id::natural("person", "E-004"),
                on,
                lines: vec![NewRequisitionLine { item: item(sku), quantity: amount, estimate }],
                within_budget: number != "RQ-08",
                cost_centre: Id::natural("cost_centre", "CC-100"),
                scope: "company/CC-100".parse().unwrap(),
                reason: "the shelf is empty".to_owned(),
            };
            let mut policy = PolicyBook::new("purchase");
            let rows = [["no", "refuse: over budget"], ["-", "allow"]].map(|row| row.map(str::to_owned).to_vec());
            let table = DecisionTable::from_rows(&["within_budget", "outcome"], rows).unwrap();
            policy.publish(day("2026-01-01"), table).unwrap();
            let submitted = Requisition::submit(request, &policy, at(on)).unwrap().fact().unwrap();
            let requisition = Id::natural("requisition", number);
            wait(self.office.transact(&command(&format!("submit-{number}")), |tx| {
                let submitted = submitted.clone();
                async move { tx.create(Requisition::key(requisition), submitted).await }
            }))
            .unwrap();
            let terms = OrderTerms { currency: Currency::EUR, rounding: Rounding::HalfUp };
            let order = Id::natural("order", number);
            let purchase = Purchase {
                order,
                number: number.parse().unwrap(),
                vendor: quote.row.vendor,
                lines: vec![PurchaseLine::new(1, amount, quote.row.price)],
                terms,
                on,
            };
            let ordered = wait(self.office.transact(&command(&format!("order-{number}")), |tx| {
                let purchase = purchase.clone();
                async move { place_order(&tx, requisition, purchase).await }
            }));
            match ordered {
                Err(PlaceOrderError::Requisition(_)) => assert_eq!(number, "RQ-08"),
                ordered => ordered.unwrap(),
            }
        }

        fn request(&self, row: &Row) {
            let (sku, on) = (row["sku"].as_str(), day(&row["date"]));
            let amount = quantity(&row["quantity"], &row["unit"]);
            let vendor = self.kept(sku).vendor().unwrap();
            let quote = self.prices.quote(vendor, item(sku), amount, on).unwrap();
            self.buy(&row["requisition"], sku, amount, &quote, on);
        }

        fn deliver(&mut self, row: &Row) {
            let to = Id::natural("place", &self.places[&row["sku"]]);
            let goods = DeliveredGoods { quantity: quantity(&row["quantity"], &row["unit"]), to, lot: None };
            let note = row["delivery_note"].parse().unwrap();
            let delivery = GoodsDelivery { note, on: day(&row["date"]), lines: [(1, goods)].into() };
            let order = Id::natural("order", &row["reference"]);
            for attempt in 0..2 {
                // The note comes in twice, by two hands: the second changes nothing.
                let key = format!("{}-{attempt}", row["delivery_note"]);
                let booked = wait(self.office.transact(&command(&key), |tx| {
                    let delivery = delivery.clone();
                    async move { receive_delivery(&tx, order, delivery).await }
                }));
                let booked: Result<Vec<_>, ReceiveDeliveryError> = booked;
                for goods in booked.unwrap() {
                    assert_eq!(attempt, 0);
                    self.received += goods.entered.value.amount();
                }
            }
        }

        fn issue(&mut self, number: usize, row: &Row) {
            let id = item(&row["sku"]);
            let issue = StockIssue {
                quantity: quantity(&row["quantity"], &row["unit"]),
                from: Id::natural("place", &self.places[&row["sku"]]),
                cost_centre: Id::natural("cost_centre", &row["cost_centre"]),
                issued_to: Some(Id::natural("person", &row["issued_to"])),
                on: day(&row["date"]),
                reference: format!("issue {number}").parse().unwrap(),
            };
            let issued = wait(self.office.transact(&command(&format!("issue-{number}")), |tx| {
                let issue = issue.clone();
                async move { issue_goods(&tx, id, issue).await }
            }));
            match issued {
                Ok(entered) => self.issued += entered.value.amount(),
                Err(IssueGoodsError::Stock(IssueStockError::Insufficient { on_hand, wanted, .. })) => {
                    self.refused.push(format!("{} {}: {wanted} of {on_hand}", row["date"], row["sku"]));
                }
                Err(error) => panic!("{row:?}: {error:?}"),
            }
        }

        fn reorder(&self, on: NaiveDate) -> Vec<String> {
            let mut proposed = Vec::new();
            let (prices, blocked) = (self.prices.clone(), BTreeSet::new());
            let vendors = prices.rows().iter().map(|row| (row.vendor, VendorSchedule::default())).collect();
            let basis = &ReorderBasis { on, prices, vendors, blocked, weeks: 1, periods: 52 };
            for row in table("supplies.csv") {
                let (sku, id) = (row["sku"].as_str(), item(&row["sku"]));
                let look =
                    || wait(self.office.view(|view| async move { advise_reorder(&view, id, basis).await })).unwrap();
                if let ReorderAdvice::Order(proposal) = look() {
                    let number = format!("RO-{:02}-{sku}", on.day());
                    let quote = self.prices.quote(proposal.price.vendor, id, proposal.quantity, on).unwrap();
                    assert_eq!(quote.row, proposal.price, "{number}");
                    self.buy(&number, sku, proposal.quantity, &quote, on);
                    proposed.push(format!("{number} {}", proposal.quantity));
                    assert!(matches!(look(), ReorderAdvice::Enough(_)), "{number} is proposed once");
                }
            }
            proposed
        }

        fn play(&mut self) -> Vec<String> {
            let (requisitions, deliveries) = (table("requisitions.csv"), table("deliveries.csv"));
            let issues = table("stock_issues.csv");
            let mut proposed = Vec::new();
            for date in DateRange::month(2026, 10).unwrap().dates(31) {
                let today = |row: &&Row| day(&row["date"]) == date;
                requisitions.iter().filter(today).for_each(|row| self.request(row));
                deliveries.iter().filter(today).for_each(|row| self.deliver(row));
                for (number, row) in issues.iter().enumerate().filter(|(_, row)| today(row)) {
                    self.issue(number, row);
                }
                if date.weekday() == Weekday::Mon {
                    proposed.extend(self.reorder(date));
                }
            }
            proposed
        }
    }

    #[test]
    fn october_comes_out_to_the_cent_and_the_piece() {
        let mut october = October::begin();
        let proposed = october.play();
        assert_eq!(
            proposed,
            [
                "RO-05-PAP-A4 13 box",
                "RO-05-MLK-1L 4 crate",
                "RO-12-TON-BLK 4 piece",
                "RO-12-PEN-BLU 3 box",
                "RO-12-COF-BEA 3 carton",
                "RO-19-TON-CYN 3 piece",
                "RO-19-CLN-SPR 3 carton",
                "RO-26-PAP-A4 13 box",
                "RO-26-ENV-C5 5 pack",
            ]
        );
        assert_eq!(october.refused, ["2026-10-21 BAT-AA: 40 piece of 26 piece"]);
        let mut total = Decimal::ZERO;
        for row in table("control.csv") {
            let expected = || eur(&row["value"]).amount();
            match (row["group"].as_str(), row["item"].as_str()) {
                ("stock_value", sku) => {
                    let value = october.stock(sku).value();
                    assert_eq!(value.amount(), expected(), "{sku}");
                    total += value.amount();
                }
                ("stock", "receipts") => assert_eq!(october.received, expected()),
                ("stock", "issues") => assert_eq!(october.issued, expected()),
                _ => {}
            }
        }
        assert_eq!(total.to_string(), "3193.82");
        assert_eq!(october.stock("PAP-A4").on_hand().to_string(), "90 ream");
    }

    #[test]
    fn what_is_on_order_at_the_end_is_what_has_not_come() {
        let mut october = October::begin();
        october.play();
        let mut open = Vec::new();
        for row in table("supplies.csv") {
            let id = item(&row["sku"]);
            let orders = wait(october.office.view(|view| async move { view.list(PurchaseOrder::EXPECTED, &id).await }));
            let orders: Result<Vec<(_, PurchaseOrder)>, StoreError> = orders;
            for (_, order) in orders.unwrap() {
                open.push(format!("{} {}", order.number(), order.lines()[0].expected()));
            }
        }
        assert_eq!(open, ["RO-26-ENV-C5 5 pack", "RO-12-PEN-BLU 3 box", "RO-05-MLK-1L 1 crate"]);
    }
}
