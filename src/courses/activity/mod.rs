//! When each person was last active in each course: derived from what they did there.

use serde::{Deserialize, Serialize};

use app::{Feature, Follower, Message, Projection, UserId};
use kernel::{Result, Timestamp};
use store::{Record, Snapshot, Space, Table, Tx};

use crate::catalog::CourseId;

/// The last thing somebody did in a course.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Activity {
    /// When.
    pub last_at: Timestamp,
}

impl Record for Activity {
    const VERSION: u8 = 1;
}

static ACTIVITY: Table<(CourseId, UserId), Activity> =
    Table::new(0x0260, "activity").within(Space::Consumers);

/// What the feature registers.
pub static FEATURE: Feature = Feature {
    tables: &[&ACTIVITY],
    projections: &[&LastActivity],
    ..Feature::named("activity")
};

/// When somebody was last active in a course, as far as the log has been taken into account.
pub fn last_activity(
    snapshot: &Snapshot,
    course: CourseId,
    user: UserId,
) -> Result<Option<Timestamp>> {
    Ok(snapshot
        .get(&ACTIVITY, &(course, user))?
        .map(|activity| activity.last_at))
}

/// Follows everything that happens in courses.
struct LastActivity;

/// What every event in a course says, whatever else it says.
#[derive(Deserialize)]
struct InCourse {
    course: CourseId,
}

impl Follower for LastActivity {
    fn name(&self) -> &'static str {
        "last_activity"
    }

    fn subjects(&self) -> &'static [&'static str] {
        &["edusphere.courses.*", "edusphere.assignments.*"]
    }
}

impl Projection for LastActivity {
    fn apply(&self, tx: &mut Tx, message: &Message) -> Result<()> {
        // What the program itself did, and what happened in no course, is nobody's activity.
        let Ok(user) = message.actor.parse::<UserId>() else {
            return Ok(());
        };
        let Ok(InCourse { course }) = serde_json::from_slice(&message.body) else {
            return Ok(());
        };
        tx.put(
            &ACTIVITY,
            &(course, user),
            &Activity {
                last_at: message.time,
            },
        )
    }
}

#[cfg(test)]
mod tests;
