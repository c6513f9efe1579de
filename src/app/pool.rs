//! Threads for work that takes the processor or waits for a disk, so that it keeps no request from
//! being answered. A pool has a name, and its queue a bound.

use std::fmt;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::mpsc::{Receiver, SyncSender, TrySendError, sync_channel};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use tokio::sync::{OwnedSemaphorePermit, Semaphore, oneshot};

use kernel::{Fault, Problem, Result};

/// When somebody may ask again who found the queue full.
const BUSY_WAIT: Duration = Duration::from_secs(2);

type Work = Box<dyn FnOnce() + Send>;

/// Threads behind a bounded queue. They end when the last clone is dropped.
#[derive(Clone)]
pub struct Pool {
    queue: SyncSender<Work>,
    places: Arc<Semaphore>,
    busy: Problem,
}

impl fmt::Debug for Pool {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Pool").finish_non_exhaustive()
    }
}

impl Pool {
    /// Starts this many threads, at least one, for whom this many tasks may wait; one more is
    /// refused with `busy`.
    pub fn start(
        name: &str,
        threads: usize,
        waiting_max: usize,
        busy: Problem,
    ) -> std::io::Result<Self> {
        let threads = threads.max(1);
        let places = waiting_max + threads;
        let (queue, work) = sync_channel::<Work>(places);
        let work = Arc::new(Mutex::new(work));
        for number in 0..threads {
            let work = Arc::clone(&work);
            std::thread::Builder::new()
                .name(format!("{name}-{number}"))
                .spawn(move || {
                    while let Some(work) = next(&work) {
                        // Whoever waits for it learns that it is gone; the others have a thread.
                        drop(catch_unwind(AssertUnwindSafe(work)));
                    }
                })?;
        }
        Ok(Self {
            queue,
            places: Arc::new(Semaphore::new(places)),
            busy,
        })
    }

    /// A place in the queue, or why there is none.
    pub fn place(&self) -> Result<Place> {
        let permit = Arc::clone(&self.places).try_acquire_owned();
        let permit = permit.map_err(|_| self.busy.retry_after(BUSY_WAIT))?;
        Ok(Place {
            pool: self.clone(),
            permit,
        })
    }

    /// Does this work, when it is its turn.
    pub async fn work<T: Send + 'static>(
        &self,
        work: impl FnOnce() -> Result<T> + Send + 'static,
    ) -> Result<T> {
        self.place()?.work(work).await
    }
}

/// A place in the queue, taken before anything is counted that a full queue would make vain.
#[derive(Debug)]
pub struct Place {
    pool: Pool,
    permit: OwnedSemaphorePermit,
}

impl Place {
    /// Does this work, when it is its turn.
    pub async fn work<T: Send + 'static>(
        self,
        work: impl FnOnce() -> Result<T> + Send + 'static,
    ) -> Result<T> {
        let (sender, answer) = oneshot::channel();
        let Self { pool, permit } = self;
        let work: Work = Box::new(move || {
            let done = work();
            drop(permit);
            drop(sender.send(done));
        });
        match pool.queue.try_send(work) {
            Ok(()) => {}
            Err(TrySendError::Full(_)) => return Err(pool.busy.retry_after(BUSY_WAIT)),
            Err(TrySendError::Disconnected(_)) => {
                return Err(Fault::new("the threads of a pool are gone").into());
            }
        }
        let gone = |_| Err(Fault::new("a thread of a pool is gone").into());
        answer.await.unwrap_or_else(gone)
    }
}

fn next(work: &Mutex<Receiver<Work>>) -> Option<Work> {
    work.lock()
        .unwrap_or_else(PoisonError::into_inner)
        .recv()
        .ok()
}
