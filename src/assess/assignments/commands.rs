//! Sets work, takes it over from a package, and shows its grades.

use app::{Actor, Command, OrRefuse, Tx};
use courses::cartridges::ImportedAssignment;
use courses::catalog::{self, CourseId};
use courses::modules::{Content, ModuleId, NewItem, add_item};
use kernel::{Result, Timestamp, problems};
use store::Snapshot;

use super::AssignmentId;
use super::events::{AssignmentCreated, GradesPosted};
use super::model::{Assignment, NewAssignment};
use super::problems::ASSIGNMENT_NOT_FOUND;
use super::queries::{assignment, view};
use super::tables::ASSIGNMENTS;

/// Sets work.
#[derive(Debug, Clone)]
pub struct CreateAssignment {
    /// The course.
    pub course: CourseId,
    /// The module at whose end it is added; without one it stands by itself.
    pub module: Option<ModuleId>,
    /// The work.
    pub assignment: NewAssignment,
    /// How long it takes.
    pub estimated_minutes: Option<u32>,
}

impl Command for CreateAssignment {
    type Out = AssignmentId;
    const NAME: &'static str = "assignments.create";

    fn permit(&self, actor: &Actor, snapshot: &Snapshot) -> Result<()> {
        catalog::require_author(snapshot, actor, self.course).map(drop)
    }

    fn run(&self, tx: &mut Tx<'_>) -> Result<AssignmentId> {
        let (id, new) = (tx.new_id(), &self.assignment);
        put(tx, (self.course, id), new)?;
        if let Some(module) = self.module {
            let item = NewItem {
                module,
                title: new.title.clone(),
                content: Content::Assignment(id),
                estimated_minutes: self.estimated_minutes,
                due_at: new.due_at,
                published: new.published,
            };
            add_item(tx, self.course, item)?;
        }
        Ok(id)
    }
}

fn put(tx: &mut Tx<'_>, (course, id): (CourseId, AssignmentId), new: &NewAssignment) -> Result<()> {
    let assignment = Assignment {
        course,
        title: new.title.clone(),
        instructions: new.instructions.clone(),
        points: new.points,
        due_at: new.due_at,
        unlock_at: new.unlock_at,
        lock_at: new.lock_at,
        attempts_allowed: new.attempts_allowed,
        published: new.published,
        grades_posted_at: None,
    };
    tx.put(&ASSIGNMENTS, &id, &assignment)?;
    tx.emit(&AssignmentCreated {
        course,
        assignment: id,
    })
}

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
    put(tx, (course, from.id), &new)
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
    Ok((new.published(from.published), left_out))
}

/// Shows the grades of an assignment to its learners, those given already and those to come.
#[derive(Debug, Clone)]
pub struct PostGrades {
    /// The assignment.
    pub assignment: AssignmentId,
}

impl Command for PostGrades {
    type Out = Timestamp;
    const NAME: &'static str = "grades.post";

    fn permit(&self, actor: &Actor, snapshot: &Snapshot) -> Result<()> {
        actor.require_signed_in()?;
        let viewed = view(snapshot, actor, self.assignment)?.or_refuse(ASSIGNMENT_NOT_FOUND)?;
        if viewed.may_grade(actor) {
            Ok(())
        } else {
            problems::FORBIDDEN.refuse()
        }
    }

    fn run(&self, tx: &mut Tx<'_>) -> Result<Timestamp> {
        let assignment = assignment(tx, self.assignment)?.or_refuse(ASSIGNMENT_NOT_FOUND)?;
        if let Some(posted_at) = assignment.grades_posted_at {
            return Ok(posted_at);
        }
        let (course, now) = (assignment.course, tx.now());
        let posted = Assignment {
            grades_posted_at: Some(now),
            ..assignment
        };
        tx.put(&ASSIGNMENTS, &self.assignment, &posted)?;
        tx.emit(&GradesPosted {
            course,
            assignment: self.assignment,
        })?;
        Ok(now)
    }
}
