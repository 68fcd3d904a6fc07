//! What a payment comes to in the books.

use std::collections::BTreeMap;

use office_core::subject::InvoiceId;
use office_core::{Decimal, Money, MoneyError, Percent};
use office_finance::{AccountCode, CurrencyError, Entry, PartWorth, PaymentPart, Posting, VendorInvoice};

use super::{PayVendor, PayVendorError, PaymentRules};

/// Payables against bank, discount, tax, what is written off, and what the rate of the day has brought; nothing where
/// documents only set each other off, at one worth.
pub(super) fn of(
    rules: &PaymentRules,
    payment: &PayVendor,
    bills: &BTreeMap<InvoiceId, VendorInvoice>,
    parts: &[PaymentPart],
) -> Result<Option<Entry>, PayVendorError> {
    let currency = payment.currency;
    let nothing = Money::zero(currency);
    let mut settled = Sum::default();
    let (mut paid, mut written_off) = (Sum::default(), Sum::default());
    let mut postings = Vec::new();
    for PaymentPart { document, part, .. } in parts {
        let worth = part.worth;
        let told = |of: fn(&PartWorth) -> Money| worth.as_ref().map(of);
        let released = worth.map(|worth| worth.released()).transpose()?;
        settled.add(part.settles()?.negated(), released.map(Money::negated))?;
        paid.add(part.amount, told(|worth| worth.paid))?;
        written_off.add(part.write_off.unwrap_or(nothing), told(|worth| worth.write_off))?;
        if let (Some(discount), Some(invoice)) = (part.discount, bills.get(document)) {
            postings.extend(taken_off(rules, invoice, discount, told(|worth| worth.discount))?);
        }
    }
    postings.insert(0, settled.posting(&rules.payables, nothing));
    postings.push(match paid {
        // Nothing goes out: what rounding part by part leaves over of its worth.
        Sum { amount: Some(amount), worth } if amount.is_zero() => {
            let account = rules.foreign(currency).map_or(&rules.write_offs, |foreign| &foreign.difference);
            Sum { amount: Some(amount), worth }.posting(account, nothing)
        }
        paid => from_bank(rules, payment, paid)?,
    });
    postings.push(written_off.posting(&rules.write_offs, nothing));
    if let Some(foreign) = rules.foreign(currency) {
        postings.extend(foreign.gains(currency, parts.iter().filter_map(|part| part.part.worth.as_ref()))?);
    }
    postings.retain(|posting| !posting.amount.is_zero() || posting.worth.is_some_and(|worth| !worth.amount.is_zero()));
    if postings.is_empty() {
        return Ok(None);
    }
    let numbers: Vec<&str> = bills.values().map(|invoice| invoice.bill().number.as_str()).collect();
    let text: String = format!("payment of {}", numbers.join(", ")).chars().take(200).collect();
    let entry = Entry::balanced(payment.on, text, postings)?;
    let first = numbers.first().map_or(String::new(), |number| (*number).to_owned());
    Ok(Some(entry.resting_on(first)?))
}

/// What goes out of the bank account, with the rate of the day.
fn from_bank(rules: &PaymentRules, payment: &PayVendor, paid: Sum) -> Result<Posting, PayVendorError> {
    let currency = payment.currency;
    let bank = rules.banks.get(&currency).ok_or(PayVendorError::NoBank { currency })?;
    let mut posting = paid.posting(bank, Money::zero(currency));
    if let (Some(worth), Some(foreign)) = (&mut posting.worth, rules.foreign(currency)) {
        worth.rate = Some(foreign.rates.rate(currency, payment.on).map_err(CurrencyError::from)?);
    }
    Ok(posting)
}

/// What is taken off for paying early: off the cost, and off the tax as the rules say. What it is worth in the books is
/// divided alike.
fn taken_off(
    rules: &PaymentRules,
    invoice: &VendorInvoice,
    discount: Money,
    worth: Option<Money>,
) -> Result<Vec<Posting>, PayVendorError> {
    let mut taxes: BTreeMap<Percent, Money> = BTreeMap::new();
    for tax in &invoice.bill().taxes {
        let sum = taxes.entry(tax.rate).or_insert(Money::zero(discount.currency()));
        *sum = tax.tax.checked_add(*sum)?;
    }
    let off = rules.discount_tax.divide(discount, invoice.bill().net()?, &taxes)?;
    let mut postings = vec![Posting::debit(rules.discounts.clone(), off.net)];
    for (rate, tax) in off.taxes {
        let account = rules.input_tax.get(&rate).ok_or(PayVendorError::NoTaxAccount { rate })?;
        postings.push(Posting::debit(account.clone(), tax));
    }
    let Some(worth) = worth else { return Ok(postings) };
    let weights: Vec<Decimal> = postings.iter().map(|posting| posting.amount.abs().amount()).collect();
    let shares = worth.allocate(&weights)?;
    Ok(postings.into_iter().zip(shares).map(|(posting, share)| posting.worth(share)).collect())
}

/// A sum of what is paid and of what that is worth in the books, where it is foreign.
#[derive(Clone, Copy, Debug, Default)]
struct Sum {
    amount: Option<Money>,
    worth: Option<Money>,
}

impl Sum {
    fn add(&mut self, amount: Money, worth: Option<Money>) -> Result<(), MoneyError> {
        let added = |sum: Option<Money>, more: Money| sum.map_or(Ok(more), |sum| sum.checked_add(more));
        self.amount = Some(added(self.amount, amount)?);
        if let Some(worth) = worth {
            self.worth = Some(added(self.worth, worth)?);
        }
        Ok(())
    }

    fn posting(self, account: &AccountCode, nothing: Money) -> Posting {
        let posting = Posting::debit(account.clone(), self.amount.unwrap_or(nothing));
        match self.worth {
            Some(worth) => posting.worth(worth),
            None => posting,
        }
    }
}
