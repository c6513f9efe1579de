//! What pages keep, what is rewritten, and how deep or large a page may be.

use super::*;

/// HTML that comes out as it went in.
const KEPT: [&str; 20] = [
    "<h1>a</h1><h2>b</h2><h6>c</h6>",
    "<ul><li>a<ul><li>b</li></ul></li></ul><ol start=\"3\" type=\"a\" reversed=\"\"><li value=\"4\">c</li></ol>",
    "<table><caption>t</caption><colgroup><col span=\"2\"></colgroup><thead><tr><th scope=\"col\" colspan=\"2\">h</th></tr></thead><tbody><tr><td rowspan=\"2\">d</td></tr></tbody></table>",
    "<pre><code class=\"language-python\">if a &lt; b:\n    print(\"&amp;\")</code></pre>",
    "<figure><figcaption>f</figcaption></figure>",
    "<dl><dt>t</dt><dd>d</dd></dl>",
    "<details open=\"\"><summary>s</summary>d</details>",
    "<kbd>k</kbd><samp>s</samp><sub>1</sub><sup>2</sup><mark>m</mark><var>v</var>",
    "<p lang=\"de\" dir=\"ltr\">Hallo</p>",
    "<span aria-label=\"l\" role=\"img\">x</span>",
    "<blockquote>q</blockquote><q>r</q><cite>c</cite><abbr title=\"t\">a</abbr>",
    "<ruby>字<rt>ji</rt></ruby>",
    "<em>a</em><strong>b</strong><b>c</b><i>d</i><u>e</u><s>f</s><small>g</small><del>h</del><ins>i</ins>",
    "<section><article><aside><header>h</header><footer>f</footer></aside></article></section>",
    "<math display=\"block\"><mfrac><mi>a</mi><msqrt><mn>2</mn></msqrt></mfrac></math>",
    "<math><semantics><mrow><mi>x</mi><mo>+</mo></mrow><annotation encoding=\"application/x-tex\">x+</annotation></semantics></math>",
    "<main>m</main><nav>n</nav><div>d</div><hr><p>a<br>b<wbr>c<bdi>d</bdi><bdo dir=\"rtl\">e</bdo><dfn>f</dfn><time datetime=\"2024\">g</time></p>",
    "<table><tbody><tr><td>a</td><th abbr=\"b\">c</th></tr></tbody><tfoot><tr><td>d</td></tr></tfoot></table>",
    "a &lt; b &amp; c &gt; d",
    "\\(f(10) - 1\\) and $$x^2$$",
];

#[test]
fn what_pages_keep() {
    for html in KEPT {
        let rewritten = rewrite(html);
        assert_eq!(rewritten.html, html);
        assert!(rewritten.removed.is_empty(), "{:?}", rewritten.removed);
    }
}

#[test]
fn a_document_becomes_its_body() {
    let html = "\u{feff}<!DOCTYPE html>\n<html lang=de><head><title>T</title><meta charset=utf-8><!-- c --></head><body class=x><p>Hi</body></html>";
    let rewritten = rewrite(html.trim_start_matches('\u{feff}'));
    assert_eq!(rewritten.html, "<p>Hi</p>");
    assert!(rewritten.removed.is_empty(), "{:?}", rewritten.removed);
}

#[test]
fn formulas_and_text_do_not_mix() {
    let cases = [
        (
            "<math><mtext><b>x</b></mtext></math>",
            "<math><mtext>x</mtext></math>",
            "<b> (inside of a formula)",
        ),
        (
            "<b><mi>x</mi></b>",
            "<b>x</b>",
            "<mi> (outside of a formula)",
        ),
        (
            "<math><mi>x<p>y</math>z",
            "<math><mi>xy</mi></math>z",
            "<p> (inside of a formula)",
        ),
        (
            "<math><mspace/><mi>x</mi><math></math>",
            "<math><mspace></mspace><mi>x</mi></math>",
            "<math> (inside of a formula)",
        ),
    ];
    for (html, expected, removed) in cases {
        let rewritten = rewrite(html);
        assert_eq!(rewritten.html, expected);
        assert_eq!(
            rewritten.removed.get(removed),
            Some(&1),
            "{:?}",
            rewritten.removed
        );
    }
}

#[test]
fn sloppy_markup_is_closed() {
    let cases = [
        ("<p>one<p>two", "<p>one</p><p>two</p>"),
        ("<ul><li>a<li>b</ul>", "<ul><li>a</li><li>b</li></ul>"),
        ("<p>a<div>b</div></p>c", "<p>a</p><div>b</div>c"),
        ("<b>a<i>b</b>c</i>", "<b>a<i>b</i></b>c"),
        ("<dl><dt>a<dd>b</dl>", "<dl><dt>a</dt><dd>b</dd></dl>"),
        (
            "<table><tr><td>a<td>b<tr><td><b>c</table>d",
            "<table><tbody><tr><td>a</td><td>b</td></tr><tr><td><b>c</b></td></tr></tbody></table>d",
        ),
        ("a < b <3 </ x>c", "a &lt; b &lt;3 c"),
        ("<P CLASS=x>A</P>", "<p>A</p>"),
        ("<img alt=a/b src=x>t", "<img alt=\"a/b\">t"),
        ("</div></p>x", "x"),
        (
            "<a href='http://a/'>1<a href='http://b/'>2",
            "<a href=\"http://a/\" rel=\"noopener noreferrer\">1</a><a href=\"http://b/\" rel=\"noopener noreferrer\">2</a>",
        ),
        (
            "<table>x<h3>T</h3><tr><td>a<table>y<tr><td>b</table>c</td></tr>z<div>d<table><tr><td>e</table>f</div><tr><td>g</table>h",
            "x<h3>T</h3>z<div>d<table><tbody><tr><td>e</td></tr></tbody></table>f</div><table><tbody><tr><td>ay<table><tbody><tr><td>b</td></tr></tbody></table>c</td></tr><tr><td>g</td></tr></tbody></table>h",
        ),
        ("<td>a</td><tr>b<li>c", "ab<li>c</li>"),
        (
            "<textarea><b>typed</b></textarea>",
            "&lt;b&gt;typed&lt;/b&gt;",
        ),
        ("<!-- a > b --><p>x</p><!--> y", "<p>x</p> y"),
    ];
    for (html, expected) in cases {
        assert_eq!(rewrite(html).html, expected, "{html}");
    }
}

#[test]
fn addresses_of_the_web_stay() {
    let cases = [
        (
            "https://example.org/a?b=1&amp;c=2#d",
            "https://example.org/a?b=1&amp;c=2#d",
        ),
        ("HTTP://example.org", "HTTP://example.org"),
        ("mailto:a@example.org", "mailto:a@example.org"),
        ("tel:+1234", "tel:+1234"),
        ("//example.org/x", "https://example.org/x"),
        (" https://example.org/\n ", "https://example.org/"),
    ];
    for (address, expected) in cases {
        let rewritten = rewrite(&format!("<a href=\"{address}\">x</a>"));
        assert_eq!(
            rewritten.html,
            format!("<a href=\"{expected}\" rel=\"noopener noreferrer\">x</a>")
        );
    }
}

#[test]
fn addresses_that_lead_nowhere() {
    for address in [
        "missing.html",
        "#nowhere",
        "#",
        "",
        "ftp://a/b",
        "../../..",
        "?a=1",
        "/abs",
        "a:b",
    ] {
        let rewritten = rewrite(&format!("<a href=\"{address}\">x</a>"));
        assert_eq!(rewritten.html, "x", "{address}");
        assert_eq!(rewritten.lost_links, [address]);
    }
    let anchor = rewrite("<a name=\"here\" href=\"missing.html\">x</a><a href=\"#here\">y</a>");
    assert!(
        anchor.html.starts_with("<a id=\"c-here\""),
        "{}",
        anchor.html
    );
    assert!(anchor.html.contains("href=\"#c-here\""), "{}", anchor.html);
    assert_eq!(rewrite("<img src=gone.png>").html, "");
    assert_eq!(
        rewrite("<img src=gone.png alt=words>").html,
        "<img alt=\"words\">"
    );
    assert_eq!(
        rewrite("<a href='#top'>x</a>").html,
        "<a href=\"#top\" rel=\"noopener noreferrer\">x</a>"
    );
}

#[test]
fn identifiers_still_belong_together() {
    let html = "<table><tr><th id=\"h one\">a</th><td headers=\"x y\" aria-describedby=\"x\">b</td></tr></table>";
    let rewritten = rewrite(html).html;
    assert!(rewritten.contains("id=\"c-h-one\""), "{rewritten}");
    assert!(
        rewritten.contains("headers=\"c-x c-y\" aria-describedby=\"c-x\""),
        "{rewritten}"
    );
    let encoded = rewrite("<h2 id=\"über uns\">a</h2><a href=\"#%C3%BCber%20uns\">b</a>").html;
    assert!(
        encoded.contains("id=\"c-über-uns\"") && encoded.contains("href=\"#c-über-uns\""),
        "{encoded}"
    );
}

#[test]
fn players_and_frames() {
    let targets = || {
        let mut targets = Targets::default();
        targets.know_path("film.mp4", &Target::File("film.mp4".to_owned()));
        targets
    };
    let rewrite = |html: &str| rewrite_html(html, "page.html", &targets(), &new_address);
    let video = rewrite(
        "<video autoplay><source src=film.mp4 type=video/mp4><source src=no.webm>old</video>",
    );
    assert_eq!(
        video.html,
        "<video controls=\"\"><source type=\"video/mp4\" src=\"/new/file/film.mp4\">old</video>"
    );
    assert_eq!(video.lost_links, ["no.webm"]);
    assert_eq!(rewrite("<audio src=gone.mp3>old</audio>").html, "old");
    let frame =
        rewrite("<iframe src=\"//video.example.org/1?a=1&amp;b=2\"><p>old</p></iframe>after");
    assert_eq!(
        frame.html,
        "<a href=\"https://video.example.org/1?a=1&amp;b=2\" rel=\"noopener noreferrer\">//video.example.org/1?a=1&amp;b=2</a>after"
    );
    assert_eq!(
        frame.changed,
        ["<iframe> is now a link to //video.example.org/1?a=1&b=2"]
    );
    let object = rewrite("<object data=film.mp4>words</object><embed src=gone.swf>");
    assert!(object.html.contains("href=\"/new/file/film.mp4\"") && object.html.ends_with("words"));
    assert_eq!(object.lost_links, ["gone.swf"]);
}

#[test]
fn removed_markup_is_counted() {
    let html = "<font color=red>a</font><p style=\"x\" onclick=\"y\">b</p><p style=z>c</p><script>d</script><form><input></form>";
    let rewritten = rewrite(html);
    assert_eq!(rewritten.html, "a<p>b</p><p>c</p>");
    let removed: Vec<(&str, u64)> = rewritten
        .removed
        .iter()
        .map(|(k, n)| (k.as_str(), *n))
        .collect();
    assert_eq!(
        removed,
        [
            ("<font>", 1),
            ("<form>", 1),
            ("<input>", 1),
            ("<script>", 1),
            ("onclick attribute", 1),
            ("style attribute", 2),
        ]
    );
}

#[test]
fn what_was_not_imported_is_lost() {
    let mut targets = Targets::default();
    targets.know_path("a.html", &Target::Page("a.html".to_owned()));
    let rewritten = rewrite_html("<a href=a.html>x</a>", "page.html", &targets, &|_| None);
    assert_eq!(
        (rewritten.html.as_str(), rewritten.lost_links),
        ("x", vec!["a.html".to_owned()])
    );
    // Whatever the importer answers, the sanitiser has the last word.
    let evil = |_: &Target| Some("javascript:alert(1)".to_owned());
    let rewritten = rewrite_html("<a href=a.html>x</a>", "page.html", &targets, &evil);
    assert_eq!(rewritten.html, "<a rel=\"noopener noreferrer\">x</a>");
}

#[test]
fn a_second_time_changes_nothing_more() {
    for html in KEPT {
        let once = rewrite(html).html;
        assert_eq!(rewrite(&once).html, once);
    }
}

/// On a thread with the stack of a worker, so that recursion would show.
fn on_a_small_stack(work: impl FnOnce() + Send + 'static) {
    let thread = std::thread::Builder::new()
        .stack_size(512 * 1024)
        .name("small".to_owned());
    thread.spawn(work).unwrap().join().unwrap();
}

#[test]
fn deep_and_large_pages() {
    on_a_small_stack(|| {
        for tag in [
            "div",
            "b",
            "ul",
            "table",
            "span",
            "blockquote",
            "math",
            "a",
            "ruby",
            "svg",
            "p",
        ] {
            let open = format!("<{tag}>").repeat(10_000);
            let closed = format!("{open}deep{}", format!("</{tag}>").repeat(10_000));
            for html in [format!("{open}deep"), closed] {
                let rewritten = rewrite(&html);
                assert!(rewritten.html.contains("deep"), "{tag}");
                let flat = ["p", "a"].contains(&tag);
                assert!(rewritten.html.len() < 20_000 || flat, "{tag}");
            }
        }
    });
    let deep = rewrite(&"<div>".repeat(10_000));
    assert_eq!(
        deep.removed.get("<div> (too deep or too many)"),
        Some(&(10_000 - 256))
    );
}

#[test]
fn markup_made_to_be_slow() {
    // Each of these makes a parser that repairs as it goes do work that grows with the square.
    let cases = [
        pieces(10_000, |n| format!("<b id={n}>")) + &"<p>x".repeat(10_000),
        pieces(100, |n| format!("<b id={n}>")) + &"<tr>x".repeat(10_000),
        format!("<table>{}", "<b>x<tr>".repeat(10_000)),
        "<a href=http://a/>".repeat(10_000),
        "<li><div>".repeat(10_000),
        "<div></p></span></i>".repeat(20_000),
        "<!--".repeat(200_000),
        "<a ".repeat(200_000),
        "<script>".repeat(100_000),
        "<textarea></".repeat(20_000),
        format!("<p {}>", "a=b ".repeat(200_000)),
        "&".repeat(50_000),
        format!("<a href=\"{}\">", "&amp".repeat(20_000)),
        format!("<a href=\"{}\">", "../".repeat(200_000)),
    ];
    for html in cases {
        let rewritten = rewrite(&html);
        assert!(
            rewritten.html.len() < 12 * html.len() + 1000,
            "{}",
            rewritten.html.len()
        );
    }
}

#[test]
fn a_page_that_is_too_large_is_reported() {
    let resources =
        resource("p", "webcontent", "big.html") + &resource("q", "webcontent", "odd.html");
    let items = r#"<item identifier="m"><title>M</title><item identifierref="p"><title>Big</title></item></item>"#;
    let big = pieces(600_000, |n| format!("{n} "));
    let opened = Pack::new()
        .file("imsmanifest.xml", manifest(items, &resources))
        .file("big.html", big)
        .file("odd.html", b"\xFE\xFF\0<\0p")
        .read();
    assert_eq!(opened.outline(0), ["0 not:Missing Big"]);
    assert_eq!(opened.lost(What::Page), ["big.html", "odd.html"]);
    assert_eq!(opened.report.lost[0].why, "is larger than 4 MB");
}
