//! The figures of one course while something is entered: what a student adds to the whole is
//! taken out and put in again, so that the whole is always the sum of its parts.

use std::sync::Arc;

use app::UserId;
use assess::assignments::{self, Assignment};
use assess::submissions;
use courses::catalog::CourseId;
use courses::enrollments::{self, CourseRole};
use courses::modules::AssignmentId;
use courses::progress;
use kernel::{Result, Timestamp};
use store::Tx;

use super::model::{DayFigures, Learner, Plan, Plans, Review};
use super::tables::{DAYS, FIGURES, LEARNERS, PLANS, REVIEWS};
use crate::calendar::{Calendar, Day};

/// The most assignments of a course that are watched. What is beyond has no part in scores and
/// in what is missing.
const PLANS_MAX: usize = 2_000;

/// The figures of a course, as of a moment.
pub(super) struct Ledger<'a> {
    pub(super) tx: &'a mut Tx,
    pub(super) course: CourseId,
    pub(super) calendar: &'a Calendar,
    pub(super) now: Timestamp,
}

impl Ledger<'_> {
    pub(super) fn learner(&self, user: UserId) -> Result<Option<Learner>> {
        self.tx.get(&LEARNERS, &(self.course, user))
    }

    pub(super) fn plans(&self) -> Result<Arc<Plans>> {
        Ok(self.tx.shared(&PLANS, &self.course)?.unwrap_or_default())
    }

    /// Puts a student who was `before`, and changes the figures of the course by the difference.
    pub(super) fn put(&mut self, user: UserId, before: &Learner, after: &Learner) -> Result<()> {
        if before == after {
            return Ok(());
        }
        self.tx.put(&LEARNERS, &(self.course, user), after)?;
        let (was, is) = (before.figures(), after.figures());
        if was != is {
            let mut figures = self.tx.get(&FIGURES, &self.course)?.unwrap_or_default();
            figures.replace(&was, &is);
            self.tx.put(&FIGURES, &self.course, &figures)?;
        }
        let last_day = |learner: &Learner| learner.last_day.filter(|_| learner.counted);
        let (was, is) = (last_day(before), last_day(after));
        if was != is {
            if let Some(day) = was {
                self.on(day, |figures| {
                    figures.last_active = figures.last_active.saturating_sub(1);
                })?;
            }
            if let Some(day) = is {
                self.on(day, |figures| figures.last_active += 1)?;
            }
        }
        Ok(())
    }

    /// Changes the figures of a day.
    pub(super) fn on(&mut self, day: Day, change: impl FnOnce(&mut DayFigures)) -> Result<()> {
        let place = (self.course, day);
        let mut figures = self.tx.get(&DAYS, &place)?.unwrap_or_default();
        change(&mut figures);
        self.tx.put(&DAYS, &place, &figures)
    }

    /// The student did something now. The day counts them once.
    pub(super) fn was_active(&mut self, learner: &mut Learner) -> Result<()> {
        let day = self.calendar.day_of(self.now);
        // A clock that was set back makes nobody active anew.
        if learner.last_day.is_none_or(|last| last < day) {
            learner.last_day = Some(day);
            if learner.counted {
                self.on(day, |figures| figures.active_students += 1)?;
            }
        }
        learner.last_active_at = learner.last_active_at.max(Some(self.now));
        Ok(())
    }

    /// Weighs the risk of a student anew.
    pub(super) fn weigh(&self, learner: &mut Learner) -> Result<()> {
        let plans = self.plans()?;
        learner.risk = learner.weigh(&plans, self.now).0;
        Ok(())
    }

    /// Whether somebody learns in the course, as the records have it. Who never did is left out.
    pub(super) fn enrolled(
        &self,
        user: UserId,
        learner: Option<Learner>,
    ) -> Result<Option<Learner>> {
        let enrollment = enrollments::enrollment(self.tx, self.course, user)?;
        let enrollment = enrollment.filter(|enrollment| enrollment.role == CourseRole::Student);
        let (learner, enrollment) = match (learner, enrollment) {
            (None, None) => return Ok(None),
            (learner, enrollment) => (learner.unwrap_or_default(), enrollment),
        };
        let counted = enrollment
            .as_ref()
            .is_some_and(enrollments::Enrollment::is_active_student);
        let enrolled_at = enrollment.map_or(learner.enrolled_at, |found| found.enrolled_at);
        Ok(Some(Learner {
            counted,
            enrolled_at,
            ..learner
        }))
    }

    /// Reads how far a student is in the items of the course.
    pub(super) fn progress(&self, user: UserId) -> Result<u64> {
        Ok(progress::progress(self.tx, self.course, user)?.completed_items)
    }

    /// Reads how a student stands with an assignment from the records.
    pub(super) fn standing(
        &self,
        learner: &mut Learner,
        user: UserId,
        plan: (AssignmentId, Option<&Plan>),
    ) -> Result<()> {
        let (assignment, plan) = plan;
        let found = submissions::standing(self.tx, assignment, user)?;
        let known = learner.standing(assignment).is_some();
        if !known && found.attempts == 0 {
            return Ok(());
        }
        if let Some(standing) = learner.standing_mut(assignment) {
            standing.attempts = found.attempts;
            standing.late = found.late;
            standing.score = found
                .score
                .zip(plan)
                .and_then(|(score, plan)| plan.percent_of(score));
        }
        Ok(())
    }

    /// Reads a student anew: all that the records tell.
    pub(super) fn read_anew(
        &self,
        user: UserId,
        learner: Learner,
        plans: &Plans,
    ) -> Result<Learner> {
        let learner = self.enrolled(user, Some(learner))?.unwrap_or_default();
        let mut learner = Learner {
            completed: self.progress(user)?,
            ..learner
        };
        for plan in &plans.0 {
            self.standing(&mut learner, user, (plan.assignment, Some(plan)))?;
        }
        learner
            .standings
            .retain(|standing| plans.of(standing.assignment).is_some());
        Ok(learner)
    }

    /// Puts an assignment as the records have it among those of the course; one that is no longer
    /// there is dropped.
    pub(super) fn plan(&mut self, id: AssignmentId) -> Result<()> {
        let mut plans = Plans::clone(&*self.plans()?);
        match assignments::assignment(self.tx, id)? {
            Some(found) => drop(plans.put(plan_of(id, &found), PLANS_MAX)),
            None => plans.0.retain(|plan| plan.assignment != id),
        }
        self.tx.put(&PLANS, &self.course, &plans)
    }

    /// Reads all known assignments of the course anew.
    pub(super) fn plan_anew(&mut self) -> Result<()> {
        let mut plans = Plans::default();
        for plan in &self.plans()?.0 {
            if let Some(found) = assignments::assignment(self.tx, plan.assignment)? {
                plans.put(plan_of(plan.assignment, &found), PLANS_MAX);
            }
        }
        self.tx.put(&PLANS, &self.course, &plans)
    }

    /// Has the course looked through soon; with `anew` each student is read from the records.
    pub(super) fn ask_for_review(&mut self, anew: bool) -> Result<()> {
        let old = self.tx.get(&REVIEWS, &self.course)?.unwrap_or_default();
        let review = Review {
            due_at: Timestamp::default(),
            anew: old.anew || anew,
            asked: old.asked + 1,
        };
        self.tx.put(&REVIEWS, &self.course, &review)
    }
}

fn plan_of(assignment: AssignmentId, found: &Assignment) -> Plan {
    Plan {
        assignment,
        due_at: found.due_at,
        points: found.points,
        published: found.published,
    }
}
