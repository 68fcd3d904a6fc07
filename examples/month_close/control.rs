//! The totals that have to come out.

use std::collections::BTreeMap;
use std::fmt::Write;

use office_core::sheet::Sheet;
use office_core::{Currency, Money};

use super::desk::Failure;

const CONTROL: &str = include_str!("control.csv");

/// What came out, by what it is a total of.
#[derive(Debug, Default)]
pub(crate) struct Totals(BTreeMap<&'static str, Money>);

impl Totals {
    /// Takes note of a total.
    pub(crate) fn note(&mut self, total: &'static str, amount: Money) {
        self.0.insert(total, amount);
    }

    /// Compares every total with what is wanted. Whether all of them agree.
    pub(crate) fn tell(&self, told: &mut String) -> Result<bool, Failure> {
        let sheet = Sheet::read("control.csv", CONTROL.as_bytes(), &["total", "amount"])?;
        let (mut all, mut agree) = (0_usize, 0_usize);
        for row in sheet.rows() {
            all = all.saturating_add(1);
            let total = row.text("total")?;
            let wanted = Money::parse(row.text("amount")?, Currency::EUR)?;
            match self.0.get(total) {
                Some(found) if *found == wanted => agree = agree.saturating_add(1),
                Some(found) => writeln!(told, "  {total} {found}, and {wanted} is wanted")?,
                None => writeln!(told, "  {total} is missing")?,
            }
        }
        writeln!(told, "Control totals: {agree} of {all} agree.")?;
        Ok(agree == all)
    }
}
