//! What people type, and what programs send.

use courses::catalog::CourseId;
use kernel::{Cursor, PageRequest};
use testkit::Role;

use super::{Library, by, titles};
use crate::search::{Mode, Notice, Question};

#[test]
fn any_text_has_an_answer() {
    let library = Library::open();
    library.page("Frogs", "<p>The frog is green, and the cat is not.</p>");
    let thousand = "frog ".repeat(800);
    for text in [
        "",
        " ",
        "?!.,;:",
        "the and of",
        "\"frog",
        "frog\"\"",
        "-",
        "-frog",
        "title:",
        "(frog",
        "frog\u{0}\u{7}",
        "\u{202e}frog",
        "🐸",
        "frog OR",
        "*",
        "frog~9",
        "\\",
        &thousand,
    ] {
        for mode in [Mode::Fulltext, Mode::Semantic, Mode::Hybrid] {
            let answer = library.ask(Role::Student, by(mode, text));
            let told = titles(&answer);
            assert!(told.len() <= 2, "{mode:?} {text:?}: {told:?}");
        }
    }
    assert_eq!(library.titles(Role::Student, "\"frog"), ["Frogs"]);
    assert_eq!(library.titles(Role::Student, "?!.,"), [""; 0]);
    let long = library.ask(Role::Student, by(Mode::Fulltext, &thousand));
    assert!(long.notices.contains(&Notice::Shortened));
    assert_eq!(titles(&long), ["Frogs"]);
}

#[test]
fn what_is_too_long_is_refused_with_what_to_do() {
    let library = Library::open();
    library.search.catch_up().unwrap();
    let refused = library.tries(Role::Student, by(Mode::Hybrid, &"x".repeat(10_000)));
    assert_eq!(
        refused.unwrap_err().problem().unwrap().code,
        "QUERY_TOO_LONG"
    );
}

#[test]
fn a_forged_cursor_is_refused_or_finds_nothing_that_is_not_to_be_seen() {
    let library = Library::open();
    library.page("Frogs", "<p>frog</p>");
    library.search.catch_up().unwrap();
    let after = |bytes: Vec<u8>| {
        let text = Cursor::at(bytes).to_string();
        let page = PageRequest::parse(None, Some(&text)).unwrap();
        library.tries(
            Role::Student,
            Question {
                page,
                ..by(Mode::Fulltext, "frog")
            },
        )
    };
    for bytes in [vec![], vec![1, 2, 3], vec![0; 19], vec![0; 21]] {
        let refused = after(bytes).unwrap_err();
        assert_eq!(refused.problem().unwrap().code, "CURSOR_INVALID");
    }
    // Behind the last place, and at the first.
    assert_eq!(titles(&after(vec![0xff; 20]).unwrap()), [""; 0]);
    assert_eq!(titles(&after(vec![0; 20]).unwrap()), ["Frogs"]);
}

#[test]
fn a_course_that_one_may_not_see_is_as_one_there_is_not() {
    let library = Library::open();
    library.search.catch_up().unwrap();
    let missing: CourseId = library.cast.school.app.new_id();
    for course in [library.course, missing] {
        let question = Question {
            course: Some(course),
            ..Question::of("frog")
        };
        let refused = library.tries(Role::Member, question).unwrap_err();
        assert_eq!(refused.problem().unwrap().code, "NOT_FOUND");
    }
}
