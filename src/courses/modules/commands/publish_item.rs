//! Shows an item to learners.

use app::{Actor, Command, Tx};
use kernel::Result;
use store::Snapshot;

use super::{existing, replace};
use crate::catalog::{self, CourseId};
use crate::modules::ItemId;
use crate::modules::events::ItemPublished;
use crate::modules::model::Content;
use crate::modules::queries::require_module;
use crate::neighbours::Neighbours;
use crate::{files, pages};

/// Shows an item when its module is shown, and publishes what is behind it, so that it leads to
/// something.
#[derive(Debug, Clone)]
pub struct PublishItem {
    /// The course.
    pub course: CourseId,
    /// The item.
    pub item: ItemId,
    /// Who publishes assignments and topics.
    pub neighbours: Neighbours,
}

impl Command for PublishItem {
    type Out = ();
    const NAME: &'static str = "items.publish";

    fn permit(&self, actor: &Actor, snapshot: &Snapshot) -> Result<()> {
        catalog::require_author(snapshot, actor, self.course).map(drop)
    }

    fn run(&self, tx: &mut Tx<'_>) -> Result<()> {
        let place = (self.course, self.item);
        match existing(tx, place)?.content {
            Content::Page(id) => pages::publish(tx, id)?,
            Content::File(id) => files::publish(tx, id)?,
            Content::Assignment(id) => (self.neighbours.publish_assignment)(tx, id)?,
            Content::Topic(id) => (self.neighbours.publish_topic)(tx, id)?,
            Content::Link(_) | Content::Video(_) | Content::NotImported(_) | Content::Heading => {}
        }
        // The item may have followed what is behind it.
        let before = existing(tx, place)?;
        let module = require_module(tx, self.course, before.module)?;
        let after = before.shown(true, module.published);
        if after == before {
            return Ok(());
        }
        replace(tx, place, &before, &after)?;
        tx.emit(&ItemPublished {
            course: place.0,
            item: place.1,
        })
    }
}
