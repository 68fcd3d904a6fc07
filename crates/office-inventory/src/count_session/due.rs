//! What is to be counted, of what is kept.

use std::collections::BTreeMap;

use chrono::NaiveDate;
use office_core::subject::{ItemId, PlaceId};
use office_core::{Id, StoreError, View};

use crate::{CountProgramme, Counted, DueCount, Stock};

/// The items of which something is at a place.
///
/// # Errors
/// [`StoreError`].
pub async fn items_at(view: &View, place: PlaceId) -> Result<Vec<ItemId>, StoreError> {
    /// How many stocks are read at a time.
    const PAGE: usize = 100;
    let (mut items, mut after) = (Vec::new(), None);
    loop {
        let stocks = view.every::<Stock>(after, PAGE).await?;
        let Some((last, _)) = stocks.last() else { return Ok(items) };
        after = Some(*last);
        items.extend(
            stocks.iter().filter(|(_, stock)| !stock.on_hand_at(place).is_zero()).map(|(_, stock)| stock.item()),
        );
    }
}

/// The items that a programme has counted on a day, at most so many: of those of which stock is kept.
///
/// # Errors
/// [`StoreError`].
pub async fn due_counts<C: Copy + Ord + Sync>(
    view: &View,
    programme: &CountProgramme<C>,
    classes: &BTreeMap<ItemId, C>,
    today: NaiveDate,
    most: usize,
) -> Result<Vec<DueCount<C>>, StoreError> {
    let keys: Vec<Id<Stock>> = classes.keys().map(|item| Stock::key(*item)).collect();
    let stocks = view.find_each(&keys).await?;
    let kept = classes.iter().zip(stocks).filter_map(|((item, class), stock)| {
        let last = stock?.last_count();
        Some(Counted { item: *item, class: *class, last })
    });
    Ok(programme.due(&kept.collect::<Vec<_>>(), today, most))
}
