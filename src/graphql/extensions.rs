//! Extensions: other dates and more attempts for some.

use std::sync::Arc;

use assess::assignments::{AssignmentId, Change};
use assess::extensions::{
    self, ExtensionChange, GrantExtension, Holder, RevokeExtension, UpdateExtension,
};
use async_graphql::{Context, ID, InputObject, MaybeUndefined, Object, SimpleObject};

use crate::assignments::{Assignment, changed};
use crate::errors::{Result, UserError, mutate};
use crate::scalars::{DateTime, id_of};
use crate::users::User;
use crate::view::View;

/// What somebody is given instead of what an assignment says.
pub(crate) struct Extension {
    view: Arc<View>,
    holder: Holder,
    given: extensions::Extension,
}

impl Extension {
    pub(crate) fn new(view: &Arc<View>, (holder, given): (Holder, extensions::Extension)) -> Self {
        Self {
            view: Arc::clone(view),
            holder,
            given,
        }
    }
}

/// What somebody is given instead of what an assignment says; null leaves that as it is.
#[Object(serial)]
impl Extension {
    /// The learner who has it.
    async fn user(&self) -> Result<User> {
        let Holder::User(user) = self.holder;
        Ok(User::named(&self.view, user)?)
    }

    /// Before this nothing is taken.
    async fn unlock_at(&self) -> Option<DateTime> {
        self.given.unlock_at.map(DateTime)
    }

    /// After this a submission is late.
    async fn due_at(&self) -> Option<DateTime> {
        self.given.due_at.map(DateTime)
    }

    /// From this on nothing is taken.
    async fn lock_at(&self) -> Option<DateTime> {
        self.given.lock_at.map(DateTime)
    }

    /// So many attempts more than the assignment allows.
    async fn extra_attempts(&self) -> u32 {
        self.given.extra_attempts
    }
}

/// An extension that is to be given.
#[derive(InputObject)]
struct GrantExtensionInput {
    assignment_id: ID,
    /// A student of the course.
    user_id: ID,
    /// Before this nothing is taken; as the assignment has it unless it is said.
    unlock_at: Option<DateTime>,
    /// After this a submission is late; as the assignment has it unless it is said.
    due_at: Option<DateTime>,
    /// From this on nothing is taken; as the assignment has it unless it is said.
    lock_at: Option<DateTime>,
    /// So many attempts more than the assignment allows, 0 to 1,000.
    #[graphql(default)]
    extra_attempts: u32,
}

/// What came of `grantExtension`.
#[derive(SimpleObject)]
#[graphql(serial)]
struct GrantExtensionPayload {
    /// The assignment; null when the input was refused.
    assignment: Option<Assignment>,
    /// Why the input was refused; empty when all is well.
    errors: Vec<UserError>,
}

/// What is to become of an extension. What is left out stays as it is; null leaves it to the
/// assignment.
#[derive(InputObject)]
struct UpdateExtensionInput {
    assignment_id: ID,
    /// Whose it is.
    user_id: ID,
    /// Before this nothing is taken.
    unlock_at: MaybeUndefined<DateTime>,
    /// After this a submission is late.
    due_at: MaybeUndefined<DateTime>,
    /// From this on nothing is taken.
    lock_at: MaybeUndefined<DateTime>,
    /// So many attempts more than the assignment allows, 0 to 1,000.
    extra_attempts: Option<u32>,
}

/// What came of `updateExtension`.
#[derive(SimpleObject)]
#[graphql(serial)]
struct UpdateExtensionPayload {
    /// The assignment; null when the input was refused.
    assignment: Option<Assignment>,
    /// Why the input was refused; empty when all is well.
    errors: Vec<UserError>,
}

/// An extension that is to be taken away.
#[derive(InputObject)]
struct RevokeExtensionInput {
    assignment_id: ID,
    /// Whose it is.
    user_id: ID,
}

/// What came of `revokeExtension`.
#[derive(SimpleObject)]
#[graphql(serial)]
struct RevokeExtensionPayload {
    /// The assignment; null when the input was refused.
    assignment: Option<Assignment>,
    /// Why the input was refused; empty when all is well.
    errors: Vec<UserError>,
}

/// Changes to extensions.
#[derive(Default)]
pub(crate) struct ExtensionMutations;

#[Object]
impl ExtensionMutations {
    /// Gives a student other dates of an assignment, or more attempts. For those who grade.
    async fn grant_extension(
        &self,
        ctx: &Context<'_>,
        input: GrantExtensionInput,
    ) -> Option<GrantExtensionPayload> {
        let (assignment, holder) = place(&input.assignment_id, &input.user_id);
        let at = |moment: Option<DateTime>| moment.map(|moment| moment.0);
        let command = GrantExtension {
            assignment,
            holder,
            extension: extensions::Extension {
                unlock_at: at(input.unlock_at),
                due_at: at(input.due_at),
                lock_at: at(input.lock_at),
                extra_attempts: input.extra_attempts,
            },
        };
        let show = |view: &Arc<View>, ()| Assignment::of(view, assignment);
        let (assignment, errors) = mutate(ctx, || Ok(command), show).await?;
        Some(GrantExtensionPayload { assignment, errors })
    }

    /// Changes what a student is given. For those who grade.
    async fn update_extension(
        &self,
        ctx: &Context<'_>,
        input: UpdateExtensionInput,
    ) -> Option<UpdateExtensionPayload> {
        let (assignment, holder) = place(&input.assignment_id, &input.user_id);
        let at = |moment: MaybeUndefined<DateTime>| changed(moment.map_value(|moment| moment.0));
        let command = UpdateExtension {
            assignment,
            holder,
            change: ExtensionChange {
                unlock_at: at(input.unlock_at),
                due_at: at(input.due_at),
                lock_at: at(input.lock_at),
                extra_attempts: Change::from(input.extra_attempts),
            },
        };
        let show = |view: &Arc<View>, ()| Assignment::of(view, assignment);
        let (assignment, errors) = mutate(ctx, || Ok(command), show).await?;
        Some(UpdateExtensionPayload { assignment, errors })
    }

    /// Takes an extension away; what was handed in under it stays. For those who grade.
    async fn revoke_extension(
        &self,
        ctx: &Context<'_>,
        input: RevokeExtensionInput,
    ) -> Option<RevokeExtensionPayload> {
        let (assignment, holder) = place(&input.assignment_id, &input.user_id);
        let command = RevokeExtension { assignment, holder };
        let show = |view: &Arc<View>, ()| Assignment::of(view, assignment);
        let (assignment, errors) = mutate(ctx, || Ok(command), show).await?;
        Some(RevokeExtensionPayload { assignment, errors })
    }
}

fn place(assignment: &ID, user: &ID) -> (AssignmentId, Holder) {
    (id_of(assignment), Holder::User(id_of(user)))
}
