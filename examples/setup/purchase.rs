// What the examples of purchases begin with: the office of the examples of bills, which buys red pens at 5.80 EUR a box. `boss`
// approves what comes to 30 EUR or more, within 16 hours.

include!(concat!(env!("CARGO_MANIFEST_DIR"), "/examples/setup/bills.rs"));

use office::core::ApprovalStatus;
use office::core::subject::{ItemId, OrderId, RequisitionId};
use office::inventory::{
    CostMethod, DeliveredGoods, GoodsDelivery, Item, ItemKind, LineChange, NewItem, NewStock, PriceRow, Reference, Stock,
};
use office::purchasing::{Wanted, WantedAmendment, WantedLine};

pub fn pens() -> ItemId {
    Id::natural("item", "PEN")
}

pub fn buying() -> Result<PurchasingRules, Failure> {
    let mut rules = rules()?;
    let outcome = "approvals: 1 manager purchase.approve expire after 16h";
    let rows = [["< 30 EUR", "allow"], [">= 30 EUR", outcome]];
    let rows = rows.map(|row| row.map(str::to_owned).to_vec());
    rules.purchase_policy.publish(day(1), DecisionTable::from_rows(&["amount", "outcome"], rows)?)?;
    let (role, scope) = (Role::new("manager"), Scope::anywhere());
    for person in ["boss", "chief"] {
        let (role, scope) = (role.clone(), scope.clone());
        let valid = DateRange::year(2026)?;
        rules.book.appointments.push(Appointment { person: Id::natural("person", person), role, scope, valid });
    }
    let action = "purchase.approve".parse()?;
    rules.book.grants.push(Grant { role, action, scope, limit: None, valid: DateRange::year(2026)? });
    rules.prices = PriceList::new(
        Currency::EUR,
        [PriceRow {
            vendor: Id::natural("party", "V-03"),
            item: pens(),
            vendor_sku: None,
            price: "5.80 EUR / 1 box".parse()?,
            min_quantity: "1 box".parse()?,
            lead_days: 2,
            valid: DateRange::from(day(1)),
        }],
    )?;
    Ok(rules)
}

pub fn shop() -> Result<Office, Failure> {
    let office = office()?;
    wait(office.transact(&command("list-pens", "boss")?, |tx| async move {
        let item = NewItem {
            sku: "PEN".parse()?,
            name: "Red pens".into(),
            category: "office".into(),
            kind: ItemKind::Consumable,
            unit: "box".parse()?,
            packs: BTreeMap::new(),
            vendor: Some(Id::natural("party", "V-03")),
            reorder: None,
            cost_method: CostMethod::Fifo,
        };
        tx.decide(Item::key(pens()), Item::list(item)?).await?;
        let stock = NewStock { item: pens(), unit: "box".parse()?, currency: Currency::EUR, opening: None };
        tx.decide(Stock::key(pens()), Stock::begin(stock)?).await?;
        Ok::<_, Failure>(())
    }))?;
    Ok(office)
}

/// What `ann` wants: so many boxes of pens.
pub fn wanted(number: &str, boxes: &str) -> Result<Wanted, Failure> {
    Ok(Wanted {
        number: number.parse()?,
        requester: Id::natural("person", "ann"),
        on: day(6),
        lines: vec![WantedLine { item: pens(), quantity: boxes.parse()? }],
        cost_centre: Id::natural("cost_centre", "CC-200"),
        scope: "company/CC-200".parse()?,
        reason: "plan checks".into(),
    })
}

/// Asks for so many boxes.
pub fn asked(office: &Office, rules: &PurchasingRules, number: &str, boxes: &str) -> Result<RequisitionId, Failure> {
    let wanted = &wanted(number, boxes)?;
    let key = command(number, "ann")?;
    let asked =
        wait(office.transact(&key, |tx| async move { office::purchasing::request(&tx, rules, wanted.clone()).await }))?;
    Ok(asked.requisition)
}

/// Asks for three boxes and orders them.
pub fn placed(office: &Office, rules: &PurchasingRules, number: &str) -> Result<OrderId, Failure> {
    let asked = asked(office, rules, number, "3 box")?;
    let key = command(&format!("order-{number}"), "ann")?;
    let orders =
        wait(office.transact(&key, |tx| async move { office::purchasing::order(&tx, rules, asked, day(6)).await }))?;
    orders.into_iter().next().ok_or_else(|| "an order".into())
}

/// So many boxes for the store.
pub fn delivery(note: &str, boxes: &str) -> Result<GoodsDelivery, Failure> {
    let goods = DeliveredGoods { quantity: boxes.parse()?, to: Id::natural("place", "store"), lot: None };
    Ok(GoodsDelivery { note: note.parse()?, on: day(6), lines: [(1, goods)].into() })
}

/// Wants ten boxes in place of the three of an order, which `boss` has to approve.
pub fn more(office: &Office, rules: &PurchasingRules, number: &str) -> Result<Reference, Failure> {
    let changes = vec![LineChange::Quantity { line: 1, quantity: "10 box".parse()? }];
    let order = placed(office, rules, &format!("RQ-{number}"))?;
    let (number, why): (Reference, _) = (number.parse()?, "a large plan".to_owned());
    let wanted =
        &WantedAmendment { number: number.clone(), order, of: 1, on: day(6), why, give_up: false, changes };
    let key = command(&format!("more-{number}"), "ann")?;
    wait(office.transact(&key, |tx| async move { office::purchasing::amend(&tx, rules, wanted.clone()).await }))?;
    Ok(number)
}

/// Two weeks later.
pub fn later(key: &str, by: &str) -> Result<Command, Failure> {
    let at = day(20).and_hms_opt(12, 0, 0).unwrap_or_default().and_utc();
    Ok(Command::new(key, "purchases", Actor::new(Id::natural("person", by), Role::new("manager")), at)?)
}
