//! Files of a course. Their bytes are fetched over HTTP.

use std::sync::Arc;

use async_graphql::Object;
use courses::files::{self, FileId, FileKind};

use crate::scalars::IdOf;
use crate::view::View;

/// A file of a course.
pub(crate) struct File {
    id: FileId,
    file: files::File,
}

impl File {
    pub(crate) fn visible(view: &Arc<View>, id: FileId) -> kernel::Result<Option<Self>> {
        view.actor().require_signed_in()?;
        let file = files::viewed(view.snapshot(), view.actor(), id)?;
        Ok(file.map(|file| Self { id, file }))
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

    /// Where the bytes are, within this site.
    async fn url(&self) -> String {
        format!("/api/files/{}", self.id)
    }
}
