//! What becomes of a field when a record is changed.

pub use kernel::Change;
