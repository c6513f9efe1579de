//! Courses as search finds them, and what every document of a course has of it.

use app::Event;
use app::search::{Body, Card, Document, FoundKind, Searched, bits, id_of};
use kernel::Result;
use store::Snapshot;

use super::events::{
    CourseArchived, CourseCreated, CourseDeleted, CoursePublished, CourseRestored,
    CourseUnpublished, CourseUpdated,
};
use super::model::Course;
use super::queries::{course, view};
use super::{CourseId, CourseKind, tables};
use crate::markup::markdown_blocks;

pub(super) static SEARCHED: Searched<CourseKind, Course> = Searched {
    kind: FoundKind::Course,
    table: &tables::COURSES,
    subjects: &[
        CourseCreated::SUBJECT,
        CourseUpdated::SUBJECT,
        CoursePublished::SUBJECT,
        CourseUnpublished::SUBJECT,
        CourseArchived::SUBJECT,
        CourseRestored::SUBJECT,
        CourseDeleted::SUBJECT,
    ],
    of_course: |_, course| Ok(vec![id_of(course)]),
    document,
    seen: |snapshot, actor, id| Ok(view(snapshot, actor, id)?.map(|viewed| viewed.course)),
    card: |_, id, course| {
        Ok(Some(Card {
            id: id.to_text(),
            title: course.title.clone(),
            url: format!("/courses/{id}"),
            course: Some(bits(id)),
        }))
    },
};

/// A document of a course that is there, made of one that is empty but for what the course says.
pub fn document_in(
    snapshot: &Snapshot,
    id: CourseId,
    make: impl FnOnce(Document) -> Document,
) -> Result<Option<Document>> {
    let course = course(snapshot, id)?;
    Ok(course.map(|course| {
        make(Document {
            course: Some(bits(id)),
            open: course.is_open_to(true),
            language: course.language.clone(),
            title: String::new(),
            body: Body::Blocks(Vec::new()),
            code: String::new(),
            names: String::new(),
            time: course.created_at,
        })
    }))
}

fn document(snapshot: &Snapshot, id: CourseId) -> Result<Option<Document>> {
    let Some(course) = course(snapshot, id)? else {
        return Ok(None);
    };
    document_in(snapshot, id, |document| Document {
        title: course.title.clone(),
        body: Body::Blocks(markdown_blocks(&course.description)),
        code: course.code.clone(),
        ..document
    })
}
