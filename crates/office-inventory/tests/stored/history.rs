//! A life of something stored, that it reads back, and that its state follows from its facts.

use office_core::{Decision, Entity, fold};

/// The facts, each of which follows those before.
pub(crate) struct History<E: Entity> {
    state: E,
    facts: Vec<E::Fact>,
}

impl<E: Entity + PartialEq + std::fmt::Debug> History<E> {
    pub(crate) fn begin(decision: Decision<E::Fact>) -> Self {
        Self::of(decision.fact().unwrap())
    }

    pub(crate) fn of(fact: E::Fact) -> Self {
        Self { state: E::open(&fact).unwrap(), facts: vec![fact] }
    }

    pub(crate) fn then<X: std::fmt::Debug>(self, decide: impl FnOnce(&E) -> Result<Decision<E::Fact>, X>) -> Self {
        let fact = decide(&self.state).unwrap().fact().unwrap();
        self.after(fact)
    }

    pub(crate) fn after(mut self, fact: E::Fact) -> Self {
        self.state.apply(&fact);
        self.facts.push(fact);
        self
    }

    /// What is stored reads back, and the state is the fold of its facts.
    pub(crate) fn end(self) -> (E, Vec<E::Fact>) {
        let text = serde_json::to_string(&self.facts).unwrap();
        let facts: Vec<E::Fact> = serde_json::from_str(&text).unwrap();
        assert_eq!(facts, self.facts);
        let state: E = serde_json::from_str(&serde_json::to_string(&self.state).unwrap()).unwrap();
        assert_eq!(state, self.state);
        assert_eq!(fold::<E>(&facts), Some(state));
        (self.state, self.facts)
    }
}
