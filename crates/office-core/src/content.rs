//! Content that can be destroyed: kept beside an entity, not in its facts, which last.

use serde::Serialize;
use serde::de::DeserializeOwned;

use crate::document;
use crate::{Classified, Granted, Id, Key, Kind, Office, StoreError, Tx, View, Write};

const CONTENT: Kind = Kind::literal("content");

/// The key of what an entity holds besides its facts.
fn content_key<E: Classified>(id: Id<E>) -> Result<Key, StoreError> {
    document::key(CONTENT, &format!("{}/{id}", E::KIND))
}

impl Tx {
    /// Keeps the content of an entity, in place of what it had: what has to be destroyed one day, such as a
    /// certificate, a diagnosis or an application.
    ///
    /// Facts are never changed, so what must not last for ever is not told in them. That there is new content is a fact,
    /// and is recorded first, in the same transaction.
    ///
    /// # Errors
    /// A fatal error where no fact about the entity was recorded before, or where the content is too large or cannot be
    /// written as JSON.
    ///
    /// # Example
    /// ```
    /// use office_core::{
    ///     Actor, AuthorityBook, Classified, Command, Disclosure, Entity, Id, Kind, MemoryStore, Office, RecordClass, Role,
    ///     StoreError, subject::PersonId, wait,
    /// };
    /// use serde::{Deserialize, Serialize};
    ///
    /// /// A certificate in somebody's file. What it says is content.
    /// #[derive(Clone, Serialize, Deserialize)]
    /// struct Certificate { destroyed: bool }
    /// #[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
    /// enum CertificateFact { Filed, Destroyed }
    /// impl Entity for Certificate {
    ///     const KIND: Kind = Kind::literal("certificate");
    ///     type Fact = CertificateFact;
    ///     fn open(fact: &CertificateFact) -> Option<Self> {
    ///         (*fact == CertificateFact::Filed).then_some(Self { destroyed: false })
    ///     }
    ///     fn apply(&mut self, fact: &CertificateFact) {
    ///         self.destroyed |= *fact == CertificateFact::Destroyed;
    ///     }
    /// }
    /// impl Classified for Certificate {
    ///     fn class(&self) -> RecordClass { RecordClass::Public }
    ///     fn subject(&self) -> Option<PersonId> { None }
    /// }
    ///
    /// let office = Office::on(MemoryStore::new());
    /// let id = Id::<Certificate>::natural("certificate", "first aid");
    /// let by = Actor::new(Id::natural("person", "E-009"), Role::new("personnel_officer"));
    /// let command = |key: &str| Command::new(key, "file", by.clone(), "2026-07-06T08:30:00Z".parse().unwrap_or_default());
    /// // There is no content without a fact that there is.
    /// let early = |tx: office_core::Tx| async move { tx.keep_content(id, "passed").await };
    /// assert!(wait(office.transact(&command("early")?, early)).is_err_and(|error: StoreError| error.is_fatal()));
    ///
    /// wait(office.transact(&command("file")?, |tx| async move {
    ///     tx.create(id, CertificateFact::Filed).await?;
    ///     tx.keep_content(id, "passed").await
    /// }))?;
    /// let (purpose, on) = ("rota".parse()?, "2026-07-06".parse()?);
    /// let Disclosure { granted, .. } = wait(office.disclose(&command("read")?, id, &purpose, on, &AuthorityBook::default()))?;
    /// assert_eq!(wait(office.open_content(id, &granted))?, Some("passed".to_owned()));
    ///
    /// wait(office.transact(&command("destroy")?, |tx| async move {
    ///     tx.record(id, CertificateFact::Destroyed).await?;
    ///     tx.destroy_content(id).await
    /// }))?;
    /// assert_eq!(wait(office.open_content::<_, String>(id, &granted))?, None);
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    pub async fn keep_content<E: Classified>(
        &self,
        id: Id<E>,
        content: &(impl Serialize + ?Sized),
    ) -> Result<(), StoreError> {
        let key = content_key(id)?;
        // What a writer of JSON says of a bad value may quote it.
        let body =
            document::body(&key, &content).map_err(|_| StoreError::rejected(format!("{key}: not to be written")))?;
        self.write_content(id, key, Write::Put(body)).await
    }

    /// Destroys the content of an entity: from then on the store does not have it. That it is destroyed is a fact, and is
    /// recorded first, in the same transaction.
    ///
    /// What the engine below keeps of deleted records, in free pages, logs and backups, is its own affair.
    ///
    /// # Errors
    /// A fatal error where no fact about the entity was recorded before.
    pub async fn destroy_content<E: Classified>(&self, id: Id<E>) -> Result<(), StoreError> {
        self.write_content(id, content_key(id)?, Write::Delete).await
    }

    async fn write_content<E: Classified>(&self, id: Id<E>, key: Key, write: Write) -> Result<(), StoreError> {
        if !self.held(id, |held| held.changed).await? {
            return Err(StoreError::rejected(format!("{key} changes without a fact that says so")));
        }
        self.state()?.writes.insert(key, write);
        Ok(())
    }
}

impl Office {
    /// The content of an entity, with the leave that [`Office::disclose`] gave; none where it has none or it is destroyed.
    ///
    /// # Errors
    /// [`StoreError::is_not_found`] where there is no such entity; a fatal error where the leave is for another class, or
    /// for records about somebody else, or where the content is of another form.
    pub async fn open_content<E: Classified, T: DeserializeOwned>(
        &self,
        id: Id<E>,
        granted: &Granted,
    ) -> Result<Option<T>, StoreError> {
        let key = &content_key(id)?;
        // In one view: content that is destroyed meanwhile is not shown beside what stood before.
        let read = |view: View| async move {
            let entity = view.classified(id).await?;
            if entity.class() != *granted.class() || entity.subject() != granted.subject() {
                return Err(StoreError::rejected(format!(
                    "the leave to read {} records is not for this one",
                    granted.class()
                )));
            }
            view.read(std::slice::from_ref(key)).await?;
            Ok(view.state()?.read.get(key).cloned().flatten())
        };
        let parse = |record: crate::Record| {
            let hidden = "it is classified, so nothing of it is shown";
            record.body.read().map_err(|_| StoreError::corrupt_record(key, hidden))
        };
        self.view(read).await?.map(parse).transpose()
    }
}
