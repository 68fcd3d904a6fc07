//! In which order the decisions of a policy decide.

use std::collections::BTreeMap;

use super::Decision;

/// The decisions, each after those whose values it asks for; or the names of some that ask for each other.
pub(super) fn ordered(decisions: Vec<Decision>) -> Result<Vec<Decision>, Vec<String>> {
    let by_place: BTreeMap<usize, usize> =
        decisions.iter().filter_map(|decision| Some((decision.place?, decision.listed))).collect();
    let needs = |decision: &Decision| -> Vec<usize> {
        decision.rule.asked().iter().filter_map(|place| by_place.get(place).copied()).collect()
    };
    let mut waiting: Vec<(Decision, Vec<usize>)> = decisions
        .into_iter()
        .map(|decision| {
            let needs = needs(&decision);
            (decision, needs)
        })
        .collect();
    let mut ordered: Vec<Decision> = Vec::new();
    loop {
        let done = |listed: &usize| ordered.iter().any(|decision| decision.listed == *listed);
        let Some(next) = waiting.iter().position(|(_, needs)| needs.iter().all(done)) else { break };
        ordered.push(waiting.remove(next).0);
    }
    if waiting.is_empty() { Ok(ordered) } else { Err(cycle(&waiting)) }
}

/// Each of those that wait needs another that waits: whoever follows that comes to a cycle.
fn cycle(waiting: &[(Decision, Vec<usize>)]) -> Vec<String> {
    let waits = |listed: &usize| waiting.iter().find(|(decision, _)| decision.listed == *listed);
    let mut path: Vec<&(Decision, Vec<usize>)> = waiting.first().into_iter().collect();
    while let Some(next) = path.last().and_then(|(_, needs)| needs.iter().find_map(waits)) {
        if let Some(start) = path.iter().position(|(decision, _)| decision.listed == next.0.listed) {
            return path.iter().skip(start).map(|(decision, _)| decision.name.clone()).collect();
        }
        path.push(next);
    }
    path.iter().map(|(decision, _)| decision.name.clone()).collect()
}
