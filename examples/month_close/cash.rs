//! The petty cash: small things are paid from the box, what is too much for it is not, and in the end it is counted.

use std::fmt::Write;

use office::petty_cash::{count, spend};
use office_core::{Currency, Money, Percent};
use office_finance::{PettyCashFund, PettyCashId, Voucher};

use super::control::Totals;
use super::desk::{BOOKKEEPER, Desk, Failure, person, studio};

/// Number, day, what for, with tax, the rate of tax and the tax, account.
type Slip = (&'static str, &'static str, &'static str, &'static str, i32, &'static str, &'static str);

const SLIPS: [Slip; 3] = [
    ("PC-01", "2026-10-08", "milk and fruit", "23.54", 7, "1.54", "6643"),
    ("PC-02", "2026-10-15", "a bicycle courier", "189.00", 19, "30.18", "6800"),
    ("PC-03", "2026-10-20", "stamps", "19.00", 0, "0.00", "6800"),
];

pub(crate) fn tell(desk: &Desk, totals: &mut Totals, told: &mut String) -> Result<(), Failure> {
    let cash_box = PettyCashId::natural("petty_cash", "office");
    desk.act("set up the cash box", BOOKKEEPER, "2026-10-01", |tx| async move {
        tx.create(cash_box, PettyCashFund::set_up("200.00 EUR".parse()?, person(BOOKKEEPER))?).await?;
        Ok(())
    })?;
    writeln!(told, "The cash box holds 200.00 EUR.")?;
    for slip in SLIPS {
        let (number, on, what, gross, ..) = slip;
        match pay(desk, cash_box, slip) {
            Ok(()) => writeln!(told, "  {number} {on} {gross:>7} {what}")?,
            Err(refused) => writeln!(told, "  {number} {on} {gross:>7} {what}: {refused}")?,
        }
    }
    let counted: Money = "156.96 EUR".parse()?;
    let over = desk.act("count the cash", BOOKKEEPER, "2026-10-31", |tx| async move {
        Ok(count(&tx, &desk.petty_cash, cash_box, "2026-10-31".parse()?, counted).await?)
    })?;
    writeln!(told, "Counted on the 31st: {counted}, which is {over} against what should be there.\n")?;
    totals.note("cash counted", counted);
    Ok(())
}

fn pay(desk: &Desk, cash_box: PettyCashId, slip: Slip) -> Result<(), Failure> {
    let (number, on, what, gross, rate, tax, account) = slip;
    let voucher = &Voucher {
        number: number.to_owned(),
        on: on.parse()?,
        person: person(BOOKKEEPER),
        amount: Money::parse(gross, Currency::EUR)?,
        tax: Money::parse(tax, Currency::EUR)?,
        account: Some(account.parse()?),
        cost_centre: Some(studio()),
        description: what.to_owned(),
    };
    desk.act(number, BOOKKEEPER, on, |tx| async move {
        spend(&tx, &desk.petty_cash, cash_box, voucher.clone(), Percent::whole(rate)).await?;
        Ok(())
    })
}
