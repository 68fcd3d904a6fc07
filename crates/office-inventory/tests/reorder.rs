//! The laws of items, prices and reordering.

#[cfg(test)]
#[expect(clippy::arithmetic_side_effects, reason = "a test that overflows fails")]
mod laws {
    use chrono::NaiveDate;
    use office_core::subject::{ItemId, PartyId};
    use office_core::{Currency, DateRange, Decimal, Entity, Id, Quantity, Ratio, UnitCode, UnitPrice};
    use office_inventory::{
        CostMethod, Item, ItemKind, ItemUnitError, ListItemError, NewItem, PassedOver, Position, PriceList,
        PriceListError, PriceRow, Reorder, ReorderRule, propose_reorder,
    };
    use proptest::prelude::*;

    fn day(number: u32) -> NaiveDate {
        NaiveDate::from_ymd_opt(2026, 10, number).unwrap()
    }

    fn vendor() -> PartyId {
        Id::natural("party", "V-01")
    }

    fn id() -> ItemId {
        Id::natural("item", "X")
    }

    fn unit(name: &str) -> UnitCode {
        name.parse().unwrap()
    }

    fn pieces(tenths: i64) -> Quantity {
        Quantity::new(Decimal::new(tenths, 1), unit("piece")).unwrap()
    }

    fn new_item(packs: &[(&str, Ratio)], reorder: Option<ReorderRule>) -> NewItem {
        NewItem {
            sku: "X".parse().unwrap(),
            name: "Something".to_owned(),
            category: "office".to_owned(),
            kind: ItemKind::Consumable,
            unit: unit("piece"),
            packs: packs.iter().map(|(pack, content)| (unit(pack), *content)).collect(),
            vendor: Some(vendor()),
            reorder,
            cost_method: CostMethod::Fifo,
        }
    }

    fn row(price_cents: i64, pack: &str, min: i32, valid: DateRange) -> PriceRow {
        let price = UnitPrice::per_unit(Decimal::new(price_cents, 2), Currency::EUR, unit(pack)).unwrap();
        let min_quantity = Quantity::whole(min, unit(pack));
        PriceRow { vendor: vendor(), item: id(), vendor_sku: None, price, min_quantity, lead_days: 2, valid }
    }

    fn rows() -> impl Strategy<Value = Vec<PriceRow>> {
        let parts = (1..500_i64, prop_oneof![Just("box"), Just("piece")], 0..20_i32, 1..20_u32, 0..10_u32);
        let rows = parts.prop_map(|(cents, pack, min, first, days)| {
            row(cents, pack, min, DateRange::inclusive(day(first), day(first + days)).unwrap())
        });
        prop::collection::vec(rows, 0..8)
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(1_000))]

        /// Law 12.
        #[test]
        fn packs_are_told_in_pieces_exactly(content in 1..1000_i64, one in 0..10_000_i32, other in 0..10_000_i32) {
            let item = Item::try_from(new_item(&[("box", Ratio::from_integer(content))], None)).unwrap();
            let boxes = |number| Quantity::whole(number, unit("box"));
            let told = |number| item.in_stock_unit(boxes(number)).unwrap();
            prop_assert_eq!(told(one).amount(), Decimal::from(one) * Decimal::from(content));
            prop_assert_eq!(told(one + other), told(one).checked_add(told(other)).unwrap());
        }

        /// Law 21.
        #[test]
        fn the_price_quoted_is_the_lowest_that_fits(rows in rows(), boxes in 0..25_i32, on in 1..31_u32) {
            let prices = PriceList::new(Currency::EUR, rows.clone()).unwrap();
            let wanted = Quantity::whole(boxes, unit("box"));
            let fits = |row: &PriceRow| {
                row.valid.contains(day(on)) && row.price.per().unit() == unit("box") && row.min_quantity.amount() <= wanted.amount()
            };
            let lowest = rows.iter().filter(|row| fits(row)).map(|row| row.price.amount()).min();
            let (quoted, passed_over) = match prices.quote(vendor(), id(), wanted, day(on)) {
                Ok(quote) => {
                    prop_assert!(fits(&quote.row));
                    prop_assert_eq!(&prices.rows()[quote.at], &quote.row);
                    (Some(quote.row.price.amount()), quote.passed_over)
                }
                Err(error) => (None, error.passed_over),
            };
            prop_assert_eq!(quoted, lowest);
            prop_assert_eq!(passed_over.len() + usize::from(quoted.is_some()), rows.len(), "each row has a reason");
            for (at, reason) in passed_over {
                prop_assert_eq!(reason == PassedOver::Dearer, fits(&rows[at]));
            }
        }

        /// Law 17.
        #[test]
        fn what_is_proposed_fills_the_shelf_once(
            rows in rows(),
            min in 0..300_i64,
            above in 0..300_i64,
            multiple in 1..40_i64,
            content in 1..13_i64,
            on_hand in 0..500_i64,
            on_order in 0..100_i64,
        ) {
            let rule = ReorderRule { min: pieces(min), max: pieces(min + above), multiple: pieces(multiple) };
            let item = Item::try_from(new_item(&[("box", Ratio::new(i128::from(content), 4).unwrap())], Some(rule))).unwrap();
            let prices = PriceList::new(Currency::EUR, rows).unwrap();
            let position = Position { on_hand: pieces(on_hand), on_order: pieces(on_order), requested: pieces(0), committed: pieces(0) };
            let total = position.total().unwrap().amount();
            match propose_reorder(id(), &item, position, &prices, day(10)).unwrap() {
                Reorder::Propose(proposal) => {
                    prop_assert!(total < rule.min.amount());
                    let stock = proposal.in_stock_unit.amount();
                    let pack = item.content(proposal.quantity.unit()).unwrap();
                    let packs = proposal.quantity.amount();
                    prop_assert!(packs.is_integer());
                    prop_assert_eq!(Ratio::from_decimal(packs).checked_mul(pack).unwrap(), Ratio::from_decimal(stock));
                    prop_assert!((stock / rule.multiple.amount()).is_integer());
                    prop_assert!(total + stock >= rule.max.amount());
                    // No smaller number of packs would do.
                    for fewer in 0..u32::try_from(packs.mantissa()).unwrap().min(400) {
                        let less = Ratio::from_integer(i64::from(fewer)).checked_mul(pack).unwrap();
                        let whole = less.checked_div(Ratio::from_decimal(rule.multiple.amount())).unwrap().is_whole();
                        let missing = Ratio::from_decimal(rule.max.amount() - total);
                        prop_assert!(!whole || less < missing);
                    }
                    let ordered = Position { on_order: position.on_order.checked_add(proposal.in_stock_unit).unwrap(), ..position };
                    let again = propose_reorder(id(), &item, ordered, &prices, day(10)).unwrap();
                    prop_assert!(matches!(again, Reorder::Enough { .. }), "{again:?}");
                }
                Reorder::Enough { .. } => prop_assert!(total >= rule.min.amount()),
                Reorder::NoPrice { .. } => prop_assert!(total < rule.min.amount()),
                other @ (Reorder::NoRule | Reorder::NoVendor { .. }) => prop_assert!(false, "{other:?}"),
            }
        }
    }

    #[test]
    fn nothing_is_proposed_without_a_rule_a_vendor_or_a_price() {
        let rule = ReorderRule { min: pieces(100), max: pieces(200), multiple: pieces(10) };
        let prices = PriceList::new(Currency::EUR, []).unwrap();
        let position =
            Position { on_hand: pieces(10), on_order: pieces(0), requested: pieces(0), committed: pieces(0) };
        let outcome =
            |new: NewItem| propose_reorder(id(), &Item::try_from(new).unwrap(), position, &prices, day(1)).unwrap();
        assert_eq!(outcome(new_item(&[], None)), Reorder::NoRule);
        let nobody = outcome(NewItem { vendor: None, ..new_item(&[], Some(rule)) });
        assert_eq!(nobody, Reorder::NoVendor { position, rule });
        assert!(matches!(outcome(new_item(&[], Some(rule))), Reorder::NoPrice { .. }));
    }

    #[test]
    fn each_refusal_of_an_item_says_what_is_wrong() {
        let refused = |change: &dyn Fn(&mut NewItem)| {
            let rule = ReorderRule { min: pieces(10), max: pieces(20), multiple: pieces(5) };
            let mut new = new_item(&[("box", Ratio::ONE)], Some(rule));
            change(&mut new);
            Item::list(new).unwrap_err().to_string()
        };
        let pack = |new: &mut NewItem, name: &str, content| new.packs.extend([(unit(name), content)]);
        let is_unit = refused(&|new| pack(new, "piece", Ratio::ONE));
        assert_eq!(is_unit, "`piece` is the stock unit and cannot be a pack");
        let empty = refused(&|new| pack(new, "box", Ratio::ZERO));
        assert_eq!(empty, "the pack `box` holds nothing: more than nothing is wanted");
        let set =
            |new: &mut NewItem, change: &dyn Fn(&mut ReorderRule)| new.reorder.as_mut().into_iter().for_each(change);
        let boxes = Quantity::whole(1, unit("box"));
        let other = refused(&|new| set(new, &|rule| rule.multiple = boxes));
        assert_eq!(other, "the reorder rule is in `box`: `piece` is wanted");
        let order = refused(&|new| set(new, &|rule| rule.min = pieces(30)));
        assert_eq!(order, "ordering from 3 piece up to 2 piece makes no sense: nothing <= min <= max is wanted");
        let nothing = refused(&|new| set(new, &|rule| rule.multiple = pieces(0)));
        assert_eq!(nothing, "0 piece cannot be multiplied: more than nothing is wanted");
        assert_eq!(refused(&|new| new.kind = ItemKind::Service), "a service is not reordered");
    }

    #[test]
    fn a_quantity_that_is_not_exact_is_refused() {
        let third = Ratio::new(1, 3).unwrap();
        let fact = Item::list(new_item(&[("slice", third)], None)).unwrap().fact().unwrap();
        let item = Item::open(&fact).unwrap();
        let slices = |number| Quantity::whole(number, unit("slice"));
        assert_eq!(item.in_stock_unit(slices(6)).unwrap(), pieces(20));
        assert!(matches!(item.in_stock_unit(slices(1)), Err(ItemUnitError::NotExact { .. })));
        let unknown = item.in_stock_unit("1 kg".parse().unwrap()).unwrap_err();
        assert_eq!(unknown.to_string(), "`X` is not traded by `kg`: `piece`, `slice` are accepted");
        let unit = ListItemError::PackIsUnit { unit: unit("piece") };
        assert_eq!(Item::list(new_item(&[("piece", third)], None)), Err(unit));
    }

    #[test]
    fn a_price_list_that_makes_no_sense_is_refused() {
        let valid = DateRange::month(2026, 10).unwrap();
        let list = |row| PriceList::new(Currency::EUR, [row]).unwrap_err();
        let dollars = PriceRow { price: "1 USD / 1 box".parse().unwrap(), ..row(100, "box", 1, valid) };
        let given = "USD".parse().unwrap();
        assert_eq!(list(dollars), PriceListError::OtherCurrency { at: 0, currency: Currency::EUR, given });
        assert_eq!(list(row(-100, "box", 1, valid)), PriceListError::Negative { at: 0 });
        let pieces = PriceRow { min_quantity: pieces(10), ..row(100, "box", 1, valid) };
        assert_eq!(list(pieces), PriceListError::MinimumUnit { at: 0, unit: unit("box") });
    }
}
