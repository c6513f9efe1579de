//! Questions as people ask them, and what is like a document.

use super::{texts::TEXTS, *};
use crate::{Courses, Filter, Language};

fn asked(index: &Index, language: Language, text: &str) -> Vec<String> {
    let query = Query {
        language,
        ..query(text)
    };
    names(&index.rank(&query, &mut |_| true).unwrap())
}

fn cells() -> Index {
    let english = |name, title, body| Document {
        language: Language::English,
        ..page(name, title, body)
    };
    index_of([
        english(
            "cell",
            "Cells",
            "Structure: nucleus, membrane. Each cell has some.",
        ),
        english(
            "prison",
            "The cell",
            "Of the prison, and the lock of the door.",
        ),
        english("of", "The of", "What is the use of the?"),
        english("green", "Leaves", "Chlorophyll is why plants look green."),
        english("makes", "How bread is made", "It makes makes makes dough."),
    ])
}

#[test]
fn words_that_every_text_has_are_not_asked_for_beside_others() {
    let index = cells();
    let english = |text| asked(&index, Language::English, text);
    assert_eq!(english("the structure of a cell"), ["cell"]);
    // By themselves, in quotes and by name they are.
    assert_eq!(english("of the")[0], "of");
    assert_eq!(english("\"the door\""), ["prison"]);
    assert_eq!(english("title:the cell"), ["prison"]);
    // They are words as others in another language: no text has both of these.
    assert_eq!(english("the membrane"), ["cell"]);
    assert_eq!(asked(&index, Language::German, "the membrane").len(), 3);
}

#[test]
fn a_question_is_in_the_language_of_its_small_words() {
    let index = cells();
    for asker in [Language::German, Language::Other] {
        let found = asked(&index, asker, "the structure of a cell");
        assert_eq!(found, ["cell"], "{asker:?}");
    }
    let german = Query {
        language: Language::German,
        ..query("what is the use of a membrane in cells")
    };
    let ranked = index.rank(&german, &mut |_| true);
    let told = first(&ranked.unwrap()).snippet;
    assert_eq!(
        told,
        "Structure: nucleus, <mark>membrane</mark>. Each <mark>cell</mark> has some."
    );
    // One small word of another language may be a word like others.
    let index = index_of([
        page("live", "Cells", "How cells live."),
        page("die", "Cells", "How cells die."),
    ]);
    assert_eq!(asked(&index, Language::English, "cells die"), ["die"]);
    assert_eq!(
        asked(&index, Language::German, "wie die cells live"),
        ["live"]
    );
}

#[test]
fn what_has_more_of_the_words_comes_first() {
    let index = cells();
    let found = asked(&index, Language::English, "what makes plants green");
    assert_eq!(found, ["green", "makes"]);
    let found = asked(
        &index,
        Language::English,
        "what does the prison door structure",
    );
    assert_eq!(found, ["prison", "cell"]);
}

/// A question in other words than its text has, and where that text stands among the first five.
fn paraphrased(index: &Index, text: &str, title: &str) -> bool {
    let query = Query {
        language: Language::English,
        limit: 5,
        ..query(text)
    };
    let ranked = index.rank(&query, &mut |_| true).unwrap();
    let best = ranked.hits.first();
    best.is_some_and(|hit| ranked.tell(hit.key).unwrap().unwrap().title == title)
}

#[test]
fn questions_find_the_text_that_answers_them() {
    let index = index_of((0..).zip(TEXTS).map(|(n, text)| Document {
        key: n,
        language: text.language,
        ..page("", text.title, text.body)
    }));
    let questions = [
        ("what makes plants green", "How plants make sugar"),
        (
            "how do leaves turn light into glucose?",
            "How plants make sugar",
        ),
        (
            "Why are there earthquakes where plates collide?",
            "Plate tectonics",
        ),
        (
            "where does the rain in the clouds come from",
            "The water cycle",
        ),
        (
            "how can I add two fractions with different denominators",
            "Fractions",
        ),
        (
            "what is the formula for the roots of an equation",
            "Quadratic equations",
        ),
        (
            "when was the Bastille stormed and by whom",
            "The French Revolution",
        ),
        (
            "what happens to prices when many buyers want more",
            "Supply and demand",
        ),
        ("how fast is merge sort on a long list", "Sorting lists"),
        ("why does my function overflow the stack", "Recursion"),
        (
            "do I lose points if my essay is late?",
            "Submitting homework",
        ),
        ("how many lines does a sonnet have", "Shakespeare's sonnets"),
        (
            "which part of the cell releases energy",
            "Cells and their parts",
        ),
    ];
    let missed = questions
        .iter()
        .filter(|(text, title)| !paraphrased(&index, text, title));
    let missed: Vec<_> = missed.collect();
    assert!(missed.is_empty(), "{missed:?}");
}

#[test]
fn more_like_a_document_shares_its_telling_words() {
    let of = |name, course, title, body| Document {
        course: Some(course),
        language: Language::English,
        ..page(name, title, body)
    };
    let index = index_of([
        of(
            "light",
            1,
            "Photosynthesis",
            "Chlorophyll in the leaves turns the light into sugar.",
        ),
        of(
            "leaves",
            1,
            "Leaves",
            "The leaf is green by its chlorophyll, and makes sugar.",
        ),
        of(
            "sugar",
            2,
            "Sugar",
            "The sugar of the shop comes from beets.",
        ),
        of(
            "war",
            1,
            "The war",
            "The king of the land fought the other king.",
        ),
    ]);
    let all = Filter::default();
    let like = |name: &str, filter: &Filter, limit| -> Vec<String> {
        let like = index.like(key(name), filter, limit).unwrap();
        like.iter().map(|hit| super::name(hit.key)).collect()
    };
    assert_eq!(like("light", &all, 10), ["leaves", "sugar"]);
    assert_eq!(like("light", &all, 1), ["leaves"]);
    let other = Filter {
        courses: Courses::Only(vec![2]),
        ..Filter::default()
    };
    assert_eq!(like("light", &other, 10), ["sugar"]);
    assert!(like("nothing", &all, 10).is_empty());
    assert!(like("war", &all, 10).is_empty());
}

#[test]
fn of_a_question_the_telling_word_decides_and_not_a_title_that_shares_a_common_one() {
    let common = "We take a look at the names that people give to things in a program.";
    let mut pages = vec![
        page(
            "tie",
            "Aliases",
            "An alias is a second tag on one box: two tags, one box.",
        ),
        page("say", "Names in the program", common),
    ];
    pages.extend((0..6).map(|n| page(&format!("p{n}"), "More", common)));
    let index = index_of(pages);
    // Others have three of these words, one of them in its title.
    let found = asked(&index, Language::English, "two tags, names, people, things");
    assert_eq!(found.first().unwrap(), "tie");
    // Of fewer words more count for more.
    let found = asked(&index, Language::English, "names things tags");
    assert_eq!(found.first().unwrap(), "say");
}

#[test]
fn what_stands_in_quotes_or_behind_a_colon_is_meant_whatever_else_is_missing() {
    let index = index_of([
        page(
            "chain",
            "Rules",
            "The chain rule of calculus, for functions.",
        ),
        page("rule", "Chains", "Each rule of the bicycle and its chain."),
    ]);
    for (text, expected) in [
        ("\"chain rule\" bicycle", vec!["chain"]),
        ("\"chain rule\" bicycle saddle wheels", vec!["chain"]),
        ("title:chains calculus", vec!["rule"]),
        ("\"rule chain\" calculus bicycle functions", vec![]),
        ("\"chain rule\" title:chains", vec![]),
    ] {
        assert_eq!(names(&search(&index, text)), expected, "{text}");
    }
}

#[test]
fn a_title_of_many_words_is_a_title_and_no_question() {
    let index = index_of([
        page("exact", "Rules for safe lab work", "Wear goggles."),
        page(
            "other",
            "Labs",
            "Safe work in a lab has rules: the rules are rules for all.",
        ),
        page("more", "Work", "Work is work."),
    ]);
    for typed in ["rules for safe lab work", "rulse for safe lab work"] {
        let found = search(&index, typed);
        assert_eq!(names(&found), ["exact", "other"], "{typed}");
        assert!(!found.partly, "{typed}");
    }
}

#[test]
fn words_that_no_document_has_are_respelled_as_those_they_are_like() {
    let index = index_of([
        page("sun", "Photosynthesis", "Chlorophyll, the green of leaves."),
        page("rare", "Euler", "Euler was born in Basel."),
    ]);
    let respelled = |text: &str, known: &[&str]| {
        let found = search(&index, text);
        let respelled = found.respelled(text, |word| known.contains(&word));
        (respelled.into_owned(), found.likened())
    };
    let expected = |text: &str, likened| (text.to_owned(), likened);
    assert_eq!(
        respelled("What's CHLORPHYLL, the geren?", &[]),
        expected("What's chlorophyll, the green?", true)
    );
    // What the caller knows stays, and so does what some document has, however rare.
    assert_eq!(
        respelled("geren leaves", &["geren"]),
        expected("geren leaves", true)
    );
    assert_eq!(respelled("euler", &[]), expected("euler", false));
    assert_eq!(respelled("zzzzzz", &[]), expected("zzzzzz", false));
    // Nothing is looked for, and yet it is known what is meant.
    let unranked = index.unranked(&query("chlorphyll"), &mut |_| true).unwrap();
    assert_eq!(unranked.respelled("chlorphyll", |_| false), "chlorophyll");
}

#[test]
fn a_long_question_finds_what_has_most_of_its_words_behind_what_has_all() {
    let index = index_of([
        page(
            "most",
            "Leaves",
            "Green leaves turn light and water to sugar.",
        ),
        page(
            "all",
            "Plants",
            "Green leaves turn light, water and air to sugar.",
        ),
        page("few", "Lakes", "Some water is green."),
    ]);
    let short = index
        .rank(&query("green light air"), &mut |_| true)
        .unwrap();
    assert_eq!(
        (names(&short), short.partly),
        (vec!["all".to_owned()], false)
    );
    let long = index
        .rank(&query("green leaves light water air sugar"), &mut |_| true)
        .unwrap();
    assert_eq!(
        (names(&long).join(" "), long.partly),
        ("all most few".to_owned(), true)
    );
}
