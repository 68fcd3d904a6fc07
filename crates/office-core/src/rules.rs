//! The rules of an office as data: what is decided of a case, why, and what would change it.
//!
//! A case is told as [`Facts`]. A [`DecisionTable`] asks them, cell by cell, and says what is decided: a vote (an
//! [`Outcome`]: allow, refuse, or ask for approvals), obligations, reasons, or values such as a grade. A [`Policy`]
//! combines tables and expressions, and a [`PolicyBook`] keeps its versions by the day from which they are in force. What
//! comes of it is a [`Ruling`], which tells why as an [`Explanation`], and can be decided again. [`Analysis`] finds what
//! is wrong with a table before it decides anything.
//!
//! Whatever cannot be decided is an error, and no error allows anything.
//!
//! # Example
//! ```
//! use office_core::Money;
//! use office_core::rules::{DecisionTable, Facts, PolicyBook};
//!
//! let rows = [
//!     ["-", "no", "refuse: over budget"],
//!     ["< 100 EUR", "-", "allow"],
//!     ["-", "-", "approvals: 1 office_manager purchase.approve"],
//! ];
//! let rows = rows.iter().map(|row| row.iter().map(ToString::to_string).collect());
//! let table = DecisionTable::from_rows(&["amount", "within_budget", "outcome"], rows)?;
//! let mut book = PolicyBook::new("purchase");
//! book.publish("2026-01-01".parse()?, table)?;
//!
//! let chairs = Facts::new().with("amount", "640 EUR".parse::<Money>()?).with("within_budget", true);
//! let ruling = book.decide(&chairs, "2026-10-08".parse()?)?;
//! assert_eq!(ruling.outcome.to_string(), "approvals: 1 office_manager purchase.approve");
//! assert_eq!(
//!     ruling.explanation.to_string(),
//!     "purchase of 2026-01-01: row 3 decides; row 1: within_budget is yes, not no; row 2: amount is 640.00 EUR, not < 100 EUR",
//! );
//!
//! // A fact that is missing is an error, whichever row would decide.
//! assert!(book.decide(&Facts::new().with("within_budget", false), "2026-10-08".parse()?).is_err());
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```
//!
//! # Laws
//! Each is a test through the public API, in the file of `tests/rules/` that is named, most of any tables and facts.
//!
//! 1. *Totality.* Every text of a cell, an expression, a table, an outcome or a drawing is read, or refused with its
//!    place (`language::totality::any_pieces_are_an_expression_or_refused`,
//!    `language::totality::any_mutation_is_a_cell_or_refused`, `format::any_text_is_read_or_named`,
//!    `drawing::any_damage_is_read_or_named`, `outcome::any_text_reads_or_has_a_place_that_does_not`); what has no bound
//!    is refused before it is read (`table::tables_without_bounds_are_refused_before_they_are_read`), and a computation
//!    ends at a number of steps that is known (`language::totality::long_lists_are_worked_through_up_to_the_stated_number_of_steps`).
//! 2. *Determinism.* The same policy and facts give the same outcome and explanation, to the byte, on any thread
//!    (`policy::the_same_policy_and_facts_give_the_same_bytes`).
//! 3. *The index is invisible.* A table decides as the reference does that looks at every cell of every row, for every
//!    hit policy, expressions and errors included (`deciding::a_table_decides_as_the_reference_does`,
//!    `deciding::a_table_of_expressions_decides_as_the_reference_does`,
//!    `deciding::every_hit_policy_is_seen_to_decide_and_to_refuse`), and of facts that are read where they are as of
//!    those that are handed over (`binding::a_bound_case_is_decided_as_its_facts_are`,
//!    `index::few_rows_of_expressions_are_decided_as_the_reference_does`,
//!    `index::more_rows_than_a_word_has_bits_are_decided_as_the_reference_does`).
//! 4. *Order and repetition.* Where the hit policy promises it, the order of the rows changes nothing but that of a list
//!    (`deciding::a_hit_policy_that_promises_it_decides_the_same_in_any_order_of_the_rows`), and nowhere where one row
//!    matches (`deciding::the_order_of_rows_of_which_one_matches_changes_nothing`); a row that is repeated changes nothing
//!    but lists, sums and counts (`deciding::a_row_that_is_repeated_changes_nothing_but_lists_sums_and_counts`).
//! 5. *Contradiction.* Two rows of a unique table that match, or two of any that say different things, decide nothing
//!    and are named (`table::each_hit_policy_decides_as_it_promises`), whatever other tables say
//!    (`policy::a_table_that_contradicts_itself_decides_nothing_whatever_others_say`).
//! 6. *Rows are rules.* A table decides as its rows do one by one (`policy::a_table_decides_as_its_rows_do_one_by_one`).
//! 7. *Monotony.* A refusal that is added never loosens, and neither does leave that is removed
//!    (`policy::a_refusal_that_is_added_never_loosens_and_leave_that_is_removed_never_does`).
//! 8. *Refused by default.* What no row matches is refused (`policy::what_no_row_matches_is_refused`).
//! 9. *Closed by failure.* A missing fact, or a cell without an answer in a row that no other cell keeps from matching,
//!    is an error and never an outcome (`policy::a_missing_fact_is_an_error_and_never_looser`,
//!    `policy::what_has_no_answer_decides_nothing_whichever_way`).
//! 10. *Foresight.* An outcome of which not all facts are known holds whatever the others are, and with those that are
//!     named as needed it is decided (`policy::what_is_foreseen_holds_for_every_completion`,
//!     `policy::what_is_foreseen_of_expressions_holds_for_every_completion`, `policy::much_is_foreseen`).
//! 11. *Combination.* Combining votes is associative, and independent of the order of the tables unless the first vote
//!     is to count (`policy::combining_is_associative_and_independent_of_the_order`,
//!     `policy::the_order_in_which_decisions_are_listed_changes_nothing`).
//! 12. *Obligations are kept.* Outcomes, obligations and reasons join in any order and repetition
//!     (`outcome::joining_outcomes_is_a_semilattice`, `outcome::joining_obligations_and_reasons_is_a_union`); more rows
//!     that match remove no obligation and only get stricter
//!     (`policy::more_rows_that_match_never_remove_an_obligation_and_outcomes_only_get_stricter`).
//! 13. *Nothing is none of it.* What is nothing is neither below nor above anything, and matches only where it is asked
//!     for (`policy::nothing_is_none_of_what_an_order_asks_for`); logic is three-valued
//!     (`language::logic::and_or_and_not_follow_the_tables`, `language::logic::a_computed_cell_passes_only_for_certain`).
//! 14. *Exactness.* Each sign answers as stated below, at and above its bound
//!     (`language::boundary::each_sign_answers_as_stated`), and arithmetic is exact
//!     (`language::arithmetic::sums_differences_and_products_are_exact`,
//!     `language::arithmetic::comparisons_agree_with_exact_fractions`). Two currencies never meet: in a column they are
//!     refused when it is read (`table::a_column_whose_currency_is_not_said_is_in_one`), in a fact before any row is
//!     looked at, and in a sum when it is made (`table::amounts_in_two_currencies_make_no_sum`).
//! 15. *Facts fit.* Facts that do not fit are refused before any row is looked at, with the path, what was found and what
//!     is wanted (`deciding::facts_that_do_not_fit_are_refused_whatever_the_rows_say`,
//!     `table::parts_of_records_and_lists_are_named_by_their_path`).
//! 16. *Checked once.* What the check of an expression lets pass raises only errors of size, of division by zero and of
//!     what a function accepts (`language::check::what_the_check_lets_pass_raises_only_errors_of_size`).
//! 17. *Effective dates.* A day is decided by the version in force on it, whatever is published later
//!     (`book::each_day_is_decided_by_the_version_in_force_whatever_is_published_later`).
//! 18. *Replay.* A stored ruling comes out again to the byte, or says which version is missing or was changed
//!     (`book::a_stored_ruling_comes_out_again_to_the_byte`, `book::what_cannot_be_decided_again_says_why`).
//! 19. *Explanations are true, enough and exact.* The cells that are cited of a row that matches hold, those of one that
//!     does not are all that keep it from it
//!     (`deciding::the_cells_that_are_cited_are_those_that_hold_or_keep_a_row_from_matching`); the rows that decide come
//!     to the same alone (`deciding::the_rows_that_decide_come_to_the_same_alone`).
//! 20. *Nearest change.* What is suggested decides otherwise, and nothing less does
//!     (`analysis::no_smaller_change_decides_otherwise`).
//! 21. *Gaps* are where no row matches, each with a witness, and nowhere else
//!     (`analysis::gaps_are_where_no_row_matches`).
//! 22. *Conflicts* are where rows do not go together (`analysis::conflicts_are_where_rows_do_not_go_together`).
//! 23. *Dead rows* never decide, and all others have a case that they decide (`analysis::dead_rows_never_decide`).
//! 24. *Merging* rows changes no decision (`analysis::merging_changes_no_decision`).
//! 25. *Greater amounts.* Of a table that is monotone, more is never judged less strictly
//!     (`analysis::a_monotone_table_never_judges_more_less_strictly`).
//! 26. *Effort that is spent is told*, never silent (`analysis::spent_effort_is_told`).
//! 27. *Differences* of two tables are the cases that they decide differently, and the impact of a change lists exactly
//!     those (`analysis::differences_are_the_cases_decided_differently`,
//!     `analysis::impact_lists_the_cases_decided_otherwise`).
//! 28. *Round trips.* What is written in any format reads again and decides the same, and what a format cannot carry is
//!     named (`format::what_is_written_reads_again`, `format::a_plain_table_goes_round`,
//!     `drawing::what_is_said_in_feel_decides_the_same`, `language::cell::a_cell_reads_back_from_its_one_form`), and so
//!     does a policy of one table (`policy::a_policy_of_one_table_reads_again_whatever_it_is_called`).
//! 29. *Languages.* Every code has a text with the same parameters in every language, and which are told does not
//!     depend on it (`rendering::reading::every_code_has_a_text_with_the_same_parameters_in_every_language`,
//!     `rendering::telling::codes_and_values_do_not_depend_on_the_language`).
//! 30. *Redaction.* What is redacted contains no value that may not be read, and does not depend on it
//!     (`rendering::redaction::the_text_of_a_hidden_value_never_appears_and_that_of_others_stays`,
//!     `rendering::redaction::what_is_told_of_a_decided_case_does_not_depend_on_hidden_facts`), and a refusal tells no
//!     value of the case at all (`rendering::redaction::a_refusal_tells_no_value_of_the_case`).
//!
//! The laws of runs of approvals are told with [`ApprovalRun`](crate::ApprovalRun).

mod analysis;
mod axis;
mod binding;
mod book;
mod cell;
mod combination;
mod explanation;
mod expression;
mod facts;
mod format;
mod hit;
mod index;
mod kind;
mod number_set;
mod outcome;
mod policy;
mod rendering;
mod ruling;
mod schema;
mod table;
mod value;

pub use analysis::{
    Analysis, Change, ChangedCase, Difference, Direction, Effort, Finding, Impact, Judged, Monotone, NearestChange,
    Said, Unfinished,
};
pub use binding::{BindError, Binder, Binding};
pub use book::{PolicyBook, PublishError, ReplayError};
pub use cell::Cell;
pub use combination::Precedence;
pub use explanation::{CellExplanation, Explanation, PolicyVersion, RowExplanation, TableExplanation};
pub use expression::{Dialect, EvaluateError, Expression, Misread, NoLiteral};
pub use facts::Facts;
pub use format::{NotCarried, Part};
pub use hit::{HitPolicy, ParseHitPolicyError};
pub use kind::{Kind, ParseKindError};
pub use outcome::{Approvals, Delay, Obligations, Outcome, ParseOutcomeError, Reasons, Remark, Step};
pub use policy::{DecisionText, ExpressionText, Foresight, Policy, PolicyError, PolicyText};
pub use rendering::{Phrases, PhrasesError, WITHHELD};
pub use ruling::Ruling;
pub use schema::{FactError, Input, Schema, SchemaError, Slots};
pub use table::{
    BoundRuling, DecideError, DecisionTable, Failing, Failure, InputText, OutputKind, OutputText, ParseHeadError,
    RowText, TableError, TableRuling, TableText, Why,
};
pub use value::{Incomparable, Value, ValueRef};
