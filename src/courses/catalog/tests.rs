//! Stories of courses and of who sees them.

use kernel::{Error, Timestamp, problems};
use people::users::{EXTERNAL_ID_TAKEN, ExternalId};
use testkit::{Cast, Role};

use super::*;
use crate::change::Change;
use crate::enrollments::{CourseRole, Enroll, enrollments_of};
use crate::neighbours::Neighbours;
use crate::sections::{CreateSection, NewSection};
use crate::terms::{TERM_NOT_FOUND, TermId};
use crate::tests::{cast, class, draft, first, leaf_through, set_state, titled};

fn seen(cast: &Cast, role: Role, course: CourseId) -> Option<Viewed> {
    view(&cast.school.app.snapshot(), &cast.actor(role), course).unwrap()
}

fn codes(cast: &Cast, role: Role, filter: &CourseFilter) -> Vec<String> {
    let (snapshot, actor) = (cast.school.app.snapshot(), cast.actor(role));
    let all = leaf_through(2, |page| courses(&snapshot, &actor, filter, page));
    all.into_iter()
        .map(|viewed| viewed.course.code.clone())
        .collect()
}

#[test]
fn a_course_begins_as_a_draft_that_only_its_staff_sees() {
    let cast = cast();
    let course = cast.does(Role::Staff, titled("CS-101"));
    let user = cast.user(Role::Student);
    cast.does(
        Role::Staff,
        Enroll {
            course,
            user,
            role: CourseRole::Student,
            section: None,
            idempotency_key: None,
        },
    );
    let made = seen(&cast, Role::Staff, course).unwrap();
    assert!(made.staff, "who makes a course teaches it");
    assert_eq!(made.enrollment.unwrap().role, CourseRole::Instructor);
    assert_eq!(
        (made.course.state, made.course.created_at),
        (CourseState::Draft, cast.school.app.now())
    );
    assert_eq!(seen(&cast, Role::Student, course), None);

    cast.does(Role::Staff, PublishCourse { course });
    let student = seen(&cast, Role::Student, course).unwrap();
    assert!(!student.staff);
    assert_eq!(student.course.state, CourseState::Published);
    for outside in [Role::Nobody, Role::Member] {
        assert_eq!(seen(&cast, outside, course), None, "{outside}");
    }
    let admin = seen(&cast, Role::Admin, course).unwrap();
    assert!(admin.staff && admin.enrollment.is_none());
    cast.school.agrees();
}

#[test]
fn a_course_is_published_once() {
    let (cast, course) = draft();
    cast.does(Role::Teacher, PublishCourse { course });
    let before = cast.school.events().len();
    cast.does(Role::Teacher, PublishCourse { course });
    assert_eq!(cast.school.events().len(), before, "nothing happened");
    set_state(&cast, course, CourseState::Archived);
    assert_eq!(
        cast.refused(Role::Teacher, PublishCourse { course }),
        COURSE_ARCHIVED
    );
    assert!(
        seen(&cast, Role::Student, course).is_some(),
        "an archived course can be read"
    );
    cast.school.agrees();
}

#[test]
fn a_code_is_taken_whatever_its_case_and_composition() {
    let cast = cast();
    let course = cast.does(Role::Staff, titled(" Caf\u{e9}-101 "));
    let refused = cast
        .tries(Role::Staff, titled("CAFE\u{301}-101"))
        .unwrap_err();
    let Error::Refused(refusal) = refused else {
        panic!("a refusal")
    };
    assert_eq!((refusal.problem, refusal.field), (CODE_TAKEN, Some("code")));
    let snapshot = cast.school.app.snapshot();
    assert_eq!(with_code(&snapshot, "cafÉ-101").unwrap(), Some(course));
    assert_eq!(with_code(&snapshot, "cafe-101").unwrap(), None);
    let kept = super::course(&snapshot, course).unwrap().unwrap();
    assert_eq!(kept.code, "Café-101", "as it was written");
    cast.school.agrees();
}

#[test]
fn what_somebody_may_not_see_is_the_same_as_what_does_not_exist() {
    let (cast, course) = draft();
    let snapshot = cast.school.app.snapshot();
    let missing = cast.school.app.new_id();
    for role in [Role::Member, Role::Student, Role::Observer, Role::Staff] {
        let actor = cast.actor(role);
        let hidden = require_visible(&snapshot, &actor, course)
            .unwrap_err()
            .to_string();
        assert_eq!(
            hidden,
            require_visible(&snapshot, &actor, missing)
                .unwrap_err()
                .to_string()
        );
        assert_eq!(
            hidden,
            require_staff(&snapshot, &actor, course)
                .unwrap_err()
                .to_string()
        );
    }
    let nobody = require_visible(&snapshot, &cast.actor(Role::Nobody), course).unwrap_err();
    assert_eq!(nobody.problem(), Some(problems::UNAUTHENTICATED));
    for role in [
        Role::Designer,
        Role::Assistant,
        Role::Teacher,
        Role::Admin,
        Role::Program,
    ] {
        assert!(
            require_staff(&snapshot, &cast.actor(role), course).is_ok(),
            "{role}"
        );
    }
}

/// Five courses, made by staff: the student is in three, one of which is a draft.
fn catalogue() -> Cast {
    let cast = cast();
    for (code, in_it, published) in [
        ("MA-201", true, true),
        ("CS-101", true, true),
        ("ph-001", false, true),
        ("CS-102", true, false),
        ("AR-300", false, false),
    ] {
        let course = cast.does(Role::Staff, titled(code));
        if in_it {
            let user = cast.user(Role::Student);
            cast.does(
                Role::Staff,
                Enroll {
                    course,
                    user,
                    role: CourseRole::Student,
                    section: None,
                    idempotency_key: None,
                },
            );
        }
        if published {
            cast.does(Role::Staff, PublishCourse { course });
        }
    }
    cast
}

#[test]
fn courses_are_listed_by_code_as_far_as_one_may_see() {
    let cast = catalogue();
    let all = CourseFilter::default();
    let everything = ["AR-300", "CS-101", "CS-102", "MA-201", "ph-001"];
    assert_eq!(codes(&cast, Role::Admin, &all), everything);
    assert_eq!(codes(&cast, Role::Program, &all), everything);
    assert_eq!(
        codes(&cast, Role::Staff, &all),
        everything,
        "all are their own"
    );
    assert_eq!(codes(&cast, Role::Student, &all), ["CS-101", "MA-201"]);
    assert_eq!(codes(&cast, Role::Member, &all), Vec::<String>::new());
    assert_eq!(codes(&cast, Role::Nobody, &all), Vec::<String>::new());
}

#[test]
fn courses_are_filtered_by_what_is_searched_by_state_and_by_mine() {
    let cast = catalogue();
    let search = |text: &str| CourseFilter {
        search: Some(text.to_owned()),
        ..CourseFilter::default()
    };
    let state = |state| CourseFilter {
        state: Some(state),
        ..CourseFilter::default()
    };
    let mine = CourseFilter {
        mine: true,
        ..CourseFilter::default()
    };
    assert_eq!(
        codes(&cast, Role::Admin, &search(" cs-")),
        ["CS-101", "CS-102"]
    );
    assert_eq!(codes(&cast, Role::Admin, &search("ABOUT PH")), ["ph-001"]);
    assert_eq!(
        codes(&cast, Role::Student, &search("about")),
        ["CS-101", "MA-201"]
    );
    assert_eq!(
        codes(&cast, Role::Admin, &search("  ")).len(),
        5,
        "nothing is searched for"
    );
    assert_eq!(
        codes(&cast, Role::Admin, &search(&"x".repeat(5_000))),
        Vec::<String>::new()
    );
    assert_eq!(
        codes(&cast, Role::Admin, &state(CourseState::Draft)),
        ["AR-300", "CS-102"]
    );
    assert_eq!(
        codes(&cast, Role::Student, &state(CourseState::Draft)),
        Vec::<String>::new()
    );
    assert_eq!(codes(&cast, Role::Admin, &mine), Vec::<String>::new());
    assert_eq!(codes(&cast, Role::Student, &mine), ["CS-101", "MA-201"]);
    assert_eq!(codes(&cast, Role::Staff, &mine).len(), 5);
}

#[test]
fn a_cursor_goes_on_behind_its_course_though_others_come_and_go() {
    let cast = catalogue();
    let (actor, all) = (cast.actor(Role::Admin), CourseFilter::default());
    let page = courses(&cast.school.app.snapshot(), &actor, &all, &first(2, None)).unwrap();
    assert_eq!(
        (page.total, page.has_next, page.has_previous),
        (5, true, false)
    );
    let cursor = page.entries.last().map(|(cursor, _)| cursor.clone());
    cast.does(Role::Staff, titled("AA-001"));
    cast.does(Role::Staff, titled("CS-101.b"));
    let snapshot = cast.school.app.snapshot();
    let filtered = CourseFilter {
        search: Some("about".to_owned()),
        ..CourseFilter::default()
    };
    for filter in [&all, &filtered] {
        let next = courses(&snapshot, &actor, filter, &first(2, cursor.as_ref())).unwrap();
        let codes: Vec<&str> = next
            .entries
            .iter()
            .map(|(_, v)| v.course.code.as_str())
            .collect();
        assert_eq!(codes, ["CS-101.b", "CS-102"]);
        assert_eq!(
            (next.total, next.has_next, next.has_previous),
            (7, true, true)
        );
    }
}

#[test]
fn an_archived_course_is_read_and_not_changed() {
    let (cast, course) = class();
    set_state(&cast, course, CourseState::Archived);
    let snapshot = cast.school.app.snapshot();
    let teacher = cast.actor(Role::Teacher);
    assert!(require_staff(&snapshot, &teacher, course).is_ok());
    for refused in [
        require_author(&snapshot, &teacher, course),
        require_instructor(&snapshot, &teacher, course),
        require_author(&snapshot, &cast.actor(Role::Admin), course),
    ] {
        assert_eq!(refused.unwrap_err().problem(), Some(COURSE_ARCHIVED));
    }
    let user = cast.user(Role::Member);
    let enroll = Enroll {
        course,
        user,
        role: CourseRole::Student,
        section: None,
        idempotency_key: None,
    };
    assert_eq!(cast.refused(Role::Teacher, enroll), COURSE_ARCHIVED);
}

/// A published course of this code that is shown to these.
fn shown_to(cast: &Cast, code: &str, visibility: Visibility) -> CourseId {
    let mut create = titled(code);
    create.course = create.course.visibility(visibility);
    let course = cast.does(Role::Program, create);
    cast.does(Role::Program, PublishCourse { course });
    course
}

#[test]
fn a_published_course_is_seen_by_those_whom_its_visibility_names() {
    let cast = cast();
    let strangers = [Role::Nobody, Role::Member, Role::Staff];
    for (visibility, seen_by) in [
        (Visibility::Enrolled, &strangers[..0]),
        (Visibility::School, &strangers[1..]),
        (Visibility::Public, &strangers[..]),
    ] {
        let course = shown_to(&cast, &format!("{visibility:?}"), visibility);
        for role in strangers {
            let viewed = seen(&cast, role, course);
            assert_eq!(viewed.is_some(), seen_by.contains(&role), "{role}");
            assert!(viewed.is_none_or(|viewed| !viewed.staff && !viewed.is_member()));
        }
        for state in [CourseState::Draft, CourseState::Archived] {
            set_state(&cast, course, state);
            for role in strangers {
                assert_eq!(seen(&cast, role, course), None, "{role} in {state:?}");
            }
        }
    }
}

#[test]
fn whoever_is_not_signed_in_is_asked_to_where_they_may_see_nothing() {
    let cast = cast();
    let (snapshot, nobody) = (cast.school.app.snapshot(), cast.actor(Role::Nobody));
    let course = shown_to(&cast, "CS-101", Visibility::School);
    for id in [course, cast.school.app.new_id()] {
        let refused = require_visible(&snapshot, &nobody, id).unwrap_err();
        assert_eq!(refused.problem(), Some(problems::UNAUTHENTICATED));
    }
    let public = shown_to(&cast, "CS-102", Visibility::Public);
    let snapshot = cast.school.app.snapshot();
    assert!(require_visible(&snapshot, &nobody, public).is_ok());
    for refused in [
        require_staff(&snapshot, &nobody, public),
        require_instructor(&snapshot, &nobody, public),
    ] {
        assert_eq!(
            refused.unwrap_err().problem(),
            Some(problems::UNAUTHENTICATED)
        );
    }
    let mine = CourseFilter {
        mine: true,
        ..CourseFilter::default()
    };
    let refused = courses(&snapshot, &nobody, &mine, &first(2, None)).unwrap_err();
    assert_eq!(refused.problem(), Some(problems::UNAUTHENTICATED));
    assert_eq!(
        codes(&cast, Role::Nobody, &CourseFilter::default()),
        ["CS-102"]
    );
}

#[test]
fn a_course_changes_in_what_is_given() {
    let (cast, course) = class();
    let update = |change| UpdateCourse { course, change };
    let change = CourseChange {
        title: Some("Computing for all".to_owned()),
        code: Some("cs-101".to_owned()),
        ends_at: Change::To(Some(Timestamp::from_millis(5))),
        visibility: Some(Visibility::School),
        external_id: Change::To(Some(ExternalId::parse("course-1").unwrap())),
        ..CourseChange::default()
    };
    cast.does(Role::Teacher, update(change.clone()));
    let after = seen(&cast, Role::Member, course).unwrap().course;
    assert_eq!(
        (
            after.title.as_str(),
            after.code.as_str(),
            after.language.as_str()
        ),
        ("Computing for all", "cs-101", "en")
    );
    let told = cast.school.events().len();
    cast.does(Role::Teacher, update(change));
    assert_eq!(cast.school.events().len(), told, "nothing happened");
    cast.school.agrees();
}

#[test]
fn a_change_outside_the_limits_is_refused_by_its_field() {
    let (cast, _) = class();
    let mut taken = titled("CS-100");
    let external_id = ExternalId::parse("course-1").ok();
    taken.course = taken.course.external_id(external_id.clone());
    cast.does(Role::Program, taken);
    let other = cast.does(Role::Program, titled("CS-102"));
    let none = CourseChange::default;
    let moment = |millis| Change::To(Some(Timestamp::from_millis(millis)));
    let code = Some("cs-101".to_owned());
    let short = Change::To(Some("seven77".to_owned()));
    let term = Change::To(Some(cast.school.app.new_id()));
    let (external_id, seats) = (Change::To(external_id), Change::To(Some(0)));
    let (starts_at, ends_at) = (moment(6), moment(5));
    for (change, problem, field) in [
        (CourseChange { code, ..none() }, CODE_TAKEN, "code"),
        (
            CourseChange {
                external_id,
                ..none()
            },
            EXTERNAL_ID_TAKEN,
            "externalId",
        ),
        (CourseChange { term, ..none() }, TERM_NOT_FOUND, "termId"),
        (
            CourseChange {
                starts_at,
                ends_at,
                ..none()
            },
            DATES_REVERSED,
            "endsAt",
        ),
        (CourseChange { seats, ..none() }, SEATS_INVALID, "seats"),
        (
            CourseChange {
                join_code: short,
                ..none()
            },
            JOIN_CODE_INVALID,
            "joinCode",
        ),
    ] {
        let update = UpdateCourse {
            course: other,
            change,
        };
        let Err(Error::Refused(refusal)) = cast.tries(Role::Admin, update) else {
            panic!("a refusal")
        };
        assert_eq!((refusal.problem, refusal.field), (problem, Some(field)));
    }
    cast.school.agrees();
}

/// Areas in which something was handed in, or said.
const BUSY: Neighbours = Neighbours {
    has_work: |_, _| Ok(true),
    ..Neighbours::NONE
};
const TALKATIVE: Neighbours = Neighbours {
    has_posts: |_, _| Ok(true),
    ..Neighbours::NONE
};

#[test]
fn a_course_is_hidden_again_until_somebody_hands_something_in() {
    let (cast, course) = class();
    let unpublish = |neighbours| UnpublishCourse { course, neighbours };
    assert_eq!(
        cast.refused(Role::Teacher, unpublish(BUSY)),
        COURSE_HAS_WORK
    );
    cast.does(Role::Teacher, unpublish(TALKATIVE));
    assert_eq!(seen(&cast, Role::Student, course), None);
    cast.does(Role::Teacher, unpublish(BUSY));
    cast.does(Role::Teacher, PublishCourse { course });
    assert!(seen(&cast, Role::Student, course).is_some());
    cast.school.agrees();
}

#[test]
fn an_archived_course_is_read_by_its_members_until_it_is_restored() {
    let (cast, course) = draft();
    let archive = ArchiveCourse { course };
    assert_eq!(
        cast.refused(Role::Teacher, archive.clone()),
        COURSE_NOT_PUBLISHED
    );
    cast.does(Role::Teacher, PublishCourse { course });
    cast.does(Role::Teacher, archive.clone());
    cast.does(Role::Teacher, archive);
    let read = seen(&cast, Role::Student, course).unwrap();
    assert_eq!(read.course.state, CourseState::Archived);
    let change = CourseChange::default();
    assert_eq!(
        cast.refused(Role::Teacher, UpdateCourse { course, change }),
        COURSE_ARCHIVED
    );
    cast.does(Role::Teacher, RestoreCourse { course });
    let told = cast.school.events().len();
    cast.does(Role::Teacher, RestoreCourse { course });
    assert_eq!(cast.school.events().len(), told, "nothing happened");
    let read = seen(&cast, Role::Student, course).unwrap();
    assert_eq!(read.course.state, CourseState::Published);
    cast.school.agrees();
}

#[test]
fn a_draft_that_nobody_worked_in_is_deleted_and_its_code_is_free_again() {
    let (cast, course) = class();
    let section = CreateSection {
        course,
        section: NewSection::named("Morning").unwrap(),
        idempotency_key: None,
    };
    cast.does(Role::Teacher, section);
    let delete = |neighbours| DeleteCourse { course, neighbours };
    let none = Neighbours::NONE;
    assert_eq!(cast.refused(Role::Teacher, delete(none)), COURSE_IN_USE);
    let neighbours = none;
    cast.does(Role::Teacher, UnpublishCourse { course, neighbours });
    for neighbours in [BUSY, TALKATIVE] {
        assert_eq!(
            cast.refused(Role::Teacher, delete(neighbours)),
            COURSE_IN_USE
        );
    }
    cast.does(Role::Teacher, delete(none));
    for role in [Role::Teacher, Role::Student, Role::Admin, Role::Program] {
        assert_eq!(seen(&cast, role, course), None, "{role}");
    }
    assert_eq!(cast.refused(Role::Admin, delete(none)), COURSE_NOT_FOUND);
    let (snapshot, admin) = (cast.school.app.snapshot(), cast.actor(Role::Admin));
    let user = cast.user(Role::Teacher);
    let places = enrollments_of(&snapshot, &admin, user, &first(5, None)).unwrap();
    assert_eq!((places.total, places.entries.len()), (0, 0));
    cast.does(Role::Staff, titled("CS-101"));
    cast.school.agrees();
}

#[test]
fn records_of_every_version_decode() {
    let course = Course {
        code: "CS-101".to_owned(),
        title: "Computing".to_owned(),
        description: "# Welcome".to_owned(),
        language: "pt-BR".to_owned(),
        state: CourseState::Published,
        starts_at: Some(Timestamp::from_millis(1_700_000_000_000)),
        ends_at: None,
        created_at: Timestamp::from_millis(1_699_000_000_000),
        visibility: Visibility::Enrolled,
        term: None,
        external_id: None,
        self_enrollment: false,
        seats: None,
        deleted: false,
        join_code: None,
    };
    testkit::fixture("courses/fixtures/course.v1", &course);
    for (name, state) in [
        ("draft", CourseState::Draft),
        ("archived", CourseState::Archived),
    ] {
        let course = Course {
            state,
            ..course.clone()
        };
        testkit::fixture(&format!("courses/fixtures/course.{name}.v1"), &course);
    }
    for (name, visibility) in [
        ("school", Visibility::School),
        ("public", Visibility::Public),
    ] {
        let course = Course {
            visibility,
            term: Some(TermId::from_bytes([7; 16])),
            external_id: Some(ExternalId::parse("course-1").unwrap()),
            self_enrollment: true,
            seats: Some(30),
            ..course.clone()
        };
        testkit::fixture(&format!("courses/fixtures/course.{name}.v1"), &course);
    }
    let by_code = Course {
        join_code: Some("ferns-and-moss".to_owned()),
        ..course.clone()
    };
    testkit::fixture("courses/fixtures/course.by-code.v1", &by_code);
    let deleted = Course {
        deleted: true,
        ..course
    };
    testkit::fixture("courses/fixtures/course.deleted.v1", &deleted);
}
