//! What is wrong with a table, and what would be otherwise, told.

use std::collections::BTreeMap;

use super::{Phrases, code};
use crate::rules::{ChangedCase, Finding, Judged, NearestChange};

impl Finding {
    /// What whoever keeps the table should look at, in a language.
    #[must_use]
    pub fn told(&self, phrases: &Phrases) -> String {
        match self {
            Self::Gap { cells, .. } => phrases.say(&code::GAP, [&phrases.cases(cells)]),
            Self::Conflict { rows: (upper, lower), cells, .. } => {
                let values = [upper.to_string(), lower.to_string(), phrases.cases(cells)];
                phrases.say(&code::CONFLICT, values.each_ref().map(String::as_str))
            }
            Self::Unmatchable { row, input } => {
                phrases.say(&code::UNMATCHABLE, [&row.to_string(), phrases.name(input)])
            }
            Self::Shadowed { row, by } => {
                let by: Vec<_> = by.iter().map(ToString::to_string).collect();
                let by = phrases.list(&by, &code::COMMA, &code::AND);
                phrases.say(&code::SHADOWED, [&row.to_string(), &by])
            }
            Self::Unused { output, value } => {
                phrases.say(&code::UNUSED, [phrases.name(output), &phrases.written(value)])
            }
            Self::Idle { input } => phrases.say(&code::IDLE, [phrases.name(input)]),
            Self::Mergeable { rows: (upper, lower), input, cell } => {
                let (upper, lower) = (upper.to_string(), lower.to_string());
                let values = [&upper, &lower, phrases.name(input), &phrases.written(cell)];
                phrases.say(&code::MERGEABLE, values)
            }
        }
    }
}

impl NearestChange {
    /// By what the case would be decided otherwise, in a language.
    #[must_use]
    pub fn told(&self, phrases: &Phrases) -> String {
        let Self { input, from, to, outcome, least } = self;
        let code = if *least { &code::NEAREST_CHANGE } else { &code::POSSIBLE_CHANGE };
        let (to, from) = (phrases.value(to), phrases.value(from));
        phrases.say(code, [phrases.name(input), &to, &from, &outcome.told(phrases)])
    }
}

impl ChangedCase {
    /// What was decided of the case, and what another version decides, in a language.
    #[must_use]
    pub fn told(&self, phrases: &Phrases) -> String {
        let judged = |judged: &Option<Judged>| match judged {
            None => phrases.say(&code::UNDECIDED, []),
            Some(Judged { outcome, obligations }) if obligations.is_empty() => outcome.told(phrases),
            Some(Judged { outcome, obligations }) => {
                phrases.say(&code::WITH_OBLIGATIONS, [&outcome.told(phrases), &phrases.obligations(obligations)])
            }
        };
        phrases.say(&code::CHANGED_CASE, [&self.case, &judged(&self.before), &judged(&self.after)])
    }
}

impl Phrases {
    fn cases(&self, cells: &BTreeMap<String, String>) -> String {
        if cells.is_empty() {
            return self.say(&code::ANY_CASE, []);
        }
        let told =
            |(input, cell): (&String, &String)| self.say(&code::CASE_CELL, [self.name(input), &self.written(cell)]);
        let cells: Vec<_> = cells.iter().map(told).collect();
        self.list(&cells, &code::SEMICOLON, &code::SEMICOLON)
    }
}
