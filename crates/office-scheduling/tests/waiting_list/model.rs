//! What bookings and people who wait come to, by a look at every minute.

use office_scheduling::{ResourceBookingId, ResourceKind, WaitingListEntry, WaitingListEntryId};

use crate::house::{GRACE, OFFER, THINGS};

#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) enum Stands {
    Held(i64),
    Confirmed,
    Came,
    Left,
    Missed,
    Gone,
}

/// A booking as a look at every minute knows it.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Plain {
    pub(crate) id: ResourceBookingId,
    pub(crate) of: usize,
    pub(crate) from: i64,
    pub(crate) to: i64,
    pub(crate) people: u32,
    pub(crate) units: u32,
    pub(crate) with: Option<usize>,
    pub(crate) stands: Stands,
}

impl Plain {
    pub(crate) fn holds(&self) -> bool {
        matches!(self.stands, Stands::Held(_) | Stands::Confirmed | Stands::Came | Stands::Left)
    }

    pub(crate) fn due(&self) -> Option<i64> {
        match self.stands {
            Stands::Held(until) => Some(until),
            Stands::Confirmed if THINGS[self.of].check_in && self.with.is_none() => Some(self.from + GRACE),
            Stands::Confirmed | Stands::Came | Stands::Left | Stands::Missed | Stands::Gone => None,
        }
    }
}

#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) enum Waits {
    Waiting,
    Offered,
    Over,
}

#[derive(Clone, Copy, Debug)]
pub(crate) struct Waiter {
    pub(crate) id: WaitingListEntryId,
    pub(crate) of: Option<usize>,
    pub(crate) from: i64,
    pub(crate) to: i64,
    pub(crate) people: u32,
    pub(crate) since: i64,
    pub(crate) waits: Waits,
}

#[derive(Default)]
pub(crate) struct Model {
    pub(crate) now: i64,
    pub(crate) bookings: Vec<Plain>,
    pub(crate) waiters: Vec<Waiter>,
}

impl Model {
    /// Laws 90 and 94, minute by minute.
    pub(crate) fn is_free(
        &self,
        but: Option<ResourceBookingId>,
        of: usize,
        (from, to): (i64, i64),
        units: u32,
    ) -> bool {
        let kind = &THINGS[of];
        (from - kind.before..to + kind.after).step_by(5).all(|minute| {
            let there = self.bookings.iter().filter(|one| one.holds() && one.of == of && Some(one.id) != but);
            let taken = there.filter(|one| (one.from - kind.before..one.to + kind.after).contains(&minute));
            taken.map(|one| one.units).sum::<u32>() + units <= kind.count
        })
    }

    /// Ends what goes with a booking.
    pub(crate) fn follow(&mut self, main: usize, stands: Stands, to: Option<i64>) {
        for one in self.bookings.iter_mut().filter(|one| one.with == Some(main) && one.holds()) {
            one.stands = stands;
            one.to = to.unwrap_or(one.to);
        }
    }

    /// Law 91: a walk through the list.
    pub(crate) fn promote(&mut self) -> Vec<WaitingListEntryId> {
        let mut order: Vec<usize> = (0..self.waiters.len()).collect();
        order.sort_by_key(|index| (self.waiters[*index].since, self.waiters[*index].id));
        let mut offered = Vec::new();
        for index in order {
            let one = self.waiters[index];
            if one.waits != Waits::Waiting {
                continue;
            }
            if one.from <= self.now {
                self.waiters[index].waits = Waits::Over;
                continue;
            }
            let places = one.of.map_or_else(|| vec![0, 1], |of| vec![of]);
            let fit = |of: &usize| THINGS[*of].kind == ResourceKind::Equipment || one.people <= THINGS[*of].capacity;
            let free = places.into_iter().filter(fit).find(|of| self.is_free(None, *of, (one.from, one.to), 1));
            if let Some(of) = free {
                let stands = Stands::Held((self.now + OFFER).min(one.from));
                let id = WaitingListEntry::booking_of(one.id);
                self.bookings.push(Plain {
                    id,
                    of,
                    from: one.from,
                    to: one.to,
                    people: one.people,
                    units: 1,
                    with: None,
                    stands,
                });
                self.waiters[index].waits = Waits::Offered;
                offered.push(one.id);
            }
        }
        offered
    }
}
