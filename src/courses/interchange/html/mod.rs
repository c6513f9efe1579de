//! Pages of a package as HTML that is safe to show, with links that lead into the new course.
//!
//! Two steps. The writer goes over the tags: it rewrites addresses, leaves out what is not allowed,
//! and counts it. Then ammonia parses the result as a browser would and keeps only what its own
//! lists allow. The first step makes the report true; the second alone makes the page safe.

mod allow;
mod head;
mod references;
mod tokens;
mod writer;

use std::collections::{BTreeMap, HashSet};

pub(super) use head::{Head, read_head};
pub(crate) use references::decode;
pub(crate) use tokens::{Tag, Token, Tokens};
pub use writer::{HTML_DEPTH_MAX, HTML_ELEMENTS_MAX};

use self::writer::{Writer, push_attribute, push_plain_attribute};
use super::{
    links::{Link, Target, Targets},
    problem::shown,
};

/// Longest value of an attribute in bytes; longer ones are left out, as they take long to write.
const ATTRIBUTE_BYTES_MAX: usize = 4_000;
/// In front of every identifier of a page, so that none can stand in for one of ours.
const ID_PREFIX: &str = "c-";

/// A page after rewriting, with what became of it.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Rewritten {
    /// Safe to show; may be empty.
    pub html: String,
    /// Addresses that lead to nothing in the package, as written. The text of the link stays.
    pub lost_links: Vec<String>,
    /// Elements (`<font>`) and attributes (`style attribute`) that were left out, counted.
    pub removed: BTreeMap<String, u64>,
    /// What looks different now, in words.
    pub changed: Vec<String>,
}

/// Rewrites the HTML of the package's file `base`: `links` answers with the new address of
/// something in the package, or with `None` where it was not imported.
pub fn rewrite_html(
    raw: &str,
    base: &str,
    targets: &Targets,
    links: &dyn Fn(&Target) -> Option<String>,
) -> Rewritten {
    let rewriter = Rewriter {
        base,
        targets,
        links,
        anchors: anchors(raw),
        writer: Writer::new(),
        done: Rewritten::default(),
    };
    let (written, mut done) = rewriter.write(raw);
    allow::sanitise(&written).trim().clone_into(&mut done.html);
    done
}

impl Rewriter<'_> {
    /// The first step: the page as it should be, if the sanitiser agrees.
    fn write(mut self, raw: &str) -> (String, Rewritten) {
        let mut raw_kept = false;
        for token in Tokens::new(raw) {
            match token {
                Token::Text(text) => self.writer.text(text),
                Token::Raw(text) if raw_kept => self.writer.plain(text),
                Token::Raw(_) => {}
                Token::Start(tag) => {
                    // What people typed is kept; what programs wrote is not.
                    raw_kept = matches!(tag.name.as_str(), "textarea" | "xmp" | "plaintext");
                    self.start(&tag);
                }
                Token::End(name) if allow::is_element(&name) && !allow::is_void(&name) => {
                    self.writer.end(&name);
                }
                Token::End(_) => {}
            }
        }
        (self.writer.finish(), self.done)
    }
}

/// The identifiers that links within the page may lead to.
fn anchors(raw: &str) -> HashSet<String> {
    let mut anchors = HashSet::new();
    for token in Tokens::new(raw) {
        if let Token::Start(tag) = token
            && allow::is_element(&tag.name)
        {
            let name = if tag.name == "a" {
                tag.attribute("name")
            } else {
                None
            };
            anchors.extend(tag.attribute("id").into_iter().chain(name).map(decode));
        }
    }
    anchors
}

/// The identifier in the new page.
fn new_id(id: &str) -> String {
    let id: String = id
        .trim()
        .chars()
        .map(|c| if c.is_whitespace() { '-' } else { c })
        .collect();
    format!("{ID_PREFIX}{id}")
}

struct Rewriter<'a> {
    base: &'a str,
    targets: &'a Targets,
    links: &'a dyn Fn(&Target) -> Option<String>,
    anchors: HashSet<String>,
    writer: Writer,
    done: Rewritten,
}

impl Rewriter<'_> {
    fn start(&mut self, tag: &Tag<'_>) {
        match tag.name.as_str() {
            name if allow::is_document(name) => {
                if tag
                    .attribute("http-equiv")
                    .is_some_and(|e| e.eq_ignore_ascii_case("refresh"))
                {
                    self.count("<meta http-equiv=refresh>");
                }
            }
            "iframe" | "frame" | "embed" => self.framed(tag, "src"),
            "object" => self.framed(tag, "data"),
            name if allow::is_element(name) => self.element(tag),
            name => self.count(&format!("<{}>", shown(name))),
        }
    }

    fn element(&mut self, tag: &Tag<'_>) {
        let name = tag.name.as_str();
        // Formulas and text are two languages; only `math` leads from one into the other.
        let innermost = self.writer.innermost().unwrap_or_default();
        let in_formula = allow::is_formula(innermost);
        let of_formula = allow::is_formula(name) && name != "math";
        if in_formula != of_formula || allow::is_formula_text(innermost) {
            let place = if in_formula { "inside" } else { "outside" };
            self.count(&format!("<{name}> ({place} of a formula)"));
            return;
        }
        let mut attributes = self.attributes(tag);
        let mut written = true;
        match name {
            "a" => {
                let id = tag.attribute("id").or_else(|| tag.attribute("name"));
                written = self.address(tag, "href", &mut attributes) || id.is_some();
            }
            "img" => written = self.image(tag, &mut attributes),
            "source" | "track" => written = self.address(tag, "src", &mut attributes),
            "audio" | "video" => {
                self.address(tag, "poster", &mut attributes);
                written =
                    self.address(tag, "src", &mut attributes) || tag.attribute("src").is_none();
                // Without its buttons a player is of no use.
                push_attribute(&mut attributes, "controls", "");
            }
            _ => {}
        }
        if !written && allow::is_void(name) {
            return;
        }
        if !self.writer.start(name, &attributes, written) {
            self.count(&format!("<{name}> (too deep or too many)"));
        } else if tag.closed && allow::is_formula(name) {
            self.writer.end(name);
        }
    }

    /// All attributes but those that hold an address.
    fn attributes(&mut self, tag: &Tag<'_>) -> String {
        let mut out = String::new();
        let mut seen: Vec<&str> = Vec::new();
        for (name, raw) in &tag.attributes {
            if raw.len() > ATTRIBUTE_BYTES_MAX {
                self.count(&format!("{} attribute (too long)", shown(name)));
                continue;
            }
            if seen.contains(&name.as_str()) {
                continue;
            }
            seen.push(name);
            match (tag.name.as_str(), name.as_str()) {
                ("a", "href")
                | ("img" | "audio" | "video" | "source" | "track", "src")
                | ("video", "poster")
                | ("audio" | "video", "controls")
                | ("math", "xmlns") => {}
                (_, "id") => {
                    push_plain_attribute(&mut out, "id", &new_id(&decode(raw)));
                }
                ("a", "name") if tag.attribute("id").is_none() => {
                    push_plain_attribute(&mut out, "id", &new_id(&decode(raw)));
                }
                (element, "headers" | "aria-describedby" | "aria-labelledby")
                    if allow::is_attribute(element, name, raw) =>
                {
                    let decoded = decode(raw);
                    let ids: Vec<String> = decoded.split_whitespace().map(new_id).collect();
                    push_plain_attribute(&mut out, name, &ids.join(" "));
                }
                (element, _) if allow::is_attribute(element, name, raw) => {
                    push_attribute(&mut out, name, raw);
                }
                _ => self.count(&format!("{} attribute", shown(name))),
            }
        }
        out
    }

    /// Writes the new address of an attribute; `false` when there is none to write.
    fn address(&mut self, tag: &Tag<'_>, attribute: &str, out: &mut String) -> bool {
        let Some(raw) = tag.attribute(attribute) else {
            return false;
        };
        let raw = decode(raw);
        if raw.len() > ATTRIBUTE_BYTES_MAX {
            self.lose(&raw);
            return false;
        }
        let address = self.new_address(&raw);
        match &address {
            Some(address) => push_plain_attribute(out, attribute, address),
            None => self.lose(&raw),
        }
        address.is_some()
    }

    fn new_address(&self, raw: &str) -> Option<String> {
        match self.targets.resolve(self.base, raw) {
            Link::External(address) => Some(address),
            Link::Fragment(fragment) if fragment == "top" => Some("#top".to_owned()),
            Link::Fragment(fragment) => self
                .anchors
                .contains(&fragment)
                .then(|| format!("#{}", new_id(&fragment))),
            Link::Inside {
                target,
                query,
                fragment,
            } => {
                let mut address = (self.links)(&target)?;
                // The query and the fragment of a page mean something to the old system only, but
                // for the place in the page; those of a file are for the program that shows it.
                if matches!(target, Target::File(_)) && !query.is_empty() {
                    address.push(if address.contains('?') { '&' } else { '?' });
                    address.push_str(&query);
                }
                if !fragment.is_empty() {
                    let file = matches!(target, Target::File(_));
                    address.push('#');
                    address.push_str(&if file { fragment } else { new_id(&fragment) });
                }
                Some(address)
            }
            Link::Lost => None,
        }
    }

    /// An image without its picture still has its words; without words it is nothing.
    fn image(&mut self, tag: &Tag<'_>, attributes: &mut String) -> bool {
        let Some(raw) = tag.attribute("src") else {
            return false;
        };
        let raw = decode(raw);
        if raw.len() <= ATTRIBUTE_BYTES_MAX
            && let Some(address) = self.new_address(&raw)
        {
            push_plain_attribute(attributes, "src", &address);
            return true;
        }
        let formula = tag.attribute("data-equation-content");
        if formula.is_some() {
            self.done
                .changed
                .push("a formula drawn by Canvas shows its text instead".to_owned());
        } else {
            self.lose(&raw);
        }
        if tag.attribute("alt").is_none()
            && let Some(formula) = formula.filter(|text| text.len() <= ATTRIBUTE_BYTES_MAX)
        {
            push_attribute(attributes, "alt", formula);
        }
        formula.is_some()
            || tag
                .attribute("alt")
                .is_some_and(|alt| !alt.trim().is_empty())
    }

    /// A frame with something of another site becomes a link to it.
    fn framed(&mut self, tag: &Tag<'_>, attribute: &str) {
        let raw = tag.attribute(attribute).map(decode).unwrap_or_default();
        if raw.trim().is_empty() || raw.trim().eq_ignore_ascii_case("about:blank") {
            self.count(&format!("<{}>", tag.name));
            return;
        }
        // There are no links in formulas.
        let in_formula = self.writer.innermost().is_some_and(allow::is_formula);
        let address = Some(&raw).filter(|raw| raw.len() <= ATTRIBUTE_BYTES_MAX && !in_formula);
        let Some(address) = address.and_then(|raw| self.new_address(raw)) else {
            self.lose(&raw);
            return;
        };
        let title = tag.attribute("title").map(decode).unwrap_or_default();
        let title = if title.trim().is_empty() {
            raw.trim()
        } else {
            title.trim()
        };
        let mut attributes = String::new();
        push_plain_attribute(&mut attributes, "href", &address);
        if self.writer.start("a", &attributes, true) {
            self.writer.plain(title);
            self.writer.end("a");
        }
        self.done
            .changed
            .push(format!("<{}> is now a link to {}", tag.name, shown(&raw)));
    }

    fn lose(&mut self, address: &str) {
        self.done.lost_links.push(shown(address.trim()));
    }

    fn count(&mut self, name: &str) {
        *self.done.removed.entry(name.to_owned()).or_default() += 1;
    }
}

/// What the first step makes of a page, for tests that compare it with the second.
#[cfg(test)]
pub(super) fn written(raw: &str) -> String {
    let targets = Targets::default();
    let rewriter = Rewriter {
        base: "page.html",
        targets: &targets,
        links: &|_| None,
        anchors: anchors(raw),
        writer: Writer::new(),
        done: Rewritten::default(),
    };
    rewriter.write(raw).0
}

/// The letters and digits of a text without its tags, for comparing what two steps let through.
#[cfg(test)]
pub(super) fn letters_of(html: &str) -> String {
    let texts = Tokens::new(html).filter_map(|token| match token {
        Token::Text(text) => Some(decode(text)),
        Token::Start(_) | Token::End(_) | Token::Raw(_) => None,
    });
    texts
        .flat_map(|text| {
            text.chars()
                .filter(|c| c.is_alphanumeric())
                .collect::<Vec<_>>()
        })
        .collect()
}

/// The tags of a text, for tests that look at a result with other eyes than a comparison.
#[cfg(test)]
pub(super) fn tokens_of(html: &str) -> Vec<(String, Vec<(String, String)>)> {
    let mut tags = Vec::new();
    for token in Tokens::new(html) {
        if let Token::Start(tag) = token {
            let attributes = tag.attributes.iter();
            let attributes = attributes.map(|(name, raw)| (name.clone(), decode(raw)));
            tags.push((tag.name.clone(), attributes.collect()));
        }
    }
    tags
}
