//! Stories of searching in a school.

mod finding;
mod input;
mod seeing;
mod stopping;
mod upkeep;
mod waiting;

use std::sync::Arc;

use app::search::{Block, FoundKind};
use courses::catalog::CourseId;
use courses::files::{Announced, Blobs, FileId, Limits, Upload};
use courses::markup::{SafeHtml, Written};
use courses::pages::{CreatePage, PageChange, PageId, UpdatePage};
use kernel::Result;
use llm::{Embedder, StaticTable};
use testkit::{Cast, Role};

use super::{Answer, FileTexts, Home, Mode, Parts, Question, Search};
use crate::tests::class;

/// A class with search over it.
pub(super) struct Library {
    pub(super) cast: Cast,
    pub(super) course: CourseId,
    pub(super) search: Arc<Search>,
    blobs: Arc<Blobs>,
    folder: tempfile::TempDir,
}

/// What stands in files of plain text.
struct Texts(Arc<Blobs>);

impl FileTexts for Texts {
    fn text(&self, hash: &[u8; 32], media_type: &str) -> Result<Option<Vec<Block>>> {
        let hash = courses::files::Hash::from_bytes(*hash);
        Ok(courses::files::text(&self.0, hash, media_type).unwrap())
    }
}

impl Library {
    pub(super) fn open() -> Self {
        let (cast, course) = class();
        let folder = tempfile::tempdir().unwrap();
        let blobs = Arc::new(Blobs::open(folder.path()).unwrap());
        let texts = Arc::new(Texts(Arc::clone(&blobs)));
        let search = over(&cast, texts, None, Arc::new(StaticTable::built_in()));
        Self {
            cast,
            course,
            search,
            blobs,
            folder,
        }
    }

    /// The same school, with indexes on disk and vectors by this embedder.
    pub(super) fn opened_again(&self, embedder: Arc<dyn Embedder>) -> Arc<Search> {
        let texts = Arc::new(Texts(Arc::clone(&self.blobs)));
        over(&self.cast, texts, Some(self.home()), embedder)
    }

    fn home(&self) -> Home {
        Home {
            folder: self.folder.path().join("search"),
            quarantine: self.folder.path().join("quarantine"),
        }
    }

    pub(super) fn page(&self, title: &str, html: &str) -> PageId {
        self.page_in(self.course, (title, html), true)
    }

    pub(super) fn page_in(
        &self,
        course: CourseId,
        (title, html): (&str, &str),
        published: bool,
    ) -> PageId {
        let create = CreatePage {
            course,
            module: None,
            title: title.to_owned(),
            body: SafeHtml::of(Written::Html(html)).unwrap(),
            estimated_minutes: None,
            published,
        };
        self.cast.does(Role::Program, create)
    }

    pub(super) fn rewrite(&self, page: PageId, title: &str, html: &str) {
        let change = PageChange {
            title: Some(title.to_owned()),
            body: Some(SafeHtml::of(Written::Html(html)).unwrap()),
            published: None,
        };
        let update = UpdatePage {
            page,
            change,
            expected_updated_at: None,
        };
        self.cast.does(Role::Program, update);
    }

    pub(super) fn file(&self, course: CourseId, name: &str, text: &str) -> FileId {
        let limits = Limits {
            disk_floor_bytes: 0,
            ..Limits::default()
        };
        let announced = Announced {
            course,
            name: name.to_owned(),
            bytes: None,
            published: true,
            idempotency_key: None,
        };
        let app = &self.cast.school.app;
        let actor = self.cast.actor(Role::Program);
        let upload = Upload::begin(&app.snapshot(), &actor, &self.blobs, announced, limits);
        let mut upload = upload.unwrap();
        upload.append(text.as_bytes()).unwrap();
        self.cast.does(Role::Program, upload.finish().unwrap())
    }

    /// What somebody finds when everything that happened has been taken into account.
    pub(super) fn ask(&self, role: Role, question: Question) -> Answer {
        self.search.catch_up().unwrap();
        self.tries(role, question).unwrap()
    }

    pub(super) fn tries(&self, role: Role, question: Question) -> Result<Answer> {
        let snapshot = self.cast.school.app.snapshot();
        let actor = self.cast.actor(role);
        self.cast
            .school
            .block_on(self.search.ask(&snapshot, &actor, question))
    }

    /// What a student finds in another search over the same school.
    pub(super) fn asks(&self, search: &Arc<Search>, mode: Mode, text: &str) -> Answer {
        let snapshot = self.cast.school.app.snapshot();
        let actor = self.cast.actor(Role::Student);
        let asked = search.ask(&snapshot, &actor, by(mode, text));
        self.cast.school.block_on(asked).unwrap()
    }

    /// The titles of what somebody finds by its words.
    pub(super) fn titles(&self, role: Role, text: &str) -> Vec<String> {
        titles(&self.ask(role, by(Mode::Fulltext, text)))
    }
}

fn over(
    cast: &Cast,
    texts: Arc<dyn FileTexts>,
    home: Option<Home>,
    embedder: Arc<dyn Embedder>,
) -> Arc<Search> {
    Search::new(Parts {
        app: cast.school.app.clone(),
        home,
        texts,
        embedder,
        threads: 1,
    })
    .unwrap()
}

pub(super) fn by(mode: Mode, text: &str) -> Question {
    Question {
        mode,
        ..Question::of(text)
    }
}

pub(super) fn titles(answer: &Answer) -> Vec<String> {
    let hits = answer.hits.iter();
    hits.map(|hit| hit.card.title.clone()).collect()
}

pub(super) fn kinds(answer: &Answer) -> Vec<FoundKind> {
    answer.hits.iter().map(|hit| hit.kind).collect()
}
