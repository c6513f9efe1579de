//! What modules list and is nothing else by itself, as search finds it: links, videos, headings.
//! What is behind other items is found itself.

use app::search::{Body, Card, Document, FoundKind, Place, Searchable, bits, id_of, named};
use app::{Actor, Event, Message};
use kernel::Result;
use store::{All, Key, Range, Snapshot};

use super::events::{
    ItemAdded, ItemMoved, ItemPublished, ItemRemoved, ItemUnpublished, ItemUpdated,
};
use super::model::{Content, Item};
use super::queries::item;
use super::tables::ITEMS;
use super::{ItemId, ItemKindOfId};
use crate::catalog::{self, CourseId, CourseKind};

/// The items of modules.
pub(super) struct Items;

impl Searchable for Items {
    fn kind(&self) -> FoundKind {
        FoundKind::Item
    }

    fn subjects(&self) -> &'static [&'static str] {
        &[
            ItemAdded::SUBJECT,
            ItemUpdated::SUBJECT,
            ItemMoved::SUBJECT,
            ItemPublished::SUBJECT,
            ItemUnpublished::SUBJECT,
            ItemRemoved::SUBJECT,
        ]
    }

    fn touched(&self, message: &Message) -> Option<Place> {
        let course = named::<CourseKind>(message)?;
        Some(place((course, named::<ItemKindOfId>(message)?)))
    }

    fn of_course(&self, snapshot: &Snapshot, course: u128) -> Result<Vec<Place>> {
        let items = snapshot.listed(&ITEMS, &id_of(course))?;
        Ok(items.iter().map(|(key, _)| place(*key)).collect())
    }

    fn after(&self, snapshot: &Snapshot, last: Option<Place>, limit: usize) -> Result<Vec<Place>> {
        let after = last.and_then(key_of).map(|key| key.encoded());
        let range = Range {
            after: after.as_deref(),
            ..Range::ALL
        };
        let found = snapshot.scan(&ITEMS, &All, range)?.take(limit);
        found
            .map(|entry| entry.map(|(key, _)| place(key)))
            .collect()
    }

    fn document(&self, snapshot: &Snapshot, place: Place) -> Result<Option<Document>> {
        let Some(key) = key_of(place) else {
            return Ok(None);
        };
        let found = snapshot.get(&ITEMS, &key)?;
        let Some(item) = found.filter(stands_for_itself) else {
            return Ok(None);
        };
        catalog::document_in(snapshot, key.0, |document| Document {
            code: item.content.url().unwrap_or_default().to_owned(),
            title: item.title,
            body: Body::Blocks(Vec::new()),
            ..document
        })
    }

    fn may_see(&self, snapshot: &Snapshot, actor: &Actor, place: Place) -> Result<bool> {
        Ok(self.card(snapshot, actor, place)?.is_some())
    }

    fn card(&self, snapshot: &Snapshot, actor: &Actor, place: Place) -> Result<Option<Card>> {
        let Some((course, id)) = key_of(place) else {
            return Ok(None);
        };
        let Some(viewed) = catalog::view(snapshot, actor, course)? else {
            return Ok(None);
        };
        let seen = item(snapshot, &viewed, id)?.filter(|item| stands_for_itself(item));
        Ok(seen.map(|item| Card {
            id: id.to_text(),
            title: item.title.clone(),
            url: format!("/courses/{course}#{id}"),
            course: Some(bits(course)),
        }))
    }
}

fn stands_for_itself(item: &Item) -> bool {
    match item.content {
        Content::Link(_) | Content::Video(_) | Content::NotImported(_) | Content::Heading => true,
        Content::Page(_) | Content::File(_) | Content::Assignment(_) | Content::Topic(_) => false,
    }
}

fn place((course, item): (CourseId, ItemId)) -> Place {
    Place {
        id: bits(item),
        course: Some(bits(course)),
    }
}

fn key_of(place: Place) -> Option<(CourseId, ItemId)> {
    Some((id_of(place.course?), id_of(place.id)))
}
