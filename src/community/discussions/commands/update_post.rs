//! Changes what somebody said.

use app::{Actor, Command, OrRefuse, Tx};
use courses::enrollments;
use kernel::{Result, problems};
use store::Snapshot;

use super::create_discussion_post::SPEAKERS;
use super::existing_post;
use crate::discussions::PostId;
use crate::discussions::events::PostUpdated;
use crate::discussions::model::{Post, post_body};
use crate::discussions::problems::{POST_NOT_FOUND, TOPIC_CLOSED, TOPIC_NOT_FOUND};
use crate::discussions::queries::{topic, view_topic};
use crate::discussions::tables::POSTS;

/// Changes a post of one's own, as long as the topic takes posts. Nobody changes what others said.
#[derive(Debug, Clone)]
pub struct UpdatePost {
    /// The post.
    pub post: PostId,
    /// What is said instead, as typed.
    pub body: String,
}

impl Command for UpdatePost {
    type Out = ();
    const NAME: &'static str = "posts.update";

    fn permit(&self, actor: &Actor, snapshot: &Snapshot) -> Result<()> {
        actor.require_user()?;
        let post = existing_post(snapshot, self.post)?;
        let viewed = view_topic(snapshot, actor, post.topic)?.or_refuse(POST_NOT_FOUND)?;
        if actor.user_id() != Some(post.author) {
            return problems::FORBIDDEN.refuse();
        }
        let course = viewed.topic.course;
        enrollments::require_participant(snapshot, actor, course, &SPEAKERS).map(drop)
    }

    fn run(&self, tx: &mut Tx<'_>) -> Result<()> {
        let (before, body) = (existing_post(tx, self.post)?, post_body(&self.body)?);
        let topic = topic(tx, before.topic)?.or_refuse(TOPIC_NOT_FOUND)?;
        if topic.closed {
            return TOPIC_CLOSED.refuse();
        }
        if body == before.body {
            return Ok(());
        }
        let after = Post {
            body,
            edited_at: Some(tx.now()),
            ..before
        };
        tx.put(&POSTS, &self.post, &after)?;
        tx.emit(&PostUpdated {
            course: topic.course,
            topic: after.topic,
            post: self.post,
        })
    }
}
