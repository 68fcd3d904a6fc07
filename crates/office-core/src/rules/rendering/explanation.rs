//! Rulings and explanations, told line by line.

use super::{Phrases, code};
use crate::rules::{CellExplanation, Explanation, RowExplanation, Ruling, TableExplanation};

impl Explanation {
    /// Why a case was decided as it was, in a language: a line for the version that decided, for each row that decides,
    /// and for each row that does not.
    ///
    /// # Example
    /// ```
    /// use office_core::rules::{DecisionTable, Facts, Phrases, Policy};
    ///
    /// let rows = [["> 10", "refuse: too long"].map(ToOwned::to_owned).to_vec()];
    /// let policy = Policy::of(DecisionTable::from_rows(&["days: integer", "outcome"], rows)?);
    /// let why = policy.decide(&Facts::new().with("days", 3))?.explanation;
    /// assert_eq!(
    ///     why.told(&Phrases::english()),
    ///     "No row matches\nRow 1 does not match: days is 3, but the row wants > 10",
    /// );
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    #[must_use]
    pub fn told(&self, phrases: &Phrases) -> String {
        self.lines(phrases).join("\n")
    }

    fn lines(&self, phrases: &Phrases) -> Vec<String> {
        let mut lines = Vec::new();
        if let Some(version) = &self.version {
            let policy = phrases.name(&version.policy);
            lines.push(phrases.say(&code::DECIDED_UNDER, [policy, &version.since.to_string()]));
        }
        if self.tables.is_empty() {
            lines.push(phrases.say(&code::NO_TABLE, []));
        }
        for table in &self.tables {
            self.table_lines(table, phrases, &mut lines);
        }
        lines
    }

    fn table_lines(&self, table: &TableExplanation, phrases: &Phrases, lines: &mut Vec<String>) {
        if !table.table.is_empty() {
            lines.push(phrases.say(&code::TABLE, [phrases.name(&table.table)]));
        }
        if table.decided.is_empty() {
            lines.push(phrases.say(&code::NO_ROW, []));
        }
        let cells = |row: &RowExplanation, cell: &_, none: &_| self.cells(row, cell, none, phrases);
        for row in &table.decided {
            let cells = cells(row, &code::CELL_MATCHED, &code::ASKS_NOTHING);
            lines.push(phrases.say(&code::DECIDED_BY, [&row.row.to_string(), &cells]));
        }
        for row in &table.outranked {
            let cells = cells(row, &code::CELL_MATCHED, &code::ASKS_NOTHING);
            lines.push(phrases.say(&code::OUTRANKED, [&row.row.to_string(), &cells]));
        }
        for row in &table.failed {
            let cells = cells(row, &code::CELL_FAILED, &code::UNSAID);
            lines.push(phrases.say(&code::ROW_FAILED, [&row.row.to_string(), &cells]));
        }
        if table.untold > 0 {
            lines.push(phrases.say(&code::MORE_ROWS, [&table.untold.to_string()]));
        }
    }

    fn cells(&self, row: &RowExplanation, cell: &code::Code<3>, none: &code::Code<0>, phrases: &Phrases) -> String {
        if row.cells.is_empty() {
            return phrases.say(none, []);
        }
        let cells = row.cells.iter().map(|CellExplanation { column, asks }| {
            let seen = self.seen(column);
            let seen = seen.map_or_else(|| phrases.say(&code::UNKNOWN, []), |value| phrases.value(value));
            phrases.say(cell, [phrases.name(column), &seen, &phrases.written(asks)])
        });
        phrases.list(&cells.collect::<Vec<_>>(), &code::SEMICOLON, &code::SEMICOLON)
    }
}

impl Ruling {
    /// What was decided, what is to be done, and why, in a language, line by line.
    ///
    /// # Example
    /// ```
    /// use office_core::rules::{DecisionTable, Facts, Phrases, Policy};
    ///
    /// let rows = [["-", "allow", "file_it"].map(ToOwned::to_owned).to_vec()];
    /// let policy = Policy::of(DecisionTable::from_rows(&["days: integer", "outcome", "obligations"], rows)?);
    /// let ruling = policy.decide(&Facts::new())?;
    /// assert_eq!(
    ///     ruling.told(&Phrases::russian()),
    ///     "Решение: разрешено\nНеобходимо: file_it\nРешает строка 1: она применима к любому случаю",
    /// );
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    #[must_use]
    pub fn told(&self, phrases: &Phrases) -> String {
        let mut lines = vec![phrases.say(&code::DECISION, [&self.outcome.told(phrases)])];
        let reasons = self.reasons.iter().map(|reason| phrases.say(&code::REASON, [&phrases.remark(reason)]));
        lines.extend(reasons);
        let obligations = self.obligations.iter();
        lines.extend(obligations.map(|one| phrases.say(&code::OBLIGATION, [&phrases.remark(one)])));
        lines.extend(self.explanation.lines(phrases));
        lines.join("\n")
    }
}
