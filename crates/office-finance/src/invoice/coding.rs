//! What bills without an order go to: each line is coded before it may be approved.

use std::collections::BTreeMap;

use office_core::subject::PersonId;
use office_core::{AllocateError, Decision, Money, MoneyError, Percent, Ratio, Rounding};
use thiserror::Error;

use super::{InvoiceFact, VendorInvoice, VendorInvoiceId};
use crate::bill_coding::folded;
use crate::{
    AccountCode, BillTaxCode, BudgetId, Chart, CodedLine, CodingBasis, CodingPart, PostableError, Posting,
    ReverseCharge, SuggestedCoding, SuggestionReason,
};

/// What a bill comes to in the books beside what was ordered, and its tax.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct CodedPostings {
    /// What its coded lines cost, with the tax that is not got back.
    pub costs: Vec<Posting>,
    /// The tax that is got back: its rate, the account that a code names for it, and how much.
    pub input_tax: Vec<(Percent, Option<AccountCode>, Money)>,
    /// The tax that is owed in the place of the vendor, by where it is credited. As much is in the other two.
    pub output_tax: BTreeMap<AccountCode, Money>,
}

/// What tax goes along with: so much without tax, and how it is coded.
type Taxed<'a> = (Money, Option<&'a CodingPart>);

impl VendorInvoice {
    /// How its lines are booked that were not ordered, by their places from 0.
    #[must_use]
    pub const fn coding(&self) -> &BTreeMap<usize, CodedLine> {
        &self.coding
    }

    /// What is set aside in budgets for it until it is in the books.
    #[must_use]
    pub const fn set_aside(&self) -> &BTreeMap<BudgetId, Money> {
        &self.set_aside
    }

    /// That every line of an invoice that is not decided upon names an order or is coded.
    ///
    /// # Errors
    /// [`NotCodedError`], naming the first line that does not and is not.
    pub fn every_line_coded(&self) -> Result<(), NotCodedError> {
        let lines = self.bill.lines.iter().enumerate();
        let undecided = self.is_undecided();
        let mut open = lines.filter(|(at, line)| undecided && line.order.is_none() && !self.coding.contains_key(at));
        open.next().map_or(Ok(()), |(line, _)| Err(NotCodedError { line }))
    }

    /// Says how lines are booked, by their places from 0: by a rule where nothing is said yet, by a person also instead of
    /// a rule. What somebody has said is not replaced but taken back first ([`VendorInvoice::uncode`]): of two who code a
    /// line differently, the second is told. It is to be assessed again then, and approved anew.
    ///
    /// # Errors
    /// [`CodeInvoiceError`], in the order of its variants.
    pub fn code(
        &self,
        lines: BTreeMap<usize, CodedLine>,
        chart: &Chart,
        tax_codes: &BTreeMap<String, BillTaxCode>,
    ) -> Result<Decision<InvoiceFact>, CodeInvoiceError> {
        let mut said = BTreeMap::new();
        for (at, coded) in lines {
            let earlier = self.coding.get(&at);
            if earlier.is_some_and(|earlier| earlier.split == coded.split) {
                continue;
            }
            if !self.is_undecided() {
                return Err(CodeInvoiceError::Status { status: self.status.name() });
            }
            let line = self.bill.lines.get(at);
            let line = line.ok_or(CodeInvoiceError::NoLine { line: at, lines: self.bill.lines.len() })?;
            if line.order.is_some() {
                return Err(CodeInvoiceError::Ordered { line: at });
            }
            if let Some(CodedLine { by: CodingBasis::Person { by }, .. }) = earlier {
                return Err(CodeInvoiceError::Coded { line: at, by: *by });
            }
            for part in coded.split.parts() {
                let admitted = chart.admit(&part.posting(line.billed.net));
                admitted.map_err(|source| CodeInvoiceError::Account { line: at, source })?;
                let Some(code) = &part.tax else { continue };
                let known = tax_codes.get(code).ok_or(CodeInvoiceError::TaxCode { line: at, code: code.clone() })?;
                if known.rate != line.tax_rate {
                    let (code, rate, billed) = (code.clone(), known.rate, line.tax_rate);
                    return Err(CodeInvoiceError::TaxRate { line: at, code, rate, billed });
                }
            }
            said.insert(at, coded);
        }
        Ok(if said.is_empty() { Decision::AlreadyRecorded } else { Decision::Record(InvoiceFact::Coded(said)) })
    }

    /// Takes back how a line is booked, so that it can be said anew.
    ///
    /// # Errors
    /// [`CodeInvoiceError::Status`], [`CodeInvoiceError::NoLine`].
    pub fn uncode(&self, line: usize) -> Result<Decision<InvoiceFact>, CodeInvoiceError> {
        if line >= self.bill.lines.len() {
            return Err(CodeInvoiceError::NoLine { line, lines: self.bill.lines.len() });
        }
        if !self.coding.contains_key(&line) {
            return Ok(Decision::AlreadyRecorded);
        }
        if !self.is_undecided() {
            return Err(CodeInvoiceError::Status { status: self.status.name() });
        }
        Ok(Decision::Record(InvoiceFact::Uncoded { line }))
    }

    /// Notes what is set aside in budgets for it from now on; nothing gives back what was.
    pub fn note_set_aside(&self, budgets: BTreeMap<BudgetId, Money>) -> Decision<InvoiceFact> {
        let same = budgets == self.set_aside;
        if same { Decision::AlreadyRecorded } else { Decision::Record(InvoiceFact::SetAside { budgets }) }
    }

    /// What its lines that are not coded may be booked by, as those of an earlier bill of the vendor were: of a line that
    /// says the same, or of the only line of a bill with one.
    #[must_use]
    pub fn suggested_by(&self, id: VendorInvoiceId, earlier: &Self) -> Vec<SuggestedCoding> {
        let lines = self.bill.lines.iter().enumerate();
        let open = lines.filter(|(at, line)| line.order.is_none() && !self.coding.contains_key(at));
        let single = self.bill.lines.len() == 1 && earlier.bill.lines.len() == 1;
        let suggest = |(at, line): (usize, &crate::BillLine)| {
            let says = folded(&line.description);
            let of_same_text = earlier.coding.iter().find(|(other, _)| {
                earlier.bill.lines.get(**other).is_some_and(|other| folded(&other.description) == says)
            });
            let (other, coded) = of_same_text.or_else(|| earlier.coding.first_key_value().filter(|_| single))?;
            let why = SuggestionReason {
                invoice: id,
                number: earlier.bill.number.clone(),
                on: earlier.bill.on,
                line: *other,
                same_text: of_same_text.is_some(),
            };
            Some(SuggestedCoding { line: at, split: coded.split.clone(), why })
        };
        open.filter_map(suggest).collect()
    }

    /// What it comes to in the books beside what was ordered: the parts of its coded lines, and the tax by rate and
    /// account. The tax of a rate is divided among what it goes along with, so that the parts are all of it; what is
    /// not got back of a part is at its expense. Lines and tax together are the gross amount less what was ordered, and
    /// with the tax that is owed in the place of the vendor.
    ///
    /// # Errors
    /// [`CodedPostingsError`], in the order of its variants.
    pub fn coded_postings(
        &self,
        tax_codes: &BTreeMap<String, BillTaxCode>,
    ) -> Result<CodedPostings, CodedPostingsError> {
        let mut told = CodedPostings::default();
        let mut by_rate: BTreeMap<Percent, Vec<Taxed<'_>>> = BTreeMap::new();
        for (at, line) in self.bill.lines.iter().enumerate() {
            let of_rate = by_rate.entry(line.tax_rate).or_default();
            let Some(CodedLine { split, .. }) = self.coding.get(&at) else {
                of_rate.push((line.billed.net, None));
                continue;
            };
            for (part, amount) in split.parts().iter().zip(split.parts_of(line.billed.net)?) {
                told.costs.push(part.posting(amount));
                of_rate.push((amount, Some(part)));
            }
        }
        let mut taxes: BTreeMap<Percent, Money> = BTreeMap::new();
        for tax in &self.bill.taxes {
            let sum = taxes.entry(tax.rate).or_insert(Money::zero(self.bill.currency()));
            *sum = sum.checked_add(tax.tax)?;
        }
        for (rate, tax) in taxes {
            divide(&mut told, rate, tax, by_rate.get(&rate).map_or(&[], Vec::as_slice), tax_codes)?;
        }
        charge_in_place(&mut told, by_rate.get(&Percent::ZERO).map_or(&[], Vec::as_slice), tax_codes)?;
        told.input_tax.retain(|(_, _, tax)| !tax.is_zero());
        Ok(told)
    }
}

/// Divides the tax of a rate among what it goes along with.
///
/// Amounts below zero are among them, so it is told from what has gone before each time: what is rounded off one part is
/// in the next.
fn divide(
    told: &mut CodedPostings,
    rate: Percent,
    tax: Money,
    taxed: &[Taxed<'_>],
    tax_codes: &BTreeMap<String, BillTaxCode>,
) -> Result<(), CodedPostingsError> {
    let currency = tax.currency();
    let net = Money::sum(taxed.iter().map(|(net, _)| *net), currency)?;
    let mut got_back: BTreeMap<Option<&AccountCode>, Money> = BTreeMap::new();
    let (mut so_far, mut given) = (Money::zero(currency), Money::zero(currency));
    for (amount, part) in taxed {
        so_far = so_far.checked_add(*amount)?;
        let by_now = match Ratio::new(so_far.minor(), net.minor()) {
            Ok(share) => tax.times_ratio(share, Rounding::HalfUp)?,
            // No tax goes along with nothing, in a bill that adds up.
            Err(_) => tax,
        };
        let share = by_now.checked_sub(given)?;
        given = by_now;
        let code = part.and_then(|part| part.tax.as_ref());
        let code = match code {
            None => None,
            Some(code) => Some(tax_codes.get(code).ok_or(CodedPostingsError::TaxCode { code: code.clone() })?),
        };
        let back = code.map_or(Ok(share), |code| share.share(code.recoverable, Rounding::HalfUp))?;
        let sum = got_back.entry(code.and_then(|code| code.account.as_ref())).or_insert(Money::zero(currency));
        *sum = sum.checked_add(back)?;
        let kept = share.checked_sub(back)?;
        if let Some(part) = part.filter(|_| !kept.is_zero()) {
            told.costs.push(part.posting(kept));
        }
    }
    if taxed.is_empty() {
        got_back.insert(None, tax);
    }
    told.input_tax.extend(got_back.into_iter().map(|(account, amount)| (rate, account.cloned(), amount)));
    Ok(())
}

/// The tax that is owed in the place of the vendor, of all that goes by one code rounded as one: input tax, or at the expense
/// of the part, and owed as a whole.
fn charge_in_place(
    told: &mut CodedPostings,
    taxed: &[Taxed<'_>],
    tax_codes: &BTreeMap<String, BillTaxCode>,
) -> Result<(), MoneyError> {
    let mut by_code: BTreeMap<&String, (Money, Money)> = BTreeMap::new();
    for (amount, part) in taxed {
        let coded = part.and_then(|part| Some((part, part.tax.as_ref()?)));
        let Some((part, name)) = coded else { continue };
        let Some(code) = tax_codes.get(name) else { continue };
        let Some(ReverseCharge { rate, account }) = &code.reverse_charge else { continue };
        let nothing = Money::zero(amount.currency());
        let (so_far, given) = by_code.entry(name).or_insert((nothing, nothing));
        *so_far = so_far.checked_add(*amount)?;
        let by_now = so_far.share(*rate, Rounding::HalfUp)?;
        let share = by_now.checked_sub(*given)?;
        *given = by_now;
        let back = share.share(code.recoverable, Rounding::HalfUp)?;
        let kept = share.checked_sub(back)?;
        if !kept.is_zero() {
            told.costs.push(part.posting(kept));
        }
        told.input_tax.push((*rate, code.account.clone(), back));
        let owed = told.output_tax.entry(account.clone()).or_insert(nothing);
        *owed = owed.checked_add(share)?;
    }
    Ok(())
}

/// A line of a bill neither names an order nor is coded: it cannot be approved.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Error)]
#[error("line {line} names no order and is not coded: an account for it is wanted")]
pub struct NotCodedError {
    /// Its place, from 0.
    pub line: usize,
}

/// It is not said how lines are booked.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
#[non_exhaustive]
pub enum CodeInvoiceError {
    /// It is past that.
    #[error("the invoice is {status}: only one that is received, held or matched is coded")]
    Status {
        /// Where it is.
        status: &'static str,
    },
    /// It has no such line.
    #[error("there is no line {line}: the bill has {lines}, counted from 0")]
    NoLine {
        /// The place.
        line: usize,
        /// How many it has.
        lines: usize,
    },
    /// The line names an order, and is booked by that.
    #[error("line {line} names an order, and is booked by that: a line without one is wanted")]
    Ordered {
        /// Its place, from 0.
        line: usize,
    },
    /// Somebody has coded it otherwise.
    #[error("line {line} was coded otherwise by {by}: that is taken back first")]
    Coded {
        /// Its place, from 0.
        line: usize,
        /// By whom.
        by: PersonId,
    },
    /// The account does not take it.
    #[error("line {line} does not go to that account")]
    Account {
        /// Its place, from 0.
        line: usize,
        /// Why not.
        source: PostableError,
    },
    /// There is no such tax code.
    #[error("`{code}`, for line {line}, is not one of the tax codes")]
    TaxCode {
        /// The place of the line, from 0.
        line: usize,
        /// The code.
        code: String,
    },
    /// The tax code is for another rate than the line has.
    #[error("the tax code `{code}` is for {rate}, and line {line} is taxed at {billed}: one for that is wanted")]
    TaxRate {
        /// The place of the line, from 0.
        line: usize,
        /// The code.
        code: String,
        /// Its rate.
        rate: Percent,
        /// That of the line.
        billed: Percent,
    },
}

/// It cannot be told what a bill comes to in the books.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
#[non_exhaustive]
pub enum CodedPostingsError {
    /// A line cannot be divided.
    #[error("a line cannot be divided by its shares")]
    Split(#[from] AllocateError),
    /// The amounts cannot be added up.
    #[error("the amounts of the bill cannot be added up")]
    Money(#[from] MoneyError),
    /// A tax code is not there any more.
    #[error("`{code}` is not one of the tax codes")]
    TaxCode {
        /// The code.
        code: String,
    },
}
