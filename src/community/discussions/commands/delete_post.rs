//! Deletes what somebody said.

use app::{Actor, Command, OrRefuse, Tx};
use courses::{catalog, enrollments};
use kernel::Result;
use store::{Range, Snapshot};

use super::create_discussion_post::SPEAKERS;
use super::existing_post;
use crate::discussions::PostId;
use crate::discussions::events::{PostDeleted, PostWithdrawn};
use crate::discussions::model::Post;
use crate::discussions::problems::{POST_NOT_FOUND, TOPIC_CLOSED, TOPIC_NOT_FOUND};
use crate::discussions::queries::{topic, view_topic};
use crate::discussions::tables::{ANSWERS_OF_POST, POSTS};

/// Deletes a post: one's own as long as the topic takes posts, anybody's by the course's staff. One
/// that was answered stays among the others and says nothing, so that the answers have their place.
#[derive(Debug, Clone)]
pub struct DeletePost {
    /// The post.
    pub post: PostId,
}

impl Command for DeletePost {
    type Out = ();
    const NAME: &'static str = "posts.delete";

    fn permit(&self, actor: &Actor, snapshot: &Snapshot) -> Result<()> {
        actor.require_signed_in()?;
        let post = existing_post(snapshot, self.post)?;
        let viewed = view_topic(snapshot, actor, post.topic)?.or_refuse(POST_NOT_FOUND)?;
        let topic = viewed.topic;
        if actor.user_id() != Some(post.author) {
            return catalog::require_author(snapshot, actor, topic.course).map(drop);
        }
        let course = enrollments::require_participant(snapshot, actor, topic.course, &SPEAKERS)?;
        if topic.closed && !course.staff {
            return TOPIC_CLOSED.refuse();
        }
        Ok(())
    }

    fn run(&self, tx: &mut Tx<'_>) -> Result<()> {
        let post = existing_post(tx, self.post)?;
        let course = topic(tx, post.topic)?.or_refuse(TOPIC_NOT_FOUND)?.course;
        let topic = post.topic;
        let mut answers = tx.entries(&ANSWERS_OF_POST, &self.post, Range::ALL)?;
        if answers.next().transpose()?.is_none() {
            drop(answers);
            tx.remove(&POSTS, &self.post)?;
            return tx.emit(&PostDeleted {
                course,
                topic,
                post: self.post,
            });
        }
        drop(answers);
        let withdrawn = Post {
            body: String::new(),
            deleted: true,
            ..post
        };
        tx.put(&POSTS, &self.post, &withdrawn)?;
        tx.emit(&PostWithdrawn {
            course,
            topic,
            post: self.post,
        })
    }
}
