//! Discussions: topics, and posts that answer the topic or each other.

mod commands;
mod events;
mod model;
mod problems;
mod queries;
mod search;
mod tables;

use app::{EventType, Feature, Pairing, Removal};

pub use self::commands::{
    CloseTopic, CreateDiscussionPost, CreateTopic, DeletePost, DeleteTopic, ReopenTopic,
    UpdatePost, UpdateTopic, copy, import, publish,
};
pub use self::events::{
    PostCreated, PostDeleted, PostUpdated, PostWithdrawn, TopicClosed, TopicCreated, TopicDeleted,
    TopicReopened, TopicUpdated,
};
pub use self::model::{NewTopic, Post, Topic, TopicChange};
pub use self::problems::*;
pub use self::queries::{
    ViewedTopic, any_in, list, post, posts_of, shown_in, topics_of, view_topic,
};
pub use courses::modules::{TopicId, TopicKind};

kernel::id_kind!(pub PostKind, PostId, "post");

static TOPIC_CREATED: Pairing<TopicCreated, TopicId, Topic> =
    Pairing::new(&tables::TOPICS, |event| event.topic);
static POST_CREATED: Pairing<PostCreated, PostId, Post> =
    Pairing::new(&tables::POSTS, |event: &PostCreated| event.post).until(&POST_DELETED);
static POST_DELETED: Removal<PostDeleted, PostId> = Removal::new(|event| event.post);

/// What the feature registers.
pub static FEATURE: Feature = Feature {
    tables: &[&tables::TOPICS, &tables::POSTS],
    events: &[
        EventType::of::<TopicCreated>(),
        EventType::of::<TopicUpdated>(),
        EventType::of::<TopicClosed>(),
        EventType::of::<TopicReopened>(),
        EventType::of::<TopicDeleted>(),
        EventType::of::<PostCreated>(),
        EventType::of::<PostUpdated>(),
        EventType::of::<PostDeleted>(),
        EventType::of::<PostWithdrawn>(),
    ],
    problems: ALL,
    witnesses: &[&TOPIC_CREATED, &POST_CREATED],
    searchables: &[&search::TOPICS_SEARCHED, &search::POSTS_SEARCHED],
    ..Feature::named("discussions")
};

#[cfg(test)]
mod tests;
