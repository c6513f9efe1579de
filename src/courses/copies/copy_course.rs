//! Copies a course.

use app::{Actor, Command, OrRefuse, Tx, once_for};
use kernel::{Result, Timestamp};
use store::Snapshot;

use super::copying::Copying;
use super::outline::Outline;
use crate::catalog::{self, COURSE_NOT_FOUND, Course, CourseId, NewCourse};
use crate::neighbours::Neighbours;

/// Makes a draft with the content of a course, for staff of the school who are of the course's
/// staff. Whoever copies it becomes the first instructor. All of it is copied or nothing.
#[derive(Debug, Clone)]
pub struct CopyCourse {
    /// The course.
    pub course: CourseId,
    /// The code of the copy.
    pub code: String,
    /// What the copy is called; as the course without it.
    pub title: Option<String>,
    /// When the copy begins: all its dates move as this does. They stay without it, and where the
    /// course says no beginning.
    pub starts_at: Option<Timestamp>,
    /// Who copies assignments and topics.
    pub neighbours: Neighbours,
    /// The same for each try of one copy: it then counts once.
    pub idempotency_key: Option<String>,
}

impl Command for CopyCourse {
    type Out = CourseId;
    const NAME: &'static str = "courses.copy";

    fn permit(&self, actor: &Actor, snapshot: &Snapshot) -> Result<()> {
        catalog::require_staff(snapshot, actor, self.course)?;
        actor.require_staff()
    }

    fn run(&self, tx: &mut Tx<'_>) -> Result<CourseId> {
        let key = self.idempotency_key.as_deref();
        let input = (self.course, &self.code, &self.title, self.starts_at);
        once_for::<Self>(tx, key, &input, |tx| self.copy(tx))
    }
}

impl CopyCourse {
    fn copy(&self, tx: &mut Tx<'_>) -> Result<CourseId> {
        let viewed = catalog::view(tx, tx.actor(), self.course)?.or_refuse(COURSE_NOT_FOUND)?;
        let begin = viewed.course.starts_at.zip(self.starts_at);
        let copy = tx.new_id();
        let mut copying = Copying::new((self.course, copy), begin);
        let outline = Outline::of(tx, &viewed, &self.neighbours)?;
        outline.give_ids(tx, &mut copying)?;
        catalog::create(tx, copy, &self.described(&viewed.course, &copying)?)?;
        outline.put(tx, &copying, &self.neighbours)?;
        catalog::enroll_maker(tx, copy)?;
        Ok(copy)
    }

    /// What the copy says of itself.
    fn described(&self, from: &Course, copying: &Copying) -> Result<NewCourse> {
        let title = self.title.as_deref().unwrap_or(&from.title);
        // An end that nothing tells how to move would lie before the beginning.
        let keeps_end = from.starts_at.is_some() || self.starts_at.is_none();
        let ends_at = copying.moment(from.ends_at).filter(|_| keeps_end);
        NewCourse::titled(&self.code, title)?
            .description(&copying.text(&from.description)?)?
            .language(&from.language)?
            .dates(self.starts_at.or(from.starts_at), ends_at)
            .map(|new| new.visibility(from.visibility))
    }
}
