//! Stories of modules and items.

use app::Command as _;
use kernel::{Error, Problem, Timestamp};
use testkit::{Cast, Role};

use super::*;
use crate::catalog::{self, CourseState, TITLE_INVALID};
use crate::change::Change;
use crate::files::{self, FILE_NOT_FOUND};
use crate::markup::SafeHtml;
use crate::neighbours::Neighbours;
use crate::pages::{self, CreatePage, PageId};
use crate::progress::ITEM_NOT_FOUND;
use crate::tests::{cast, class, file, module, set_state, titled};

fn link(course: CourseId, module: ModuleId, title: &str, published: bool) -> AddItem {
    AddItem {
        course,
        module,
        title: title.to_owned(),
        content: Linked::Link(WebAddress::parse("https://example.org/").unwrap()),
        estimated_minutes: None,
        published,
    }
}

fn modules(cast: &Cast, role: Role, course: CourseId) -> Vec<ModuleItems> {
    let snapshot = cast.school.app.snapshot();
    let viewed = catalog::view(&snapshot, &cast.actor(role), course)
        .unwrap()
        .unwrap();
    modules_of(&snapshot, &viewed).unwrap()
}

/// The course as `1 Module: 1 item, 2 item` a module.
fn outline(cast: &Cast, role: Role, course: CourseId) -> Vec<String> {
    let described = |found: &ModuleItems| {
        let items = found
            .items
            .iter()
            .map(|item| format!("{} {}", item.position, item.title));
        let items: Vec<String> = items.collect();
        format!(
            "{} {}: {}",
            found.module.position,
            found.module.title,
            items.join(", ")
        )
    };
    modules(cast, role, course).iter().map(described).collect()
}

fn refusal<T>(answer: kernel::Result<T>) -> (Problem, Option<&'static str>) {
    match answer {
        Err(Error::Refused(refusal)) => (refusal.problem, refusal.field),
        Err(Error::Fault(fault)) => panic!("{fault}"),
        Ok(_) => panic!("was to be refused"),
    }
}

#[test]
fn modules_and_items_keep_the_order_in_which_they_were_added() {
    let (cast, course) = class();
    let create = |title: &str, published| {
        cast.does(
            Role::Designer,
            CreateModule {
                course,
                title: title.to_owned(),
                published,
            },
        )
    };
    let (basics, hidden, more) = (
        create("Basics", true),
        create("Later", false),
        create("More", true),
    );
    for (module, title, published) in [
        (more, "m1", true),
        (basics, "b1", true),
        (basics, "b2", false),
        (hidden, "h1", true),
        (basics, "b3", true),
    ] {
        cast.does(Role::Assistant, link(course, module, title, published));
    }
    let all = [
        "1 Basics: 1 b1, 2 b2, 3 b3",
        "2 Later: 1 h1",
        "3 More: 1 m1",
    ];
    for role in [
        Role::Teacher,
        Role::Assistant,
        Role::Designer,
        Role::Admin,
        Role::Program,
    ] {
        assert_eq!(outline(&cast, role, course), all, "{role}");
    }
    for role in [Role::Student, Role::Observer] {
        assert_eq!(
            outline(&cast, role, course),
            ["1 Basics: 1 b1, 3 b3", "3 More: 1 m1"],
            "{role}"
        );
    }
    assert_eq!(
        counting_items(&cast.school.app.snapshot(), course).unwrap(),
        3
    );
    cast.school.agrees();
}

#[test]
fn an_item_that_learners_do_not_see_is_not_found_by_its_id_either() {
    let (cast, course) = class();
    let (open, closed) = (module(&cast, course, true), module(&cast, course, false));
    let shown = cast.does(Role::Teacher, link(course, open, "shown", true));
    let hidden = cast.does(Role::Teacher, link(course, open, "hidden", false));
    let behind = cast.does(Role::Teacher, link(course, closed, "behind", true));
    let sees = |role: Role, id| {
        let snapshot = cast.school.app.snapshot();
        let viewed = catalog::view(&snapshot, &cast.actor(role), course)
            .unwrap()
            .unwrap();
        item(&snapshot, &viewed, id).unwrap().is_some()
    };
    assert_eq!(
        [shown, hidden, behind].map(|id| sees(Role::Student, id)),
        [true, false, false]
    );
    assert_eq!(
        [shown, hidden, behind].map(|id| sees(Role::Designer, id)),
        [true, true, true]
    );
    cast.school.agrees();
}

#[test]
fn an_item_stands_in_a_module_of_its_own_course() {
    let (cast, course) = class();
    let other = cast.does(Role::Program, titled("CS-102"));
    let foreign = module_as_program(&cast, other);
    let answer = cast.tries(Role::Teacher, link(course, foreign, "stray", true));
    assert_eq!(refusal(answer), (MODULE_NOT_FOUND, Some("moduleId")));
    let own = module(&cast, course, true);
    let answer = cast.tries(Role::Teacher, link(course, own, " \u{a0} ", true));
    assert_eq!(refusal(answer), (TITLE_INVALID, Some("title")));
    for minutes in [0, 10_001] {
        let add = AddItem {
            estimated_minutes: Some(minutes),
            ..link(course, own, "x", true)
        };
        let answer = cast.tries(Role::Teacher, add);
        assert_eq!(refusal(answer), (MINUTES_INVALID, Some("estimatedMinutes")));
    }
    assert_eq!(outline(&cast, Role::Teacher, course), ["1 Basics: "]);
    cast.school.agrees();
}

fn module_as_program(cast: &Cast, course: CourseId) -> ModuleId {
    let title = "Elsewhere".to_owned();
    cast.does(
        Role::Program,
        CreateModule {
            course,
            title,
            published: true,
        },
    )
}

#[test]
fn a_file_of_another_course_is_the_same_as_one_that_is_not_there() {
    let (cast, course) = class();
    let other = cast.does(Role::Program, titled("CS-102"));
    let module = module(&cast, course, true);
    let add = |id| AddItem {
        content: Linked::File(id),
        ..link(course, module, "Map", true)
    };
    let (own, foreign) = (file(&cast, course, true), file(&cast, other, true));
    for id in [foreign, cast.school.app.new_id()] {
        let answer = cast.tries(Role::Admin, add(id));
        assert_eq!(refusal(answer), (FILE_NOT_FOUND, Some("fileId")));
    }
    cast.does(Role::Teacher, add(own));
    let items = items_of(&cast.school.app.snapshot(), course, own).unwrap();
    assert_eq!(items.len(), 1);
    cast.school.agrees();
}

#[test]
fn what_stands_in_two_modules_is_seen_where_one_of_them_is() {
    let (cast, course) = class();
    let (closed, open) = (module(&cast, course, false), module(&cast, course, true));
    let (map, teachers) = (file(&cast, course, true), file(&cast, course, false));
    let sees = |role: Role, id| {
        let snapshot = cast.school.app.snapshot();
        files::viewed(&snapshot, &cast.actor(role), id)
            .unwrap()
            .is_some()
    };
    let add = |module, id, published| {
        let content = Linked::File(id);
        cast.does(
            Role::Teacher,
            AddItem {
                content,
                ..link(course, module, "Map", published)
            },
        );
    };
    assert!(sees(Role::Student, map), "it stands by itself");
    add(closed, map, true);
    assert!(!sees(Role::Student, map), "the one way to it is closed");
    add(open, map, false);
    assert!(!sees(Role::Student, map), "both are");
    add(open, map, true);
    assert!(sees(Role::Student, map) && sees(Role::Observer, map));
    add(open, teachers, true);
    assert!(!sees(Role::Student, teachers), "it is not published itself");
    assert!(sees(Role::Designer, teachers) && !sees(Role::Member, map));
    cast.school.agrees();
}

#[test]
fn a_course_has_only_so_many_modules() {
    let cast = cast();
    let course = cast.does(Role::Staff, titled("CS-101"));
    for _ in 0..500 {
        module_as_program(&cast, course);
    }
    let more = CreateModule {
        course,
        title: "One more".to_owned(),
        published: true,
    };
    assert_eq!(cast.refused(Role::Staff, more), TOO_MANY_MODULES);
}

#[test]
fn an_archived_course_takes_no_modules_and_no_items() {
    let (cast, course) = class();
    let own = module(&cast, course, true);
    set_state(&cast, course, CourseState::Archived);
    let create = CreateModule {
        course,
        title: "More".to_owned(),
        published: true,
    };
    assert_eq!(
        cast.refused(Role::Teacher, create),
        catalog::COURSE_ARCHIVED
    );
    assert_eq!(AddItem::NAME, "items.add");
    assert_eq!(
        cast.refused(Role::Admin, link(course, own, "x", true)),
        catalog::COURSE_ARCHIVED
    );
}

#[test]
fn every_kind_of_content_has_its_kind_its_id_or_its_address() {
    let address = WebAddress::parse("https://example.org/film").unwrap();
    let id = PageId::from_bytes([1; 16]);
    for (content, kind, has_id, has_url, counts) in [
        (Content::Page(id), ItemKind::Page, true, false, true),
        (Content::File(id.cast()), ItemKind::File, true, false, true),
        (
            Content::Link(address.clone()),
            ItemKind::Link,
            false,
            true,
            true,
        ),
        (Content::Video(address), ItemKind::Video, false, true, true),
        (
            Content::Assignment(id.cast()),
            ItemKind::Assignment,
            true,
            false,
            true,
        ),
        (
            Content::Topic(id.cast()),
            ItemKind::Discussion,
            true,
            false,
            true,
        ),
        (
            Content::NotImported(NotImported::Quiz),
            ItemKind::Quiz,
            false,
            false,
            false,
        ),
        (
            Content::NotImported(NotImported::Tool),
            ItemKind::Link,
            false,
            false,
            false,
        ),
        (
            Content::NotImported(NotImported::Other),
            ItemKind::Link,
            false,
            false,
            false,
        ),
        (Content::Heading, ItemKind::Heading, false, false, false),
    ] {
        let item = an_item(content.clone());
        assert_eq!(content.kind(), kind);
        assert_eq!(
            (content.id_text().is_some(), content.url().is_some()),
            (has_id, has_url),
            "{kind:?}"
        );
        assert_eq!(item.counts(), counts, "{kind:?}");
        assert!(
            !Item {
                visible: false,
                ..item
            }
            .counts(),
            "{kind:?}"
        );
    }
}

fn an_item(content: Content) -> Item {
    Item {
        module: ModuleId::from_bytes([2; 16]),
        title: "First steps".to_owned(),
        position: 3,
        estimated_minutes: Some(20),
        due_at: Some(Timestamp::from_millis(1_700_000_000_000)),
        content,
        visible: true,
        published: None,
    }
}

/// A module of this title, shown, with a link for each of these titles.
fn filled(cast: &Cast, course: CourseId, title: &str, items: &[&str]) -> (ModuleId, Vec<ItemId>) {
    let create = CreateModule {
        course,
        title: title.to_owned(),
        published: true,
    };
    let module = cast.does(Role::Designer, create);
    let add = |title: &&str| cast.does(Role::Designer, link(course, module, title, true));
    (module, items.iter().map(add).collect())
}

#[test]
fn modules_are_renamed_put_in_order_and_deleted() {
    let (cast, course) = class();
    let (a, _) = filled(&cast, course, "A", &["a1"]);
    let (b, _) = filled(&cast, course, "B", &["b1", "b2"]);
    let (c, _) = filled(&cast, course, "C", &[]);
    let reorder = |modules: &[ModuleId]| ReorderModules {
        course,
        modules: modules.to_vec(),
    };
    cast.does(Role::Designer, reorder(&[c, a, b]));
    let module = b;
    let title = "Bees".to_owned();
    cast.does(
        Role::Assistant,
        UpdateModule {
            course,
            module,
            title,
        },
    );
    assert_eq!(
        outline(&cast, Role::Student, course),
        ["1 C: ", "2 A: 1 a1", "3 Bees: 1 b1, 2 b2"]
    );
    let told = cast.school.events().len();
    cast.does(Role::Teacher, reorder(&[c, a, b]));
    assert_eq!(cast.school.events().len(), told, "nothing happened");
    let stranger = cast.school.app.new_id();
    for wrong in [
        vec![],
        vec![c, a],
        vec![c, a, a],
        vec![c, a, stranger],
        vec![c, a, b, b],
    ] {
        let answer = cast.tries(Role::Teacher, reorder(&wrong));
        assert_eq!(refusal(answer), (ORDER_INCOMPLETE, Some("moduleIds")));
    }
    cast.does(Role::Teacher, DeleteModule { course, module: a });
    assert_eq!(
        outline(&cast, Role::Teacher, course),
        ["1 C: ", "2 Bees: 1 b1, 2 b2"]
    );
    assert_eq!(
        cast.refused(Role::Teacher, DeleteModule { course, module: a }),
        MODULE_NOT_FOUND
    );
    cast.school.agrees();
}

#[test]
fn items_are_put_in_order_moved_and_removed() {
    let (cast, course) = class();
    let (one, a) = filled(&cast, course, "One", &["a1", "a2", "a3"]);
    let (two, b) = filled(&cast, course, "Two", &["b1"]);
    let items = vec![a[2], a[0], a[1]];
    let reorder = ReorderItems {
        course,
        module: one,
        items,
    };
    cast.does(Role::Designer, reorder.clone());
    let mine_and_yours = ReorderItems {
        items: vec![a[2], a[0], b[0]],
        ..reorder
    };
    let answer = cast.tries(Role::Designer, mine_and_yours);
    assert_eq!(refusal(answer), (ORDER_INCOMPLETE, Some("itemIds")));
    let to = |item, module, position| MoveItem {
        course,
        item,
        module,
        position,
    };
    cast.does(Role::Designer, to(a[0], two, Some(1)));
    cast.does(Role::Designer, to(a[1], one, Some(1)));
    assert_eq!(
        outline(&cast, Role::Student, course),
        ["1 One: 1 a2, 2 a3", "2 Two: 1 a1, 2 b1"]
    );
    cast.does(Role::Designer, to(a[1], one, Some(1)));
    cast.does(Role::Designer, to(a[0], two, Some(u32::MAX)));
    cast.does(Role::Designer, to(a[2], two, None));
    assert_eq!(
        outline(&cast, Role::Student, course),
        ["1 One: 1 a2", "2 Two: 1 b1, 2 a1, 3 a3"]
    );
    let item = b[0];
    cast.does(Role::Designer, RemoveItem { course, item });
    assert_eq!(
        outline(&cast, Role::Student, course),
        ["1 One: 1 a2", "2 Two: 1 a1, 2 a3"]
    );
    assert_eq!(
        cast.refused(Role::Designer, to(item, two, None)),
        ITEM_NOT_FOUND
    );
    let nowhere = cast.school.app.new_id();
    assert_eq!(
        cast.refused(Role::Designer, to(a[0], nowhere, None)),
        MODULE_NOT_FOUND
    );
    cast.school.agrees();
}

#[test]
fn what_stands_by_itself_is_put_into_a_module_again() {
    let (cast, course) = class();
    let module = module(&cast, course, true);
    let add = |content| AddItem {
        content,
        ..link(course, module, "Welcome", true)
    };
    let page = |course, published| CreatePage {
        course,
        module: None,
        title: "Welcome".to_owned(),
        body: SafeHtml::default(),
        estimated_minutes: None,
        published,
    };
    let shown = cast.does(Role::Teacher, page(course, true));
    let hidden = cast.does(Role::Teacher, page(course, false));
    for content in [Linked::Heading, Linked::Page(shown), Linked::Page(hidden)] {
        cast.does(Role::Designer, add(content));
    }
    assert_eq!(
        outline(&cast, Role::Student, course),
        ["1 Basics: 1 Welcome, 2 Welcome"],
        "an item does not lead to what is hidden"
    );
    let change = pages::PageChange {
        published: Some(true),
        ..pages::PageChange::default()
    };
    let publish = pages::UpdatePage {
        page: hidden,
        change,
        expected_updated_at: None,
    };
    cast.does(Role::Teacher, publish);
    let all = ["1 Basics: 1 Welcome, 2 Welcome, 3 Welcome"];
    assert_eq!(outline(&cast, Role::Student, course), all);
    let other = cast.does(Role::Program, titled("CS-102"));
    let foreign = cast.does(Role::Program, page(other, true));
    for content in [
        Linked::Page(foreign),
        Linked::Assignment(cast.school.app.new_id(), Neighbours::NONE),
        Linked::Topic(cast.school.app.new_id(), Neighbours::NONE),
    ] {
        let answer = cast.tries(Role::Designer, add(content));
        assert_eq!(refusal(answer), (CONTENT_NOT_FOUND, Some("contentId")));
    }
    cast.school.agrees();
}

#[test]
fn an_item_changes_in_what_is_given() {
    let (cast, course) = class();
    let (module, items) = filled(&cast, course, "One", &["a1"]);
    let update = |item, change| UpdateItem {
        course,
        item,
        change,
    };
    let change = ItemChange {
        title: Some(" The film ".to_owned()),
        estimated_minutes: Change::To(Some(12)),
        address: Some(WebAddress::parse("https://example.org/film").unwrap()),
    };
    cast.does(Role::Designer, update(items[0], change.clone()));
    let all = modules(&cast, Role::Student, course);
    let item = &all[0].items[0];
    assert_eq!(
        (
            item.title.as_str(),
            item.estimated_minutes,
            item.content.url()
        ),
        ("The film", Some(12), Some("https://example.org/film"))
    );
    let told = cast.school.events().len();
    cast.does(Role::Designer, update(items[0], change.clone()));
    assert_eq!(cast.school.events().len(), told, "nothing happened");
    let minutes = ItemChange {
        estimated_minutes: Change::To(Some(0)),
        ..ItemChange::default()
    };
    let answer = cast.tries(Role::Designer, update(items[0], minutes));
    assert_eq!(refusal(answer), (MINUTES_INVALID, Some("estimatedMinutes")));
    let map = AddItem {
        content: Linked::File(file(&cast, course, true)),
        ..link(course, module, "Map", true)
    };
    let map = cast.does(Role::Designer, map);
    let answer = cast.tries(Role::Designer, update(map, change));
    assert_eq!(refusal(answer), (ITEM_WITHOUT_ADDRESS, Some("url")));
    cast.school.agrees();
}

#[test]
fn a_module_that_came_hidden_is_shown_later_with_what_is_published_in_it() {
    let (cast, course) = class();
    let hidden = module(&cast, course, false);
    cast.does(Role::Teacher, link(course, hidden, "shown", true));
    let own = cast.does(Role::Teacher, link(course, hidden, "hidden", false));
    let module = hidden;
    cast.does(Role::Designer, PublishModule { course, module });
    assert_eq!(outline(&cast, Role::Student, course), ["1 Basics: 1 shown"]);
    cast.does(Role::Designer, UnpublishModule { course, module });
    assert!(outline(&cast, Role::Student, course).is_empty());
    let neighbours = Neighbours::NONE;
    let show = PublishItem {
        course,
        item: own,
        neighbours,
    };
    cast.does(Role::Designer, show);
    assert!(outline(&cast, Role::Student, course).is_empty());
    let told = cast.school.events().len();
    cast.does(Role::Designer, UnpublishModule { course, module });
    assert_eq!(cast.school.events().len(), told, "nothing happened");
    cast.does(Role::Designer, PublishModule { course, module });
    let both = ["1 Basics: 1 shown, 2 hidden"];
    assert_eq!(outline(&cast, Role::Student, course), both);
    cast.does(Role::Designer, UnpublishItem { course, item: own });
    assert_eq!(outline(&cast, Role::Student, course), ["1 Basics: 1 shown"]);
    cast.school.agrees();
}

#[test]
fn an_item_that_is_published_leads_to_something() {
    let (cast, course) = class();
    let module = module(&cast, course, true);
    let page = CreatePage {
        course,
        module: Some(module),
        title: "Welcome".to_owned(),
        body: SafeHtml::default(),
        estimated_minutes: None,
        published: false,
    };
    let page = cast.does(Role::Teacher, page);
    let item = items_of(&cast.school.app.snapshot(), course, page).unwrap()[0].0;
    let reads = || {
        let (snapshot, student) = (cast.school.app.snapshot(), cast.actor(Role::Student));
        pages::page(&snapshot, &student, page).unwrap().is_some()
    };
    assert!(!reads());
    let neighbours = Neighbours::NONE;
    let show = PublishItem {
        course,
        item,
        neighbours,
    };
    cast.does(Role::Teacher, show.clone());
    assert!(reads());
    cast.does(Role::Teacher, UnpublishItem { course, item });
    assert!(!reads());
    cast.does(Role::Teacher, show);
    assert!(reads());
    cast.school.agrees();
}

#[test]
fn records_of_every_version_decode() {
    let module = Module {
        title: "Basics".to_owned(),
        position: 1,
        published: true,
    };
    testkit::fixture("courses/fixtures/module.v1", &module);
    let id = PageId::from_bytes([1; 16]);
    let hidden = Item {
        visible: false,
        published: Some(true),
        ..an_item(Content::Heading)
    };
    testkit::fixture("courses/fixtures/item.published.v1", &hidden);
    let address = WebAddress::parse("https://example.org/a?b#c").unwrap();
    for (name, content) in [
        ("page", Content::Page(id)),
        ("file", Content::File(id.cast())),
        ("link", Content::Link(address.clone())),
        ("video", Content::Video(address)),
        ("assignment", Content::Assignment(id.cast())),
        ("topic", Content::Topic(id.cast())),
        ("quiz", Content::NotImported(NotImported::Quiz)),
        ("tool", Content::NotImported(NotImported::Tool)),
        ("other", Content::NotImported(NotImported::Other)),
        ("heading", Content::Heading),
    ] {
        testkit::fixture(
            &format!("courses/fixtures/item.{name}.v1"),
            &an_item(content),
        );
    }
}
