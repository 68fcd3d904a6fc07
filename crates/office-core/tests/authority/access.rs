//! Laws of `confidential`.

use chrono::{DateTime, Utc};
use office_core::{
    AccessRequest, AuthorityBook, Clearance, Confidential, OpenError, OwnRecord, Purpose, RecordClass, decide_access,
};
use proptest::collection::{btree_map, vec};
use proptest::option;
use proptest::prelude::*;
use proptest::sample::select;

use crate::any;

fn class() -> impl Strategy<Value = RecordClass> + Clone {
    select(vec!["public", "internal", "confidential", "pay", "medical"]).prop_map(|name| name.parse().unwrap())
}

fn purpose() -> impl Strategy<Value = Purpose> + Clone {
    select(vec!["payroll", "audit"]).prop_map(|name| name.parse().unwrap())
}

fn own_record() -> impl Strategy<Value = OwnRecord> + Clone {
    select(vec![OwnRecord::AsOthers, OwnRecord::Always, OwnRecord::Never])
}

fn clearance() -> impl Strategy<Value = Clearance> {
    (any::role(), class(), purpose(), any::valid()).prop_map(|(role, class, purpose, valid)| Clearance {
        role,
        class,
        purpose,
        valid,
    })
}

fn office() -> impl Strategy<Value = AuthorityBook> {
    let own = btree_map(class(), own_record(), 0..3);
    (vec(any::appointment(), 0..12), vec(clearance(), 0..16), own).prop_map(|(appointments, granted, own_record)| {
        let mut book = AuthorityBook { appointments, ..AuthorityBook::default() };
        book.clearances.granted = granted;
        book.clearances.own_record = own_record;
        book
    })
}

fn at() -> DateTime<Utc> {
    "2026-07-06T08:30:00Z".parse().unwrap()
}

fn request() -> impl Strategy<Value = AccessRequest> {
    (any::actor(), class(), purpose(), option::weighted(0.7, any::person()), 1u32..14).prop_map(
        |(actor, class, purpose, subject, on)| AccessRequest {
            actor,
            class,
            purpose,
            subject,
            on: any::day(on),
            at: at(),
        },
    )
}

/// Whether the reader may, said plainly.
fn plainly(book: &AuthorityBook, request: &AccessRequest) -> bool {
    let AccessRequest { actor, class, purpose, subject, on, .. } = request;
    let own = book.clearances.own_record.get(class).copied().unwrap_or_default();
    let about_self = *subject == Some(actor.person);
    let about_either = about_self || (subject.is_some() && *subject == actor.on_behalf_of);
    let in_office = book
        .appointments
        .iter()
        .any(|held| held.person == actor.person && held.role == actor.role && held.valid.contains(*on));
    let cleared = book.clearances.granted.iter().any(|cleared| {
        cleared.role == actor.role
            && cleared.class == *class
            && cleared.purpose == *purpose
            && cleared.valid.contains(*on)
    });
    !(about_either && own == OwnRecord::Never)
        && ((about_self && own == OwnRecord::Always)
            || *class == RecordClass::Public
            || (in_office && (*class == RecordClass::Internal || cleared)))
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(10_000))]

    #[test]
    fn who_may_read_is_what_the_book_says(book in office(), request in request()) {
        let expected = plainly(&book, &request);
        prop_assert_eq!(decide_access(&book, request).trace().granted(), expected);
    }

    #[test]
    fn fewer_clearances_never_show_more(book in office(), request in request(), pick in any::<proptest::sample::Index>()) {
        let mut fewer = book.clone();
        if pick.index(2) == 0 && !book.clearances.granted.is_empty() {
            fewer.clearances.granted.remove(pick.index(book.clearances.granted.len()));
        } else if !book.appointments.is_empty() {
            fewer.appointments.remove(pick.index(book.appointments.len()));
        }
        let (before, after) = (decide_access(&book, request.clone()), decide_access(&fewer, request));
        prop_assert!(before.trace().granted() || !after.trace().granted());
    }

    #[test]
    fn every_decision_comes_with_one_trace_that_agrees(book in office(), request in request()) {
        let decision = decide_access(&book, request.clone());
        let (leave, trace) = decision.into_parts();
        prop_assert_eq!(leave.is_ok(), trace.granted());
        prop_assert_eq!(&trace.request, &request);
        prop_assert!(leave.is_ok() || leave.is_err_and(|refused| !refused.reasons.is_empty()));
        let stored = serde_json::to_string(&trace).unwrap();
        prop_assert_eq!(serde_json::from_str::<office_core::AccessTrace>(&stored).unwrap(), trace);
    }

    #[test]
    fn no_text_of_a_secret_tells_of_its_content(class in class(), subject in option::of(any::person()), one in ".*", two in ".*") {
        let (first, second) =
            (Confidential::new(class.clone(), subject, one), Confidential::new(class, subject, two));
        prop_assert_eq!(format!("{first:?} {first:#?} {first}"), format!("{second:?} {second:#?} {second}"));
    }

    #[test]
    fn leave_opens_only_what_it_was_given_for(book in office(), request in request(), class in class(), subject in option::of(any::person())) {
        let secret = Confidential::new(class.clone(), subject, 7);
        let (leave, trace) = decide_access(&book, request).into_parts();
        if let Ok(leave) = leave {
            let expected = if trace.request.class != class {
                Err(OpenError::OtherClass { class, leave: trace.request.class })
            } else if trace.request.subject != subject {
                Err(OpenError::OtherSubject)
            } else {
                Ok(&7)
            };
            prop_assert_eq!(secret.open(&leave), expected);
        }
    }
}
