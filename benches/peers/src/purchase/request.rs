//! A purchase that waits for approval, as an application holds it.

use chrono::NaiveDate;
use rust_decimal::Decimal;

/// A purchase that waits for approval.
///
/// Amounts are in the currency of the books, with two digits.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Request {
    /// The role in which the approver acts.
    pub role: Role,
    /// Who would approve, by staff number.
    pub approver: String,
    /// Who asks for the purchase, by staff number.
    pub requester: String,
    /// The department that asks.
    pub department: Department,
    /// The cost centre that pays.
    pub cost_centre: u16,
    /// What is bought.
    pub category: Category,
    /// What it costs.
    pub amount: Decimal,
    /// What is left of the budget.
    pub budget: Decimal,
    /// How many quotes were obtained.
    pub quotes: u32,
    /// What is known of the vendor.
    pub vendor: Vendor,
    /// The day of the decision.
    pub on: NaiveDate,
}

/// An enum whose values are known to the peers by a text.
macro_rules! named {
    ($(#[$doc:meta])* $name:ident { $($(#[$case_doc:meta])* $case:ident => $text:literal,)+ }) => {
        $(#[$doc])*
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
        pub enum $name { $($(#[$case_doc])* $case,)+ }

        impl $name {
            /// All of them, in order.
            pub const ALL: &'static [Self] = &[$(Self::$case),+];

            /// Its text in the peers' policies.
            #[must_use]
            pub const fn text(self) -> &'static str {
                match self { $(Self::$case => $text,)+ }
            }
        }
    };
}

named! {
    /// The role in which somebody approves.
    Role {
        /// Approves nothing under the twelve rules.
        Assistant => "assistant",
        /// Leads a team.
        TeamLead => "team lead",
        /// Heads a department.
        DepartmentHead => "department head",
        /// Answers for the money.
        FinanceManager => "finance manager",
        /// Answers for everything.
        Director => "director",
    }
}

named! {
    /// A department of the office.
    Department {
        /// Keeps the computers running.
        It => "IT",
        /// Sells.
        Sales => "sales",
        /// Keeps the office running.
        Facilities => "facilities",
        /// Keeps the books.
        Finance => "finance",
        /// Looks after people.
        People => "people",
    }
}

named! {
    /// What is bought.
    Category {
        /// Paper, pens, toner.
        Stationery => "stationery",
        /// Desks and chairs.
        Furniture => "furniture",
        /// Computers and what belongs to them.
        ItGoods => "IT goods",
        /// Food and drink.
        Catering => "catering",
        /// Tickets and hotels.
        Travel => "travel",
        /// Work done by others.
        Services => "services",
    }
}

named! {
    /// What is known of a vendor.
    Vendor {
        /// Has delivered before.
        Known => "known",
        /// Has not delivered yet.
        New => "new",
        /// Must not be bought from.
        Blocked => "blocked",
    }
}
