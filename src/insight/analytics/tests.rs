//! Stories of dashboards.

mod changes;
mod days;
mod fixtures;
mod risks;
mod size;

use std::time::Duration;

use courses::catalog::CourseId;
use courses::enrollments::CourseRole;
use courses::modules::{AddItem, CreateModule, Linked, WebAddress, items_of};
use courses::pages::CreatePage;
use courses::progress::CompleteItem;
use kernel::Timestamp;
use testkit::{Cast, Role};

use super::{Dashboard, at_risk_students, dashboard};
use crate::tests::{catch_up, class, enroll, essay, grade, hand_in, set};

const HOUR: Duration = Duration::from_hours(1);

/// The dashboard that the teacher sees, when all has been taken into account.
fn seen(cast: &Cast, course: CourseId, days: i64) -> Dashboard {
    catch_up(cast);
    cast.school.agrees();
    let (snapshot, actor) = (cast.school.app.snapshot(), cast.actor(Role::Teacher));
    dashboard(&snapshot, &actor, course, days, cast.school.app.now()).unwrap()
}

fn at(text: &str) -> Timestamp {
    text.parse().unwrap()
}

#[test]
fn a_course_without_anybody_has_no_rates() {
    let (cast, _) = class();
    let course = courses::catalog::NewCourse::titled("CS-102", "Empty").unwrap();
    let course = cast.does(
        Role::Program,
        courses::catalog::CreateCourse {
            course,
            idempotency_key: None,
        },
    );
    enroll(&cast, course, Role::Teacher, CourseRole::Instructor);
    let shown = seen(&cast, course, 2);
    assert_eq!((shown.enrolled_students, shown.active_students), (0, 0));
    assert_eq!(shown.submission_count, 0);
    assert_eq!(
        (
            shown.on_time_rate,
            shown.average_score,
            shown.completion_rate
        ),
        (None, None, None)
    );
    assert_eq!(shown.activity_by_day.len(), 2);
    let bands: Vec<_> = shown
        .score_distribution
        .iter()
        .map(|band| (band.from, band.to, band.count))
        .collect();
    assert_eq!(bands.first(), Some(&(0, 10, 0)));
    assert_eq!(bands.last(), Some(&(90, 100, 0)));
    assert_eq!(bands.len(), 10);
}

/// Two students, two essays: one hands in on time and again late, the other late; one is graded
/// twice.
#[test]
fn submissions_and_scores_are_counted_by_student_and_assignment() {
    let (cast, course) = class();
    enroll(&cast, course, Role::Member, CourseRole::Student);
    let (first, second) = (essay(&cast, 1), essay(&cast, 5));
    let (first, second) = (set(&cast, course, first), set(&cast, course, second));
    let early = cast.does(Role::Student, hand_in(first));
    cast.school.clock.advance(48 * HOUR);
    let again = cast.does(Role::Student, hand_in(first));
    let late = cast.does(Role::Member, hand_in(first));
    let other = cast.does(Role::Member, hand_in(second));
    let shown = seen(&cast, course, 1);
    assert_eq!((shown.submission_count, shown.on_time_rate), (4, Some(0.5)));
    assert_eq!(shown.average_score, None);
    for (submission, score) in [(early, 10.0), (late, 5.0), (other, 20.0)] {
        cast.does(Role::Teacher, grade(submission, score));
    }
    let shown = seen(&cast, course, 1);
    assert_eq!(shown.average_score, Some((50.0 + 25.0 + 100.0) / 3.0));
    let bands = |shown: &Dashboard| {
        shown
            .score_distribution
            .iter()
            .map(|band| band.count)
            .collect::<Vec<_>>()
    };
    assert_eq!(bands(&shown), [0, 0, 1, 0, 0, 1, 0, 0, 0, 1]);
    // A newer attempt counts once it is graded, and a grade that is given again counts as it is.
    cast.does(Role::Assistant, grade(again, 16.0));
    cast.does(Role::Assistant, grade(early, 1.0));
    cast.does(Role::Assistant, grade(late, 0.0));
    let shown = seen(&cast, course, 1);
    assert_eq!(shown.average_score, Some((80.0 + 0.0 + 100.0) / 3.0));
    assert_eq!(bands(&shown), [1, 0, 0, 0, 0, 0, 0, 0, 1, 1]);
}

#[test]
fn work_without_points_has_no_score() {
    let (cast, course) = class();
    let essay = essay(&cast, 1).points(None).unwrap();
    let essay = set(&cast, course, essay);
    let work = cast.does(Role::Student, hand_in(essay));
    cast.does(Role::Teacher, grade(work, 10.0));
    let shown = seen(&cast, course, 1);
    assert_eq!((shown.submission_count, shown.average_score), (1, None));
}

#[test]
fn the_completion_rate_is_that_of_all_students_together() {
    let (cast, course) = class();
    enroll(&cast, course, Role::Member, CourseRole::Student);
    let title = "Basics".to_owned();
    let module = cast.does(
        Role::Teacher,
        CreateModule {
            course,
            title,
            published: true,
        },
    );
    let link = || Linked::Link(WebAddress::parse("https://example.org/").unwrap());
    let item = |title: &str, published| AddItem {
        course,
        module,
        title: title.to_owned(),
        content: link(),
        estimated_minutes: None,
        published,
    };
    let first = cast.does(Role::Teacher, item("One", true));
    cast.does(Role::Teacher, item("Two", true));
    cast.does(Role::Teacher, item("Hidden", false));
    assert_eq!(seen(&cast, course, 1).completion_rate, Some(0.0));
    let page = CreatePage {
        course,
        module: Some(module),
        title: "Welcome".to_owned(),
        body: courses::markup::SafeHtml::default(),
        estimated_minutes: None,
        published: true,
    };
    let page = cast.does(Role::Teacher, page);
    let items = items_of(&cast.school.app.snapshot(), course, page).unwrap();
    let (read, _) = items.first().unwrap();
    cast.does(
        Role::Student,
        CompleteItem {
            course,
            item: first,
        },
    );
    cast.does(
        Role::Student,
        CompleteItem {
            course,
            item: *read,
        },
    );
    cast.does(
        Role::Member,
        CompleteItem {
            course,
            item: first,
        },
    );
    assert_eq!(seen(&cast, course, 1).completion_rate, Some(0.5));
}

#[test]
fn a_number_of_days_is_within_its_limits() {
    let (cast, course) = class();
    let (snapshot, actor) = (cast.school.app.snapshot(), cast.actor(Role::Teacher));
    let now = cast.school.app.now();
    for days in [i64::MIN, -1, 0, 367, i64::MAX] {
        let refused = dashboard(&snapshot, &actor, course, days, now).unwrap_err();
        assert_eq!(refused.problem(), Some(super::DAYS_INVALID), "{days}");
    }
    for days in [1_u16, 366] {
        let shown = dashboard(&snapshot, &actor, course, i64::from(days), now).unwrap();
        assert_eq!(shown.activity_by_day.len(), usize::from(days));
    }
    for first in [i64::MIN, 0, 101] {
        let refused = at_risk_students(&snapshot, &actor, course, first, now).unwrap_err();
        assert_eq!(
            refused.problem(),
            Some(kernel::problems::PAGE_INVALID),
            "{first}"
        );
    }
}
