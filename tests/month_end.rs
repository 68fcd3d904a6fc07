//! The month played as the example plays it: on every store, again, and from damaged files.

#[path = "../examples/month_end"]
mod month_end {
    pub(crate) mod collect;
    pub(crate) mod diary;
    pub(crate) mod files;
    pub(crate) mod options;
    pub(crate) mod play;
    pub(crate) mod program;
    pub(crate) mod report;
    pub(crate) mod settings;
}

// The example's files speak of each other from the root, as they do in the program.
use month_end::{collect, diary, files, options, play, program, report, settings};

#[cfg(test)]
mod story {
    use std::collections::BTreeMap;
    use std::fs;
    use std::path::{Path, PathBuf};

    use office_core::{MemoryStore, Office, System, wait};
    use office_scratch::Scratch;
    use office_sqlite::{Durability, SqliteStore};

    use crate::files::Files;
    use crate::options::{HELP, Options, StoreChoice};
    use crate::play::World;
    use crate::report::Figures;
    use crate::settings::Settings;
    use crate::{collect, play, program};

    fn data() -> PathBuf {
        Path::new(env!("CARGO_MANIFEST_DIR")).join("examples/data")
    }

    fn played(office: &Office, files: &Files) -> Figures {
        let settings = Settings::of(files).unwrap();
        let world = World { office, files, settings: &settings };
        wait(play::play(world, |_| {})).unwrap();
        wait(collect::figures(world)).unwrap()
    }

    fn facts(office: &Office) -> usize {
        wait(office.feed().after(0, 100_000)).unwrap().len()
    }

    #[test]
    fn the_month_comes_out_to_the_cent_on_every_store_and_again() {
        let files = Files::read(&data()).unwrap();
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("october.sqlite");
        let options = office_sqlite::Options::default().with_durability(Durability::Normal);
        let memory = Office::on(MemoryStore::new());
        let sqlite = Office::on(SqliteStore::open_with(&path, options).unwrap()).within(System::sleeping());

        let figures = played(&memory, &files);
        let wrong: Vec<_> = figures.controls.iter().filter(|control| !control.ok).collect();
        assert!(wrong.is_empty(), "{wrong:#?}");
        assert_eq!(figures.controls.len(), files.control.len(), "every total is compared");
        assert_eq!(played(&sqlite, &files), figures);

        // Played again, nothing is done twice: neither by this handle nor by one that opens the file anew.
        let known = (facts(&memory), facts(&sqlite));
        assert!(known.0 > 300, "only {} facts", known.0);
        assert_eq!(played(&memory, &files), figures);
        drop(sqlite);
        let again = Office::on(SqliteStore::open(&path).unwrap());
        assert_eq!(played(&again, &files), figures);
        assert_eq!((facts(&memory), facts(&again)), known);

        let Some(scratch) = Scratch::find() else { return };
        for _ in 0..2 {
            let server = Office::on(scratch.store()).within(System::sleeping());
            assert_eq!(played(&server, &files), figures);
            assert_eq!(facts(&server), known.0);
        }
    }

    #[test]
    fn the_command_line_chooses_store_data_and_report() {
        let parse = |words: &[&str]| Options::parse(words.iter().map(Into::into));
        let options = parse(&["--store", "memory", "--report", "r.html"]).unwrap().unwrap();
        assert!(matches!(options.store, StoreChoice::Memory));
        assert_eq!((options.report, options.data), (PathBuf::from("r.html"), data()));
        let options = parse(&["--store=sqlite:x.sqlite"]).unwrap().unwrap();
        assert!(matches!(options.store, StoreChoice::Sqlite(path) if path == Path::new("x.sqlite")));
        let options = parse(&["--store=postgres:postgres://clerk@localhost/office"]).unwrap().unwrap();
        assert!(matches!(options.store, StoreChoice::Postgres(url) if url == "postgres://clerk@localhost/office"));
        assert!(parse(&["--help"]).unwrap().is_none() && HELP.contains("--store"));
        for wrong in [
            &["--store", "postgres"][..],
            &["--store", "postgres:"],
            &["--store", "sqlite:"],
            &["--colour"],
            &["october"],
        ] {
            assert!(parse(wrong).is_err(), "{wrong:?}");
        }
    }

    /// Every file of a folder, byte for byte.
    fn contents(folder: &Path) -> BTreeMap<PathBuf, Vec<u8>> {
        let entries = fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path());
        entries.map(|path| (path.clone(), fs::read(path).unwrap())).collect()
    }

    #[test]
    fn a_damaged_file_is_named_with_line_and_field_and_the_store_stays_as_it_was() {
        let (input, output) = (tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap());
        for entry in fs::read_dir(data()).unwrap().map(|entry| entry.unwrap().path()) {
            fs::copy(&entry, input.path().join(entry.file_name().unwrap())).unwrap();
        }
        let options = Options {
            store: StoreChoice::Sqlite(output.path().join("office.sqlite")),
            data: input.path().to_owned(),
            report: output.path().join("report.html"),
        };
        assert!(program::run(&options, &mut Vec::new()).unwrap());
        let before = contents(output.path());

        let target = input.path().join("deliveries.csv");
        let sound = fs::read(&target).unwrap();
        for (at, byte) in [(60, 0xff), (200, 0), (sound.len() - 2, 0xff)] {
            let mut damaged = sound.clone();
            damaged[at] = byte;
            fs::write(&target, &damaged).unwrap();
            let error = program::run(&options, &mut Vec::new()).unwrap_err().to_string();
            let line = sound[..at].split(|byte| *byte == b'\n').count();
            assert!(error.starts_with(&format!("`deliveries.csv`, line {line}, field `")), "{error}");
            assert!(contents(output.path()) == before, "something was written");
        }
        // A file that fits by itself and not with the others.
        let text = String::from_utf8(sound).unwrap().replacen("PAP-A4", "PAP-A5", 1);
        fs::write(&target, text).unwrap();
        let error = program::run(&options, &mut Vec::new()).unwrap_err().to_string();
        assert!(error.contains("deliveries.csv") && error.contains("PAP-A5"), "{error}");
        assert!(contents(output.path()) == before, "something was written");
    }
}
