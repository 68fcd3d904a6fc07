//! Writes the journal of so many transactions to a file: `journal 100000 /tmp/journal.txt`.

use office_peers_books::{Failure, raw};

fn main() -> Result<(), Failure> {
    let mut arguments = std::env::args().skip(1);
    let (count, path) = arguments.next().zip(arguments.next()).ok_or("a count and a file are wanted")?;
    Ok(std::fs::write(path, raw::journal(&raw::transactions(count.parse()?))?)?)
}
