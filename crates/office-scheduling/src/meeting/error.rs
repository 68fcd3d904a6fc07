//! Why a meeting does not go its way.

use thiserror::Error;

use super::{AgendaError, MeetingStatus};

/// A meeting is not this far, or not this person's to lead.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
#[non_exhaustive]
pub enum MeetingError {
    /// It has not come this far, or has come further.
    #[error("the meeting is {status}: one that is {} is wanted", or(.wanted))]
    Status {
        /// How far it has come.
        status: MeetingStatus,
        /// How far it has to have come.
        wanted: Vec<MeetingStatus>,
    },
    /// It is led and minuted by others.
    #[error("the meeting is not this person's to lead: its chair or its secretary is wanted")]
    NotInCharge,
}

fn or(list: &[MeetingStatus]) -> String {
    list.iter().map(ToString::to_string).collect::<Vec<_>>().join(" or ")
}

/// A meeting cannot become another.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
#[non_exhaustive]
pub enum ChangeMeetingError {
    /// It is over or called off, or somebody else's to lead.
    #[error(transparent)]
    Meeting(#[from] MeetingError),
    /// It would belong to another series.
    #[error("the series of the meeting is another: the same series is wanted")]
    Series,
    /// Its agenda would not fit.
    #[error(transparent)]
    Agenda(#[from] AgendaError),
}
