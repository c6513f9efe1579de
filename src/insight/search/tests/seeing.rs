//! Who finds what: every role against every kind, in courses of every openness.

use std::collections::BTreeSet;
use std::fmt::Write as _;

use app::search::FoundKind;
use assess::assignments::{CreateAssignment, NewAssignment};
use community::discussions::{CreateDiscussionPost, CreateTopic, NewTopic, TopicId};
use courses::catalog::{
    CourseId, CreateCourse, DeleteCourse, NewCourse, PublishCourse, UnpublishCourse, Visibility,
};
use courses::enrollments::{CourseRole, Unenroll};
use courses::markup::SafeHtml;
use courses::modules::{AddItem, CreateModule, Linked, UnpublishModule, WebAddress};
use courses::neighbours::Neighbours;
use kernel::PageRequest;
use testkit::Role;

use super::{Library, by, titles};
use crate::search::{Mode, Question};
use crate::tests::enroll;

/// The role of whoever is in all courses of the test.
const PLACES: [(Role, CourseRole); 5] = [
    (Role::Teacher, CourseRole::Instructor),
    (Role::Assistant, CourseRole::Assistant),
    (Role::Designer, CourseRole::Designer),
    (Role::Student, CourseRole::Student),
    (Role::Observer, CourseRole::Observer),
];

fn course(library: &Library, code: &str, visibility: Visibility) -> CourseId {
    let course = NewCourse::titled(code, &format!("{code} volcano")).unwrap();
    let create = CreateCourse {
        course: course.visibility(visibility),
        idempotency_key: None,
    };
    let course = library.cast.does(Role::Program, create);
    for (role, place) in PLACES {
        enroll(&library.cast, course, role, place);
    }
    library.cast.does(Role::Program, PublishCourse { course });
    course
}

fn topic(library: &Library, course: CourseId, title: &str, published: bool) -> TopicId {
    let create = CreateTopic {
        course,
        module: None,
        topic: NewTopic::titled(title, SafeHtml::default(), published).unwrap(),
    };
    library.cast.does(Role::Program, create)
}

fn link(library: &Library, course: CourseId, title: &str, published: bool) {
    let create = CreateModule {
        course,
        title: "Week 1".to_owned(),
        published: true,
    };
    let module = library.cast.does(Role::Program, create);
    let add = AddItem {
        course,
        module,
        title: title.to_owned(),
        content: Linked::Link(WebAddress::parse("https://example.org/").unwrap()),
        estimated_minutes: None,
        published,
    };
    library.cast.does(Role::Program, add);
}

/// Fills a course with one of each kind that is shown, and one that is not.
fn fill(library: &Library, course: CourseId, code: &str) {
    for (state, published) in [("shown", true), ("hidden", false)] {
        let title = |kind: &str| format!("{code} {state} {kind} volcano");
        library.page_in(course, (&title("page"), ""), published);
        link(library, course, &title("link"), published);
        let work = NewAssignment::titled(&title("work"), SafeHtml::default()).unwrap();
        library.cast.does(
            Role::Program,
            CreateAssignment {
                course,
                module: None,
                assignment: work.published(published),
                estimated_minutes: None,
            },
        );
        let topic = topic(library, course, &title("topic"), published);
        let post = CreateDiscussionPost {
            topic,
            parent: None,
            body: "A volcano!".to_owned(),
            idempotency_key: None,
        };
        library.cast.does(Role::Teacher, post);
    }
    library.file(course, &format!("{code} file volcano.txt"), "volcano");
}

/// Everything that somebody finds, by title; a post by its topic's.
fn found(library: &Library, role: Role, mode: Mode) -> BTreeSet<String> {
    let page = PageRequest::first(100);
    let answer = library.ask(
        role,
        Question {
            page,
            ..by(mode, "volcano")
        },
    );
    let named = answer.hits.iter().map(|hit| {
        let post = if hit.kind == FoundKind::Post {
            " (post)"
        } else {
            ""
        };
        format!("{}{post}", hit.card.title)
    });
    let named: BTreeSet<String> = named.collect();
    let listed = u64::try_from(answer.hits.len()).unwrap();
    let counted = |counts: Vec<u64>| counts.into_iter().sum::<u64>();
    let facets = &answer.facets;
    assert_eq!(answer.total, listed, "{role} {mode:?}");
    assert_eq!(
        counted(facets.kinds.iter().map(|(_, n)| *n).collect()),
        listed
    );
    assert_eq!(
        counted(facets.courses.iter().map(|(_, n)| *n).collect()),
        listed
    );
    named
}

const TABLE: &str = "
nobody   : PUB
member   : PUB SCH
student  : ENR+ PUB+ SCH+
observer : ENR+ PUB+ SCH+
designer : DRA* ENR* PUB* SCH*
assistant: DRA* ENR* PUB* SCH*
teacher  : DRA* ENR* PUB* SCH*
staff    : PUB SCH
admin    : DRA* ENR* PUB* SCH*
program  : DRA* ENR* PUB* SCH*
";

/// `PUB`: the course, its shown pages, links, work, and its file; `PUB+`: discussions too;
/// `PUB*`: hidden ones as well.
fn means(word: &str) -> BTreeSet<String> {
    let (code, rest) = word.split_at(3);
    let states: &[&str] = if rest == "*" {
        &["shown", "hidden"]
    } else {
        &["shown"]
    };
    let kinds: &[&str] = if rest.is_empty() {
        &["page", "link", "work"]
    } else {
        &["page", "link", "work", "topic", "topic volcano (post)"]
    };
    let mut means = BTreeSet::from([
        format!("{code} volcano"),
        format!("{code} file volcano.txt"),
    ]);
    for state in states {
        for kind in kinds {
            let title = kind.split(' ').next().unwrap();
            let post = if kind.contains("post") { " (post)" } else { "" };
            means.insert(format!("{code} {state} {title} volcano{post}"));
        }
    }
    means
}

#[test]
fn nobody_finds_what_they_may_not_read() {
    let library = Library::open();
    for (code, visibility, published) in [
        ("DRA", Visibility::Public, false),
        ("ENR", Visibility::Enrolled, true),
        ("PUB", Visibility::Public, true),
        ("SCH", Visibility::School, true),
    ] {
        let course = course(&library, code, visibility);
        fill(&library, course, code);
        if !published {
            let neighbours = Neighbours::NONE;
            library
                .cast
                .does(Role::Program, UnpublishCourse { course, neighbours });
        }
    }
    for mode in [Mode::Fulltext, Mode::Semantic, Mode::Hybrid] {
        let mut table = String::from("\n");
        for role in Role::ALL {
            let found = found(&library, role, mode);
            let row = TABLE
                .lines()
                .find(|row| row.starts_with(role.name()))
                .unwrap();
            let (_, words) = row.split_once(": ").unwrap();
            let expected: BTreeSet<String> = words.split(' ').flat_map(means).collect();
            assert_eq!(found, expected, "{role} {mode:?}");
            writeln!(table, "{:9}: {words}", role.name()).unwrap();
        }
        assert_eq!(table, TABLE);
    }
}

#[test]
fn what_was_taken_from_somebody_is_gone_at_once_before_the_index_knows() {
    let library = Library::open();
    let course = library.course;
    library.page("Glaciers", "<p>Ice moves.</p>");
    let ask = |mode| {
        let answer = library.tries(Role::Student, by(mode, "ice")).unwrap();
        (
            titles(&answer).len(),
            answer.total,
            answer.facets.kinds.len(),
        )
    };
    library.search.catch_up().unwrap();
    assert_eq!(ask(Mode::Hybrid), (1, 1, 1));
    let user = library.cast.user(Role::Student);
    library.cast.does(Role::Program, Unenroll { course, user });
    for mode in [Mode::Fulltext, Mode::Semantic, Mode::Hybrid] {
        assert_eq!(ask(mode), (0, 0, 0), "{mode:?}");
    }
}

#[test]
fn a_hidden_module_hides_its_links_at_once_and_a_deleted_course_everything() {
    let library = Library::open();
    let course = course(&library, "VOL", Visibility::Enrolled);
    link(&library, course, "A lava lamp", true);
    assert_eq!(library.titles(Role::Student, "lava"), ["A lava lamp"]);
    let snapshot = library.cast.school.app.snapshot();
    let viewed = courses::catalog::view(&snapshot, &library.cast.actor(Role::Admin), course);
    let modules = courses::modules::modules_of(&snapshot, &viewed.unwrap().unwrap()).unwrap();
    let module = modules.first().unwrap().id;
    library
        .cast
        .does(Role::Program, UnpublishModule { course, module });
    let answer = library
        .tries(Role::Student, by(Mode::Fulltext, "lava"))
        .unwrap();
    assert_eq!(titles(&answer), [""; 0]);
    let neighbours = Neighbours::NONE;
    library
        .cast
        .does(Role::Program, UnpublishCourse { course, neighbours });
    library
        .cast
        .does(Role::Program, DeleteCourse { course, neighbours });
    assert_eq!(library.titles(Role::Admin, "lava"), [""; 0]);
    assert!(library.search.compare().unwrap().agrees());
}

#[test]
fn what_one_may_not_see_crowds_nothing_out() {
    let library = Library::open();
    for number in 0..120 {
        let title = format!("Draft {number}");
        let html = "<p>The eruption of a volcano throws out lava.</p>";
        library.page_in(library.course, (&title, html), false);
    }
    library.page("Volcanoes", "<p>An eruption of a volcano.</p>");
    for mode in [Mode::Semantic, Mode::Hybrid, Mode::Fulltext] {
        let answer = library.ask(Role::Student, by(mode, "eruption of a volcano"));
        assert_eq!(titles(&answer), ["Volcanoes"], "{mode:?}");
        assert!(!answer.more);
    }
}

#[test]
fn drafts_crowd_neither_suggestions_nor_what_is_similar_out() {
    let library = Library::open();
    let about = |animal: &str| format!("<p>A {animal} is an animal that is kept as a pet.</p>");
    for number in 0..120 {
        let title = format!("Quiz {number}");
        library.page_in(library.course, (&title, &about("dog")), false);
    }
    let cats = library.page("Cats", &about("cat"));
    library.page("Quiz rules for everybody", &about("dog"));
    library.page("Loans", "<p>A bank lends money at interest.</p>");
    library.search.catch_up().unwrap();
    let school = &library.cast.school;
    let (snapshot, actor) = (school.app.snapshot(), library.cast.actor(Role::Student));
    let suggested = library.search.suggest(&snapshot, &actor, ("quiz", None, 5));
    let of = (FoundKind::Page, app::search::bits(cats), 5);
    let similar = library.search.similar(&snapshot, &actor, of);
    for found in [school.block_on(suggested), school.block_on(similar)] {
        let titles: Vec<_> = found
            .unwrap()
            .into_iter()
            .map(|(_, card)| card.title)
            .collect();
        assert_eq!(titles, ["Quiz rules for everybody"]);
    }
}

#[test]
fn that_there_is_more_tells_of_what_one_may_see_and_of_nothing_else() {
    let library = Library::open();
    let body = "<p>A volcano.</p>";
    for number in 0..505 {
        library.page_in(library.course, (&format!("Draft {number}"), body), false);
    }
    let page = |number: i32| library.page(&format!("Page {number}"), body);
    page(0);
    let asks = || {
        let answer = library.ask(Role::Student, by(Mode::Fulltext, "volcano"));
        (answer.total, answer.more)
    };
    assert_eq!(asks(), (1, false));
    for number in 1..494 {
        page(number);
    }
    assert_eq!(asks(), (494, false));
    let all = library.ask(Role::Designer, by(Mode::Fulltext, "volcano"));
    assert_eq!((all.total, all.more), (500, true));
}

#[test]
fn what_one_may_not_see_does_not_change_what_a_mistyped_word_finds() {
    let library = Library::open();
    library.page("Owls", "<p>The trondelwick hoots.</p>");
    let asks = || {
        let answer = library.ask(Role::Student, by(Mode::Fulltext, "trondelwigk"));
        (titles(&answer), answer.notices)
    };
    let before = asks();
    assert_eq!(before.0, ["Owls"]);
    let create = CreateCourse {
        course: NewCourse::titled("ELSE-1", "Elsewhere").unwrap(),
        idempotency_key: None,
    };
    let other = library.cast.does(Role::Program, create);
    for number in 0..7 {
        let title = |place| format!("{place} {number}");
        let body = "<p>The trondelwigk.</p>";
        library.page_in(other, (&title("Elsewhere"), body), true);
        library.page_in(library.course, (&title("Draft"), body), false);
    }
    assert_eq!(asks(), before);
}

#[test]
fn people_are_found_by_staff_alone() {
    let library = Library::open();
    for role in Role::ALL {
        let found = library.titles(role, "observer");
        let staff = matches!(role, Role::Staff | Role::Admin | Role::Program);
        let expected: &[&str] = if staff { &["observer"] } else { &[] };
        assert_eq!(found, expected, "{role}");
    }
}
