//! What is wrong with a table, what was not looked at, and what would be otherwise, told.

use std::collections::BTreeMap;

use super::{Phrases, code};
use crate::rules::{
    Change, ChangedCase, Difference, Direction, Facts, Finding, Judged, Monotone, NearestChange, Said, Unfinished,
    Value,
};

impl Finding {
    /// What whoever keeps the table should look at, in a language.
    ///
    /// # Example
    /// ```
    /// use office_core::rules::{Finding, Phrases};
    ///
    /// let idle = Finding::Idle { input: "kind".into() };
    /// assert_eq!(idle.told(&Phrases::russian().with_name("kind", "вид")), "Ни одна строка не проверяет вид");
    /// // What has no other name is told by its own.
    /// assert_eq!(idle.told(&Phrases::chinese()), "没有任何行检查kind");
    /// ```
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
    ///
    /// # Example
    /// ```
    /// use office_core::rules::{NearestChange, Outcome, Phrases};
    ///
    /// let change = NearestChange { input: "days".into(), from: 12.into(), to: 10.into(), outcome: Outcome::Allow, least: true };
    /// assert_eq!(change.told(&Phrases::english()), "Nearest change: days 10 instead of 12; then allowed");
    /// // Where values have no order, none is nearest.
    /// let possible = NearestChange { least: false, ..change };
    /// assert!(possible.told(&Phrases::english()).starts_with("Possible change: days 10"));
    /// ```
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
    ///
    /// # Example
    /// ```
    /// use office_core::rules::{ChangedCase, Facts, Judged, Obligations, Outcome, Phrases};
    ///
    /// let before = Some(Judged { outcome: Outcome::Allow, obligations: Obligations::none() });
    /// let case = ChangedCase { case: "PR-7".into(), facts: Facts::new(), before, after: None };
    /// assert_eq!(case.told(&Phrases::english()), "PR-7: before – allowed; after – undecided");
    /// ```
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

impl Said {
    /// What is said of the case, in a language: the vote, and where there is none the value.
    ///
    /// # Example
    /// ```
    /// use office_core::rules::{Phrases, Said, Value};
    ///
    /// let graded = Said { outcome: None, value: "high".into() };
    /// assert_eq!(graded.told(&Phrases::english()), "high");
    /// assert_eq!(Said { value: Value::Null, ..graded }.told(&Phrases::chinese()), "空");
    /// ```
    #[must_use]
    pub fn told(&self, phrases: &Phrases) -> String {
        self.outcome.as_ref().map_or_else(|| phrases.value(&self.value), |outcome| outcome.told(phrases))
    }
}

impl Change {
    /// Which cases are decided otherwise, and how, in a language.
    ///
    /// # Example
    /// ```
    /// use office_core::rules::{Change, Facts, Outcome, Phrases, Said, Value};
    ///
    /// let allowed = Said { outcome: Some(Outcome::Allow), value: Value::Null };
    /// let cells = [("days".to_owned(), "[5..9]".to_owned())].into();
    /// let change = Change { cells, witness: Facts::new().with("days", 5), before: Some(allowed), after: None };
    /// assert_eq!(change.told(&Phrases::english()), "days is [5..9]: before – allowed; after – undecided");
    /// ```
    #[must_use]
    pub fn told(&self, phrases: &Phrases) -> String {
        let said = |said: &Option<Said>| match said {
            None => phrases.say(&code::UNDECIDED, []),
            Some(said) => said.told(phrases),
        };
        phrases.say(&code::CHANGED_CASE, [&phrases.cases(&self.cells), &said(&self.before), &said(&self.after)])
    }
}

impl Difference {
    /// What the new version decides otherwise, in a language: a line for each change, and for each thing that was not
    /// looked at to the end.
    ///
    /// # Example
    /// ```
    /// use office_core::rules::{DecisionTable, Difference, Effort, Phrases};
    ///
    /// let table = |limit: &str| {
    ///     let rows = [vec![format!("< {limit}"), "allow".into()], vec!["-".into(), "refuse: too much".into()]];
    ///     DecisionTable::from_rows(&["amount: money EUR", "outcome"], rows)
    /// };
    /// let (old, new) = (table("500 EUR")?, table("250 EUR")?);
    /// assert_eq!(
    ///     Difference::between(&old, &new, Effort::default()).told(&Phrases::english()),
    ///     "amount is [250.00 EUR..500.00 EUR): before – allowed; after – refused: too much",
    /// );
    ///
    /// // That nothing was found is said, and so is what was not looked at.
    /// let spent = Difference::between(&old, &old, Effort { steps: 0 });
    /// assert!(spent.told(&Phrases::english()).starts_with("No difference was found"));
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    #[must_use]
    pub fn told(&self, phrases: &Phrases) -> String {
        let mut lines: Vec<String> = self.changes.iter().map(|change| change.told(phrases)).collect();
        if lines.is_empty() {
            lines.push(phrases.say(&code::NO_DIFFERENCE, []));
        }
        lines.extend(self.unfinished.iter().map(|unfinished| unfinished.told(phrases)));
        lines.join("\n")
    }
}

impl Unfinished {
    /// What was not looked at to the end, and why, in a language.
    ///
    /// # Example
    /// ```
    /// use office_core::rules::{Phrases, Unfinished};
    ///
    /// let computed = Unfinished::Computed { rows: vec![2, 3] };
    /// assert_eq!(
    ///     computed.told(&Phrases::english()),
    ///     "Not checked to the end, because cells have to be computed (row no. 2 and 3)",
    /// );
    /// assert_eq!(Unfinished::Effort.told(&Phrases::chinese()), "未检查完毕，因为允许的计算量已用完");
    /// ```
    #[must_use]
    pub fn told(&self, phrases: &Phrases) -> String {
        match self {
            Self::Computed { rows } => {
                let rows: Vec<_> = rows.iter().map(ToString::to_string).collect();
                phrases.say(&code::COMPUTED_ROWS, [&phrases.list(&rows, &code::COMMA, &code::AND)])
            }
            Self::Effort => phrases.say(&code::EFFORT_SPENT, []),
            Self::More => phrases.say(&code::MORE_FOUND, []),
        }
    }
}

impl Direction {
    /// Which way a case goes, in a word or two of a language.
    ///
    /// # Example
    /// ```
    /// use office_core::rules::{Direction, Phrases};
    ///
    /// assert_eq!(Direction::Looser.told(&Phrases::english()), "less strict");
    /// assert_eq!(Direction::Stricter.told(&Phrases::russian()), "строже");
    /// ```
    #[must_use]
    pub fn told(&self, phrases: &Phrases) -> String {
        let code = match self {
            Self::Stricter => &code::STRICTER,
            Self::Looser => &code::LOOSER,
            Self::Other => &code::OTHERWISE,
        };
        phrases.say(code, [])
    }
}

impl Monotone {
    /// Whether more of the input is never judged less strictly, in a language, and the two cases that show it where it
    /// is.
    ///
    /// # Example
    /// ```
    /// use office_core::rules::{DecisionTable, Effort, Phrases};
    ///
    /// let rows = [["< 3", "refuse: too few"], ["-", "allow"]].map(|row| row.map(ToOwned::to_owned).to_vec());
    /// let table = DecisionTable::from_rows(&["quotes: integer", "outcome"], rows)?;
    /// let told = |input: &str| table.is_monotone_in(input, Effort::default()).told(input, &Phrases::english());
    /// assert_eq!(told("quotes"), "More of quotes may be judged less strictly: 3 than 0 (any case at all)");
    /// assert_eq!(told("offers"), "It cannot be told whether more of offers is never judged less strictly");
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    #[must_use]
    pub fn told(&self, input: &str, phrases: &Phrases) -> String {
        let name = phrases.name(input);
        match self {
            Self::Yes => phrases.say(&code::MONOTONE, [name]),
            Self::Unknown => phrases.say(&code::MONOTONE_UNKNOWN, [name]),
            Self::No { smaller, greater } => {
                let value = |facts: &Facts| phrases.value(facts.get(input).unwrap_or(&Value::Null));
                let others = smaller.iter().filter(|(name, _)| *name != input);
                let others = others.map(|(name, value)| (name.to_owned(), phrases.value(value))).collect();
                let values = [name, &value(smaller), &value(greater), &phrases.cases(&others)];
                phrases.say(&code::NOT_MONOTONE, values)
            }
        }
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
