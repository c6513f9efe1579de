//! Enrolments: who is in a course, and bringing people in and out.

use std::sync::Arc;

use app::UserId;
use async_graphql::{Context, Enum, ID, InputObject, MaybeUndefined, Object, SimpleObject};
use courses::activity;
use courses::catalog::CourseId;
use courses::enrollments::{
    self, Enroll, EnrollSelf, EnrollmentChange, LeaveCourse, Unenroll, UpdateEnrollment,
};

use crate::courses::Course;
use crate::errors::{Result, UserError, mutate};
use crate::progress::Progress;
use crate::scalars::{DateTime, id_of};
use crate::sections::Section;
use crate::terms::change;
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

/// Oneself, who is to come into a course.
#[derive(InputObject)]
struct EnrollSelfInput {
    course_id: ID,
    /// The code of the course, where one is needed.
    code: Option<String>,
    /// The same for each try of one enrolment, so that it counts once: a UUID is a good one.
    idempotency_key: Option<String>,
}

/// What came of `enrollSelf`.
#[derive(SimpleObject)]
#[graphql(serial)]
struct EnrollSelfPayload {
    /// The enrolment; null when the input was refused.
    enrollment: Option<Enrollment>,
    /// Why the input was refused; empty when all is well.
    errors: Vec<UserError>,
}

/// A course that is to be left.
#[derive(InputObject)]
struct LeaveCourseInput {
    course_id: ID,
}

/// What came of `leaveCourse`.
#[derive(SimpleObject)]
#[graphql(serial)]
struct LeaveCoursePayload {
    /// The id of the course that was left; null when the input was refused.
    course_id: Option<ID>,
    /// Why the input was refused; empty when all is well.
    errors: Vec<UserError>,
}

/// What is to change of an enrolment. What is left out stays; null takes out of the section.
#[derive(InputObject)]
struct UpdateEnrollmentInput {
    course_id: ID,
    user_id: ID,
    /// As what.
    role: Option<CourseRole>,
    /// Where it is on its way: active, completed or inactive.
    state: Option<EnrollmentState>,
    /// In which section of the course.
    section_id: MaybeUndefined<ID>,
}

impl UpdateEnrollmentInput {
    fn command(self) -> kernel::Result<UpdateEnrollment> {
        Ok(UpdateEnrollment {
            course: id_of(&self.course_id),
            user: id_of(&self.user_id),
            change: EnrollmentChange {
                role: self.role.map(Into::into),
                state: self.state.map(Into::into),
                section: change(self.section_id, |id| Ok(id_of(&id)))?,
            },
        })
    }
}

/// What came of `updateEnrollment`.
#[derive(SimpleObject)]
#[graphql(serial)]
struct UpdateEnrollmentPayload {
    /// The enrolment; null when the input was refused.
    enrollment: Option<Enrollment>,
    /// Why the input was refused; empty when all is well.
    errors: Vec<UserError>,
}

/// Somebody who is to be taken out of a course.
#[derive(InputObject)]
struct UnenrollUserInput {
    course_id: ID,
    user_id: ID,
}

/// What came of `unenrollUser`.
#[derive(SimpleObject)]
#[graphql(serial)]
struct UnenrollUserPayload {
    /// The id of the person who is out; null when the input was refused.
    user_id: Option<ID>,
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

    /// Brings the viewer into a course as a student, where it is open to that or they have its
    /// code.
    async fn enroll_self(
        &self,
        ctx: &Context<'_>,
        input: EnrollSelfInput,
    ) -> Option<EnrollSelfPayload> {
        let command = EnrollSelf {
            course: id_of(&input.course_id),
            code: input.code,
            idempotency_key: input.idempotency_key,
        };
        let course = command.course;
        let show = |view: &Arc<View>, enrollment| {
            let user = view.actor().require_user()?;
            Ok(Enrollment::new(view, (course, user), enrollment))
        };
        let (enrollment, errors) = mutate(ctx, || Ok(command), show).await?;
        Some(EnrollSelfPayload { enrollment, errors })
    }

    /// Takes the viewer out of a course that they came into by themselves. What they handed in is
    /// kept.
    async fn leave_course(
        &self,
        ctx: &Context<'_>,
        input: LeaveCourseInput,
    ) -> Option<LeaveCoursePayload> {
        let course = id_of(&input.course_id);
        let show = |_: &Arc<View>, ()| Ok(input.course_id.clone());
        let (course_id, errors) = mutate(ctx, || Ok(LeaveCourse { course }), show).await?;
        Some(LeaveCoursePayload { course_id, errors })
    }

    /// Changes somebody's place in a course, for its instructors and administrators.
    async fn update_enrollment(
        &self,
        ctx: &Context<'_>,
        input: UpdateEnrollmentInput,
    ) -> Option<UpdateEnrollmentPayload> {
        let place = (id_of(&input.course_id), id_of(&input.user_id));
        let show = |view: &Arc<View>, enrollment| Ok(Enrollment::new(view, place, enrollment));
        let (enrollment, errors) = mutate(ctx, || input.command(), show).await?;
        Some(UpdateEnrollmentPayload { enrollment, errors })
    }

    /// Takes somebody out of a course, for its instructors and administrators. What they handed in
    /// is kept.
    async fn unenroll_user(
        &self,
        ctx: &Context<'_>,
        input: UnenrollUserInput,
    ) -> Option<UnenrollUserPayload> {
        let command = Unenroll {
            course: id_of(&input.course_id),
            user: id_of(&input.user_id),
        };
        let show = |_: &Arc<View>, ()| Ok(input.user_id.clone());
        let (user_id, errors) = mutate(ctx, || Ok(command), show).await?;
        Some(UnenrollUserPayload { user_id, errors })
    }
}
