//! Who may park: as many as there are spaces, in the order in which they asked.

use super::{GuestId, OfficeEvent, OfficeEventFact};

impl OfficeEvent {
    /// Who has a permit to park, in the order in which they asked: never more than there are spaces.
    pub fn permits(&self) -> impl Iterator<Item = GuestId> {
        self.parking.iter().copied().take(self.spaces())
    }

    /// Who asked for one and waits until somebody gives one up, in the order in which they asked.
    pub fn waiting_for_permit(&self) -> impl Iterator<Item = GuestId> {
        self.parking.iter().copied().skip(self.spaces())
    }

    /// Who gets a permit by what happens, and who loses one: those to tell.
    #[must_use]
    pub fn permits_moved(&self, fact: &OfficeEventFact) -> (Vec<GuestId>, Vec<GuestId>) {
        use office_core::Entity;

        let mut after = self.clone();
        after.apply(fact);
        let without = |one: &Self, other: &Self| {
            let there: Vec<GuestId> = other.permits().collect();
            one.permits().filter(|guest| !there.contains(guest)).collect()
        };
        (without(&after, self), without(self, &after))
    }

    fn spaces(&self) -> usize {
        usize::try_from(self.details().parking_spaces).unwrap_or(usize::MAX)
    }

    /// Puts a guest last in the queue, or takes them out of it.
    pub(super) fn queue(&mut self, guest: GuestId, wants: bool) {
        if !wants {
            self.parking.retain(|other| *other != guest);
        } else if !self.parking.contains(&guest) {
            self.parking.push(guest);
        }
    }
}
