//! In-process push: what a consumer delivers is handed to a function, and answered by what comes
//! of it.

use std::any::Any;
use std::future::{Future, poll_fn};
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::pin::pin;
use std::task::Poll;
use std::time::Duration;

use tokio::sync::watch;
use tokio::task::JoinSet;
use tokio::time::{sleep, timeout};

use kernel::Result;

use super::effect::Delivery;
use super::running::Running;
use crate::problems::CONSUMER_NOT_FOUND;

/// How messages are worked on.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Working {
    /// The most messages that are worked on at a time, at least one.
    pub at_a_time: usize,
    /// How long what is being worked on may take to end after the worker was told to stop.
    pub grace: Duration,
}

impl Default for Working {
    /// Eight at a time, with five seconds to end in.
    fn default() -> Self {
        Self {
            at_a_time: 8,
            grace: Duration::from_secs(5),
        }
    }
}

/// What came of a message.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Outcome {
    /// It is handled.
    Done,
    /// It could not be handled: it comes again after its backoff.
    Failed(String),
    /// It can never be handled: it is dead.
    Hopeless(String),
}

impl From<std::result::Result<(), String>> for Outcome {
    fn from(result: std::result::Result<(), String>) -> Self {
        match result {
            Ok(()) => Self::Done,
            Err(error) => Self::Failed(error),
        }
    }
}

/// Why a worker ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum WorkEnded {
    /// It was told to stop.
    Stopped,
    /// The consumer is no longer there, or its stream is not.
    Gone,
}

impl Running {
    /// Hands each message to `handler` until told to stop. A handler that panics has failed; one
    /// that is slow is given more time, as long as it works.
    ///
    /// Two workers of one consumer share its messages.
    pub async fn work<H, F, O>(
        &self,
        working: Working,
        handler: H,
        mut stop: watch::Receiver<bool>,
    ) -> Result<WorkEnded>
    where
        H: Fn(Delivery) -> F + Clone + Send + 'static,
        F: Future<Output = O> + Send + 'static,
        O: Into<Outcome> + 'static,
    {
        let mut tasks = JoinSet::new();
        let ended = loop {
            // Whoever could tell it to stop being gone means the same.
            if *stop.borrow() || stop.has_changed().is_err() {
                break Ok(WorkEnded::Stopped);
            }
            while tasks.try_join_next().is_some() {}
            let room = working.at_a_time.max(1).saturating_sub(tasks.len());
            if room == 0 {
                tokio::select! {
                    _ = stop.wait_for(|stop| *stop) => {}
                    _ = tasks.join_next() => {}
                }
                continue;
            }
            let stopped = async { drop(stop.wait_for(|stop| *stop).await) };
            match self.fetch_until(room, stopped).await {
                Ok(batch) if batch.is_empty() => break Ok(WorkEnded::Stopped),
                Ok(batch) => {
                    for delivery in batch {
                        let (consumer, handler) = (self.clone(), handler.clone());
                        tasks.spawn(async move { consumer.handle(delivery, handler).await });
                    }
                }
                Err(error) if error.problem() == Some(CONSUMER_NOT_FOUND) => {
                    break Ok(WorkEnded::Gone);
                }
                Err(error) => break Err(error),
            }
        };
        let all = async { while tasks.join_next().await.is_some() {} };
        // What is cut off here was not answered, and comes again.
        drop(timeout(working.grace, all).await);
        self.flush().await?;
        ended
    }

    /// Has a message handled and answers for it.
    async fn handle<H, F, O>(&self, delivery: Delivery, handler: H)
    where
        H: Fn(Delivery) -> F,
        F: Future<Output = O>,
        O: Into<Outcome>,
    {
        let sequence = delivery.message.sequence;
        let mut handled = pin!(caught(async move { handler(delivery).await.into() }));
        let outcome = loop {
            tokio::select! {
                outcome = &mut handled => break outcome,
                () = sleep(self.ack_wait() / 2) => self.in_progress(sequence),
            }
        };
        match outcome {
            Outcome::Done => self.ack(sequence),
            Outcome::Failed(error) => self.nak(sequence, error, None),
            Outcome::Hopeless(reason) => self.term(sequence, reason),
        }
    }
}

/// What comes of the work; a panic in it is a failure. Nothing of what it was working with is
/// used again.
async fn caught(work: impl Future<Output = Outcome>) -> Outcome {
    let mut work = pin!(work);
    let polled =
        poll_fn(
            |context| match catch_unwind(AssertUnwindSafe(|| work.as_mut().poll(context))) {
                Ok(polled) => polled,
                Err(panic) => Poll::Ready(Outcome::Failed(format!("panicked: {}", said(&*panic)))),
            },
        );
    polled.await
}

/// What a panic said.
fn said(panic: &(dyn Any + Send)) -> &str {
    let text = panic.downcast_ref::<&str>().copied();
    text.or_else(|| panic.downcast_ref::<String>().map(String::as_str))
        .unwrap_or("without a word")
}
