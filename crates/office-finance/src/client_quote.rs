//! Quotes to clients, which become an invoice once.
//!
//! ```text
//! offered ──accept──► accepted (an invoice is drafted)
//!    └──decline──► declined
//! ```

use chrono::NaiveDate;
use office_core::subject::PartyId;
use office_core::{Decision, Entity, Entries, Id, Kind, Ordered, StoreError, Tx};
use serde::{Deserialize, Serialize};
use thiserror::Error;

use crate::{ClientInvoice, ClientInvoiceId, DraftInvoiceError, InvoiceDraft};

/// The id of a quote to a client.
pub type ClientQuoteId = Id<ClientQuote>;

/// A quote to a client: what would be invoiced, until when it may be accepted, and what became of it.
///
/// # Example
/// ```
/// use office_core::{Currency, Entity, Id, Percent};
/// use office_finance::{AcceptQuoteError, ClientQuote, InvoiceDraft, InvoiceLine, InvoiceParty, TaxClass};
///
/// let party = |name: &str| InvoiceParty { name: name.into(), ..InvoiceParty::default() };
/// let tax = TaxClass::standard(Percent::whole(19))?;
/// let line = InvoiceLine::new("Meeting room", "3 h".parse()?, "45 EUR / 1 h".parse()?, tax);
/// let draft = InvoiceDraft::new(Currency::EUR, party("Office am Fluss"), party("Museum am Ufer"), vec![line]);
/// let client = Id::natural("party", "Museum am Ufer");
/// let offered = ClientQuote::offer(client, draft, "2026-10-01".parse()?, "2026-10-31".parse()?)?;
/// let quote = ClientQuote::open(&offered).ok_or("a quote")?;
///
/// let invoice = Id::natural("client_invoice", "1");
/// assert!(quote.accept(invoice, "2026-10-31".parse()?).is_ok());
/// let late = quote.accept(invoice, "2026-11-01".parse()?);
/// assert!(matches!(late, Err(AcceptQuoteError::Expired { .. })));
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ClientQuote {
    client: PartyId,
    draft: Box<InvoiceDraft>,
    on: NaiveDate,
    valid_until: NaiveDate,
    status: ClientQuoteStatus,
}

/// What became of a quote.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ClientQuoteStatus {
    /// It may be accepted.
    Offered,
    /// It was accepted.
    Accepted {
        /// When.
        on: NaiveDate,
        /// The invoice that was drafted of it.
        invoice: ClientInvoiceId,
    },
    /// It was declined.
    Declined {
        /// Why.
        reason: String,
    },
}

/// What happens to a quote.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ClientQuoteFact {
    /// It was offered.
    Offered {
        /// To whom.
        client: PartyId,
        /// What would be invoiced.
        draft: Box<InvoiceDraft>,
        /// When.
        on: NaiveDate,
        /// The last day on which it may be accepted.
        valid_until: NaiveDate,
    },
    /// It was accepted.
    Accepted {
        /// When.
        on: NaiveDate,
        /// The invoice that was drafted of it.
        invoice: ClientInvoiceId,
    },
    /// It was declined.
    Declined {
        /// Why.
        reason: String,
    },
}

impl ClientQuote {
    /// Quotes by the last day on which they may be accepted.
    pub const BY_END: Ordered<Self, NaiveDate> = Ordered::new("valid_until");

    /// What begins a quote.
    ///
    /// # Errors
    /// [`OfferQuoteError`], in the order of its variants.
    pub fn offer(
        client: PartyId,
        draft: InvoiceDraft,
        on: NaiveDate,
        valid_until: NaiveDate,
    ) -> Result<ClientQuoteFact, OfferQuoteError> {
        if valid_until < on {
            return Err(OfferQuoteError::Days { on, valid_until });
        }
        draft.check().map_err(DraftInvoiceError::Document)?;
        Ok(ClientQuoteFact::Offered { client, draft: Box::new(draft), on, valid_until })
    }

    /// To whom it is offered.
    #[must_use]
    pub const fn client(&self) -> PartyId {
        self.client
    }

    /// What would be invoiced.
    #[must_use]
    pub const fn draft(&self) -> &InvoiceDraft {
        &self.draft
    }

    /// The last day on which it may be accepted.
    #[must_use]
    pub const fn valid_until(&self) -> NaiveDate {
        self.valid_until
    }

    /// What became of it.
    #[must_use]
    pub const fn status(&self) -> &ClientQuoteStatus {
        &self.status
    }

    /// Accepts it, so that it becomes this invoice. The same again is recognised. [`accept_quote`] drafts the invoice.
    ///
    /// # Errors
    /// [`AcceptQuoteError`], in the order of its variants.
    pub fn accept(
        &self,
        invoice: ClientInvoiceId,
        on: NaiveDate,
    ) -> Result<Decision<ClientQuoteFact>, AcceptQuoteError> {
        match &self.status {
            ClientQuoteStatus::Accepted { invoice: earlier, .. } if *earlier == invoice => {
                return Ok(Decision::AlreadyRecorded);
            }
            ClientQuoteStatus::Accepted { invoice, .. } => {
                return Err(AcceptQuoteError::Accepted { invoice: *invoice });
            }
            ClientQuoteStatus::Declined { .. } => return Err(AcceptQuoteError::Declined),
            ClientQuoteStatus::Offered => {}
        }
        if on < self.on || on > self.valid_until {
            return Err(AcceptQuoteError::Expired { on, from: self.on, until: self.valid_until });
        }
        Ok(Decision::Record(ClientQuoteFact::Accepted { on, invoice }))
    }

    /// Declines it, for a reason. The same again is recognised.
    ///
    /// # Errors
    /// [`AcceptQuoteError::Accepted`] where it was accepted.
    pub fn decline(&self, reason: impl Into<String>) -> Result<Decision<ClientQuoteFact>, AcceptQuoteError> {
        match &self.status {
            ClientQuoteStatus::Accepted { invoice, .. } => Err(AcceptQuoteError::Accepted { invoice: *invoice }),
            ClientQuoteStatus::Declined { .. } => Ok(Decision::AlreadyRecorded),
            ClientQuoteStatus::Offered => Ok(Decision::Record(ClientQuoteFact::Declined { reason: reason.into() })),
        }
    }
}

/// Accepts a quote on the day `on`, and drafts the invoice that it becomes. The same again changes nothing.
///
/// # Errors
/// [`AcceptQuoteError`], in the order of its variants; nothing is recorded then.
///
/// # Example
/// ```
#[doc = include_str!("client_invoice/billing.txt")]
/// use office_finance::{AcceptQuoteError, ClientQuote, ClientQuoteId, accept_quote};
///
/// let offered = &ClientQuote::offer(client, draft.clone(), on, due)?;
/// let (quote, invoice) = (ClientQuoteId::natural("quote", "Q-1"), ClientInvoiceId::natural("client_invoice", "2"));
/// wait(office.transact(&command("offer"), |tx| async move { tx.create(quote, offered.clone()).await }))
///     .map_err(|error: office_core::StoreError| error)?;
/// let accept = |key: &str, day: &str| {
///     let day = day.parse().unwrap();
///     wait(office.transact(&command(key), |tx| async move { accept_quote(&tx, quote, invoice, day).await }))
/// };
/// assert!(matches!(accept("late", "2026-10-23"), Err(AcceptQuoteError::Expired { .. })));
/// accept("in-time", "2026-10-22")?;
/// let drafted = wait(office.view(|view| async move { view.load(invoice).await }))?;
/// assert_eq!(drafted.client(), client);
/// # Ok::<(), Failure>(())
/// ```
pub async fn accept_quote(
    tx: &Tx,
    id: ClientQuoteId,
    invoice: ClientInvoiceId,
    on: NaiveDate,
) -> Result<(), AcceptQuoteError> {
    // Read.
    let quote = tx.load(id).await?;

    // Decide.
    let Decision::Record(accepted) = quote.accept(invoice, on)? else { return Ok(()) };
    let drafted = ClientInvoice::draft(quote.client, *quote.draft)?;

    // Record.
    tx.create(invoice, drafted).await?;
    tx.record(id, accepted).await?;
    Ok(())
}

/// A quote cannot be offered.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
#[non_exhaustive]
pub enum OfferQuoteError {
    /// It would be over before it is offered.
    #[error("a quote of {on} cannot end on {valid_until}: its day or a later one is wanted")]
    Days {
        /// Its day.
        on: NaiveDate,
        /// Its end.
        valid_until: NaiveDate,
    },
    /// No invoice could be made of it.
    #[error(transparent)]
    Draft(#[from] DraftInvoiceError),
}

/// A quote cannot be accepted, or not be declined.
#[derive(Debug, Error)]
#[non_exhaustive]
pub enum AcceptQuoteError {
    /// It became an invoice already.
    #[error("the quote was accepted: it is invoice {invoice}")]
    Accepted {
        /// The invoice.
        invoice: ClientInvoiceId,
    },
    /// It was declined.
    #[error("the quote was declined: one that is offered is wanted")]
    Declined,
    /// It is not valid on the day.
    #[error("the quote is valid from {from} until {until}: {on} is none of these days")]
    Expired {
        /// The day.
        on: NaiveDate,
        /// The first day.
        from: NaiveDate,
        /// The last day.
        until: NaiveDate,
    },
    /// No invoice can be drafted of it.
    #[error(transparent)]
    Draft(#[from] DraftInvoiceError),
    /// The store failed.
    #[error(transparent)]
    Store(#[from] StoreError),
}

impl Entity for ClientQuote {
    const KIND: Kind = Kind::literal("client_quote");
    type Fact = ClientQuoteFact;

    fn open(fact: &ClientQuoteFact) -> Option<Self> {
        match fact {
            ClientQuoteFact::Offered { client, draft, on, valid_until } => Some(Self {
                client: *client,
                draft: draft.clone(),
                on: *on,
                valid_until: *valid_until,
                status: ClientQuoteStatus::Offered,
            }),
            ClientQuoteFact::Accepted { .. } | ClientQuoteFact::Declined { .. } => None,
        }
    }

    fn apply(&mut self, fact: &ClientQuoteFact) {
        match fact {
            ClientQuoteFact::Offered { .. } => {}
            ClientQuoteFact::Accepted { on, invoice } => {
                self.status = ClientQuoteStatus::Accepted { on: *on, invoice: *invoice };
            }
            ClientQuoteFact::Declined { reason } => {
                self.status = ClientQuoteStatus::Declined { reason: reason.clone() };
            }
        }
    }

    fn index(&self, entries: &mut Entries<Self>) {
        entries.ordered(Self::BY_END, &self.valid_until);
    }
}
