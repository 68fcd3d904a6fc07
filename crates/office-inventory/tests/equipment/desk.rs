//! An office with a desk at which equipment is kept.

use chrono::{DateTime, NaiveDate, TimeDelta, Utc};
use office_core::subject::{PersonId, PlaceId};
use office_core::{
    Actor, ApprovalCase, ApprovalRun, Command, Decision, Entity, Id, MemoryStore, Office, Percent, Role, Tx, wait,
};
use office_inventory::{
    Asset, AssetFact, AssetId, DepreciationTerms, DisposalKind, Dispose, DisposeAssetError, Disposed, EquipmentError,
    EquipmentTerms, EquipmentTermsBook, HandOver, HandOverAssetError, Keeper, LoanId, LoanPeriod, LoanStep, NewAsset,
    NewLoan, Reference, RegisterAssetError, dispose_asset, hand_over_asset, register_asset,
};
pub(crate) use office_scratch::offices;
use serde::Serialize;
use serde::de::DeserializeOwned;

pub(crate) type Answer<T, R> = Result<T, EquipmentError<R>>;

pub(crate) fn memory() -> Office {
    Office::on(MemoryStore::new())
}

pub(crate) fn refusal<T: std::fmt::Debug, R: std::fmt::Debug + Clone>(answer: Answer<T, R>) -> R {
    answer.unwrap_err().refusal().unwrap().clone()
}

pub(crate) fn date(text: &str) -> NaiveDate {
    text.parse().unwrap()
}

pub(crate) fn instant(text: &str) -> DateTime<Utc> {
    text.parse().unwrap()
}

pub(crate) fn record(office: &Office, key: &str, name: &str, decide: impl Fn(&Asset) -> Decision<AssetFact> + Sync) {
    let (id, decide) = (asset(name), &decide);
    wait(office.transact(&command(key), |tx| async move {
        let asset = tx.load(id).await?;
        tx.decide(id, decide(&asset)).await
    }))
    .unwrap();
}

pub(crate) fn person(name: &str) -> PersonId {
    Id::natural("person", name)
}

pub(crate) fn place(name: &str) -> PlaceId {
    Id::natural("place", name)
}

pub(crate) fn asset(name: &str) -> AssetId {
    Id::natural("asset", name)
}

pub(crate) fn loan(name: &str) -> LoanId {
    Id::natural("loan", name)
}

pub(crate) fn text(text: &str) -> Reference {
    text.parse().unwrap()
}

/// So many hours after the first of October at eight.
pub(crate) fn hour(number: i64) -> DateTime<Utc> {
    "2026-10-01T08:00:00Z".parse::<DateTime<Utc>>().unwrap().checked_add_signed(TimeDelta::hours(number)).unwrap()
}

pub(crate) fn command(key: &str) -> Command {
    Command::new(key, "test", Actor::new(person("E-004"), Role::new("it")), hour(0)).unwrap()
}

/// A laptop holds data and is accepted; a beamer is lent, and neither.
pub(crate) fn terms() -> EquipmentTermsBook {
    let mut book = EquipmentTermsBook::default();
    let depreciation = DepreciationTerms { life_months: 36, residual: Percent::ZERO, method: text("linear") };
    let laptop = EquipmentTerms { acceptance: true, holds_data: true, depreciation: Some(depreciation) };
    let from = "2020-01-01".parse().unwrap();
    book.publish(&text("laptop"), from, laptop).unwrap();
    book.publish(&text("beamer"), from, EquipmentTerms::default()).unwrap();
    book
}

pub(crate) fn new(tag: &str, category: &str) -> NewAsset {
    NewAsset {
        tag: tag.parse().unwrap(),
        category: text(category),
        maker: text("Acme"),
        model: "One".to_owned(),
        serial: None,
        purchase: None,
        in_service: None,
        lendable: category == "beamer",
        place: place("R-S1"),
        by: person("E-004"),
        at: hour(0),
        slip: text("DN-03"),
    }
}

/// Runs one operation in a transaction of its own.
pub(crate) fn run<T, R, F>(office: &Office, key: &str, work: impl FnMut(Tx) -> F + Send) -> Answer<T, R>
where
    T: Serialize + DeserializeOwned + Send,
    R: Send,
    F: Future<Output = Answer<T, R>> + Send,
{
    wait(office.transact(&command(key), work))
}

pub(crate) fn register(office: &Office, name: &str, new: &NewAsset) -> Answer<(), RegisterAssetError> {
    let key = Id::<Asset>::natural("register", &format!("{name} {new:?}"));
    run(office, &key.to_string(), |tx| async move { register_asset(&tx, asset(name), new.clone()).await })
}

pub(crate) fn load<E: Entity>(office: &Office, id: Id<E>) -> E {
    wait(office.view(|view| async move { view.load(id).await })).unwrap()
}

pub(crate) fn state(office: &Office, name: &str) -> Asset {
    load(office, asset(name))
}

/// To hand something over without acceptance.
pub(crate) fn slip(number: &str, to: Keeper, at: i64) -> HandOver {
    HandOver { to, desk: None, accepts: None, condition: None, by: person("E-004"), at: hour(at), slip: text(number) }
}

pub(crate) fn hand_over(office: &Office, name: &str, command: &HandOver) -> Answer<(), HandOverAssetError> {
    let (key, book) = (Id::<Asset>::natural("hand over", &format!("{name} {command:?}")), &terms());
    run(office, &key.to_string(), |tx| async move { hand_over_asset(&tx, asset(name), command, book).await })
}

pub(crate) fn approval(name: &str, slip: &Reference, outcome: &str) -> ApprovalRun {
    let case = ApprovalCase {
        case: Asset::disposal_case(asset(name), slip),
        requester: person("E-004"),
        beneficiaries: [].into(),
        scope: "company".parse().unwrap(),
        amount: None,
        taken: Vec::new(),
    };
    ApprovalRun::start(&outcome.parse().unwrap(), case, hour(0))
}

pub(crate) fn gone(number: &str, kind: DisposalKind, at: i64) -> Disposed {
    Disposed {
        kind,
        on: hour(at).date_naive(),
        at: hour(at),
        proceeds: "0.00 EUR".parse().unwrap(),
        data: None,
        by: person("E-004"),
        slip: text(number),
    }
}

pub(crate) fn dispose(office: &Office, name: &str, disposal: &Disposed) -> Answer<(), DisposeAssetError> {
    let (state, book, approval) = (state(office, name), terms(), &approval(name, &disposal.slip, "allow"));
    let terms = book.in_force(state.category(), disposal.on).unwrap();
    let key = Id::<Asset>::natural("dispose", &format!("{name} {disposal:?}"));
    let command = Dispose { disposal, approval, terms };
    run(office, &key.to_string(), |tx| async move { dispose_asset(&tx, asset(name), command).await })
}

/// The days of October 2026 in Berlin.
pub(crate) fn days(first: u32, last: u32) -> LoanPeriod {
    let day = |day| NaiveDate::from_ymd_opt(2026, 10, day).unwrap();
    LoanPeriod::new(day(first), day(last), "Europe/Berlin".parse().unwrap()).unwrap()
}

pub(crate) fn asked(name: &str, period: LoanPeriod) -> NewLoan {
    NewLoan { asset: asset(name), borrower: person("E-008"), period, by: person("E-004"), at: hour(0) }
}

pub(crate) fn step(number: &str, at: DateTime<Utc>) -> LoanStep {
    LoanStep { by: person("E-004"), at, condition: None, slip: text(number) }
}
