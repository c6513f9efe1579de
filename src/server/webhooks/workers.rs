//! Who is at work: one worker for each stream that a webhook follows, and those who run errands.

use std::collections::{HashMap, HashSet};
use std::sync::Arc;
use std::time::Duration;

use eventlog::problems::{CONSUMER_NOT_FOUND, STREAM_NOT_FOUND};
use eventlog::{Delivery, Running, WorkEnded, Working};
use kernel::{Fault, Result};
use operations::webhooks::{ErrandId, WebhookId, errands, listeners};
use tokio::sync::{Semaphore, watch};
use tokio::task::{JoinError, JoinSet};
use tokio::time::sleep;

use super::sender::{SENDER, Sender};

/// How many requests to one webhook are under way at a time.
const AT_A_TIME: usize = 8;
/// How many errands are run at a time.
const ERRANDS_AT_A_TIME: usize = 8;
/// How long to wait after a change before looking at who listens.
const PAUSE: Duration = Duration::from_millis(100);

/// Sends to those who listen, until told to stop.
pub(crate) async fn keep_sending(
    sender: Arc<Sender>,
    mut stop: watch::Receiver<bool>,
) -> Result<()> {
    let mut versions = sender.app.store().versions();
    let mut workers = Workers::of(sender);
    loop {
        versions.mark_unchanged();
        workers.adjust()?;
        let changed = async {
            let there = versions.changed().await.is_ok();
            sleep(PAUSE).await;
            there
        };
        tokio::select! {
            _ = stop.wait_for(|stop| *stop) => break,
            there = changed => if !there { break },
            Some(ended) = workers.tasks.join_next() => workers.ended(ended)?,
            Some(run) = workers.running.join_next() => workers.run(run)?,
        }
    }
    workers.end().await
}

/// The stream, and the webhook.
type Listener = (String, WebhookId);
/// What came of a task.
type Joined<T> = std::result::Result<T, JoinError>;

struct Workers {
    sender: Arc<Sender>,
    tasks: JoinSet<(Listener, Result<WorkEnded>)>,
    /// Those at work, each with what tells it to stop.
    listening: HashMap<Listener, watch::Sender<bool>>,
    /// How many more requests may go to each webhook.
    rooms: HashMap<WebhookId, Arc<Semaphore>>,
    running: JoinSet<(ErrandId, Result<()>)>,
    /// The errands that are being run. One that panicked stays, and is not run again before the
    /// next start.
    errands: HashSet<ErrandId>,
}

impl Workers {
    fn of(sender: Arc<Sender>) -> Self {
        Self {
            sender,
            tasks: JoinSet::new(),
            running: JoinSet::new(),
            listening: HashMap::new(),
            rooms: HashMap::new(),
            errands: HashSet::new(),
        }
    }

    /// Has those work who are wanted, and no others.
    fn adjust(&mut self) -> Result<()> {
        let app = self.sender.app.clone();
        let snapshot = app.snapshot();
        let wanted = listeners(&snapshot, &SENDER)?;
        for (listener, stop) in &self.listening {
            if !wanted.contains(listener) {
                stop.send_replace(true);
            }
        }
        self.rooms
            .retain(|webhook, _| wanted.iter().any(|(_, wanted)| wanted == webhook));
        for (stream, webhook) in wanted {
            // One that was told to stop is begun anew when it has ended.
            if self.listening.contains_key(&(stream.clone(), webhook)) {
                continue;
            }
            match app.consumers().get(&stream, &webhook.to_string()) {
                Ok(consumer) => self.begin((stream, webhook), consumer),
                Err(error) if is_gone(&error) => {}
                Err(error) => return Err(error),
            }
        }
        for (key, errand) in errands(&snapshot, &SENDER, ERRANDS_AT_A_TIME)? {
            if self.errands.len() < ERRANDS_AT_A_TIME && self.errands.insert(key.1) {
                let sender = Arc::clone(&self.sender);
                self.running
                    .spawn(async move { (key.1, sender.run(key, errand).await) });
            }
        }
        Ok(())
    }

    fn begin(&mut self, listener: Listener, consumer: Running) {
        let (stop, stopped) = watch::channel(false);
        self.listening.insert(listener.clone(), stop);
        let (stream, webhook) = listener.clone();
        let room = self.rooms.entry(webhook);
        let room = Arc::clone(room.or_insert_with(|| Arc::new(Semaphore::new(AT_A_TIME))));
        let sender = Arc::clone(&self.sender);
        let handler = move |delivery: Delivery| {
            let (sender, room, stream) = (Arc::clone(&sender), Arc::clone(&room), stream.clone());
            async move {
                let place = room.acquire().await;
                let outcome = sender.deliver(webhook, stream, delivery).await;
                drop(place);
                outcome
            }
        };
        let working = Working {
            at_a_time: AT_A_TIME,
            ..Working::default()
        };
        self.tasks.spawn(async move {
            let ended = consumer.work(working, handler, stopped).await;
            (listener, ended)
        });
    }

    fn ended(&mut self, ended: Joined<(Listener, Result<WorkEnded>)>) -> Result<()> {
        let ended = ended.map_err(|error| Fault::caused("a worker broke off", error));
        let (listener, ended) = ended?;
        self.listening.remove(&listener);
        ended.map(drop)
    }

    fn run(&mut self, run: Joined<(ErrandId, Result<()>)>) -> Result<()> {
        match run {
            Ok((errand, done)) => {
                self.errands.remove(&errand);
                match done {
                    // Its webhook went meanwhile, and the errand with it.
                    Err(error) if error.problem().is_some() => Ok(()),
                    done => done,
                }
            }
            Err(error) => {
                tracing::error!(%error, "what was to be sent out of turn broke off");
                Ok(())
            }
        }
    }

    /// Has everybody end what they are at, each within their time.
    async fn end(mut self) -> Result<()> {
        for stop in self.listening.values() {
            stop.send_replace(true);
        }
        while !self.listening.is_empty() {
            let Some(ended) = self.tasks.join_next().await else {
                break;
            };
            self.ended(ended)?;
        }
        Ok(())
    }
}

fn is_gone(error: &kernel::Error) -> bool {
    let problem = error.problem();
    problem == Some(CONSUMER_NOT_FOUND) || problem == Some(STREAM_NOT_FOUND)
}
