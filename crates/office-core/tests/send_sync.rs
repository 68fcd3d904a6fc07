//! Whatever callers hold can be passed between threads. That this compiles is the test; what runs says that it was built.

#[cfg(test)]
mod threads {
    use office_core::rules::{DecisionTable, PolicyBook};
    use office_core::{
        Actor, AnyStore, ApprovalCase, ApprovalRun, AuthorityBook, Batch, CivilTime, Command, CommandError, CommitId,
        Confidential, Currency, DateRange, Decision, Delegation, DocumentNumber, Duties, Entity, Feed, FeedEntry,
        Granted, Holidays, Id, InputError, Interval, Key, Kind, MemoryStore, Money, Office, Ordered, Partition,
        Percent, Quantity, Ratio, Record, RecordedFact, Series, StoreError, System, Tally, Tx, Unique, UnitPrice,
        UnitTable, Verdict, View, WorkingCalendar, Write, Zone,
    };
    use serde::{Deserialize, Serialize};

    #[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
    struct Note;

    impl Entity for Note {
        const KIND: Kind = Kind::literal("note");
        type Fact = Note;
        fn open(_: &Note) -> Option<Self> {
            Some(Note)
        }
        fn apply(&mut self, _: &Note) {}
    }

    fn crosses<T: Send + Sync + 'static>() -> &'static str {
        std::any::type_name::<T>()
    }

    /// The same for each type of a list.
    macro_rules! cross {
        ($($held:ty),+ $(,)?) => { [$(crosses::<$held>()),+] };
    }

    #[test]
    fn what_callers_hold_crosses_threads() {
        let handles = cross![Office, AnyStore, MemoryStore, System, Tx, View, Feed, FeedEntry, RecordedFact, Tally];
        let stored = cross![Batch, Write, Record, Key, Kind, CommitId, Command, Decision<Note>, Id<Note>];
        let indexes = cross![Unique<Note, String>, Partition<Note, String, u64>, Ordered<Note, u64>];
        let values = cross![
            Money,
            Currency,
            UnitPrice,
            Percent,
            Quantity,
            UnitTable,
            Ratio,
            DateRange,
            Interval,
            CivilTime,
            Zone,
            Holidays,
            WorkingCalendar,
            Series,
            DocumentNumber,
        ];
        let authority = cross![
            Actor,
            AuthorityBook,
            Delegation,
            Duties,
            Verdict,
            ApprovalCase,
            ApprovalRun,
            PolicyBook,
            DecisionTable,
            Confidential<String>,
            Granted,
        ];
        let errors = cross![StoreError, CommandError, InputError];
        let all = [&handles[..], &stored, &indexes, &values, &authority, &errors].concat();
        let different: std::collections::BTreeSet<_> = all.iter().collect();
        assert_eq!(different.len(), all.len(), "a type is named twice: {all:?}");
    }

    /// A transaction may be awaited by a runtime that moves it between threads.
    #[test]
    fn a_transaction_under_way_crosses_threads() {
        fn moved<F: Future<Output = Result<(), StoreError>> + Send>(future: F) -> Result<(), StoreError> {
            office_core::wait(future)
        }
        let office = Office::on(MemoryStore::new());
        let person = Actor::new(Id::natural("person", "E-001"), office_core::Role::new("clerk"));
        let command = Command::new("note:1", "write_note", person, chrono::DateTime::default()).unwrap();
        let id = Id::<Note>::natural("note", "1");
        assert!(moved(office.transact(&command, |tx| async move { tx.create(id, Note).await })).is_ok());
    }
}
