//! Terms of sessions.

use app::Tx;
use kernel::Result;

use super::{Doing, Done, changed, perform};
use crate::change::Change;
use crate::rosters::model::Session;
use crate::rosters::problems::REFERENCE_UNKNOWN;
use crate::rosters::report::Fate;
use crate::terms::{
    CreateTerm, DeleteTerm, NewTerm, TermChange, TermId, UpdateTerm, term, with_external_id,
};

impl Doing<'_> {
    pub(super) fn session(&mut self, tx: &mut Tx<'_>, session: &Session) -> Result<Done> {
        let there = with_external_id(tx, &session.id)?;
        match (there, session.gone) {
            (None, true) => Ok(Done::All(Fate::Unchanged)),
            (Some(term), true) => {
                perform(tx, &DeleteTerm { term })?;
                Ok(Done::All(Fate::Removed))
            }
            (None, false) => {
                let parent = self.parent(tx, session)?;
                let new = NewTerm::named(&session.title)?
                    .external_id(Some(session.id.clone()))
                    .dates(session.starts_at, session.ends_at)?
                    .parent(parent);
                let create = CreateTerm {
                    term: new,
                    idempotency_key: None,
                };
                perform(tx, &create)?;
                Ok(Done::All(Fate::Added))
            }
            (Some(id), false) => {
                let change = TermChange {
                    name: Some(session.title.clone()),
                    starts_at: Change::To(session.starts_at),
                    ends_at: Change::To(session.ends_at),
                    parent: Change::To(self.parent(tx, session)?),
                    ..TermChange::default()
                };
                let before = term(tx, id)?;
                perform(tx, &UpdateTerm { term: id, change })?;
                Ok(changed(&before, &term(tx, id)?))
            }
        }
    }

    fn parent(&mut self, tx: &Tx<'_>, session: &Session) -> Result<Option<TermId>> {
        let Some(parent) = &session.parent else {
            return Ok(None);
        };
        let found = with_external_id(tx, parent)?;
        if found.is_none() {
            self.note("parentSourcedId", REFERENCE_UNKNOWN);
        }
        Ok(found)
    }
}
