//! What can be done in discussions.

mod close_topic;
mod copy;
mod create_discussion_post;
mod create_topic;
mod delete_post;
mod delete_topic;
mod reopen_topic;
mod update_post;
mod update_topic;

pub use self::close_topic::CloseTopic;
pub use self::copy::copy;
pub use self::create_discussion_post::CreateDiscussionPost;
pub use self::create_topic::{CreateTopic, import};
pub use self::delete_post::DeletePost;
pub use self::delete_topic::DeleteTopic;
pub use self::reopen_topic::ReopenTopic;
pub use self::update_post::UpdatePost;
pub use self::update_topic::{UpdateTopic, publish};

use app::{Actor, OrRefuse};
use courses::catalog;
use kernel::Result;
use store::Snapshot;

use super::model::Post;
use super::problems::{POST_NOT_FOUND, TOPIC_NOT_FOUND};
use super::queries::view_topic;
use super::tables::POSTS;
use super::{PostId, TopicId};

/// The topic, for the course's staff to change it.
fn require_author(snapshot: &Snapshot, actor: &Actor, id: TopicId) -> Result<()> {
    actor.require_signed_in()?;
    let viewed = view_topic(snapshot, actor, id)?.or_refuse(TOPIC_NOT_FOUND)?;
    catalog::require_author(snapshot, actor, viewed.topic.course).map(drop)
}

/// The post with this id, whoever asks; not one that was deleted.
fn existing_post(snapshot: &Snapshot, id: PostId) -> Result<Post> {
    let post = snapshot.get(&POSTS, &id)?;
    post.filter(|post| !post.deleted).or_refuse(POST_NOT_FOUND)
}
