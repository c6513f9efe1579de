//! One person of each kind, so that a test can say who does something.

use std::fmt;

use app::{Actor, Command, SchoolRole, UserId};
use kernel::{Problem, Result};

use crate::School;

/// Who can ask for something: what they are in the course of the test, or in the school.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Role {
    /// Nobody is signed in.
    Nobody,
    /// A member of the school who is not in the course.
    Member,
    /// A student of the course.
    Student,
    /// An observer in the course.
    Observer,
    /// A designer of the course.
    Designer,
    /// An assistant in the course.
    Assistant,
    /// An instructor of the course.
    Teacher,
    /// Staff of the school who is not in the course.
    Staff,
    /// An administrator of the school who is not in the course.
    Admin,
    /// The program itself.
    Program,
}

impl Role {
    /// All of them.
    pub const ALL: [Self; 10] = [
        Self::Nobody,
        Self::Member,
        Self::Student,
        Self::Observer,
        Self::Designer,
        Self::Assistant,
        Self::Teacher,
        Self::Staff,
        Self::Admin,
        Self::Program,
    ];

    /// Its name in tables, which is the name of the person as well.
    pub fn name(self) -> &'static str {
        match self {
            Self::Nobody => "nobody",
            Self::Member => "member",
            Self::Student => "student",
            Self::Observer => "observer",
            Self::Designer => "designer",
            Self::Assistant => "assistant",
            Self::Teacher => "teacher",
            Self::Staff => "staff",
            Self::Admin => "admin",
            Self::Program => "program",
        }
    }

    fn in_school(self) -> Option<SchoolRole> {
        match self {
            Self::Nobody | Self::Program => None,
            Self::Staff => Some(SchoolRole::Staff),
            Self::Admin => Some(SchoolRole::Admin),
            Self::Member
            | Self::Student
            | Self::Observer
            | Self::Designer
            | Self::Assistant
            | Self::Teacher => Some(SchoolRole::Member),
        }
    }
}

impl fmt::Display for Role {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.name())
    }
}

/// A school with one person of each role.
pub struct Cast {
    /// The school.
    pub school: School,
    people: Vec<(Role, Actor)>,
}

impl Cast {
    /// Gathers the people; `add` adds one of this name and role to the school.
    pub fn gather(school: School, add: impl Fn(&School, &str, SchoolRole) -> UserId) -> Self {
        let mut people = vec![
            (Role::Nobody, Actor::ANONYMOUS),
            (Role::Program, Actor::program("test")),
        ];
        for role in Role::ALL {
            if let Some(in_school) = role.in_school() {
                let id = add(&school, role.name(), in_school);
                people.push((role, Actor::user(id, in_school, school.app.new_id())));
            }
        }
        Self { school, people }
    }

    /// The one who has this role.
    pub fn actor(&self, role: Role) -> Actor {
        let found = self.people.iter().find(|(of, _)| *of == role);
        found
            .unwrap_or_else(|| panic!("the cast has no {role}"))
            .1
            .clone()
    }

    /// The id of the person who has this role.
    pub fn user(&self, role: Role) -> UserId {
        self.actor(role)
            .user_id()
            .unwrap_or_else(|| panic!("{role} is no person"))
    }

    /// Runs a command as the one who has this role.
    pub fn tries<C: Command>(&self, role: Role, command: C) -> Result<C::Out> {
        self.school.run(self.actor(role), command)
    }

    /// Runs a command that must succeed.
    pub fn does<C: Command>(&self, role: Role, command: C) -> C::Out {
        self.tries(role, command)
            .unwrap_or_else(|error| panic!("{} by {role} was to succeed: {error}", C::NAME))
    }

    /// Runs a command that must be refused.
    pub fn refused<C: Command>(&self, role: Role, command: C) -> Problem {
        self.school.refused(self.actor(role), command)
    }
}
