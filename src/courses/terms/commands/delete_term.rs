//! Deletes a term.

use app::{Actor, Command, OrRefuse, Tx};
use kernel::Result;
use store::Snapshot;

use crate::terms::TermId;
use crate::terms::events::TermDeleted;
use crate::terms::problems::{TERM_IN_USE, TERM_NOT_FOUND};
use crate::terms::queries::{is_used, term};
use crate::terms::tables::TERMS;

/// Deletes a term that no course and no other term names, for administrators.
#[derive(Debug, Clone)]
pub struct DeleteTerm {
    /// The term.
    pub term: TermId,
}

impl Command for DeleteTerm {
    type Out = ();
    const NAME: &'static str = "terms.delete";

    fn permit(&self, actor: &Actor, _: &Snapshot) -> Result<()> {
        actor.require_admin()
    }

    fn run(&self, tx: &mut Tx<'_>) -> Result<()> {
        term(tx, self.term)?.or_refuse(TERM_NOT_FOUND)?;
        if is_used(tx, self.term)? {
            return TERM_IN_USE.refuse();
        }
        tx.remove(&TERMS, &self.term)?;
        tx.emit(&TermDeleted { term: self.term })
    }
}
