//! What happens in discussions.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use app::{Event, UserId};
use courses::catalog::CourseId;

use super::{PostId, TopicId};

/// A topic was begun.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct TopicCreated {
    /// The course.
    pub course: CourseId,
    /// The topic.
    pub topic: TopicId,
}

impl Event for TopicCreated {
    const SUBJECT: &'static str = "edusphere.courses.topic_created";
    const KEY: &'static str = "topic";
    fn key(&self) -> String {
        self.topic.to_string()
    }
}

/// Somebody posted.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct PostCreated {
    /// The course.
    pub course: CourseId,
    /// The topic.
    pub topic: TopicId,
    /// The post.
    pub post: PostId,
    /// Who.
    pub author: UserId,
}

impl Event for PostCreated {
    const SUBJECT: &'static str = "edusphere.courses.post_created";
    const KEY: &'static str = "topic";
    fn key(&self) -> String {
        self.topic.to_string()
    }
}

/// A topic was changed.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct TopicUpdated {
    /// The course.
    pub course: CourseId,
    /// The topic.
    pub topic: TopicId,
}

impl Event for TopicUpdated {
    const SUBJECT: &'static str = "edusphere.courses.topic_updated";
    const KEY: &'static str = "topic";
    fn key(&self) -> String {
        self.topic.to_string()
    }
}

/// A topic takes no more posts.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct TopicClosed {
    /// The course.
    pub course: CourseId,
    /// The topic.
    pub topic: TopicId,
}

impl Event for TopicClosed {
    const SUBJECT: &'static str = "edusphere.courses.topic_closed";
    const KEY: &'static str = "topic";
    fn key(&self) -> String {
        self.topic.to_string()
    }
}

/// A closed topic takes posts again.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct TopicReopened {
    /// The course.
    pub course: CourseId,
    /// The topic.
    pub topic: TopicId,
}

impl Event for TopicReopened {
    const SUBJECT: &'static str = "edusphere.courses.topic_reopened";
    const KEY: &'static str = "topic";
    fn key(&self) -> String {
        self.topic.to_string()
    }
}

/// A topic was deleted, with all that was said in it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct TopicDeleted {
    /// The course.
    pub course: CourseId,
    /// The topic.
    pub topic: TopicId,
}

impl Event for TopicDeleted {
    const SUBJECT: &'static str = "edusphere.courses.topic_deleted";
    const KEY: &'static str = "topic";
    fn key(&self) -> String {
        self.topic.to_string()
    }
}

/// Somebody changed what they said.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct PostUpdated {
    /// The course.
    pub course: CourseId,
    /// The topic.
    pub topic: TopicId,
    /// The post.
    pub post: PostId,
}

impl Event for PostUpdated {
    const SUBJECT: &'static str = "edusphere.courses.post_updated";
    const KEY: &'static str = "topic";
    fn key(&self) -> String {
        self.topic.to_string()
    }
}

/// A post that nobody had answered was deleted.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct PostDeleted {
    /// The course.
    pub course: CourseId,
    /// The topic.
    pub topic: TopicId,
    /// The post.
    pub post: PostId,
}

impl Event for PostDeleted {
    const SUBJECT: &'static str = "edusphere.courses.post_deleted";
    const KEY: &'static str = "topic";
    fn key(&self) -> String {
        self.topic.to_string()
    }
}

/// A post that was answered was deleted: it stays among the others and says nothing.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct PostWithdrawn {
    /// The course.
    pub course: CourseId,
    /// The topic.
    pub topic: TopicId,
    /// The post.
    pub post: PostId,
}

impl Event for PostWithdrawn {
    const SUBJECT: &'static str = "edusphere.courses.post_withdrawn";
    const KEY: &'static str = "topic";
    fn key(&self) -> String {
        self.topic.to_string()
    }
}
