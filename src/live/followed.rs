//! How far somebody has been told of what they follow.

use app::App;
use eventlog::{Position, read};
use kernel::Result;

use crate::happening::Told;
use crate::interest::Interest;

/// The most messages of the log that are read at a time for one who is behind.
const STEP_MESSAGES_MAX: usize = 128;

/// Something that is followed, and how far.
#[derive(Debug)]
pub struct Followed {
    /// What.
    pub interest: Interest,
    /// Everything up to here has been told.
    pub position: Position,
    /// Whether the log has to be read: what the hub tells is not all.
    pub behind: bool,
}

/// A part of the log.
#[derive(Debug)]
pub struct Stretch {
    /// What is in it for whoever follows.
    pub told: Vec<Told>,
    /// Where it ends.
    pub position: Position,
    /// Whether the log ends there too.
    pub is_last: bool,
}

impl Followed {
    /// Begins behind a place in the log.
    pub fn behind(position: Position, interest: Interest) -> Self {
        Self {
            interest,
            position,
            behind: true,
        }
    }

    /// Whether this is the next that is to be told, when the hub hands it over.
    pub fn waits_for(&self, told: &Told) -> bool {
        !self.behind && self.position < told.position
    }

    /// The part of the log that is next.
    pub fn stretch(&self, app: &App) -> Result<Stretch> {
        let snapshot = app.snapshot();
        let mut stretch = Stretch {
            told: Vec::new(),
            position: self.position,
            is_last: true,
        };
        let mut entries = read(&snapshot, self.position)?;
        for entry in entries.by_ref().take(STEP_MESSAGES_MAX) {
            let (position, message) = entry?;
            stretch.position = position;
            let told = Told::of(position, message)?;
            if self.interest.concerns(&told) {
                stretch.told.push(told);
            }
        }
        stretch.is_last = entries.next().is_none();
        Ok(stretch)
    }
}
