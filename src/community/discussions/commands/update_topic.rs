//! Changes a topic.

use app::{Actor, Command, OrRefuse, Tx};
use courses::modules::{Shown, follow_content};
use kernel::Result;
use store::Snapshot;

use super::require_author;
use crate::discussions::TopicId;
use crate::discussions::events::TopicUpdated;
use crate::discussions::model::{Topic, TopicChange};
use crate::discussions::problems::TOPIC_NOT_FOUND;
use crate::discussions::queries::topic;
use crate::discussions::tables::TOPICS;

/// Changes what is given of a topic, and what the items show that lead to it.
#[derive(Debug, Clone)]
pub struct UpdateTopic {
    /// The topic.
    pub topic: TopicId,
    /// What changes.
    pub change: TopicChange,
}

impl Command for UpdateTopic {
    type Out = ();
    const NAME: &'static str = "topics.update";

    fn permit(&self, actor: &Actor, snapshot: &Snapshot) -> Result<()> {
        require_author(snapshot, actor, self.topic)
    }

    fn run(&self, tx: &mut Tx<'_>) -> Result<()> {
        update(tx, self.topic, &self.change)
    }
}

fn update(tx: &mut Tx<'_>, id: TopicId, change: &TopicChange) -> Result<()> {
    let before = topic(tx, id)?.or_refuse(TOPIC_NOT_FOUND)?;
    let after = change.apply(Topic::clone(&before))?;
    if after == *before {
        return Ok(());
    }
    tx.put(&TOPICS, &id, &after)?;
    tx.emit(&TopicUpdated {
        course: after.course,
        topic: id,
    })?;
    let shown = Shown {
        title: (after.title != before.title).then_some(after.title),
        due_at: None,
        published: change.published,
    };
    follow_content(tx, after.course, id, &shown)
}

/// Shows a topic that an item is to lead learners to.
pub fn publish(tx: &mut Tx<'_>, id: TopicId) -> Result<()> {
    let published = Some(true);
    let change = TopicChange {
        published,
        ..TopicChange::default()
    };
    update(tx, id, &change)
}
