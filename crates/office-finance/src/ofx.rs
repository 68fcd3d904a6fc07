//! Bank and card statements in Open Financial Exchange, versions 1 (SGML) and 2 (XML).

mod tag;

use chrono::NaiveDate;
use office_core::{Currency, InputError, Money, parse_decimal};

use self::tag::Tag;
use crate::text_encoding::TextEncoding;
use crate::{BankStatement, StatementBalance, StatementFormat, StatementLine};

/// Reads the statements of an OFX file: of bank accounts, cards, and the cash of investment accounts.
///
/// The account is the bank's id and the account's, with a slash between them. An OFX statement has no opening balance,
/// so that it cannot be proved by itself. An id of a transaction (`FITID`) becomes the bank's reference; banks use the
/// same one twice, and nothing relies on it. Days are those of the bank's own zone. What is bought and sold in
/// securities is not read. Elements need not be closed, in version 2 either, as banks write them.
///
/// The encoding is the one that the header names, UTF-8 or Windows 1252.
///
/// # Errors
/// [`InputError`] names line and element: an answer of the bank that tells an error, an element that is missing or
/// cannot be read, a document type, more than 64 levels or a million elements. Files have 32 MiB at most.
///
/// # Example
/// ```
/// use office_finance::read_ofx;
///
/// let file = "OFXHEADER:100\nDATA:OFXSGML\nVERSION:102\nCHARSET:1252\n\n<OFX><BANKMSGSRSV1><STMTTRNRS><STMTRS>\n\
///     <CURDEF>EUR<BANKACCTFROM><BANKID>10090000<ACCTID>4711</BANKACCTFROM><BANKTRANLIST>\n\
///     <STMTTRN><TRNTYPE>FEE<DTPOSTED>20261030<TRNAMT>-14.90<FITID>1<NAME>Nordbank<MEMO>October</STMTTRN>\n\
///     </BANKTRANLIST><LEDGERBAL><BALAMT>85.10<DTASOF>20261031</LEDGERBAL></STMTRS></STMTTRNRS></BANKMSGSRSV1></OFX>";
/// let statements = read_ofx("october.ofx", file.as_bytes())?;
/// assert_eq!(statements[0].account, "10090000/4711");
/// assert_eq!(statements[0].lines[0].amount.to_string(), "-14.90 EUR");
///
/// let error = read_ofx("october.ofx", file.replace("-14.90", "14 EUR").as_bytes()).unwrap_err();
/// assert_eq!((error.line(), error.field(), error.value()), (8, "STMTTRN/TRNAMT", "14 EUR"));
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
pub fn read_ofx(file: &str, bytes: &[u8]) -> Result<Vec<BankStatement>, InputError> {
    let text = encoding_of(file, bytes)?.text(file, bytes)?;
    let root = Tag::read(file, &text)?;
    let mut statements = Vec::new();
    for (sets, answer, name) in [
        ("BANKMSGSRSV1", "STMTTRNRS", "STMTRS"),
        ("CREDITCARDMSGSRSV1", "CCSTMTTRNRS", "CCSTMTRS"),
        ("INVSTMTMSGSRSV1", "INVSTMTTRNRS", "INVSTMTRS"),
    ] {
        for answer in root.all(sets).flat_map(|set| set.all(answer)) {
            refuse_error(answer)?;
            for found in answer.all(name) {
                statements.push(statement(answer, found)?);
            }
        }
    }
    if let Some(sign_on) = root.find(&["SIGNONMSGSRSV1", "SONRS"]) {
        refuse_error(sign_on)?;
    }
    Ok(statements)
}

/// The encoding that the header names: `CHARSET:1252` of version 1, `encoding="..."` of version 2.
fn encoding_of(file: &str, bytes: &[u8]) -> Result<TextEncoding, InputError> {
    let head: String = bytes.iter().take(1_000).map(|byte| char::from(*byte)).take_while(char::is_ascii).collect();
    if let Some((_, rest)) = head.split_once("encoding=") {
        let name = rest.trim_start_matches(['"', '\'']).split(['"', '\'', '?', ' ']).next().unwrap_or_default();
        return name.parse().map_err(|_| InputError::new(file, 1, "encoding", name, "an encoding that is known"));
    }
    let head: String = head.chars().filter(|c| *c != ' ').collect();
    let is_utf = ["ENCODING:UTF-8", "ENCODING:UNICODE"].iter().any(|name| head.contains(name));
    Ok(if !is_utf && head.contains("OFXHEADER:") { TextEncoding::WINDOWS_1252 } else { TextEncoding::UTF_8 })
}

/// An answer that tells an error has no statement to read.
fn refuse_error(answer: &Tag) -> Result<(), InputError> {
    let Some(status) = answer.first("STATUS") else { return Ok(()) };
    let Some(code) = status.first("CODE") else { return Ok(()) };
    if status.text("SEVERITY").is_some_and(|severity| severity == "ERROR") {
        let message = status.text("MESSAGE").unwrap_or("nothing more");
        return Err(code.wrong(&code.text, format!("0, for success; the bank says: {message}")));
    }
    Ok(())
}

fn statement(answer: &Tag, found: &Tag) -> Result<BankStatement, InputError> {
    let account = ["BANKACCTFROM", "CCACCTFROM", "INVACCTFROM"].into_iter().find_map(|name| found.first(name));
    let account = account.ok_or_else(|| found.missing("BANKACCTFROM"))?;
    let number = account.text("ACCTID").ok_or_else(|| account.missing("ACCTID"))?;
    let bank = account.text("BANKID").or_else(|| account.text("BROKERID"));
    let currency = found.first("CURDEF").filter(|tag| !tag.text.is_empty()).map(currency).transpose()?;
    let cash = found.all("INVTRANLIST").flat_map(|list| list.all("INVBANKTRAN"));
    let booked = found.all("BANKTRANLIST").chain(cash).flat_map(|list| list.all("STMTTRN"));
    let pending = found.all("BANKTRANLISTP").flat_map(|list| list.all("STMTTRNP"));
    let lines = booked.map(|tag| line(tag, currency)).collect::<Result<Vec<_>, _>>()?;
    let pending = pending.map(|tag| line(tag, currency)).collect::<Result<Vec<_>, _>>()?;
    let currency = currency.or_else(|| lines.first().map(|line| line.amount.currency()));
    Ok(BankStatement {
        format: StatementFormat::Ofx,
        account: bank.map_or_else(|| number.to_owned(), |bank| format!("{bank}/{number}")),
        number: answer.text("TRNUID").unwrap_or_default().to_owned(),
        opening: None,
        closing: closing(found, currency)?,
        lines,
        pending,
    })
}

/// The closing balance; none where the bank leaves it empty.
fn closing(found: &Tag, currency: Option<Currency>) -> Result<Option<StatementBalance>, InputError> {
    let Some(balance) = found.first("LEDGERBAL") else { return Ok(None) };
    if balance.text("BALAMT").is_none() {
        return Ok(None);
    }
    let currency = currency.ok_or_else(|| found.missing("CURDEF"))?;
    Ok(Some(StatementBalance { amount: amount(balance.want("BALAMT")?, currency)?, on: day(balance.want("DTASOF")?)? }))
}

fn line(tag: &Tag, of_statement: Option<Currency>) -> Result<StatementLine, InputError> {
    // The currency of the transaction, where it is another: amounts are in it then.
    let own = tag.find(&["CURRENCY", "CURSYM"]).map(currency).transpose()?;
    let currency = own.or(of_statement).ok_or_else(|| tag.missing("CURRENCY"))?;
    let amount = amount(tag.want("TRNAMT")?, currency)?;
    let on = day(tag.first("DTPOSTED").or_else(|| tag.first("DTTRAN")).ok_or_else(|| tag.missing("DTPOSTED"))?)?;
    let value = tag.first("DTAVAIL").map(day).transpose()?;
    let given = |name: &str| tag.text(name).map(str::to_owned);
    let payee = tag.first("PAYEE").and_then(|payee| payee.text("NAME").map(str::to_owned));
    let other = tag.first("BANKACCTTO").or_else(|| tag.first("CCACCTTO"));
    let mut references = Vec::new();
    // Banks number what is no cheque with 0.
    references.extend(given("CHECKNUM").filter(|number| number.chars().any(|c| c != '0')));
    references.extend(given("REFNUM"));
    Ok(StatementLine {
        on,
        value,
        amount,
        references,
        party: given("NAME").or(payee),
        party_account: other.and_then(|account| account.text("ACCTID")).map(str::to_owned),
        text: given("MEMO").unwrap_or_default(),
        bank_reference: given("FITID"),
        code: given("TRNTYPE"),
    })
}

fn currency(tag: &Tag) -> Result<Currency, InputError> {
    Currency::from_code(&tag.text).map_err(|error| tag.wrong(&tag.text, format!("a currency ({error})")))
}

/// An amount with its sign; a comma before what is below the unit is read as a point.
fn amount(tag: &Tag, currency: Currency) -> Result<Money, InputError> {
    let wrong = |why: String| tag.wrong(&tag.text, why);
    let plain = tag.text.strip_prefix('+').unwrap_or(&tag.text);
    let plain = if plain.contains('.') { plain.to_owned() } else { plain.replacen(',', ".", 1) };
    let decimal = parse_decimal(&plain).map_err(|error| wrong(format!("an amount ({error})")))?;
    Money::new(decimal, currency).map_err(|error| wrong(format!("an amount ({error})")))
}

/// A day, of a date or an instant: `20261030`, `20261030120000.000[-5:EST]`.
fn day(tag: &Tag) -> Result<NaiveDate, InputError> {
    let wrong = || tag.wrong(&tag.text, "a day such as `20261030`");
    let (date, rest) = tag.text.split_at_checked(8).ok_or_else(wrong)?;
    if !date.bytes().all(|byte| byte.is_ascii_digit()) {
        return Err(wrong());
    }
    let zone = rest.trim_start_matches(|c: char| c.is_ascii_digit() || matches!(c, '.' | ':'));
    let is_time = zone.is_empty() || (zone.starts_with('[') && zone.ends_with(']'));
    let day = NaiveDate::parse_from_str(date, "%Y%m%d").map_err(|_| wrong())?;
    if is_time { Ok(day) } else { Err(wrong()) }
}
