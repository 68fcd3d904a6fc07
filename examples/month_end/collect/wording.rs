//! What the diary says, as people of the office say it: names for ids, the clock on the wall for Universal Time.

use std::collections::BTreeMap;

use office_core::{Id, Interval, Zone};

/// The names of what is known by id, each under its id as text.
#[derive(Clone, Debug, Default)]
pub(super) struct Names(BTreeMap<String, String>);

impl Names {
    /// Gives something a name.
    pub(super) fn add<T>(&mut self, id: Id<T>, name: impl Into<String>) {
        self.0.insert(id.to_string(), name.into());
    }

    /// The text with every word that is an id or a time replaced by what people say for it.
    pub(super) fn told(&self, text: &str, zone: Zone) -> String {
        let words: Vec<String> = text.split(' ').map(|word| self.word(word, zone)).collect();
        words.join(" ")
    }

    fn word(&self, word: &str, zone: Zone) -> String {
        const AROUND: [char; 7] = ['(', ')', ',', ';', ':', '`', '.'];
        let core = word.trim_matches(AROUND);
        let name = self.0.get(core).cloned();
        match name.or_else(|| Some(clock(core.parse().ok()?, zone))) {
            Some(name) if !core.is_empty() => word.replace(core, &name),
            Some(_) | None => word.to_owned(),
        }
    }
}

/// From when to when on the clock of the zone: `13 Oct 10:00–11:00`, with the day of the end where it is another one.
fn clock(time: Interval, zone: Zone) -> String {
    let (start, end) = (zone.local(time.start()), zone.local(time.end()));
    let until = if start.date() == end.date() { "%H:%M" } else { "%d %b %H:%M" };
    format!("{}–{}", start.format("%d %b %H:%M"), end.format(until))
}
