//! What field 86 tells about an entry, in the ways that banks have found.

/// How long a line of a subfield is: a longer text goes on in the next, mid-word.
const SUBFIELD: usize = 27;
/// What banks write where the payer gave no reference.
const NOTHING: [&str; 3] = ["NOTPROVIDED", "NONREF", "NOTPROVIDED."];
/// The keys within the text of subfields (`EREF+`), as German banks agreed on them.
const KEYS: [&str; 14] = [
    "EREF+", "KREF+", "MREF+", "CRED+", "DEBT+", "SVWZ+", "ABWA+", "ABWE+", "COAM+", "OAMT+", "PURP+", "IBAN+", "BIC+",
    "RREF+",
];
/// The codes between slashes, as Dutch banks agreed on them.
const CODES: [&str; 18] = [
    "/TRTP/", "/IBAN/", "/BIC/", "/NAME/", "/REMI/", "/EREF/", "/CSID/", "/MARF/", "/RTRN/", "/ORDP/", "/BENM/",
    "/ID/", "/PREF/", "/PURP/", "/ULTC/", "/ULTD/", "/NRTX/", "/ACCW/",
];

/// What is known about an entry beyond its amount.
#[derive(Debug, Default, PartialEq, Eq)]
pub(super) struct Details {
    pub(super) references: Vec<String>,
    pub(super) party: Option<String>,
    pub(super) account: Option<String>,
    pub(super) text: String,
    pub(super) code: Option<String>,
}

impl Details {
    pub(super) fn read(text: &str) -> Self {
        // Lines are broken at 65 characters, wherever that is.
        let unbroken: String = text.split('\n').map(|line| line.trim_end_matches('\r')).collect();
        if let Some((code, fields)) = unbroken.split_at_checked(3)
            && code.bytes().all(|byte| byte.is_ascii_digit())
            && fields.starts_with('?')
        {
            return Self::of_subfields(code, fields);
        }
        if unbroken.starts_with('/') && CODES.iter().any(|code| unbroken.contains(code)) {
            return Self::of_codes(&unbroken);
        }
        Self::plain(text)
    }

    pub(super) fn plain(text: &str) -> Self {
        let words = text.split('\n').map(str::trim).filter(|line| !line.is_empty());
        Self { text: words.collect::<Vec<_>>().join(" "), ..Self::default() }
    }

    fn of_subfields(code: &str, fields: &str) -> Self {
        let (mut purpose, mut party) = (Vec::new(), Vec::new());
        let (mut posting, mut account) = (String::new(), None);
        for (number, text) in subfields(fields) {
            match number {
                "00" => text.trim().clone_into(&mut posting),
                "31" => account = given(text),
                "32" | "33" => party.push(text),
                number if is_purpose(number) => purpose.push(text),
                _ => {}
            }
        }
        let purpose = joined(&purpose);
        let mut details =
            Self { party: given(&joined(&party)), account, code: Some(code.to_owned()), ..Self::default() };
        let keyed = split_by(&purpose, &KEYS);
        if keyed.iter().any(|(key, _)| !key.is_empty()) {
            details.take(&keyed, "SVWZ+", &["EREF+", "KREF+"]);
        } else {
            purpose.trim().clone_into(&mut details.text);
        }
        if details.text.is_empty() {
            details.text = posting;
        }
        details
    }

    fn of_codes(text: &str) -> Self {
        let parts = split_by(text, &CODES);
        let told = |key: &str| parts.iter().find(|(found, _)| *found == key).and_then(|(_, text)| given(text));
        let mut details = Self { party: told("/NAME/"), account: told("/IBAN/"), ..Self::default() };
        details.take(&parts, "/REMI/", &["/EREF/"]);
        details
    }

    /// Takes text and references from the parts under these keys.
    fn take(&mut self, parts: &[(&str, &str)], text: &str, references: &[&str]) {
        for (key, part) in parts {
            let part = part.trim();
            if *key == text || (key.is_empty() && self.text.is_empty()) {
                part.clone_into(&mut self.text);
            } else if references.contains(key) && !part.is_empty() && !NOTHING.contains(&part) {
                self.references.push(part.to_owned());
            }
        }
    }
}

fn given(text: &str) -> Option<String> {
    Some(text.trim()).filter(|text| !text.is_empty()).map(str::to_owned)
}

fn is_purpose(number: &str) -> bool {
    matches!(number.as_bytes(), [b'2', _] | [b'6', b'0'..=b'3'])
}

/// The subfields of a text: a question mark and two digits before each.
fn subfields(text: &str) -> Vec<(&str, &str)> {
    let mut parts: Vec<(&str, &str)> = Vec::new();
    let mut starts: Vec<usize> = Vec::new();
    for (at, _) in text.match_indices('?') {
        let number = text.get(at.saturating_add(1)..at.saturating_add(3));
        if number.is_some_and(|number| number.bytes().all(|byte| byte.is_ascii_digit())) {
            starts.push(at);
        }
    }
    let ends = starts.iter().skip(1).copied().chain([text.len()]);
    for (from, to) in starts.iter().zip(ends) {
        let number = text.get(from.saturating_add(1)..from.saturating_add(3));
        let part = text.get(from.saturating_add(3)..to);
        parts.extend(number.zip(part));
    }
    parts
}

/// The lines of a subfield as one text: a full one may end within a word.
fn joined(lines: &[&str]) -> String {
    let mut text = String::new();
    let mut was_full = true;
    for line in lines {
        if !was_full && !text.ends_with(' ') && !line.starts_with(' ') {
            text.push(' ');
        }
        text.push_str(line);
        was_full = line.chars().count() >= SUBFIELD;
    }
    text
}

/// The parts of a text, each with the key before it; what comes first has none.
fn split_by<'a>(text: &'a str, keys: &[&'static str]) -> Vec<(&'static str, &'a str)> {
    let found = keys.iter().flat_map(|key| text.match_indices(key).map(|(at, _)| (at, *key)));
    let mut places: Vec<(usize, &'static str)> = found.collect();
    places.sort_unstable();
    let mut parts = Vec::with_capacity(places.len().saturating_add(1));
    let mut last = (0, "");
    for (at, key) in places {
        // A key within the one before, as `/IBAN/` of `/IBAN/BIC/`, begins a part all the same.
        let from = usize::saturating_add(last.0, last.1.len());
        parts.extend(text.get(from..at).map(|part| (last.1, part)));
        last = (at, key);
    }
    parts.extend(text.get(usize::saturating_add(last.0, last.1.len())..).map(|part| (last.1, part)));
    parts
}
