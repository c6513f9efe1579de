//! Says something in a topic.

use app::{Actor, Command, IDEMPOTENCY_KEY_REUSED, OrRefuse, Tx, once};
use courses::enrollments::{self, CourseRole};
use courses::progress;
use kernel::Result;
use store::Snapshot;

use super::events::PostCreated;
use super::model::{Post, post_body};
use super::problems::{PARENT_NOT_IN_TOPIC, TOPIC_CLOSED, TOPIC_NOT_FOUND};
use super::queries::view_topic;
use super::tables::{POSTS, TOPICS};
use super::{PostId, TopicId};

/// Who may say something: all who take part, not who looks on.
const SPEAKERS: [CourseRole; 4] = [
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
        let id = once::<Self>(tx, self.idempotency_key.as_deref(), |tx| self.post(tx))?;
        if self.idempotency_key.is_some() {
            self.require_same(tx, id)?;
        }
        Ok(id)
    }
}

impl CreateDiscussionPost {
    /// What was said under the key of something else would be lost in silence.
    fn require_same(&self, tx: &Tx<'_>, first: PostId) -> Result<()> {
        let first = tx.get(&POSTS, &first)?.or_refuse(TOPIC_NOT_FOUND)?;
        let said = (self.topic, self.parent, post_body(&self.body)?);
        if (first.topic, first.parent, first.body) != said {
            return Err(IDEMPOTENCY_KEY_REUSED.on("idempotencyKey"));
        }
        Ok(())
    }

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
