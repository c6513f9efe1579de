//! An embedder that asks a service over HTTP, in the form that `OpenAI` began: Ollama, llama.cpp,
//! vLLM and most that can be bought understand it too.

mod answer;
mod breaker;
mod pace;
mod post;
mod trouble;

#[cfg(test)]
mod tests;

use std::fmt;
use std::num::NonZeroU32;
use std::sync::{Arc, OnceLock};
use std::time::Duration;

use kernel::Clock;
use serde::Serialize;

use crate::embedder::{BATCH_MAX, EmbedError, Embedder, Purpose};
use breaker::Breaker;
use pace::Pace;
use post::Post;

pub use post::SettingsError;
pub use trouble::Trouble;

/// The most of a text that is sent, in bytes. Passages are far shorter.
const TEXT_BYTES_MAX: usize = 8 * 1024;
/// How long one request for documents may take.
const DOCUMENT_TIMEOUT: Duration = Duration::from_secs(30);
/// How long a question may take, with all waiting.
const QUESTION_TIMEOUT: Duration = Duration::from_secs(2);
/// How long documents wait for their turn when requests are limited.
const TURN_MAX: Duration = Duration::from_mins(1);
/// How long the waits are before documents are sent again.
const BACKOFF: [Duration; 3] = [
    Duration::from_secs(1),
    Duration::from_secs(2),
    Duration::from_secs(4),
];
/// The longest wait that a service may ask for before the next try.
const RETRY_AFTER_MAX: Duration = Duration::from_mins(1);

/// Which service is asked, and how.
#[derive(Clone)]
pub struct Settings {
    /// The address that `/embeddings` is below, such as `http://127.0.0.1:11434/v1`. One without a
    /// path means its `/v1`.
    pub base: String,
    /// The model, by the service's name of it.
    pub model: String,
    /// The key, for services that want one.
    pub key: Option<String>,
    /// How many requests the service takes in a minute; `None` is any number.
    pub requests_per_minute: Option<NonZeroU32>,
    /// How long one request for documents may take.
    pub document_timeout: Duration,
    /// How long a question may take.
    pub question_timeout: Duration,
}

impl Settings {
    /// A model of a service, without key or limit.
    pub fn new(base: impl Into<String>, model: impl Into<String>) -> Self {
        Self {
            base: base.into(),
            model: model.into(),
            key: None,
            requests_per_minute: None,
            document_timeout: DOCUMENT_TIMEOUT,
            question_timeout: QUESTION_TIMEOUT,
        }
    }
}

impl fmt::Debug for Settings {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self {
            base: _, // it may hold what it should not until it was looked at
            model,
            key,
            requests_per_minute,
            document_timeout,
            question_timeout,
        } = self;
        f.debug_struct("Settings")
            .field("model", model)
            .field("has_key", &key.is_some())
            .field("requests_per_minute", requests_per_minute)
            .field("document_timeout", document_timeout)
            .field("question_timeout", question_timeout)
            .finish_non_exhaustive()
    }
}

type Sleep = Box<dyn Fn(Duration) + Send + Sync>;

/// A model of a service.
pub struct Remote {
    name: String,
    model: String,
    document_timeout: Duration,
    question_timeout: Duration,
    post: Post,
    pace: Pace,
    breaker: Breaker,
    dimensions: OnceLock<usize>,
    clock: Arc<dyn Clock>,
    sleep: Sleep,
}

impl fmt::Debug for Remote {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Remote")
            .field("name", &self.name)
            .field("dimensions", &self.dimensions.get())
            .finish_non_exhaustive()
    }
}

/// What is sent.
#[derive(Serialize)]
struct Asked<'a> {
    model: &'a str,
    input: &'a [&'a str],
    /// Said, since some services answer with base64 otherwise.
    encoding_format: &'static str,
}

impl Remote {
    /// Checks the settings; the service is not asked yet.
    pub fn new(settings: Settings, clock: Arc<dyn Clock>) -> Result<Self, SettingsError> {
        #[expect(
            clippy::disallowed_methods,
            reason = "the service says when to come back, and there is nothing else to wait for"
        )]
        let sleep = Box::new(std::thread::sleep);
        Self::sleeping_by(settings, clock, sleep)
    }

    fn sleeping_by(
        settings: Settings,
        clock: Arc<dyn Clock>,
        sleep: Sleep,
    ) -> Result<Self, SettingsError> {
        let post = Post::to(&settings)?;
        Ok(Self {
            name: format!("openai:{}@{}", settings.model, post.base()),
            model: settings.model,
            document_timeout: settings.document_timeout,
            question_timeout: settings.question_timeout,
            post,
            pace: Pace::of(settings.requests_per_minute),
            breaker: Breaker::default(),
            dimensions: OnceLock::new(),
            clock,
            sleep,
        })
    }

    /// The vectors of texts that are not blank.
    fn ask(&self, texts: &[&str], purpose: Purpose) -> Result<Vec<Vec<f32>>, Trouble> {
        let asked = Asked {
            model: &self.model,
            input: texts,
            encoding_format: "float",
        };
        let body = serde_json::to_vec(&asked).expect("because texts are always JSON");
        if purpose == Purpose::Question {
            self.breaker.admit(self.clock.monotonic())?;
        }
        let mut waits = match purpose {
            Purpose::Document => BACKOFF.as_slice(),
            Purpose::Question => &[],
        }
        .iter();
        loop {
            let timeout = self.take_turn(purpose)?;
            let vectors = self
                .post
                .send(&body, timeout)
                .and_then(|answer| answer::read(&answer, texts.len(), &self.dimensions))
                .map_err(|trouble| self.post.presentable(trouble));
            let trouble = match vectors {
                Ok(vectors) => {
                    self.breaker.succeeded();
                    return Ok(vectors);
                }
                Err(trouble) => trouble,
            };
            if !trouble.is_about_texts() {
                self.breaker.failed(self.clock.monotonic());
            }
            let wait = waits.next();
            match wait.and_then(|wait| self.before_next(&trouble, *wait)) {
                Some(wait) => (self.sleep)(wait),
                None => return Err(trouble),
            }
        }
    }

    /// Waits until the service takes another request; how long that may take then.
    fn take_turn(&self, purpose: Purpose) -> Result<Duration, Trouble> {
        let (wait_max, timeout) = match purpose {
            Purpose::Document => (TURN_MAX, self.document_timeout),
            // Half of the time is left for the answer.
            Purpose::Question => (self.question_timeout / 2, self.question_timeout),
        };
        let wait = self.pace.take(self.clock.monotonic(), wait_max)?;
        if wait.is_zero() {
            return Ok(timeout);
        }
        (self.sleep)(wait);
        Ok(match purpose {
            Purpose::Document => timeout,
            Purpose::Question => timeout.saturating_sub(wait),
        })
    }

    /// How long to wait before the next try, if another try may help.
    fn before_next(&self, trouble: &Trouble, wait: Duration) -> Option<Duration> {
        if !trouble.is_passing() {
            return None;
        }
        match trouble.retry_after() {
            Some(asked) if asked > RETRY_AFTER_MAX => None,
            // A service that says 0 is not believed.
            Some(asked) => Some(asked.max(wait)),
            // Up to a quarter more, so that those whom the service failed at the same moment do not
            // come back at the same moment. Microseconds of the clock are chance enough for that.
            None => {
                let chance = self.clock.now().as_micros().rem_euclid(1_000);
                let chance = u32::try_from(chance).unwrap_or(0);
                Some(wait + wait * chance / 4_000)
            }
        }
    }
}

impl Embedder for Remote {
    fn name(&self) -> &str {
        &self.name
    }

    fn dimensions(&self) -> Option<usize> {
        self.dimensions.get().copied()
    }

    fn waits(&self) -> bool {
        true
    }

    fn embed(&self, texts: &[&str], purpose: Purpose) -> Result<Vec<Option<Vec<f32>>>, EmbedError> {
        if texts.len() > BATCH_MAX {
            return Err(EmbedError::TooMany(texts.len()));
        }
        let texts = texts.iter().map(|text| cut(text));
        let asked: Vec<&str> = texts.clone().filter(|text| !is_blank(text)).collect();
        if asked.is_empty() {
            return Ok(vec![None; texts.len()]);
        }
        let vectors = self
            .ask(&asked, purpose)
            .map_err(|trouble| EmbedError::Service {
                at: self.post.base().to_owned(),
                trouble,
            })?;
        let mut vectors = vectors.into_iter();
        let of = |text| {
            if is_blank(text) { None } else { vectors.next() }
        };
        Ok(texts.map(of).collect())
    }
}

fn cut(text: &str) -> &str {
    &text[..text.floor_char_boundary(TEXT_BYTES_MAX)]
}

/// A blank text means nothing, and services refuse it.
fn is_blank(text: &str) -> bool {
    text.trim().is_empty()
}
