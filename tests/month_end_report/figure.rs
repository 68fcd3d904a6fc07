//! Figures of any kind, and the list of what they tell.

use chrono::{Days, NaiveDate};
use office_core::{Currency, Decimal, Money, Quantity};
use proptest::collection::vec;
use proptest::prelude::*;

use crate::month_end::report::{
    Absence, AccountRow, Bank, BookingLine, Budget, BudgetRow, Card, CardLine, Control, Figures, IncomeLine,
    InvoiceLine, Leave, LeaveRow, OpenOrder, Outcome, PettyCash, PositionLine, Purchase, RefusalLine, RoomUse, Rooms,
    Statements, Stock, StockItem, TopUp, TrialBalance, Unmatched, Voucher,
};

/// Where the values of made-up figures come from, each list used over and over.
struct Source {
    texts: Vec<String>,
    minors: Vec<i64>,
    decimals: Vec<Decimal>,
    month: NaiveDate,
    many: usize,
    at: usize,
}

impl Source {
    fn next(&mut self) -> usize {
        self.at += 1;
        self.at
    }

    fn text(&mut self) -> String {
        let at = self.next();
        self.texts[at % self.texts.len()].clone()
    }

    fn money(&mut self) -> Money {
        let at = self.next();
        Money::from_minor(
            self.minors[at % self.minors.len()],
            if at.is_multiple_of(29) { Currency::JPY } else { Currency::EUR },
        )
    }

    fn decimal(&mut self) -> Decimal {
        let at = self.next();
        self.decimals[at % self.decimals.len()]
    }

    fn quantity(&mut self) -> Quantity {
        Quantity::new(self.decimal(), "piece".parse().unwrap()).unwrap()
    }

    fn day(&mut self) -> NaiveDate {
        let days = Days::new(u64::try_from(self.next() % 40).unwrap());
        self.month.checked_add_days(days).unwrap_or(self.month)
    }

    fn count(&mut self) -> u32 {
        u32::try_from(self.next()).unwrap()
    }

    fn outcome(&mut self) -> Outcome {
        [Outcome::Accepted, Outcome::Held, Outcome::Refused][self.next() % 3]
    }

    fn list<T>(&mut self, make: impl Fn(&mut Self) -> T) -> Vec<T> {
        (0..self.many).map(|_| make(self)).collect()
    }

    fn series(&mut self) -> Vec<(NaiveDate, Decimal)> {
        self.list(|source| (source.day(), source.decimal()))
    }

    fn figures(&mut self) -> Figures {
        Figures {
            company: self.text(),
            month: self.month,
            currency: Currency::EUR,
            people: self.count(),
            stock: Stock {
                opening: self.money(),
                received: self.money(),
                issued: self.money(),
                closing: self.money(),
                items: self.list(|s| StockItem {
                    sku: s.text(),
                    name: s.text(),
                    on_hand: s.quantity(),
                    value: s.money(),
                    min: s.decimal(),
                    series: s.series(),
                }),
            },
            purchases: self.list(Self::purchases),
            open_orders: self.list(Self::open_orders),
            invoices: self.list(Self::invoices),
            trial_balance: TrialBalance {
                rows: self.list(|s| AccountRow {
                    account: s.text(),
                    name: s.text(),
                    opening: s.money(),
                    debit: s.money(),
                    credit: s.money(),
                    closing: s.money(),
                }),
                debit: self.money(),
                credit: self.money(),
            },
            statements: self.statements(),
            bank: self.bank(),
            card: Card {
                owed: self.money(),
                matched: self.count(),
                missing_receipts: self.list(Self::card_line),
                personal: self.list(Self::card_line),
            },
            petty_cash: self.petty_cash(),
            budget: Budget { method: self.text(), rows: self.list(Self::budget_row) },
            rooms: self.rooms(),
            leave: self.leave(),
            refusals: self.list(|s| RefusalLine {
                day: s.day(),
                what: s.text(),
                asked_by: s.text(),
                outcome: s.outcome(),
                why: s.text(),
            }),
            controls: self.list(|s| Control {
                group: s.text(),
                item: s.text(),
                expected: s.decimal().to_string(),
                actual: s.text(),
                ok: s.next().is_multiple_of(2),
            }),
        }
    }

    fn purchases(&mut self) -> Purchase {
        Purchase {
            reference: self.text(),
            day: self.day(),
            what: self.text(),
            quantity: self.quantity(),
            amount: self.money(),
            outcome: self.outcome(),
            decided_by: self.text(),
            why: self.text(),
        }
    }

    fn open_orders(&mut self) -> OpenOrder {
        OpenOrder { reference: self.text(), what: self.text(), open: self.quantity(), amount: self.money() }
    }

    fn invoices(&mut self) -> InvoiceLine {
        InvoiceLine {
            number: self.text(),
            vendor: self.text(),
            day: self.day(),
            gross: self.money(),
            outcome: self.outcome(),
            reason: self.text(),
        }
    }

    fn statements(&mut self) -> Statements {
        Statements {
            income: self.list(|s| IncomeLine {
                label: s.text(),
                month: s.money(),
                year_to_date: s.money(),
                is_sum: s.next().is_multiple_of(2),
            }),
            position: self.list(|s| PositionLine {
                label: s.text(),
                opening: s.money(),
                closing: s.money(),
                is_sum: s.next().is_multiple_of(2),
            }),
            result_of_month: self.money(),
            result_of_year: self.money(),
        }
    }

    fn bank(&mut self) -> Bank {
        Bank {
            opening: self.money(),
            credits: self.money(),
            credit_count: self.count(),
            debits: self.money(),
            debit_count: self.count(),
            closing: self.money(),
            book_balance: self.money(),
            unmatched: self.list(|s| Unmatched { day: s.day(), text: s.text(), amount: s.money() }),
        }
    }

    fn card_line(&mut self) -> CardLine {
        CardLine {
            reference: self.text(),
            day: self.day(),
            holder: self.text(),
            merchant: self.text(),
            amount: self.money(),
        }
    }

    fn petty_cash(&mut self) -> PettyCash {
        PettyCash {
            float: self.money(),
            paid_out: self.money(),
            vouchers: self.list(|s| Voucher {
                number: s.text(),
                day: s.day(),
                person: s.text(),
                text: s.text(),
                amount: s.money(),
                outcome: s.outcome(),
            }),
            expected: self.money(),
            counted: self.money(),
            over_short: self.money(),
            top_ups: self.list(|s| TopUp { number: s.text(), day: s.day(), amount: s.money() }),
        }
    }

    fn budget_row(&mut self) -> BudgetRow {
        BudgetRow {
            cost_centre: self.text(),
            // One name for each centre: the first line of a centre names it.
            cost_centre_name: self.texts[0].clone(),
            account: self.text(),
            account_name: self.text(),
            annual: self.money(),
            actual: self.money(),
            committed: self.money(),
            available: self.money(),
            month_budget: self.money(),
            month_actual: self.money(),
            variance: self.money(),
            forecast: self.money(),
        }
    }

    fn rooms(&mut self) -> Rooms {
        Rooms {
            bookings: self.list(|s| BookingLine {
                number: s.text(),
                day: s.day(),
                time: s.text(),
                room: s.text(),
                organiser: s.text(),
                people: s.count(),
                purpose: s.text(),
                outcome: s.outcome(),
                reason: s.text(),
            }),
            usage: self.list(|s| RoomUse { room: s.text(), hours: s.series() }),
        }
    }

    fn leave(&mut self) -> Leave {
        Leave {
            rows: self.list(|s| LeaveRow {
                employee: s.text(),
                name: s.text(),
                entitled: s.decimal(),
                taken: s.decimal(),
                requested: s.decimal(),
                left: s.decimal(),
            }),
            absences: self.list(|s| Absence {
                employee: s.text(),
                name: s.text(),
                kind: s.text(),
                first: s.day(),
                last: s.day(),
                days: s.decimal(),
            }),
        }
    }
}

/// Nothing at all happened.
pub(crate) fn empty() -> Figures {
    let month = NaiveDate::from_ymd_opt(2026, 10, 1).unwrap();
    let (texts, minors, decimals) = (vec![String::new()], vec![0], vec![Decimal::ZERO]);
    Source { texts, minors, decimals, month, many: 0, at: 0 }.figures()
}

/// Everything that has a name has this one.
pub(crate) fn named(name: &str) -> Figures {
    let month = NaiveDate::from_ymd_opt(2026, 10, 1).unwrap();
    let decimals = vec![Decimal::ONE, Decimal::TWO, Decimal::TEN];
    Source { texts: vec![name.to_owned()], minors: vec![1, 23456], decimals, month, many: 3, at: 0 }.figures()
}

/// Small figures of any kind: any texts, amounts of any size and sign, months at the ends of the calendar.
pub(crate) fn any() -> impl Strategy<Value = Figures> {
    let texts = vec(prop_oneof!["\\PC{0,12}", "[<>&\"'/=]{1,6}", Just("<b>x</b>".to_owned())], 1..6);
    let minors = vec(prop_oneof![proptest::num::i64::ANY, -1_000_000..1_000_000_i64], 1..12);
    let decimals =
        vec(prop_oneof![-1000..100_000_i64, -(10_i64.pow(17))..10_i64.pow(17)], 1..8).prop_flat_map(|numbers| {
            (Just(numbers), 0..4_u32).prop_map(|(numbers, scale)| {
                numbers.into_iter().map(|number| Decimal::new(number, scale)).collect::<Vec<_>>()
            })
        });
    let month = prop_oneof![
        Just(NaiveDate::from_ymd_opt(2026, 10, 1).unwrap()),
        Just(NaiveDate::from_ymd_opt(2024, 2, 1).unwrap()),
        Just(NaiveDate::MAX),
        Just(NaiveDate::MIN),
    ];
    (texts, minors, decimals, month, 0..5_usize).prop_map(|(texts, minors, decimals, month, many)| {
        Source { texts, minors, decimals, month, many, at: 0 }.figures()
    })
}

/// Collects what a page has to say.
struct Told(Vec<String>);

impl Told {
    fn texts<'a>(&mut self, texts: impl IntoIterator<Item = &'a String>) {
        self.0.extend(texts.into_iter().cloned());
    }

    fn monies(&mut self, monies: impl IntoIterator<Item = Money>) {
        self.0.extend(monies.into_iter().map(|money| money.amount().to_string()));
    }

    /// Amounts in whose place a dot stands when there is nothing.
    fn sparse(&mut self, monies: impl IntoIterator<Item = Money>) {
        self.monies(monies.into_iter().filter(|money| !money.is_zero()));
    }

    fn numbers(&mut self, numbers: impl IntoIterator<Item = Decimal>) {
        self.0.extend(numbers.into_iter().map(|number| number.to_string()));
    }
}

/// Every figure and every text there is; what is taken away is told with a minus.
pub(crate) fn told(figures: &Figures) -> Vec<String> {
    let mut told = Told(vec![figures.company.clone(), figures.people.to_string()]);
    goods(&mut told, figures);
    books(&mut told, figures);
    cash(&mut told, figures);
    people(&mut told, figures);
    for line in &figures.refusals {
        told.texts([&line.what, &line.asked_by, &line.why]);
    }
    for control in &figures.controls {
        told.texts([&control.group, &control.item, &control.expected, &control.actual]);
    }
    told.0
}

fn goods(told: &mut Told, figures: &Figures) {
    let stock = &figures.stock;
    told.monies([stock.opening, stock.received, stock.issued.negated(), stock.closing]);
    for item in &stock.items {
        told.texts([&item.sku, &item.name]);
        told.numbers([item.on_hand.amount(), item.min]);
        told.numbers(item.series.iter().map(|(_, level)| *level));
        told.monies([item.value]);
    }
    for line in &figures.purchases {
        told.texts([&line.reference, &line.what, &line.decided_by, &line.why]);
        told.numbers([line.quantity.amount()]);
        told.monies([line.amount]);
    }
    for order in &figures.open_orders {
        told.texts([&order.reference, &order.what]);
        told.numbers([order.open.amount()]);
        told.monies([order.amount]);
    }
    for line in &figures.invoices {
        told.texts([&line.number, &line.vendor, &line.reason]);
        told.monies([line.gross]);
    }
}

fn books(told: &mut Told, figures: &Figures) {
    for row in &figures.trial_balance.rows {
        told.texts([&row.account, &row.name]);
        told.monies([row.opening, row.closing]);
        told.sparse([row.debit, row.credit]);
    }
    told.monies([figures.trial_balance.debit, figures.trial_balance.credit]);
    for line in &figures.statements.income {
        told.texts([&line.label]);
        told.monies([line.month, line.year_to_date]);
    }
    for line in &figures.statements.position {
        told.texts([&line.label]);
        told.monies([line.opening, line.closing]);
    }
    told.monies([figures.statements.result_of_month, figures.statements.result_of_year]);
    told.texts([&figures.budget.method]);
    for row in &figures.budget.rows {
        told.texts([&row.cost_centre, &row.cost_centre_name, &row.account, &row.account_name]);
        told.monies([row.annual, row.actual, row.available, row.month_budget, row.month_actual]);
        told.monies([row.variance, row.forecast]);
        told.sparse([row.committed]);
    }
}

fn cash(told: &mut Told, figures: &Figures) {
    let (bank, card, petty) = (&figures.bank, &figures.card, &figures.petty_cash);
    told.monies([bank.opening, bank.credits, bank.debits.negated(), bank.closing, bank.book_balance]);
    told.numbers([bank.credit_count, bank.debit_count, card.matched].map(Decimal::from));
    for line in &bank.unmatched {
        told.texts([&line.text]);
        told.monies([line.amount]);
    }
    told.monies([card.owed]);
    for line in card.missing_receipts.iter().chain(&card.personal) {
        told.texts([&line.reference, &line.holder, &line.merchant]);
        told.monies([line.amount]);
    }
    told.monies([petty.float, petty.paid_out, petty.expected, petty.counted, petty.over_short]);
    for line in &petty.vouchers {
        told.texts([&line.number, &line.person, &line.text]);
        told.monies([line.amount]);
    }
    for line in &petty.top_ups {
        told.texts([&line.number]);
        told.monies([line.amount]);
    }
}

fn people(told: &mut Told, figures: &Figures) {
    for line in &figures.rooms.bookings {
        told.texts([&line.number, &line.time, &line.room, &line.organiser, &line.purpose, &line.reason]);
        told.numbers([Decimal::from(line.people)]);
    }
    for room in &figures.rooms.usage {
        told.texts([&room.room]);
        told.numbers(room.hours.iter().map(|(_, hours)| *hours));
    }
    for row in &figures.leave.rows {
        told.texts([&row.employee, &row.name]);
        told.numbers([row.entitled, row.taken, row.requested, row.left]);
    }
    for away in &figures.leave.absences {
        told.texts([&away.name, &away.kind]);
        told.numbers([away.days]);
    }
}
