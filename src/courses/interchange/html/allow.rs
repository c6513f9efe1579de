//! Which elements and attributes a page of a course may have, and the sanitiser made of them.
//!
//! The same tables serve the writer, which counts what it leaves out, and ammonia, which has the
//! last word.

use std::{
    borrow::Cow,
    collections::{HashMap, HashSet},
    sync::LazyLock,
};

use ammonia::{Builder, UrlRelative};

/// Elements of HTML, by the attributes they may have beside the global ones.
const ELEMENTS: &[(&str, &[&str])] = &[
    ("a", &["href", "hreflang"]),
    ("abbr", &[]),
    ("article", &[]),
    ("aside", &[]),
    ("audio", &["src", "controls", "preload"]),
    ("b", &[]),
    ("bdi", &[]),
    ("bdo", &[]),
    ("blockquote", &[]),
    ("br", &[]),
    ("caption", &[]),
    ("cite", &[]),
    ("code", &["class"]),
    ("col", &["span"]),
    ("colgroup", &["span"]),
    ("dd", &[]),
    ("del", &["datetime"]),
    ("details", &["open"]),
    ("dfn", &[]),
    ("div", &[]),
    ("dl", &[]),
    ("dt", &[]),
    ("em", &[]),
    ("figcaption", &[]),
    ("figure", &[]),
    ("footer", &[]),
    ("h1", &[]),
    ("h2", &[]),
    ("h3", &[]),
    ("h4", &[]),
    ("h5", &[]),
    ("h6", &[]),
    ("header", &[]),
    ("hr", &[]),
    ("i", &[]),
    (
        "img",
        &[
            "src",
            "alt",
            "width",
            "height",
            "class",
            "data-equation-content",
        ],
    ),
    ("ins", &["datetime"]),
    ("kbd", &[]),
    ("li", &["value"]),
    ("main", &[]),
    ("mark", &[]),
    ("nav", &[]),
    ("ol", &["start", "type", "reversed"]),
    ("p", &[]),
    ("pre", &["class"]),
    ("q", &[]),
    ("rp", &[]),
    ("rt", &[]),
    ("ruby", &[]),
    ("s", &[]),
    ("samp", &[]),
    ("section", &[]),
    ("small", &[]),
    ("source", &["src", "type"]),
    ("span", &[]),
    ("strong", &[]),
    ("sub", &[]),
    ("summary", &[]),
    ("sup", &[]),
    ("table", &[]),
    ("tbody", &[]),
    ("td", &["colspan", "rowspan", "headers"]),
    ("tfoot", &[]),
    ("th", &["colspan", "rowspan", "headers", "scope", "abbr"]),
    ("thead", &[]),
    ("time", &["datetime"]),
    ("tr", &[]),
    ("track", &["src", "kind", "srclang", "label", "default"]),
    ("u", &[]),
    ("ul", &[]),
    ("var", &[]),
    (
        "video",
        &["src", "poster", "controls", "preload", "width", "height"],
    ),
    ("wbr", &[]),
];

/// Formulas (`MathML`), as far as it is about looks. Without `annotation-xml`, `mglyph`, `maction` and links: nothing in here
/// can switch back to HTML, run or lead anywhere.
const FORMULA_ELEMENTS: &[&str] = &[
    "annotation",
    "math",
    "menclose",
    "merror",
    "mfenced",
    "mfrac",
    "mi",
    "mmultiscripts",
    "mn",
    "mo",
    "mover",
    "mpadded",
    "mphantom",
    "mprescripts",
    "mroot",
    "mrow",
    "ms",
    "mspace",
    "msqrt",
    "mstyle",
    "msub",
    "msubsup",
    "msup",
    "mtable",
    "mtd",
    "mtext",
    "mtr",
    "munder",
    "munderover",
    "none",
    "semantics",
];
/// Attributes of formulas.
const FORMULA_ATTRIBUTES: &[&str] = &[
    "accent",
    "accentunder",
    "alttext",
    "close",
    "columnalign",
    "columnlines",
    "columnspan",
    "depth",
    "display",
    "displaystyle",
    "encoding",
    "fence",
    "form",
    "height",
    "largeop",
    "linethickness",
    "lspace",
    "mathvariant",
    "maxsize",
    "minsize",
    "movablelimits",
    "notation",
    "open",
    "rowalign",
    "rowlines",
    "rowspan",
    "rspace",
    "scriptlevel",
    "separator",
    "separators",
    "stretchy",
    "symmetric",
    "voffset",
    "width",
];
/// Attributes of every element.
const GLOBAL_ATTRIBUTES: &[&str] = &[
    "aria-describedby",
    "aria-hidden",
    "aria-label",
    "aria-labelledby",
    "dir",
    "id",
    "lang",
    "role",
    "title",
];
/// Elements without content and without an end tag.
const VOID: &[&str] = &["br", "col", "hr", "img", "source", "track", "wbr"];
/// Elements of a whole document: taken away without a word, since a page is only the body.
const DOCUMENT: &[&str] = &["html", "head", "body", "title", "meta"];
/// Elements that vanish with all that is in them.
const DROPPED_WHOLE: &[&str] = &["script", "style"];

static ATTRIBUTES: LazyLock<HashMap<&'static str, &'static [&'static str]>> = LazyLock::new(|| {
    let html = ELEMENTS.iter().copied();
    html.chain(
        FORMULA_ELEMENTS
            .iter()
            .map(|name| (*name, FORMULA_ATTRIBUTES)),
    )
    .collect()
});

static SANITISER: LazyLock<Builder<'static>> = LazyLock::new(|| {
    let mut builder = Builder::empty();
    builder
        .tags(ATTRIBUTES.keys().copied().collect())
        .tag_attributes(
            ATTRIBUTES
                .iter()
                .map(|(tag, names)| (*tag, names.iter().copied().collect()))
                .collect(),
        )
        .generic_attributes(GLOBAL_ATTRIBUTES.iter().copied().collect())
        .clean_content_tags(DROPPED_WHOLE.iter().copied().collect())
        .url_schemes(HashSet::from(["http", "https", "mailto", "tel"]))
        .url_relative(UrlRelative::PassThrough)
        .attribute_filter(|_tag: &str, name: &str, value| {
            (name != "class" || is_class(value)).then_some(Cow::Borrowed(value))
        })
        .link_rel(Some("noopener noreferrer"));
    builder
});

/// The final word: what is not in the tables does not get through, however it was written.
pub(super) fn sanitise(html: &str) -> String {
    SANITISER.clean(html).to_string()
}

/// The elements that a part of a table stands in; nothing for what is no part of a table.
pub(super) fn inside_of(name: &str) -> &'static [&'static str] {
    match name {
        "td" | "th" => &["tr", "tbody", "thead", "tfoot", "table"],
        "tr" => &["tbody", "thead", "tfoot", "table"],
        "tbody" | "thead" | "tfoot" | "caption" | "colgroup" => &["table"],
        "col" => &["colgroup", "table"],
        _ => &[],
    }
}

/// The text of a piece of HTML, without tags and with its character references resolved.
pub(super) fn plain(html: &str) -> String {
    /// More than any title; the rest is not looked at.
    const CHARS_MAX: usize = 2_000;
    let html: String = html.chars().take(CHARS_MAX).collect();
    let text = Builder::empty().clean(&html).to_string();
    text.replace("&lt;", "<")
        .replace("&gt;", ">")
        .replace("&nbsp;", "\u{a0}")
        .replace("&amp;", "&")
}

pub(super) fn is_element(name: &str) -> bool {
    ATTRIBUTES.contains_key(name)
}

pub(super) fn is_formula(name: &str) -> bool {
    FORMULA_ELEMENTS.contains(&name)
}

/// The words of formulas, which hold text only: a parser reads what else stands in them as HTML.
pub(super) fn is_formula_text(name: &str) -> bool {
    matches!(name, "mi" | "mn" | "mo" | "ms" | "mtext")
}

pub(super) fn is_void(name: &str) -> bool {
    VOID.contains(&name)
}

pub(super) fn is_document(name: &str) -> bool {
    DOCUMENT.contains(&name)
}

/// Whether an element may have an attribute with this value.
pub(super) fn is_attribute(element: &str, name: &str, value: &str) -> bool {
    let known = GLOBAL_ATTRIBUTES.contains(&name)
        || ATTRIBUTES
            .get(element)
            .is_some_and(|names| names.contains(&name));
    known && (name != "class" || is_class(value))
}

/// The classes that carry meaning: the language of a listing, a formula drawn as an image.
fn is_class(value: &str) -> bool {
    value == "equation_image"
        || value.strip_prefix("language-").is_some_and(|language| {
            let plain = |c: char| c.is_ascii_alphanumeric() || matches!(c, '+' | '#' | '-' | '_');
            !language.is_empty() && language.chars().all(plain)
        })
}

/// What an opening tag ends by itself, as browsers do: the elements that end, and the elements
/// beyond which nothing ends.
pub(super) fn ends(name: &str) -> (&'static [&'static str], &'static [&'static str]) {
    match name {
        "address" | "article" | "aside" | "blockquote" | "details" | "div" | "dl"
        | "figcaption" | "figure" | "footer" | "h1" | "h2" | "h3" | "h4" | "h5" | "h6"
        | "header" | "hr" | "main" | "nav" | "ol" | "p" | "pre" | "section" | "summary"
        | "table" | "ul" => (&["p"], &["table", "td", "th", "caption", "math"]),
        "li" => (&["li"], &["ul", "ol", "table", "td", "th"]),
        "dt" | "dd" => (&["dt", "dd"], &["dl", "table", "td", "th"]),
        "rt" | "rp" => (&["rt", "rp"], &["ruby", "table", "td", "th"]),
        "a" => (&["a"], &["table", "td", "th", "caption"]),
        _ => (&[], &[]),
    }
}
