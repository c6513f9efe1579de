//! Saves what a learner has begun.

use app::{Actor, Command, Tx};
use courses::files::FileId;
use courses::modules::{URL_CHARS_MAX, URL_INVALID};
use kernel::{Result, Timestamp};
use store::Snapshot;

use super::Draft;
use super::events::DraftSaved;
use super::tables::DRAFTS;
use crate::assignments::{self, AssignmentId};
use crate::submissions;

/// What a learner has begun, within the limits of what can be handed in.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Begun {
    body: Option<String>,
    url: Option<String>,
    file_ids: Vec<FileId>,
}

impl Begun {
    /// Work that may be unfinished: it can be empty, and the address need not be one yet.
    pub fn new(body: Option<String>, url: Option<String>, file_ids: Vec<FileId>) -> Result<Self> {
        submissions::require_body(body.as_deref())?;
        submissions::require_files(&file_ids)?;
        let too_long = |url: &String| url.chars().count() > URL_CHARS_MAX;
        if url.as_ref().is_some_and(too_long) {
            return Err(URL_INVALID.on("url"));
        }
        Ok(Self {
            body,
            url,
            file_ids,
        })
    }
}

/// Saves what the signed-in learner has begun, in place of what they saved before. Whether it can
/// be handed in is seen when it is.
#[derive(Debug, Clone)]
pub struct SaveDraft {
    /// For which assignment.
    pub assignment: AssignmentId,
    /// The work so far.
    pub begun: Begun,
}

impl Command for SaveDraft {
    type Out = Timestamp;
    const NAME: &'static str = "drafts.save";

    fn permit(&self, actor: &Actor, snapshot: &Snapshot) -> Result<()> {
        submissions::require_learner(snapshot, actor, self.assignment)
    }

    fn run(&self, tx: &mut Tx<'_>) -> Result<Timestamp> {
        let place = (self.assignment, tx.user()?);
        let Begun {
            body,
            url,
            file_ids,
        } = self.begun.clone();
        let new = Draft {
            course: assignments::existing(tx, self.assignment)?.course,
            body,
            url,
            file_ids,
            saved_at: tx.now(),
        };
        if let Some(old) = tx.get(&DRAFTS, &place)? {
            let saved_at = old.saved_at;
            if (Draft {
                saved_at,
                ..new.clone()
            }) == old
            {
                return Ok(saved_at);
            }
        }
        tx.put(&DRAFTS, &place, &new)?;
        tx.emit(&DraftSaved {
            course: new.course,
            assignment: self.assignment,
            user: place.1,
        })?;
        Ok(new.saved_at)
    }
}
