//! What a cartridge holds, still under the package's own names.
//!
//! Every object is known by its **key**: the path of its main file in the archive. A key is unique
//! in the package whatever the manifest says about identifiers, which exporters repeat.

use super::links::Targets;

/// The key of an object: the path of its main file in the archive.
pub type Key = String;

/// A course as the package describes it.
#[derive(Debug, Default)]
pub struct Cartridge {
    /// `1.1.0`, `1.2.0`, `1.3.0`, or nothing where the manifest is silent.
    pub version: Option<String>,
    /// The package was written by Canvas and has its settings beside the manifest.
    pub canvas: bool,
    pub title: String,
    /// HTML as the package has it: not sanitised yet, may be empty.
    pub description_html: String,
    pub language: Option<String>,
    pub course_code: Option<String>,
    /// RFC 3339 in UTC.
    pub starts: Option<String>,
    /// RFC 3339 in UTC.
    pub ends: Option<String>,
    /// The licence or rights statement of the manifest, plain text.
    pub rights: Option<String>,
    /// In the order of the course.
    pub modules: Vec<Module>,
    pub pages: Vec<Page>,
    pub assignments: Vec<Assignment>,
    pub topics: Vec<Topic>,
    pub files: Vec<FileEntry>,
    /// How addresses inside the package lead to these objects; for [`rewrite_html`](super::rewrite_html).
    pub targets: Targets,
}

impl Cartridge {
    /// Makes everything visible that the package hides.
    pub fn show_hidden(&mut self) {
        for module in &mut self.modules {
            module.published = true;
            module
                .items
                .iter_mut()
                .for_each(|item| item.published = true);
        }
        self.pages.iter_mut().for_each(|page| page.published = true);
        self.assignments
            .iter_mut()
            .for_each(|work| work.published = true);
        self.topics
            .iter_mut()
            .for_each(|topic| topic.published = true);
        self.files.iter_mut().for_each(|file| file.published = true);
    }
}

/// A chapter of the course.
#[derive(Debug, Clone, PartialEq)]
pub struct Module {
    /// The identifier of the item or module in the package; for [`Target::Module`](super::Target).
    pub key: Key,
    pub title: String,
    pub published: bool,
    /// RFC 3339 in UTC; before that the module is closed.
    pub unlocks: Option<String>,
    pub items: Vec<Item>,
}

/// A line of a module.
#[derive(Debug, Clone, PartialEq)]
pub struct Item {
    pub title: String,
    pub kind: ItemKind,
    /// How far the line is moved in; 0 is the module's own level.
    pub indent: u8,
    pub published: bool,
}

/// What a line of a module leads to.
#[derive(Debug, Clone, PartialEq)]
pub enum ItemKind {
    Page(Key),
    File(Key),
    Assignment(Key),
    Topic(Key),
    /// A web address, `http` or `https`.
    Link {
        url: String,
    },
    /// A heading between other lines.
    Heading,
    /// Something the platform cannot take over yet; the title stays as a reminder.
    NotImported {
        what: Unsupported,
    },
}

/// Kinds of content that stay behind.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Unsupported {
    Quiz,
    QuestionBank,
    /// A tool of another site (LTI).
    Tool,
    /// The package names it but does not hold it, or it could not be read.
    Missing,
    Other,
}

/// A page of HTML. The text itself is read with [`Archive::page_html`](super::Archive::page_html),
/// so that a large package does not have to fit into memory.
#[derive(Debug, Clone, PartialEq)]
pub struct Page {
    /// Also the base of relative links in the page.
    pub key: Key,
    pub title: String,
    pub published: bool,
    /// The page that opens the course.
    pub front: bool,
}

/// Work that learners hand in.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Assignment {
    pub key: Key,
    pub title: String,
    /// HTML as the package has it: not sanitised yet.
    pub description_html: String,
    /// The file the HTML came from; the base of relative links in it.
    pub base: String,
    pub points: Option<f64>,
    /// RFC 3339 in UTC.
    pub due: Option<String>,
    /// RFC 3339 in UTC.
    pub unlocks: Option<String>,
    /// RFC 3339 in UTC.
    pub locks: Option<String>,
    /// `None` is as often as one likes.
    pub attempts: Option<u32>,
    pub submissions: Vec<SubmissionType>,
    /// Endings of files that may be handed in; empty for all.
    pub extensions: Vec<String>,
    /// Files that belong to the assignment, by key.
    pub attachments: Vec<Key>,
    pub published: bool,
}

/// How work may be handed in.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum SubmissionType {
    Text,
    File,
    Link,
    Recording,
    /// On paper or in person.
    OnPaper,
    /// Nothing is handed in.
    Nothing,
}

/// A question for discussion, or an announcement.
#[derive(Debug, Clone, PartialEq)]
pub struct Topic {
    /// Also the base of relative links in the text.
    pub key: Key,
    pub title: String,
    /// HTML as the package has it: not sanitised yet.
    pub html: String,
    pub announcement: bool,
    pub published: bool,
    /// Files that belong to the topic, by key.
    pub attachments: Vec<Key>,
}

/// A file to copy out with [`Archive::copy_to`](super::Archive::copy_to).
#[derive(Debug, Clone, PartialEq)]
pub struct FileEntry {
    pub key: Key,
    /// The name to show and to download as.
    pub name: String,
    /// Size in bytes once unpacked.
    pub size: u64,
    /// By the extension only; look at the bytes before trusting it.
    pub media_type: &'static str,
    /// `false` for files that learners must not see (teachers' copies, hidden folders).
    pub published: bool,
}
