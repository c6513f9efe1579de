//! Reading topics and posts, as far as the viewer may.

use std::sync::Arc;

use app::{Actor, OrRefuse};
use courses::catalog::CourseId;
use courses::{catalog, modules};
use kernel::{Page, PageRequest, Result};
use store::{Range, Snapshot};

use super::model::{Post, Topic};
use super::problems::TOPIC_NOT_FOUND;
use super::tables::{
    POST_COUNT, POSTS, POSTS_OF_TOPIC, TOPICS, TOPICS_IN_COURSE, TOPICS_OF_COURSE,
};
use super::{PostId, TopicId};

/// A topic as somebody sees it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ViewedTopic {
    /// The topic's id.
    pub id: TopicId,
    /// The topic.
    pub topic: Arc<Topic>,
    /// How many posts it has.
    pub posts: u64,
}

/// The topic with this id, whoever asks.
pub(super) fn topic(snapshot: &Snapshot, id: TopicId) -> Result<Option<Arc<Topic>>> {
    let topic = snapshot.shared(&TOPICS, &id)?;
    Ok(topic.filter(|topic| !topic.deleted))
}

/// The topic as the actor sees it: staff always, others who are in the course when it is published
/// and, where items lead to it, one of them is visible. Who only looks at an open course sees no
/// topic.
pub fn view_topic(snapshot: &Snapshot, actor: &Actor, id: TopicId) -> Result<Option<ViewedTopic>> {
    let Some(topic) = topic(snapshot, id)? else {
        return Ok(None);
    };
    let Some(course) = catalog::view(snapshot, actor, topic.course)? else {
        return Ok(None);
    };
    let shown =
        course.is_member() && topic.published && modules::is_reachable(snapshot, topic.course, id)?;
    if !course.staff && !shown {
        return Ok(None);
    }
    let posts = snapshot.count(&POST_COUNT, &id)?;
    Ok(Some(ViewedTopic { id, topic, posts }))
}

/// What items show of a topic; `None` for one that is not of the course.
pub fn shown_in(
    snapshot: &Snapshot,
    course: CourseId,
    id: TopicId,
) -> Result<Option<modules::Shown>> {
    let found = topic(snapshot, id)?.filter(|found| found.course == course);
    Ok(found.map(|found| modules::Shown {
        title: None,
        due_at: None,
        published: Some(found.published),
    }))
}

/// The ids of the topics of a course, the oldest first, for its staff: those that no item leads to
/// as well.
pub fn list(
    snapshot: &Snapshot,
    viewed: &catalog::Viewed,
    request: &PageRequest,
) -> Result<Page<TopicId>> {
    viewed.require_staff()?;
    let total = snapshot.count(&TOPICS_IN_COURSE, &viewed.id)?;
    let page = snapshot.entries_page(&TOPICS_OF_COURSE, &viewed.id, request, total)?;
    Ok(page.map(|(_, id)| id))
}

/// The topics of a course, whoever asks, the oldest first.
pub fn topics_of(snapshot: &Snapshot, course: CourseId) -> Result<Vec<TopicId>> {
    snapshot
        .entries(&TOPICS_OF_COURSE, &course, Range::ALL)?
        .map(|entry| entry.map(|(_, topic)| topic))
        .collect()
}

/// Whether anybody has said anything in the topics of a course.
pub fn any_in(snapshot: &Snapshot, course: CourseId) -> Result<bool> {
    for topic in topics_of(snapshot, course)? {
        if snapshot.count(&POST_COUNT, &topic)? > 0 {
            return Ok(true);
        }
    }
    Ok(false)
}

/// A page of a topic's posts, the oldest first.
pub fn posts_of(
    snapshot: &Snapshot,
    actor: &Actor,
    topic: TopicId,
    request: &PageRequest,
) -> Result<Page<(PostId, Post)>> {
    actor.require_signed_in()?;
    let viewed = view_topic(snapshot, actor, topic)?.or_refuse(TOPIC_NOT_FOUND)?;
    let page = snapshot.entries_page(&POSTS_OF_TOPIC, &topic, request, viewed.posts)?;
    page.read(|(_, id)| Ok(snapshot.get(&POSTS, &id)?.map(|post| (id, post))))
}

/// The post, as the actor sees its topic.
pub fn post(snapshot: &Snapshot, actor: &Actor, id: PostId) -> Result<Option<Arc<Post>>> {
    let Some(post) = snapshot.shared(&POSTS, &id)? else {
        return Ok(None);
    };
    Ok(view_topic(snapshot, actor, post.topic)?.map(|_| post))
}
