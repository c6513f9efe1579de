//! Users: the viewer, and others as far as they may be seen.

mod mutations;

use std::sync::Arc;

use app::{OrRefuse, UserId, UserKind};
use async_graphql::{Context, Enum, ID, InputObject, Object};
use courses::enrollments;
use people::users::{self, ExternalId, USER_NOT_FOUND};

use crate::connection::{Connection, page_request};
use crate::enrollments::Enrollment;
use crate::errors::{Result, shown};
use crate::scalars::{DateTime, IdOf, id_of};
use crate::view::{View, seen};

pub(crate) use mutations::UserMutations;

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

/// Which people are wanted.
#[derive(Debug, InputObject)]
struct UserFilter {
    /// In the user name, the display name or the e-mail address, without regard to case.
    search: Option<String>,
    /// With this role in the school.
    role: Option<SchoolRole>,
    /// Only those who may not sign in, or only those who may.
    disabled: Option<bool>,
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

    /// Somebody of a list.
    fn of(view: &Arc<View>, (id, record): (UserId, users::User)) -> Self {
        Self {
            view: Arc::clone(view),
            id,
            record: Arc::new(record),
        }
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

    /// Whether the person may not sign in. Null where the viewer may not see it.
    async fn disabled(&self) -> Option<bool> {
        users::viewable(self.view.actor(), self.id).then_some(self.record.disabled)
    }

    /// What another program calls the person; null where the viewer is no staff of the school.
    async fn external_id(&self) -> Option<&str> {
        let id = self.record.external_id.as_ref().map(ExternalId::as_str);
        id.filter(|_| self.view.actor().is_staff())
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

    /// Everybody, in the order in which they were added, for staff of the school.
    async fn users(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "How many, 1 to 100.", default_with = "Some(20)")] first: Option<i64>,
        #[graphql(desc = "The `endCursor` of the page before.")] after: Option<String>,
        filter: Option<UserFilter>,
    ) -> Option<Connection<User>> {
        let view = seen(ctx);
        let filter = filter.map(users::UserFilter::from).unwrap_or_default();
        let page = page_request(first, after.as_deref())
            .and_then(|request| users::users(view.snapshot(), view.actor(), &filter, &request));
        let nodes = page.and_then(|page| Connection::of(page, |user| Ok(User::of(view, user))));
        shown(ctx, nodes.map_err(Into::into))
    }
}

impl From<UserFilter> for users::UserFilter {
    fn from(filter: UserFilter) -> Self {
        Self {
            search: filter.search,
            role: filter.role.map(Into::into),
            disabled: filter.disabled,
        }
    }
}
