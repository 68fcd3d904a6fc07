//! Reading audit files.

use office_core::xml::Element;
use office_core::{Currency, DateRange, InputError, Money, parse_decimal};

use super::{
    SaftAccount, SaftFile, SaftHeader, SaftLine, SaftParty, SaftPartyBalance, SaftRole, SaftTotals, SaftTransaction,
};
use crate::xml_node::Node;

/// What Portugal calls accounts that are the sum of others.
pub(super) const HEADINGS: [&str; 4] = ["GA", "GR", "AA", "AR"];

/// Reads an audit file: the form of the OECD, version 2.00, and those of countries that are made after it, such as
/// Norway's (1.10 and 1.30), Luxembourg's and Portugal's (1.03 and 1.04).
///
/// Of a file the header, the accounts, customers and suppliers, and the transactions of the ledger are read; invoices,
/// stock, assets and tables of taxes are passed over. White space around texts is lost. A file that does not add up is
/// read all the same: see [`SaftFile::gaps`].
///
/// # Errors
/// [`InputError`] names the line and the element: what is not UTF-8, holds control characters or is not well-formed,
/// what is no audit file, an element that is missing, an amount, a currency or a day that cannot be read. Files have
/// 32 MiB, a million elements, and 64 levels of elements at most.
///
/// # Example
/// See [`SaftFile`].
pub fn read_saft(file: &str, bytes: &[u8]) -> Result<SaftFile, InputError> {
    let document = Element::read(file, bytes)?;
    let document = Node::root(file, &document);
    if document.element.name() != "AuditFile" {
        return Err(document.wrong(document.element.name(), "an element `AuditFile`"));
    }
    let header = header(&document.want(&["Header"])?)?;
    let currency = header.currency;
    let (mut accounts, mut parties) = (Vec::new(), Vec::new());
    for master in document.all("MasterFiles") {
        let listed = master.all("GeneralLedgerAccounts").flat_map(|list| list.all("Account"));
        for node in listed.chain(master.all("GeneralLedger")) {
            accounts.push(account(&node, currency)?);
        }
        for (names, role) in
            [(["Customers", "Customer"], SaftRole::Customer), (["Suppliers", "Supplier"], SaftRole::Supplier)]
        {
            let listed = master.all(names[0]).flat_map(|list| list.all(names[1]));
            for node in listed.chain(master.all(names[1])) {
                parties.push(party(&node, role, currency)?);
            }
        }
    }
    let mut transactions = Vec::new();
    let ledger = document.find(&["GeneralLedgerEntries"]);
    for journal in ledger.iter().flat_map(|ledger| ledger.all("Journal")) {
        let name = journal.want(&["JournalID"])?.own_text();
        for node in journal.all("Transaction") {
            transactions.push(transaction(&node, name, currency)?);
        }
    }
    let stated = ledger.filter(|ledger| ledger.find(&["NumberOfEntries"]).is_some());
    let stated = stated.map(|ledger| totals(&ledger, currency)).transpose()?;
    Ok(SaftFile { header, accounts, parties, stated, transactions })
}

fn header(node: &Node<'_>) -> Result<SaftHeader, InputError> {
    let text = |names: &[&'static str]| node.first_of(names).map(|found| found.own_text().to_owned());
    let of_company = |names: &[&'static str]| {
        let company = node.find(&["Company"])?;
        company.first_of(names).map(|found| found.own_text().to_owned())
    };
    let currency = node.first_of(&["DefaultCurrencyCode", "CurrencyCode"]);
    let currency = currency.ok_or_else(|| node.missing("DefaultCurrencyCode"))?;
    let created = node.first_of(&["AuditFileDateCreated", "DateCreated"]);
    Ok(SaftHeader {
        version: text(&["AuditFileVersion"]).unwrap_or_default(),
        country: text(&["AuditFileCountry", "AuditFileRegion"]).unwrap_or_default(),
        created: created.ok_or_else(|| node.missing("AuditFileDateCreated"))?.day()?,
        software: text(&["SoftwareID", "ProductID"]).unwrap_or_default(),
        registration: of_company(&["RegistrationNumber"])
            .or_else(|| text(&["CompanyID", "TaxRegistrationNumber"]))
            .ok_or_else(|| node.missing("Company"))?,
        company: of_company(&["Name"]).or_else(|| text(&["CompanyName"])).unwrap_or_default(),
        currency: currency_of(&currency)?,
        days: days(node)?,
    })
}

/// The days, told as such or by periods.
fn days(header: &Node<'_>) -> Result<DateRange, InputError> {
    let criteria = header.find(&["SelectionCriteria"]).unwrap_or_else(|| header.clone());
    let first = match criteria.first_of(&["SelectionStartDate", "StartDate"]) {
        Some(told) => told.day()?,
        None if criteria.find(&["PeriodStart"]).is_none() => return Err(criteria.missing("SelectionStartDate")),
        None => month(&criteria, ["PeriodStart", "PeriodStartYear"])?.start(),
    };
    let last = match criteria.first_of(&["SelectionEndDate", "EndDate"]) {
        Some(told) => Some(told.day()?),
        None if criteria.find(&["PeriodEnd"]).is_none() => None,
        None => month(&criteria, ["PeriodEnd", "PeriodEndYear"])?.last(),
    };
    let Some(last) = last else { return Ok(DateRange::from(first)) };
    let days = DateRange::inclusive(first, last);
    days.map_err(|_| criteria.wrong(&format!("{first} to {last}"), "a last day that is not before the first"))
}

fn month(criteria: &Node<'_>, [period, year]: [&'static str; 2]) -> Result<DateRange, InputError> {
    let (period, year) = (criteria.want(&[period])?, criteria.want(&[year])?);
    let number = period.own_text().parse::<u32>().ok().filter(|number| (1..=12).contains(number));
    let number = number.ok_or_else(|| period.wrong(period.own_text(), "a period from 1 to 12"))?;
    let wrong = || year.wrong(year.own_text(), "a year such as `2026`");
    let months = year.own_text().parse().ok().and_then(|year| DateRange::month(year, number).ok());
    months.ok_or_else(wrong)
}

fn account(node: &Node<'_>, currency: Currency) -> Result<SaftAccount, InputError> {
    let text = |name| node.text(&[name]).unwrap_or_default();
    let opening = balance(node, ["OpeningDebitBalance", "OpeningCreditBalance"], currency)?;
    let closing = balance(node, ["ClosingDebitBalance", "ClosingCreditBalance"], currency)?;
    Ok(SaftAccount {
        id: node.text(&["AccountID"]).ok_or_else(|| node.missing("AccountID"))?,
        name: text("AccountDescription"),
        standard: text("StandardAccountID"),
        account_type: text("AccountType"),
        is_heading: HEADINGS.contains(&text("GroupingCategory").as_str()),
        opening: opening.ok_or_else(|| node.missing("OpeningDebitBalance"))?,
        closing: closing.ok_or_else(|| node.missing("ClosingDebitBalance"))?,
    })
}

fn party(node: &Node<'_>, role: SaftRole, currency: Currency) -> Result<SaftParty, InputError> {
    let number = match role {
        SaftRole::Customer => "CustomerID",
        SaftRole::Supplier => "SupplierID",
    };
    let told = |node: &Node<'_>| {
        Ok(SaftPartyBalance {
            account: node.text(&["AccountID"]).unwrap_or_default(),
            opening: balance(node, ["OpeningDebitBalance", "OpeningCreditBalance"], currency)?,
            closing: balance(node, ["ClosingDebitBalance", "ClosingCreditBalance"], currency)?,
        })
    };
    let mut balances = vec![told(node)?];
    balances.retain(|balance| !balance.account.is_empty() || balance.opening.is_some() || balance.closing.is_some());
    for account in node.all("BalanceAccount") {
        balances.push(told(&account)?);
    }
    let text = |names| node.first_of(names).map(|found| found.own_text().to_owned()).unwrap_or_default();
    Ok(SaftParty {
        role,
        id: node.text(&[number]).ok_or_else(|| node.missing(number))?,
        name: text(&["Name", "CompanyName"]),
        registration: text(&["RegistrationNumber", "CustomerTaxID", "SupplierTaxID"]),
        balances,
    })
}

fn totals(ledger: &Node<'_>, currency: Currency) -> Result<SaftTotals, InputError> {
    let entries = ledger.want(&["NumberOfEntries"])?;
    let wrong = || entries.wrong(entries.own_text(), "a whole number such as `17`");
    Ok(SaftTotals {
        entries: entries.own_text().parse().map_err(|_| wrong())?,
        debit: money(&ledger.want(&["TotalDebit"])?, currency)?,
        credit: money(&ledger.want(&["TotalCredit"])?, currency)?,
    })
}

fn transaction(node: &Node<'_>, journal: &str, currency: Currency) -> Result<SaftTransaction, InputError> {
    let on = node.want(&["TransactionDate"])?.day()?;
    let mut lines = Vec::new();
    // As the OECD and Norway, Romania and Portugal have them.
    for name in ["Line", "TransactionLine"] {
        for found in node.all(name) {
            lines.push(line(&found, currency)?);
        }
    }
    for name in ["DebitLine", "CreditLine"] {
        for found in node.all("Lines").flat_map(|list| list.all(name)) {
            lines.push(line(&found, currency)?);
        }
    }
    Ok(SaftTransaction {
        journal: journal.to_owned(),
        id: node.text(&["TransactionID"]).ok_or_else(|| node.missing("TransactionID"))?,
        on,
        posted: node.find(&["GLPostingDate"]).map_or(Ok(on), |posted| posted.day())?,
        description: node.text(&["Description"]).unwrap_or_default(),
        lines,
    })
}

fn line(node: &Node<'_>, currency: Currency) -> Result<SaftLine, InputError> {
    let text = |name| node.text(&[name]).unwrap_or_default();
    let debit = node.find(&["DebitAmount"]).map(|found| side(&found, currency)).transpose()?;
    let credit = node.find(&["CreditAmount"]).map(|found| side(&found, currency)).transpose()?;
    if debit.is_none() && credit.is_none() {
        return Err(node.missing("DebitAmount"));
    }
    let nothing = (Money::zero(currency), None);
    let ((debit, foreign), (credit, other)) = (debit.unwrap_or(nothing), credit.unwrap_or(nothing));
    let customer = node.text(&["CustomerID"]).map(|number| (SaftRole::Customer, number));
    let supplier = || node.text(&["SupplierID"]).map(|number| (SaftRole::Supplier, number));
    let analysis = |found: Node<'_>| {
        let part = |name| found.text(&[name]).ok_or_else(|| found.missing(name));
        Ok((part("AnalysisType")?, part("AnalysisID")?))
    };
    Ok(SaftLine {
        id: text("RecordID"),
        account: node.text(&["AccountID"]).ok_or_else(|| node.missing("AccountID"))?,
        debit,
        credit,
        foreign: foreign.or(other.map(Money::negated)),
        description: text("Description"),
        document: text("SourceDocumentID"),
        party: customer.or_else(supplier),
        analyses: node.all("Analysis").map(analysis).collect::<Result<_, InputError>>()?,
    })
}

/// The amount of a side, and the same in a foreign currency. Portugal writes the amount without an element for it.
fn side(node: &Node<'_>, currency: Currency) -> Result<(Money, Option<Money>), InputError> {
    let amount = money(node.find(&["Amount"]).as_ref().unwrap_or(node), currency)?;
    let (Some(code), Some(foreign)) = (node.find(&["CurrencyCode"]), node.find(&["CurrencyAmount"])) else {
        return Ok((amount, None));
    };
    let other = currency_of(&code)?;
    Ok((amount, if other == currency { None } else { Some(money(&foreign, other)?) }))
}

/// Debit less credit, where there is any of both.
fn balance(node: &Node<'_>, sides: [&'static str; 2], currency: Currency) -> Result<Option<Money>, InputError> {
    let [debit, credit] = sides.map(|name| node.find(&[name]));
    let read = |side: &Option<Node<'_>>| side.as_ref().map(|found| money(found, currency)).transpose();
    match (read(&debit)?, read(&credit)?) {
        (Some(debit), Some(credit)) => {
            let both = debit.checked_sub(credit);
            both.map(Some).map_err(|error| node.wrong("", format!("a balance that can be held ({error})")))
        }
        (debit, credit) => Ok(debit.or(credit.map(Money::negated))),
    }
}

fn currency_of(node: &Node<'_>) -> Result<Currency, InputError> {
    let code = node.own_text();
    Currency::from_code(code).map_err(|error| node.wrong(code, format!("a currency ({error})")))
}

fn money(node: &Node<'_>, currency: Currency) -> Result<Money, InputError> {
    let text = node.own_text();
    let decimal = parse_decimal(text).map_err(|error| node.wrong(text, format!("an amount ({error})")))?;
    Money::new(decimal, currency).map_err(|error| node.wrong(text, format!("an amount ({error})")))
}
