//! What is done in a history of purchases.

use office_core::Quantity;
use office_inventory::{LineChange, NewOrderLine, PurchaseOrder, Remedy};
use proptest::prelude::*;

#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) enum Charge {
    All,
    Half,
    MoreThanCame,
    Dearer,
    TooDear,
    TwoHalves,
    EverythingTwice,
    NumberUsed,
    ByAnother,
    Credit,
    CreditTooMuch,
}

/// What vendors bill, as often as here.
pub(crate) const CHARGES: [Charge; 13] = [
    Charge::All,
    Charge::All,
    Charge::Half,
    Charge::MoreThanCame,
    Charge::Dearer,
    Charge::TooDear,
    Charge::TwoHalves,
    Charge::EverythingTwice,
    Charge::NumberUsed,
    Charge::ByAnother,
    Charge::Credit,
    Charge::Credit,
    Charge::CreditTooMuch,
];

#[derive(Clone, Debug)]
pub(crate) enum Step {
    Ask { item: usize, boxes: i32, more: Option<(usize, i32)>, centre: usize, by: &'static str },
    Approve { which: usize, by: &'static str },
    Refuse { which: usize, by: &'static str },
    Withdraw { which: usize, by: &'static str },
    Order { which: usize },
    Receive { which: usize, percent: i32 },
    Issue { item: usize, quantity: i32, centre: usize, late: u64 },
    Bill { which: usize, charge: Charge },
    ApproveBill { which: usize, by: &'static str },
    Pay { which: usize, percent: i64 },
    Back { which: usize, note: usize, percent: i32, remedy: Remedy },
    Undo { which: usize, note: usize },
    Cancel { which: usize, percent: Option<i32> },
    Amend { which: usize, how: u8, boxes: i32 },
    ApproveAmendment { by: &'static str },
}

pub(crate) fn steps() -> impl Strategy<Value = Vec<Step>> {
    let which = || 0..3_usize;
    let more = prop::option::of((0..3_usize, 1..6_i32));
    let ask = (0..3_usize, 1..12_i32, more, 0..2_usize, prop::sample::select(vec!["anybody", "manager"]));
    let by = || prop::sample::select(vec!["manager", "manager", "manager", "assistant"]);
    let step = prop_oneof![
        3 => ask.prop_map(|(item, boxes, more, centre, by)| Step::Ask { item, boxes, more, centre, by }),
        3 => (which(), by()).prop_map(|(which, by)| Step::Approve { which, by }),
        1 => (which(), by()).prop_map(|(which, by)| Step::Refuse { which, by }),
        1 => (which(), prop::sample::select(vec!["anybody", "manager"]))
            .prop_map(|(which, by)| Step::Withdraw { which, by }),
        4 => which().prop_map(|which| Step::Order { which }),
        5 => (which(), prop::sample::select(vec![30, 50, 100, 110, 130]))
            .prop_map(|(which, percent)| Step::Receive { which, percent }),
        3 => (0..3_usize, 1..40_i32, 0..2_usize, 0..10_u64)
            .prop_map(|(item, quantity, centre, late)| Step::Issue { item, quantity, centre, late }),
        6 => (which(), prop::sample::select(&CHARGES[..])).prop_map(|(which, charge)| Step::Bill { which, charge }),
        3 => (which(), by()).prop_map(|(which, by)| Step::ApproveBill { which, by }),
        3 => (which(), prop::sample::select(vec![40, 60, 100, 120]))
            .prop_map(|(which, percent)| Step::Pay { which, percent }),
        3 => (which(), 0..2_usize, prop::sample::select(vec![30, 100]), any::<bool>()).prop_map(
            |(which, note, percent, replace)| {
                let remedy = if replace { Remedy::Replacement } else { Remedy::Credit };
                Step::Back { which, note, percent, remedy }
            }
        ),
        2 => (which(), 0..2_usize).prop_map(|(which, note)| Step::Undo { which, note }),
        1 => (which(), prop::sample::select(vec![None, Some(30), Some(100)]))
            .prop_map(|(which, percent)| Step::Cancel { which, percent }),
        4 => (which(), 0..5_u8, 0..14_i32).prop_map(|(which, how, boxes)| Step::Amend { which, how, boxes }),
        2 => by().prop_map(|by| Step::ApproveAmendment { by }),
    ]
    .boxed();
    // Any step at any time, and some purchases that go all the way, if nothing comes in between.
    let single = step.clone();
    let rest = (0..3_usize, 1..12_i32, 0..2_usize, step.clone(), (step, 0..5_u8));
    let way = rest.prop_map(|(item, boxes, centre, one, (other, how))| {
        let (which, by) = (0, "manager");
        vec![
            Step::Ask { item, boxes, more: None, centre, by: "anybody" },
            Step::Approve { which, by },
            Step::Order { which },
            Step::Amend { which, how, boxes: boxes % 4 + 1 },
            Step::ApproveAmendment { by },
            one,
            Step::Receive { which, percent: 100 },
            other,
            Step::Bill { which, charge: Charge::All },
            Step::ApproveBill { which, by },
            Step::Pay { which, percent: 100 },
        ]
    });
    (prop::collection::vec(single, 10..25), prop::collection::vec(way, 1..4), any::<bool>()).prop_map(
        |(singles, ways, first)| {
            let ways = ways.concat();
            if first { [ways, singles].concat() } else { [singles, ways].concat() }
        },
    )
}

/// Another quantity or price of the first line, no first line at all, more of the last line, or what its requisition has
/// open.
pub(crate) fn change_of(placed: &PurchaseOrder, how: u8, boxes: i32) -> LineChange {
    let (line, quantity) = (1, Quantity::whole(boxes, "box".parse().unwrap()));
    match how {
        0 => LineChange::Quantity { line, quantity },
        1 => LineChange::Remove { line },
        2 => LineChange::Price { line, price: format!("{boxes}.55 EUR / 1 box").parse().unwrap() },
        3 => LineChange::Quantity { line: placed.lines().len().try_into().unwrap(), quantity },
        _ => LineChange::Add(NewOrderLine { quantity, ..placed.lines_of(1).unwrap()[&1] }),
    }
}
