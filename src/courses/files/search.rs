//! Files of courses as search finds them: by name, and by the text in them. What learners keep for
//! their own work is not found.

use app::Event;
use app::search::{Body, Card, Document, FoundKind, Searched, bits, id_of};
use kernel::Result;
use store::Snapshot;

use super::events::{FileAdded, FileDeleted, FilePublished, FileRenamed, FileUnpublished};
use super::model::File;
use super::queries::{all_of, file, seen};
use super::{FileId, FileKind, tables};
use crate::catalog;

pub(super) static SEARCHED: Searched<FileKind, File> = Searched {
    kind: FoundKind::File,
    table: &tables::FILES,
    subjects: &[
        FileAdded::SUBJECT,
        FileRenamed::SUBJECT,
        FilePublished::SUBJECT,
        FileUnpublished::SUBJECT,
        FileDeleted::SUBJECT,
    ],
    of_course: |snapshot, course| all_of(snapshot, id_of(course)),
    document,
    seen: |snapshot, actor, id| {
        let file = seen(snapshot, actor, id)?;
        Ok(file.filter(|file| file.owner.is_none()))
    },
    card: |_, id, file| {
        Ok(Some(Card {
            id: id.to_text(),
            title: file.name.clone(),
            url: format!("/api/files/{id}"),
            course: Some(bits(file.course)),
        }))
    },
};

fn document(snapshot: &Snapshot, id: FileId) -> Result<Option<Document>> {
    let Some(file) = file(snapshot, id)?.filter(|file| file.owner.is_none()) else {
        return Ok(None);
    };
    catalog::document_in(snapshot, file.course, |document| Document {
        title: file.name.clone(),
        body: Body::Stored {
            hash: *file.hash.as_bytes(),
            media_type: file.media_type,
        },
        // `week-3_notes.pdf` is found by `notes` as well.
        code: file.name,
        time: file.added_at,
        ..document
    })
}
