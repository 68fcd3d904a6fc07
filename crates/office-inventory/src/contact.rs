//! What was spoken with vendors, and what was promised.
//!
//! ```text
//!   note ──► Noted ──► reschedule ──► Rescheduled: the promised step has another day
//!                └───► finish ──────► Finished: the promised step is done, or will not be
//! ```
//!
//! Law 39 of the crate; `tests/vendor.rs` holds it.

use chrono::NaiveDate;
use office_core::subject::PersonId;
use office_core::{
    DateRange, Decision, Entity, Entries, Id, Kind, Ordered, RecordedFact, StoreError, Tx, Unique, View,
};
use serde::{Deserialize, Serialize};
use thiserror::Error;

use crate::{Reference, Vendor, VendorId};

/// The id of a contact with a vendor.
pub type VendorContactId = Id<VendorContact>;

/// Somebody of the office and somebody of a vendor have spoken or written to each other: who, when, about what, and what
/// one of them has promised.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(try_from = "Stored")]
pub struct VendorContact {
    // Invariant: as checked by `NewVendorContact::check`.
    noted: NewVendorContact,
    #[serde(skip_serializing_if = "Option::is_none")]
    finished: Option<FinishedStep>,
}

/// The stored form.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Stored {
    noted: NewVendorContact,
    #[serde(default)]
    finished: Option<FinishedStep>,
}

/// A contact as it is noted.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct NewVendorContact {
    /// Its number, which no other contact has.
    pub number: Reference,
    /// The vendor.
    pub vendor: VendorId,
    /// The day.
    pub on: NaiveDate,
    /// In what way.
    pub kind: ContactKind,
    /// Who of the office.
    pub by: PersonId,
    /// Who of the vendor, by name.
    pub with: String,
    /// About what, in a few words.
    pub subject: String,
    /// What was said.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub said: String,
    /// The paper that it was about: an order, a bill, a contract.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub paper: Option<Reference>,
    /// What was promised, if something was.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub step: Option<PromisedStep>,
}

/// In what way office and vendor were in contact.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ContactKind {
    /// By telephone.
    Call,
    /// By e-mail or another message.
    Message,
    /// By letter.
    Letter,
    /// In one room, or by video.
    Meeting,
}

/// What one of the two has promised to do next.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct PromisedStep {
    /// Who has.
    pub by: PromisedBy,
    /// What.
    pub what: String,
    /// The day by which it is to be done.
    pub due: NaiveDate,
}

/// Who has promised something.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum PromisedBy {
    /// The office.
    Office,
    /// The vendor.
    Vendor,
}

/// How a promised step has ended.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct FinishedStep {
    /// Who of the office says so.
    pub by: PersonId,
    /// The day.
    pub on: NaiveDate,
    /// What came of it: that it was done, or why it never will be.
    pub outcome: String,
}

/// What happens to a contact.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum VendorContactFact {
    /// It was noted.
    Noted(NewVendorContact),
    /// What was promised is due on another day.
    Rescheduled {
        /// The day.
        due: NaiveDate,
        /// Why.
        why: String,
    },
    /// What was promised has come to an end.
    Finished(FinishedStep),
}

/// A contact cannot be noted.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Error)]
pub enum NoteContactError {
    /// It is not said with whom, about what, or what was promised.
    #[error("the {what} of a contact is missing")]
    Missing {
        /// What is missing.
        what: &'static str,
    },
    /// What was promised would be due before it was promised.
    #[error("what was promised on {on} cannot be due on {due}: that day or a later one is wanted")]
    DueBefore {
        /// The day of the contact.
        on: NaiveDate,
        /// The day on which it would be due.
        due: NaiveDate,
    },
}

/// What was promised cannot be changed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Error)]
pub enum ContactStepError {
    /// Nothing was promised.
    #[error("nothing was promised")]
    NoStep,
    /// It has come to an end.
    #[error("what was promised came to an end on {on}")]
    Finished {
        /// When.
        on: NaiveDate,
    },
    /// The day is before that of the contact.
    #[error("{day} is before the contact of {on}: that day or a later one is wanted")]
    Before {
        /// The day of the contact.
        on: NaiveDate,
        /// The day that was given.
        day: NaiveDate,
    },
    /// Nobody says why, or what came of it.
    #[error("it is not said why, or what came of it")]
    Silent,
}

/// A contact cannot be kept.
#[derive(Debug, Error)]
pub enum KeepContactError {
    /// The store has failed.
    #[error("the store has failed")]
    Store(#[from] StoreError),
    /// Another contact was noted by this number.
    #[error("{number} stands for another contact")]
    NumberReused {
        /// The number.
        number: Reference,
    },
    /// There is no such vendor.
    #[error("{vendor} is not known as a vendor")]
    UnknownVendor {
        /// The vendor.
        vendor: VendorId,
    },
    /// It makes no sense.
    #[error(transparent)]
    Note(#[from] NoteContactError),
}

impl NewVendorContact {
    fn check(&self) -> Result<(), NoteContactError> {
        let promised = self.step.as_ref().map_or("promised", |step| &step.what);
        let words = [("person", self.with.as_str()), ("subject", &self.subject), ("promised step", promised)];
        if let Some((what, _)) = words.into_iter().find(|(_, word)| word.trim().is_empty()) {
            return Err(NoteContactError::Missing { what });
        }
        match self.step.as_ref().map(|step| step.due).filter(|due| *due < self.on) {
            Some(due) => Err(NoteContactError::DueBefore { on: self.on, due }),
            None => Ok(()),
        }
    }
}

impl VendorContact {
    /// The contact of a number; no two have the same.
    pub const BY_NUMBER: Unique<Self, String> = Unique::new("number");
    /// The contacts with a vendor, in the order of their days and numbers.
    pub const WITH: Ordered<Self, (VendorId, NaiveDate, String)> = Ordered::new("with");
    /// What was promised and has not come to an end, in the order of the days on which it is due.
    pub const DUE: Ordered<Self, NaiveDate> = Ordered::new("due");

    /// The id of the contact of a number.
    #[must_use]
    pub fn id_of(number: &Reference) -> VendorContactId {
        Id::natural("vendor_contact", number.as_str())
    }

    /// Notes a contact. [`note_contact`] does so with a store.
    ///
    /// # Errors
    /// [`NoteContactError`], in the order of its variants.
    ///
    /// # Example
    /// ```
    #[doc = include_str!("contact/call.txt")]
    ///
    /// let noted = VendorContact::note(call.clone())?.fact().ok_or("a fact")?;
    /// let contact = VendorContact::open(&noted).ok_or("a contact")?;
    /// assert_eq!(contact.due(), Some(due));
    /// // Nothing is promised for the day before.
    /// let step = PromisedStep { by: PromisedBy::Vendor, what: "send them".to_owned(), due: "2026-10-07".parse()? };
    /// let refused = VendorContact::note(NewVendorContact { step: Some(step), ..call });
    /// assert!(matches!(refused, Err(NoteContactError::DueBefore { .. })));
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    pub fn note(contact: NewVendorContact) -> Result<Decision<VendorContactFact>, NoteContactError> {
        contact.check()?;
        Ok(Decision::Record(VendorContactFact::Noted(contact)))
    }

    /// Has what was promised due on another day, for a reason.
    ///
    /// # Errors
    /// [`ContactStepError`], in the order of its variants.
    ///
    /// # Example
    /// ```
    #[doc = include_str!("contact/call.txt")]
    ///
    /// let noted = VendorContact::note(call.clone())?.fact().ok_or("a fact")?;
    /// let mut contact = VendorContact::open(&noted).ok_or("a contact")?;
    /// contact.apply_decision(&contact.reschedule("2026-10-14".parse()?, "the lorry has broken down")?);
    /// assert_eq!(contact.due(), Some("2026-10-14".parse()?));
    /// // It was promised on the eighth, and is not due before.
    /// let (on, day) = (call.on, "2026-10-07".parse()?);
    /// let refused = contact.reschedule(day, "it is urgent");
    /// assert_eq!(refused, Err(ContactStepError::Before { on, day }));
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    pub fn reschedule(
        &self,
        due: NaiveDate,
        why: impl Into<String>,
    ) -> Result<Decision<VendorContactFact>, ContactStepError> {
        let step = self.noted.step.as_ref().ok_or(ContactStepError::NoStep)?;
        if step.due == due && self.finished.is_none() {
            return Ok(Decision::AlreadyRecorded);
        }
        let why = why.into();
        self.check_step(due, &why)?;
        Ok(Decision::Record(VendorContactFact::Rescheduled { due, why }))
    }

    /// Says that what was promised is done, or will not be, and what came of it.
    ///
    /// # Errors
    /// [`ContactStepError`], in the order of its variants.
    ///
    /// # Example
    /// ```
    #[doc = include_str!("contact/call.txt")]
    ///
    /// let noted = VendorContact::note(call)?.fact().ok_or("a fact")?;
    /// let mut contact = VendorContact::open(&noted).ok_or("a contact")?;
    /// let finished = |outcome: &str| {
    ///     let (on, outcome) = ("2026-10-14".parse().unwrap(), outcome.to_owned());
    ///     FinishedStep { by, on, outcome }
    /// };
    /// // What came of it is wanted.
    /// assert_eq!(contact.finish(finished(" ")), Err(ContactStepError::Silent));
    /// contact.apply_decision(&contact.finish(finished("both boxes are there"))?);
    /// assert_eq!(contact.due(), None);
    /// assert_eq!(contact.finish(finished("both boxes are there"))?, Decision::AlreadyRecorded);
    /// // It ends once.
    /// assert!(matches!(contact.finish(finished("nothing came")), Err(ContactStepError::Finished { .. })));
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    pub fn finish(&self, finished: FinishedStep) -> Result<Decision<VendorContactFact>, ContactStepError> {
        if self.finished.as_ref() == Some(&finished) {
            return Ok(Decision::AlreadyRecorded);
        }
        self.check_step(finished.on, &finished.outcome)?;
        Ok(Decision::Record(VendorContactFact::Finished(finished)))
    }

    /// Whether something may happen to what was promised, on or for a day and with these words.
    fn check_step(&self, day: NaiveDate, words: &str) -> Result<(), ContactStepError> {
        if self.noted.step.is_none() {
            return Err(ContactStepError::NoStep);
        }
        if let Some(finished) = &self.finished {
            return Err(ContactStepError::Finished { on: finished.on });
        }
        if day < self.noted.on {
            return Err(ContactStepError::Before { on: self.noted.on, day });
        }
        if words.trim().is_empty() { Err(ContactStepError::Silent) } else { Ok(()) }
    }

    /// What was noted; what was promised is due on the day that was agreed last.
    #[must_use]
    pub const fn noted(&self) -> &NewVendorContact {
        &self.noted
    }

    /// How what was promised has ended, if it has.
    #[must_use]
    pub const fn finished(&self) -> Option<&FinishedStep> {
        self.finished.as_ref()
    }

    /// The day by which something is to be done; nothing where nothing is to be done any more.
    #[must_use]
    pub fn due(&self) -> Option<NaiveDate> {
        self.noted.step.as_ref().filter(|_| self.finished.is_none()).map(|step| step.due)
    }
}

impl TryFrom<Stored> for VendorContact {
    type Error = RestoreContactError;

    fn try_from(Stored { noted, finished }: Stored) -> Result<Self, Self::Error> {
        noted.check()?;
        if finished.is_some() && noted.step.is_none() {
            return Err(RestoreContactError::NoStep);
        }
        Ok(Self { noted, finished })
    }
}

/// What is stored is no contact.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Error)]
enum RestoreContactError {
    /// It could not have been noted.
    #[error(transparent)]
    Note(#[from] NoteContactError),
    /// Something has ended that was not promised.
    #[error("a step is finished that was not promised")]
    NoStep,
}

impl Entity for VendorContact {
    const KIND: Kind = Kind::literal("vendor_contact");
    type Fact = VendorContactFact;

    fn open(fact: &VendorContactFact) -> Option<Self> {
        match fact {
            VendorContactFact::Noted(noted) => Some(Self { noted: noted.clone(), finished: None }),
            VendorContactFact::Rescheduled { .. } | VendorContactFact::Finished(_) => None,
        }
    }

    fn apply(&mut self, fact: &VendorContactFact) {
        match fact {
            VendorContactFact::Noted(_) => {}
            VendorContactFact::Rescheduled { due, .. } => {
                if let Some(step) = &mut self.noted.step {
                    step.due = *due;
                }
            }
            VendorContactFact::Finished(finished) => self.finished = Some(finished.clone()),
        }
    }

    fn index(&self, entries: &mut Entries<Self>) {
        let NewVendorContact { number, vendor, on, .. } = &self.noted;
        let number = number.as_str().to_owned();
        entries.unique(Self::BY_NUMBER, &number);
        entries.ordered(Self::WITH, &(*vendor, *on, number));
        if let Some(due) = self.due() {
            entries.ordered(Self::DUE, &due);
        }
    }
}

/// Notes a contact with a vendor that is on the list. The same contact again is answered as it stands.
///
/// # Errors
/// [`KeepContactError`], in the order of its variants; nothing is recorded then.
///
/// # Example
/// ```
#[doc = include_str!("contact/call.txt")]
#[doc = include_str!("contact/kept.txt")]
///
/// let note = |key: &str, contact: &NewVendorContact| {
///     wait(office.transact(&command(key), |tx| {
///         let contact = contact.clone();
///         async move { note_contact(&tx, contact).await }
///     }))
/// };
/// let id = note("call", &call)?;
/// assert_eq!(note("again", &call)?, id);
/// // Another contact needs a number of its own, and a vendor that is known.
/// let other = NewVendorContact { subject: "new prices".to_owned(), ..call.clone() };
/// assert!(matches!(note("other", &other), Err(KeepContactError::NumberReused { .. })));
/// let unknown = NewVendorContact { number: "C-26-042".parse()?, vendor: Id::natural("party", "V-99"), ..call };
/// assert!(matches!(note("unknown", &unknown), Err(KeepContactError::UnknownVendor { .. })));
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
pub async fn note_contact(tx: &Tx, contact: NewVendorContact) -> Result<VendorContactId, KeepContactError> {
    // Read.
    let id = VendorContact::id_of(&contact.number);
    if tx.find(id).await?.is_some() {
        let noted = tx.history(id, 0, 1).await?;
        let first = noted.first().map(RecordedFact::fact::<VendorContact>).transpose()?.flatten();
        let same = first.is_some_and(|first| first == VendorContactFact::Noted(contact.clone()));
        return if same { Ok(id) } else { Err(KeepContactError::NumberReused { number: contact.number }) };
    }
    if tx.find(Vendor::key(contact.vendor)).await?.is_none() {
        return Err(KeepContactError::UnknownVendor { vendor: contact.vendor });
    }

    // Decide.
    let noted = VendorContact::note(contact)?;

    // Record.
    tx.decide(id, noted).await?;
    Ok(id)
}

/// The contacts with a vendor on some days, the earliest first: at most so many.
///
/// # Errors
/// [`StoreError`].
///
/// # Example
/// ```
#[doc = include_str!("contact/call.txt")]
#[doc = include_str!("contact/kept.txt")]
///
/// note("call", &call)?;
/// let with = |days: &str| {
///     let days = days.parse().unwrap();
///     wait(office.view(|view| async move { contacts_with(&view, vendor, days, 100).await }))
/// };
/// assert_eq!(with("2026-10-01/2026-11-01")?[0].noted().with, "Ms Weber");
/// // In November nobody has called yet.
/// assert!(with("2026-11-01/2026-12-01")?.is_empty());
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
pub async fn contacts_with(
    view: &View,
    vendor: VendorId,
    within: DateRange,
    most: usize,
) -> Result<Vec<VendorContact>, StoreError> {
    let from = (vendor, within.start(), String::new());
    let to = (vendor, within.end().unwrap_or(NaiveDate::MAX), String::new());
    let found = view.page(VendorContact::WITH, Some(&from), Some(&to), most).await?;
    Ok(found.into_iter().map(|(_, contact)| contact).collect())
}

/// The contacts in which something was promised that is due by a day and has not come to an end, the longest due first: at
/// most so many.
///
/// # Errors
/// [`StoreError`].
///
/// # Example
/// ```
#[doc = include_str!("contact/call.txt")]
#[doc = include_str!("contact/kept.txt")]
///
/// note("call", &call)?;
/// let due_by = |day: &str| {
///     let day = day.parse().unwrap();
///     wait(office.view(|view| async move { due_contacts(&view, day, 100).await }))
/// };
/// // Two boxes are to be there by the 12th; the day before nothing is due.
/// assert_eq!(due_by("2026-10-12")?[0].noted().subject, "short delivery");
/// assert!(due_by("2026-10-11")?.is_empty());
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
pub async fn due_contacts(view: &View, by: NaiveDate, most: usize) -> Result<Vec<VendorContact>, StoreError> {
    let found = view.page(VendorContact::DUE, None, by.succ_opt().as_ref(), most).await?;
    Ok(found.into_iter().map(|(_, contact)| contact).collect())
}
