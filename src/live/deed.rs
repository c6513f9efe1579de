//! What people do in a course, as those who teach it are told.

use app::{Event, Message, UserId, read};
use assess::assignments::GradesPosted;
use assess::comments::SubmissionCommented;
use assess::grading::SubmissionGraded;
use assess::submissions::AssignmentSubmitted;
use community::discussions::PostCreated;
use courses::catalog::CourseId;
use courses::enrollments::{EnrollmentUpdated, UserEnrolled, UserUnenrolled};
use courses::progress::ItemCompleted;
use kernel::Result;

/// Something that somebody did in a course.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Deed {
    /// Where.
    pub course: CourseId,
    /// What.
    pub kind: DeedKind,
    /// Whom it is about: the learner, or whoever wrote.
    pub user: Option<UserId>,
    /// The id of what it is about.
    pub subject: String,
}

/// What it is that somebody did.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum DeedKind {
    /// Somebody was enrolled.
    Enrolled,
    /// Somebody has another role, section or state in the course.
    EnrollmentUpdated,
    /// Somebody was taken out.
    Unenrolled,
    /// Work was handed in.
    Submitted,
    /// Work was graded.
    Graded,
    /// The grades of an assignment were shown to its learners.
    GradesPosted,
    /// Somebody wrote about a submission.
    Commented,
    /// Somebody posted.
    Posted,
    /// Somebody completed an item.
    Completed,
}

impl Deed {
    /// What a message tells of, if it is a deed in a course.
    pub(super) fn of(message: &Message) -> Result<Option<Self>> {
        let (course, kind, user, subject) = match message.subject.as_str() {
            UserEnrolled::SUBJECT => {
                let UserEnrolled { course, user, .. } = read(message)?;
                (course, DeedKind::Enrolled, Some(user), user.to_string())
            }
            EnrollmentUpdated::SUBJECT => {
                let EnrollmentUpdated { course, user, .. } = read(message)?;
                let kind = DeedKind::EnrollmentUpdated;
                (course, kind, Some(user), user.to_string())
            }
            UserUnenrolled::SUBJECT => {
                let UserUnenrolled { course, user } = read(message)?;
                (course, DeedKind::Unenrolled, Some(user), user.to_string())
            }
            ItemCompleted::SUBJECT => {
                let ItemCompleted { course, user, item } = read(message)?;
                (course, DeedKind::Completed, Some(user), item.to_string())
            }
            PostCreated::SUBJECT => {
                let posted: PostCreated = read(message)?;
                let (author, post) = (posted.author, posted.post.to_string());
                (posted.course, DeedKind::Posted, Some(author), post)
            }
            _ => return Self::of_assignment(message),
        };
        Ok(Some(Self {
            course,
            kind,
            user,
            subject,
        }))
    }

    fn of_assignment(message: &Message) -> Result<Option<Self>> {
        let (course, kind, user, subject) = match message.subject.as_str() {
            AssignmentSubmitted::SUBJECT => {
                let work: AssignmentSubmitted = read(message)?;
                let subject = work.submission.to_string();
                (work.course, DeedKind::Submitted, Some(work.user), subject)
            }
            SubmissionGraded::SUBJECT => {
                let graded: SubmissionGraded = read(message)?;
                let subject = graded.submission.to_string();
                (graded.course, DeedKind::Graded, Some(graded.user), subject)
            }
            GradesPosted::SUBJECT => {
                let GradesPosted { course, assignment } = read(message)?;
                (course, DeedKind::GradesPosted, None, assignment.to_string())
            }
            SubmissionCommented::SUBJECT => {
                let told: SubmissionCommented = read(message)?;
                let subject = told.submission.to_string();
                (told.course, DeedKind::Commented, Some(told.author), subject)
            }
            _ => return Ok(None),
        };
        Ok(Some(Self {
            course,
            kind,
            user,
            subject,
        }))
    }
}
