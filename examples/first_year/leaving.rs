//! Dana gives notice, and what is left on her last day is paid out.

use std::fmt::Write;

use office_hr::{EarlierLeave, Leaving, LeavingGround, NoticeRules, leave_office, pay_out_leave};

use crate::desk::{Desk, Failure, account, actor, day, employment};

pub(crate) fn tell(desk: &Desk, told: &mut String) -> Result<(), Failure> {
    let (by, on) = (actor("Dana"), day("2027-03-15")?);
    let (rules, action) = (&NoticeRules::german(), &"employment.end".parse()?);
    let leave = |last: &str| {
        let leaving = &Leaving { ground: LeavingGround::Resignation, told: on, last: day(last)? };
        desk.act(&format!("leave:{last}"), &by, on, |tx| async move {
            Ok(leave_office(&tx, employment(), leaving, rules, action, &desk.book).await?)
        })
    };
    if let Err(refused) = leave("2027-04-10") {
        writeln!(told, "Dana gives notice for 2027-04-10: {refused}.")?;
    }
    leave("2027-04-30")?;
    let last = day("2027-04-30")?;
    let left = desk.act("left", &actor("Miriam"), last, |tx| async move {
        let ledger = office_hr::leave_ledger(&tx, account(), &desk.leave, last).await?;
        Ok(ledger.balance(last)?)
    })?;
    writeln!(told, "She leaves on {last} with {left} days, which are paid out.\n")?;
    let paid = EarlierLeave { on: last, days: left };
    desk.act("pay-out", &actor("Miriam"), last, |tx| async move {
        Ok(pay_out_leave(&tx, account(), paid, &desk.leave).await?)
    })
}
