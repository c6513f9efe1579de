//! Reviews: what time alone changes, and what concerns many students, is caught up with here.
//!
//! Work falls due and students go quiet without an event, so each course is looked through at
//! the beginning of each day and when an assignment falls due, and the risks are weighed anew. A
//! change that concerns everybody in a course asks for a review in which each student is read
//! from the records. A review goes through the students in bounded batches, each a transaction.

use std::time::Duration;

use tokio::sync::watch;

use app::{App, UserId};
use courses::catalog::CourseId;
use kernel::{Result, Timestamp};
use store::{All, Key, Range, Snapshot, Tx};

use super::ledger::Ledger;
use super::model::{Learner, Review};
use super::tables::{LEARNERS, REVIEWS, REVIEWS_BY_TIME};
use crate::calendar::calendar;

/// The most students that one transaction looks through.
const BATCH: usize = 128;
/// How long to wait before looking for courses whose review is due.
const PAUSE: Duration = Duration::from_secs(10);

/// How far the review of a course has come.
#[derive(Debug, Clone, Copy)]
struct Walk {
    course: CourseId,
    /// As it stood when the walk began: how often it had been asked for, and what for.
    begun: Option<(u64, bool)>,
    after: Option<UserId>,
}

/// Holds reviews when they are due, until told to stop.
pub async fn keep_reviewing(app: App, mut stop: watch::Receiver<bool>) -> Result<()> {
    loop {
        while !*stop.borrow() && review_some(&app).await? {}
        tokio::select! {
            () = tokio::time::sleep(PAUSE) => {}
            _ = stop.wait_for(|stop| *stop) => return Ok(()),
        }
    }
}

/// Holds all reviews that are due.
pub async fn review(app: &App) -> Result<()> {
    while review_some(app).await? {}
    Ok(())
}

/// Holds some of the reviews that are due; whether there were any.
async fn review_some(app: &App) -> Result<bool> {
    let due = due(&app.snapshot(), app.now())?;
    for course in &due {
        let (begun, after) = (None, None);
        let mut walk = Some(Walk {
            course: *course,
            begun,
            after,
        });
        while let Some(here) = walk {
            walk = app.store().submit(move |tx| batch(tx, here)).await?.out;
        }
    }
    Ok(!due.is_empty())
}

/// Some of the courses whose review is due, those that have waited longest.
fn due(snapshot: &Snapshot, now: Timestamp) -> Result<Vec<CourseId>> {
    snapshot
        .entries(&REVIEWS_BY_TIME, &All, Range::ALL)?
        .take(BATCH)
        .take_while(|entry| entry.as_ref().is_ok_and(|(due_at, _)| *due_at <= now))
        .map(|entry| entry.map(|(_, course)| course))
        .collect()
}

/// Looks through the next students; where to go on, if there are more.
fn batch(tx: &mut Tx, walk: Walk) -> Result<Option<Walk>> {
    let course = walk.course;
    let Some(review) = tx.get(&REVIEWS, &course)? else {
        return Ok(None);
    };
    let (calendar, now) = (calendar(tx)?, tx.now());
    let students = next_students(tx, walk)?;
    let mut ledger = Ledger {
        tx,
        course,
        calendar: &calendar,
        now,
    };
    let (asked, anew) = walk.begun.unwrap_or((review.asked, review.anew));
    if anew && walk.begun.is_none() {
        ledger.plan_anew()?;
    }
    let plans = ledger.plans()?;
    for (user, before) in &students {
        let mut after = before.clone();
        if anew {
            after = ledger.read_anew(*user, after, &plans)?;
        }
        after.risk = after.weigh(&plans, now).0;
        ledger.put(*user, before, &after)?;
    }
    if let (BATCH, Some((last, _))) = (students.len(), students.last()) {
        let (begun, after) = (Some((asked, anew)), Some(*last));
        return Ok(Some(Walk {
            course,
            begun,
            after,
        }));
    }
    // What was asked for meanwhile may concern students who were looked at before it.
    if review.asked == asked {
        let tomorrow = calendar.start_of(calendar.day_of(now).plus(1));
        let due_at = plans
            .next_due(now)
            .map_or(tomorrow, |due| due.min(tomorrow));
        tx.put(
            &REVIEWS,
            &course,
            &Review {
                due_at,
                anew: false,
                asked,
            },
        )?;
    }
    Ok(None)
}

fn next_students(tx: &Tx, walk: Walk) -> Result<Vec<(UserId, Learner)>> {
    let behind = walk.after.map(|user| (walk.course, user).encoded());
    let range = Range {
        after: behind.as_deref(),
        backwards: false,
    };
    let students = tx.scan(&LEARNERS, &walk.course, range)?.take(BATCH);
    students
        .map(|entry| entry.map(|((_, user), learner)| (user, learner)))
        .collect()
}
