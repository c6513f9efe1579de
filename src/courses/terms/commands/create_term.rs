//! Makes a term.

use app::{Actor, Command, Tx, once_for};
use kernel::Result;
use people::users::EXTERNAL_ID_TAKEN;
use store::Snapshot;

use crate::terms::TermId;
use crate::terms::events::TermCreated;
use crate::terms::model::{NewTerm, Term};
use crate::terms::queries::{require_parent, with_external_id};
use crate::terms::tables::TERMS;

/// Makes a term, for administrators.
#[derive(Debug, Clone)]
pub struct CreateTerm {
    /// The term.
    pub term: NewTerm,
    /// The same for each try of one creation: it then counts once.
    pub idempotency_key: Option<String>,
}

impl Command for CreateTerm {
    type Out = TermId;
    const NAME: &'static str = "terms.create";

    fn permit(&self, actor: &Actor, _: &Snapshot) -> Result<()> {
        actor.require_admin()
    }

    fn run(&self, tx: &mut Tx<'_>) -> Result<TermId> {
        let key = self.idempotency_key.as_deref();
        once_for::<Self>(tx, key, &self.term, |tx| create(tx, &self.term))
    }
}

fn create(tx: &mut Tx<'_>, new: &NewTerm) -> Result<TermId> {
    require_parent(tx, new.parent, None)?;
    if let Some(external_id) = &new.external_id
        && with_external_id(tx, external_id)?.is_some()
    {
        return Err(EXTERNAL_ID_TAKEN.on("externalId"));
    }
    let id = tx.new_id();
    let term = Term {
        name: new.name.clone(),
        external_id: new.external_id.clone(),
        starts_at: new.starts_at,
        ends_at: new.ends_at,
        parent: new.parent,
        created_at: tx.now(),
    };
    tx.put(&TERMS, &id, &term)?;
    tx.emit(&TermCreated {
        term: id,
        name: term.name,
    })?;
    Ok(id)
}
