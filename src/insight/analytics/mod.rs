//! Analytics: what a course's staff sees of how the course goes.
//!
//! Figures are kept as they come about, one record a course, one a course and day, one a course
//! and student, so that a dashboard reads a handful of records whatever the size of the course.
//! `docs/analytics.md` says what each figure means.

mod events;
mod ledger;
mod model;
mod projection;
mod queries;
mod review;
mod tables;

use app::{EventType, Feature};
use kernel::{Problem, ProblemKind};

pub use self::events::PageViewed;
pub use self::model::{BAND_PERCENT, RiskReason};
pub use self::queries::{
    AtRisk, DAYS_DEFAULT, DAYS_MAX, Dashboard, DayActivity, ScoreBand, at_risk_students, dashboard,
};
pub use self::review::{keep_reviewing, review};

/// Not a number of days.
pub const DAYS_INVALID: Problem = Problem::new(
    ProblemKind::Invalid,
    "DAYS_INVALID",
    "A dashboard shows 1 to 366 days.",
);

/// What the feature registers.
pub static FEATURE: Feature = Feature {
    tables: &[
        &tables::FIGURES,
        &tables::DAYS,
        &tables::LEARNERS,
        &tables::PLANS,
        &tables::REVIEWS,
    ],
    events: &[EventType::of::<PageViewed>()],
    problems: &[DAYS_INVALID],
    projections: &[&projection::CourseFigures],
    ..Feature::named("analytics")
};

#[cfg(test)]
mod tests;
