//! A board of four: its meetings, what is written about them, and how they are kept.

use chrono::{DateTime, Utc};
use office_core::{Actor, Command, Decision, Entity, Id, Office, Role, StoreError, wait};
use office_scheduling::{
    ActionItem, AgendaItem, Attendance, ItemMinutes, Meeting, MeetingDetails, MeetingFact, MeetingId, MeetingParts,
    MeetingSeriesId, MeetingStatus, Quorum,
};

pub(crate) fn id<T>(number: u32) -> Id<T> {
    format!("00000000-0000-0000-0000-{number:012}").parse().unwrap()
}

pub(crate) fn at(text: &str) -> DateTime<Utc> {
    text.parse().unwrap()
}

pub(crate) fn now() -> DateTime<Utc> {
    at("2026-11-02T09:00:00Z")
}

pub(crate) fn command(key: &str) -> Command {
    Command::new(key, "meeting", Actor::new(id(1), Role::new("office_manager")), now()).unwrap()
}

/// Chaired by person 1, minuted by person 2, of whom and of person 3 and 4 two are enough.
pub(crate) fn parts(minutes: u32) -> MeetingParts {
    MeetingParts {
        secretary: id(2),
        quorum: Quorum::Percent(50),
        ..MeetingParts::new("board", minutes, id(1), (1..5).map(id).collect())
    }
}

pub(crate) fn meeting(parts: MeetingParts) -> Meeting {
    Meeting::open(&Meeting::plan(MeetingDetails::new(parts).unwrap())).unwrap()
}

pub(crate) fn act<E: std::fmt::Debug>(meeting: &mut Meeting, decision: Result<Decision<MeetingFact>, E>) {
    meeting.apply(&decision.unwrap().fact().unwrap());
}

/// Held, with two members there and items of ten minutes.
pub(crate) fn held(items: u32) -> Meeting {
    let mut meeting = meeting(parts(items * 10));
    for number in 1..=items {
        let put = meeting.put_item(id(1), number, AgendaItem::new(format!("item {number}"), 10));
        act(&mut meeting, put);
    }
    let hold = meeting.hold(id(1), now());
    act(&mut meeting, hold);
    for person in 1..=2 {
        let attend = meeting.attend(id(2), id(person), Attendance::Present, now());
        act(&mut meeting, attend);
    }
    meeting
}

pub(crate) fn said(note: &str, decisions: &[&str], owners: &[u32]) -> ItemMinutes {
    let action = |owner: &u32| ActionItem { what: format!("do {owner}"), owner: id(*owner), due: now() };
    ItemMinutes {
        note: note.to_owned(),
        decisions: decisions.iter().map(|&text| text.to_owned()).collect(),
        actions: owners.iter().map(action).collect(),
    }
}

/// Records facts that make a meeting of the series.
pub(crate) fn record(office: &Office, key: &str, meeting: MeetingId, facts: &[MeetingFact]) {
    wait(office.transact(&command(key), |tx| {
        let facts = facts.to_vec();
        async move {
            for fact in facts {
                tx.record(meeting, fact).await?;
            }
            Ok::<_, StoreError>(())
        }
    }))
    .unwrap();
}

pub(crate) fn load(office: &Office, meeting: MeetingId) -> Meeting {
    wait(office.view(|view| async move { view.load(meeting).await })).unwrap()
}

pub(crate) fn became(status: MeetingStatus) -> MeetingFact {
    MeetingFact::Became { status, by: id(1), at: now() }
}

pub(crate) fn minuted(item: u32, minutes: ItemMinutes) -> MeetingFact {
    MeetingFact::Minuted { item, minutes, by: id(2), at: now() }
}

pub(crate) fn series() -> MeetingSeriesId {
    id(50)
}

pub(crate) fn planned() -> MeetingFact {
    let parts = MeetingParts { series: Some(series()), ..parts(60) };
    Meeting::plan(MeetingDetails::new(parts).unwrap())
}

pub(crate) fn put(number: u32) -> MeetingFact {
    MeetingFact::ItemPut { number, item: AgendaItem::new(format!("item {number}"), 10) }
}
