//! Stories of when somebody was last active.

use std::time::Duration;

use app::Tx;
use testkit::{Cast, Role};

use super::*;
use crate::modules::CreateModule;
use crate::pages::CreatePage;
use crate::progress::CompleteItem;
use crate::tests::{Put, class, module};

const HOUR: Duration = Duration::from_hours(1);

fn last(cast: &Cast, course: CourseId, role: Role) -> Option<Timestamp> {
    last_activity(&cast.school.app.snapshot(), course, cast.user(role)).unwrap()
}

/// A student reads a page an hour after an assistant wrote it.
fn a_page_is_read(cast: &Cast, course: CourseId) {
    let module = module(cast, course, true);
    cast.school.clock.advance(HOUR);
    let page = CreatePage {
        course,
        module: Some(module),
        title: "Welcome".to_owned(),
        body: crate::markup::SafeHtml::default(),
        estimated_minutes: None,
        published: true,
    };
    let page = cast.does(Role::Assistant, page);
    cast.school.clock.advance(HOUR);
    let items = crate::modules::items_of(&cast.school.app.snapshot(), course, page).unwrap();
    let (item, _) = items.first().unwrap();
    cast.does(
        Role::Student,
        CompleteItem {
            course,
            item: *item,
        },
    );
}

#[test]
fn the_last_activity_follows_what_people_do_in_a_course() {
    let (cast, course) = class();
    let start = cast.school.app.now();
    a_page_is_read(&cast, course);
    assert_eq!(
        last(&cast, course, Role::Student),
        None,
        "before the log is taken into account"
    );
    cast.school.catch_up();
    assert_eq!(last(&cast, course, Role::Teacher), Some(start));
    assert_eq!(last(&cast, course, Role::Assistant), Some(start.plus(HOUR)));
    assert_eq!(
        last(&cast, course, Role::Student),
        Some(start.plus(2 * HOUR))
    );
    for idle in [Role::Observer, Role::Designer, Role::Admin] {
        assert_eq!(
            last(&cast, course, idle),
            None,
            "{idle} was enrolled by the program"
        );
    }
    cast.school.clock.advance(HOUR);
    cast.does(Role::Student, Put(|_: &mut Tx<'_>| Ok(())));
    let other = cast.does(Role::Admin, crate::tests::titled("CS-102"));
    cast.school.catch_up();
    assert_eq!(
        last(&cast, course, Role::Student),
        Some(start.plus(2 * HOUR)),
        "nothing happened"
    );
    assert_eq!(last(&cast, course, Role::Admin), None);
    assert_eq!(last(&cast, other, Role::Admin), Some(start.plus(3 * HOUR)));
    cast.school.agrees();
}

#[test]
fn what_the_program_does_is_nobodys_activity() {
    let (cast, course) = class();
    let title = "Basics".to_owned();
    cast.does(
        Role::Program,
        CreateModule {
            course,
            title,
            published: true,
        },
    );
    cast.school.catch_up();
    for role in Role::ALL {
        if let Some(user) = cast.actor(role).user_id() {
            let active = last_activity(&cast.school.app.snapshot(), course, user).unwrap();
            assert_eq!(active, None, "{role}");
        }
    }
}

#[test]
fn taking_the_same_events_twice_changes_nothing() {
    let (cast, course) = class();
    a_page_is_read(&cast, course);
    cast.school.catch_up();
    let all = || ENROLLED_AND_ADMIN.map(|role| last(&cast, course, role));
    let (before, events) = (all(), cast.school.events());
    cast.does(
        Role::Program,
        Put(move |tx: &mut Tx<'_>| {
            events
                .iter()
                .try_for_each(|event| LastActivity.apply(tx, event))
        }),
    );
    assert_eq!(all(), before);
    cast.school.agrees();
}

const ENROLLED_AND_ADMIN: [Role; 6] = [
    Role::Teacher,
    Role::Assistant,
    Role::Designer,
    Role::Student,
    Role::Observer,
    Role::Admin,
];

#[test]
fn records_of_every_version_decode() {
    let activity = Activity {
        last_at: Timestamp::from_millis(1_700_000_000_000),
    };
    testkit::fixture("courses/fixtures/activity.v1", &activity);
}
