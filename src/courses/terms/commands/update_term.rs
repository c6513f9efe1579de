//! Changes a term.

use app::{Actor, Command, OrRefuse, Tx};
use kernel::Result;
use people::users::EXTERNAL_ID_TAKEN;
use store::Snapshot;

use crate::terms::TermId;
use crate::terms::events::TermUpdated;
use crate::terms::model::TermChange;
use crate::terms::problems::TERM_NOT_FOUND;
use crate::terms::queries::{require_parent, term, with_external_id};
use crate::terms::tables::TERMS;

/// Changes what is given of a term, for administrators.
#[derive(Debug, Clone)]
pub struct UpdateTerm {
    /// The term.
    pub term: TermId,
    /// What changes.
    pub change: TermChange,
}

impl Command for UpdateTerm {
    type Out = ();
    const NAME: &'static str = "terms.update";

    fn permit(&self, actor: &Actor, _: &Snapshot) -> Result<()> {
        actor.require_admin()
    }

    fn run(&self, tx: &mut Tx<'_>) -> Result<()> {
        let before = term(tx, self.term)?.or_refuse(TERM_NOT_FOUND)?;
        let after = self.change.apply(before.clone())?;
        if after == before {
            return Ok(());
        }
        if after.parent != before.parent {
            require_parent(tx, after.parent, Some(self.term))?;
        }
        if let Some(external_id) = &after.external_id
            && with_external_id(tx, external_id)?.is_some_and(|other| other != self.term)
        {
            return Err(EXTERNAL_ID_TAKEN.on("externalId"));
        }
        tx.put(&TERMS, &self.term, &after)?;
        tx.emit(&TermUpdated { term: self.term })
    }
}
