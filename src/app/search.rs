//! What features hand over to search: their documents, which events change them, and who may see
//! them. Search itself knows no feature.

use std::sync::Arc;

use eventlog::Message;
use kernel::{Id, Kind, Result, Timestamp};
use serde::{Deserialize, Serialize};
use store::{All, Range, Record, Snapshot, Table};

use crate::actor::Actor;

/// What can be found.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
pub enum FoundKind {
    /// A course.
    Course,
    /// What a module lists that is nothing else by itself: a link, a heading.
    Item,
    /// A page of a course.
    Page,
    /// A file of a course.
    File,
    /// Work that is set.
    Assignment,
    /// A topic of a discussion.
    Topic,
    /// What somebody said in a topic.
    Post,
    /// A person.
    User,
}

impl FoundKind {
    /// All of them.
    pub const ALL: [Self; 8] = [
        Self::Course,
        Self::Item,
        Self::Page,
        Self::File,
        Self::Assignment,
        Self::Topic,
        Self::Post,
        Self::User,
    ];
}

/// A piece of a text, in its order.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub enum Block {
    /// What stands above what follows, from 1 for the highest.
    Heading(u8, String),
    /// A paragraph, an entry of a list, a row of a table; without markup, on one line.
    Text(String),
    /// A piece of a program, as it is.
    Code(String),
}

/// The text of a document.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub enum Body {
    /// The text itself.
    Blocks(Vec<Block>),
    /// What is in a stored file.
    Stored {
        /// The hash that its bytes stand under.
        hash: [u8; 32],
        /// What kind of file it is, by its name's ending.
        media_type: String,
    },
}

/// What of a record can be found.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct Document {
    /// The course that it belongs to, as the bits of its id.
    pub course: Option<u128>,
    /// Whether others see it than those in the course. It only spares looking at what nobody may
    /// see; who may is decided by [`Searchable::card`].
    pub open: bool,
    /// A BCP 47 tag of its language; empty where nobody knows.
    pub language: String,
    /// What it is called.
    pub title: String,
    /// Its text.
    pub body: Body,
    /// Codes and identifiers by which it is known.
    pub code: String,
    /// Names of people.
    pub names: String,
    /// When it came to be, or last changed.
    pub time: Timestamp,
}

/// A document as somebody sees it who may.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Card {
    /// The id of the record, as text.
    pub id: String,
    /// What it is called.
    pub title: String,
    /// Where it is within the site.
    pub url: String,
    /// The course that it belongs to, as the bits of its id.
    pub course: Option<u128>,
}

/// Where a record stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Place {
    /// The bits of its id.
    pub id: u128,
    /// Those of its course, where it is found by both.
    pub course: Option<u128>,
}

/// Records of one kind that can be found.
pub trait Searchable: Sync {
    /// What they are.
    fn kind(&self) -> FoundKind;
    /// The subjects of the events after which a document may be another one.
    fn subjects(&self) -> &'static [&'static str];
    /// Which record an event of these subjects is about.
    fn touched(&self, message: &Message) -> Option<Place>;
    /// Those of a course, for when the course itself changes.
    fn of_course(&self, snapshot: &Snapshot, course: u128) -> Result<Vec<Place>>;
    /// Some that follow this one, or the first ones, in their order; none at the end.
    fn after(&self, snapshot: &Snapshot, last: Option<Place>, limit: usize) -> Result<Vec<Place>>;
    /// The document; `None` where there is none, or no more.
    fn document(&self, snapshot: &Snapshot, place: Place) -> Result<Option<Document>>;
    /// Whether the actor may see it.
    fn may_see(&self, snapshot: &Snapshot, actor: &Actor, place: Place) -> Result<bool>;
    /// The document as the actor sees it; `None` where they may not.
    fn card(&self, snapshot: &Snapshot, actor: &Actor, place: Place) -> Result<Option<Card>>;
}

/// The record of an id, for an actor who may see it.
pub type Seen<K, R> = fn(&Snapshot, &Actor, Id<K>) -> Result<Option<Arc<R>>>;

/// The records of a table, by id, that can be found.
pub struct Searched<K: 'static, R: 'static> {
    /// What they are.
    pub kind: FoundKind,
    /// Where they stand.
    pub table: &'static Table<Id<K>, R>,
    /// The subjects of the events after which a document may be another one. The body of each has
    /// a field that is named as the prefix of the ids.
    pub subjects: &'static [&'static str],
    /// Those of a course.
    pub of_course: fn(&Snapshot, u128) -> Result<Vec<Id<K>>>,
    /// The document.
    pub document: fn(&Snapshot, Id<K>) -> Result<Option<Document>>,
    /// The record, for an actor who may see it.
    pub seen: Seen<K, R>,
    /// What is told of it.
    pub card: fn(&Snapshot, Id<K>, &R) -> Result<Option<Card>>,
}

impl<K: Kind, R: Record> Searchable for Searched<K, R> {
    fn kind(&self) -> FoundKind {
        self.kind
    }

    fn subjects(&self) -> &'static [&'static str] {
        self.subjects
    }

    fn touched(&self, message: &Message) -> Option<Place> {
        named::<K>(message).map(at)
    }

    fn of_course(&self, snapshot: &Snapshot, course: u128) -> Result<Vec<Place>> {
        let found = (self.of_course)(snapshot, course)?;
        Ok(found.into_iter().map(at).collect())
    }

    fn after(&self, snapshot: &Snapshot, last: Option<Place>, limit: usize) -> Result<Vec<Place>> {
        let after = last.map(|last| last.id.to_be_bytes());
        let range = Range {
            after: after.as_ref().map(<[u8; 16]>::as_slice),
            ..Range::ALL
        };
        let found = snapshot.scan(self.table, &All, range)?.take(limit);
        found.map(|entry| entry.map(|(id, _)| at(id))).collect()
    }

    fn document(&self, snapshot: &Snapshot, place: Place) -> Result<Option<Document>> {
        (self.document)(snapshot, id_of(place.id))
    }

    fn may_see(&self, snapshot: &Snapshot, actor: &Actor, place: Place) -> Result<bool> {
        Ok((self.seen)(snapshot, actor, id_of(place.id))?.is_some())
    }

    fn card(&self, snapshot: &Snapshot, actor: &Actor, place: Place) -> Result<Option<Card>> {
        let id = id_of(place.id);
        match (self.seen)(snapshot, actor, id)? {
            Some(record) => (self.card)(snapshot, id, &record),
            None => Ok(None),
        }
    }
}

/// The id of this kind that the body of an event has in the field named as its prefix.
pub fn named<K: Kind>(message: &Message) -> Option<Id<K>> {
    let body: serde_json::Value = serde_json::from_slice(&message.body).ok()?;
    body.get(K::PREFIX)?.as_str()?.parse().ok()
}

fn at<K>(id: Id<K>) -> Place {
    Place {
        id: bits(id),
        course: None,
    }
}

/// The bits of an id.
pub fn bits<K>(id: Id<K>) -> u128 {
    u128::from_be_bytes(id.bytes())
}

/// The id of these bits.
pub fn id_of<K>(bits: u128) -> Id<K> {
    Id::from_bytes(bits.to_be_bytes())
}
