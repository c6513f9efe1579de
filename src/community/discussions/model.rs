//! What topics and posts are. Pure.

use serde::{Deserialize, Serialize};

use app::UserId;
use courses::catalog::{CourseId, title_of};
use courses::markup::SafeHtml;
use kernel::{Result, Timestamp};

use super::problems::{BODY_EMPTY, BODY_TOO_LONG};
use super::{PostId, TopicId};

/// The longest post, in bytes.
const POST_BYTES_MAX: usize = 64 * 1024;

/// What is talked about.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Topic {
    /// The course it belongs to.
    pub course: CourseId,
    /// What it is called.
    pub title: String,
    /// What it begins with.
    pub body: SafeHtml,
    /// Who began it; `None` for one that came with a package.
    pub author: Option<UserId>,
    /// When.
    pub created_at: Timestamp,
    /// Whether it takes no more posts.
    pub closed: bool,
    /// Whether learners see it.
    pub published: bool,
    /// A deleted topic does not exist for anybody; what was said in it stays, out of reach.
    #[serde(default)]
    pub deleted: bool,
}

/// What somebody says in a topic.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Post {
    /// The topic.
    pub topic: TopicId,
    /// The post that it answers.
    pub parent: Option<PostId>,
    /// Who.
    pub author: UserId,
    /// What, as typed.
    pub body: String,
    /// When.
    pub created_at: Timestamp,
    /// When it was last changed, if it was.
    #[serde(default)]
    pub edited_at: Option<Timestamp>,
    /// A deleted post that was answered says nothing any more; it holds the answers together.
    #[serde(default)]
    pub deleted: bool,
}

/// A topic that is to be made, its fields within their limits.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NewTopic {
    pub(super) title: String,
    pub(super) body: SafeHtml,
    pub(super) published: bool,
    pub(super) closed: bool,
}

impl NewTopic {
    /// A topic that takes posts.
    pub fn titled(title: &str, body: SafeHtml, published: bool) -> Result<Self> {
        Ok(Self {
            title: title_of(title)?,
            body,
            published,
            closed: false,
        })
    }

    /// Whether it takes no posts.
    #[must_use]
    pub fn closed(self, closed: bool) -> Self {
        Self { closed, ..self }
    }
}

/// What is to change of a topic.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct TopicChange {
    /// What it is called.
    pub title: Option<String>,
    /// What it begins with.
    pub body: Option<SafeHtml>,
    /// Whether learners see it.
    pub published: Option<bool>,
}

impl TopicChange {
    /// The topic as it will be.
    pub(super) fn apply(&self, topic: Topic) -> Result<Topic> {
        Ok(Topic {
            title: self.title.as_deref().map_or(Ok(topic.title), title_of)?,
            body: self.body.clone().unwrap_or(topic.body),
            published: self.published.unwrap_or(topic.published),
            ..topic
        })
    }
}

/// The text of a post within its limits.
pub(super) fn post_body(text: &str) -> Result<String> {
    let text = text.trim();
    if text.is_empty() {
        return Err(BODY_EMPTY.on("body"));
    }
    if text.len() > POST_BYTES_MAX {
        return Err(BODY_TOO_LONG.on("body"));
    }
    Ok(text.to_owned())
}
