//! What people write, and what is shown of it.

use super::*;

fn markdown(text: &str) -> String {
    SafeHtml::of(Written::Markdown(text))
        .unwrap()
        .as_str()
        .to_owned()
}

fn html(text: &str) -> String {
    SafeHtml::of(Written::Html(text))
        .unwrap()
        .as_str()
        .to_owned()
}

#[test]
fn markdown_becomes_html() {
    assert_eq!(
        markdown("**Hello** _you_"),
        "<p><strong>Hello</strong> <em>you</em></p>"
    );
    assert_eq!(markdown("~~old~~"), "<p><del>old</del></p>");
    let table = markdown("| a | b |\n|---|---|\n| 1 | 2 |");
    assert!(
        table.starts_with("<table>") && table.contains("<td>2</td>"),
        "{table}"
    );
    let footnote = markdown("A claim.[^1]\n\n[^1]: Its source.");
    assert!(footnote.contains("Its source."), "{footnote}");
    assert_eq!(markdown("  "), "");
}

#[test]
fn links_to_the_web_stay_links() {
    let link = markdown("[the guild](https://example.org/?a=1&b=2)");
    assert!(
        link.contains(r#"href="https://example.org/?a=1&amp;b=2""#),
        "{link}"
    );
    assert!(link.contains(">the guild</a>"), "{link}");
}

#[test]
fn what_could_do_harm_is_left_out_of_both() {
    for hostile in [
        "<script>alert(1)</script>",
        "<img src=x onerror=alert(1)>",
        "<a href='javascript:alert(1)'>x</a>",
        "<svg><animate onbegin=alert(1)></svg>",
        "<iframe srcdoc='<script>alert(1)</script>'></iframe>",
        "<style>body { display: none }</style>",
        "<form action='https://example.org'><input name=password></form>",
        "[x](javascript:alert(1))",
        "![x](data:text/html;base64,PHNjcmlwdD4=)",
        "<math><mtext><table><mglyph><style><img src=x onerror=alert(1)>",
    ] {
        for shown in [markdown(hostile), html(hostile)] {
            // What was Markdown stays as text where it is taken for HTML, and does nothing there.
            let tags: String = shown
                .split('<')
                .skip(1)
                .filter_map(|t| t.split('>').next())
                .collect();
            for harm in [
                "script",
                "onerror",
                "onbegin",
                "javascript:",
                "data:",
                "style",
                "form",
                "srcdoc",
            ] {
                assert!(
                    !tags.contains(harm),
                    "{harm} is left of {hostile:?}: {shown}"
                );
            }
        }
    }
}

#[test]
fn a_text_that_is_too_long_is_refused_before_it_is_worked_on() {
    let long = "x".repeat(TEXT_BYTES_MAX + 1);
    for written in [Written::Markdown(&long), Written::Html(&long)] {
        assert_eq!(
            SafeHtml::of(written).unwrap_err().problem(),
            Some(BODY_TOO_LONG)
        );
    }
    assert!(SafeHtml::of(Written::Html(&long[1..])).is_ok());
}

#[test]
fn a_text_grows_tenfold_at_most_when_it_is_made_into_html() {
    for growing in [
        ">",
        "- ",
        "*a*",
        "`",
        "|a|\n|-|\n",
        "<",
        "\"",
        "&",
        "[^1]",
        "1. ",
        "\n\n# ",
    ] {
        let text = growing.repeat(8_192 / growing.len());
        for html in [markdown(&text), html(&text)] {
            assert!(
                html.len() <= 10 * text.len() + 100,
                "{growing:?}: {} bytes",
                html.len()
            );
        }
    }
}
