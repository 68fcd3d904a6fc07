//! What happens to equipment, and what is refused, one after the other.

use office_core::{Currency, Decision, Entity, Id, Money, Office, wait};
use office_inventory::{
    AcceptError, AcceptHandOver, Asset, AssetCharge, AssetDelivery, AssetStatus, AuditFinding, ChangeLoanError,
    ChargeAssetError, Condition, ConfirmAuditError, CorrectSerial, DataEvidence, DeclineHandOver, DisposalKind,
    Dispose, DisposeAssetError, DisposeError, Disposed, EquipmentTerms, HandOver, HandOverAssetError, HandOverError,
    Keeper, LoanStatus, LoanStepError, OrderedGoods, ReceiveAssetsError, RegisterAssetError, ReserveAssetError, Retag,
    RetagError, ReverseDisposal, ReverseDisposalError, audit_sheet, bring_back_loan, confirm_audit, custody_of,
    give_up_loan, hand_out_loan, holdings_of, overdue_loans, receive_assets, reschedule_loan, reserve_asset,
};

use crate::desk::{
    Answer, approval, asked, asset, date, days, dispose, gone, hand_over, hour, instant, load, loan, memory, new,
    person, place, record, refusal, register, run, slip, state, step, terms, text,
};

/// To a person who has to accept it.
fn given(number: &str, to: &str, at: i64) -> HandOver {
    HandOver { accepts: Some(person(to)), ..slip(number, Keeper::Person(person(to)), at) }
}

#[test]
fn hand_overs_are_refused_in_order() {
    let office = memory();
    register(&office, "LT-1", &new("LT-1", "laptop")).unwrap();
    let refused = |name: &str, command: &HandOver| match refusal(hand_over(&office, name, command)) {
        HandOverAssetError::HandOver(error) => error,
        other @ (HandOverAssetError::NoTerms { .. }
        | HandOverAssetError::Reserved { .. }
        | HandOverAssetError::Part { .. }) => panic!("{other}"),
    };
    let ada = Keeper::Person(person("ada"));
    let wanted = refused("LT-1", &slip("H-1", ada, 1));
    assert_eq!(wanted, HandOverError::AcceptanceWanted { to: ada });
    let other = HandOver { accepts: Some(person("bob")), ..slip("H-1", ada, 1) };
    assert_eq!(refused("LT-1", &other), HandOverError::Receiver { accepts: person("bob"), to: ada });
    let stock = Keeper::Stock(place("R-S1"));
    assert_eq!(refused("LT-1", &slip("H-1", stock, 1)), HandOverError::There { keeper: stock });
    let desk = HandOver { desk: Some(place("R-204")), ..slip("H-1", Keeper::Missing, 1) };
    assert_eq!(refused("LT-1", &desk), HandOverError::Desk { to: Keeper::Missing });
    let early = refused("LT-1", &given("H-1", "ada", -1));
    assert_eq!(early, HandOverError::Backdated { at: hour(-1), latest: hour(0) });

    hand_over(&office, "LT-1", &given("H-1", "ada", 1)).unwrap();
    assert_eq!(state(&office, "LT-1").status(), AssetStatus::AwaitingAcceptance { by: person("ada") });
    assert_eq!(refused("LT-1", &given("H-2", "bob", 2)), HandOverError::Pending { by: person("ada") });
    assert_eq!(refused("LT-1", &given("H-1", "bob", 1)), HandOverError::SlipReused { slip: text("H-1") });
    let accept = |by: &str, at: i64| AcceptHandOver { by: person(by), at: hour(at) };
    let laptop = state(&office, "LT-1");
    let not_bob = AcceptError::NotReceiver { by: person("bob"), receiver: person("ada") };
    assert_eq!(laptop.accept(accept("bob", 2)), Err(not_bob));
    assert_eq!(laptop.accept(accept("ada", 0)), Err(AcceptError::Early { at: hour(0), from: hour(1) }));
    record(&office, "accept", "LT-1", |asset| asset.accept(accept("ada", 5)).unwrap());
    let laptop = state(&office, "LT-1");
    assert_eq!(laptop.accept(accept("ada", 6)), Ok(Decision::AlreadyRecorded));
    assert_eq!(refused("LT-1", &given("H-2", "bob", 4)), HandOverError::Backdated { at: hour(4), latest: hour(5) });

    // To another desk without asking again; directly to the next, who declines: it was never out of her hands.
    hand_over(&office, "LT-1", &HandOver { desk: Some(place("R-204")), ..slip("H-2", ada, 6) }).unwrap();
    assert_eq!(state(&office, "LT-1").status(), AssetStatus::Assigned { to: ada });
    assert_eq!(state(&office, "LT-1").place(), Some(place("R-204")));
    hand_over(&office, "LT-1", &given("H-3", "bob", 7)).unwrap();
    let decline = DeclineHandOver { by: person("bob"), at: hour(8), reason: "too heavy".to_owned() };
    record(&office, "decline", "LT-1", |asset| asset.decline(decline.clone()).unwrap());
    let laptop = state(&office, "LT-1");
    assert_eq!(laptop.decline(decline), Ok(Decision::AlreadyRecorded));
    assert_eq!((laptop.status(), laptop.place()), (AssetStatus::Assigned { to: ada }, Some(place("R-204"))));
    let not_pending = AcceptError::NotPending { status: laptop.status() };
    assert_eq!(laptop.accept(accept("bob", 9)), Err(not_pending));

    // Broken, it goes to nobody; missing, it is found first.
    let broken = HandOver { condition: Some(Condition::Defective), ..slip("H-4", stock, 9) };
    hand_over(&office, "LT-1", &broken).unwrap();
    assert_eq!(state(&office, "LT-1").status(), AssetStatus::OutOfService);
    assert_eq!(refused("LT-1", &given("H-5", "bob", 10)), HandOverError::Defective);
    let repairer = Keeper::Repairer(Id::natural("party", "V-09"));
    hand_over(&office, "LT-1", &slip("H-5", repairer, 10)).unwrap();
    assert_eq!(state(&office, "LT-1").status(), AssetStatus::InRepair);
    let mended = HandOver { condition: Some(Condition::Good), ..slip("H-6", stock, 11) };
    hand_over(&office, "LT-1", &mended).unwrap();
    hand_over(&office, "LT-1", &slip("H-7", Keeper::Missing, 12)).unwrap();
    assert_eq!(refused("LT-1", &given("H-8", "bob", 13)), HandOverError::Missing);
    hand_over(&office, "LT-1", &slip("H-8", stock, 13)).unwrap();
    assert_eq!(state(&office, "LT-1").status(), AssetStatus::InStock);
    let whole = wait(office.view(|view| async move { custody_of(&view, asset("LT-1")).await })).unwrap();
    assert_eq!(whole.spans(), state(&office, "LT-1").custody().spans());
}

#[test]
fn parts_go_where_their_whole_goes() {
    let office = memory();
    for name in ["PC-1", "RAM-1", "GPU-1"] {
        register(&office, name, &new(name, "beamer")).unwrap();
    }
    let on = |whole: &str| Keeper::Asset(asset(whole));
    let part = |whole: &str| HandOverAssetError::Part { whole: asset(whole) };
    hand_over(&office, "RAM-1", &slip("H-1", on("PC-1"), 1)).unwrap();
    assert_eq!(refusal(hand_over(&office, "PC-1", &slip("H-2", on("PC-1"), 1))), part("PC-1"));
    assert_eq!(refusal(hand_over(&office, "PC-1", &slip("H-2", on("GPU-1"), 1))), part("GPU-1"));
    assert_eq!(refusal(hand_over(&office, "GPU-1", &slip("H-2", on("RAM-1"), 1))), part("RAM-1"));
    hand_over(&office, "PC-1", &slip("H-2", Keeper::Person(person("ada")), 2)).unwrap();
    let held = wait(office.view(|view| async move { holdings_of(&view, person("ada"), date("2026-10-05")).await }));
    let held = held.unwrap();
    assert_eq!(held.assets[0].0, asset("PC-1"));
    assert_eq!(held.parts[0].0, asset("RAM-1"));
    assert_eq!(refusal(dispose_from_stock(&office, "PC-1")), DisposeAssetError::HasParts { part: asset("RAM-1") });
}

fn dispose_from_stock(office: &Office, name: &str) -> Answer<(), DisposeAssetError> {
    hand_over(office, name, &slip("back", Keeper::Stock(place("R-S1")), 20)).unwrap();
    dispose(office, name, &gone("D-1", DisposalKind::Scrapped, 21))
}

#[test]
fn labels_are_put_right_and_never_doubled() {
    let office = memory();
    let mut first = new("LT-1", "laptop");
    first.serial = Some("SN-1".parse().unwrap());
    register(&office, "A", &first).unwrap();
    register(&office, "B", &new("LT-2", "laptop")).unwrap();
    let retag = |tag: &str| Retag { tag: tag.parse().unwrap(), by: person("E-004"), at: hour(1) };
    let put = |key: &str, name: &'static str, tag: &str| {
        let command = &retag(tag);
        run(&office, key, |tx| async move { office_inventory::retag_asset(&tx, asset(name), command.clone()).await })
    };
    let taken = RetagError::Taken { tag: "lt-1".parse().unwrap(), of: asset("A") };
    assert_eq!(refusal(put("r-1", "B", "lt-1")), taken);
    // An asset may have its own tag in other letters, and a tag that another has given up.
    put("r-2", "A", "lt-1").unwrap();
    put("r-3", "A", "LT-9").unwrap();
    put("r-4", "B", "LT-1").unwrap();
    let correct = CorrectSerial { serial: Some("sn-1".parse().unwrap()), by: person("E-004"), at: hour(1) };
    let correct = &correct;
    let slipped =
        run(
            &office,
            "c-1",
            |tx| async move { office_inventory::correct_serial(&tx, asset("B"), correct.clone()).await },
        );
    assert!(matches!(refusal(slipped), office_inventory::CorrectSerialError::Taken { .. }));
    // Of another maker it is another serial number.
    let mut third = new("LT-3", "laptop");
    (third.serial, third.maker) = (Some("SN-1".parse().unwrap()), text("Other"));
    register(&office, "C", &third).unwrap();
    let again = refusal(register(&office, "C", &new("LT-4", "laptop")));
    assert_eq!(again, RegisterAssetError::Otherwise { tag: "LT-3".parse().unwrap() });
}

fn delivery(pieces: &[(&str, Option<&str>)]) -> AssetDelivery {
    let piece = |(tag, serial): &(&str, Option<&str>)| {
        (tag.parse().unwrap(), serial.map(|serial: &str| serial.parse().unwrap()))
    };
    AssetDelivery {
        goods: OrderedGoods { order: Id::natural("order", "PO-1"), line: 1 },
        note: text("DN-7"),
        vendor: Id::natural("party", "V-01"),
        on: date("2026-10-01"),
        cost: "1000.00 EUR".parse().unwrap(),
        category: text("laptop"),
        maker: text("Acme"),
        model: "One".to_owned(),
        lendable: false,
        pieces: pieces.iter().map(piece).collect(),
        place: place("R-S1"),
        by: person("E-004"),
        at: hour(0),
    }
}

#[test]
fn a_delivery_becomes_assets_or_none() {
    let office = memory();
    let receive = |key: &str, delivery: &AssetDelivery| {
        run(&office, key, |tx| async move { receive_assets(&tx, delivery.clone()).await })
    };
    let twice = delivery(&[("LT-1", Some("SN1")), ("LT-2", None), ("lt-1", Some("SN3"))]);
    let refused = refusal(receive("twice", &twice));
    assert!(matches!(refused, ReceiveAssetsError::Piece { piece: 3, source: RegisterAssetError::TagTaken { .. } }));
    assert_eq!(refusal(receive("none", &delivery(&[]))), ReceiveAssetsError::Pieces { pieces: 0 });
    let three = delivery(&[("LT-1", Some("SN1")), ("LT-2", None), ("LT-3", Some("SN3"))]);
    let ids = receive("three", &three).unwrap();
    assert_eq!(receive("again", &three).unwrap(), ids);
    let costs: Vec<Money> = ids.iter().map(|id| load(&office, *id).purchase().unwrap().cost).collect();
    assert_eq!(Money::sum(costs.iter().copied(), Currency::EUR).unwrap(), three.cost);
    assert_eq!(costs[0].to_string(), "333.34 EUR");
    let all = wait(office.view(|view| async move { view.page(Asset::LIST, None, None, 10).await })).unwrap();
    assert_eq!(all.len(), 3);
}

#[test]
fn a_loan_may_be_late_and_the_next_waits() {
    let office = memory();
    register(&office, "BM-1", &new("BM-1", "beamer")).unwrap();
    register(&office, "LT-1", &new("LT-1", "laptop")).unwrap();
    let reserve =
        |name: &str, wanted| run(&office, name, |tx| async move { reserve_asset(&tx, loan(name), wanted).await });
    let not_lendable = refusal(reserve("L-0", asked("LT-1", days(5, 7))));
    assert_eq!(not_lendable, ReserveAssetError::NotLendable { status: AssetStatus::InStock });
    reserve("L-1", asked("BM-1", days(5, 7))).unwrap();
    reserve("L-2", asked("BM-1", days(8, 9))).unwrap();

    // What is set aside is given to nobody else, however it is called.
    let taken = refusal(hand_over(&office, "BM-1", &slip("H-1", Keeper::Person(person("bob")), 1)));
    assert_eq!(taken, HandOverAssetError::Reserved { loan: loan("L-1") });
    assert_eq!(
        refusal(dispose(&office, "BM-1", &gone("D-1", DisposalKind::Scrapped, 1))),
        DisposeAssetError::Reserved { loan: loan("L-1") }
    );

    let out = |name: &str, at: &str| {
        let (id, step) = (loan(name), &step(&format!("out {name}"), instant(at)));
        run(&office, &format!("out-{name}-{at}"), |tx| async move { hand_out_loan(&tx, id, step).await })
    };
    let from = days(5, 7).time().start();
    assert_eq!(refusal(out("L-1", "2026-10-04T21:59:59Z")), ChangeLoanError::Step(LoanStepError::TooEarly { from }));
    out("L-1", "2026-10-04T22:00:00Z").unwrap();
    assert_eq!(state(&office, "BM-1").status(), AssetStatus::OnLoan { loan: loan("L-1") });
    let lent = refusal(hand_over(&office, "BM-1", &slip("H-1", Keeper::Stock(place("R-S1")), 200)));
    assert_eq!(lent, HandOverAssetError::HandOver(HandOverError::Lent { loan: loan("L-1") }));

    // At another desk it is still lent, though the borrower is asked for a signature.
    let borrower = person("E-008");
    let moved = HandOver { desk: Some(place("R-204")), ..slip("desk", Keeper::Person(borrower), 100) };
    hand_over(&office, "BM-1", &HandOver { accepts: Some(borrower), ..moved }).unwrap();
    assert_eq!(state(&office, "BM-1").status(), AssetStatus::AwaitingAcceptance { by: borrower });
    let signed = AcceptHandOver { by: borrower, at: hour(101) };
    record(&office, "signed", "BM-1", |asset| asset.accept(signed).unwrap());
    assert_eq!(state(&office, "BM-1").status(), AssetStatus::OnLoan { loan: loan("L-1") });

    // It cannot be kept into the days of the next, and from the end of the last day on it is late.
    let extend = |key: &str, last: u32| {
        let (by, at, period) = (person("E-004"), instant("2026-10-06T09:00:00Z"), days(5, last));
        run(&office, key, |tx| async move { reschedule_loan(&tx, loan("L-1"), period, by, at).await })
    };
    let clash = refusal(extend("longer", 8));
    assert_eq!(clash, ChangeLoanError::Reserve(ReserveAssetError::Taken { loan: loan("L-2"), period: days(8, 9) }));
    let begun = run(&office, "begun", |tx| async move {
        reschedule_loan(&tx, loan("L-1"), days(4, 7), person("E-004"), hour(100)).await
    });
    assert_eq!(refusal(begun), ChangeLoanError::Step(LoanStepError::Begun));
    let overdue = |at: &str| {
        let at = instant(at);
        wait(office.view(|view| async move { overdue_loans(&view, at, 10).await })).unwrap()
    };
    assert!(overdue("2026-10-07T21:59:59Z").is_empty());
    assert_eq!(overdue("2026-10-07T22:00:00Z")[0].0, loan("L-1"));
    assert_eq!(load(&office, loan("L-1")).period().days_late(instant("2026-10-08T21:00:00Z")), 1);
    let not_there = refusal(out("L-2", "2026-10-08T08:00:00Z"));
    assert_eq!(not_there, ChangeLoanError::NotThere { status: AssetStatus::OnLoan { loan: loan("L-1") } });

    // As long as it is late, nobody can have it at once; for later days they can.
    let mut at_once = asked("BM-1", days(10, 10));
    at_once.at = instant("2026-10-10T08:00:00Z");
    assert!(matches!(refusal(reserve("L-3", at_once)), ReserveAssetError::Taken { .. }));
    let mut later = asked("BM-1", days(11, 12));
    later.at = at_once.at;
    reserve("L-4", later).unwrap();
    let back =
        |name: &str, at: &str| {
            let (id, step) = (loan(name), &step(&format!("back {name}"), instant(at)));
            run(&office, &format!("back-{name}-{at}"), |tx| async move {
                bring_back_loan(&tx, id, step, place("R-S1")).await
            })
        };
    assert_eq!(
        refusal(back("L-2", "2026-10-08T09:00:00Z")),
        ChangeLoanError::Step(LoanStepError::Status { status: LoanStatus::Reserved })
    );
    back("L-1", "2026-10-08T09:00:00Z").unwrap();
    assert_eq!(state(&office, "BM-1").status(), AssetStatus::InStock);
    out("L-2", "2026-10-08T10:00:00Z").unwrap();

    // What is not missing is not given up.
    let give_up = |name: &str, at: i64| {
        let (id, key) = (loan(name), format!("give-up-{name}-{at}"));
        run(&office, &key, |tx| async move { give_up_loan(&tx, id, person("E-004"), hour(at)).await })
    };
    let not_missing = refusal(give_up("L-2", 190));
    assert_eq!(not_missing, ChangeLoanError::NotMissing { status: AssetStatus::OnLoan { loan: loan("L-2") } });

    // Lost on the way, it comes to light when it is brought back.
    hand_over(&office, "BM-1", &slip("lost", Keeper::Missing, 24 * 8)).unwrap();
    assert_eq!(state(&office, "BM-1").status(), AssetStatus::Missing);
    assert_eq!(overdue("2026-10-30T08:00:00Z").len(), 1);
    back("L-2", "2026-10-20T10:00:00Z").unwrap();
    assert!(overdue("2026-10-30T08:00:00Z").is_empty());
    assert_eq!(state(&office, "BM-1").status(), AssetStatus::InStock);

    // Lost for good, its loan is given up before it goes.
    reserve("L-5", asked("BM-1", days(25, 26))).unwrap();
    out("L-5", "2026-10-25T08:00:00Z").unwrap();
    hand_over(&office, "BM-1", &slip("lost again", Keeper::Missing, 24 * 25)).unwrap();
    let lost = gone("D-9", DisposalKind::Lost, 24 * 30);
    assert_eq!(refusal(dispose(&office, "BM-1", &lost)), DisposeAssetError::Lent { loan: loan("L-5") });
    give_up("L-5", 24 * 29).unwrap();
    // The loan that was made for later days stands in the way until it is called off or over.
    assert_eq!(load(&office, loan("L-4")).status(), LoanStatus::Reserved);
    dispose(&office, "BM-1", &lost).unwrap();
}

#[test]
fn days_of_different_zones_are_kept_apart_by_the_clock() {
    let office = memory();
    register(&office, "BM-1", &new("BM-1", "beamer")).unwrap();
    let lisbon = |first: &str, last: &str| {
        let period = office_inventory::LoanPeriod::new(date(first), date(last), "Europe/Lisbon".parse().unwrap());
        asked("BM-1", period.unwrap())
    };
    let reserve =
        |name: &str, wanted| run(&office, name, |tx| async move { reserve_asset(&tx, loan(name), wanted).await });
    reserve("L-1", lisbon("2026-10-05", "2026-10-06")).unwrap();
    // The 7th begins in Berlin an hour before the 6th is over in Lisbon.
    assert!(matches!(refusal(reserve("L-2", asked("BM-1", days(7, 7)))), ReserveAssetError::Taken { .. }));
    reserve("L-3", lisbon("2026-10-07", "2026-10-07")).unwrap();
}

#[test]
fn what_goes_is_approved_shown_to_hold_nothing_and_can_come_back() {
    let (laptop, book) = (asset("LT-1"), terms());
    let registered = Asset::register(None, new("LT-1", "laptop")).unwrap().fact().unwrap();
    let mut state = Asset::open(&registered).unwrap();
    let laptops: &EquipmentTerms = book.in_force(&text("laptop"), date("2026-10-05")).unwrap();
    state.apply(&state.hand_over(&given("H-1", "ada", 1), laptops).unwrap().fact().unwrap());
    let sold = DisposalKind::Sold { to: None };
    let allowed = approval("LT-1", &text("D-1"), "allow");
    let try_to = |state: &Asset, disposal: &Disposed, approval| {
        state.dispose(laptop, Dispose { disposal, approval, terms: laptops })
    };

    // It is hers; then it is back, and used until then.
    let status = AssetStatus::AwaitingAcceptance { by: person("ada") };
    assert_eq!(try_to(&state, &gone("D-1", sold, 9), &allowed), Err(DisposeError::Status { status }));
    state.apply(&state.hand_over(&slip("H-2", Keeper::Stock(place("R-S1")), 5), laptops).unwrap().fact().unwrap());
    assert_eq!(
        try_to(&state, &gone("D-1", sold, 4), &allowed),
        Err(DisposeError::Backdated { at: hour(4), latest: hour(5) })
    );
    let given_away = Disposed {
        proceeds: "1.00 EUR".parse().unwrap(),
        ..gone("D-1", DisposalKind::Donated { to: Id::natural("party", "school") }, 9)
    };
    assert_eq!(try_to(&state, &given_away, &allowed), Err(DisposeError::Proceeds { proceeds: given_away.proceeds }));
    assert_eq!(try_to(&state, &gone("D-1", sold, 9), &allowed), Err(DisposeError::DataEvidence));
    let reported = DataEvidence::Reported { incident: text("INC-1"), at: hour(6) };
    let only_reported = Disposed { data: Some(reported.clone()), ..gone("D-1", sold, 9) };
    assert_eq!(try_to(&state, &only_reported, &allowed), Err(DisposeError::DataEvidence));
    let wiped =
        |at| DataEvidence::Wiped { certificate: text("W-1"), method: text("purge"), by: person("E-004"), at: hour(at) };
    let outdated = Disposed { data: Some(wiped(4)), ..gone("D-1", sold, 9) };
    let last_use = DisposeError::StaleEvidence { at: hour(4), last_use: hour(5), gone: hour(9) };
    assert_eq!(try_to(&state, &outdated, &allowed), Err(last_use));
    let sold = Disposed { data: Some(wiped(6)), ..outdated };
    let other = approval("LT-2", &text("D-1"), "allow");
    assert!(matches!(try_to(&state, &sold, &other), Err(DisposeError::OtherCase { .. })));
    let refused = approval("LT-1", &text("D-1"), "refuse: it is needed");
    assert!(matches!(try_to(&state, &sold, &refused), Err(DisposeError::NotApproved { .. })));
    let open = approval("LT-1", &text("D-1"), "approvals: 1 manager equipment.dispose");
    assert!(matches!(try_to(&state, &sold, &open), Err(DisposeError::NotApproved { .. })));

    let before = state.clone();
    state.apply(&try_to(&state, &sold, &allowed).unwrap().fact().unwrap());
    assert_eq!(state.status(), AssetStatus::Disposed);
    assert_eq!(state.custody().at(hour(8)).map(|span| span.keeper), Some(Keeper::Stock(place("R-S1"))));
    assert_eq!(state.custody().at(hour(9)), None);
    assert_eq!(try_to(&state, &sold, &allowed), Ok(Decision::AlreadyRecorded));
    let again = Err(DisposeError::AlreadyDisposed { on: sold.on, slip: text("D-1") });
    assert_eq!(try_to(&state, &Disposed { at: hour(10), ..sold.clone() }, &allowed), again);

    // Law 32: nothing happens to it any more.
    let back = slip("H-3", Keeper::Stock(place("R-S2")), 20);
    assert_eq!(state.hand_over(&back, laptops), Err(HandOverError::Disposed));
    assert!(state.inspect(Condition::Worn, person("E-004"), hour(20)).is_err());
    assert!(state.put_in_service(date("2026-11-01")).is_err());
    let retag = Retag { tag: "LT-9".parse().unwrap(), by: person("E-004"), at: hour(20) };
    assert_eq!(state.retag(retag), Err(RetagError::Disposed));
    let charge = AssetCharge {
        reference: text("RE-1"),
        vendor: None,
        on: date("2026-11-01"),
        amount: "1.00 EUR".parse().unwrap(),
    };
    assert_eq!(state.charge(charge), Err(ChargeAssetError::Disposed));

    // It was the wrong one: it is as if it had never gone.
    let reverse = |at| ReverseDisposal { by: person("E-004"), at: hour(at), reason: "another was meant".to_owned() };
    assert_eq!(state.reverse_disposal(reverse(8)), Err(ReverseDisposalError::Early { at: hour(8), gone: hour(9) }));
    state.apply(&state.reverse_disposal(reverse(30)).unwrap().fact().unwrap());
    assert_eq!(state, before);
    let not_gone = ReverseDisposalError::NotDisposed { status: AssetStatus::InStock };
    assert_eq!(state.reverse_disposal(reverse(31)), Err(not_gone));

    // What is lost is reported, perhaps later, and only what is missing is lost.
    let lost = Disposed {
        data: Some(DataEvidence::Reported { incident: text("INC-1"), at: hour(50) }),
        ..gone("D-1", DisposalKind::Lost, 40)
    };
    assert_eq!(try_to(&state, &lost, &allowed), Err(DisposeError::Status { status: AssetStatus::InStock }));
    state.apply(&state.hand_over(&slip("H-3", Keeper::Missing, 39), laptops).unwrap().fact().unwrap());
    assert!(try_to(&state, &lost, &allowed).is_ok());
}

#[test]
fn an_audit_tells_what_is_here_elsewhere_missing_and_gone() {
    let office = memory();
    for name in ["A-1", "A-2", "A-3", "A-4", "A-5", "A-6"] {
        register(&office, name, &new(name, "beamer")).unwrap();
    }
    let room = Keeper::Place(place("R-204"));
    for (name, to, at) in [
        ("A-1", room, 1),
        ("A-2", room, 1),
        ("A-3", Keeper::Asset(asset("A-1")), 1),
        ("A-4", Keeper::Stock(place("R-S2")), 1),
        // Here at the instant of the audit, and gone since.
        ("A-5", room, 1),
        ("A-5", Keeper::Stock(place("R-S1")), 7),
    ] {
        hand_over(&office, name, &slip(&format!("H-{at}"), to, at)).unwrap();
    }
    dispose(&office, "A-6", &gone("D-1", DisposalKind::Scrapped, 2)).unwrap();
    let desk = HandOver { desk: Some(place("R-300")), ..slip("H-9", Keeper::Person(person("ada")), 1) };
    register(&office, "A-7", &new("A-7", "beamer")).unwrap();
    hand_over(&office, "A-7", &desk).unwrap();

    let scans: Vec<String> = ["a-1", "A-3", " A-4", "A-6", "A-5", "A-7", "??", "", "A-1"].map(str::to_owned).into();
    let sheet = wait(office.view(|view| {
        let scans = scans.clone();
        async move { audit_sheet(&view, text("AU-1"), place("R-204"), hour(5), &scans).await }
    }))
    .unwrap();
    let result = sheet.compare(scans.iter().map(String::as_str));
    let tags = |list: &[office_inventory::AuditedAsset]| list.iter().map(|one| one.tag.to_string()).collect::<Vec<_>>();
    assert_eq!(tags(&result.here), ["A-1", "A-3", "A-5"]);
    assert_eq!(tags(&result.missing), ["A-2"]);
    assert_eq!(tags(&result.misplaced), ["A-4", "A-7"]);
    assert_eq!(tags(&result.gone), ["A-6"]);
    assert_eq!(result.unknown.iter().collect::<Vec<_>>(), ["??"]);
    assert_eq!(result.repeated.iter().collect::<Vec<_>>(), [(&"a-1".to_owned(), &2)]);

    // Law 33: once or twice, it says the same.
    let confirm = |key: &str, result: &office_inventory::AuditResult| {
        run(&office, key, |tx| async move { confirm_audit(&tx, result.clone(), person("E-004")).await })
    };
    confirm("once", &result).unwrap();
    let after: Vec<Asset> = ["A-1", "A-2", "A-4", "A-6"].map(|name| state(&office, name)).into();
    confirm("twice", &result).unwrap();
    assert_eq!(["A-1", "A-2", "A-4", "A-6"].map(|name| state(&office, name)).to_vec(), after);
    let found = |asset: &Asset| asset.audits().iter().map(|mark| mark.found).collect::<Vec<_>>();
    assert_eq!(found(&after[0]), [AuditFinding::Here]);
    assert_eq!(found(&after[1]), [AuditFinding::Missing]);
    assert_eq!(found(&after[2]), [AuditFinding::Misplaced]);
    assert_eq!(found(&after[3]), []);
    let mut other = result.clone();
    other.missing.clear();
    assert_eq!(refusal(confirm("other", &other)), ConfirmAuditError::NumberReused { number: text("AU-1") });

    // What is misplaced is written down as being here, with whoever has it.
    for (id, command) in result.moves(person("E-004")) {
        let (command, book) = (&command, &terms());
        let key = format!("{id}");
        run(&office, &key, |tx| async move { office_inventory::hand_over_asset(&tx, id, command, book).await })
            .unwrap();
    }
    assert_eq!(state(&office, "A-4").keeper(), Some(Keeper::Stock(place("R-204"))));
    assert_eq!(state(&office, "A-7").keeper(), Some(Keeper::Person(person("ada"))));
    assert_eq!(state(&office, "A-7").place(), Some(place("R-204")));
}
