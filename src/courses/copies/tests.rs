//! Stories of copies.

use std::time::Duration;

use kernel::Timestamp;
use testkit::{Cast, Role};

use super::*;
use crate::catalog::{self, CODE_TAKEN, CourseChange, CourseId, CourseState, UpdateCourse};
use crate::change::Change;
use crate::files;
use crate::markup::{SafeHtml, Written};
use crate::modules::{self, AddItem, Linked, ModuleItems, UnpublishItem};
use crate::neighbours::Neighbours;
use crate::pages::{self, CreatePage, PageId};
use crate::tests::{class, file, module};

const DAY: Duration = Duration::from_hours(24);

fn copy(course: CourseId, code: &str, starts_at: Option<Timestamp>) -> CopyCourse {
    CopyCourse {
        course,
        code: code.to_owned(),
        title: None,
        starts_at,
        neighbours: Neighbours::NONE,
        idempotency_key: Some(code.to_owned()),
    }
}

fn page(cast: &Cast, course: CourseId, html: &str) -> PageId {
    let page = CreatePage {
        course,
        module: Some(module(cast, course, true)),
        title: "Welcome".to_owned(),
        body: SafeHtml::of(Written::Html(html)).unwrap(),
        estimated_minutes: Some(5),
        published: true,
    };
    cast.does(Role::Teacher, page)
}

fn outline(cast: &Cast, course: CourseId) -> Vec<ModuleItems> {
    let snapshot = cast.school.app.snapshot();
    let viewed = catalog::view(&snapshot, &cast.actor(Role::Admin), course).unwrap();
    modules::modules_of(&snapshot, &viewed.unwrap()).unwrap()
}

#[test]
fn links_within_the_course_lead_into_the_copy() {
    let (cast, course) = class();
    let map = file(&cast, course, true);
    let first = page(&cast, course, "<p>First</p>");
    let elsewhere = cast.school.app.new_id::<pages::PageKind>();
    let html = format!(
        "<p><a href=\"/courses/{course}/pages/{first}\">back</a> \
         <img src=\"/api/files/{map}\" alt=\"a_map\"> \
         <a href=\"/courses/{course}/pages/{elsewhere}\">away</a> _ {map}_é</p>"
    );
    page(&cast, course, &html);
    let made = cast.does(Role::Admin, copy(course, "CS-102", None));
    let modules = outline(&cast, made);
    let content = |at: usize| modules[at].items[0].content.id_text().unwrap();
    let (snapshot, admin) = (cast.school.app.snapshot(), cast.actor(Role::Admin));
    let second = content(1).parse().unwrap();
    let text = pages::page(&snapshot, &admin, second).unwrap().unwrap();
    let text = text.body.as_str().to_owned();
    let copied = files::all_of(&snapshot, made).unwrap()[0];
    assert!(!text.contains(&first.to_string()) && !text.contains(&map.to_string()));
    assert!(
        text.contains(&format!("/courses/{made}/pages/{}", content(0))),
        "{text}"
    );
    assert!(
        text.contains(&format!("/courses/{made}/pages/{elsewhere}")),
        "{text}"
    );
    assert!(text.contains(&format!("/api/files/{copied}")), "{text}");
    assert!(text.contains(&format!("_ {copied}_é")) && text.contains("a_map"));
    let file = |id| files::viewed(&snapshot, &admin, id).unwrap().unwrap();
    assert_eq!(file(copied).hash, file(map).hash, "the bytes are shared");
    cast.school.agrees();
}

#[test]
fn a_copy_is_a_draft_of_the_same_shape_without_its_people() {
    let (cast, course) = class();
    let first = page(&cast, course, "<p>First</p>");
    let item = modules::items_of(&cast.school.app.snapshot(), course, first).unwrap()[0].0;
    cast.does(Role::Teacher, UnpublishItem { course, item });
    let film = AddItem {
        course,
        module: module(&cast, course, false),
        title: "Film".to_owned(),
        content: Linked::Video(modules::WebAddress::parse("https://example.org/").unwrap()),
        estimated_minutes: None,
        published: true,
    };
    cast.does(Role::Teacher, film);
    let made = cast.does(Role::Admin, copy(course, "CS-102", None));
    let shape = |course| {
        let modules = outline(&cast, course).into_iter();
        let modules = modules.map(|module| {
            let items = module.items.into_iter();
            let items = items.map(|item| {
                let published = (item.visible, item.is_published());
                (
                    item.title.clone(),
                    item.position,
                    item.content.kind(),
                    published,
                )
            });
            (module.module, items.collect::<Vec<_>>())
        });
        modules.collect::<Vec<_>>()
    };
    assert_eq!(shape(made), shape(course));
    let viewed = |role: Role| {
        let snapshot = cast.school.app.snapshot();
        catalog::view(&snapshot, &cast.actor(role), made).unwrap()
    };
    let seen = viewed(Role::Admin).unwrap();
    assert!(seen.enrollment.unwrap().is_active_instructor());
    assert_eq!(seen.course.state, CourseState::Draft);
    assert_eq!(seen.course.title, "About CS-101");
    assert_eq!(viewed(Role::Teacher), None);
    assert_eq!(viewed(Role::Student), None);
    cast.school.agrees();
}

#[test]
fn dates_move_as_the_beginning_does() {
    let (cast, course) = class();
    let at = |days: u32| Timestamp::from_millis(1_700_000_000_000).plus(DAY * days);
    let change = CourseChange {
        starts_at: Change::To(Some(at(10))),
        ends_at: Change::To(Some(at(100))),
        ..CourseChange::default()
    };
    cast.does(Role::Teacher, UpdateCourse { course, change });
    let dates = |id| {
        let found = catalog::course(&cast.school.app.snapshot(), id).unwrap();
        let found = found.unwrap();
        (found.starts_at, found.ends_at)
    };
    for (code, starts_at, expected) in [
        ("later", Some(at(30)), (Some(at(30)), Some(at(120)))),
        ("earlier", Some(at(3)), (Some(at(3)), Some(at(93)))),
        ("same", None, (Some(at(10)), Some(at(100)))),
    ] {
        let made = cast.does(Role::Admin, copy(course, code, starts_at));
        assert_eq!(dates(made), expected, "{code}");
    }
    let change = CourseChange {
        starts_at: Change::To(None),
        ..CourseChange::default()
    };
    cast.does(Role::Teacher, UpdateCourse { course, change });
    let made = cast.does(Role::Admin, copy(course, "unknown", Some(at(200))));
    assert_eq!(
        dates(made),
        (Some(at(200)), None),
        "it would end before it begins"
    );
}

#[test]
fn a_copy_that_is_asked_for_twice_is_made_once_and_a_refused_one_not_at_all() {
    let (cast, course) = class();
    page(&cast, course, "<p>First</p>");
    let made = cast.does(Role::Admin, copy(course, "CS-102", None));
    let told = cast.school.events().len();
    assert_eq!(cast.does(Role::Admin, copy(course, "CS-102", None)), made);
    let taken = CopyCourse {
        idempotency_key: None,
        ..copy(course, "CS-102", None)
    };
    assert_eq!(cast.refused(Role::Admin, taken), CODE_TAKEN);
    let reused = CopyCourse {
        code: "CS-103".to_owned(),
        ..copy(course, "CS-102", None)
    };
    assert_eq!(
        cast.refused(Role::Admin, reused),
        app::IDEMPOTENCY_KEY_REUSED
    );
    assert_eq!(cast.school.events().len(), told, "nothing happened");
    cast.school.agrees();
}
