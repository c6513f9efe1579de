//! Academic sessions become terms.

use std::collections::{HashMap, HashSet};

use people::users::ExternalId;

use super::{Reading, Seen};
use crate::rosters::model::{Session, Wish};
use crate::rosters::problems::{PARENT_CIRCULAR, VALUE_LEFT_OUT};
use crate::rosters::sheet::{Row, Sheet};
use crate::rosters::values::{Order, beginning, end};

/// How many sessions are looked through above one.
const ABOVE_MAX: usize = 16;

pub(super) fn read(reading: &mut Reading<'_>, sessions: &Sheet) {
    let order = Order::of(
        sessions
            .rows()
            .flat_map(|row| [row.cell("startDate"), row.cell("endDate")]),
    );
    let mut seen = Seen::nothing();
    let mut read: Vec<(Row<'_>, Session)> = Vec::new();
    for row in sessions.rows() {
        let Some(session) = session(reading, row, order) else {
            continue;
        };
        if seen.is_first(reading, row, (&session.id, session.clone())) {
            read.push((row, session));
        }
    }
    from_above(reading, read);
}

fn session(reading: &mut Reading<'_>, row: Row<'_>, order: Order) -> Option<Session> {
    let id = reading.id(row, "sourcedId")?;
    let gone = reading.gone(row)?;
    let title = match row.cell("title") {
        "" => id.as_str(),
        title => title,
    };
    let zone = &reading.almanac.zone;
    let starts_at = reading.date(row, "startDate", order);
    let starts_at = starts_at.and_then(|date| beginning(date, zone));
    let ends_at = reading.date(row, "endDate", order);
    let mut ends_at = ends_at.and_then(|date| end(date, zone));
    if starts_at.zip(ends_at).is_some_and(|(from, to)| to < from) {
        reading.note(row, "endDate", VALUE_LEFT_OUT);
        ends_at = None;
    }
    Some(Session {
        title: title.to_owned(),
        starts_at,
        ends_at,
        parent: reading.reference(row, "parentSourcedId", row.cell("parentSourcedId")),
        gone,
        id,
    })
}

/// Asks for sessions so that each comes after the one it is a part of; those that are to go, the
/// other way round.
fn from_above(reading: &mut Reading<'_>, read: Vec<(Row<'_>, Session)>) {
    let parents: HashMap<ExternalId, Option<ExternalId>> = read
        .iter()
        .map(|(_, session)| (session.id.clone(), session.parent.clone()))
        .collect();
    let mut deep: Vec<(usize, Row<'_>, Session)> = Vec::with_capacity(read.len());
    for (row, session) in read {
        match depth(&parents, &session.id) {
            Some(depth) => deep.push((depth, row, session)),
            None => reading.refuse(row, "parentSourcedId", PARENT_CIRCULAR),
        }
    }
    deep.sort_by_key(|(depth, ..)| *depth);
    let (gone, there): (Vec<_>, Vec<_>) =
        deep.into_iter().partition(|(_, _, session)| session.gone);
    for (_, row, session) in there.into_iter().chain(gone.into_iter().rev()) {
        reading.ask(row.place(), Wish::Session(session));
    }
}

/// How many sessions of the file are above one; `None` when they lead back to it, or seem to.
fn depth(parents: &HashMap<ExternalId, Option<ExternalId>>, id: &ExternalId) -> Option<usize> {
    let mut above = HashSet::new();
    let mut at = id;
    while let Some(Some(parent)) = parents.get(at) {
        if !above.insert(at) || above.len() > ABOVE_MAX {
            return None;
        }
        at = parent;
    }
    Some(above.len())
}
