//! Shared places told case by case: many writers at once, offers that lapse, equipment, and how it is stored.

use std::sync::Barrier;
use std::thread;

use office_core::{Entity, Id, MemoryStore, Office, StoreError, Tx, wait};
use office_scheduling::{
    BookEquipmentError, BookError, BookRefusal, Booking, BookingRequest, BookingRequestParts, BookingSource,
    BookingStatus, CancelBookingFlowError, JoinWaitingListError, MoveBookingError, ResourceKind, WaitingListEntry,
    WaitingListEntryId, WaitingListFact, Wanted, accept_offer, book, book_equipment, bookings_of, cancel_booking,
    fall_due_bookings, join_waiting_list, move_booking, promote_waiting,
};
use office_scratch::offices;

use crate::house::{Failure, at, booking, command, hours, person, prepare, request, resource, time};

/// Whether another writer was in the way.
fn is_conflict(error: &Failure) -> bool {
    let of_book = |error: &BookError| matches!(error, BookError::Store(error) if error.is_conflict());
    let of_cancel =
        |error: &CancelBookingFlowError| matches!(error, CancelBookingFlowError::Store(error) if error.is_conflict());
    error.downcast_ref::<StoreError>().is_some_and(StoreError::is_conflict)
        || error.downcast_ref().is_some_and(of_book)
        || error.downcast_ref().is_some_and(of_cancel)
}

/// Does something until no other writer was in the way.
fn insist<T, F, Fut>(office: &Office, key: &str, run: F) -> Result<T, Failure>
where
    F: Fn(Tx) -> Fut + Sync,
    Fut: Future<Output = Result<T, Failure>> + Send,
    T: serde::Serialize + serde::de::DeserializeOwned + Send,
{
    loop {
        match wait(office.transact(&command(key, -60), &run)) {
            Err(error) if is_conflict(&error) => {}
            other => return other,
        }
    }
}

/// Laws 90 to 92 for many writers: in each round two call their bookings off and ask for promotion, two wait for
/// either time, and somebody who has not waited asks for it as well.
#[test]
fn two_at_once_never_have_one_place() {
    let (_places, offices) = offices();
    for office in &offices {
        prepare(office);
        for round in 0..4 {
            let (day, name) = (round * 180, |what: &str| format!("{what}:{round}"));
            let wanted = move |from: i64, length: i64| request(time(day + from, length), 2, 1);
            insist(office, &name("begin"), |tx| async move {
                book(&tx, resource(1), booking(&format!("first:{round}")), wanted(0, 30)).await?;
                book(&tx, resource(1), booking(&format!("second:{round}")), wanted(30, 30)).await?;
                for (entry, from, length) in [("a", 0, 60), ("b", 15, 15), ("c", 30, 30)] {
                    let id = Id::natural("waiting", &format!("{entry}:{round}"));
                    join_waiting_list(&tx, id, Wanted::This { resource: resource(1) }, wanted(from, length)).await?;
                }
                Ok(())
            })
            .unwrap();
            let barrier = &Barrier::new(3);
            thread::scope(|scope| {
                for which in ["first", "second"] {
                    scope.spawn(move || {
                        barrier.wait();
                        insist(office, &format!("cancel:{which}:{round}"), |tx| async move {
                            cancel_booking(&tx, booking(&format!("{which}:{round}"))).await?;
                            Ok(())
                        })
                        .unwrap();
                        insist(office, &format!("promote:{which}:{round}"), |tx| async move {
                            Ok(promote_waiting(&tx, time(day, 60), 3_600).await?)
                        })
                        .unwrap();
                    });
                }
                scope.spawn(move || {
                    barrier.wait();
                    let outcome = insist(office, &format!("book:{round}"), |tx| async move {
                        book(&tx, resource(1), booking(&format!("other:{round}")), wanted(10, 30))
                            .await
                            .map_err(Failure::from)
                    });
                    if let Err(refused) = outcome {
                        assert!(matches!(refused.downcast_ref(), Some(BookError::Refused(BookRefusal::Held { .. }))));
                    }
                });
            });
            let held =
                wait(office.view(|view| async move { bookings_of(&view, resource(1), time(day, 60)).await })).unwrap();
            assert!(held.windows(2).all(|pair| pair[0].1.held().end() <= pair[1].1.held().start()), "{held:?}");
            // Whoever came last has found the place or left it to somebody: it is not empty.
            assert!(!held.is_empty());
            assert!(held.iter().all(|(_, one)| one.status().holds()));
        }
    }
}

/// Law 92: what nobody takes goes to the next, in the order of waiting.
#[test]
fn an_offer_that_is_not_taken_goes_to_the_next() {
    let (_places, offices) = offices();
    for office in &offices {
        prepare(office);
        let [first, second] = ["first", "second"].map(|name| WaitingListEntryId::natural("waiting", name));
        let act = |key: &str, minute: i64| command(key, minute);
        for (minute, entry) in [(-59, second), (-60, first)] {
            let asked = request(time(60, 30), 2, 1);
            wait(office.transact(&act(&format!("join:{minute}"), minute), |tx| {
                let asked = asked.clone();
                async move { join_waiting_list(&tx, entry, Wanted::Any { kind: ResourceKind::Room }, asked).await }
            }))
            .unwrap();
        }
        let block = request(time(0, 200), 2, 1);
        wait(office.transact(&act("block", -58), |tx| {
            let block = block.clone();
            async move { book(&tx, resource(1), booking("block"), block).await }
        }))
        .unwrap();
        let promote = |key: &str, minute: i64| {
            let freed = time(0, 100);
            let promotion =
                wait(office.transact(&act(key, minute), |tx| async move { promote_waiting(&tx, freed, 600).await }));
            promotion.unwrap().offered.iter().map(|offer| (offer.entry, offer.resource)).collect::<Vec<_>>()
        };
        assert_eq!(promote("promote", -50), [(first, resource(0))]);
        assert!(promote("again", -45).is_empty());
        let hours = &hours();
        let due = |key: &str, minute: i64| {
            wait(office.transact(&act(key, minute), |tx| async move { fall_due_bookings(&tx, hours, 10).await }))
                .unwrap()
        };
        assert!(due("early", -41).changed.is_empty());
        assert!(matches!(due("due", -40).changed.values().next(), Some(BookingStatus::Expired { .. })));
        assert_eq!(promote("next", -40), [(second, resource(0))]);
        let accepted = |key: &str, entry: WaitingListEntryId| {
            wait(office.transact(&act(key, -39), |tx| async move { accept_offer(&tx, entry, None).await }))
        };
        assert!(accepted("too-late", first).is_err());
        accepted("in-time", second).unwrap();
        let status = wait(office.view(|view| async move {
            let found: Booking = view.load(WaitingListEntry::booking_of(second)).await?;
            Ok::<_, StoreError>(found.status())
        }));
        assert_eq!(status.unwrap(), BookingStatus::Confirmed);
    }
}

#[test]
fn who_can_never_be_served_does_not_wait() {
    let office = Office::on(MemoryStore::new());
    prepare(&office);
    let join = |key: &str, wanted: Wanted, people: u32, minute: i64| {
        let asked = request(time(60, 30), people, 1);
        let id = WaitingListEntryId::natural("waiting", key);
        wait(office.transact(&command(key, minute), |tx| {
            let asked = asked.clone();
            async move { join_waiting_list(&tx, id, wanted, asked).await }
        }))
    };
    let rooms = Wanted::Any { kind: ResourceKind::Room };
    assert!(matches!(join("many", rooms, 9, 0), Err(JoinWaitingListError::NoneFits { .. })));
    assert!(matches!(join("late", rooms, 2, 60), Err(JoinWaitingListError::Begun { .. })));
    let small = Wanted::This { resource: resource(0) };
    let refused = join("small", small, 5, 0).unwrap_err();
    assert_eq!(refused.to_string(), "5 people are too many for the room: at most 4 are wanted");
    let nowhere = Wanted::This { resource: resource(9) };
    assert!(matches!(
        join("nowhere", nowhere, 1, 0),
        Err(JoinWaitingListError::Never(BookRefusal::NoSuchResource { .. }))
    ));
}

#[test]
fn equipment_goes_with_a_booking_that_stands() {
    let office = Office::on(MemoryStore::new());
    prepare(&office);
    let equip = |key: &str, main: &str| {
        let main = booking(main);
        wait(office.transact(&command(key, -60), |tx| async move {
            book_equipment(&tx, main, resource(2), booking(key), 2).await
        }))
    };
    assert!(matches!(equip("early", "talk"), Err(BookEquipmentError::NoSuchBooking { .. })));
    let talk = request(time(60, 60), 2, 1);
    let book_talk = |key: &str| {
        wait(office.transact(&command(key, -60), |tx| {
            let talk = talk.clone();
            async move { book(&tx, resource(1), booking("talk"), talk).await }
        }))
    };
    book_talk("talk").unwrap();
    equip("two", "talk").unwrap();
    assert!(matches!(equip("of-two", "two"), Err(BookEquipmentError::OfEquipment { .. })));
    assert!(matches!(
        equip("two-more", "talk"),
        Err(BookEquipmentError::Book(BookError::Refused(BookRefusal::Held { .. })))
    ));
    // Another talk has the rest of the projectors later: the first cannot move there, though the room is free.
    let other = request(time(150, 30), 1, 2);
    wait(office.transact(&command("other", -60), |tx| {
        let other = other.clone();
        async move { book(&tx, resource(2), booking("other"), other).await }
    }))
    .unwrap();
    let moved = wait(office.transact(&command("move", -60), |tx| async move {
        move_booking(&tx, booking("talk"), resource(1), time(120, 60)).await
    }));
    assert!(matches!(moved, Err(MoveBookingError::Refused(BookRefusal::Held { .. }))));
}

#[test]
fn facts_and_states_are_stored_like_this() {
    let source = BookingSource::With { booking: booking("talk") };
    let asked = request(time(60, 30), 2, 3);
    let asked = BookingRequest::try_from(BookingRequestParts { source, ..asked.parts().clone() }).unwrap();
    let joined = WaitingListEntry::join(Wanted::This { resource: resource(0) }, asked, at(0));
    let mut entry = WaitingListEntry::open(&joined).unwrap();
    let offered = WaitingListFact::Offered { resource: resource(0), until: at(20) };
    entry.apply(&offered);
    let accepted = entry.accept(person(), at(10)).unwrap().fact().unwrap();
    let left = entry.leave(person(), at(10)).unwrap().fact().unwrap();
    insta::assert_json_snapshot!((joined, offered, accepted, left, WaitingListFact::Lapsed { at: at(20) }, entry));
}
