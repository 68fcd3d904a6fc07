//! What there is when the month begins, and what is known of it beforehand.

use chrono::{Datelike, Months, NaiveDate};
use office::journal::post_and_spend;
use office_core::{Currency, Id, Money, Percent, Quantity, Ratio, StoreError, Tx};
use office_finance::{
    BudgetLine, BudgetPlan, Entry, EntryId, Period, PettyCashFund, PettyCashId, Posting, Spending, post,
};
use office_hr::{Assignment, EarlierLeave, Employment, Hire, OpenAccount, Opening, hire, open_account};
use office_inventory::theory::{ForecastRule, ServiceTarget};
use office_inventory::{
    CostMethod, Item, ItemKind, NewItem, NewStock, NewVendor, OpeningStock, ReorderPolicy, ReorderTerms, Replenishment,
    Stock, Vendor, VendorChoice,
};

use super::{Failure, World};
use crate::diary::{Told, take};
use crate::files::authority::scope_of;
use crate::files::supplies::Supply;

/// The petty cash box of the office.
pub(crate) fn cash_box() -> PettyCashId {
    Id::natural("petty_cash", "office")
}

/// The employment of somebody.
pub(crate) fn employment_of(code: &str) -> Id<Employment> {
    Id::natural("employment", code)
}

/// Takes over what the files say there is: staff and leave, vendors, items and stock, rooms, accounts and budget.
pub(crate) async fn set_up(world: World<'_>) -> Result<(), Failure> {
    let day = world.files.company.month.start();
    let keeper = world.bookkeeper();
    take(world.office, &world.step(day, "set up", "staff", &keeper), |tx| async move { staff(&tx, world).await })
        .await?;
    take(world.office, &world.step(day, "set up", "store", &keeper), |tx| async move { store(&tx, world).await })
        .await?;
    take(world.office, &world.step(day, "set up", "rooms", &keeper), |tx| async move { rooms(&tx, world).await })
        .await?;
    take(world.office, &world.step(day, "set up", "books", &keeper), |tx| async move { books(&tx, world).await })
        .await?;
    take(world.office, &world.step(day, "set up", "budget", &keeper), |tx| async move { budget(&tx, world).await })
        .await?;
    Ok(())
}

/// Why the office cannot be set up, or an entry not be made: a fault of the files.
#[derive(Debug, thiserror::Error)]
#[error("{0}")]
pub(crate) struct Unfit(#[source] pub Failure);

macro_rules! unfit {
    ($($error:ty),+ $(,)?) => {
        $(impl From<$error> for Unfit {
            fn from(error: $error) -> Self {
                Self(error.into())
            }
        })+
    };
}

unfit!(
    StoreError,
    Failure,
    office_hr::HireError,
    office_hr::OpenAccountError,
    office_inventory::ListItemError,
    office_inventory::RegisterVendorError,
    office_inventory::OpenStockError,
    office_inventory::PublishTermsError,
    office_inventory::ParseReferenceError,
    office_core::PriceError,
    office_core::MoneyError,
    office_core::DateRangeError,
    office_core::AllocateError,
    office_finance::EntryError,
    office_finance::PostError,
    office_finance::SetUpError,
    office_finance::SpendError,
    office::journal::PostAndSpendError,
    office_scheduling::ResourceDetailsError,
    office_scheduling::RegisterResourceError,
    office_core::HoursError,
    office::accounts::NoAccountError,
    office_finance::ReceiveCardError,
    office_finance::CheckCardError,
    office_finance::ResolveCardError,
    office_finance::ConfirmCardError,
    office_finance::SignOffError,
);

async fn staff(tx: &Tx, world: World<'_>) -> Result<Told, Unfit> {
    let opened = world.files.company.fiscal_year_start;
    let spring = opened.checked_add_months(Months::new(2)).unwrap_or(opened);
    let september = world.files.company.month.start().pred_opt().unwrap_or(opened);
    for employee in &world.files.staff {
        let code = employee.code.as_str();
        let assignment = Assignment {
            role: world.actor(&employee.code).role,
            manager: employee.manager.as_ref().map(crate::files::cell::Code::id),
            cost_centre: employee.cost_centre.id(),
            scope: scope_of(&employee.cost_centre),
            weekly_hours: Ratio::from_decimal(employee.weekly_hours),
            week: employee.week,
            zone: employee.zone,
        };
        let hiring = Hire { person: employee.code.id(), term: employee.employed, assignment };
        hire(tx, employment_of(code), &hiring).await?;
        let leave = world.files.leave_opening.iter().find(|row| row.employee == employee.code);
        let mut earlier = Vec::new();
        for (on, days) in
            leave.into_iter().flat_map(|row| [(spring, row.taken_to_march), (september, row.taken_april_to_september)])
        {
            if !days.is_zero() {
                earlier.push(EarlierLeave { on, days });
            }
        }
        let account = OpenAccount {
            person: employee.code.id(),
            kind: "annual".to_owned(),
            employment: employment_of(code),
            plan: employee.leave_plan.clone(),
            opening: Opening { on: opened, carried_in: leave.map_or(Ratio::ZERO, |row| row.carried_in) },
            earlier,
        };
        open_account(tx, &account).await?;
    }
    Ok(Told::accepted(format!("{} people", world.files.staff.len())))
}

async fn store(tx: &Tx, world: World<'_>) -> Result<Told, Unfit> {
    let files = world.files;
    for vendor in &files.vendors {
        let new = NewVendor {
            number: vendor.code.as_str().parse()?,
            name: vendor.name.clone(),
            terms_days: vendor.terms_days,
            tax_rate: vendor.tax_rate,
        };
        tx.decide(Vendor::key(vendor.code.id()), Vendor::register(new)?).await?;
    }
    for supply in &files.supplies {
        let packs = files.packs.iter().filter(|pack| pack.sku == supply.sku);
        let item = NewItem {
            sku: supply.sku.as_str().parse()?,
            name: supply.name.clone(),
            category: supply.category.clone(),
            kind: ItemKind::Consumable,
            unit: supply.unit,
            packs: packs.map(|pack| (pack.unit, Ratio::from_decimal(pack.content.amount()))).collect(),
            vendor: Some(supply.vendor.id()),
            reorder: None,
            cost_method: CostMethod::Fifo,
        };
        tx.decide(Item::key(supply.sku.id()), Item::list(item)?).await?;
        let opening = OpeningStock {
            quantity: supply.opening,
            value: supply.opening_cost.extend(&supply.opening, files.company.rounding)?,
            at: supply.location.id(),
            on: files.company.month.start(),
            reference: "opening".parse()?,
        };
        let new = NewStock {
            item: supply.sku.id(),
            unit: supply.unit,
            currency: files.company.currency,
            opening: supply.opening.is_positive().then_some(opening),
        };
        tx.decide(Stock::key(supply.sku.id()), Stock::begin(new)?).await?;
        if supply.max.is_positive() {
            let (item, terms) = (supply.sku.id(), reorder_terms(supply, files.company.currency));
            let begun = Replenishment::begin(item, supply.unit, files.company.month.start(), terms)?;
            tx.decide(Replenishment::key(item), begun).await?;
        }
    }
    Ok(Told::accepted(format!("{} items of {} vendors", files.supplies.len(), files.vendors.len())))
}

/// Below its minimum an item is ordered up to its maximum, from its vendor. What an order and keeping goods cost, which the
/// files do not name, stands here.
fn reorder_terms(supply: &Supply, currency: Currency) -> ReorderTerms {
    ReorderTerms {
        policy: ReorderPolicy::MinMax { min: supply.min, max: supply.max },
        service: ServiceTarget::Cycle(Percent::whole(95)),
        vendor: VendorChoice::Usual,
        order_cost: Money::from_minor(15_00, currency),
        holding_rate: Percent::whole(20),
        least: Quantity::zero(supply.unit),
        multiple: supply.order_multiple,
        step: Quantity::whole(1, supply.unit),
        forecast: ForecastRule::default(),
    }
}

async fn rooms(tx: &Tx, world: World<'_>) -> Result<Told, Unfit> {
    for room in &world.files.rooms {
        super::rooms::register(tx, room).await?;
    }
    Ok(Told::accepted(format!("{} rooms", world.files.rooms.len())))
}

/// Opens the period of the month, the petty cash box, and the books with the balances of all accounts.
async fn books(tx: &Tx, world: World<'_>) -> Result<Told, Unfit> {
    let (files, day) = (world.files, world.files.company.month.start());
    tx.create(Period::id_of(day), Period::begin(day.year(), day.month())?).await?;
    let keeper = world.first_with("assistant").id();
    tx.create(cash_box(), PettyCashFund::set_up(files.company.petty_cash_float, keeper)?).await?;
    let with_balance = files.accounts.iter().filter(|row| !row.opening.is_zero());
    let postings = with_balance.map(|row| Posting::debit(row.account.code.clone(), row.opening)).collect();
    let entry = Entry::balanced(day, "balances brought forward", postings)?.opening();
    post(tx, &world.settings.purchasing.chart, EntryId::natural("opening", &day.to_string()), entry).await?;
    Ok(Told::accepted(format!("{} accounts", files.accounts.len())))
}

async fn budget(tx: &Tx, world: World<'_>) -> Result<Told, Unfit> {
    let year = world.files.company.month.start().year();
    for row in &world.files.budget {
        let id = BudgetLine::id_of(row.cost_centre.id(), &row.account, year);
        let plan = BudgetPlan::even(row.cost_centre.id(), row.account.clone(), year, row.annual)?;
        tx.create(id, BudgetLine::plan(plan)?).await?;
        for (month, amount) in &row.spent {
            let entry = EntryId::natural("brought_forward", &format!("{id}/{month}"));
            let spending = Spending { amount: *amount, on: *month };
            let spent = tx.load(id).await?.spend(entry, spending, None)?;
            tx.decide(id, spent).await?;
        }
    }
    Ok(Told::accepted(format!("{} lines", world.files.budget.len())))
}

/// Posts what is known beforehand of a day: rent and payroll, and the invoices to clients.
pub(crate) async fn entries_of(world: World<'_>, day: NaiveDate) -> Result<(), Failure> {
    let keeper = world.bookkeeper();
    let mut known: Vec<&str> = Vec::new();
    for line in world.files.journal.iter().filter(|line| line.date == day) {
        if known.contains(&line.entry.as_str()) {
            continue;
        }
        known.push(&line.entry);
        let step = world.step(day, "journal", &line.entry, &keeper);
        take(world.office, &step, |tx| async move { journal_entry(&tx, world, day, &line.entry).await }).await?;
    }
    for invoice in world.files.client_invoices.iter().filter(|invoice| invoice.date == day) {
        let step = world.step(day, "journal", invoice.number.as_str(), &keeper);
        take(world.office, &step, |tx| async move { client_invoice(&tx, world, invoice).await }).await?;
    }
    Ok(())
}

async fn journal_entry(tx: &Tx, world: World<'_>, day: NaiveDate, entry: &str) -> Result<Told, Unfit> {
    let lines: Vec<_> = world.files.journal.iter().filter(|line| line.entry == entry).collect();
    let text = lines.first().map_or("", |line| line.text.as_str());
    let posting = |line: &&crate::files::money::JournalLine| {
        let posting = Posting::debit(line.account.clone(), line.amount);
        match &line.cost_centre {
            Some(cost_centre) => posting.borne_by(cost_centre.id()),
            None => posting,
        }
    };
    let made = Entry::balanced(day, text, lines.iter().map(posting).collect())?.resting_on(entry)?;
    let id = EntryId::natural("journal", entry);
    let number = post_and_spend(tx, &world.settings.purchasing.chart, id, made).await?;
    Ok(Told::accepted(format!("{text}, entry {number}")))
}

async fn client_invoice(
    tx: &Tx,
    world: World<'_>,
    invoice: &crate::files::money::ClientInvoice,
) -> Result<Told, Unfit> {
    let settings = world.settings;
    let mut postings = vec![
        Posting::debit(settings.receivables.clone(), invoice.gross),
        Posting::credit(settings.fees.clone(), invoice.net),
        Posting::credit(settings.output_tax.clone(), invoice.tax),
    ];
    postings.retain(|posting| !posting.amount.is_zero());
    let number = invoice.number.as_str();
    let entry =
        Entry::balanced(invoice.date, format!("invoice to {}", invoice.client), postings)?.resting_on(number)?;
    let id = EntryId::natural("client_invoice", number);
    let number = post(tx, &settings.purchasing.chart, id, entry).await?;
    Ok(Told::accepted(format!("billed to {}, entry {number}", invoice.client)))
}
