//! What everything is worth, before and after a delivery note that turns up late.

use std::fmt::Write;

use office_core::{Currency, DateRange, Money, wait};
use office_inventory::{
    PlaceTree, PostingCause, StockCard, StockFact, StockReceipt, handle_goods, ledger_of, stock_card,
};

use super::room::{Failure, Room, command};

pub(crate) fn tell(room: &Room, told: &mut String) -> Result<(), Failure> {
    let last = "2026-10-31".parse()?;
    writeln!(told, "At the end of October there are:")?;
    room.show(&room.valuation(last)?, told)?;
    find_note(room, told)?;
    writeln!(told, "Now October ends with:")?;
    room.show(&room.valuation(last)?, told)?;
    show_card(room, told)
}

/// Note DN-07 of the 5th was in a drawer: a box of paper, at a higher price than what is there.
fn find_note(room: &Room, told: &mut String) -> Result<(), Failure> {
    let (paper, found) = (room.item("PAP-A4")?, "2026-11-02".parse()?);
    let receipt = StockReceipt {
        quantity: "5 ream".parse()?,
        value: Money::from_minor(23_00, Currency::EUR),
        from: room.codes.parties.id("V-01").ok_or("a vendor")?,
        to: room.store_room()?,
        on: "2026-10-05".parse()?,
        reference: "DN-07".parse()?,
    };
    let fact: Option<StockFact> = wait(room.office.transact(&command("DN-07", found)?, |tx| {
        let receipt = receipt.clone();
        async move {
            let (paper_note, on) = (receipt.reference.clone(), receipt.on);
            handle_goods(&tx, paper, Some(&paper_note), on, |stock| stock.receive(receipt)).await
        }
    }))?;
    writeln!(told, "On 2 November note DN-07 of 5 October is found: {}, worth {}.", receipt.quantity, receipt.value)?;
    let postings = fact.and_then(|fact| fact.entered()).map(|entered| entered.postings).unwrap_or_default();
    let on = receipt.on;
    let ledger = wait(room.office.view(|view| async move { ledger_of(&view, paper, on).await }))?;
    for posting in postings.iter().filter(|posting| posting.cause == PostingCause::Recosted) {
        let mut movements = ledger.movements().map(|(movement, _)| movement);
        let document = movements.find(|movement| movement.sequence == posting.sequence);
        let document = document.ok_or("the movement of a posting")?.reference.as_str();
        writeln!(
            told,
            "  {document} of {} costs {} more, which goes to the books.",
            posting.effective, posting.amount
        )?;
    }
    writeln!(told)?;
    Ok(())
}

fn show_card(room: &Room, told: &mut String) -> Result<(), Failure> {
    let (paper, october) = (room.item("PAP-A4")?, DateRange::month(2026, 10)?);
    let card: StockCard = wait(
        room.office.view(|view| async move { stock_card(&view, paper, &PlaceTree::default(), None, october).await }),
    )?;
    writeln!(told, "The stock card of PAP-A4:")?;
    writeln!(told, "  {:<10} {:<20} {:>5} {:>5} {:>7} {:>12}", "", "", "in", "out", "balance", "worth")?;
    for line in card.lines() {
        let amount = |amount: office_core::Quantity| {
            if amount.is_zero() { String::new() } else { amount.amount().to_string() }
        };
        let (came, went) = (amount(line.came.quantity), amount(line.went.quantity));
        let balance = line.balance.quantity.amount().to_string();
        let worth = line.balance.value.map(|value| value.to_string()).unwrap_or_default();
        let (on, document) = (line.on.to_string(), line.document.as_str());
        writeln!(told, "  {on} {document:<20} {came:>5} {went:>5} {balance:>7} {worth:>12}")?;
    }
    Ok(())
}
