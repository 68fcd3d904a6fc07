//! Histories of bills, payments and set-offs in foreign currencies, and what holds of each.

use std::fmt::Debug;

use chrono::Datelike;
use chrono::NaiveDate;
use office::payment::{PartToPay, send_payment_back};
use office::purchasing::set_off;
use office_core::{Currency, Money, Office, Percent, StoreError, wait};
use office_finance::{DiscountTerm, DueRule, Instalment, OpenItem, Payment, PaymentTerms, RevaluationMethod};
use proptest::prelude::*;

use crate::world::{DAYS, World, code, day, key, month_end, paying, payment, vendor};

/// What happens next: so many days later.
#[derive(Clone, Debug)]
pub(crate) enum Step {
    Bill { of: u8, pounds: bool, net: i64, by_terms: bool },
    Pay { which: usize, percent: i64, early: bool, write_off: bool },
    Back { which: usize },
    SetOff { which: usize },
}

pub(crate) fn step() -> impl Strategy<Value = (u64, Step)> {
    let net = prop_oneof![3 => 1_000..900_000_i64, 1 => -90_000..-1_000_i64];
    let bill = (0..2_u8, any::<bool>(), net, any::<bool>()).prop_map(|(of, pounds, net, by_terms)| Step::Bill {
        of,
        pounds,
        net,
        by_terms,
    });
    let paid = (any::<usize>(), 1..=100_i64, any::<bool>(), any::<bool>())
        .prop_map(|(which, percent, early, write_off)| Step::Pay { which, percent, early, write_off });
    let index = any::<usize>;
    let what = prop_oneof![
        3 => bill, 4 => paid,
        1 => index().prop_map(|which| Step::Back { which }), 1 => index().prop_map(|which| Step::SetOff { which }),
    ];
    (0..9_u64, what)
}

/// Rounded half away from zero, to the cent: what an amount in cents is worth at a rate to four places.
pub(crate) fn worth(minor: i128, rate: i64) -> i128 {
    let product = minor * i128::from(rate);
    (product.abs() + 5_000) / 10_000 * product.signum()
}

/// One of several payments: what went out of the bank at the rate of its day, and what was taken off.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Paid {
    pub(crate) number: usize,
    pub(crate) on: u64,
    pub(crate) back: bool,
}

pub(crate) fn terms() -> PaymentTerms {
    let half = |days| Instalment { share: Percent::whole(50), due: DueRule::net(days) };
    let discount = DiscountTerm { percent: Percent::whole(2), within: DueRule::net(10) };
    PaymentTerms::new(vec![half(14), half(30)]).unwrap().with_discounts(vec![discount]).unwrap()
}

/// Plays a history; gives the number of bills and the payments.
pub(crate) fn play(world: &World<'_>, steps: &[(u64, Step)], method: RevaluationMethod) -> (usize, Vec<Paid>) {
    let (terms, mut after, mut bills, mut paid) = (terms(), 0, 0, Vec::<Paid>::new());
    for (later, step) in steps {
        let from = day(after);
        after += later;
        let on = day(after);
        if on.month() != from.month() {
            let last = on.with_day(1).unwrap().pred_opt().unwrap();
            world.revalue(&month_end(last, method)).unwrap();
            world.payables_are_the_account(bills, [last, last.succ_opt().unwrap()].into_iter());
        }
        match step {
            Step::Bill { of, pounds, net, by_terms } => {
                let currency = if *pounds { Currency::GBP } else { Currency::USD };
                let terms = Some(&terms).filter(|_| *by_terms);
                world.bill(bills, *of, Money::from_minor(*net, currency), on, terms);
                bills += 1;
            }
            Step::Pay { which, percent, early, write_off } if bills > 0 => {
                if pay_some(world, which % bills, paid.len(), on, (*percent, *early, *write_off)) {
                    paid.push(Paid { number: paid.len(), on: after, back: false });
                }
            }
            Step::Back { which } if !paid.is_empty() => {
                let at = which % paid.len();
                let (paying, id) = (world.paying, payment(paid[at].number));
                for _ in 0..2 {
                    let back = world.act(|tx| async move { send_payment_back(&tx, paying, id, "closed", on).await });
                    // What came back on an earlier day does not come back again.
                    assert!(back.is_ok() || paid[at].back, "{back:?}");
                }
                paid[at].back = true;
            }
            Step::SetOff { which } if bills > 0 => {
                if set_some_off(world, which % bills, bills, paid.len(), on) {
                    paid.push(Paid { number: paid.len(), on: after, back: false });
                }
            }
            Step::Pay { .. } | Step::Back { .. } | Step::SetOff { .. } => {}
        }
    }
    (bills, paid)
}

/// Pays so many percent of the first instalment of a bill that is open, less the discount where there is one and it is
/// to be taken, and three cents off where they are; a credit note takes part in settings off.
pub(crate) fn pay_some(
    world: &World<'_>,
    bill: usize,
    number: usize,
    on: NaiveDate,
    (percent, early, write_off): (i64, bool, bool),
) -> bool {
    let invoice = world.stored(bill);
    let open = |item: &&OpenItem| item.outstanding_ever().unwrap().is_negative();
    let Some(item) = invoice.items().iter().find(open) else { return false };
    let outstanding = item.outstanding_ever().unwrap().negated();
    let currency = outstanding.currency();
    let discount = Some(item.discount(on).negated()).filter(|off| early && !off.is_zero());
    let whole = outstanding.checked_sub(discount.unwrap_or(Money::zero(currency))).unwrap();
    let minor = i64::try_from(whole.minor()).unwrap();
    let amount = Money::from_minor((minor * percent / 100).max(1), currency);
    let cents = Money::from_minor(3, currency);
    let write_off = Some(cents).filter(|_| write_off && percent < 90 && minor > 60);
    let part = PartToPay { instalment: item.instalment(), discount, write_off, ..PartToPay::of(key(bill), amount) };
    let of = u8::from(invoice.bill().vendor != vendor(0));
    for _ in 0..2 {
        world.pay(number, of, currency, on, &[part]).unwrap();
    }
    true
}

/// Sets a credit note off against a bill of the same vendor and currency, where there are both.
pub(crate) fn set_some_off(world: &World<'_>, note: usize, bills: usize, number: usize, on: NaiveDate) -> bool {
    let (credit, paying) = (world.stored(note), world.paying);
    let (left, of) = (credit.outstanding().unwrap(), credit.bill().vendor);
    let other = |number: &usize| {
        let other = world.stored(*number);
        let open = other.outstanding().unwrap();
        other.bill().vendor == of && open.currency() == left.currency() && open.is_positive()
    };
    let Some(against) = (0..bills).find(other).filter(|_| left.is_negative()) else { return false };
    let open = world.stored(against).outstanding().unwrap();
    let amount = if open.minor() < -left.minor() { open } else { left.negated() };
    let (id, note, against) = (payment(number), key(note), key(against));
    for _ in 0..2 {
        world.act(|tx| async move { set_off(&tx, paying, id, note, against, amount, on).await }).unwrap();
    }
    true
}

/// Pays what is left of the bills and takes back what is left of the credit notes, in one payment for each vendor and
/// currency where that is something to pay.
pub(crate) fn pay_the_rest(world: &World<'_>, bills: usize, on: u64, paid: &mut Vec<Paid>) -> bool {
    let mut all = true;
    for (of, currency) in [(0, Currency::USD), (0, Currency::GBP), (1, Currency::USD), (1, Currency::GBP)] {
        let mut parts = Vec::new();
        for number in 0..bills {
            let invoice = world.stored(number);
            let open = invoice.outstanding().unwrap();
            if invoice.bill().vendor == vendor(of) && open.currency() == currency && !open.is_zero() {
                let split = invoice.split(open).unwrap().into_iter();
                parts.extend(split.map(|(at, part)| PartToPay { instalment: at, ..PartToPay::of(key(number), part) }));
            }
        }
        let sum = Money::sum(parts.iter().map(|part| part.amount), currency).unwrap();
        if parts.is_empty() || sum.is_negative() {
            all &= parts.is_empty();
            continue;
        }
        world.pay(paid.len(), of, currency, day(on), &parts).unwrap();
        paid.push(Paid { number: paid.len(), on, back: false });
    }
    all
}

/// Laws 36 and 37, held against rates multiplied out by hand.
pub(crate) fn holds(
    office: &Office,
    steps: &[(u64, Step)],
    rates: &[(i64, i64)],
    method: RevaluationMethod,
) -> Result<(), TestCaseError> {
    let paying = paying(rates);
    let world = World::open(office, &paying);
    let (bills, mut paid) = play(&world, steps, method);
    let settled = pay_the_rest(&world, bills, DAYS - 2, &mut paid);
    world.payables_are_the_account(bills, day(0).iter_days().take(usize::try_from(DAYS - 1).unwrap()));

    // What the bills were booked at, what was paid for them and taken off, and what that has brought.
    let (mut booked, mut gains, mut settled_for) = (0, 0, 0);
    let rate = |currency: Currency, after: usize| {
        if currency == Currency::USD { rates[after].0 } else { rates[after].1 }
    };
    for number in 0..bills {
        let invoice = world.stored(number);
        let on = usize::try_from((invoice.bill().on - day(0)).num_days()).unwrap();
        let gross = invoice.bill().gross;
        let worth_of_bill = -worth(gross.minor(), rate(gross.currency(), on));
        booked += worth_of_bill;
        let own: i128 = invoice.items().iter().map(|item| item.booked().unwrap().minor()).sum();
        prop_assert_eq!(own, worth_of_bill);
        for part in invoice.items().iter().flat_map(OpenItem::allocations) {
            gains += part.worth.unwrap().gain().unwrap().minor();
        }
    }
    for Paid { number, on, back } in &paid {
        let id = Payment::key(payment(*number));
        let made: Result<Payment, StoreError> = wait(office.view(|view| async move { view.load(id).await }));
        for part in made.unwrap().parts().iter().filter(|_| !back) {
            let money =
                worth(part.part.amount.minor(), rate(part.part.amount.currency(), usize::try_from(*on).unwrap()));
            let told = part.part.worth.unwrap();
            prop_assert_eq!(told.paid.minor(), money);
            settled_for += money + told.discount.minor() + told.write_off.minor();
        }
    }
    let books = world.books();
    let last = books.balances(day(DAYS - 1)).unwrap();
    let stands = |account: &str| last.of(&code(account)).minor();
    prop_assert_eq!(gains, -(stands("4840") + stands("6880")));
    if settled {
        prop_assert_eq!(gains, settled_for - booked);
        // Nothing is left on the control account, nor of what revaluations have added to the bills.
        prop_assert_eq!(stands("3300"), 0);
        let of_payables = |balance: &office_finance::ForeignBalance| balance.account == code("3300");
        prop_assert!(!books.foreign_balances(day(DAYS - 1)).unwrap().iter().any(of_payables));
    }
    Ok(())
}

/// What happens day by day, the rates of the days, and what becomes of revaluations.
pub(crate) type History = (Vec<(u64, Step)>, Vec<(i64, i64)>, RevaluationMethod);

pub(crate) fn histories() -> impl Strategy<Value = History> {
    let days = usize::try_from(DAYS).unwrap();
    (
        prop::collection::vec(step(), 1..24),
        prop::collection::vec((7_000..11_000_i64, 10_000..13_000_i64), days),
        prop::sample::select(vec![RevaluationMethod::TakenBack, RevaluationMethod::Cumulative]),
    )
}

pub(crate) fn flat(rate: i64) -> Vec<(i64, i64)> {
    vec![(rate, 12_000); usize::try_from(DAYS).unwrap()]
}
