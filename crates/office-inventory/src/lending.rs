//! Lending assets for some days: no two loans of one asset are at the same time.

use chrono::{DateTime, TimeDelta, Utc};
use office_core::subject::{PersonId, PlaceId};
use office_core::{Decision, StoreError, Tx, View};
use thiserror::Error;

use crate::{
    Asset, AssetId, AssetStatus, Condition, EquipmentError, EquipmentTerms, HandOver, HandOverError, Keeper, Loan,
    LoanFact, LoanId, LoanPeriod, LoanStepError, NewLoan, Reference,
};

/// An asset cannot be lent.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
pub enum ReserveAssetError {
    /// The loan is another already.
    #[error("this loan is another already")]
    LoanReused,
    /// The days are over.
    #[error("the days were over at {end}")]
    Over {
        /// When.
        end: DateTime<Utc>,
    },
    /// It is not there to be lent, somebody has it for good, or it does not work.
    #[error("it is not there to be lent: it is {status}")]
    NotLendable {
        /// Where it stands.
        status: AssetStatus,
    },
    /// Somebody else has it then, or is late with it.
    #[error("it is lent by {loan} for {period}")]
    Taken {
        /// By which loan.
        loan: LoanId,
        /// For which days.
        period: LoanPeriod,
    },
    /// Nothing of the category is free.
    #[error("nothing of category `{category}` is free: all {candidates} are lent then")]
    NoneFree {
        /// The category.
        category: Reference,
        /// How many there are to be lent.
        candidates: usize,
    },
}

/// Sets an asset aside for somebody for some days.
///
/// # Errors
/// [`ReserveAssetError`]; what the store reports.
///
/// # Example
/// ```
/// # use office_core::{Actor, Command, Id, MemoryStore, Office, Role, wait};
/// # use office_inventory::{AssetId, NewAsset, register_asset};
/// # let office = Office::on(MemoryStore::new());
/// # let keeper = Actor::new(Id::natural("person", "E-004"), Role::new("it"));
/// # let at = "2026-10-01T08:00:00Z".parse()?;
/// # let beamer: AssetId = Id::natural("asset", "BM-1");
/// # let new = NewAsset {
/// #     tag: "BM-1".parse()?,
/// #     category: "beamer".parse()?,
/// #     maker: "Epson".parse()?,
/// #     model: "EB-L200".to_owned(),
/// #     serial: None,
/// #     purchase: None,
/// #     in_service: None,
/// #     lendable: true,
/// #     place: Id::natural("place", "R-S1"),
/// #     by: keeper.person,
/// #     at,
/// #     slip: "DN-03".parse()?,
/// # };
/// # let command = |key: &str| Command::new(key, "example", keeper.clone(), at);
/// # wait(office.transact(&command("register")?, |tx| {
/// #     let new = new.clone();
/// #     async move { register_asset(&tx, beamer, new).await }
/// # }))?;
/// use office_inventory::{EquipmentError, LoanId, LoanPeriod, NewLoan, ReserveAssetError, reserve_asset};
///
/// let berlin = "Europe/Berlin".parse()?;
/// let ask = |key: &str, first: &str, last: &str| {
///     let period = LoanPeriod::new(first.parse()?, last.parse()?, berlin)?;
///     let (borrower, by) = (Id::natural("person", "E-008"), keeper.person);
///     let loan = NewLoan { asset: beamer, borrower, period, by, at };
///     let id: LoanId = Id::natural("loan", key);
///     let asked = wait(office.transact(&command(key)?, |tx| async move { reserve_asset(&tx, id, loan).await }));
///     Ok::<_, Box<dyn std::error::Error>>(asked)
/// };
/// ask("L-1", "2026-10-05", "2026-10-07")??;
/// let refused = ask("L-2", "2026-10-07", "2026-10-08")?;
/// assert!(matches!(refused, Err(EquipmentError::Refused(ReserveAssetError::Taken { .. }))));
/// ask("L-3", "2026-10-08", "2026-10-08")??;
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
pub async fn reserve_asset(tx: &Tx, id: LoanId, new: NewLoan) -> Result<(), EquipmentError<ReserveAssetError>> {
    // Read.
    let known = tx.find(id).await?;
    let asset = tx.load(new.asset).await?;
    let loans = tx.list(Loan::BY_ASSET, &new.asset).await?;

    // Decide.
    if let Some(known) = known {
        let same = *known.asked() == new;
        return if same { Ok(()) } else { Err(EquipmentError::Refused(ReserveAssetError::LoanReused)) };
    }
    free(&asset, &loans, &new, None).map_err(EquipmentError::Refused)?;

    // Record.
    Ok(tx.create(id, LoanFact::Reserved(new)).await?)
}

/// Whether an asset can be lent for a period, whatever one loan says.
fn free(
    asset: &Asset,
    loans: &[(LoanId, Loan)],
    new: &NewLoan,
    except: Option<LoanId>,
) -> Result<(), ReserveAssetError> {
    let time = new.period.time();
    if time.end() <= new.at {
        return Err(ReserveAssetError::Over { end: time.end() });
    }
    if !asset.may_be_lent() {
        return Err(ReserveAssetError::NotLendable { status: asset.status() });
    }
    let against = |(id, loan): &&(LoanId, Loan)| Some(*id) != except && loan.stands_against(time, new.at);
    match loans.iter().find(against) {
        Some((loan, taken)) => Err(ReserveAssetError::Taken { loan: *loan, period: taken.period() }),
        None => Ok(()),
    }
}

/// Sets any asset of a category aside: the first in the order of tags that is free. Gives which; `new.asset` is not
/// looked at.
///
/// # Errors
/// [`ReserveAssetError`]; what the store reports.
///
/// # Example
/// ```
/// # use office_core::{Actor, Command, Id, MemoryStore, Office, Role, wait};
/// # use office_inventory::{AssetId, NewAsset, register_asset};
/// # let office = Office::on(MemoryStore::new());
/// # let keeper = Actor::new(Id::natural("person", "E-004"), Role::new("it"));
/// # let at = "2026-10-01T08:00:00Z".parse()?;
/// # let beamer: AssetId = Id::natural("asset", "BM-1");
/// # let new = NewAsset {
/// #     tag: "BM-1".parse()?,
/// #     category: "beamer".parse()?,
/// #     maker: "Epson".parse()?,
/// #     model: "EB-L200".to_owned(),
/// #     serial: None,
/// #     purchase: None,
/// #     in_service: None,
/// #     lendable: true,
/// #     place: Id::natural("place", "R-S1"),
/// #     by: keeper.person,
/// #     at,
/// #     slip: "DN-03".parse()?,
/// # };
/// # let command = |key: &str| Command::new(key, "example", keeper.clone(), at);
/// # wait(office.transact(&command("register")?, |tx| {
/// #     let new = new.clone();
/// #     async move { register_asset(&tx, beamer, new).await }
/// # }))?;
/// use office_inventory::{LoanId, LoanPeriod, NewLoan, ReserveAssetError, reserve_any};
///
/// // The office has one beamer to lend.
/// let category = &"Beamer".parse()?;
/// let ask = |key: &str| {
///     let period = LoanPeriod::new("2026-10-05".parse()?, "2026-10-07".parse()?, "Europe/Berlin".parse()?)?;
///     let (borrower, by) = (Id::natural("person", "E-008"), keeper.person);
///     // Which one is not looked at.
///     let loan = NewLoan { asset: Id::natural("asset", "any"), borrower, period, by, at };
///     let id: LoanId = Id::natural("loan", key);
///     let asked = wait(office.transact(&command(key)?, |tx| async move { reserve_any(&tx, id, category, loan).await }));
///     Ok::<_, Box<dyn std::error::Error>>(asked)
/// };
/// assert_eq!(ask("L-1")??, beamer);
/// let refused = ask("L-2")?;
/// let none = ReserveAssetError::NoneFree { category: category.clone(), candidates: 1 };
/// assert_eq!(refused.as_ref().err().and_then(|error| error.refusal()), Some(&none));
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
pub async fn reserve_any(
    tx: &Tx,
    id: LoanId,
    category: &Reference,
    new: NewLoan,
) -> Result<AssetId, EquipmentError<ReserveAssetError>> {
    // Read.
    let known = tx.find(id).await?;
    let candidates = tx.list(Asset::LENDABLE, &category.as_str().to_lowercase()).await?;
    let mut offers = Vec::new();
    for (asset, state) in candidates {
        let loans = tx.list(Loan::BY_ASSET, &asset).await?;
        offers.push((asset, state, loans));
    }

    // Decide.
    if let Some(known) = known {
        let asked = NewLoan { asset: known.asset(), ..new };
        let same = *known.asked() == asked;
        return if same { Ok(known.asset()) } else { Err(EquipmentError::Refused(ReserveAssetError::LoanReused)) };
    }
    let mut chosen = Err(ReserveAssetError::NoneFree { category: category.clone(), candidates: offers.len() });
    for (asset, state, loans) in &offers {
        match free(state, loans, &new, None) {
            Ok(()) => {
                chosen = Ok(*asset);
                break;
            }
            Err(over @ ReserveAssetError::Over { .. }) => chosen = Err(over),
            Err(_) => {}
        }
    }
    let asset = chosen.map_err(EquipmentError::Refused)?;

    // Record.
    tx.create(id, LoanFact::Reserved(NewLoan { asset, ..new })).await?;
    Ok(asset)
}

/// A loan cannot be changed.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
pub enum ChangeLoanError {
    /// It has come too far, or not far enough.
    #[error(transparent)]
    Step(#[from] LoanStepError),
    /// The asset is not free then.
    #[error(transparent)]
    Reserve(#[from] ReserveAssetError),
    /// The asset cannot pass.
    #[error(transparent)]
    HandOver(#[from] HandOverError),
    /// It is not in stock.
    #[error("the asset is {status}: only what is in stock is handed out")]
    NotThere {
        /// Where it stands.
        status: AssetStatus,
    },
    /// It is not missing.
    #[error("the asset is {status}: a loan is given up where it is missing")]
    NotMissing {
        /// Where it stands.
        status: AssetStatus,
    },
}

/// Changes the days of a loan: any of one that is reserved, the last of one that is out, even if it is late.
///
/// # Errors
/// [`ChangeLoanError`]; what the store reports.
///
/// # Example
/// ```
#[doc = include_str!("lending/beamer.txt")]
#[doc = include_str!("lending/reserved.txt")]
/// use office_inventory::reschedule_loan;
///
/// let until = |key: &str, last: &str| {
///     let (id, first, berlin) = (loan("L-1"), "2026-10-05".parse().unwrap(), "Europe/Berlin".parse().unwrap());
///     let period = LoanPeriod::new(first, last.parse().unwrap(), berlin).unwrap();
///     wait(office.transact(&command(key), |tx| async move { reschedule_loan(&tx, id, period, by, at).await }))
/// };
/// until("longer", "2026-10-11")?;
/// // From the 12th on it is reserved for somebody else.
/// let refused = until("too-long", "2026-10-12");
/// let refusal = refused.as_ref().err().and_then(|error| error.refusal());
/// let taken = |with| matches!(refusal, Some(ChangeLoanError::Reserve(ReserveAssetError::Taken { loan, .. })) if *loan == with);
/// assert!(taken(loan("L-2")));
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
pub async fn reschedule_loan(
    tx: &Tx,
    id: LoanId,
    period: LoanPeriod,
    by: PersonId,
    at: DateTime<Utc>,
) -> Result<(), EquipmentError<ChangeLoanError>> {
    // Read.
    let loan = tx.load(id).await?;
    let asset = tx.load(loan.asset()).await?;
    let loans = tx.list(Loan::BY_ASSET, &loan.asset()).await?;

    // Decide.
    let refused = |error: ChangeLoanError| EquipmentError::Refused(error);
    let decision = loan.reschedule(period, by, at).map_err(|error| refused(error.into()))?;
    let Decision::Record(fact) = decision else { return Ok(()) };
    let asked = NewLoan { period, at, ..*loan.asked() };
    free(&asset, &loans, &asked, Some(id)).map_err(|error| refused(error.into()))?;

    // Record.
    Ok(tx.record(id, fact).await?)
}

/// A loan is handed out or brought back.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LoanStep {
    /// Who gives it out or takes it in.
    pub by: PersonId,
    /// When.
    pub at: DateTime<Utc>,
    /// In what condition it is, if somebody has looked.
    pub condition: Option<Condition>,
    /// The number of the paper on which that is written.
    pub slip: Reference,
}

/// Hands out what is set aside, on one of its days; only what is in stock. A loan asks for no acceptance: whoever borrows
/// it fetches it.
///
/// # Errors
/// [`ChangeLoanError`]; what the store reports.
///
/// # Example
/// ```
#[doc = include_str!("lending/beamer.txt")]
#[doc = include_str!("lending/reserved.txt")]
///
/// let out = |key: &str, step: LoanStep| {
///     wait(office.transact(&command(key), |tx| {
///         let (id, step) = (loan("L-1"), step.clone());
///         async move { hand_out_loan(&tx, id, &step).await }
///     }))
/// };
/// // Half past eleven in the evening of the day before is too early.
/// let refused = out("early", step("2026-10-04T21:30:00Z", "out"));
/// let wanted = ChangeLoanError::Step(LoanStepError::TooEarly { from: "2026-10-04T22:00:00Z".parse()? });
/// assert_eq!(refused.as_ref().err().and_then(|error| error.refusal()), Some(&wanted));
/// out("morning", step("2026-10-05T07:00:00Z", "out"))?;
/// let lent = wait(office.view(|view| async move { view.load(beamer).await }))?;
/// assert_eq!(lent.status(), AssetStatus::OnLoan { loan: loan("L-1") });
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
pub async fn hand_out_loan(tx: &Tx, id: LoanId, step: &LoanStep) -> Result<(), EquipmentError<ChangeLoanError>> {
    // Read.
    let loan = tx.load(id).await?;
    let asset = tx.load(loan.asset()).await?;

    // Decide.
    let refused = |error: ChangeLoanError| EquipmentError::Refused(error);
    let decision = loan.hand_out(step.by, step.at).map_err(|error| refused(error.into()))?;
    let Decision::Record(fact) = decision else { return Ok(()) };
    if asset.status() != AssetStatus::InStock {
        return Err(refused(ChangeLoanError::NotThere { status: asset.status() }));
    }
    let passed = asset
        .pass(&passing(step, Keeper::Person(loan.borrower())), &EquipmentTerms::default(), Some(id))
        .map_err(|error| refused(error.into()))?;

    // Record.
    tx.record(id, fact).await?;
    Ok(tx.decide(loan.asset(), passed).await?)
}

/// Takes in what was lent, late or not, and puts it somewhere. What is missing meanwhile comes to light by that; what was
/// found and put away before is left where it is. For an example, see [`hand_out_loan`].
///
/// # Errors
/// [`ChangeLoanError`]; what the store reports.
///
/// # Example
/// ```
#[doc = include_str!("lending/beamer.txt")]
#[doc = include_str!("lending/reserved.txt")]
///
/// let back = |key: &str, loan, step: LoanStep| {
///     wait(office.transact(&command(key), |tx| {
///         let step = step.clone();
///         async move { bring_back_loan(&tx, loan, &step, store).await }
///     }))
/// };
/// hand_out("out", loan("L-1"), step("2026-10-05T07:00:00Z", "out"))?;
/// // It is late, and comes back all the same.
/// back("back", loan("L-1"), step("2026-10-08T09:00:00Z", "back"))?;
/// let there = wait(office.view(|view| async move { view.load(beamer).await }))?;
/// assert_eq!(there.status(), AssetStatus::InStock);
/// // What was not fetched does not come back.
/// let refused = back("early", loan("L-2"), step("2026-10-08T10:00:00Z", "again"));
/// let wanted = ChangeLoanError::Step(LoanStepError::Status { status: LoanStatus::Reserved });
/// assert_eq!(refused.as_ref().err().and_then(|error| error.refusal()), Some(&wanted));
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
pub async fn bring_back_loan(
    tx: &Tx,
    id: LoanId,
    step: &LoanStep,
    to: PlaceId,
) -> Result<(), EquipmentError<ChangeLoanError>> {
    // Read.
    let loan = tx.load(id).await?;
    let asset = tx.load(loan.asset()).await?;

    // Decide.
    let refused = |error: ChangeLoanError| EquipmentError::Refused(error);
    let decision = loan.bring_back(step.by, step.at).map_err(|error| refused(error.into()))?;
    let Decision::Record(fact) = decision else { return Ok(()) };
    let lent = asset.custody().current().is_some_and(|now| now.loan == Some(id) || now.keeper == Keeper::Missing);
    let passed = if lent {
        let back = asset.pass(&passing(step, Keeper::Stock(to)), &EquipmentTerms::default(), Some(id));
        back.map_err(|error| refused(error.into()))?
    } else {
        Decision::AlreadyRecorded
    };

    // Record.
    tx.record(id, fact).await?;
    Ok(tx.decide(loan.asset(), passed).await?)
}

/// Says that nobody waits any more for what was lent and is missing: it may be disposed of as lost.
///
/// # Errors
/// [`ChangeLoanError`]; what the store reports.
///
/// # Example
/// ```
#[doc = include_str!("lending/beamer.txt")]
#[doc = include_str!("lending/reserved.txt")]
/// # let mut terms = EquipmentTermsBook::default();
/// # terms.publish(&"beamer".parse()?, "2026-01-01".parse()?, office_inventory::EquipmentTerms::default())?;
/// # let terms = &terms;
/// use office_inventory::{EquipmentTermsBook, HandOver, Keeper, give_up_loan, hand_over_asset};
///
/// hand_out("out", loan("L-1"), step("2026-10-05T07:00:00Z", "out"))?;
/// let give_up = |key: &str| {
///     let (id, at) = (loan("L-1"), "2026-10-20T09:00:00Z".parse().unwrap());
///     wait(office.transact(&command(key), |tx| async move { give_up_loan(&tx, id, by, at).await }))
/// };
/// // As long as the borrower has it, somebody waits for it.
/// let refused = give_up("early");
/// let not_missing = ChangeLoanError::NotMissing { status: AssetStatus::OnLoan { loan: loan("L-1") } };
/// assert_eq!(refused.as_ref().err().and_then(|error| error.refusal()), Some(&not_missing));
///
/// // The borrower says that they have lost it.
/// let (at, slip) = ("2026-10-08T10:00:00Z".parse()?, "M-1".parse()?);
/// let lost = &HandOver { to: Keeper::Missing, desk: None, accepts: None, condition: None, by, at, slip };
/// wait(office.transact(&command("lost"), |tx| async move { hand_over_asset(&tx, beamer, lost, terms).await }))?;
/// give_up("lost-for-good")?;
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
pub async fn give_up_loan(
    tx: &Tx,
    id: LoanId,
    by: PersonId,
    at: DateTime<Utc>,
) -> Result<(), EquipmentError<ChangeLoanError>> {
    // Read.
    let loan = tx.load(id).await?;
    let asset = tx.load(loan.asset()).await?;

    // Decide.
    let refused = |error: ChangeLoanError| EquipmentError::Refused(error);
    let decision = loan.give_up(by, at).map_err(|error| refused(error.into()))?;
    let Decision::Record(fact) = decision else { return Ok(()) };
    if asset.status() != AssetStatus::Missing {
        return Err(refused(ChangeLoanError::NotMissing { status: asset.status() }));
    }

    // Record.
    Ok(tx.record(id, fact).await?)
}

fn passing(step: &LoanStep, to: Keeper) -> HandOver {
    let LoanStep { by, at, condition, ref slip } = *step;
    HandOver { to, desk: None, accepts: None, condition, by, at, slip: slip.clone() }
}

/// What is out and should be back at an instant, the longest first; at most `most`. For an example, see [`hand_out_loan`].
///
/// # Errors
/// What the store reports.
///
/// # Example
/// ```
#[doc = include_str!("lending/beamer.txt")]
#[doc = include_str!("lending/reserved.txt")]
///
/// hand_out("out", loan("L-1"), step("2026-10-05T07:00:00Z", "out"))?;
/// let overdue = |at: &str| {
///     let at: DateTime<Utc> = at.parse().unwrap();
///     wait(office.view(|view| async move { overdue_loans(&view, at, 10).await }))
/// };
/// // It is lent until the end of the 7th, which in Berlin is two hours before that of Greenwich.
/// assert!(overdue("2026-10-07T21:59:59Z")?.is_empty());
/// assert_eq!(overdue("2026-10-07T22:00:00Z")?[0].0, loan("L-1"));
/// bring_back("back", loan("L-1"), step("2026-10-08T09:00:00Z", "back"))?;
/// assert!(overdue("2026-10-08T09:00:00Z")?.is_empty());
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
pub async fn overdue_loans(view: &View, at: DateTime<Utc>, most: usize) -> Result<Vec<(LoanId, Loan)>, StoreError> {
    // What ends at this very instant is late.
    let after = at.checked_add_signed(TimeDelta::nanoseconds(1));
    view.page(Loan::DUE, None, after.as_ref(), most).await
}
