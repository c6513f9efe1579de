//! What happens, for those who watch: what people do in a course, and the event log itself.

use async_graphql::{Context, Enum, ID, SimpleObject, Subscription};
use futures_util::Stream;
use futures_util::stream::iter;
use live::{Filter, Interest, cursor};

use crate::audit::AuditEvent;
use crate::errors::Result;
use crate::scalars::{DateTime, id_of};
use crate::socket::told;
use crate::users::User;
use crate::view::seen;

/// What it is that somebody did in a course.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Enum)]
#[graphql(remote = "live::DeedKind")]
enum CourseActivityKind {
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

/// Something that somebody did in a course.
#[derive(SimpleObject)]
#[graphql(serial)]
struct CourseActivity {
    /// Where it stands among all that happens: what comes behind it can be asked for with `after`.
    cursor: String,
    /// When.
    at: DateTime,
    /// What.
    kind: CourseActivityKind,
    /// Whom it is about: the learner, or whoever wrote.
    user: Option<User>,
    /// The id of what it is about: the submission, the post, the item, the assignment whose grades
    /// were posted, the person who was enrolled.
    subject_id: ID,
}

/// A message of the event log.
#[derive(SimpleObject)]
#[graphql(serial)]
struct LoggedEvent {
    /// Where it stands among all that happens: what comes behind it can be asked for with `after`.
    cursor: String,
    /// The message.
    event: AuditEvent,
}

/// What can be followed of what happens.
#[derive(Default)]
pub(crate) struct ActivitySubscriptions;

#[Subscription]
impl ActivitySubscriptions {
    /// What people do in a course, for those who teach it.
    async fn course_activity(
        &self,
        ctx: &Context<'_>,
        course_id: ID,
        #[graphql(desc = "The cursor of the last that was told: begins behind it.")] after: Option<
            String,
        >,
    ) -> Result<impl Stream<Item = CourseActivity> + use<>> {
        let told = told(ctx, Interest::Deeds(id_of(&course_id)), after.as_deref())?;
        let mut activity = None;
        if let Some(told) = told
            && let Some(deed) = told.deed
        {
            let user = deed.user.map(|user| User::visible(seen(ctx), user));
            activity = Some(CourseActivity {
                cursor: cursor(told.position).to_string(),
                at: DateTime(told.message.time),
                kind: deed.kind.into(),
                user: user.transpose()?.flatten(),
                subject_id: deed.subject.clone().into(),
            });
        }
        Ok(iter(activity))
    }

    /// The messages of the event log, of all streams, for administrators.
    async fn events(
        &self,
        ctx: &Context<'_>,
        #[graphql(
            desc = "Which: words between dots, `*` for one word, `>` for all that follow. \
                `edusphere.assignments.*`"
        )]
        subject: String,
        #[graphql(desc = "The cursor of the last that was told: begins behind it.")] after: Option<
            String,
        >,
    ) -> Result<impl Stream<Item = LoggedEvent> + use<>> {
        // Who may not ask is not told what is wrong with the question.
        seen(ctx).actor().require_admin()?;
        let wanted = Interest::Messages(Filter::parse(&subject)?);
        let told = told(ctx, wanted, after.as_deref())?;
        if let Some(told) = &told {
            seen(ctx).note_grade_told(&told.message);
        }
        Ok(iter(told.map(|told| LoggedEvent {
            cursor: cursor(told.position).to_string(),
            event: AuditEvent::from(&*told.message),
        })))
    }
}
