//! Stories of the index: what is found and in which order, what bad input does, what is left after
//! crashes and damage.

mod damage;
mod finding;
mod input;
mod languages;
mod lasting;
mod questions;
mod ranking;
mod seen;
mod telling;
mod texts;

use kernel::Timestamp;

use crate::{Document, Index, Query, Ranked, Told};

const PAGE: u8 = 1;
const TOPIC: u8 = 2;

/// A key that can be read: the first letters of a name.
fn key(name: &str) -> u128 {
    let letters = name.bytes().chain(std::iter::repeat(0)).take(16);
    letters.fold(0, |key, letter| key << 8 | u128::from(letter))
}

/// The name of a key.
fn name(key: u128) -> String {
    let letters = key.to_be_bytes();
    let letters = letters.iter().take_while(|letter| **letter != 0);
    letters.map(|letter| char::from(*letter)).collect()
}

/// A page with a title and a body.
fn page(name: &str, title: &str, body: &str) -> Document {
    Document {
        key: key(name),
        kind: PAGE,
        title: title.to_owned(),
        body: body.to_owned(),
        time: Timestamp::from_millis(1_700_000_000_000),
        ..Document::default()
    }
}

/// An index of these documents.
fn index_of(documents: impl IntoIterator<Item = Document>) -> Index {
    let index = Index::in_memory().expect("memory is there");
    for document in documents {
        index.put(&document).expect("it is put");
    }
    index.commit(1).expect("it is committed");
    index
}

fn query(text: &str) -> Query {
    Query {
        text: text.to_owned(),
        limit: 20,
        ..Query::default()
    }
}

fn search(index: &Index, text: &str) -> Ranked {
    index
        .rank(&query(text), &mut |_| true)
        .expect("no text is an error")
}

/// The names of what is found, best first.
fn names(ranked: &Ranked) -> Vec<String> {
    ranked.hits.iter().map(|hit| name(hit.key)).collect()
}

/// What is told of the first.
fn first(ranked: &Ranked) -> Told {
    let hit = ranked.hits.first().expect("something is found");
    let told = ranked.tell(hit.key).expect("it can be told");
    told.expect("it is one of the hits")
}
