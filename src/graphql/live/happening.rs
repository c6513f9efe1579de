//! What happens that somebody may want to be told of, and who wants what.

use app::{Event, Message, OrRefuse, UserId, read};
use assess::assignments::{AssignmentId, GradesPosted};
use assess::grading::SubmissionGraded;
use assess::submissions::SubmissionId;
use community::discussions::{PostCreated, PostId, TOPIC_NOT_FOUND, TopicId};
use courses::catalog::{self, CourseId};
use kernel::{Result, problems};

use crate::view::View;

/// Something that happened.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Happening {
    /// Somebody posted.
    Posted {
        /// Where.
        topic: TopicId,
        /// What.
        post: PostId,
    },
    /// A submission was graded.
    Graded {
        /// Whose it is.
        user: UserId,
        /// In which course.
        course: CourseId,
        /// Which.
        submission: SubmissionId,
    },
    /// The grades of an assignment were shown to its learners.
    GradesPosted {
        /// In which course.
        course: CourseId,
        /// Which.
        assignment: AssignmentId,
    },
}

impl Happening {
    /// What a message tells of, if somebody may want to know.
    pub(super) fn of(message: &Message) -> Result<Option<Self>> {
        Ok(match message.subject.as_str() {
            PostCreated::SUBJECT => {
                let PostCreated { topic, post, .. } = read(message)?;
                Some(Self::Posted { topic, post })
            }
            SubmissionGraded::SUBJECT => {
                let graded: SubmissionGraded = read(message)?;
                Some(Self::Graded {
                    user: graded.user,
                    course: graded.course,
                    submission: graded.submission,
                })
            }
            GradesPosted::SUBJECT => {
                let GradesPosted { course, assignment } = read(message)?;
                Some(Self::GradesPosted { course, assignment })
            }
            _ => None,
        })
    }

    /// Where the hub finds those who want to know.
    pub(super) fn key(self) -> Key {
        match self {
            Self::Posted { topic, .. } => Key::Topic(topic),
            Self::Graded { user, .. } => Key::GradesOf(user),
            Self::GradesPosted { .. } => Key::Postings,
        }
    }
}

/// Under which those who want something stand in the hub.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(super) enum Key {
    /// The posts of a topic.
    Topic(TopicId),
    /// The grades of a learner.
    GradesOf(UserId),
    /// Grades being shown, of whatever assignment.
    Postings,
}

/// What a subscription asks to be told of.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Interest {
    /// New posts of a topic.
    Posts(TopicId),
    /// The viewer's own grades, of one course or of all.
    Grades(UserId, Option<CourseId>),
}

impl Interest {
    /// The places where it stands in the hub.
    pub(super) fn keys(self) -> impl Iterator<Item = Key> {
        let (first, second) = match self {
            Self::Posts(topic) => (Key::Topic(topic), None),
            Self::Grades(user, _) => (Key::GradesOf(user), Some(Key::Postings)),
        };
        std::iter::once(first).chain(second)
    }

    /// Whether it is about this.
    pub(super) fn concerns(self, happening: Happening) -> bool {
        match (self, happening) {
            (Self::Posts(wanted), Happening::Posted { topic, .. }) => wanted == topic,
            (Self::Grades(wanted, within), Happening::Graded { user, course, .. }) => {
                wanted == user && within.is_none_or(|within| within == course)
            }
            (Self::Grades(_, within), Happening::GradesPosted { course, .. }) => {
                within.is_none_or(|within| within == course)
            }
            (Self::Posts(_), Happening::Graded { .. } | Happening::GradesPosted { .. })
            | (Self::Grades(..), Happening::Posted { .. }) => false,
        }
    }

    /// Refuses a viewer who may not be told of it.
    pub(super) fn require(self, view: &View) -> Result<()> {
        view.actor().require_signed_in()?;
        match self {
            Self::Posts(topic) => view.topic(topic)?.or_refuse(TOPIC_NOT_FOUND).map(drop),
            Self::Grades(_, None) => Ok(()),
            Self::Grades(_, Some(course)) => match view.course(course)? {
                Some(viewed) if viewed.is_member() => Ok(()),
                Some(_) => problems::FORBIDDEN.refuse(),
                None => Err(catalog::hidden(view.actor())),
            },
        }
    }
}
