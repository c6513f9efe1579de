//! Adding items, changing, showing, moving and removing them.

use std::sync::Arc;

use async_graphql::{Context, Enum, ID, InputObject, MaybeUndefined, Object, SimpleObject};
use courses::modules::{
    AddItem, ItemChange, Linked, MoveItem, PublishItem, RemoveItem, ReorderItems, UnpublishItem,
    UpdateItem, WebAddress,
};
use courses::neighbours::Neighbours;

use super::{CourseModule, ModuleItem, show_item, show_module};
use crate::errors::{UserError, mutate};
use crate::scalars::id_of;
use crate::schema::neighbours;
use crate::terms::change;
use crate::view::View;

/// What an item can be added for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Enum)]
enum LinkedKind {
    /// A line between others.
    Heading,
    /// A page elsewhere, at `url`.
    Link,
    /// A video elsewhere, at `url`.
    Video,
    /// A file of the course, `fileId`.
    File,
    /// A page of the course, `contentId`.
    Page,
    /// An assignment of the course, `contentId`.
    Assignment,
    /// A topic of the course, `contentId`.
    Discussion,
}

/// An item that is to be added.
#[derive(InputObject)]
struct AddItemInput {
    course_id: ID,
    module_id: ID,
    /// 1 to 300 characters in one line.
    title: String,
    /// What is behind it.
    kind: LinkedKind,
    /// The address of a link or a video.
    url: Option<String>,
    /// The file.
    file_id: Option<ID>,
    /// The page, the assignment or the topic.
    content_id: Option<ID>,
    /// How long it takes, 1 to 10,000.
    estimated_minutes: Option<u32>,
    /// Whether learners see it when they see its module; they do unless it is said otherwise.
    #[graphql(default = true)]
    published: bool,
}

impl AddItemInput {
    fn command(self, neighbours: Neighbours) -> kernel::Result<AddItem> {
        let content_id = self.content_id.unwrap_or_default();
        let address = || WebAddress::parse(self.url.as_deref().unwrap_or_default());
        let content = match self.kind {
            LinkedKind::Heading => Linked::Heading,
            LinkedKind::Link => Linked::Link(address()?),
            LinkedKind::Video => Linked::Video(address()?),
            LinkedKind::File => Linked::File(id_of(&self.file_id.unwrap_or_default())),
            LinkedKind::Page => Linked::Page(id_of(&content_id)),
            LinkedKind::Assignment => Linked::Assignment(id_of(&content_id), neighbours),
            LinkedKind::Discussion => Linked::Topic(id_of(&content_id), neighbours),
        };
        Ok(AddItem {
            course: id_of(&self.course_id),
            module: id_of(&self.module_id),
            title: self.title,
            content,
            estimated_minutes: self.estimated_minutes,
            published: self.published,
        })
    }
}

/// What came of `addItem`.
#[derive(SimpleObject)]
#[graphql(serial)]
struct AddItemPayload {
    /// The item; null when the input was refused.
    item: Option<ModuleItem>,
    /// Why the input was refused; empty when all is well.
    errors: Vec<UserError>,
}

/// What is to change of an item. What is left out stays; null takes the estimate away.
#[derive(InputObject)]
struct UpdateItemInput {
    course_id: ID,
    item_id: ID,
    /// 1 to 300 characters in one line.
    title: Option<String>,
    /// How long it takes, 1 to 10,000.
    estimated_minutes: MaybeUndefined<u32>,
    /// The address of a link or a video.
    url: Option<String>,
}

/// What came of `updateItem`.
#[derive(SimpleObject)]
#[graphql(serial)]
struct UpdateItemPayload {
    /// The item; null when the input was refused.
    item: Option<ModuleItem>,
    /// Why the input was refused; empty when all is well.
    errors: Vec<UserError>,
}

/// An item that is to be shown.
#[derive(InputObject)]
struct PublishItemInput {
    course_id: ID,
    item_id: ID,
}

/// What came of `publishItem`.
#[derive(SimpleObject)]
#[graphql(serial)]
struct PublishItemPayload {
    /// The item; null when the input was refused.
    item: Option<ModuleItem>,
    /// Why the input was refused; empty when all is well.
    errors: Vec<UserError>,
}

/// An item that is to be hidden.
#[derive(InputObject)]
struct UnpublishItemInput {
    course_id: ID,
    item_id: ID,
}

/// What came of `unpublishItem`.
#[derive(SimpleObject)]
#[graphql(serial)]
struct UnpublishItemPayload {
    /// The item; null when the input was refused.
    item: Option<ModuleItem>,
    /// Why the input was refused; empty when all is well.
    errors: Vec<UserError>,
}

/// An item that is to stand elsewhere.
#[derive(InputObject)]
struct MoveItemInput {
    course_id: ID,
    item_id: ID,
    /// The module that it is to be in.
    module_id: ID,
    /// Its place there, from 1; at the end without it.
    position: Option<u32>,
}

/// What came of `moveItem`.
#[derive(SimpleObject)]
#[graphql(serial)]
struct MoveItemPayload {
    /// The item; null when the input was refused.
    item: Option<ModuleItem>,
    /// Why the input was refused; empty when all is well.
    errors: Vec<UserError>,
}

/// An item that is to be removed.
#[derive(InputObject)]
struct RemoveItemInput {
    course_id: ID,
    item_id: ID,
}

/// What came of `removeItem`.
#[derive(SimpleObject)]
#[graphql(serial)]
struct RemoveItemPayload {
    /// The id of what is gone; null when the input was refused.
    deleted_id: Option<ID>,
    /// Why the input was refused; empty when all is well.
    errors: Vec<UserError>,
}

impl UpdateItemInput {
    fn command(self) -> kernel::Result<UpdateItem> {
        Ok(UpdateItem {
            course: id_of(&self.course_id),
            item: id_of(&self.item_id),
            change: ItemChange {
                title: self.title,
                estimated_minutes: change(self.estimated_minutes, Ok)?,
                address: self.url.as_deref().map(WebAddress::parse).transpose()?,
            },
        })
    }
}

/// An order of the items of a module.
#[derive(InputObject)]
struct ReorderItemsInput {
    course_id: ID,
    module_id: ID,
    /// All items of the module, each once.
    item_ids: Vec<ID>,
}

/// What came of `reorderItems`.
#[derive(SimpleObject)]
#[graphql(serial)]
struct ReorderItemsPayload {
    /// The module; null when the input was refused.
    module: Option<CourseModule>,
    /// Why the input was refused; empty when all is well.
    errors: Vec<UserError>,
}

/// Changes to items.
#[derive(Default)]
pub(crate) struct ItemMutations;

#[Object]
impl ItemMutations {
    /// Adds an item at the end of a module, for the course's staff: a heading, something elsewhere,
    /// or something of the course.
    async fn add_item(&self, ctx: &Context<'_>, input: AddItemInput) -> Option<AddItemPayload> {
        let course = id_of(&input.course_id);
        let show = |view: &Arc<View>, id| show_item(view, course, id);
        let (item, errors) = mutate(ctx, || input.command(neighbours(ctx)), show).await?;
        Some(AddItemPayload { item, errors })
    }

    /// Changes an item, for the course's staff. The title of what is behind it stays.
    async fn update_item(
        &self,
        ctx: &Context<'_>,
        input: UpdateItemInput,
    ) -> Option<UpdateItemPayload> {
        let (course, item) = (id_of(&input.course_id), id_of(&input.item_id));
        let show = |view: &Arc<View>, ()| show_item(view, course, item);
        let (item, errors) = mutate(ctx, || input.command(), show).await?;
        Some(UpdateItemPayload { item, errors })
    }

    /// Shows an item when its module is shown, and publishes what is behind it. For the course's
    /// staff.
    async fn publish_item(
        &self,
        ctx: &Context<'_>,
        input: PublishItemInput,
    ) -> Option<PublishItemPayload> {
        let (course, item) = (id_of(&input.course_id), id_of(&input.item_id));
        let command = PublishItem {
            course,
            item,
            neighbours: neighbours(ctx),
        };
        let show = |view: &Arc<View>, ()| show_item(view, course, item);
        let (item, errors) = mutate(ctx, || Ok(command), show).await?;
        Some(PublishItemPayload { item, errors })
    }

    /// Hides an item from learners, for the course's staff. What is behind it is seen where another
    /// item that is shown leads to it.
    async fn unpublish_item(
        &self,
        ctx: &Context<'_>,
        input: UnpublishItemInput,
    ) -> Option<UnpublishItemPayload> {
        let (course, item) = (id_of(&input.course_id), id_of(&input.item_id));
        let command = UnpublishItem { course, item };
        let show = |view: &Arc<View>, ()| show_item(view, course, item);
        let (item, errors) = mutate(ctx, || Ok(command), show).await?;
        Some(UnpublishItemPayload { item, errors })
    }

    /// Moves an item within its module or to another one, for the course's staff.
    async fn move_item(&self, ctx: &Context<'_>, input: MoveItemInput) -> Option<MoveItemPayload> {
        let (course, item) = (id_of(&input.course_id), id_of(&input.item_id));
        let command = MoveItem {
            course,
            item,
            module: id_of(&input.module_id),
            position: input.position,
        };
        let show = |view: &Arc<View>, ()| show_item(view, course, item);
        let (item, errors) = mutate(ctx, || Ok(command), show).await?;
        Some(MoveItemPayload { item, errors })
    }

    /// Removes an item from its module, for the course's staff. What is behind it stays in the
    /// course.
    async fn remove_item(
        &self,
        ctx: &Context<'_>,
        input: RemoveItemInput,
    ) -> Option<RemoveItemPayload> {
        let (course, item) = (id_of(&input.course_id), id_of(&input.item_id));
        let show = |_: &Arc<View>, ()| Ok(input.item_id.clone());
        let (deleted_id, errors) = mutate(ctx, || Ok(RemoveItem { course, item }), show).await?;
        Some(RemoveItemPayload { deleted_id, errors })
    }

    /// Puts the items of a module into another order, for the course's staff.
    async fn reorder_items(
        &self,
        ctx: &Context<'_>,
        input: ReorderItemsInput,
    ) -> Option<ReorderItemsPayload> {
        let (course, module) = (id_of(&input.course_id), id_of(&input.module_id));
        let items = input.item_ids.iter().map(id_of).collect();
        let command = ReorderItems {
            course,
            module,
            items,
        };
        let show = |view: &Arc<View>, ()| show_module(view, course, module);
        let (module, errors) = mutate(ctx, || Ok(command), show).await?;
        Some(ReorderItemsPayload { module, errors })
    }
}
