//! Sections: the classes of a course, and keeping them.

use std::sync::Arc;

use app::OrRefuse;
use async_graphql::{Context, ID, InputObject, MaybeUndefined, Object, SimpleObject};
use courses::sections::{
    self, CreateSection, DeleteSection, NewSection, SECTION_NOT_FOUND, SectionChange, SectionId,
    SectionKind, UpdateSection,
};
use people::users::ExternalId;

use crate::courses::Course;
use crate::errors::{Result, UserError, mutate};
use crate::scalars::{DateTime, IdOf, id_of};
use crate::terms::change;
use crate::view::View;

/// A class of a course.
pub(crate) struct Section {
    view: Arc<View>,
    id: SectionId,
    record: sections::Section,
}

impl Section {
    /// A section of a course that the viewer is in.
    pub(crate) fn new(view: &Arc<View>, id: SectionId, record: sections::Section) -> Self {
        Self {
            view: Arc::clone(view),
            id,
            record,
        }
    }

    /// A section that something visible names.
    pub(crate) fn of(view: &Arc<View>, id: SectionId) -> kernel::Result<Self> {
        let section = sections::section(view.snapshot(), id)?.or_refuse(SECTION_NOT_FOUND)?;
        Ok(Self::new(view, id, section))
    }
}

/// A class of a course, with people of its own.
#[Object(serial)]
impl Section {
    /// The id.
    async fn id(&self) -> IdOf<SectionKind> {
        IdOf(self.id)
    }

    /// What it is called.
    async fn name(&self) -> &str {
        &self.record.name
    }

    /// When it begins; null where that is when the course does.
    async fn starts_at(&self) -> Option<DateTime> {
        self.record.starts_at.map(DateTime)
    }

    /// When it ends; null where that is when the course does.
    async fn ends_at(&self) -> Option<DateTime> {
        self.record.ends_at.map(DateTime)
    }

    /// What another program calls it; for the course's staff, null for others.
    async fn external_id(&self) -> Result<Option<&str>> {
        let course = self.view.course(self.record.course)?;
        let staff = course.is_some_and(|course| course.staff);
        let id = self.record.external_id.as_ref().map(ExternalId::as_str);
        Ok(id.filter(|_| staff))
    }

    /// When it was made.
    async fn created_at(&self) -> DateTime {
        DateTime(self.record.created_at)
    }

    /// The course.
    async fn course(&self) -> Result<Course> {
        Ok(Course::of(&self.view, self.record.course)?)
    }
}

/// A section that is to be made.
#[derive(InputObject)]
struct CreateSectionInput {
    course_id: ID,
    /// 1 to 300 characters in one line.
    name: String,
    /// When it begins; without it, when the course does.
    starts_at: Option<DateTime>,
    /// When it ends; without it, when the course does.
    ends_at: Option<DateTime>,
    /// What another program calls it: 1 to 255 characters, unlike any other section's.
    external_id: Option<String>,
    /// The same for each try of one creation, so that it counts once: a UUID is a good one.
    idempotency_key: Option<String>,
}

impl CreateSectionInput {
    fn command(self) -> kernel::Result<CreateSection> {
        let external_id = self.external_id.as_deref().map(ExternalId::parse);
        let section = NewSection::named(&self.name)?
            .dates(self.starts_at.map(|at| at.0), self.ends_at.map(|at| at.0))?
            .external_id(external_id.transpose()?);
        Ok(CreateSection {
            course: id_of(&self.course_id),
            section,
            idempotency_key: self.idempotency_key,
        })
    }
}

/// What came of `createSection`.
#[derive(SimpleObject)]
#[graphql(serial)]
struct CreateSectionPayload {
    /// The section; null when the input was refused.
    section: Option<Section>,
    /// Why the input was refused; empty when all is well.
    errors: Vec<UserError>,
}

/// What is to change of a section. What is left out stays; null clears what may be empty.
#[derive(InputObject)]
struct UpdateSectionInput {
    section_id: ID,
    /// 1 to 300 characters in one line.
    name: Option<String>,
    /// When it begins.
    starts_at: MaybeUndefined<DateTime>,
    /// When it ends.
    ends_at: MaybeUndefined<DateTime>,
    /// What another program calls it.
    external_id: MaybeUndefined<String>,
}

impl UpdateSectionInput {
    fn command(self) -> kernel::Result<UpdateSection> {
        Ok(UpdateSection {
            section: id_of(&self.section_id),
            change: SectionChange {
                name: self.name,
                starts_at: change(self.starts_at, |at| Ok(at.0))?,
                ends_at: change(self.ends_at, |at| Ok(at.0))?,
                external_id: change(self.external_id, |id| ExternalId::parse(&id))?,
            },
        })
    }
}

/// What came of `updateSection`.
#[derive(SimpleObject)]
#[graphql(serial)]
struct UpdateSectionPayload {
    /// The section; null when the input was refused.
    section: Option<Section>,
    /// Why the input was refused; empty when all is well.
    errors: Vec<UserError>,
}

/// A section that is to be deleted.
#[derive(InputObject)]
struct DeleteSectionInput {
    section_id: ID,
}

/// What came of `deleteSection`.
#[derive(SimpleObject)]
#[graphql(serial)]
struct DeleteSectionPayload {
    /// The id of what is gone; null when the input was refused.
    deleted_id: Option<ID>,
    /// Why the input was refused; empty when all is well.
    errors: Vec<UserError>,
}

/// Changes to sections.
#[derive(Default)]
pub(crate) struct SectionMutations;

#[Object]
impl SectionMutations {
    /// Adds a section to a course, for its instructors and administrators.
    async fn create_section(
        &self,
        ctx: &Context<'_>,
        input: CreateSectionInput,
    ) -> Option<CreateSectionPayload> {
        let (section, errors) = mutate(ctx, || input.command(), Section::of).await?;
        Some(CreateSectionPayload { section, errors })
    }

    /// Changes a section, for the course's instructors and administrators.
    async fn update_section(
        &self,
        ctx: &Context<'_>,
        input: UpdateSectionInput,
    ) -> Option<UpdateSectionPayload> {
        let id = id_of(&input.section_id);
        let show = |view: &Arc<View>, ()| Section::of(view, id);
        let (section, errors) = mutate(ctx, || input.command(), show).await?;
        Some(UpdateSectionPayload { section, errors })
    }

    /// Deletes a section that nobody is in, for the course's instructors and administrators.
    async fn delete_section(
        &self,
        ctx: &Context<'_>,
        input: DeleteSectionInput,
    ) -> Option<DeleteSectionPayload> {
        let section = id_of(&input.section_id);
        let show = |_: &Arc<View>, ()| Ok(input.section_id.clone());
        let (deleted_id, errors) = mutate(ctx, || Ok(DeleteSection { section }), show).await?;
        Some(DeleteSectionPayload { deleted_id, errors })
    }
}
