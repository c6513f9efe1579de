//! Search: what there is to be found, by its words and by its meaning.

mod passages;

pub use self::passages::{PASSAGES_MAX, Passage, embedded, passages};
