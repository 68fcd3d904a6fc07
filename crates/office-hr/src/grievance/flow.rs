//! Raising grievances, saying who handles them, taking their steps, keeping, reading and destroying what they say.

use std::collections::BTreeSet;

use chrono::NaiveDate;
use office_core::subject::PersonId;
use office_core::{
    AuthorityBook, Command, CommandError, Decision, DiscloseError, Disclosure, Entity, Granted, Id, Office, Purpose,
    StoreError, Tx,
};
use thiserror::Error;

use super::conflict::lines_between;
use super::{
    ConflictOfInterest, DocketFact, Grievance, GrievanceDocket, GrievanceError, GrievanceFact, GrievanceNote,
    GrievanceRules, GrievanceStep, NoteFact, NoteKind, RaiseGrievance, ReportingLines, TakenNote,
};
use crate::permission::{own_or_permit, permit};
use crate::{LegalHold, RecordContent};

/// Raises a grievance, with what is complained of: who complains for themselves, anybody where it is anonymous, and
/// somebody who is granted to say who handles it for others.
///
/// # Errors
/// [`GrievanceError`]; [`StoreError::is_taken`] where there is a grievance with this id. Nothing is recorded then.
///
/// # Example
/// ```
#[doc = include_str!("../permission/office.txt")]
#[doc = include_str!("../grievance/office.txt")]
/// // It was raised once; the same id cannot stand for another.
/// assert!(matches!(raise("again", anna), Err(GrievanceError::Store(error)) if error.is_taken()));
/// // Who is granted nothing complains for themselves only.
/// assert!(matches!(raise("for-another", dora), Err(GrievanceError::NotPermitted(_))));
/// assert_eq!(shown.disclosed.entity.raised().grievance.raised_by, Some(anna));
/// # Ok::<(), Failure>(())
/// ```
pub async fn raise_grievance(
    tx: &Tx,
    id: Id<Grievance>,
    command: &RaiseGrievance,
    account: &RecordContent,
    rules: &GrievanceRules,
    book: &AuthorityBook,
) -> Result<(), GrievanceError> {
    // Decide.
    let Some(fact) = Grievance::raise(command, account, rules)?.fact() else { return Ok(()) };
    if let Some(person) = command.raised_by {
        own_or_permit(tx, &rules.assign, person, command.on, book)?;
    }
    let raised = Grievance::open(&fact);

    // Record.
    tx.create::<Grievance>(id, fact).await?;
    tx.keep_content(id, account).await?;
    enter(tx, id, raised.as_ref()).await
}

/// Says who handles a grievance from a day on, by somebody who is granted that and is no party to it.
///
/// # Errors
/// [`GrievanceError`]; nothing is recorded then.
///
/// # Example
/// ```
#[doc = include_str!("../permission/office.txt")]
#[doc = include_str!("../grievance/office.txt")]
/// // Nobody handles what is about themselves.
/// let near = assign("near", dora);
/// assert!(matches!(near, Err(GrievanceError::Conflict { conflict: ConflictOfInterest::Party, .. })));
/// assign("assign", carl)?;
/// # Ok::<(), Failure>(())
/// ```
pub async fn assign_grievance(
    tx: &Tx,
    (id, granted): (Id<Grievance>, &Granted),
    handler: PersonId,
    on: NaiveDate,
    rules: &GrievanceRules,
    book: &AuthorityBook,
) -> Result<(), GrievanceError> {
    // Read.
    let grievance = tx.reveal(id, granted).await?;
    let lines = lines_between(tx, handler, &grievance.parties(), on).await?;

    // Decide.
    let decision = grievance.assign(handler, on, &lines)?;
    no_party(tx, &grievance.parties())?;
    permit(tx, &rules.assign, None, on, book)?;

    // Record.
    record(tx, id, grievance, decision).await
}

/// Takes a step: who handles it decides and closes it; an appeal and that it is taken back are taken in by somebody who is
/// granted to say who handles it and is no party to it.
///
/// Who handles it may not have come near to it since: that is looked up for the day of the step.
///
/// # Errors
/// [`GrievanceError`]; nothing is recorded then.
///
/// # Example
/// ```
#[doc = include_str!("../permission/office.txt")]
#[doc = include_str!("../grievance/office.txt")]
/// assign("assign", carl)?;
/// assert!(matches!(step("other", bea, heard), Err(GrievanceError::NotHandler)));
/// assert!(matches!(step("early", carl, decided), Err(GrievanceError::Order { .. })));
/// step("hear", carl, heard)?;
/// // A decision wants its reasons.
/// assert!(matches!(step("silent", carl, decided), Err(GrievanceError::NoReasons)));
/// note("reasons", carl)?;
/// step("decide", carl, decided)?;
/// # Ok::<(), Failure>(())
/// ```
pub async fn take_grievance_step(
    tx: &Tx,
    (id, granted): (Id<Grievance>, &Granted),
    step: &GrievanceStep,
    rules: &GrievanceRules,
    book: &AuthorityBook,
) -> Result<(), GrievanceError> {
    // Read.
    let grievance = tx.reveal(id, granted).await?;
    let by = tx.command().actor().person;
    let mut parties = grievance.parties();
    if let GrievanceStep::Witnessed { witness, .. } = step {
        parties.insert(*witness);
    }
    let lines =
        if step.by_handler() { lines_between(tx, by, &parties, step.on()).await? } else { ReportingLines::default() };
    let notes = tx.list(GrievanceNote::OF_GRIEVANCE, &id).await?;

    // Decide.
    no_party(tx, &parties)?;
    let reasons = notes.iter().filter(|(_, note)| note.taken().kind == NoteKind::Reasons).count();
    let decision = grievance.step(step, by, (&lines, reasons), &rules.hours)?;
    if !step.by_handler() {
        permit(tx, &rules.assign, None, step.on(), book)?;
    }

    // Record.
    record(tx, id, grievance, decision).await
}

/// Takes a note about a grievance that has not ended, by who handles it.
///
/// # Errors
/// [`GrievanceError`]; [`StoreError::is_taken`] where there is a note with this id. Nothing is recorded then.
///
/// # Example
/// ```
#[doc = include_str!("../permission/office.txt")]
#[doc = include_str!("../grievance/office.txt")]
/// assign("assign", carl)?;
/// assert!(matches!(note("pry", bea), Err(GrievanceError::NotHandler)));
/// note("reasons", carl)?;
/// assert_eq!(read("read", carl, "review")?.notes.len(), 1);
/// # Ok::<(), Failure>(())
/// ```
pub async fn take_grievance_note(
    tx: &Tx,
    note: Id<GrievanceNote>,
    (id, granted): (Id<Grievance>, &Granted),
    (kind, content): (NoteKind, &RecordContent),
    on: NaiveDate,
) -> Result<(), GrievanceError> {
    // Read.
    let grievance = tx.reveal(id, granted).await?;

    // Decide.
    if let Some(field) = content.fault() {
        return Err(GrievanceError::Text { field });
    }
    if grievance.stage().is_final() {
        return Err(GrievanceError::Stage { stage: *grievance.stage(), wanted: "one that has not ended" });
    }
    if grievance.handler() != Some(tx.command().actor().person) {
        return Err(GrievanceError::NotHandler);
    }
    no_party(tx, &grievance.parties())?;
    let taken = TakenNote { grievance: id, kind, on, class: grievance.raised().class.clone() };

    // Record.
    tx.create::<GrievanceNote>(note, NoteFact::Taken(taken)).await?;
    Ok(tx.keep_content(note, content).await?)
}

/// Destroys what a grievance that has ended says, its notes included, by somebody who is granted that and is no party to it.
/// That there was one stays. Destroyed before, it stays so.
///
/// # Errors
/// [`GrievanceError`]; nothing is recorded then.
///
/// # Example
/// ```
#[doc = include_str!("../permission/office.txt")]
#[doc = include_str!("../grievance/office.txt")]
/// let destroy = |key: &str, who| {
///     wait(office.transact(&command(key, who), |tx| async move { destroy_grievance_content(&tx, case, on, rules, book).await }))
/// };
/// // It is kept as long as it is open.
/// assert!(matches!(destroy("early", bea), Err(GrievanceError::Stage { .. })));
/// step("withdraw", bea, GrievanceStep::Withdrawn { on })?;
/// assert!(matches!(destroy("own", anna), Err(GrievanceError::Conflict { .. })));
/// destroy("destroy", bea)?;
/// assert_eq!(read("read", bea, "review")?.account, None);
/// # Ok::<(), Failure>(())
/// ```
pub async fn destroy_grievance_content(
    tx: &Tx,
    (id, granted): (Id<Grievance>, &Granted),
    on: NaiveDate,
    rules: &GrievanceRules,
    book: &AuthorityBook,
) -> Result<(), GrievanceError> {
    // Read.
    let grievance = tx.reveal(id, granted).await?;
    let class = &grievance.raised().class;
    let mut held = None;
    for party in grievance.parties() {
        let holds = tx.list(LegalHold::ON_PERSON, &party).await?;
        let covering = holds.into_iter().find(|(_, hold)| hold.covers(party, class));
        held = held.or(covering.map(|(_, hold)| hold.placed().matter.clone()));
    }
    let notes = tx.list(GrievanceNote::OF_GRIEVANCE, &id).await?;

    // Decide.
    if grievance.destroyed().is_some() {
        return Ok(());
    }
    if !grievance.stage().is_final() {
        return Err(GrievanceError::Stage { stage: *grievance.stage(), wanted: "one that has ended" });
    }
    if let Some(matter) = held {
        return Err(GrievanceError::Held { matter });
    }
    no_party(tx, &grievance.parties())?;
    permit(tx, &rules.destroy, None, on, book)?;

    // Record.
    tx.record(id, GrievanceFact::Destroyed { on }).await?;
    tx.destroy_content(id).await?;
    for (note, _) in notes {
        tx.record(note, NoteFact::Destroyed { on }).await?;
        tx.destroy_content(note).await?;
    }
    Ok(())
}

/// A grievance as it was shown, with all that it says.
#[derive(Debug)]
pub struct GrievanceFile {
    /// The grievance, and the leave to read it.
    pub disclosed: Disclosure<Grievance>,
    /// What is complained of; nothing where it is destroyed.
    pub account: Option<RecordContent>,
    /// The notes by day, each with what it says; nothing where that is destroyed.
    pub notes: Vec<(GrievanceNote, Option<RecordContent>)>,
}

/// A grievance was not shown.
#[derive(Debug, Error)]
#[non_exhaustive]
pub enum GrievanceFileError {
    /// Whoever wants to read it may not, or not for that purpose. The attempt is on record.
    #[error(transparent)]
    Disclose(#[from] DiscloseError),
    /// Whoever wants to read it is a party to it. The attempt is on record.
    #[error("nobody reads the file of a grievance that they are a party to")]
    Party,
    /// The key of the command is too long to tell the readings of the notes apart.
    #[error(transparent)]
    Command(#[from] CommandError),
    /// The store failed.
    #[error("the file cannot be read")]
    Store(#[from] StoreError),
}

/// The file of a grievance, for whoever is cleared to read it for a purpose on a day of the office and is no party to it.
///
/// The grievance and each note are readings of their own and leave their own traces, granted or refused.
///
/// # Errors
/// [`GrievanceFileError`]; its key may have at most 91 characters.
///
/// # Example
/// ```
#[doc = include_str!("../permission/office.txt")]
#[doc = include_str!("../grievance/office.txt")]
/// assert_eq!(shown.account, Some(says("Shouting")));
/// // Curiosity is no purpose, and the attempt is on record.
/// assert!(matches!(read("pry", bea, "curiosity"), Err(GrievanceFileError::Disclose(_))));
/// let traces = wait(office.readings(id))?;
/// assert_eq!(traces.iter().map(|trace| trace.granted()).collect::<Vec<_>>(), [true, false]);
/// # Ok::<(), Failure>(())
/// ```
pub async fn grievance_file(
    office: &Office,
    command: &Command,
    id: Id<Grievance>,
    purpose: &Purpose,
    on: NaiveDate,
    book: &AuthorityBook,
) -> Result<GrievanceFile, GrievanceFileError> {
    let disclosed = office.disclose(command, id, purpose, on, book).await?;
    let parties = disclosed.entity.parties();
    if [command.actor().person, command.actor().accountable()].iter().any(|person| parties.contains(person)) {
        return Err(GrievanceFileError::Party);
    }
    let account = office.open_content(id, &disclosed.granted).await?;
    let listed = office.view(|view| async move { view.list(GrievanceNote::OF_GRIEVANCE, &id).await }).await?;
    let mut notes = Vec::new();
    for (note, _) in listed {
        let key = format!("{}/{note}", command.key().as_str());
        let reading = Command::new(key, command.operation(), command.actor().clone(), command.at())?;
        let found = office.disclose(&reading, note, purpose, on, book).await?;
        let content = office.open_content(note, &found.granted).await?;
        notes.push((found.entity, content));
    }
    Ok(GrievanceFile { disclosed, account, notes })
}

/// Records what was decided, and what is due by then.
async fn record(
    tx: &Tx,
    id: Id<Grievance>,
    mut grievance: Grievance,
    decision: Decision<GrievanceFact>,
) -> Result<(), GrievanceError> {
    if decision == Decision::AlreadyRecorded {
        return Ok(());
    }
    grievance.apply_decision(&decision);
    tx.decide(id, decision).await?;
    enter(tx, id, Some(&grievance)).await
}

async fn enter(tx: &Tx, id: Id<Grievance>, grievance: Option<&Grievance>) -> Result<(), GrievanceError> {
    let Some(grievance) = grievance else { return Ok(()) };
    let entry = GrievanceDocket { handler: grievance.handler(), next: grievance.next() };
    Ok(tx.record(GrievanceDocket::id_of(id), DocketFact::Entered(entry)).await?)
}

/// Refuses a party, who acts or on whose behalf.
fn no_party(tx: &Tx, parties: &BTreeSet<PersonId>) -> Result<(), GrievanceError> {
    let actor = tx.command().actor();
    match [actor.person, actor.accountable()].into_iter().find(|person| parties.contains(person)) {
        Some(person) => Err(GrievanceError::Conflict { person, conflict: ConflictOfInterest::Party }),
        None => Ok(()),
    }
}
