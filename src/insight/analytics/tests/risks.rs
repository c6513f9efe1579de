//! Stories of students who may fall behind.

use super::*;
use crate::analytics::RiskReason;
use crate::tests::DAY;

/// Who is at risk, how much in millionths, and why.
fn at_risk(cast: &Cast, course: CourseId) -> Vec<(Role, u32, Vec<RiskReason>)> {
    catch_up(cast);
    cast.school.agrees();
    let (snapshot, actor) = (cast.school.app.snapshot(), cast.actor(Role::Teacher));
    let listed = at_risk_students(&snapshot, &actor, course, 10, cast.school.app.now()).unwrap();
    let who = |user| {
        let students = [Role::Student, Role::Member, Role::Admin, Role::Staff];
        students
            .into_iter()
            .find(|role| cast.user(*role) == user)
            .unwrap()
    };
    let row = |listed: super::super::AtRisk| {
        #[expect(
            clippy::cast_possible_truncation,
            clippy::cast_sign_loss,
            reason = "0 to 1"
        )]
        let risk = (listed.risk * 1e6).round() as u32;
        (who(listed.student), risk, listed.reasons)
    };
    listed.into_iter().map(row).collect()
}

#[test]
fn work_is_missing_as_soon_as_it_is_overdue_without_any_event() {
    let (cast, course) = class();
    enroll(&cast, course, Role::Member, CourseRole::Student);
    let essay = essay(&cast, 2);
    let essay = set(&cast, course, essay);
    cast.does(Role::Member, hand_in(essay));
    assert_eq!(at_risk(&cast, course), []);
    cast.school.clock.advance(2 * DAY);
    assert_eq!(at_risk(&cast, course), [], "it is due, not overdue");
    cast.school.clock.advance(HOUR);
    let missing = vec![RiskReason::MissingWork];
    assert_eq!(at_risk(&cast, course), [(Role::Student, 350_000, missing)]);
    cast.does(Role::Student, hand_in(essay));
    let late = vec![RiskReason::LateWork];
    assert_eq!(at_risk(&cast, course), [(Role::Student, 100_000, late)]);
}

#[test]
fn students_who_go_quiet_are_found_without_any_event() {
    let (cast, course) = class();
    let essay = essay(&cast, 30);
    let essay = set(&cast, course, essay);
    cast.does(Role::Student, hand_in(essay));
    cast.school.clock.advance(7 * DAY);
    assert_eq!(at_risk(&cast, course), []);
    cast.school.clock.advance(DAY);
    let quiet = |risk| [(Role::Student, risk, vec![RiskReason::Inactive])];
    assert_eq!(at_risk(&cast, course), quiet(175_000));
    cast.school.clock.advance(6 * DAY);
    assert_eq!(at_risk(&cast, course), quiet(350_000));
    cast.does(Role::Student, hand_in(essay));
    assert_eq!(at_risk(&cast, course), [], "back again");
}

#[test]
fn the_likeliest_come_first_and_who_left_is_not_listed() {
    let (cast, course) = class();
    for role in [Role::Member, Role::Admin, Role::Staff] {
        enroll(&cast, course, role, CourseRole::Student);
    }
    let (one, two) = (essay(&cast, 1), essay(&cast, 2));
    let (one, two) = (set(&cast, course, one), set(&cast, course, two));
    for (role, score) in [(Role::Member, 6.0), (Role::Staff, 20.0)] {
        let work = cast.does(role, hand_in(one));
        cast.does(Role::Teacher, grade(work, score));
        cast.does(role, hand_in(two));
    }
    cast.does(Role::Admin, hand_in(two));
    cast.school.clock.advance(3 * DAY);
    let (missing, low) = (vec![RiskReason::MissingWork], vec![RiskReason::LowScores]);
    let expected = [
        (Role::Student, 350_000, missing.clone()),
        (Role::Admin, 175_000, missing),
        (Role::Member, 100_000, low),
    ];
    assert_eq!(at_risk(&cast, course), expected);
    let (snapshot, actor) = (cast.school.app.snapshot(), cast.actor(Role::Admin));
    let first = at_risk_students(&snapshot, &actor, course, 1, cast.school.app.now()).unwrap();
    assert_eq!(first.len(), 1);
}

#[test]
fn a_course_is_looked_through_when_something_may_have_changed_by_time_alone() {
    let (cast, course) = class();
    catch_up(&cast);
    let due = || {
        let review = cast
            .school
            .app
            .snapshot()
            .get(&super::super::tables::REVIEWS, &course);
        review.unwrap().unwrap().due_at
    };
    assert_eq!(due(), at("2023-11-15T00:00:00Z"), "the next day begins");
    let essay = essay(&cast, 0)
        .dates(None, Some(at("2023-11-14T18:00:00Z")), None)
        .unwrap();
    set(&cast, course, essay);
    catch_up(&cast);
    assert_eq!(
        due(),
        at("2023-11-14T18:00:00.000001Z"),
        "an assignment is overdue"
    );
    cast.school.clock.set(at("2023-11-14T19:00:00Z"));
    catch_up(&cast);
    assert_eq!(due(), at("2023-11-15T00:00:00Z"));
}
