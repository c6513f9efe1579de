//! Questions that a service of embeddings keeps waiting.

use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Condvar, Mutex};
use std::time::Duration;

use llm::{EmbedError, Embedder, Purpose, StaticTable};
use testkit::Role;
use tokio::runtime::Builder;

use super::{Answer, Library, by, titles};
use crate::search::{Mode, Notice};

/// The built-in table as a service that answers no question before it is let.
#[derive(Default)]
struct Slow {
    answers: Mutex<bool>,
    let_go: Condvar,
    /// How many questions it was asked.
    asked: AtomicUsize,
}

impl Slow {
    fn answers(&self) {
        *self.answers.lock().unwrap() = true;
        self.let_go.notify_all();
    }
}

impl Embedder for Slow {
    fn name(&self) -> &'static str {
        "slow"
    }

    fn dimensions(&self) -> Option<usize> {
        Embedder::dimensions(StaticTable::built_in())
    }

    fn waits(&self) -> bool {
        true
    }

    fn embed(&self, texts: &[&str], purpose: Purpose) -> Result<Vec<Option<Vec<f32>>>, EmbedError> {
        if purpose == Purpose::Question {
            self.asked.fetch_add(1, Ordering::Relaxed);
            let answers = self.answers.lock().unwrap();
            drop(
                self.let_go
                    .wait_while(answers, |answers| !*answers)
                    .unwrap(),
            );
        }
        Embedder::embed(StaticTable::built_in(), texts, purpose)
    }
}

#[test]
fn a_question_is_answered_by_its_words_when_its_meaning_takes_too_long_also_behind_another() {
    let library = Library::open();
    library.page("Comets", "<p>A comet has a tail.</p>");
    let service = Arc::new(Slow::default());
    let search = library.opened_again(Arc::<Slow>::clone(&service));
    search.catch_up().unwrap();
    let school = &library.cast.school;
    let ask = || {
        let (snapshot, actor) = (school.app.snapshot(), library.cast.actor(Role::Student));
        let (search, question) = (Arc::clone(&search), by(Mode::Hybrid, "comet"));
        async move { search.ask(&snapshot, &actor, question).await.unwrap() }
    };
    let by_words = |answer: &Answer| {
        assert_eq!(titles(answer), ["Comets"]);
        assert!(answer.notices.contains(&Notice::WithoutMeaning));
    };
    // Its clock goes on where nothing else does, so the two seconds take no time.
    let hurried = Builder::new_current_thread()
        .enable_time()
        .start_paused(true)
        .build()
        .unwrap();
    // There is one thread that asks the service: the second waits behind the first.
    by_words(&hurried.block_on(ask()));
    while service.asked.load(Ordering::Relaxed) == 0 {
        std::thread::yield_now();
    }
    by_words(&hurried.block_on(ask()));
    school.clock.advance(Duration::from_secs(2));
    service.answers();
    let answer = library.asks(&search, Mode::Hybrid, "comet");
    assert!(!answer.notices.contains(&Notice::WithoutMeaning));
    let asked = service.asked.load(Ordering::Relaxed);
    assert_eq!(asked, 2, "nobody waited for the second any more");
}
