//! Assignments as search finds them.

use app::Event;
use app::search::{Body, Card, Document, FoundKind, Searched, bits, id_of};
use courses::catalog;
use kernel::Result;
use store::Snapshot;

use super::events::{
    AssignmentCreated, AssignmentDeleted, AssignmentPublished, AssignmentUnpublished,
    AssignmentUpdated,
};
use super::model::Assignment;
use super::queries::{assignment, assignments_of, view};
use super::{AssignmentId, AssignmentKind, tables};

pub(super) static SEARCHED: Searched<AssignmentKind, Assignment> = Searched {
    kind: FoundKind::Assignment,
    table: &tables::ASSIGNMENTS,
    subjects: &[
        AssignmentCreated::SUBJECT,
        AssignmentUpdated::SUBJECT,
        AssignmentPublished::SUBJECT,
        AssignmentUnpublished::SUBJECT,
        AssignmentDeleted::SUBJECT,
    ],
    of_course: |snapshot, course| assignments_of(snapshot, id_of(course)),
    document,
    seen: |snapshot, actor, id| Ok(view(snapshot, actor, id)?.map(|viewed| viewed.assignment)),
    card: |_, id, assignment| {
        Ok(Some(Card {
            id: id.to_text(),
            title: assignment.title.clone(),
            url: format!("/courses/{}/assignments/{id}", assignment.course),
            course: Some(bits(assignment.course)),
        }))
    },
};

fn document(snapshot: &Snapshot, id: AssignmentId) -> Result<Option<Document>> {
    let Some(assignment) = assignment(snapshot, id)? else {
        return Ok(None);
    };
    catalog::document_in(snapshot, assignment.course, |document| Document {
        title: assignment.title.clone(),
        body: Body::Blocks(assignment.instructions.blocks()),
        ..document
    })
}
