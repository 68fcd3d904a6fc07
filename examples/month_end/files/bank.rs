//! The bank's statement of the month.

use office_core::{InputError, Money};
use office_finance::{BankStatement, read_camt053};

/// The bank's statement of the month.
pub(crate) const STATEMENT: &str = "bank_statement.xml";

/// The one statement of the file, which has to add up.
pub(crate) fn read(bytes: &[u8]) -> Result<BankStatement, InputError> {
    let refuse = |field: &str, value: &str, expected: &str| Err(refusal(bytes, field, value, expected));
    let mut statements = read_camt053(STATEMENT, bytes)?.into_iter();
    let Some(statement) = statements.next() else { return refuse("Stmt", "", "a statement") };
    if let Some(other) = statements.next() {
        return refuse("Id", &other.number, "one statement in the file");
    }
    let closing = statement.closing.map(|balance| balance.amount.amount().to_string()).unwrap_or_default();
    match statement.gap() {
        Ok(None) => refuse("Bal", "", "an opening and a closing balance"),
        Ok(Some(gap)) if gap.is_zero() => Ok(statement),
        Ok(Some(gap)) => refuse("Amt", &closing, &format!("a closing balance that differs by {gap}")),
        Err(_) => refuse("Amt", &closing, "amounts in one currency"),
    }
}

/// Refuses another account than the office's, another balance than the books', and lines that have no account.
pub(crate) fn check(
    bytes: &[u8],
    statement: &BankStatement,
    iban: &str,
    opening: Option<Money>,
    is_booked: impl Fn(&str) -> bool,
) -> Result<(), InputError> {
    if statement.account != iban {
        return Err(refusal(bytes, "IBAN", &statement.account, "the `bank_iban` of company.csv"));
    }
    let told = statement.opening.map(|balance| balance.amount);
    if told.is_none() || told != opening {
        let found = told.map(|told| told.amount().to_string()).unwrap_or_default();
        return Err(refusal(bytes, "Amt", &found, "the opening balance of the bank in accounts.csv"));
    }
    for code in statement.lines.iter().map(|line| line.code.as_deref().unwrap_or_default()) {
        if !is_booked(code) {
            let last = code.rsplit('-').next().unwrap_or_default();
            return Err(refusal(bytes, "SubFmlyCd", last, "a code that accounts.csv has a `bank_code` for"));
        }
    }
    Ok(())
}

/// The refusal of a value that is known, by the first line on which an element has it.
fn refusal(bytes: &[u8], element: &str, value: &str, expected: &str) -> InputError {
    let text = String::from_utf8_lossy(bytes);
    let found = text.lines().position(|line| line.contains(&format!(">{value}</{element}>")));
    let line = found.and_then(|index| u64::try_from(index).ok()).map_or(1, |index| index.saturating_add(1));
    InputError::new(STATEMENT, line, element, value, expected)
}
