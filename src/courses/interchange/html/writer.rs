//! Writes tags and text so that every element is closed, in order, and nothing is nested too deep.
//!
//! The parser behind the sanitiser then never has to repair anything, which is what makes hostile
//! pages slow: unclosed elements are looked through, or opened again, for each one that follows,
//! and what does not belong into a table is moved in front of it, one piece after another.

use std::collections::HashMap;

use super::allow;

/// Deepest nesting of a page; deeper elements are taken away and their content stays.
pub const HTML_DEPTH_MAX: usize = 256;
/// Most elements of a page; later ones are taken away and their content stays.
pub const HTML_ELEMENTS_MAX: usize = 200_000;
/// Longest piece of text without a break. html5ever writes a text in time that grows with the
/// square of its length when it is full of `&`, so long ones are broken up.
const TEXT_RUN_BYTES_MAX: usize = 2_000;
/// A break in a text: a comment, which the sanitiser takes out again.
const BREAK: &str = "<!---->";

/// Beyond these an end tag closes nothing, as in browsers.
const WALLS: [&str; 5] = ["table", "td", "th", "caption", "math"];

pub(super) struct Writer {
    /// The page, and above it each open table, which is written apart: what does not belong into
    /// a table comes in front of it, as in browsers.
    texts: Vec<String>,
    open: Vec<Open>,
    /// How many elements of each name are open: most searches need not even begin.
    counts: HashMap<String, usize>,
    elements: usize,
    /// Elements that were opened beyond the limits and not closed yet.
    beyond: usize,
    /// Bytes of text since the last tag or break.
    run: usize,
}

struct Open {
    name: String,
    /// Whether the tag is in the output, or only remembered so that its end tag finds it.
    written: bool,
    /// Which of the texts holds the element.
    text: usize,
    /// Which of the texts holds the table around it; that of a table is added there at its end.
    outer: usize,
}

impl Writer {
    pub(super) fn new() -> Self {
        Self {
            texts: vec![String::new()],
            open: Vec::new(),
            counts: HashMap::new(),
            elements: 0,
            beyond: 0,
            run: 0,
        }
    }

    /// Text that still has its character references.
    pub(super) fn text(&mut self, text: &str) {
        let place = if text.trim().is_empty() {
            self.inside()
        } else {
            self.place("")
        };
        let Some(out) = self.texts.get_mut(place) else {
            return;
        };
        for c in text.chars() {
            // Not inside of a reference, which has neither of these.
            let between = c == '&' || c.is_whitespace() || !c.is_ascii();
            if between && self.run >= TEXT_RUN_BYTES_MAX {
                out.push_str(BREAK);
                self.run = 0;
            }
            push_escaped(out, c, false);
            self.run += c.len_utf8();
        }
    }

    /// Text as it is meant.
    pub(super) fn plain(&mut self, text: &str) {
        self.text(&text.replace('&', "&amp;"));
    }

    /// Opens an element; `attributes` are written already. `false` when it is one too many.
    pub(super) fn start(&mut self, name: &str, attributes: &str, written: bool) -> bool {
        let (ended, walls) = allow::ends(name);
        if ended.iter().any(|name| self.is_open(name)) {
            self.close(|open| ended.contains(&open), |open| walls.contains(&open));
        }
        let of_table = allow::inside_of(name);
        if !of_table.is_empty() && !self.close_to_any(of_table) {
            // A part of a table outside of any is left out by browsers too.
            return true;
        }
        let void = allow::is_void(name);
        if self.elements >= HTML_ELEMENTS_MAX || self.open.len() >= HTML_DEPTH_MAX {
            self.beyond += usize::from(!void);
            return false;
        }
        let mut text = self.place(name);
        let mut outer = self.open.last().map_or(0, |open| open.outer);
        if name == "table" {
            outer = text;
            self.texts.push(String::new());
            text = self.texts.len() - 1;
        }
        if written {
            self.elements += 1;
            self.tag(text, ["<", name, attributes, ">"]);
        }
        if !void {
            *self.counts.entry(name.to_owned()).or_default() += 1;
            self.open.push(Open {
                name: name.to_owned(),
                written,
                text,
                outer,
            });
        }
        true
    }

    /// Closes the innermost element of this name, and all that is open in it.
    pub(super) fn end(&mut self, name: &str) {
        if self.beyond > 0 {
            self.beyond -= 1;
            return;
        }
        if !self.is_open(name) {
            return;
        }
        let of_table = name == "table" || !allow::inside_of(name).is_empty();
        let wall = |open: &str| {
            if of_table {
                open == "table"
            } else {
                WALLS.contains(&open)
            }
        };
        self.close(|open| open == name, wall);
    }

    /// The innermost element that is open.
    pub(super) fn innermost(&self) -> Option<&str> {
        self.open.last().map(|open| open.name.as_str())
    }

    /// The whole text, with everything closed.
    pub(super) fn finish(mut self) -> String {
        self.close_down_to(0);
        self.texts.pop().unwrap_or_default()
    }

    fn tag<const N: usize>(&mut self, text: usize, parts: [&str; N]) {
        self.run = 0;
        if let Some(out) = self.texts.get_mut(text) {
            out.extend(parts);
        }
    }

    fn is_open(&self, name: &str) -> bool {
        self.counts.get(name).is_some_and(|count| *count > 0)
    }

    /// The text of the innermost element.
    fn inside(&self) -> usize {
        self.open.last().map_or(0, |open| open.text)
    }

    /// The text that an element, or text where there is no name, goes into.
    fn place(&self, name: &str) -> usize {
        let Some(last) = self.open.last() else {
            return 0;
        };
        let table = last.name == "table" || !allow::inside_of(&last.name).is_empty();
        let cell = matches!(last.name.as_str(), "td" | "th" | "caption");
        if table && !cell && allow::inside_of(name).is_empty() {
            return last.outer;
        }
        last.text
    }

    /// Closes everything down to the innermost element that `ended` names, unless a wall comes first.
    fn close(&mut self, ended: impl Fn(&str) -> bool, wall: impl Fn(&str) -> bool) {
        let mut at = None;
        for (depth, open) in self.open.iter().enumerate().rev() {
            if ended(&open.name) {
                at = Some(depth);
                break;
            }
            if wall(&open.name) {
                break;
            }
        }
        if let Some(at) = at {
            self.close_down_to(at);
        }
    }

    /// Closes everything inside of the innermost element of these names; `false` if there is none.
    fn close_to_any(&mut self, names: &[&str]) -> bool {
        if !names.iter().any(|name| self.is_open(name)) {
            return false;
        }
        let at = self
            .open
            .iter()
            .rposition(|open| names.contains(&open.name.as_str()));
        if let Some(at) = at {
            self.close_down_to(at + 1);
        }
        at.is_some()
    }

    fn close_down_to(&mut self, depth: usize) {
        while self.open.len() > depth
            && let Some(open) = self.open.pop()
        {
            if let Some(count) = self.counts.get_mut(&open.name) {
                *count -= 1;
            }
            if open.written {
                self.tag(open.text, ["</", &open.name, ">"]);
            }
            if open.name == "table"
                && let Some(table) = self.texts.pop()
            {
                self.tag(open.outer, [&table]);
            }
        }
    }
}

/// Writes ` name="value"`; the value still has its character references.
pub(super) fn push_attribute(out: &mut String, name: &str, value: &str) {
    out.extend([" ", name, "=\""]);
    for c in value.chars() {
        push_escaped(out, c, true);
    }
    out.push('"');
}

/// Writes an attribute whose value is meant as it is.
pub(super) fn push_plain_attribute(out: &mut String, name: &str, value: &str) {
    push_attribute(out, name, &value.replace('&', "&amp;"));
}

fn push_escaped(out: &mut String, c: char, quoted: bool) {
    match c {
        '<' => out.push_str("&lt;"),
        '>' => out.push_str("&gt;"),
        '"' if quoted => out.push_str("&quot;"),
        '\0' => {}
        other => out.push(other),
    }
}
