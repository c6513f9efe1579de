//! Indexes that are kept up, opened again, found damaged, and made anew.

use std::io::Write as _;
use std::path::PathBuf;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::time::Duration;

use courses::markup::SafeHtml;
use courses::pages::{CreatePage, DeletePage};
use eventlog::{Limits, Retention, Stream, limit_stream};
use llm::{EmbedError, Embedder, Purpose, StaticTable, Trouble};
use store::Tx;
use testkit::Role;
use tokio::sync::watch;

use super::{Library, by, titles};
use crate::search::{Mode, Notice, SEARCH, SEARCH_UNAVAILABLE, Search, keep_meaning, keep_words};

/// The built-in table under another name: it can be away, refuse all or what is taboo, and have
/// longer vectors.
#[derive(Default)]
struct Service {
    away: AtomicBool,
    refuses: AtomicBool,
    further: AtomicUsize,
    told: AtomicUsize,
}

fn trouble(trouble: Trouble) -> EmbedError {
    EmbedError::Service {
        at: "http://127.0.0.1:1".to_owned(),
        trouble,
    }
}

impl Embedder for Service {
    fn name(&self) -> &'static str {
        "service"
    }

    fn dimensions(&self) -> Option<usize> {
        let told = self.told.load(Ordering::Relaxed);
        (told > 0).then_some(told)
    }

    fn waits(&self) -> bool {
        true
    }

    fn embed(&self, texts: &[&str], purpose: Purpose) -> Result<Vec<Option<Vec<f32>>>, EmbedError> {
        if self.away.load(Ordering::Relaxed) {
            return Err(trouble(Trouble::Slow(Duration::from_secs(1))));
        }
        let is_taboo = texts.iter().any(|text| text.contains("taboo"));
        if is_taboo || self.refuses.load(Ordering::Relaxed) {
            return Err(trouble(Trouble::Refused {
                status: 400,
                said: "no".to_owned(),
            }));
        }
        let further = 1 + self.further.load(Ordering::Relaxed);
        // Turned, so that nobody takes these vectors for those of the table.
        let turned = |vector: Vec<f32>| {
            let turned = vector.into_iter().rev();
            turned.chain(std::iter::repeat_n(0.5, further)).collect()
        };
        let vectors = Embedder::embed(StaticTable::built_in(), texts, purpose)?;
        let vectors: Vec<Option<Vec<f32>>> = vectors
            .into_iter()
            .map(|vector| vector.map(turned))
            .collect();
        if let Some(vector) = vectors.iter().flatten().next() {
            self.told.store(vector.len(), Ordering::Relaxed);
        }
        Ok(vectors)
    }
}

fn table() -> Arc<dyn Embedder> {
    Arc::new(StaticTable::built_in())
}

impl Library {
    /// The same school, whose embedder is away.
    fn opened_without_its_service(&self) -> (Arc<Service>, Arc<Search>) {
        let service = Arc::new(Service {
            away: AtomicBool::new(true),
            ..Service::default()
        });
        let embedder: Arc<dyn Embedder> = Arc::<Service>::clone(&service);
        (service, self.opened_again(embedder))
    }

    /// Runs the keepers of search beside something, and ends them.
    fn kept<T>(&self, search: &Arc<Search>, meanwhile: impl Future<Output = T>) -> T {
        let (stop, stopped) = watch::channel(false);
        self.cast.school.block_on(async {
            let meanwhile = async {
                let out = meanwhile.await;
                stop.send_replace(true);
                out
            };
            let words = keep_words(Arc::clone(search), stopped.clone());
            let meaning = keep_meaning(Arc::clone(search), stopped);
            let (out, words, meaning) = tokio::join!(meanwhile, words, meaning);
            words.unwrap();
            meaning.unwrap();
            out
        })
    }

    /// Keeps one event of what happened in courses.
    fn forget_events(&self) {
        let limits = Limits {
            max_messages: 1,
            ..Limits::default()
        };
        let app = &self.cast.school.app;
        self.cast.school.block_on(async {
            let limit = move |tx: &mut Tx| limit_stream(tx, Stream::Courses, limits);
            app.store().submit(limit).await.unwrap();
            let (store, clock) = (app.store().clone(), Arc::clone(&self.cast.school.clock));
            let mut retention = Retention::begin(store, clock, Vec::new()).await.unwrap();
            while retention.pass().await.unwrap() {}
        });
    }

    fn files_of_search(&self) -> Vec<PathBuf> {
        let folder = self.folder.path().join("search/v1");
        let files = |folder: PathBuf| {
            let entries = fs_err::read_dir(folder).unwrap();
            entries
                .map(|entry| entry.unwrap().path())
                .collect::<Vec<_>>()
        };
        [files(folder.clone()), files(folder.join("words"))].concat()
    }
}

#[test]
fn what_was_done_can_be_found_by_whoever_waits_for_it() {
    let library = Library::open();
    let search = library.opened_again(table());
    library.kept(&search, async {
        let app = &library.cast.school.app;
        for number in 0..3 {
            let title = format!("Meteor {number}");
            let create = CreatePage {
                course: library.course,
                module: None,
                title: title.clone(),
                body: SafeHtml::default(),
                estimated_minutes: None,
                published: true,
            };
            let done = app.run_for_position(library.cast.actor(Role::Program), create);
            let position = done.await.unwrap().position;
            assert!(search.wait_for(position).await);
            let (snapshot, actor) = (app.snapshot(), library.cast.actor(Role::Student));
            let answer = search.ask(&snapshot, &actor, by(Mode::Hybrid, "meteor"));
            assert!(titles(&answer.await.unwrap()).contains(&title));
        }
    });
    // The log knows how far search has come, so that retention need not keep more.
    let snapshot = library.cast.school.app.snapshot();
    let noted = eventlog::position(&snapshot, &SEARCH).unwrap();
    assert!(noted > 0 && noted <= eventlog::head(&snapshot).unwrap());
}

#[test]
fn an_index_that_is_opened_again_goes_on_where_it_was() {
    let library = Library::open();
    let gone = library.page("Comets", "<p>comet</p>");
    library.page("Planets", "<p>planet</p>");
    let first = library.opened_again(table());
    library.kept(&first, async {
        let head = eventlog::head(&library.cast.school.app.snapshot()).unwrap();
        assert!(first.wait_for(head).await);
    });
    drop(first);
    library.cast.does(Role::Program, DeletePage { page: gone });
    library.page("Moons", "<p>moon</p>");
    let again = library.opened_again(table());
    again.catch_up().unwrap();
    let status = again.status().unwrap();
    assert_eq!(status.rebuilt, 0, "everything was put again");
    assert!(again.compare().unwrap().agrees());
    for mode in [Mode::Fulltext, Mode::Semantic, Mode::Hybrid] {
        assert!(!titles(&library.asks(&again, mode, "comet")).contains(&"Comets".to_owned()));
        assert!(titles(&library.asks(&again, mode, "moon")).contains(&"Moons".to_owned()));
    }
}

#[test]
fn an_index_that_a_crash_cut_short_catches_up() {
    let library = Library::open();
    library.page("Comets", "<p>comet</p>");
    let first = library.opened_again(table());
    first.catch_up().unwrap();
    library.page("Moons", "<p>moon</p>");
    // Nothing is closed and nothing saved, as when the power fails.
    drop(first);
    let again = library.opened_again(table());
    again.catch_up().unwrap();
    for (mode, word, title) in [
        (Mode::Fulltext, "moon", "Moons"),
        (Mode::Semantic, "moon", "Moons"),
        (Mode::Semantic, "comet", "Comets"),
    ] {
        assert_eq!(
            titles(&library.asks(&again, mode, word)).first().unwrap(),
            title
        );
    }
    let report = again.compare().unwrap();
    assert!(report.agrees() && report.without_vector == 0, "{report:?}");
}

#[test]
fn indexes_that_cannot_be_read_are_made_anew() {
    let library = Library::open();
    library.page("Comets", "<p>comet</p>");
    let first = library.opened_again(table());
    first.catch_up().unwrap();
    drop(first);
    for file in library.files_of_search() {
        if file.is_file() {
            let mut bytes = fs_err::read(&file).unwrap();
            for byte in bytes.iter_mut().skip(3).step_by(5) {
                *byte ^= 0x55;
            }
            fs_err::write(&file, bytes).unwrap();
        }
    }
    let again = library.opened_again(table());
    again.catch_up().unwrap();
    assert!(library.folder.path().join("quarantine").exists());
    for mode in [Mode::Fulltext, Mode::Semantic] {
        let answer = library.asks(&again, mode, "comet");
        assert_eq!(
            (titles(&answer), answer.is_partial()),
            (vec!["Comets".to_owned()], false)
        );
    }
    let report = again.compare().unwrap();
    assert!(report.agrees() && report.without_vector == 0, "{report:?}");
}

#[test]
fn an_index_that_is_damaged_while_it_is_searched_is_made_anew() {
    let library = Library::open();
    library.page("Comets", "<p>A comet has a tail.</p>");
    let search = library.opened_again(table());
    search.catch_up().unwrap();
    let of_words = library.files_of_search().into_iter();
    for file in of_words.filter(|file| file.extension().is_some_and(|e| e == "term")) {
        let bytes = vec![0xab; fs_err::read(&file).unwrap().len()];
        // In place, as a disk does it: the index has the file open.
        let mut open = fs_err::OpenOptions::new().write(true).open(&file).unwrap();
        open.write_all(&bytes).unwrap();
    }
    // However often it is asked, it is made anew once.
    for _ in 0..3 {
        let snapshot = library.cast.school.app.snapshot();
        let actor = library.cast.actor(Role::Student);
        let asked = search.ask(&snapshot, &actor, by(Mode::Fulltext, "comet"));
        let refused = library.cast.school.block_on(asked).unwrap_err();
        assert_eq!(refused.problem().unwrap().code, "SEARCH_UNAVAILABLE");
    }
    assert!(!search.status().unwrap().words_whole);
    assert_eq!(*search.rebuilds.borrow(), 1);
    // Its keeper may fail at the files; then it begins anew, without them.
    let never = watch::channel(false).1;
    if search.fill_words(&never).is_err() {
        search.open_words(&never).unwrap();
    }
    let answer = library.asks(&search, Mode::Fulltext, "comet");
    assert_eq!(titles(&answer), ["Comets"]);
    assert!(search.compare().unwrap().agrees());
}

#[test]
fn an_index_of_another_history_is_made_anew() {
    let (one, other) = (Library::open(), Library::open());
    for number in 0..20 {
        one.page(&format!("Comet {number}"), "<p>comet</p>");
    }
    let first = one.opened_again(table());
    first.catch_up().unwrap();
    drop(first);
    other.page("Moons", "<p>moon</p>");
    let from = one.folder.path().join("search");
    fs_err::rename(from, other.folder.path().join("search")).unwrap();
    let restored = other.opened_again(table());
    restored.catch_up().unwrap();
    assert_eq!(
        titles(&other.asks(&restored, Mode::Fulltext, "comet")),
        [""; 0]
    );
    assert_eq!(
        titles(&other.asks(&restored, Mode::Fulltext, "moon")),
        ["Moons"]
    );
    assert!(restored.compare().unwrap().agrees());
}

#[test]
fn before_there_is_an_index_answers_say_that_they_are_partial() {
    let library = Library::open();
    library.page("Comets", "<p>comet</p>");
    let answer = library.asks(&library.search, Mode::Hybrid, "comet");
    assert!(answer.is_partial() && answer.hits.is_empty());
}

#[test]
fn a_service_that_is_away_leaves_the_words_and_is_asked_again() {
    let library = Library::open();
    library.page("Comets", "<p>A comet has a tail.</p>");
    let (service, search) = library.opened_without_its_service();
    search.catch_up().unwrap();
    let answer = library.asks(&search, Mode::Hybrid, "comet");
    assert_eq!(titles(&answer), ["Comets"]);
    assert!(answer.notices.contains(&Notice::WithoutMeaning));
    assert!(search.status().unwrap().trouble.is_some());
    assert_eq!(
        titles(&library.asks(&search, Mode::Semantic, "comet")),
        [""; 0]
    );
    service.away.store(false, Ordering::Relaxed);
    search.catch_up().unwrap();
    let answer = library.asks(&search, Mode::Semantic, "comet");
    assert_eq!(titles(&answer), ["Comets"]);
    assert!(!answer.notices.contains(&Notice::WithoutMeaning));
    assert_eq!(search.status().unwrap().trouble, None);
}

#[test]
fn a_service_that_was_away_for_longer_than_events_are_kept_is_given_everything_again() {
    let library = Library::open();
    let page = library.page("Comets", "<p>A comet has a tail.</p>");
    let (service, search) = library.opened_without_its_service();
    service.away.store(false, Ordering::Relaxed);
    search.catch_up().unwrap();
    service.away.store(true, Ordering::Relaxed);
    library.rewrite(
        page,
        "Taxes",
        "<p>An income tax takes a share of wages.</p>",
    );
    search.catch_up().unwrap();
    library.page("Later", "<p>Later.</p>");
    library.forget_events();
    service.away.store(false, Ordering::Relaxed);
    search.catch_up().unwrap();
    for (question, found) in [("wages and taxes", true), ("tail of a comet", false)] {
        let answer = library.asks(&search, Mode::Semantic, question);
        let is_found = titles(&answer).contains(&"Taxes".to_owned());
        assert_eq!(is_found, found, "{question}");
    }
}

#[test]
fn the_built_in_table_serves_until_another_embedders_vectors_are_all_there() {
    let library = Library::open();
    library.page("Comets", "<p>A comet has a tail.</p>");
    let first = library.opened_again(table());
    first.catch_up().unwrap();
    drop(first);
    let (service, search) = library.opened_without_its_service();
    search.catch_up().unwrap();
    let answer = library.asks(&search, Mode::Semantic, "comet");
    assert_eq!(titles(&answer), ["Comets"]);
    assert!(!answer.notices.contains(&Notice::WithoutMeaning));
    service.away.store(false, Ordering::Relaxed);
    search.catch_up().unwrap();
    assert_eq!(
        titles(&library.asks(&search, Mode::Semantic, "comet")),
        ["Comets"]
    );
    let of_vectors = library.files_of_search().into_iter();
    let saved = of_vectors.filter(|file| file.extension().is_some_and(|e| e == "vectors"));
    assert_eq!(saved.count(), 1, "those of the table are no longer needed");
}

#[test]
fn a_rebuild_puts_everything_again() {
    let library = Library::open();
    library.page("Comets", "<p>comet</p>");
    let search = library.opened_again(table());
    library.kept(&search, async {
        let head = eventlog::head(&library.cast.school.app.snapshot()).unwrap();
        assert!(search.wait_for(head).await);
        let before = search.status().unwrap().rebuilt;
        search.rebuild();
        let is_done = || {
            let status = search.status().unwrap();
            status.rebuilt >= before + status.documents
        };
        while !is_done() {
            tokio::task::yield_now().await;
        }
        assert!(search.compare().unwrap().agrees());
        // What is no document, as an item that stands for a page, is not counted.
        let status = search.status().unwrap();
        assert_eq!(status.rebuilt - before, status.documents);
    });
    let refused = search.compare().unwrap_err();
    assert_eq!(
        refused.problem(),
        Some(SEARCH_UNAVAILABLE),
        "there is no index any more"
    );
}

#[test]
fn a_passage_that_a_service_refuses_keeps_no_other_from_its_vector() {
    let library = Library::open();
    library.page("Comets", "<p>A comet has a tail.</p>");
    let long = library.page("Long", "<p>A taboo word about wages.</p>");
    library.page("Taxes", "<p>An income tax takes a share of wages.</p>");
    let (service, search) = library.opened_without_its_service();
    service.away.store(false, Ordering::Relaxed);
    search.catch_up().unwrap();
    let found = |question| titles(&library.asks(&search, Mode::Semantic, question));
    assert_eq!(search.status().unwrap().trouble, None);
    assert_eq!(found("tail of a comet").first().unwrap(), "Comets");
    assert_eq!(found("wages and taxes").first().unwrap(), "Taxes");
    assert!(!found("wages and taxes").contains(&"Long".to_owned()));
    assert_eq!(
        titles(&library.asks(&search, Mode::Fulltext, "taboo")),
        ["Long"]
    );
    // One alone is told from a service that refuses everything.
    library.rewrite(long, "Long", "<p>Another taboo word.</p>");
    library.rewrite(long, "Short", "<p>A short word about wages.</p>");
    search.catch_up().unwrap();
    assert!(found("wages").contains(&"Short".to_owned()));
    service.refuses.store(true, Ordering::Relaxed);
    library.page("Later", "<p>Later.</p>");
    search.catch_up().unwrap();
    assert!(search.status().unwrap().trouble.is_some());
    service.refuses.store(false, Ordering::Relaxed);
    search.catch_up().unwrap();
    assert!(found("later").contains(&"Later".to_owned()));
}

#[test]
fn a_model_that_was_replaced_by_one_with_longer_vectors_is_given_everything_again() {
    let library = Library::open();
    library.page("Comets", "<p>A comet has a tail.</p>");
    let (service, search) = library.opened_without_its_service();
    service.away.store(false, Ordering::Relaxed);
    search.catch_up().unwrap();
    // While the school runs, and between two starts.
    service.further.store(2, Ordering::Relaxed);
    let answer = library.asks(&search, Mode::Hybrid, "comet");
    assert_eq!(titles(&answer), ["Comets"]);
    assert!(answer.notices.contains(&Notice::WithoutMeaning));
    library.page("Taxes", "<p>An income tax takes a share of wages.</p>");
    search.catch_up().unwrap();
    let found =
        |search: &Arc<Search>, question| titles(&library.asks(search, Mode::Semantic, question));
    assert_eq!(found(&search, "tail of a comet").first().unwrap(), "Comets");
    assert_eq!(found(&search, "wages and taxes").first().unwrap(), "Taxes");
    drop(search);
    let (service, again) = library.opened_without_its_service();
    service.away.store(false, Ordering::Relaxed);
    service.further.store(3, Ordering::Relaxed);
    // Nothing has happened that would need a vector.
    again.catch_up().unwrap();
    assert_eq!(found(&again, "tail of a comet").first().unwrap(), "Comets");
}

#[test]
fn the_vectors_of_what_was_deleted_meanwhile_are_gone_after_a_rebuild() {
    let library = Library::open();
    let page = library.page("Comets", "<p>A comet has a tail.</p>");
    library.page("Taxes", "<p>An income tax takes a share of wages.</p>");
    let (service, search) = library.opened_without_its_service();
    service.away.store(false, Ordering::Relaxed);
    search.catch_up().unwrap();
    let vectors = || search.status().unwrap().vectors;
    let both = vectors();
    service.away.store(true, Ordering::Relaxed);
    library.cast.does(Role::Program, DeletePage { page });
    library.page("Later", "<p>Later.</p>");
    library.forget_events();
    service.away.store(false, Ordering::Relaxed);
    search.catch_up().unwrap();
    // That of the one that was deleted, and that of the later one instead.
    assert_eq!(vectors(), both);
}
