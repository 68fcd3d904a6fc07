//! What was decided, told in any language, and with nothing that may not be read. By the laws of
//! [`Phrases`](office_core::rules::Phrases).

mod examples;
mod marked;
mod reading;
mod redaction;
mod telling;

use std::sync::LazyLock;

use office_core::rules::Phrases;

static LANGUAGES: LazyLock<[Phrases; 3]> =
    LazyLock::new(|| [Phrases::english(), Phrases::russian(), Phrases::chinese()]);

/// The languages that come along: English, Russian, Chinese.
fn languages() -> [&'static Phrases; 3] {
    LANGUAGES.each_ref()
}
