//! What a submission is. Pure.

use serde::{Deserialize, Serialize};

use app::UserId;
use courses::catalog::CourseId;
use courses::files::FileId;
use courses::modules::WebAddress;
use kernel::{Result, Timestamp};

use super::problems::{
    BODY_TOO_LONG, FILE_REPEATED, KIND_NOT_TAKEN, SUBMISSION_EMPTY, TOO_MANY_FILES,
};
use crate::assignments::{AssignmentId, WorkKind, WorkKinds};

/// The longest text that can be handed in, in bytes.
const BODY_BYTES_MAX: usize = 128 * 1024;
/// The most files of one submission.
const FILES_MAX: usize = 20;

/// What a learner handed in.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Submission {
    /// For which assignment.
    pub assignment: AssignmentId,
    /// In which course.
    pub course: CourseId,
    /// Who.
    pub user: UserId,
    /// The how-manyth time, from 1.
    pub attempt: u32,
    /// When it was received.
    pub submitted_at: Timestamp,
    /// Whether that was after it was due.
    pub late: bool,
    /// What it consists of.
    pub work: Work,
}

/// Where a submission is on its way, for one who looks at it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
pub enum SubmissionState {
    /// Received.
    Submitted,
    /// Graded, and the viewer may see the grade.
    Graded,
}

/// The work itself: a text, an address, files, or several of these.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Work {
    body: Option<String>,
    url: Option<WebAddress>,
    file_ids: Vec<FileId>,
}

impl Work {
    /// Work within its limits; `SUBMISSION_EMPTY` when there is none.
    pub fn new(
        body: Option<String>,
        url: Option<WebAddress>,
        file_ids: Vec<FileId>,
    ) -> Result<Self> {
        let body = body.filter(|body| !body.trim().is_empty());
        require_body(body.as_deref())?;
        require_files(&file_ids)?;
        if body.is_none() && url.is_none() && file_ids.is_empty() {
            return Err(SUBMISSION_EMPTY.on("body"));
        }
        Ok(Self {
            body,
            url,
            file_ids,
        })
    }

    /// Refuses work of a kind that is not among these, naming its field.
    pub(super) fn require_kinds(&self, taken: WorkKinds) -> Result<()> {
        let kinds = [
            (self.body.is_some(), WorkKind::Text),
            (self.url.is_some(), WorkKind::Url),
            (!self.file_ids.is_empty(), WorkKind::File),
        ];
        for (handed_in, kind) in kinds {
            if handed_in && !taken.has(kind) {
                return Err(KIND_NOT_TAKEN.on(kind.field()));
            }
        }
        Ok(())
    }

    /// The text, as it was typed.
    pub fn body(&self) -> Option<&str> {
        self.body.as_deref()
    }

    /// The address.
    pub fn url(&self) -> Option<&WebAddress> {
        self.url.as_ref()
    }

    /// The files.
    pub fn file_ids(&self) -> &[FileId] {
        &self.file_ids
    }
}

/// Refuses a text that is too long to be handed in.
pub(crate) fn require_body(body: Option<&str>) -> Result<()> {
    if body.is_some_and(|body| body.len() > BODY_BYTES_MAX) {
        return Err(BODY_TOO_LONG.on("body"));
    }
    Ok(())
}

/// Refuses more files than can be handed in at once, and one that is named twice.
pub(crate) fn require_files(file_ids: &[FileId]) -> Result<()> {
    if file_ids.len() > FILES_MAX {
        return Err(TOO_MANY_FILES.on("fileIds"));
    }
    let repeated =
        |(at, id): (usize, &FileId)| file_ids.iter().skip(at + 1).any(|other| other == id);
    if file_ids.iter().enumerate().any(repeated) {
        return Err(FILE_REPEATED.on("fileIds"));
    }
    Ok(())
}
