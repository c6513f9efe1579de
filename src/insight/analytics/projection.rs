//! Enters what happens in courses into their figures.

use serde::Deserialize;

use app::{Follower, Message, Projection, UserId};
use courses::catalog::CourseId;
use courses::modules::AssignmentId;
use kernel::Result;
use store::Tx;

use super::ledger::Ledger;
use super::model::Learner;
use crate::calendar::calendar;

/// Follows everything that happens in courses.
///
/// An event says what may have changed, and where it does not say how, the records do. So events
/// that are not known here are taken into account as well: one that names a person has that
/// person read anew, any other the whole course, by the next review.
pub(super) struct CourseFigures;

/// What events in courses say of whom and what they are about.
#[derive(Deserialize)]
struct About {
    course: CourseId,
    user: Option<UserId>,
    assignment: Option<AssignmentId>,
    #[serde(default)]
    attempt: u32,
    #[serde(default)]
    late: bool,
}

/// What an event means for figures.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Meaning {
    /// Nothing but that somebody did something.
    Activity,
    /// A page was read.
    View,
    /// Somebody posted.
    Post,
    /// Somebody came, left, or is something else now.
    Place,
    /// Somebody completed an item, or no longer has.
    Progress,
    /// Work was handed in.
    Submission,
    /// How somebody stands with an assignment is another matter now.
    Standing,
    /// There is a new assignment.
    Assignment,
    /// Something that may concern everybody in the course.
    Anything,
}

impl About {
    fn meaning(&self, subject: &str) -> Meaning {
        let subject = subject.strip_prefix("edusphere.").unwrap_or(subject);
        match subject {
            "analytics.page_viewed" => Meaning::View,
            "courses.post_created" => Meaning::Post,
            "courses.item_completed" => Meaning::Progress,
            "assignments.submitted" => Meaning::Submission,
            "assignments.created" => Meaning::Assignment,
            "courses.created"
            | "courses.updated"
            | "courses.published"
            | "courses.unpublished"
            | "courses.archived"
            | "courses.restored"
            | "courses.deleted"
            | "courses.module_created"
            | "courses.module_updated"
            | "courses.modules_reordered"
            | "courses.item_added"
            | "courses.items_reordered"
            | "courses.page_created"
            | "courses.page_updated"
            | "courses.page_deleted"
            | "courses.file_added"
            | "courses.file_renamed"
            | "courses.file_published"
            | "courses.file_unpublished"
            | "courses.file_deleted"
            | "courses.topic_created"
            | "courses.topic_updated"
            | "courses.topic_closed"
            | "courses.topic_reopened"
            | "courses.topic_deleted"
            | "courses.post_updated"
            | "courses.post_deleted"
            | "courses.post_withdrawn"
            | "assignments.grades_posted" => Meaning::Activity,
            _ => match (self.user, self.assignment) {
                (Some(_), Some(_)) => Meaning::Standing,
                (Some(_), None) => Meaning::Place,
                (None, _) => Meaning::Anything,
            },
        }
    }
}

impl Follower for CourseFigures {
    fn name(&self) -> &'static str {
        "course_figures"
    }

    fn subjects(&self) -> &'static [&'static str] {
        &[
            "edusphere.courses.*",
            "edusphere.assignments.*",
            "edusphere.analytics.page_viewed",
        ]
    }
}

impl Projection for CourseFigures {
    fn apply(&self, tx: &mut Tx, message: &Message) -> Result<()> {
        // What happened in no course is counted in none.
        let Ok(about) = serde_json::from_slice::<About>(&message.body) else {
            return Ok(());
        };
        let calendar = calendar(tx)?;
        let mut ledger = Ledger {
            tx,
            course: about.course,
            calendar: &calendar,
            now: message.time,
        };
        let meaning = about.meaning(&message.subject);
        let actor = message.actor.parse::<UserId>().ok();
        enter_day(&mut ledger, meaning)?;
        enter_course(&mut ledger, meaning, &about)?;
        let user = about.user.or(actor);
        if let Some(user) = user {
            enter_person(&mut ledger, meaning, user, (&about, actor == Some(user)))?;
        }
        match actor.filter(|actor| Some(*actor) != user) {
            Some(actor) => enter_person(&mut ledger, Meaning::Activity, actor, (&about, true)),
            None => Ok(()),
        }
    }
}

fn enter_day(ledger: &mut Ledger<'_>, meaning: Meaning) -> Result<()> {
    let today = ledger.calendar.day_of(ledger.now);
    match meaning {
        Meaning::View => ledger.on(today, |day| day.page_views += 1),
        Meaning::Post => ledger.on(today, |day| day.posts += 1),
        Meaning::Submission => ledger.on(today, |day| day.submissions += 1),
        Meaning::Activity
        | Meaning::Place
        | Meaning::Progress
        | Meaning::Standing
        | Meaning::Assignment
        | Meaning::Anything => Ok(()),
    }
}

fn enter_course(ledger: &mut Ledger<'_>, meaning: Meaning, about: &About) -> Result<()> {
    match (meaning, about.assignment) {
        (Meaning::Assignment, Some(assignment)) => {
            ledger.plan(assignment)?;
            ledger.ask_for_review(false)
        }
        (Meaning::Anything, assignment) => {
            assignment.map_or(Ok(()), |assignment| ledger.plan(assignment))?;
            ledger.ask_for_review(true)
        }
        (_, _) => Ok(()),
    }
}

/// Enters what happened to a person, and with `acted` that they did it.
fn enter_person(
    ledger: &mut Ledger<'_>,
    meaning: Meaning,
    user: UserId,
    (about, acted): (&About, bool),
) -> Result<()> {
    let before = ledger.learner(user)?;
    let after = match meaning {
        Meaning::Place => ledger.enrolled(user, before.clone())?,
        Meaning::Activity
        | Meaning::View
        | Meaning::Post
        | Meaning::Progress
        | Meaning::Submission
        | Meaning::Standing
        | Meaning::Assignment
        | Meaning::Anything => before.clone(),
    };
    // Who never learned in the course is in no figure of it.
    let Some(mut after) = after else {
        return Ok(());
    };
    if before.is_none() {
        ledger.ask_for_review(false)?;
    }
    let before = before.unwrap_or_default();
    let is_to_be_weighed = enter_work(ledger, meaning, user, (about, &mut after))?;
    if acted {
        ledger.was_active(&mut after)?;
    }
    if is_to_be_weighed || after.risk > 0 {
        ledger.weigh(&mut after)?;
    }
    ledger.put(user, &before, &after)
}

/// Enters what a student has done or was given; whether their risk may be another one now.
fn enter_work(
    ledger: &Ledger<'_>,
    meaning: Meaning,
    user: UserId,
    (about, learner): (&About, &mut Learner),
) -> Result<bool> {
    match (meaning, about.assignment) {
        (Meaning::Progress | Meaning::Place, _) => {
            learner.completed = ledger.progress(user)?;
            Ok(meaning == Meaning::Place)
        }
        (Meaning::Submission, Some(assignment)) => {
            // Attempts have no gaps: one that is counted already was read from the records.
            if let Some(standing) = learner.standing_mut(assignment)
                && about.attempt > standing.attempts
            {
                standing.attempts = about.attempt;
                standing.late += u32::from(about.late);
            }
            Ok(true)
        }
        (Meaning::Standing, Some(assignment)) => {
            let plans = ledger.plans()?;
            let plan = (assignment, plans.of(assignment));
            ledger.standing(learner, user, plan)?;
            Ok(true)
        }
        (_, _) => Ok(false),
    }
}
