//! Queries as they come: nothing is an error.

use proptest::prelude::*;

use super::*;
use crate::{Filter, QUERY_WORDS_MAX};

fn index() -> Index {
    index_of([
        page(
            "the",
            "The and of",
            "to be or not to be, that is the question",
        ),
        page("quote", "He said", "\"well\" -- they're fine"),
        page("emoji", "Party", "we celebrate 🎉🎉 today"),
    ])
}

#[test]
fn bad_input_has_an_answer() {
    let index = index();
    let thousand = (0..1_000)
        .map(|n| format!("word{n}"))
        .collect::<Vec<_>>()
        .join(" ");
    let nothing = [
        "",
        " \t\n",
        "!?.,;:()[]{}",
        "\"",
        "\"\"",
        "-",
        "--",
        "- -",
        "-\"\"",
        "title:",
        ":::",
        "-question",
        "title:\"",
        "🎉",
        "👩‍👩‍👧‍👦🏳️‍🌈",
        "\u{200f}\u{202e}\u{2066}",
        "\0\u{1}\u{7f}",
        "\u{301}\u{301}",
        "\u{feff}",
        "''''",
        "* ?",
        "\\",
    ];
    for text in nothing {
        let found = search(&index, text);
        assert_eq!((found.total, found.shortened), (0, false), "{text:?}");
        let suggested = index.suggest(text, (&Filter::default(), &mut |_| true), 5);
        assert_eq!(suggested.unwrap(), []);
    }
    let something = [
        ("the of and", "the"),
        ("to be or not to be", "the"),
        ("\"not to be", "the"),
        ("not to\" be", "the"),
        ("que\u{ad}stion", "the"),
        ("\u{200f}question\u{200e}", "the"),
        ("to\0be\u{1}question", "the"),
        ("🎉 celebrate 🎉", "emoji"),
        ("they're fine", "quote"),
        ("(question)", "the"),
        ("question AND~2^5", "the"),
        ("unknown:question", "the"),
        ("question -", "the"),
    ];
    for (text, expected) in something {
        assert_eq!(
            names(&search(&index, text)).first().map(String::as_str),
            Some(expected),
            "{text:?}"
        );
    }
    let found = search(&index, &thousand);
    assert_eq!((found.total, found.shortened), (0, true));
    let found = search(&index, &"question ".repeat(QUERY_WORDS_MAX));
    assert_eq!((found.total, found.shortened), (1, false));
    for long in [
        "x".repeat(10_240),
        "é\u{301}".repeat(4_000),
        "\"".repeat(10_240),
    ] {
        assert_eq!(search(&index, &long).total, 0);
    }
}

#[test]
fn documents_may_hold_anything_too() {
    let strange = [
        "",
        "\0",
        "\u{202e}evil",
        "🎉",
        "\u{301}",
        &"x".repeat(70_000),
        &"y-".repeat(70_000),
        &"字".repeat(5_000),
        &"a ".repeat(50_000),
        "<script>alert(1)</script>",
        "a\u{300}\u{301}\u{302}",
    ]
    .map(str::to_owned);
    let index = index_of(strange.iter().enumerate().map(|(n, text)| Document {
        code: text.clone(),
        names: text.clone(),
        ..page(&format!("{n}"), text, text)
    }));
    assert_eq!(index.documents(), strange.len() as u64);
    let found = search(&index, "script");
    assert_eq!(
        first(&found).snippet,
        "&lt;<mark>script</mark>&gt;alert(1)&lt;/<mark>script</mark>&gt;"
    );
    assert_eq!(first(&search(&index, "evil")).snippet, "<mark>evil</mark>");
    assert_eq!(search(&index, &"x".repeat(100)).total, 1);
    assert_eq!(search(&index, "字").total, 1);
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(200))]

    #[test]
    fn no_text_is_an_error(text in "\\PC{0,60}|[\"\\-:a-z \u{5d0}\u{4e00}\u{301}\0]{0,40}") {
        thread_local! {
            static INDEX: Index = index();
        }
        INDEX.with(|index| {
            let typed = Query { prefix_last: true, ..query(&text) };
            let found = index.rank(&typed, &mut |_| true).expect("no text is an error");
            for hit in &found.hits {
                let told = found.tell(hit.key).expect("it can be told").expect("it is a hit");
                let open = told.snippet.matches("<mark>").count();
                assert_eq!(open, told.snippet.matches("</mark>").count());
            }
            index.suggest(&text, (&Filter::default(), &mut |_| true), 5).expect("nor is it here");
        });
    }

}

proptest! {
    // Each has a commit of its own.
    #![proptest_config(ProptestConfig::with_cases(40))]

    #[test]
    fn any_text_can_be_indexed_and_shown(text in "\\PC{0,200}") {
        thread_local! {
            static INDEX: Index = index_of([]);
        }
        INDEX.with(|index| {
            let places = [0, text.len() / 2, text.len()];
            let whole = Document {
                passages: places.map(|at| at..at + 20).to_vec(),
                ..page("key", &text, &text)
            };
            index.put(&whole).expect("it is put");
            index.commit(2).expect("it is committed");
            let found = search(index, &text.chars().take(30).collect::<String>());
            assert!(found.hits.len() <= 1);
            for passage in 0..3 {
                let told = found.tell_part(key("key"), passage).expect("it can be told");
                assert!(told.is_some());
            }
        });
    }
}
