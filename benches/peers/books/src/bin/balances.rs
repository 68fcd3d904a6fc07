//! Reads a journal and prints what stands on each account; with `--monthly`, what was moved in each month.

use std::io::{BufWriter, Write};

use office_finance::read_balances;
use office_peers_books::Failure;

fn main() -> Result<(), Failure> {
    let mut arguments = std::env::args().skip(1);
    let path = arguments.next().ok_or("a file is wanted")?;
    let text = std::fs::read_to_string(path)?;
    let balances = read_balances(&text)?;
    let mut out = BufWriter::new(std::io::stdout().lock());
    let monthly = arguments.next().as_deref() == Some("--monthly");
    for row in balances {
        if monthly {
            for (month, moved) in row.months {
                writeln!(out, "{}\t{month}\t{moved}", row.account)?;
            }
        } else {
            writeln!(out, "{}\t{}", row.account, row.balance)?;
        }
    }
    Ok(out.flush()?)
}
