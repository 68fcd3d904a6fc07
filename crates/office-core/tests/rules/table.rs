//! Tables: what is read of them, and what they decide.

use office_core::Money;
use office_core::rules::{
    DecideError, DecisionTable, Dialect, FactError, Facts, HitPolicy, Input, InputText, Kind, OutputKind, OutputText,
    RowText, Schema, TableError, TableText, Value,
};

fn texts(rows: &[&[&str]]) -> Vec<Vec<String>> {
    rows.iter().map(|row| row.iter().map(ToString::to_string).collect()).collect()
}

fn table(hit: HitPolicy, header: &[&str], rows: &[&[&str]]) -> Result<DecisionTable, TableError> {
    let text = TableText { name: "grade".into(), hit, ..TableText::from_rows(header, texts(rows))? };
    let schema = text.schema(Dialect::Office)?;
    DecisionTable::new(text, &schema, Dialect::Office)
}

fn euro(text: &str) -> Money {
    text.parse().unwrap()
}

fn numbers(values: &[i64]) -> Value {
    Value::List(values.iter().map(|value| Value::from(*value)).collect())
}

/// Each hit policy on the same rows, of which three match.
#[test]
fn each_hit_policy_decides_as_it_promises() {
    let rows: [&[&str]; 4] = [&["< 10", "5"], &["-", "3"], &["> 100", "9"], &["[0..7]", "5"]];
    let header = ["days: integer", "=> tier: integer in 3, 5, 9"];
    let decide = |hit| table(hit, &header, &rows).unwrap().decide(&Facts::new().with("days", 7));
    let found = |hit| decide(hit).map(|ruling| (ruling.rows, ruling.value));
    assert_eq!(found(HitPolicy::Unique), Err(DecideError::TwoMatch { table: "grade".into(), rows: (1, 2) }));
    assert_eq!(found(HitPolicy::Any), Err(DecideError::Disagree { table: "grade".into(), rows: (1, 2) }));
    assert_eq!(found(HitPolicy::First), Ok((vec![1], Value::from(5))));
    assert_eq!(found(HitPolicy::Priority), Ok((vec![2], Value::from(3))));
    assert_eq!(found(HitPolicy::RuleOrder), Ok((vec![1, 2, 4], numbers(&[5, 3, 5]))));
    assert_eq!(found(HitPolicy::OutputOrder), Ok((vec![2, 1, 4], numbers(&[3, 5, 5]))));
    assert_eq!(found(HitPolicy::Collect), Ok((vec![1, 2, 4], numbers(&[5, 3, 5]))));
    assert_eq!(found(HitPolicy::CollectSum), Ok((vec![1, 2, 4], Value::from(13))));
    assert_eq!(found(HitPolicy::CollectMin), Ok((vec![2], Value::from(3))));
    assert_eq!(found(HitPolicy::CollectMax), Ok((vec![1, 4], Value::from(5))));
    assert_eq!(found(HitPolicy::CollectCount), Ok((vec![1, 2, 4], Value::from(3))));
}

#[test]
fn what_no_row_matches_is_what_is_said_else() {
    let decide = |hit, header: &[&str]| {
        let table = table(hit, header, &[&["> 100", "9"]]).unwrap();
        table.decide(&Facts::new().with("days", 7)).unwrap().value
    };
    let (plain, otherwise) =
        (["days: integer", "=> n: integer in 1, 9"], ["days: integer", "=> n: integer in 1, 9 else 1"]);
    for hit in HitPolicy::all() {
        let count = hit == HitPolicy::CollectCount;
        let nothing = if count { Value::from(0) } else { Value::Null };
        assert_eq!(decide(hit, &plain), nothing, "{hit}");
        let one = if hit.is_list() { numbers(&[1]) } else { Value::from(1) };
        assert_eq!(decide(hit, &otherwise), one, "{hit}");
    }
}

#[test]
fn votes_of_several_rows_are_joined_and_obligations_are_all_kept() {
    let header = ["amount", "outcome", "obligations", "reason"];
    let rows: [&[&str]; 4] = [
        &["< 500 EUR", "allow", "file it", "small"],
        &["-", "approvals: 1 finance purchase.approve", "tell finance; file it", "-"],
        &["> 200 EUR", "-", "-", "above 200"],
        &["> 900 EUR", "refuse: too much", "-", "-"],
    ];
    let ruling =
        |hit, amount| table(hit, &header, &rows).unwrap().decide(&Facts::new().with("amount", euro(amount))).unwrap();
    for hit in [HitPolicy::Collect, HitPolicy::RuleOrder] {
        let found = ruling(hit, "300 EUR");
        assert_eq!(found.rows, [1, 2, 3]);
        assert_eq!(found.outcome.unwrap().to_string(), "approvals: 1 finance purchase.approve");
        assert_eq!(found.obligations.to_string(), "file it; tell finance");
        assert_eq!(found.reasons.iter().map(ToString::to_string).collect::<Vec<_>>(), ["small", "above 200"]);
        assert_eq!(found.value, Value::Null);
    }
    let strictest = ruling(HitPolicy::Priority, "1000 EUR");
    assert_eq!((strictest.rows, strictest.outcome.unwrap().to_string()), (vec![4], "refuse: too much".to_owned()));
}

#[test]
fn several_values_are_a_record() {
    let header = ["days: integer", "=> queue: text", "=> hours: duration"];
    let rows: [&[&str]; 2] = [&["< 3", "urgent", "PT4H"], &["-", "normal", "P3D"]];
    let rush = table(HitPolicy::First, &header, &rows).unwrap();
    assert_eq!(rush.kind().unwrap().to_string(), "record (hours: duration, queue: text)");
    let value = rush.decide(&Facts::new().with("days", 2)).unwrap().value;
    assert_eq!(value.to_string(), "hours: PT4H, queue: urgent");
    let both = table(HitPolicy::Collect, &header, &rows).unwrap().decide(&Facts::new().with("days", 2)).unwrap().value;
    assert!(matches!(both, Value::List(values) if values.len() == 2));
}

#[test]
fn facts_that_do_not_fit_are_refused_before_any_row_is_looked_at() {
    let header = ["amount", "days: integer in [0..366]", "who: text or nothing", "unused", "outcome"];
    let rows: [&[&str]; 2] = [&["< 5 EUR", "3", "boss", "-", "allow"], &["-", "-", "null", "-", "refuse: no"]];
    let table = table(HitPolicy::First, &header, &rows).unwrap();
    let facts = Facts::new().with("amount", euro("1 EUR")).with("days", 3).with("who", "boss");
    assert_eq!(table.decide(&facts).unwrap().rows, [1]);
    assert_eq!(table.decide(&facts.clone().with("who", Value::Null)).unwrap().rows, [2]);
    let refused = |name: &str, fact: Value| match table.decide(&facts.clone().with(name, fact)) {
        Err(DecideError::Fact(error)) => error,
        other => panic!("{other:?}"),
    };
    assert!(matches!(refused("days", Value::from(400)), FactError::NotAllowed { path, .. } if path == "days"));
    assert!(matches!(refused("days", Value::Null), FactError::Null { path, .. } if path == "days"));
    let dollars = refused("amount", euro("1 USD").into());
    let money = |currency: &str| format!("money {currency}").parse::<Kind>().unwrap();
    assert_eq!(dollars, FactError::OtherKind { path: "amount".into(), wanted: money("EUR"), found: money("USD") });
    let unknown = table.decide(&Facts::new().with("amount", euro("1 EUR")));
    let missing = FactError::Missing { path: "days".into(), wanted: Kind::Integer };
    assert_eq!(unknown, Err(DecideError::Fact(missing)));
}

#[test]
fn parts_of_records_and_lists_are_named_by_their_path() {
    let kind: Kind = "list of record (item: text, price: money EUR)".parse().unwrap();
    let input = Input::new("items", kind);
    let item = |price: Value| Value::Record([("item".into(), "pen".into()), ("price".into(), price)].into());
    let error = |second: Value| {
        let items = Value::List(vec![item(euro("1 EUR").into()), second]);
        input.check(items.as_ref()).unwrap_err().to_string()
    };
    let wanted = "a fact of kind money EUR is wanted";
    assert_eq!(error(item(euro("1 USD").into())), format!("`items[2].price` is of kind money USD: {wanted}"));
    assert_eq!(error(item(Value::Null)), format!("`items[2].price` is nothing: {wanted}"));
    let short = Value::Record([("item".into(), "pen".into())].into());
    assert_eq!(error(short), format!("`items[2].price` is not known of the case: {wanted}"));
    let Value::Record(mut long) = item(euro("1 EUR").into()) else { return };
    long.insert("colour".into(), "red".into());
    assert_eq!(error(Value::Record(long)), "`items[2].colour` is not a part that is asked for");
    let grades = Input::new("grades", "list of integer".parse().unwrap()).allowing("[1..6]", Dialect::Office).unwrap();
    let refused = grades.check(numbers(&[1, 7]).as_ref()).unwrap_err();
    assert_eq!(refused.to_string(), "`grades[2]` is not what it may be: [1..6] is wanted");
}

#[test]
fn what_is_wrong_in_a_table_is_named_with_its_place() {
    let first = HitPolicy::First;
    let wrong = |hit, header: &[&str], rows: &[&[&str]]| table(hit, header, rows).unwrap_err();
    let place = |error: TableError| (error.row, error.column, error.position, error.expected.into_owned());
    let at = |row, column: &str, position, expected: &str| (row, column.to_owned(), position, expected.to_owned());
    let grade = "=> grade: text in good, poor";
    assert_eq!(place(wrong(first, &["days: colour", "outcome"], &[])).2, 6);
    assert_eq!(
        place(wrong(first, &["kind", "kind", "outcome"], &[])),
        at(0, "kind", 1, "a name that no other column has")
    );
    assert_eq!(
        place(wrong(first, &["kind"], &[])),
        at(0, "", 1, "a column that says what is decided, such as `outcome`")
    );
    assert_eq!(place(wrong(first, &["kind", "outcome"], &[&["-"]])), at(1, "", 1, "as many cells as the header has"));
    assert_eq!(
        place(wrong(first, &["amount", "outcome"], &[&["< 5 EUR", "allow"], &["> 5 USD", "allow"]])),
        at(2, "amount", 1, "money EUR, as in the rows above")
    );
    assert_eq!(place(wrong(first, &["kind", grade], &[&["-", "bad"]])), at(1, "grade", 1, "one of good, poor"));
    assert_eq!(
        place(wrong(HitPolicy::Priority, &["kind", "=> grade: text"], &[])),
        at(0, "", 1, "an outcome, or a value with what is allowed in order, for `priority`")
    );
    assert_eq!(
        place(wrong(HitPolicy::CollectSum, &["kind", "=> grade: text"], &[])),
        at(0, "grade", 1, "a number, an amount or a length of time, for a sum")
    );
    assert_eq!(
        place(wrong(HitPolicy::CollectMax, &["kind", "outcome", "=> n: integer"], &[])),
        at(0, "", 1, "one column of values, and no outcome, for `collect max`")
    );
    let named = wrong(first, &["days: integer", grade], &[&["soon", "good"]]);
    assert_eq!(
        named.to_string(),
        "table `grade`, row 1, column `days`, character 1 of `soon`: a whole number such as `30` is wanted"
    );
}

#[test]
fn tables_without_bounds_are_refused_before_they_are_read() {
    let header: Vec<String> = (0..64).map(|column| format!("c{column}")).collect();
    let mut header: Vec<&str> = header.iter().map(String::as_str).collect();
    header.push("outcome");
    assert_eq!(table(HitPolicy::First, &header, &[]).unwrap_err().expected, "at most 64 columns");
    // Of rows without end no more than one too many is asked for.
    let error = DecisionTable::from_rows(&["outcome"], std::iter::repeat(vec!["allow".to_owned()])).unwrap_err();
    assert_eq!((error.row, error.expected.as_ref()), (10_001, "at most 10000 rows"));
    let row = |cells: usize| RowText { cells: vec!["-".into(); cells], outputs: vec!["allow".into()], note: None };
    let text = |rows, inputs| TableText {
        name: String::new(),
        hit: HitPolicy::First,
        inputs: vec![InputText { expression: "kind".into(), ..InputText::default() }; inputs],
        outputs: vec![OutputText {
            name: "outcome".into(),
            kind: OutputKind::Outcome,
            allowed: Vec::new(),
            default: None,
        }],
        rows,
    };
    let schema = Schema::new([Input::new("kind", Kind::Text)]).unwrap();
    let new = |text| DecisionTable::new(text, &schema, Dialect::Office).map_err(|error| error.expected);
    assert_eq!(new(text(vec![row(64)], 64)), Err("at most 64 columns".into()));
    assert_eq!(new(text(vec![row(1); 10_001], 1)), Err("at most 10000 rows".into()));
    let long = RowText { outputs: vec!["x".repeat(1_001)], ..row(1) };
    assert_eq!(new(text(vec![long], 1)), Err("a cell of at most 1000 characters".into()));
}

#[test]
fn amounts_in_two_currencies_make_no_sum() {
    let header = ["kind", "=> fee: money"];
    let rows: [&[&str]; 3] = [&["-", "5 EUR"], &["IT", "7 EUR"], &["paper", "1 USD"]];
    let decide = |hit, kind: &str| table(hit, &header, &rows).unwrap().decide(&Facts::new().with("kind", kind));
    assert_eq!(decide(HitPolicy::CollectSum, "IT").unwrap().value, Value::from(euro("12 EUR")));
    for hit in [HitPolicy::CollectSum, HitPolicy::CollectMin, HitPolicy::CollectMax] {
        let error = decide(hit, "paper").unwrap_err();
        assert!(matches!(error, DecideError::NoTotal { .. }), "{hit}: {error}");
    }
    // What is too great to be held is not rounded.
    let rows: [&[&str]; 2] = [&["-", "9999999999999999999999999999"], &["-", "0.05"]];
    let great = table(HitPolicy::CollectSum, &["kind", "=> n: number"], &rows).unwrap();
    assert!(matches!(great.decide(&Facts::new()), Err(DecideError::NoTotal { row: 1, .. })));
}

#[test]
fn a_column_whose_currency_is_not_said_is_in_one() {
    let schema = Schema::new([Input::new("amount", Kind::Money(None))]).unwrap();
    let table = |cells: [&str; 2]| {
        let rows = cells.map(|cell| vec![cell.to_owned(), "allow".to_owned()]);
        let text = TableText::from_rows(&["amount", "outcome"], rows).unwrap();
        DecisionTable::new(text, &schema, Dialect::Office)
    };
    let error = table(["< 5 EUR", "> 5 USD"]).unwrap_err();
    assert_eq!((error.row, error.column.as_str()), (2, "amount"));
    // A fact in another currency is an error where it could decide, and not a "no".
    let table = table(["< 5 EUR", "> 5 EUR"]).unwrap();
    let decide = |amount: &str| table.decide(&Facts::new().with("amount", euro(amount)));
    assert_eq!(decide("9 EUR").unwrap().rows, [2]);
    assert!(matches!(decide("9 USD"), Err(DecideError::NoValue { row: 1, .. })));
}
