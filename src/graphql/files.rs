//! Files of a course. Their bytes are fetched over HTTP.

use std::sync::Arc;

use app::OrRefuse;
use async_graphql::{Context, ID, InputObject, Object, SimpleObject};
use courses::files::{
    self, DeleteFile, FILE_NOT_FOUND, FileId, FileKind, PublishFile, RenameFile, UnpublishFile,
};

use crate::errors::{UserError, mutate};
use crate::scalars::{DateTime, IdOf, id_of};
use crate::schema::neighbours;
use crate::view::View;

/// A file of a course.
pub(crate) struct File {
    id: FileId,
    file: files::File,
}

impl File {
    pub(crate) fn new(id: FileId, file: files::File) -> Self {
        Self { id, file }
    }

    pub(crate) fn visible(view: &Arc<View>, id: FileId) -> kernel::Result<Option<Self>> {
        view.actor().require_signed_in()?;
        let file = files::viewed(view.snapshot(), view.actor(), id)?;
        Ok(file.map(|file| Self::new(id, file)))
    }

    fn of(view: &Arc<View>, id: FileId) -> kernel::Result<Self> {
        Self::visible(view, id)?.or_refuse(FILE_NOT_FOUND)
    }
}

/// A file of a course.
#[Object(serial)]
impl File {
    /// The id.
    pub(crate) async fn id(&self) -> IdOf<FileKind> {
        IdOf(self.id)
    }

    /// The name to show and to download as.
    async fn name(&self) -> &str {
        &self.file.name
    }

    /// By its name's ending.
    async fn media_type(&self) -> &str {
        &self.file.media_type
    }

    /// How many bytes: a whole number, which may be beyond the range of `Int`.
    #[expect(clippy::cast_precision_loss, reason = "no file has 2^53 bytes")]
    async fn bytes(&self) -> f64 {
        self.file.bytes as f64
    }

    /// When it was added.
    async fn added_at(&self) -> DateTime {
        DateTime(self.file.added_at)
    }

    /// Whether learners may read it.
    async fn published(&self) -> bool {
        self.file.published
    }

    /// Where the bytes are, within this site.
    async fn url(&self) -> String {
        format!("/api/files/{}", self.id)
    }
}

/// A file that is to have another name.
#[derive(InputObject)]
struct RenameFileInput {
    file_id: ID,
    /// The name, with an ending of the same kind. What cannot stand in a name is left out.
    name: String,
}

/// What came of `renameFile`.
#[derive(SimpleObject)]
#[graphql(serial)]
struct RenameFilePayload {
    /// The file; null when the input was refused.
    file: Option<File>,
    /// Why the input was refused; empty when all is well.
    errors: Vec<UserError>,
}

/// A file that is to be shown.
#[derive(InputObject)]
struct PublishFileInput {
    file_id: ID,
}

/// What came of `publishFile`.
#[derive(SimpleObject)]
#[graphql(serial)]
struct PublishFilePayload {
    /// The file; null when the input was refused.
    file: Option<File>,
    /// Why the input was refused; empty when all is well.
    errors: Vec<UserError>,
}

/// A file that is to be hidden.
#[derive(InputObject)]
struct UnpublishFileInput {
    file_id: ID,
}

/// What came of `unpublishFile`.
#[derive(SimpleObject)]
#[graphql(serial)]
struct UnpublishFilePayload {
    /// The file; null when the input was refused.
    file: Option<File>,
    /// Why the input was refused; empty when all is well.
    errors: Vec<UserError>,
}

/// A file that is to be deleted.
#[derive(InputObject)]
struct DeleteFileInput {
    file_id: ID,
}

/// What came of `deleteFile`.
#[derive(SimpleObject)]
#[graphql(serial)]
struct DeleteFilePayload {
    /// The id of what is gone; null when the input was refused.
    deleted_id: Option<ID>,
    /// Why the input was refused; empty when all is well.
    errors: Vec<UserError>,
}

/// Changes to files. Their bytes come over HTTP: `POST /api/courses/{id}/files`.
#[derive(Default)]
pub(crate) struct FileMutations;

#[Object]
impl FileMutations {
    /// Gives a file another name, for the course's staff.
    async fn rename_file(
        &self,
        ctx: &Context<'_>,
        input: RenameFileInput,
    ) -> Option<RenameFilePayload> {
        let file = id_of(&input.file_id);
        let command = RenameFile {
            file,
            name: input.name,
        };
        let (file, errors) = mutate(ctx, || Ok(command), |view, ()| File::of(view, file)).await?;
        Some(RenameFilePayload { file, errors })
    }

    /// Shows a file and the items that lead to it to learners, for the course's staff.
    async fn publish_file(
        &self,
        ctx: &Context<'_>,
        input: PublishFileInput,
    ) -> Option<PublishFilePayload> {
        let file = id_of(&input.file_id);
        let show = |view: &Arc<View>, ()| File::of(view, file);
        let (file, errors) = mutate(ctx, || Ok(PublishFile { file }), show).await?;
        Some(PublishFilePayload { file, errors })
    }

    /// Hides a file and the items that lead to it from learners, for the course's staff.
    async fn unpublish_file(
        &self,
        ctx: &Context<'_>,
        input: UnpublishFileInput,
    ) -> Option<UnpublishFilePayload> {
        let file = id_of(&input.file_id);
        let show = |view: &Arc<View>, ()| File::of(view, file);
        let (file, errors) = mutate(ctx, || Ok(UnpublishFile { file }), show).await?;
        Some(UnpublishFilePayload { file, errors })
    }

    /// Deletes a file that nobody handed in, with the items that lead to it: one of the course by
    /// its staff, a learner's own by themselves or who grades.
    async fn delete_file(
        &self,
        ctx: &Context<'_>,
        input: DeleteFileInput,
    ) -> Option<DeleteFilePayload> {
        let (file, neighbours) = (id_of(&input.file_id), neighbours(ctx));
        let show = |_: &Arc<View>, ()| Ok(input.file_id.clone());
        let command = DeleteFile { file, neighbours };
        let (deleted_id, errors) = mutate(ctx, || Ok(command), show).await?;
        Some(DeleteFilePayload { deleted_id, errors })
    }
}
