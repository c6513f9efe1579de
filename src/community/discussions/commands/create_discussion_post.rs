//! Says something in a topic.

use app::{Actor, Command, OrRefuse, Tx, once_for};
use courses::enrollments::{self, CourseRole};
use courses::progress;
use kernel::Result;
use store::Snapshot;

use crate::discussions::events::PostCreated;
use crate::discussions::model::{Post, post_body};
use crate::discussions::problems::{PARENT_NOT_IN_TOPIC, TOPIC_CLOSED, TOPIC_NOT_FOUND};
use crate::discussions::queries::view_topic;
use crate::discussions::tables::{POSTS, TOPICS};
use crate::discussions::{PostId, TopicId};

/// Who may say something: all who take part, not who looks on.
pub(super) const SPEAKERS: [CourseRole; 4] = [
    CourseRole::Instructor,
    CourseRole::Assistant,
    CourseRole::Designer,
    CourseRole::Student,
];

/// Posts, as the signed-in person.
#[derive(Debug, Clone)]
pub struct CreateDiscussionPost {
    /// In which topic.
    pub topic: TopicId,
    /// The post that it answers.
    pub parent: Option<PostId>,
    /// What is said, as typed.
    pub body: String,
    /// The same for each try of one post: it then counts once.
    pub idempotency_key: Option<String>,
}

impl Command for CreateDiscussionPost {
    type Out = PostId;
    const NAME: &'static str = "posts.create";

    fn permit(&self, actor: &Actor, snapshot: &Snapshot) -> Result<()> {
        actor.require_user()?;
        let viewed = view_topic(snapshot, actor, self.topic)?.or_refuse(TOPIC_NOT_FOUND)?;
        let course = viewed.topic.course;
        enrollments::require_participant(snapshot, actor, course, &SPEAKERS).map(drop)
    }

    fn run(&self, tx: &mut Tx<'_>) -> Result<PostId> {
        let key = self.idempotency_key.as_deref();
        let said = (self.topic, self.parent, self.body.trim());
        once_for::<Self>(tx, key, &said, |tx| self.post(tx))
    }
}

impl CreateDiscussionPost {
    fn post(&self, tx: &mut Tx<'_>) -> Result<PostId> {
        let (author, body) = (tx.user()?, post_body(&self.body)?);
        let topic = tx.get(&TOPICS, &self.topic)?.or_refuse(TOPIC_NOT_FOUND)?;
        if topic.closed {
            return TOPIC_CLOSED.refuse();
        }
        if let Some(parent) = self.parent
            && tx
                .get(&POSTS, &parent)?
                .is_none_or(|parent| parent.topic != self.topic)
        {
            return Err(PARENT_NOT_IN_TOPIC.on("parentId"));
        }
        let (id, created_at) = (tx.new_id(), tx.now());
        let post = Post {
            topic: self.topic,
            parent: self.parent,
            author,
            body,
            created_at,
            edited_at: None,
            deleted: false,
        };
        tx.put(&POSTS, &id, &post)?;
        tx.emit(&PostCreated {
            course: topic.course,
            topic: self.topic,
            post: id,
            author,
        })?;
        progress::complete_content(tx, topic.course, author, self.topic)?;
        Ok(id)
    }
}
