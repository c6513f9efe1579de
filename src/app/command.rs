//! Commands: what changes the school.

use std::collections::HashSet;
use std::ops::{Deref, DerefMut};

use kernel::{Fault, Id, Result, Timestamp, problems};
use store::Snapshot;

use crate::actor::{Actor, UserId, Who};
use crate::event::Event;

/// Something an actor wants done. It has no I/O, no clock but [`Tx::now`], no chance but
/// [`Tx::new_id`](store::Tx::new_id): the same input on the same state gives the same rows.
pub trait Command: Send + 'static {
    /// What it answers.
    type Out: Send + 'static;
    /// `area.verb`, for spans, metrics and the audit.
    const NAME: &'static str;

    /// Whether the actor may. Read from the same state that [`Command::run`] changes.
    fn permit(&self, actor: &Actor, snapshot: &Snapshot) -> Result<()>;

    /// Does it.
    fn run(&self, tx: &mut Tx<'_>) -> Result<Self::Out>;
}

/// The transaction of a command: the store's, with the actor and the event log.
pub struct Tx<'a> {
    inner: &'a mut store::Tx,
    actor: &'a Actor,
    events: &'a HashSet<&'static str>,
    position: u64,
}

impl Deref for Tx<'_> {
    type Target = store::Tx;
    fn deref(&self) -> &store::Tx {
        self.inner
    }
}

impl DerefMut for Tx<'_> {
    fn deref_mut(&mut self) -> &mut store::Tx {
        self.inner
    }
}

impl<'a> Tx<'a> {
    /// A transaction of this actor, for features with events of these subjects.
    pub(crate) fn new(
        tx: &'a mut store::Tx,
        actor: &'a Actor,
        events: &'a HashSet<&'static str>,
    ) -> Self {
        Self {
            inner: tx,
            actor,
            events,
            position: 0,
        }
    }

    /// Who asked.
    pub fn actor(&self) -> &'a Actor {
        self.actor
    }

    /// The signed-in person who asked; `UNAUTHENTICATED` for anybody else.
    pub fn user(&self) -> Result<UserId> {
        self.actor.require_user()
    }

    /// The moment of this command.
    pub fn now(&self) -> Timestamp {
        self.inner.now()
    }

    /// A fresh id.
    pub fn new_id<K>(&mut self) -> Id<K> {
        self.inner.new_id()
    }

    /// Has somebody else do something within this command, at a moment of theirs: they must be
    /// permitted to, and all of it stays or nothing. Only for the program itself, which in this
    /// way tells a history; the moments must be in order, and `FORBIDDEN` is for everybody else.
    pub fn perform<C: Command>(
        &mut self,
        actor: &Actor,
        at: Timestamp,
        command: &C,
    ) -> Result<C::Out> {
        if !matches!(self.actor.who, Who::Program(_)) {
            return problems::FORBIDDEN.refuse();
        }
        self.inner.advance(at);
        command.permit(actor, self.inner)?;
        let mut theirs = Tx::new(self.inner, actor, self.events);
        let out = command.run(&mut theirs)?;
        self.position = self.position.max(theirs.position);
        Ok(out)
    }

    /// Tries something within this command: what is refused leaves no trace, and the command goes
    /// on.
    pub fn attempt<T>(&mut self, effect: impl FnOnce(&mut Self) -> Result<T>) -> Result<T> {
        let (mark, position) = (self.inner.mark(), self.position);
        let out = effect(self);
        if out.is_err() {
            self.inner.back_to(mark);
            self.position = position;
        }
        out
    }

    /// Records what happened, in the same batch as the records that changed. A feature must have
    /// registered it: what is not in the published list of events does not happen.
    pub fn emit<E: Event>(&mut self, event: &E) -> Result<()> {
        if !self.events.contains(E::SUBJECT) {
            return Err(
                Fault::new(format!("no feature registers the event {}", E::SUBJECT)).into(),
            );
        }
        let body = serde_json::to_vec(event)
            .map_err(|error| Fault::caused(format!("writing {}", E::SUBJECT), error))?;
        let draft = eventlog::Draft {
            subject: E::SUBJECT.into(),
            key: event.key(),
            actor: self.actor.to_string(),
            trace_parent: self.actor.trace_parent.clone(),
            version: E::VERSION,
            body: body.into(),
            headers: Vec::new(),
        };
        self.position = eventlog::append(self.inner, draft)?;
        Ok(())
    }

    /// The position of the last event that this command recorded, 0 without one.
    pub(crate) fn position(&self) -> u64 {
        self.position
    }
}
