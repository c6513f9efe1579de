//! Takes an assignment over from a package.

use app::Tx;
use courses::cartridges::ImportedAssignment;
use courses::catalog::CourseId;
use courses::interchange::SubmissionType;
use kernel::Result;

use super::create_assignment::add;
use crate::assignments::model::NewAssignment;
use crate::assignments::work_kinds::{WorkKind, WorkKinds};

/// Names the settings of an assignment of a package that do not fit our limits.
pub fn left_out(from: &ImportedAssignment) -> Vec<&'static str> {
    fitting(from)
        .map(|(_, left_out)| left_out)
        .unwrap_or_default()
}

/// Takes an assignment over from a package, under the id it was given there. What does not fit
/// our limits is left out rather than refused; [`left_out`] names it.
pub fn import(tx: &mut Tx<'_>, course: CourseId, from: &ImportedAssignment) -> Result<()> {
    let (new, _) = fitting(from)?;
    add(tx, (course, from.id), &new)
}

/// As much of an assignment of a package as fits, and the names of what does not.
fn fitting(from: &ImportedAssignment) -> Result<(NewAssignment, Vec<&'static str>)> {
    let mut left_out = Vec::new();
    let mut keep = |name, new: NewAssignment, changed: Result<NewAssignment>| {
        changed.unwrap_or_else(|_| {
            left_out.push(name);
            new
        })
    };
    let new = NewAssignment::titled(&from.title, from.instructions.clone())?;
    let new = new.dates(None, from.due_at, None)?;
    let dates = new.clone().dates(from.unlock_at, from.due_at, from.lock_at);
    let new = keep("the dates of opening and closing", new, dates);
    let points = new.clone().points(from.points);
    let new = keep("the points", new, points);
    let attempts = new.clone().attempts(from.attempts_allowed);
    let new = keep("the number of attempts", new, attempts);
    let kinds: Vec<WorkKind> = {
        let submissions = from.submissions.iter().copied();
        submissions.filter_map(kind_of).collect()
    };
    if kinds.len() < from.submissions.len() {
        left_out.push("a kind of submission");
    }
    let new = new.kinds(WorkKinds::of(&kinds).unwrap_or_default());
    Ok((new.published(from.published), left_out))
}

/// What we call a kind of submission of a package; `None` for what we do not have, such as work on
/// paper. A package that asks for nothing that we have means everything.
fn kind_of(submission: SubmissionType) -> Option<WorkKind> {
    match submission {
        SubmissionType::Text => Some(WorkKind::Text),
        SubmissionType::Link => Some(WorkKind::Url),
        SubmissionType::File => Some(WorkKind::File),
        SubmissionType::Recording | SubmissionType::OnPaper | SubmissionType::Nothing => None,
    }
}
