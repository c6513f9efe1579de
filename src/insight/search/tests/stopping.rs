//! Servers that are told to stop while the files of a school are read, which takes long.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use app::search::Block;
use kernel::Result;
use llm::StaticTable;
use tokio::sync::watch;

use super::{FileTexts, Library, Mode, Search, Texts, over, titles};

const FILES: usize = 5;

/// Texts of files, and an administrator who stops the server while the second is read.
struct Stopped {
    texts: Texts,
    stop: watch::Sender<bool>,
    read: AtomicUsize,
}

impl FileTexts for Stopped {
    fn text(&self, hash: &[u8; 32], media_type: &str) -> Result<Option<Vec<Block>>> {
        if self.read.fetch_add(1, Ordering::Relaxed) == 1 {
            self.stop.send_replace(true);
        }
        self.texts.text(hash, media_type)
    }
}

impl Library {
    fn opened_to_be_stopped(&self) -> (Arc<Stopped>, Arc<Search>) {
        let texts = Arc::new(Stopped {
            texts: Texts(Arc::clone(&self.blobs)),
            stop: watch::Sender::new(false),
            read: AtomicUsize::new(0),
        });
        let reads: Arc<dyn FileTexts> = Arc::<Stopped>::clone(&texts);
        let table = Arc::new(StaticTable::built_in());
        let search = over(&self.cast, reads, Some(self.home()), table);
        (texts, search)
    }

    fn files(&self) {
        for number in 0..FILES {
            let name = format!("comet{number}.txt");
            self.file(self.course, &name, "The tail of a comet.");
        }
    }

    /// Starts again; all files are found. How many documents were put because all were.
    fn starts_again(&self) -> u64 {
        let again = self.opened_again(Arc::new(StaticTable::built_in()));
        again.catch_up().unwrap();
        let answer = self.asks(&again, Mode::Fulltext, "comet");
        assert_eq!(titles(&answer).len(), FILES);
        assert!(again.compare().unwrap().agrees());
        again.status().unwrap().rebuilt
    }
}

#[test]
fn a_stop_while_an_index_is_made_does_not_wait_for_all_files() {
    let library = Library::open();
    library.files();
    let (texts, search) = library.opened_to_be_stopped();
    search.open_words(&texts.stop.subscribe()).unwrap();
    assert_eq!(texts.read.load(Ordering::Relaxed), 2);
    assert!(!search.status().unwrap().words_whole);
    drop(search);
    assert!(library.starts_again() > 0, "the next start makes all of it");
}

#[test]
fn a_stop_while_files_are_taken_up_does_not_wait_for_all_of_them() {
    let library = Library::open();
    let (texts, search) = library.opened_to_be_stopped();
    search.catch_up().unwrap();
    library.files();
    assert!(!search.step_words(&texts.stop.subscribe()).unwrap());
    assert_eq!(texts.read.load(Ordering::Relaxed), 2);
    let status = search.status().unwrap();
    assert!(status.words_at < status.head);
    drop(search);
    assert_eq!(library.starts_again(), 0, "the next start goes on");
}
