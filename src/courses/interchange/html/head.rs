//! What the head of a page says about it: its title and Canvas's notes.

use super::{
    allow,
    tokens::{Token, Tokens},
};

/// The head of a page.
#[derive(Debug, Default)]
pub(in super::super) struct Head {
    pub(in super::super) title: Option<String>,
    notes: Vec<(String, String)>,
}

impl Head {
    /// The content of `<meta name="..">`.
    pub(in super::super) fn note(&self, name: &str) -> Option<&str> {
        self.notes
            .iter()
            .find(|(key, _)| key == name)
            .map(|(_, content)| content.as_str())
    }
}

/// Reads the head; a page without one has neither title nor notes.
pub(in super::super) fn read_head(html: &str) -> Head {
    /// More notes than any exporter writes.
    const NOTES_MAX: usize = 64;
    let mut head = Head::default();
    let mut in_title = false;
    for token in Tokens::new(html) {
        match token {
            Token::Start(tag) => {
                in_title = tag.name == "title";
                if tag.name == "meta" && head.notes.len() < NOTES_MAX {
                    let name = allow::plain(tag.attribute("name").unwrap_or_default());
                    let content = allow::plain(tag.attribute("content").unwrap_or_default());
                    head.notes.push((name, content));
                }
                // A title further down belongs to a drawing.
                if tag.name == "body" || allow::is_element(&tag.name) {
                    break;
                }
            }
            Token::Raw(text) if in_title && head.title.is_none() => {
                let title = super::super::paths::title(&allow::plain(text));
                head.title = Some(title).filter(|title| !title.is_empty());
            }
            Token::Raw(_) | Token::Text(_) | Token::End(_) => {}
        }
    }
    head
}
