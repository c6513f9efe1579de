//! Stories of terms.

use kernel::{Error, Timestamp, problems};
use people::users::{EXTERNAL_ID_TAKEN, ExternalId};
use testkit::{Cast, Role};

use super::*;
use crate::catalog::{CreateCourse, NewCourse};
use crate::change::Change;
use crate::tests::{cast, first, leaf_through};

fn at(days: i64) -> Timestamp {
    Timestamp::from_millis(days * 86_400_000)
}

fn named(name: &str) -> CreateTerm {
    CreateTerm {
        term: NewTerm::named(name).unwrap(),
        idempotency_key: None,
    }
}

fn year(name: &str, starts: i64) -> CreateTerm {
    let term = NewTerm::named(name).unwrap();
    CreateTerm {
        term: term
            .dates(Some(at(starts)), Some(at(starts + 300)))
            .unwrap(),
        idempotency_key: None,
    }
}

fn part(cast: &Cast, name: &str, parent: TermId) -> TermId {
    let term = NewTerm::named(name).unwrap().parent(Some(parent));
    cast.does(
        Role::Admin,
        CreateTerm {
            term,
            idempotency_key: None,
        },
    )
}

fn update(term: TermId, change: TermChange) -> UpdateTerm {
    UpdateTerm { term, change }
}

#[test]
fn terms_are_listed_for_everybody_with_the_latest_first() {
    let cast = cast();
    cast.does(Role::Admin, named("Any time"));
    for (name, starts) in [("2024", 100), ("2026", 300), ("2025", 200)] {
        cast.does(Role::Admin, year(name, starts));
    }
    let snapshot = cast.school.app.snapshot();
    for role in [Role::Member, Role::Staff, Role::Admin] {
        let all = leaf_through(2, |page| terms(&snapshot, &cast.actor(role), page));
        let names: Vec<_> = all.iter().map(|(_, term)| term.name.as_str()).collect();
        assert_eq!(names, ["2026", "2025", "2024", "Any time"], "{role}");
    }
    let nobody = terms(&snapshot, &cast.actor(Role::Nobody), &first(2, None)).unwrap_err();
    assert_eq!(nobody.problem(), Some(problems::UNAUTHENTICATED));
    cast.school.agrees();
}

#[test]
fn a_term_changes_in_what_is_given() {
    let cast = cast();
    let (parent, id) = (
        cast.does(Role::Admin, named("Year")),
        cast.does(Role::Admin, year("Half", 10)),
    );
    let now = || term(&cast.school.app.snapshot(), id).unwrap().unwrap();
    let before = now();
    let moved = TermChange {
        starts_at: Change::To(Some(at(20))),
        parent: Change::To(Some(parent)),
        ..TermChange::default()
    };
    cast.does(Role::Admin, update(id, moved));
    let expected = Term {
        starts_at: Some(at(20)),
        parent: Some(parent),
        ..before.clone()
    };
    assert_eq!(now(), expected);
    let cleared = TermChange {
        name: Some("First half".to_owned()),
        starts_at: Change::To(None),
        ends_at: Change::To(None),
        parent: Change::To(None),
        ..TermChange::default()
    };
    cast.does(Role::Admin, update(id, cleared));
    let after = now();
    assert_eq!((after.name.as_str(), after.starts_at), ("First half", None));
    assert_eq!((after.ends_at, after.parent), (None, None));
    let events = cast.school.events().len();
    cast.does(Role::Admin, update(id, TermChange::default()));
    assert_eq!(cast.school.events().len(), events, "nothing happened");
    let reversed = TermChange {
        starts_at: Change::To(Some(at(2))),
        ends_at: Change::To(Some(at(1))),
        ..TermChange::default()
    };
    assert_eq!(
        cast.refused(Role::Admin, update(id, reversed)),
        TERM_DATES_REVERSED
    );
    let missing = cast.school.app.new_id();
    assert_eq!(
        cast.refused(Role::Admin, update(missing, TermChange::default())),
        TERM_NOT_FOUND
    );
    cast.school.agrees();
}

#[test]
fn no_term_is_a_part_of_itself_nor_lies_too_deep() {
    let cast = cast();
    let mut line = vec![cast.does(Role::Admin, named("Top"))];
    for depth in 0..4 {
        line.push(part(&cast, &format!("Part {depth}"), line[depth]));
    }
    let deeper = CreateTerm {
        term: NewTerm::named("Too deep")
            .unwrap()
            .parent(line.last().copied()),
        idempotency_key: None,
    };
    let Err(Error::Refused(refusal)) = cast.tries(Role::Admin, deeper) else {
        panic!("a refusal")
    };
    assert_eq!(
        (refusal.problem, refusal.field),
        (TERM_PARENT_INVALID, Some("parentId"))
    );
    for below in &line {
        let ring = TermChange {
            parent: Change::To(Some(*below)),
            ..TermChange::default()
        };
        assert_eq!(
            cast.refused(Role::Admin, update(line[0], ring)),
            TERM_PARENT_INVALID
        );
    }
    let nowhere = TermChange {
        parent: Change::To(Some(cast.school.app.new_id())),
        ..TermChange::default()
    };
    assert_eq!(
        cast.refused(Role::Admin, update(line[0], nowhere)),
        TERM_NOT_FOUND
    );
    cast.school.agrees();
}

#[test]
fn a_term_goes_when_nothing_is_in_it() {
    let cast = cast();
    let year = cast.does(Role::Admin, named("Year"));
    let half = part(&cast, "Half", year);
    let course = NewCourse::titled("CS-101", "Computing").unwrap();
    cast.does(
        Role::Staff,
        CreateCourse {
            course: course.term(Some(half)),
            idempotency_key: None,
        },
    );
    for used in [year, half] {
        assert_eq!(
            cast.refused(Role::Admin, DeleteTerm { term: used }),
            TERM_IN_USE
        );
    }
    let empty = part(&cast, "Other half", year);
    cast.does(Role::Admin, DeleteTerm { term: empty });
    assert_eq!(term(&cast.school.app.snapshot(), empty).unwrap(), None);
    assert_eq!(
        cast.refused(Role::Admin, DeleteTerm { term: empty }),
        TERM_NOT_FOUND
    );
    let course = NewCourse::titled("CS-102", "Computing").unwrap();
    let gone = CreateCourse {
        course: course.term(Some(empty)),
        idempotency_key: None,
    };
    assert_eq!(cast.refused(Role::Staff, gone), TERM_NOT_FOUND);
    cast.school.agrees();
}

#[test]
fn a_term_is_found_by_what_another_program_calls_it() {
    let cast = cast();
    let known = |name: &str, id: &str, key: Option<&str>| CreateTerm {
        term: NewTerm::named(name)
            .unwrap()
            .external_id(Some(ExternalId::parse(id).unwrap())),
        idempotency_key: key.map(str::to_owned),
    };
    let id = cast.does(Role::Admin, known("Year", "y-1", Some("key")));
    assert_eq!(
        cast.does(Role::Admin, known("Year", "y-1", Some("key"))),
        id
    );
    assert_eq!(
        cast.refused(Role::Admin, known("Other", "y-1", Some("key"))),
        app::IDEMPOTENCY_KEY_REUSED
    );
    assert_eq!(
        cast.refused(Role::Admin, known("Other", "y-1", None)),
        EXTERNAL_ID_TAKEN
    );
    let other = cast.does(Role::Admin, known("Other", "y-2", None));
    let taken = TermChange {
        external_id: Change::To(Some(ExternalId::parse("y-1").unwrap())),
        ..TermChange::default()
    };
    assert_eq!(
        cast.refused(Role::Admin, update(other, taken)),
        EXTERNAL_ID_TAKEN
    );
    let found = |text: &str| {
        let id = ExternalId::parse(text).unwrap();
        with_external_id(&cast.school.app.snapshot(), &id).unwrap()
    };
    assert_eq!(
        (found("y-1"), found("y-2"), found("y-3")),
        (Some(id), Some(other), None)
    );
    cast.school.agrees();
}

#[test]
fn records_of_every_version_decode() {
    let term = Term {
        name: "First half of 2026".to_owned(),
        external_id: Some(ExternalId::parse("2026-1").unwrap()),
        starts_at: Some(at(20_000)),
        ends_at: Some(at(20_180)),
        parent: Some(TermId::from_bytes([7; 16])),
        created_at: at(19_000),
    };
    testkit::fixture("courses/fixtures/term.v1", &term);
}
