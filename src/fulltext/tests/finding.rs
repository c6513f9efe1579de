//! What is found, and in which order.

use std::time::Duration;

use super::*;
use crate::{Filter, Language};

fn library() -> Index {
    let english = |key, title, body| Document {
        language: Language::English,
        ..page(key, title, body)
    };
    index_of([
        english(
            "photosynthesis",
            "Photosynthesis",
            "Plants turn light into sugar. The reaction takes place in chloroplasts.",
        ),
        english(
            "respiration",
            "Respiration",
            "Cells burn sugar, the reverse of photosynthesis. It is a reaction as well.",
        ),
        english(
            "derivatives",
            "Derivatives",
            "The derivative of a function tells how fast it grows. The chain rule derives compositions.",
        ),
        Document {
            code: "CS-101 fn parseHtml(text: &str) -> Tree".to_owned(),
            names: "Grace Hopper".to_owned(),
            ..english(
                "parsers",
                "Parsing pages",
                "A parser makes a tree of a text.",
            )
        },
    ])
}

#[test]
fn a_word_in_the_title_counts_more_than_one_in_the_body() {
    let index = library();
    let found = search(&index, "photosynthesis");
    assert_eq!(names(&found), ["photosynthesis", "respiration"]);
    assert_eq!(found.total, 2);
}

#[test]
fn all_words_must_be_there_in_any_form() {
    let index = library();
    let asked = |text: &str| {
        let found = index
            .rank(
                &Query {
                    language: Language::English,
                    ..query(text)
                },
                &mut |_| true,
            )
            .unwrap();
        names(&found).join(" ")
    };
    assert_eq!(asked("plant lights"), "photosynthesis");
    assert_eq!(asked("FUNCTIONS growing"), "derivatives");
    // Nothing has both: then what has some of it is better than nothing.
    assert_eq!(asked("chloroplast parser"), "parsers photosynthesis");
}

#[test]
fn quotes_minus_and_fields_say_more() {
    let index = library();
    let cases = [
        ("\"chain rule\"", vec!["derivatives"]),
        ("\"rule chain\"", vec![]),
        ("sugar -plants", vec!["respiration"]),
        ("sugar -\"turn light\"", vec!["respiration"]),
        ("title:photosynthesis", vec!["photosynthesis"]),
        ("Body:photosynthesis", vec!["respiration"]),
        ("title:\"parsing pages\"", vec!["parsers"]),
        ("code:parse", vec!["parsers"]),
        ("code:parsehtml", vec!["parsers"]),
        ("cs-101", vec!["parsers"]),
        ("CS101", vec!["parsers"]),
        ("names:grace", vec!["parsers"]),
        ("code:grace", vec![]),
        ("„chain rule“", vec!["derivatives"]),
    ];
    for (text, expected) in cases {
        assert_eq!(names(&search(&index, text)), expected, "{text}");
    }
}

#[test]
fn a_mistyped_word_is_found_below_one_that_is_right() {
    let index = library();
    for typed in [
        "fotosynthesis",
        "photosyntesis",
        "photosynhtesis",
        "photosynthesys",
    ] {
        let found = search(&index, typed);
        assert_eq!(names(&found)[0], "photosynthesis", "{typed}");
        assert!(found.likened());
    }
    // Three letters are too few to guess.
    assert_eq!(search(&index, "lit").total, 0);

    let index = index_of([
        page("near", "Casting metal", "casting casting casting"),
        page(
            "right",
            "On roofs",
            "How roofs keep cold out: coasting and more of other words.",
        ),
    ]);
    assert_eq!(names(&search(&index, "coasting")), ["right", "near"]);
}

#[test]
fn who_asks_for_one_is_told_no_more_and_nothing_else() {
    let pages = ["a", "b", "c", "d", "e"].map(|name| page(name, "Casting", "metal"));
    let index = index_of(pages.into_iter().chain([page("f", "Coasting", "roofs")]));
    let one = Query {
        limit: 1,
        ..query("casting")
    };
    let found = index.rank(&one, &mut |_| true).unwrap();
    assert_eq!((names(&found), found.total), (vec!["a".to_owned()], 5));
    assert!(!found.likened());
    assert_eq!(first(&found).title, "Casting");
}

#[test]
fn nobody_means_a_word_that_says_nothing() {
    let index = index_of([
        page(
            "has",
            "Cells",
            "A cell has a wall, and what there is has a use.",
        ),
        page("house", "Homes", "The house of a street."),
    ]);
    for language in [Language::German, Language::English] {
        for (typed, expected) in [("Haus", vec![]), ("hous", vec!["house"]), ("thare", vec![])] {
            let asked = Query {
                language,
                ..query(typed)
            };
            let found = index.rank(&asked, &mut |_| true).unwrap();
            assert_eq!(names(&found), expected, "{typed} {language:?}");
        }
    }
}

#[test]
fn the_last_word_may_be_a_beginning() {
    let index = library();
    let typed = |text: &str| {
        let typed = Query {
            prefix_last: true,
            ..query(text)
        };
        let found = index.rank(&typed, &mut |_| true);
        names(&found.unwrap()).join(" ")
    };
    assert_eq!(typed("deriv"), "derivatives");
    assert_eq!(typed("chain ru"), "derivatives");
    assert_eq!(typed("gra"), "parsers");
    assert_eq!(typed("chlorop"), "photosynthesis");
    // A space says that the word is whole.
    assert_eq!(typed("chlorop "), "");
    assert_eq!(search(&index, "chlorop").total, 0);
}

#[test]
fn suggestions_come_from_titles_and_names() {
    let index = library();
    let suggested = |prefix: &str| -> Vec<String> {
        let found = index
            .suggest(prefix, (&Filter::default(), &mut |_| true), 5)
            .unwrap();
        found.iter().map(|one| name(one.key)).collect()
    };
    for typed in ["p", "pa", "pars", "h", "ho", "hop", "grace ho", "grace h"] {
        assert!(suggested(typed).contains(&"parsers".to_owned()), "{typed}");
    }
    assert_eq!(suggested("pars"), ["parsers"]);
    assert_eq!(suggested("ho"), ["parsers"]);
    assert_eq!(suggested("Photosintesis"), ["photosynthesis"]);
    assert!(suggested("chloro").is_empty(), "that is in a body");
    assert!(suggested("").is_empty());
}

#[test]
fn the_newer_of_two_alike_comes_first_where_that_counts() {
    let now = Timestamp::from_millis(1_700_000_000_000);
    let at = |key, days: u64| Document {
        time: now.minus(Duration::from_hours(24 * days)),
        ..page(key, "Exam", "When the exam is")
    };
    let index = index_of([at("old", 700), at("new", 1), at("older", 900)]);
    let recent = Query {
        recent: Some(now),
        ..query("exam")
    };
    assert_eq!(
        names(&index.rank(&recent, &mut |_| true).unwrap()),
        ["new", "old", "older"]
    );
}

#[test]
fn what_is_put_again_is_replaced_and_what_is_removed_is_gone() {
    let index = index_of([page("a", "First", "one"), page("b", "Second", "two")]);
    index.put(&page("a", "Changed", "three")).unwrap();
    index.put(&page("a", "Changed again", "four")).unwrap();
    index.remove(key("b")).unwrap();
    index.put(&page("c", "New", "five")).unwrap();
    index.remove(key("c")).unwrap();
    index.put(&page("c", "Back", "six")).unwrap();
    assert_eq!(
        names(&search(&index, "first")),
        ["a"],
        "not before the commit"
    );

    index.commit(2).unwrap();
    for gone in ["first", "one", "three", "second", "two", "new", "five"] {
        assert_eq!(search(&index, gone).total, 0, "{gone}");
    }
    assert_eq!(names(&search(&index, "again")), ["a"]);
    assert_eq!(names(&search(&index, "back")), ["c"]);
    assert_eq!(index.documents(), 2);
}
