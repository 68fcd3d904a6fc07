//! What the office decides by, made of its files: accounts, prices, policies, plans.

use std::collections::BTreeMap;
use std::error::Error;

use chrono::NaiveDate;
use office::accounts::AccountRules;
use office::payment::PaymentRules;
use office::petty_cash::PettyCashRules;
use office::purchasing::{BillRules, PurchasingRules};
use office_core::rules::PolicyBook;
use office_core::{Percent, Scope, WeeklyHours, WorkingCalendar, WorkingPlan};
use office_finance::{AccountCode, Chart, DiscountTaxRule, Tolerance, Tolerances};
use office_hr::LeaveRules;
use office_inventory::{Leeway, OrderTerms, PriceList, PriceRow, ReceiptTolerance, ToleranceBook, ToleranceRow};

use crate::files::Files;
use crate::files::company::Company;

/// The rules and data that do not change within the month.
#[derive(Debug)]
pub(crate) struct Settings {
    pub(crate) purchasing: PurchasingRules,
    pub(crate) payment: PaymentRules,
    pub(crate) petty_cash: PettyCashRules,
    pub(crate) leave: LeaveRules,
    pub(crate) receivables: AccountCode,
    pub(crate) fees: AccountCode,
    pub(crate) output_tax: AccountCode,
    pub(crate) card: AccountCode,
    pub(crate) staff_debts: AccountCode,
    pub(crate) unclear: AccountCode,
}

type Failure = Box<dyn Error + Send + Sync>;

impl Settings {
    /// Puts the settings together. The codes of a few accounts, which the files do not name by purpose, stand here.
    pub(crate) fn of(files: &Files) -> Result<Self, Failure> {
        let account = |code: &str| AccountCode::new(code);
        let chart = Chart::new(files.accounts.iter().map(|row| row.account.clone()))?;
        let expense = files.accounts.iter().filter_map(|row| Some((row.category.clone()?, row.account.code.clone())));
        let accounts = AccountRules {
            stock: account("1140")?,
            goods_received: account("3305")?,
            stock_difference: account("6815")?,
            opening: account("2970")?,
            price_difference: account("6815")?,
            payables: account("3300")?,
            bank: account("1800")?,
            petty_cash: account("1600")?,
            cash_difference: account("6965")?,
            input_tax: BTreeMap::from([(Percent::whole(7), account("1401")?), (Percent::whole(19), account("1406")?)]),
            expense: expense.collect(),
        };
        let policy = |name: &str| -> Result<PolicyBook, Failure> {
            Ok(files.policies.get(name).ok_or_else(|| format!("there is no policy `{name}`"))?.clone())
        };
        let hours = hours_of(files)?;
        let currency = files.company.currency;
        let scope: Scope = "company".parse()?;
        let purchasing = PurchasingRules {
            purchase_policy: policy("purchase")?,
            invoice_policy: policy("invoice")?,
            book: files.authority.clone(),
            hours: hours.clone(),
            prices: PriceList::new(currency, files.offers.iter().map(price_row).collect::<Result<Vec<_>, _>>()?)?,
            chart: chart.clone(),
            accounts: accounts.clone(),
            terms: OrderTerms { currency, rounding: files.company.rounding },
            receipt_tolerances: receipt_tolerances(files.company.quantity_tolerance)?,
            tolerances: Tolerances {
                over: Tolerance {
                    price_percent: files.company.price_tolerance,
                    quantity_percent: files.company.quantity_tolerance,
                    ..Tolerance::none(currency)
                },
                under: None,
            },
            bills: BillRules::default(),
            scope: scope.clone(),
        };
        let receivables = account("1200")?;
        let payment = payment_rules(&purchasing, receivables.clone());
        let petty_cash =
            PettyCashRules { policy: policy("petty_cash")?, book: files.authority.clone(), chart, accounts, scope };
        let leave = LeaveRules {
            plans: files.leave_plans.iter().map(|row| (row.code.clone(), row.plan.clone())).collect(),
            calendars: files.holidays.clone(),
            hours,
            ask: "leave.ask".parse()?,
            approval: policy("leave")?,
            teams: BTreeMap::new(),
        };
        Ok(Self {
            purchasing,
            payment,
            petty_cash,
            leave,
            receivables,
            fees: account("4400")?,
            output_tax: account("3806")?,
            card: account("3610")?,
            staff_debts: account("1340")?,
            unclear: account("1370")?,
        })
    }
}

/// Payments as the bank tells of them: nobody approves them here.
fn payment_rules(rules: &PurchasingRules, receivables: AccountCode) -> PaymentRules {
    let (accounts, currency) = (rules.accounts.clone(), rules.terms.currency);
    PaymentRules {
        policy: PolicyBook::new("payment"),
        book: rules.book.clone(),
        hours: rules.hours.clone(),
        scope: rules.scope.clone(),
        chart: rules.chart.clone(),
        payables: accounts.payables,
        receivables,
        banks: [(currency, accounts.bank)].into(),
        discounts: accounts.price_difference,
        discount_tax: DiscountTaxRule::TaxFollows,
        input_tax: accounts.input_tax,
        write_offs: accounts.cash_difference,
        blocked: BTreeMap::new(),
        currencies: None,
    }
}

/// Nine to five on weekdays, without the holidays of the country. The hours, which the files do not name, stand here.
/// So much more than ordered is taken of everything, at all times.
fn receipt_tolerances(over: Percent) -> Result<ToleranceBook, Failure> {
    let tolerance = ReceiptTolerance { over: Leeway::new(over, None)?, under: Leeway::NONE };
    let rows = vec![ToleranceRow { vendor: None, item: None, tolerance }];
    let mut book = ToleranceBook::default();
    book.publish(NaiveDate::MIN, rows)?;
    Ok(book)
}

fn hours_of(files: &Files) -> Result<WorkingCalendar, Failure> {
    let Company { zone, country, holidays: valid, .. } = &files.company;
    let of_country = files.holidays.iter().find(|(name, _)| name.starts_with(country.as_str()));
    let (_, holidays) = of_country.ok_or_else(|| format!("there is no calendar of `{country}`"))?;
    Ok(WorkingCalendar::new(WorkingPlan {
        zone: *zone,
        valid: *valid,
        week: WeeklyHours::weekdays("09:00-17:00".parse()?),
        exceptions: BTreeMap::new(),
        holidays: holidays.clone(),
    })?)
}

fn price_row(offer: &crate::files::purchasing::Offer) -> Result<PriceRow, Failure> {
    Ok(PriceRow {
        vendor: offer.vendor.id(),
        item: offer.sku.id(),
        vendor_sku: Some(offer.vendor_sku.parse()?),
        price: offer.price,
        min_quantity: offer.min_quantity,
        lead_days: offer.lead_days,
        valid: offer.valid,
    })
}
