//! Begins a topic, or takes one over from a package.

use app::{Actor, Command, Tx, UserId};
use courses::cartridges::ImportedTopic;
use courses::catalog::{self, CourseId};
use courses::modules::{Content, ModuleId, NewItem, TopicId, add_item};
use kernel::Result;
use store::Snapshot;

use crate::discussions::events::TopicCreated;
use crate::discussions::model::{NewTopic, Topic};
use crate::discussions::tables::TOPICS;

/// Begins a topic.
#[derive(Debug, Clone)]
pub struct CreateTopic {
    /// The course.
    pub course: CourseId,
    /// The module at whose end it is added; without one it stands by itself.
    pub module: Option<ModuleId>,
    /// The topic.
    pub topic: NewTopic,
}

impl Command for CreateTopic {
    type Out = TopicId;
    const NAME: &'static str = "topics.create";

    fn permit(&self, actor: &Actor, snapshot: &Snapshot) -> Result<()> {
        catalog::require_author(snapshot, actor, self.course).map(drop)
    }

    fn run(&self, tx: &mut Tx<'_>) -> Result<TopicId> {
        let id = tx.new_id();
        let author = tx.actor().user_id();
        put(tx, (self.course, id), &self.topic, author)?;
        if let Some(module) = self.module {
            let item = NewItem {
                module,
                title: self.topic.title.clone(),
                content: Content::Topic(id),
                estimated_minutes: None,
                due_at: None,
                published: self.topic.published,
            };
            add_item(tx, self.course, item)?;
        }
        Ok(id)
    }
}

fn put(
    tx: &mut Tx<'_>,
    (course, id): (CourseId, TopicId),
    new: &NewTopic,
    author: Option<UserId>,
) -> Result<()> {
    let topic = Topic {
        course,
        title: new.title.clone(),
        body: new.body.clone(),
        author,
        created_at: tx.now(),
        closed: new.closed,
        published: new.published,
        deleted: false,
    };
    tx.put(&TOPICS, &id, &topic)?;
    tx.emit(&TopicCreated { course, topic: id })
}

/// Takes a topic over from a package, under the id it was given there.
pub fn import(tx: &mut Tx<'_>, course: CourseId, from: &ImportedTopic) -> Result<()> {
    let new = NewTopic::titled(&from.title, from.body.clone(), from.published)?;
    put(tx, (course, from.id), &new, None)
}
