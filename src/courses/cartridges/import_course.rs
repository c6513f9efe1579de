//! Puts the records of an imported course.

use app::{Actor, Command, Tx};
use kernel::{Result, Timestamp};
use store::Snapshot;

use crate::catalog::{self, CourseId, NewCourse};
use crate::files::{self, File, FileId};
use crate::interchange::SubmissionType;
use crate::markup::SafeHtml;
use crate::modules::{self, AssignmentId, Content, ModuleId, NewItem, TopicId};
use crate::neighbours::Neighbours;
use crate::pages::{self, Page, PageId};

/// An assignment of a package, under the id that it has been given.
#[derive(Debug, Clone)]
pub struct ImportedAssignment {
    /// The id.
    pub id: AssignmentId,
    /// What it is called.
    pub title: String,
    /// What is to be done.
    pub instructions: SafeHtml,
    /// How many points there are.
    pub points: Option<f64>,
    /// When it is due.
    pub due_at: Option<Timestamp>,
    /// When it opens.
    pub unlock_at: Option<Timestamp>,
    /// When it closes.
    pub lock_at: Option<Timestamp>,
    /// How often one may hand in.
    pub attempts_allowed: Option<u32>,
    /// What one may hand in; anything when it is empty.
    pub submissions: Vec<SubmissionType>,
    /// Whether learners see it.
    pub published: bool,
}

/// A topic of a package, under the id that it has been given.
#[derive(Debug, Clone)]
pub struct ImportedTopic {
    /// The id.
    pub id: TopicId,
    /// What it is called.
    pub title: String,
    /// What it begins with.
    pub body: SafeHtml,
    /// Whether learners see it.
    pub published: bool,
}

/// A module of a package.
#[derive(Debug, Clone)]
pub struct ImportedModule {
    /// The id.
    pub id: ModuleId,
    /// What it is called.
    pub title: String,
    /// Whether learners see it.
    pub published: bool,
    /// Its items, in their order.
    pub items: Vec<ImportedItem>,
}

/// An item of a package's module.
#[derive(Debug, Clone)]
pub struct ImportedItem {
    /// What it is called.
    pub title: String,
    /// What is behind it.
    pub content: Content,
    /// When it is due.
    pub due_at: Option<Timestamp>,
    /// Whether learners see it.
    pub published: bool,
}

/// Makes a course, as a draft, with everything that was prepared; whoever imports it becomes its
/// first instructor.
#[derive(Debug, Clone)]
pub struct ImportCourse {
    /// The id that its links already name.
    pub id: CourseId,
    /// The course.
    pub course: NewCourse,
    /// Its modules, in their order.
    pub modules: Vec<ImportedModule>,
    /// Its pages. Their time is set when they are put.
    pub pages: Vec<(PageId, Page)>,
    /// Its files, whose bytes are on disk. Their time is set when they are put.
    pub files: Vec<(FileId, File)>,
    /// Its assignments.
    pub assignments: Vec<ImportedAssignment>,
    /// Its topics.
    pub topics: Vec<ImportedTopic>,
    /// Who takes over assignments and topics.
    pub neighbours: Neighbours,
}

impl Command for ImportCourse {
    type Out = CourseId;
    const NAME: &'static str = "courses.import";

    fn permit(&self, actor: &Actor, _: &Snapshot) -> Result<()> {
        actor.require_staff()
    }

    fn run(&self, tx: &mut Tx<'_>) -> Result<CourseId> {
        let items: usize = self.modules.iter().map(|module| module.items.len()).sum();
        if items > modules::ITEMS_MAX {
            return modules::TOO_MANY_ITEMS.refuse();
        }
        let now = tx.now();
        catalog::create(tx, self.id, &self.course)?;
        for (id, page) in &self.pages {
            pages::put_page(
                tx,
                *id,
                &Page {
                    updated_at: now,
                    ..page.clone()
                },
            )?;
        }
        for (id, file) in &self.files {
            files::put_file(
                tx,
                *id,
                &File {
                    added_at: now,
                    ..file.clone()
                },
            )?;
        }
        for assignment in &self.assignments {
            (self.neighbours.assignment)(tx, self.id, assignment)?;
        }
        for topic in &self.topics {
            (self.neighbours.topic)(tx, self.id, topic)?;
        }
        for module in &self.modules {
            self.put_module(tx, module)?;
        }
        catalog::enroll_maker(tx, self.id)?;
        Ok(self.id)
    }
}

impl ImportCourse {
    fn put_module(&self, tx: &mut Tx<'_>, module: &ImportedModule) -> Result<()> {
        modules::add_module(
            tx,
            (self.id, module.id),
            module.title.clone(),
            module.published,
        )?;
        for (position, item) in (1..).zip(&module.items) {
            let new = NewItem {
                module: module.id,
                title: item.title.clone(),
                content: item.content.clone(),
                estimated_minutes: None,
                due_at: item.due_at,
                published: item.published,
            };
            modules::put_item(tx, self.id, new, (module.published, position))?;
        }
        Ok(())
    }
}
