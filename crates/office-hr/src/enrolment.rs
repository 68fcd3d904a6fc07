//! What somebody has chosen of a benefit: chosen anew in time, ended with the employment, paid month by month.
//!
//! ```text
//!   choose ──► Chosen, from a day on ── choose ──► Chosen otherwise, from a later day on
//!                                    └─ give up ─► Not covered, from a day on
//! ```
//!
//! What is covered on a day, and what a month costs, is never stored: it follows from what was chosen, the terms and the
//! employment.
//!
//! Laws 50 to 52 of the crate; `tests/benefit.rs` holds them.

use std::collections::BTreeMap;

use chrono::{Datelike, Days, Months, NaiveDate};
use office_core::rules::{DecideError, Facts, Outcome};
use office_core::subject::PersonId;
use office_core::{
    Currency, DateRange, Decision, Entity, Entries, Id, Kind, Money, MoneyError, Partition, Ratio, Rounding,
    StoreError, Tx,
};
use rust_decimal::Decimal;
use serde::{Deserialize, Serialize};
use thiserror::Error;

use crate::benefit::{BenefitPlan, BenefitTerms, CoverageLevel, MonthShare};
use crate::retention::is_text;
use crate::{Employment, notice};

/// The most choices of one enrolment.
const MOST_CHOICES: usize = 1_000;
/// The most months of one statement.
const MOST_MONTHS: usize = 1_200;

/// What somebody has chosen of a benefit in an employment.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Enrolment {
    employment: Id<Employment>,
    person: PersonId,
    plan: String,
    // What counts from each day on, until the next.
    choices: BTreeMap<NaiveDate, MadeChoice>,
}

/// What is chosen.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Choice {
    /// A level of the plan; none to give the benefit up.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub level: Option<String>,
    /// Who else is covered.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub dependants: Vec<Dependant>,
}

/// Somebody who is covered with an employee. Their name is in the employee's file.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Dependant {
    /// Who.
    pub person: PersonId,
    /// What they are to the employee, in a word of the plan: `child`, `spouse`.
    pub relation: String,
    /// When they were born.
    pub born: NaiveDate,
}

/// What lets somebody choose.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case", deny_unknown_fields)]
pub enum ChoiceGround {
    /// They are new.
    Newcomer,
    /// Everybody can choose.
    Window,
    /// Something has happened.
    Event {
        /// What, in a word of the plan.
        name: String,
        /// On which day.
        on: NaiveDate,
    },
}

/// A choice, and since when it counts.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct MadeChoice {
    /// What was chosen.
    pub choice: Choice,
    /// What let them choose.
    pub ground: ChoiceGround,
    /// On which day they chose.
    pub on: NaiveDate,
    /// From which day on it counts.
    pub from: NaiveDate,
}

/// What can happen to an enrolment.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case", deny_unknown_fields)]
pub enum EnrolmentFact {
    /// Something was chosen for the first time.
    Opened {
        /// In which employment.
        employment: Id<Employment>,
        /// By whom.
        person: PersonId,
        /// Of which benefit.
        plan: String,
        /// What.
        choice: MadeChoice,
    },
    /// Something else was chosen. What was to count from the same day on or later does not count any more.
    Chosen(MadeChoice),
}

/// Nothing was chosen: nothing is recorded.
#[derive(Debug, Error)]
#[non_exhaustive]
pub enum ChooseBenefitError {
    /// Somebody else chooses.
    #[error("the benefit is not of who chooses: the employee in person is wanted")]
    NotOwn,
    /// The plan has no terms on that day.
    #[error("on {on} the benefit `{plan}` has no terms")]
    NoTerms {
        /// The benefit.
        plan: String,
        /// The day.
        on: NaiveDate,
    },
    /// Nobody can choose for that reason now.
    #[error("on {on} nothing lets them choose `{plan}`: {wanted} is wanted")]
    NotOpen {
        /// The benefit.
        plan: String,
        /// The day.
        on: NaiveDate,
        /// What would.
        wanted: String,
    },
    /// They are not employed from the day on which it would count.
    #[error("they are not employed on {from}, from which day on it would count")]
    NotEmployed {
        /// The day.
        from: NaiveDate,
    },
    /// It would count before it can be had.
    #[error("it would count from {from}: {eligible} or a later day is wanted")]
    Waiting {
        /// The day.
        from: NaiveDate,
        /// From which day on it can be had.
        eligible: NaiveDate,
    },
    /// The plan does not have the level.
    #[error("`{level}` is no level of the benefit: {} are wanted", .levels.join(", "))]
    NoLevel {
        /// What was named.
        level: String,
        /// Which there are.
        levels: Vec<String>,
    },
    /// There are too many dependants, one of them twice, or of no relation of the plan, or too old.
    #[error("{} cannot be covered: at most {most}, each once, of a relation of the benefit and not too old, are wanted", .person)]
    Dependant {
        /// Who.
        person: PersonId,
        /// How many can be.
        most: u32,
    },
    /// The policy cannot decide.
    #[error("the policy cannot decide who may have the benefit")]
    Policy(#[from] DecideError),
    /// The policy refuses.
    #[error("refused by policy: {reason}")]
    RefusedByPolicy {
        /// Why.
        reason: String,
    },
    /// They have chosen too often.
    #[error("a benefit is chosen at most 1000 times")]
    TooOften,
    /// The store failed, or knows no such employment.
    #[error("the choice cannot be stored")]
    Store(#[from] StoreError),
}

/// What is paid for a benefit in some days of a month.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Contribution {
    /// The first of these days.
    pub from: NaiveDate,
    /// How many days.
    pub days: u32,
    /// At which level.
    pub level: String,
    /// What the office pays.
    pub employer: Money,
    /// What the employee pays.
    pub employee: Money,
}

/// What is paid cannot be told.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
#[non_exhaustive]
pub enum ContributionError {
    /// The month is beyond the calendar.
    #[error("the month of {month} is beyond the calendar")]
    Month {
        /// A day of it.
        month: NaiveDate,
    },
    /// The terms do not have the level any more.
    #[error("on {on} the benefit has no level `{level}`: terms that have it are wanted")]
    NoLevel {
        /// The day.
        on: NaiveDate,
        /// The level that was chosen.
        level: String,
    },
    /// It is more than an amount can be, or in several currencies.
    #[error(transparent)]
    Money(#[from] MoneyError),
}

impl Enrolment {
    /// The enrolments of a person, by benefit.
    pub const OF_PERSON: Partition<Self, PersonId, String> = Partition::new("person");

    /// The id of the enrolment in a benefit in an employment: there is one of each.
    #[must_use]
    pub fn id_of(employment: Id<Employment>, plan: &str) -> Id<Self> {
        Id::natural("enrolment", &format!("{employment} {plan}"))
    }

    /// Who is enrolled.
    #[must_use]
    pub const fn person(&self) -> PersonId {
        self.person
    }

    /// Of which benefit.
    #[must_use]
    pub fn plan(&self) -> &str {
        &self.plan
    }

    /// What was chosen, by the day from which it counts.
    pub fn choices(&self) -> impl Iterator<Item = &MadeChoice> {
        self.choices.values()
    }

    /// What is covered on a day; nothing before the first choice, after one that gives it up, or outside the employment.
    #[must_use]
    pub fn covered(&self, on: NaiveDate, employment: &Employment) -> Option<&Choice> {
        let chosen = self.choices.range(..=on).next_back().map(|(_, made)| &made.choice);
        chosen.filter(|choice| choice.level.is_some() && employment.term().contains(on))
    }

    /// Which dependants are covered on a day: those who are not too old by the terms of that day.
    #[must_use]
    pub fn covered_dependants(&self, on: NaiveDate, employment: &Employment, plan: &BenefitPlan) -> Vec<&Dependant> {
        let (Some(choice), Some(terms)) = (self.covered(on, employment), plan.terms(on)) else { return Vec::new() };
        choice.dependants.iter().filter(|dependant| is_covered(dependant, terms, on)).collect()
    }

    /// Decides on a choice: when it counts, and whether it may be made. The same again is recognised.
    ///
    /// # Errors
    /// [`ChooseBenefitError`], in the order of its variants.
    pub fn choose(
        known: Option<&Self>,
        (employment_id, employment): (Id<Employment>, &Employment),
        (choice, ground): (&Choice, &ChoiceGround),
        plan: &BenefitPlan,
        on: NaiveDate,
    ) -> Result<Decision<EnrolmentFact>, ChooseBenefitError> {
        let no_terms = || ChooseBenefitError::NoTerms { plan: plan.name().to_owned(), on };
        let terms = plan.terms(on).ok_or_else(no_terms)?;
        let hired = employment.term().start();
        let eligible = hired.checked_add_months(Months::new(terms.waiting_months)).unwrap_or(NaiveDate::MAX);
        let from = counts_from(ground, terms, (eligible, on)).ok_or_else(|| ChooseBenefitError::NotOpen {
            plan: plan.name().to_owned(),
            on,
            wanted: wanted(ground, terms, eligible),
        })?;
        let made = MadeChoice { choice: choice.clone(), ground: ground.clone(), on, from };
        if known.is_some_and(|known| known.choices.get(&from) == Some(&made)) {
            return Ok(Decision::AlreadyRecorded);
        }
        let assignment = employment.on(from).ok_or(ChooseBenefitError::NotEmployed { from })?;
        if from < eligible {
            return Err(ChooseBenefitError::Waiting { from, eligible });
        }
        if let Some(name) = &choice.level {
            let no_level = || ChooseBenefitError::NoLevel {
                level: name.chars().take(200).collect(),
                levels: terms.levels.keys().cloned().collect(),
            };
            let level = terms.levels.get(name).ok_or_else(no_level)?;
            check_dependants(choice, level, terms, from)?;
            let facts = Facts::new()
                .with("weekly_hours", assignment.weekly_hours.to_decimal(2, Rounding::Down).unwrap_or(Decimal::MAX))
                .with("months", Decimal::from(notice::complete_months(hired, from)))
                .with("role", assignment.role.name())
                .with("scope", assignment.scope.clone());
            let ruling = plan.eligibility().decide(&facts, on)?;
            if let Outcome::Refuse(reasons) = ruling.outcome {
                return Err(ChooseBenefitError::RefusedByPolicy { reason: reasons.to_string() });
            }
        }
        Ok(Decision::Record(match known {
            None => EnrolmentFact::Opened {
                employment: employment_id,
                person: employment.person(),
                plan: plan.name().to_owned(),
                choice: made,
            },
            Some(known) if known.choices.len() >= MOST_CHOICES => return Err(ChooseBenefitError::TooOften),
            Some(_) => EnrolmentFact::Chosen(made),
        }))
    }

    /// What is paid in a month, the days of each level together: the office's part and the employee's, rounded half up.
    ///
    /// # Errors
    /// [`ContributionError`].
    pub fn contributions(
        &self,
        month: NaiveDate,
        employment: &Employment,
        plan: &BenefitPlan,
    ) -> Result<Vec<Contribution>, ContributionError> {
        let range = DateRange::month(month.year(), month.month()).map_err(|_| ContributionError::Month { month })?;
        let length = range.days().unwrap_or(31);
        let mut stretches: Vec<(NaiveDate, u32, String, CoverageLevel, MonthShare)> = Vec::new();
        for day in range.dates(31) {
            let (Some(choice), Some(terms)) = (self.covered(day, employment), plan.terms(day)) else { continue };
            let Some(name) = choice.level.as_ref() else { continue };
            let no_level = || ContributionError::NoLevel { on: day, level: name.clone() };
            let level = *terms.levels.get(name).ok_or_else(no_level)?;
            match stretches.last_mut() {
                Some((from, days, same, costs, _))
                    if same == name
                        && *costs == level
                        && from.checked_add_days(Days::new(u64::from(*days))) == Some(day) =>
                {
                    *days = days.saturating_add(1);
                }
                Some(_) | None => stretches.push((day, 1, name.clone(), level, terms.share)),
            }
        }
        if let Some((from, _, level, costs, MonthShare::Whole)) = stretches.first().cloned() {
            let days = stretches.iter().fold(0_u32, |sum, (_, days, ..)| sum.saturating_add(*days));
            let CoverageLevel { employer, employee, .. } = costs;
            return Ok(vec![Contribution { from, days, level, employer, employee }]);
        }
        let (mut office, mut own) = (Running::NOTHING, Running::NOTHING);
        let mut lines = Vec::new();
        for (from, days, level, costs, _) in stretches {
            let part = Ratio::new(days.into(), length.into()).unwrap_or(Ratio::ZERO);
            let (office_part, own_part) = (office.next(costs.employer, part)?, own.next(costs.employee, part)?);
            lines.push(Contribution { from, days, level, employer: office_part, employee: own_part });
        }
        Ok(lines)
    }

    /// What is paid for the months from one to another, both included, at most 1,200 of them.
    ///
    /// # Errors
    /// [`ContributionError`].
    pub fn statement(
        &self,
        (first, last): (NaiveDate, NaiveDate),
        employment: &Employment,
        plan: &BenefitPlan,
    ) -> Result<Vec<Contribution>, ContributionError> {
        let mut lines = Vec::new();
        let mut month = first.with_day(1).unwrap_or(first);
        for _ in 0..MOST_MONTHS {
            if month > last {
                break;
            }
            lines.extend(self.contributions(month, employment, plan)?);
            month = month.checked_add_months(Months::new(1)).ok_or(ContributionError::Month { month })?;
        }
        Ok(lines)
    }
}

/// Parts of amounts of one currency, each rounded so that they add up to the rounded sum.
struct Running {
    currency: Option<Currency>,
    exact: Ratio,
    given: i128,
}

impl Running {
    const NOTHING: Self = Self { currency: None, exact: Ratio::ZERO, given: 0 };

    fn next(&mut self, monthly: Money, part: Ratio) -> Result<Money, MoneyError> {
        let currency = monthly.currency();
        if self.currency != Some(currency) {
            *self = Self { currency: Some(currency), ..Self::NOTHING };
        }
        let beyond = |_| MoneyError::OutOfRange { currency };
        let minor = Ratio::new(monthly.minor(), 1).and_then(|minor| minor.checked_mul(part)).map_err(beyond)?;
        self.exact = self.exact.checked_add(minor).map_err(beyond)?;
        let half = Ratio::new(1, 2).unwrap_or(Ratio::ZERO);
        let rounded = self.exact.checked_add(half).map_err(beyond)?.floor();
        let line = rounded.saturating_sub(self.given);
        self.given = rounded;
        Money::try_from_minor(line, currency)
    }
}

/// From which day on a choice counts; none where nothing lets somebody choose on that day.
fn counts_from(
    ground: &ChoiceGround,
    terms: &BenefitTerms,
    (eligible, on): (NaiveDate, NaiveDate),
) -> Option<NaiveDate> {
    let until = |day: NaiveDate, days: u32| day.checked_add_days(Days::new(days.into())).unwrap_or(NaiveDate::MAX);
    match ground {
        ChoiceGround::Newcomer => (on <= until(eligible, terms.newcomer_days)).then(|| on.max(eligible)),
        ChoiceGround::Window => {
            terms.windows.iter().find(|window| window.open.contains(on)).map(|window| window.covers_from)
        }
        ChoiceGround::Event { name, on: happened } => {
            let days = *terms.events.get(name)?;
            (*happened <= on && on <= until(*happened, days)).then_some(*happened)
        }
    }
}

/// What would let somebody choose.
fn wanted(ground: &ChoiceGround, terms: &BenefitTerms, eligible: NaiveDate) -> String {
    match ground {
        ChoiceGround::Newcomer => format!("a day up to {} days after {eligible}", terms.newcomer_days),
        ChoiceGround::Window => {
            let windows: Vec<String> = terms.windows.iter().map(|window| window.open.to_string()).collect();
            if windows.is_empty() { "another reason".to_owned() } else { format!("a day of {}", windows.join(" or ")) }
        }
        ChoiceGround::Event { name, .. } => {
            let events: Vec<&str> = terms.events.keys().map(String::as_str).collect();
            let late = |days| format!("a day up to {days} days after it has happened");
            terms.events.get(name).map_or_else(|| format!("one of the events {}", events.join(", ")), late)
        }
    }
}

/// Refuses dependants who cannot be covered.
fn check_dependants(
    choice: &Choice,
    level: &CoverageLevel,
    terms: &BenefitTerms,
    from: NaiveDate,
) -> Result<(), ChooseBenefitError> {
    let most = level.dependants;
    for (place, dependant) in choice.dependants.iter().enumerate() {
        let twice =
            choice.dependants.iter().skip(place.saturating_add(1)).any(|other| other.person == dependant.person);
        let too_many = u32::try_from(place).map_or(true, |place| place >= most);
        let known = is_text(&dependant.relation, 200) && dependant.born <= from;
        if twice || too_many || !known || !is_covered(dependant, terms, from) {
            return Err(ChooseBenefitError::Dependant { person: dependant.person, most });
        }
    }
    Ok(())
}

/// Whether somebody is of a relation of the benefit and not too old on a day. Who is born on 29 February has their birthday
/// on the last of that month in other years.
fn is_covered(dependant: &Dependant, terms: &BenefitTerms, on: NaiveDate) -> bool {
    match terms.relations.get(&dependant.relation) {
        None => false,
        Some(None) => true,
        Some(Some(age)) => {
            let months = Months::new(age.saturating_mul(12));
            dependant.born.checked_add_months(months).is_none_or(|birthday| on < birthday)
        }
    }
}

impl Entity for Enrolment {
    const KIND: Kind = Kind::literal("enrolment");
    type Fact = EnrolmentFact;

    fn open(fact: &EnrolmentFact) -> Option<Self> {
        match fact {
            EnrolmentFact::Opened { employment, person, plan, choice } => Some(Self {
                employment: *employment,
                person: *person,
                plan: plan.clone(),
                choices: BTreeMap::from([(choice.from, choice.clone())]),
            }),
            EnrolmentFact::Chosen(_) => None,
        }
    }

    fn apply(&mut self, fact: &EnrolmentFact) {
        if let EnrolmentFact::Chosen(made) = fact {
            self.choices.retain(|from, _| *from < made.from);
            self.choices.insert(made.from, made.clone());
        }
    }

    fn index(&self, entries: &mut Entries<Self>) {
        entries.partition(Self::OF_PERSON, &self.person, &self.plan);
    }
}

/// Chooses a benefit, chooses it anew, or gives it up, on a day: by the employee in person.
///
/// # Errors
/// [`ChooseBenefitError`]; nothing is recorded then.
///
/// # Example
/// ```
/// use std::collections::BTreeMap;
/// use office_core::rules::{DecisionTable, PolicyBook};
/// use office_core::{Actor, Command, Id, MemoryStore, Office, Ratio, Role, Zone, wait};
/// use office_hr::{
///     Assignment, BenefitPlan, BenefitTerms, Choice, ChoiceGround, ChooseBenefitError, CoverageLevel, Hire, MonthShare,
///     choose_benefit, hire,
/// };
///
/// let mut eligibility = PolicyBook::new("ticket");
/// let table = DecisionTable::from_rows(&["weekly_hours: number", "outcome"], [vec!["-".to_owned(), "allow".to_owned()]])?;
/// eligibility.publish("2026-01-01".parse()?, table)?;
/// let level = CoverageLevel { dependants: 0, employer: "40.00 EUR".parse()?, employee: "9.00 EUR".parse()? };
/// let mut plan = BenefitPlan::new("ticket", eligibility);
/// plan.publish("2026-01-01".parse()?, BenefitTerms {
///     waiting_months: 0, newcomer_days: 30, windows: Vec::new(), events: BTreeMap::new(),
///     levels: [("city".to_owned(), level)].into(), relations: BTreeMap::new(), share: MonthShare::Days,
/// })?;
///
/// let office = Office::on(MemoryStore::new());
/// let (person, employment) = (Id::natural("person", "E-1"), Id::natural("employment", "E-1"));
/// let by = Actor::new(person, Role::new("employee"));
/// let command = |key: &str| Command::new(key, "benefit", by.clone(), "2026-10-05T08:00:00Z".parse().unwrap_or_default());
/// let assignment = Assignment {
///     role: Role::new("employee"), manager: None, cost_centre: Id::natural("cost_centre", "CC-200"),
///     scope: "company".parse()?, weekly_hours: Ratio::from_integer(40), week: "MO|TU|WE|TH|FR".parse()?, zone: Zone::UTC,
/// };
/// let hiring = &Hire { person, term: "2026-10-01/..".parse()?, assignment };
/// wait(office.transact(&command("hire")?, |tx| async move { hire(&tx, employment, hiring).await }))?;
///
/// let (plan, city) = (&plan, &Choice { level: Some("city".into()), dependants: Vec::new() });
/// let choose = |key: &str, on: &str| {
///     let (command, on) = (command(key)?, on.parse()?);
///     Ok::<_, Box<dyn std::error::Error>>(wait(office.transact(&command, |tx| async move {
///         choose_benefit(&tx, employment, (city, &ChoiceGround::Newcomer), plan, on).await
///     })))
/// };
/// // A newcomer has 30 days.
/// assert!(matches!(choose("late", "2026-11-01")?, Err(ChooseBenefitError::NotOpen { .. })));
/// let enrolment = choose("now", "2026-10-17")??;
/// let (enrolment, employment) = wait(office.view(|view| async move {
///     Ok::<_, office_core::StoreError>((view.load(enrolment).await?, view.load(employment).await?))
/// }))?;
/// // 15 of 31 days.
/// let paid = enrolment.contributions("2026-10-01".parse()?, &employment, plan)?;
/// assert_eq!((paid[0].employer.to_string(), paid[0].employee.to_string()), ("19.35 EUR".into(), "4.35 EUR".into()));
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
pub async fn choose_benefit(
    tx: &Tx,
    employment_id: Id<Employment>,
    (choice, ground): (&Choice, &ChoiceGround),
    plan: &BenefitPlan,
    on: NaiveDate,
) -> Result<Id<Enrolment>, ChooseBenefitError> {
    // Read.
    let id = Enrolment::id_of(employment_id, plan.name());
    let employment = tx.load(employment_id).await?;
    let known = tx.find(id).await?;

    // Decide.
    if !tx.command().actor().is_personally(employment.person()) {
        return Err(ChooseBenefitError::NotOwn);
    }
    let decision = Enrolment::choose(known.as_ref(), (employment_id, &employment), (choice, ground), plan, on)?;

    // Record.
    tx.decide(id, decision).await?;
    Ok(id)
}
