//! Discussions: topics, and posts that answer the topic or each other.

mod mutations;

use std::sync::Arc;

use app::OrRefuse;
use async_graphql::{Context, ID, Object, SimpleObject, Subscription};
use community::discussions::{
    self, Post, PostId, PostKind, TOPIC_NOT_FOUND, TopicId, TopicKind, ViewedTopic,
};
use futures_util::Stream;
use futures_util::stream::iter;
use kernel::problems::NOT_FOUND;
use live::{Happening, Interest, cursor};

use crate::connection::{Connection, page_request};
use crate::courses::Course;
use crate::errors::{Result, shown};
use crate::scalars::{DateTime, IdOf, id_of};
use crate::socket::told;
use crate::users::User;
use crate::view::{View, seen};

pub(crate) use self::mutations::DiscussionMutations;

/// What is talked about.
pub(crate) struct DiscussionTopic {
    view: Arc<View>,
    viewed: Arc<ViewedTopic>,
}

impl DiscussionTopic {
    pub(crate) fn visible(view: &Arc<View>, id: TopicId) -> kernel::Result<Option<Self>> {
        view.actor().require_signed_in()?;
        let viewed = view.topic(id)?;
        Ok(viewed.map(|viewed| Self {
            view: Arc::clone(view),
            viewed,
        }))
    }

    pub(crate) fn of(view: &Arc<View>, id: TopicId) -> kernel::Result<Self> {
        Self::visible(view, id)?.or_refuse(TOPIC_NOT_FOUND)
    }
}

/// What is talked about.
#[Object(serial)]
impl DiscussionTopic {
    /// The id.
    pub(crate) async fn id(&self) -> IdOf<TopicKind> {
        IdOf(self.viewed.id)
    }

    /// What it is called.
    async fn title(&self) -> &str {
        &self.viewed.topic.title
    }

    /// What it begins with, as HTML that is safe to show.
    async fn body(&self) -> &str {
        self.viewed.topic.body.as_str()
    }

    /// Whether it takes no more posts.
    async fn closed(&self) -> bool {
        self.viewed.topic.closed
    }

    /// Whether learners see it, when they see an item that leads to it or there is none.
    async fn published(&self) -> bool {
        self.viewed.topic.published
    }

    /// When it was begun.
    async fn created_at(&self) -> DateTime {
        DateTime(self.viewed.topic.created_at)
    }

    /// Who began it; null for one that came with a package.
    async fn author(&self) -> Result<Option<User>> {
        let author = self.viewed.topic.author;
        Ok(author
            .map(|author| User::named(&self.view, author))
            .transpose()?)
    }

    /// The course it belongs to.
    async fn course(&self) -> Result<Course> {
        Ok(Course::of(&self.view, self.viewed.topic.course)?)
    }

    /// Its posts, the oldest first.
    async fn posts(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "How many, 1 to 100.", default_with = "Some(20)")] first: Option<i64>,
        #[graphql(desc = "The `endCursor` of the page before.")] after: Option<String>,
    ) -> Option<Connection<DiscussionPost>> {
        let view = &self.view;
        let page = page_request(first, after.as_deref()).and_then(|request| {
            discussions::posts_of(view.snapshot(), view.actor(), self.viewed.id, &request)
        });
        let nodes = page.and_then(|page| {
            Connection::of(page, |(id, post)| Ok(DiscussionPost::read(view, id, post)))
        });
        shown(ctx, nodes.map_err(Into::into))
    }
}

/// What somebody says in a topic.
pub(crate) struct DiscussionPost {
    view: Arc<View>,
    id: PostId,
    post: Arc<Post>,
}

impl DiscussionPost {
    pub(crate) fn visible(view: &Arc<View>, id: PostId) -> kernel::Result<Option<Self>> {
        view.actor().require_signed_in()?;
        let post = view.post(id)?;
        Ok(post.map(|post| Self {
            view: Arc::clone(view),
            id,
            post,
        }))
    }

    fn of(view: &Arc<View>, id: PostId) -> kernel::Result<Self> {
        Self::visible(view, id)?.or_refuse(NOT_FOUND)
    }

    fn read(view: &Arc<View>, id: PostId, post: Post) -> Self {
        Self {
            post: view.keep_post(id, post),
            view: Arc::clone(view),
            id,
        }
    }
}

/// What somebody says in a topic.
#[Object(serial)]
impl DiscussionPost {
    /// The id.
    pub(crate) async fn id(&self) -> IdOf<PostKind> {
        IdOf(self.id)
    }

    /// What is said, as typed; nothing in one that was deleted.
    async fn body(&self) -> &str {
        &self.post.body
    }

    /// When.
    async fn created_at(&self) -> DateTime {
        DateTime(self.post.created_at)
    }

    /// When it was last changed; null for one that never was.
    async fn edited_at(&self) -> Option<DateTime> {
        self.post.edited_at.map(DateTime)
    }

    /// Whether it was deleted and only holds its answers together.
    async fn deleted(&self) -> bool {
        self.post.deleted
    }

    /// Who.
    async fn author(&self) -> Result<User> {
        Ok(User::named(&self.view, self.post.author)?)
    }

    /// The post that it answers; null where it answers the topic.
    async fn parent(&self) -> Result<Option<DiscussionPost>> {
        let parent = self.post.parent;
        Ok(parent
            .map(|parent| DiscussionPost::of(&self.view, parent))
            .transpose()?)
    }

    /// The topic.
    async fn topic(&self) -> Result<DiscussionTopic> {
        Ok(DiscussionTopic::of(&self.view, self.post.topic)?)
    }
}

/// Questions about discussions.
#[derive(Default)]
pub(crate) struct DiscussionQueries;

#[Object]
impl DiscussionQueries {
    /// One topic.
    async fn topic(&self, ctx: &Context<'_>, id: ID) -> Option<DiscussionTopic> {
        shown(
            ctx,
            DiscussionTopic::of(seen(ctx), id_of(&id)).map_err(Into::into),
        )
    }
}

/// A post that was just made.
#[derive(SimpleObject)]
#[graphql(serial)]
struct NewDiscussionPost {
    /// Where it stands among all that happens: what comes behind it can be asked for with `after`.
    cursor: String,
    /// The post.
    post: DiscussionPost,
}

/// What can be followed of discussions.
#[derive(Default)]
pub(crate) struct DiscussionSubscriptions;

#[Subscription]
impl DiscussionSubscriptions {
    /// Each new post of a topic that the viewer sees.
    async fn discussion_posts(
        &self,
        ctx: &Context<'_>,
        topic_id: ID,
        #[graphql(desc = "The cursor of the last that was told: begins behind it.")] after: Option<
            String,
        >,
    ) -> Result<impl Stream<Item = NewDiscussionPost> + use<>> {
        let told = told(ctx, Interest::Posts(id_of(&topic_id)), after.as_deref())?;
        let mut new = None;
        if let Some(told) = told
            && let Some(Happening::Posted { post, .. }) = told.happening
        {
            // One that is gone again is nothing to tell of.
            new = DiscussionPost::visible(seen(ctx), post)?.map(|post| NewDiscussionPost {
                cursor: cursor(told.position).to_string(),
                post,
            });
        }
        Ok(iter(new))
    }
}
