//! Enrolments become enrolments of ours: one a person and class, in the role that may do most.

use std::collections::HashMap;
use std::collections::hash_map::Entry;

use people::users::ExternalId;

use super::Reading;
use crate::rosters::model::{Line, Seat, SeatState, Wish};
use crate::rosters::problems::{ENROLLED_TWICE, ROLE_NOT_TAKEN};
use crate::rosters::report::Finding;
use crate::rosters::sheet::{Row, Sheet};
use crate::rosters::values::{Order, Role, end};

pub(super) fn read(reading: &mut Reading<'_>, sheet: &Sheet) {
    let order = Order::of(sheet.rows().map(|row| row.cell("endDate")));
    let mut places: HashMap<(ExternalId, ExternalId), usize> = HashMap::new();
    for row in sheet.rows() {
        let Some(seat) = seat(reading, row, order) else {
            continue;
        };
        let line = Line {
            place: row.place(),
            wish: Wish::Seat(seat.clone()),
        };
        match places.entry((seat.class.clone(), seat.user.clone())) {
            Entry::Vacant(place) => {
                place.insert(reading.lines.len());
                reading.lines.push(line);
            }
            Entry::Occupied(place) => merge(reading, *place.get(), &seat, line),
        }
    }
}

fn seat(reading: &mut Reading<'_>, row: Row<'_>, order: Order) -> Option<Seat> {
    let class = reading.id(row, "classSourcedId")?;
    let user = reading.id(row, "userSourcedId")?;
    let gone = reading.gone(row)?;
    let role = match Role::parse(row.cell("role")) {
        Ok(role) => role,
        Err(error) => {
            reading.refuse_for(row, "role", &error);
            return None;
        }
    };
    let Some(role) = role.in_class() else {
        reading.refuse(row, "role", ROLE_NOT_TAKEN);
        return None;
    };
    let over = reading
        .date(row, "endDate", order)
        .and_then(|date| end(date, &reading.almanac.zone))
        .is_some_and(|end| end <= reading.almanac.now);
    let state = match (gone, over) {
        (true, _) => SeatState::Gone,
        (false, true) => SeatState::Over,
        (false, false) => SeatState::Taken,
    };
    Some(Seat {
        class,
        user,
        role,
        state,
    })
}

/// Of two seats of one person in one class the one counts that is taken, and of two that are, the
/// one that may do more.
fn merge(reading: &mut Reading<'_>, at: usize, seat: &Seat, line: Line) {
    let Some(first) = reading.lines.get_mut(at) else {
        return;
    };
    let Wish::Seat(before) = &first.wish else {
        return;
    };
    if before.role != seat.role && before.state == seat.state {
        let finding = Finding::at(line.place, Some("userSourcedId"), ENROLLED_TWICE);
        reading.report.note(finding);
    }
    // Roles stand in the order of what they may do.
    if (seat.state, seat.role) < (before.state, before.role) {
        *first = line;
    }
}
