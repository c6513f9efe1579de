//! Projections: what is derived from the log, with the position it was derived up to.
//!
//! The effect of a message and the position behind it are committed together, so that a message
//! takes effect once, whatever crashes in between.

use tokio::sync::watch;

use kernel::Result;
use store::{Snapshot, Space, Store, Table, Tx};

use crate::log::{Message, Position, read};
use crate::subject::matches;

/// The most messages that one step looks at.
const STEP_MESSAGES_MAX: usize = 256;
/// The most bytes of bodies that one step applies.
const STEP_BYTES_MAX: usize = 512 * 1024;

/// How far each projection is, by name.
static POSITIONS: Table<String, Position> =
    Table::new(0x0010, "projection_positions").within(Space::Consumers);

/// Something that reads the log to its end: retention keeps what it has not read.
pub trait Follower: Send + Sync + 'static {
    /// The name under which its position is kept.
    fn name(&self) -> &'static str;
    /// The subjects it follows, with `*` and `>`.
    fn subjects(&self) -> &'static [&'static str];
}

/// Something derived from the log, within the store, that can always be derived again.
pub trait Projection: Follower {
    /// Takes one message into account. It may write only what the projection owns.
    fn apply(&self, tx: &mut Tx, message: &Message) -> Result<()>;
}

/// The position up to which a follower has taken the log into account.
pub fn position(snapshot: &Snapshot, follower: &dyn Follower) -> Result<Position> {
    Ok(snapshot
        .get(&POSITIONS, &follower.name().to_owned())?
        .unwrap_or(0))
}

/// Notes how far a follower has come that keeps elsewhere what it derives: all of it up to there
/// is durable.
pub async fn note_position(
    store: &Store,
    follower: &'static dyn Follower,
    position: Position,
) -> Result<()> {
    let name = follower.name().to_owned();
    let noted = store.submit(move |tx| tx.put(&POSITIONS, &name, &position));
    noted.await.map(|_| ())
}

/// Applies the next messages, if there are any; the position reached.
pub async fn step(store: &Store, projection: &'static dyn Projection) -> Result<Option<Position>> {
    let Some((from, to, messages)) = next_messages(&store.snapshot(), projection)? else {
        return Ok(None);
    };
    let commit = store
        .submit(move |tx| {
            // Another runner of the same projection was faster: its step stands.
            if position(tx, projection)? != from {
                return Ok(());
            }
            messages
                .iter()
                .try_for_each(|message| projection.apply(tx, message))?;
            tx.put(&POSITIONS, &projection.name().to_owned(), &to)
        })
        .await;
    commit.map(|_| Some(to))
}

/// Where the projection stands, where the step ends, and the messages to apply in between.
fn next_messages(
    snapshot: &Snapshot,
    projection: &dyn Projection,
) -> Result<Option<(Position, Position, Vec<Message>)>> {
    let from = position(snapshot, projection)?;
    let (mut to, mut bytes, mut messages) = (from, 0, Vec::new());
    for entry in read(snapshot, from)?.take(STEP_MESSAGES_MAX) {
        let (position, message) = entry?;
        to = position;
        if projection
            .subjects()
            .iter()
            .any(|filter| matches(filter, &message.subject))
        {
            bytes += message.body.len();
            messages.push(message);
        }
        if bytes >= STEP_BYTES_MAX {
            break;
        }
    }
    Ok((to > from).then_some((from, to, messages)))
}

/// Follows the log until told to stop: applies what is there, waits for more.
pub async fn follow(
    store: Store,
    projection: &'static dyn Projection,
    mut stop: watch::Receiver<bool>,
) -> Result<()> {
    let mut versions = store.versions();
    loop {
        versions.mark_unchanged();
        while !*stop.borrow() && step(&store, projection).await?.is_some() {}
        tokio::select! {
            changed = versions.changed() => if changed.is_err() { return Ok(()) },
            _ = stop.wait_for(|stop| *stop) => return Ok(()),
        }
    }
}
