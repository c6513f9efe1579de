//! Adding people, changing what is known of them, and whether they may sign in. Passwords, codes
//! and tokens are not for documents: signing in is done over REST.

use std::sync::Arc;

use async_graphql::{Context, ID, InputObject, MaybeUndefined, Object, SimpleObject};
use people::users::{
    AddUser, ChangeRole, DisableUser, EnableUser, ExternalId, NewUser, UpdateUser, UserChange,
};

use super::{SchoolRole, User};
use crate::errors::{UserError, mutate};
use crate::scalars::id_of;
use crate::terms::change;
use crate::view::View;

/// Somebody who is to be added.
#[derive(InputObject)]
struct AddUserInput {
    /// The name to sign in with: 1 to 64 letters, digits or one of . - _ @ +.
    username: String,
    /// What others see.
    display_name: String,
    email: Option<String>,
    /// A BCP 47 language tag; English without one.
    locale: Option<String>,
    /// An IANA time zone; UTC without one.
    time_zone: Option<String>,
    /// What the person is in the school as a whole; a member without one.
    role: Option<SchoolRole>,
    /// What another program calls the person: 1 to 255 characters, unlike anybody else's.
    external_id: Option<String>,
}

impl AddUserInput {
    fn command(self) -> kernel::Result<AddUser> {
        let mut user = NewUser::named(&self.username, &self.display_name)?;
        if let Some(email) = &self.email {
            user = user.email(email)?;
        }
        if let Some(locale) = &self.locale {
            user = user.locale(locale)?;
        }
        if let Some(time_zone) = &self.time_zone {
            user = user.time_zone(time_zone)?;
        }
        if let Some(role) = self.role {
            user = user.role(role.into());
        }
        if let Some(external_id) = &self.external_id {
            user = user.external_id(ExternalId::parse(external_id)?);
        }
        Ok(AddUser {
            user,
            password: None,
        })
    }
}

/// What came of `addUser`.
#[derive(SimpleObject)]
#[graphql(serial)]
struct AddUserPayload {
    /// Who was added; null when the input was refused.
    user: Option<User>,
    /// Why the input was refused; empty when all is well.
    errors: Vec<UserError>,
}

/// What is to change of a person. What is left out stays; null clears what may be empty.
#[derive(InputObject)]
struct UpdateUserInput {
    user_id: ID,
    /// What others see.
    display_name: Option<String>,
    email: MaybeUndefined<String>,
    /// A BCP 47 language tag.
    locale: Option<String>,
    /// An IANA time zone.
    time_zone: Option<String>,
    /// The name to sign in with; for administrators.
    username: Option<String>,
    /// What another program calls the person; for administrators.
    external_id: MaybeUndefined<String>,
}

impl UpdateUserInput {
    fn command(self) -> kernel::Result<UpdateUser> {
        Ok(UpdateUser {
            user: id_of(&self.user_id),
            change: UserChange {
                display_name: self.display_name,
                email: change(self.email, Ok)?,
                locale: self.locale,
                time_zone: self.time_zone,
                username: self.username,
                external_id: change(self.external_id, |id| ExternalId::parse(&id))?,
            },
        })
    }
}

/// What came of `updateUser`.
#[derive(SimpleObject)]
#[graphql(serial)]
struct UpdateUserPayload {
    /// The person; null when the input was refused.
    user: Option<User>,
    /// Why the input was refused; empty when all is well.
    errors: Vec<UserError>,
}

/// Somebody who is to get another role.
#[derive(InputObject)]
struct ChangeRoleInput {
    user_id: ID,
    /// What they are to be in the school as a whole.
    role: SchoolRole,
}

/// What came of `changeRole`.
#[derive(SimpleObject)]
#[graphql(serial)]
struct ChangeRolePayload {
    /// The person; null when the input was refused.
    user: Option<User>,
    /// Why the input was refused; empty when all is well.
    errors: Vec<UserError>,
}

/// Somebody who may no longer sign in.
#[derive(InputObject)]
struct DisableUserInput {
    user_id: ID,
}

/// What came of `disableUser`.
#[derive(SimpleObject)]
#[graphql(serial)]
struct DisableUserPayload {
    /// The person; null when the input was refused.
    user: Option<User>,
    /// Why the input was refused; empty when all is well.
    errors: Vec<UserError>,
}

/// Somebody who may sign in again.
#[derive(InputObject)]
struct EnableUserInput {
    user_id: ID,
}

/// What came of `enableUser`.
#[derive(SimpleObject)]
#[graphql(serial)]
struct EnableUserPayload {
    /// The person; null when the input was refused.
    user: Option<User>,
    /// Why the input was refused; empty when all is well.
    errors: Vec<UserError>,
}

/// Changes to people.
#[derive(Default)]
pub(crate) struct UserMutations;

#[Object]
impl UserMutations {
    /// Adds somebody to the school, for administrators. They cannot sign in before they have a
    /// password or a code.
    async fn add_user(&self, ctx: &Context<'_>, input: AddUserInput) -> Option<AddUserPayload> {
        let (user, errors) = mutate(ctx, || input.command(), User::named).await?;
        Some(AddUserPayload { user, errors })
    }

    /// Changes what is known of a person: one's own profile; for administrators anybody's, and all
    /// of it.
    async fn update_user(
        &self,
        ctx: &Context<'_>,
        input: UpdateUserInput,
    ) -> Option<UpdateUserPayload> {
        let id = id_of(&input.user_id);
        let show = |view: &Arc<View>, ()| User::named(view, id);
        let (user, errors) = mutate(ctx, || input.command(), show).await?;
        Some(UpdateUserPayload { user, errors })
    }

    /// Gives a person another role in the school, for administrators. The last administrator stays
    /// one.
    async fn change_role(
        &self,
        ctx: &Context<'_>,
        input: ChangeRoleInput,
    ) -> Option<ChangeRolePayload> {
        let (user, role) = (id_of(&input.user_id), input.role.into());
        let show = |view: &Arc<View>, ()| User::named(view, user);
        let (user, errors) = mutate(ctx, || Ok(ChangeRole { user, role }), show).await?;
        Some(ChangeRolePayload { user, errors })
    }

    /// Ends a person's sessions and lets them sign in no more, for administrators. What they did
    /// stays. The last administrator stays one.
    async fn disable_user(
        &self,
        ctx: &Context<'_>,
        input: DisableUserInput,
    ) -> Option<DisableUserPayload> {
        let user = id_of(&input.user_id);
        let show = |view: &Arc<View>, ()| User::named(view, user);
        let (user, errors) = mutate(ctx, || Ok(DisableUser { user }), show).await?;
        Some(DisableUserPayload { user, errors })
    }

    /// Lets a person sign in again, for administrators.
    async fn enable_user(
        &self,
        ctx: &Context<'_>,
        input: EnableUserInput,
    ) -> Option<EnableUserPayload> {
        let user = id_of(&input.user_id);
        let show = |view: &Arc<View>, ()| User::named(view, user);
        let (user, errors) = mutate(ctx, || Ok(EnableUser { user }), show).await?;
        Some(EnableUserPayload { user, errors })
    }
}
