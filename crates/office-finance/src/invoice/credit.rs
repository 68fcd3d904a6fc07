//! Credit notes: what a vendor takes back of a bill.

use std::collections::BTreeMap;

use office_core::{Decision, Money, MoneyError, Percent};
use thiserror::Error;

use super::{InvoiceFact, VendorInvoice, VendorInvoiceId};
use crate::Bill;

impl VendorInvoice {
    /// Notes a credit note on the bill: of the same vendor and currency, below nothing, and together with those before not
    /// more than was billed, neither in all nor in what each line charges at its rate of tax.
    ///
    /// `earlier` are the credit notes that were noted before.
    ///
    /// # Errors
    /// [`BillCreditError`], in the order of its variants.
    pub fn credit(
        &self,
        note: VendorInvoiceId,
        bill: &Bill,
        earlier: &[Bill],
    ) -> Result<Decision<InvoiceFact>, BillCreditError> {
        if self.credits.get(&note) == Some(&bill.gross) {
            return Ok(Decision::AlreadyRecorded);
        }
        if bill.vendor != self.bill.vendor {
            return Err(BillCreditError::OtherVendor);
        }
        if !self.is_booked() {
            return Err(BillCreditError::Status { status: self.status.name() });
        }
        if !bill.gross.is_negative() || self.bill.gross.is_negative() {
            return Err(BillCreditError::NotBelowNothing { gross: bill.gross });
        }
        let credited = Money::sum(self.credits.values().copied().chain([bill.gross]), self.bill.currency())?;
        let left = self.bill.gross.checked_add(credited)?;
        if left.is_negative() {
            let left = left.checked_sub(bill.gross)?;
            return Err(BillCreditError::TooMuch { credited: bill.gross.negated(), left });
        }
        let mut by_rate = nets(&self.bill)?;
        for note in earlier.iter().chain([bill]) {
            for (rate, net) in nets(note)? {
                let left = by_rate.entry(rate).or_insert(Money::zero(net.currency()));
                let before = *left;
                *left = left.checked_add(net)?;
                if left.is_negative() {
                    return Err(BillCreditError::TooMuchAtRate { rate, credited: net.negated(), left: before });
                }
            }
        }
        Ok(Decision::Record(InvoiceFact::Credited { note, gross: bill.gross }))
    }
}

/// What the lines come to at each rate of tax.
fn nets(bill: &Bill) -> Result<BTreeMap<Percent, Money>, MoneyError> {
    let mut nets = BTreeMap::new();
    for line in &bill.lines {
        let net = nets.entry(line.tax_rate).or_insert(Money::zero(bill.currency()));
        *net = net.checked_add(line.billed.net)?;
    }
    Ok(nets)
}

/// A credit note does not fit the bill.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
#[non_exhaustive]
pub enum BillCreditError {
    /// Another vendor sends it.
    #[error("the credit note is of another vendor than the bill")]
    OtherVendor,
    /// The bill is not in the books.
    #[error("the bill is {status}: one that is in the books is wanted")]
    Status {
        /// Where it is.
        status: &'static str,
    },
    /// It takes nothing back, or the bill is itself a credit note.
    #[error("a credit note over {gross} takes nothing back of a bill: an amount below nothing is wanted")]
    NotBelowNothing {
        /// What it says.
        gross: Money,
    },
    /// The amounts are in different currencies, or too large.
    #[error("the amounts cannot be compared")]
    Money(#[from] MoneyError),
    /// More is taken back than was billed.
    #[error("{credited} are taken back, and {left} are left of the bill")]
    TooMuch {
        /// What is taken back.
        credited: Money,
        /// What is left of the bill.
        left: Money,
    },
    /// More is taken back at a rate of tax than was billed at it.
    #[error("{credited} are taken back at {rate}, and {left} are left of the bill at it")]
    TooMuchAtRate {
        /// The rate.
        rate: Percent,
        /// What is taken back, without tax.
        credited: Money,
        /// What is left of the bill at the rate.
        left: Money,
    },
}
