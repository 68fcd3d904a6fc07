//! Looking whether the assets of a place are there, by scanning their tags.

use std::collections::{BTreeMap, BTreeSet};

use chrono::{DateTime, Utc};
use office_core::subject::{PersonId, PlaceId};
use office_core::{Decision, Entity, Id, Kind, StoreError, Tx, View};
use serde::{Deserialize, Serialize};
use thiserror::Error;

use crate::{Asset, AssetFact, AssetId, AssetTag, CustodySpan, EquipmentError, HandOver, Keeper, Reference};

/// The id of an audit.
pub type AssetAuditId = Id<AssetAudit>;

/// What an audit has found of an asset.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct AuditMark {
    /// The number of the audit.
    pub audit: Reference,
    /// When.
    pub at: DateTime<Utc>,
    /// At which place.
    pub place: PlaceId,
    /// What was found.
    pub found: AuditFinding,
}

/// Whether an asset was found.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum AuditFinding {
    /// Where it should be.
    Here,
    /// Here, though it should be elsewhere.
    Misplaced,
    /// Not here, though it should be.
    Missing,
}

/// An asset as an audit knows it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct AuditedAsset {
    /// Which.
    pub id: AssetId,
    /// Its tag.
    pub tag: AssetTag,
    /// Who had it at the instant of the audit; nobody where it was not here yet, or disposed of.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub keeper: Option<Keeper>,
    /// Where it should have been then, if anybody knows.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub place: Option<PlaceId>,
}

/// What should be at a place at an instant, and what is known of tags that were found besides.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AuditSheet {
    /// The number of the audit, which no other has.
    pub number: Reference,
    /// The place.
    pub place: PlaceId,
    /// The instant.
    pub at: DateTime<Utc>,
    /// The assets that are known, those of the place among them.
    pub known: Vec<AuditedAsset>,
}

/// What an audit of a place has found.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct AuditResult {
    /// The number of the audit.
    pub number: Reference,
    /// The place.
    pub place: PlaceId,
    /// The instant.
    pub at: DateTime<Utc>,
    /// What is where it should be, in the order of tags, as all of these lists are.
    pub here: Vec<AuditedAsset>,
    /// What should be elsewhere.
    pub misplaced: Vec<AuditedAsset>,
    /// What should be here.
    pub missing: Vec<AuditedAsset>,
    /// What should not be anywhere: it was not here yet, or disposed of.
    pub gone: Vec<AuditedAsset>,
    /// Tags that no asset has, in small letters.
    pub unknown: BTreeSet<String>,
    /// Tags that were scanned more than once, in small letters, with how often.
    pub repeated: BTreeMap<String, u32>,
}

impl AuditSheet {
    /// The most tags that are scanned at once.
    pub const MOST_SCANS: usize = 10_000;

    /// Compares the tags that were scanned with what should be there. Capitals, spaces around a tag and empty lines do not
    /// matter; tags that no asset of the sheet has are unknown.
    ///
    /// # Example
    /// ```
    /// use office_core::Id;
    /// use office_inventory::{AuditSheet, AuditedAsset, Keeper};
    ///
    /// let (room, store) = (Id::natural("place", "R-204"), Id::natural("place", "R-S1"));
    /// let asset = |tag: &str, place| {
    ///     let id = Id::natural("asset", tag);
    ///     Ok::<_, office_inventory::ParseReferenceError>(AuditedAsset {
    ///         id,
    ///         tag: tag.parse()?,
    ///         keeper: Some(Keeper::Place(place)),
    ///         place: Some(place),
    ///     })
    /// };
    /// let known = vec![asset("MON-1", room)?, asset("MON-2", room)?, asset("PR-7", store)?];
    /// let sheet = AuditSheet { number: "A-1".parse()?, place: room, at: "2026-10-05T09:00:00Z".parse()?, known };
    /// let result = sheet.compare(["mon-1", "PR-7", "MON-1 ", "XX-9"]);
    /// assert_eq!(result.here[0].tag.as_str(), "MON-1");
    /// assert_eq!(result.misplaced[0].tag.as_str(), "PR-7");
    /// assert_eq!(result.missing[0].tag.as_str(), "MON-2");
    /// assert!(result.unknown.contains("xx-9"));
    /// assert_eq!(result.repeated.get("mon-1"), Some(&2));
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    #[must_use]
    pub fn compare<'a>(&self, scans: impl IntoIterator<Item = &'a str>) -> AuditResult {
        let scanned = counted(scans);
        let known: BTreeMap<String, &AuditedAsset> =
            self.known.iter().map(|asset| (asset.tag.folded(), asset)).collect();
        let mut result = AuditResult {
            number: self.number.clone(),
            place: self.place,
            at: self.at,
            here: Vec::new(),
            misplaced: Vec::new(),
            missing: Vec::new(),
            gone: Vec::new(),
            unknown: BTreeSet::new(),
            repeated: scanned
                .iter()
                .filter(|(_, times)| **times > 1)
                .map(|(tag, times)| (tag.clone(), *times))
                .collect(),
        };
        for (tag, asset) in &known {
            let list = match (scanned.contains_key(tag), asset.place == Some(self.place), asset.keeper) {
                (true, _, None) => &mut result.gone,
                (true, true, Some(_)) => &mut result.here,
                (true, false, Some(_)) => &mut result.misplaced,
                (false, true, Some(_)) => &mut result.missing,
                (false, _, _) => continue,
            };
            list.push((*asset).clone());
        }
        result.unknown = scanned.into_keys().filter(|tag| !known.contains_key(tag)).collect();
        result
    }
}

/// The tags in small letters, with how often each was scanned.
fn counted<'a>(scans: impl IntoIterator<Item = &'a str>) -> BTreeMap<String, u32> {
    let mut scanned = BTreeMap::new();
    for scan in scans.into_iter().take(AuditSheet::MOST_SCANS).map(str::trim).filter(|scan| !scan.is_empty()) {
        let times: &mut u32 = scanned.entry(scan.to_lowercase()).or_default();
        *times = times.saturating_add(1);
    }
    scanned
}

impl AuditResult {
    /// What it says of each asset, but for those that should not be anywhere.
    pub fn marks(&self) -> impl Iterator<Item = (AssetId, AuditMark)> {
        let of = |assets: &'_ [AuditedAsset], found| {
            let mark = AuditMark { audit: self.number.clone(), at: self.at, place: self.place, found };
            assets.iter().map(|asset| (asset.id, mark.clone())).collect::<Vec<_>>()
        };
        let here = of(&self.here, AuditFinding::Here);
        let misplaced = of(&self.misplaced, AuditFinding::Misplaced);
        let missing = of(&self.missing, AuditFinding::Missing);
        here.into_iter().chain(misplaced).chain(missing)
    }

    /// How what is misplaced would be written down as being here: with the same keeper, at this place. What is with a
    /// repairer, part of something or missing by the book, is for somebody to look into.
    #[must_use]
    pub fn moves(&self, by: PersonId) -> Vec<(AssetId, HandOver)> {
        let here = |asset: &AuditedAsset| {
            let (to, desk) = match asset.keeper? {
                Keeper::Stock(_) => (Keeper::Stock(self.place), None),
                Keeper::Place(_) => (Keeper::Place(self.place), None),
                user @ (Keeper::Person(_) | Keeper::Team(_)) => (user, Some(self.place)),
                Keeper::Asset(_) | Keeper::Repairer(_) | Keeper::Missing => return None,
            };
            let slip = format!("{} {}", self.number, asset.tag).parse().ok()?;
            Some((asset.id, HandOver { to, desk, accepts: None, condition: None, by, at: self.at, slip }))
        };
        self.misplaced.iter().filter_map(here).collect()
    }
}

/// An audit of a place that somebody has confirmed.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(transparent)]
pub struct AssetAudit {
    confirmed: ConfirmedAudit,
}

/// What was found, and who says so.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ConfirmedAudit {
    /// What was found.
    pub result: AuditResult,
    /// Who confirmed it.
    pub by: PersonId,
}

/// What happens to an audit.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum AssetAuditFact {
    /// It was confirmed.
    Confirmed(Box<ConfirmedAudit>),
}

/// An audit cannot be confirmed.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
pub enum ConfirmAuditError {
    /// Another audit has the number.
    #[error("audit `{number}` was confirmed before, otherwise")]
    NumberReused {
        /// The number.
        number: Reference,
    },
}

impl AssetAudit {
    /// The id of the audit of a number.
    #[must_use]
    pub fn key(number: &Reference) -> AssetAuditId {
        Id::natural("asset_audit", number.as_str())
    }

    /// What was found.
    #[must_use]
    pub const fn result(&self) -> &AuditResult {
        &self.confirmed.result
    }

    /// Confirms what was found; `known` is what was confirmed under the number.
    ///
    /// # Errors
    /// [`ConfirmAuditError`].
    ///
    /// # Example
    /// ```
    /// use office_core::{Entity, Id};
    /// use office_inventory::{AssetAudit, AuditSheet, ConfirmAuditError};
    ///
    /// // In an empty room nothing is found.
    /// let (by, place) = (Id::natural("person", "E-004"), Id::natural("place", "R-204"));
    /// let sheet = AuditSheet { number: "AU-1".parse()?, place, at: "2026-10-05T09:00:00Z".parse()?, known: vec![] };
    /// let found = AssetAudit::confirm(None, sheet.compare([]), by)?;
    /// let audit = AssetAudit::open(&found.fact().ok_or("a fact")?).ok_or("an audit")?;
    /// assert!(audit.result().unknown.is_empty());
    /// // Under the same number, something was found.
    /// let refused = AssetAudit::confirm(Some(&audit), sheet.compare(["XX-9"]), by);
    /// assert_eq!(refused, Err(ConfirmAuditError::NumberReused { number: "AU-1".parse()? }));
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    pub fn confirm(
        known: Option<&Self>,
        result: AuditResult,
        by: PersonId,
    ) -> Result<Decision<AssetAuditFact>, ConfirmAuditError> {
        match known.map(|known| known.confirmed.result == result) {
            None => Ok(Decision::Record(AssetAuditFact::Confirmed(Box::new(ConfirmedAudit { result, by })))),
            Some(true) => Ok(Decision::AlreadyRecorded),
            Some(false) => Err(ConfirmAuditError::NumberReused { number: result.number }),
        }
    }
}

impl Entity for AssetAudit {
    const KIND: Kind = Kind::literal("asset_audit");
    type Fact = AssetAuditFact;

    fn open(fact: &AssetAuditFact) -> Option<Self> {
        let AssetAuditFact::Confirmed(confirmed) = fact;
        Some(Self { confirmed: (**confirmed).clone() })
    }

    fn apply(&mut self, _fact: &AssetAuditFact) {}
}

/// What should be at a place at an instant, with what is known of the tags that were scanned there.
///
/// The instant may lie in the past, as far back as assets carry their spans with them. Parts are where their whole is. For
/// an example, see [`confirm_audit`].
///
/// # Errors
/// What the store reports.
///
/// # Example
/// ```
#[doc = include_str!("asset_audit/laptop.txt")]
///
/// let sheet = |at: DateTime<Utc>, scans: &[&str]| {
///     let scans: Vec<String> = scans.iter().map(|scan| (*scan).to_owned()).collect();
///     let number: Reference = "AU-1".parse().unwrap();
///     wait(office.view(|view| {
///         let (number, scans) = (number.clone(), scans.clone());
///         async move { audit_sheet(&view, number, store, at, &scans).await }
///     }))
/// };
/// // The laptop should be in the store, and nobody has scanned it there.
/// assert_eq!(sheet(at, &[])?.compare([]).missing[0].id, laptop);
/// // The evening before it was not there yet; who scans it then has made a mistake.
/// let before = "2026-09-30T18:00:00Z".parse()?;
/// assert!(sheet(before, &[])?.compare([]).missing.is_empty());
/// assert_eq!(sheet(before, &["LT-0042"])?.compare(["LT-0042"]).gone[0].id, laptop);
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
pub async fn audit_sheet(
    view: &View,
    number: Reference,
    place: PlaceId,
    at: DateTime<Utc>,
    scans: &[String],
) -> Result<AuditSheet, StoreError> {
    let mut known = BTreeMap::new();
    for (id, asset) in view.list(Asset::SEEN, &Keeper::Place(place)).await? {
        let there = asset.custody().at(at).and_then(CustodySpan::place) == Some(place);
        if there {
            for (id, part) in view.list(Asset::SEEN, &Keeper::Asset(id)).await? {
                known.insert(id, audited(view, id, &part, at).await?);
            }
        }
        known.insert(id, audited(view, id, &asset, at).await?);
    }
    for tag in counted(scans.iter().map(String::as_str)).into_keys() {
        if let Some((id, asset)) = view.find_by(Asset::BY_TAG, &tag).await? {
            known.insert(id, audited(view, id, &asset, at).await?);
        }
    }
    Ok(AuditSheet { number, place, at, known: known.into_values().collect() })
}

/// An asset as it was at an instant.
async fn audited(view: &View, id: AssetId, asset: &Asset, at: DateTime<Utc>) -> Result<AuditedAsset, StoreError> {
    let span = asset.custody().at(at);
    let place = match span.map(|span| span.keeper) {
        Some(Keeper::Asset(whole)) => {
            let whole = view.find(whole).await?;
            whole.and_then(|whole: Asset| whole.custody().at(at).and_then(CustodySpan::place))
        }
        _ => span.and_then(CustodySpan::place),
    };
    Ok(AuditedAsset { id, tag: asset.tag().clone(), keeper: span.map(|span| span.keeper), place })
}

/// Confirms an audit: every asset remembers what was found of it. Confirming it twice changes nothing.
///
/// Nothing is moved or given up by that: see [`AuditResult::moves`]. What was disposed of since is left alone.
///
/// # Errors
/// [`ConfirmAuditError`]; what the store reports.
///
/// # Example
/// ```
#[doc = include_str!("asset_audit/laptop.txt")]
///
/// let (on, number) = ("2026-10-08T09:00:00Z".parse()?, "AU-1".parse()?);
/// let scans = vec!["lt-0042".to_owned(), "???".to_owned()];
/// let sheet = wait(office.view(|view| {
///     let (number, scans) = (Reference::clone(&number), scans.clone());
///     async move { audit_sheet(&view, number, store, on, &scans).await }
/// }))?;
/// let result = sheet.compare(scans.iter().map(String::as_str));
/// let confirm = |key: &str, result: &AuditResult| {
///     Ok::<_, office_core::CommandError>(wait(office.transact(&command(key)?, |tx| {
///         let (result, by) = (result.clone(), keeper.person);
///         async move { confirm_audit(&tx, result, by).await }
///     })))
/// };
/// confirm("once", &result)??;
/// confirm("twice", &result)??;
/// let found = wait(office.view(|view| async move { view.load(laptop).await }))?;
/// assert_eq!(found.audits().iter().map(|mark| mark.found).collect::<Vec<_>>(), [AuditFinding::Here]);
///
/// // Under the same number, something else was not found.
/// let other = AuditResult { here: vec![], ..result };
/// let refused = confirm("other", &other)?;
/// let reused = ConfirmAuditError::NumberReused { number };
/// assert_eq!(refused.as_ref().err().and_then(|error| error.refusal()), Some(&reused));
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
pub async fn confirm_audit(
    tx: &Tx,
    result: AuditResult,
    by: PersonId,
) -> Result<(), EquipmentError<ConfirmAuditError>> {
    // Read.
    let id = AssetAudit::key(&result.number);
    let known = tx.find(id).await?;
    let marks: Vec<_> = result.marks().collect();
    let assets = tx.find_each(&marks.iter().map(|(asset, _)| *asset).collect::<Vec<_>>()).await?;

    // Decide.
    let decision = AssetAudit::confirm(known.as_ref(), result, by).map_err(EquipmentError::Refused)?;
    let Decision::Record(fact) = decision else { return Ok(()) };

    // Record.
    tx.create(id, fact).await?;
    for ((asset, mark), state) in marks.into_iter().zip(assets) {
        if state.is_some_and(|state| state.disposed().is_none()) {
            tx.record(asset, AssetFact::Audited(mark)).await?;
        }
    }
    Ok(())
}
