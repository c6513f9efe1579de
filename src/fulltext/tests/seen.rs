//! What may not be found neither changes an answer nor is told by it.

use proptest::prelude::*;

use super::*;
use crate::{Courses, Filter, MaySee};

const MINE: u128 = 1;
const THEIRS: u128 = 2;

fn within(course: u128, document: Document) -> Document {
    Document {
        course: Some(course),
        ..document
    }
}

fn only_mine() -> Filter {
    Filter {
        courses: Courses::Only(vec![MINE]),
        ..Filter::default()
    }
}

/// What somebody is told of this: which documents, how many, and how they were looked for. Not in
/// which order: how much a word weighs is reckoned over all documents.
fn told(index: &Index, filter: &Filter, text: &str) -> (Vec<String>, Vec<String>, String) {
    let asked = Query {
        filter: filter.clone(),
        prefix_last: text.len().is_multiple_of(2),
        limit: 100,
        ..query(text)
    };
    let is_shown = |name: &String| !name.starts_with("hidden");
    let may_see: MaySee<'_> = &mut |entry| is_shown(&name(entry.key));
    let found = index.rank(&asked, may_see).expect("no text is an error");
    let suggested = index.suggest(text, (filter, may_see), 20);
    let suggested = suggested.expect("nor is it here");
    let mut suggested: Vec<_> = suggested.iter().map(|hit| name(hit.key)).collect();
    let mut these = names(&found);
    for names in [&mut these, &mut suggested] {
        names.retain(is_shown);
        names.sort();
    }
    let (likened, partly) = (found.likened(), found.partly);
    let respelled = found.respelled(text, |_| false) != text;
    let said = format!("likened {likened} partly {partly} respelled {respelled}");
    (these, suggested, said)
}

#[test]
fn a_mistyped_word_that_others_write_as_well_is_still_a_mistyped_one() {
    let theirs = |number: i32| {
        let page = page(&format!("theirs{number}"), "Elsewhere", "The trondelwigk.");
        within(THEIRS, page)
    };
    let mine = within(MINE, page("mine", "Owls", "The trondelwick hoots."));
    let index = index_of((0..7).map(theirs).chain([mine]));
    let (found, _, said) = told(&index, &only_mine(), "trondelwigk");
    assert_eq!(found, ["mine"]);
    assert_eq!(said, "likened true partly false respelled true");
}

#[test]
fn a_word_that_only_others_write_is_none_that_somebody_can_mean() {
    let index = index_of([
        within(THEIRS, page("theirs", "Owls", "The trondelwick hoots.")),
        within(MINE, page("mine", "Foxes", "A trandelwock is red.")),
    ]);
    // One letter away from theirs, and two from mine.
    let (found, _, said) = told(&index, &only_mine(), "trondelwock");
    assert_eq!(found, ["mine"]);
    assert_eq!(said, "likened true partly false respelled true");
}

/// Words of which many are like one another.
fn words(many: std::ops::Range<usize>) -> impl Strategy<Value = String> {
    let word = "(planet|plamet|planes|plants|comets|comeds|cometh|stones|stoves)";
    proptest::collection::vec(word, many).prop_map(|words| words.join(" "))
}

proptest! {
    // Each makes two indexes.
    #![proptest_config(ProptestConfig::with_cases(40))]

    #[test]
    fn an_answer_is_as_if_there_were_nothing_else(
        documents in proptest::collection::vec((words(1..3), words(1..6), 0..3), 1..30),
        asked in words(1..6),
    ) {
        let documents: Vec<Document> = (0..)
            .zip(&documents)
            .map(|(number, (title, body, place))| {
                let (whose, course) = match place {
                    0 => ("mine", MINE),
                    1 => ("hidden", MINE),
                    _ => ("theirs", THEIRS),
                };
                within(course, page(&format!("{whose}{number}"), title, body))
            })
            .collect();
        let mine = documents.iter().filter(|page| name(page.key).starts_with("mine"));
        let alone = told(&index_of(mine.cloned()), &Filter::default(), &asked);
        prop_assert_eq!(told(&index_of(documents), &only_mine(), &asked), alone);
    }
}
