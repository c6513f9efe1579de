//! Where topics and posts stand in the store.

use courses::catalog::CourseId;
use store::{Count, Index, Record, Table};

use super::model::{Post, Topic};
use super::{PostId, TopicId};

impl Record for Topic {
    const VERSION: u8 = 1;
}

impl Record for Post {
    const VERSION: u8 = 1;
}

pub(super) static TOPICS: Table<TopicId, Topic> =
    Table::new(0x0401, "topics").derives(&[&TOPICS_OF_COURSE, &TOPICS_IN_COURSE]);

/// The topics of a course, the oldest first.
pub(super) static TOPICS_OF_COURSE: Index<TopicId, Topic, CourseId> =
    Index::new(0x0410, "topics_of_course", |_, topic| {
        (!topic.deleted).then_some(topic.course)
    });

/// How many a course has.
pub(super) static TOPICS_IN_COURSE: Count<TopicId, Topic, CourseId> =
    Count::new(0x0412, "topics_in_course", |_, topic| {
        (!topic.deleted).then_some(topic.course)
    });

pub(super) static POSTS: Table<PostId, Post> =
    Table::new(0x0402, "posts").derives(&[&POSTS_OF_TOPIC, &POST_COUNT, &ANSWERS_OF_POST]);

/// The posts of a topic, the oldest first.
pub(super) static POSTS_OF_TOPIC: Index<PostId, Post, TopicId> =
    Index::new(0x0403, "posts_of_topic", |_, post| Some(post.topic));

/// How many posts a topic has.
pub(super) static POST_COUNT: Count<PostId, Post, TopicId> =
    Count::new(0x0404, "post_count", |_, post| Some(post.topic));

/// The posts that answer a post.
pub(super) static ANSWERS_OF_POST: Index<PostId, Post, PostId> =
    Index::new(0x0411, "answers_of_post", |_, post| post.parent);
