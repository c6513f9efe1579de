//! A queued command, and the answer that its caller waits for.

use std::any::Any;
use std::future::Future;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::pin::Pin;
use std::task::{Context, Poll};

use tokio::sync::oneshot;

use kernel::{Error, Fault, Result, problems};

use crate::tx::Tx;

/// What a committed command answers with.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Commit<T> {
    /// What the command returned.
    pub out: T,
    /// The first version of the store that shows its effect.
    pub version: u64,
}

/// An answer that is to come: a future, or [`wait`](Pending::wait) for it.
pub struct Pending<T> {
    answer: oneshot::Receiver<Result<Commit<T>>>,
    refusal: Option<Error>,
}

impl<T: Send + 'static> Pending<T> {
    /// A command to be queued, and its answer. Without `stays` it leaves no trace.
    pub(crate) fn of<F>(command: F, stays: bool) -> (Box<dyn Job>, Self)
    where
        F: FnOnce(&mut Tx) -> Result<T> + Send + 'static,
    {
        let (sender, answer) = oneshot::channel();
        let job = Box::new(Command {
            run: Some(command),
            stays,
            out: None,
            answer: sender,
        });
        let refusal = None;
        (job, Self { answer, refusal })
    }

    /// The answer to a command that was not queued.
    pub(crate) fn refused(self, refusal: Error) -> Self {
        Self {
            refusal: Some(refusal),
            ..self
        }
    }
}

impl<T> Pending<T> {
    /// Blocks until the command is durable or refused.
    pub fn wait(self) -> Result<Commit<T>> {
        match self.refusal {
            Some(refusal) => Err(refusal),
            None => self.answer.blocking_recv().unwrap_or_else(|_| unanswered()),
        }
    }
}

impl<T> Future for Pending<T> {
    type Output = Result<Commit<T>>;

    fn poll(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Self::Output> {
        if let Some(refusal) = self.refusal.take() {
            return Poll::Ready(Err(refusal));
        }
        let answer = Pin::new(&mut self.answer).poll(context);
        answer.map(|answer| answer.unwrap_or_else(|_| unanswered()))
    }
}

fn unanswered<T>() -> Result<T> {
    problems::WRITES_STOPPED.refuse()
}

/// A queued command, its type erased.
pub(crate) trait Job: Send {
    /// Runs it; whether its writes stay.
    fn run(&mut self, tx: &mut Tx) -> bool;
    /// Answers its caller, after the group became durable in `version` or failed to.
    fn answer(self: Box<Self>, durable: Result<u64, ()>);
}

struct Command<F, T> {
    run: Option<F>,
    stays: bool,
    out: Option<Result<T>>,
    answer: oneshot::Sender<Result<Commit<T>>>,
}

impl<T, F> Job for Command<F, T>
where
    T: Send + 'static,
    F: FnOnce(&mut Tx) -> Result<T> + Send + 'static,
{
    fn run(&mut self, tx: &mut Tx) -> bool {
        let Some(command) = self.run.take() else {
            return false;
        };
        let out = catch_unwind(AssertUnwindSafe(|| command(tx))).unwrap_or_else(|panic| {
            Err(Fault::new(format!(
                "a command panicked: {}",
                panic_message(panic.as_ref())
            ))
            .into())
        });
        let stays = self.stays && out.is_ok();
        self.out = Some(out);
        stays
    }

    fn answer(self: Box<Self>, durable: Result<u64, ()>) {
        let Some(out) = self.out else { return };
        let answer = match (out, durable) {
            (Ok(out), Ok(version)) => Ok(Commit { out, version }),
            (Ok(_), Err(())) => unanswered(),
            (Err(error), _) => Err(error),
        };
        // A caller that went away needs no answer.
        drop(self.answer.send(answer));
    }
}

fn panic_message(panic: &(dyn Any + Send)) -> &str {
    panic
        .downcast_ref::<&str>()
        .copied()
        .or_else(|| panic.downcast_ref::<String>().map(String::as_str))
        .unwrap_or("without a message")
}
