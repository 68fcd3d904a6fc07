//! The steps of an approval, in order and side by side.

use std::fmt;

use super::reader::Reader;
use crate::rules::{ParseOutcomeError, Step};

/// Which steps have to be approved: stage after stage, the steps of one stage in any order, all of them.
///
/// In text stages are separated by `;` and the steps of a stage by `&`. The steps of a stage are kept in the order of
/// their roles, and those that ask the same roles for the same are one.
///
/// # Example
/// ```
/// use office_core::rules::Outcome;
///
/// let text = "approvals: 1 office_manager purchase.approve & 1 finance purchase.approve; 1 executive purchase.approve";
/// let Outcome::Approvals(approvals) = text.parse()? else { return Err("approvals".into()) };
/// let stages: Vec<_> = approvals.steps().map(|(stage, step)| (stage, step.to_string())).collect();
/// assert_eq!(stages, [
///     (1, "1 finance purchase.approve".to_owned()),
///     (1, "1 office_manager purchase.approve".to_owned()),
///     (2, "1 executive purchase.approve".to_owned()),
/// ]);
///
/// // A stage without a step is refused with its place.
/// assert_eq!("approvals: 1 finance purchase.approve; ".parse::<Outcome>().unwrap_err().position, 40);
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Approvals {
    // Invariant: at least one stage, each of at least one step; the steps of a stage are sorted, and no two ask for
    // the same.
    stages: Vec<Vec<Step>>,
}

impl Approvals {
    /// One step.
    #[must_use]
    pub fn of(step: Step) -> Self {
        Self { stages: vec![vec![step]] }
    }

    /// The same, and in the last stage this step besides.
    #[must_use]
    pub fn and(mut self, step: Step) -> Self {
        if let Some(last) = self.stages.last_mut() {
            add(last, step);
        }
        self
    }

    /// The same, and then this step.
    #[must_use]
    pub fn then(mut self, step: Step) -> Self {
        self.stages.push(vec![step]);
        self
    }

    /// What both ask for, stage by stage: the steps of both, and of two that ask the same roles for the same the
    /// higher count, the shorter delays and the escalations of both; delegation, and approvals that stay when the case
    /// is returned, only where both have it.
    #[must_use]
    pub fn join(mut self, other: Self) -> Self {
        for (index, steps) in other.stages.into_iter().enumerate() {
            match self.stages.get_mut(index) {
                Some(stage) => steps.into_iter().for_each(|step| add(stage, step)),
                None => self.stages.push(steps),
            }
        }
        self
    }

    /// The steps in order, each with its stage, counted from 1.
    pub fn steps(&self) -> impl Iterator<Item = (usize, &Step)> {
        (1..).zip(&self.stages).flat_map(|(stage, steps)| steps.iter().map(move |step| (stage, step)))
    }

    /// Reads the stages, to the end.
    pub(super) fn read(reader: &mut Reader<'_>) -> Result<Self, ParseOutcomeError> {
        let mut approvals = Self::of(Step::read(reader)?);
        loop {
            if reader.take("&") {
                approvals = approvals.and(Step::read(reader)?);
            } else if reader.take(";") {
                approvals = approvals.then(Step::read(reader)?);
            } else {
                // A step is read up to one of the two, or the end.
                return Ok(approvals);
            }
        }
    }
}

/// Adds a step to those of a stage.
fn add(stage: &mut Vec<Step>, step: Step) {
    match stage.iter().position(|known| known.asks_as(&step)) {
        Some(place) => {
            let known = stage.swap_remove(place);
            stage.push(known.join(step));
        }
        None => stage.push(step),
    }
    stage.sort();
}

impl fmt::Display for Approvals {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut before = None;
        for (stage, step) in self.steps() {
            f.write_str(match before {
                None => "",
                Some(same) if same == stage => " & ",
                Some(_) => "; ",
            })?;
            step.fmt(f)?;
            before = Some(stage);
        }
        Ok(())
    }
}
