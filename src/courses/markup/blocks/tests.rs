//! Pages as authors write them, and what search reads of them.

use proptest::prelude::*;

use super::*;
use crate::markup::{SafeHtml, Written, html_blocks, markdown_blocks, plain_blocks};

fn heading(level: u8, text: &str) -> Block {
    Block::Heading(level, text.to_owned())
}

fn text(text: &str) -> Block {
    Block::Text(text.to_owned())
}

fn code(text: &str) -> Block {
    Block::Code(text.to_owned())
}

/// All that is said, a line for each piece.
fn lines(blocks: &[Block]) -> String {
    let texts = blocks.iter().map(|block| match block {
        Block::Heading(_, text) | Block::Text(text) | Block::Code(text) => text.as_str(),
    });
    texts.collect::<Vec<_>>().join("\n")
}

#[test]
fn a_page_becomes_its_headings_paragraphs_entries_rows_and_listings() {
    let page = "<h1>The <em>cell</em></h1>\n<p>It has a\n  wall &amp; a&nbsp;core.</p>\
        <ul><li>Plants</li><li>Fungi<ul><li>Yeast</li></ul></li></ul>\
        <table><caption>Sizes</caption><thead><tr><th>Cell</th><th>Size</th></tr></thead>\
        <tbody><tr><td>Yeast</td><td><p>5</p><p>µm</p></td></tr></tbody></table>\
        <blockquote><p>Omnis cellula</p></blockquote>\
        <pre><code>fn main() {\n    grow();\n}\n</code></pre>\
        <h3>More</h3>Loose words<div>and a box</div>";
    let page = SafeHtml::of(Written::Html(page)).unwrap();
    assert_eq!(
        page.blocks(),
        [
            heading(1, "The cell"),
            text("It has a wall & a core."),
            text("Plants"),
            text("Fungi"),
            text("Yeast"),
            text("Sizes"),
            text("Cell | Size"),
            text("Yeast | 5 µm"),
            text("Omnis cellula"),
            code("fn main() {\n    grow();\n}"),
            heading(3, "More"),
            text("Loose words"),
            text("and a box"),
        ]
    );
}

#[test]
fn words_are_neither_glued_nor_torn_apart() {
    for (html, said) in [
        ("<p>un<b>believ</b>able</p>", "unbelievable"),
        ("<p>one</p><p>two</p>", "one\ntwo"),
        ("<p>one<br>two</p>", "one two"),
        ("<div>one<div>two</div>three</div>", "one\ntwo\nthree"),
        ("<p>H<sub>2</sub>O</p>", "H2O"),
        ("<h2>one<br>two</h2>", "one two"),
        (
            "<p>See<img src='https://example.org/a.png' alt='a cell &lt;drawn&gt;'>here</p>",
            "See a cell <drawn> here",
        ),
        ("<p>a&lt;b &amp;amp; c</p>", "a<b &amp; c"),
        (
            "<p><ruby>細<rt>さい</rt>胞<rt>ぼう</rt></ruby>は</p>",
            "細胞は",
        ),
        (
            "<p>So <math><mi>x</mi><mo>=</mo><mn>2</mn></math>.</p>",
            "So x=2.",
        ),
        ("<pre>one<br>two</pre>", "one\ntwo"),
        ("<p> </p><p></p><hr>", ""),
    ] {
        assert_eq!(lines(&html_blocks(html)), said, "{html}");
    }
}

#[test]
fn a_page_that_is_laid_out_in_a_table_keeps_its_headings_and_listings() {
    let page = "<table><tr><td><h2>Week 1</h2><p>Read</p><pre>a\n b</pre></td><td>Aside</td></tr>\
        <tr><td><table><tr><td>in</td><td>ner</td></tr></table>after</td></tr></table>";
    assert_eq!(
        html_blocks(page),
        [
            heading(2, "Week 1"),
            text("Read"),
            code("a\n b"),
            text("Aside"),
            text("in | ner"),
            text("after"),
        ]
    );
}

#[test]
fn what_is_no_text_says_nothing() {
    let page = "<script>alert(1)</script><style>p { color: red }</style>\
        <!-- a note --><title>Name</title><p onclick='x()'>Seen</p><script>";
    assert_eq!(html_blocks(page), [text("Seen")]);
}

#[test]
fn markdown_says_what_its_page_says() {
    let markdown = "# Cells\n\nA **wall**\nand a core.\n\n- one\n- two\n\n| a | b |\n|---|---|\n| 1 | 2 |\n\n\
        ```rust\nlet x = 1;\n```\n\n<p>HTML</p><script>alert(1)</script>\n";
    assert_eq!(
        markdown_blocks(markdown),
        [
            heading(1, "Cells"),
            text("A wall and a core."),
            text("one"),
            text("two"),
            text("a | b"),
            text("1 | 2"),
            code("let x = 1;"),
            text("HTML"),
        ]
    );
}

#[test]
fn plain_text_is_its_paragraphs() {
    assert_eq!(
        plain_blocks("One\r\n line.\r\n\r\n\n  Two\tlines\n<b>.\n \t\nEnd\u{c}Page"),
        [
            text("One line."),
            text("Two lines <b>."),
            text("End"),
            text("Page"),
        ]
    );
    assert!(plain_blocks(" \n\n").is_empty());
}

#[test]
fn what_is_too_much_is_cut_and_costs_no_more_than_its_length() {
    let deep = "<div><table><tr><td><h1><pre>".repeat(20_000) + "x";
    assert_eq!(lines(&of_html(&deep)), "x");
    assert!(lines(&html_blocks(&deep[..60_000])).is_empty());
    let many = of_html(&"<p>x</p>".repeat(BLOCKS_MAX + 10));
    assert_eq!(many.len(), BLOCKS_MAX);
    for long in ["é", "é ", "<p>é</p>", "<pre>é\n</pre>"] {
        let long = long.repeat(BLOCKS_BYTES_MAX / long.len() + 1_000);
        for blocks in [of_html(&long), of_plain(&long)] {
            assert!(!blocks.is_empty() && blocks.len() <= BLOCKS_MAX);
            let bytes = lines(&blocks).len() + 1 - blocks.len();
            assert!(bytes <= BLOCKS_BYTES_MAX, "{bytes} bytes");
        }
    }
}

proptest! {
    #[test]
    fn every_letter_of_a_paragraph_is_read_and_in_its_order(
        words in proptest::collection::vec("[a-z<&>\"é漢]{1,8}", 1..40),
        tags in proptest::collection::vec(0_usize..6, 40),
    ) {
        let mut page = String::new();
        for (word, tag) in words.iter().zip(tags) {
            let word = word.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;");
            let (open, close) = [
                ("<p>", "</p>"), ("<li>", "</li>"), ("<b>", "</b> "), ("<pre>", "</pre>"),
                ("<h2>", "</h2>"), ("<table><tr><td>", "</td></tr></table>"),
            ][tag];
            page.extend([open, &word, close]);
        }
        let blocks = html_blocks(&page);
        let read = lines(&blocks).replace(CELLS, " ");
        prop_assert_eq!(read.split_whitespace().collect::<Vec<_>>(), words);
    }
}
