//! Stories of how far somebody is.

use app::Tx;
use kernel::{Timestamp, problems};
use testkit::{Cast, Role};

use super::tables::COMPLETIONS;
use super::*;
use crate::catalog::{COURSE_NOT_OPEN, CourseState};
use crate::enrollments::NOT_A_PARTICIPANT;
use crate::markup::SafeHtml;
use crate::modules::{AssignmentId, Content, ModuleId, NewItem, NotImported, TopicId, add_item};
use crate::neighbours::Neighbours;
use crate::pages::CreatePage;
use crate::tests::{Put, class, module, set_state};

/// Adds an item for this content, as the areas do that build on courses.
fn add(
    cast: &Cast,
    course: CourseId,
    module: ModuleId,
    content: Content,
    published: bool,
) -> ItemId {
    let add = move |tx: &mut Tx<'_>| {
        let (title, content) = ("Work".to_owned(), content.clone());
        let new = NewItem {
            module,
            title,
            content,
            estimated_minutes: None,
            due_at: None,
            published,
        };
        add_item(tx, course, new).map(drop)
    };
    cast.does(Role::Program, Put(add));
    let event = cast.school.events().pop().unwrap();
    let event: serde_json::Value = serde_json::from_slice(&event.body).unwrap();
    event["item"].as_str().unwrap().parse().unwrap()
}

fn add_page(cast: &Cast, course: CourseId, module: ModuleId, published: bool) -> ItemId {
    let page = CreatePage {
        course,
        module: Some(module),
        title: "Welcome".to_owned(),
        body: SafeHtml::default(),
        estimated_minutes: None,
        published,
    };
    let page = cast.does(Role::Teacher, page);
    modules::items_of(&cast.school.app.snapshot(), course, page)
        .unwrap()
        .first()
        .unwrap()
        .0
}

/// Completed of counting items.
fn of_student(cast: &Cast, course: CourseId) -> (u64, u64) {
    let found = progress(
        &cast.school.app.snapshot(),
        course,
        cast.user(Role::Student),
    )
    .unwrap();
    (found.completed_items, found.total_items)
}

#[test]
fn a_page_is_completed_once_however_often_it_is_said() {
    let (cast, course) = class();
    let module = module(&cast, course, true);
    let (first, second) = (
        add_page(&cast, course, module, true),
        add_page(&cast, course, module, true),
    );
    assert_eq!(of_student(&cast, course), (0, 2));
    let done = cast.does(
        Role::Student,
        CompleteItem {
            course,
            item: second,
        },
    );
    assert_eq!((done.completed_items, done.total_items), (1, 2));
    let events = cast.school.events().len();
    cast.school.clock.advance(std::time::Duration::from_mins(1));
    assert_eq!(
        cast.does(
            Role::Student,
            CompleteItem {
                course,
                item: second
            }
        ),
        done
    );
    assert_eq!(cast.school.events().len(), events, "nothing happened");
    let snapshot = cast.school.app.snapshot();
    assert_eq!(
        completed(&snapshot, course, cast.user(Role::Student)).unwrap(),
        [second]
    );
    cast.does(
        Role::Student,
        CompleteItem {
            course,
            item: first,
        },
    );
    assert_eq!(of_student(&cast, course), (2, 2));
    cast.school.agrees();
}

#[test]
fn only_what_learners_see_counts_and_can_be_completed() {
    let (cast, course) = class();
    let (open, closed) = (module(&cast, course, true), module(&cast, course, false));
    let hidden = add_page(&cast, course, open, false);
    let behind = add_page(&cast, course, closed, true);
    let heading = add(&cast, course, open, Content::Heading, true);
    let quiz = add(
        &cast,
        course,
        open,
        Content::NotImported(NotImported::Quiz),
        true,
    );
    assert_eq!(of_student(&cast, course), (0, 0));
    for item in [hidden, behind, cast.school.app.new_id()] {
        assert_eq!(
            cast.refused(Role::Student, CompleteItem { course, item }),
            ITEM_NOT_FOUND
        );
    }
    for item in [heading, quiz] {
        assert_eq!(
            cast.refused(Role::Student, CompleteItem { course, item }),
            ITEM_NOT_COMPLETABLE
        );
    }
    cast.school.agrees();
}

#[test]
fn work_is_completed_by_doing_it_wherever_it_stands() {
    let (cast, course) = class();
    let (one, two) = (module(&cast, course, true), module(&cast, course, true));
    let (essay, talk) = (
        AssignmentId::from_bytes([1; 16]),
        TopicId::from_bytes([2; 16]),
    );
    let item = add(&cast, course, one, Content::Assignment(essay), true);
    add(&cast, course, two, Content::Assignment(essay), true);
    add(&cast, course, two, Content::Assignment(essay), false);
    add(&cast, course, two, Content::Topic(talk), true);
    assert_eq!(of_student(&cast, course), (0, 3));
    assert_eq!(
        cast.refused(Role::Student, CompleteItem { course, item }),
        ITEM_NOT_COMPLETABLE
    );
    let does = |role: Role| {
        let user = cast.user(role);
        let work = move |tx: &mut Tx<'_>| {
            complete_content(tx, course, user, essay)?;
            complete_content(tx, course, user, talk)
        };
        cast.does(role, Put(work));
    };
    does(Role::Student);
    assert_eq!(
        of_student(&cast, course),
        (3, 3),
        "all the items that lead there and are seen"
    );
    let events = cast.school.events().len();
    for role in [Role::Student, Role::Teacher, Role::Observer, Role::Member] {
        does(role);
    }
    assert_eq!(
        cast.school.events().len(),
        events,
        "only students get on, and only once"
    );
    cast.school.agrees();
}

#[test]
fn what_learners_did_counts_as_long_as_the_item_does() {
    let (cast, course) = class();
    let module = module(&cast, course, true);
    let (first, second) = (
        add_page(&cast, course, module, true),
        add_page(&cast, course, module, true),
    );
    for item in [first, second] {
        cast.does(Role::Student, CompleteItem { course, item });
    }
    assert_eq!(of_student(&cast, course), (2, 2));
    cast.does(
        Role::Teacher,
        modules::UnpublishItem {
            course,
            item: first,
        },
    );
    assert_eq!(of_student(&cast, course), (1, 1));
    cast.does(Role::Teacher, modules::UnpublishModule { course, module });
    assert_eq!(of_student(&cast, course), (0, 0));
    cast.does(Role::Teacher, modules::PublishModule { course, module });
    assert_eq!(of_student(&cast, course), (1, 1));
    let show = modules::PublishItem {
        course,
        item: first,
        neighbours: Neighbours::NONE,
    };
    cast.does(Role::Teacher, show);
    assert_eq!(of_student(&cast, course), (2, 2));
    let remove = modules::RemoveItem {
        course,
        item: second,
    };
    cast.does(Role::Teacher, remove);
    assert_eq!(of_student(&cast, course), (1, 1));
    let (snapshot, user) = (cast.school.app.snapshot(), cast.user(Role::Student));
    assert_eq!(completed(&snapshot, course, user).unwrap(), [first]);
    cast.school.agrees();
}

#[test]
fn only_students_of_an_open_course_complete_anything() {
    let (cast, course) = class();
    let module = module(&cast, course, true);
    let item = add_page(&cast, course, module, true);
    for role in [
        Role::Observer,
        Role::Designer,
        Role::Assistant,
        Role::Teacher,
        Role::Admin,
    ] {
        assert_eq!(
            cast.refused(role, CompleteItem { course, item }),
            NOT_A_PARTICIPANT,
            "{role}"
        );
    }
    assert_eq!(
        cast.refused(Role::Nobody, CompleteItem { course, item }),
        problems::UNAUTHENTICATED
    );
    set_state(&cast, course, CourseState::Archived);
    assert_eq!(
        cast.refused(Role::Student, CompleteItem { course, item }),
        COURSE_NOT_OPEN
    );
    assert_eq!(of_student(&cast, course), (0, 1));
}

#[test]
fn records_of_every_version_decode() {
    let completion = Completion {
        completed_at: Timestamp::from_millis(1_700_000_000_000),
        counts: true,
    };
    testkit::fixture("courses/fixtures/completion.v1", &completion);
    let hidden = Completion {
        counts: false,
        ..completion
    };
    testkit::fixture("courses/fixtures/completion.hidden.v1", &hidden);
}

#[test]
fn a_completion_without_its_event_is_found() {
    let (cast, course) = class();
    let (user, item) = (cast.user(Role::Student), cast.school.app.new_id());
    let put = move |tx: &mut Tx<'_>| {
        let completed_at = tx.now();
        tx.put(
            &COMPLETIONS,
            &(course, user, item),
            &Completion {
                completed_at,
                counts: true,
            },
        )
    };
    cast.does(Role::Program, Put(put));
    let app = &cast.school.app;
    let findings = app::check(&app.snapshot(), app.features()).unwrap();
    assert_eq!(findings.fault_count, 1, "{findings:?}");
}
