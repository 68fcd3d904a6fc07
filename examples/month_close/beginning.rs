//! What there is on the first day: open periods, what stands on the accounts, the budget, and what recurs.

use std::fmt::Write;

use office_core::sheet::Sheet;
use office_core::{Currency, DateRange, Id, Money, Quantity, Rounding, Tx};
use office_finance::{
    AccountCode, BudgetLine, BudgetPlan, Deferral, DeferralId, DeferralPlan, DeferralSchedule, DeferralSide,
    DepreciationMethod, DepreciationStart, DepreciationTerms, Dimensions, Entry, EntryId, FixedAsset,
    FixedAssetAccounts, FixedAssetId, FixedAssetPlan, Period, Posting, RoundingRest, SpreadBy, post,
};
use office_inventory::{CostMethod, Item, ItemKind, NewItem, NewStock, Stock};

use super::closing;
use super::desk::{BOOKKEEPER, Desk, Failure, studio, vendors};

const BUDGET: &str = include_str!("budget.csv");

/// What stands on the accounts at the end of September: debits above zero.
const OPENING: [(&str, &str); 7] = [
    ("0650", "24000.00"),
    ("0659", "-6000.00"),
    ("1200", "5950.00"),
    ("1600", "200.00"),
    ("1800", "42300.00"),
    ("2970", "-66037.70"),
    ("3610", "-412.30"),
];

pub(crate) fn tell(desk: &Desk, told: &mut String) -> Result<(), Failure> {
    desk.act("set up the books", BOOKKEEPER, "2026-10-01", |tx| async move {
        for month in [9, 10, 11] {
            let period = Period::begin(2026, month)?;
            tx.create(Period::id_of(DateRange::month(2026, month)?.start()), period).await?;
        }
        let mut postings = Vec::new();
        for (account, amount) in OPENING {
            postings.push(Posting::debit(account.parse()?, Money::parse(amount, Currency::EUR)?));
        }
        let entry = Entry::balanced("2026-09-30".parse()?, "what stands on the accounts", postings)?.opening();
        post(&tx, desk.chart(), EntryId::natural("opening", "2026"), entry).await?;
        items(&tx).await?;
        budget(&tx).await?;
        equipment(&tx).await?;
        Ok(())
    })?;
    closing::close(desk, 9, "2026-10-01", told)?;
    // The fees of October are billed on the 5th.
    desk.act("CI-072", BOOKKEEPER, "2026-10-05", |tx| async move {
        let postings = vec![
            Posting::debit("1200".parse()?, "7140.00 EUR".parse()?),
            Posting::credit("4400".parse()?, "6000.00 EUR".parse()?),
            Posting::credit("3806".parse()?, "1140.00 EUR".parse()?),
        ];
        let fees = Entry::balanced("2026-10-05".parse()?, "fees of October", postings)?.resting_on("CI-072")?;
        post(&tx, desk.chart(), EntryId::natural("client_invoice", "CI-072"), fees).await?;
        Ok(())
    })?;
    writeln!(told, "October begins with 42300.00 EUR in the bank. CI-072 asks a client for 7140.00 EUR.\n")?;
    Ok(())
}

/// Paper and chairs are kept in the store room; there are none yet.
async fn items(tx: &Tx) -> Result<(), Failure> {
    let [paper, chairs] = vendors();
    let kept = [("PAP-A4", "office", "box", paper), ("CHAIR", "furniture", "piece", chairs)];
    for (code, category, unit, vendor) in kept {
        let (item, unit, currency) = (Id::natural("item", code), unit.parse()?, Currency::EUR);
        let listed = Item::list(NewItem {
            sku: code.parse()?,
            name: code.to_owned(),
            category: category.to_owned(),
            kind: ItemKind::Stocked,
            unit,
            packs: [].into(),
            vendor: Some(vendor),
            reorder: None,
            cost_method: CostMethod::Fifo,
        })?;
        tx.decide(Item::key(item), listed).await?;
        tx.decide(Stock::key(item), Stock::begin(NewStock { item, unit, currency, opening: None })?).await?;
    }
    Ok(())
}

/// The studio is planned from October on: it moved in then.
async fn budget(tx: &Tx) -> Result<(), Failure> {
    let sheet = Sheet::read("budget.csv", BUDGET.as_bytes(), &["account", "october", "november", "december"])?;
    for row in sheet.rows() {
        let account: AccountCode = row.parse("account", "a code such as `6310`")?;
        let mut months = [Money::zero(Currency::EUR); 12];
        for (month, column) in months.iter_mut().skip(9).zip(["october", "november", "december"]) {
            *month = Money::parse(row.text(column)?, Currency::EUR)?;
        }
        let plan = BudgetPlan { bearer: studio().into(), account, year: 2026, months };
        tx.create(plan.id(), BudgetLine::plan(plan)?).await?;
    }
    Ok(())
}

/// The equipment was bought in July of last year, and the insurance is paid for a year ahead.
async fn equipment(tx: &Tx) -> Result<(), Failure> {
    let first = "2026-10-01".parse()?;
    let asset = FixedAssetPlan {
        name: "office equipment".to_owned(),
        terms: DepreciationTerms {
            cost: "24000.00 EUR".parse()?,
            residual: Money::zero(Currency::EUR),
            in_service: "2025-07-01".parse()?,
            life_months: 60,
            method: DepreciationMethod::StraightLine,
            start: DepreciationStart::FullMonth,
            rounding: Rounding::HalfUp,
            rest: RoundingRest::EachLine,
        },
        accounts: FixedAssetAccounts {
            cost: "0650".parse()?,
            accumulated: "0659".parse()?,
            expense: "6220".parse()?,
            gain: "6220".parse()?,
            loss: "6220".parse()?,
        },
        dimensions: Dimensions::new(),
        posted_from: first,
    };
    tx.create(FixedAssetId::natural("fixed_asset", "equipment"), FixedAsset::take_up(asset)?).await?;
    let side =
        |account: &str| Ok::<_, Failure>(DeferralSide { account: account.parse()?, dimensions: Dimensions::new() });
    let (year, premium): (DateRange, Money) = ("2026-10-01/2027-10-01".parse()?, "1200.00 EUR".parse()?);
    let insurance = DeferralPlan {
        name: "insurance of the office".to_owned(),
        schedule: DeferralSchedule::spread(premium, year, SpreadBy::Months, Rounding::HalfUp)?,
        debit: side("6400")?,
        credit: side("1900")?,
        posted_from: first,
    };
    tx.create(DeferralId::natural("deferral", "insurance"), Deferral::begin(insurance)).await?;
    Ok(())
}

/// So many of an item, in its unit.
pub(crate) fn of(item: &str, many: i32) -> Result<Quantity, Failure> {
    let unit = if item == "CHAIR" { "piece" } else { "box" };
    Ok(Quantity::whole(many, unit.parse()?))
}
