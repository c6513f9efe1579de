//! The edge: everything between the network and the faces.
//!
//! The accept loop with its caps and time-outs, and the gate that every request passes: a name, a
//! path and an origin that can be meant, who asks, and how often.

mod admission;
mod gate;
mod listen;
mod meters;
mod paths;
mod pulse;
mod rates;
mod stream;

use kernel::Problem;

pub(crate) use admission::Caps;
pub(crate) use gate::{Gate, Rules};
pub(crate) use listen::{Doors, Listening};
pub(crate) use meters::{Meters, head};
pub(crate) use pulse::Timeouts;
pub(crate) use rates::Rate;

/// The codes of requests that come to no face, for the published list.
pub(crate) const PROBLEMS: &[Problem] = &[
    paths::BAD_PATH,
    paths::ORIGIN_NOT_ALLOWED,
    gate::RATE_LIMITED,
];

#[cfg(test)]
mod tests;
