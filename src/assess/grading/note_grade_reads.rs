//! Writes down that somebody read the grades of others.

use std::collections::BTreeMap;

use app::{Actor, Command, OrRefuse, Tx};
use courses::catalog::CourseId;
use kernel::Result;
use store::Snapshot;

use super::events::{GradeRead, GradesRead};
use super::reads::GradeReads;
use crate::assignments::{ASSIGNMENT_NOT_FOUND, AssignmentId, assignment};

/// The most grades that one event names; more are told of in several.
const READ_MAX: usize = 100;

/// Notes what was read in one request: an event for each course, for the audit.
#[derive(Debug, Clone)]
pub struct NoteGradeReads {
    /// What was read.
    pub reads: GradeReads,
}

impl Command for NoteGradeReads {
    type Out = ();
    const NAME: &'static str = "grades.note_reads";

    /// Whoever was shown something has it noted of themselves.
    fn permit(&self, actor: &Actor, _: &Snapshot) -> Result<()> {
        actor.require_user().map(drop)
    }

    fn run(&self, tx: &mut Tx<'_>) -> Result<()> {
        let reader = tx.user()?;
        let mut courses: BTreeMap<AssignmentId, CourseId> = BTreeMap::new();
        let mut read: BTreeMap<CourseId, Vec<GradeRead>> = BTreeMap::new();
        for (submission, (id, learner)) in &self.reads.read {
            let course = match courses.get(id) {
                Some(course) => *course,
                None => assignment(tx, *id)?.or_refuse(ASSIGNMENT_NOT_FOUND)?.course,
            };
            courses.insert(*id, course);
            read.entry(course).or_default().push(GradeRead {
                assignment: *id,
                submission: *submission,
                learner: *learner,
            });
        }
        for (course, read) in read {
            for read in read.chunks(READ_MAX) {
                tx.emit(&GradesRead {
                    reader,
                    course,
                    read: read.to_vec(),
                })?;
            }
        }
        Ok(())
    }
}
