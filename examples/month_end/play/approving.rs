//! Whom the office asks for an approval, and in which order.

use chrono::NaiveDate;
use office_core::subject::{Person, PersonId};
use office_core::{Action, Actor, Role};

use super::World;
use crate::files::cell::Code;

/// Somebody who is asked: by code, acting for themselves or for somebody who is away.
pub(crate) struct Asked {
    pub(crate) code: Code<Person>,
    pub(crate) actor: Actor,
}

/// Those who are asked to do `action` in `role` on a day: whoever has the role as the usual one first, then those who
/// stand in. For somebody who has handed the action over on that day those to whom it was handed are asked: first those
/// to whom it was passed on, who will be refused if that was not allowed.
pub(crate) fn asked(world: World<'_>, role: &Role, action: &Action, day: NaiveDate) -> Vec<Asked> {
    let mut holders: Vec<_> = world
        .files
        .staff
        .iter()
        .filter_map(|employee| Some((employee.roles.iter().position(|held| held == role)?, employee)))
        .collect();
    holders.sort_by_key(|(place, _)| *place);
    let mut all = Vec::new();
    for (_, employee) in holders {
        let holder = employee.code.id();
        let before = all.len();
        for delegate in delegates(world, holder, action, day) {
            for further in delegates(world, delegate, action, day) {
                all.push(on_behalf(world, further, holder));
            }
            all.push(on_behalf(world, delegate, holder));
        }
        if all.len() == before {
            all.push(Asked { code: employee.code.clone(), actor: Actor::new(holder, role.clone()) });
        }
    }
    all
}

fn delegates(world: World<'_>, from: PersonId, action: &Action, day: NaiveDate) -> Vec<PersonId> {
    let lent = world.files.authority.delegations.iter();
    let lent = lent.filter(|lent| lent.from == from && lent.actions.contains(action) && lent.valid.contains(day));
    let mut to: Vec<PersonId> = lent.map(|lent| lent.to).collect();
    to.dedup();
    to
}

fn on_behalf(world: World<'_>, delegate: PersonId, holder: PersonId) -> Asked {
    let code = Code::new(world.code_of(delegate));
    let actor = world.actor(&code).on_behalf_of(holder);
    Asked { code, actor }
}
