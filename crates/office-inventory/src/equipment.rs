//! Operations on equipment that look at more than one thing.

mod going;
mod holding;

use chrono::{DateTime, NaiveDate, Utc};
use office_core::subject::{PartyId, PersonId, PlaceId};
use office_core::{AllocateError, Decision, Id, Money, StoreError, Tx, View};
use thiserror::Error;

pub use self::going::{DisposeAssetError, SeatAssetError, assign_seat, dispose_asset};
pub use self::holding::{EndingWarranty, Holdings, custody_of, ending_warranties, holdings_of};
use crate::{
    Asset, AssetId, AssetPurchase, AssetTag, CorrectSerial, CorrectSerialError, EquipmentTermsBook, HandOver,
    HandOverError, Keeper, Loan, LoanId, LoanStatus, NewAsset, OrderedGoods, Reference, RegisterAssetError, Retag,
    RetagError, SerialNumber,
};

/// An operation on stored equipment was not carried out.
#[derive(Debug, Error)]
pub enum EquipmentError<R> {
    /// The store has failed, or knows no such thing.
    #[error("the store has failed")]
    Store(#[from] StoreError),
    /// It is refused.
    #[error(transparent)]
    Refused(R),
}

impl<R> EquipmentError<R> {
    /// Why it is refused; nothing where the store has failed.
    #[must_use]
    pub const fn refusal(&self) -> Option<&R> {
        match self {
            Self::Store(_) => None,
            Self::Refused(refusal) => Some(refusal),
        }
    }
}

/// Registers an asset whose tag and serial number no other has.
///
/// # Errors
/// [`RegisterAssetError`]; what the store reports.
///
/// # Example
/// ```
/// use office_core::{Actor, Command, Id, MemoryStore, Office, Role, wait};
/// use office_inventory::{AssetId, NewAsset, RegisterAssetError, register_asset};
///
/// let office = Office::on(MemoryStore::new());
/// let keeper = Actor::new(Id::natural("person", "E-004"), Role::new("it"));
/// let at = "2026-10-01T08:00:00Z".parse()?;
/// let new = NewAsset {
///     tag: "LT-0042".parse()?,
///     category: "laptop".parse()?,
///     maker: "Lenovo".parse()?,
///     model: "ThinkPad T14".to_owned(),
///     serial: None,
///     purchase: None,
///     in_service: None,
///     lendable: false,
///     place: Id::natural("place", "R-S1"),
///     by: keeper.person,
///     at,
///     slip: "DN-03".parse()?,
/// };
/// let register = |id: &'static str, new: NewAsset| {
///     let command = Command::new(id, "register", keeper.clone(), at)?;
///     let done = wait(office.transact(&command, |tx| {
///         let new = new.clone();
///         async move { register_asset(&tx, Id::natural("asset", id), new).await }
///     }));
///     Ok::<_, office_core::CommandError>(done)
/// };
/// let first: AssetId = Id::natural("asset", "A-1");
/// register("A-1", new.clone())??;
/// let twice = register("A-2", NewAsset { tag: "lt-0042".parse()?, ..new })?;
/// let taken = RegisterAssetError::TagTaken { tag: "lt-0042".parse()?, of: first };
/// assert_eq!(twice.as_ref().err().and_then(|error| error.refusal()), Some(&taken));
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
pub async fn register_asset(tx: &Tx, id: AssetId, new: NewAsset) -> Result<(), EquipmentError<RegisterAssetError>> {
    // Read.
    let known = tx.find(id).await?;
    let tagged = owner_of_tag(tx, &new.tag).await?.filter(|of| *of != id);
    let numbered = owner_of_serial(tx, &new.maker, new.serial.as_ref()).await?.filter(|of| *of != id);

    // Decide.
    let (tag, serial) = (new.tag.clone(), new.serial.clone());
    let decision = Asset::register(known.as_ref(), new).map_err(EquipmentError::Refused)?;
    let Decision::Record(fact) = decision else { return Ok(()) };
    if let Some(of) = tagged {
        return Err(EquipmentError::Refused(RegisterAssetError::TagTaken { tag, of }));
    }
    if let Some((serial, of)) = serial.zip(numbered) {
        return Err(EquipmentError::Refused(RegisterAssetError::SerialTaken { serial, of }));
    }

    // Record.
    Ok(tx.create(id, fact).await?)
}

/// Which asset has a tag.
async fn owner_of_tag(view: &View, tag: &AssetTag) -> Result<Option<AssetId>, StoreError> {
    Ok(view.find_by(Asset::BY_TAG, &tag.folded()).await?.map(|(id, _)| id))
}

/// Which asset of a maker has a serial number.
async fn owner_of_serial(
    view: &View,
    maker: &Reference,
    serial: Option<&SerialNumber>,
) -> Result<Option<AssetId>, StoreError> {
    let Some(serial) = serial else { return Ok(None) };
    let value = (maker.as_str().to_lowercase(), serial.folded());
    Ok(view.find_by(Asset::BY_SERIAL, &value).await?.map(|(id, _)| id))
}

/// Equipment that came with one line of an order.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AssetDelivery {
    /// The line.
    pub goods: OrderedGoods,
    /// The delivery note, or another name for the receipt.
    pub note: Reference,
    /// Who delivered.
    pub vendor: PartyId,
    /// When, for the books.
    pub on: NaiveDate,
    /// What all of it cost: it is shared among the pieces, to the minor unit.
    pub cost: Money,
    /// What kind of thing it is.
    pub category: Reference,
    /// Who made it.
    pub maker: Reference,
    /// What its maker calls it.
    pub model: String,
    /// Whether it is there to be lent.
    pub lendable: bool,
    /// Each piece: the tag that it gets, and the serial number that it has.
    pub pieces: Vec<(AssetTag, Option<SerialNumber>)>,
    /// Where it is put.
    pub place: PlaceId,
    /// Who takes it in.
    pub by: PersonId,
    /// When.
    pub at: DateTime<Utc>,
}

/// Equipment cannot be taken in.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
pub enum ReceiveAssetsError {
    /// There is nothing, or more than anybody tags at once.
    #[error("{pieces} pieces cannot be taken in: 1 to {} are wanted", AssetDelivery::MOST)]
    Pieces {
        /// How many there are.
        pieces: usize,
    },
    /// The cost cannot be shared.
    #[error("the cost cannot be shared among the pieces")]
    Cost(#[from] AllocateError),
    /// A piece cannot be registered.
    #[error("piece {piece} cannot be registered")]
    Piece {
        /// Which, counted from 1.
        piece: usize,
        /// Why not.
        source: RegisterAssetError,
    },
}

impl AssetDelivery {
    /// The most pieces that come at once.
    pub const MOST: usize = 1_000;

    /// The id of a piece, counted from 1: the same for ever, so that a delivery that comes twice counts once.
    #[must_use]
    pub fn id_of(&self, piece: usize) -> AssetId {
        let OrderedGoods { order, line } = self.goods;
        Id::natural("asset", &format!("{order} {line} {piece} {}", self.note))
    }

    /// The pieces as assets, each with its share of the cost.
    fn assets(self) -> Result<Vec<(AssetId, NewAsset)>, ReceiveAssetsError> {
        let pieces = self.pieces.len();
        let number = u16::try_from(pieces).ok().filter(|_| (1..=Self::MOST).contains(&pieces));
        let costs = self.cost.split(number.ok_or(ReceiveAssetsError::Pieces { pieces })?)?;
        let mut assets = Vec::new();
        for (piece, ((tag, serial), cost)) in (1_usize..).zip(self.pieces.iter().cloned().zip(costs)) {
            let purchase = AssetPurchase { vendor: self.vendor, order: Some(self.goods), on: self.on, cost };
            let new = NewAsset {
                tag,
                category: self.category.clone(),
                maker: self.maker.clone(),
                model: self.model.clone(),
                serial,
                purchase: Some(purchase),
                in_service: None,
                lendable: self.lendable,
                place: self.place,
                by: self.by,
                at: self.at,
                slip: self.note.clone(),
            };
            assets.push((self.id_of(piece), new));
        }
        Ok(assets)
    }
}

/// Takes in equipment that was ordered: every piece becomes an asset, or none does.
///
/// # Errors
/// [`ReceiveAssetsError`]; what the store reports.
///
/// # Example
/// ```
/// # use office_core::{Actor, Command, Id, MemoryStore, Office, Role, wait};
/// # let office = Office::on(MemoryStore::new());
/// # let keeper = Actor::new(Id::natural("person", "E-004"), Role::new("it"));
/// # let at = "2026-10-01T08:00:00Z".parse()?;
/// # let command = |key: &str| Command::new(key, "example", keeper.clone(), at);
/// use office_inventory::{AssetDelivery, OrderedGoods, receive_assets};
///
/// let three = AssetDelivery {
///     goods: OrderedGoods { order: Id::natural("order", "PO-1"), line: 1 },
///     note: "DN-7".parse()?,
///     vendor: Id::natural("party", "V-03"),
///     on: "2026-10-01".parse()?,
///     cost: "1000.00 EUR".parse()?,
///     category: "laptop".parse()?,
///     maker: "Lenovo".parse()?,
///     model: "ThinkPad T14".to_owned(),
///     lendable: false,
///     pieces: vec![("LT-1".parse()?, Some("PF1".parse()?)), ("LT-2".parse()?, Some("PF2".parse()?)), ("LT-3".parse()?, None)],
///     place: Id::natural("place", "R-S1"),
///     by: keeper.person,
///     at,
/// };
/// let receive = |key: &str, delivery: &AssetDelivery| {
///     Ok::<_, office_core::CommandError>(wait(office.transact(&command(key)?, |tx| {
///         let delivery = delivery.clone();
///         async move { receive_assets(&tx, delivery).await }
///     })))
/// };
/// let assets = receive("three", &three)??;
/// let first = wait(office.view(|view| { let first = assets[0]; async move { view.load(first).await } }))?;
/// assert_eq!(first.purchase().map(|purchase| purchase.cost.to_string()).as_deref(), Some("333.34 EUR"));
///
/// // Another delivery with a tag that there is: nothing of it is taken in.
/// let pieces = vec![("LT-4".parse()?, None), ("lt-3".parse()?, None)];
/// assert!(receive("more", &AssetDelivery { note: "DN-8".parse()?, pieces, ..three })?.is_err());
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
pub async fn receive_assets(
    tx: &Tx,
    delivery: AssetDelivery,
) -> Result<Vec<AssetId>, EquipmentError<ReceiveAssetsError>> {
    let assets = delivery.assets().map_err(EquipmentError::Refused)?;
    let mut ids = Vec::new();
    for (piece, (id, new)) in (1_usize..).zip(assets) {
        register_asset(tx, id, new).await.map_err(|error| match error {
            EquipmentError::Store(error) => EquipmentError::Store(error),
            EquipmentError::Refused(source) => EquipmentError::Refused(ReceiveAssetsError::Piece { piece, source }),
        })?;
        ids.push(id);
    }
    Ok(ids)
}

/// Gives an asset another tag, which no other has.
///
/// # Errors
/// [`RetagError`]; what the store reports.
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
/// #     model: "One".to_owned(),
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
/// # let other_tag: office_inventory::AssetTag = "LT-0043".parse()?;
/// # let other: AssetId = Id::natural("asset", "LT-0043");
/// # wait(office.transact(&command("other")?, |tx| {
/// #     let new = NewAsset { tag: other_tag.clone(), ..new.clone() };
/// #     async move { register_asset(&tx, other, new).await }
/// # }))?;
/// use office_inventory::{Retag, RetagError, retag_asset};
///
/// let retag = |key: &str, tag: &str| {
///     let command_of_it = Retag { tag: tag.parse()?, by: keeper.person, at };
///     let done = wait(office.transact(&command(key)?, |tx| {
///         let retag = command_of_it.clone();
///         async move { retag_asset(&tx, laptop, retag).await }
///     }));
///     Ok::<_, Box<dyn std::error::Error>>(done)
/// };
/// retag("new", "LT-0100")??;
///
/// // One that another has is not given, whatever its capitals.
/// let refused = retag("taken", "lt-0043")?;
/// let taken = RetagError::Taken { tag: "lt-0043".parse()?, of: other };
/// assert_eq!(refused.as_ref().err().and_then(|error| error.refusal()), Some(&taken));
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
pub async fn retag_asset(tx: &Tx, id: AssetId, command: Retag) -> Result<(), EquipmentError<RetagError>> {
    // Read.
    let asset = tx.load(id).await?;
    let taken = owner_of_tag(tx, &command.tag).await?.filter(|of| *of != id);

    // Decide.
    let tag = command.tag.clone();
    let decision = asset.retag(command).map_err(EquipmentError::Refused)?;
    if let Some(of) = taken {
        return Err(EquipmentError::Refused(RetagError::Taken { tag, of }));
    }

    // Record.
    Ok(tx.decide(id, decision).await?)
}

/// Puts the serial number of an asset right; no other of its maker has it.
///
/// # Errors
/// [`CorrectSerialError`]; what the store reports.
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
/// #     model: "One".to_owned(),
/// #     serial: Some("PF-1".parse()?),
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
/// # let other: AssetId = Id::natural("asset", "LT-0043");
/// # let another = &NewAsset { tag: "LT-0043".parse()?, serial: Some("PF-2".parse()?), ..new.clone() };
/// # wait(office.transact(&command("other")?, |tx| async move { register_asset(&tx, other, another.clone()).await }))?;
/// use office_inventory::{CorrectSerial, CorrectSerialError, correct_serial};
///
/// // Two laptops of one maker are `PF-1` and `PF-2`; the first was written down wrongly.
/// let correct = |key: &str, serial: &str| {
///     let right = &CorrectSerial { serial: Some(serial.parse()?), by: keeper.person, at };
///     let command = command(key)?;
///     let done = wait(office.transact(&command, |tx| async move { correct_serial(&tx, laptop, right.clone()).await }));
///     Ok::<_, Box<dyn std::error::Error>>(done)
/// };
/// correct("right", "PF-7")??;
/// let refused = correct("taken", "PF-2")?;
/// let taken = CorrectSerialError::Taken { serial: "PF-2".parse()?, of: other };
/// assert_eq!(refused.as_ref().err().and_then(|error| error.refusal()), Some(&taken));
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
pub async fn correct_serial(
    tx: &Tx,
    id: AssetId,
    command: CorrectSerial,
) -> Result<(), EquipmentError<CorrectSerialError>> {
    // Read.
    let asset = tx.load(id).await?;
    let taken = owner_of_serial(tx, asset.maker(), command.serial.as_ref()).await?.filter(|of| *of != id);

    // Decide.
    let serial = command.serial.clone();
    let decision = asset.correct_serial(command).map_err(EquipmentError::Refused)?;
    if let Some((serial, of)) = serial.zip(taken) {
        return Err(EquipmentError::Refused(CorrectSerialError::Taken { serial, of }));
    }

    // Record.
    Ok(tx.decide(id, decision).await?)
}

/// An asset cannot be handed over, as things stand.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
pub enum HandOverAssetError {
    /// Nobody has said what is wanted of its category.
    #[error("no terms are in force for `{category}` on {on}")]
    NoTerms {
        /// Its category.
        category: Reference,
        /// The day.
        on: NaiveDate,
    },
    /// It cannot go there.
    #[error(transparent)]
    HandOver(#[from] HandOverError),
    /// It is set aside for somebody.
    #[error("it is set aside by loan {loan}")]
    Reserved {
        /// By which loan.
        loan: LoanId,
    },
    /// It would be part of itself, or of what is itself a part or gone, or it has parts of its own.
    #[error(
        "asset {whole} cannot have it as a part: a part has no parts, and nothing is part of itself or of what is gone"
    )]
    Part {
        /// Of what it would be a part.
        whole: AssetId,
    },
}

/// Hands an asset over, by the terms of its category on the day (in UTC) on which it passes.
///
/// Besides what [`Asset::hand_over`] sees to: what is set aside for a loan that is not over is not given to somebody
/// else, and parts have no parts.
///
/// # Errors
/// [`HandOverAssetError`]; what the store reports.
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
/// #     model: "One".to_owned(),
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
/// use office_inventory::{
///     EquipmentTerms, EquipmentTermsBook, HandOver, HandOverAssetError, Keeper, hand_over_asset, holdings_of,
/// };
///
/// let ada = Id::natural("person", "E-008");
/// let to_ada = HandOver {
///     to: Keeper::Person(ada),
///     desk: Some(Id::natural("place", "R-204")),
///     accepts: Some(ada),
///     condition: None,
///     by: keeper.person,
///     at: "2026-10-05T09:00:00Z".parse()?,
///     slip: "H-1".parse()?,
/// };
/// let hand_over = |key: &str, book: &EquipmentTermsBook| {
///     Ok::<_, office_core::CommandError>(wait(office.transact(&command(key)?, |tx| {
///         let (to_ada, book) = (to_ada.clone(), book.clone());
///         async move { hand_over_asset(&tx, laptop, &to_ada, &book).await }
///     })))
/// };
///
/// // Nobody has said what is wanted of laptops.
/// let mut book = EquipmentTermsBook::default();
/// let refused = hand_over("unsaid", &book)?;
/// let no_terms = HandOverAssetError::NoTerms { category: "laptop".parse()?, on: "2026-10-05".parse()? };
/// assert_eq!(refused.as_ref().err().and_then(|error| error.refusal()), Some(&no_terms));
///
/// let terms = EquipmentTerms { acceptance: true, holds_data: true, depreciation: None };
/// book.publish(&"laptop".parse()?, "2026-01-01".parse()?, terms)?;
/// hand_over("said", &book)??;
/// let day = "2026-10-05".parse()?;
/// let held = wait(office.view(|view| async move { holdings_of(&view, ada, day).await }))?;
/// assert_eq!(held.assets[0].0, laptop);
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
pub async fn hand_over_asset(
    tx: &Tx,
    id: AssetId,
    command: &HandOver,
    book: &EquipmentTermsBook,
) -> Result<(), EquipmentError<HandOverAssetError>> {
    // Read.
    let asset = tx.load(id).await?;
    let loans = tx.list(Loan::BY_ASSET, &id).await?;
    let parts = tx.list(Asset::BY_KEEPER, &Keeper::Asset(id)).await?;
    let whole = match command.to {
        Keeper::Asset(whole) => Some((whole, tx.load(whole).await?)),
        Keeper::Stock(_)
        | Keeper::Person(_)
        | Keeper::Team(_)
        | Keeper::Place(_)
        | Keeper::Repairer(_)
        | Keeper::Missing => None,
    };

    // Decide.
    let refused = EquipmentError::Refused;
    let on = command.at.date_naive();
    let no_terms = || HandOverAssetError::NoTerms { category: asset.category().clone(), on };
    let terms = book.in_force(asset.category(), on).ok_or_else(|| refused(no_terms()))?;
    let decision = asset.hand_over(command, terms).map_err(|error| refused(error.into()))?;
    let Decision::Record(fact) = decision else { return Ok(()) };
    let moves = asset.keeper() == Some(command.to);
    if command.to.is_user()
        && !moves
        && let Some(loan) = standing(&loans, command.at)
    {
        return Err(refused(HandOverAssetError::Reserved { loan }));
    }
    if let Some((whole, state)) = whole
        && (whole == id || !parts.is_empty() || !may_have_parts(&state))
    {
        return Err(refused(HandOverAssetError::Part { whole }));
    }

    // Record.
    Ok(tx.record(id, fact).await?)
}

fn may_have_parts(whole: &Asset) -> bool {
    whole.keeper().is_some_and(|keeper| !matches!(keeper, Keeper::Asset(_)))
}

/// A loan for which something is set aside and whose days are not over.
fn standing(loans: &[(LoanId, Loan)], at: DateTime<Utc>) -> Option<LoanId> {
    let stands = |loan: &Loan| loan.status() == LoanStatus::Reserved && at < loan.period().time().end();
    loans.iter().find(|(_, loan)| stands(loan)).map(|(id, _)| *id)
}
