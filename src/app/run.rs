//! The running application: commands go to the store's committer, queries read a snapshot.

use std::collections::HashSet;
use std::fmt;
use std::sync::{Arc, Mutex, PoisonError};

use rand::rngs::StdRng;
use rand::{RngCore, SeedableRng};
use tracing::Instrument;

use eventlog::{Consumers, Follower, Projection};
use kernel::{Clock, Error, Fault, Id, Result, Timestamp, Uuid7};
use store::{Snapshot, Store};

use crate::actor::Actor;
use crate::command::{Command, Tx};
use crate::feature::Feature;

/// 256 bits that nobody can guess. Its debug form does not show them.
#[derive(Clone, PartialEq, Eq)]
pub struct Secret(pub [u8; 32]);

impl fmt::Debug for Secret {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Secret(..)")
    }
}

/// What a command answered, and when its effect can be seen.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Done<T> {
    /// The answer.
    pub out: T,
    /// The position in the log of its last event, 0 without one: what a projection must reach to
    /// show it.
    pub position: u64,
}

/// The application. A clone is the same one.
#[derive(Clone)]
pub struct App {
    inner: Arc<Inner>,
}

struct Inner {
    store: Store,
    clock: Arc<dyn Clock>,
    features: Vec<&'static Feature>,
    /// The subjects of their events.
    events: Arc<HashSet<&'static str>>,
    consumers: Consumers,
    chance: Mutex<(StdRng, Uuid7)>,
}

impl fmt::Debug for App {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("App")
            .field("store", &self.inner.store)
            .finish_non_exhaustive()
    }
}

impl App {
    /// An application of these features over a store. A seed makes ids and secrets repeatable,
    /// for tests; without one they are drawn from the system.
    pub fn new(
        store: Store,
        clock: Arc<dyn Clock>,
        features: Vec<&'static Feature>,
        seed: Option<u64>,
    ) -> Self {
        let rng = seed.map_or_else(StdRng::from_os_rng, StdRng::seed_from_u64);
        let events = features.iter().flat_map(|feature| feature.events);
        let events = Arc::new(events.map(|event| event.subject).collect());
        let chance = Mutex::new((rng, Uuid7::default()));
        let consumers = Consumers::new(store.clone(), Arc::clone(&clock));
        Self {
            inner: Arc::new(Inner {
                store,
                clock,
                features,
                events,
                consumers,
                chance,
            }),
        }
    }

    /// The store, for what follows the log.
    pub fn store(&self) -> &Store {
        &self.inner.store
    }

    /// The features it is made of.
    pub fn features(&self) -> &[&'static Feature] {
        &self.inner.features
    }

    /// The durable consumers of the event log, as they run.
    pub fn consumers(&self) -> &Consumers {
        &self.inner.consumers
    }

    /// The clock it goes by.
    pub fn clock(&self) -> Arc<dyn Clock> {
        Arc::clone(&self.inner.clock)
    }

    /// What the features derive from the log.
    pub fn projections(&self) -> impl Iterator<Item = &'static dyn Projection> + '_ {
        let features = self.inner.features.iter();
        features.flat_map(|feature| feature.projections.iter().copied())
    }

    /// Everything within the program that reads the log to its end.
    pub fn followers(&self) -> impl Iterator<Item = &'static dyn Follower> + '_ {
        let features = self.inner.features.iter();
        let others = features.flat_map(|feature| feature.followers.iter().copied());
        let projections = self
            .projections()
            .map(|projection| projection as &dyn Follower);
        projections.chain(others)
    }

    /// The present moment.
    pub fn now(&self) -> Timestamp {
        self.inner.clock.now()
    }

    /// The newest durable state, to read from. What may be read is for the query to check.
    pub fn snapshot(&self) -> Snapshot {
        self.inner.store.snapshot()
    }

    /// Runs a command: permission and effect in one transaction, durable when this returns.
    pub async fn run<C: Command>(&self, actor: Actor, command: C) -> Result<C::Out> {
        Ok(self.run_for_position(actor, command).await?.out)
    }

    /// Runs a command and says where in the log its events are.
    pub async fn run_for_position<C: Command>(
        &self,
        actor: Actor,
        command: C,
    ) -> Result<Done<C::Out>> {
        let span = tracing::debug_span!("command", name = C::NAME);
        let effect = self.effect(actor, command);
        let pending = self.inner.store.submit(effect);
        named(C::NAME, pending.instrument(span).await)
    }

    /// Runs a command and blocks until it is durable, for the command line.
    pub fn run_blocking<C: Command>(&self, actor: Actor, command: C) -> Result<C::Out> {
        let effect = self.effect(actor, command);
        let pending = self.inner.store.submit(effect);
        named(C::NAME, pending.wait()).map(|done| done.out)
    }

    /// Runs a command on the newest state, answers what it would have answered, and leaves no trace
    /// of it.
    pub fn rehearse_blocking<C: Command>(&self, actor: Actor, command: C) -> Result<C::Out> {
        let effect = self.effect(actor, command);
        let pending = self.inner.store.rehearse(effect);
        named(C::NAME, pending.wait()).map(|done| done.out)
    }

    /// What the store's committer does for a command.
    fn effect<C: Command>(
        &self,
        actor: Actor,
        command: C,
    ) -> impl FnOnce(&mut store::Tx) -> Result<Done<C::Out>> + Send + 'static {
        let events = Arc::clone(&self.inner.events);
        move |tx| {
            command.permit(&actor, tx)?;
            let mut tx = Tx::new(tx, &actor, &events);
            let out = command.run(&mut tx)?;
            Ok(Done {
                out,
                position: tx.position(),
            })
        }
    }

    /// A fresh id, for what is prepared before its command runs.
    pub fn new_id<K>(&self) -> Id<K> {
        let now = self.now();
        let mut chance = self
            .inner
            .chance
            .lock()
            .unwrap_or_else(PoisonError::into_inner);
        let random = chance.0.next_u64();
        chance.1.next(now, random)
    }

    /// A fresh secret.
    pub fn new_secret(&self) -> Secret {
        let mut secret = [0; 32];
        let mut chance = self
            .inner
            .chance
            .lock()
            .unwrap_or_else(PoisonError::into_inner);
        chance.0.fill_bytes(&mut secret);
        Secret(secret)
    }
}

/// Names the command in a fault, for the face that logs it.
fn named<T>(name: &'static str, answer: Result<store::Commit<T>>) -> Result<T> {
    match answer {
        Ok(commit) => Ok(commit.out),
        Err(Error::Fault(fault)) => Err(Fault::caused(name, fault).into()),
        Err(refused) => Err(refused),
    }
}
