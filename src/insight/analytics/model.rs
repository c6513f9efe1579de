//! What is counted, and how a risk is weighed. Pure.

use std::time::Duration;

use serde::{Deserialize, Serialize};

use courses::modules::AssignmentId;
use kernel::Timestamp;

use crate::calendar::Day;

/// A score of one percent, in the millionths that are kept.
pub(super) const PERCENT: u64 = 1_000_000;
/// A score is counted as at most ten times the points possible.
const SCORE_MAX: f64 = 1_000_000_000.0;
/// How many bands scores are sorted into.
pub(super) const BANDS: usize = 10;
/// The width of a band, in percent. Scores above 100 percent are in the last one.
pub const BAND_PERCENT: u64 = 10;

/// The whole of a risk, in the millionths that are kept.
const WHOLE: u64 = 1_000_000;
/// The weight of inactivity: half of it after a week, all of it after two.
const INACTIVE: u64 = 350_000;
/// The weight of work that is missing, if all of it is.
const MISSING: u64 = 350_000;
/// The weight of work that was late, if all of it was.
const LATE: u64 = 100_000;
/// The weight of low scores, if all are zero.
const LOW: u64 = 200_000;
/// An average below this is low.
const LOW_BELOW: u64 = 60 * PERCENT;
/// Who was last active longer ago is inactive.
const IDLE: Duration = Duration::from_hours(7 * 24);
/// Who was last active so long ago is inactive in full.
const IDLE_LONG: Duration = Duration::from_hours(14 * 24);

/// What is counted of the students that are active in a course now, as whole numbers, so that
/// nothing drifts however often it changes.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct Figures {
    /// Submissions.
    pub(super) submissions: u64,
    /// Submissions that were late.
    pub(super) late: u64,
    /// Completed items.
    pub(super) completed: u64,
    /// Scores that count: the newest of each student and assignment.
    pub(super) scores: u64,
    /// Their sum, in millionths of a percent of the points possible.
    pub(super) score_sum: u64,
    /// How many of them are in each band.
    pub(super) bands: [u64; BANDS],
}

impl Figures {
    /// Takes out what a student was counted with, and counts them as they are now.
    pub(super) fn replace(&mut self, before: &Self, after: &Self) {
        let part = |sum: &mut u64, before: u64, after: u64| {
            *sum = sum.saturating_add(after).saturating_sub(before);
        };
        part(&mut self.submissions, before.submissions, after.submissions);
        part(&mut self.late, before.late, after.late);
        part(&mut self.completed, before.completed, after.completed);
        part(&mut self.scores, before.scores, after.scores);
        part(&mut self.score_sum, before.score_sum, after.score_sum);
        let bands = self
            .bands
            .iter_mut()
            .zip(before.bands.iter().zip(&after.bands));
        for (band, (before, after)) in bands {
            part(band, *before, *after);
        }
    }
}

/// What happened in a course on one day.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct DayFigures {
    /// Pages that were read.
    pub(super) page_views: u64,
    /// Submissions.
    pub(super) submissions: u64,
    /// Posts in discussions.
    pub(super) posts: u64,
    /// Students who did something.
    pub(super) active_students: u64,
    /// Students of now who did something on this day and on none after it.
    pub(super) last_active: u64,
}

/// An assignment, as far as figures depend on it.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub(super) struct Plan {
    pub(super) assignment: AssignmentId,
    pub(super) due_at: Option<Timestamp>,
    pub(super) points: Option<f64>,
    pub(super) published: bool,
}

/// The assignments of a course, by id.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
pub(super) struct Plans(pub(super) Vec<Plan>);

impl Plans {
    pub(super) fn of(&self, assignment: AssignmentId) -> Option<&Plan> {
        let place = self
            .0
            .binary_search_by_key(&assignment, |plan| plan.assignment);
        place.ok().and_then(|place| self.0.get(place))
    }

    /// Puts an assignment in its place; whether there was room for it.
    pub(super) fn put(&mut self, plan: Plan, most: usize) -> bool {
        match self
            .0
            .binary_search_by_key(&plan.assignment, |plan| plan.assignment)
        {
            Ok(place) => {
                if let Some(old) = self.0.get_mut(place) {
                    *old = plan;
                }
                true
            }
            Err(place) => {
                let room = self.0.len() < most;
                if room {
                    self.0.insert(place, plan);
                }
                room
            }
        }
    }

    /// The first moment after `now` at which something is overdue.
    pub(super) fn next_due(&self, now: Timestamp) -> Option<Timestamp> {
        let due = self
            .0
            .iter()
            .filter(|plan| plan.published)
            .filter_map(|plan| plan.due_at);
        due.filter(|due| *due >= now)
            .min()
            .map(|due| due.plus(Duration::from_micros(1)))
    }
}

impl Plan {
    /// A score as millionths of a percent of the points possible; `None` without points.
    pub(super) fn percent_of(&self, score: f64) -> Option<u32> {
        let points = self.points.filter(|points| *points > 0.0)?;
        let percent = score / points * 100.0 * 1_000_000.0;
        #[expect(
            clippy::cast_possible_truncation,
            clippy::cast_sign_loss,
            reason = "the number lies between 0 and 1,000,000,000"
        )]
        percent
            .is_finite()
            .then(|| percent.round().clamp(0.0, SCORE_MAX) as u32)
    }
}

/// How a student stands with one assignment.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct Standing {
    pub(super) assignment: AssignmentId,
    /// How often they have handed in.
    pub(super) attempts: u32,
    /// How often late.
    pub(super) late: u32,
    /// The score of the newest attempt that has one, in millionths of a percent.
    pub(super) score: Option<u32>,
}

/// What is known of a student of a course.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct Learner {
    /// Whether they take part now, and so are counted.
    pub(super) counted: bool,
    /// Since when they are in the course.
    pub(super) enrolled_at: Timestamp,
    /// When they last did something there.
    pub(super) last_active_at: Option<Timestamp>,
    /// On which day that was, by the calendar of then.
    pub(super) last_day: Option<Day>,
    /// How many items they have completed.
    pub(super) completed: u64,
    /// How they stand with the assignments that they had to do with, by id.
    pub(super) standings: Vec<Standing>,
    /// The risk as it was last weighed, in millionths.
    pub(super) risk: u32,
}

/// What makes it likely that a student falls behind.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
pub enum RiskReason {
    /// Nothing done in the course for more than 7 days.
    Inactive,
    /// Published work is overdue and was not handed in.
    MissingWork,
    /// Work was handed in late.
    LateWork,
    /// The average of the scores is below 60 percent.
    LowScores,
}

impl Learner {
    /// What the student adds to the figures of the course.
    pub(super) fn figures(&self) -> Figures {
        let mut figures = Figures::default();
        if !self.counted {
            return figures;
        }
        figures.completed = self.completed;
        for standing in &self.standings {
            figures.submissions += u64::from(standing.attempts);
            figures.late += u64::from(standing.late);
            if let Some(score) = standing.score.map(u64::from) {
                figures.scores += 1;
                figures.score_sum += score;
                let band = usize::try_from(score / (BAND_PERCENT * PERCENT)).unwrap_or(BANDS);
                if let Some(band) = figures.bands.get_mut(band.min(BANDS - 1)) {
                    *band += 1;
                }
            }
        }
        figures
    }

    pub(super) fn standing(&self, assignment: AssignmentId) -> Option<&Standing> {
        let place = self.place(assignment).ok()?;
        self.standings.get(place)
    }

    /// The standing with an assignment, begun if there is none.
    pub(super) fn standing_mut(&mut self, assignment: AssignmentId) -> Option<&mut Standing> {
        let place = self.place(assignment).unwrap_or_else(|place| {
            let (attempts, late, score) = (0, 0, None);
            let begun = Standing {
                assignment,
                attempts,
                late,
                score,
            };
            self.standings.insert(place, begun);
            place
        });
        self.standings.get_mut(place)
    }

    fn place(&self, assignment: AssignmentId) -> Result<usize, usize> {
        self.standings
            .binary_search_by_key(&assignment, |standing| standing.assignment)
    }

    /// How likely the student is to fall behind, in millionths, and why.
    pub(super) fn weigh(&self, plans: &Plans, now: Timestamp) -> (u32, Vec<RiskReason>) {
        let parts = [
            (RiskReason::Inactive, self.inactivity(now)),
            (RiskReason::MissingWork, self.missing(plans, now)),
            (RiskReason::LateWork, self.lateness()),
            (RiskReason::LowScores, self.low_scores()),
        ];
        let risk: u64 = parts.iter().map(|(_, part)| part).sum();
        let reasons = parts
            .iter()
            .filter(|(_, part)| *part > 0)
            .map(|(reason, _)| *reason);
        (
            u32::try_from(risk.min(WHOLE)).unwrap_or(0),
            reasons.collect(),
        )
    }

    fn inactivity(&self, now: Timestamp) -> u64 {
        let last = self
            .last_active_at
            .map_or(self.enrolled_at, |at| at.max(self.enrolled_at));
        match now.since(last) {
            idle if idle >= IDLE_LONG => INACTIVE,
            idle if idle > IDLE => INACTIVE / 2,
            _ => 0,
        }
    }

    /// Of the published work that fell due since the student came, the part not handed in.
    fn missing(&self, plans: &Plans, now: Timestamp) -> u64 {
        let (mut due, mut missing) = (0_u64, 0_u64);
        for plan in &plans.0 {
            let overdue = plan
                .due_at
                .is_some_and(|due| due < now && due >= self.enrolled_at);
            if plan.published && overdue {
                due += 1;
                let done = self
                    .standing(plan.assignment)
                    .is_some_and(|standing| standing.attempts > 0 || standing.score.is_some());
                missing += u64::from(!done);
            }
        }
        part(MISSING, missing, due)
    }

    fn lateness(&self) -> u64 {
        let handed_in = self
            .standings
            .iter()
            .filter(|standing| standing.attempts > 0);
        let (mut all, mut late) = (0, 0);
        for standing in handed_in {
            all += 1;
            late += u64::from(standing.late > 0);
        }
        part(LATE, late, all)
    }

    fn low_scores(&self) -> u64 {
        let scores = || self.standings.iter().filter_map(|standing| standing.score);
        let sum: u64 = scores().map(u64::from).sum();
        let count = u64::try_from(scores().count()).unwrap_or(u64::MAX);
        sum.checked_div(count).map_or(0, |average| {
            part(LOW, LOW_BELOW.saturating_sub(average), LOW_BELOW)
        })
    }
}

/// This part of a weight, at least one millionth unless it is nothing.
fn part(weight: u64, some: u64, all: u64) -> u64 {
    (weight * some)
        .checked_div(all)
        .map_or(0, |part| part.max(u64::from(some > 0)))
}

/// When a course is next looked through for what time alone has changed.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct Review {
    /// When.
    pub(super) due_at: Timestamp,
    /// Whether its students are read anew from the records, because something changed that
    /// concerns many of them.
    pub(super) anew: bool,
    /// How often it was asked for: a review that was asked for again meanwhile is not over.
    pub(super) asked: u64,
}

#[cfg(test)]
mod tests;
