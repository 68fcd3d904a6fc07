//! What is told of the stock: cards and valuations that add up, whatever was entered.

#[cfg(test)]
#[expect(clippy::arithmetic_side_effects, reason = "a test that overflows fails")]
mod report {
    use std::collections::BTreeMap;

    use chrono::{DateTime, Days, NaiveDate};
    use office_core::subject::{ItemId, PlaceId};
    use office_core::{
        Actor, Command, Currency, DateRange, Id, MemoryStore, Money, Office, Quantity, Role, UnitCode, wait,
    };
    use office_inventory::{
        CostMethod, CostScope, InventoryValuation, Ledger, LedgerTerms, Location, Movement, NegativeStock, NewStock,
        PlaceTree, Revaluation, Revalued, Stock, StockAccount, StockCard, StockCardError, StockCardReason, StockIssue,
        StockPosting, StockReceipt, Transfer, handle_goods, inventory_valuation, stock_card,
    };
    use proptest::prelude::*;

    fn item() -> ItemId {
        Id::natural("item", "PAP-A4")
    }

    fn place(number: u8) -> PlaceId {
        Id::natural("place", &number.to_string())
    }

    fn day(number: u64) -> NaiveDate {
        NaiveDate::from_ymd_opt(2026, 10, 1).unwrap() + Days::new(number)
    }

    fn eur(cents: i64) -> Money {
        Money::from_minor(cents, Currency::EUR)
    }

    fn pieces(number: i32) -> Quantity {
        Quantity::whole(number, UnitCode::EACH)
    }

    /// Places 1 and 2 lie within place 0; place 3 lies elsewhere.
    fn tree() -> PlaceTree {
        PlaceTree::new([(place(1), place(0)), (place(2), place(0))]).unwrap()
    }

    #[derive(Clone, Copy, Debug)]
    struct Step {
        on: u64,
        way: u8,
        from: u8,
        to: u8,
        quantity: i32,
        cents: i64,
    }

    fn steps() -> impl Strategy<Value = Vec<Step>> {
        let step = (1..9_u64, 0..9_u8, 1..4_u8, 1..4_u8, 1..12_i32, 1..4_000_i64);
        let step = step.prop_map(|(on, way, from, to, quantity, cents)| Step { on, way, from, to, quantity, cents });
        prop::collection::vec(step, 1..24)
    }

    fn terms() -> impl Strategy<Value = LedgerTerms> {
        let methods = [CostMethod::Fifo, CostMethod::Lifo, CostMethod::Average, CostMethod::Standard];
        let sites = BTreeMap::from([(place(1), place(0)), (place(2), place(0))]);
        let scopes = [CostScope::Company, CostScope::Sites(sites)];
        let negatives = [NegativeStock::Forbid, NegativeStock::LastCost, NegativeStock::Settle];
        let cost = "4.10 EUR / 1 each".parse().unwrap();
        (
            prop::sample::select(methods.to_vec()),
            prop::sample::select(scopes.to_vec()),
            prop::sample::select(negatives.to_vec()),
        )
            .prop_map(move |(method, scope, negative)| LedgerTerms {
                method,
                scope,
                negative,
                unit_cost: Some(cost),
                ..LedgerTerms::default()
            })
    }

    /// Enters what can be entered: in, out, lost, within, onto the way and off it, charged, reversed, valued anew.
    fn entered(terms: &LedgerTerms, steps: &[Step]) -> (Ledger, Vec<StockPosting>) {
        let mut ledger = Ledger::on_terms(UnitCode::EACH, Currency::EUR, terms.clone()).unwrap();
        let vendor = Location::Supplier(Id::natural("party", "V-01"));
        let centre = Location::Consumption(Id::natural("cost_centre", "CC-200"));
        let mut postings = Vec::new();
        for (number, step) in steps.iter().enumerate() {
            let Step { on, way, from, to, quantity, cents } = *step;
            let (sequence, quantity) = (ledger.next_sequence(), pieces(quantity));
            let reference = format!("paper {number}").parse().unwrap();
            let (here, there) = (Location::Storage(place(from)), Location::Storage(place(to)));
            let transfer = match way {
                0 | 1 => Transfer::inward(quantity, eur(cents), vendor, place(to)),
                2 => Transfer::outward(quantity, place(from), centre),
                3 => Transfer::outward(quantity, place(from), Location::Loss),
                4 => Transfer::between(quantity, here, there),
                5 => Transfer::between(quantity, here, Location::Transit(place(to))),
                6 => Transfer::between(quantity, Location::Transit(place(from)), there),
                7 => {
                    let what = Revalued::Cost {
                        method: terms.method,
                        unit_cost: Some(format!("{}.5 EUR / 1 each", cents % 9).parse().unwrap()),
                    };
                    let revaluation = Revaluation { sequence, effective: day(on), reference, what };
                    postings.extend(ledger.revalue(revaluation).unwrap_or_default());
                    continue;
                }
                _ => {
                    let charged = ledger.charge(u64::from(from), reference, eur(cents)).unwrap_or_default();
                    postings.extend(charged);
                    if let Ok(reversed) = ledger.reverse(u64::from(to) + 3) {
                        postings.extend(reversed.postings);
                    }
                    continue;
                }
            };
            let Ok(transfer) = transfer else { continue };
            let movement = Movement { sequence, effective: day(on), reference, transfer };
            if let Ok(entered) = ledger.enter(movement) {
                postings.extend(entered.postings);
            }
        }
        (ledger, postings)
    }

    fn on_account(postings: &[StockPosting], account: StockAccount, until: NaiveDate) -> Money {
        let mut sum = eur(0);
        for posting in postings.iter().filter(|posting| posting.effective <= until) {
            if posting.debit == account {
                sum = sum.checked_add(posting.amount).unwrap();
            }
            if posting.credit == account {
                sum = sum.checked_sub(posting.amount).unwrap();
            }
        }
        sum
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(256))]

        #[test]
        fn a_card_adds_up_and_ends_at_what_the_ledger_knows(
            terms in terms(),
            steps in steps(),
            (first, last) in (1..5_u64, 5..10_u64),
        ) {
            let (ledger, _) = entered(&terms, &steps);
            let period = DateRange::inclusive(day(first), day(last)).unwrap();
            let places = [None, Some(place(0)), Some(place(1)), Some(place(3))];
            for place in places {
                let card = StockCard::of(item(), &ledger, &tree(), place, period).unwrap();
                // What is read back is checked line by line.
                let text = serde_json::to_string(&card).unwrap();
                prop_assert_eq!(&serde_json::from_str::<StockCard>(&text).unwrap(), &card);
                let within = |at: u64| {
                    let Some(place) = place else {
                        let parts = ledger.parts_at(Some(day(at))).unwrap();
                        return Quantity::sum(parts.iter().map(|part| part.quantity), UnitCode::EACH).unwrap();
                    };
                    ledger.on_hand_within(&tree(), place, Some(day(at))).unwrap()
                };
                prop_assert_eq!(card.opening().quantity, within(first - 1));
                prop_assert_eq!(card.closing().quantity, within(last));
                if place.is_none() {
                    prop_assert_eq!(card.opening().value, ledger.value_at(day(first - 1)));
                    prop_assert_eq!(card.closing().value, ledger.value_at(day(last)));
                }
                if let (Some(value), Some(place)) = (card.closing().value, place) {
                    // Where goods are valued apart, their part of the whole is theirs alone.
                    let parts = ledger.parts_at(Some(day(last))).unwrap().into_iter();
                    let here = parts.filter(|part| {
                        matches!(part.location, Location::Storage(here) if tree().encloses(place, here))
                    });
                    let parts = Money::sum(here.map(|part| part.value), Currency::EUR).unwrap();
                    if terms.negative != NegativeStock::Settle {
                        prop_assert_eq!(value, parts);
                    }
                }
            }
        }

        #[test]
        fn a_valuation_is_what_the_postings_add_up_to(terms in terms(), steps in steps(), on in 0..10_u64) {
            let (ledger, postings) = entered(&terms, &steps);
            let valuation = InventoryValuation::of(day(on), Currency::EUR, [(item(), &ledger)]).unwrap();
            let rows = valuation.rows().iter().map(|row| row.value);
            prop_assert_eq!(Money::sum(rows, Currency::EUR).unwrap(), valuation.total());
            prop_assert_eq!(Some(valuation.total()), ledger.value_at(day(on)));
            let [stock, way] = [StockAccount::Stock, StockAccount::InTransit];
            let booked = [stock, way].map(|account| on_account(&postings, account, day(on)));
            prop_assert_eq!(booked[0].checked_add(booked[1]).unwrap(), valuation.total());
            // Valuing anew is booked on the stock, wherever goods are; else each account agrees by itself.
            let anew = postings.iter().any(|posting| posting.debit == StockAccount::PriceDifference
                || posting.credit == StockAccount::PriceDifference);
            if !anew && terms.negative == NegativeStock::Forbid {
                prop_assert_eq!(booked, [stock, way].map(|account| valuation.of_account(account)));
            }
            for row in valuation.rows() {
                prop_assert_eq!(Some(row.quantity), ledger.on_hand_at(row.location, day(on)));
            }
            let text = serde_json::to_string(&valuation).unwrap();
            prop_assert_eq!(serde_json::from_str::<InventoryValuation>(&text).unwrap(), valuation);
        }
    }

    #[test]
    fn a_card_that_does_not_add_up_is_not_read() {
        let steps = [Step { on: 2, way: 0, from: 1, to: 1, quantity: 5, cents: 20_00 }];
        let (ledger, _) = entered(&LedgerTerms::default(), &steps);
        let period = DateRange::month(2026, 10).unwrap();
        let card = StockCard::of(item(), &ledger, &tree(), None, period).unwrap();
        let text = serde_json::to_string(&card).unwrap();
        let wrong = text.replacen("20.00 EUR", "20.01 EUR", 1);
        assert_ne!(text, wrong);
        let refused = serde_json::from_str::<StockCard>(&wrong).unwrap_err().to_string();
        assert!(refused.contains("line 0 does not add up"), "{refused}");
        let valuation = InventoryValuation::of(day(3), Currency::EUR, [(item(), &ledger)]).unwrap();
        let text = serde_json::to_string(&valuation).unwrap();
        let refused = serde_json::from_str::<InventoryValuation>(&text.replacen("20.00", "20.01", 1)).unwrap_err();
        assert!(refused.to_string().contains("the rows add up to"), "{refused}");
    }

    #[test]
    fn a_card_says_what_came_of_which_paper() {
        let step = |on, way, from, to, quantity, cents| Step { on, way, from, to, quantity, cents };
        let steps =
            [step(1, 0, 1, 1, 10, 40_00), step(3, 2, 1, 1, 4, 0), step(4, 4, 1, 3, 2, 0), step(5, 3, 1, 1, 1, 0)];
        let (ledger, _) = entered(&LedgerTerms::default(), &steps);
        let period = DateRange::inclusive(day(2), day(9)).unwrap();
        let card = StockCard::of(item(), &ledger, &tree(), Some(place(0)), period).unwrap();
        let lines = card.lines().iter().map(|line| (line.document.as_str(), line.reason, line.balance.quantity));
        let lines: Vec<_> = lines.collect();
        let expected = [
            ("paper 1", StockCardReason::Issued, pieces(6)),
            ("paper 2", StockCardReason::Moved, pieces(4)),
            ("paper 3", StockCardReason::Missing, pieces(3)),
        ];
        assert_eq!(lines, expected);
        // Place 3 has goods that are valued together with these.
        assert_eq!(card.closing().value, None);
        let card = StockCard::of(item(), &ledger, &tree(), None, period).unwrap();
        let values: Vec<_> = card.lines().iter().map(|line| line.went.value.unwrap()).collect();
        assert_eq!(values, [eur(16_00), eur(4_00)]);
        let mut forgetful = ledger;
        forgetful.close(day(2)).unwrap();
        forgetful.forget(day(2)).unwrap();
        let refused = StockCard::of(item(), &forgetful, &tree(), None, period).unwrap_err();
        assert_eq!(refused, StockCardError::Forgotten { through: day(2) });
    }

    fn command(key: &str) -> Command {
        let keeper = Actor::new(Id::natural("person", "E-004"), Role::new("secretary"));
        Command::new(key, "test", keeper, DateTime::from_timestamp(1_790_000_000, 0).unwrap()).unwrap()
    }

    /// A hundred days of receipts and issues, so that pages are filed away, and a period that is closed.
    fn kept() -> Office {
        let office = Office::on(MemoryStore::new());
        let new = NewStock { item: item(), unit: UnitCode::EACH, currency: Currency::EUR, opening: None };
        let opened = Stock::begin(new).unwrap().fact().unwrap();
        wait(office.transact(&command("open"), |tx| {
            let opened = opened.clone();
            async move { tx.create(Stock::key(item()), opened).await }
        }))
        .unwrap();
        for number in 0..180_u64 {
            let receipt = StockReceipt {
                quantity: pieces(3),
                value: eur(1_00 + i64::try_from(number).unwrap()),
                from: Id::natural("party", "V-01"),
                to: place(1),
                on: day(number),
                reference: format!("note {number}").parse().unwrap(),
            };
            let issue = StockIssue {
                quantity: pieces(2),
                from: place(1),
                cost_centre: Id::natural("cost_centre", "CC-200"),
                issued_to: None,
                on: day(number),
                reference: format!("slip {number}").parse().unwrap(),
            };
            wait(office.transact(&command(&number.to_string()), |tx| {
                let (receipt, issue, on) = (receipt.clone(), issue.clone(), day(number));
                async move {
                    handle_goods(&tx, item(), None, on, |stock| stock.receive(receipt)).await.unwrap();
                    handle_goods(&tx, item(), None, on, |stock| stock.issue(issue)).await.unwrap();
                    Ok::<_, office_core::StoreError>(())
                }
            }))
            .unwrap();
        }
        office
    }

    #[test]
    fn what_is_stored_is_told_also_of_filed_and_of_closed_days() {
        let office = kept();
        let period = DateRange::inclusive(day(10), day(19)).unwrap();
        let draw = || {
            let tree = tree();
            wait(office.view(|view| {
                let tree = tree.clone();
                async move { stock_card(&view, item(), &tree, Some(place(0)), period).await }
            }))
            .unwrap()
        };
        let value = || {
            let valued = office.view(|view| async move { inventory_valuation(&view, day(19), Currency::EUR).await });
            wait(valued).unwrap()
        };
        let (card, valuation) = (draw(), value());
        assert_eq!(
            (card.lines().len(), card.opening().quantity, card.closing().quantity),
            (20, pieces(10), pieces(20))
        );
        assert_eq!(card.closing().value, Some(valuation.total()));
        wait(office.transact(&command("close"), |tx| async move {
            let stock = tx.load(Stock::key(item())).await?;
            tx.decide(Stock::key(item()), stock.close(day(100)).unwrap()).await
        }))
        .unwrap();
        assert_eq!((draw(), value()), (card, valuation));
    }
}
