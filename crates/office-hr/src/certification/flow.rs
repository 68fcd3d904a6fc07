//! Certifying somebody, and revoking it.

use chrono::NaiveDate;
use office_core::{Action, AuthorityBook, Id, Tx};

use super::{Certification, CertificationError, CertificationRules, Certify};
use crate::permission::permit;

/// Issues or renews somebody's certification, by somebody else who is granted that.
///
/// # Errors
/// [`CertificationError`]; nothing is recorded then.
///
/// # Example
/// ```
/// use std::collections::BTreeMap;
/// use office_core::{
///     Actor, Appointment, AuthorityBook, Command, DateRange, Grant, Id, MemoryStore, Office, Role, Scope, wait,
/// };
/// use office_hr::{
///     Certification, CertificationError, CertificationRules, CertificationTerms, Certify, ExpiryDay, certify,
///     revoke_certification,
/// };
///
/// let terms = CertificationTerms { months: None, ends: ExpiryDay::SameDay, carries_on_days: None };
/// let mut rules = CertificationRules::default();
/// rules.publish("2026-01-01".parse()?, BTreeMap::from([("forklift".to_owned(), terms)]))?;
/// let (role, officer) = (Role::new("training_officer"), Id::natural("person", "E-009"));
/// let (valid, scope, action) = (DateRange::year(2026)?, Scope::anywhere(), &"training.certify".parse()?);
/// let mut book = AuthorityBook::default();
/// book.grants.push(Grant { role: role.clone(), action: Clone::clone(action), scope: scope.clone(), limit: None, valid });
/// book.appointments.push(Appointment { person: officer, role: role.clone(), scope, valid });
/// let (rules, book, on) = (&rules, &book, "2026-03-01".parse()?);
///
/// let office = Office::on(MemoryStore::new());
/// let command = |key: &str| {
///     Command::new(key, "training", Actor::new(officer, role.clone()), "2026-03-01T08:00:00Z".parse().unwrap_or_default())
/// };
/// let issue = |key: &str, name: &str| {
///     let asked = Certify { person: Id::natural("person", name), kind: "forklift".into(), on, source: "seen to drive".into() };
///     let command = command(key)?;
///     Ok::<_, Box<dyn std::error::Error>>(wait(office.transact(&command, |tx| {
///         let asked = asked.clone();
///         async move { certify(&tx, &asked, action, rules, book).await }
///     })))
/// };
/// // Nobody certifies themselves, whatever they are granted.
/// assert!(matches!(issue("own", "E-009")?, Err(CertificationError::NotPermitted(_))));
/// let id = issue("other", "E-017")??;
///
/// let revoke = |key: &str, day: &str| {
///     let (command, day) = (command(key)?, day.parse()?);
///     Ok::<_, Box<dyn std::error::Error>>(wait(office.transact(&command, |tx| async move {
///         revoke_certification(&tx, id, (day, "drove into a wall"), action, book).await
///     })))
/// };
/// assert!(matches!(revoke("early", "2026-02-28")?, Err(CertificationError::Earlier { .. })));
/// revoke("then", "2026-06-01")??;
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
pub async fn certify(
    tx: &Tx,
    certify: &Certify,
    action: &Action,
    rules: &CertificationRules,
    book: &AuthorityBook,
) -> Result<Id<Certification>, CertificationError> {
    // Read.
    let id = Certification::id_of(certify.person, &certify.kind);
    let known = tx.find(id).await?;

    // Decide.
    permit(tx, action, Some(certify.person), certify.on, book)?;
    let decision = Certification::certify(known.as_ref(), certify, rules)?;

    // Record.
    tx.decide(id, decision).await?;
    Ok(id)
}

/// Revokes a certification from a day on, by somebody else who is granted that.
///
/// # Errors
/// [`CertificationError`]; nothing is recorded then.
///
/// # Example
/// ```
#[doc = include_str!("../employment/office.txt")]
/// use office_hr::{
///     CertificationError, CertificationRules, CertificationTerms, Certify, ExpiryDay, certify, revoke_certification,
/// };
///
/// # let terms = CertificationTerms { months: None, ends: ExpiryDay::SameDay, carries_on_days: None };
/// # let mut rules = CertificationRules::default();
/// # rules.publish(valid.start(), [("forklift".to_owned(), terms)].into())?;
/// # let (rules, action, book) = (&rules, &"training.certify".parse()?, &granted(&["training.certify"]));
/// // Anna may drive the forklift from the 12th of October on.
/// let seen = &Certify { person: anna, kind: "forklift".into(), on, source: "seen to drive".into() };
/// let id = wait(office.transact(&command("seen", bea), |tx| async move {
///     certify(&tx, seen, action, rules, book).await
/// }))?;
/// let revoke = |key: &str, day: &str| {
///     let (day, why) = (day.parse().unwrap(), "drove into a wall");
///     wait(office.transact(&command(key, bea), |tx| async move {
///         revoke_certification(&tx, id, (day, why), action, book).await
///     }))
/// };
/// // Nothing is revoked before it was there.
/// assert!(matches!(revoke("before", "2026-10-11"), Err(CertificationError::Earlier { .. })));
/// revoke("wall", "2026-12-01")?;
/// # Ok::<(), Failure>(())
/// ```
pub async fn revoke_certification(
    tx: &Tx,
    id: Id<Certification>,
    (on, why): (NaiveDate, &str),
    action: &Action,
    book: &AuthorityBook,
) -> Result<(), CertificationError> {
    // Read.
    let certification = tx.load(id).await?;

    // Decide.
    permit(tx, action, Some(certification.person), on, book)?;
    let decision = certification.revoke(on, why)?;

    // Record.
    Ok(tx.decide(id, decision).await?)
}
