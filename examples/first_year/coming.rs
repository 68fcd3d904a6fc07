//! Dana is hired, her account is opened, and her first days are on a list.

use std::fmt::Write;

use office_core::{Id, Role, wait};
use office_hr::{
    Checklist, ChecklistItem, ChecklistTemplate, EmploymentDay, Hire, ItemDue, ItemOwner, OpenAccount, Opening,
    close_checklist, hire, open_account, start_checklist, tick_item,
};

use crate::desk::{Desk, Failure, actor, assignment, day, employment, person};

/// Key, what is to be done, by whom, so many working days from the first, what it waits for.
fn items() -> Vec<ChecklistItem> {
    let role = |name: &'static str| ItemOwner::Role(Role::new(name));
    let item = |(key, title, owner, days, after): (&str, &str, ItemOwner, i32, &[&str])| ChecklistItem {
        key: key.to_owned(),
        title: title.to_owned(),
        owner,
        due: ItemDue { from: EmploymentDay::First, days, working: true },
        after: after.iter().map(|key| (*key).to_owned()).collect(),
        evidence: key == "contract",
        blocking: true,
    };
    let items: [(&str, &str, ItemOwner, i32, &[&str]); 3] = [
        ("contract", "sign the contract", ItemOwner::Employee, -5, &[]),
        ("laptop", "set up a laptop", role("it"), 1, &["contract"]),
        ("welcome", "show her the office", ItemOwner::Manager, 1, &[]),
    ];
    items.map(item).to_vec()
}

/// The list: who does what until when, and that it is closed once nothing is open.
pub(crate) fn tell(desk: &Desk, told: &mut String) -> Result<(), Failure> {
    let (dana, by, on) = (person("Dana"), actor("Clara"), day("2026-02-16")?);
    let hiring = &Hire { person: dana, term: "2026-03-01/..".parse()?, assignment: assignment("MO|TU|WE|TH|FR")? };
    let opening = &OpenAccount {
        person: dana,
        kind: "annual".to_owned(),
        employment: employment(),
        plan: "berlin".to_owned(),
        opening: Opening { on: day("2026-03-01")?, carried_in: office_core::Ratio::ZERO },
        earlier: Vec::new(),
    };
    let template = &ChecklistTemplate::new("coming", items())?;
    let list: Id<Checklist> = Id::natural("checklist", "coming:E-030");
    desk.act("hire", &by, on, |tx| async move {
        hire(&tx, employment(), hiring).await?;
        open_account(&tx, opening).await?;
        Ok(start_checklist(&tx, list, employment(), template, &desk.hours).await?)
    })?;
    writeln!(told, "Dana is hired from 2026-03-01 on, five days a week. On her list:")?;
    let started: Checklist = wait(desk.office.view(|view| async move { view.load(list).await }))?;
    for item in template.items() {
        let due = started.started().dues.get(&item.key).ok_or("a day on which it is due")?;
        writeln!(told, "  {:<10} {} by {due}", item.key, item.title)?;
    }

    let tick = |key: &'static str, by: &str, evidence: &'static str, on: &str| {
        let on = day(on)?;
        desk.act(&format!("tick:{key}"), &actor(by), on, |tx| async move {
            Ok(tick_item(&tx, list, key, evidence, on, &desk.book).await?)
        })
    };
    let close = |key: &str, on: &str| {
        let on = day(on)?;
        desk.act(key, &actor("Miriam"), on, |tx| async move { Ok(close_checklist(&tx, list, on).await?) })
    };
    tick("contract", "Dana", "contract of 2026-02-18", "2026-02-18")?;
    tick("welcome", "Miriam", "", "2026-03-02")?;
    if started.ended().is_none() {
        let refused = close("close-early", "2026-03-04").err().ok_or("an open list was closed")?;
        writeln!(told, "The list is not closed on 2026-03-04: {refused}.")?;
    }
    tick("laptop", "Ivo", "", "2026-03-05")?;
    close("close", "2026-03-05")?;
    writeln!(told, "It is closed on 2026-03-05.\n")?;
    Ok(())
}
