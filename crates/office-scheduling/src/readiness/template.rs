//! What checklists are drawn up from.

use std::collections::BTreeMap;

use office_core::Role;
use serde::{Deserialize, Serialize};
use thiserror::Error;

use crate::ResourceId;
use crate::resource::is_word;

/// Something to be done before a place is used: what, by whom, and how long before.
///
/// # Example
/// ```
/// use office_core::Role;
/// use office_scheduling::{ReadinessPoint, ReadinessPointError};
///
/// // Half an hour before, and no meeting without it.
/// let video = ReadinessPoint::new("test video", Role::new("secretary"), 1_800, true)?;
/// assert_eq!(video.what(), "test video");
/// assert_eq!(ReadinessPoint::new(" ", Role::new("secretary"), 0, true), Err(ReadinessPointError::What { most: 200 }));
/// # Ok::<(), ReadinessPointError>(())
/// ```
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(try_from = "Written", into = "Written")]
pub struct ReadinessPoint {
    what: String,
    who: Role,
    seconds_before: u32,
    blocking: bool,
}

/// A point as it is written down.
#[derive(Serialize, Deserialize)]
#[serde(rename = "ReadinessPoint", deny_unknown_fields)]
struct Written {
    what: String,
    who: Role,
    seconds_before: u32,
    blocking: bool,
}

/// The longest name of a point, in characters.
const MOST_WHAT: usize = 200;
/// The longest time before, in seconds: 31 days.
const MOST_BEFORE: u32 = 31 * 86_400;

impl ReadinessPoint {
    /// Something to be done so many seconds before the start; what is blocking, the place cannot be used without.
    pub fn new(
        what: impl Into<String>,
        who: Role,
        seconds_before: u32,
        blocking: bool,
    ) -> Result<Self, ReadinessPointError> {
        let what = what.into();
        if !is_word(&what, MOST_WHAT) {
            return Err(ReadinessPointError::What { most: MOST_WHAT });
        }
        if seconds_before > MOST_BEFORE {
            return Err(ReadinessPointError::TooEarly { seconds: seconds_before, most: MOST_BEFORE });
        }
        Ok(Self { what, who, seconds_before, blocking })
    }

    /// What is to be done: its name on the list.
    #[must_use]
    pub fn what(&self) -> &str {
        &self.what
    }

    /// Who does it.
    #[must_use]
    pub const fn who(&self) -> &Role {
        &self.who
    }

    /// How many seconds before the start it is due.
    #[must_use]
    pub const fn seconds_before(&self) -> u32 {
        self.seconds_before
    }

    /// Whether the place cannot be used without it.
    #[must_use]
    pub const fn is_blocking(&self) -> bool {
        self.blocking
    }

    /// The stricter of two of the same name: due as early as either, blocking where either is.
    fn with(&self, other: &Self) -> Self {
        Self {
            seconds_before: self.seconds_before.max(other.seconds_before),
            blocking: self.blocking || other.blocking,
            ..self.clone()
        }
    }
}

impl TryFrom<Written> for ReadinessPoint {
    type Error = ReadinessPointError;

    fn try_from(written: Written) -> Result<Self, ReadinessPointError> {
        Self::new(written.what, written.who, written.seconds_before, written.blocking)
    }
}

impl From<ReadinessPoint> for Written {
    fn from(point: ReadinessPoint) -> Self {
        let ReadinessPoint { what, who, seconds_before, blocking } = point;
        Self { what, who, seconds_before, blocking }
    }
}

/// Something is no point of a checklist.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
#[non_exhaustive]
pub enum ReadinessPointError {
    /// The name is blank, too long or has control characters.
    #[error("what is to be done is not said: 1 to {most} characters are wanted")]
    What {
        /// How many characters it may have.
        most: usize,
    },
    /// It is due too early.
    #[error("it is due {seconds} seconds before the start: at most {most} are wanted")]
    TooEarly {
        /// How many seconds before.
        seconds: u32,
        /// How many there may be.
        most: u32,
    },
}

/// What is to be done in a place, or for a kind of meeting, or for that kind in that place; always where neither is said.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ReadinessTemplate {
    /// For which place; none for all.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub resource: Option<ResourceId>,
    /// For which kind of meeting; none for all.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub meeting: Option<String>,
    /// What is to be done.
    pub points: Vec<ReadinessPoint>,
}

impl ReadinessTemplate {
    /// The points of all templates that are for a place and a kind of meeting, by name. Of several of one name it is done
    /// by whom the first says, due as early as any says, and blocking where any says so.
    ///
    /// # Example
    /// ```
    /// use office_core::Role;
    /// use office_scheduling::{ReadinessPoint, ReadinessTemplate, ResourceId};
    ///
    /// let water = |seconds, blocking| ReadinessPoint::new("water", Role::new("secretary"), seconds, blocking);
    /// let everywhere = ReadinessTemplate { points: vec![water(600, false)?], ..Default::default() };
    /// let board = Some("board".to_owned());
    /// let of_the_board = ReadinessTemplate { meeting: board, points: vec![water(300, true)?], ..Default::default() };
    /// let templates = [everywhere, of_the_board];
    /// let room = ResourceId::natural("room", "R-101");
    /// assert_eq!(ReadinessTemplate::points_for(&templates, room, Some("board")), [water(600, true)?]);
    /// assert_eq!(ReadinessTemplate::points_for(&templates, room, None), [water(600, false)?]);
    /// # Ok::<(), office_scheduling::ReadinessPointError>(())
    /// ```
    #[must_use]
    pub fn points_for(templates: &[Self], resource: ResourceId, meeting: Option<&str>) -> Vec<ReadinessPoint> {
        let mut points: BTreeMap<&str, ReadinessPoint> = BTreeMap::new();
        let meant = templates.iter().filter(|one| {
            one.resource.is_none_or(|of| of == resource)
                && one.meeting.as_deref().is_none_or(|kind| meeting == Some(kind))
        });
        for point in meant.flat_map(|one| &one.points) {
            let stricter = points.get(point.what()).map_or_else(|| point.clone(), |earlier| earlier.with(point));
            points.insert(point.what(), stricter);
        }
        points.into_values().collect()
    }
}
