//! What texts mean, as vectors that can be compared.
//!
//! The built-in [`StaticTable`] needs no network and no other program: it looks words up in a table
//! that is part of the binary. It knows English.

mod table;
mod wordpiece;

pub use table::{StaticTable, TableError};
