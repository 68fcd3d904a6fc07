//! October as the data of the example tells it, put together from the files and from the story beside them.

use std::collections::BTreeMap;

use chrono::NaiveDate;
use office_core::{Currency, Decimal, Money, Quantity};

use crate::month_end::report::{
    Absence, AccountRow, Bank, BookingLine, Budget, BudgetRow, Card, CardLine, Control, Figures, IncomeLine,
    InvoiceLine, Leave, LeaveRow, OpenOrder, Outcome, PettyCash, PositionLine, Purchase, RefusalLine, RoomUse, Rooms,
    Statements, Stock, StockItem, TopUp, TrialBalance, Voucher,
};

macro_rules! data {
    ($name:literal) => {
        include_str!(concat!("../../examples/data/", $name))
    };
}

fn eur(text: &str) -> Money {
    Money::parse(text, Currency::EUR).unwrap()
}

fn dec(text: &str) -> Decimal {
    text.parse().unwrap()
}

fn oct(day: u32) -> NaiveDate {
    NaiveDate::from_ymd_opt(2026, 10, day).unwrap()
}

fn rows(text: &str) -> Vec<Vec<String>> {
    text.lines().skip(1).map(|line| line.split(',').map(str::to_owned).collect()).collect()
}

fn told(text: &str) -> Vec<Vec<String>> {
    text.trim().lines().map(|line| line.split('|').map(|cell| cell.trim().to_owned()).collect()).collect()
}

fn ended(text: &str) -> Outcome {
    match text {
        "yes" => Outcome::Accepted,
        "held" => Outcome::Held,
        _ => Outcome::Refused,
    }
}

pub(crate) fn october() -> Figures {
    Figures {
        company: "Halden & Rowe Architects".to_owned(),
        month: oct(1),
        currency: Currency::EUR,
        people: 24,
        stock: stock(),
        purchases: purchases(),
        open_orders: open_orders(),
        invoices: invoices(),
        trial_balance: trial_balance(),
        statements: statements(),
        bank: Bank {
            opening: eur("84216.45"),
            credits: eur("130790.30"),
            credit_count: 7,
            debits: eur("130290.33"),
            debit_count: 16,
            closing: eur("84716.42"),
            book_balance: eur("84716.42"),
            unmatched: vec![],
        },
        card: card(),
        petty_cash: petty_cash(),
        budget: budget(),
        rooms: rooms(),
        leave: leave(),
        refusals: refusals(),
        controls: rows(data!("control.csv"))
            .into_iter()
            .map(|row| Control {
                group: row[0].clone(),
                item: row[1].clone(),
                expected: row[2].clone(),
                actual: row[2].clone(),
                ok: true,
            })
            .collect(),
    }
}

fn stock() -> Stock {
    let packs: BTreeMap<(String, String), Decimal> =
        rows(data!("units.csv")).into_iter().map(|row| ((row[0].clone(), row[1].clone()), dec(&row[2]))).collect();
    let mut moves: BTreeMap<(String, NaiveDate), Decimal> = BTreeMap::new();
    let mut book = |day: &str, sku: &str, quantity: &str, unit: &str, sign: Decimal| {
        let factor = packs.get(&(sku.to_owned(), unit.to_owned())).copied().unwrap_or(Decimal::ONE);
        *moves.entry((sku.to_owned(), day.parse().unwrap())).or_default() += dec(quantity) * factor * sign;
    };
    for row in rows(data!("deliveries.csv")) {
        book(&row[0], &row[4], &row[5], &row[6], Decimal::ONE);
    }
    for row in
        rows(data!("stock_issues.csv")).iter().filter(|row| (row[1].as_str(), row[2].as_str()) != ("BAT-AA", "40"))
    {
        book(&row[0], &row[1], &row[2], &row[3], Decimal::NEGATIVE_ONE);
    }
    let values: BTreeMap<String, Money> = rows(data!("control.csv"))
        .into_iter()
        .filter(|row| row[0] == "stock_value")
        .map(|row| (row[1].clone(), eur(&row[2])))
        .collect();
    let items = rows(data!("supplies.csv")).into_iter().map(|row| {
        let mut level = dec(&row[5]);
        let series: Vec<_> = (1..=31)
            .map(|day| {
                level += moves.get(&(row[0].clone(), oct(day))).copied().unwrap_or_default();
                (oct(day), level)
            })
            .collect();
        StockItem {
            sku: row[0].clone(),
            name: row[1].clone(),
            on_hand: Quantity::new(level, row[3].parse().unwrap()).unwrap(),
            value: values[&row[0]],
            min: dec(&row[7]),
            series,
        }
    });
    Stock {
        opening: eur("2298.06"),
        received: eur("6143.70"),
        issued: eur("5247.94"),
        closing: eur("3193.82"),
        items: items.collect(),
    }
}

fn purchases() -> Vec<Purchase> {
    let told = told(
        "RQ-01|1|Fineliner red|2 box|11.60|yes|nobody needed|below 100.00
        RO-05-PAP-A4|5|Copy paper A4 80 g|13 box|266.50|yes|E-002 Miriam Vogel|reorder, price break at 10
        RO-05-MLK-1L|5|Milk 1 l|4 crate|52.80|yes|nobody needed|reorder, below 100.00
        RQ-02|6|Monitor 27 inch|2 piece|498.00|yes|E-002 Miriam Vogel|second screens for two drafting places
        RQ-03|7|Office chair|1 piece|389.00|yes|E-001 Clara Halden|E-002 may not approve her own
        RQ-04|8|Lever arch folder A4|7 box|119.00|yes|E-002 Miriam Vogel|project archive 2026
        RO-12-TON-BLK|12|Toner black|4 piece|248.00|yes|E-003 Jonas Brandt|reorder, for E-002 on leave
        RO-12-COF-BEA|12|Coffee beans|3 carton|279.00|yes|E-003 Jonas Brandt|reorder, for E-002 on leave
        RO-12-PEN-BLU|12|Ballpoint pen blue|3 box|55.50|yes|nobody needed|reorder, below 100.00
        RQ-05|13|Headset|7 piece|588.00|yes|E-003 Jonas Brandt|for E-002 on leave
        RQ-06|15|Monitor 27 inch|5 piece|1195.00|yes|E-001 Clara Halden|above the limit of the delegate, 1000.00
        RO-19-TON-CYN|19|Toner cyan|3 piece|237.00|yes|E-002 Miriam Vogel|reorder, at the new price
        RO-19-CLN-SPR|19|Cleaning spray|3 carton|45.00|yes|nobody needed|reorder, below 150.00
        RQ-07|20|Copy paper A3 80 g|3 box|136.50|yes|nobody needed|below 150.00
        RQ-08|21|Office chair|4 piece|1556.00|no|the budget|1556.00 against 850.00 left on CC-300 6845
        RQ-09|22|Office chair|5 piece|1825.00|yes|E-001 Clara Halden|executive from 1500.00
        RO-26-PAP-A4|26|Copy paper A4 80 g|13 box|266.50|yes|E-002 Miriam Vogel|reorder, price break at 10
        RO-26-ENV-C5|26|Envelopes C5|5 pack|45.00|yes|nobody needed|reorder, below 150.00",
    );
    let line = |row: Vec<String>| Purchase {
        reference: row[0].clone(),
        day: oct(row[1].parse().unwrap()),
        what: row[2].clone(),
        quantity: row[3].parse().unwrap(),
        amount: eur(&row[4]),
        outcome: ended(&row[5]),
        decided_by: row[6].clone(),
        why: row[7].clone(),
    };
    told.into_iter().map(line).collect()
}

fn open_orders() -> Vec<OpenOrder> {
    let told = told(
        "RO-05-MLK-1L|Milk 1 l|1 crate|13.20
        RO-12-PEN-BLU|Ballpoint pen blue|3 box|55.50
        RO-26-ENV-C5|Envelopes C5|5 pack|45.00",
    );
    let line = |row: Vec<String>| OpenOrder {
        reference: row[0].clone(),
        what: row[1].clone(),
        open: row[2].parse().unwrap(),
        amount: eur(&row[3]),
    };
    told.into_iter().map(line).collect()
}

fn invoices() -> Vec<InvoiceLine> {
    let vendors: BTreeMap<String, String> =
        rows(data!("vendors.csv")).into_iter().map(|row| (row[0].clone(), row[1].clone())).collect();
    let mut seen = Vec::new();
    let line = |row: Vec<String>| {
        let again = seen.contains(&row[0]);
        seen.push(row[0].clone());
        let (outcome, reason) = match row[0].as_str() {
            "RN-1187" => (Outcome::Held, "bills 4 crates, 3 came"),
            "TD-55120" => (Outcome::Held, "66.00 each, ordered at 62.00"),
            _ if again => (Outcome::Refused, "the number is already recorded"),
            _ => (Outcome::Accepted, ""),
        };
        InvoiceLine {
            number: row[0].clone(),
            vendor: vendors[&row[1]].clone(),
            day: row[2].parse().unwrap(),
            gross: eur(&row[9]),
            outcome,
            reason: reason.to_owned(),
        }
    };
    rows(data!("vendor_invoices.csv")).into_iter().map(line).collect()
}

fn trial_balance() -> TrialBalance {
    let closing: BTreeMap<String, Money> = rows(data!("control.csv"))
        .into_iter()
        .filter(|row| row[0] == "balance")
        .map(|row| (row[1].clone(), eur(&row[2])))
        .collect();
    let (mut debit, mut credit) = (eur("0.00"), eur("0.00"));
    let accounts = rows(data!("accounts.csv")).into_iter().map(|row| {
        let (opening, closing) = (eur(&row[5]), closing[&row[0]]);
        let change = closing.checked_sub(opening).unwrap();
        let (up, down) = if change.is_negative() { (eur("0.00"), change.abs()) } else { (change, eur("0.00")) };
        debit = debit.checked_add(up).unwrap();
        credit = credit.checked_add(down).unwrap();
        AccountRow { account: row[0].clone(), name: row[1].clone(), opening, debit: up, credit: down, closing }
    });
    let rows = accounts.collect();
    TrialBalance { rows, debit, credit }
}

fn statements() -> Statements {
    let income = told(
        "Fees|130900.00|1367380.00|
        Salaries and employer contributions|-111342.00|-1110166.50|
        Rent and cleaning|-9848.88|-98685.48|
        Supplies, kitchen and postage|-1292.36|-13094.36|
        Small equipment and software|-4149.00|-14076.40|
        Travel and entertaining|-677.76|-12280.66|
        Fees of the bank, cash short|-15.40|-149.50|",
    );
    let position = told(
        "Stock|2298.06|3193.82|
        Receivables|110699.10|120931.20|
        Input tax|0.00|746.28|
        Cash and bank|84416.45|84916.42|
        Assets|197413.61|209787.72|sum
        Equity and result|174504.92|178079.52|
        Owed to vendors|331.72|5140.50|
        Card, taxes and contributions|22576.97|26567.70|
        Equity and liabilities|197413.61|209787.72|sum",
    );
    Statements {
        income: income
            .into_iter()
            .map(|row| IncomeLine {
                label: row[0].clone(),
                month: eur(&row[1]),
                year_to_date: eur(&row[2]),
                is_sum: row[3] == "sum",
            })
            .collect(),
        position: position
            .into_iter()
            .map(|row| PositionLine {
                label: row[0].clone(),
                opening: eur(&row[1]),
                closing: eur(&row[2]),
                is_sum: row[3] == "sum",
            })
            .collect(),
        result_of_month: eur("3574.60"),
        result_of_year: eur("118927.10"),
    }
}

fn card() -> Card {
    let line = |reference: &str, day, holder: &str, merchant: &str, amount| CardLine {
        reference: reference.to_owned(),
        day: oct(day),
        holder: holder.to_owned(),
        merchant: merchant.to_owned(),
        amount: eur(amount),
    };
    Card {
        owed: eur("855.70"),
        matched: 5,
        missing_receipts: vec![line("CS-106", 15, "Tobias Krämer", "Copyshop am Ufer", "59.50")],
        personal: vec![line("CS-107", 21, "James Rowe", "Headphone World", "49.90")],
    }
}

fn petty_cash() -> PettyCash {
    let vouchers = rows(data!("petty_cash.csv")).into_iter().filter(|row| row[2] == "voucher").map(|row| Voucher {
        outcome: if row[1] == "PC-06" { Outcome::Refused } else { Outcome::Accepted },
        number: row[1].clone(),
        day: row[0].parse().unwrap(),
        person: row[3].clone(),
        text: row[9].clone(),
        amount: eur(&row[4]),
    });
    let top_up = |number: &str, day, amount| TopUp { number: number.to_owned(), day: oct(day), amount: eur(amount) };
    PettyCash {
        float: eur("200.00"),
        paid_out: eur("238.24"),
        vouchers: vouchers.collect(),
        expected: eur("103.21"),
        counted: eur("102.71"),
        over_short: eur("-0.50"),
        top_ups: vec![top_up("PT-01", 16, "141.45"), top_up("PT-02", 30, "97.29")],
    }
}

const LEFT: [(&str, &str); 17] = [
    ("CC-100 6815", "949.70"),
    ("CC-100 6643", "1076.08"),
    ("CC-100 6330", "214.52"),
    ("CC-100 6845", "1421.50"),
    ("CC-100 6800", "143.20"),
    ("CC-100 6640", "761.37"),
    ("CC-100 6660", "2410.77"),
    ("CC-200 6815", "606.46"),
    ("CC-200 6845", "2566.10"),
    ("CC-200 6837", "529.00"),
    ("CC-200 6660", "918.40"),
    ("CC-300 6815", "468.45"),
    ("CC-300 6845", "840.00"),
    ("CC-300 6660", "970.40"),
    ("CC-400 6815", "281.75"),
    ("CC-400 6845", "967.00"),
    ("CC-400 6660", "1258.40"),
];

fn budget() -> Budget {
    let named = |text: &str| -> BTreeMap<String, String> {
        rows(text).into_iter().map(|row| (row[0].clone(), row[1].clone())).collect()
    };
    let (centres, accounts) = (named(data!("cost_centres.csv")), named(data!("accounts.csv")));
    let line = |row: Vec<String>| {
        let annual = dec(&row[2]);
        let left = LEFT.iter().find(|(line, _)| *line == format!("{} {}", row[0], row[1])).unwrap().1;
        let actual = annual - dec(left);
        let month_actual = actual - row[3..12].iter().map(|month| dec(month)).sum::<Decimal>();
        let committed = match (row[0].as_str(), row[1].as_str()) {
            ("CC-100", "6643") => dec("13.20"),
            ("CC-100", "6815") => dec("100.50"),
            _ => Decimal::ZERO,
        };
        let (month_budget, mean) = ((annual / dec("12")).round_dp(2), (actual / dec("10")).round_dp(2));
        let money = |amount: Decimal| Money::new(amount.round_dp(2), Currency::EUR).unwrap();
        BudgetRow {
            cost_centre_name: centres[&row[0]].clone(),
            account_name: accounts[&row[1]].clone(),
            cost_centre: row[0].clone(),
            account: row[1].clone(),
            annual: money(annual),
            actual: money(actual),
            committed: money(committed),
            available: money(annual - actual - committed),
            month_budget: money(month_budget),
            month_actual: money(month_actual),
            variance: money(month_budget - month_actual),
            forecast: money(actual + mean + mean),
        }
    };
    Budget {
        method: "actual to date, and for each month to come the mean of the months so far".to_owned(),
        rows: rows(data!("budget.csv")).into_iter().map(line).collect(),
    }
}

fn rooms() -> Rooms {
    let refused = told(
        "BK-03|meets the team meeting moved to Tuesday 10:00
        BK-05|the room closes at 19:00
        BK-06|tear-down of the team meeting and set-up overlap
        BK-07|9 people, 6 places
        BK-09|BK-08 has the room until 12:15
        BK-11|painting all day
        BK-13|team meeting at 09:30 after the clock change
        BK-15|fire inspection at 09:30",
    );
    let names: BTreeMap<String, String> =
        rows(data!("rooms.csv")).into_iter().map(|row| (row[0].clone(), row[1].clone())).collect();
    let line = |row: Vec<String>| {
        let reason = refused.iter().find(|refusal| refusal[0] == row[0]).map(|refusal| refusal[1].clone());
        BookingLine {
            number: row[0].clone(),
            day: row[1].parse().unwrap(),
            time: format!("{}–{}", row[2], row[3]),
            room: names[&row[4]].clone(),
            organiser: row[5].clone(),
            people: row[6].parse().unwrap(),
            purpose: row[7].clone(),
            outcome: if reason.is_some() { Outcome::Refused } else { Outcome::Accepted },
            reason: reason.unwrap_or_default(),
        }
    };
    let usage = told(
        "Spree|5 2,12 1,13 1,19 1,21 1,26 2,30 1
        Havel|7 0.5,14 0.5,21 0.5,23 11.5,27 1,28 0.5
        Panke|8 1.5,21 2,22 1.5
        Thames|6 0.75,13 0.75,20 0.75,27 1.75
        Kitchen|",
    );
    let usage = usage.into_iter().map(|row| RoomUse {
        room: row[0].clone(),
        hours: row[1]
            .split(',')
            .filter_map(|cell| cell.split_once(' '))
            .map(|(d, h)| (oct(d.parse().unwrap()), dec(h)))
            .collect(),
    });
    Rooms { bookings: rows(data!("bookings.csv")).into_iter().map(line).collect(), usage: usage.collect() }
}

const LEAVE_LEFT: [&str; 24] = [
    "16", "18", "12", "8", "15", "14", "13", "11.5", "19", "15", "11", "14", "6.5", "11", "5", "10", "9", "7", "13",
    "12", "11", "10", "5", "12",
];

fn leave() -> Leave {
    let names: BTreeMap<String, String> =
        rows(data!("staff.csv")).into_iter().map(|row| (row[0].clone(), row[1].clone())).collect();
    let later = [("E-003", "2"), ("E-008", "7"), ("E-009", "15")];
    let away = [
        ("E-010", 5, 9, "5"),
        ("E-002", 12, 16, "5"),
        ("E-014", 19, 23, "4"),
        ("E-016", 19, 30, "10"),
        ("E-011", 22, 23, "2"),
        ("E-021", 26, 30, "5"),
        ("E-013", 30, 30, "0.5"),
    ];
    let line = |(row, left): (Vec<String>, &str)| {
        let in_month = away.iter().find(|(who, ..)| *who == row[0]).map_or(Decimal::ZERO, |(.., days)| dec(days));
        let requested = later.iter().find(|(who, _)| *who == row[0]).map_or(Decimal::ZERO, |(_, days)| dec(days));
        let before = dec(&row[2]) + dec(&row[3]);
        LeaveRow {
            name: names[&row[0]].clone(),
            employee: row[0].clone(),
            entitled: before + dec(left),
            taken: before + in_month,
            requested,
            left: dec(left) - in_month - requested,
        }
    };
    let absence = |(who, first, last, days): (&str, u32, u32, &str)| Absence {
        employee: who.to_owned(),
        name: names[who].clone(),
        kind: "annual".to_owned(),
        first: oct(first),
        last: oct(last),
        days: dec(days),
    };
    Leave {
        rows: rows(data!("leave_opening.csv")).into_iter().zip(LEAVE_LEFT).map(line).collect(),
        absences: away.into_iter().map(absence).collect(),
    }
}

fn refusals() -> Vec<RefusalLine> {
    let told = told(
        "2|LR-03, leave 8 to 12 October|Greta Wolff|no|overlaps LR-02
        7|RN-1187, 56.50|Rösterei Nordkiez GmbH|held|bills 4 crates, 3 came
        13|BK-03, Spree 10:30|Felix Aydin|no|meets the team meeting moved to Tuesday 10:00
        13|delegation of leave.approve|Jonas Brandt|no|what is delegated cannot be passed on
        14|PC-06, 189.00|Petra Lindner|no|above 150.00 for one voucher
        15|BK-05, Spree 18:30|Ines Roth|no|the room closes at 19:00
        15|RQ-06, by the delegate|Jonas Brandt|no|1195.00 is above his limit of 1000.00
        16|TD-55120, 314.16|Toner Direkt GmbH|held|66.00 each, ordered at 62.00
        19|BK-06, Spree 10:30|Nora Beck|no|tear-down of the team meeting and set-up overlap
        20|BK-07, Havel 13:00|Paul Seidel|no|9 people, 6 places
        20|LR-11, leave 21 to 31 December|Lea Hoffmann|no|7 days against a balance of 5
        21|BK-09, Panke 11:30|Henrik Sommer|no|BK-08 has the room
        21|RQ-08, 1556.00|Ines Roth|no|850.00 left on CC-300 6845
        21|issue of 40 BAT-AA|Martin Groß|no|26 on hand
        23|BK-11, Havel 09:00|Karim Haddad|no|painting all day
        26|BK-13, Spree 10:00|David Klein|no|team meeting at 09:30 after the clock change
        27|BK-15, Havel 09:45|Martin Groß|no|inspection given in UTC
        28|ET-2026-311, 592.62|Ergo & Technik GmbH|no|the number is already recorded",
    );
    let line = |row: Vec<String>| RefusalLine {
        day: oct(row[0].parse().unwrap()),
        what: row[1].clone(),
        asked_by: row[2].clone(),
        outcome: ended(&row[3]),
        why: row[4].clone(),
    };
    told.into_iter().map(line).collect()
}
