//! Does what a roster asks for.

mod classes;
mod seats;
mod sessions;
mod users;

use std::collections::HashMap;
use std::sync::Arc;

use app::{Actor, Command, Tx};
use kernel::{Error, Fault, Problem, Result};
use people::codes::CodeHash;
use people::sessions::PasswordHash;
use people::users::ExternalId;
use serde::Serialize;
use store::Snapshot;

use super::events::RosterTaken;
use super::model::{Line, Subject, Wish};
use super::problems::REFERENCE_UNKNOWN;
use super::report::{Fate, Finding};
use super::tables::{BROUGHT, Brought};
use crate::neighbours::Neighbours;

/// Does what these lines of a roster ask for, each as far as it is permitted to stand: what is
/// refused keeps nothing else out. Only for the program itself.
#[derive(Debug, Clone)]
pub struct TakeRoster {
    pub(super) lines: Vec<Line>,
    pub(super) ways_in: Arc<WaysIn>,
    pub(super) neighbours: Neighbours,
}

/// How those who are new will come in, by their ids.
pub type WaysIn = HashMap<ExternalId, WayIn>;

/// How somebody will come in.
#[derive(Debug, Clone)]
pub enum WayIn {
    /// With the password that the roster has.
    Password(PasswordHash),
    /// With a code that they are handed.
    Code(CodeHash),
}

/// What became of a line.
#[derive(Debug, Clone)]
pub struct Taken {
    pub(super) fate: Result<Fate, Finding>,
    pub(super) notes: Vec<Finding>,
}

/// What a line does.
struct Doing<'a> {
    line: &'a Line,
    ways_in: &'a WaysIn,
    neighbours: Neighbours,
    /// What the last roster that spoke of it said.
    before: Option<Brought>,
    notes: Vec<Finding>,
}

/// What was done.
enum Done {
    /// As asked.
    All(Fate),
    /// Nothing, for now: the next roster that says the same asks anew.
    Nothing,
}

impl Command for TakeRoster {
    type Out = Vec<Taken>;
    const NAME: &'static str = "rosters.take";

    fn permit(&self, actor: &Actor, _: &Snapshot) -> Result<()> {
        actor.require_program()
    }

    fn run(&self, tx: &mut Tx<'_>) -> Result<Vec<Taken>> {
        let taken = self.lines.iter().map(|line| self.take(tx, line));
        let taken = taken.collect::<Result<Vec<Taken>>>()?;
        let count = |fate| {
            let count = taken.iter().filter(|taken| taken.fate == Ok(fate)).count();
            u64::try_from(count).unwrap_or(u64::MAX)
        };
        let told = RosterTaken {
            added: count(Fate::Added),
            changed: count(Fate::Changed),
            removed: count(Fate::Removed),
        };
        if told.added + told.changed + told.removed > 0 {
            tx.emit(&told)?;
        }
        Ok(taken)
    }
}

impl TakeRoster {
    fn take(&self, tx: &mut Tx<'_>, line: &Line) -> Result<Taken> {
        let (subject, said) = (line.wish.subject(), hash(&line.wish)?);
        let before = tx.get(&BROUGHT, &subject)?;
        if before.as_ref().is_some_and(|before| before.said == said) {
            return Ok(Taken {
                fate: Ok(Fate::Unchanged),
                notes: Vec::new(),
            });
        }
        let mut doing = Doing {
            line,
            ways_in: &self.ways_in,
            neighbours: self.neighbours,
            before,
            notes: Vec::new(),
        };
        let fate = tx.attempt(|tx| match doing.act(tx)? {
            Done::All(fate) => {
                doing.remember(tx, &subject, said)?;
                Ok(fate)
            }
            Done::Nothing => Ok(Fate::Unchanged),
        });
        let notes = doing.notes;
        let fate = match fate {
            Ok(fate) => Ok(fate),
            Err(error) => Err(Finding::refusal(line.place, &error).ok_or(error)?),
        };
        Ok(Taken { fate, notes })
    }
}

impl Doing<'_> {
    fn act(&mut self, tx: &mut Tx<'_>) -> Result<Done> {
        match &self.line.wish {
            Wish::Session(session) => self.session(tx, session),
            Wish::Class(class) => self.class(tx, class),
            Wish::Person(person) => self.person(tx, person),
            Wish::Seat(seat) => self.seat(tx, seat),
        }
    }

    /// Remembers what was said. What could not be done to the letter is tried anew each time.
    fn remember(&self, tx: &mut Tx<'_>, subject: &Subject, said: [u8; 32]) -> Result<()> {
        let to_the_letter = self.notes.is_empty();
        let brought = Brought {
            said: if to_the_letter { said } else { [0; 32] },
            gone: self.line.wish.is_gone(),
            role: self.line.wish.role(),
        };
        if self.before.as_ref() == Some(&brought) {
            return Ok(());
        }
        tx.put(&BROUGHT, subject, &brought)
    }

    /// Whether a roster has brought it, and did not say since that it is to go.
    fn was_there(&self) -> bool {
        self.before.as_ref().is_some_and(|before| !before.gone)
    }

    /// Whether a roster has said that it is to go.
    fn was_gone(&self) -> bool {
        self.before.as_ref().is_some_and(|before| before.gone)
    }

    fn note(&mut self, column: &'static str, problem: Problem) {
        let finding = Finding::at(self.line.place, Some(column), problem);
        self.notes.push(finding);
    }
}

/// Does it, now, as the program that takes the roster.
fn perform<C: Command>(tx: &mut Tx<'_>, command: &C) -> Result<C::Out> {
    let (actor, now) = (tx.actor(), tx.now());
    tx.perform(actor, now, command)
}

/// What became of a record that was changed, going by what it was before.
fn changed<T: PartialEq>(before: &T, after: &T) -> Done {
    Done::All(if before == after {
        Fate::Unchanged
    } else {
        Fate::Changed
    })
}

fn unknown(column: &'static str) -> Error {
    REFERENCE_UNKNOWN.on(column)
}

/// What stands for everything that a wish says.
fn hash(wish: &Wish) -> Result<[u8; 32]> {
    fn json(said: &impl Serialize) -> Result<Vec<u8>> {
        serde_json::to_vec(said)
            .map_err(|error| Fault::caused("writing what a roster says", error).into())
    }
    let said = match wish {
        Wish::Session(session) => json(session)?,
        Wish::Class(class) => json(class)?,
        Wish::Person(person) => json(person)?,
        Wish::Seat(seat) => json(seat)?,
    };
    Ok(blake3::hash(&said).into())
}
