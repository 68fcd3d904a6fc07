// What the examples of payments begin with: the office of the examples of bills, which pays from account 1800. `boss`
// approves payment runs.

include!(concat!(env!("CARGO_MANIFEST_DIR"), "/examples/setup/bills.rs"));

use office::core::subject::PaymentId;
use office::finance::{DiscountTaxRule, PaymentPriority, PaymentRunId};
use office::payment::{PartToPay, PayVendor, PaymentRules, RunRequest, pay, propose_run};

pub fn paying() -> Result<PaymentRules, Failure> {
    let PurchasingRules { mut book, hours, scope, chart, accounts, .. } = rules()?;
    let mut policy = PolicyBook::new("payment");
    let row = vec!["approvals: 1 manager payment.approve".to_owned()];
    policy.publish(day(1), DecisionTable::from_rows(&["outcome"], [row])?)?;
    let (role, action) = (Role::new("manager"), "payment.approve".parse()?);
    book.grants.push(Grant { role, action, scope: scope.clone(), limit: None, valid: DateRange::year(2026)? });
    Ok(PaymentRules {
        policy,
        book,
        hours,
        scope,
        chart,
        payables: accounts.payables,
        receivables: "1200".parse()?,
        banks: [(Currency::EUR, accounts.bank)].into(),
        discounts: "6310".parse()?,
        discount_tax: DiscountTaxRule::TaxFollows,
        input_tax: accounts.input_tax,
        write_offs: "6310".parse()?,
        blocked: [].into(),
        currencies: None,
    })
}

/// An office that owes the landlord 238 EUR by the 15th, for bill `a`.
pub fn owing() -> Result<Office, Failure> {
    let office = office()?;
    take_in(&office, &rules()?, "a", &rent("M-10", 20_000)?)?;
    Ok(office)
}

/// Pays so much of bill `a` on a day.
pub fn paid(office: &Office, rules: &PaymentRules, name: &str, minor: i64) -> Result<PaymentId, Failure> {
    let id = PaymentId::natural("payment", name);
    let part = PartToPay::of(invoice("a"), euro(minor));
    let (vendor, currency) = (Id::natural("party", "landlord"), Currency::EUR);
    let wanted = &PayVendor { id, vendor, currency, on: day(12), parts: vec![part] };
    wait(office.transact(&command(name, "ann")?, |tx| async move { pay(&tx, rules, wanted.clone()).await }))?;
    Ok(id)
}

/// What is due by the 20th, as far as 1000 EUR go.
pub fn due() -> RunRequest {
    RunRequest { on: day(12), through: day(20), available: euro(100_000), priority: PaymentPriority::DueFirst }
}

/// Proposes a run.
pub fn proposed(office: &Office, rules: &PaymentRules) -> Result<PaymentRunId, Failure> {
    let id = PaymentRunId::natural("run", "R-1");
    wait(office.transact(&command("propose", "ann")?, |tx| async move { propose_run(&tx, rules, id, due()).await }))?;
    Ok(id)
}
