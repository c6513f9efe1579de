//! What is found, and in which order.

use std::time::Duration;

use super::*;
use crate::{Courses, Filter, Language, Suggestion};

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
    assert_eq!(keys(&found), ["photosynthesis", "respiration"]);
    assert_eq!(found.total, 2);
}

#[test]
fn all_words_must_be_there_in_any_form() {
    let index = library();
    let asked = |text: &str| {
        let found = index
            .search(&Query {
                language: Language::English,
                ..query(text)
            })
            .unwrap();
        keys(&found).join(" ")
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
        assert_eq!(keys(&search(&index, text)), expected, "{text}");
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
        assert_eq!(keys(&found).first(), Some(&"photosynthesis"), "{typed}");
        assert!(found.likened);
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
    assert_eq!(keys(&search(&index, "coasting")), ["right", "near"]);
}

#[test]
fn the_last_word_may_be_a_beginning() {
    let index = library();
    let typed = |text: &str| {
        let found = index.search(&Query {
            prefix_last: true,
            ..query(text)
        });
        keys(&found.unwrap()).join(" ")
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
        let found = index.suggest(prefix, &Filter::default(), 5).unwrap();
        found.into_iter().map(|one: Suggestion| one.title).collect()
    };
    assert_eq!(suggested("pars"), ["Parsing pages"]);
    assert_eq!(suggested("hop"), ["Parsing pages"]);
    assert_eq!(suggested("grace ho"), ["Parsing pages"]);
    assert_eq!(suggested("Photosintesis"), ["Photosynthesis"]);
    assert!(suggested("chloro").is_empty(), "that is in a body");
    assert!(suggested("").is_empty());
}

#[test]
fn who_may_see_some_courses_finds_those_and_what_is_public() {
    let of = |key: &str, course: Option<&str>, kind: &str, public| Document {
        course: course.map(str::to_owned),
        kind: kind.to_owned(),
        public,
        ..page(key, "Vectors", "about vectors")
    };
    let index = index_of([
        of("mine", Some("a"), "page", false),
        of("theirs", Some("b"), "page", false),
        of("open", Some("c"), "topic", true),
        of("nobodys", None, "topic", false),
    ]);
    let asked = |courses, kinds: &[&str]| {
        let kinds = kinds.iter().map(|kind| (*kind).to_owned()).collect();
        let filter = Filter { courses, kinds };
        let found = index
            .search(&Query {
                filter,
                ..query("vectors")
            })
            .unwrap();
        assert_eq!(found.total, found.hits.len() as u64);
        let mut keys: Vec<_> = found.hits.into_iter().map(|hit| hit.key).collect();
        keys.sort();
        (keys.join(" "), found.facets)
    };
    let only = |courses: &[&str]| Courses::Only(courses.iter().map(|&c| c.to_owned()).collect());
    let (found, facets) = asked(only(&["a"]), &[]);
    assert_eq!(found, "mine open");
    // What may not be seen is not counted either.
    let counts = |counts: Vec<(String, u64)>| {
        let counts = counts.iter().map(|(name, count)| format!("{name}={count}"));
        counts.collect::<Vec<_>>().join(" ")
    };
    assert_eq!(counts(facets.courses), "a=1 c=1");
    assert_eq!(counts(facets.kinds), "page=1 topic=1");
    assert_eq!(asked(only(&[]), &[]).0, "open");
    assert_eq!(asked(only(&["a", "b"]), &["page"]).0, "mine theirs");
    let (found, facets) = asked(Courses::All, &[]);
    assert_eq!(found, "mine nobodys open theirs");
    assert_eq!(counts(facets.kinds), "page=2 topic=2");
    let hidden = Filter {
        courses: only(&["b"]),
        kinds: vec!["page".to_owned()],
    };
    assert_eq!(index.suggest("vec", &hidden, 5).unwrap().len(), 1);
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
        keys(&index.search(&recent).unwrap()),
        ["new", "old", "older"]
    );
}

#[test]
fn pages_of_an_answer_follow_each_other() {
    let index = index_of((0..250).map(|n| page(&format!("{n:03}"), "Tides", "of the sea")));
    let part = |offset, limit| {
        let query = Query {
            limit,
            offset,
            ..query("tides")
        };
        index.search(&query).unwrap()
    };
    let mut seen: Vec<String> = Vec::new();
    for offset in (0..250).step_by(50) {
        let found = part(offset, 50);
        assert_eq!(found.total, 250);
        seen.extend(found.hits.into_iter().map(|hit| hit.key));
    }
    seen.sort();
    seen.dedup();
    assert_eq!(seen.len(), 250);
    assert_eq!(part(0, 1_000_000).hits.len(), crate::HITS_MAX);
    assert_eq!(part(usize::MAX, 10).hits, []);
    let none = part(0, 0);
    assert_eq!((none.hits.len(), none.total), (0, 250));
}

#[test]
fn a_snippet_shows_the_place_that_fits_best() {
    let filler = "Words that say little. ".repeat(60);
    let body = format!(
        "The oak is a tree. {filler} Under an <old> oak & beside\n\n the river, the roots of trees drink. {filler}"
    );
    let index = index_of([Document {
        language: Language::English,
        ..page("oak", "Oaks", &body)
    }]);
    let asked = Query {
        language: Language::English,
        ..query("oak river root")
    };
    let found = index.search(&asked).unwrap();
    let snippet = found.hits[0].snippet.as_str();
    let place = "Under an &lt;old&gt; <mark>oak</mark> &amp; beside the <mark>river</mark>, \
                 the <mark>roots</mark> of trees drink.";
    assert!(snippet.contains(place), "{snippet}");
    assert!(
        snippet.starts_with('…') && snippet.ends_with('…'),
        "{snippet}"
    );
    assert!(snippet.len() < 600, "{snippet}");

    // What was found by its title is shown from its beginning.
    let found = search(&index, "title:oaks");
    assert!(found.hits[0].snippet.starts_with("The oak is a tree."));
}

#[test]
fn what_is_put_again_is_replaced_and_what_is_removed_is_gone() {
    let index = index_of([page("a", "First", "one"), page("b", "Second", "two")]);
    index.put(page("a", "Changed", "three")).unwrap();
    index.put(page("a", "Changed again", "four")).unwrap();
    index.remove("b").unwrap();
    index.put(page("c", "New", "five")).unwrap();
    index.remove("c").unwrap();
    index.put(page("c", "Back", "six")).unwrap();
    assert_eq!(
        keys(&search(&index, "first")),
        ["a"],
        "not before the commit"
    );

    index.commit(2).unwrap();
    for gone in ["first", "one", "three", "second", "two", "new", "five"] {
        assert_eq!(search(&index, gone).total, 0, "{gone}");
    }
    assert_eq!(keys(&search(&index, "again")), ["a"]);
    assert_eq!(keys(&search(&index, "back")), ["c"]);
    assert_eq!(index.documents(), 2);
}
