//! What a grade is. Pure.

use std::time::Duration;

use serde::{Deserialize, Serialize};

use app::UserId;
use courses::catalog::CourseId;
use kernel::{Result, Timestamp};

use super::problems::{FEEDBACK_TOO_LONG, SCORE_INVALID};
use crate::assignments::{Assignment, millionths};

/// The highest score that can be given.
const SCORE_MAX: f64 = 1_000_000.0;
/// The longest feedback, in bytes.
const FEEDBACK_BYTES_MAX: usize = 64 * 1024;

/// What a submission was found to be worth.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Grade {
    /// In points of the assignment, after what lateness took.
    pub score: f64,
    /// What the grader wrote, as typed.
    pub feedback: Option<String>,
    /// Who graded.
    pub grader: UserId,
    /// When.
    pub graded_at: Timestamp,
    /// What the grader gave, where lateness took some of it.
    #[serde(default)]
    pub entered: Option<f64>,
}

/// That a learner is excused from an assignment.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Excuse {
    /// In which course.
    pub course: CourseId,
    /// Since when.
    pub excused_at: Timestamp,
}

impl Grade {
    /// What the grader gave, in points of the assignment.
    pub fn entered_score(&self) -> f64 {
        self.entered.unwrap_or(self.score)
    }

    /// What lateness took of it.
    pub fn points_deducted(&self) -> f64 {
        millionths(self.entered_score() - self.score)
    }
}

/// Refuses a score that is not a number from 0 to 1,000,000. More points than the assignment has
/// are extra credit, as in Canvas.
pub(super) fn require_score(score: f64) -> Result<()> {
    if (0.0..=SCORE_MAX).contains(&score) {
        Ok(())
    } else {
        Err(SCORE_INVALID.on("score"))
    }
}

/// Refuses feedback that is too long.
pub(super) fn require_feedback(feedback: Option<&str>) -> Result<()> {
    if feedback.is_some_and(|text| text.len() > FEEDBACK_BYTES_MAX) {
        return Err(FEEDBACK_TOO_LONG.on("feedback"));
    }
    Ok(())
}

/// What is left of a score for work that came this late.
pub(super) fn after_lateness(assignment: &Assignment, entered: f64, late_by: Duration) -> f64 {
    match (assignment.late_penalty, assignment.points) {
        (Some(penalty), Some(points)) => penalty.left_of(entered, points, late_by),
        (_, _) => entered,
    }
}
