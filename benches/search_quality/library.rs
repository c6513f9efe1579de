//! What is searched: a book whose glossary has been taken out, in a school in memory, with the
//! questions that its pages answer.

use std::path::PathBuf;
use std::sync::Arc;

use app::search::{Block, FoundKind};
use app::{Actor, App, Command, SchoolRole};
use courses::cartridges::prepare;
use courses::catalog::{CreateCourse, NewCourse};
use courses::interchange;
use courses::markup::{SafeHtml, Written};
use courses::neighbours::Neighbours;
use courses::pages::{CreatePage, Page};
use insight::search::{FileTexts, Mode, Parts, Question, Search};
use kernel::{PageRequest, Result, SystemClock};
use store::{Engine, Options, Store};
use tokio::runtime::{Builder, Runtime};

use crate::definitions::without_definitions;
use crate::paraphrased::PARAPHRASED;
use crate::remembering::Remembering;
use crate::texts::TEXTS;

/// The book, where the corpus is.
const BOOK: &str = "cartridges/openstax-python.imscc";
/// Its pages that say again what others say.
const REPEATING: [&str; 2] = ["Chapter summary", "Summary"];

/// What each chapter's first page is called.
const INTRODUCTION: &str = "Introduction";

/// A question, and the title of the page that answers it.
#[derive(Debug, Clone)]
pub(super) struct Asked {
    pub(super) text: String,
    pub(super) page: String,
}

/// Questions of one kind.
pub(super) struct Set {
    pub(super) name: &'static str,
    pub(super) asked: Vec<Asked>,
}

/// A school with search over it, and the questions.
pub(super) struct Library {
    pub(super) name: &'static str,
    pub(super) sets: Vec<Set>,
    pub(super) pages: Vec<(String, SafeHtml)>,
    pub(super) embedder: Arc<Remembering>,
    app: App,
    actor: Actor,
    search: Arc<Search>,
    runtime: Runtime,
}

/// The pages are all there is.
struct NoTexts;

impl FileTexts for NoTexts {
    fn text(&self, _: &[u8; 32], _: &str) -> Result<Option<Vec<Block>>> {
        Ok(None)
    }
}

impl Library {
    /// The book of the corpus, or a small library of our own where there is no corpus.
    pub(super) fn open() -> Self {
        let store = Store::over(Engine::in_memory(), Options::default());
        let areas = [
            &[&app::ONCE],
            people::FEATURES,
            courses::FEATURES,
            assess::FEATURES,
            community::FEATURES,
            insight::FEATURES,
        ];
        let app = App::new(store, Arc::new(SystemClock), areas.concat(), None);
        let (name, pages, sets) = match book() {
            Some(path) => bind(&app, &path),
            None => shelve(&app),
        };
        let embedder = Arc::new(Remembering::default());
        let search = Search::new(Parts {
            app: app.clone(),
            home: None,
            texts: Arc::new(NoTexts),
            embedder: Arc::<Remembering>::clone(&embedder),
            threads: 1,
        });
        let search = search.unwrap();
        search.catch_up().unwrap();
        let runtime = Builder::new_current_thread().enable_time().build().unwrap();
        Self {
            name,
            sets,
            pages,
            embedder,
            actor: Actor::user(app.new_id(), SchoolRole::Admin, app.new_id()),
            app,
            search,
            runtime,
        }
    }

    /// The place of a page among what is found, counted from 1.
    pub(super) fn place_of(&self, mode: Mode, text: &str, page: &str) -> Option<usize> {
        let question = Question {
            page: PageRequest::first(PageRequest::MAX),
            kinds: vec![FoundKind::Page],
            mode,
            ..Question::of(text)
        };
        let snapshot = self.app.snapshot();
        let answer = self.search.ask(&snapshot, &self.actor, question);
        let hits = self.runtime.block_on(answer).unwrap().hits;
        let place = hits.iter().position(|hit| hit.card.title == page);
        place.map(|place| place + 1)
    }
}

fn run<C: Command>(app: &App, command: C) -> C::Out {
    app.run_blocking(Actor::program("bench"), command).unwrap()
}

/// The cartridge of the book: in the folder that the environment names, or beside the project.
fn book() -> Option<PathBuf> {
    let given = std::env::var_os("EDUSPHERE_CORPUS").map(PathBuf::from);
    let here = PathBuf::from(env!("CARGO_MANIFEST_DIR"));
    let beside = here
        .ancestors()
        .map(|folder| folder.join("../shared/corpus"));
    let folders = given.into_iter().chain(beside);
    folders
        .map(|corpus| corpus.join(BOOK))
        .find(|file| file.is_file())
}

type Shelved = (&'static str, Vec<(String, SafeHtml)>, Vec<Set>);

/// Takes the book over, without its summaries and without the sentences that define its terms.
/// These sentences, without the term, are one set of questions.
fn bind(app: &App, path: &std::path::Path) -> Shelved {
    let opened = interchange::open(path).unwrap();
    let course = NewCourse::titled("BOOK", "Book").unwrap();
    let prepared = prepare(app, opened, course, Neighbours::NONE, (None, &|_| {})).unwrap();
    let mut command = prepared.command;
    command.modules.clear();
    command.files.clear();
    command
        .pages
        .retain(|(_, page)| !REPEATING.contains(&page.title.as_str()));
    let mut definitions = Vec::new();
    for (number, (_, Page { title, body, .. })) in (1..).zip(&mut command.pages) {
        let (without, texts) = without_definitions(body.as_str());
        *body = SafeHtml::of(Written::Html(&without)).unwrap();
        if title == INTRODUCTION {
            *title = format!("{INTRODUCTION} {number}");
        } else {
            definitions.extend(texts.into_iter().map(|text| Asked {
                text,
                page: title.clone(),
            }));
        }
    }
    // What two pages define in the same words has no one right page.
    let all = definitions.clone();
    definitions.retain(|one| all.iter().filter(|other| other.text == one.text).count() == 1);
    let pages = command.pages.iter();
    let pages = pages.map(|(_, page)| (page.title.clone(), page.body.clone()));
    let pages: Vec<_> = pages.collect();
    run(app, command);
    let paraphrased = PARAPHRASED.iter().map(|(page, text)| Asked {
        text: (*text).to_owned(),
        page: (*page).to_owned(),
    });
    let titles = pages
        .iter()
        .filter(|(title, _)| !title.starts_with(INTRODUCTION));
    let titles = titles.map(|(title, _)| Asked {
        text: title.clone(),
        page: title.clone(),
    });
    let sets = vec![
        Set {
            name: "titles",
            asked: titles.collect(),
        },
        Set {
            name: "definitions",
            asked: definitions,
        },
        Set {
            name: "paraphrased",
            asked: paraphrased.collect(),
        },
    ];
    for asked in sets.iter().flat_map(|set| &set.asked) {
        assert!(
            pages.iter().any(|(title, _)| *title == asked.page),
            "{asked:?}"
        );
    }
    ("a book of the corpus", pages, sets)
}

/// A page of each text of the small library of our own.
fn shelve(app: &App) -> Shelved {
    let course = NewCourse::titled("TEXTS", "Texts").unwrap();
    let course = run(
        app,
        CreateCourse {
            course,
            idempotency_key: None,
        },
    );
    let mut pages = Vec::new();
    let mut asked = Vec::new();
    for text in TEXTS
        .iter()
        .filter(|text| text.language == fulltext::Language::English)
    {
        let body = SafeHtml::of(Written::Markdown(text.body)).unwrap();
        pages.push((text.title.to_owned(), body.clone()));
        asked.push(Asked {
            text: text.asked.to_owned(),
            page: text.title.to_owned(),
        });
        let page = CreatePage {
            course,
            module: None,
            title: text.title.to_owned(),
            body,
            estimated_minutes: None,
            published: true,
        };
        run(app, page);
    }
    (
        "a small library of our own",
        pages,
        vec![Set {
            name: "questions",
            asked,
        }],
    )
}
