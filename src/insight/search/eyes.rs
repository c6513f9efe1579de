//! Looking with the eyes of somebody else: what would they find?

use app::{Actor, OrRefuse, SessionId};
use kernel::{Result, problems};
use people::users;
use store::Snapshot;

/// The person of this id or user name, as search would have them for an actor if they asked. For
/// administrators, who may see whatever that person may.
pub fn seen_as(snapshot: &Snapshot, actor: &Actor, name: &str) -> Result<Actor> {
    actor.require_admin()?;
    let found = match name.parse() {
        Ok(id) => users::user(snapshot, id)?.map(|user| (id, user)),
        Err(_) => users::named(snapshot, name)?,
    };
    let (id, user) = found
        .or_refuse(problems::NOT_FOUND)
        .map_err(|error| error.on("as"))?;
    // They are not signed in, and nothing that is found depends on it.
    let none = SessionId::from_bytes([0; 16]);
    Ok(Actor::user(id, user.role, none))
}
