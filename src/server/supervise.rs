//! Supervision: every task has a name, and what happens when it fails is said where it starts.

use std::future::Future;
use std::time::Duration;

use kernel::Result;
use tokio::sync::watch;
use tokio::task::JoinSet;

/// How long after a first failure a task is started again; doubled with each further one.
const BACKOFF_FIRST: Duration = Duration::from_secs(1);
/// The longest wait before a task is started again.
const BACKOFF_MAX: Duration = Duration::from_mins(1);

/// The tasks of the server.
pub(crate) struct Supervisor {
    stop: watch::Sender<bool>,
    tasks: JoinSet<()>,
}

impl Supervisor {
    pub(crate) fn new() -> Self {
        Self {
            stop: watch::Sender::new(false),
            tasks: JoinSet::new(),
        }
    }

    /// Turns true when the tasks are to end.
    pub(crate) fn stopping(&self) -> watch::Receiver<bool> {
        self.stop.subscribe()
    }

    /// Runs a task until it is told to stop; after an error it is started again, later each time.
    pub(crate) fn keep<F>(
        &mut self,
        name: &'static str,
        start: impl Fn(watch::Receiver<bool>) -> F + Send + 'static,
    ) where
        F: Future<Output = Result<()>> + Send + 'static,
    {
        let mut stop = self.stop.subscribe();
        self.tasks.spawn(async move {
            let mut wait = BACKOFF_FIRST;
            while let Err(error) = start(stop.clone()).await {
                tracing::error!(task = name, %error, wait_s = wait.as_secs(), "a task failed and will be started again");
                tokio::select! {
                    () = tokio::time::sleep(wait) => wait = (wait * 2).min(BACKOFF_MAX),
                    _ = stop.wait_for(|stop| *stop) => return,
                }
            }
        });
    }

    /// Tells every task to end, and waits for them.
    pub(crate) async fn end(mut self) {
        self.stop.send_replace(true);
        while let Some(ended) = self.tasks.join_next().await {
            if let Err(error) = ended {
                tracing::error!(%error, "a task had panicked");
            }
        }
    }
}
