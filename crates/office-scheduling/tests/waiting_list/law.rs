//! The laws of shared places, on what people may do in any order.

use office_core::{Command, MemoryStore, Office, wait};
use office_scheduling::{
    Booking, ResourceKind, WaitingListEntry, WaitingListEntryId, WaitingStatus, Wanted, accept_offer, attendance_of,
    book, book_equipment, bookings_of, cancel_booking, end_booking, fall_due_bookings, join_waiting_list,
    leave_waiting_list, move_booking, promote_waiting,
};
use proptest::collection::vec;
use proptest::prelude::*;
use proptest::sample::Index;

use crate::house::{Failure, OFFER, THINGS, booking, command, hours, person, prepare, request, resource, time, whole};
use crate::model::{Model, Plain, Stands, Waiter, Waits};

#[derive(Clone, Debug)]
enum Step {
    Book { of: usize, from: i64, length: i64, units: u32 },
    Equip { which: Index, units: u32 },
    Move { which: Index, of: usize, from: i64 },
    Cancel { which: Index },
    CheckIn { which: Index },
    End { which: Index },
    Wait { of: Option<usize>, from: i64, length: i64, people: u32 },
    Promote,
    Accept { which: Index },
    Leave { which: Index },
    FallDue { most: usize },
    Pass { minutes: i64 },
}

fn steps() -> impl Strategy<Value = Step> {
    let which = any::<Index>;
    let from = || (0_i64..40).prop_map(|n| 5 * n);
    let length = || (1_i64..12).prop_map(|n| 5 * n);
    prop_oneof![
        6 => (0_usize..3, from(), length(), 1_u32..4)
            .prop_map(|(of, from, length, units)| Step::Book { of, from, length, units }),
        2 => (which(), 1_u32..4).prop_map(|(which, units)| Step::Equip { which, units }),
        2 => (which(), 0_usize..3, from()).prop_map(|(which, of, from)| Step::Move { which, of, from }),
        3 => which().prop_map(|which| Step::Cancel { which }),
        2 => which().prop_map(|which| Step::CheckIn { which }),
        2 => which().prop_map(|which| Step::End { which }),
        4 => (proptest::option::of(0_usize..3), from(), length(), 1_u32..10)
            .prop_map(|(of, from, length, people)| Step::Wait { of, from, length, people }),
        4 => Just(Step::Promote),
        2 => which().prop_map(|which| Step::Accept { which }),
        1 => which().prop_map(|which| Step::Leave { which }),
        3 => (1_usize..4).prop_map(|most| Step::FallDue { most }),
        3 => (1_i64..5).prop_map(|n| Step::Pass { minutes: 5 * n }),
    ]
}

#[expect(clippy::too_many_lines, reason = "one arm for each thing that is done")]
#[expect(clippy::wildcard_enum_match_arm, reason = "what is left has nothing to be done to")]
/// Carries a step out in both; whether it is done is the same.
fn take(office: &Office, model: &mut Model, key: &str, step: &Step) -> Result<(), TestCaseError> {
    let now = model.now;
    let (bookings, waiters) = (model.bookings.len(), model.waiters.len());
    let command = command(key, now);
    match *step {
        Step::Book { of, from, length, units } => {
            let wanted = request(time(from, length), 1, units);
            let done = wait(office.transact(&command, |tx| {
                let wanted = wanted.clone();
                async move { book(&tx, resource(of), booking(key), wanted).await }
            }));
            let free = units <= THINGS[of].count && model.is_free(None, of, (from, from + length), units);
            prop_assert_eq!(done.is_ok(), free, "{:?}", done);
            if free {
                let (id, stands) = (booking(key), Stands::Confirmed);
                model.bookings.push(Plain { id, of, from, to: from + length, people: 1, units, with: None, stands });
            }
        }
        Step::Equip { which, units } if bookings > 0 => {
            let main = which.index(bookings);
            let one = model.bookings[main];
            let done = wait(office.transact(&command, |tx| async move {
                book_equipment(&tx, one.id, resource(2), booking(key), units).await
            }));
            let stands = matches!(one.stands, Stands::Confirmed | Stands::Came) && one.with.is_none();
            let free = stands && model.is_free(None, 2, (one.from, one.to), units);
            prop_assert_eq!(done.is_ok(), free, "{:?}", done);
            if free {
                let (id, stands) = (booking(key), Stands::Confirmed);
                model.bookings.push(Plain { id, of: 2, units, with: Some(main), stands, ..one });
            }
        }
        Step::Move { which, of, from } if bookings > 0 => move_in_both(office, model, &command, (which, of, from))?,
        Step::Cancel { which } if bookings > 0 => {
            let index = which.index(bookings);
            let one = model.bookings[index];
            let done = wait(office.transact(&command, |tx| async move { cancel_booking(&tx, one.id).await }));
            let can = one.stands == Stands::Confirmed && now < one.to;
            // What was called off before is recognised.
            prop_assert!(done.is_ok() == can || one.stands == Stands::Gone, "{:?}", done);
            if can {
                model.bookings[index].stands = Stands::Gone;
                model.follow(index, Stands::Gone, None);
            }
        }
        Step::CheckIn { which } if bookings > 0 => {
            let index = which.index(bookings);
            let one = model.bookings[index];
            let done = wait(office.transact(&command, |tx| async move {
                let found: Booking = tx.load(one.id).await?;
                let decision = found.check_in(person(), tx.command().at())?;
                tx.decide::<Booking>(one.id, decision).await?;
                Ok::<_, Failure>(())
            }));
            let can = one.stands == Stands::Confirmed && one.from - THINGS[one.of].before <= now && now < one.to;
            prop_assert_eq!(done.is_ok(), can || one.stands == Stands::Came, "{:?}", done);
            if can {
                model.bookings[index].stands = Stands::Came;
            }
        }
        Step::End { which } if bookings > 0 => {
            let index = which.index(bookings);
            let one = model.bookings[index];
            let done = wait(office.transact(&command, |tx| async move { end_booking(&tx, one.id).await }));
            let can = one.stands == Stands::Came && one.from < now && now < one.to;
            prop_assert_eq!(done.is_ok(), can || one.stands == Stands::Left, "{:?}", done);
            if can {
                model.bookings[index].stands = Stands::Left;
                model.bookings[index].to = now;
                model.follow(index, Stands::Left, Some(now));
            }
        }
        Step::Wait { of, from, length, people } => {
            let id = WaitingListEntryId::natural("waiting", key);
            let wanted =
                of.map_or(Wanted::Any { kind: ResourceKind::Room }, |of| Wanted::This { resource: resource(of) });
            let asked = request(time(from, length), people, 1);
            let done = wait(office.transact(&command, |tx| {
                let asked = asked.clone();
                async move { join_waiting_list(&tx, id, wanted, asked).await }
            }));
            let fits = match of {
                Some(2) => true,
                Some(of) => people <= THINGS[of].capacity,
                None => people <= 8,
            };
            prop_assert_eq!(done.is_ok(), fits && now < from, "{:?}", done);
            if done.is_ok() {
                let to = from + length;
                model.waiters.push(Waiter { id, of, from, to, people, since: now, waits: Waits::Waiting });
            }
        }
        Step::Promote => {
            let offer = u32::try_from(60 * OFFER).unwrap();
            let promotion =
                wait(office.transact(&command, |tx| async move { promote_waiting(&tx, whole(), offer).await }));
            let offered: Vec<_> = promotion.unwrap().offered.iter().map(|one| one.entry).collect();
            prop_assert_eq!(offered, model.promote());
        }
        Step::Accept { which } if waiters > 0 => {
            let index = which.index(waiters);
            let one = model.waiters[index];
            let held = model.bookings.iter().position(|other| other.id == WaitingListEntry::booking_of(one.id));
            let done = wait(office.transact(&command, |tx| async move { accept_offer(&tx, one.id, None).await }));
            let open = held.filter(|held| matches!(model.bookings[*held].stands, Stands::Held(until) if now < until));
            if let Some(held) = open {
                prop_assert!(done.is_ok(), "{:?}", done);
                model.bookings[held].stands = Stands::Confirmed;
                model.waiters[index].waits = Waits::Over;
            } else if one.waits != Waits::Over {
                prop_assert!(done.is_err());
            }
        }
        Step::Leave { which } if waiters > 0 => {
            let index = which.index(waiters);
            let one = model.waiters[index];
            let done = wait(office.transact(&command, |tx| async move { leave_waiting_list(&tx, one.id).await }));
            prop_assert!(done.is_ok() || one.waits == Waits::Over, "{:?}", done);
            if one.waits == Waits::Offered {
                let id = WaitingListEntry::booking_of(one.id);
                model.bookings.iter_mut().filter(|other| other.id == id).for_each(|held| held.stands = Stands::Gone);
            }
            model.waiters[index].waits = Waits::Over;
        }
        Step::FallDue { most } => fall_due_in_both(office, model, &command, most)?,
        Step::Pass { minutes } => model.now += minutes,
        // There is nothing to do it to.
        _ => {}
    }
    Ok(())
}

fn move_in_both(
    office: &Office,
    model: &mut Model,
    command: &Command,
    (which, of, from): (Index, usize, i64),
) -> Result<(), TestCaseError> {
    let index = which.index(model.bookings.len());
    let one = model.bookings[index];
    let to = from + one.to - one.from;
    let wanted = time(from, one.to - one.from);
    let done =
        wait(office.transact(command, |tx| async move { move_booking(&tx, one.id, resource(of), wanted).await }));
    let same = (one.of, one.from) == (of, from);
    let fits = |of: usize, one: &Plain| {
        let kind = &THINGS[of];
        one.units <= kind.count && (kind.kind == ResourceKind::Equipment || one.people <= kind.capacity)
    };
    let mut can = one.stands == Stands::Confirmed;
    can = can && (same || fits(of, &one) && model.is_free(Some(one.id), of, (from, to), one.units));
    let with: Vec<Plain> =
        model.bookings.iter().filter(|other| other.with == Some(index) && other.holds()).copied().collect();
    // Each is looked at beside all others as they are, those that move with it included.
    can = can && with.iter().all(|other| same || model.is_free(Some(other.id), 2, (from, to), other.units));
    prop_assert_eq!(done.is_ok(), can, "{:?}", done);
    if can {
        for other in
            model.bookings.iter_mut().filter(|other| other.id == one.id || with.iter().any(|w| w.id == other.id))
        {
            (other.from, other.to) = (from, to);
        }
        model.bookings[index].of = of;
    }
    Ok(())
}

/// Law 93: what nobody checked into in time is released, what nobody answered expires, the earliest first.
fn fall_due_in_both(office: &Office, model: &mut Model, command: &Command, most: usize) -> Result<(), TestCaseError> {
    let (now, hours) = (model.now, &hours());
    let fallen = wait(office.transact(command, |tx| async move { fall_due_bookings(&tx, hours, most).await })).unwrap();
    let mut due: Vec<(i64, String, usize)> = model
        .bookings
        .iter()
        .enumerate()
        .filter_map(|(index, one)| Some((one.due().filter(|due| *due <= now)?, one.id.to_string(), index)))
        .collect();
    due.sort();
    prop_assert_eq!(fallen.more, due.len() > most);
    prop_assert_eq!(fallen.changed.len(), due.len().min(most));
    for (_, _, index) in due.into_iter().take(most) {
        let one = model.bookings[index];
        prop_assert!(fallen.changed.contains_key(&one.id));
        if matches!(one.stands, Stands::Held(_)) {
            model.bookings[index].stands = Stands::Gone;
            let entry = one.id.retag();
            model.waiters.iter_mut().filter(|other| other.id == entry).for_each(|other| other.waits = Waits::Over);
        } else {
            model.bookings[index].stands = Stands::Missed;
            model.follow(index, Stands::Gone, None);
        }
    }
    Ok(())
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(40))]

    /// Laws 90 to 94 for one writer.
    #[test]
    fn a_history_goes_as_a_look_at_every_minute_says(steps in vec(steps(), 1..60)) {
        let office = Office::on(MemoryStore::new());
        prepare(&office);
        let mut model = Model { now: -30, ..Model::default() };
        for (number, step) in steps.iter().enumerate() {
            take(&office, &mut model, &format!("step:{number}"), step)?;
        }
        for of in 0..3 {
            let held = wait(office.view(|view| async move { bookings_of(&view, resource(of), whole()).await }));
            let mut found: Vec<_> = held.unwrap().iter().map(|(id, one)| (*id, one.time(), one.request().units())).collect();
            let there = model.bookings.iter().filter(|one| one.holds() && one.of == of);
            let mut expected: Vec<_> = there.map(|one| (one.id, time(one.from, one.to - one.from), one.units)).collect();
            found.sort_unstable();
            expected.sort_unstable();
            prop_assert_eq!(found, expected);
        }
        let figures = wait(office.view(|view| async move { attendance_of(&view, person(), whole()).await })).unwrap();
        let count = |stands: &[Stands]| {
            let counted = model.bookings.iter().filter(|one| one.with.is_none() && stands.contains(&one.stands)).count();
            u32::try_from(counted).unwrap()
        };
        let missed = count(&[Stands::Missed]);
        prop_assert_eq!((figures.missed, figures.limited), (missed, false));
        prop_assert_eq!(figures.kept, count(&[Stands::Came, Stands::Left]));
        for waiter in &model.waiters {
            let entry = wait(office.view(|view| async move { view.load::<WaitingListEntry>(waiter.id).await })).unwrap();
            let waits = match entry.status() {
                WaitingStatus::Waiting => Waits::Waiting,
                WaitingStatus::Offered { .. } => Waits::Offered,
                WaitingStatus::Accepted { .. } | WaitingStatus::Left { .. } | WaitingStatus::Lapsed { .. } => Waits::Over,
            };
            prop_assert_eq!(waits, waiter.waits);
        }
    }
}
