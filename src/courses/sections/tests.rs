//! Stories of sections.

use kernel::{Timestamp, problems};
use people::users::{EXTERNAL_ID_TAKEN, ExternalId};
use testkit::{Cast, Role};

use super::*;
use crate::catalog::{self, CourseId, PublishCourse, Visibility};
use crate::change::Change;
use crate::enrollments::{CourseRole, Enroll, enrollment};
use crate::tests::{class, first, leaf_through, titled};

fn create(course: CourseId, name: &str) -> CreateSection {
    CreateSection {
        course,
        section: NewSection::named(name).unwrap(),
        idempotency_key: None,
    }
}

fn names(cast: &Cast, role: Role, course: CourseId) -> Option<Vec<String>> {
    let snapshot = cast.school.app.snapshot();
    let viewed = catalog::view(&snapshot, &cast.actor(role), course).unwrap()?;
    sections_of(&snapshot, &viewed, &first(2, None)).ok()?;
    let all = leaf_through(2, |page| sections_of(&snapshot, &viewed, page));
    Some(all.into_iter().map(|(_, section)| section.name).collect())
}

#[test]
fn who_is_in_a_course_sees_its_sections_by_name() {
    let (cast, course) = class();
    for name in ["b", "A", "C"] {
        cast.does(Role::Teacher, create(course, name));
    }
    let other = cast.does(Role::Program, titled("CS-102"));
    cast.does(Role::Admin, create(other, "elsewhere"));
    for role in [Role::Student, Role::Observer, Role::Teacher, Role::Admin] {
        let expected = ["A", "b", "C"].map(str::to_owned).to_vec();
        assert_eq!(names(&cast, role, course), Some(expected), "{role}");
    }
    assert_eq!(names(&cast, Role::Member, course), None);
    cast.school.agrees();
}

#[test]
fn who_only_looks_at_an_open_course_is_shown_no_sections() {
    let cast = crate::tests::cast();
    let mut open = titled("CS-101");
    open.course = open.course.visibility(Visibility::Public);
    let course = cast.does(Role::Program, open);
    cast.does(Role::Program, PublishCourse { course });
    for role in [Role::Nobody, Role::Member] {
        let snapshot = cast.school.app.snapshot();
        let viewed = catalog::require_visible(&snapshot, &cast.actor(role), course).unwrap();
        let refused = sections_of(&snapshot, &viewed, &first(2, None)).unwrap_err();
        assert_eq!(refused.problem(), Some(problems::FORBIDDEN), "{role}");
    }
}

#[test]
fn people_are_enrolled_in_a_section_of_the_course() {
    let (cast, course) = class();
    let section = cast.does(Role::Teacher, create(course, "Morning"));
    let enroll = |course, section| Enroll {
        course,
        user: cast.user(Role::Member),
        role: CourseRole::Student,
        section: Some(section),
        idempotency_key: None,
    };
    let other = cast.does(Role::Program, titled("CS-102"));
    assert_eq!(
        cast.refused(Role::Admin, enroll(other, section)),
        SECTION_NOT_FOUND,
        "of another course"
    );
    cast.does(Role::Teacher, enroll(course, section));
    let place = enrollment(&cast.school.app.snapshot(), course, cast.user(Role::Member));
    assert_eq!(place.unwrap().unwrap().section, Some(section));
    assert_eq!(
        cast.refused(Role::Teacher, DeleteSection { section }),
        SECTION_IN_USE
    );
    let empty = cast.does(Role::Teacher, create(course, "Evening"));
    cast.does(Role::Teacher, DeleteSection { section: empty });
    assert_eq!(
        cast.refused(Role::Teacher, DeleteSection { section: empty }),
        SECTION_NOT_FOUND
    );
    cast.school.agrees();
}

#[test]
fn a_section_changes_in_what_is_given_and_is_found_by_its_external_id() {
    let (cast, course) = class();
    let section = cast.does(Role::Teacher, create(course, "Morning"));
    let known = |text: &str| Some(ExternalId::parse(text).unwrap());
    let update = |section, change| UpdateSection { section, change };
    let change = SectionChange {
        external_id: Change::To(known("class-1")),
        starts_at: Change::To(Some(Timestamp::from_millis(5))),
        ..SectionChange::default()
    };
    cast.does(Role::Teacher, update(section, change.clone()));
    let snapshot = cast.school.app.snapshot();
    let after = super::section(&snapshot, section).unwrap().unwrap();
    assert_eq!(
        (after.name.as_str(), after.starts_at),
        ("Morning", Some(Timestamp::from_millis(5)))
    );
    let found = with_external_id(&snapshot, &known("class-1").unwrap()).unwrap();
    assert_eq!(found, Some(section));
    let other = cast.does(Role::Teacher, create(course, "Evening"));
    assert_eq!(
        cast.refused(Role::Teacher, update(other, change)),
        EXTERNAL_ID_TAKEN
    );
    let reversed = SectionChange {
        ends_at: Change::To(Some(Timestamp::from_millis(4))),
        ..SectionChange::default()
    };
    assert_eq!(
        cast.refused(Role::Teacher, update(section, reversed)),
        SECTION_DATES_REVERSED
    );
    cast.school.agrees();
}

#[test]
fn records_of_every_version_decode() {
    let section = Section {
        course: CourseId::from_bytes([7; 16]),
        name: "Morning".to_owned(),
        external_id: Some(ExternalId::parse("class-1").unwrap()),
        starts_at: Some(Timestamp::from_millis(1_700_000_000_000)),
        ends_at: None,
        created_at: Timestamp::from_millis(1_699_000_000_000),
    };
    testkit::fixture("courses/fixtures/section.v1", &section);
}
