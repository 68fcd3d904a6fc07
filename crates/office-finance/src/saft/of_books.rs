//! The office's own books as an audit file.

use std::collections::BTreeMap;

use office_core::{Currency, Money, MoneyError};

use super::{SaftAccount, SaftFile, SaftHeader, SaftLine, SaftTransaction};
use crate::{AccountCode, Chart, JournalEntry, Posting};

/// The journal that the entries of the office are told in.
const JOURNAL: &str = "GL";

impl SaftFile {
    /// The books of the days of the header: what stood on each account of the chart before them, each entry of these
    /// days, and what stands there in the end.
    ///
    /// Each dimension of a posting is told as an analysis, by its name and the id of its value. Rates of exchange and
    /// kinds of entries are not told. A posting that is worth nothing known in the currency of the books is told as
    /// nothing, and leaves a gap.
    ///
    /// # Errors
    /// [`MoneyError`] where a balance cannot be held.
    ///
    /// # Example
    /// ```
    /// use chrono::NaiveDate;
    /// use office_core::{Currency, DateRange, Money};
    /// use office_finance::{
    ///     Account, AccountKind, Chart, Entry, EntryNumber, JournalEntry, Posting, SaftFile, SaftHeader, read_saft, write_saft,
    /// };
    ///
    /// let chart = Chart::new([
    ///     Account::new("1800".parse()?, "Bank", AccountKind::Asset),
    ///     Account::new("6310".parse()?, "Rent & heating", AccountKind::Expense),
    /// ])?;
    /// let on = NaiveDate::from_ymd_opt(2026, 10, 1).ok_or("a day")?;
    /// let rent = Money::from_minor(7400_00, Currency::EUR);
    /// let postings = vec![Posting::debit("6310".parse()?, rent), Posting::credit("1800".parse()?, rent)];
    /// let posted = JournalEntry::new(EntryNumber { year: 2026, place: 1 }, Entry::balanced(on, "rent", postings)?);
    ///
    /// let header = SaftHeader {
    ///     version: "2.00".into(),
    ///     country: "LU".into(),
    ///     created: on,
    ///     software: "office".into(),
    ///     registration: "B 4711".into(),
    ///     company: "Office am Fluss".into(),
    ///     currency: Currency::EUR,
    ///     days: DateRange::year(2026)?,
    /// };
    /// let file = SaftFile::of(header, &chart, &[posted])?;
    /// let text = write_saft(&file);
    /// assert_eq!(read_saft("2026.xml", text.as_bytes())?, file);
    /// // Cut short it is refused.
    /// assert!(read_saft("2026.xml", &text.as_bytes()[..1000]).is_err());
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    pub fn of<'a>(
        header: SaftHeader,
        chart: &Chart,
        entries: impl IntoIterator<Item = &'a JournalEntry>,
    ) -> Result<Self, MoneyError> {
        let (currency, nothing) = (header.currency, Money::zero(header.currency));
        let mut sums: BTreeMap<AccountCode, (Money, Money)> = BTreeMap::new();
        let mut transactions = Vec::new();
        for posted in entries {
            let is_before = posted.on() < header.days.start();
            if !is_before && !header.days.contains(posted.on()) {
                continue;
            }
            for posting in posted.entry().postings() {
                let worth = posting.told_in(currency).unwrap_or(nothing);
                let (opening, closing) = sums.entry(posting.account.clone()).or_insert((nothing, nothing));
                *closing = closing.checked_add(worth)?;
                if is_before {
                    *opening = opening.checked_add(worth)?;
                }
            }
            if !is_before {
                transactions.push(transaction(posted, currency));
            }
        }
        let account = |account: &crate::Account| {
            let (opening, closing) = sums.get(&account.code).copied().unwrap_or((nothing, nothing));
            SaftAccount {
                id: account.code.to_string(),
                name: account.name.trim().to_owned(),
                standard: String::new(),
                account_type: account.kind.to_string(),
                is_heading: !account.postable,
                opening,
                closing,
            }
        };
        let accounts = chart.accounts().map(account).collect();
        let mut file = Self { header, accounts, parties: Vec::new(), stated: None, transactions };
        file.stated = Some(file.counted()?);
        Ok(file)
    }
}

fn transaction(posted: &JournalEntry, currency: Currency) -> SaftTransaction {
    let entry = posted.entry();
    let document = entry.document().unwrap_or_default().trim();
    let lines = (1_usize..).zip(entry.postings()).map(|(at, posting)| line(at, posting, document, currency));
    SaftTransaction {
        journal: JOURNAL.to_owned(),
        id: posted.number().to_string(),
        on: entry.on(),
        posted: entry.on(),
        description: entry.description().trim().to_owned(),
        lines: lines.collect(),
    }
}

fn line(at: usize, posting: &Posting, document: &str, currency: Currency) -> SaftLine {
    let nothing = Money::zero(currency);
    let worth = posting.told_in(currency).unwrap_or(nothing);
    SaftLine {
        id: at.to_string(),
        account: posting.account.to_string(),
        debit: if worth.is_negative() { nothing } else { worth },
        credit: if worth.is_negative() { worth.negated() } else { nothing },
        foreign: Some(posting.amount).filter(|amount| amount.currency() != currency),
        description: String::new(),
        document: document.to_owned(),
        party: None,
        analyses: posting.dimensions.iter().map(|(name, value)| (name.to_string(), value.to_string())).collect(),
    }
}
