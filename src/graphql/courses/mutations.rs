//! Making courses, changing them, and showing, ending and removing them.

use std::sync::Arc;

use async_graphql::{Context, ID, InputObject, MaybeUndefined, Object, SimpleObject};
use courses::catalog::{
    ArchiveCourse, CourseChange, CreateCourse, DeleteCourse, NewCourse, PublishCourse,
    RestoreCourse, UnpublishCourse, UpdateCourse,
};
use courses::copies::CopyCourse;
use people::users::ExternalId;

use super::{Course, CourseVisibility};
use crate::errors::{UserError, mutate};
use crate::scalars::{DateTime, id_of};
use crate::schema::neighbours;
use crate::terms::change;
use crate::view::View;

/// A course that is to be made.
#[derive(InputObject)]
struct CreateCourseInput {
    /// Short and unique: 1 to 40 letters, digits, spaces or one of - _ . /
    code: String,
    /// 1 to 300 characters in one line.
    title: String,
    /// What it is about, in Markdown.
    description: Option<String>,
    /// A BCP 47 language tag; English without one.
    language: Option<String>,
    /// When it begins.
    starts_at: Option<DateTime>,
    /// When it ends.
    ends_at: Option<DateTime>,
    /// Who sees it besides those who are in it, once it is published; nobody without one.
    visibility: Option<CourseVisibility>,
    /// The term that it is taught in.
    term_id: Option<ID>,
    /// What another program calls it: 1 to 255 characters, unlike any other course's.
    external_id: Option<String>,
    /// The same for each try of one creation, so that it counts once: a UUID is a good one.
    idempotency_key: Option<String>,
}

impl CreateCourseInput {
    fn command(self) -> kernel::Result<CreateCourse> {
        let mut course = NewCourse::titled(&self.code, &self.title)?;
        if let Some(description) = &self.description {
            course = course.description(description)?;
        }
        if let Some(language) = &self.language {
            course = course.language(language)?;
        }
        if let Some(visibility) = self.visibility {
            course = course.visibility(visibility.into());
        }
        let external_id = self.external_id.as_deref().map(ExternalId::parse);
        let course = course
            .dates(self.starts_at.map(|at| at.0), self.ends_at.map(|at| at.0))?
            .term(self.term_id.as_ref().map(id_of))
            .external_id(external_id.transpose()?);
        Ok(CreateCourse {
            course,
            idempotency_key: self.idempotency_key,
        })
    }
}

/// What came of `createCourse`.
#[derive(SimpleObject)]
#[graphql(serial)]
struct CreateCoursePayload {
    /// The course; null when the input was refused.
    course: Option<Course>,
    /// Why the input was refused; empty when all is well.
    errors: Vec<UserError>,
}

/// What is to change of a course. What is left out stays; null clears what may be empty.
#[derive(InputObject)]
struct UpdateCourseInput {
    course_id: ID,
    /// Short and unique: 1 to 40 letters, digits, spaces or one of - _ . /
    code: Option<String>,
    /// 1 to 300 characters in one line.
    title: Option<String>,
    /// What it is about, in Markdown.
    description: Option<String>,
    /// A BCP 47 language tag.
    language: Option<String>,
    /// When it begins.
    starts_at: MaybeUndefined<DateTime>,
    /// When it ends.
    ends_at: MaybeUndefined<DateTime>,
    /// Who sees it besides those who are in it, once it is published.
    visibility: Option<CourseVisibility>,
    /// The term that it is taught in.
    term_id: MaybeUndefined<ID>,
    /// What another program calls it.
    external_id: MaybeUndefined<String>,
    /// Whether who sees it may enrol themselves, as students.
    self_enrollment: Option<bool>,
    /// How many students there may be for others to enrol themselves, 1 to 100,000; null for any
    /// number.
    seats: MaybeUndefined<u32>,
    /// Who has this may enrol themselves too: 8 to 64 letters, digits or hyphens.
    join_code: MaybeUndefined<String>,
}

impl UpdateCourseInput {
    fn command(self) -> kernel::Result<UpdateCourse> {
        Ok(UpdateCourse {
            course: id_of(&self.course_id),
            change: CourseChange {
                code: self.code,
                title: self.title,
                description: self.description,
                language: self.language,
                starts_at: change(self.starts_at, |at| Ok(at.0))?,
                ends_at: change(self.ends_at, |at| Ok(at.0))?,
                visibility: self.visibility.map(Into::into),
                term: change(self.term_id, |id| Ok(id_of(&id)))?,
                external_id: change(self.external_id, |id| ExternalId::parse(&id))?,
                self_enrollment: self.self_enrollment,
                seats: change(self.seats, Ok)?,
                join_code: change(self.join_code, Ok)?,
            },
        })
    }
}

/// What came of `updateCourse`.
#[derive(SimpleObject)]
#[graphql(serial)]
struct UpdateCoursePayload {
    /// The course; null when the input was refused.
    course: Option<Course>,
    /// Why the input was refused; empty when all is well.
    errors: Vec<UserError>,
}

/// A course that is to be published.
#[derive(InputObject)]
struct PublishCourseInput {
    course_id: ID,
}

/// What came of `publishCourse`.
#[derive(SimpleObject)]
#[graphql(serial)]
struct PublishCoursePayload {
    /// The course; null when the input was refused.
    course: Option<Course>,
    /// Why the input was refused; empty when all is well.
    errors: Vec<UserError>,
}

/// A course that is to be hidden again.
#[derive(InputObject)]
struct UnpublishCourseInput {
    course_id: ID,
}

/// What came of `unpublishCourse`.
#[derive(SimpleObject)]
#[graphql(serial)]
struct UnpublishCoursePayload {
    /// The course; null when the input was refused.
    course: Option<Course>,
    /// Why the input was refused; empty when all is well.
    errors: Vec<UserError>,
}

/// A course that is over.
#[derive(InputObject)]
struct ArchiveCourseInput {
    course_id: ID,
}

/// What came of `archiveCourse`.
#[derive(SimpleObject)]
#[graphql(serial)]
struct ArchiveCoursePayload {
    /// The course; null when the input was refused.
    course: Option<Course>,
    /// Why the input was refused; empty when all is well.
    errors: Vec<UserError>,
}

/// A course that is to be taught again.
#[derive(InputObject)]
struct RestoreCourseInput {
    course_id: ID,
}

/// What came of `restoreCourse`.
#[derive(SimpleObject)]
#[graphql(serial)]
struct RestoreCoursePayload {
    /// The course; null when the input was refused.
    course: Option<Course>,
    /// Why the input was refused; empty when all is well.
    errors: Vec<UserError>,
}

/// A draft that is to be deleted.
#[derive(InputObject)]
struct DeleteCourseInput {
    course_id: ID,
}

/// What came of `deleteCourse`.
#[derive(SimpleObject)]
#[graphql(serial)]
struct DeleteCoursePayload {
    /// The id of what is gone; null when the input was refused.
    deleted_id: Option<ID>,
    /// Why the input was refused; empty when all is well.
    errors: Vec<UserError>,
}

/// A copy that is to be made of a course.
#[derive(InputObject)]
struct CopyCourseInput {
    course_id: ID,
    /// The code of the copy: 1 to 40 letters, digits, spaces or one of - _ . /
    code: String,
    /// What the copy is called; as the course without it.
    title: Option<String>,
    /// When the copy begins: its dates move as this does. They stay without it.
    starts_at: Option<DateTime>,
    /// The same for each try of one copy, so that it counts once: a UUID is a good one.
    idempotency_key: Option<String>,
}

/// What came of `copyCourse`.
#[derive(SimpleObject)]
#[graphql(serial)]
struct CopyCoursePayload {
    /// The copy; null when the input was refused.
    course: Option<Course>,
    /// Why the input was refused; empty when all is well.
    errors: Vec<UserError>,
}

/// Changes to courses.
#[derive(Default)]
pub(crate) struct CourseMutations;

#[Object]
impl CourseMutations {
    /// Makes a course, as a draft. Whoever makes it becomes its first instructor.
    async fn create_course(
        &self,
        ctx: &Context<'_>,
        input: CreateCourseInput,
    ) -> Option<CreateCoursePayload> {
        let (course, errors) = mutate(ctx, || input.command(), Course::of).await?;
        Some(CreateCoursePayload { course, errors })
    }

    /// Changes a course, for its instructors and administrators.
    async fn update_course(
        &self,
        ctx: &Context<'_>,
        input: UpdateCourseInput,
    ) -> Option<UpdateCoursePayload> {
        let course = id_of(&input.course_id);
        let show = |view: &Arc<View>, ()| Course::of(view, course);
        let (course, errors) = mutate(ctx, || input.command(), show).await?;
        Some(UpdateCoursePayload { course, errors })
    }

    /// Shows a draft to its learners. A course that is published already stays as it is.
    async fn publish_course(
        &self,
        ctx: &Context<'_>,
        input: PublishCourseInput,
    ) -> Option<PublishCoursePayload> {
        let course = id_of(&input.course_id);
        let command = || Ok(PublishCourse { course });
        let (course, errors) = mutate(ctx, command, |view, ()| Course::of(view, course)).await?;
        Some(PublishCoursePayload { course, errors })
    }

    /// Makes a published course a draft again, while nobody has handed anything in. For its
    /// instructors and administrators.
    async fn unpublish_course(
        &self,
        ctx: &Context<'_>,
        input: UnpublishCourseInput,
    ) -> Option<UnpublishCoursePayload> {
        let course = id_of(&input.course_id);
        let command = || {
            Ok(UnpublishCourse {
                course,
                neighbours: neighbours(ctx),
            })
        };
        let (course, errors) = mutate(ctx, command, |view, ()| Course::of(view, course)).await?;
        Some(UnpublishCoursePayload { course, errors })
    }

    /// Ends a published course: who is in it reads it, and nothing in it changes any more. For its
    /// instructors and administrators.
    async fn archive_course(
        &self,
        ctx: &Context<'_>,
        input: ArchiveCourseInput,
    ) -> Option<ArchiveCoursePayload> {
        let course = id_of(&input.course_id);
        let command = || Ok(ArchiveCourse { course });
        let (course, errors) = mutate(ctx, command, |view, ()| Course::of(view, course)).await?;
        Some(ArchiveCoursePayload { course, errors })
    }

    /// Has an archived course taught again, for its instructors and administrators.
    async fn restore_course(
        &self,
        ctx: &Context<'_>,
        input: RestoreCourseInput,
    ) -> Option<RestoreCoursePayload> {
        let course = id_of(&input.course_id);
        let command = || Ok(RestoreCourse { course });
        let (course, errors) = mutate(ctx, command, |view, ()| Course::of(view, course)).await?;
        Some(RestoreCoursePayload { course, errors })
    }

    /// Deletes a draft in which nobody posted or handed in anything, for its instructors and
    /// administrators. A course that was taught can be archived.
    async fn delete_course(
        &self,
        ctx: &Context<'_>,
        input: DeleteCourseInput,
    ) -> Option<DeleteCoursePayload> {
        let command = DeleteCourse {
            course: id_of(&input.course_id),
            neighbours: neighbours(ctx),
        };
        let show = |_: &Arc<View>, ()| Ok(input.course_id.clone());
        let (deleted_id, errors) = mutate(ctx, || Ok(command), show).await?;
        Some(DeleteCoursePayload { deleted_id, errors })
    }

    /// Makes a draft with the content of a course: its modules, pages, files, assignments and
    /// topics, without its people and their work. For staff of the school who are of the course's
    /// staff; whoever copies it becomes its first instructor.
    async fn copy_course(
        &self,
        ctx: &Context<'_>,
        input: CopyCourseInput,
    ) -> Option<CopyCoursePayload> {
        let command = CopyCourse {
            course: id_of(&input.course_id),
            code: input.code,
            title: input.title,
            starts_at: input.starts_at.map(|at| at.0),
            neighbours: neighbours(ctx),
            idempotency_key: input.idempotency_key,
        };
        let (course, errors) = mutate(ctx, || Ok(command), Course::of).await?;
        Some(CopyCoursePayload { course, errors })
    }
}
