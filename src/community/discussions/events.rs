//! What happens in discussions.

use serde::{Deserialize, Serialize};

use app::{Event, UserId};
use courses::catalog::CourseId;

use super::{PostId, TopicId};

/// A topic was begun.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct TopicCreated {
    /// The course.
    pub course: CourseId,
    /// The topic.
    pub topic: TopicId,
}

impl Event for TopicCreated {
    const SUBJECT: &'static str = "edusphere.courses.topic_created";
    fn key(&self) -> String {
        self.topic.to_string()
    }
}

/// Somebody posted.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
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
    fn key(&self) -> String {
        self.topic.to_string()
    }
}
