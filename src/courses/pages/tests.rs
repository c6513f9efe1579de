//! Stories of pages.

use std::time::Duration;

use kernel::Timestamp;
use testkit::{Cast, Role};

use super::*;
use crate::catalog::{CourseState, TITLE_INVALID};
use crate::markup::Written;
use crate::modules::{Content, MODULE_NOT_FOUND, ModuleId};
use crate::tests::{class, draft, module, set_state, titled};

fn welcome(course: CourseId, module: Option<ModuleId>, published: bool) -> CreatePage {
    CreatePage {
        course,
        module,
        title: " Welcome ".to_owned(),
        body: SafeHtml::of(Written::Markdown("# Hello\n\n<script>alert(1)</script>")).unwrap(),
        estimated_minutes: Some(5),
        published,
    }
}

fn sees(cast: &Cast, role: Role, id: PageId) -> bool {
    page(&cast.school.app.snapshot(), &cast.actor(role), id)
        .unwrap()
        .is_some()
}

#[test]
fn a_page_in_a_module_has_an_item_that_leads_to_it() {
    let (cast, course) = class();
    let module = module(&cast, course, true);
    let id = cast.does(Role::Designer, welcome(course, Some(module), true));
    let snapshot = cast.school.app.snapshot();
    let read = page(&snapshot, &cast.actor(Role::Student), id)
        .unwrap()
        .unwrap();
    assert_eq!(
        (read.title.as_str(), read.updated_at),
        ("Welcome", cast.school.app.now())
    );
    assert_eq!(read.body.as_str(), "<h1>Hello</h1>");
    let items = modules::items_of(&snapshot, course, id).unwrap();
    let [(_, item)] = items.as_slice() else {
        panic!("one item")
    };
    assert_eq!(
        (&item.content, item.title.as_str()),
        (&Content::Page(id), "Welcome")
    );
    assert_eq!((item.estimated_minutes, item.visible), (Some(5), true));
    assert_eq!(pages_in(&snapshot, course).unwrap(), 1);
    cast.school.agrees();
}

#[test]
fn who_may_read_a_page_follows_from_the_page_its_item_and_its_course() {
    let (cast, course) = draft();
    let (open, closed) = (module(&cast, course, true), module(&cast, course, false));
    let pages = [
        (cast.does(Role::Teacher, welcome(course, None, true)), true),
        (
            cast.does(Role::Teacher, welcome(course, None, false)),
            false,
        ),
        (
            cast.does(Role::Teacher, welcome(course, Some(open), true)),
            true,
        ),
        (
            cast.does(Role::Teacher, welcome(course, Some(open), false)),
            false,
        ),
        (
            cast.does(Role::Teacher, welcome(course, Some(closed), true)),
            false,
        ),
    ];
    for (at, (id, for_learners)) in pages.into_iter().enumerate() {
        set_state(&cast, course, CourseState::Draft);
        assert!(!sees(&cast, Role::Student, id), "page {at} of a draft");
        for state in [CourseState::Published, CourseState::Archived] {
            set_state(&cast, course, state);
            assert_eq!(
                sees(&cast, Role::Student, id),
                for_learners,
                "page {at}, {state:?}"
            );
            assert_eq!(
                sees(&cast, Role::Observer, id),
                for_learners,
                "page {at}, {state:?}"
            );
            assert!(sees(&cast, Role::Designer, id) && sees(&cast, Role::Admin, id));
            assert!(!sees(&cast, Role::Member, id) && !sees(&cast, Role::Nobody, id));
        }
    }
    assert!(!sees(&cast, Role::Admin, cast.school.app.new_id()));
    cast.school.agrees();
}

#[test]
fn a_page_that_cannot_stand_where_it_should_is_not_made() {
    let (cast, course) = class();
    let other = cast.does(Role::Program, titled("CS-102"));
    let foreign = {
        let title = "Elsewhere".to_owned();
        cast.does(
            Role::Program,
            modules::CreateModule {
                course: other,
                title,
                published: true,
            },
        )
    };
    assert_eq!(
        cast.refused(Role::Teacher, welcome(course, Some(foreign), true)),
        MODULE_NOT_FOUND
    );
    let untitled = CreatePage {
        title: "\u{7}".to_owned(),
        ..welcome(course, None, true)
    };
    assert_eq!(cast.refused(Role::Teacher, untitled), TITLE_INVALID);
    assert_eq!(pages_in(&cast.school.app.snapshot(), course).unwrap(), 0);
    cast.school.agrees();
}

#[test]
fn a_page_changes_and_its_items_follow() {
    let (cast, course) = class();
    let module = module(&cast, course, true);
    let id = cast.does(Role::Designer, welcome(course, Some(module), true));
    cast.school.clock.advance(Duration::from_secs(1));
    let update = |change| UpdatePage {
        page: id,
        change,
        expected_updated_at: None,
    };
    let change = PageChange {
        title: Some("Hello".to_owned()),
        body: Some(SafeHtml::of(Written::Html("<p>Dear all</p>")).unwrap()),
        published: None,
    };
    cast.does(Role::Designer, update(change.clone()));
    let snapshot = cast.school.app.snapshot();
    let after = page(&snapshot, &cast.actor(Role::Student), id)
        .unwrap()
        .unwrap();
    assert_eq!(
        (after.title.as_str(), after.body.as_str(), after.updated_at),
        ("Hello", "<p>Dear all</p>", cast.school.app.now())
    );
    let items = modules::items_of(&snapshot, course, id).unwrap();
    assert_eq!(items[0].1.title, "Hello");
    let told = cast.school.events().len();
    cast.does(Role::Designer, update(change));
    assert_eq!(cast.school.events().len(), told, "nothing happened");
    let hide = PageChange {
        published: Some(false),
        ..PageChange::default()
    };
    cast.does(Role::Designer, update(hide));
    assert!(!sees(&cast, Role::Student, id));
    cast.school.agrees();
}

#[test]
fn of_two_who_change_a_page_at_once_the_second_is_told() {
    let (cast, course) = class();
    let id = cast.does(Role::Designer, welcome(course, None, true));
    let read = || {
        let found = page(&cast.school.app.snapshot(), &cast.actor(Role::Admin), id);
        found.unwrap().unwrap()
    };
    let both_read = read().updated_at;
    let update = |title: &str, expected| UpdatePage {
        page: id,
        change: PageChange {
            title: Some(title.to_owned()),
            ..PageChange::default()
        },
        expected_updated_at: Some(expected),
    };
    cast.does(Role::Teacher, update("One", both_read));
    assert_ne!(read().updated_at, both_read, "though no time has passed");
    assert_eq!(
        cast.refused(Role::Assistant, update("Two", both_read)),
        EDIT_CONFLICT
    );
    assert_eq!(read().title, "One");
    cast.does(Role::Assistant, update("Two", read().updated_at));
    assert_eq!(read().title, "Two");
    cast.school.agrees();
}

#[test]
fn a_page_is_deleted_with_the_items_that_lead_to_it() {
    let (cast, course) = class();
    let module = module(&cast, course, true);
    let id = cast.does(Role::Designer, welcome(course, Some(module), true));
    let other = cast.does(Role::Designer, welcome(course, Some(module), true));
    cast.does(Role::Designer, DeletePage { page: id });
    assert!(!sees(&cast, Role::Admin, id));
    let snapshot = cast.school.app.snapshot();
    assert!(modules::items_of(&snapshot, course, id).unwrap().is_empty());
    let items = modules::items_of(&snapshot, course, other).unwrap();
    assert_eq!(items[0].1.position, 1, "the gap is closed");
    assert_eq!(pages_in(&snapshot, course).unwrap(), 1);
    assert_eq!(
        cast.refused(Role::Designer, DeletePage { page: id }),
        PAGE_NOT_FOUND
    );
    cast.school.agrees();
}

#[test]
fn records_of_every_version_decode() {
    let page = Page {
        course: CourseId::from_bytes([1; 16]),
        title: "Welcome".to_owned(),
        body: SafeHtml::of(Written::Html("<p>Hello</p>")).unwrap(),
        updated_at: Timestamp::from_millis(1_700_000_000_000),
        published: true,
    };
    testkit::fixture("courses/fixtures/page.v1", &page);
}
