//! The laws of equipment, on what people may write down in any order.

use std::collections::{BTreeMap, BTreeSet};

use chrono::{DateTime, Utc};
use office_core::{Decision, Entity, MemoryStore, Office, fold, wait};
use office_inventory::{
    AcceptHandOver, Asset, AssetFact, AssetTag, AuditSheet, AuditedAsset, CorrectSerial, CustodyChain, DeclineHandOver,
    DisposalKind, Dispose, EquipmentTerms, Keeper, LoanId, LoanStatus, Retag, ReverseDisposal, SerialNumber,
    bring_back_loan, correct_serial, custody_of, hand_out_loan, reschedule_loan, reserve_asset, retag_asset,
};
use proptest::prelude::*;

use crate::desk::{
    approval, asked, asset, days, gone as scrapped, hour, load, loan, new, person, place, register, run, slip, state,
    step,
};

/// What somebody writes down about one asset.
#[derive(Clone, Debug)]
enum Note {
    HandOver { to: Keeper, accepted_by: Option<u8>, at: i64, slip: u8 },
    Accept { by: u8, at: i64 },
    Decline { by: u8, at: i64 },
}

fn somebody(number: u8) -> office_core::subject::PersonId {
    person(&format!("E-{number}"))
}

fn note() -> impl Strategy<Value = Note> {
    let keeper = prop_oneof![
        (0_u8..2).prop_map(|number| Keeper::Stock(place(&format!("R-{number}")))),
        (0_u8..3).prop_map(|number| Keeper::Person(somebody(number))),
        (0_u8..3).prop_map(|number| Keeper::Person(somebody(number))),
        Just(Keeper::Missing),
    ];
    let hand_over = (keeper, proptest::option::of(0_u8..3), 0_i64..60, 0_u8..30)
        .prop_map(|(to, accepted_by, at, slip)| Note::HandOver { to, accepted_by, at, slip });
    prop_oneof![
        3 => hand_over,
        1 => (0_u8..3, 0_i64..60).prop_map(|(by, at)| Note::Accept { by, at }),
        1 => (0_u8..3, 0_i64..60).prop_map(|(by, at)| Note::Decline { by, at }),
    ]
}

fn decide(asset: &Asset, note: &Note) -> Option<AssetFact> {
    let decision = match *note {
        Note::HandOver { to, accepted_by, at, slip: number } => {
            let mut command = slip(&format!("H-{number}"), to, at);
            command.accepts = accepted_by.map(somebody);
            asset.hand_over(&command, &EquipmentTerms::default()).ok()
        }
        Note::Accept { by, at } => asset.accept(AcceptHandOver { by: somebody(by), at: hour(at) }).ok(),
        Note::Decline { by, at } => {
            asset.decline(DeclineHandOver { by: somebody(by), at: hour(at), reason: "scratched".to_owned() }).ok()
        }
    };
    decision.and_then(Decision::fact)
}

/// Who has it at each hour, told by what happens alone: whatever happens at an hour is so from then on.
#[derive(Default)]
struct Diary {
    lines: Vec<(DateTime<Utc>, Keeper)>,
}

impl Diary {
    fn write(&mut self, fact: &AssetFact) {
        match fact {
            AssetFact::Registered(new) => self.lines.push((new.at, Keeper::Stock(new.place))),
            AssetFact::Passed { span, .. } => self.lines.push((span.from, span.keeper)),
            AssetFact::Declined { at, .. } => {
                let (_, before) = self.lines[self.lines.len() - 2];
                self.lines.push((*at, before));
            }
            _ => {}
        }
    }

    fn at(&self, instant: DateTime<Utc>) -> Option<Keeper> {
        self.lines.iter().rev().find(|(from, _)| *from <= instant).map(|(_, keeper)| *keeper)
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(256))]

    /// Law 27: at any instant from its beginning on, an asset is with one keeper, who is told as a diary tells it; what is
    /// stored is the fold of its facts.
    #[test]
    fn somebody_has_it_at_any_instant(notes in proptest::collection::vec(note(), 0..60)) {
        let first = Asset::register(None, new("LT-1", "laptop")).unwrap().fact().unwrap();
        let mut asset = Asset::open(&first).unwrap();
        let (mut diary, mut facts) = (Diary::default(), vec![first.clone()]);
        diary.write(&first);
        for note in &notes {
            let before = asset.custody().latest();
            if let Some(fact) = decide(&asset, note) {
                diary.write(&fact);
                asset.apply(&fact);
                facts.push(fact);
            }
            prop_assert!(before <= asset.custody().latest());
        }
        let spans = asset.custody().spans();
        prop_assert!(spans.len() <= CustodyChain::KEPT);
        for (one, next) in spans.iter().zip(spans.iter().skip(1)) {
            prop_assert_eq!(one.until, Some(next.from));
            prop_assert!(one.from <= next.from);
        }
        prop_assert_eq!(CustodyChain::try_from(spans.to_vec()), Ok(asset.custody().clone()));
        let kept = spans.first().unwrap().from;
        for number in -1..62 {
            let told = asset.custody().at(hour(number)).map(|span| span.keeper);
            prop_assert_eq!(told, if hour(number) < kept { None } else { diary.at(hour(number)) });
            let having = spans.iter().filter(|span| span.contains(hour(number))).count();
            prop_assert_eq!(having, usize::from(hour(number) >= kept));
        }
        prop_assert_eq!(fold::<Asset>(&facts), Some(asset));
    }

    /// Law 28: nobody but the receiver ever accepts or declines.
    #[test]
    fn nobody_accepts_for_somebody_else(notes in proptest::collection::vec(note(), 0..40)) {
        let first = Asset::register(None, new("LT-1", "laptop")).unwrap().fact().unwrap();
        let mut asset = Asset::open(&first).unwrap();
        for note in &notes {
            let Some(fact) = decide(&asset, note) else { continue };
            if let AssetFact::Accepted { by, at } | AssetFact::Declined { by, at, .. } = &fact {
                let now = asset.custody().current().unwrap();
                prop_assert_eq!(now.acceptance.receiver(), Some(*by));
                prop_assert_eq!(now.keeper, Keeper::Person(*by));
                prop_assert!(now.from <= *at);
            }
            asset.apply(&fact);
        }
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(128))]

    /// Law 32: nothing happens to what is gone; taken back, it is as if it had never gone.
    #[test]
    fn nothing_happens_to_what_is_gone(before in proptest::collection::vec(note(), 0..30), after in proptest::collection::vec(note(), 0..30)) {
        let first = Asset::register(None, new("LT-1", "laptop")).unwrap().fact().unwrap();
        let mut gone = Asset::open(&first).unwrap();
        for note in &before {
            if let Some(fact) = decide(&gone, note) {
                gone.apply(&fact);
            }
        }
        let (terms, stock) = (EquipmentTerms::default(), Keeper::Stock(place("R-9")));
        gone.apply(&gone.hand_over(&slip("back", stock, 100), &terms).unwrap().fact().unwrap());
        let kept = gone.clone();
        let disposal = scrapped("D-1", DisposalKind::Scrapped, 101);
        let approval = approval("LT-1", &disposal.slip, "allow");
        let dispose = Dispose { disposal: &disposal, approval: &approval, terms: &terms };
        gone.apply(&gone.dispose(asset("LT-1"), dispose).unwrap().fact().unwrap());
        for note in after {
            let later = match note {
                Note::HandOver { to, accepted_by, at, slip } => Note::HandOver { to, accepted_by, at: at + 200, slip },
                Note::Accept { by, at } => Note::Accept { by, at: at + 200 },
                Note::Decline { by, at } => Note::Decline { by, at: at + 200 },
            };
            prop_assert_eq!(decide(&gone, &later), None);
        }
        let mistake = ReverseDisposal { by: person("E-004"), at: hour(300), reason: "another was meant".to_owned() };
        gone.apply(&gone.reverse_disposal(mistake).unwrap().fact().unwrap());
        prop_assert_eq!(gone, kept);
    }
}

/// What somebody does to the labels of a few assets.
#[derive(Clone, Debug)]
enum Label {
    Register { name: u8, tag: u8, serial: Option<u8>, maker: bool },
    Retag { name: u8, tag: u8 },
    Serial { name: u8, serial: Option<u8> },
}

fn label() -> impl Strategy<Value = Label> {
    let serial = || proptest::option::of(0_u8..6);
    prop_oneof![
        (0_u8..5, 0_u8..8, serial(), any::<bool>()).prop_map(|(name, tag, serial, maker)| Label::Register {
            name,
            tag,
            serial,
            maker
        }),
        (0_u8..5, 0_u8..8).prop_map(|(name, tag)| Label::Retag { name, tag }),
        (0_u8..5, serial()).prop_map(|(name, serial)| Label::Serial { name, serial }),
    ]
}

/// Half of the labels differ in nothing but capitals.
fn tag(number: u8) -> AssetTag {
    let text = format!("{}-{}", if number.is_multiple_of(2) { "LT" } else { "lt" }, number / 2);
    text.parse().unwrap()
}

fn serial(number: u8) -> SerialNumber {
    let text = format!("{}{}", if number.is_multiple_of(2) { "SN" } else { "sn" }, number / 2);
    text.parse().unwrap()
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    /// Law 14: after any registrations, other tags and other serial numbers, no two assets have the same tag, nor two of a
    /// maker the same serial number; and what would make it so, and that alone, is refused.
    #[test]
    fn no_two_have_the_same_label(labels in proptest::collection::vec(label(), 1..24)) {
        let office = Office::on(MemoryStore::new());
        let mut model: BTreeMap<String, (String, String, Option<String>)> = BTreeMap::new();
        for (number, label) in labels.into_iter().enumerate() {
            let key = format!("label-{number}");
            let taken = |model: &BTreeMap<String, (String, String, Option<String>)>, own: &str, tag: &str| {
                model.iter().any(|(name, (known, ..))| name != own && known == tag)
            };
            let numbered = |model: &BTreeMap<String, (String, String, Option<String>)>, own: &str, maker: &str, serial: &Option<String>| {
                serial.is_some() && model.iter().any(|(name, (_, of, known))| name != own && of == maker && known == serial)
            };
            let (name, after, done) = match label {
                Label::Register { name, tag: tag_number, serial: serial_number, maker } => {
                    let name = format!("A-{name}");
                    let made = if maker { "Acme" } else { "ACME" };
                    let mut wanted = new(tag(tag_number).as_str(), "laptop");
                    wanted.serial = serial_number.map(serial);
                    wanted.maker = made.parse().unwrap();
                    wanted.slip = key.parse().unwrap();
                    let folded = wanted.serial.as_ref().map(SerialNumber::folded);
                    let free = !model.contains_key(&name)
                        && !taken(&model, &name, &wanted.tag.folded())
                        && !numbered(&model, &name, "acme", &folded);
                    let after = free.then(|| (wanted.tag.folded(), "acme".to_owned(), folded));
                    (name.clone(), after, register(&office, &name, &wanted).is_ok())
                }
                Label::Retag { name, tag: number } => {
                    let name = format!("A-{name}");
                    let command = Retag { tag: tag(number), by: person("E-004"), at: hour(1) };
                    let free = !taken(&model, &name, &command.tag.folded());
                    let after = model.get(&name).filter(|_| free).cloned();
                    let after = after.map(|(_, maker, serial)| (command.tag.folded(), maker, serial));
                    let (id, command) = (asset(&name), &command);
                    let done = run(&office, &key, |tx| async move { retag_asset(&tx, id, command.clone()).await });
                    (name, after, done.is_ok())
                }
                Label::Serial { name, serial: number } => {
                    let name = format!("A-{name}");
                    let command = CorrectSerial { serial: number.map(serial), by: person("E-004"), at: hour(1) };
                    let folded = command.serial.as_ref().map(SerialNumber::folded);
                    let free = !numbered(&model, &name, "acme", &folded);
                    let after = model.get(&name).filter(|_| free).cloned();
                    let after = after.map(|(tag, maker, _)| (tag, maker, folded));
                    let (id, command) = (asset(&name), &command);
                    let done = run(&office, &key, |tx| async move { correct_serial(&tx, id, command.clone()).await });
                    (name, after, done.is_ok())
                }
            };
            prop_assert_eq!(done, after.is_some(), "{}", key);
            model.extend(after.map(|after| (name, after)));
        }
        let all = wait(office.view(|view| async move { view.page(Asset::LIST, None, None, 100).await })).unwrap();
        prop_assert_eq!(all.len(), model.len());
        let tags: BTreeSet<String> = all.iter().map(|(_, asset)| asset.tag().folded()).collect();
        prop_assert_eq!(tags.len(), all.len());
        let serials: Vec<String> = all.iter().filter_map(|(_, asset)| Some(asset.serial()?.folded())).collect();
        prop_assert_eq!(serials.iter().collect::<BTreeSet<_>>().len(), serials.len());
    }
}

/// What somebody does about the loans of two beamers.
#[derive(Clone, Debug)]
enum Lending {
    Reserve { beamer: u8, first: u32, length: u32 },
    Reschedule { loan: usize, first: u32, length: u32 },
    HandOut { loan: usize },
    BringBack { loan: usize, late: u32 },
    Cancel { loan: usize },
}

fn lending() -> impl Strategy<Value = Lending> {
    let days = || (2_u32..20, 0_u32..6);
    prop_oneof![
        3 => (0_u8..2, days()).prop_map(|(beamer, (first, length))| Lending::Reserve { beamer, first, length }),
        1 => (0_usize..8, days()).prop_map(|(loan, (first, length))| Lending::Reschedule { loan, first, length }),
        2 => (0_usize..8).prop_map(|loan| Lending::HandOut { loan }),
        2 => (0_usize..8, 0_u32..8).prop_map(|(loan, late)| Lending::BringBack { loan, late }),
        1 => (0_usize..8).prop_map(|loan| Lending::Cancel { loan }),
    ]
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    /// Law 29: no two loans of an asset are for the same instant, whatever is reserved, changed, handed out and brought
    /// back; and what is lent is with the borrower of the one loan that is out.
    #[test]
    fn loans_never_overlap(steps in proptest::collection::vec(lending(), 1..30)) {
        let office = Office::on(MemoryStore::new());
        for name in ["BM-0", "BM-1"] {
            register(&office, name, &new(name, "beamer")).unwrap();
        }
        let mut loans: Vec<LoanId> = Vec::new();
        let pick = |loans: &[LoanId], at: usize| loans.get(at).copied();
        for (number, lending) in steps.into_iter().enumerate() {
            let key = format!("L-{number}");
            match lending {
                Lending::Reserve { beamer, first, length } => {
                    let wanted = asked(&format!("BM-{beamer}"), days(first, first + length));
                    let id = loan(&key);
                    let open = loans.iter().map(|id| load(&office, *id));
                    let clash = open.into_iter().any(|other: office_inventory::Loan| {
                        other.is_open() && other.asset() == wanted.asset && other.period().time().overlaps(&wanted.period.time())
                    });
                    let done = run(&office, &key, |tx| async move { reserve_asset(&tx, id, wanted).await }).is_ok();
                    // Nothing is late at the hour at which all is asked for.
                    prop_assert_eq!(done, !clash);
                    if done {
                        loans.push(id);
                    }
                }
                Lending::Reschedule { loan, first, length } => {
                    let Some(id) = pick(&loans, loan) else { continue };
                    let period = days(first, first + length);
                    let _ = run(&office, &key, |tx| async move { reschedule_loan(&tx, id, period, person("E-004"), hour(0)).await });
                }
                Lending::HandOut { loan } => {
                    let Some(id) = pick(&loans, loan) else { continue };
                    let at = load(&office, id).period().time().start();
                    let _ = run(&office, &key, |tx| { let step = step(&format!("out {number}"), at); async move { hand_out_loan(&tx, id, &step).await } });
                }
                Lending::BringBack { loan, late } => {
                    let Some(id) = pick(&loans, loan) else { continue };
                    let at = load(&office, id).period().time().end() + chrono::TimeDelta::days(late.into());
                    let _ = run(&office, &key, |tx| { let step = step(&format!("back {number}"), at); async move { bring_back_loan(&tx, id, &step, place("R-S1")).await } });
                }
                Lending::Cancel { loan } => {
                    let Some(id) = pick(&loans, loan) else { continue };
                    let decided = load(&office, id).cancel(person("E-004"), hour(0));
                    if let Ok(decision) = decided {
                        wait(office.transact(&crate::desk::command(&key), |tx| { let decision = decision.clone(); async move { tx.decide(id, decision).await } })).unwrap();
                    }
                }
            }
            for name in ["BM-0", "BM-1"] {
                let all: Vec<_> = loans.iter().map(|id| (*id, load(&office, *id))).filter(|(_, of)| of.asset() == asset(name)).collect();
                let open: Vec<_> = all.iter().filter(|(_, loan)| loan.is_open()).collect();
                for (at, (_, one)) in open.iter().enumerate() {
                    let clash = open.iter().skip(at + 1).any(|(_, other)| other.period().time().overlaps(&one.period().time()));
                    prop_assert!(!clash);
                }
                let out: Vec<_> = all.iter().filter(|(_, loan)| matches!(loan.status(), LoanStatus::Out { .. })).collect();
                prop_assert!(out.len() <= 1);
                let now = state(&office, name).custody().current().cloned().unwrap();
                prop_assert_eq!(now.loan, out.first().map(|(id, _)| *id));
                prop_assert_eq!(now.keeper, out.first().map_or(Keeper::Stock(place("R-S1")), |(_, loan)| Keeper::Person(loan.borrower())));
            }
        }
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(256))]

    /// Law 33: an audit tells of every asset of its place, and of every tag that was scanned, in one way.
    #[test]
    fn an_audit_tells_of_everything_once(places in proptest::collection::vec((0_u8..3, any::<bool>()), 0..12), scans in proptest::collection::vec(0_usize..14, 0..20)) {
        let name = |number: usize| format!("A-{number:02}");
        let known: Vec<AuditedAsset> = places.iter().enumerate().map(|(number, (at, here))| {
            let at = (*at > 0).then(|| place(&format!("R-{at}")));
            let keeper = here.then(|| at.map_or(Keeper::Missing, Keeper::Place));
            AuditedAsset { id: asset(&name(number)), tag: name(number).parse().unwrap(), keeper, place: at.filter(|_| *here) }
        }).collect();
        let sheet = AuditSheet { number: "AU-1".parse().unwrap(), place: place("R-1"), at: hour(1), known: known.clone() };
        let written: Vec<String> = scans.iter().map(|number| if number % 2 == 0 { name(*number) } else { name(*number).to_lowercase() }).collect();
        let result = sheet.compare(written.iter().map(String::as_str));
        for one in &known {
            let lists = [&result.here, &result.misplaced, &result.missing, &result.gone];
            let told: Vec<bool> = lists.iter().map(|list| list.contains(one)).collect();
            let scanned = written.iter().any(|tag| tag.to_lowercase() == one.tag.folded());
            let right = one.keeper.is_some() && one.place == Some(place("R-1"));
            let here = one.keeper.is_some();
            prop_assert_eq!(told, vec![scanned && right, scanned && here && !right, !scanned && right, scanned && !here]);
        }
        for tag in written.iter().map(|tag| tag.to_lowercase()) {
            prop_assert_eq!(result.unknown.contains(&tag), !known.iter().any(|one| one.tag.folded() == tag));
            let times = written.iter().filter(|other| other.to_lowercase() == tag).count();
            prop_assert_eq!(result.repeated.get(&tag).map(|times| usize::try_from(*times).unwrap()), (times > 1).then_some(times));
        }
    }
}

/// Law 27, of what is stored: the whole chain is told from the beginning, beyond what the asset carries with it.
#[test]
fn the_whole_chain_is_found_again() {
    let office = Office::on(MemoryStore::new());
    register(&office, "LT-1", &new("LT-1", "beamer")).unwrap();
    let moves = 3 * i64::try_from(CustodyChain::KEPT).unwrap();
    for number in 1..=moves {
        let to = Keeper::Person(person(&format!("E-{}", number % 2)));
        crate::desk::hand_over(&office, "LT-1", &slip(&format!("H-{number}"), to, number)).unwrap();
    }
    let kept = state(&office, "LT-1");
    assert_eq!(kept.custody().spans().len(), CustodyChain::KEPT);
    assert_eq!(kept.custody().at(hour(1)), None);
    let whole = wait(office.view(|view| async move { custody_of(&view, asset("LT-1")).await })).unwrap();
    assert_eq!(whole.spans().len(), 3 * CustodyChain::KEPT + 1);
    assert!(whole.spans().ends_with(kept.custody().spans()));
    assert_eq!(whole.at(hour(1)).unwrap().keeper, Keeper::Person(person("E-1")));
    assert_eq!(whole.at(hour(0)).unwrap().keeper, Keeper::Stock(place("R-S1")));
}
