//! Reading camt.053: sample messages of another project, and what is refused, told by line and element.
#![cfg(feature = "camt")]

use std::path::Path;

use office_core::{InputError, MoneyError};
use office_finance::{BankStatement, StatementBalance, read_camt053};
use proptest::prelude::*;

type Failure = Box<dyn std::error::Error>;

fn case(name: &str) -> Result<String, Failure> {
    Ok(std::fs::read_to_string(Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/cases/camt").join(name))?)
}

fn read(name: &str) -> Result<Result<Vec<BankStatement>, InputError>, Failure> {
    Ok(read_camt053(name, case(name)?.as_bytes()))
}

/// Account, opening, closing, and day, amount, party, references and code of each line.
fn told(statement: &BankStatement) -> String {
    let lines = statement.lines.iter().map(|line| {
        let party = line.party.as_deref().unwrap_or("-");
        let code = line.code.as_deref().unwrap_or("-");
        format!("| {} {} {party} {} {code} ", line.on, line.amount, line.references.join("+"))
    });
    let lines: String = lines.collect();
    let told =
        |balance: Option<StatementBalance>| balance.map(|balance| balance.amount.to_string()).unwrap_or_default();
    let (opening, closing) = (told(statement.opening), told(statement.closing));
    format!("{} {}: {opening} {lines}| {closing}", statement.account, statement.number)
}

#[test]
fn reads_what_others_read() {
    let ultimate = read("camt053.v2.minimal.ultimate.xml").unwrap().unwrap();
    assert_eq!(
        ultimate.iter().map(told).collect::<Vec<_>>(),
        ["NL26VAYB8060476890 253EURNL26VAYB8060476890: 18.15 EUR \
          | 2014-12-31 8.85 EUR DEBTOR NAME NM 4654654654654654 544 | -27.00 SEK"]
    );
    // Its balances are in two currencies.
    assert!(matches!(ultimate[0].gap(), Err(MoneyError::CurrencyMismatch { .. })));

    let eight = read("camt053.v8.xml").unwrap().unwrap();
    assert_eq!(
        eight.iter().map(told).collect::<Vec<_>>(),
        ["NL26VAYB8060476890 253EURNL26VAYB8060476890: 18.15 EUR \
          | 2014-12-31 8.85 EUR NAME NAME MUELL/FINP/RA12345+4654654654654654 PMNT-RCDT-BOOK | -27.00 SEK"]
    );
    assert_eq!(eight[0].lines[0].party_account.as_deref(), Some("NL56AGDH9619008421"));

    // Amounts with more zeros than cents are exact, and the gap is named to the cent.
    let decimals = read("camt053.v2.five.decimals.xml").unwrap().unwrap();
    assert_eq!(decimals[0].gap().unwrap().unwrap().to_string(), "0.05 EUR");

    let several = read("camt053.v2.multi.statement.xml").unwrap().unwrap();
    let gaps: Vec<_> = several.iter().map(|statement| statement.gap().unwrap().unwrap().to_string()).collect();
    assert_eq!(gaps, ["0.00 EUR", "0.00 EUR"]);
    assert_eq!(several[1].lines[0].amount.to_string(), "-7.00 EUR");
}

#[test]
fn names_what_it_does_not_read() {
    let wrong = read("camt053.v2.wrong.xml").unwrap().unwrap_err();
    assert_eq!((wrong.line(), wrong.field()), (3, "Stmt"));
    for other in ["camt052.v2.xml", "camt054.v8.xml"] {
        let wrong = read(other).unwrap().unwrap_err();
        assert_eq!((wrong.line(), wrong.field()), (2, "Document"));
        assert!(wrong.expected().contains("camt.053.001.02, 08"));
    }
}

#[test]
fn names_line_and_element_of_what_is_wrong() {
    let good = case("camt053.v8.xml").unwrap();
    let told = |from: &str, to: &str| {
        assert!(good.contains(from), "{from}");
        let error = read_camt053("a.xml", good.replacen(from, to, 1).as_bytes()).unwrap_err();
        format!("{} {} `{}`", error.line(), error.field(), error.value())
    };
    assert_eq!(told(">8.85<", ">8,85<"), "111 Stmt/Ntry/Amt `8,85`");
    assert_eq!(told(">8.85<", ">8.853<"), "111 Stmt/Ntry/Amt `8.853`");
    assert_eq!(told(">8.85<", ">-8.85<"), "111 Stmt/Ntry/Amt `-8.85`");
    assert_eq!(told("Ccy=\"EUR\">8.85<", "Ccy=\"EUX\">8.85<"), "111 Stmt/Ntry/Amt `EUX`");
    assert_eq!(told("Ccy=\"EUR\">8.85<", ">8.85<"), "111 Stmt/Ntry/Amt ``");
    assert_eq!(told("2014-12-31T13:15:00+01:00", "31.12.2014"), "117 Stmt/Ntry/BookgDt/DtTm `31.12.2014`");
    assert_eq!(told("2014-12-31T13:15:00+01:00", "2014-02-30"), "117 Stmt/Ntry/BookgDt/DtTm `2014-02-30`");
    assert_eq!(told("<Cd>BOOK</Cd>", "<Cd>BOKK</Cd>"), "113 Stmt/Ntry/Sts `BOKK`");
    assert_eq!(told("OPBD", "OPAV"), "30 Stmt ``");
    assert_eq!(told("</Stmt>", ""), "200 Document/BkToCstmrStmt/Stmt `</BkToCstmrStmt>`");
    assert_eq!(told("NAME NAME", "NAME &nbsp; NAME"), "146 …/NtryDtls/TxDtls/RltdPties/Dbtr/Pty/Nm `&nbsp;`");
    assert_eq!(told("NAME NAME", "NAME\u{7}NAME"), "146 document `\\u{7}`");
    assert_eq!(told("<Document", "<!DOCTYPE a><Document"), "2 document `<!DOCTYPE`");
    assert_eq!(told("<Id>253EURNL26VAYB8060476890</Id>", ""), "30 Stmt/Id ``");

    let mut bytes = good.into_bytes();
    let at = bytes.windows(9).position(|window| window == b"NAME NAME").unwrap();
    bytes[at] = 0xe9;
    let error = read_camt053("a.xml", &bytes).unwrap_err();
    assert_eq!((error.line(), error.value(), error.expected()), (146, "\\xe9", "UTF-8"));

    let deep = "<a>".repeat(100_000);
    assert!(read_camt053("a.xml", deep.as_bytes()).unwrap_err().expected().starts_with("at most 64 levels"));
}

#[test]
fn entities_prefixes_and_pending_entries_are_understood() {
    let good = case("camt053.v8.xml").unwrap();
    let with_entity = good.replacen("NAME NAME", "Ergo &amp; Technik <![CDATA[& Co]]> &#x41;", 1);
    let statements = read_camt053("a.xml", with_entity.as_bytes()).unwrap();
    assert_eq!(statements[0].lines[0].party.as_deref(), Some("Ergo & Technik & Co A"));

    let pending = read_camt053("a.xml", good.replacen("<Cd>BOOK</Cd>", "<Cd>PDNG</Cd>", 1).as_bytes()).unwrap();
    assert_eq!((pending[0].lines.len(), pending[0].pending.len()), (0, 1));

    let prefixed = good.replace("</", "</n:").replace("xmlns=", "xmlns:n=");
    let parts: Vec<_> = prefixed
        .split('<')
        .map(|part| if part.starts_with(['/', '?']) { part.to_owned() } else { format!("n:{part}") })
        .collect();
    let out = parts.join("<").trim_start_matches("n:").to_owned();
    assert_eq!(read_camt053("a.xml", out.as_bytes()), read_camt053("a.xml", good.as_bytes()));
    let marked = format!("\u{feff}{good}");
    assert_eq!(read_camt053("a.xml", marked.as_bytes()), read_camt053("a.xml", good.as_bytes()));
}

proptest! {
    /// No bytes make the reader panic, and what it accepts has the shape it promises.
    #[test]
    fn any_damage_is_read_or_named(at in 0..7_445_usize, with in prop::collection::vec(any::<u8>(), 0..6), cut in any::<bool>()) {
        let mut bytes = case("camt053.v8.xml").map(String::into_bytes).unwrap_or_default();
        let at = at.min(bytes.len());
        if cut {
            bytes.truncate(at);
        }
        bytes.splice(at..at, with);
        if let Err(error) = read_camt053("a.xml", &bytes) {
            prop_assert!(error.line() >= 1 && !error.field().is_empty());
        }
    }
}
