//! From a package to a command: ids are given out, pages made safe, links pointed, files stored.

mod outline;
mod texts;

use std::cell::RefCell;
use std::collections::{HashMap, HashSet};
use std::io;

use app::App;
use kernel::{Id, Timestamp};

use super::import_course::ImportCourse;
use crate::catalog::{CourseId, NewCourse, title_of};
use crate::files::{Blob, Blobs, File, FileId};
use crate::interchange::{
    Archive, Cartridge, CartridgeProblem, FileEntry, Key, Line, Report, Target, What, rewrite_html,
};
use crate::markup::SafeHtml;
use crate::modules::{AssignmentId, ModuleId, TopicId};
use crate::neighbours::Neighbours;
use crate::pages::{Page, PageId};

/// A course ready to be put, and what became of everything in its package.
#[derive(Debug)]
pub struct Prepared {
    /// Puts it.
    pub command: ImportCourse,
    /// What was kept, changed and lost.
    pub report: Report,
}

/// Why a package could not be prepared.
#[derive(Debug, thiserror::Error)]
pub enum PrepareError {
    /// The package cannot be trusted or read.
    #[error(transparent)]
    Package(#[from] CartridgeProblem),
    /// Its files cannot be stored.
    #[error("the files of the package cannot be stored: {0}")]
    Disk(#[from] io::Error),
}

/// How far the preparation is, for who waits.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Step {
    /// Pages and files that are done.
    pub done: usize,
    /// Pages and files in all.
    pub total: usize,
}

/// Prepares an opened package. Without `blobs` files are read but not stored: for a dry run.
pub fn prepare(
    app: &App,
    (archive, cartridge, report): (Archive, Cartridge, Report),
    course: NewCourse,
    neighbours: Neighbours,
    (blobs, progress): (Option<&Blobs>, &dyn Fn(Step)),
) -> Result<Prepared, PrepareError> {
    let ids = Ids::give_out(app, &cartridge);
    let total = cartridge.pages.len() + cartridge.files.len();
    let hidden = hidden(&cartridge);
    let cartridge = &cartridge;
    let mut work = Work {
        archive,
        cartridge,
        hidden,
        report,
        ids,
        done: 0,
        total,
        progress,
        neighbours,
        linked_files: HashSet::new(),
    };
    let pages = work.pages()?;
    let files = work.files(blobs)?;
    let assignments = work.assignments();
    let topics = work.topics();
    let modules = work.modules(&assignments);
    let course = work.describe(course);
    let command = ImportCourse {
        id: work.ids.course,
        course,
        modules,
        pages,
        files,
        assignments,
        topics,
        neighbours,
    };
    Ok(Prepared {
        command,
        report: work.report,
    })
}

/// The new id of everything in the package.
struct Ids {
    course: CourseId,
    other_material: ModuleId,
    modules: HashMap<Key, ModuleId>,
    pages: HashMap<Key, PageId>,
    files: HashMap<Key, FileId>,
    assignments: HashMap<Key, AssignmentId>,
    topics: HashMap<Key, TopicId>,
}

fn fresh<'a, K>(app: &App, keys: impl Iterator<Item = &'a Key>) -> HashMap<Key, Id<K>> {
    keys.map(|key| (key.clone(), app.new_id())).collect()
}

impl Ids {
    fn give_out(app: &App, cartridge: &Cartridge) -> Self {
        Self {
            course: app.new_id(),
            other_material: app.new_id(),
            modules: fresh(app, cartridge.modules.iter().map(|module| &module.key)),
            pages: fresh(app, cartridge.pages.iter().map(|page| &page.key)),
            files: fresh(app, cartridge.files.iter().map(|file| &file.key)),
            assignments: fresh(app, cartridge.assignments.iter().map(|work| &work.key)),
            topics: fresh(app, cartridge.topics.iter().map(|topic| &topic.key)),
        }
    }

    /// The address within the site of something in the package.
    fn address(&self, target: &Target) -> Option<String> {
        let course = format!("/courses/{}", self.course);
        match target {
            Target::Page(key) => self.pages.get(key).map(|id| format!("{course}/pages/{id}")),
            Target::File(key) => self.files.get(key).map(|id| format!("/api/files/{id}")),
            Target::Assignment(key) => self
                .assignments
                .get(key)
                .map(|id| format!("{course}/assignments/{id}")),
            Target::Topic(key) => self
                .topics
                .get(key)
                .map(|id| format!("{course}/topics/{id}")),
            Target::Module(key) => self.modules.get(key).map(|id| format!("{course}#{id}")),
            Target::Course => Some(course),
        }
    }
}

/// The keys of what learners must not see.
fn hidden(cartridge: &Cartridge) -> HashSet<&Key> {
    let pages = cartridge
        .pages
        .iter()
        .map(|page| (&page.key, page.published));
    let files = cartridge
        .files
        .iter()
        .map(|file| (&file.key, file.published));
    let assignments = cartridge
        .assignments
        .iter()
        .map(|work| (&work.key, work.published));
    let topics = cartridge
        .topics
        .iter()
        .map(|topic| (&topic.key, topic.published));
    let all = pages.chain(files).chain(assignments).chain(topics);
    all.filter_map(|(key, published)| (!published).then_some(key))
        .collect()
}

struct Work<'a> {
    archive: Archive,
    cartridge: &'a Cartridge,
    hidden: HashSet<&'a Key>,
    report: Report,
    ids: Ids,
    done: usize,
    total: usize,
    progress: &'a dyn Fn(Step),
    neighbours: Neighbours,
    /// The files that some text links to or shows.
    linked_files: HashSet<Key>,
}

impl Work<'_> {
    fn step(&mut self) {
        self.done += 1;
        (self.progress)(Step {
            done: self.done,
            total: self.total,
        });
    }

    /// HTML of the package made safe, with its links pointed; what that cost goes to the report.
    fn safe(&mut self, html: &str, base: &str, title: &str) -> SafeHtml {
        let (ids, linked) = (&self.ids, RefCell::new(Vec::new()));
        let rewritten = rewrite_html(html, base, &self.cartridge.targets, &|target| {
            if let Target::File(key) = target {
                linked.borrow_mut().push(key.clone());
            }
            ids.address(target)
        });
        self.linked_files.extend(linked.into_inner());
        self.report.add_rewritten(title, &rewritten);
        SafeHtml::rewritten(rewritten.html)
    }

    /// A title within our limits; a change goes to the report.
    fn title(&mut self, what: What, title: &str) -> String {
        if let Ok(title) = title_of(title) {
            return title;
        }
        let line: String = title
            .chars()
            .map(|c| if c.is_control() { ' ' } else { c })
            .collect();
        let short: String = line.trim().chars().take(300).collect();
        let fitting = title_of(&short).unwrap_or_else(|_| "Untitled".to_owned());
        self.report
            .change(Line::new(what, &fitting).why("its title was shortened or mended"));
        fitting
    }

    fn pages(&mut self) -> Result<Vec<(PageId, Page)>, PrepareError> {
        let mut pages = Vec::with_capacity(self.cartridge.pages.len());
        for page in &self.cartridge.pages {
            let html = self.archive.page_html(page)?;
            let title = self.title(What::Page, &page.title);
            let body = self.safe(&html, &page.key, &title);
            let record = Page {
                course: self.ids.course,
                title,
                body,
                updated_at: Timestamp::default(),
                published: page.published,
            };
            pages.extend(self.ids.pages.get(&page.key).map(|id| (*id, record)));
            self.step();
        }
        Ok(pages)
    }

    fn files(&mut self, blobs: Option<&Blobs>) -> Result<Vec<(FileId, File)>, PrepareError> {
        let mut files = Vec::with_capacity(self.cartridge.files.len());
        for entry in &self.cartridge.files {
            let blob = self.store(entry, blobs)?;
            if let (Some(blob), Some(id)) = (blob, self.ids.files.get(&entry.key)) {
                let file = File {
                    course: self.ids.course,
                    name: entry.name.clone(),
                    media_type: entry.media_type.to_owned(),
                    bytes: blob.bytes,
                    hash: blob.hash,
                    added_at: Timestamp::default(),
                    published: entry.published,
                    owner: None,
                };
                files.push((*id, file));
            }
            self.step();
        }
        Ok(files)
    }

    /// Stores a file, or only reads it through when nothing is to be kept.
    fn store(
        &mut self,
        entry: &FileEntry,
        blobs: Option<&Blobs>,
    ) -> Result<Option<Blob>, PrepareError> {
        let archive = &mut self.archive;
        let Some(blobs) = blobs else {
            archive.copy_to(entry, &mut io::sink())?;
            return Ok(None);
        };
        let blob = blobs.keep::<PrepareError>(|out| {
            archive.copy_to(entry, out)?;
            Ok(())
        })?;
        Ok(Some(blob))
    }

    /// The course with what the package says of it. What does not fit is left out, and reported.
    fn describe(&mut self, course: NewCourse) -> NewCourse {
        let html = self.cartridge.description_html.clone();
        let description = self.safe(&html, "", "the description of the course");
        let course = match description.as_str() {
            "" => course,
            html => self.fit("description", course, |c| c.description(html)),
        };
        let course = match &self.cartridge.language {
            Some(language) => self.fit("language", course, |c| c.language(language)),
            None => course,
        };
        let moment = |text: &Option<String>| text.as_deref().and_then(|text| text.parse().ok());
        let (starts, ends) = (moment(&self.cartridge.starts), moment(&self.cartridge.ends));
        if starts.is_none() && ends.is_none() {
            return course;
        }
        self.fit("dates", course, |c| c.dates(starts, ends))
    }

    /// The course after a change, or as it was when the change does not fit.
    fn fit(
        &mut self,
        name: &str,
        course: NewCourse,
        change: impl FnOnce(NewCourse) -> kernel::Result<NewCourse>,
    ) -> NewCourse {
        change(course.clone()).unwrap_or_else(|error| {
            let why = format!("it was left out: {error}");
            self.report.lose(Line::new(What::Setting, name).why(&why));
            course
        })
    }
}
