//! What is decided, and by whom.

use super::band::{Band, bands};
use super::engine::cedar::Cedar;
use super::engine::cel::Cel;
use super::engine::datalogic::Datalogic;
use super::engine::hand::{FirstReason, Hand, Lookup};
use super::engine::office::{Cells, Nothing, Office, Words};
use super::engine::regorus::Regorus;
use super::engine::zen::Zen;
use super::engine::{Engine, Failure};
use super::generator::{requests, requests_for};
use super::{Request, Verdict};

/// Rules, and the requests that are put to them.
#[derive(Clone, Debug)]
pub enum Workload {
    /// The twelve rules of the [policy](super::policy).
    Policy,
    /// Rules of one shape.
    Bands(Vec<Band>),
}

/// What is done with each engine.
pub trait Visitor<'r> {
    /// Does it with this one.
    fn visit<E: Engine + 'r>(&mut self, engine: E) -> Result<(), Failure>;
}

impl Workload {
    /// The four that are compared.
    #[must_use]
    pub fn all() -> [Self; 4] {
        [Self::Policy, Self::Bands(bands(10)), Self::Bands(bands(100)), Self::Bands(bands(1_000))]
    }

    /// What the table calls it.
    #[must_use]
    pub fn name(&self) -> String {
        match self {
            Self::Policy => "purchase approval, 12 rules".to_owned(),
            Self::Bands(bands) => format!("bands of amounts, {} rules", bands.len()),
        }
    }

    /// Requests for it, the same ones at every call.
    #[must_use]
    pub fn requests(&self, count: usize) -> Vec<Request> {
        match self {
            Self::Policy => requests(count),
            Self::Bands(bands) => requests_for(bands, count),
        }
    }

    /// How many rules it has.
    #[must_use]
    pub fn rules(&self) -> usize {
        match self {
            Self::Policy => super::policy::RULES.into(),
            Self::Bands(bands) => bands.len(),
        }
    }

    /// The right answer to each request, by the hand-written rules.
    pub fn answers(&self, requests: &[Request]) -> Result<Vec<Verdict>, Failure> {
        let mut hand = match self {
            Self::Policy => Hand::Policy,
            Self::Bands(bands) => Hand::Bands(bands.clone()),
        };
        requests.iter().map(|request| hand.decide(request)).collect()
    }

    /// Loads it into one engine after the other.
    pub fn visit<'r>(&self, visitor: &mut impl Visitor<'r>) -> Result<(), Failure> {
        match self {
            Self::Policy => {
                visitor.visit(Hand::Policy)?;
                visitor.visit(FirstReason::Policy)?;
                visitor.visit(Office::<Nothing>::policy()?)?;
                visitor.visit(Office::<Cells>::policy()?)?;
                visitor.visit(Office::<Words>::policy()?)?;
                visitor.visit(Datalogic::policy()?)?;
                visitor.visit(Cel::policy()?)?;
                visitor.visit(Regorus::policy()?)?;
                visitor.visit(Zen::policy()?)?;
                visitor.visit(Cedar::policy()?)
            }
            Self::Bands(bands) => {
                visitor.visit(Hand::Bands(bands.clone()))?;
                visitor.visit(FirstReason::Bands(bands.clone()))?;
                visitor.visit(Lookup::bands(bands))?;
                visitor.visit(Office::<Nothing>::bands(bands)?)?;
                visitor.visit(Office::<Cells>::bands(bands)?)?;
                visitor.visit(Office::<Words>::bands(bands)?)?;
                visitor.visit(Datalogic::bands(bands)?)?;
                visitor.visit(Cel::bands(bands)?)?;
                visitor.visit(Regorus::bands(bands)?)?;
                visitor.visit(Zen::bands(bands)?)?;
                visitor.visit(Cedar::bands(bands)?)
            }
        }
    }
}
