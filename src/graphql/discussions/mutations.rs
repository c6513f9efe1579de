//! Beginning topics, speaking in them, and changing and removing what was said.

use std::sync::Arc;

use async_graphql::{Context, ID, InputObject, Object, SimpleObject};
use community::discussions::{
    CloseTopic, CreateDiscussionPost, CreateTopic, DeletePost, DeleteTopic, NewTopic, ReopenTopic,
    TopicChange, UpdatePost, UpdateTopic,
};

use super::{DiscussionPost, DiscussionTopic};
use crate::errors::{UserError, mutate};
use crate::pages::TextFormat;
use crate::scalars::id_of;
use crate::view::View;

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

/// What is to change of a topic. What is left out stays.
#[derive(InputObject)]
struct UpdateTopicInput {
    topic_id: ID,
    /// 1 to 300 characters in one line.
    title: Option<String>,
    /// What it begins with.
    body: Option<String>,
    /// How the text is written; in Markdown unless it is said otherwise.
    #[graphql(default_with = "TextFormat::Markdown")]
    format: TextFormat,
    /// Whether learners see it.
    published: Option<bool>,
}

impl UpdateTopicInput {
    fn command(self) -> kernel::Result<UpdateTopic> {
        let body = self.body.as_deref().map(|body| self.format.safe(body));
        Ok(UpdateTopic {
            topic: id_of(&self.topic_id),
            change: TopicChange {
                body: body.transpose()?,
                title: self.title,
                published: self.published,
            },
        })
    }
}

/// What came of `updateTopic`.
#[derive(SimpleObject)]
#[graphql(serial)]
struct UpdateTopicPayload {
    /// The topic; null when the input was refused.
    topic: Option<DiscussionTopic>,
    /// Why the input was refused; empty when all is well.
    errors: Vec<UserError>,
}

/// A topic that is to take no more posts.
#[derive(InputObject)]
struct CloseTopicInput {
    topic_id: ID,
}

/// What came of `closeTopic`.
#[derive(SimpleObject)]
#[graphql(serial)]
struct CloseTopicPayload {
    /// The topic; null when the input was refused.
    topic: Option<DiscussionTopic>,
    /// Why the input was refused; empty when all is well.
    errors: Vec<UserError>,
}

/// A topic that is to take posts again.
#[derive(InputObject)]
struct ReopenTopicInput {
    topic_id: ID,
}

/// What came of `reopenTopic`.
#[derive(SimpleObject)]
#[graphql(serial)]
struct ReopenTopicPayload {
    /// The topic; null when the input was refused.
    topic: Option<DiscussionTopic>,
    /// Why the input was refused; empty when all is well.
    errors: Vec<UserError>,
}

/// A topic that is to be deleted.
#[derive(InputObject)]
struct DeleteTopicInput {
    topic_id: ID,
}

/// What came of `deleteTopic`.
#[derive(SimpleObject)]
#[graphql(serial)]
struct DeleteTopicPayload {
    /// The id of what is gone; null when the input was refused.
    deleted_id: Option<ID>,
    /// Why the input was refused; empty when all is well.
    errors: Vec<UserError>,
}

/// What is to be said instead in a post.
#[derive(InputObject)]
struct UpdatePostInput {
    post_id: ID,
    /// At most 64 KiB.
    body: String,
}

/// What came of `updatePost`.
#[derive(SimpleObject)]
#[graphql(serial)]
struct UpdatePostPayload {
    /// The post; null when the input was refused.
    post: Option<DiscussionPost>,
    /// Why the input was refused; empty when all is well.
    errors: Vec<UserError>,
}

/// A post that is to be deleted.
#[derive(InputObject)]
struct DeletePostInput {
    post_id: ID,
}

/// What came of `deletePost`.
#[derive(SimpleObject)]
#[graphql(serial)]
struct DeletePostPayload {
    /// The id of what is gone, or says nothing any more; null when the input was refused.
    deleted_id: Option<ID>,
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

    /// Changes a topic, for the course's staff, with the items that lead to it.
    async fn update_topic(
        &self,
        ctx: &Context<'_>,
        input: UpdateTopicInput,
    ) -> Option<UpdateTopicPayload> {
        let topic = id_of(&input.topic_id);
        let show = |view: &Arc<View>, ()| DiscussionTopic::of(view, topic);
        let (topic, errors) = mutate(ctx, || input.command(), show).await?;
        Some(UpdateTopicPayload { topic, errors })
    }

    /// Has a topic take no more posts, for the course's staff.
    async fn close_topic(
        &self,
        ctx: &Context<'_>,
        input: CloseTopicInput,
    ) -> Option<CloseTopicPayload> {
        let topic = id_of(&input.topic_id);
        let show = |view: &Arc<View>, ()| DiscussionTopic::of(view, topic);
        let (topic, errors) = mutate(ctx, || Ok(CloseTopic { topic }), show).await?;
        Some(CloseTopicPayload { topic, errors })
    }

    /// Has a closed topic take posts again, for the course's staff.
    async fn reopen_topic(
        &self,
        ctx: &Context<'_>,
        input: ReopenTopicInput,
    ) -> Option<ReopenTopicPayload> {
        let topic = id_of(&input.topic_id);
        let show = |view: &Arc<View>, ()| DiscussionTopic::of(view, topic);
        let (topic, errors) = mutate(ctx, || Ok(ReopenTopic { topic }), show).await?;
        Some(ReopenTopicPayload { topic, errors })
    }

    /// Deletes a topic with all that was said in it, and the items that lead to it. For the
    /// course's staff.
    async fn delete_topic(
        &self,
        ctx: &Context<'_>,
        input: DeleteTopicInput,
    ) -> Option<DeleteTopicPayload> {
        let topic = id_of(&input.topic_id);
        let show = |_: &Arc<View>, ()| Ok(input.topic_id.clone());
        let (deleted_id, errors) = mutate(ctx, || Ok(DeleteTopic { topic }), show).await?;
        Some(DeleteTopicPayload { deleted_id, errors })
    }

    /// Changes what the viewer said, as long as the topic takes posts.
    async fn update_post(
        &self,
        ctx: &Context<'_>,
        input: UpdatePostInput,
    ) -> Option<UpdatePostPayload> {
        let post = id_of(&input.post_id);
        let command = UpdatePost {
            post,
            body: input.body,
        };
        let show = |view: &Arc<View>, ()| DiscussionPost::of(view, post);
        let (post, errors) = mutate(ctx, || Ok(command), show).await?;
        Some(UpdatePostPayload { post, errors })
    }

    /// Deletes a post: one's own as long as the topic takes posts, anybody's for the course's
    /// staff. One that was answered stays among the others and says nothing.
    async fn delete_post(
        &self,
        ctx: &Context<'_>,
        input: DeletePostInput,
    ) -> Option<DeletePostPayload> {
        let post = id_of(&input.post_id);
        let show = |_: &Arc<View>, ()| Ok(input.post_id.clone());
        let (deleted_id, errors) = mutate(ctx, || Ok(DeletePost { post }), show).await?;
        Some(DeletePostPayload { deleted_id, errors })
    }
}
