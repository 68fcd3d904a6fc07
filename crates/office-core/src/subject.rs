//! What ids in shared use identify.
//!
//! Domain crates do not know each other's types. Where one refers to another's thing (an invoice to the order it
//! bills, a booking to the person who made it) it holds an [`Id`] of one of these subjects.

use crate::Id;

macro_rules! subjects {
    ($($(#[$doc:meta])* $subject:ident, $id:ident;)*) => {
        $(
            $(#[$doc])*
            #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
            pub enum $subject {}

            #[doc = concat!("The id of one [`", stringify!($subject), "`].")]
            pub type $id = Id<$subject>;
        )*
    };
}

subjects! {
    /// A human being: employee, visitor, contact.
    Person, PersonId;
    /// Somebody the office deals with in business: a vendor, a client, a bank.
    Party, PartyId;
    /// Something that is stocked, bought or used.
    Item, ItemId;
    /// A place: a site, room, cabinet or shelf.
    Place, PlaceId;
    /// A request that something be bought.
    Requisition, RequisitionId;
    /// An order placed with a vendor.
    Order, OrderId;
    /// Goods that arrived.
    Receipt, ReceiptId;
    /// A vendor's bill.
    Invoice, InvoiceId;
    /// A payment made or received.
    Payment, PaymentId;
    /// A dimension by which cost is told apart.
    CostCentre, CostCentreId;
    /// A piece of work with an end, whose cost is told apart.
    Project, ProjectId;
    /// A line of a budget.
    BudgetLine, BudgetLineId;
    /// A request for leave.
    Leave, LeaveId;
    /// A booking of a room, a desk or equipment.
    Booking, BookingId;
    /// Something that is to be decided by rule and authority, whatever its kind.
    Case, CaseId;
}
