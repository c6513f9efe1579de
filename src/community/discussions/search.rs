//! Topics and posts as search finds them.

use app::Event;
use app::search::{Body, Card, Document, FoundKind, Searched, bits, id_of};
use courses::catalog;
use courses::markup::plain_blocks;
use kernel::Result;
use store::{Range, Snapshot};

use super::events::{
    PostCreated, PostDeleted, PostUpdated, PostWithdrawn, TopicClosed, TopicCreated, TopicDeleted,
    TopicReopened, TopicUpdated,
};
use super::model::{Post, Topic};
use super::queries::{post, topic, topics_of, view_topic};
use super::tables::{POSTS, POSTS_OF_TOPIC, TOPICS};
use super::{PostId, PostKind, TopicId, TopicKind};

pub(super) static TOPICS_SEARCHED: Searched<TopicKind, Topic> = Searched {
    kind: FoundKind::Topic,
    table: &TOPICS,
    subjects: &[
        TopicCreated::SUBJECT,
        TopicUpdated::SUBJECT,
        TopicClosed::SUBJECT,
        TopicReopened::SUBJECT,
        TopicDeleted::SUBJECT,
    ],
    of_course: |snapshot, course| topics_of(snapshot, id_of(course)),
    document: topic_document,
    seen: |snapshot, actor, id| Ok(view_topic(snapshot, actor, id)?.map(|viewed| viewed.topic)),
    card: |_, id, topic| {
        Ok(Some(Card {
            id: id.to_text(),
            title: topic.title.clone(),
            url: format!("/courses/{}/topics/{id}", topic.course),
            course: Some(bits(topic.course)),
        }))
    },
};

pub(super) static POSTS_SEARCHED: Searched<PostKind, Post> = Searched {
    kind: FoundKind::Post,
    table: &POSTS,
    subjects: &[
        PostCreated::SUBJECT,
        PostUpdated::SUBJECT,
        PostWithdrawn::SUBJECT,
        PostDeleted::SUBJECT,
    ],
    of_course: posts_in,
    document: post_document,
    seen: |snapshot, actor, id| {
        let post = post(snapshot, actor, id)?;
        Ok(post.filter(|post| !post.deleted))
    },
    card: post_card,
};

fn topic_document(snapshot: &Snapshot, id: TopicId) -> Result<Option<Document>> {
    let Some(topic) = topic(snapshot, id)? else {
        return Ok(None);
    };
    catalog::document_in(snapshot, topic.course, |document| Document {
        // Who only looks at an open course sees nothing that is said there.
        open: false,
        title: topic.title.clone(),
        body: Body::Blocks(topic.body.blocks()),
        time: topic.created_at,
        ..document
    })
}

fn posts_in(snapshot: &Snapshot, course: u128) -> Result<Vec<PostId>> {
    let mut posts = Vec::new();
    for topic in topics_of(snapshot, id_of(course))? {
        for entry in snapshot.entries(&POSTS_OF_TOPIC, &topic, Range::ALL)? {
            posts.push(entry?.1);
        }
    }
    Ok(posts)
}

fn post_document(snapshot: &Snapshot, id: PostId) -> Result<Option<Document>> {
    let Some(post) = snapshot.shared(&POSTS, &id)?.filter(|post| !post.deleted) else {
        return Ok(None);
    };
    let Some(topic) = topic(snapshot, post.topic)? else {
        return Ok(None);
    };
    catalog::document_in(snapshot, topic.course, |document| Document {
        open: false,
        body: Body::Blocks(plain_blocks(&post.body)),
        time: post.edited_at.unwrap_or(post.created_at),
        ..document
    })
}

fn post_card(snapshot: &Snapshot, id: PostId, post: &Post) -> Result<Option<Card>> {
    let topic = topic(snapshot, post.topic)?;
    Ok(topic.map(|topic| Card {
        id: id.to_text(),
        title: topic.title.clone(),
        url: format!("/courses/{}/topics/{}#{id}", topic.course, post.topic),
        course: Some(bits(topic.course)),
    }))
}
