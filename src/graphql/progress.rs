//! Progress: how far a learner is, and completing items.

use app::UserId;
use async_graphql::{Context, ID, InputObject, Object, SimpleObject};
use courses::catalog::CourseId;
use courses::progress::{self, CompleteItem};

use crate::errors::{UserError, mutate};
use crate::scalars::id_of;
use crate::view::View;

/// How far a learner is in a course.
#[derive(SimpleObject)]
#[graphql(serial)]
pub(crate) struct Progress {
    /// Items completed, of those that count.
    completed_items: u64,
    /// Items that count.
    total_items: u64,
}

impl Progress {
    /// How far somebody is in a course.
    pub(crate) fn of(view: &View, course: CourseId, user: UserId) -> kernel::Result<Self> {
        progress::progress(view.snapshot(), course, user).map(Into::into)
    }
}

impl From<progress::Progress> for Progress {
    fn from(progress: progress::Progress) -> Self {
        Self {
            completed_items: progress.completed_items,
            total_items: progress.total_items,
        }
    }
}

/// An item that the viewer has read.
#[derive(InputObject)]
struct CompleteItemInput {
    course_id: ID,
    item_id: ID,
}

/// What came of `completeItem`.
#[derive(SimpleObject)]
#[graphql(serial)]
struct CompleteItemPayload {
    /// How far the viewer is now; null when the input was refused.
    progress: Option<Progress>,
    /// Why the input was refused; empty when all is well.
    errors: Vec<UserError>,
}

/// Changes to progress.
#[derive(Default)]
pub(crate) struct ProgressMutations;

#[Object]
impl ProgressMutations {
    /// Says that the viewer has read a page, a file or a link. Assignments and discussions are
    /// completed by taking part in them.
    async fn complete_item(
        &self,
        ctx: &Context<'_>,
        input: CompleteItemInput,
    ) -> Option<CompleteItemPayload> {
        let command = CompleteItem {
            course: id_of(&input.course_id),
            item: id_of(&input.item_id),
        };
        let (progress, errors) = mutate(ctx, || Ok(command), |_, done| Ok(done.into())).await?;
        Some(CompleteItemPayload { progress, errors })
    }
}
