//! Making modules, changing, showing, ordering and removing them.

use std::sync::Arc;

use async_graphql::{Context, ID, InputObject, Object, SimpleObject};
use courses::modules::{
    CreateModule, DeleteModule, PublishModule, ReorderModules, UnpublishModule, UpdateModule,
};

use super::{CourseModule, show_module};
use crate::courses::Course;
use crate::errors::{UserError, mutate};
use crate::scalars::id_of;
use crate::view::View;

/// A module that is to be made.
#[derive(InputObject)]
struct CreateModuleInput {
    course_id: ID,
    /// 1 to 300 characters in one line.
    title: String,
    /// Whether learners see it; they do unless it is said otherwise.
    #[graphql(default = true)]
    published: bool,
}

/// What came of `createModule`.
#[derive(SimpleObject)]
#[graphql(serial)]
struct CreateModulePayload {
    /// The module; null when the input was refused.
    module: Option<CourseModule>,
    /// Why the input was refused; empty when all is well.
    errors: Vec<UserError>,
}

/// A module that is to have another title.
#[derive(InputObject)]
struct UpdateModuleInput {
    course_id: ID,
    module_id: ID,
    /// 1 to 300 characters in one line.
    title: String,
}

/// What came of `updateModule`.
#[derive(SimpleObject)]
#[graphql(serial)]
struct UpdateModulePayload {
    /// The module; null when the input was refused.
    module: Option<CourseModule>,
    /// Why the input was refused; empty when all is well.
    errors: Vec<UserError>,
}

/// A module that is to be shown.
#[derive(InputObject)]
struct PublishModuleInput {
    course_id: ID,
    module_id: ID,
}

/// What came of `publishModule`.
#[derive(SimpleObject)]
#[graphql(serial)]
struct PublishModulePayload {
    /// The module; null when the input was refused.
    module: Option<CourseModule>,
    /// Why the input was refused; empty when all is well.
    errors: Vec<UserError>,
}

/// A module that is to be hidden.
#[derive(InputObject)]
struct UnpublishModuleInput {
    course_id: ID,
    module_id: ID,
}

/// What came of `unpublishModule`.
#[derive(SimpleObject)]
#[graphql(serial)]
struct UnpublishModulePayload {
    /// The module; null when the input was refused.
    module: Option<CourseModule>,
    /// Why the input was refused; empty when all is well.
    errors: Vec<UserError>,
}

/// A module that is to be deleted.
#[derive(InputObject)]
struct DeleteModuleInput {
    course_id: ID,
    module_id: ID,
}

/// What came of `deleteModule`.
#[derive(SimpleObject)]
#[graphql(serial)]
struct DeleteModulePayload {
    /// The id of what is gone; null when the input was refused.
    deleted_id: Option<ID>,
    /// Why the input was refused; empty when all is well.
    errors: Vec<UserError>,
}

/// An order of the modules of a course.
#[derive(InputObject)]
struct ReorderModulesInput {
    course_id: ID,
    /// All modules of the course, each once.
    module_ids: Vec<ID>,
}

/// What came of `reorderModules`.
#[derive(SimpleObject)]
#[graphql(serial)]
struct ReorderModulesPayload {
    /// The course; null when the input was refused.
    course: Option<Course>,
    /// Why the input was refused; empty when all is well.
    errors: Vec<UserError>,
}

/// Changes to modules.
#[derive(Default)]
pub(crate) struct ModuleMutations;

#[Object]
impl ModuleMutations {
    /// Adds a module at the end of a course, for its staff.
    async fn create_module(
        &self,
        ctx: &Context<'_>,
        input: CreateModuleInput,
    ) -> Option<CreateModulePayload> {
        let course = id_of(&input.course_id);
        let command = CreateModule {
            course,
            title: input.title,
            published: input.published,
        };
        let show = |view: &Arc<View>, id| show_module(view, course, id);
        let (module, errors) = mutate(ctx, || Ok(command), show).await?;
        Some(CreateModulePayload { module, errors })
    }

    /// Gives a module another title, for the course's staff.
    async fn update_module(
        &self,
        ctx: &Context<'_>,
        input: UpdateModuleInput,
    ) -> Option<UpdateModulePayload> {
        let (course, module) = (id_of(&input.course_id), id_of(&input.module_id));
        let command = UpdateModule {
            course,
            module,
            title: input.title,
        };
        let show = |view: &Arc<View>, ()| show_module(view, course, module);
        let (module, errors) = mutate(ctx, || Ok(command), show).await?;
        Some(UpdateModulePayload { module, errors })
    }

    /// Shows a module to learners, with those of its items that are published themselves. For the
    /// course's staff.
    async fn publish_module(
        &self,
        ctx: &Context<'_>,
        input: PublishModuleInput,
    ) -> Option<PublishModulePayload> {
        let (course, module) = (id_of(&input.course_id), id_of(&input.module_id));
        let command = PublishModule { course, module };
        let show = |view: &Arc<View>, ()| show_module(view, course, module);
        let (module, errors) = mutate(ctx, || Ok(command), show).await?;
        Some(PublishModulePayload { module, errors })
    }

    /// Hides a module and its items from learners, for the course's staff. What they did there is
    /// kept.
    async fn unpublish_module(
        &self,
        ctx: &Context<'_>,
        input: UnpublishModuleInput,
    ) -> Option<UnpublishModulePayload> {
        let (course, module) = (id_of(&input.course_id), id_of(&input.module_id));
        let command = UnpublishModule { course, module };
        let show = |view: &Arc<View>, ()| show_module(view, course, module);
        let (module, errors) = mutate(ctx, || Ok(command), show).await?;
        Some(UnpublishModulePayload { module, errors })
    }

    /// Deletes a module with its items, for the course's staff. What is behind them stays in the
    /// course.
    async fn delete_module(
        &self,
        ctx: &Context<'_>,
        input: DeleteModuleInput,
    ) -> Option<DeleteModulePayload> {
        let (course, module) = (id_of(&input.course_id), id_of(&input.module_id));
        let show = |_: &Arc<View>, ()| Ok(input.module_id.clone());
        let (deleted_id, errors) =
            mutate(ctx, || Ok(DeleteModule { course, module }), show).await?;
        Some(DeleteModulePayload { deleted_id, errors })
    }

    /// Puts the modules of a course into another order, for its staff.
    async fn reorder_modules(
        &self,
        ctx: &Context<'_>,
        input: ReorderModulesInput,
    ) -> Option<ReorderModulesPayload> {
        let course = id_of(&input.course_id);
        let modules = input.module_ids.iter().map(id_of).collect();
        let command = ReorderModules { course, modules };
        let show = |view: &Arc<View>, ()| Course::of(view, course);
        let (course, errors) = mutate(ctx, || Ok(command), show).await?;
        Some(ReorderModulesPayload { course, errors })
    }
}
