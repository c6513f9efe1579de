//! Stories of extensions.

use courses::catalog;
use kernel::{Timestamp, problems};
use testkit::{Cast, Role};

use super::*;
use crate::assignments::{
    self, ASSIGNMENT_CLOSED, ATTEMPTS_EXHAUSTED, AssignmentId, Change, DATES_UNORDERED,
    LatePenalty, LateUnit,
};
use crate::grading::GradeSubmission;
use crate::submissions::{self, SubmissionId};
use crate::tests::{DAY, class, enroll, essay, hand_in, set};

fn holder(cast: &Cast, role: Role) -> Holder {
    Holder::User(cast.user(role))
}

fn due(due_at: Timestamp) -> Extension {
    Extension {
        due_at: Some(due_at),
        ..Extension::default()
    }
}

fn grant(cast: &Cast, assignment: AssignmentId, extension: Extension) -> GrantExtension {
    GrantExtension {
        assignment,
        holder: holder(cast, Role::Student),
        extension,
    }
}

/// When the assignment is due for somebody, as a list of the course shows it.
fn due_for(cast: &Cast, role: Role, id: AssignmentId) -> Option<Timestamp> {
    let (snapshot, actor) = (cast.school.app.snapshot(), cast.actor(role));
    let viewed = assignments::view(&snapshot, &actor, id).unwrap().unwrap();
    let extended = of_viewer(&snapshot, &actor, &viewed.course).unwrap();
    let due_at = extended.terms(id, &viewed.assignment).due_at;
    assert_eq!(due_at, extended.due_at(id, viewed.assignment.due_at));
    due_at
}

fn late(cast: &Cast, id: SubmissionId) -> bool {
    let (snapshot, admin) = (cast.school.app.snapshot(), cast.actor(Role::Admin));
    let seen = submissions::view(&snapshot, &admin, id).unwrap().unwrap();
    seen.submission.late
}

#[test]
fn who_has_an_extension_goes_by_its_dates_and_nobody_else() {
    let (cast, course) = class();
    enroll(&cast, course, Role::Member);
    let start = cast.school.app.now();
    let (due_at, lock_at) = (start.plus(DAY), start.plus(2 * DAY));
    let dated = essay().dates(None, Some(due_at), Some(lock_at)).unwrap();
    let essay = set(&cast, course, dated);
    let extension = Extension {
        lock_at: Some(start.plus(5 * DAY)),
        ..due(start.plus(4 * DAY))
    };
    cast.does(Role::Assistant, grant(&cast, essay, extension));
    for (role, due_at) in [
        (Role::Student, start.plus(4 * DAY)),
        (Role::Member, due_at),
        (Role::Teacher, due_at),
        (Role::Observer, due_at),
        (Role::Admin, due_at),
    ] {
        assert_eq!(due_for(&cast, role, essay), Some(due_at), "{role}");
    }
    cast.school.clock.advance(3 * DAY);
    assert_eq!(
        cast.refused(Role::Member, hand_in(essay, "late")),
        ASSIGNMENT_CLOSED
    );
    let in_time = cast.does(Role::Student, hand_in(essay, "in time"));
    assert!(!late(&cast, in_time));
    cast.school.clock.advance(DAY + DAY / 2);
    let too_late = cast.does(Role::Student, hand_in(essay, "late"));
    assert!(late(&cast, too_late));
    cast.school.agrees();
}

#[test]
fn an_extension_can_give_more_attempts_and_be_changed_and_taken_away() {
    let (cast, course) = class();
    let essay = set(&cast, course, essay().attempts(Some(1)).unwrap());
    let one_more = Extension {
        extra_attempts: 1,
        ..Extension::default()
    };
    cast.does(Role::Teacher, grant(&cast, essay, one_more));
    assert_eq!(
        cast.refused(Role::Teacher, grant(&cast, essay, one_more)),
        EXTENSION_GRANTED
    );
    cast.does(Role::Student, hand_in(essay, "one"));
    cast.does(Role::Student, hand_in(essay, "two"));
    let third = || cast.tries(Role::Student, hand_in(essay, "three"));
    assert_eq!(third().unwrap_err().problem(), Some(ATTEMPTS_EXHAUSTED));
    let holder = holder(&cast, Role::Student);
    let update = |extra_attempts| UpdateExtension {
        assignment: essay,
        holder,
        change: ExtensionChange {
            extra_attempts: Change::To(extra_attempts),
            ..ExtensionChange::default()
        },
    };
    cast.does(Role::Teacher, update(2));
    third().unwrap();
    assert_eq!(cast.refused(Role::Teacher, update(0)), EXTENSION_EMPTY);
    let events = cast.school.events().len();
    cast.does(Role::Teacher, update(2));
    assert_eq!(cast.school.events().len(), events, "nothing changed");
    let revoke = RevokeExtension {
        assignment: essay,
        holder,
    };
    cast.does(Role::Teacher, revoke.clone());
    assert_eq!(cast.refused(Role::Teacher, revoke), EXTENSION_NOT_FOUND);
    assert_eq!(cast.refused(Role::Teacher, update(1)), EXTENSION_NOT_FOUND);
    assert!(third().is_err());
    cast.school.agrees();
}

#[test]
fn only_who_learns_in_the_course_has_an_extension_and_its_dates_make_sense() {
    let (cast, course) = class();
    let start = cast.school.app.now();
    let dated = essay().dates(None, None, Some(start.plus(DAY))).unwrap();
    let essay = set(&cast, course, dated);
    for role in [Role::Teacher, Role::Observer, Role::Member] {
        let to = GrantExtension {
            holder: holder(&cast, role),
            ..grant(&cast, essay, due(start))
        };
        assert_eq!(cast.refused(Role::Teacher, to), NOT_A_LEARNER, "{role}");
    }
    let after_it_closes = grant(&cast, essay, due(start.plus(2 * DAY)));
    assert_eq!(
        cast.refused(Role::Teacher, after_it_closes),
        DATES_UNORDERED
    );
    cast.school.agrees();
}

#[test]
fn those_who_grade_see_the_extensions_of_an_assignment() {
    let (cast, course) = class();
    let essay = set(&cast, course, essay());
    let extension = due(cast.school.app.now());
    cast.does(Role::Teacher, grant(&cast, essay, extension));
    let seen = |role: Role| {
        let (snapshot, actor) = (cast.school.app.snapshot(), cast.actor(role));
        let viewed = assignments::view(&snapshot, &actor, essay)
            .unwrap()
            .unwrap();
        extensions_of(&snapshot, &actor, &viewed)
    };
    let all = [(holder(&cast, Role::Student), extension)];
    for role in [Role::Teacher, Role::Assistant, Role::Admin] {
        assert_eq!(seen(role).unwrap(), all, "{role}");
    }
    for role in [Role::Student, Role::Observer, Role::Designer] {
        let refused = seen(role).unwrap_err().problem();
        assert_eq!(refused, Some(problems::FORBIDDEN), "{role}");
    }
}

#[test]
fn an_extension_takes_away_what_lateness_would_cost() {
    let (cast, course) = class();
    let start = cast.school.app.now();
    let penalty = LatePenalty::new(10.0, LateUnit::Day, 0.0).unwrap();
    let dated = essay().dates(None, Some(start), None).unwrap();
    let essay = set(&cast, course, dated.late(true, Some(penalty)));
    cast.school.clock.advance(2 * DAY);
    let id = cast.does(Role::Student, hand_in(essay, "late"));
    let graded = || {
        let grade = GradeSubmission {
            submission: id,
            score: 9.0,
            feedback: Change::Keep,
        };
        cast.does(Role::Teacher, grade);
        let (snapshot, admin) = (cast.school.app.snapshot(), cast.actor(Role::Admin));
        let seen = submissions::view(&snapshot, &admin, id).unwrap().unwrap();
        seen.grade.unwrap().score
    };
    assert!((graded() - 7.0).abs() < 1e-9);
    cast.does(Role::Teacher, grant(&cast, essay, due(start.plus(DAY))));
    assert!((graded() - 8.0).abs() < 1e-9);
    cast.school.agrees();
}

#[test]
fn a_course_without_extensions_costs_one_read_and_staff_none() {
    let (cast, course) = class();
    let id = set(&cast, course, essay());
    let reads = |role: Role| {
        let (snapshot, actor) = (cast.school.app.snapshot(), cast.actor(role));
        let viewed = catalog::view(&snapshot, &actor, course).unwrap().unwrap();
        let before = snapshot.reads();
        let found = of_viewer(&snapshot, &actor, &viewed).unwrap();
        (snapshot.reads() - before, found == Extended::default())
    };
    assert_eq!(reads(Role::Student), (1, true));
    assert_eq!(reads(Role::Teacher), (0, true));
    cast.does(Role::Teacher, grant(&cast, id, due(cast.school.app.now())));
    assert_eq!(reads(Role::Student), (2, false));
    assert_eq!(reads(Role::Admin), (0, true));
}

#[test]
fn records_of_every_version_decode() {
    let at = |millis| Some(Timestamp::from_millis(millis));
    let extension = Extension {
        unlock_at: at(1_699_000_000_000),
        due_at: at(1_700_000_000_000),
        lock_at: at(1_701_000_000_000),
        extra_attempts: 2,
    };
    testkit::fixture("assess/fixtures/extension.v1", &extension);
}
