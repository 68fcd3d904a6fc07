//! The laws of events in the store: permits for many at once, who the guests are.

use std::collections::BTreeSet;
use std::thread;

use office_core::{
    AccessTrace, Actor, Appointment, AuthorityBook, Clearance, Command, DateRange, MemoryStore, Office, Role, Scope,
    StoreError, System, wait,
};
use office_scheduling::{
    GuestContact, GuestId, GuestKind, OfficeEvent, OfficeEventId, forget_guests, guest_contacts, invite_guest,
};
use office_scratch::offices;

use crate::party::{comes, details, early, id, parts};

fn command(key: &str) -> Command {
    Command::new(key, "event", Actor::new(id(1), Role::new("host")), early()).unwrap()
}

/// Planned, with guests of whom the store knows the names.
fn invited(office: &Office, event: OfficeEventId, guests: u32) {
    let planned = OfficeEvent::plan(details(parts()));
    wait(office.transact(&command(&format!("plan:{event}")), |tx| {
        let planned = planned.clone();
        async move {
            tx.create(event, planned).await?;
            for number in 0..guests {
                let contact = GuestContact {
                    name: format!("Eva Guest {number}"),
                    contact: "eva@example.org".to_owned(),
                    person: None,
                    plate: Some(format!("B-EV {number}")),
                };
                invite_guest(&tx, event, id(100 + number), (GuestKind::Outside, 2), &contact).await.unwrap();
            }
            Ok::<_, StoreError>(())
        }
    }))
    .unwrap();
}

/// Law 77: in memory, in a file, on a server, six at once for two spaces, and all change their minds.
#[test]
fn permits_never_exceed_the_spaces_at_once() {
    let (_places, offices) = offices();
    for office in offices {
        let office = office.within(System::yielding());
        let party: OfficeEventId = id(50);
        invited(&office, party, 6);
        for round in 0..2_u32 {
            thread::scope(|scope| {
                for number in 0..6_u32 {
                    let office = &office;
                    scope.spawn(move || {
                        for (step, parking) in [(0, true), (1, false), (2, true)] {
                            // Who is even gives it up for good in the end.
                            let parking = parking && !(step == 2 && number % 2 == 0 && round == 1);
                            let key = command(&format!("reply:{round}:{number}:{step}"));
                            let permits = wait(office.transact(&key, |tx| async move {
                                let event: OfficeEvent = tx.load(party).await?;
                                let reply = event.reply(id(100 + number), comes(&["any"], parking), early()).unwrap();
                                tx.decide(party, reply).await?;
                                let event: OfficeEvent = tx.load(party).await?;
                                Ok::<_, StoreError>(event.permits().count())
                            }));
                            assert!(permits.unwrap() <= 2);
                        }
                    });
                }
            });
        }
        let event = wait(office.view(|view| async move { view.load(party).await })).unwrap();
        let all: BTreeSet<GuestId> = event.permits().chain(event.waiting_for_permit()).collect();
        assert_eq!((all, event.permits().count()), ([id(101), id(103), id(105)].into(), 2));
    }
}

/// Law 79: in memory, in a file, on a server.
#[test]
fn who_the_guests_are_is_read_for_a_purpose_and_forgotten() {
    let (_places, offices) = offices();
    for office in &offices {
        let party: OfficeEventId = id(50);
        invited(office, party, 3);
        let (event, history) = wait(office.view(|view| async move {
            Ok::<_, StoreError>((view.load(party).await?, view.history(party, 0, 99).await?))
        }))
        .unwrap();
        let mut told = vec![serde_json::to_string(&event).unwrap(), format!("{event:?}")];
        told.extend(history.iter().map(|fact| fact.json().unwrap_or_default().to_owned()));
        assert!(history.len() == 4 && told.iter().all(|text| !text.contains("Eva") && !text.contains("B-EV")));
        let (purpose, on) = (&"badges".parse().unwrap(), "2026-06-18".parse().unwrap());
        let read = |key: &str, book: &AuthorityBook| {
            wait(guest_contacts(office, &command(key), party, purpose, on, book)).unwrap()
        };
        let (mut book, valid, role) = (AuthorityBook::default(), DateRange::from(on), Role::new("host"));
        book.appointments.push(Appointment { person: id(1), role: role.clone(), scope: Scope::anywhere(), valid });
        assert!(read("pry", &book).is_empty());
        let (class, purpose) = ("guest_contact".parse().unwrap(), purpose.clone());
        book.clearances.granted.push(Clearance { role, class, purpose, valid });
        let contacts = read("badges", &book);
        let names: Vec<&str> = contacts.iter().map(|(_, contact)| contact.name.as_str()).collect();
        assert_eq!(names, ["Eva Guest 0", "Eva Guest 1", "Eva Guest 2"]);
        assert_eq!(format!("{:?}", contacts[0].1), "GuestContact");
        let traces: Vec<bool> =
            wait(office.readings(contacts[0].0)).unwrap().iter().map(AccessTrace::granted).collect();
        assert_eq!(traces, [false, true]);

        let forget =
            |key: &str| wait(office.transact(&command(key), |tx| async move { forget_guests(&tx, party).await }));
        assert_eq!((forget("forget").unwrap(), forget("again").unwrap()), (3, 0));
        assert!(read("gone", &book).is_empty());
    }
}

#[test]
fn a_guest_of_another_event_is_refused() {
    let office = Office::on(MemoryStore::new());
    invited(&office, id(50), 1);
    invited(&office, id(51), 0);
    let contact = GuestContact { name: "Max".to_owned(), contact: "-".to_owned(), person: None, plate: None };
    let invite = |event: u32, kind, may_bring: u32| {
        let key = command(&format!("invite:{event}:{kind:?}:{may_bring}"));
        let contact = &contact;
        let invited = wait(office.transact(&key, |tx| async move {
            invite_guest(&tx, id(event), id(100), (kind, may_bring), contact).await
        }));
        invited.map_err(|error| error.to_string())
    };
    let reused = format!("guest {} is invited otherwise already: an id of its own is wanted", id::<GuestContact>(100));
    assert_eq!(invite(51, GuestKind::Outside, 2), Err(reused.clone()));
    assert_eq!(invite(50, GuestKind::Internal, 2), Err(reused));
    assert_eq!(invite(50, GuestKind::Outside, 2), Ok(()));
    assert!(invite(52, GuestKind::Outside, 2).is_err());
}
