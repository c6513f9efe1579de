//! Deletes a topic.

use app::{Actor, Command, OrRefuse, Tx};
use courses::modules::remove_items_of;
use kernel::Result;
use store::Snapshot;

use super::require_author;
use crate::discussions::TopicId;
use crate::discussions::events::TopicDeleted;
use crate::discussions::model::Topic;
use crate::discussions::problems::TOPIC_NOT_FOUND;
use crate::discussions::queries::topic;
use crate::discussions::tables::TOPICS;

/// Deletes a topic with all that was said in it, and the items that lead to it.
#[derive(Debug, Clone)]
pub struct DeleteTopic {
    /// The topic.
    pub topic: TopicId,
}

impl Command for DeleteTopic {
    type Out = ();
    const NAME: &'static str = "topics.delete";

    fn permit(&self, actor: &Actor, snapshot: &Snapshot) -> Result<()> {
        require_author(snapshot, actor, self.topic)
    }

    fn run(&self, tx: &mut Tx<'_>) -> Result<()> {
        let before = topic(tx, self.topic)?.or_refuse(TOPIC_NOT_FOUND)?;
        remove_items_of(tx, before.course, self.topic)?;
        let after = Topic {
            deleted: true,
            ..Topic::clone(&before)
        };
        tx.put(&TOPICS, &self.topic, &after)?;
        tx.emit(&TopicDeleted {
            course: after.course,
            topic: self.topic,
        })
    }
}
