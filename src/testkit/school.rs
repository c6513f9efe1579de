//! A school in memory, with repeatable ids.

use std::sync::Arc;

use app::{Actor, App, Command, Feature, Message, SchoolRole, UserId, check};
use kernel::{Clock, Problem, Result};
use store::{Engine, Options, Store};
use tokio::runtime::Runtime;

use crate::ManualClock;

/// An application over a store in memory, and the clock it goes by.
pub struct School {
    /// The application.
    pub app: App,
    /// Its clock.
    pub clock: Arc<ManualClock>,
    runtime: Runtime,
}

impl School {
    /// A school of these features.
    pub fn new(features: &[&'static Feature]) -> Self {
        Self::of_areas(&[features])
    }

    /// A school of the features of several areas.
    pub fn of_areas(areas: &[&[&'static Feature]]) -> Self {
        let clock = Arc::new(ManualClock::default());
        let time: Arc<dyn Clock> = Arc::<ManualClock>::clone(&clock);
        let options = Options {
            clock: Arc::clone(&time),
            seed: Some(1),
            ..Options::default()
        };
        let store = Store::over(Engine::in_memory(), options);
        let runtime = tokio::runtime::Builder::new_current_thread()
            .enable_time()
            .build()
            .expect("a runtime can be made");
        Self {
            app: App::new(store, time, areas.concat(), Some(2)),
            clock,
            runtime,
        }
    }

    /// An application that begins with what this one holds, and goes its own way from there.
    pub fn fork(&self) -> App {
        let engine = Engine::forked(&self.app.snapshot());
        let time: Arc<dyn Clock> = Arc::<ManualClock>::clone(&self.clock);
        let options = Options {
            clock: Arc::clone(&time),
            // Other seeds than the first: ids that were given out are not given out again.
            seed: Some(3),
            ..Options::default()
        };
        let store = Store::over(engine.expect("a school of a test is in memory"), options);
        App::new(store, time, self.app.features().to_vec(), Some(4))
    }

    /// Waits for something asynchronous.
    pub fn block_on<T>(&self, future: impl Future<Output = T>) -> T {
        self.runtime.block_on(future)
    }

    /// Somebody of this role who has no record.
    pub fn actor(&self, role: SchoolRole) -> Actor {
        Actor::user(self.app.new_id(), role, self.app.new_id())
    }

    /// This person, as a member of the school.
    pub fn member(&self, id: UserId) -> Actor {
        Actor::user(id, SchoolRole::Member, self.app.new_id())
    }

    /// Runs a command.
    pub fn run<C: Command>(&self, actor: Actor, command: C) -> Result<C::Out> {
        self.block_on(self.app.run(actor, command))
    }

    /// Runs a command as the program itself; it must succeed.
    pub fn run_as_program<C: Command>(&self, command: C) -> C::Out {
        self.run(Actor::program("test"), command)
            .unwrap_or_else(|error| panic!("{} was to succeed: {error}", C::NAME))
    }

    /// Runs a command that must be refused.
    pub fn refused<C: Command>(&self, actor: Actor, command: C) -> Problem {
        match self.run(actor, command) {
            Ok(_) => panic!("{} was to be refused", C::NAME),
            Err(error) => error
                .problem()
                .unwrap_or_else(|| panic!("{} failed: {error}", C::NAME)),
        }
    }

    /// Everything that happened, in its order.
    pub fn events(&self) -> Vec<Message> {
        let snapshot = self.app.snapshot();
        let events = eventlog::read(&snapshot, 0).expect("the log can be read");
        events
            .map(|event| event.expect("an event can be read").1)
            .collect()
    }

    /// Lets every projection take into account what happened.
    pub fn catch_up(&self) {
        for projection in self
            .app
            .features()
            .iter()
            .flat_map(|feature| feature.projections)
        {
            let step = || self.block_on(eventlog::step(self.app.store(), *projection));
            while step().expect("a projection takes what happened").is_some() {}
        }
    }

    /// Records, indexes and events must agree.
    pub fn agrees(&self) {
        let findings =
            check(&self.app.snapshot(), self.app.features()).expect("the school can be read");
        assert_eq!(findings.faults, Vec::<String>::new());
    }
}
