//! Pages as search finds them.

use app::Event;
use app::search::{Body, Card, Document, FoundKind, Searched, bits, id_of};
use kernel::Result;
use store::Snapshot;

use super::{
    Page, PageCreated, PageDeleted, PageId, PageKind, PageUpdated, page_of, pages_of, seen, tables,
};
use crate::catalog;

pub(super) static SEARCHED: Searched<PageKind, Page> = Searched {
    kind: FoundKind::Page,
    table: &tables::PAGES,
    subjects: &[
        PageCreated::SUBJECT,
        PageUpdated::SUBJECT,
        PageDeleted::SUBJECT,
    ],
    of_course: |snapshot, course| pages_of(snapshot, id_of(course)),
    document,
    seen,
    card: |_, id, page| {
        Ok(Some(Card {
            id: id.to_text(),
            title: page.title.clone(),
            url: format!("/courses/{}/pages/{id}", page.course),
            course: Some(bits(page.course)),
        }))
    },
};

fn document(snapshot: &Snapshot, id: PageId) -> Result<Option<Document>> {
    let Some(page) = page_of(snapshot, id)? else {
        return Ok(None);
    };
    catalog::document_in(snapshot, page.course, |course| Document {
        title: page.title,
        body: Body::Blocks(page.body.blocks()),
        time: page.updated_at,
        ..course
    })
}
