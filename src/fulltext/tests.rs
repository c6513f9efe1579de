//! Stories of the index: what is found and in which order, what bad input does, what is left after
//! crashes and damage.

mod damage;
mod finding;
mod input;
mod languages;
mod lasting;
mod texts;

use kernel::Timestamp;

use crate::{Document, Found, Index, Query};

/// A page with a title and a body.
fn page(key: &str, title: &str, body: &str) -> Document {
    Document {
        key: key.to_owned(),
        kind: "page".to_owned(),
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
        index.put(document).expect("it is put");
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

fn search(index: &Index, text: &str) -> Found {
    index.search(&query(text)).expect("no text is an error")
}

/// The keys of what is found, best first.
fn keys(found: &Found) -> Vec<&str> {
    found.hits.iter().map(|hit| hit.key.as_str()).collect()
}
