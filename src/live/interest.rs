//! Who wants to be told of what, and whether they may be.

use std::sync::Arc;

use app::{Actor, OrRefuse, UserId};
use community::discussions::{TOPIC_NOT_FOUND, TopicId, view_topic};
use courses::catalog::{self, CourseId};
use eventlog::{matches, require_filter};
use kernel::{Result, problems};
use store::Snapshot;

use crate::happening::{Happening, Key, Told};

/// Which subjects are wanted, in the words of NATS: `edusphere.courses.*`, `edusphere.>`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Filter(Arc<str>);

impl Filter {
    /// The filter, if it is one; `SUBJECT_INVALID` otherwise.
    pub fn parse(text: &str) -> Result<Self> {
        require_filter(text).map_err(|error| error.on("subject"))?;
        Ok(Self(text.into()))
    }
}

/// What somebody asks to be told of.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Interest {
    /// New posts of a topic.
    Posts(TopicId),
    /// The viewer's own grades, of one course or of all.
    Grades(UserId, Option<CourseId>),
    /// What people do in a course.
    Deeds(CourseId),
    /// The messages of the log, of whatever stream.
    Messages(Filter),
}

impl Interest {
    /// The places where it stands in the hub. A message is found at one of them at most.
    pub(crate) fn keys(&self) -> impl Iterator<Item = Key> + use<> {
        let (first, second) = match self {
            Self::Posts(topic) => (Key::Topic(*topic), None),
            Self::Grades(user, _) => (Key::GradesOf(*user), Some(Key::Postings)),
            Self::Deeds(course) => (Key::Course(*course), None),
            Self::Messages(_) => (Key::Everything, None),
        };
        std::iter::once(first).chain(second)
    }

    /// Whether it is about this.
    pub fn concerns(&self, told: &Told) -> bool {
        match self {
            Self::Posts(wanted) => matches!(
                told.happening,
                Some(Happening::Posted { topic, .. }) if topic == *wanted
            ),
            Self::Grades(wanted, within) => {
                let (whose, course) = match told.happening {
                    Some(Happening::Graded { user, course, .. }) => (Some(user), course),
                    Some(Happening::GradesPosted { course, .. }) => (None, course),
                    Some(Happening::Posted { .. }) | None => return false,
                };
                whose.is_none_or(|user| user == *wanted)
                    && within.is_none_or(|within| within == course)
            }
            Self::Deeds(wanted) => told
                .deed
                .as_ref()
                .is_some_and(|deed| deed.course == *wanted),
            Self::Messages(filter) => matches(&filter.0, &told.message.subject),
        }
    }

    /// Refuses somebody who may not be told of it.
    pub fn require(&self, snapshot: &Snapshot, actor: &Actor) -> Result<()> {
        actor.require_signed_in()?;
        match self {
            Self::Posts(topic) => view_topic(snapshot, actor, *topic)?
                .or_refuse(TOPIC_NOT_FOUND)
                .map(drop),
            Self::Grades(_, None) => Ok(()),
            Self::Grades(_, Some(course)) => {
                if catalog::require_visible(snapshot, actor, *course)?.is_member() {
                    Ok(())
                } else {
                    problems::FORBIDDEN.refuse()
                }
            }
            Self::Deeds(course) => catalog::require_grader(snapshot, actor, *course).map(drop),
            Self::Messages(_) => actor.require_admin(),
        }
    }
}
