//! Who may do and see what.

use testkit::{Cast, Matrix, Role};

use super::class;
use crate::analytics::{at_risk_students, dashboard};
use crate::calendar::SetTimeZone;

const TABLE: &str = "
    command                nobody  member student observer designer assistant teacher staff admin program
    calendar.set_time_zone sign-in no     no      no       no       no        no      no    yes   yes
";

#[test]
fn who_may_do_what() {
    Matrix::new()
        .row::<SetTimeZone>(|role| {
            let (cast, _) = class();
            let time_zone = "Europe/Berlin".to_owned();
            cast.tries(role, SetTimeZone { time_zone })
        })
        .shows(env!("CARGO_MANIFEST_DIR"), TABLE);
}

fn code<T>(answer: &kernel::Result<T>) -> &'static str {
    answer
        .as_ref()
        .err()
        .map_or("yes", |error| error.problem().unwrap().code)
}

#[test]
fn figures_are_for_the_staff_and_names_for_those_who_grade() {
    let (cast, course) = class();
    let missing = cast.school.app.new_id();
    let (snapshot, now) = (cast.school.app.snapshot(), cast.school.app.now());
    let seen = |cast: &Cast, role, course| {
        let actor = cast.actor(role);
        let figures = dashboard(&snapshot, &actor, course, 30, now);
        let names = at_risk_students(&snapshot, &actor, course, 10, now);
        (code(&figures), code(&names))
    };
    for (role, expected) in [
        (Role::Nobody, ("UNAUTHENTICATED", "UNAUTHENTICATED")),
        (Role::Member, ("NOT_FOUND", "NOT_FOUND")),
        (Role::Student, ("FORBIDDEN", "FORBIDDEN")),
        (Role::Observer, ("FORBIDDEN", "FORBIDDEN")),
        (Role::Designer, ("yes", "FORBIDDEN")),
        (Role::Assistant, ("yes", "yes")),
        (Role::Teacher, ("yes", "yes")),
        (Role::Staff, ("NOT_FOUND", "NOT_FOUND")),
        (Role::Admin, ("yes", "yes")),
        (Role::Program, ("yes", "yes")),
    ] {
        assert_eq!(seen(&cast, role, course), expected, "{role}");
        let nowhere = if role == Role::Nobody {
            "UNAUTHENTICATED"
        } else {
            "NOT_FOUND"
        };
        assert_eq!(seen(&cast, role, missing), (nowhere, nowhere), "{role}");
    }
}
