//! What two people do at the same time, in memory and in a file. However the threads meet, one is first.

use std::sync::Barrier;
use std::thread;

use office_core::{Id, Office, StoreError, wait};
use office_inventory::{
    Asset, Keeper, Licence, LicenceId, NewLicence, ReserveAssetError, Retag, Seat, SeatAssetError, SeatHolder,
    SeatPurchase, assign_seat, holdings_of, register_asset, reserve_any, reserve_asset, retag_asset,
};

use crate::desk::{
    asked, asset, command, days, dispose, gone, hand_over, hour, load, loan, memory, new, offices, person, place,
    register, run, slip, state, text,
};

/// How often each pair meets.
const ROUNDS: usize = 12;

/// Two threads do something at once; gives how many of them succeed.
fn both(office: &Office, work: impl Fn(&Office, usize) -> bool + Sync) -> usize {
    let barrier = Barrier::new(2);
    let done = thread::scope(|scope| {
        let threads = [0, 1].map(|who| {
            let (barrier, work) = (&barrier, &work);
            scope.spawn(move || {
                barrier.wait();
                work(office, who)
            })
        });
        threads.map(|thread| thread.join().unwrap())
    });
    done.iter().filter(|done| **done).count()
}

/// Law 14 at once: of two assets with one tag or one serial number, one is registered; of two that want one tag, one
/// gets it.
#[test]
fn of_two_that_want_a_label_one_gets_it() {
    let (_places, offices) = offices();
    for office in &offices {
        for round in 0..ROUNDS {
            let tagged = both(office, |office, who| {
                let (name, tag) = (format!("T-{round}-{who}"), if who == 0 { "LT" } else { "lt" });
                register(office, &name, &new(&format!("{tag}-{round}"), "laptop")).is_ok()
            });
            assert_eq!(tagged, 1);
            let numbered = both(office, |office, who| {
                let name = format!("S-{round}-{who}");
                let mut new = new(&name, "laptop");
                new.serial = Some(format!("SN{round}").parse().unwrap());
                register(office, &name, &new).is_ok()
            });
            assert_eq!(numbered, 1);
            let names = [0, 1].map(|who| format!("R-{round}-{who}"));
            for name in &names {
                register(office, name, &new(name, "laptop")).unwrap();
            }
            let retagged = both(office, |office, who| {
                let command = Retag { tag: format!("X-{round}").parse().unwrap(), by: person("E-004"), at: hour(1) };
                let (id, command) = (asset(&names[who]), &command);
                let key = format!("retag-{round}-{who}");
                run(office, &key, |tx| async move { retag_asset(&tx, id, command.clone()).await }).is_ok()
            });
            assert_eq!(retagged, 1);
        }
        let all = wait(office.view(|view| async move { view.page(Asset::LIST, None, None, 1_000).await })).unwrap();
        assert_eq!(all.len(), 4 * ROUNDS);
    }
}

/// The same asset registered by two with the same paper is registered once, and both are told so.
#[test]
fn what_two_register_alike_is_registered_once() {
    let (_places, offices) = offices();
    for office in &offices {
        for round in 0..ROUNDS {
            let (name, done) = (format!("LT-{round}"), new(&format!("LT-{round}"), "laptop"));
            let (id, done) = (asset(&name), &done);
            let told = both(office, |office, who| {
                let key = format!("{round}-{who}");
                run(office, &key, |tx| async move { register_asset(&tx, id, done.clone()).await }).is_ok()
            });
            assert_eq!(told, 2);
            let facts = wait(office.view(|view| async move { view.history(id, 0, 10).await })).unwrap();
            assert_eq!(facts.len(), 1);
        }
    }
}

/// Law 29 at once.
#[test]
fn of_two_who_want_the_same_days_one_gets_them() {
    let (_places, offices) = offices();
    for office in &offices {
        for name in ["BM-1", "BM-2", "BM-3"] {
            register(office, name, &new(name, "beamer")).unwrap();
        }
        for round in 0..ROUNDS {
            let first = 2 + u32::try_from(round).unwrap() * 2;
            let got = both(office, |office, who| {
                // The second begins on the last day of the first.
                let period = if who == 0 { days(first, first + 1) } else { days(first + 1, first + 1) };
                let (key, wanted) = (format!("L-{round}-{who}"), asked("BM-1", period));
                let id = loan(&key);
                run(office, &key, |tx| async move { reserve_asset(&tx, id, wanted).await }).is_ok()
            });
            assert_eq!(got, 1);
            // Of two that are left, each of two people gets one; for a third there is none.
            let category = &text("Beamer");
            let any = |office: &Office, key: &str| {
                let (id, wanted) = (loan(key), asked("BM-1", days(first, first + 1)));
                run(office, key, |tx| async move { reserve_any(&tx, id, category, wanted).await })
            };
            assert_eq!(both(office, |office, who| any(office, &format!("any-{round}-{who}")).is_ok()), 2);
            let third = any(office, &format!("any-{round}-2"));
            let none = ReserveAssetError::NoneFree { category: category.clone(), candidates: 3 };
            assert_eq!(third.as_ref().err().and_then(|error| error.refusal()), Some(&none));
        }
    }
}

/// Law 30 at once: the last seat goes to one.
#[test]
fn of_two_who_want_the_last_seat_one_gets_it() {
    let (_places, offices) = offices();
    for office in &offices {
        let id: LicenceId = Id::natural("licence", "LIC-1");
        let new = NewLicence { number: text("LIC-1"), product: "drawing".to_owned(), vendor: None };
        let listed = Licence::list(new).unwrap().fact().unwrap();
        wait(office.transact(&command("list"), |tx| {
            let listed = listed.clone();
            async move { tx.create(id, listed).await }
        }))
        .unwrap();
        for round in 0..ROUNDS {
            let days = "2026-01-01/2027-01-01".parse().unwrap();
            let cost = "10.00 EUR".parse().unwrap();
            let one = &SeatPurchase { reference: text(&format!("P-{round}")), seats: 1, days, cost };
            wait(office.transact(&command(&format!("buy-{round}")), |tx| async move {
                let licence = tx.load(id).await?;
                tx.decide(id, licence.buy(one.clone()).unwrap()).await
            }))
            .unwrap();
            let got = both(office, |office, who| {
                let key = format!("S-{round}-{who}");
                let (slip, holder) = (text(&key), SeatHolder::Person(person(&key)));
                let seat =
                    &Seat { slip, holder, from: "2026-02-01".parse().unwrap(), until: None, by: person("E-004") };
                run(office, &key, |tx| async move { assign_seat(&tx, id, seat.clone()).await }).is_ok()
            });
            assert_eq!(got, 1);
        }
        let licence = load(office, id);
        assert_eq!(licence.in_use_on("2026-02-01".parse().unwrap()).count(), ROUNDS);
    }
}

/// Whoever looks at what two people have while something passes between them finds it with exactly one.
#[test]
fn what_passes_from_one_to_another_is_told_of_one() {
    let (_places, offices) = offices();
    for office in &offices {
        register(office, "LT-1", &new("LT-1", "beamer")).unwrap();
        hand_over(office, "LT-1", &slip("H-0", Keeper::Person(person("E-0")), 1)).unwrap();
        let looks = both(office, |office, who| {
            for round in 1..=ROUNDS * 2 {
                if who == 0 {
                    let to = Keeper::Person(person(&format!("E-{}", round % 2)));
                    let at = i64::try_from(round).unwrap() + 1;
                    hand_over(office, "LT-1", &slip(&format!("H-{round}"), to, at)).unwrap();
                } else {
                    let on = hour(1).date_naive();
                    let held = wait(office.view(|view| async move {
                        let one = holdings_of(&view, person("E-0"), on).await?;
                        let other = holdings_of(&view, person("E-1"), on).await?;
                        Ok::<_, StoreError>(one.assets.len() + other.assets.len())
                    }));
                    // Whoever is overtaken again and again is told so, and looks later.
                    match held {
                        Ok(held) => assert_eq!(held, 1),
                        Err(error) => assert!(error.is_conflict()),
                    }
                }
            }
            true
        });
        assert_eq!(looks, 2);
    }
}

/// Whoever decides by what somebody has, and is overtaken by a hand-over, decides again.
#[test]
fn who_lets_somebody_go_looks_again_when_something_is_handed_to_them() {
    let office = memory();
    register(&office, "LT-1", &new("LT-1", "beamer")).unwrap();
    let (looks, other) = (std::sync::atomic::AtomicUsize::new(0), office.clone());
    let (leaver, on) = (person("ada"), hour(1).date_naive());
    let left = run(&office, "leave", |tx| {
        let (looks, other) = (&looks, other.clone());
        async move {
            let held = holdings_of(&tx, leaver, on).await?;
            if looks.fetch_add(1, std::sync::atomic::Ordering::SeqCst) == 0 {
                assert!(held.is_empty());
                hand_over(&other, "LT-1", &slip("H-1", Keeper::Person(leaver), 1)).unwrap();
            }
            if !held.is_empty() {
                return Err(office_inventory::EquipmentError::Refused(held.assets.len()));
            }
            register_asset(&tx, asset("LT-2"), new("LT-2", "beamer")).await.unwrap();
            Ok(())
        }
    });
    assert_eq!(left.unwrap_err().refusal(), Some(&1));
    assert_eq!(looks.into_inner(), 2);
}

/// A machine that goes and a seat that is assigned to it, a part that is put on it, or somebody who gets it: one happens.
#[test]
fn what_goes_takes_nothing_with_it() {
    let (_places, offices) = offices();
    for office in &offices {
        let id: LicenceId = Id::natural("licence", "LIC-1");
        let new_licence = NewLicence { number: text("LIC-1"), product: "drawing".to_owned(), vendor: None };
        let listed = Licence::list(new_licence).unwrap().fact().unwrap();
        let (days, cost) = ("2026-01-01/2027-01-01".parse().unwrap(), "10.00 EUR".parse().unwrap());
        let bought = &SeatPurchase { reference: text("P-1"), seats: 1_000, days, cost };
        wait(office.transact(&command("list"), |tx| {
            let listed = listed.clone();
            async move {
                tx.create(id, listed).await?;
                let licence = tx.load(id).await?;
                tx.decide(id, licence.buy(bought.clone()).unwrap()).await
            }
        }))
        .unwrap();
        for round in 0..ROUNDS {
            let [name, part] = ["BM", "LAMP"].map(|kind| format!("{kind}-{round}"));
            register(office, &name, &new(&name, "beamer")).unwrap();
            register(office, &part, &new(&part, "beamer")).unwrap();
            let scrap = gone(&format!("D-{round}"), office_inventory::DisposalKind::Scrapped, 9);
            let done = both(office, |office, who| match (who, round % 3) {
                (0, _) => dispose(office, &name, &scrap).is_ok(),
                (_, 0) => {
                    let holder = SeatHolder::Asset(asset(&name));
                    let from = "2026-02-01".parse().unwrap();
                    let seat = &Seat { slip: text(&name), holder, from, until: None, by: person("E-004") };
                    let key = format!("seat-{round}");
                    let answer = run(office, &key, |tx| async move { assign_seat(&tx, id, seat.clone()).await });
                    if let Err(error) = &answer {
                        assert_eq!(error.refusal(), Some(&SeatAssetError::Disposed { asset: asset(&name) }));
                    }
                    answer.is_ok()
                }
                (_, 1) => hand_over(office, &part, &slip("H-1", Keeper::Asset(asset(&name)), 8)).is_ok(),
                _ => hand_over(office, &name, &slip("H-1", Keeper::Place(place("R-204")), 8)).is_ok(),
            });
            assert_eq!(done, 1, "round {round}");
            let parts = usize::from(state(office, &part).keeper() == Some(Keeper::Asset(asset(&name))));
            assert!(state(office, &name).disposed().is_none() || parts == 0);
        }
    }
}
