//! Anything by its id alone.

use std::sync::Arc;

use app::OrRefuse;
use async_graphql::{Context, ID, Interface, Object};
use kernel::{Id, Kind, Result, problems::NOT_FOUND};

use crate::assignments::Assignment;
use crate::courses::Course;
use crate::discussions::{DiscussionPost, DiscussionTopic};
use crate::errors::shown;
use crate::files::File;
use crate::pages::CoursePage;
use crate::submissions::Submission;
use crate::users::User;
use crate::view::{View, seen};

/// Anything that has an id of its own.
#[derive(Interface)]
#[graphql(field(name = "id", ty = "ID", desc = "The id."))]
enum Node {
    User(User),
    Course(Course),
    Page(CoursePage),
    File(File),
    Assignment(Assignment),
    Submission(Submission),
    DiscussionTopic(DiscussionTopic),
    DiscussionPost(DiscussionPost),
}

impl Node {
    /// What the id names, by its prefix.
    fn visible(view: &Arc<View>, text: &str) -> Result<Option<Self>> {
        view.actor().require_signed_in()?;
        None.or_else(|| find(view, text, User::visible))
            .or_else(|| find(view, text, Course::visible))
            .or_else(|| find(view, text, CoursePage::visible))
            .or_else(|| find(view, text, File::visible))
            .or_else(|| find(view, text, Assignment::visible))
            .or_else(|| find(view, text, Submission::visible))
            .or_else(|| find(view, text, DiscussionTopic::visible))
            .or_else(|| find(view, text, DiscussionPost::visible))
            .unwrap_or(Ok(None))
    }
}

/// What `visible` finds, if the text is an id of its kind.
fn find<K: Kind, T: Into<Node>>(
    view: &Arc<View>,
    text: &str,
    visible: fn(&Arc<View>, Id<K>) -> Result<Option<T>>,
) -> Option<Result<Option<Node>>> {
    let id = text.parse().ok()?;
    Some(visible(view, id).map(|found| found.map(Into::into)))
}

/// The question for anything.
#[derive(Default)]
pub(crate) struct NodeQueries;

#[Object]
impl NodeQueries {
    /// Anything that has an id of its own. Modules and their items are found through their
    /// course.
    async fn node(&self, ctx: &Context<'_>, id: ID) -> Option<Node> {
        let node = Node::visible(seen(ctx), &id);
        shown(
            ctx,
            node.and_then(|node| node.or_refuse(NOT_FOUND))
                .map_err(Into::into),
        )
    }
}
