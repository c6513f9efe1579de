//! Live: who is told of what as it happens, whatever face tells them.
//!
//! The [`Hub`] follows the event log: it reads each message once and hands it to the connections
//! with an [`Interest`] that it concerns. Nobody waits for a slow reader: who falls behind the hub
//! reads on from the log ([`Followed`]). Whether somebody may be told is asked anew with each
//! delivery. How it is said, and to whom the wire leads, is for the faces.

mod cursor;
mod deed;
mod followed;
mod follower;
mod happening;
mod hub;
mod interest;

use kernel::Problem;

pub use cursor::{CURSOR_TOO_OLD, cursor, position};
pub use deed::{Deed, DeedKind};
pub use followed::{Followed, Stretch};
pub use follower::Follower;
pub use happening::{Happening, Told};
pub use hub::{Backlog, Hub, Mailbox, News};
pub use interest::{Filter, Interest};

/// The refusals of live updates, for the published list.
pub const PROBLEMS: &[Problem] = &[CURSOR_TOO_OLD, hub::TOO_MANY_CONNECTIONS];

#[cfg(test)]
mod tests;
