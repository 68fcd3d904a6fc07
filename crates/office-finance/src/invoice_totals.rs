//! The figures of an invoice, computed so that the parts that are printed always add up.

mod exact;

use std::collections::BTreeMap;

use office_core::{Currency, Money, MoneyError, Percent, Quantity, Ratio, UnitPrice};
use serde::{Deserialize, Serialize};
use thiserror::Error;

use self::exact::{Exact, spread};
use crate::{
    Adjustment, AdjustmentAmount, AdjustmentKind, InvoiceDraft, InvoiceLine, InvoicePrices, RoundedAt, RoundingPolicy,
    TaxClass,
};

/// The figures of an invoice (BG-22, BG-23), as its [`RoundingPolicy`] computes them.
///
/// Whatever the policy, exactly: the amounts of lines less allowances plus charges are the net amount, and so are the
/// bases of all taxes; the taxes add up to the tax; net and tax are gross; gross less prepaid plus rounding is due. Where
/// prices have the tax in them, gross is what the lines come to as they were entered.
///
/// # Example
/// ```
/// use office_core::{Currency, Percent};
/// use office_finance::{
///     Adjustment, AdjustmentAmount, InvoiceDraft, InvoiceLine, InvoiceParty, InvoiceTotals, InvoiceTotalsError,
///     RoundedAt, RoundingPolicy, TaxClass,
/// };
///
/// let chairs = InvoiceLine::new(
///     "Chairs",
///     "16 each".parse()?,
///     "348.35 EUR / 1 each".parse()?,
///     TaxClass::standard(Percent::whole(22))?,
/// );
/// let chairs = chairs.with(Adjustment::allowance(AdjustmentAmount::Share(Percent::whole(4)), "rebate"));
/// let (seller, buyer) = (InvoiceParty::default(), InvoiceParty::default());
/// let draft = InvoiceDraft::new(Currency::EUR, seller, buyer, vec![chairs]);
/// let totals = InvoiceTotals::of(&draft)?;
/// assert_eq!((totals.net.to_string(), totals.gross.to_string()), ("5350.66 EUR".into(), "6527.81 EUR".into()));
///
/// // Rounded once for the document, the line comes to 5350.656, and with tax to 6527.80032.
/// let once = InvoiceDraft { policy: RoundingPolicy { at: RoundedAt::Document, ..draft.policy }, ..draft.clone() };
/// assert_eq!(InvoiceTotals::of(&once)?.gross.to_string(), "6527.80 EUR");
///
/// let empty = InvoiceDraft { lines: Vec::new(), ..draft };
/// assert_eq!(InvoiceTotals::of(&empty), Err(InvoiceTotalsError::Lines { found: 0 }));
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct InvoiceTotals {
    /// The net amount of each line (BT-131).
    pub lines: Vec<Money>,
    /// The net amount of each adjustment of the document, above zero for allowances and charges alike (BT-92, BT-99).
    pub adjustments: Vec<Money>,
    /// All lines (BT-106).
    pub line_total: Money,
    /// All allowances of the document (BT-107).
    pub allowances: Money,
    /// All charges of the document (BT-108).
    pub charges: Money,
    /// Without tax (BT-109).
    pub net: Money,
    /// What is taxed alike, with its tax (BG-23), by category and rate.
    pub taxes: Vec<TaxTotal>,
    /// All tax (BT-110).
    pub tax: Money,
    /// With tax (BT-112).
    pub gross: Money,
    /// What was paid before (BT-113).
    pub prepaid: Money,
    /// What was added so that coins suffice (BT-114).
    pub rounding: Money,
    /// What is to be paid (BT-115).
    pub due: Money,
}

/// What is taxed alike, and the tax on it (BG-23).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct TaxTotal {
    /// How it is taxed (BT-118, BT-119).
    pub class: TaxClass,
    /// What is taxed (BT-116).
    pub base: Money,
    /// The tax (BT-117).
    pub tax: Money,
}

/// A line or an adjustment of the document: the amount it was entered at, below zero for an allowance.
#[derive(Clone, Copy)]
struct Entered {
    class: TaxClass,
    amount: Ratio,
}

impl InvoiceTotals {
    /// The most lines of a document, and the most adjustments.
    pub const MAX_LINES: usize = 10_000;

    /// The figures of a draft.
    ///
    /// # Errors
    /// [`InvoiceTotalsError`], in the order of its variants.
    pub fn of(draft: &InvoiceDraft) -> Result<Self, InvoiceTotalsError> {
        let exact = Exact { currency: draft.currency, policy: draft.policy };
        let entered = entered(draft, exact)?;
        let mut nets = vec![Money::zero(draft.currency); entered.len()];
        let mut taxes = Vec::new();
        let mut classes: BTreeMap<TaxClass, Vec<(usize, Ratio)>> = BTreeMap::new();
        for (place, item) in entered.iter().enumerate() {
            classes.entry(item.class).or_default().push((place, item.amount));
        }
        for (class, items) in classes {
            let amounts: Vec<Ratio> = items.iter().map(|(_, amount)| *amount).collect();
            let (parts, tax) = class_figures(exact, class.rate(), &amounts)?;
            let base = Money::sum(parts.iter().copied(), draft.currency)?;
            taxes.push(TaxTotal { class, base, tax });
            for ((place, _), part) in items.iter().zip(parts) {
                if let Some(net) = nets.get_mut(*place) {
                    *net = part;
                }
            }
        }
        let adjustments = nets.split_off(draft.lines.len());
        Self::summed(draft, nets, &adjustments, taxes)
    }

    /// The sums of what is printed: nothing is rounded any more but to the smallest coin.
    fn summed(
        draft: &InvoiceDraft,
        lines: Vec<Money>,
        adjustments: &[Money],
        taxes: Vec<TaxTotal>,
    ) -> Result<Self, InvoiceTotalsError> {
        let currency = draft.currency;
        let of_kind = |kind| {
            let kinds = draft.adjustments.iter().zip(adjustments);
            let amounts = kinds.filter(move |(item, _)| item.adjustment.kind == kind).map(|(_, amount)| *amount);
            Money::sum(amounts, currency)
        };
        let line_total = Money::sum(lines.iter().copied(), currency)?;
        let allowances = of_kind(AdjustmentKind::Allowance)?.negated();
        let charges = of_kind(AdjustmentKind::Charge)?;
        let net = line_total.checked_sub(allowances)?.checked_add(charges)?;
        let tax = Money::sum(taxes.iter().map(|tax| tax.tax), currency)?;
        let gross = net.checked_add(tax)?;
        let prepaid = draft.prepaid.unwrap_or(Money::zero(currency));
        let owed = gross.checked_sub(prepaid)?;
        let due = match draft.rounding {
            Some(agreed) => owed.checked_add(agreed)?,
            None => to_step(owed, draft.policy)?,
        };
        let rounding = due.checked_sub(owed)?;
        let adjustments = draft.adjustments.iter().zip(adjustments).map(|(item, amount)| match item.adjustment.kind {
            AdjustmentKind::Allowance => amount.negated(),
            AdjustmentKind::Charge => *amount,
        });
        let adjustments = adjustments.collect();
        Ok(Self { lines, adjustments, line_total, allowances, charges, net, taxes, tax, gross, prepaid, rounding, due })
    }
}

/// What every line and every adjustment of the document was entered at.
fn entered(draft: &InvoiceDraft, exact: Exact) -> Result<Vec<Entered>, InvoiceTotalsError> {
    if draft.lines.is_empty() || draft.lines.len() > InvoiceTotals::MAX_LINES {
        return Err(InvoiceTotalsError::Lines { found: draft.lines.len() });
    }
    if draft.adjustments.len() > InvoiceTotals::MAX_LINES {
        return Err(InvoiceTotalsError::Adjustments { found: draft.adjustments.len() });
    }
    let mut entered = Vec::new();
    let mut sums: BTreeMap<TaxClass, Ratio> = BTreeMap::new();
    for (at, line) in draft.lines.iter().enumerate() {
        if line.quantity.unit() != line.price.per().unit() {
            return Err(InvoiceTotalsError::Unit { line: at, quantity: line.quantity, price: line.price });
        }
        let amount = line_amount(line, exact)?;
        let sum = sums.entry(line.tax).or_insert(Ratio::ZERO);
        *sum = exact.add(*sum, amount)?;
        entered.push(Entered { class: line.tax, amount });
    }
    for item in &draft.adjustments {
        let base = sums.get(&item.tax).copied().unwrap_or(Ratio::ZERO);
        let amount = adjusted(&item.adjustment, base, exact)?;
        entered.push(Entered { class: item.tax, amount });
    }
    if let Some(prepaid) = draft.prepaid {
        exact.minor(prepaid)?;
    }
    Ok(entered)
}

fn line_amount(line: &InvoiceLine, exact: Exact) -> Result<Ratio, InvoiceTotalsError> {
    let price = exact.of_price(line.price)?;
    let base = exact.settled(exact.times(price, Ratio::from_decimal(line.quantity.amount()))?)?;
    let mut amount = base;
    for adjustment in &line.adjustments {
        amount = exact.add(amount, adjusted(adjustment, base, exact)?)?;
    }
    Ok(amount)
}

/// What an adjustment changes: below zero for an allowance.
fn adjusted(adjustment: &Adjustment, base: Ratio, exact: Exact) -> Result<Ratio, InvoiceTotalsError> {
    let amount = match adjustment.amount {
        AdjustmentAmount::Fixed(amount) if amount.is_negative() => return Err(InvoiceTotalsError::Negative),
        AdjustmentAmount::Share(share) if share.is_negative() => return Err(InvoiceTotalsError::Negative),
        AdjustmentAmount::Fixed(amount) => exact.minor(amount)?,
        AdjustmentAmount::Share(share) => exact.settled(exact.times(base, share.fraction())?)?,
    };
    Ok(match adjustment.kind {
        AdjustmentKind::Allowance => amount.negated(),
        AdjustmentKind::Charge => amount,
    })
}

/// The net amounts of what is taxed alike, and the tax on all of it.
fn class_figures(exact: Exact, rate: Percent, amounts: &[Ratio]) -> Result<(Vec<Money>, Money), InvoiceTotalsError> {
    let rate = rate.fraction();
    let sum = amounts.iter().try_fold(Ratio::ZERO, |sum, amount| exact.add(sum, *amount))?;
    let prices = exact.policy.prices;
    match (exact.policy.at, prices) {
        (RoundedAt::Line, InvoicePrices::WithoutTax) => {
            let taxes = amounts.iter().map(|amount| exact.round(exact.times(*amount, rate)?));
            let tax = Money::sum(taxes.collect::<Result<Vec<_>, _>>()?, exact.currency)?;
            Ok((amounts.iter().map(|amount| exact.round(*amount)).collect::<Result<_, _>>()?, tax))
        }
        (RoundedAt::Category, InvoicePrices::WithoutTax) => {
            let tax = exact.round(exact.times(sum, rate)?)?;
            Ok((amounts.iter().map(|amount| exact.round(*amount)).collect::<Result<_, _>>()?, tax))
        }
        (RoundedAt::Document, InvoicePrices::WithoutTax) => {
            let with_tax = exact.add(Ratio::ONE, rate)?;
            let net = exact.round(sum)?;
            let tax = exact.round(exact.times(sum, with_tax)?)?.checked_sub(net)?;
            Ok((spread(net, amounts)?, tax))
        }
        (RoundedAt::Line, InvoicePrices::WithTaxNetRemains | InvoicePrices::WithTaxTaxRemains) => {
            let parts = amounts.iter().map(|amount| parted(exact, rate, *amount));
            let (nets, taxes): (Vec<Money>, Vec<Money>) = parts.collect::<Result<Vec<_>, _>>()?.into_iter().unzip();
            Ok((nets, Money::sum(taxes, exact.currency)?))
        }
        (
            RoundedAt::Category | RoundedAt::Document,
            InvoicePrices::WithTaxNetRemains | InvoicePrices::WithTaxTaxRemains,
        ) => {
            let (net, tax) = parted(exact, rate, sum)?;
            let with_tax = exact.add(Ratio::ONE, rate)?;
            let shares = amounts.iter().map(|amount| exact.divided(*amount, with_tax));
            Ok((spread(net, &shares.collect::<Result<Vec<_>, _>>()?)?, tax))
        }
    }
}

/// An amount with the tax in it, parted into net amount and tax: one is rounded, the other is what remains.
fn parted(exact: Exact, rate: Ratio, amount: Ratio) -> Result<(Money, Money), InvoiceTotalsError> {
    let gross = exact.round(amount)?;
    let net = exact.divided(amount, exact.add(Ratio::ONE, rate)?)?;
    if exact.policy.prices == InvoicePrices::WithTaxTaxRemains {
        let net = exact.round(net)?;
        return Ok((net, gross.checked_sub(net)?));
    }
    let tax = exact.round(exact.times(net, rate)?)?;
    Ok((gross.checked_sub(tax)?, tax))
}

/// An amount in whole coins of the smallest kind, where the policy names one.
fn to_step(amount: Money, policy: RoundingPolicy) -> Result<Money, InvoiceTotalsError> {
    let Some(step) = policy.cash_step else { return Ok(amount) };
    let exact = Exact { currency: amount.currency(), policy };
    exact.minor(step)?;
    if !step.is_positive() {
        return Err(InvoiceTotalsError::CashStep { step });
    }
    let coins = exact.divided(exact.minor(amount)?, exact.minor(step)?)?;
    let coins = coins.to_decimal(0, policy.rounding).ok_or_else(|| exact.out_of_range())?;
    Ok(step.times(coins, policy.rounding)?)
}

/// The figures of a draft cannot be computed.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
#[non_exhaustive]
pub enum InvoiceTotalsError {
    /// It has no lines, or too many.
    #[error("the document has {found} lines: 1 to {} are wanted", InvoiceTotals::MAX_LINES)]
    Lines {
        /// How many.
        found: usize,
    },
    /// It has too many adjustments.
    #[error("the document has {found} allowances and charges: at most {} are wanted", InvoiceTotals::MAX_LINES)]
    Adjustments {
        /// How many.
        found: usize,
    },
    /// The price of a line is for another unit than its quantity.
    #[error("line {line} has {quantity} at {price}: a price in the unit of the quantity is wanted")]
    Unit {
        /// Its place, from 0.
        line: usize,
        /// The quantity.
        quantity: Quantity,
        /// The price.
        price: UnitPrice,
    },
    /// An allowance or a charge is below zero.
    #[error("an allowance or charge is below zero: one of the other kind above zero is wanted")]
    Negative,
    /// An amount is in another currency than the document, or cannot be held.
    #[error("the amounts make no sum in one currency")]
    Money(#[from] MoneyError),
    /// The smallest coin is worth nothing.
    #[error("coins of {step} cannot be paid with: an amount above zero is wanted")]
    CashStep {
        /// What it is worth.
        step: Money,
    },
}

impl InvoiceTotalsError {
    const fn out_of_range(currency: Currency) -> Self {
        Self::Money(MoneyError::OutOfRange { currency })
    }
}
