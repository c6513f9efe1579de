//! Discussions: topics, and posts that answer the topic or each other.

use std::sync::Arc;

use app::OrRefuse;
use async_graphql::{Context, ID, InputObject, Object, SimpleObject, Subscription};
use community::discussions::{
    self, CreateDiscussionPost, CreateTopic, NewTopic, Post, PostId, PostKind, TOPIC_NOT_FOUND,
    TopicId, TopicKind, ViewedTopic,
};
use futures_util::Stream;
use futures_util::stream::iter;
use kernel::problems::NOT_FOUND;

use crate::connection::{Connection, page_request};
use crate::courses::Course;
use crate::errors::{Result, UserError, mutate, shown};
use crate::live::{Happening, Interest, cursor, told};
use crate::pages::TextFormat;
use crate::scalars::{DateTime, IdOf, id_of};
use crate::users::User;
use crate::view::{View, seen};

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

    fn of(view: &Arc<View>, id: TopicId) -> kernel::Result<Self> {
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

    /// What is said, as typed.
    async fn body(&self) -> &str {
        &self.post.body
    }

    /// When.
    async fn created_at(&self) -> DateTime {
        DateTime(self.post.created_at)
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

/// A topic that is to be begun.
#[derive(InputObject)]
struct CreateTopicInput {
    course_id: ID,
    /// The module at whose end it is added; without one it stands by itself.
    module_id: Option<ID>,
    /// 1 to 300 characters in one line.
    title: String,
    /// What it begins with.
    body: Option<String>,
    /// How the text is written; in Markdown unless it is said otherwise.
    #[graphql(default_with = "TextFormat::Markdown")]
    format: TextFormat,
    /// Whether it takes no posts.
    #[graphql(default = false)]
    closed: bool,
    /// Whether learners see it; they do unless it is said otherwise.
    #[graphql(default = true)]
    published: bool,
}

impl CreateTopicInput {
    fn command(self) -> kernel::Result<CreateTopic> {
        let body = self.format.safe(self.body.as_deref().unwrap_or_default())?;
        let topic = NewTopic::titled(&self.title, body, self.published)?.closed(self.closed);
        let module = self.module_id.as_ref().map(id_of);
        Ok(CreateTopic {
            course: id_of(&self.course_id),
            module,
            topic,
        })
    }
}

/// What came of `createTopic`.
#[derive(SimpleObject)]
#[graphql(serial)]
struct CreateTopicPayload {
    /// The topic; null when the input was refused.
    topic: Option<DiscussionTopic>,
    /// Why the input was refused; empty when all is well.
    errors: Vec<UserError>,
}

/// What is to be said in a topic.
#[derive(InputObject)]
struct CreateDiscussionPostInput {
    topic_id: ID,
    /// The post that it answers; without one it answers the topic.
    parent_id: Option<ID>,
    /// At most 64 KiB.
    body: String,
    /// The same for each try of one post, so that it counts once: a UUID is a good one.
    idempotency_key: Option<String>,
}

/// What came of `createDiscussionPost`.
#[derive(SimpleObject)]
#[graphql(serial)]
struct CreateDiscussionPostPayload {
    /// The post; null when the input was refused.
    post: Option<DiscussionPost>,
    /// Why the input was refused; empty when all is well.
    errors: Vec<UserError>,
}

/// Changes to discussions.
#[derive(Default)]
pub(crate) struct DiscussionMutations;

#[Object]
impl DiscussionMutations {
    /// Begins a topic, for the course's staff.
    async fn create_topic(
        &self,
        ctx: &Context<'_>,
        input: CreateTopicInput,
    ) -> Option<CreateTopicPayload> {
        let (topic, errors) = mutate(ctx, || input.command(), DiscussionTopic::of).await?;
        Some(CreateTopicPayload { topic, errors })
    }

    /// Says something in a topic, as the viewer.
    async fn create_discussion_post(
        &self,
        ctx: &Context<'_>,
        input: CreateDiscussionPostInput,
    ) -> Option<CreateDiscussionPostPayload> {
        let command = CreateDiscussionPost {
            topic: id_of(&input.topic_id),
            parent: input.parent_id.as_ref().map(id_of),
            body: input.body,
            idempotency_key: input.idempotency_key,
        };
        let (post, errors) = mutate(ctx, || Ok(command), DiscussionPost::of).await?;
        Some(CreateDiscussionPostPayload { post, errors })
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
            && let Happening::Posted { post, .. } = told.happening
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
