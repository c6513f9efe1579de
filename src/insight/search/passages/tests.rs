//! Documents as people write them, and the passages they are found by.

use proptest::prelude::*;

use super::*;

fn heading(level: u8, text: &str) -> Block {
    Block::Heading(level, text.to_owned())
}

fn text(text: impl Into<String>) -> Block {
    Block::Text(text.into())
}

/// So many words of a subject, ten in a sentence.
fn told(subject: &str, words: usize) -> Block {
    let sentences = (0..words.div_ceil(10)).map(|sentence| {
        let words: Vec<String> = (0..10.min(words - sentence * 10))
            .map(|word| format!("{subject}{sentence}x{word}"))
            .collect();
        words.join(" ") + "."
    });
    text(sentences.collect::<Vec<_>>().join(" "))
}

/// Words as they are counted here.
fn words_of(text: &str) -> usize {
    let halves: usize = Words::of(text, 0..text.len())
        .map(|word| word.length.0)
        .sum();
    halves.div_ceil(2)
}

/// The paths of the passages, with what they say.
fn cut(title: &str, blocks: &[Block]) -> Vec<(String, String)> {
    let (body, passages) = passages(title, blocks);
    let cut = passages.into_iter();
    cut.map(|passage| {
        let text = body[passage.bytes].to_owned();
        (passage.section, text)
    })
    .collect()
}

#[test]
fn a_short_document_is_one_passage_and_one_without_text_as_well() {
    let blocks = [
        heading(1, "Cells"),
        text("Every cell has a skin."),
        heading(2, "Membranes"),
        text("It lets through what it likes."),
        Block::Code("grow();\ndivide();".to_owned()),
    ];
    let whole = "Cells\nEvery cell has a skin.\nMembranes\nIt lets through what it likes.\n\
        grow();\ndivide();";
    assert_eq!(
        cut("Biology 1", &blocks),
        [("Cells".to_owned(), whole.to_owned())]
    );
    assert_eq!(
        cut("Biology 1", &[text(" ")]),
        [(String::new(), String::new())]
    );
}

#[test]
fn a_section_is_a_passage_that_knows_the_headings_above_it() {
    let blocks = [
        heading(1, "Biology"),
        heading(2, "Cells"),
        told("cell", 150),
        heading(3, "Membranes"),
        told("skin", 150),
        heading(2, "Plants"),
        told("leaf", 150),
    ];
    let cut = cut("Biology", &blocks);
    let paths: Vec<&str> = cut.iter().map(|(path, _)| path.as_str()).collect();
    // The highest heading says what the title says.
    assert_eq!(paths, ["Cells", "Cells > Membranes", "Plants"]);
    // A heading with nothing below it stands with the first section that has something.
    assert!(
        cut[0].1.starts_with("Biology\nCells\ncell0x0"),
        "{}",
        cut[0].1
    );
    assert!(cut[1].1.starts_with("Membranes\nskin0x0"));
}

#[test]
fn a_long_section_is_cut_at_sentences_and_repeats_the_one_at_the_seam() {
    let cut = cut("Cells", &[heading(1, "Growth"), told("a", 600)]);
    assert!((3..=4).contains(&cut.len()), "{} passages", cut.len());
    for pair in cut.windows(2) {
        let last = pair[0].1.trim_end_matches('.').rsplit(". ").next().unwrap();
        assert!(pair[1].1.starts_with(last), "{last}");
        assert!(pair[0].1.ends_with('.') && pair[0].0 == "Growth");
    }
    for (_, said) in &cut {
        assert!((150..=250).contains(&words_of(said)), "{}", words_of(said));
    }
}

#[test]
fn a_paragraph_that_does_not_fit_begins_the_next_passage() {
    let cut = cut("Cells", &[told("a", 180), told("b", 120), told("c", 100)]);
    assert_eq!(cut.len(), 2);
    assert!(cut[0].1.ends_with("a17x9."), "{}", cut[0].1);
    assert!(cut[1].1.contains("\nb0x0"), "{}", cut[1].1);
}

#[test]
fn tiny_sections_are_joined_below_their_heading_and_no_further() {
    let mut blocks = vec![heading(1, "Words")];
    for word in ["Cell", "Core", "Wall"] {
        blocks.extend([heading(2, word), told(word, 40)]);
    }
    blocks.extend([
        heading(1, "Sources"),
        told("source", 40),
        heading(2, "Old"),
        told("o", 220),
    ]);
    let cut = cut("Glossary", &blocks);
    let paths: Vec<&str> = cut.iter().map(|(path, _)| path.as_str()).collect();
    assert_eq!(paths, ["Words", "Sources", "Sources > Old"]);
    assert!(cut[0].1.contains("Core") && cut[0].1.contains("Wall"));
}

#[test]
fn what_has_no_sentences_is_cut_at_words_and_what_has_no_spaces_at_letters() {
    let endless = vec!["word"; 10_000].join(" ");
    let cut_endless = cut("", &[text(&endless)]);
    assert!(cut_endless.len() > 40);
    let chinese = "细胞是生命的基本单位".repeat(100);
    let cut_chinese = cut("", &[text(&chinese)]);
    assert!(cut_chinese.len() >= 2, "1,000 letters are some 500 words");
    let monster = cut("", &[text("a".repeat(1_000_000))]);
    for (_, said) in cut_endless.iter().chain(&cut_chinese).chain(&monster) {
        assert!(words_of(said) <= WORDS_MAX && said.len() <= 20_000);
    }
    let sentences = cut("", &[text("细胞很小。它有膜！".repeat(120))]);
    assert!(sentences.len() >= 2);
    assert!(
        sentences
            .iter()
            .all(|(_, said)| said.ends_with(['。', '！']))
    );
}

#[test]
fn a_program_is_cut_at_its_lines() {
    let program: Vec<String> = (0..400).map(|n| format!("let x{n} = \"a. b\";")).collect();
    let cut = cut("", &[Block::Code(program.join("\n"))]);
    assert!(cut.len() > 4);
    assert!(
        cut.iter()
            .all(|(_, said)| said.starts_with("let ") && said.ends_with(';'))
    );
}

#[test]
fn no_document_has_more_passages_than_are_kept() {
    let (_, found) = passages("", &[text("word ".repeat(WORDS_MAX * (PASSAGES_MAX + 10)))]);
    assert_eq!(found.len(), PASSAGES_MAX);
}

#[test]
fn what_is_embedded_says_what_the_passage_is_about() {
    let (body, found) = passages("Biology", &[heading(2, "Cells"), text("They are small.")]);
    assert_eq!(
        embedded("Biology", &body, &found[0]),
        "Biology\nCells\nCells\nThey are small."
    );
    let (body, found) = passages("Biology", &[]);
    assert_eq!(embedded("Biology", &body, &found[0]), "Biology");
}

fn a_block() -> impl Strategy<Value = Block> {
    let words = proptest::collection::vec("[a-z]{1,9}[.!]?|[細胞膜。ก]{1,12}|É\u{301}…", 0..400);
    let paragraph = words.prop_map(|words| words.join(" "));
    prop_oneof![
        2 => (0_u8..9, "[a-z ]{0,12}").prop_map(|(level, text)| Block::Heading(level, text)),
        3 => paragraph.clone().prop_map(Block::Text),
        1 => paragraph.prop_map(|text| Block::Code(text.replace(". ", ".\n "))),
    ]
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]
    #[test]
    fn passages_cover_all_words_in_order_and_are_never_too_long(
        blocks in proptest::collection::vec(a_block(), 0..9),
    ) {
        let (body, found) = passages("Title", &blocks);
        prop_assert_eq!(&(body.clone(), found.clone()), &passages("Title", &blocks));
        prop_assert!(!found.is_empty());
        let mut covered = 0;
        let mut start = 0;
        for (at, passage) in found.iter().enumerate() {
            prop_assert!(at == 0 || passage.bytes.start > start, "in their order");
            start = passage.bytes.start;
            prop_assert!(passage.bytes.end >= covered);
            let between = body.get(covered..start.max(covered));
            prop_assert_eq!(between.map(str::trim), Some(""), "nothing is left out");
            covered = passage.bytes.end;
            let said = body.get(passage.bytes.clone());
            prop_assert!(said.is_some(), "whole letters");
            prop_assert!(words_of(said.unwrap_or_default()) <= WORDS_MAX);
        }
        prop_assert_eq!(body[covered..].trim(), "");
    }
}
