//! Live updates: subscriptions over a WebSocket, in the protocol `graphql-transport-ws`.
//!
//! The [`Hub`](live::Hub) hands over what concerns a connection, which executes the document of
//! the subscription anew for each message, over the newest state and as its person sees it then, so
//! that permission is checked with each delivery. Nobody waits for a slow reader: who falls behind
//! the hub reads on from the log, and who takes nothing off the wire is cut off.

mod conversation;
mod line;
mod protocol;
mod telling;
mod upgrade;

use kernel::Problem;

pub(crate) use conversation::Query;
pub(crate) use protocol::Asked;
pub(crate) use telling::{Telling, told};
pub use upgrade::Takeover;
pub(crate) use upgrade::upgrade;

/// The refusals of live updates, for the published list.
pub(crate) const PROBLEMS: [Problem; 2] =
    [upgrade::UPGRADE_INVALID, upgrade::SUBPROTOCOL_UNSUPPORTED];
