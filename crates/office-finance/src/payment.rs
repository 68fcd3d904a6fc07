//! Payments, made and received, and the documents that they go to.
//!
//! ```text
//! made ──allocate──► made ──send_back──► returned
//! ```
//!
//! A payment goes to open items in parts, on its day or later; what is left of it is on account. Items of the other
//! direction (a credit note among bills) take part with their own sign, so that a payment of nothing sets documents off
//! against each other. What came back from the bank went to nothing.
//!
//! Laws, held by `tests/open_item.rs`:
//!
//! 1. On every day the parts and what is on account make the payment.
//! 2. Parts are never more than the payment, nor the other way round.

use chrono::NaiveDate;
use office_core::subject::{InvoiceId, PartyId, PaymentId};
use office_core::{Decision, Entity, Entries, Id, Kind, Money, MoneyError, Ordered, Partition};
use serde::{Deserialize, Serialize};
use thiserror::Error;

use crate::{Allocation, EntryId};

/// A payment to a vendor or from a client. Money that comes in is above zero, money that goes out below.
///
/// # Example
/// ```
/// use office_core::{Entity, Id};
/// use office_finance::{AllocatePaymentError, Allocation, NewPayment, Payment, PaymentPart};
///
/// let (on, id) = ("2026-10-15".parse()?, Id::natural("payment", "P-1"));
/// let vendor = Id::natural("party", "V-03");
/// let paid = Payment::make(NewPayment { party: vendor, amount: "-100.00 EUR".parse()?, on, entry: None });
/// let mut payment = Payment::open(&paid).ok_or("a payment")?;
/// let part = |number: &str, amount: &str| Ok::<_, Box<dyn std::error::Error>>(PaymentPart {
///     document: Id::natural("invoice", number), instalment: 1, part: Allocation::new(id, amount.parse()?, on),
/// });
///
/// // A bill of 80.00 and one of 50.00, less a credit note of 30.00.
/// let parts = vec![part("B-1", "-80.00 EUR")?, part("B-2", "-50.00 EUR")?, part("C-1", "30.00 EUR")?];
/// payment.apply(&payment.allocate(parts)?.fact().ok_or("a fact")?);
/// assert!(payment.on_account(on)?.is_zero());
/// let more = payment.allocate(vec![part("B-3", "-0.01 EUR")?]);
/// assert!(matches!(more, Err(AllocatePaymentError::Amount { .. })));
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Payment {
    made: NewPayment,
    parts: Vec<PaymentPart>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    returned: Option<PaymentReturn>,
}

/// What is paid.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct NewPayment {
    /// To whom, or by whom.
    pub party: PartyId,
    /// How much; below zero where it goes out.
    pub amount: Money,
    /// When.
    pub on: NaiveDate,
    /// The entry by which it is in the books; none where nothing moved.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub entry: Option<EntryId>,
}

/// What of a payment goes to an instalment of a document.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct PaymentPart {
    /// The document.
    pub document: InvoiceId,
    /// Which instalment of it, counted from 1.
    pub instalment: u32,
    /// How much, when, and what was taken off besides.
    pub part: Allocation,
}

/// How a payment came back.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct PaymentReturn {
    /// When.
    pub on: NaiveDate,
    /// Why, as the bank says.
    pub reason: String,
}

/// What happens to a payment.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum PaymentFact {
    /// It was paid.
    Made(NewPayment),
    /// Parts of it went to documents.
    Allocated {
        /// Which.
        parts: Vec<PaymentPart>,
    },
    /// It came back.
    Returned(PaymentReturn),
}

impl Payment {
    /// The payments of a party of which something is on account, by day.
    pub const ON_ACCOUNT: Partition<Self, PartyId, NaiveDate> = Partition::new("on_account");
    /// Payments by day.
    pub const BY_DAY: Ordered<Self, NaiveDate> = Ordered::new("day");

    /// The id under which the payment that others know by `id` is kept.
    #[must_use]
    pub const fn key(id: PaymentId) -> Id<Self> {
        id.retag()
    }

    /// What begins a payment.
    #[must_use]
    pub const fn make(payment: NewPayment) -> PaymentFact {
        PaymentFact::Made(payment)
    }

    /// What was paid.
    #[must_use]
    pub const fn made(&self) -> &NewPayment {
        &self.made
    }

    /// What of it went to documents, in the order in which it was recorded.
    #[must_use]
    pub fn parts(&self) -> &[PaymentPart] {
        &self.parts
    }

    /// How it came back, if it did.
    #[must_use]
    pub const fn returned(&self) -> Option<&PaymentReturn> {
        self.returned.as_ref()
    }

    /// What of it went to no document by the end of the day `on`; nothing before its day, or once it has come back.
    ///
    /// # Errors
    /// [`MoneyError`].
    pub fn on_account(&self, on: NaiveDate) -> Result<Money, MoneyError> {
        let nothing = Money::zero(self.made.amount.currency());
        if on < self.made.on || self.returned.as_ref().is_some_and(|back| back.on <= on) {
            return Ok(nothing);
        }
        let until = self.parts.iter().filter(|part| part.part.on <= on).map(|part| part.part.amount);
        self.made.amount.checked_sub(Money::sum(until, nothing.currency())?)
    }

    /// Lets parts of it go to documents, all of them or none: together with those before not more than the payment. The
    /// same again changes nothing.
    ///
    /// # Errors
    /// [`AllocatePaymentError`], in the order of its variants.
    pub fn allocate(&self, parts: Vec<PaymentPart>) -> Result<Decision<PaymentFact>, AllocatePaymentError> {
        if parts.iter().all(|part| self.parts.contains(part)) {
            return Ok(Decision::AlreadyRecorded);
        }
        if let Some(PaymentReturn { on, .. }) = self.returned {
            return Err(AllocatePaymentError::Returned { on });
        }
        if let Some(early) = parts.iter().find(|part| part.part.on < self.made.on) {
            return Err(AllocatePaymentError::TooEarly { on: early.part.on, paid: self.made.on });
        }
        let amount = self.made.amount;
        let mut days: Vec<NaiveDate> = self.parts.iter().chain(&parts).map(|part| part.part.on).collect();
        days.sort_unstable();
        days.dedup();
        for day in days {
            let until = self.parts.iter().chain(&parts).filter(|part| part.part.on <= day);
            let given = Money::sum(until.map(|part| part.part.amount), amount.currency())?;
            let over = given.abs().compare(&amount.abs())?.is_gt();
            if over || (!given.is_zero() && given.is_negative() != amount.is_negative()) {
                return Err(AllocatePaymentError::Amount { amount, given });
            }
        }
        Ok(Decision::Record(PaymentFact::Allocated { parts }))
    }

    /// Records that it came back from the bank.
    ///
    /// # Errors
    /// [`ReturnPaymentError`], in the order of its variants.
    pub fn send_back(&self, back: PaymentReturn) -> Result<Decision<PaymentFact>, ReturnPaymentError> {
        match &self.returned {
            Some(earlier) if *earlier == back => return Ok(Decision::AlreadyRecorded),
            Some(earlier) => return Err(ReturnPaymentError::Returned { on: earlier.on }),
            None => {}
        }
        let latest = self.parts.iter().map(|part| part.part.on).max().unwrap_or(self.made.on);
        if back.on < latest {
            return Err(ReturnPaymentError::TooEarly { on: back.on, latest });
        }
        Ok(Decision::Record(PaymentFact::Returned(back)))
    }
}

/// Parts of a payment cannot go to documents.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
#[non_exhaustive]
pub enum AllocatePaymentError {
    /// It came back.
    #[error("the payment came back on {on}")]
    Returned {
        /// When.
        on: NaiveDate,
    },
    /// It was paid later.
    #[error("{on} is before the payment of {paid}")]
    TooEarly {
        /// The day of the part.
        on: NaiveDate,
        /// The day of the payment.
        paid: NaiveDate,
    },
    /// The amounts are in different currencies, or too large.
    #[error("the parts cannot be added up")]
    Money(#[from] MoneyError),
    /// The parts are more than the payment, or the other way round.
    #[error("parts of {given} make no payment of {amount}: no more than that is wanted")]
    Amount {
        /// The payment.
        amount: Money,
        /// What the parts come to.
        given: Money,
    },
}

/// A payment cannot have come back.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
#[non_exhaustive]
pub enum ReturnPaymentError {
    /// It came back otherwise.
    #[error("the payment came back on {on} already")]
    Returned {
        /// When.
        on: NaiveDate,
    },
    /// It was paid, or went to something, later.
    #[error("{on} is too early: something of the payment is of {latest}")]
    TooEarly {
        /// When it is said to have come back.
        on: NaiveDate,
        /// The latest day of it.
        latest: NaiveDate,
    },
}

impl Entity for Payment {
    const KIND: Kind = Kind::literal("payment");
    type Fact = PaymentFact;

    fn open(fact: &PaymentFact) -> Option<Self> {
        match fact {
            PaymentFact::Made(made) => Some(Self { made: made.clone(), parts: Vec::new(), returned: None }),
            PaymentFact::Allocated { .. } | PaymentFact::Returned(_) => None,
        }
    }

    fn apply(&mut self, fact: &PaymentFact) {
        match fact {
            PaymentFact::Made(_) => {}
            PaymentFact::Allocated { parts } => self.parts.extend(parts),
            PaymentFact::Returned(back) => self.returned = Some(back.clone()),
        }
    }

    fn index(&self, entries: &mut Entries<Self>) {
        entries.ordered(Self::BY_DAY, &self.made.on);
        if self.on_account(NaiveDate::MAX).is_ok_and(|left| !left.is_zero()) {
            entries.partition(Self::ON_ACCOUNT, &self.made.party, &self.made.on);
        }
    }
}

#[cfg(test)]
mod tests {
    use office_core::Currency;

    use super::*;
    use crate::PartWorth;

    #[test]
    fn stored_forms() {
        let on = NaiveDate::from_ymd_opt(2026, 11, 4).unwrap();
        let euro = |minor| Money::from_minor(minor, Currency::EUR);
        let made = NewPayment {
            party: Id::natural("party", "V-31"),
            amount: Money::from_minor(-10_000, Currency::USD),
            on,
            entry: Some(EntryId::natural("entry", "1")),
        };
        let worth = PartWorth {
            paid: euro(-9_100),
            discount: euro(0),
            write_off: euro(0),
            booked: euro(-9_200),
            revalued: euro(-100),
        };
        let part = Allocation { worth: Some(worth), ..Allocation::new(Id::natural("payment", "1"), made.amount, on) };
        let part = PaymentPart { document: Id::natural("invoice", "V-1"), instalment: 1, part };
        let facts = [PaymentFact::Made(made), PaymentFact::Allocated { parts: vec![part] }];
        let state: Payment = office_core::fold(&facts).unwrap();
        let json = serde_json::to_string(&state).unwrap();
        assert_eq!(serde_json::from_str::<Payment>(&json).unwrap(), state);
        insta::assert_json_snapshot!(&facts, @r#"
        [
          {
            "made": {
              "party": "62d0a5b1-be43-5770-99fd-9f6d61ae53a8",
              "amount": "-100.00 USD",
              "on": "2026-11-04",
              "entry": "009d294f-632c-5685-8b0e-0bc258b4c03a"
            }
          },
          {
            "allocated": {
              "parts": [
                {
                  "document": "bf6893e3-724e-5850-86f7-72aed795efde",
                  "instalment": 1,
                  "part": {
                    "payment": "212b8ce2-1645-5b69-908f-dec01e95a93c",
                    "amount": "-100.00 USD",
                    "on": "2026-11-04",
                    "worth": {
                      "paid": "-91.00 EUR",
                      "discount": "0.00 EUR",
                      "write_off": "0.00 EUR",
                      "booked": "-92.00 EUR",
                      "revalued": "-1.00 EUR"
                    }
                  }
                }
              ]
            }
          }
        ]
        "#);
    }
}
