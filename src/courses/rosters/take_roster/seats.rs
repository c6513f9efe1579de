//! Enrolments of seats.

use app::{Tx, UserId};
use kernel::Result;
use people::users;

use super::{Doing, Done, changed, perform, unknown};
use crate::catalog::{self, CourseId};
use crate::enrollments::{
    Enroll, Enrollment, EnrollmentChange, EnrollmentState, Unenroll, UpdateEnrollment, enrollment,
};
use crate::rosters::model::{Seat, SeatState};
use crate::rosters::problems::ENROLLED_OTHERWISE;
use crate::rosters::report::Fate;

impl Doing<'_> {
    pub(super) fn seat(&mut self, tx: &mut Tx<'_>, seat: &Seat) -> Result<Done> {
        let course = catalog::with_external_id(tx, &seat.class)?;
        let user = users::with_external_id(tx, &seat.user)?;
        let (course, user) = match (course, user, seat.state) {
            (Some(course), Some(user), _) => (course, user),
            (_, _, SeatState::Gone) => return Ok(Done::All(Fate::Unchanged)),
            (None, _, _) => return Err(unknown("classSourcedId")),
            (_, None, _) => return Err(unknown("userSourcedId")),
        };
        let there = enrollment(tx, course, user)?.filter(Enrollment::holds);
        match (there, seat.state) {
            (None, SeatState::Taken) => {
                let enroll = Enroll {
                    course,
                    user,
                    role: seat.role,
                    section: None,
                    idempotency_key: None,
                };
                perform(tx, &enroll)?;
                Ok(Done::All(Fate::Added))
            }
            (None, SeatState::Over | SeatState::Gone) => Ok(Done::All(Fate::Unchanged)),
            (Some(there), _) if !self.was_there() && there.role != seat.role => {
                if seat.state == SeatState::Taken {
                    self.note("role", ENROLLED_OTHERWISE);
                }
                Ok(Done::Nothing)
            }
            (Some(_), SeatState::Gone) => {
                perform(tx, &Unenroll { course, user })?;
                Ok(Done::All(Fate::Removed))
            }
            (Some(there), SeatState::Taken | SeatState::Over) => {
                update(tx, (course, user), (&there, seat))
            }
        }
    }
}

fn update(
    tx: &mut Tx<'_>,
    (course, user): (CourseId, UserId),
    (before, seat): (&Enrollment, &Seat),
) -> Result<Done> {
    let state = match seat.state {
        SeatState::Taken => EnrollmentState::Active,
        SeatState::Over | SeatState::Gone => EnrollmentState::Completed,
    };
    let change = EnrollmentChange {
        role: Some(seat.role),
        state: Some(state),
        ..EnrollmentChange::default()
    };
    let update = UpdateEnrollment {
        course,
        user,
        change,
    };
    let after = perform(tx, &update)?;
    Ok(changed(before, &after))
}
