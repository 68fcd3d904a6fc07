//! Two people award at the same time, in memory and in a file. However the threads meet, one is first.

use std::sync::Barrier;
use std::thread;

use office_core::{Actor, Command, Decision, Id, MemoryStore, Office, Role, StoreError, System, wait};
use office_inventory::{
    AwardQuotations, AwardQuotationsError, QuotationRequest, QuotationRequestFact, QuotationRequestId, Sealing,
};
use office_sqlite::SqliteStore;
use thiserror::Error;

use crate::desk::{award, line, new, noon, quotation, rules, vendor};

/// How often they meet on each store.
const ROUNDS: usize = 12;

#[derive(Debug, Error)]
enum Failed {
    #[error(transparent)]
    Store(#[from] StoreError),
    #[error(transparent)]
    Refused(#[from] AwardQuotationsError),
}

fn command(key: &str) -> Command {
    Command::new(key, "test", Actor::new(Id::natural("person", "E-004"), Role::new("secretary")), noon(12)).unwrap()
}

fn begin(office: &Office, id: QuotationRequestId, number: &str) {
    let asked = office_inventory::NewQuotationRequest { number: number.parse().unwrap(), ..new(Sealing::Sealed) };
    let asked = &QuotationRequest::ask(asked, noon(1)).unwrap().fact().unwrap();
    wait(office.transact(&command(number), |tx| async move {
        tx.create(id, asked.clone()).await?;
        for (at, cents) in [(1, 20_00), (2, 19_00)] {
            let request = tx.load(id).await?;
            let answer = quotation("Q-1", 0, [(1, line(cents)), (2, line(cents))]);
            tx.decide(id, request.answer(vendor(at), answer, noon(5)).unwrap()).await?;
        }
        Ok::<_, StoreError>(())
    }))
    .unwrap();
}

/// Whether it was recorded.
fn decide(office: &Office, key: &str, id: QuotationRequestId, award: &AwardQuotations) -> Result<bool, Failed> {
    wait(office.transact(&command(key), |tx| async move {
        let decision = tx.load(id).await?.award(award, &rules())?;
        let recorded = decision != Decision::AlreadyRecorded;
        tx.decide(id, decision).await?;
        Ok(recorded)
    }))
}

/// Law 36 at once: of two that award differently one does, and is told so; of two that award alike one is recorded.
#[test]
fn of_two_who_award_at_once_one_does() {
    let folder = tempfile::tempdir().unwrap();
    let file = SqliteStore::open(folder.path().join("office.sqlite")).unwrap();
    for office in [&Office::on(MemoryStore::new()), &Office::on(file).within(System::sleeping())] {
        for round in 0..ROUNDS {
            let number = format!("RFQ-{round}");
            let id = QuotationRequest::id_of(&number.parse().unwrap());
            begin(office, id, &number);
            // In every other round both want the same.
            let alike = round % 2 == 1;
            let wanted = [0, 1].map(|who| {
                let to = if alike || who == 0 { 1 } else { 2 };
                award(&[(1, to, 10), (2, to, 4)], Some("agreed"))
            });
            let barrier = Barrier::new(2);
            let done = thread::scope(|scope| {
                let threads = [0, 1].map(|who| {
                    let (barrier, wanted) = (&barrier, &wanted[who]);
                    scope.spawn(move || {
                        barrier.wait();
                        decide(office, &format!("award-{round}-{who}"), id, wanted)
                    })
                });
                threads.map(|thread| thread.join().unwrap())
            });
            let recorded = done.iter().filter(|done| matches!(done, Ok(true))).count();
            assert_eq!(recorded, 1, "{done:?}");
            let second = done.iter().find(|done| !matches!(done, Ok(true))).unwrap();
            if alike {
                assert!(matches!(second, Ok(false)), "{second:?}");
            } else {
                let refused = AwardQuotationsError::AlreadyAwarded { at: noon(12) };
                assert!(matches!(second, Err(Failed::Refused(why)) if *why == refused), "{second:?}");
            }
            let facts = wait(office.view(|view| async move { view.history(id, 0, 10).await })).unwrap();
            let awards = facts.iter().filter_map(|fact| fact.fact::<QuotationRequest>().unwrap());
            assert_eq!(awards.filter(|fact| matches!(fact, QuotationRequestFact::Awarded(_))).count(), 1);
        }
        let due = wait(office.view(|view| async move { view.page(QuotationRequest::PENDING, None, None, 10).await }));
        assert!(due.unwrap().is_empty(), "nothing that is awarded is pending");
    }
}
