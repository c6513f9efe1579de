//! Stories of who is in which course.

use std::time::Duration;

use app::Tx;
use kernel::{Error, Problem, Timestamp, problems};
use people::users::USER_NOT_FOUND;
use testkit::{Cast, Role};

use super::tables::ENROLLMENTS;
use super::*;
use crate::catalog::{
    self, ArchiveCourse, COURSE_NOT_OPEN, CourseChange, CourseState, PublishCourse, UpdateCourse,
    Visibility,
};
use crate::change::Change;
use crate::sections::{CreateSection, DeleteSection, NewSection, SectionId};
use crate::tests::{Put, cast, class, draft, first, leaf_through, set_state, titled};

const DAY: Duration = Duration::from_hours(24);

fn enroll(cast: &Cast, course: CourseId, who: Role, role: CourseRole) {
    cast.does(
        Role::Program,
        Enroll {
            course,
            user: cast.user(who),
            role,
            section: None,
            idempotency_key: None,
        },
    );
}

fn change(cast: &Cast, who: Role, course: CourseId, change: EnrollmentChange) -> UpdateEnrollment {
    let user = cast.user(who);
    UpdateEnrollment {
        course,
        user,
        change,
    }
}

/// Changes the state of an enrolment, also to one that no command leads to.
fn move_to(cast: &Cast, course: CourseId, who: Role, state: EnrollmentState) {
    let place = (course, cast.user(who));
    let put = move |tx: &mut Tx<'_>| {
        let found = tx
            .get(&ENROLLMENTS, &place)?
            .expect("the enrolment is there");
        tx.put(&ENROLLMENTS, &place, &Enrollment { state, ..found })
    };
    cast.does(Role::Program, Put(put));
}

/// The codes of the courses in which `viewer` sees `user`, page by page.
fn seen(cast: &Cast, viewer: Role, user: Role) -> Vec<String> {
    let (snapshot, actor, user) = (
        cast.school.app.snapshot(),
        cast.actor(viewer),
        cast.user(user),
    );
    let all = leaf_through(2, |page| enrollments_of(&snapshot, &actor, user, page));
    let code = |(course, _)| {
        catalog::course(&snapshot, course)
            .unwrap()
            .unwrap()
            .code
            .clone()
    };
    all.into_iter().map(code).collect()
}

#[test]
fn enrolments_are_listed_newest_first_and_as_far_as_the_viewer_may_see() {
    let cast = cast();
    for (code, published, teacher_too) in [
        ("A", true, true),
        ("B", false, true),
        ("C", true, false),
        ("D", true, false),
        ("E", true, true),
    ] {
        let course = cast.does(Role::Program, titled(code));
        cast.school.clock.advance(DAY);
        enroll(&cast, course, Role::Student, CourseRole::Student);
        if teacher_too {
            enroll(&cast, course, Role::Teacher, CourseRole::Instructor);
        }
        if published {
            cast.does(Role::Program, PublishCourse { course });
        }
    }
    assert_eq!(
        seen(&cast, Role::Admin, Role::Student),
        ["E", "D", "C", "B", "A"]
    );
    assert_eq!(
        seen(&cast, Role::Program, Role::Student),
        ["E", "D", "C", "B", "A"]
    );
    assert_eq!(
        seen(&cast, Role::Student, Role::Student),
        ["E", "D", "C", "A"],
        "no draft"
    );
    assert_eq!(
        seen(&cast, Role::Teacher, Role::Student),
        ["E", "B", "A"],
        "those they teach"
    );
    assert_eq!(seen(&cast, Role::Teacher, Role::Teacher), ["E", "B", "A"]);
    for stranger in [Role::Nobody, Role::Member, Role::Staff] {
        assert_eq!(
            seen(&cast, stranger, Role::Student),
            Vec::<String>::new(),
            "{stranger}"
        );
    }
    assert_eq!(
        seen(&cast, Role::Student, Role::Teacher),
        Vec::<String>::new()
    );
    cast.school.agrees();
}

#[test]
fn a_cursor_of_somebody_elses_list_is_refused() {
    let (cast, _) = class();
    let (snapshot, admin) = (cast.school.app.snapshot(), cast.actor(Role::Admin));
    let all = |user, after: Option<&kernel::Cursor>| {
        enrollments_of(&snapshot, &admin, user, &first(1, after))
    };
    let page = all(cast.user(Role::Student), None).unwrap();
    let (cursor, _) = page.entries.first().unwrap();
    let refused = all(cast.user(Role::Observer), Some(cursor)).unwrap_err();
    assert_eq!(refused.problem(), Some(problems::CURSOR_INVALID));
}

#[test]
fn active_students_and_instructors_are_counted_and_listed() {
    let (cast, course) = class();
    cast.school.clock.advance(DAY);
    enroll(&cast, course, Role::Admin, CourseRole::Instructor);
    enroll(&cast, course, Role::Member, CourseRole::Student);
    let students = || active_students(&cast.school.app.snapshot(), course).unwrap();
    let teachers = || instructors(&cast.school.app.snapshot(), course).unwrap();
    assert_eq!(students(), 2, "no observer, no staff");
    assert_eq!(
        teachers(),
        [cast.user(Role::Teacher), cast.user(Role::Admin)],
        "the longest first"
    );
    move_to(&cast, course, Role::Member, EnrollmentState::Completed);
    move_to(&cast, course, Role::Teacher, EnrollmentState::Inactive);
    assert_eq!((students(), teachers()), (1, vec![cast.user(Role::Admin)]));
    cast.school.agrees();
}

#[test]
fn somebody_is_enrolled_once_and_must_be_of_the_school() {
    let (cast, course) = class();
    let again = Enroll {
        course,
        user: cast.user(Role::Student),
        role: CourseRole::Observer,
        section: None,
        idempotency_key: None,
    };
    let Err(Error::Refused(refusal)) = cast.tries(Role::Teacher, again) else {
        panic!("a refusal")
    };
    assert_eq!(
        (refusal.problem, refusal.field),
        (ALREADY_ENROLLED, Some("userId"))
    );
    let stranger = Enroll {
        course,
        user: cast.school.app.new_id(),
        role: CourseRole::Student,
        section: None,
        idempotency_key: None,
    };
    assert_eq!(cast.refused(Role::Teacher, stranger), USER_NOT_FOUND);
    let nowhere = Enroll {
        course: cast.school.app.new_id(),
        user: cast.user(Role::Member),
        role: CourseRole::Student,
        section: None,
        idempotency_key: None,
    };
    assert_eq!(cast.refused(Role::Admin, nowhere).code, "NOT_FOUND");
    let new = Enroll {
        course,
        user: cast.user(Role::Member),
        role: CourseRole::Student,
        section: None,
        idempotency_key: None,
    };
    let enrolled = cast.does(Role::Teacher, new);
    assert_eq!(
        (enrolled.state, enrolled.enrolled_at),
        (EnrollmentState::Active, cast.school.app.now())
    );
    let told = cast.school.events().pop().unwrap();
    assert_eq!(told.subject, "edusphere.courses.enrolled");
    assert_eq!(told.actor, cast.user(Role::Teacher).to_string());
    cast.school.agrees();
}

/// Whether the student sees the course, and why they may not take part, if so.
fn standing(cast: &Cast, course: CourseId) -> (bool, Option<Problem>) {
    let (snapshot, actor) = (cast.school.app.snapshot(), cast.actor(Role::Student));
    let sees = catalog::view(&snapshot, &actor, course).unwrap().is_some();
    let part = require_participant(&snapshot, &actor, course, &[CourseRole::Student]);
    (sees, part.err().and_then(|error| error.problem()))
}

#[test]
fn an_enrolment_lets_one_look_or_take_part_as_its_state_says() {
    let (cast, course) = class();
    for (state, sees, refused) in [
        (EnrollmentState::Invited, true, Some(NOT_A_PARTICIPANT)),
        (EnrollmentState::Completed, true, Some(NOT_A_PARTICIPANT)),
        (
            EnrollmentState::Inactive,
            false,
            Some(catalog::COURSE_NOT_FOUND),
        ),
        (EnrollmentState::Active, true, None),
    ] {
        move_to(&cast, course, Role::Student, state);
        assert_eq!(standing(&cast, course), (sees, refused), "{state:?}");
    }
    assert_eq!(seen(&cast, Role::Student, Role::Student), ["CS-101"]);
    move_to(&cast, course, Role::Student, EnrollmentState::Inactive);
    assert_eq!(
        seen(&cast, Role::Student, Role::Student),
        Vec::<String>::new()
    );
    assert_eq!(
        seen(&cast, Role::Admin, Role::Student),
        Vec::<String>::new()
    );
    move_to(&cast, course, Role::Teacher, EnrollmentState::Completed);
    let teacher = cast.actor(Role::Teacher);
    let viewed = catalog::view(&cast.school.app.snapshot(), &teacher, course)
        .unwrap()
        .unwrap();
    assert!(!viewed.staff, "who taught once reads along");
    cast.school.agrees();
}

#[test]
fn nobody_takes_part_in_a_draft_or_an_archived_course() {
    let (cast, course) = draft();
    assert_eq!(
        standing(&cast, course),
        (false, Some(catalog::COURSE_NOT_FOUND))
    );
    let snapshot = cast.school.app.snapshot();
    let teacher = cast.actor(Role::Teacher);
    let part = require_participant(&snapshot, &teacher, course, &[CourseRole::Instructor]);
    assert_eq!(part.unwrap_err().problem(), Some(COURSE_NOT_OPEN));
    set_state(&cast, course, CourseState::Published);
    assert_eq!(standing(&cast, course), (true, None));
    set_state(&cast, course, CourseState::Archived);
    assert_eq!(standing(&cast, course), (true, Some(COURSE_NOT_OPEN)));
}

#[test]
fn two_people_know_each_other_by_a_course_that_both_are_in() {
    let (cast, course) = class();
    let knows = |one: Role, other: Role| {
        shares_course(
            &cast.school.app.snapshot(),
            &cast.actor(one),
            cast.user(other),
        )
        .unwrap()
    };
    assert!(knows(Role::Student, Role::Teacher) && knows(Role::Observer, Role::Student));
    assert!(!knows(Role::Member, Role::Student) && !knows(Role::Student, Role::Member));
    assert!(!knows(Role::Nobody, Role::Student) && !knows(Role::Program, Role::Student));
    set_state(&cast, course, CourseState::Draft);
    assert!(
        !knows(Role::Student, Role::Teacher),
        "in a draft that the student does not see"
    );
    assert!(knows(Role::Teacher, Role::Student));
    set_state(&cast, course, CourseState::Published);
    move_to(&cast, course, Role::Student, EnrollmentState::Inactive);
    assert!(
        !knows(Role::Teacher, Role::Student),
        "who has left is no longer in it"
    );
}

#[test]
fn staff_list_who_is_in_a_course_and_who_was() {
    let (cast, course) = class();
    let user = cast.user(Role::Observer);
    cast.does(Role::Teacher, Unenroll { course, user });
    let listed = |role: Role| {
        let snapshot = cast.school.app.snapshot();
        let viewed = catalog::require_visible(&snapshot, &cast.actor(role), course)?;
        enrollments_in(&snapshot, &viewed, &first(2, None))?;
        Ok(leaf_through(2, |page| {
            enrollments_in(&snapshot, &viewed, page)
        }))
    };
    for role in [Role::Teacher, Role::Designer, Role::Admin] {
        let all = listed(role).unwrap();
        let gone = |(who, place): &&(UserId, Enrollment)| *who == user && !place.holds();
        assert_eq!((all.len(), all.iter().filter(gone).count()), (5, 1));
    }
    let refused: Error = listed(Role::Student).unwrap_err();
    assert_eq!(refused.problem(), Some(problems::FORBIDDEN));
}

#[test]
fn a_place_is_changed_ended_and_given_again() {
    let (cast, course) = class();
    let section = CreateSection {
        course,
        section: NewSection::named("Morning").unwrap(),
        idempotency_key: None,
    };
    let section = cast.does(Role::Teacher, section);
    let moved = EnrollmentChange {
        role: Some(CourseRole::Assistant),
        section: Change::To(Some(section)),
        ..EnrollmentChange::default()
    };
    let place = cast.does(Role::Teacher, change(&cast, Role::Student, course, moved));
    assert_eq!(
        (place.role, place.state, place.section),
        (
            CourseRole::Assistant,
            EnrollmentState::Active,
            Some(section)
        )
    );
    let told = cast.school.events().len();
    cast.does(Role::Teacher, change(&cast, Role::Student, course, moved));
    assert_eq!(cast.school.events().len(), told, "nothing happened");
    let invited = EnrollmentChange {
        state: Some(EnrollmentState::Invited),
        ..EnrollmentChange::default()
    };
    assert_eq!(
        cast.refused(Role::Teacher, change(&cast, Role::Student, course, invited)),
        ENROLLMENT_STATE_INVALID
    );
    assert_eq!(
        cast.refused(Role::Teacher, change(&cast, Role::Member, course, moved)),
        ENROLLMENT_NOT_FOUND
    );

    let user = cast.user(Role::Student);
    cast.does(Role::Teacher, Unenroll { course, user });
    cast.does(Role::Teacher, Unenroll { course, user });
    assert!(!standing(&cast, course).0);
    assert_eq!(cast.school.events().len(), told + 1, "it ended once");
    cast.does(Role::Teacher, DeleteSection { section });
    assert_eq!(
        cast.refused(Role::Student, join(course, None)).code,
        "NOT_FOUND"
    );
    enroll(&cast, course, Role::Student, CourseRole::Student);
    assert_eq!(standing(&cast, course), (true, None));
    assert_eq!(
        active_students(&cast.school.app.snapshot(), course).unwrap(),
        1
    );
    cast.school.agrees();
}

fn join(course: CourseId, code: Option<&str>) -> EnrollSelf {
    EnrollSelf {
        course,
        code: code.map(str::to_owned),
        idempotency_key: Some("join".to_owned()),
    }
}

/// A published course that is changed so.
fn open_course(change: CourseChange) -> (Cast, CourseId) {
    let (cast, course) = class();
    cast.does(Role::Teacher, UpdateCourse { course, change });
    (cast, course)
}

#[test]
fn who_sees_a_course_that_is_open_comes_in_and_leaves_as_they_like() {
    let (cast, course) = open_course(CourseChange {
        visibility: Some(Visibility::School),
        self_enrollment: Some(true),
        seats: Change::To(Some(2)),
        ..CourseChange::default()
    });
    let place = cast.does(Role::Member, join(course, None));
    assert_eq!((place.role, place.by_self), (CourseRole::Student, true));
    assert_eq!(
        cast.does(Role::Member, join(course, None)),
        place,
        "asked twice"
    );
    assert_eq!(cast.refused(Role::Staff, join(course, None)), COURSE_FULL);
    cast.does(Role::Member, LeaveCourse { course });
    cast.does(Role::Staff, join(course, None));
    let again = EnrollSelf {
        idempotency_key: None,
        ..join(course, None)
    };
    assert_eq!(cast.refused(Role::Member, again.clone()), COURSE_FULL);
    cast.does(Role::Staff, LeaveCourse { course });
    cast.does(Role::Member, again.clone());

    assert_eq!(
        cast.refused(Role::Student, LeaveCourse { course }),
        NOT_SELF_ENROLLED
    );
    assert_eq!(
        cast.refused(Role::Student, join(course, None)),
        ALREADY_ENROLLED
    );
    let user = cast.user(Role::Member);
    cast.does(Role::Teacher, Unenroll { course, user });
    assert_eq!(cast.refused(Role::Member, again), ENROLLMENT_ENDED);
    cast.school.agrees();
}

#[test]
fn the_code_of_a_course_lets_in_who_does_not_see_it() {
    let (cast, course) = open_course(CourseChange {
        join_code: Change::To(Some("ferns-and-moss".to_owned())),
        ..CourseChange::default()
    });
    for wrong in [None, Some("ferns-and-mos"), Some("")] {
        let refused = cast.refused(Role::Member, join(course, wrong));
        assert_eq!(refused, catalog::COURSE_NOT_FOUND, "{wrong:?}");
    }
    let place = cast.does(Role::Member, join(course, Some("ferns-and-moss")));
    assert!(place.is_active_student());
    let draft = cast.does(Role::Program, titled("CS-102"));
    assert_eq!(
        cast.refused(Role::Member, join(draft, None)),
        catalog::COURSE_NOT_FOUND
    );
    let shown = CourseChange {
        visibility: Some(Visibility::School),
        ..CourseChange::default()
    };
    let change = UpdateCourse {
        course,
        change: shown,
    };
    cast.does(Role::Teacher, change);
    assert_eq!(
        cast.refused(Role::Staff, join(course, None)),
        SELF_ENROLLMENT_CLOSED
    );
    assert_eq!(
        cast.refused(Role::Staff, join(course, Some("moss"))),
        JOIN_CODE_WRONG
    );
    cast.does(Role::Teacher, ArchiveCourse { course });
    assert_eq!(
        cast.refused(Role::Admin, join(course, Some("ferns-and-moss"))),
        COURSE_NOT_OPEN
    );
    cast.school.agrees();
}

#[test]
fn records_of_every_version_decode() {
    let enrollment = Enrollment {
        role: CourseRole::Instructor,
        state: EnrollmentState::Active,
        enrolled_at: Timestamp::from_millis(1_700_000_000_000),
        section: None,
        by_self: false,
    };
    let by_self = Enrollment {
        by_self: true,
        ..enrollment.clone()
    };
    testkit::fixture("courses/fixtures/enrollment.by-self.v1", &by_self);
    let in_section = Enrollment {
        section: Some(SectionId::from_bytes([7; 16])),
        ..enrollment.clone()
    };
    testkit::fixture("courses/fixtures/enrollment.in-section.v1", &in_section);
    testkit::fixture("courses/fixtures/enrollment.v1", &enrollment);
    for (name, role, state) in [
        (
            "assistant-invited",
            CourseRole::Assistant,
            EnrollmentState::Invited,
        ),
        (
            "student-completed",
            CourseRole::Student,
            EnrollmentState::Completed,
        ),
        (
            "observer-inactive",
            CourseRole::Observer,
            EnrollmentState::Inactive,
        ),
        (
            "designer-active",
            CourseRole::Designer,
            EnrollmentState::Active,
        ),
    ] {
        let enrollment = Enrollment {
            role,
            state,
            ..enrollment.clone()
        };
        testkit::fixture(
            &format!("courses/fixtures/enrollment.{name}.v1"),
            &enrollment,
        );
    }
}
