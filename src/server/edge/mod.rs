//! The edge: everything between the network and the faces.
//!
//! The accept loop with its caps and time-outs. It knows nothing of schools.

mod admission;
mod listen;
mod pulse;
mod stream;

pub(crate) use admission::{Admission, Caps};
pub(crate) use listen::{Answer, Listening};
pub(crate) use pulse::Timeouts;

#[cfg(test)]
mod tests;
