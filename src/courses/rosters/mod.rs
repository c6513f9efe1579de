//! Rosters: who is in the school and in which class, as a student information system exports it in
//! the CSV files of OneRoster 1.1 and 1.2.
//!
//! [`open`] reads a folder or a zip file into what it asks for, a [`Roster`], and a [`Report`] of
//! what it says that cannot be taken; this half is pure. [`TakeRoster`] does what is asked for with
//! the commands that people use. A row that says what it said the last time changes nothing, so
//! that the same roster can be taken again, and what people have changed here since stays.
//!
//! Sessions are terms, classes are courses, users are people, enrolments are enrolments. Real files
//! deviate from the standard: what can only mean one thing is taken, and the report names the rest.

mod batches;
mod cells;
mod columns;
mod decode;
mod events;
mod model;
mod problems;
mod read;
mod report;
mod sheet;
mod source;
mod tables;
mod take_roster;
mod values;

use app::{EventType, Feature};

pub use self::batches::{LINES_A_COMMIT, Newcomer};
pub use self::cells::{CELL_BYTES_MAX, COLUMNS_MAX, ROWS_MAX};
pub use self::decode::FILE_BYTES_MAX;
pub use self::events::RosterTaken;
pub use self::model::Roster;
pub use self::problems::*;
pub use self::read::{Almanac, open};
pub use self::report::{Counts, Fate, Finding, Kind, LINES_MAX, Report};
pub use self::source::RosterProblem;
pub use self::take_roster::{TakeRoster, Taken, WayIn, WaysIn};

/// What the feature registers.
pub static FEATURE: Feature = Feature {
    tables: &[&tables::BROUGHT],
    events: &[EventType::of::<RosterTaken>()],
    problems: ALL,
    ..Feature::named("rosters")
};

#[cfg(test)]
mod tests;
