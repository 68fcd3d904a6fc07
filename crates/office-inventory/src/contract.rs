//! A contract with a vendor.
//!
//! ```text
//!   sign ──► amend … ──► give_notice ──► it ends on its last day
//!       └──► meet an obligation …
//! ```
//!
//! An amendment is a version of all the terms, in force from its day on. What holds on a day, and when the dates that
//! matter come, is told by the version of that day.
//!
//! Laws, held by `tests/contract.rs`:
//!
//! 1. The terms of a contract that renews follow each other without a gap or an overlap.
//! 2. Notice on the deadline takes effect by the last day, and on the day after it does not.
//! 3. An escalated price is the fold of its changes over the first price, each within cap and floor, rounded where the
//!    rounding says.
//! 4. The agenda of some days is what a look at each day by itself finds, in the order of the days.
//! 5. What is committed is what was spent and what is left, or was exceeded by what is over.

mod agenda;
mod commitment;
mod escalator;
mod price_check;
mod reminding;
mod span;
mod term;

use std::collections::{BTreeMap, BTreeSet};

use chrono::NaiveDate;
use office_core::subject::{ItemId, PartyId, PersonId};
use office_core::{Decimal, Decision, Entity, Entries, Kind, Money, Partition, Percent, Quantity, Unique, UnitPrice};
use serde::{Deserialize, Serialize};
use thiserror::Error;

pub use self::agenda::{AgendaEntry, AgendaError, ContractDate};
pub use self::commitment::{Commitment, CommitmentProgress, Spend};
pub use self::escalator::{
    EscalateError, EscalatedPrice, Escalation, EscalationRounding, Escalator, IndexBook, IndexSeries, IndexValueError,
    PriceChange, RoundWhen,
};
pub use self::price_check::{
    Allowance, CheckPriceError, PriceCheck, PriceClaim, PriceSource, PriceTolerance, PriceVerdict, check_price,
};
pub use self::reminding::{AcknowledgeError, DueAgendaError, due_agenda};
pub use self::span::TermSpan;
pub use self::term::{ContractTerm, Renewal};
use crate::{Reference, VendorId};

/// A contract with a vendor.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(try_from = "Stored")]
pub struct Contract {
    number: Reference,
    title: String,
    vendor: VendorId,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    others: Vec<PartyId>,
    // Invariant: one at least; each as checked by `ContractTerms::check`.
    versions: BTreeMap<NaiveDate, ContractTerms>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    notice: Option<NoticeGiven>,
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    met: BTreeMap<Reference, BTreeSet<NaiveDate>>,
    /// The dates that somebody was told of.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    acknowledged: BTreeMap<NaiveDate, BTreeSet<ContractDate>>,
}

/// A contract as it is read from the store, before its terms are looked at.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Stored {
    number: Reference,
    title: String,
    vendor: VendorId,
    #[serde(default)]
    others: Vec<PartyId>,
    versions: BTreeMap<NaiveDate, ContractTerms>,
    #[serde(default)]
    notice: Option<NoticeGiven>,
    #[serde(default)]
    met: BTreeMap<Reference, BTreeSet<NaiveDate>>,
    #[serde(default)]
    acknowledged: BTreeMap<NaiveDate, BTreeSet<ContractDate>>,
}

/// A contract that is to be signed.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct NewContract {
    /// Its number, which no other contract has.
    pub number: Reference,
    /// What it is about.
    pub title: String,
    /// Who delivers.
    pub vendor: VendorId,
    /// Who else is a party, beside the office.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub others: Vec<PartyId>,
    /// The day on which it was signed, from which on its terms are looked at.
    pub signed: NaiveDate,
    /// What was agreed.
    pub terms: ContractTerms,
}

/// What the parties agreed, as of one version.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ContractTerms {
    /// How long it lasts.
    pub term: ContractTerm,
    /// The prices before the first change of the escalator.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub prices: Vec<ContractPrice>,
    /// How the prices change by themselves.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub escalator: Option<Escalator>,
    /// What the office is bound to spend.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub commitment: Option<Commitment>,
    /// What a party has to do, by name.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub obligations: BTreeMap<Reference, Obligation>,
    /// The last days of the insurances and certificates that the vendor has to have, by name.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub certificates: BTreeMap<Reference, NaiveDate>,
}

/// The agreed price of an item.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ContractPrice {
    /// Of what.
    pub item: ItemId,
    /// The price, in the unit in which the vendor sells.
    pub price: UnitPrice,
    /// From how many on, in the unit of the price.
    pub min_quantity: Quantity,
}

/// What a party has to do.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Obligation {
    /// Who has to.
    pub by: ContractSide,
    /// The day by which it is to be done, for the first time.
    pub due: NaiveDate,
    /// How long after that again, and again, as long as the contract lasts. Nothing if it is to be done once, then also
    /// after its end.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub every: Option<TermSpan>,
}

/// A side of a contract.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ContractSide {
    /// The office.
    Office,
    /// The vendor.
    Vendor,
}

/// A notice by which a contract ends.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct NoticeGiven {
    /// By whom.
    pub by: ContractSide,
    /// The day on which the other side got it.
    pub on: NaiveDate,
    /// The last day of the contract.
    pub last: NaiveDate,
}

/// What happens to a contract.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ContractFact {
    /// It was signed.
    Signed(Box<NewContract>),
    /// Its terms are others from a day on.
    Amended {
        /// The first day on which they hold.
        from: NaiveDate,
        /// All the terms.
        terms: Box<ContractTerms>,
    },
    /// Notice was given.
    NoticeGiven(NoticeGiven),
    /// What was due on a day was done.
    ObligationMet {
        /// The name of the obligation.
        name: Reference,
        /// The day on which it was due.
        due: NaiveDate,
    },
    /// Somebody was told of a date, and looks after it.
    Acknowledged {
        /// The date.
        on: NaiveDate,
        /// What matters about it.
        what: ContractDate,
        /// Who looks after it.
        by: PersonId,
    },
}

/// Terms make no sense.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Error)]
pub enum ContractTermsError {
    /// Something would come back after no time.
    #[error("nothing comes back every {given}: more than nothing is wanted")]
    Nothing {
        /// What was given.
        given: TermSpan,
    },
    /// Notice would have to be given more than a hundred years ahead.
    #[error("notice of {given} is too long: at most a hundred years are accepted")]
    LongNotice {
        /// What was given.
        given: TermSpan,
    },
    /// A contract that has no end would be renewed.
    #[error("a contract without an end cannot be renewed: an end, or no renewal, is wanted")]
    RenewsForEver,
    /// The minimum of a price is not in its unit.
    #[error("the minimum {given} is not in the unit of {price}")]
    MinimumUnit {
        /// The price.
        price: UnitPrice,
        /// The minimum.
        given: Quantity,
    },
    /// A price is negative.
    #[error("{price} is below nothing")]
    NegativePrice {
        /// The price.
        price: UnitPrice,
    },
    /// Prices would have to rise by more than they may.
    #[error("a cap of {cap} is below the floor of {floor}")]
    CapBelowFloor {
        /// The cap.
        cap: Percent,
        /// The floor.
        floor: Percent,
    },
    /// A price would fall below nothing.
    #[error("a change by {given} leaves less than nothing: -100 % or more is wanted")]
    BelowNothing {
        /// The change.
        given: Percent,
    },
    /// A price cannot have so many digits.
    #[error("a price cannot have {digits} digits after the point: at most 10 are accepted")]
    Digits {
        /// How many.
        digits: u32,
    },
    /// Nothing or less is committed.
    #[error("{given} cannot be committed: more than nothing is wanted")]
    Commitment {
        /// What is committed.
        given: Money,
    },
}

/// A contract cannot be signed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Error)]
pub enum SignContractError {
    /// It does not say what it is about.
    #[error("a contract without a title cannot be signed")]
    NoTitle,
    /// Its terms make no sense.
    #[error("the terms make no sense")]
    Terms(#[from] ContractTermsError),
}

/// A contract cannot be amended.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Error)]
pub enum AmendContractError {
    /// The terms would hold before the contract was signed.
    #[error("terms cannot hold from {from} on: the contract was signed on {signed}")]
    BeforeSigned {
        /// When it was signed.
        signed: NaiveDate,
        /// From when on they were to hold.
        from: NaiveDate,
    },
    /// Other terms hold from that day on; an amendment is not overwritten.
    #[error("other terms hold from {from} on already")]
    AlreadyAmended {
        /// From when on.
        from: NaiveDate,
    },
    /// The terms make no sense.
    #[error("the terms make no sense")]
    Terms(#[from] ContractTermsError),
}

/// Notice cannot be given.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Error)]
pub enum GiveNoticeError {
    /// Notice was given before.
    #[error("notice was given on {}: the contract ends on {}", notice.on, notice.last)]
    AlreadyGiven {
        /// The notice.
        notice: NoticeGiven,
    },
    /// There is nothing to give notice of.
    #[error("the contract knows no notice on {on}: it ends by itself, is over, or lasts as agreed")]
    NoNotice {
        /// The day.
        on: NaiveDate,
    },
}

/// An obligation cannot be met.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
#[error("nothing named `{name}` is due on {due}")]
pub struct MeetObligationError {
    /// The name.
    pub name: Reference,
    /// The day.
    pub due: NaiveDate,
}

/// A stored contract does not make sense.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Error)]
pub enum RestoreContractError {
    /// It has no terms.
    #[error("the stored contract has no terms")]
    NoTerms,
    /// Its terms make no sense.
    #[error("the terms of the stored contract make no sense")]
    Terms(#[from] ContractTermsError),
}

impl ContractTerms {
    fn check(&self) -> Result<(), ContractTermsError> {
        self.term.check()?;
        for &ContractPrice { price, min_quantity: given, .. } in &self.prices {
            if given.unit() != price.per().unit() {
                return Err(ContractTermsError::MinimumUnit { price, given });
            }
            if price.amount() < Decimal::ZERO {
                return Err(ContractTermsError::NegativePrice { price });
            }
        }
        if let Some(escalator) = &self.escalator {
            escalator.check()?;
        }
        if let Some(given) = self.commitment.map(|commitment| commitment.amount).filter(|given| !given.is_positive()) {
            return Err(ContractTermsError::Commitment { given });
        }
        match self.obligations.values().filter_map(|obligation| obligation.every).find(|every| every.is_nothing()) {
            Some(given) => Err(ContractTermsError::Nothing { given }),
            None => Ok(()),
        }
    }
}

impl TryFrom<Stored> for Contract {
    type Error = RestoreContractError;

    fn try_from(stored: Stored) -> Result<Self, Self::Error> {
        let Stored { number, title, vendor, others, versions, notice, met, acknowledged } = stored;
        if versions.is_empty() {
            return Err(RestoreContractError::NoTerms);
        }
        versions.values().try_for_each(ContractTerms::check)?;
        Ok(Self { number, title, vendor, others, versions, notice, met, acknowledged })
    }
}

impl Contract {
    /// The contract of a number; no two have the same.
    pub const BY_NUMBER: Unique<Self, String> = Unique::new("number");
    /// The contracts with a vendor, in the order of their numbers.
    pub const WITH: Partition<Self, VendorId, String> = Partition::new("with");

    /// Signs a contract.
    ///
    /// # Errors
    /// [`SignContractError`], in the order of its variants.
    ///
    /// # Example
    /// ```
    /// use office_core::{Entity, Id};
    /// use office_inventory::{
    ///     Contract, ContractSide, ContractTerm, ContractTerms, GiveNoticeError, NewContract, Renewal, TermSpan,
    /// };
    ///
    /// let term = ContractTerm {
    ///     initial: "2026-01-01/2027-01-01".parse()?,
    ///     renewal: Renewal::Automatic(TermSpan::Months(12)),
    ///     notice: Some(TermSpan::Months(3)),
    /// };
    /// let terms = ContractTerms {
    ///     term,
    ///     prices: vec![],
    ///     escalator: None,
    ///     commitment: None,
    ///     obligations: Default::default(),
    ///     certificates: Default::default(),
    /// };
    /// let signed = Contract::sign(NewContract {
    ///     number: "C-7".parse()?,
    ///     title: "cleaning".to_owned(),
    ///     vendor: Id::natural("party", "V-02"),
    ///     others: vec![],
    ///     signed: "2025-12-10".parse()?,
    ///     terms,
    /// })?;
    /// let mut contract = Contract::open(&signed.fact().ok_or("a fact")?).ok_or("a contract")?;
    ///
    /// let agenda = contract.agenda("2026-09-01/2026-11-01".parse()?)?;
    /// assert_eq!(agenda[0].to_string(), "2026-09-30 C-7: last day of notice, or it goes on after 2026-12-31");
    ///
    /// // A day late is a year more.
    /// let notice = contract.give_notice(ContractSide::Office, "2026-10-01".parse()?)?.fact().ok_or("a fact")?;
    /// contract.apply(&notice);
    /// assert_eq!(contract.last(), Some("2027-12-31".parse()?));
    /// assert!(!contract.in_force("2028-01-01".parse()?));
    ///
    /// let again = contract.give_notice(ContractSide::Vendor, "2026-10-02".parse()?);
    /// assert!(matches!(again, Err(GiveNoticeError::AlreadyGiven { .. })));
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    pub fn sign(contract: NewContract) -> Result<Decision<ContractFact>, SignContractError> {
        if contract.title.trim().is_empty() {
            return Err(SignContractError::NoTitle);
        }
        contract.terms.check()?;
        Ok(Decision::Record(ContractFact::Signed(Box::new(contract))))
    }

    /// Puts other terms in force from a day on.
    ///
    /// # Errors
    /// [`AmendContractError`], in the order of its variants.
    ///
    /// # Example
    /// ```
    #[doc = include_str!("contract/cleaning.txt")]
    ///
    /// // From July on a month of notice is enough.
    /// let from = "2026-07-01".parse()?;
    /// let sooner = ContractTerm { notice: Some(TermSpan::Months(1)), ..term };
    /// contract.apply_decision(&contract.amend(from, ContractTerms { term: sooner, ..terms.clone() })?);
    /// assert_eq!(contract.terms("2026-09-01".parse()?).map(|(since, _)| since), Some(from));
    /// // What was agreed is not overwritten.
    /// assert_eq!(contract.amend(from, terms), Err(AmendContractError::AlreadyAmended { from }));
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    pub fn amend(&self, from: NaiveDate, terms: ContractTerms) -> Result<Decision<ContractFact>, AmendContractError> {
        match self.versions.get(&from) {
            Some(known) if *known == terms => return Ok(Decision::AlreadyRecorded),
            Some(_) => return Err(AmendContractError::AlreadyAmended { from }),
            None => {}
        }
        if let Some((&signed, _)) = self.versions.first_key_value().filter(|(signed, _)| from < **signed) {
            return Err(AmendContractError::BeforeSigned { signed, from });
        }
        terms.check()?;
        Ok(Decision::Record(ContractFact::Amended { from, terms: Box::new(terms) }))
    }

    /// Gives notice that reaches the other side on a day: the contract ends as soon as the terms of that day allow.
    ///
    /// # Errors
    /// [`GiveNoticeError`], in the order of its variants.
    ///
    /// # Example
    /// ```
    #[doc = include_str!("contract/cleaning.txt")]
    ///
    /// // A day late is a year more.
    /// contract.apply_decision(&contract.give_notice(ContractSide::Office, "2026-10-01".parse()?)?);
    /// assert_eq!(contract.last(), Some("2027-12-31".parse()?));
    /// // It ends once.
    /// let again = contract.give_notice(ContractSide::Vendor, "2026-10-02".parse()?);
    /// assert!(matches!(again, Err(GiveNoticeError::AlreadyGiven { .. })));
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    pub fn give_notice(&self, by: ContractSide, on: NaiveDate) -> Result<Decision<ContractFact>, GiveNoticeError> {
        match self.notice {
            Some(known) if (known.by, known.on) == (by, on) => return Ok(Decision::AlreadyRecorded),
            Some(notice) => return Err(GiveNoticeError::AlreadyGiven { notice }),
            None => {}
        }
        let last = self.terms(on).and_then(|(_, terms)| terms.term.last_after_notice(on));
        let last = last.ok_or(GiveNoticeError::NoNotice { on })?;
        Ok(Decision::Record(ContractFact::NoticeGiven(NoticeGiven { by, on, last })))
    }

    /// Says that what was due on a day was done.
    ///
    /// # Errors
    /// [`MeetObligationError`].
    ///
    /// # Example
    /// ```
    #[doc = include_str!("contract/cleaning.txt")]
    ///
    /// let (name, march, may) = ("windows".parse()?, "2026-03-31".parse()?, "2026-05-31".parse()?);
    /// contract.apply_decision(&contract.meet(office_inventory::Reference::clone(&name), march)?);
    /// assert!(contract.is_met(&name, march));
    /// // They are due every three months.
    /// assert_eq!(contract.meet(name.clone(), may), Err(MeetObligationError { name, due: may }));
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    pub fn meet(&self, name: Reference, due: NaiveDate) -> Result<Decision<ContractFact>, MeetObligationError> {
        if self.is_met(&name, due) {
            return Ok(Decision::AlreadyRecorded);
        }
        if !self.is_due(&name, due) {
            return Err(MeetObligationError { name, due });
        }
        Ok(Decision::Record(ContractFact::ObligationMet { name, due }))
    }

    /// Its number.
    #[must_use]
    pub const fn number(&self) -> &Reference {
        &self.number
    }

    /// What it is about.
    #[must_use]
    pub fn title(&self) -> &str {
        &self.title
    }

    /// Who delivers.
    #[must_use]
    pub const fn vendor(&self) -> VendorId {
        self.vendor
    }

    /// Who else is a party, beside the office.
    #[must_use]
    pub fn others(&self) -> &[PartyId] {
        &self.others
    }

    /// The notice by which it ends.
    #[must_use]
    pub const fn notice(&self) -> Option<NoticeGiven> {
        self.notice
    }

    /// The terms of a day, and since when they hold. Nothing before the day of signing.
    #[must_use]
    pub fn terms(&self, on: NaiveDate) -> Option<(NaiveDate, &ContractTerms)> {
        self.versions.range(..=on).next_back().map(|(since, terms)| (*since, terms))
    }

    /// Whether it runs on a day, by the terms of that day.
    #[must_use]
    pub fn in_force(&self, on: NaiveDate) -> bool {
        let runs = self.terms(on).is_some_and(|(_, terms)| terms.term.on(on).is_some());
        runs && self.notice.is_none_or(|notice| on <= notice.last)
    }

    /// The last day, by the latest terms; nothing if it goes on until notice is given.
    #[must_use]
    pub fn last(&self) -> Option<NaiveDate> {
        let by_itself = self.versions.last_key_value().and_then(|(_, terms)| terms.term.last());
        [by_itself, self.notice.map(|notice| notice.last)].into_iter().flatten().min()
    }

    /// Whether what was due on a day was done.
    #[must_use]
    pub fn is_met(&self, name: &Reference, due: NaiveDate) -> bool {
        self.met.get(name).is_some_and(|met| met.contains(&due))
    }
}

impl Entity for Contract {
    const KIND: Kind = Kind::literal("contract");
    type Fact = ContractFact;

    fn open(fact: &ContractFact) -> Option<Self> {
        let ContractFact::Signed(contract) = fact else { return None };
        let NewContract { number, title, vendor, others, signed, terms } = NewContract::clone(contract);
        let versions = [(signed, terms)].into();
        let (met, acknowledged) = (BTreeMap::new(), BTreeMap::new());
        Some(Self { number, title, vendor, others, versions, notice: None, met, acknowledged })
    }

    fn apply(&mut self, fact: &ContractFact) {
        match fact {
            ContractFact::Signed(_) => {}
            ContractFact::Amended { from, terms } => {
                self.versions.insert(*from, ContractTerms::clone(terms));
            }
            ContractFact::NoticeGiven(notice) => self.notice = Some(*notice),
            ContractFact::ObligationMet { name, due } => {
                self.met.entry(name.clone()).or_default().insert(*due);
            }
            ContractFact::Acknowledged { on, what, .. } => {
                self.acknowledged.entry(*on).or_default().insert(what.clone());
            }
        }
    }

    fn index(&self, entries: &mut Entries<Self>) {
        let number = self.number.as_str().to_owned();
        entries.unique(Self::BY_NUMBER, &number);
        entries.partition(Self::WITH, &self.vendor, &number);
    }
}
