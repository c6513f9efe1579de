//! Sending one message to one webhook, and noting what came of it.

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::{Duration, Instant};

use app::{Actor, App};
use axum::body::Body;
use axum::http::header::{CONTENT_TYPE, USER_AGENT};
use axum::http::{Request, StatusCode};
use eventlog::{Delivery, Outcome};
use kernel::{Error, Result};
use operations::webhooks::{
    AllowedHosts, Attempt, Errand, ErrandId, NoteAttempt, Occasion, PauseReason, PauseWebhook,
    Payload, Signed, Webhook, WebhookId, message_for, one_webhook, payload, ping,
};

use super::post::Post;

/// Who sends.
pub(super) const SENDER: Actor = Actor::program("webhooks");

const AGENT: &str = concat!("EduSphere/", env!("CARGO_PKG_VERSION"));

/// How many requests were sent, by what came of them.
#[derive(Debug, Default)]
pub(crate) struct Tally {
    delivered: AtomicU64,
    failed: AtomicU64,
}

impl Tally {
    /// How many were taken, and how many were not.
    pub(crate) fn read(&self) -> (u64, u64) {
        let delivered = self.delivered.load(Ordering::Relaxed);
        (delivered, self.failed.load(Ordering::Relaxed))
    }
}

/// What sends to webhooks.
pub(crate) struct Sender {
    pub(super) app: App,
    post: Post,
    tally: Arc<Tally>,
}

/// What is sent, and why.
struct Letter {
    payload: Payload,
    occasion: Occasion,
    place: Option<(String, u64)>,
    number: u32,
}

impl Sender {
    /// One that also reaches these receivers in the school's own network.
    pub(crate) fn new(app: App, allowed: AllowedHosts, tally: Arc<Tally>) -> Self {
        Self {
            app,
            post: Post::allowing(allowed),
            tally,
        }
    }

    /// Sends a message that a consumer delivers.
    pub(super) async fn deliver(
        &self,
        webhook: WebhookId,
        stream: String,
        delivery: Delivery,
    ) -> Outcome {
        let there = match one_webhook(&self.app.snapshot(), &SENDER, webhook) {
            Ok(there) => there,
            Err(error) => return Outcome::Failed(error.to_string()),
        };
        let letter = Letter {
            payload: payload(&stream, &delivery.message),
            occasion: Occasion::Delivery,
            place: Some((stream, delivery.message.sequence)),
            number: delivery.deliveries,
        };
        let attempt = self.attempt(&there, letter).await;
        let outcome = attempt.error.clone().map_or(Ok(()), Err);
        if let Err(error) = self.note(webhook, attempt, None).await {
            tracing::warn!(%webhook, %error, "an attempt could not be noted");
        }
        Outcome::from(outcome)
    }

    /// Sends something out of turn.
    pub(super) async fn run(
        &self,
        (webhook, errand): (WebhookId, ErrandId),
        what: Errand,
    ) -> Result<()> {
        let there = one_webhook(&self.app.snapshot(), &SENDER, webhook)?;
        let attempt = match self.letter(&there, errand, &what) {
            Ok(letter) => self.attempt(&there, letter).await,
            // Retention was quicker, or the stream is gone.
            Err(Error::Refused(refusal)) => self.unsent(what, refusal.message.into_owned()),
            Err(fault) => return Err(fault),
        };
        self.note(webhook, attempt, Some(errand)).await
    }

    /// What is sent on an errand.
    fn letter(&self, webhook: &Webhook, errand: ErrandId, what: &Errand) -> Result<Letter> {
        match what {
            Errand::Test => Ok(Letter {
                payload: ping(&errand.to_string(), self.app.now()),
                occasion: Occasion::Test,
                place: None,
                number: 1,
            }),
            Errand::Replay { stream, sequence } => {
                let place = (stream.as_str(), *sequence);
                let message = message_for(&self.app.snapshot(), &SENDER, webhook, place)?;
                Ok(Letter {
                    payload: payload(stream, &message),
                    occasion: Occasion::Replay,
                    place: Some((stream.clone(), *sequence)),
                    number: 1,
                })
            }
        }
    }

    /// An errand that nothing can be sent on.
    fn unsent(&self, what: Errand, error: String) -> Attempt {
        let (occasion, place) = match what {
            Errand::Test => (Occasion::Test, None),
            Errand::Replay { stream, sequence } => (Occasion::Replay, Some((stream, sequence))),
        };
        let (stream, sequence) = place.unzip();
        Attempt {
            at: self.app.now(),
            occasion,
            stream,
            sequence,
            subject: String::new(),
            number: 1,
            status: None,
            error: Some(error),
            took_ms: 0,
        }
    }

    /// Signs and sends, once.
    async fn attempt(&self, webhook: &Webhook, letter: Letter) -> Attempt {
        let (at, begun) = (self.app.now(), now());
        let request = signed(webhook, &letter.payload, at.as_millis() / 1_000);
        let answered = match request {
            Ok(request) => self.post.send(&webhook.url, request).await,
            Err(error) => Err(error.to_string()),
        };
        let (status, error) = match answered {
            Ok(status) if status.is_success() => (Some(status), None),
            Ok(status) => (
                Some(status),
                Some(format!("the receiver answered {status}")),
            ),
            Err(error) => (None, Some(error)),
        };
        let counter = match error {
            None => &self.tally.delivered,
            Some(_) => &self.tally.failed,
        };
        counter.fetch_add(1, Ordering::Relaxed);
        let (stream, sequence) = letter.place.unzip();
        let took = now().saturating_duration_since(begun);
        Attempt {
            at,
            occasion: letter.occasion,
            stream,
            sequence,
            subject: letter.payload.subject,
            number: letter.number,
            status: status.map(|status| status.as_u16()),
            error,
            took_ms: whole_ms(took),
        }
    }

    /// Notes what was sent; a receiver that is gone for good is sent nothing more.
    async fn note(
        &self,
        webhook: WebhookId,
        attempt: Attempt,
        errand: Option<ErrandId>,
    ) -> Result<()> {
        let is_gone = attempt.status == Some(StatusCode::GONE.as_u16());
        let note = NoteAttempt {
            webhook,
            attempt,
            errand,
        };
        self.app.run(SENDER, note).await?;
        if is_gone {
            let reason = PauseReason::Gone;
            self.app
                .run(SENDER, PauseWebhook { webhook, reason })
                .await?;
            tracing::warn!(%webhook, "a receiver answered 410 Gone, and its webhook is paused");
        }
        Ok(())
    }
}

/// The request, with the headers of Standard Webhooks.
fn signed(
    webhook: &Webhook,
    payload: &Payload,
    timestamp: i64,
) -> std::result::Result<Request<Body>, axum::http::Error> {
    let signature = webhook.secret.sign(&Signed {
        id: &payload.id,
        timestamp,
        body: &payload.body,
    });
    Request::post("/")
        .header(CONTENT_TYPE, "application/json")
        .header(USER_AGENT, AGENT)
        .header("webhook-id", &payload.id)
        .header("webhook-timestamp", timestamp)
        .header("webhook-signature", signature)
        .body(Body::from(payload.body.clone()))
}

fn whole_ms(took: Duration) -> u64 {
    u64::try_from(took.as_millis()).unwrap_or(u64::MAX)
}

#[expect(clippy::disallowed_methods, reason = "how long a request takes")]
fn now() -> Instant {
    Instant::now()
}
