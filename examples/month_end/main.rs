//! October of an office of 24 people, played from its files.

#![expect(clippy::print_stdout, reason = "a program that reports")]

mod files;

use std::error::Error;
use std::path::Path;

use files::{Files, READERS};

fn main() -> Result<(), Box<dyn Error>> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("examples/data");
    let files = Files::read(&folder)?;
    for (file, read) in READERS {
        println!("{file:22} {:3}", read(&std::fs::read(folder.join(file))?)?);
    }
    println!("{}: {}", files.company.name, files.company.month);
    Ok(())
}
