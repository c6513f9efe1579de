//! Closes a topic.

use app::{Actor, Command, OrRefuse, Tx};
use kernel::Result;
use store::Snapshot;

use super::require_author;
use crate::discussions::TopicId;
use crate::discussions::events::TopicClosed;
use crate::discussions::model::Topic;
use crate::discussions::problems::TOPIC_NOT_FOUND;
use crate::discussions::queries::topic;
use crate::discussions::tables::TOPICS;

/// Has a topic take no more posts. One that is closed stays so.
#[derive(Debug, Clone)]
pub struct CloseTopic {
    /// The topic.
    pub topic: TopicId,
}

impl Command for CloseTopic {
    type Out = ();
    const NAME: &'static str = "topics.close";

    fn permit(&self, actor: &Actor, snapshot: &Snapshot) -> Result<()> {
        require_author(snapshot, actor, self.topic)
    }

    fn run(&self, tx: &mut Tx<'_>) -> Result<()> {
        let before = topic(tx, self.topic)?.or_refuse(TOPIC_NOT_FOUND)?;
        if before.closed {
            return Ok(());
        }
        let after = Topic {
            closed: true,
            ..Topic::clone(&before)
        };
        tx.put(&TOPICS, &self.topic, &after)?;
        tx.emit(&TopicClosed {
            course: after.course,
            topic: self.topic,
        })
    }
}
