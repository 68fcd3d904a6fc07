//! How what a vendor bills without an order is booked: who says so, and the office's rules for it.

use std::collections::{BTreeMap, BTreeSet};

use chrono::NaiveDate;
use office_core::subject::{CostCentreId, PartyId, PersonId, ProjectId};
use office_core::{AllocateError, DateRange, Money, Percent};
use serde::{Deserialize, Serialize};
use thiserror::Error;

use crate::{AccountCode, Posting, VendorInvoiceId};

/// Where a part of a line of a bill goes.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct CodingPart {
    /// The account.
    pub account: AccountCode,
    /// Who bears it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub cost_centre: Option<CostCentreId>,
    /// The project it is for.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub project: Option<ProjectId>,
    /// The tax code, one of [`BillCodingRules::tax_codes`]; without one all tax is got back.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub tax: Option<String>,
    /// How much of the line, in the hundred.
    pub share: Percent,
}

impl CodingPart {
    /// A posting of an amount there.
    #[must_use]
    pub fn posting(&self, amount: Money) -> Posting {
        let mut posting = Posting::debit(self.account.clone(), amount);
        if let Some(cost_centre) = self.cost_centre {
            posting = posting.borne_by(cost_centre);
        }
        if let Some(project) = self.project {
            posting = posting.for_project(project);
        }
        posting
    }
}

/// How a line of a bill is booked: parts that make all of it.
///
/// # Example
/// ```
/// use office_core::{Id, Percent};
/// use office_finance::{CodingPart, CodingSplit, CodingSplitError};
///
/// let part = |cost_centre, share| CodingPart {
///     account: "6310".parse().unwrap_or_else(|_| unreachable!()),
///     cost_centre: Some(Id::natural("cost_centre", cost_centre)), project: None, tax: None, share: Percent::whole(share),
/// };
/// let rent = CodingSplit::new(vec![part("CC-100", 33), part("CC-200", 67)])?;
/// let parts = rent.parts_of("100.01 EUR".parse()?)?;
/// assert_eq!(parts, ["33.00 EUR".parse()?, "67.01 EUR".parse()?]);
///
/// let refused = CodingSplit::new(vec![part("CC-100", 33), part("CC-200", 66)]);
/// assert_eq!(refused, Err(CodingSplitError::Sum { sum: Percent::whole(99) }));
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(try_from = "Vec<CodingPart>", into = "Vec<CodingPart>")]
pub struct CodingSplit {
    // Invariant: at least one; each share above zero, a hundred together.
    parts: Vec<CodingPart>,
}

impl CodingSplit {
    /// The most parts of a line.
    pub const MAX_PARTS: usize = 100;

    /// These parts, which make all of a line.
    ///
    /// # Errors
    /// [`CodingSplitError`], in the order of its variants.
    pub fn new(parts: Vec<CodingPart>) -> Result<Self, CodingSplitError> {
        if parts.is_empty() || parts.len() > Self::MAX_PARTS {
            return Err(CodingSplitError::Parts { found: parts.len() });
        }
        let mut sum = Percent::ZERO;
        for (at, CodingPart { share, .. }) in parts.iter().enumerate() {
            if share.is_zero() || share.is_negative() {
                return Err(CodingSplitError::Share { part: at, share: *share });
            }
            sum = sum.checked_add(*share).unwrap_or(sum);
        }
        if sum != Percent::HUNDRED {
            return Err(CodingSplitError::Sum { sum });
        }
        Ok(Self { parts })
    }

    /// All of a line to one account, borne by nobody.
    #[must_use]
    pub fn whole(account: AccountCode) -> Self {
        let share = Percent::HUNDRED;
        Self { parts: vec![CodingPart { account, cost_centre: None, project: None, tax: None, share }] }
    }

    /// All of a line to one account, borne by a cost centre.
    #[must_use]
    pub fn borne_by(account: AccountCode, cost_centre: CostCentreId) -> Self {
        let share = Percent::HUNDRED;
        Self { parts: vec![CodingPart { account, cost_centre: Some(cost_centre), project: None, tax: None, share }] }
    }

    /// The parts.
    #[must_use]
    pub fn parts(&self) -> &[CodingPart] {
        &self.parts
    }

    /// An amount divided by the shares of the parts: together they are the amount, exactly.
    ///
    /// # Errors
    /// [`AllocateError`]; none is known for shares that make all of it.
    pub fn parts_of(&self, amount: Money) -> Result<Vec<Money>, AllocateError> {
        let shares: Vec<_> = self.parts.iter().map(|part| part.share.value()).collect();
        amount.allocate(&shares)
    }
}

impl TryFrom<Vec<CodingPart>> for CodingSplit {
    type Error = CodingSplitError;

    fn try_from(parts: Vec<CodingPart>) -> Result<Self, CodingSplitError> {
        Self::new(parts)
    }
}

impl From<CodingSplit> for Vec<CodingPart> {
    fn from(split: CodingSplit) -> Self {
        split.parts
    }
}

/// How a line of a bill is booked, and who says so.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct CodedLine {
    /// Where it goes.
    pub split: CodingSplit,
    /// Who says so.
    pub by: CodingBasis,
}

/// Who says how a line of a bill is booked.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum CodingBasis {
    /// Somebody.
    Person {
        /// Who.
        by: PersonId,
    },
    /// A rule of the office for the vendor.
    Rule {
        /// Its name.
        rule: String,
    },
}

/// What a bill of a vendor is booked by, where nobody says otherwise: in force for some days, and where it names a text
/// for lines that say it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct VendorCodingRule {
    /// What the office calls it.
    pub name: String,
    /// The vendor.
    pub vendor: PartyId,
    /// What the line has to say, in capitals or not; nothing for every line.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub text: String,
    /// On which days of bills it is in force.
    pub valid: DateRange,
    /// Where the line goes.
    pub split: CodingSplit,
}

/// What a tax code means.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct BillTaxCode {
    /// The rate that the vendor charges.
    pub rate: Percent,
    /// How much of the tax is got back, in the hundred; the rest is at the expense of the line.
    pub recoverable: Percent,
    /// Where that is debited; without one, where all input tax of the rate is.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub account: Option<AccountCode>,
    /// The tax that is owed in the place of the vendor, who charges none then.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub reverse_charge: Option<ReverseCharge>,
}

/// Tax that whoever is billed owes in the place of the vendor: categories `AE` and `K` of UNCL 5305. It is got back as any
/// input tax of its rate is, as far as the code says.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ReverseCharge {
    /// The rate at home, above zero.
    pub rate: Percent,
    /// Where what is owed is credited.
    pub account: AccountCode,
}

/// By what bills without an order are booked: the office's own data.
///
/// # Example
/// ```
/// use std::collections::BTreeMap;
///
/// use office_core::{DateRange, Id};
/// use office_finance::{BillCodingRules, BillCodingRulesError, CodingSplit, VendorCodingRule};
///
/// let (landlord, year) = (Id::natural("party", "V-20"), DateRange::year(2026)?);
/// let rule = |name: &str, text: &str, account: &str| Ok::<_, office_finance::ParseAccountCodeError>(VendorCodingRule {
///     name: name.into(), vendor: landlord, text: text.into(), valid: year, split: CodingSplit::whole(account.parse()?),
/// });
/// let rules = BillCodingRules::new(vec![rule("rent", "", "6310")?, rule("heat", "heating", "6320")?], BTreeMap::new())?;
/// let named = |text: &str, on: &str| Ok::<_, chrono::ParseError>(rules.rule_for(landlord, text, on.parse()?).map(|rule| &rule.name));
/// assert_eq!(named("Rent October", "2026-10-01")?, Some(&"rent".into()));
/// // The longest text that fits decides.
/// assert_eq!(named("HEATING October", "2026-10-01")?, Some(&"heat".into()));
/// assert_eq!(named("Rent January", "2027-01-01")?, None);
///
/// let twice = BillCodingRules::new(vec![rule("rent", "", "6310")?, rule("other", "", "6320")?], BTreeMap::new());
/// assert_eq!(twice, Err(BillCodingRulesError::Overlap { one: "rent".into(), other: "other".into() }));
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(try_from = "BillCodingRulesFields", into = "BillCodingRulesFields")]
pub struct BillCodingRules {
    // Invariant: of one vendor, no two rules of the same text are in force on one day; every code of theirs is there.
    vendors: Vec<VendorCodingRule>,
    tax_codes: BTreeMap<String, BillTaxCode>,
}

/// The stored form.
#[derive(Clone, Default, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
struct BillCodingRulesFields {
    vendors: Vec<VendorCodingRule>,
    tax_codes: BTreeMap<String, BillTaxCode>,
}

impl BillCodingRules {
    /// These rules for vendors, and these tax codes.
    ///
    /// # Errors
    /// [`BillCodingRulesError`], in the order of its variants.
    pub fn new(
        vendors: Vec<VendorCodingRule>,
        tax_codes: BTreeMap<String, BillTaxCode>,
    ) -> Result<Self, BillCodingRulesError> {
        let mut names = BTreeSet::new();
        for rule in &vendors {
            if rule.name.trim().is_empty() || !names.insert(&rule.name) {
                return Err(BillCodingRulesError::Name { name: rule.name.clone() });
            }
            let codes = rule.split.parts().iter().filter_map(|part| part.tax.as_ref());
            if let Some(code) = codes.into_iter().find(|code| !tax_codes.contains_key(*code)) {
                return Err(BillCodingRulesError::TaxCode { rule: rule.name.clone(), code: code.clone() });
            }
        }
        for (code, BillTaxCode { rate, recoverable, reverse_charge, .. }) in &tax_codes {
            let fits = |percent: &Percent| !percent.is_negative() && *percent <= Percent::HUNDRED;
            if !fits(recoverable) || rate.is_negative() {
                return Err(BillCodingRulesError::Recoverable { code: code.clone(), recoverable: *recoverable });
            }
            if let Some(ReverseCharge { rate: owed, .. }) = reverse_charge
                && (*rate != Percent::ZERO || *owed <= Percent::ZERO)
            {
                return Err(BillCodingRulesError::ReverseCharge { code: code.clone(), rate: *rate, owed: *owed });
            }
        }
        let mut of_text: BTreeMap<(PartyId, String), Vec<&VendorCodingRule>> = BTreeMap::new();
        for rule in &vendors {
            let alike = of_text.entry((rule.vendor, folded(&rule.text))).or_default();
            if let Some(other) = alike.iter().find(|other| other.valid.overlaps(&rule.valid)) {
                let (one, other) = (other.name.clone(), rule.name.clone());
                return Err(BillCodingRulesError::Overlap { one, other });
            }
            alike.push(rule);
        }
        Ok(Self { vendors, tax_codes })
    }

    /// The rules for vendors.
    #[must_use]
    pub fn vendors(&self) -> &[VendorCodingRule] {
        &self.vendors
    }

    /// The tax codes, by name.
    #[must_use]
    pub const fn tax_codes(&self) -> &BTreeMap<String, BillTaxCode> {
        &self.tax_codes
    }

    /// The rule for a line of a vendor's bill of the day `on`: that of the longest text that the line says, of texts of one
    /// length the first in the alphabet.
    #[must_use]
    pub fn rule_for(&self, vendor: PartyId, text: &str, on: NaiveDate) -> Option<&VendorCodingRule> {
        let said = folded(text);
        let fits = |rule: &&VendorCodingRule| {
            rule.vendor == vendor && rule.valid.contains(on) && said.contains(&folded(&rule.text))
        };
        self.vendors.iter().filter(fits).min_by_key(|rule| {
            let text = folded(&rule.text);
            (std::cmp::Reverse(text.chars().count()), text)
        })
    }
}

/// A text without what people write differently.
pub(crate) fn folded(text: &str) -> String {
    text.split_whitespace().collect::<Vec<_>>().join(" ").to_lowercase()
}

impl TryFrom<BillCodingRulesFields> for BillCodingRules {
    type Error = BillCodingRulesError;

    fn try_from(fields: BillCodingRulesFields) -> Result<Self, BillCodingRulesError> {
        Self::new(fields.vendors, fields.tax_codes)
    }
}

impl From<BillCodingRules> for BillCodingRulesFields {
    fn from(rules: BillCodingRules) -> Self {
        let BillCodingRules { vendors, tax_codes } = rules;
        Self { vendors, tax_codes }
    }
}

/// What a line that is not coded may be booked by, for somebody to say yes or no to.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct SuggestedCoding {
    /// The place of the line, from 0.
    pub line: usize,
    /// Where it would go.
    pub split: CodingSplit,
    /// Why.
    pub why: SuggestionReason,
}

/// Why a coding is suggested: a line of the last bill of the vendor was booked so.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct SuggestionReason {
    /// The bill.
    pub invoice: VendorInvoiceId,
    /// Its number, as the vendor writes it.
    pub number: String,
    /// Its day.
    pub on: NaiveDate,
    /// The place of the line in it, from 0.
    pub line: usize,
    /// Whether the lines say the same; if not, each is the only one of its bill.
    pub same_text: bool,
}

impl std::fmt::Display for SuggestionReason {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let Self { number, on, line, same_text, .. } = self;
        let why = if *same_text { "which says the same" } else { "as each is the only line" };
        write!(f, "as line {} of bill {number} of {on}, {why}", line.saturating_add(1))
    }
}

/// Parts do not make a line.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
#[non_exhaustive]
pub enum CodingSplitError {
    /// There is none, or there are too many.
    #[error("there are {found} parts: 1 to {} are wanted", CodingSplit::MAX_PARTS)]
    Parts {
        /// How many.
        found: usize,
    },
    /// A part is nothing, or less.
    #[error("part {part} has a share of {share}: more than nothing is wanted")]
    Share {
        /// Its place, from 0.
        part: usize,
        /// Its share.
        share: Percent,
    },
    /// They are not all of it.
    #[error("the shares make {sum}: 100% are wanted")]
    Sum {
        /// What they make.
        sum: Percent,
    },
}

/// Rules for booking bills make no sense.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
#[non_exhaustive]
pub enum BillCodingRulesError {
    /// A rule has no name, or that of another one.
    #[error("`{name}` does not name one rule: a name of its own is wanted for each")]
    Name {
        /// The name.
        name: String,
    },
    /// A rule names a tax code that is not there.
    #[error("rule `{rule}` names the tax code `{code}`: one of the tax codes is wanted")]
    TaxCode {
        /// The rule.
        rule: String,
        /// The code.
        code: String,
    },
    /// More of a tax is got back than there is, or less than nothing.
    #[error("{recoverable} of the tax of code `{code}` are got back: 0% to 100% of a rate not below zero are wanted")]
    Recoverable {
        /// The code.
        code: String,
        /// How much.
        recoverable: Percent,
    },
    /// A tax is owed in the place of a vendor who charges one, or it is none.
    #[error(
        "{owed} is owed by code `{code}` beside {rate} that the vendor charges: a rate above zero beside 0 % is wanted"
    )]
    ReverseCharge {
        /// The code.
        code: String,
        /// What the vendor charges.
        rate: Percent,
        /// What is owed in their place.
        owed: Percent,
    },
    /// Two rules say something of the same line.
    #[error("rules `{one}` and `{other}` are for the same vendor, text and days: one is wanted")]
    Overlap {
        /// The one.
        one: String,
        /// The other.
        other: String,
    },
}
