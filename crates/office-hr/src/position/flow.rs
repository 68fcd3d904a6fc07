//! Opening positions, filling them, and what is free.

use std::collections::{BTreeMap, BTreeSet};

use chrono::NaiveDate;
use office_core::{Action, AuthorityBook, DateRange, Entity, Id, Ratio, RatioError, StoreError, Tx, View};

use super::{Holding, MOST, Position, PositionError, PositionFact, PositionStanding, is_standing, unless};
use crate::circle::first_circle;
use crate::permission::permit;
use crate::{Dated, Employment, OrgUnit};

/// Opens a position, by whoever is granted that. The same again is recognised.
///
/// # Errors
/// [`PositionError`]; nothing is recorded then.
///
/// # Example
/// ```
#[doc = include_str!("office.txt")]
/// let open = |key: &str, seats: &str| {
///     let standing = standing(seats, None);
///     let id = Id::natural("position", key);
///     wait(office.transact(&command(key, bea), |tx| {
///         let standing = standing.clone();
///         async move { open_position(&tx, id, (valid, &standing), action, book).await }
///     }))
/// };
/// assert!(matches!(open("nobody", "0"), Err(PositionError::Seats { .. })));
/// open("two", "2")?;
/// # Ok::<(), Failure>(())
/// ```
pub async fn open_position(
    tx: &Tx,
    id: Id<Position>,
    (term, standing): (DateRange, &PositionStanding),
    action: &Action,
    book: &AuthorityBook,
) -> Result<(), PositionError> {
    // Read.
    let known = tx.find(id).await?;
    let unit = tx.load(standing.unit).await?;
    let above = line_above(tx, standing.reports_to).await?;

    // Decide.
    if let Some(known) = known {
        let same = known.term == term && known.standings.starting(term.start()) == Some(standing);
        return if same { Ok(()) } else { Err(PositionError::IdReused { id }) };
    }
    let position = Position { term, standings: Dated::since(term.start(), standing.clone()), holdings: Vec::new() };
    admit(id, position, standing, &unit, above)?;
    permit(tx, action, None, term.start(), book)?;

    // Record.
    Ok(tx.create(id, PositionFact::Opened { term, standing: standing.clone() }).await?)
}

/// Has a position stand otherwise from a day on, by whoever is granted that, with seats for all who hold it. How it stood
/// before stays, and so does what is known of later days.
///
/// # Errors
/// [`PositionError`]; nothing is recorded then.
///
/// # Example
/// ```
#[doc = include_str!("office.txt")]
/// fill("anna", anna_works, "2026-01-01/..", "1")?;
/// let change = |key: &str, seats: &str, reports_to| {
///     let standing = &standing(seats, reports_to);
///     wait(office.transact(&command(key, bea), |tx| async move {
///         change_position(&tx, reception, (on, standing), action, book).await
///     }))
/// };
/// // Anna holds a whole job; and nothing reports to itself.
/// assert!(matches!(change("half", "1/2", None), Err(PositionError::Held { .. })));
/// assert!(matches!(change("itself", "1", Some(reception)), Err(PositionError::Circle { .. })));
/// change("two", "2", None)?;
/// # Ok::<(), Failure>(())
/// ```
pub async fn change_position(
    tx: &Tx,
    id: Id<Position>,
    (from, standing): (NaiveDate, &PositionStanding),
    action: &Action,
    book: &AuthorityBook,
) -> Result<(), PositionError> {
    // Read.
    let mut position = tx.load(id).await?;
    let unit = tx.load(standing.unit).await?;
    let above = line_above(tx, standing.reports_to).await?;
    let employments = employments_of(tx, position.holdings()).await?;

    // Decide.
    let same = position.standings.starting(from) == Some(standing);
    within(single(from), position.term)?;
    if position.standings.len() >= MOST {
        return Err(PositionError::TooMany);
    }
    let changed = PositionFact::Changed { from, standing: standing.clone() };
    position.apply(&changed);
    if let Some((on, left)) = position.overfull(&employments)? {
        let seats = position.on(on).map_or(Ratio::ZERO, |standing| standing.seats);
        return Err(PositionError::Held { on, held: seats.checked_sub(left)? });
    }
    admit(id, position, standing, &unit, above)?;
    permit(tx, action, None, from, book)?;

    // Record.
    Ok(tx.decide(id, unless(same, changed)).await?)
}

/// Has an employment hold a position, or a share of it, by whoever is granted that and does not profit: while there is a
/// seat for that much, and no more than one whole job in all. The same again is recognised.
///
/// Of two who fill the last seat at once one does.
///
/// # Errors
/// [`PositionError`]; nothing is recorded then.
///
/// # Example
/// ```
#[doc = include_str!("office.txt")]
///
/// let fill = |key: &str, employment, share: &str| {
///     let holding = &Holding { employment, days: "2026-01-01/..".parse().unwrap(), share: share.parse().unwrap() };
///     wait(office.transact(&command(key, bea), |tx| async move {
///         fill_position(&tx, reception, holding, action, book).await
///     }))
/// };
/// fill("half", anna_works, "1/2")?;
/// // Of one seat half is left.
/// assert!(matches!(fill("whole", bea_works, "1"), Err(PositionError::NoSeat { .. })));
/// fill("other-half", bea_works, "1/2")?;
/// # Ok::<(), Failure>(())
/// ```
pub async fn fill_position(
    tx: &Tx,
    id: Id<Position>,
    holding: &Holding,
    action: &Action,
    book: &AuthorityBook,
) -> Result<(), PositionError> {
    // Read.
    let mut position = tx.load(id).await?;
    let employment = tx.load(holding.employment).await?;
    let others = tx.list(Position::HELD_BY, &holding.employment).await?;
    let mut employments = employments_of(tx, position.holdings()).await?;

    // Decide.
    if position.holdings.contains(holding) {
        return Ok(());
    }
    let Holding { employment: whose, days, share } = *holding;
    if share <= Ratio::ZERO || share > Ratio::from_integer(1) {
        return Err(PositionError::Share { share });
    }
    within(days, position.term)?;
    if !employment.term().encloses(&days) {
        return Err(PositionError::NotEmployed { employment: whose, term: employment.term(), days });
    }
    if let Some(held) = position.holdings().find(|held| held.employment == whose && held.days.overlaps(&days)) {
        return Err(PositionError::HoldsIt { employment: whose, days: held.days });
    }
    if position.holdings.len() >= MOST {
        return Err(PositionError::TooMany);
    }
    let person = employment.person();
    employments.insert(whose, employment);
    position.apply(&PositionFact::Filled(*holding));
    if let Some((on, left)) = position.overfull(&employments)? {
        return Err(PositionError::NoSeat { on, free: left.checked_add(share)? });
    }
    let own = others.iter().filter(|(other, _)| *other != id).flat_map(|(_, other)| other.holdings());
    let own: Vec<Holding> = own.filter(|held| held.employment == whose).chain([holding]).copied().collect();
    if let Some((on, left)) = overfull(&own, starts(&own), |_| Some(Ratio::from_integer(1)))? {
        return Err(PositionError::Overfull { on, free: left.checked_add(share)? });
    }
    permit(tx, action, Some(person), days.start(), book)?;

    // Record.
    Ok(tx.record(id, PositionFact::Filled(*holding)).await?)
}

/// Has an employment hold a position no longer than a day, by whoever is granted that. Once more changes nothing.
///
/// # Errors
/// [`PositionError`]; nothing is recorded then.
///
/// # Example
/// ```
#[doc = include_str!("office.txt")]
/// use office_hr::vacate_position;
///
/// fill("anna", anna_works, "2026-01-01/..", "1")?;
/// let vacate = |key: &str, whose| {
///     wait(office.transact(&command(key, bea), |tx| async move {
///         vacate_position(&tx, reception, (whose, on), action, book).await
///     }))
/// };
/// // Whoever does not hold it does not leave it.
/// assert!(matches!(vacate("other", bea_works), Err(PositionError::NotHeld { .. })));
/// vacate("anna-goes", anna_works)?;
/// fill("bea", bea_works, "2026-10-13/..", "1")?;
/// # Ok::<(), Failure>(())
/// ```
pub async fn vacate_position(
    tx: &Tx,
    id: Id<Position>,
    (employment, last): (Id<Employment>, NaiveDate),
    action: &Action,
    book: &AuthorityBook,
) -> Result<(), PositionError> {
    // Read.
    let position = tx.load(id).await?;

    // Decide.
    let own: Vec<&Holding> = position.holdings().filter(|held| held.employment == employment).collect();
    if own.iter().any(|held| held.days.last() == Some(last)) && own.iter().all(|held| held.days.start() <= last) {
        return Ok(());
    }
    if !own.iter().any(|held| held.days.last().is_none_or(|end| end > last)) {
        return Err(PositionError::NotHeld { employment, last });
    }
    permit(tx, action, None, last, book)?;

    // Record.
    Ok(tx.record(id, PositionFact::Vacated { employment, last }).await?)
}

/// Gives a position its last day, by whoever is granted that, once nobody holds it and none reports to it after that.
///
/// # Errors
/// [`PositionError`]; nothing is recorded then.
///
/// # Example
/// ```
#[doc = include_str!("office.txt")]
/// use office_hr::{close_position, vacate_position};
///
/// fill("anna", anna_works, "2026-01-01/..", "1")?;
/// let close = |key: &str| {
///     wait(office.transact(&command(key, bea), |tx| async move {
///         close_position(&tx, reception, on, action, book).await
///     }))
/// };
/// assert!(matches!(close("early"), Err(PositionError::StillHolds { found: 1, .. })));
/// let vacate = |tx| async move { vacate_position(&tx, reception, (anna_works, on), action, book).await };
/// wait(office.transact(&command("vacate", bea), vacate))?;
/// close("close")?;
/// # Ok::<(), Failure>(())
/// ```
pub async fn close_position(
    tx: &Tx,
    id: Id<Position>,
    last: NaiveDate,
    action: &Action,
    book: &AuthorityBook,
) -> Result<(), PositionError> {
    // Read.
    let position = tx.load(id).await?;
    let below = tx.list(Position::BELOW, &id).await?;
    let employments = employments_of(tx, position.holdings()).await?;

    // Decide.
    let same = position.term.last() == Some(last);
    within(single(last), position.term)?;
    let reports = |below: &Position| below.stands_after(last, |standing| standing.reports_to == Some(id));
    let held = position.clipped(&employments);
    let held = held.iter().filter(|held| held.days.last().is_none_or(|end| end > last)).count();
    let found = below.iter().filter(|(_, below)| reports(below)).count().saturating_add(held);
    if found > 0 {
        return Err(PositionError::StillHolds { last, found });
    }
    permit(tx, action, None, last, book)?;

    // Record.
    Ok(tx.decide(id, unless(same, PositionFact::Closed { last })).await?)
}

/// How much of the positions of a unit nobody holds on a day, by position, where that is more than nothing.
///
/// # Errors
/// [`PositionError::Ratio`], [`PositionError::Store`].
///
/// # Example
/// ```
#[doc = include_str!("office.txt")]
///
/// let free = || wait(office.view(|view| async move { vacancies(&view, studio, on).await }));
/// assert_eq!(free()?, [(reception, days(1))].into());
/// fill("half", anna_works, "2026-01-01/..", "1/2")?;
/// assert_eq!(free()?[&reception], Ratio::new(1, 2)?);
/// // Once all of it is held, nothing is vacant.
/// fill("other-half", bea_works, "2026-01-01/..", "1/2")?;
/// assert!(free()?.is_empty());
/// # Ok::<(), Failure>(())
/// ```
pub async fn vacancies(
    view: &View,
    unit: Id<OrgUnit>,
    on: NaiveDate,
) -> Result<BTreeMap<Id<Position>, Ratio>, PositionError> {
    let mut free = BTreeMap::new();
    for (id, position) in view.list(Position::IN_UNIT, &unit).await? {
        let Some(standing) = position.on(on).filter(|standing| standing.unit == unit) else { continue };
        let employments = employments_of(view, position.holdings()).await?;
        let held = sum(position.held_on(on, &employments).iter().map(|held| held.share))?;
        let left = standing.seats.checked_sub(held)?;
        if left > Ratio::ZERO {
            free.insert(id, left);
        }
    }
    Ok(free)
}

impl Position {
    /// What is held while those who hold it are employed.
    fn clipped(&self, employments: &BTreeMap<Id<Employment>, Employment>) -> Vec<Holding> {
        let clip = |held: &Holding| {
            let days = employments.get(&held.employment)?.term().intersection(&held.days)?;
            Some(Holding { days, ..*held })
        };
        self.holdings.iter().filter_map(clip).collect()
    }

    /// The first day on which more of it is held than there is, and what is left then: less than nothing.
    fn overfull(
        &self,
        employments: &BTreeMap<Id<Employment>, Employment>,
    ) -> Result<Option<(NaiveDate, Ratio)>, RatioError> {
        let held = self.clipped(employments);
        let changes = self.standings.periods(self.term).map(|(days, _)| days.start());
        let days = starts(&held).into_iter().chain(changes).collect();
        overfull(&held, days, |day| self.on(day).map(|standing| standing.seats))
    }
}

/// The days on which more comes to be held.
fn starts(held: &[Holding]) -> BTreeSet<NaiveDate> {
    held.iter().map(|held| held.days.start()).collect()
}

/// The first of these days on which more is held than there is, and what is left then: less than nothing.
fn overfull(
    held: &[Holding],
    days: BTreeSet<NaiveDate>,
    seats: impl Fn(NaiveDate) -> Option<Ratio>,
) -> Result<Option<(NaiveDate, Ratio)>, RatioError> {
    for day in days {
        let taken = sum(held.iter().filter(|held| held.days.contains(day)).map(|held| held.share))?;
        let left = seats(day).unwrap_or(Ratio::ZERO).checked_sub(taken)?;
        if left < Ratio::ZERO {
            return Ok(Some((day, left)));
        }
    }
    Ok(None)
}

fn sum(shares: impl Iterator<Item = Ratio>) -> Result<Ratio, RatioError> {
    let mut all = Ratio::ZERO;
    for share in shares {
        all = all.checked_add(share)?;
    }
    Ok(all)
}

fn within(days: DateRange, term: DateRange) -> Result<(), PositionError> {
    if term.encloses(&days) { Ok(()) } else { Err(PositionError::OutsideTerm { days, term }) }
}

fn single(day: NaiveDate) -> DateRange {
    // The last day of the calendar has no day after it.
    DateRange::inclusive(day, day).unwrap_or(DateRange::from(day))
}

/// Whether a position may stand so, with all that it would report to.
fn admit(
    id: Id<Position>,
    position: Position,
    standing: &PositionStanding,
    unit: &OrgUnit,
    mut above: BTreeMap<Id<Position>, Position>,
) -> Result<(), PositionError> {
    is_standing(standing)?;
    for (wanted, _) in position.standings.periods(position.term).filter(|(_, then)| *then == standing) {
        if !unit.term().encloses(&wanted) {
            return Err(PositionError::UnitGone { unit: standing.unit, term: unit.term(), wanted });
        }
        let superior = standing.reports_to.and_then(|above_id| Some((above_id, above.get(&above_id)?)));
        if let Some((above_id, found)) =
            superior.filter(|(above_id, found)| *above_id != id && !found.term.encloses(&wanted))
        {
            return Err(PositionError::SuperiorGone { position: above_id, term: found.term, wanted });
        }
    }
    above.insert(id, position);
    let days: BTreeSet<NaiveDate> =
        above.values().flat_map(|each| each.standings.periods(each.term).map(|(days, _)| days.start())).collect();
    let superiors = |on| above.iter().filter_map(|(id, each)| Some((*id, each.on(on)?.reports_to?))).collect();
    match first_circle(days, superiors) {
        Some((on, positions)) => Err(PositionError::Circle { on, positions }),
        None => Ok(()),
    }
}

/// A position, and all that it reports to on any day.
async fn line_above(tx: &Tx, position: Option<Id<Position>>) -> Result<BTreeMap<Id<Position>, Position>, StoreError> {
    let mut found = BTreeMap::new();
    let mut open: Vec<Id<Position>> = position.into_iter().collect();
    while let Some(id) = open.pop() {
        if found.contains_key(&id) {
            continue;
        }
        let each = tx.load(id).await?;
        open.extend(each.standings.versions().filter_map(|standing| standing.reports_to));
        found.insert(id, each);
    }
    Ok(found)
}

/// The employments of those who hold, or held, something.
async fn employments_of(
    view: &View,
    held: impl Iterator<Item = &Holding>,
) -> Result<BTreeMap<Id<Employment>, Employment>, StoreError> {
    let ids: Vec<Id<Employment>> = held.map(|held| held.employment).collect::<BTreeSet<_>>().into_iter().collect();
    let found = view.find_each(&ids).await?;
    Ok(ids.into_iter().zip(found).filter_map(|(id, employment)| Some((id, employment?))).collect())
}
