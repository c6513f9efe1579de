//! Copies a topic into the copy of its course.

use app::{OrRefuse, Tx};
use courses::copies::Copying;
use courses::modules::TopicId;
use kernel::Result;

use crate::discussions::events::TopicCreated;
use crate::discussions::model::Topic;
use crate::discussions::problems::TOPIC_NOT_FOUND;
use crate::discussions::queries::topic;
use crate::discussions::tables::TOPICS;

/// Puts the copy of a topic, begun by whoever copies, in which nobody has said anything.
pub fn copy(tx: &mut Tx<'_>, (from, to): (TopicId, TopicId), copying: &Copying) -> Result<()> {
    let original = topic(tx, from)?.or_refuse(TOPIC_NOT_FOUND)?;
    let copied = Topic {
        course: copying.course(),
        body: copying.html(&original.body)?,
        author: tx.actor().user_id(),
        created_at: tx.now(),
        ..Topic::clone(&original)
    };
    tx.put(&TOPICS, &to, &copied)?;
    tx.emit(&TopicCreated {
        course: copied.course,
        topic: to,
    })
}
