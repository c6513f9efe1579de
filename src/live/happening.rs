//! What happens that somebody may want to be told of.

use std::sync::Arc;

use app::{Event, Message, UserId, read};
use assess::assignments::{AssignmentId, GradesPosted};
use assess::grading::SubmissionGraded;
use assess::submissions::SubmissionId;
use community::discussions::{PostCreated, PostId, TopicId};
use courses::catalog::CourseId;
use eventlog::Position;
use kernel::Result;

use crate::deed::Deed;

/// A message, its place in the log, and what it means to those who follow.
#[derive(Debug, Clone)]
pub struct Told {
    /// Where it stands.
    pub position: Position,
    /// The message.
    pub message: Arc<Message>,
    /// What it tells those whom it is about.
    pub happening: Option<Happening>,
    /// What it tells those who teach.
    pub deed: Option<Arc<Deed>>,
}

/// Something that happened to those whom it is about.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Happening {
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

/// Under which those who want something stand in the hub.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(crate) enum Key {
    /// The posts of a topic.
    Topic(TopicId),
    /// The grades of a learner.
    GradesOf(UserId),
    /// Grades being shown, of whatever assignment.
    Postings,
    /// What people do in a course.
    Course(CourseId),
    /// Whatever happens.
    Everything,
}

impl Told {
    /// A message of the log, read for those who follow.
    pub(crate) fn of(position: Position, message: Message) -> Result<Self> {
        Ok(Self {
            position,
            happening: Happening::of(&message)?,
            deed: Deed::of(&message)?.map(Arc::new),
            message: Arc::new(message),
        })
    }

    /// Where the hub finds those who want to know.
    pub(crate) fn keys(&self) -> impl Iterator<Item = Key> {
        let happening = self.happening.map(Happening::key);
        let deed = self.deed.as_ref().map(|deed| Key::Course(deed.course));
        [Some(Key::Everything), happening, deed]
            .into_iter()
            .flatten()
    }
}

impl Happening {
    /// What a message tells of, if somebody may want to know.
    fn of(message: &Message) -> Result<Option<Self>> {
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

    fn key(self) -> Key {
        match self {
            Self::Posted { topic, .. } => Key::Topic(topic),
            Self::Graded { user, .. } => Key::GradesOf(user),
            Self::GradesPosted { .. } => Key::Postings,
        }
    }
}
