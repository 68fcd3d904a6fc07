//! The budget: what was planned, spent and ordered, and what the year will come to.

use chrono::Datelike;
use office_finance::{BudgetLine, BudgetVariance, Forecast, ForecastMethod};

use super::{ALL, Source};
use crate::play::Failure;
use crate::report::{Budget, BudgetRow};

const METHOD: &str =
    "The months that are over as they were, and for each month to come the average of those that are over.";

/// The lines of the year, by cost centre and account.
pub(super) async fn read(source: Source<'_>) -> Result<Budget, Failure> {
    let year = source.last_day().year();
    let (from, to) = ((year, String::new()), (year.saturating_add(1), String::new()));
    let lines = source.view.page(BudgetLine::BY_YEAR, Some(&from), Some(&to), ALL).await?;
    let mut rows = lines.iter().map(|(_, line)| row(source, line)).collect::<Result<Vec<_>, _>>()?;
    rows.sort_by(|one, two| (&one.cost_centre, &one.account).cmp(&(&two.cost_centre, &two.account)));
    Ok(Budget { method: METHOD.to_owned(), rows })
}

fn row(source: Source<'_>, line: &BudgetLine) -> Result<BudgetRow, Failure> {
    let plan = line.planned();
    let over = usize::try_from(source.last_day().month())?;
    let by_month = line.actual_by_month()?;
    let months = by_month.get(..over).unwrap_or(&by_month);
    let variance = BudgetVariance::of(&plan.months, months)?;
    let month = variance.months.last().ok_or("no month of the budget is over")?;
    let forecast = Forecast::of(months, ForecastMethod::RunRate, source.world.files.company.rounding)?;
    let bearer = plan.bearer.cost_centre();
    let centre = source.world.files.cost_centres.iter().find(|centre| Some(centre.code.id()) == bearer);
    let account = source.world.settings.purchasing.chart.get(&plan.account);
    Ok(BudgetRow {
        cost_centre: centre.map_or_else(|| plan.bearer.to_string(), |centre| centre.code.as_str().to_owned()),
        cost_centre_name: centre.map_or_else(String::new, |centre| centre.name.clone()),
        account: plan.account.to_string(),
        account_name: account.map_or_else(String::new, |account| account.name.clone()),
        annual: plan.total()?,
        actual: line.actual()?,
        // What is asked for and not yet ordered is not available either.
        committed: line.committed()?.checked_add(line.reserved()?)?,
        available: line.available()?,
        month_budget: month.plan,
        month_actual: month.actual,
        variance: month.left,
        forecast: forecast.total,
    })
}
