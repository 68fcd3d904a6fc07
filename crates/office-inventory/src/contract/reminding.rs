//! What has to be looked after of all contracts: each date is told until somebody says that they look after it.

use chrono::NaiveDate;
use office_core::subject::PersonId;
use office_core::{DateRange, Decision, Id, StoreError, View};
use thiserror::Error;

use super::{AgendaEntry, AgendaError, Contract, ContractDate, ContractFact};

/// How many contracts are read at a time.
const PAGE: usize = 100;

/// A date cannot be acknowledged.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
#[error("nothing of the kind matters on {on}")]
pub struct AcknowledgeError {
    /// The day.
    pub on: NaiveDate,
}

/// What is to be looked after cannot be told.
#[derive(Debug, Error)]
pub enum DueAgendaError {
    /// The store has failed.
    #[error("the store has failed")]
    Store(#[from] StoreError),
    /// An agenda cannot be drawn up.
    #[error(transparent)]
    Agenda(#[from] AgendaError),
}

impl Contract {
    /// Says that somebody was told of a date of the agenda and looks after it, so that nobody is told again. Whoever says so
    /// first does.
    ///
    /// # Errors
    /// [`AcknowledgeError`] where the agenda knows no such date.
    ///
    /// # Example
    /// ```
    #[doc = include_str!("cleaning.txt")]
    /// use office_inventory::ContractDate;
    ///
    /// let (last, deadline) = ("2026-12-31".parse()?, "2026-09-30".parse()?);
    /// let notice = ContractDate::NoticeDeadline { last };
    /// contract.apply_decision(&contract.acknowledge(deadline, notice.clone(), by)?);
    /// assert_eq!(contract.acknowledge(deadline, notice.clone(), by)?, Decision::AlreadyRecorded);
    /// // A day later it is too late for notice.
    /// let on = "2026-10-01".parse()?;
    /// assert_eq!(contract.acknowledge(on, notice, by), Err(AcknowledgeError { on }));
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    pub fn acknowledge(
        &self,
        on: NaiveDate,
        what: ContractDate,
        by: PersonId,
    ) -> Result<Decision<ContractFact>, AcknowledgeError> {
        if self.is_acknowledged(on, &what) {
            return Ok(Decision::AlreadyRecorded);
        }
        let refused = AcknowledgeError { on };
        let day = DateRange::inclusive(on, on).map_err(|_| refused.clone())?;
        let known = self.agenda(day).map_err(|_| refused.clone())?.into_iter().any(|entry| entry.what == what);
        if known { Ok(Decision::Record(ContractFact::Acknowledged { on, what, by })) } else { Err(refused) }
    }

    fn is_acknowledged(&self, on: NaiveDate, what: &ContractDate) -> bool {
        self.acknowledged.get(&on).is_some_and(|known| known.contains(what))
    }
}

/// The dates that matter of all contracts in some days, in their order, but for those that somebody looks after.
///
/// # Errors
/// [`DueAgendaError`].
///
/// # Example
/// ```
/// # use office_core::{Actor, Command, Id, MemoryStore, Office, Role, wait};
/// # use office_inventory::{Contract, ContractTerm, ContractTerms, NewContract, Renewal, TermSpan};
/// # let office = Office::on(MemoryStore::new());
/// # let keeper = Actor::new(Id::natural("person", "E-004"), Role::new("office_manager"));
/// # let command = |key: &str| Command::new(key, "example", keeper.clone(), "2026-09-01T08:00:00Z".parse().unwrap_or_default());
/// let term = ContractTerm {
///     initial: "2026-01-01/2027-01-01".parse()?,
///     renewal: Renewal::Automatic(TermSpan::Months(12)),
///     notice: Some(TermSpan::Months(3)),
/// };
/// # let (obligations, certificates) = (Default::default(), Default::default());
/// # let terms = ContractTerms { term, prices: vec![], escalator: None, commitment: None, obligations, certificates };
/// # let (number, title, vendor) = ("C-7".parse()?, "cleaning".to_owned(), Id::natural("party", "V-02"));
/// # let new = NewContract { number, title, vendor, others: vec![], signed: "2025-12-10".parse()?, terms };
/// # let signed = &Contract::sign(new)?.fact().ok_or("a fact")?;
/// # let id: Id<Contract> = Id::natural("contract", "C-7");
/// # wait(office.transact(&command("sign")?, |tx| async move { tx.create(id, signed.clone()).await }))?;
/// use office_inventory::{AcknowledgeError, due_agenda};
///
/// // Cleaning goes on for another year unless notice is given by the end of September.
/// let days = "2026-09-01/2026-11-01".parse()?;
/// let due = || wait(office.view(|view| async move { due_agenda(&view, days).await }));
/// let told = due()?;
/// assert_eq!(told[0].1.to_string(), "2026-09-30 C-7: last day of notice, or it goes on after 2026-12-31");
///
/// // Somebody looks after it, and it is told no more.
/// let (date, by) = (&told[0].1, keeper.person);
/// wait(office.transact(&command("look-after")?, |tx| async move {
///     let decision = tx.load(id).await?.acknowledge(date.on, date.what.clone(), by);
///     tx.decide(id, decision.map_err(|error| office_core::StoreError::rejected(error.to_string()))?).await
/// }))?;
/// assert!(due()?.is_empty());
///
/// let contract = wait(office.view(|view| async move { view.load(id).await }))?;
/// let other = "2026-10-01".parse()?;
/// assert_eq!(contract.acknowledge(other, date.what.clone(), by), Err(AcknowledgeError { on: other }));
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
pub async fn due_agenda(view: &View, days: DateRange) -> Result<Vec<(Id<Contract>, AgendaEntry)>, DueAgendaError> {
    let (mut due, mut after) = (Vec::new(), None);
    loop {
        let contracts = view.every::<Contract>(after, PAGE).await?;
        let Some((last, _)) = contracts.last() else { break };
        after = Some(*last);
        for (id, contract) in &contracts {
            let open = contract.agenda(days)?.into_iter();
            due.extend(open.filter(|date| !contract.is_acknowledged(date.on, &date.what)).map(|date| (*id, date)));
        }
    }
    due.sort_unstable_by(|(_, one), (_, other)| one.cmp(other));
    Ok(due)
}
