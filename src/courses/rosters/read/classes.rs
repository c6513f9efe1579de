//! Classes become courses of ours; the course of a roster, which is an entry of a catalogue, gives
//! its title and code where the class has none.

use std::collections::{BTreeSet, HashMap};

use super::{Reading, Seen, ids_in, unique};
use crate::rosters::model::{Class, Wish};
use crate::rosters::problems::VALUE_LEFT_OUT;
use crate::rosters::sheet::{Row, Sheet};

/// The longest code of a course.
const CODE_CHARS_MAX: usize = 40;

/// What the courses of a roster say, by their ids: title and code.
type Catalogue<'a> = HashMap<&'a str, (&'a str, &'a str)>;

/// The session above each session.
type Above<'a> = HashMap<&'a str, &'a str>;

pub(super) fn read(reading: &mut Reading<'_>, classes: &Sheet, courses: &Sheet, sessions: &Sheet) {
    let catalogue: Catalogue<'_> = courses
        .rows()
        .map(|row| {
            let said = (row.cell("title"), row.cell("courseCode"));
            (row.cell("sourcedId"), said)
        })
        .collect();
    let above: Above<'_> = sessions
        .rows()
        .map(|row| (row.cell("sourcedId"), row.cell("parentSourcedId")))
        .collect();
    let codes: Vec<String> = classes.rows().map(|row| code_of(row, &catalogue)).collect();
    let codes = unique(codes.iter().map(String::as_str));
    let mut seen = Seen::nothing();
    for row in classes.rows() {
        let Some(class) = class(reading, row, (&catalogue, &codes, &above)) else {
            continue;
        };
        if seen.is_first(reading, row, (&class.id, class.clone())) {
            reading.ask(row.place(), Wish::Class(class));
        }
    }
}

fn class(
    reading: &mut Reading<'_>,
    row: Row<'_>,
    (catalogue, codes, above): (&Catalogue<'_>, &BTreeSet<String>, &Above<'_>),
) -> Option<Class> {
    let id = reading.id(row, "sourcedId")?;
    let gone = reading.gone(row)?;
    let course = catalogue.get(row.cell("courseSourcedId")).copied();
    let (course_title, _) = course.unwrap_or_default();
    let codes = codes_of(row, catalogue, codes);
    let of_code = codes.first().map_or(id.as_str(), String::as_str);
    let title = [row.cell("title"), course_title, of_code];
    let title = title.into_iter().find(|title| !title.is_empty());
    let title = title.unwrap_or_default().to_owned();
    let description = if course_title == title {
        ""
    } else {
        course_title
    };
    let term = term_of(row.cell("termSourcedIds"), above);
    if term.is_none() && ids_in(row.cell("termSourcedIds")).count() > 1 {
        reading.note(row, "termSourcedIds", VALUE_LEFT_OUT);
    }
    Some(Class {
        description: description.to_owned(),
        term: term.and_then(|term| reading.reference(row, "termSourcedIds", term)),
        id,
        codes,
        title,
        gone,
    })
}

/// The term that a class is in. A course of ours is in one: of several, in the session that all
/// of them are parts of.
fn term_of<'a>(cell: &'a str, above: &Above<'a>) -> Option<&'a str> {
    let mut terms = ids_in(cell);
    let first = terms.next()?;
    let parent = |term: &str| above.get(term).copied().filter(|parent| !parent.is_empty());
    let mut others = terms.filter(|term| *term != first).peekable();
    if others.peek().is_none() {
        return Some(first);
    }
    let whole = parent(first)?;
    others
        .all(|term| parent(term) == Some(whole))
        .then_some(whole)
}

/// The codes that a class may have, the best one first. `3` says little of a class, and a third
/// one may be there of every course, so the code of the course stands before it; and a code that
/// another class has as well is none.
fn codes_of(row: Row<'_>, catalogue: &Catalogue<'_>, unique: &BTreeSet<String>) -> Vec<String> {
    let (code, id) = (code_of(row, catalogue), row.cell("sourcedId"));
    let mut codes = Vec::new();
    if unique.contains(&code.to_lowercase()) {
        codes.push(fitting(&code));
    }
    if !code.is_empty() {
        codes.push(fitting(&format!("{code} {id}")));
    }
    codes.push(fitting(id));
    codes
}

/// The code of the class, behind that of its course unless it has that in it.
fn code_of(row: Row<'_>, catalogue: &Catalogue<'_>) -> String {
    let course = catalogue.get(row.cell("courseSourcedId"));
    let (course, class) = (course.map_or("", |(_, code)| code), row.cell("classCode"));
    if class.is_empty() {
        course.to_owned()
    } else if class.to_lowercase().contains(&course.to_lowercase()) {
        class.to_owned()
    } else {
        format!("{course}-{class}")
    }
}

/// A code as it may be here.
fn fitting(code: &str) -> String {
    let allowed = |c: char| c.is_alphanumeric() || matches!(c, '-' | '_' | '.' | '/' | ' ');
    let letters = code.chars().map(|c| if allowed(c) { c } else { '-' });
    let code: String = letters.take(CODE_CHARS_MAX).collect();
    code.trim().to_owned()
}
