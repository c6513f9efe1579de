//! Discussions: topics, and posts that answer the topic or each other.

mod create_discussion_post;
mod create_topic;
mod events;
mod model;
mod problems;
mod queries;
mod tables;

use app::{EventType, Feature, Pairing};

pub use self::create_discussion_post::CreateDiscussionPost;
pub use self::create_topic::{CreateTopic, import};
pub use self::events::{PostCreated, TopicCreated};
pub use self::model::{NewTopic, Post, Topic};
pub use self::problems::*;
pub use self::queries::{ViewedTopic, any_in, post, posts_of, view_topic};
pub use courses::modules::{TopicId, TopicKind};

kernel::id_kind!(pub PostKind, PostId, "post");

static TOPIC_CREATED: Pairing<TopicCreated, TopicId, Topic> =
    Pairing::new(&tables::TOPICS, |event| event.topic);
static POST_CREATED: Pairing<PostCreated, PostId, Post> =
    Pairing::new(&tables::POSTS, |event| event.post);

/// What the feature registers.
pub static FEATURE: Feature = Feature {
    tables: &[&tables::TOPICS, &tables::POSTS],
    events: &[
        EventType::of::<TopicCreated>(),
        EventType::of::<PostCreated>(),
    ],
    problems: ALL,
    witnesses: &[&TOPIC_CREATED, &POST_CREATED],
    ..Feature::named("discussions")
};

#[cfg(test)]
mod tests;
