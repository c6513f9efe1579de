//! Terms: the stretches of time in which a school teaches, and keeping them.

use std::sync::Arc;

use app::OrRefuse;
use async_graphql::{Context, ID, InputObject, MaybeUndefined, Object, SimpleObject};
use courses::change::Change;
use courses::terms::{
    self, CreateTerm, DeleteTerm, NewTerm, TERM_NOT_FOUND, TermChange, TermId, TermKind, UpdateTerm,
};
use people::users::ExternalId;

use crate::connection::{Connection, page_request};
use crate::errors::{Result, UserError, mutate, shown};
use crate::scalars::{DateTime, IdOf, id_of};
use crate::view::{View, seen};

/// A stretch of time in which the school teaches.
pub(crate) struct Term {
    view: Arc<View>,
    id: TermId,
    record: Arc<terms::Term>,
}

impl Term {
    /// A term that something visible names.
    pub(crate) fn of(view: &Arc<View>, id: TermId) -> kernel::Result<Self> {
        let record = view.term(id)?.or_refuse(TERM_NOT_FOUND)?;
        Ok(Self {
            view: Arc::clone(view),
            id,
            record,
        })
    }

    fn visible(view: &Arc<View>, id: TermId) -> kernel::Result<Self> {
        view.actor().require_signed_in()?;
        Self::of(view, id)
    }
}

/// A stretch of time in which the school teaches, such as a year or its half.
#[Object(serial)]
impl Term {
    /// The id.
    async fn id(&self) -> IdOf<TermKind> {
        IdOf(self.id)
    }

    /// What it is called.
    async fn name(&self) -> &str {
        &self.record.name
    }

    /// When it begins.
    async fn starts_at(&self) -> Option<DateTime> {
        self.record.starts_at.map(DateTime)
    }

    /// When it ends.
    async fn ends_at(&self) -> Option<DateTime> {
        self.record.ends_at.map(DateTime)
    }

    /// The term that it is a part of.
    async fn parent(&self) -> Result<Option<Term>> {
        let parent = self
            .record
            .parent
            .map(|parent| Self::of(&self.view, parent));
        Ok(parent.transpose()?)
    }

    /// What another program calls it; null where the viewer is no staff of the school.
    async fn external_id(&self) -> Option<&str> {
        let id = self.record.external_id.as_ref().map(ExternalId::as_str);
        id.filter(|_| self.view.actor().is_staff())
    }

    /// When it was made.
    async fn created_at(&self) -> DateTime {
        DateTime(self.record.created_at)
    }
}

/// Questions about terms.
#[derive(Default)]
pub(crate) struct TermQueries;

#[Object]
impl TermQueries {
    /// One term, for everybody who is signed in.
    async fn term(&self, ctx: &Context<'_>, id: ID) -> Option<Term> {
        let term = Term::visible(seen(ctx), id_of(&id));
        shown(ctx, term.map_err(Into::into))
    }

    /// All terms, the one that begins last first, for everybody who is signed in.
    async fn terms(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "How many, 1 to 100.", default_with = "Some(20)")] first: Option<i64>,
        #[graphql(desc = "The `endCursor` of the page before.")] after: Option<String>,
    ) -> Option<Connection<Term>> {
        let view = seen(ctx);
        let page = page_request(first, after.as_deref())
            .and_then(|request| terms::terms(view.snapshot(), view.actor(), &request));
        let nodes = page.and_then(|page| {
            Connection::of(page, |(id, term)| {
                Ok(Term {
                    view: Arc::clone(view),
                    id,
                    record: Arc::new(term),
                })
            })
        });
        shown(ctx, nodes.map_err(Into::into))
    }
}

/// A field that is to change: left out it stays, null clears it.
pub(crate) fn change<T, U>(
    field: MaybeUndefined<T>,
    read: impl FnOnce(T) -> kernel::Result<U>,
) -> kernel::Result<Change<Option<U>>> {
    Ok(match field {
        MaybeUndefined::Undefined => Change::Keep,
        MaybeUndefined::Null => Change::To(None),
        MaybeUndefined::Value(value) => Change::To(Some(read(value)?)),
    })
}

/// A term that is to be made.
#[derive(InputObject)]
struct CreateTermInput {
    /// 1 to 300 characters in one line.
    name: String,
    /// When it begins.
    starts_at: Option<DateTime>,
    /// When it ends.
    ends_at: Option<DateTime>,
    /// The term that it is a part of.
    parent_id: Option<ID>,
    /// What another program calls it: 1 to 255 characters, unlike any other term's.
    external_id: Option<String>,
    /// The same for each try of one creation, so that it counts once: a UUID is a good one.
    idempotency_key: Option<String>,
}

impl CreateTermInput {
    fn command(self) -> kernel::Result<CreateTerm> {
        let external_id = self.external_id.as_deref().map(ExternalId::parse);
        let term = NewTerm::named(&self.name)?
            .dates(self.starts_at.map(|at| at.0), self.ends_at.map(|at| at.0))?
            .parent(self.parent_id.as_ref().map(id_of))
            .external_id(external_id.transpose()?);
        Ok(CreateTerm {
            term,
            idempotency_key: self.idempotency_key,
        })
    }
}

/// What came of `createTerm`.
#[derive(SimpleObject)]
#[graphql(serial)]
struct CreateTermPayload {
    /// The term; null when the input was refused.
    term: Option<Term>,
    /// Why the input was refused; empty when all is well.
    errors: Vec<UserError>,
}

/// What is to change of a term. What is left out stays; null clears what may be empty.
#[derive(InputObject)]
struct UpdateTermInput {
    term_id: ID,
    /// 1 to 300 characters in one line.
    name: Option<String>,
    /// When it begins.
    starts_at: MaybeUndefined<DateTime>,
    /// When it ends.
    ends_at: MaybeUndefined<DateTime>,
    /// The term that it is a part of.
    parent_id: MaybeUndefined<ID>,
    /// What another program calls it.
    external_id: MaybeUndefined<String>,
}

impl UpdateTermInput {
    fn command(self) -> kernel::Result<UpdateTerm> {
        Ok(UpdateTerm {
            term: id_of(&self.term_id),
            change: TermChange {
                name: self.name,
                starts_at: change(self.starts_at, |at| Ok(at.0))?,
                ends_at: change(self.ends_at, |at| Ok(at.0))?,
                parent: change(self.parent_id, |id| Ok(id_of(&id)))?,
                external_id: change(self.external_id, |id| ExternalId::parse(&id))?,
            },
        })
    }
}

/// What came of `updateTerm`.
#[derive(SimpleObject)]
#[graphql(serial)]
struct UpdateTermPayload {
    /// The term; null when the input was refused.
    term: Option<Term>,
    /// Why the input was refused; empty when all is well.
    errors: Vec<UserError>,
}

/// A term that is to be deleted.
#[derive(InputObject)]
struct DeleteTermInput {
    term_id: ID,
}

/// What came of `deleteTerm`.
#[derive(SimpleObject)]
#[graphql(serial)]
struct DeleteTermPayload {
    /// The id of what is gone; null when the input was refused.
    deleted_id: Option<ID>,
    /// Why the input was refused; empty when all is well.
    errors: Vec<UserError>,
}

/// Changes to terms.
#[derive(Default)]
pub(crate) struct TermMutations;

#[Object]
impl TermMutations {
    /// Makes a term, for administrators.
    async fn create_term(
        &self,
        ctx: &Context<'_>,
        input: CreateTermInput,
    ) -> Option<CreateTermPayload> {
        let (term, errors) = mutate(ctx, || input.command(), Term::of).await?;
        Some(CreateTermPayload { term, errors })
    }

    /// Changes a term, for administrators.
    async fn update_term(
        &self,
        ctx: &Context<'_>,
        input: UpdateTermInput,
    ) -> Option<UpdateTermPayload> {
        let id = id_of(&input.term_id);
        let show = |view: &Arc<View>, ()| Term::of(view, id);
        let (term, errors) = mutate(ctx, || input.command(), show).await?;
        Some(UpdateTermPayload { term, errors })
    }

    /// Deletes a term that no course and no other term is in, for administrators.
    async fn delete_term(
        &self,
        ctx: &Context<'_>,
        input: DeleteTermInput,
    ) -> Option<DeleteTermPayload> {
        let term = id_of(&input.term_id);
        let show = |_: &Arc<View>, ()| Ok(input.term_id.clone());
        let (deleted_id, errors) = mutate(ctx, || Ok(DeleteTerm { term }), show).await?;
        Some(DeleteTermPayload { deleted_id, errors })
    }
}
