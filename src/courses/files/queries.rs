//! Reading files, as far as the viewer may.

use std::sync::Arc;

use app::Actor;
use kernel::{Fault, Page, PageRequest, Result};
use store::{All, Findings, Range, Snapshot};

use super::FileId;
use super::blobs::Blobs;
use super::model::File;
use super::tables::{FILES, FILES_OF_COURSE, FILES_OF_COURSE_COUNT};
use crate::catalog::{self, CourseId, Viewed};
use crate::enrollments::Enrollment;
use crate::modules;

/// The file with this id, whoever asks.
pub(crate) fn file(snapshot: &Snapshot, id: FileId) -> Result<Option<File>> {
    snapshot.get(&FILES, &id)
}

/// The file of the course with this id, whoever asks: none that a learner keeps.
pub(crate) fn course_file(
    snapshot: &Snapshot,
    course: CourseId,
    id: FileId,
) -> Result<Option<File>> {
    Ok(file(snapshot, id)?.filter(|file| file.of_course() == Some(course)))
}

/// The file, as the actor sees it. A file of the course: staff always, others when it is published
/// and, where items lead to it, one of them is visible. A learner's own file: they themselves, and
/// who grades in the course.
pub fn viewed(snapshot: &Snapshot, actor: &Actor, id: FileId) -> Result<Option<File>> {
    Ok(seen(snapshot, actor, id)?.map(Arc::unwrap_or_clone))
}

/// The same, shared with whoever else reads it.
pub(super) fn seen(snapshot: &Snapshot, actor: &Actor, id: FileId) -> Result<Option<Arc<File>>> {
    let Some(file) = snapshot.shared(&FILES, &id)? else {
        return Ok(None);
    };
    let Some(viewed) = catalog::view(snapshot, actor, file.course)? else {
        return Ok(None);
    };
    let shown = match file.owner {
        Some(owner) => actor.user_id() == Some(owner) || sees_work(actor, &viewed),
        None => {
            viewed.staff || (file.published && modules::is_reachable(snapshot, file.course, id)?)
        }
    };
    Ok(shown.then_some(file))
}

/// Whether somebody sees what learners hand in.
pub(super) fn sees_work(actor: &Actor, viewed: &Viewed) -> bool {
    let grades = viewed
        .enrollment
        .as_ref()
        .is_some_and(Enrollment::may_grade);
    grades || actor.is_admin()
}

/// A page of the files of a course, the oldest first, for its staff. What learners keep is not
/// among them.
pub fn files_of(
    snapshot: &Snapshot,
    viewed: &Viewed,
    request: &PageRequest,
) -> Result<Page<(FileId, File)>> {
    viewed.require_staff()?;
    let total = snapshot.count(&FILES_OF_COURSE_COUNT, &viewed.id)?;
    let page = snapshot.entries_page(&FILES_OF_COURSE, &viewed.id, request, total)?;
    page.read(|(_, id)| Ok(file(snapshot, id)?.map(|file| (id, file))))
}

/// All files of a course, whoever asks, the oldest first. What learners keep is not among them.
pub(crate) fn all_of(snapshot: &Snapshot, course: CourseId) -> Result<Vec<FileId>> {
    snapshot
        .entries(&FILES_OF_COURSE, &course, Range::ALL)?
        .map(|entry| entry.map(|(_, file)| file))
        .collect()
}

/// Notes every file whose bytes are not there or not those that were stored.
pub fn verify(snapshot: &Snapshot, blobs: &Blobs, findings: &mut Findings) -> Result<()> {
    for entry in snapshot.scan(&FILES, &All, Range::ALL)? {
        // A record that does not decode is reported by the table's own verification.
        let Ok((id, file)) = entry else { continue };
        findings.files += 1;
        let whole = blobs.verify(file.hash);
        let whole = whole.map_err(|error| Fault::caused(format!("reading {id}"), error))?;
        findings.expect(whole, || {
            format!(
                "files: the bytes of {id} ({}) are missing or damaged",
                file.name
            )
        });
    }
    Ok(())
}
