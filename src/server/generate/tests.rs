//! Stories of generated schools.

use std::time::Duration;

use app::{Message, SchoolRole, check};
use people::sessions::{Client, Hashers, SIGN_IN_FAILED};
use people::sign_in::SignIns;
use people::users;
use store::{Engine, Options, Store};

use super::*;
use crate::school::features;

const SMALL: Size = Size {
    users: 40,
    courses: 4,
    seed: 1,
    now: Timestamp::from_millis(1_700_000_000_000),
};

/// A school in memory, and what was said of it.
fn made(size: &Size) -> (App, Summary) {
    let options = Options {
        clock: size.clock(),
        seed: Some(size.seed),
        ..Options::default()
    };
    let store = Store::over(Engine::in_memory(), options);
    let app = App::new(store, size.clock(), features(), Some(size.seed));
    let summary = fill(&app, size, &|_| ()).unwrap();
    (app, summary)
}

fn events(app: &App) -> Vec<Message> {
    let snapshot = app.snapshot();
    let events = eventlog::read(&snapshot, 0).unwrap();
    events.map(|event| event.unwrap().1).collect()
}

#[test]
fn a_school_has_its_shape_and_agrees_with_itself() {
    let (app, summary) = made(&SMALL);
    // 36 students take each of the 4 courses, where 2 of the 3 instructors teach.
    assert_eq!((summary.users, summary.instructors), (40, 3));
    assert_eq!((summary.courses, summary.enrollments), (4, 36 * 4 + 8));
    assert_eq!((summary.pages, summary.assignments), (4 * 24, 4 * 16));
    assert_eq!((summary.topics, summary.posts), (4 * 8, 4 * 8 * 5));
    let possible = 36 * 4 * 4;
    assert!((possible * 6 / 10..possible * 8 / 10).contains(&summary.submissions));
    assert!((summary.submissions * 9 / 10..=summary.submissions).contains(&summary.grades));
    assert!(summary.pages_completed > 100);
    let snapshot = app.snapshot();
    assert_eq!(eventlog::head(&snapshot).unwrap(), summary.events);
    assert_eq!(check(&snapshot, app.features()).unwrap().faults, [""; 0]);
    for (name, role) in [
        ("user1", SchoolRole::Admin),
        ("user4", SchoolRole::Staff),
        ("user5", SchoolRole::Member),
        ("user40", SchoolRole::Member),
    ] {
        let (_, user) = users::named(&snapshot, name).unwrap().unwrap();
        assert_eq!(user.role, role, "{name}");
    }
}

#[test]
fn its_history_is_that_of_the_last_sixty_days_and_known_to_every_projection() {
    let (app, _) = made(&SMALL);
    let events = events(&app);
    assert!(events.is_sorted_by_key(|event| event.time));
    let (first, last) = (events.first().unwrap(), events.last().unwrap());
    assert!(SMALL.now.since(first.time) < Duration::from_hours(24 * 60));
    assert!(last.time < SMALL.now && SMALL.now.since(last.time) < Duration::from_hours(48));
    let of = |subject: &'static str| events.iter().filter(move |event| event.subject == subject);
    let submitted = "edusphere.assignments.submitted";
    let handed_in = of(submitted).count();
    let says_late = |event: &&Message| event.body.windows(11).any(|text| text == b"\"late\":true");
    let late = of(submitted).filter(says_late).count();
    assert!(
        (handed_in / 50..handed_in / 5).contains(&late),
        "{late} of {handed_in}"
    );
    let days = |subject| {
        let days = of(subject).map(|event| SMALL.now.since(event.time).as_secs() / 86_400);
        days.collect::<std::collections::BTreeSet<_>>().len()
    };
    assert!(days(submitted) > 20 && days("edusphere.courses.item_completed") > 50);
    let snapshot = app.snapshot();
    for projection in app
        .features()
        .iter()
        .flat_map(|feature| feature.projections)
    {
        let position = eventlog::position(&snapshot, *projection).unwrap();
        assert_eq!(
            position,
            eventlog::head(&snapshot).unwrap(),
            "{}",
            projection.name()
        );
    }
}

#[test]
fn the_same_seed_and_moment_make_the_same_school() {
    let tiny = Size {
        users: 12,
        courses: 1,
        ..SMALL
    };
    let (first, second) = (events(&made(&tiny).0), events(&made(&tiny).0));
    assert!(first == second, "another school");
    let other = Size { seed: 2, ..tiny };
    assert!(first != events(&made(&other).0), "the seed changes nothing");
}

#[test]
fn everybody_signs_in_with_the_one_password() {
    let (app, _) = made(&Size {
        users: 12,
        courses: 1,
        ..SMALL
    });
    let client = Client::at([127, 0, 0, 1].into(), None);
    let sign_ins = SignIns::new(app, Hashers::start(1).unwrap());
    let runtime = tokio::runtime::Builder::new_current_thread()
        .build()
        .unwrap();
    let sign_in =
        |name, password| runtime.block_on(sign_ins.with_password(name, password, &client));
    for name in ["user1", "user12"] {
        let signed_in = sign_in(name, PASSWORD).unwrap();
        assert_eq!(signed_in.user.1.username, name);
    }
    let wrong = sign_in("user1", "edusphere2").unwrap_err();
    assert_eq!(wrong.problem(), Some(SIGN_IN_FAILED));
}
