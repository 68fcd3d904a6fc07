//! The people of the office.

use office_core::sheet::Row;
use office_core::subject::{CostCentre, Person};
use office_core::{DateRange, Decimal, InputError, Ratio, Role, Zone};
use office_hr::WorkWeek;

use super::cell::{self, Code};
use super::table::FileRow;

/// Somebody employed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Employee {
    pub(crate) code: Code<Person>,
    pub(crate) name: String,
    pub(crate) email: String,
    /// The usual one first; whoever stands in for those below holds their roles besides.
    pub(crate) roles: Vec<Role>,
    /// Nobody at the top.
    pub(crate) manager: Option<Code<Person>>,
    pub(crate) zone: Zone,
    pub(crate) employed: DateRange,
    pub(crate) weekly_hours: Decimal,
    pub(crate) week: WorkWeek,
    pub(crate) cost_centre: Code<CostCentre>,
    /// By its code in the leave plans.
    pub(crate) leave_plan: String,
}

impl FileRow for Employee {
    const FILE: &'static str = "staff.csv";
    const COLUMNS: &'static [&'static str] = &[
        "employee",
        "name",
        "email",
        "roles",
        "manager",
        "zone",
        "start",
        "end",
        "weekly_hours",
        "days_per_week",
        "workdays",
        "cost_centre",
        "leave_plan",
    ];
    const KEY: &'static [&'static str] = &["employee"];

    fn read(row: Row<'_>) -> Result<Self, InputError> {
        let week: WorkWeek = row.parse("workdays", "weekdays such as `MO|TU|WE`")?;
        if Ratio::from_decimal(cell::number(row, "days_per_week")?) != week.days_per_week() {
            return Err(row.refuse("days_per_week", &format!("as many days as `{week}` has")));
        }
        let weekly_hours = cell::number(row, "weekly_hours")?;
        if weekly_hours > Decimal::from(48) {
            return Err(row.refuse("weekly_hours", "at most 48 hours"));
        }
        let role = |text: &str| cell::is_word(text).then(|| Role::new(text.to_owned()));
        Ok(Self {
            code: cell::code(row, "employee")?,
            name: cell::text(row, "name")?,
            email: email(row)?,
            roles: cell::list(row, "roles", "roles such as `office_manager|assistant`", role)?,
            manager: cell::unless_empty(row, "manager", cell::code)?,
            zone: row.parse("zone", "a zone such as `Europe/Berlin`")?,
            employed: cell::period(row, "start", "end")?,
            weekly_hours,
            week,
            cost_centre: cell::code(row, "cost_centre")?,
            leave_plan: cell::plain_code(row, "leave_plan")?,
        })
    }
}

fn email(row: Row<'_>) -> Result<String, InputError> {
    let text = row.text("email")?;
    let fits = |part: &str| !part.is_empty() && part.bytes().all(|b| b.is_ascii_alphanumeric() || b"._-".contains(&b));
    let accepted = text.split_once('@').is_some_and(|(name, host)| fits(name) && fits(host) && host.contains('.'));
    if accepted { Ok(text.to_owned()) } else { Err(row.refuse("email", "an address such as `ada@example.org`")) }
}
