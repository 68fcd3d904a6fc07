#![doc = include_str!("../README.md")]
//!
//! # Laws
//! Recurrence, tested in `tests/recurrence_law.rs`:
//! 1. An expansion equals a walk over every hour, minute or second that asks the rule alone.
//! 2. Instances ascend, each once; resuming from any point continues the same sequence.
//! 3. `COUNT` and `UNTIL` hold, the start included; with a zone, `UNTIL` in universal time is an instant.
//! 4. An exception removes exactly its instance, an excluding rule exactly what it yields; a date adds exactly itself.
//! 5. A series cut in two is together what it was.
//! 6. A rule written and read again is the same; any text is read or refused.
//! 7. A window shows what a wider one shows there, and where it is limited the first of it.
//! 8. An override replaces exactly one instance, and keeps its own length.
//!
//! Collisions, tested in `tests/conflict.rs`:
//!
//! 9. After any insertions, moves and cancellations the index finds what a look at every booking finds; held times
//!    that touch do not conflict.
//!
//! Calendars, tested in `tests/calendar.rs`:
//!
//! 10. What is written reads back as it was, unknown properties and components with it.
//! 11. One bad byte is told by its line and a property; any bytes are read or refused.
//!
//! Rooms and bookings, tested in `tests/booking.rs`:
//!
//! 12. No two bookings that hold a room overlap, buffers included, after any sequence of bookings, moves,
//!     cancellations and releases, by any number of writers at once; each is accepted just if a look at every booking
//!     finds no other.
//! 13. The time of a booking that is cancelled or released is free again.
//! 14. A room never has more people than places, is never booked without a feature that is needed, nor outside its hours.
//! 15. A booking across midnight meets the bookings of both days, in whatever zone.
//! 16. What is offered instead is free, of the same length, on the same day, and nothing earlier is.
//! 17. The use of a room is, day by day, the sum of what its bookings have in common with the day.
//!
//! More on recurrence, tested in `tests/recurrence_law.rs`:
//!
//! 18. An instance that was not moved begins at its reading of the wall clock; where the clocks skip it, later by
//!     the gap; of two instants with the reading, at the first.
//!
//! Events that are kept, tested in `tests/event.rs`:
//!
//! 19. What is done to an occurrence is done to that one only; its sequence number rises just where its time changes.
//! 20. Changed from an occurrence on, an event is before it what it was, and from there on what was asked.
//! 21. A reply counts for the revision that it answers to; of several, in whatever order they come, the one written last.
//! 22. Reminders go off once, whatever the windows asked about in turn, across changes of clocks.
//! 23. Calendars read in any order, and again, leave the latest form of each event.
//! 24. Somebody's agenda is what all events have for them within the window; busy time is the union of it.
//! 25. Rooms booked for an event follow it when it is read anew: moved with it, and called off where it no longer is.
//!
//! More on calendars, tested in `tests/calendar.rs`:
//!
//! 26. A zone is known by its name, by a name within a path, by its name in Windows, or as one whose clocks show the same
//!     as its definition; files of other programs are read and written as law 10 says.
//! 27. Another program finds in what is written the instances that are found here.
//! 28. An instance whose event is not in the file is read and written as such.
//! 29. An invitation that is sent, read and answered elsewhere comes back as the reply that was meant
//!     (`tests/event.rs`).
//!
//! More on calendars, tested in `tests/following.rs`:
//!
//! 105. Read with changes of instances and all that follow them, an event takes place when it did before, later by as much
//!      as the last change before says; single changes and exceptions hold where they are.
//!
//! Rosters, tested in `tests/roster.rs`, those that are kept in `tests/roster_sheet.rs`:
//!
//! 30. A roster found breaks no hard rule and keeps what was fixed; `check` names a rule just where one is broken.
//! 31. What a search says its roster costs is what the roster costs, counted anew; so is the sum of the lines.
//! 32. One person alone gets the best row there is; nobody is left without one who has one.
//! 33. What is said to stand against a candidate is what breaks, or costs, when they take the shift.
//! 34. The same seed and steps find the same roster; the best found never gets worse.
//! 35. Any text is read as a plan or refused by its line and field.
//! 36. A swap keeps every rule; who takes no part in it approves it, after the other accepted.
//! 37. A published roster changes only by amendments, which keep the rules and stay with it, each on top of the last.
//!
//! More on rosters, tested in `tests/roster.rs`:
//!
//! 100. What was worked before the first day counts in every run that goes on, and in what may follow; a broken rule is
//!      told from where it began.
//! 101. The cost of fairness is the sum of the squares of the burdens, counted by hand; a plan that does not ask for it
//!      costs what it did.
//! 102. Points that go from who bears more to who bears less cost less there; what is borne goes on to the next roster.
//! 103. With the feature `solver`: no roster that keeps the rules costs less than the bound; proven best is best.
//! 104. A roster solved keeps the rules and what was fixed, costs no more than the one it began with, and stops as told.
//!
//! Finding a time, tested in `tests/find_time.rs`:
//!
//! 38. The slots are just what a look at every minute finds; of every other start something is told that fails there. The
//!     more somebody required is free, the more slots there are, never fewer.
//! 39. Ranking is total, and what is worse in every preference never comes first; the best of what does not fit lacks as
//!     few of those required as can be, and names them.
//!
//! Tasks and projects, tested in `tests/task.rs`:
//!
//! 40. A project takes as long as the longest chain of its activities, looked for one by one; slack is what an activity
//!     can be late by, and not a minute more. A circle is refused, and is one.
//! 41. Work spread over days sums to what it was, lies within its time, and is within a minute of each day's share.
//! 42. A task has one owner, who changes when whom it was offered to last accepts.
//! 43. Tasks are done in an order in which none waits for an open one; who would wait for itself is refused.
//! 44. A task that recurs is begun again once each time it is done, due at the next instance.
//!
//! Polls, tested in `tests/poll.rs`:
//!
//! 50. Of each voter the last ballot counts, in whatever order ballots are cast.
//! 51. Approvals, dates and run-offs are counted as by hand.
//! 52. Whoever beats another by the strongest chain of victories, all chains tried, is ranked before it; whoever most
//!     have first wins; ranked first by one voter more, the winner is still beaten by nobody.
//!
//! Availability, tested in `tests/find_time.rs`:
//!
//! 70. At each minute the availability that goes before all others which speak of it says whether somebody can be had,
//!     in whatever order they are told.
//!
//! Meetings, tested in `tests/meeting.rs`:
//!
//! 71. The time boxes of an agenda are never longer together than the meeting; by how much they would be is told.
//! 72. Minutes have each item of the agenda once, with what was said or as one that was not come to.
//! 73. Each action has an owner and a deadline, and becomes one task, by however many at once and however often.
//! 74. Of a poll that is kept the result does not depend on the order of ballots, nor on how somebody voted before, and
//!     is that of the same ballots counted otherwise; a secret one tells no ballot with its voter (`tests/poll_sheet.rs`).
//! 75. Over a series of meetings, what was not come to and what is still to be done are carried over, nothing lost and
//!     nothing twice.
//!
//! Events with guests, tested in `tests/office_event.rs`:
//!
//! 76. What is ordered of a caterer is, diet by diet, those who have accepted and the margin stated, rounded as stated.
//! 77. There are never more permits to park than spaces, by however many at once; whoever asked first has one first.
//! 78. On a run sheet nothing begins before its own time or before what it waits for is over, and all as early as that
//!     allows; a circle is refused by name; what is late moves just what has to wait for it.
//! 79. Nothing that a caterer, a debug text or a fact is told has a guest's name; who guests are is read for a purpose.
//!
//! Itineraries, tested in `tests/itinerary.rs`:
//!
//! 80. What the clocks show where a way begins and ends is, read again, the instant that was meant; its minutes elapse,
//!     across changes of clocks and the date line.
//! 81. Overlaps and connections below their minimum are found just where a look at every pair finds them.
//! 82. A night is told to lack a lodging just where one is away at three in the morning, on no way and in no bed.
//! 83. What an itinerary costs is the sum of its parts by currency; to call it off later never costs less.
//! 84. The time away runs from the first reading to the last, its stays in order, whatever the zones.
//!
//! Trips, tested in `tests/trip.rs`:
//!
//! 85. Nobody is on two trips at once, in whatever order trips are asked for, booked, moved and called off, by any number
//!     of writers at once.
//! 86. What is booked costs no more than was approved last and is tolerated; what costs more waits for approval, and what
//!     was booked before stands.
//!
//! Shared places, tested in `tests/waiting_list.rs`:
//!
//! 90. Of no resource is more held than there is, buffers included, at any minute, after any history of bookings, moves,
//!     offers, releases and early ends, by any number of writers at once.
//! 91. What is free is offered to those who wait in the order in which they began to, each the smallest that fits, and
//!     nobody is passed over for whom there is a place.
//! 92. An offer holds its place until it is answered or its time is over; then the next in order may have it.
//! 93. What asks for it is released just if nobody checked in within the time given, the earliest first; an early end frees
//!     the rest of the time and no more; who came and who did not are counted as they did.
//! 94. Equipment goes where its booking goes, all of it or nothing moves, and ends when it ends.
//!
//! Approval and readiness, tested in `tests/preparing.rs`:
//!
//! 95. What the policy wants approved holds its place until it is refused, expires or would begin; it is confirmed just if
//!     somebody else approves it before, also where it was waited for.
//! 96. A booking is ready just if every blocking point of all that apply is done where it is now; what is open is told in
//!     the order in which it is due.
//!
//! Where people work, tested in `tests/hybrid.rs`:
//!
//! 97. Somebody is each day where the latest week says, but on days that differ; a day differs just if the policy finds
//!     nothing worse then, or somebody else grants it.
//! 98. Somebody has their own desk, else one near their team, else the first that is free; who is at a site is planned or
//!     was seen there.
//! 99. Core hours are the instants at which everybody of a team works, across zones and changes of clocks.

// Engines.
mod availability;
mod calendar;
mod conflict;
mod core_hours;
mod find_time;
mod free_time;
mod itinerary;
mod network;
mod poll;
mod quorum;
mod recurrence;
mod room_use;
mod roster;
mod stamp;
mod workload;

// What is stored.
mod book;
mod booking;
mod event;
mod meeting;
mod office_event;
mod presence;
mod project;
mod readiness;
mod resource;
mod task;
mod trip;
mod waiting_list;
mod work_location;

pub use availability::{Availability, AvailabilityError, available_time};
pub use book::{
    Asking, BookDeskError, BookEquipmentError, BookError, BookRefusal, BookingRules, BookingsFallenDue,
    CancelBookingFlowError, Clash, DecideBookingError, DeskWish, EndBookingFlowError, MAX_OCCURRENCES,
    MoveBookingError, NeighbourhoodUse, OccurrenceReport, RequestBookingError, RequestMoveError, SeriesBooking,
    SeriesReport, approve_booking, book, book_desk, book_equipment, book_series, cancel_booking, cancel_series,
    end_booking, fall_due_bookings, move_booking, neighbourhood_use, refuse_booking, request_booking, request_move,
};
pub use booking::{
    Booking, BookingApproval, BookingAttendance, BookingDecisionError, BookingFact, BookingHours, BookingRequest,
    BookingRequestError, BookingRequestParts, BookingSource, BookingStatus, BookingTerms, CancelBookingError,
    CheckInError, EndBookingError, MoveError, ReleaseBookingError, ResourceBookingId, attendance_of, bookings_of,
};

pub use calendar::{
    Calendar, CalendarEvent, EventDetails, EventEnd, EventSeriesError, EventTime, MAX_CALENDAR_BYTES,
    MAX_CALENDAR_LINES, MAX_LINE_BYTES, PropertyError, RawProperty, WriteCalendarError,
};
pub use conflict::{Buffers, ConflictIndex, Occupancy};
pub use core_hours::{CoreHoursError, core_hours};
pub use event::{
    AcceptProposalError, Address, Agenda, Appointment, Attendee, AttendeeRole, BusyKind, CancelOccurrenceError,
    ChangeFollowingError, ChangeOccurrenceError, DueReminder, DueReminders, Event, EventChange, EventFact, EventId,
    EventReply, EventSplit, ImportEntry, ImportOutcome, ImportReport, InviteError, KeepEventError, MAX_EVENT_PARTS,
    MoveEventError, OccurrenceChange, ParseAddressError, PlanEventError, Proposal, ProposeError, RecurError, Reminder,
    ReminderTime, Reply, ReplyError, SplitEventError, agenda_of, busy_time, change_following, import_calendar,
    plan_event,
};
pub use find_time::{
    Blocker, Constraint, Engagement, GatherTimeError, Invitee, MAX_SOUGHT_DAYS, MAX_SOUGHT_PEOPLE, MAX_SOUGHT_ROOMS,
    MAX_STARTS, NextBest, Preference, Preferences, Reason, RejectedTime, RoomOption, Score, Slot, TimeQuery,
    TimeQueryError, TimeSearch, TimeWish, TravelTimes, gather_time_query,
};
pub use free_time::{first_free, free, held_beyond};
pub use itinerary::{
    CancelTerms, ClockRule, ConnectionTable, ConnectionTableError, EntryRule, Itinerary, ItineraryError,
    ItineraryFinding, ItineraryRules, MinimumConnection, MissedMeeting, PlaceStay, PlaceTime, Segment, SegmentError,
    SegmentKind, StayRule, TimeAway, TravelBooking, TravelCost, TravelCostError, TravelCostLine, TravelDocument,
    TravelMeal, TravelMeeting, TravelMode, TravelPayer, TravelPlace, TravelPlaceError, TravelRates,
};
pub use meeting::{
    ActionItem, ActionRef, AgendaError, AgendaItem, ApproveMinutesError, AttendError, Attendance, BeginActionsError,
    CarriedFrom, CarriedItem, CarryOver, CarryOverError, ChangeMeetingError, CorrectMinutesError, ItemMinutes,
    MAX_AGENDA_ITEMS, MAX_MINUTES_BYTES, Meeting, MeetingDetails, MeetingDetailsError, MeetingError, MeetingFact,
    MeetingId, MeetingParts, MeetingSeries, MeetingSeriesId, MeetingStatus, MinuteError, MinutesCorrection,
    MinutesRemark, RecallMinutesError, Resolution, ResolutionFact, ResolutionId, SettleMeetingError, approve_minutes,
    begin_actions, carry_over, find_resolutions,
};
pub use network::{Activity, ActivityTimes, MAX_ACTIVITIES, Network, NetworkError};
pub use office_event::{
    CancellationNotice, CateringCost, CateringError, CateringOrder, Diet, Guest, GuestCard, GuestCardFact,
    GuestContact, GuestContactsError, GuestError, GuestId, GuestKind, GuestReply, InviteGuestError, MAX_GUESTS,
    MAX_RUN_ITEMS, OfficeEvent, OfficeEventDetails, OfficeEventDetailsError, OfficeEventError, OfficeEventFact,
    OfficeEventId, OfficeEventParts, ParseDietError, RunItem, RunSheetError, RunSlip, forget_guests, guest_contacts,
    invite_guest,
};
pub use poll::{
    Ballot, BallotSlip, BallotSlipError, BallotSlipId, Ballots, CastBallot, CastBallotError, CastError, ClosePollError,
    DateAnswer, MAX_OPTIONS, MAX_VOTERS, Poll, PollError, PollMatter, PollPurpose, PollResult, PollSheet,
    PollSheetFact, PollSheetId, PollTerms, PollTermsError, Runoff, cast_slip, close_poll,
};
pub use presence::{PresenceError, SitePresence, presence_on};
pub use project::{
    CloseProjectError, Milestone, MilestoneForecast, Project, ProjectError, ProjectFact, ProjectForecast,
    ProjectForecastError, TaskProjectId, close_project, forecast_project,
};
pub use quorum::Quorum;
pub use readiness::{
    CheckReadinessError, CheckedPoint, OpenPoint, PointError, PointState, PrepareBookingError, ReadinessCheck,
    ReadinessFact, ReadinessPoint, ReadinessPointError, ReadinessTemplate, check_point, open_points_within,
    prepare_booking, report_fault,
};
pub use recurrence::{
    Expansion, FirstInstance, Frequency, Instance, Length, LengthError, MAX_COUNT, MAX_EXCLUDED, MAX_RULE_TEXT,
    Override, Part, RecurrenceSet, ReplaceError, Rule, RuleDay, RuleEnd, RuleError, RuleParts, Series, Skip,
    SplitError, Until,
};
pub use resource::{
    OpenHoursError, RegisterResourceError, Resource, ResourceDetails, ResourceDetailsError, ResourceFact, ResourceId,
    ResourceKind, ResourceParts, register_resource,
};
pub use room_use::{RoomUse, RoomUseError};
pub use roster::{
    AmendRosterError, ApproveSwapError, AskSwapError, Burden, Candidate, CoverDemand, Fairness, GenerateRosterError,
    GeneratedRoster, MAX_ROSTER_AMENDMENTS, MAX_ROSTER_DAYS, MAX_ROSTER_PEOPLE, MAX_ROSTER_SHIFTS, MAX_ROSTER_TEXT,
    Obstacle, Penalty, PenaltyLine, Publication, PublishRosterError, RedraftRosterError, Roster, RosterAmendment,
    RosterContract, RosterCost, RosterGap, RosterPlan, RosterPlanError, RosterPlanParts, RosterSearch, RosterSheet,
    RosterSheetFact, RosterSheetId, RosterTextError, RosterViolation, RuleBroken, SearchProgress, ShiftChange,
    ShiftName, ShiftNameError, ShiftType, ShiftWish, SwapError, SwapFact, SwapRequest, SwapRequestId, SwapStatus,
    SwapStepError, SwapTerms, Wish, WorkBefore, approve_swap,
};
#[cfg(feature = "solver")]
pub use roster::{ProofProgress, RosterProof, SolvedRoster};
pub use task::{
    AnswerTaskError, CancelTaskError, CompleteTaskError, DelegateTaskError, MAX_WAIT, Task, TaskDetails,
    TaskDetailsError, TaskError, TaskFact, TaskId, TaskOutlook, TaskParts, TaskStatus, TickTaskError, WaitForTaskError,
    complete_task, late_tasks, wait_for_task,
};
pub use trip::{
    BookTripError, CancelDeadline, CancelTripError, ClaimTripError, CompleteTripError, DecideTripError,
    RequestTripError, ResubmitTrip, ResubmitTripError, Trip, TripBooking, TripDue, TripFact, TripId, TripRequest,
    TripRules, TripStatus, TripsFallenDue, approve_trip, book_trip, cancel_trip, complete_trip, fall_due_trips,
    give_back_trip, hand_over_trip, refuse_trip, request_trip, resubmit_trip, trips_of, withdraw_trip,
};
pub use waiting_list::{
    AcceptOfferError, JoinWaitingListError, LeaveWaitingListError, Offer, Promotion, WaitingAnswerError,
    WaitingListEntry, WaitingListEntryId, WaitingListFact, WaitingStatus, Wanted, accept_offer, join_waiting_list,
    leave_waiting_list, promote_waiting,
};
pub use work_location::{
    DeviateError, Deviation, LocationFinding, LocationPolicy, LocationWeek, WorkLocation, WorkLocationFact,
    WorkLocationPlan, location_plan_of, plan_locations,
};
pub use workload::{RemainingWork, WeekLoad, Workload, WorkloadError};
