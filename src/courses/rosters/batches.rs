//! A roster as commands, and what they did as a report.

use std::collections::HashSet;
use std::sync::Arc;

use kernel::Result;
use people::sessions::Password;
use people::users::ExternalId;
use store::{Range, Snapshot};

use super::columns::Document;
use super::model::{Class, Line, Person, Roster, Seat, SeatState, Session, Subject, Wish};
use super::problems::TOO_MANY_MISSING;
use super::read::in_order;
use super::report::{Fate, Kind, Place, Report};
use super::tables::BROUGHT;
use super::take_roster::{TakeRoster, Taken, WaysIn};
use crate::enrollments::CourseRole;
use crate::neighbours::Neighbours;

/// The most lines that are taken in one transaction. A roster of more is taken in several; where
/// it is stopped between two, taking it again does the rest.
pub const LINES_A_COMMIT: usize = 10_000;

/// Somebody who is new here.
#[derive(Debug, Clone, Copy)]
pub struct Newcomer<'a> {
    person: &'a Person,
}

impl<'a> Newcomer<'a> {
    /// What the roster calls them.
    pub fn id(self) -> &'a ExternalId {
        &self.person.id
    }

    /// The name they sign in with.
    pub fn username(self) -> &'a str {
        &self.person.username
    }

    /// The name that others see.
    pub fn display_name(self) -> &'a str {
        &self.person.display_name
    }

    /// The password that the roster has for them.
    pub fn password(self) -> Option<&'a Password> {
        self.person.password.as_ref()
    }
}

impl Roster {
    /// The whole roster as one command, to see what would become of it.
    pub fn whole(&self, neighbours: Neighbours) -> TakeRoster {
        TakeRoster {
            lines: self.lines.clone(),
            ways_in: Arc::default(),
            neighbours,
        }
    }

    /// The roster as commands, one after another.
    pub fn batches(
        &self,
        ways_in: WaysIn,
        neighbours: Neighbours,
    ) -> impl Iterator<Item = TakeRoster> {
        let ways_in = Arc::new(ways_in);
        let chunks = self.lines.chunks(LINES_A_COMMIT);
        chunks.map(move |lines| TakeRoster {
            lines: lines.to_vec(),
            ways_in: Arc::clone(&ways_in),
            neighbours,
        })
    }

    /// Who is added, going by what became of each line.
    pub fn newcomers<'a>(&'a self, taken: &[Taken]) -> Vec<Newcomer<'a>> {
        let lines = self.lines.iter().zip(taken);
        lines
            .filter(|(_, taken)| taken.fate == Ok(Fate::Added))
            .filter_map(|(line, _)| match &line.wish {
                Wish::Person(person) => Some(Newcomer { person }),
                Wish::Session(_) | Wish::Class(_) | Wish::Seat(_) => None,
            })
            .collect()
    }

    /// Reports what became of each line.
    pub fn report(&self, taken: Vec<Taken>, report: &mut Report) {
        for (line, taken) in self.lines.iter().zip(taken) {
            let kind = line.wish.kind();
            match taken.fate {
                Ok(fate) => report.count(kind, fate),
                Err(finding) => report.refuse(Some(kind), finding),
            }
            for note in taken.notes {
                report.note(note);
            }
        }
        report.sort();
    }

    /// Reports what earlier rosters brought and this one lacks although it should have all of its
    /// kind. With `remove` it asks for that to go, as if the roster had said so, unless it is more
    /// than so many of a hundred that are there: a file that was cut in half lacks a lot.
    pub fn look_for_missing(
        &mut self,
        snapshot: &Snapshot,
        remove: Option<u8>,
        report: &mut Report,
    ) -> Result<()> {
        let asked: HashSet<Subject> = self.lines.iter().map(|line| line.wish.subject()).collect();
        for kind in self.complete.clone() {
            let (mut there, mut missing) = (0_u64, 0_u64);
            for entry in snapshot.scan(&BROUGHT, &kind.key(), Range::ALL)? {
                let (subject, brought) = entry?;
                if brought.gone {
                    continue;
                }
                there += 1;
                if asked.contains(&subject) {
                    continue;
                }
                missing += 1;
                if remove.is_some() {
                    self.lines.push(farewell(kind, &subject)?);
                }
            }
            match remove {
                Some(percent) if missing * 100 > there * u64::from(percent) => {
                    return Err(TOO_MANY_MISSING.because(format!(
                        "The roster lacks {missing} of the {there} {} that earlier ones brought, which is more than {percent} of a hundred; look whether it is whole, and allow more if it is.",
                        kind.word()
                    )));
                }
                Some(_) => {}
                None => report.miss(kind, missing),
            }
        }
        in_order(&mut self.lines);
        Ok(())
    }
}

/// A line that asks for something to go that the roster does not have.
fn farewell(kind: Kind, (_, one, other): &Subject) -> Result<Line> {
    let id = ExternalId::parse(one)?;
    let (document, wish) = match kind {
        Kind::Terms => (
            Document::AcademicSessions,
            Wish::Session(Session {
                id,
                title: String::new(),
                starts_at: None,
                ends_at: None,
                parent: None,
                gone: true,
            }),
        ),
        Kind::Courses => (
            Document::Classes,
            Wish::Class(Class {
                id,
                codes: Vec::new(),
                title: String::new(),
                description: String::new(),
                term: None,
                gone: true,
            }),
        ),
        Kind::People => (
            Document::Users,
            Wish::Person(Person {
                id,
                username: String::new(),
                display_name: String::new(),
                email: None,
                role: None,
                gone: true,
                password: None,
            }),
        ),
        Kind::Enrollments => (
            Document::Enrollments,
            Wish::Seat(Seat {
                class: id,
                user: ExternalId::parse(other)?,
                role: CourseRole::Student,
                state: SeatState::Gone,
            }),
        ),
    };
    let place = Place { document, row: 0 };
    Ok(Line { place, wish })
}
