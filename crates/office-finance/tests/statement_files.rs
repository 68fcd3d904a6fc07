//! Reading statements: every file of other projects' samples that is at hand, what is refused, and damage.
#![cfg(all(feature = "camt", feature = "mt940", feature = "ofx", feature = "csv"))]

#[cfg(test)]
#[expect(clippy::arithmetic_side_effects, clippy::string_slice, reason = "tests may overflow and panic")]
mod tests {
    use std::collections::BTreeMap;
    use std::path::{Path, PathBuf};

    use office_core::InputError;
    use office_finance::{
        BankStatement, TableLayout, TextEncoding, read_camt052, read_camt053, read_camt054, read_mt940, read_ofx,
        read_table, take_file,
    };
    use proptest::prelude::*;
    use serde_json::Value;

    type Statements = Result<Vec<BankStatement>, InputError>;

    /// The samples of a format: those of this crate, and all of them where they are beside the checkout.
    fn samples(format: &str, extension: &str) -> Vec<PathBuf> {
        let here = Path::new(env!("CARGO_MANIFEST_DIR"));
        let beside = here.ancestors().map(|folder| folder.join("shared/cases/finance").join(format));
        let folders =
            [here.join("tests/cases").join(format)].into_iter().chain(beside.filter(|folder| folder.is_dir()));
        let files = folders.flat_map(|folder| std::fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path()));
        let files = files.filter(|file| file.extension().is_some_and(|ext| ext == extension));
        // Of one that is in both, that beside the checkout, as its record is beside it.
        let files: BTreeMap<String, PathBuf> = files.map(|file| (name(&file), file)).collect();
        files.into_values().collect()
    }

    fn name(file: &Path) -> String {
        let name = file.file_name().unwrap().to_str().unwrap();
        name.rsplit("__").next().unwrap().to_owned()
    }

    fn told(error: &InputError) -> String {
        format!("{} {} `{}`", error.line(), error.field(), error.value())
    }

    /// How statements prove themselves, over a folder.
    #[derive(Debug, Default)]
    struct Tally {
        files: usize,
        statements: usize,
        lines: usize,
        whole: usize,
        gaps: Vec<String>,
        refused: Vec<String>,
    }

    impl Tally {
        fn add(&mut self, file: &Path, read: &Statements) {
            self.files += 1;
            for statement in read.iter().flatten() {
                self.statements += 1;
                self.lines += statement.lines.len() + statement.pending.len();
                match statement.proof() {
                    Ok(Some(proof)) if proof.gap.is_zero() => self.whole += 1,
                    Ok(Some(proof)) => self.gaps.push(format!("{} {}", name(file), proof.gap)),
                    Ok(None) => {}
                    Err(error) => self.gaps.push(format!("{} {error}", name(file))),
                }
            }
            self.refused.extend(read.as_ref().err().map(|error| format!("{} {}", name(file), told(error))));
        }

        fn close(mut self, folder: &str) -> (Vec<String>, Vec<String>) {
            let (files, statements, lines, whole) = (self.files, self.statements, self.lines, self.whole);
            let (gaps, refused) = (self.gaps.len(), self.refused.len());
            println!(
                "{folder}: {files} files, {statements} statements, {lines} lines, {whole} add up, {gaps} gaps told, \
                 {} without a balance, {refused} refused",
                statements - whole - gaps
            );
            for list in [&mut self.gaps, &mut self.refused] {
                list.sort();
                list.dedup();
            }
            (self.gaps, self.refused)
        }
    }

    /// What is expected of those samples that are at hand: all are only beside the checkout.
    fn at_hand(format: &str, expected: &[&str]) -> Vec<String> {
        let extension = if format == "ofx" { "ofx" } else { "sta" };
        let names: Vec<String> = samples(format, extension).iter().map(|file| name(file)).collect();
        let is_there = |told: &&&str| names.iter().any(|name| told.starts_with(&format!("{name} ")));
        expected.iter().filter(is_there).map(|told| (*told).to_owned()).collect()
    }

    fn amounts(read: &Statements) -> Vec<String> {
        let lines = read.iter().flatten().flat_map(|statement| statement.lines.iter().chain(&statement.pending));
        lines.map(|line| line.amount.amount().normalize().to_string()).collect()
    }

    fn same(found: &[String], expected: &[String], file: &Path) {
        let plain = |texts: &[String]| -> Vec<String> {
            texts.iter().map(|text| office_core::parse_decimal(text).unwrap().normalize().to_string()).collect()
        };
        assert_eq!(plain(found), plain(expected), "{}", file.display());
    }

    /// The other project takes what a reversal reverses for what it does.
    fn without_sign(amounts: &[String]) -> Vec<String> {
        amounts.iter().map(|amount| amount.trim_start_matches('-').to_owned()).collect()
    }

    /// The amounts that the other project reads, from its own record of them.
    fn recorded(file: &Path) -> Vec<String> {
        let bytes = std::fs::read(file.with_extension("yml")).unwrap();
        let text = String::from_utf8_lossy(&bytes).into_owned();
        let Some((_, transactions)) = text.split_once("\ntransactions:") else { return Vec::new() };
        let lines: Vec<&str> = transactions.lines().collect();
        let amounts = lines.windows(2).filter(|pair| pair[0].ends_with("decimal.Decimal"));
        amounts.map(|pair| pair[1].trim().trim_start_matches("- '").trim_end_matches('\'').to_owned()).collect()
    }

    /// Many samples are a single field, or several of one: a statement is put around each.
    fn framed(text: &str) -> Vec<String> {
        let text = text.trim_start();
        if text.starts_with(":60F:") {
            return text.lines().map(|line| format!(":20:X\n:25:4711\n{line}\n")).collect();
        }
        let put = |tag: &str, field: &'static str| if text.contains(tag) { "" } else { field };
        let first = put(":20:", ":20:X\n");
        let rest = [put(":25:", ":25:4711\n"), put(":60", ":60F:C180101EUR0,\n")].concat();
        vec![if first.is_empty() { format!("{text}\n{rest}") } else { format!("{first}{rest}{text}") }]
    }

    #[test]
    fn mt940_samples() {
        let mut tally = Tally::default();
        for file in samples("mt940", "sta") {
            let bytes = std::fs::read(&file).unwrap();
            // One is in a code page of DOS: with another one, letters are wrong and amounts right.
            let utf_8 = std::str::from_utf8(&bytes).is_ok();
            let encoding = if utf_8 { TextEncoding::UTF_8 } else { "ibm866".parse().unwrap() };
            let has = |tag: &[u8]| bytes.windows(4).any(|window| window == tag);
            let texts: Vec<Vec<u8>> = match std::str::from_utf8(&bytes) {
                Ok(text) if !(has(b":20:") && has(b":25:")) => {
                    framed(text).into_iter().map(String::into_bytes).collect()
                }
                _ => vec![bytes],
            };
            for text in texts {
                let read = read_mt940("a.sta", &text, encoding);
                tally.add(&file, &read);
                if read.is_ok() && file.with_extension("yml").exists() {
                    let (found, expected) = (amounts(&read), recorded(&file));
                    let reverses = String::from_utf8_lossy(&text).contains("RCR204,88");
                    let plain = if reverses { without_sign } else { <[String]>::to_vec };
                    same(&plain(&found), &plain(&expected), &file);
                }
            }
        }
        let (gaps, refused) = tally.close("mt940");
        assert_eq!(
            gaps,
            at_hand(
                "mt940",
                &[
                    "closing_balance.sta 137.00 EUR",
                    "details_60-63.sta 234.01 EUR",
                    "malformed_details.sta 234.01 EUR",
                    "missing_crlf_at_end.sta 42570.04 EUR",
                    "multiline.sta -119.00 EUR",
                    "overly_long_details.sta 234.01 EUR",
                    "raiffeisen-cmi.sta 1123264.00 HUF",
                    "sepa_snippet.sta 300.08 EUR",
                    "whitespace.sta 234.01 EUR",
                ]
            )
        );
        assert_eq!(
            refused,
            at_hand(
                "mt940",
                &[
                    "account_identification_iban.sta 3 :25: `PL25106000760000888888888888`",
                    // The German mark went in 2002.
                    "mt940.sta 4 :60F: `DEM`",
                    "raphaelm.sta 13 :60F: `DEM`",
                    "sepa_snippet_broken.sta 6 :25: `166?00GUTSCHRIFT?100399?20EREF+EndToEndI…`",
                ]
            )
        );
        let marks =
            std::fs::read_to_string(samples("mt940", "sta").iter().find(|file| name(file) == "raphaelm.sta").unwrap());
        let pages = read_mt940("a.sta", marks.unwrap().replace("DEM", "EUR").as_bytes(), TextEncoding::UTF_8).unwrap();
        let gaps: Vec<_> = pages.iter().map(|page| page.gap().unwrap().unwrap().is_zero()).collect();
        assert_eq!(gaps, [true, true, true]);
    }

    #[test]
    fn ofx_samples() {
        let mut tally = Tally::default();
        for file in samples("ofx", "ofx") {
            let bytes = std::fs::read(&file).unwrap();
            let read = read_ofx("a.ofx", &bytes);
            tally.add(&file, &read);
            if read.is_ok() {
                let text = String::from_utf8_lossy(&bytes).into_owned();
                let written = text.split("<TRNAMT>").skip(1).map(|rest| {
                    let end = rest.find(|c: char| c == '<' || c.is_whitespace()).unwrap();
                    rest[..end].trim_start_matches('+').to_owned()
                });
                same(&amounts(&read), &written.collect::<Vec<_>>(), &file);
            }
        }
        let (gaps, refused) = tally.close("ofx");
        // No OFX statement has an opening balance.
        assert_eq!(gaps, [""; 0]);
        assert_eq!(
            refused,
            at_hand(
                "ofx",
                &[
                    "date_missing.ofx 33 STMTTRN/DTPOSTED ``",
                    "decimal_error.ofx 37 STMTTRN/TRNAMT `$120`",
                    "error_message.ofx 23 STATUS/CODE `2000`",
                    "fidelity-savings.ofx 66 STMTTRN/TRNAMT `+00000000000115.8331`",
                    "signon_fail.ofx 11 STATUS/CODE `15500`",
                ]
            )
        );
    }

    #[test]
    fn camt_samples() {
        let mut tally = Tally::default();
        for file in samples("camt", "xml") {
            let bytes = std::fs::read(&file).unwrap();
            let read = match name(&file).get(..7) {
                Some("camt052") => read_camt052("a.xml", &bytes),
                Some("camt054") => read_camt054("a.xml", &bytes),
                _ => read_camt053("a.xml", &bytes),
            };
            tally.add(&file, &read);
            if let Ok(text) = std::fs::read_to_string(file.with_extension("json"))
                && read.is_ok()
            {
                let record: Value = serde_json::from_str(&text).unwrap();
                let recorded =
                    record["getEntries"].as_array().unwrap().iter().map(|entry| &entry["getAmount"]["getAmount"]);
                let recorded: Vec<i128> = recorded.map(|minor| minor.as_str().unwrap().parse().unwrap()).collect();
                let lines = read.iter().flatten().flat_map(|one| one.lines.iter().chain(&one.pending));
                let found: Vec<i128> = lines.map(|line| line.amount.minor()).collect();
                // Of several statements, the record has the last one's.
                assert!(found.ends_with(&recorded), "{}: {found:?} {recorded:?}", file.display());
            }
        }
        let (gaps, refused) = tally.close("camt");
        let mixed = "SEK and EUR are different currencies: convert one of them first";
        assert_eq!(
            gaps,
            [
                "camt053.v2.five.decimals.xml 0.05 EUR".to_owned(),
                format!("camt053.v2.minimal.ultimate.xml {mixed}"),
                format!("camt053.v8.xml {mixed}"),
            ]
        );
        assert_eq!(refused, ["camt053.v2.wrong.xml 3 Stmt ``"]);
    }

    fn only(read: Statements) -> BankStatement {
        let mut statements = read.unwrap();
        assert_eq!(statements.len(), 1);
        statements.remove(0)
    }

    fn mt940(text: &str) -> Statements {
        read_mt940("a.sta", text.as_bytes(), TextEncoding::UTF_8)
    }

    #[test]
    fn what_banks_write_in_field_86_is_understood() {
        let of = |details: &str| {
            let text = format!(":20:X\n:25:4711\n:60F:C261001EUR0,\n:61:2610081009C5,NTRFREF 7//NB1\n{details}\n-");
            only(mt940(&text)).lines.remove(0)
        };
        let subfields = of(
            ":86:166?00CREDIT?20EREF+E2E-1?21SVWZ+CI-081 and a long te?22xt?30NBBEDE?31DE83100990010004711200?32Stadtw\nerke?33 Spree AG",
        );
        assert_eq!(
            (subfields.text.as_str(), subfields.party.as_deref()),
            ("CI-081 and a long te xt", Some("Stadtwerke Spree AG"))
        );
        assert_eq!(
            (subfields.references, subfields.party_account.as_deref()),
            (vec!["E2E-1".to_owned(), "REF 7".to_owned()], Some("DE83100990010004711200"))
        );
        assert_eq!((subfields.code.as_deref(), subfields.bank_reference.as_deref()), (Some("NTRF/166"), Some("NB1")));
        assert_eq!(
            (subfields.on.to_string().as_str(), subfields.value.unwrap().to_string().as_str()),
            ("2026-10-09", "2026-10-08")
        );
        let slashes = of(":86:/EREF/NOTPROVIDED/NAME/Kita Pankow/IBAN/NL56AGDH9619008421/REMI/Invoice CI/083");
        assert_eq!((slashes.text.as_str(), slashes.party.as_deref()), ("Invoice CI/083", Some("Kita Pankow")));
        assert_eq!(slashes.references, ["REF 7"]);
        let text = of(":86:Paid in\ncash  ");
        assert_eq!((text.text.as_str(), text.party), ("Paid in cash", None));
        assert_eq!(of("further details").text, "further details");
    }

    #[test]
    fn mt940_dates_signs_and_pages() {
        let of = |entry: &str| only(mt940(&format!(":20:X\n:25:4711\n:60F:C261001EUR0,\n:61:{entry}\n-")));
        let told = |entry: &str| {
            let line = of(entry).lines.remove(0);
            format!("{} {} {}", line.on, line.value.unwrap(), line.amount)
        };
        assert_eq!(told("2602300301DR6,00N024NONREF"), "2026-03-01 2026-02-28 -6.00 EUR");
        // Booked in the year before, or after.
        assert_eq!(told("2601021230D1,N024"), "2025-12-30 2026-01-02 -1.00 EUR");
        assert_eq!(told("2512310102RD1,5N024"), "2026-01-02 2025-12-31 1.50 EUR");
        assert_eq!(told("991231RC1,N024"), "1999-12-31 1999-12-31 -1.00 EUR");
        let expected = of("2610300101EC1,NMSC");
        assert_eq!((expected.lines.len(), expected.pending.len()), (0, 1));
        // A page that goes on is a statement of its own.
        let pages = mt940(
            ":20:X\n:25:4711\n:28C:1/1\n:60F:C261001EUR1,\n:61:261001C2,NMSC\n:62M:C261001EUR3,\n-\n\
             :20:X\n:25:4711\n:28C:1/2\n:60M:C261001EUR3,\n:61:261001D3,NMSC\n:62F:C261001EUR0,\n-",
        );
        let gaps: Vec<_> = pages.unwrap().iter().map(|page| page.gap().unwrap().unwrap().is_zero()).collect();
        assert_eq!(gaps, [true, true]);
    }

    #[test]
    fn mt940_refusals_name_line_and_field() {
        let good = ":20:X\n:25:DE83100990010004711200\n:28C:1\n:60F:C261001EUR1,\n:61:2610011001C2,NMSC\n:86:text\n:62F:C261001EUR3,\n-";
        let refused = |from: &str, to: &str| {
            assert!(good.contains(from), "{from}");
            told(&mt940(&good.replacen(from, to, 1)).unwrap_err())
        };
        assert_eq!(refused("4711200", "4711020"), "2 :25: `DE83100990010004711020`");
        assert_eq!(refused(":25:DE83100990010004711200\n", ""), "1 :25: ``");
        assert_eq!(refused(":86:text", ":25:4712"), "6 :25: `4712`");
        assert_eq!(refused("EUR1,", "DEX1,"), "4 :60F: `DEX`");
        assert_eq!(refused("EUR3,", "USD3,"), "7 :62F: `USD`");
        assert_eq!(refused("C261001EUR1,", "X261001EUR1,"), "4 :60F: `X`");
        assert_eq!(refused("C261001EUR1,", "C261301EUR1,"), "4 :60F: `261301`");
        assert_eq!(refused(":86:text", ":60F:C261001EUR1,"), "6 :60F: `C261001EUR1,`");
        assert_eq!(refused("C2,NMSC", "C2,005NMSC"), "5 :61: `2,005`");
        assert_eq!(refused("C2,NMSC", "C2,0,0NMSC"), "5 :61: `2,0,0`");
        assert_eq!(refused("C2,NMSC", "X2,NMSC"), "5 :61: `X2,NMSC`");
        assert_eq!(refused(":60F:C261001EUR1,\n", ""), "4 :61: `2610011001C2,NMSC`");
        assert_eq!(refused(":20:X", "20:X"), "1 file `20:X`");
        assert_eq!(refused("text", "te\u{1}xt"), "6 text `\\u{1}`");
        let error = read_mt940("a.sta", b":20:X\n:25:caf\xe9", TextEncoding::UTF_8).unwrap_err();
        assert_eq!((told(&error).as_str(), error.expected()), ("2 text `:25:caf\\xe9`", "text in utf-8"));
    }

    #[test]
    fn ofx_refusals_name_line_and_element() {
        let good = "<OFX>\n<BANKMSGSRSV1><STMTTRNRS><STMTRS>\n<CURDEF>EUR<BANKACCTFROM><ACCTID>4711</BANKACCTFROM>\n\
            <BANKTRANLIST>\n<STMTTRN><DTPOSTED>20261030<TRNAMT>-1.50<FITID>7<MEMO>coffee &amp; cake</STMTTRN>\n\
            <STMTTRN><DTPOSTED>20261030<TRNAMT>-1.50<FITID>7<MEMO>coffee &amp; cake</STMTTRN>\n\
            </BANKTRANLIST>\n</STMTRS></STMTTRNRS></BANKMSGSRSV1></OFX>";
        let statement = only(read_ofx("a.ofx", good.as_bytes()));
        // The same id twice: both are there.
        assert_eq!((statement.lines.len(), statement.lines[0].text.as_str()), (2, "coffee & cake"));
        assert_eq!(statement.lines[0], statement.lines[1]);
        let refused = |from: &str, to: &str| {
            assert!(good.contains(from), "{from}");
            told(&read_ofx("a.ofx", good.replacen(from, to, 1).as_bytes()).unwrap_err())
        };
        assert_eq!(refused("<ACCTID>4711", ""), "3 BANKACCTFROM/ACCTID ``");
        assert_eq!(refused("<CURDEF>EUR", ""), "5 STMTTRN/CURRENCY ``");
        assert_eq!(refused("EUR", "EUX"), "3 STMTRS/CURDEF `EUX`");
        assert_eq!(refused("20261030", "20261330"), "5 STMTTRN/DTPOSTED `20261330`");
        assert_eq!(refused("20261030", "2026103x"), "5 STMTTRN/DTPOSTED `2026103x`");
        assert_eq!(refused("-1.50", "-1.505"), "5 STMTTRN/TRNAMT `-1.505`");
        assert_eq!(refused("-1.50", "1e3"), "5 STMTTRN/TRNAMT `1e3`");
        assert_eq!(refused("</BANKTRANLIST>", "</BANKLIST>"), "7 OFX `</BANKLIST`");
        assert_eq!(refused("<OFX>", "<!DOCTYPE x [<!ENTITY a 'b'>]><OFX>"), "1 OFX `<!DOCTYPE x [`");
        assert_eq!(refused("</OFX>", "<"), "8 OFX `<`");
        assert_eq!(refused("<OFX>", "<?xml encoding='ebcdic'?><OFX>"), "1 encoding `ebcdic`");
        let deep = format!("<OFX>{}", "<A>".repeat(100_000));
        assert_eq!(read_ofx("a.ofx", deep.as_bytes()).unwrap_err().expected(), "at most 64 levels of elements");
        // An element without text that is not closed holds nothing.
        let open = good.replacen("<MEMO>coffee &amp; cake", "<NAME><MEMO>tea", 1);
        let line = only(read_ofx("a.ofx", open.as_bytes())).lines.remove(0);
        assert_eq!((line.party, line.text.as_str()), (None, "tea"));
    }

    fn layout(amount: &str, rest: &str) -> TableLayout {
        let json = format!(
            r#"{{"encoding": "utf-8", "separator": "comma", "dates": "day_month_year", "decimals": "comma",
                "order": "oldest_first", "currency": "EUR", {rest}
                "columns": {{"on": "date", "amount": {amount}, "currency": "currency", "text": ["text", "more"]}}}}"#
        );
        serde_json::from_str(&json).unwrap()
    }

    const SIGNED: &str = r#"{"signed": {"column": "amount"}}"#;

    fn table(rows: &str, layout: &TableLayout) -> Result<BankStatement, InputError> {
        let file = format!("date,amount,out,in,mark,currency,text,more,other,other\n{rows}");
        read_table("a.csv", file.as_bytes(), layout, "4711")
    }

    #[test]
    fn tables_tell_amounts_and_days_in_the_ways_of_their_banks() {
        let told = |rows: &str, layout: &TableLayout| {
            let statement = table(rows, layout).unwrap();
            let lines = statement.lines.iter().map(|line| format!("{} {} {}", line.on, line.amount, line.text));
            lines.collect::<Vec<_>>()
        };
        let signed = layout(SIGNED, "");
        assert_eq!(
            told("31.10.26,\"-1.234,50\",,,,,a,b,,\n,,,,,,,,,\n1/9/2026,12,,,,JPY,x,,,\n", &signed),
            ["2026-10-31 -1234.50 EUR a b", "2026-09-01 12 JPY x"]
        );
        let reversed = layout(r#"{"reversed": {"column": "amount"}}"#, "");
        assert_eq!(told("31.10.2026,\"1,5\",,,,,,,,", &reversed), ["2026-10-31 -1.50 EUR "]);
        let two = layout(r#"{"debit_credit": {"debit": "out", "credit": "in"}}"#, "");
        assert_eq!(
            told("31.10.2026,,1,,,,,,,\n31.10.2026,,-1,,,,,,,\n31.10.2026,,,2,,,,,,", &two),
            ["2026-10-31 -1.00 EUR ", "2026-10-31 -1.00 EUR ", "2026-10-31 2.00 EUR "]
        );
        let marked = layout(r#"{"marked": {"column": "amount", "mark": "mark", "debit": "S", "credit": "H"}}"#, "");
        assert_eq!(
            told("31.10.2026,1,,,S,,,,,\n31.10.2026,2,,,H,,,,,", &marked),
            ["2026-10-31 -1.00 EUR ", "2026-10-31 2.00 EUR "]
        );
        let before = layout(SIGNED, r#""lines_before": 2,"#);
        let file = "Nordbank\n\n\u{feff}date,amount,currency,text,more\n31.10.2026,1,,,\n".replace('\u{feff}', "");
        assert_eq!(read_table("a.csv", file.as_bytes(), &before, "4711").unwrap().lines.len(), 1);

        let refused = |rows: &str, layout: &TableLayout| super::tests::told(&table(rows, layout).unwrap_err());
        assert_eq!(refused("31.10.2026,1,,,,,,,,\n31.02.2026,1,,,,,,,,", &signed), "3 date `31.02.2026`");
        assert_eq!(refused("31.10.2026,1.5,,,,,,,,", &signed), "2 amount `1.5`");
        assert_eq!(refused("31.10.2026,,,,,,,,,", &signed), "2 amount ``");
        assert_eq!(refused("31.10.2026,\"1,005\",,,,,,,,", &signed), "2 amount `1,005`");
        assert_eq!(refused("31.10.2026,1,,,,EUX,,,,", &signed), "2 currency `EUX`");
        assert_eq!(refused("31.10.2026,1,,,,,,,,,more", &signed), "2 file `more`");
        assert_eq!(refused("31.10.2026,,1,1,,,,,,", &two), "2 in `1`");
        assert_eq!(refused("31.10.2026,,,-1,,,,,,", &two), "2 in `-1`");
        assert_eq!(refused("31.10.2026,1,,,X,,,,,", &marked), "2 mark `X`");
        let missing = read_table("a.csv", b"date,amount,text\n", &signed, "4711").unwrap_err();
        assert_eq!(super::tests::told(&missing), "1 currency `date | amount | text`");
        let twice = read_table("a.csv", b"date,date,amount,currency,text,more\n", &signed, "4711").unwrap_err();
        assert_eq!(super::tests::told(&twice), "1 date `date`");
        let empty = read_table("a.csv", b"", &signed, "4711").unwrap_err();
        assert_eq!(empty.expected(), "a line with the names of the columns");
        let account = read_table("a.csv", b"", &signed, "DE83100990010004711020").unwrap_err();
        assert_eq!(account.field(), "account");
        assert!(serde_json::from_str::<TableLayout>("{\"encoding\": \"ebcdic\"}").is_err());
    }

    #[test]
    fn a_balance_in_each_row_proves_that_none_is_missing() {
        let mut layout = layout(SIGNED, "");
        layout.columns.balance = Some("out".to_owned());
        let statement = table("1.10.2026,5,15,,,,,,,\n2.10.2026,-3,10,,,,,,,\n", &layout).unwrap();
        assert_eq!(
            statement.proof().unwrap().unwrap().to_string(),
            "opening 10.00 EUR, in 5.00 EUR, out -3.00 EUR, closing 10.00 EUR, off by -2.00 EUR"
        );
        let json = serde_json::to_string(&layout).unwrap();
        assert_eq!(serde_json::from_str::<TableLayout>(&json).unwrap(), layout);
    }

    #[test]
    fn a_file_without_end_is_not_read_to_its_end() {
        let error = take_file("a.sta", std::io::repeat(b'x')).unwrap_err();
        assert_eq!(error.value(), "more than 33554432 bytes");
        let large = vec![b'\n'; (32 << 20) + 1];
        for error in [read_mt940("a", &large, TextEncoding::UTF_8).unwrap_err(), read_ofx("a", &large).unwrap_err()] {
            assert_eq!((error.field(), error.value()), ("file", "33554433 bytes"));
        }
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(192))]

        /// No bytes make a reader panic, and each refusal names a line and a field.
        #[test]
        fn any_damage_is_read_or_named(
            at in 0..2_000_usize, with in prop::collection::vec(any::<u8>(), 0..6), cut in any::<bool>(), which in 0..4_usize,
        ) {
            let files = ["mt940/mt940_tests__self-provided__malformed_details.sta", "ofx/suncorp.ofx", "ofx/checking.ofx"];
            let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/cases");
            let table = b"date,amount,currency,text,more\n31.10.2026,\"1.234,50\",EUR,a,b\n".to_vec();
            let mut bytes = files.get(which).map_or(table, |file| std::fs::read(folder.join(file)).unwrap());
            let at = at.min(bytes.len());
            if cut {
                bytes.truncate(at);
            }
            bytes.splice(at..at, with);
            let read = match which {
                0 => read_mt940("a", &bytes, TextEncoding::WINDOWS_1252),
                3 => read_table("a", &bytes, &layout(SIGNED, ""), "4711").map(|statement| vec![statement]),
                _ => read_ofx("a", &bytes),
            };
            match read {
                Ok(statements) => prop_assert!(statements.iter().all(|one| one.proof().is_ok())),
                Err(error) => prop_assert!(error.line() >= 1 && !error.field().is_empty()),
            }
        }
    }
}
