//! Equipment goes for good, if nothing hangs on it.

use office_core::{Decision, Tx};
use thiserror::Error;

use super::{EquipmentError, standing};
use crate::{
    Asset, AssetId, Dispose, DisposeError, Keeper, Licence, LicenceId, Loan, LoanId, LoanStatus, Seat, SeatHolder,
};

/// An asset cannot be disposed of, as things stand.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
pub enum DisposeAssetError {
    /// It cannot go by itself.
    #[error(transparent)]
    Dispose(#[from] DisposeError),
    /// It has parts, which would go with it.
    #[error("asset {part} is a part of it: take it off first")]
    HasParts {
        /// One of them.
        part: AssetId,
    },
    /// It is set aside for somebody.
    #[error("it is set aside by loan {loan}")]
    Reserved {
        /// By which loan.
        loan: LoanId,
    },
    /// It was lent, and nobody has said that the loan is over.
    #[error("loan {loan} is out with it: say that it is back, or given up")]
    Lent {
        /// By which loan.
        loan: LoanId,
    },
    /// It has a seat of a licence.
    #[error("it has a seat of licence {licence}: take that back first")]
    HasSeat {
        /// The licence.
        licence: LicenceId,
    },
}

/// Disposes of an asset on which nothing hangs: no parts, no loan, no seat of a licence.
///
/// # Errors
/// [`DisposeAssetError`]; what the store reports.
///
/// # Example
/// ```
/// # use office_core::{Actor, Command, Id, MemoryStore, Office, Role, wait};
/// # use office_inventory::{AssetId, NewAsset, register_asset};
/// # let office = Office::on(MemoryStore::new());
/// # let keeper = Actor::new(Id::natural("person", "E-004"), Role::new("it"));
/// # let at = "2026-10-01T08:00:00Z".parse()?;
/// # let laptop: AssetId = Id::natural("asset", "LT-0042");
/// # let new = NewAsset {
/// #     tag: "LT-0042".parse()?,
/// #     category: "laptop".parse()?,
/// #     maker: "Lenovo".parse()?,
/// #     model: "T14".to_owned(),
/// #     serial: None,
/// #     purchase: None,
/// #     in_service: None,
/// #     lendable: false,
/// #     place: Id::natural("place", "R-S1"),
/// #     by: keeper.person,
/// #     at,
/// #     slip: "DN-03".parse()?,
/// # };
/// # let command = |key: &str| Command::new(key, "example", keeper.clone(), at);
/// # wait(office.transact(&command("register")?, |tx| {
/// #     let new = new.clone();
/// #     async move { register_asset(&tx, laptop, new).await }
/// # }))?;
/// use office_core::{ApprovalCase, ApprovalRun};
/// use office_inventory::{
///     Asset, AssetStatus, DataEvidence, DisposalKind, Dispose, DisposeAssetError, DisposeError, Disposed, EquipmentTerms,
///     dispose_asset,
/// };
///
/// // It holds data, and the office's rules have nothing against selling it.
/// let terms = &EquipmentTerms { acceptance: true, holds_data: true, depreciation: None };
/// let slip = "D-1".parse()?;
/// let case = ApprovalCase {
///     case: Asset::disposal_case(laptop, &slip),
///     requester: keeper.person,
///     beneficiaries: [].into(),
///     amount: None,
///     scope: "company".parse()?,
///     taken: Vec::new(),
/// };
/// let approval = &ApprovalRun::start(&"allow".parse()?, case, at);
/// let sold = Disposed {
///     kind: DisposalKind::Sold { to: None },
///     on: "2029-11-02".parse()?,
///     at: "2029-11-02T10:00:00Z".parse()?,
///     proceeds: "120.00 EUR".parse()?,
///     data: None,
///     by: keeper.person,
///     slip,
/// };
/// let dispose = |key: &str, disposal: &Disposed| {
///     let going = Dispose { disposal, approval, terms };
///     Ok::<_, office_core::CommandError>(wait(
///         office.transact(&command(key)?, |tx| async move { dispose_asset(&tx, laptop, going).await }),
///     ))
/// };
/// let refused = dispose("sell", &sold)?;
/// let wanted = DisposeAssetError::Dispose(DisposeError::DataEvidence);
/// assert_eq!(refused.as_ref().err().and_then(|error| error.refusal()), Some(&wanted));
///
/// let (certificate, method, by) = ("WIPE-9".parse()?, "NIST 800-88 purge".parse()?, keeper.person);
/// let wiped = DataEvidence::Wiped { certificate, method, by, at: "2029-11-01T15:00:00Z".parse()? };
/// dispose("wiped", &Disposed { data: Some(wiped), ..sold })??;
/// let gone = wait(office.view(|view| async move { view.load(laptop).await }))?;
/// assert_eq!(gone.status(), AssetStatus::Disposed);
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
pub async fn dispose_asset(
    tx: &Tx,
    id: AssetId,
    command: Dispose<'_>,
) -> Result<(), EquipmentError<DisposeAssetError>> {
    // Read.
    let asset = tx.load(id).await?;
    let parts = tx.list(Asset::BY_KEEPER, &Keeper::Asset(id)).await?;
    let loans = tx.list(Loan::BY_ASSET, &id).await?;
    let licences = tx.list(Licence::BY_HOLDER, &SeatHolder::Asset(id)).await?;

    // Decide.
    let refused = EquipmentError::Refused;
    let decision = asset.dispose(id, command).map_err(|error| refused(error.into()))?;
    let Decision::Record(fact) = decision else { return Ok(()) };
    let on = command.disposal.on;
    if let Some((part, _)) = parts.first() {
        return Err(refused(DisposeAssetError::HasParts { part: *part }));
    }
    if let Some(loan) = standing(&loans, command.disposal.at) {
        return Err(refused(DisposeAssetError::Reserved { loan }));
    }
    if let Some((loan, _)) = loans.iter().find(|(_, loan)| matches!(loan.status(), LoanStatus::Out { .. })) {
        return Err(refused(DisposeAssetError::Lent { loan: *loan }));
    }
    let seated = |licence: &Licence| licence.seat_of(SeatHolder::Asset(id), on).is_some();
    if let Some((licence, _)) = licences.iter().find(|(_, licence)| seated(licence)) {
        return Err(refused(DisposeAssetError::HasSeat { licence: *licence }));
    }

    // Record.
    Ok(tx.record(id, fact).await?)
}

/// A seat cannot be assigned to a machine.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
pub enum SeatAssetError {
    /// There is none.
    #[error(transparent)]
    Assign(#[from] crate::AssignSeatError),
    /// The machine was disposed of.
    #[error("asset {asset} was disposed of")]
    Disposed {
        /// Which.
        asset: AssetId,
    },
}

/// Assigns a seat of a licence; to a machine only while that was not disposed of.
///
/// # Errors
/// [`SeatAssetError`]; what the store reports.
///
/// # Example
/// ```
/// use office_core::{Actor, Command, DateRange, Id, MemoryStore, Office, Role, wait};
/// use office_inventory::{
///     AssignSeatError, Licence, LicenceId, NewLicence, Seat, SeatAssetError, SeatHolder, SeatPurchase, assign_seat,
/// };
///
/// # type Failure = Box<dyn std::error::Error + Send + Sync>;
/// # let office = Office::on(MemoryStore::new());
/// # let keeper = Actor::new(Id::natural("person", "E-004"), Role::new("secretary"));
/// # let at = "2026-10-08T12:00:00Z".parse()?;
/// # let command = |key: &str| Command::new(key, "example", keeper.clone(), at);
/// // One seat of a drawing programme was bought for the year.
/// let drawing: LicenceId = Id::natural("licence", "LIC-7");
/// wait(office.transact(&command("buy")?, |tx| async move {
///     let new = NewLicence { number: "LIC-7".parse()?, product: "drawing".to_owned(), vendor: None };
///     tx.decide(drawing, Licence::list(new)?).await?;
///     let (reference, days) = ("PO-9".parse()?, DateRange::year(2026)?);
///     let bought = tx.load(drawing).await?.buy(SeatPurchase { reference, seats: 1, days, cost: "48.00 EUR".parse()? })?;
///     tx.decide(drawing, bought).await?;
///     Ok::<_, Failure>(())
/// }))?;
/// let assign = |person: &str| {
///     let holder = SeatHolder::Person(Id::natural("person", person));
///     let (slip, from, by) = (format!("seat {person}").parse()?, "2026-10-08".parse()?, keeper.person);
///     let seat = &Seat { slip, holder, from, until: None, by };
///     let assigned = wait(office.transact(&command(person)?, |tx| async move { assign_seat(&tx, drawing, seat.clone()).await }));
///     Ok::<_, Failure>(assigned)
/// };
/// assign("E-008")??;
/// let second = assign("E-009")?;
/// let refused = second.as_ref().err().and_then(|error| error.refusal());
/// assert!(matches!(refused, Some(SeatAssetError::Assign(AssignSeatError::NoneFree { .. }))), "{refused:?}");
/// # Ok::<(), Failure>(())
/// ```
pub async fn assign_seat(tx: &Tx, id: LicenceId, seat: Seat) -> Result<(), EquipmentError<SeatAssetError>> {
    // Read.
    let licence = tx.load(id).await?;
    let machine = match seat.holder {
        SeatHolder::Asset(asset) => Some((asset, tx.load(asset).await?)),
        SeatHolder::Person(_) => None,
    };

    // Decide.
    let refused = EquipmentError::Refused;
    let decision = licence.assign(seat).map_err(|error| refused(error.into()))?;
    let Decision::Record(fact) = decision else { return Ok(()) };
    if let Some((asset, _)) = machine.filter(|(_, machine)| machine.disposed().is_some()) {
        return Err(refused(SeatAssetError::Disposed { asset }));
    }

    // Record.
    Ok(tx.record(id, fact).await?)
}
