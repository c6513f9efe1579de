//! Drafts: what the viewer has begun and not handed in.

use std::sync::Arc;

use assess::drafts::{self, Begun, DiscardDraft, SaveDraft};
use async_graphql::{Context, ID, InputObject, Object, SimpleObject};

use crate::assignments::Assignment;
use crate::errors::{UserError, mutate};
use crate::scalars::{DateTime, id_of};
use crate::view::View;

/// What the viewer has begun and not handed in, as they typed it.
#[derive(SimpleObject)]
#[graphql(serial)]
pub(crate) struct Draft {
    /// The text.
    body: Option<String>,
    /// The address, which need not be whole yet.
    url: Option<String>,
    /// The ids of the files.
    file_ids: Vec<ID>,
    /// When it was last saved.
    saved_at: DateTime,
}

impl From<drafts::Draft> for Draft {
    fn from(draft: drafts::Draft) -> Self {
        let files = draft.file_ids.iter();
        Self {
            file_ids: files.map(|id| ID(id.to_string())).collect(),
            body: draft.body,
            url: draft.url,
            saved_at: DateTime(draft.saved_at),
        }
    }
}

/// Work that is begun.
#[derive(InputObject)]
struct SaveDraftInput {
    assignment_id: ID,
    /// A text, at most 128 KiB.
    body: Option<String>,
    /// An address, at most 2,048 characters; it need not be whole yet.
    url: Option<String>,
    /// At most 20 files, each once.
    file_ids: Option<Vec<ID>>,
}

impl SaveDraftInput {
    fn command(self) -> kernel::Result<SaveDraft> {
        let files = self.file_ids.unwrap_or_default();
        let files = files.iter().map(id_of).collect();
        Ok(SaveDraft {
            assignment: id_of(&self.assignment_id),
            begun: Begun::new(self.body, self.url, files)?,
        })
    }
}

/// What came of `saveDraft`.
#[derive(SimpleObject)]
#[graphql(serial)]
struct SaveDraftPayload {
    /// The assignment; null when the input was refused.
    assignment: Option<Assignment>,
    /// Why the input was refused; empty when all is well.
    errors: Vec<UserError>,
}

/// A draft that is to be thrown away.
#[derive(InputObject)]
struct DiscardDraftInput {
    assignment_id: ID,
}

/// What came of `discardDraft`.
#[derive(SimpleObject)]
#[graphql(serial)]
struct DiscardDraftPayload {
    /// The assignment; null when the input was refused.
    assignment: Option<Assignment>,
    /// Why the input was refused; empty when all is well.
    errors: Vec<UserError>,
}

/// Changes to drafts.
#[derive(Default)]
pub(crate) struct DraftMutations;

#[Object]
impl DraftMutations {
    /// Saves what the viewer has begun, in place of what they saved before. Nobody else sees it;
    /// handing in removes it.
    async fn save_draft(
        &self,
        ctx: &Context<'_>,
        input: SaveDraftInput,
    ) -> Option<SaveDraftPayload> {
        let assignment = id_of(&input.assignment_id);
        let show = |view: &Arc<View>, _| Assignment::of(view, assignment);
        let (assignment, errors) = mutate(ctx, || input.command(), show).await?;
        Some(SaveDraftPayload { assignment, errors })
    }

    /// Throws away what the viewer has begun.
    async fn discard_draft(
        &self,
        ctx: &Context<'_>,
        input: DiscardDraftInput,
    ) -> Option<DiscardDraftPayload> {
        let assignment = id_of(&input.assignment_id);
        let show = |view: &Arc<View>, ()| Assignment::of(view, assignment);
        let (assignment, errors) = mutate(ctx, || Ok(DiscardDraft { assignment }), show).await?;
        Some(DiscardDraftPayload { assignment, errors })
    }
}
