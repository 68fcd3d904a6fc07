//! Deciding a case whose facts are read where they are takes no memory, nor does telling why.

#![expect(clippy::arithmetic_side_effects, reason = "a test that overflows has failed, and says so by panicking")]

#[cfg(test)]
mod counted {
    use std::alloc::System;

    use office_core::rules::{Binding, DecisionTable, Dialect, HitPolicy, TableText};
    use office_core::{Currency, Money};
    use stats_alloc::{INSTRUMENTED_SYSTEM, Region, StatsAlloc};

    #[global_allocator]
    static ALLOCATOR: &StatsAlloc<System> = &INSTRUMENTED_SYSTEM;

    struct Request {
        kind: &'static str,
        amount: Money,
        urgent: bool,
        days: i64,
    }

    /// So many rows, of which a few match a case.
    fn table(hit: HitPolicy, rows: i64) -> DecisionTable {
        let rows = (0..rows).map(|row| {
            let kind = if row % 2 == 0 { "IT" } else { "-" };
            let (amount, days) = (format!("<= {}.00 EUR", row % 9 * 100), format!("[{}..{}]", row, row + 4));
            let outcome = if row % 3 == 0 { "allow" } else { "approvals: 1 finance purchase.approve" };
            [kind, &amount, "-", &days, outcome].map(ToOwned::to_owned).into()
        });
        let header = ["kind", "amount: money EUR", "urgent: boolean", "days: integer", "outcome"];
        let text = TableText { hit, ..TableText::from_rows(&header, rows).unwrap() };
        let schema = text.schema(Dialect::Office).unwrap();
        DecisionTable::new(text, &schema, Dialect::Office).unwrap()
    }

    /// One test, because memory is counted for all threads.
    #[test]
    fn deciding_and_telling_why_takes_no_memory() {
        let mut found = 0;
        for (hit, rows) in [(HitPolicy::Priority, 12), (HitPolicy::First, 64), (HitPolicy::Collect, 1_000)] {
            let table = table(hit, rows);
            let binding = Binding::<Request>::new(table.schema())
                .text("kind", |request| request.kind)
                .money("amount", |request| request.amount)
                .boolean("urgent", |request| request.urgent)
                .integer("days", |request| request.days)
                .build()
                .unwrap();
            let region = Region::new(ALLOCATOR);
            for days in 0..100 {
                let amount = Money::from_minor(days * 700, Currency::EUR);
                let request = Request { kind: if days % 3 == 0 { "IT" } else { "paper" }, amount, urgent: true, days };
                let ruling = table.decide_bound(&binding, &request).unwrap();
                let failures = ruling.why().unwrap().failures().count();
                found += ruling.rows().count() + ruling.votes().count() + failures;
            }
            let change = region.change();
            assert_eq!((change.allocations, change.reallocations), (0, 0), "{hit} of {rows} rows");
        }
        assert!(found > 0);
    }
}
