//! Writing audit files.

use chrono::Datelike;
use office_core::Money;

use super::{SaftAccount, SaftFile, SaftHeader, SaftLine, SaftParty, SaftRole, SaftTransaction};
use crate::xml_text::escape;

const NAMESPACE: &str = "urn:OECD:StandardAuditFile-Taxation/2.00";

/// An audit file in the form of the OECD, version 2.00.
///
/// What a country wants besides, such as addresses and tables of taxes, is not in it: its own form has to be checked by
/// its own rules. White space around texts, and what XML cannot hold, is lost.
///
/// # Example
/// See [`SaftFile::of`].
#[must_use]
pub fn write_saft(file: &SaftFile) -> String {
    let mut out = Writer { text: "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n".to_owned(), depth: 1 };
    out.text.push_str("<AuditFile xmlns=\"");
    out.text.push_str(NAMESPACE);
    out.text.push_str("\">\n");
    out.group("Header", |out| header(out, &file.header));
    out.group("MasterFiles", |out| {
        out.group("GeneralLedgerAccounts", |out| file.accounts.iter().for_each(|told| account(out, told)));
        for (name, role) in [("Customers", SaftRole::Customer), ("Suppliers", SaftRole::Supplier)] {
            let own = || file.parties.iter().filter(|party| party.role == role);
            if own().next().is_some() {
                out.group(name, |out| own().for_each(|told| party(out, told)));
            }
        }
    });
    if file.stated.is_some() || !file.transactions.is_empty() {
        out.group("GeneralLedgerEntries", |out| {
            if let Some(stated) = file.stated {
                out.leaf("NumberOfEntries", &stated.entries.to_string());
                out.amount("TotalDebit", stated.debit);
                out.amount("TotalCredit", stated.credit);
            }
            file.transactions.chunk_by(|one, next| one.journal == next.journal).for_each(|own| journal(out, own));
        });
    }
    out.text.push_str("</AuditFile>\n");
    out.text
}

fn header(out: &mut Writer, told: &SaftHeader) {
    out.leaf("AuditFileVersion", &told.version);
    out.leaf("AuditFileCountry", &told.country);
    out.leaf("AuditFileDateCreated", &told.created.to_string());
    out.leaf("SoftwareID", &told.software);
    out.group("Company", |out| {
        out.leaf("RegistrationNumber", &told.registration);
        out.leaf("Name", &told.company);
    });
    out.leaf("DefaultCurrencyCode", told.currency.code());
    out.group("SelectionCriteria", |out| {
        out.leaf("SelectionStartDate", &told.days.start().to_string());
        if let Some(last) = told.days.last() {
            out.leaf("SelectionEndDate", &last.to_string());
        }
    });
}

fn account(out: &mut Writer, told: &SaftAccount) {
    out.group("Account", |out| {
        out.leaf("AccountID", &told.id);
        out.leaf("AccountDescription", &told.name);
        out.told("StandardAccountID", &told.standard);
        if told.is_heading {
            out.leaf("GroupingCategory", super::read::HEADINGS[0]);
        }
        out.leaf("AccountType", &told.account_type);
        out.balance(["OpeningDebitBalance", "OpeningCreditBalance"], told.opening);
        out.balance(["ClosingDebitBalance", "ClosingCreditBalance"], told.closing);
    });
}

fn party(out: &mut Writer, told: &SaftParty) {
    let (name, number) = match told.role {
        SaftRole::Customer => ("Customer", "CustomerID"),
        SaftRole::Supplier => ("Supplier", "SupplierID"),
    };
    out.group(name, |out| {
        out.told("RegistrationNumber", &told.registration);
        out.leaf("Name", &told.name);
        out.leaf(number, &told.id);
        for balance in &told.balances {
            out.group("BalanceAccount", |out| {
                out.told("AccountID", &balance.account);
                if let Some(opening) = balance.opening {
                    out.balance(["OpeningDebitBalance", "OpeningCreditBalance"], opening);
                }
                if let Some(closing) = balance.closing {
                    out.balance(["ClosingDebitBalance", "ClosingCreditBalance"], closing);
                }
            });
        }
    });
}

fn journal(out: &mut Writer, transactions: &[SaftTransaction]) {
    let name = transactions.first().map_or("", |first| &first.journal);
    out.group("Journal", |out| {
        out.leaf("JournalID", name);
        out.leaf("Description", name);
        out.leaf("Type", name);
        for told in transactions {
            transaction(out, told);
        }
    });
}

fn transaction(out: &mut Writer, told: &SaftTransaction) {
    out.group("Transaction", |out| {
        out.leaf("TransactionID", &told.id);
        out.leaf("Period", &told.on.month().to_string());
        out.leaf("PeriodYear", &told.on.year().to_string());
        out.leaf("TransactionDate", &told.on.to_string());
        out.leaf("Description", &told.description);
        out.leaf("SystemEntryDate", &told.posted.to_string());
        out.leaf("GLPostingDate", &told.posted.to_string());
        for told in &told.lines {
            line(out, told);
        }
    });
}

fn line(out: &mut Writer, told: &SaftLine) {
    out.group("Line", |out| {
        out.leaf("RecordID", &told.id);
        out.leaf("AccountID", &told.account);
        for (kind, number) in &told.analyses {
            out.group("Analysis", |out| {
                out.leaf("AnalysisType", kind);
                out.leaf("AnalysisID", number);
            });
        }
        out.told("SourceDocumentID", &told.document);
        match &told.party {
            Some((SaftRole::Customer, number)) => out.leaf("CustomerID", number),
            Some((SaftRole::Supplier, number)) => out.leaf("SupplierID", number),
            None => {}
        }
        out.leaf("Description", &told.description);
        let (debit, credit) = (told.debit, told.credit);
        // The foreign amount stands by the first of both.
        let is_debit = !debit.is_zero() || credit.is_zero();
        if is_debit {
            out.side("DebitAmount", debit, told.foreign);
        }
        if !credit.is_zero() {
            let foreign = told.foreign.filter(|_| !is_debit).map(Money::negated);
            out.side("CreditAmount", credit, foreign);
        }
    });
}

/// Text that grows by elements.
struct Writer {
    text: String,
    depth: usize,
}

impl Writer {
    fn group(&mut self, name: &str, content: impl FnOnce(&mut Self)) {
        self.indent();
        self.text.extend(["<", name, ">\n"]);
        self.depth = self.depth.saturating_add(1);
        content(self);
        self.depth = self.depth.saturating_sub(1);
        self.indent();
        self.text.extend(["</", name, ">\n"]);
    }

    fn leaf(&mut self, name: &str, value: &str) {
        self.indent();
        self.text.extend(["<", name, ">"]);
        escape(&mut self.text, value, false);
        self.text.extend(["</", name, ">\n"]);
    }

    /// A value that is not written where there is none.
    fn told(&mut self, name: &str, value: &str) {
        if !value.is_empty() {
            self.leaf(name, value);
        }
    }

    fn amount(&mut self, name: &str, amount: Money) {
        self.leaf(name, &amount.amount().to_string());
    }

    /// A balance under the name of its side.
    fn balance(&mut self, [debit, credit]: [&str; 2], balance: Money) {
        self.amount(if balance.is_negative() { credit } else { debit }, balance.abs());
    }

    fn side(&mut self, name: &str, amount: Money, foreign: Option<Money>) {
        self.group(name, |out| {
            out.amount("Amount", amount);
            if let Some(foreign) = foreign {
                out.leaf("CurrencyCode", foreign.currency().code());
                out.amount("CurrencyAmount", foreign);
            }
        });
    }

    fn indent(&mut self) {
        for _ in 0..self.depth {
            self.text.push_str("  ");
        }
    }
}
