//! What modules and items are. Pure.

use serde::{Deserialize, Serialize};

use kernel::{Id, Result, Timestamp};

use super::problems::{ITEM_WITHOUT_ADDRESS, MINUTES_INVALID, URL_INVALID};
use super::{AssignmentId, ModuleId, TopicId};
use crate::catalog::title_of;
use crate::change::Change;
use crate::files::FileId;
use crate::pages::PageId;

/// The longest address, in characters.
pub const URL_CHARS_MAX: usize = 2_048;
const MINUTES_MAX: u32 = 10_000;

/// A part of a course.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Module {
    /// What it is called.
    pub title: String,
    /// Its place in the course, from 1.
    pub position: u32,
    /// Whether learners see it.
    pub published: bool,
}

/// An entry of a module.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Item {
    /// The module it is in.
    pub module: ModuleId,
    /// What it is called.
    pub title: String,
    /// Its place in the module, from 1.
    pub position: u32,
    /// How long it takes, as the teacher estimates.
    pub estimated_minutes: Option<u32>,
    /// When it is due.
    pub due_at: Option<Timestamp>,
    /// What is behind it.
    pub content: Content,
    /// Whether learners see it: it and its module are published.
    pub visible: bool,
    /// Whether it is published itself. Items of before this was kept say it with `visible` alone.
    #[serde(default)]
    pub published: Option<bool>,
}

impl Item {
    /// Whether this page, file, assignment or topic is behind it.
    pub(super) fn leads_to<K>(&self, content: Id<K>) -> bool {
        self.content.id_bytes() == Some(content.bytes())
    }

    /// Whether it is published itself, whatever its module is.
    pub fn is_published(&self) -> bool {
        self.published.unwrap_or(self.visible)
    }

    /// The item when it and its module are published so.
    pub(super) fn shown(&self, published: bool, module_published: bool) -> Self {
        Self {
            visible: published && module_published,
            published: Some(published),
            ..self.clone()
        }
    }

    /// Whether it counts towards the learner's progress.
    pub fn counts(&self) -> bool {
        self.visible && !matches!(self.content, Content::NotImported(_) | Content::Heading)
    }
}

/// What is to change of an item.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct ItemChange {
    /// What it is called.
    pub title: Option<String>,
    /// How long it takes.
    pub estimated_minutes: Change<Option<u32>>,
    /// Where the link or the video leads.
    pub address: Option<WebAddress>,
}

impl ItemChange {
    /// The item as it will be.
    pub(super) fn apply(&self, item: Item) -> Result<Item> {
        let title = self.title.as_deref().map_or(Ok(item.title), title_of)?;
        let estimated_minutes = self.estimated_minutes.over(item.estimated_minutes);
        require_minutes(estimated_minutes)?;
        let content = match (&self.address, item.content) {
            (None, content) => content,
            (Some(address), Content::Link(_)) => Content::Link(address.clone()),
            (Some(address), Content::Video(_)) => Content::Video(address.clone()),
            (Some(_), _) => return Err(ITEM_WITHOUT_ADDRESS.on("url")),
        };
        Ok(Item {
            title,
            estimated_minutes,
            content,
            ..item
        })
    }
}

/// Refuses an estimate that is none.
pub(super) fn require_minutes(minutes: Option<u32>) -> Result<()> {
    if minutes.is_some_and(|minutes| !(1..=MINUTES_MAX).contains(&minutes)) {
        return Err(MINUTES_INVALID.on("estimatedMinutes"));
    }
    Ok(())
}

/// What is behind an item.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub enum Content {
    /// A page of the course.
    Page(PageId),
    /// A file of the course.
    File(FileId),
    /// A page elsewhere.
    Link(WebAddress),
    /// A video elsewhere.
    Video(WebAddress),
    /// Work to hand in.
    Assignment(AssignmentId),
    /// A discussion.
    Topic(TopicId),
    /// Something that a package held and that could not be taken over.
    NotImported(NotImported),
    /// A line between others.
    Heading,
}

impl Content {
    /// The bytes of the id of what is behind, if that is of this course.
    pub(super) fn id_bytes(&self) -> Option<[u8; 16]> {
        match self {
            Self::Page(id) => Some(id.bytes()),
            Self::File(id) => Some(id.bytes()),
            Self::Assignment(id) => Some(id.bytes()),
            Self::Topic(id) => Some(id.bytes()),
            Self::Link(_) | Self::Video(_) | Self::NotImported(_) | Self::Heading => None,
        }
    }

    /// The id of what is behind, as text; `None` for what is elsewhere.
    pub fn id_text(&self) -> Option<String> {
        match self {
            Self::Page(id) => Some(id.to_text()),
            Self::File(id) => Some(id.to_text()),
            Self::Assignment(id) => Some(id.to_text()),
            Self::Topic(id) => Some(id.to_text()),
            Self::Link(_) | Self::Video(_) | Self::NotImported(_) | Self::Heading => None,
        }
    }

    /// The address of what is elsewhere.
    pub fn url(&self) -> Option<&str> {
        match self {
            Self::Link(address) | Self::Video(address) => Some(&address.0),
            Self::Page(_)
            | Self::File(_)
            | Self::Assignment(_)
            | Self::Topic(_)
            | Self::NotImported(_)
            | Self::Heading => None,
        }
    }

    /// The kind that viewers are told.
    pub fn kind(&self) -> ItemKind {
        match self {
            Self::Page(_) => ItemKind::Page,
            Self::File(_) => ItemKind::File,
            Self::Link(_) | Self::NotImported(NotImported::Tool | NotImported::Other) => {
                ItemKind::Link
            }
            Self::Video(_) => ItemKind::Video,
            Self::Assignment(_) => ItemKind::Assignment,
            Self::NotImported(NotImported::Quiz) => ItemKind::Quiz,
            Self::Topic(_) => ItemKind::Discussion,
            Self::Heading => ItemKind::Heading,
        }
    }
}

/// What was not taken over from a package.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub enum NotImported {
    /// A quiz.
    Quiz,
    /// A tool of another site.
    Tool,
    /// Anything else.
    Other,
}

/// The kinds of items.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
pub enum ItemKind {
    /// A page of the course.
    Page,
    /// A file of the course.
    File,
    /// A page elsewhere.
    Link,
    /// A video elsewhere.
    Video,
    /// Work to hand in.
    Assignment,
    /// Questions.
    Quiz,
    /// A discussion.
    Discussion,
    /// A line between others.
    Heading,
}

/// An address on the web: `http` or `https`, at most 2,048 characters.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(transparent)]
pub struct WebAddress(String);

impl WebAddress {
    /// The address in a text.
    pub fn parse(text: &str) -> Result<Self> {
        let text = text.trim();
        let lower = text.to_ascii_lowercase();
        let host = lower
            .strip_prefix("https://")
            .or_else(|| lower.strip_prefix("http://"));
        let has_host = host.is_some_and(begins_with_host);
        let clean = !text.chars().any(|c| c.is_whitespace() || c.is_control());
        if !has_host || !clean || text.chars().count() > URL_CHARS_MAX {
            return Err(URL_INVALID.on("url"));
        }
        Ok(Self(text.to_owned()))
    }

    /// The text.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

/// Whether what stands behind the scheme names a host, perhaps with a port.
fn begins_with_host(rest: &str) -> bool {
    let authority = rest.split(['/', '?', '#', '\\']).next().unwrap_or_default();
    let host = authority.rsplit('@').next().unwrap_or_default();
    !host.is_empty() && !host.starts_with(':')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_addresses_on_the_web_are_taken() {
        assert!(WebAddress::parse(" HTTPS://example.org/a?b#c ").is_ok());
        for bad in [
            "",
            "example.org",
            "javascript:alert(1)",
            "https://",
            "https:///x",
            "http://a b",
            "https://?x",
            "https://:443/",
            "http://me@/x",
        ] {
            assert!(WebAddress::parse(bad).is_err(), "{bad}");
        }
    }
}
