//! What can be booked: rooms, desks and equipment.

mod details;

use office_core::{
    DateRange, Decision, Entity, Entries, Holidays, Id, Interval, Kind, Partition, StoreError, Tx, Unique,
    WorkingCalendar, WorkingPlan,
};
use serde::{Deserialize, Serialize};
use thiserror::Error;

pub(crate) use self::details::{MOST_COUNT, MOST_FEATURES, are_features, is_one, is_word, one};
pub use self::details::{ResourceDetails, ResourceDetailsError, ResourceKind, ResourceParts};

/// The id of a resource.
pub type ResourceId = Id<Resource>;

/// A room, a desk or a piece of equipment of the office, or several equal ones.
///
/// Its name is its alone. A change of its hours, places or buffers holds for what is booked from then on: bookings
/// that stand keep their time and the terms they were given.
///
/// # Example
/// ```
/// use office_core::{Decision, Entity, WeeklyHours};
/// use office_scheduling::{Buffers, Resource, ResourceDetails, ResourceParts};
///
/// let parts = ResourceParts {
///     name: "Havel".to_owned(),
///     capacity: 6,
///     features: ["screen".to_owned()].into(),
///     zone: "Europe/Berlin".parse()?,
///     hours: WeeklyHours::weekdays("07:30-19:00".parse()?),
///     buffers: Buffers::default(),
///     ..ResourceParts::default()
/// };
/// let details = ResourceDetails::new(parts)?;
/// let havel = Resource::open(&Resource::register(details.clone())).ok_or("a first fact")?;
/// assert_eq!(havel.change(details), Decision::AlreadyRecorded);
///
/// // Open all Friday; on Saturday it is not.
/// let weekend = havel.open_during("2026-10-23T00:00:00Z/2026-10-25T00:00:00Z".parse()?)?;
/// assert_eq!(weekend.len(), 1);
/// assert_eq!(weekend[0].to_string(), "2026-10-23T05:30:00Z/2026-10-23T17:00:00Z");
/// // Of all times nothing can be told.
/// assert!(havel.open_during("0001-01-01T00:00:00Z/9000-01-01T00:00:00Z".parse()?).is_err());
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Resource {
    details: ResourceDetails,
}

/// What happens to a resource.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ResourceFact {
    /// It can be booked from now on.
    Registered {
        /// What it is.
        details: ResourceDetails,
    },
    /// It is another now: renamed, refitted, with other hours.
    Changed {
        /// What it is now.
        details: ResourceDetails,
    },
}

impl Resource {
    /// Resources by their name.
    pub const BY_NAME: Unique<Self, String> = Unique::new("name");
    /// All of a kind, by their name; may be decided upon.
    pub const OF_KIND: Partition<Self, ResourceKind, String> = Partition::new("kind");

    /// A new resource.
    #[must_use]
    pub const fn register(details: ResourceDetails) -> ResourceFact {
        ResourceFact::Registered { details }
    }

    /// The resource becomes this.
    pub fn change(&self, details: ResourceDetails) -> Decision<ResourceFact> {
        if self.details == details {
            Decision::AlreadyRecorded
        } else {
            Decision::Record(ResourceFact::Changed { details })
        }
    }

    /// What it is.
    #[must_use]
    pub const fn details(&self) -> &ResourceParts {
        self.details.parts()
    }

    /// The time within an interval at which it is open: sorted and disjoint, spans that touch joined, also across
    /// midnight.
    ///
    /// It is open just if the clock on its wall shows a time of its hours, also on days on which clocks are changed.
    ///
    /// # Errors
    /// [`OpenHoursError`] for more than a hundred years, or years outside 1 to 9999.
    pub fn open_during(&self, within: Interval) -> Result<Vec<Interval>, OpenHoursError> {
        let refused = OpenHoursError { within };
        let parts = self.details();
        let day_before = parts.zone.date_of(within.start()).pred_opt().ok_or(refused)?;
        let day_after = parts.zone.date_of(within.end()).succ_opt().ok_or(refused)?;
        let valid = DateRange::inclusive(day_before, day_after).map_err(|_| refused)?;
        let calendar = WorkingCalendar::new(WorkingPlan {
            zone: parts.zone,
            valid,
            week: parts.hours.clone(),
            exceptions: std::collections::BTreeMap::new(),
            holidays: Holidays::none(valid),
        });
        let spans = calendar.map_err(|_| refused)?.spans(valid).map_err(|_| refused)?;
        Ok(spans.into_iter().filter_map(|span| span.intersection(&within)).collect())
    }
}

impl Entity for Resource {
    const KIND: Kind = Kind::literal("resource");

    type Fact = ResourceFact;

    fn open(fact: &ResourceFact) -> Option<Self> {
        match fact {
            ResourceFact::Registered { details } => Some(Self { details: details.clone() }),
            ResourceFact::Changed { .. } => None,
        }
    }

    fn apply(&mut self, fact: &ResourceFact) {
        let (ResourceFact::Registered { details } | ResourceFact::Changed { details }) = fact;
        self.details = details.clone();
    }

    fn index(&self, entries: &mut Entries<Self>) {
        entries.unique(Self::BY_NAME, &self.details().name);
        entries.partition(Self::OF_KIND, &self.details().kind, &self.details().name);
    }
}

/// The hours of a resource cannot be told.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Error)]
#[error("the opening hours within {within} cannot be told: less than a hundred of the years 1 to 9999 are wanted")]
pub struct OpenHoursError {
    within: Interval,
}

/// Takes a resource into the books: registers it, or changes it to these details where it is there already.
///
/// # Errors
/// [`RegisterResourceError`], in the order of its variants; nothing is recorded then.
///
/// # Example
/// ```
/// use chrono::DateTime;
/// use office_core::{Actor, Command, Id, MemoryStore, Office, Role, WeeklyHours, Zone, wait};
/// use office_scheduling::{Buffers, RegisterResourceError, ResourceDetails, ResourceId, ResourceParts, register_resource};
///
/// let office = Office::on(MemoryStore::new());
/// let manager = Actor::new(Id::natural("person", "E-004"), Role::new("office_manager"));
/// let at = DateTime::from_timestamp(1_791_000_000, 0).ok_or("a time")?;
/// let details = ResourceDetails::new(ResourceParts {
///     name: "Spree".to_owned(),
///     capacity: 12,
///     features: Default::default(),
///     zone: Zone::UTC,
///     hours: WeeklyHours::daily("07:30-19:00".parse()?),
///     buffers: Buffers::default(),
///     ..ResourceParts::default()
/// })?;
/// let register = |room: &str| {
///     let (id, details) = (ResourceId::natural("room", room), details.clone());
///     let command = Command::new(format!("room:{room}"), "register_resource", manager.clone(), at)?;
///     wait(office.transact(&command, |tx| {
///         let details = details.clone();
///         async move { register_resource(&tx, id, details).await }
///     }))
///     .map_err(Box::<dyn std::error::Error>::from)
/// };
/// register("R-101")?;
///
/// // Another cannot have the same name.
/// let refused = register("R-102").unwrap_err();
/// assert!(refused.to_string().starts_with("another resource is called `Spree`"));
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
pub async fn register_resource(tx: &Tx, id: ResourceId, details: ResourceDetails) -> Result<(), RegisterResourceError> {
    // Read.
    let resource = tx.find(id).await?;
    let named = tx.find_by(Resource::BY_NAME, &details.parts().name).await?;

    // Decide.
    if let Some((other, _)) = named
        && other != id
    {
        return Err(RegisterResourceError::NameTaken { name: details.parts().name.clone(), resource: other });
    }
    let decision = match resource {
        Some(resource) => resource.change(details),
        None => Decision::Record(Resource::register(details)),
    };

    // Record.
    Ok(tx.decide::<Resource>(id, decision).await?)
}

/// A resource cannot be registered or changed.
#[derive(Debug, Error)]
#[non_exhaustive]
pub enum RegisterResourceError {
    /// Another resource has the name.
    #[error("another resource is called `{name}`: a name of its own is wanted")]
    NameTaken {
        /// The name.
        name: String,
        /// The resource that has it.
        resource: ResourceId,
    },
    /// The store failed.
    #[error(transparent)]
    Store(#[from] StoreError),
}
