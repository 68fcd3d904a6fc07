//! Bank statements, reports and notices in ISO 20022: camt.053, camt.052 and camt.054.

use chrono::NaiveDate;
use office_core::xml::Element;
use office_core::{Currency, InputError, Money, parse_decimal};

use crate::iban::sound_account;
use crate::xml_node::Node;
use crate::{BankStatement, StatementBalance, StatementFormat, StatementLine};

/// A kind of message: the start of its namespace, the versions that are read, and the elements that hold the statements.
struct Message {
    namespace: &'static str,
    versions: &'static [&'static str],
    roots: &'static [&'static str],
    record: &'static str,
    /// Codes of the balance at the end.
    closing: &'static [&'static str],
    /// Whether both balances have to be there.
    has_balances: bool,
}

const REPORT: Message = Message {
    namespace: "urn:iso:std:iso:20022:tech:xsd:camt.052.001.",
    versions: &["01", "02", "04", "06", "08"],
    roots: &["BkToCstmrAcctRpt", "BkToCstmrAcctRptV01"],
    record: "Rpt",
    closing: &["CLBD", "ITBD"],
    has_balances: false,
};
const STATEMENT: Message = Message {
    namespace: "urn:iso:std:iso:20022:tech:xsd:camt.053.001.",
    versions: &["02", "08"],
    roots: &["BkToCstmrStmt"],
    record: "Stmt",
    closing: &["CLBD"],
    has_balances: true,
};
const NOTICE: Message = Message {
    namespace: "urn:iso:std:iso:20022:tech:xsd:camt.054.001.",
    versions: &["02", "04", "08"],
    roots: &["BkToCstmrDbtCdtNtfctn"],
    record: "Ntfctn",
    closing: &[],
    has_balances: false,
};

/// Reads the statements of a camt.053 file, versions 02 and 08.
///
/// An entry becomes one line, also where the bank gives details of several transactions in it; entries that are not
/// booked are kept apart. A statement that does not add up is read all the same: see [`BankStatement::gap`]. The opening
/// balance is the one of code `OPBD` or else `PRCD`, the closing balance that of `CLBD`.
///
/// # Errors
/// [`InputError`] names the line and the element: what is not UTF-8, holds control characters or is not well-formed,
/// another message, an element that is missing, an amount, currency or day that cannot be read, an account number whose
/// check digits are wrong. Files have 32 MiB and
/// 40 levels of elements at most.
///
/// # Example
/// ```
/// use office_finance::read_camt053;
///
/// let file = r#"<Document xmlns="urn:iso:std:iso:20022:tech:xsd:camt.053.001.08"><BkToCstmrStmt><Stmt>
/// <Id>2026-010</Id><Acct><Id><IBAN>DE83100990010004711200</IBAN></Id></Acct>
/// <Bal><Tp><CdOrPrtry><Cd>OPBD</Cd></CdOrPrtry></Tp><Amt Ccy="EUR">100.00</Amt><CdtDbtInd>CRDT</CdtDbtInd><Dt><Dt>2026-10-01</Dt></Dt></Bal>
/// <Bal><Tp><CdOrPrtry><Cd>CLBD</Cd></CdOrPrtry></Tp><Amt Ccy="EUR">85.10</Amt><CdtDbtInd>CRDT</CdtDbtInd><Dt><Dt>2026-10-31</Dt></Dt></Bal>
/// <Ntry><Amt Ccy="EUR">14.90</Amt><CdtDbtInd>DBIT</CdtDbtInd><Sts><Cd>BOOK</Cd></Sts><BookgDt><Dt>2026-10-30</Dt></BookgDt></Ntry>
/// </Stmt></BkToCstmrStmt></Document>"#;
/// let statements = read_camt053("october.xml", file.as_bytes())?;
/// assert_eq!(statements[0].lines[0].amount.to_string(), "-14.90 EUR");
/// assert_eq!(statements[0].gap()?.map(|gap| gap.is_zero()), Some(true));
///
/// let error = read_camt053("october.xml", file.replace("14.90", "14,90").as_bytes()).unwrap_err();
/// assert_eq!((error.line(), error.field(), error.value()), (5, "Stmt/Ntry/Amt", "14,90"));
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
pub fn read_camt053(file: &str, bytes: &[u8]) -> Result<Vec<BankStatement>, InputError> {
    read(file, bytes, &STATEMENT)
}

/// Reads the reports of a camt.052 file, versions 01, 02, 04, 06 and 08: what is on an account in the course of a day.
///
/// The closing balance is the one of code `CLBD` or else `ITBD`; a report may lack both balances.
///
/// # Errors
/// As [`read_camt053`].
///
/// # Example
/// ```
/// use office_finance::read_camt052;
///
/// let file = r#"<Document xmlns="urn:iso:std:iso:20022:tech:xsd:camt.052.001.08"><BkToCstmrAcctRpt><Rpt>
/// <Id>2026-303</Id><Acct><Id><IBAN>DE83100990010004711200</IBAN></Id></Acct>
/// <Ntry><Amt Ccy="EUR">14.90</Amt><CdtDbtInd>DBIT</CdtDbtInd><Sts><Cd>PDNG</Cd></Sts><ValDt><Dt>2026-10-30</Dt></ValDt></Ntry>
/// </Rpt></BkToCstmrAcctRpt></Document>"#;
/// let reports = read_camt052("today.xml", file.as_bytes())?;
/// assert_eq!((reports[0].lines.len(), reports[0].pending.len()), (0, 1));
///
/// // An account with two digits exchanged.
/// let error = read_camt052("today.xml", file.replace("4711200", "4711020").as_bytes()).unwrap_err();
/// assert_eq!((error.line(), error.field(), error.value()), (2, "Rpt/Acct/Id/IBAN", "DE83100990010004711020"));
/// # Ok::<(), office_core::InputError>(())
/// ```
pub fn read_camt052(file: &str, bytes: &[u8]) -> Result<Vec<BankStatement>, InputError> {
    read(file, bytes, &REPORT)
}

/// Reads the notices of a camt.054 file, versions 02, 04 and 08: single payments that were booked. They have no balances.
///
/// # Errors
/// As [`read_camt053`].
///
/// # Example
/// ```
/// use office_finance::read_camt054;
///
/// let file = r#"<Document xmlns="urn:iso:std:iso:20022:tech:xsd:camt.054.001.08"><BkToCstmrDbtCdtNtfctn><Ntfctn>
/// <Id>N-1</Id><Acct><Id><IBAN>DE83100990010004711200</IBAN></Id></Acct>
/// <Ntry><Amt Ccy="EUR">50.00</Amt><CdtDbtInd>CRDT</CdtDbtInd><Sts><Cd>BOOK</Cd></Sts><BookgDt><Dt>2026-10-30</Dt></BookgDt></Ntry>
/// </Ntfctn></BkToCstmrDbtCdtNtfctn></Document>"#;
/// let notices = read_camt054("notice.xml", file.as_bytes())?;
/// assert_eq!((notices[0].lines.len(), notices[0].proof()?), (1, None));
///
/// let error = read_camt054("notice.xml", file.replace("CRDT", "IN").as_bytes()).unwrap_err();
/// assert_eq!((error.line(), error.field(), error.expected()), (3, "Ntfctn/Ntry/CdtDbtInd", "CRDT or DBIT"));
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
pub fn read_camt054(file: &str, bytes: &[u8]) -> Result<Vec<BankStatement>, InputError> {
    read(file, bytes, &NOTICE)
}

fn read(file: &str, bytes: &[u8], message: &Message) -> Result<Vec<BankStatement>, InputError> {
    let document = Element::read(file, bytes)?;
    let document = Node::root(file, &document);
    let (name, namespace) = (document.element.name(), document.element.namespace());
    let version = namespace.strip_prefix(message.namespace);
    if name != "Document" || !version.is_some_and(|version| message.versions.contains(&version)) {
        let found = if namespace.is_empty() { name } else { namespace };
        let wanted = format!("a document of {}{}", message.namespace, message.versions.join(", "));
        return Err(document.wrong(found, wanted));
    }
    let root = message.roots.iter().copied().find(|root| document.find(&[*root]).is_some());
    let root = document.want(&[root.or(message.roots.first().copied()).unwrap_or_default()])?;
    root.want(&[message.record])?;
    root.all(message.record).map(|node| statement(&node, message)).collect()
}

fn statement(node: &Node<'_>, message: &Message) -> Result<BankStatement, InputError> {
    let opening = balance(node, "OPBD")?.or(balance(node, "PRCD")?);
    let mut closing = None;
    for code in message.closing {
        closing = closing.or(balance(node, code)?);
    }
    let wanted = |code| node.wrong("", format!("a balance `Bal` of code {code}"));
    if message.has_balances && opening.is_none() {
        return Err(wanted("OPBD or PRCD"));
    }
    if message.has_balances && closing.is_none() {
        return Err(wanted("CLBD"));
    }
    let (mut lines, mut pending) = (Vec::new(), Vec::new());
    for entry in node.all("Ntry") {
        let status = entry.want(&["Sts"])?;
        let code = status.text(&["Cd"]).unwrap_or_else(|| status.own_text().to_owned());
        match code.as_str() {
            "BOOK" => lines.push(line(&entry)?),
            "PDNG" | "INFO" | "FUTR" => pending.push(line(&entry)?),
            other => return Err(status.wrong(other, "BOOK, PDNG, INFO or FUTR")),
        }
    }
    Ok(BankStatement {
        format: StatementFormat::Camt,
        account: account(&node.want(&["Acct", "Id"])?)?,
        number: node.text(&["Id"]).ok_or_else(|| node.missing("Id"))?,
        opening,
        closing,
        lines,
        pending,
    })
}

/// The account, whose check digits are right if it is an IBAN.
fn account(node: &Node<'_>) -> Result<String, InputError> {
    if let Some(iban) = node.find(&["IBAN"]).filter(|iban| !iban.own_text().is_empty()) {
        let text = iban.own_text();
        return sound_account(text).map_err(|error| iban.wrong(text, format!("an account number ({error})")));
    }
    let other = node.text(&["Othr", "Id"]).or_else(|| node.text(&["PrtryAcct", "Id"]));
    other.ok_or_else(|| node.missing("IBAN"))
}

fn balance(statement: &Node<'_>, code: &str) -> Result<Option<StatementBalance>, InputError> {
    for node in statement.all("Bal") {
        let found = node.text(&["Tp", "CdOrPrtry", "Cd"]).or_else(|| node.text(&["Tp", "Cd"]));
        if found.is_some_and(|found| found == code) {
            return Ok(Some(StatementBalance { amount: amount(&node)?, on: day(&node.want(&["Dt"])?)? }));
        }
    }
    Ok(None)
}

/// The amount of an entry or a balance, with its sign.
fn amount(node: &Node<'_>) -> Result<Money, InputError> {
    let stated = node.want(&["Amt"])?;
    let text = stated.own_text();
    let code = stated.attribute("Ccy").ok_or_else(|| stated.wrong("", "an attribute `Ccy` with the currency"))?;
    let currency = Currency::from_code(code).map_err(|error| stated.wrong(code, format!("a currency ({error})")))?;
    let decimal = parse_decimal(text).map_err(|error| stated.wrong(text, format!("an amount ({error})")))?;
    let money = Money::new(decimal, currency).map_err(|error| stated.wrong(text, format!("an amount ({error})")))?;
    if money.is_negative() {
        return Err(stated.wrong(text, "an amount without sign: `CdtDbtInd` tells the direction"));
    }
    let direction = node.want(&["CdtDbtInd"])?;
    match direction.own_text() {
        "CRDT" => Ok(money),
        "DBIT" => Ok(money.negated()),
        other => Err(direction.wrong(other, "CRDT or DBIT")),
    }
}

/// A day: of a date, or of an instant in the bank's own time.
fn day(node: &Node<'_>) -> Result<NaiveDate, InputError> {
    node.find(&["Dt"]).or_else(|| node.find(&["DtTm"])).ok_or_else(|| node.missing("Dt"))?.day()
}

fn line(entry: &Node<'_>) -> Result<StatementLine, InputError> {
    let amount = amount(entry)?;
    let details: Vec<Node<'_>> = entry.all("NtryDtls").flat_map(|group| group.all("TxDtls")).collect();
    let mut references = Vec::new();
    let mut texts = Vec::new();
    for detail in &details {
        for reference in references_of(detail) {
            if !references.contains(&reference) {
                references.push(reference);
            }
        }
        let written = detail.all("RmtInf").flat_map(|info| info.all("Ustrd"));
        texts.extend(written.map(|node| node.own_text().to_owned()));
    }
    texts.retain(|text| !text.is_empty());
    if texts.is_empty() {
        texts.extend(entry.text(&["AddtlNtryInf"]));
    }
    let value = entry.find(&["ValDt"]).map(|node| day(&node)).transpose()?;
    let booked = entry.find(&["BookgDt"]).map(|node| day(&node)).transpose()?;
    Ok(StatementLine {
        on: booked.or(value).ok_or_else(|| entry.missing("BookgDt"))?,
        value,
        amount,
        references,
        party: common(details.iter().map(|detail| party(detail, amount.is_negative()))),
        party_account: common(details.iter().map(|detail| party_account(detail, amount.is_negative()))),
        text: texts.join(" "),
        bank_reference: entry.text(&["AcctSvcrRef"]),
        code: code(entry).or_else(|| common(details.iter().map(code))),
    })
}

/// What all of them say; `None` where they differ.
fn common(mut found: impl Iterator<Item = Option<String>>) -> Option<String> {
    let first = found.next()??;
    found.all(|other| other.as_ref() == Some(&first)).then_some(first)
}

fn references_of(detail: &Node<'_>) -> Vec<String> {
    let mut references: Vec<String> = detail.text(&["Refs", "EndToEndId"]).into_iter().collect();
    // What banks write where the payer gave none.
    references.retain(|reference| reference != "NOTPROVIDED");
    for structured in detail.all("RmtInf").flat_map(|info| info.all("Strd")) {
        references.extend(structured.text(&["CdtrRefInf", "Ref"]));
        references.extend(structured.all("RfrdDocInf").filter_map(|document| document.text(&["Nb"])));
    }
    references
}

/// The name of the other side: of whom money came from, or went to.
fn party(detail: &Node<'_>, outgoing: bool) -> Option<String> {
    let parties = detail.find(&["RltdPties"])?;
    let sides = if outgoing { ["Cdtr", "UltmtCdtr"] } else { ["Dbtr", "UltmtDbtr"] };
    // Version 08 puts the person or organisation one level deeper.
    sides.into_iter().find_map(|side| parties.text(&[side, "Nm"]).or_else(|| parties.text(&[side, "Pty", "Nm"])))
}

fn party_account(detail: &Node<'_>, outgoing: bool) -> Option<String> {
    let side = if outgoing { "CdtrAcct" } else { "DbtrAcct" };
    let account = detail.find(&["RltdPties", side, "Id"])?;
    account.text(&["IBAN"]).or_else(|| account.text(&["Othr", "Id"]))
}

fn code(node: &Node<'_>) -> Option<String> {
    let code = node.find(&["BkTxCd"])?;
    let domain = || {
        let domain = code.find(&["Domn"])?;
        let parts = [domain.text(&["Cd"])?, domain.text(&["Fmly", "Cd"])?, domain.text(&["Fmly", "SubFmlyCd"])?];
        Some(parts.join("-"))
    };
    domain().or_else(|| code.text(&["Prtry", "Cd"]))
}
