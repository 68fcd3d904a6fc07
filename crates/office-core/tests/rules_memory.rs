//! Deciding a case whose facts are read where they are takes no memory, and telling why takes none of up to 64 rows, and
//! of more rows takes it once.

#![expect(clippy::arithmetic_side_effects, reason = "a test that overflows has failed, and says so by panicking")]

#[cfg(test)]
mod counted {
    use std::alloc::System;

    use office_core::rules::{Binding, DecisionTable, Dialect, HitPolicy, Input, Kind, Schema, TableText};
    use office_core::{Currency, Money};
    use stats_alloc::{INSTRUMENTED_SYSTEM, Region, StatsAlloc};

    #[global_allocator]
    static ALLOCATOR: &StatsAlloc<System> = &INSTRUMENTED_SYSTEM;

    struct Request {
        kind: String,
        other: String,
        amount: Money,
        limit: Money,
        days: i64,
    }

    /// So many rows, of which a few match a case. Some compare two facts.
    fn table(hit: HitPolicy, rows: i64) -> DecisionTable {
        let rows = (0..rows).map(|row| {
            let kind = ["IT", "-", "= other"][usize::try_from(row % 3).unwrap()];
            let amount = if row % 4 == 0 { "> limit".to_owned() } else { format!("<= {}.00 EUR", row % 9 * 100) };
            let days = format!("[{}..{}]", row, row + 4);
            let outcome = if row % 3 == 0 { "allow" } else { "approvals: 1 finance purchase.approve" };
            [kind, &amount, &days, outcome].map(ToOwned::to_owned).into()
        });
        let text = TableText::from_rows(&["kind", "amount: money EUR", "days: integer", "outcome"], rows).unwrap();
        let others = [Input::new("other", Kind::Text), Input::new("limit", "money EUR".parse().unwrap())];
        let columns = text.schema(Dialect::Office).unwrap().inputs().to_vec();
        let schema = Schema::new(columns.into_iter().chain(others)).unwrap();
        DecisionTable::new(TableText { hit, ..text }, &schema, Dialect::Office).unwrap()
    }

    /// One test, because memory is counted for all threads.
    #[test]
    fn deciding_takes_no_memory_and_telling_why_little() {
        let mut found = [0; 3];
        for (hit, rows) in [(HitPolicy::Priority, 12), (HitPolicy::First, 64), (HitPolicy::Collect, 1_000)] {
            let table = table(hit, rows);
            let binding = Binding::<Request>::new(table.schema())
                .text("kind", |request| &request.kind)
                .text("other", |request| &request.other)
                .money("amount", |request| request.amount)
                .money("limit", |request| request.limit)
                .integer("days", |request| request.days)
                .build()
                .unwrap();
            for days in 0..100 {
                let euros = |cents| Money::from_minor(cents, Currency::EUR);
                let kind = if days % 3 == 0 { "IT" } else { "paper" };
                let other = if days % 2 == 0 { "paper" } else { "food" };
                let (amount, limit) = (euros(days * 700), euros(days % 7 * 10_000));
                let request = Request { kind: kind.into(), other: other.into(), amount, limit, days };

                let region = Region::new(ALLOCATOR);
                let ruling = table.decide_bound(&binding, &request).unwrap();
                found[0] += ruling.rows().count() + ruling.votes().count();
                let decided = region.change();
                assert_eq!((decided.allocations, decided.reallocations), (0, 0), "{hit} of {rows} rows");

                let region = Region::new(ALLOCATOR);
                let why = ruling.why().unwrap();
                found[1] += why.failures().count();
                found[2] += why.matching().count();
                let told = region.change();
                let once = usize::from(rows > 64);
                assert_eq!((told.allocations, told.reallocations), (once, 0), "{hit} of {rows} rows");
            }
        }
        assert!(found.iter().all(|found| *found > 100), "{found:?}");
    }
}
