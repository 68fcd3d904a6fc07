//! What there is to be said, by code, and with which parameters.

/// Something that can be said.
pub(super) struct Code<const N: usize> {
    pub(super) name: &'static str,
    pub(super) parameters: [&'static str; N],
}

macro_rules! codes {
    ($($constant:ident = $name:literal [$($parameter:literal),*];)*) => {
        $(pub(super) const $constant: Code<{ <[&str]>::len(&[$($parameter),*]) }> =
            Code { name: $name, parameters: [$($parameter),*] };)*

        /// All of them, each with its parameters.
        pub(super) const ALL: &[(&str, &[&str])] = &[$(($name, &[$($parameter),*])),*];
    };
}

codes! {
    // Between what is listed: the items, the last two of them, whole clauses.
    COMMA = "comma" [];
    AND = "and" [];
    OR = "or" [];
    SEMICOLON = "semicolon" [];

    // Values that are words.
    NOTHING = "nothing" [];
    YES = "yes" [];
    NO = "no" [];
    UNKNOWN = "unknown" [];
    WITHHELD = "withheld" [];

    // Why.
    DECIDED_UNDER = "decided_under" ["policy", "since"];
    TABLE = "table" ["table"];
    NO_TABLE = "no_table" [];
    DECIDED_BY = "decided_by" ["row", "cells"];
    NO_ROW = "no_row" [];
    OUTRANKED = "outranked" ["row", "cells"];
    ROW_FAILED = "row_failed" ["row", "cells"];
    MORE_ROWS = "more_rows" ["count"];
    CELL_MATCHED = "cell_matched" ["input", "seen", "asks"];
    CELL_FAILED = "cell_failed" ["input", "seen", "asks"];
    ASKS_NOTHING = "asks_nothing" [];
    UNSAID = "unsaid" [];

    // What is decided.
    DECISION = "decision" ["outcome"];
    REASON = "reason" ["reason"];
    OBLIGATION = "obligation" ["obligation"];
    ALLOWED = "allowed" [];
    REFUSED = "refused" ["reasons"];
    APPROVALS = "approvals" ["steps"];
    THEN = "then" [];
    AS_WELL = "as_well" [];
    CLAUSE = "clause" [];
    APPROVALS_STEP = "approvals_step" ["count", "roles", "action"];
    ROLE = "role" ["role"];
    STEP_SCOPE = "step_scope" ["scope"];
    STEP_ESCALATION = "step_escalation" ["role", "delay"];
    STEP_EXPIRY = "step_expiry" ["delay"];
    STEP_IN_PERSON = "step_in_person" [];
    STEP_KEPT = "step_kept" [];
    HOURS = "hours" ["hours"];
    MINUTES = "minutes" ["minutes"];
    HOURS_AND_MINUTES = "hours_and_minutes" ["hours", "minutes"];

    // What is found in a table.
    GAP = "gap" ["cases"];
    CONFLICT = "conflict" ["upper", "lower", "cases"];
    CASE_CELL = "case_cell" ["input", "cell"];
    ANY_CASE = "any_case" [];
    UNMATCHABLE = "unmatchable" ["row", "input"];
    SHADOWED = "shadowed" ["row", "rows"];
    UNUSED = "unused" ["output", "value"];
    IDLE = "idle" ["input"];
    MERGEABLE = "mergeable" ["upper", "lower", "input", "cell"];

    // What would be otherwise.
    NEAREST_CHANGE = "nearest_change" ["input", "to", "from", "outcome"];
    POSSIBLE_CHANGE = "possible_change" ["input", "to", "from", "outcome"];
    CHANGED_CASE = "changed_case" ["case", "before", "after"];
    WITH_OBLIGATIONS = "with_obligations" ["outcome", "obligations"];
    UNDECIDED = "undecided" [];
    NO_DIFFERENCE = "no_difference" [];
    STRICTER = "stricter" [];
    LOOSER = "looser" [];
    OTHERWISE = "otherwise" [];
    MONOTONE = "monotone" ["input"];
    NOT_MONOTONE = "not_monotone" ["input", "smaller", "greater", "cases"];
    MONOTONE_UNKNOWN = "monotone_unknown" ["input"];

    // What was not looked at to the end.
    COMPUTED_ROWS = "computed_rows" ["rows"];
    EFFORT_SPENT = "effort_spent" [];
    MORE_FOUND = "more_found" [];
}
