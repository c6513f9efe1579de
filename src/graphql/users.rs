//! Users: the viewer, others as far as they may be seen, and adding them.

use std::sync::Arc;

use app::{OrRefuse, UserId, UserKind};
use async_graphql::{Context, Enum, ID, InputObject, Object, SimpleObject};
use courses::enrollments;
use people::users::{self, AddUser, NewUser, USER_NOT_FOUND};

use crate::connection::{Connection, page_request};
use crate::enrollments::Enrollment;
use crate::errors::{Result, UserError, mutate, shown};
use crate::scalars::{DateTime, IdOf, id_of};
use crate::view::{View, seen};

/// What somebody is in the school as a whole.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Enum)]
#[graphql(remote = "app::SchoolRole")]
pub(crate) enum SchoolRole {
    /// Learns, or teaches where a course says so.
    Member,
    /// May create courses and see who is in the school.
    Staff,
    /// May do everything.
    Admin,
}

/// A person of the school.
pub(crate) struct User {
    view: Arc<View>,
    id: UserId,
    record: Arc<users::User>,
}

impl User {
    /// Somebody whom a record names that the viewer may see.
    pub(crate) fn named(view: &Arc<View>, id: UserId) -> kernel::Result<Self> {
        Ok(Self {
            view: Arc::clone(view),
            id,
            record: view.named_user(id)?,
        })
    }

    /// Somebody whom the viewer asks for: themselves, those they share a course with, and for
    /// staff everybody.
    pub(crate) fn visible(view: &Arc<View>, id: UserId) -> kernel::Result<Option<Self>> {
        view.actor().require_signed_in()?;
        let may = users::viewable(view.actor(), id)
            || enrollments::shares_course(view.snapshot(), view.actor(), id)?;
        let user = if may { view.user(id)? } else { None };
        Ok(user.map(|record| Self {
            view: Arc::clone(view),
            id,
            record,
        }))
    }
}

/// A person of the school.
#[Object(serial)]
impl User {
    /// The id.
    pub(crate) async fn id(&self) -> IdOf<UserKind> {
        IdOf(self.id)
    }

    /// The name to sign in with. Null where the viewer may not see it.
    async fn username(&self) -> Option<&str> {
        users::viewable(self.view.actor(), self.id).then_some(&*self.record.username)
    }

    /// What others see.
    async fn display_name(&self) -> &str {
        &self.record.display_name
    }

    /// Null where there is none, or the viewer may not see it.
    async fn email(&self) -> Option<&str> {
        let email = self.record.email.as_deref();
        email.filter(|_| users::may_see_email(self.view.actor(), self.id))
    }

    /// What the person is in the school as a whole.
    async fn role(&self) -> SchoolRole {
        self.record.role.into()
    }

    /// A BCP 47 language tag.
    async fn locale(&self) -> &str {
        &self.record.locale
    }

    /// An IANA time zone.
    async fn time_zone(&self) -> &str {
        &self.record.time_zone
    }

    /// When the person was added.
    async fn created_at(&self) -> DateTime {
        DateTime(self.record.created_at)
    }

    /// The person's enrolments that the viewer may see, the newest first.
    async fn enrollments(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "How many, 1 to 100.", default_with = "Some(20)")] first: Option<i64>,
        #[graphql(desc = "The `endCursor` of the page before.")] after: Option<String>,
    ) -> Option<Connection<Enrollment>> {
        let page = page_request(first, after.as_deref()).and_then(|request| {
            let view = &self.view;
            enrollments::enrollments_of(view.snapshot(), view.actor(), self.id, &request)
        });
        let nodes = page.and_then(|page| {
            Connection::of(page, |(course, enrollment)| {
                Ok(Enrollment::new(&self.view, (course, self.id), enrollment))
            })
        });
        shown(ctx, nodes.map_err(Into::into))
    }
}

/// Questions about people.
#[derive(Default)]
pub(crate) struct UserQueries;

#[Object]
impl UserQueries {
    /// The viewer.
    async fn me(&self, ctx: &Context<'_>) -> Result<User> {
        let view = seen(ctx);
        let id = view.actor().require_user()?;
        Ok(User::visible(view, id)?.or_refuse(USER_NOT_FOUND)?)
    }

    /// A person; without `id` the viewer.
    async fn user(&self, ctx: &Context<'_>, id: Option<ID>) -> Option<User> {
        let view = seen(ctx);
        let id = id.map_or_else(|| view.actor().require_user(), |id| Ok(id_of(&id)));
        let user = id.and_then(|id| User::visible(view, id)?.or_refuse(USER_NOT_FOUND));
        shown(ctx, user.map_err(Into::into))
    }
}

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

/// Changes to people.
#[derive(Default)]
pub(crate) struct UserMutations;

#[Object]
impl UserMutations {
    /// Adds somebody to the school, for administrators. They cannot sign in before they have a
    /// password.
    async fn add_user(&self, ctx: &Context<'_>, input: AddUserInput) -> Option<AddUserPayload> {
        let (user, errors) = mutate(ctx, || input.command(), User::named).await?;
        Some(AddUserPayload { user, errors })
    }
}
