//! The files of the example `month_end`: all of them read, and whatever is damaged in them is refused with its place.

#[cfg(test)]
#[path = "../examples/month_end"]
mod month_end {
    pub(crate) mod files;
}

#[cfg(test)]
mod input {
    use std::collections::BTreeMap;
    use std::path::{Path, PathBuf};

    use office_core::rules::Outcome;
    use office_core::{Currency, Decimal, InputError, Money, Rounding};

    use super::month_end::files::{Files, READERS, ReadError, Reader};

    fn folder() -> PathBuf {
        Path::new(env!("CARGO_MANIFEST_DIR")).join("examples/data")
    }

    fn bytes() -> BTreeMap<String, Vec<u8>> {
        READERS.iter().map(|(file, _)| ((*file).to_owned(), std::fs::read(folder().join(file)).unwrap())).collect()
    }

    /// The files that are tables, and how each is read.
    fn tables() -> impl Iterator<Item = (&'static str, Reader)> {
        READERS.into_iter().filter(|(file, _)| Path::new(file).extension().is_some_and(|ending| ending == "csv"))
    }

    /// The line of a place, from 1.
    fn line_at(bytes: &[u8], place: usize) -> u64 {
        u64::try_from(bytes[..place].split(|byte| *byte == b'\n').count()).unwrap()
    }

    fn total(files: &Files, group: &str, item: &str) -> Decimal {
        files.control.iter().find(|total| total.group == group && total.item == item).unwrap().value
    }

    fn sum(amounts: impl IntoIterator<Item = Money>) -> Decimal {
        Money::sum(amounts, Currency::EUR).unwrap().amount()
    }

    #[test]
    fn every_file_of_the_folder_is_read() {
        let mut known: Vec<&str> = READERS.iter().map(|(file, _)| *file).collect();
        known.sort_unstable();
        let found = std::fs::read_dir(folder()).unwrap().map(Result::unwrap);
        let found = found.filter(|entry| entry.file_type().unwrap().is_file());
        let found = found.map(|entry| entry.file_name().into_string().unwrap());
        let mut found: Vec<String> = found.filter(|file| file != "STORY.md").collect();
        found.sort_unstable();
        assert_eq!(found, known);
        let counts: Vec<usize> =
            READERS.iter().map(|(file, read)| read(&std::fs::read(folder().join(file)).unwrap()).unwrap()).collect();
        let expected = [
            15, 4, 24, 25, 3, 17, 31, 14, 17, 19, 13, 6, 28, 48, 9, 17, 16, 15, 11, 11, 7, 23, 6, 15, 8, 20, 2, 24, 13,
            72,
        ];
        assert_eq!(counts, expected);
    }

    #[test]
    fn the_totals_of_the_first_day_are_right() {
        let files = Files::read(&folder()).unwrap();
        assert_eq!(Decimal::from(files.staff.len()), total(&files, "staff", "employees"));
        let worth = |price: &office_core::UnitPrice, quantity| price.extend(quantity, Rounding::HalfUp).unwrap();
        let stock = files.supplies.iter().map(|item| worth(&item.opening_cost, &item.opening));
        assert_eq!(sum(stock), total(&files, "stock", "opening_value"));
        let lines = |credit: bool| {
            let lines = files.bank_statement.lines.iter().map(|line| line.amount);
            sum(lines.filter(|amount| amount.is_positive() == credit).map(Money::abs))
        };
        assert_eq!(lines(true), total(&files, "bank", "credits"));
        assert_eq!(lines(false), total(&files, "bank", "debits"));
        assert_eq!(files.bank_statement.closing.unwrap().amount.amount(), total(&files, "bank", "closing"));
        assert_eq!(sum(files.accounts.iter().map(|row| row.opening)), Decimal::ZERO);
        assert_eq!(files.card_statement.last().unwrap().amount.amount(), total(&files, "card", "closing"));
        assert_eq!(files.calendar.events.len(), 8);
        assert_eq!(files.holidays.len(), 2);
        assert_eq!(files.authority.appointments.len(), 24 + 2 + 4);
        let versions: Vec<(&str, usize)> =
            files.policies.iter().map(|(name, policy)| (name.as_str(), policy.versions().count())).collect();
        assert_eq!(versions, [("invoice", 1), ("leave", 1), ("petty_cash", 1), ("purchase", 2)]);
        let half = office_core::rules::Facts::new().with("kind", "annual").with("days", Decimal::new(105, 1));
        let ruling =
            files.policies["leave"].decide(&half.with("within_budget", true), files.company.month.start()).unwrap();
        assert!(matches!(ruling.outcome, Outcome::Approvals(all) if all.to_string().starts_with("1 executive ")));
    }

    #[test]
    fn a_file_that_is_not_there_is_named() {
        let missing = Files::read(&folder().join("nowhere")).unwrap_err();
        assert!(matches!(missing, ReadError::Io { file, .. } if file == "company.csv"));
        let mut files = bytes();
        files.remove("rooms.csv");
        assert_eq!(Files::parse(&files).unwrap_err().file(), "rooms.csv");
    }

    #[test]
    fn a_broken_byte_anywhere_is_refused_with_file_line_and_field() {
        for (file, read) in READERS {
            let mut bytes = std::fs::read(folder().join(file)).unwrap();
            for place in 0..bytes.len() {
                let good = bytes[place];
                for bad in [0xFF, 0x00] {
                    bytes[place] = bad;
                    let error = read(&bytes).expect_err(&format!("{file}, byte {place}, {bad:#x}"));
                    assert_eq!(error.file(), file);
                    assert_eq!(error.line(), line_at(&bytes, place), "{file}, byte {place}, {bad:#x}: {error}");
                    assert!(!error.field().is_empty() && !error.expected().is_empty(), "{error}");
                }
                bytes[place] = good;
            }
        }
    }

    /// Columns of free text, in which anything printable may stand.
    const FREE: [(&str, &str); 14] = [
        ("cost_centres.csv", "name"),
        ("staff.csv", "name"),
        ("accounts.csv", "name"),
        ("journal.csv", "text"),
        ("supplies.csv", "name"),
        ("vendors.csv", "name"),
        ("requisitions.csv", "reason"),
        ("petty_cash.csv", "description"),
        ("client_invoices.csv", "client"),
        ("card_statement.csv", "merchant"),
        ("card_receipts.csv", "merchant"),
        ("rooms.csv", "name"),
        ("bookings.csv", "purpose"),
        ("leave_plans.csv", "name"),
    ];

    #[test]
    fn garbage_in_any_field_is_refused_there() {
        for (file, read) in tables() {
            let text = std::fs::read_to_string(folder().join(file)).unwrap();
            let lines: Vec<Vec<&str>> = text.lines().map(|line| line.split(',').collect()).collect();
            for line in 1..lines.len() {
                for (column, name) in lines[0].iter().enumerate() {
                    let mut changed = lines.clone();
                    changed[line][column] = "☃";
                    let changed: Vec<String> = changed.iter().map(|fields| fields.join(",")).collect();
                    let result = read(format!("{}\n", changed.join("\n")).as_bytes());
                    let free = FREE.contains(&(file, name))
                        || (file, *name) == ("holidays.csv", "name")
                        || (file == "company.csv" && lines[line][0] == "name" && *name == "value");
                    if free {
                        assert_eq!(result, Ok(read(text.as_bytes()).unwrap()), "{file}, line {}, {name}", line + 1);
                        continue;
                    }
                    let error = result.expect_err(&format!("{file}, line {}, field {name}", line + 1));
                    let place = (error.file(), error.line(), error.field());
                    assert_eq!(place, (file, u64::try_from(line).unwrap() + 1, *name), "{error}");
                }
            }
        }
    }

    #[test]
    fn a_comma_less_in_any_line_is_refused_there() {
        for (file, read) in tables() {
            let text = std::fs::read_to_string(folder().join(file)).unwrap();
            let lines: Vec<&str> = text.lines().collect();
            for (index, line) in lines.iter().enumerate() {
                let (before, after) = line.rsplit_once(',').unwrap();
                let mut changed: Vec<String> = lines.iter().map(ToString::to_string).collect();
                changed[index] = format!("{before}{after}");
                let error = read(changed.join("\n").as_bytes()).unwrap_err();
                let line = u64::try_from(index).unwrap() + 1;
                assert_eq!((error.file(), error.line()), (file, line), "{error}");
                assert!(!error.field().is_empty());
            }
        }
    }

    /// What each file says that only the others can prove wrong: file, text, what it becomes, field.
    const WRONG: [(&str, &str, &str, &str); 36] = [
        ("company.csv", "storekeeper,E-004", "storekeeper,E-904", "value"),
        ("company.csv", "DE83100990010004711200", "DE21100990020000815001", "IBAN"),
        ("cost_centres.csv", "Design,E-005", "Design,E-905", "head"),
        ("staff.csv", "assistant,E-002", "assistant,E-902", "manager"),
        ("staff.csv", "CC-300,LP-DE", "CC-900,LP-DE", "cost_centre"),
        ("staff.csv", "CC-300,LP-DE", "CC-300,LP-FR", "leave_plan"),
        ("authority.csv", "receptionist,", "porter,", "role"),
        ("authority.csv", "company/CC-400", "company/CC-900", "scope"),
        ("authority.csv", "head_of:CC-400", "head_of:CC-900", "role"),
        ("delegations.csv", "E-002,E-003", "E-002,E-903", "to"),
        ("delegations.csv", "E-003,leave.approve", "E-003,leave.grant", "actions"),
        ("approval_rules.csv", "1 assistant petty", "1 porter petty", "outcome"),
        ("accounts.csv", "1800,Bank,asset,,,84216.45", "1800,Bank,asset,,,84216.46", "opening"),
        ("accounts.csv", ",office,", ",travel,", "category"),
        ("journal.csv", "6310,CC-100,7400.00", "6311,CC-100,7400.00", "account"),
        ("journal.csv", ",3500,,,7400.00", ",3500,,,7400.01", "credit"),
        ("budget.csv", "305.60", "305.61", "account"),
        ("supplies.csv", "R-K1,12", "R-K9,12", "location"),
        ("supplies.csv", "kitchen,kg", "pantry,kg", "category"),
        ("units.csv", "box,5,ream", "box,5,sheet", "base_unit"),
        ("price_list.csv", "V-04,MLK-1L", "V-94,MLK-1L", "vendor"),
        ("price_list.csv", "04-MLK-1L,crate", "04-MLK-1L,bucket", "pack_unit"),
        ("stock_issues.csv", "PAP-A4,5,ream", "PAP-A5,5,ream", "sku"),
        ("stock_issues.csv", "2026-10-15,PEN", "2026-11-15,PEN", "date"),
        ("requisitions.csv", "E-008,PEN-RED", "E-908,PEN-RED", "requester"),
        ("deliveries.csv", "RO-12-TON-BLK", "RO-13-TON-BLK", "reference"),
        ("deliveries.csv", "RQ-01,PEN-RED", "RQ-01,PEN-BLU", "sku"),
        ("vendor_invoices.csv", "RQ-06", "RQ-66", "reference"),
        ("petty_cash.csv", "E-012,23.80", "E-912,23.80", "person"),
        ("client_invoices.csv", "28917.00", "28917.01", "gross"),
        ("card_statement.csv", "E-019,Hotel", "E-919,Hotel", "cardholder"),
        ("card_receipts.csv", "6837,CC-200", "6838,CC-200", "account"),
        ("bank_statement.xml", "DE83100990010004711200", "DE21100990020000815001", "IBAN"),
        ("calendar.ics", "LOCATION:Panke", "LOCATION:Spandau", "LOCATION"),
        ("holidays.csv", "DE-BE,2026-12-31", "DE-BE,2027-12-31", "date"),
        ("leave_opening.csv", "E-024,", "E-924,", "employee"),
    ];

    #[test]
    fn what_other_files_do_not_know_is_refused() {
        for (file, from, to, field) in WRONG {
            let mut files = bytes();
            let text = String::from_utf8(files[file].clone()).unwrap();
            assert!(text.contains(from), "{file} has no `{from}`");
            let line = line_at(text.as_bytes(), text.find(from).unwrap());
            files.insert(file.to_owned(), text.replacen(from, to, 1).into_bytes());
            let error: InputError = Files::parse(&files).expect_err(&format!("{file}: `{from}` to `{to}`"));
            // Where two files disagree, either may be told.
            let elsewhere = [
                ("company.csv", "IBAN"),
                ("budget.csv", "account"),
                ("accounts.csv", "category"),
                ("accounts.csv", "opening"),
            ];
            assert_eq!(error.field(), if file == "budget.csv" { "opening" } else { field }, "{error}");
            if !elsewhere.contains(&(file, field)) {
                assert_eq!((error.file(), error.line()), (file, line), "{error}");
            }
        }
    }
}
