//! Where figures stand in the store: beside the records, as all that is derived from the log.

use app::UserId;
use courses::catalog::CourseId;
use kernel::Timestamp;
use store::{Index, Record, Space, Table};

use super::model::{DayFigures, Figures, Learner, Plans, Review};
use crate::calendar::Day;

impl Record for Figures {
    const VERSION: u8 = 1;
}
impl Record for DayFigures {
    const VERSION: u8 = 1;
}
impl Record for Learner {
    const VERSION: u8 = 1;
}
impl Record for Plans {
    const VERSION: u8 = 1;
}
impl Record for Review {
    const VERSION: u8 = 1;
}

pub(super) static FIGURES: Table<CourseId, Figures> =
    Table::new(0x0510, "course_figures").within(Space::Consumers);

pub(super) static DAYS: Table<(CourseId, Day), DayFigures> =
    Table::new(0x0511, "day_figures").within(Space::Consumers);

pub(super) static LEARNERS: Table<(CourseId, UserId), Learner> = Table::new(0x0512, "learners")
    .within(Space::Consumers)
    .derives(&[&LEARNERS_AT_RISK]);

/// The students of a course who are at risk, the most first.
pub(super) static LEARNERS_AT_RISK: Index<(CourseId, UserId), Learner, (CourseId, u32)> =
    Index::new(0x0513, "learners_at_risk", |(course, _), learner| {
        (learner.counted && learner.risk > 0).then_some((*course, u32::MAX - learner.risk))
    });

pub(super) static PLANS: Table<CourseId, Plans> =
    Table::new(0x0514, "assignment_plans").within(Space::Consumers);

pub(super) static REVIEWS: Table<CourseId, Review> = Table::new(0x0515, "course_reviews")
    .within(Space::Consumers)
    .derives(&[&REVIEWS_BY_TIME]);

/// The courses in the order in which they are to be looked through.
pub(super) static REVIEWS_BY_TIME: Index<CourseId, Review, Timestamp> =
    Index::new(0x0516, "course_reviews_by_time", |_, review| {
        Some(review.due_at)
    });
