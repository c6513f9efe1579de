//! What a roster asks for: sessions, classes, people and their seats, under the roster's own ids.

use std::collections::BTreeSet;

use app::SchoolRole;
use kernel::Timestamp;
use people::sessions::Password;
use people::users::ExternalId;
use serde::Serialize;

use super::report::{Kind, Place};
use crate::enrollments::CourseRole;

/// What a roster asks for, in the order in which it can be done.
#[derive(Debug, Clone, Default)]
pub struct Roster {
    pub(super) lines: Vec<Line>,
    /// The kinds that the roster has all of: what it does not have is gone.
    pub(super) complete: BTreeSet<Kind>,
}

impl Roster {
    /// How many things it asks for.
    pub fn len(&self) -> usize {
        self.lines.len()
    }

    /// Whether it asks for nothing.
    pub fn is_empty(&self) -> bool {
        self.lines.is_empty()
    }
}

/// One thing that a roster asks for.
#[derive(Debug, Clone)]
pub(super) struct Line {
    /// Where it stands; for what is missing, where it would.
    pub(super) place: Place,
    pub(super) wish: Wish,
}

/// What is asked for.
#[derive(Debug, Clone)]
pub(super) enum Wish {
    Session(Session),
    Class(Class),
    Person(Person),
    Seat(Seat),
}

/// What a wish is about, as a key: its kind and its id; for a seat the class and the person.
pub(super) type Subject = (u8, String, String);

impl Wish {
    pub(super) const fn kind(&self) -> Kind {
        match self {
            Self::Session(_) => Kind::Terms,
            Self::Class(_) => Kind::Courses,
            Self::Person(_) => Kind::People,
            Self::Seat(_) => Kind::Enrollments,
        }
    }

    /// What it is about.
    pub(super) fn subject(&self) -> Subject {
        let (one, other) = match self {
            Self::Session(session) => (&session.id, None),
            Self::Class(class) => (&class.id, None),
            Self::Person(person) => (&person.id, None),
            Self::Seat(seat) => (&seat.class, Some(&seat.user)),
        };
        let other = other.map(|id| id.as_str().to_owned());
        let key = self.kind().key();
        (key, one.as_str().to_owned(), other.unwrap_or_default())
    }

    /// What it makes of somebody in the school.
    pub(super) const fn role(&self) -> Option<SchoolRole> {
        match self {
            Self::Person(person) => person.role,
            Self::Session(_) | Self::Class(_) | Self::Seat(_) => None,
        }
    }

    /// Whether it asks for something to go.
    pub(super) const fn is_gone(&self) -> bool {
        match self {
            Self::Session(session) => session.gone,
            Self::Class(class) => class.gone,
            Self::Person(person) => person.gone,
            Self::Seat(seat) => matches!(seat.state, SeatState::Gone),
        }
    }
}

/// An academic session: a term.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub(super) struct Session {
    pub(super) id: ExternalId,
    pub(super) title: String,
    pub(super) starts_at: Option<Timestamp>,
    pub(super) ends_at: Option<Timestamp>,
    pub(super) parent: Option<ExternalId>,
    pub(super) gone: bool,
}

/// A class: a course of ours.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub(super) struct Class {
    pub(super) id: ExternalId,
    /// The codes that it may have, the best one first.
    pub(super) codes: Vec<String>,
    pub(super) title: String,
    pub(super) description: String,
    pub(super) term: Option<ExternalId>,
    pub(super) gone: bool,
}

/// A user: a person.
#[derive(Debug, Clone, Serialize)]
pub(super) struct Person {
    pub(super) id: ExternalId,
    pub(super) username: String,
    pub(super) display_name: String,
    pub(super) email: Option<String>,
    /// What the person is in the school; without it, nothing is known.
    pub(super) role: Option<SchoolRole>,
    pub(super) gone: bool,
    /// For who is new. It changes nothing for who is here.
    #[serde(skip)]
    pub(super) password: Option<Password>,
}

/// A person's place in a class: an enrolment.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub(super) struct Seat {
    pub(super) class: ExternalId,
    pub(super) user: ExternalId,
    pub(super) role: CourseRole,
    pub(super) state: SeatState,
}

/// Where a seat is on its way.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize)]
pub(super) enum SeatState {
    /// Takes part.
    Taken,
    /// Has taken part: its end is past.
    Over,
    /// Is to go.
    Gone,
}

impl Kind {
    /// The kind in keys, for ever the same.
    pub(super) const fn key(self) -> u8 {
        match self {
            Self::Terms => 1,
            Self::Courses => 2,
            Self::People => 3,
            Self::Enrollments => 4,
        }
    }
}
