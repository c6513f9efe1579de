//! What texts mean, as vectors that can be compared.
//!
//! An [`Embedder`] makes them. The built-in [`StaticTable`] needs no network and no other program:
//! it looks words up in a table that is part of the binary, and knows English. [`Remote`] asks a
//! service that the school chose, in the form that `OpenAI` began and most others understand.
//! [`Cached`] remembers what was answered.

mod cached;
mod embedder;
mod remote;
mod table;
mod wordpiece;

pub use cached::{Cached, Counts, Kept};
pub use embedder::{BATCH_MAX, DIMENSIONS_MAX, EmbedError, Embedder, Purpose};
pub use remote::{Remote, Settings, SettingsError, Trouble};
pub use table::{StaticTable, TableError};
