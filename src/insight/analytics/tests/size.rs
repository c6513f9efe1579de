//! A dashboard reads the same few records whatever the size of the course.

use courses::enrollments::Enroll;
use people::users::{AddUser, NewUser};

use super::*;

/// How many points and scans a dashboard reads, for a course of so many students.
fn reads(students: u32) -> u64 {
    let (cast, course) = class();
    for number in 0..students {
        let user = NewUser::named(&format!("s{number}"), "Student").unwrap();
        let user = cast.does(
            Role::Program,
            AddUser {
                user,
                password: None,
            },
        );
        let role = CourseRole::Student;
        cast.does(
            Role::Program,
            Enroll {
                course,
                user,
                role,
                section: None,
                idempotency_key: None,
            },
        );
    }
    let essay = essay(&cast, 0);
    set(&cast, course, essay);
    cast.school.clock.advance(HOUR);
    catch_up(&cast);
    let (snapshot, actor) = (cast.school.app.snapshot(), cast.actor(Role::Teacher));
    let now = cast.school.app.now();
    let shown = dashboard(&snapshot, &actor, course, 30, now).unwrap();
    assert_eq!(shown.enrolled_students, u64::from(students) + 1);
    let listed = at_risk_students(&snapshot, &actor, course, 10, now).unwrap();
    assert_eq!(listed.len(), 10);
    assert!(
        listed.iter().all(|listed| listed.risk > 0.3),
        "work is missing of all"
    );
    snapshot.reads()
}

#[test]
fn a_dashboard_reads_as_much_of_a_large_course_as_of_a_small_one() {
    let small = reads(20);
    // Twice the course and the viewer's enrolment; the figures, the students, the items, the time
    // zone and the days; the assignments, the list of those at risk, and each of the ten.
    assert_eq!(small, 2 * 2 + 5 + 2 + 10);
    assert_eq!(reads(2_000), small);
}
