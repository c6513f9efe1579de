//! Reading terms.

use app::{Actor, OrRefuse};
use kernel::{Page, PageRequest, Result};
use people::users::ExternalId;
use store::{All, Snapshot};

use super::TermId;
use super::model::Term;
use super::problems::{TERM_NOT_FOUND, TERM_PARENT_INVALID};
use super::tables::{PARTS_OF_TERM, TERM_OF_EXTERNAL_ID, TERMS, TERMS_BY_START, TERMS_IN_SCHOOL};
use crate::catalog;

/// How many terms a term may have above it.
const ABOVE_MAX: usize = 4;

/// The term with this id, whoever asks: for what the viewer may already see.
pub fn term(snapshot: &Snapshot, id: TermId) -> Result<Option<Term>> {
    snapshot.get(&TERMS, &id)
}

/// The term that another program calls so, whoever asks.
pub fn with_external_id(snapshot: &Snapshot, id: &ExternalId) -> Result<Option<TermId>> {
    snapshot.find(&TERM_OF_EXTERNAL_ID, &id.as_str().to_owned())
}

/// A page of all terms, the one that begins last first, for everybody who is signed in.
pub fn terms(
    snapshot: &Snapshot,
    actor: &Actor,
    request: &PageRequest,
) -> Result<Page<(TermId, Term)>> {
    actor.require_signed_in()?;
    let total = snapshot.count(&TERMS_IN_SCHOOL, &0)?;
    let page = snapshot.entries_page(&TERMS_BY_START, &All, request, total)?;
    page.read(|(_, id)| Ok(term(snapshot, id)?.map(|term| (id, term))))
}

/// A term that is there; `NOT_FOUND` on `field` otherwise.
pub(crate) fn require_term(snapshot: &Snapshot, id: TermId, field: &'static str) -> Result<Term> {
    let found = term(snapshot, id)?.or_refuse(TERM_NOT_FOUND);
    found.map_err(|error| error.on(field))
}

/// The parent must be there, not be the term itself or a part of it, and not lie too deep. The
/// parts of the term itself are not counted: two changes may make a line longer than it could be
/// made at once, but none may close it to a ring.
pub(super) fn require_parent(
    snapshot: &Snapshot,
    parent: Option<TermId>,
    of: Option<TermId>,
) -> Result<()> {
    let mut above = parent;
    for _ in 0..ABOVE_MAX {
        let Some(id) = above else { return Ok(()) };
        if of == Some(id) {
            return Err(TERM_PARENT_INVALID.on("parentId"));
        }
        above = require_term(snapshot, id, "parentId")?.parent;
    }
    if above.is_none() {
        return Ok(());
    }
    Err(TERM_PARENT_INVALID.on("parentId"))
}

/// Whether a course or another term names it.
pub(super) fn is_used(snapshot: &Snapshot, id: TermId) -> Result<bool> {
    Ok(snapshot.count(&PARTS_OF_TERM, &id)? > 0 || catalog::is_term_used(snapshot, id)?)
}
