//! Enrolments: who is in a course, and bringing somebody in.

use std::sync::Arc;

use app::UserId;
use async_graphql::{Context, Enum, ID, InputObject, Object, SimpleObject};
use courses::activity;
use courses::catalog::CourseId;
use courses::enrollments::{self, Enroll};

use crate::courses::Course;
use crate::errors::{Result, UserError, mutate};
use crate::progress::Progress;
use crate::scalars::{DateTime, id_of};
use crate::sections::Section;
use crate::users::User;
use crate::view::View;

/// What somebody is in a course.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Enum)]
#[graphql(remote = "enrollments::CourseRole")]
pub(crate) enum CourseRole {
    /// Teaches: may do everything in the course.
    Instructor,
    /// Helps to teach: may do everything but enrol and publish.
    Assistant,
    /// Learns.
    Student,
    /// Looks on: reads what students read.
    Observer,
    /// Makes the content, and sees no work.
    Designer,
}

/// Where an enrolment is on its way.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Enum)]
#[graphql(remote = "enrollments::EnrollmentState")]
pub(crate) enum EnrollmentState {
    /// Asked to come; may look, not take part.
    Invited,
    /// Takes part.
    Active,
    /// Has taken part; may look.
    Completed,
    /// No longer in the course.
    Inactive,
}

/// Somebody's place in a course.
pub(crate) struct Enrollment {
    view: Arc<View>,
    course: CourseId,
    user: UserId,
    record: enrollments::Enrollment,
}

impl Enrollment {
    pub(crate) fn new(
        view: &Arc<View>,
        (course, user): (CourseId, UserId),
        record: enrollments::Enrollment,
    ) -> Self {
        Self {
            view: Arc::clone(view),
            course,
            user,
            record,
        }
    }
}

/// Somebody's place in a course.
#[Object(serial)]
impl Enrollment {
    /// As what.
    async fn role(&self) -> CourseRole {
        self.record.role.into()
    }

    /// Where it is on its way.
    async fn state(&self) -> EnrollmentState {
        self.record.state.into()
    }

    /// Since when.
    async fn enrolled_at(&self) -> DateTime {
        DateTime(self.record.enrolled_at)
    }

    /// In which section of the course, if in one.
    async fn section(&self) -> Result<Option<Section>> {
        let section = self.record.section;
        Ok(section
            .map(|section| Section::of(&self.view, section))
            .transpose()?)
    }

    /// The course.
    async fn course(&self) -> Result<Course> {
        Ok(Course::of(&self.view, self.course)?)
    }

    /// The person.
    async fn user(&self) -> Result<User> {
        Ok(User::named(&self.view, self.user)?)
    }

    /// How far the person is.
    async fn progress(&self) -> Result<Progress> {
        Ok(Progress::of(&self.view, self.course, self.user)?)
    }

    /// When the person was last active in the course; for the person and the course's staff,
    /// null for others.
    async fn last_activity_at(&self) -> Result<Option<DateTime>> {
        let staff = self
            .view
            .course(self.course)?
            .is_some_and(|course| course.staff);
        if !staff && self.view.actor().user_id() != Some(self.user) {
            return Ok(None);
        }
        let last = activity::last_activity(self.view.snapshot(), self.course, self.user)?;
        Ok(last.map(DateTime))
    }
}

/// Somebody who is to come into a course.
#[derive(InputObject)]
struct EnrollUserInput {
    course_id: ID,
    user_id: ID,
    /// As what.
    role: CourseRole,
    /// In which section of the course.
    section_id: Option<ID>,
    /// The same for each try of one enrolment, so that it counts once: a UUID is a good one.
    idempotency_key: Option<String>,
}

/// What came of `enrollUser`.
#[derive(SimpleObject)]
#[graphql(serial)]
struct EnrollUserPayload {
    /// The enrolment; null when the input was refused.
    enrollment: Option<Enrollment>,
    /// Why the input was refused; empty when all is well.
    errors: Vec<UserError>,
}

/// Changes to enrolments.
#[derive(Default)]
pub(crate) struct EnrollmentMutations;

#[Object]
impl EnrollmentMutations {
    /// Brings somebody into a course, active from now on. For its instructors and
    /// administrators.
    async fn enroll_user(
        &self,
        ctx: &Context<'_>,
        input: EnrollUserInput,
    ) -> Option<EnrollUserPayload> {
        let place = (id_of(&input.course_id), id_of(&input.user_id));
        let command = Enroll {
            course: place.0,
            user: place.1,
            role: input.role.into(),
            section: input.section_id.as_ref().map(id_of),
            idempotency_key: input.idempotency_key,
        };
        let show = |view: &Arc<View>, enrollment| Ok(Enrollment::new(view, place, enrollment));
        let (enrollment, errors) = mutate(ctx, || Ok(command), show).await?;
        Some(EnrollUserPayload { enrollment, errors })
    }
}
