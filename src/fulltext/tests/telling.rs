//! What is told of a document that was found, or that somebody asks for.

use super::*;
use crate::{BODY_BYTES_MAX, Language, TITLE_BYTES_MAX};

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
    let Told { title, snippet } = first(&index.rank(&asked, &mut |_| true).unwrap());
    assert_eq!(title, "Oaks");
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
    assert!(first(&found).snippet.starts_with("The oak is a tree."));
}

#[test]
fn a_snippet_prefers_the_place_with_most_of_what_was_asked() {
    let often = "The oak. ".repeat(40);
    let body = format!("{often} And then an oak beside a river. {often}");
    let index = index_of([page("oak", "Oaks", &body)]);
    let told = first(&search(&index, "oak river"));
    assert!(
        told.snippet.contains("<mark>river</mark>"),
        "{}",
        told.snippet
    );
}

#[test]
fn a_part_is_told_of_any_document() {
    let body = "Ash and birch. The école is old & grey. Élan.";
    let within = body.find('É').unwrap() + 1;
    #[expect(clippy::reversed_empty_ranges, reason = "whatever somebody puts")]
    let reversed = 20..3;
    let trees = Document {
        passages: vec![
            0..14,
            15..40,
            15..1_000,
            within..within + 10,
            body.len()..body.len() + 5,
            reversed,
        ],
        ..page("trees", "Trees", body)
    };
    let index = index_of([trees, page("else", "Else", "oak")]);
    let ranked = search(&index, "oak ecole");
    let told = |name: &str, passage| ranked.tell_part(key(name), passage).unwrap();
    let whole = "Ash and birch. The <mark>école</mark> is old &amp; grey. Élan.";
    for (passage, snippet) in [
        (0, "Ash and birch.…"),
        (1, "…The <mark>école</mark> is old &amp; grey.…"),
        (2, "…The <mark>école</mark> is old &amp; grey. Élan."),
        // Amid a letter, it begins with that letter.
        (3, "…Élan."),
        // Beyond the end, and the wrong way round.
        (4, whole),
        (5, "……"),
        // There is none of this number.
        (6, whole),
        (u32::MAX, whole),
    ] {
        assert_eq!(
            told("trees", passage).unwrap().snippet,
            snippet,
            "{passage}"
        );
    }
    assert_eq!(told("trees", 0).unwrap().title, "Trees");
    assert_eq!(told("nothing", 0), None);
    // A hit is told of by itself; what is no hit is not.
    assert!(ranked.tell(key("nothing")).unwrap().is_none());
    let ranked = search(&index, "oak");
    assert!(ranked.tell(key("trees")).unwrap().is_none());
    // Nothing was asked: there is nothing to mark.
    let told = search(&index, "").tell_part(key("trees"), 0).unwrap();
    assert_eq!(told.unwrap().snippet, "Ash and birch.…");
}

#[test]
fn who_looks_for_nothing_is_told_of_parts_with_the_words_marked() {
    let index = index_of([page("trees", "Trees", "Ash and birch.")]);
    let nothing = Query {
        text: "birch".to_owned(),
        ..Query::default()
    };
    let ranked = index.unranked(&nothing, &mut |_| true).unwrap();
    assert_eq!((ranked.total, ranked.hits.len()), (0, 0));
    let told = ranked.tell_part(key("trees"), 0).unwrap().unwrap();
    assert_eq!(told.snippet, "Ash and <mark>birch</mark>.");
}

#[test]
fn a_long_part_is_shown_by_its_beginning() {
    let body = "word ".repeat(10_000);
    let passages = std::iter::once(5_000..40_000).collect();
    let long = Document {
        passages,
        ..page("long", "Long", &body)
    };
    let index = index_of([long]);
    let ranked = search(&index, "long");
    let told = ranked.tell_part(key("long"), 0).unwrap();
    let snippet = told.unwrap().snippet;
    assert_eq!(snippet.matches("word").count(), 32);
    assert!(snippet.starts_with('…') && snippet.ends_with('…'));
    let letters = Document {
        passages: std::iter::once(9..90_000).collect(),
        ..page("letters", "Letters", &"x".repeat(100_000))
    };
    index.put(&letters).unwrap();
    index.commit(2).unwrap();
    let told = search(&index, "letters").tell_part(key("letters"), 0);
    assert!(told.unwrap().unwrap().snippet.len() < 3_000);
}

#[test]
fn what_is_told_agrees_with_what_was_ranked() {
    let index = index_of([page("a", "Before", "the river")]);
    let ranked = search(&index, "river");
    index.put(&page("a", "After", "the sea")).unwrap();
    index.commit(2).unwrap();
    assert_eq!(first(&ranked).title, "Before");
    let part = ranked.tell_part(key("a"), 0).unwrap().unwrap();
    assert_eq!(part.snippet, "the <mark>river</mark>");
    assert!(search(&index, "river").tell(key("a")).unwrap().is_none());
}

#[test]
fn what_is_too_long_is_cut_between_letters() {
    let (title, body) = (
        "é".repeat(TITLE_BYTES_MAX),
        "né ".repeat(BODY_BYTES_MAX / 2),
    );
    let long = page("long", &format!("x{title}"), &format!("{body} beyond"));
    let passages = std::iter::once(BODY_BYTES_MAX - 8..BODY_BYTES_MAX).collect();
    let index = index_of([
        Document { passages, ..long },
        page("short", "Short", "within"),
    ]);
    let ranked = search(&index, "beyond");
    assert_eq!((ranked.total, ranked.hits.len()), (0, 0));
    assert_eq!(search(&index, "within").total, 1);
    let told = ranked.tell_part(key("long"), 0);
    let told = told.unwrap().unwrap();
    assert_eq!(told.title.len(), TITLE_BYTES_MAX - 1);
    assert!(
        told.snippet.starts_with('…'),
        "it ends there: {}",
        told.snippet
    );
}
