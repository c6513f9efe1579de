//! Reading figures, for those who teach.

use app::{Actor, UserId};
use courses::catalog::{self, CourseId};
use courses::enrollments::{self, Enrollment};
use courses::modules;
use kernel::{PageRequest, Result, Timestamp, problems};
use store::{Key, Range, Snapshot};

use super::DAYS_INVALID;
use super::model::{BAND_PERCENT, BANDS, DayFigures, PERCENT, RiskReason};
use super::tables::{DAYS, FIGURES, LEARNERS, LEARNERS_AT_RISK, PLANS};
use crate::calendar::{Day, calendar};

/// How many days a dashboard shows when nothing else is asked for.
pub const DAYS_DEFAULT: i64 = 30;
/// The most days that a dashboard shows.
pub const DAYS_MAX: i64 = 366;
/// On how many days up to today somebody who counts as active was last active.
const ACTIVE_DAYS: u32 = 7;

/// How a course goes. Rates are parts of one, null where there is nothing to divide by; they, the
/// submissions and the scores are those of the students who take part now.
#[derive(Debug, Clone, PartialEq)]
pub struct Dashboard {
    /// As of when.
    pub generated_at: Timestamp,
    /// Students who take part now.
    pub enrolled_students: u64,
    /// Those of them who did something on the last 7 days, today among them.
    pub active_students: u64,
    /// Submissions.
    pub submission_count: u64,
    /// Of the submissions, those that were not late.
    pub on_time_rate: Option<f64>,
    /// In percent of the points possible, of the newest score of each student and assignment.
    pub average_score: Option<f64>,
    /// Of the items that count, for all students together, those completed.
    pub completion_rate: Option<f64>,
    /// Day by day, the oldest first, none left out, the last one today.
    pub activity_by_day: Vec<DayActivity>,
    /// How many scores lie in each band of 10 percent.
    pub score_distribution: Vec<ScoreBand>,
}

/// What happened on one day.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct DayActivity {
    /// The day, in the school's time zone.
    pub day: Day,
    /// Pages that were read.
    pub page_views: u64,
    /// Submissions.
    pub submissions: u64,
    /// Posts in discussions.
    pub posts: u64,
    /// Students who did something.
    pub active_students: u64,
}

/// How many scores are from `from` percent up to below `to`; in the last band up to 100 and more.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct ScoreBand {
    /// From this many percent.
    pub from: u64,
    /// To this many percent.
    pub to: u64,
    /// How many.
    pub count: u64,
}

/// A student who may fall behind.
#[derive(Debug, Clone, PartialEq)]
pub struct AtRisk {
    /// Who.
    pub student: UserId,
    /// How likely, from 0 to 1.
    pub risk: f64,
    /// Why.
    pub reasons: Vec<RiskReason>,
    /// When they last did something in the course.
    pub last_active_at: Option<Timestamp>,
}

/// How a course goes, on the last `days` days, for its staff and administrators.
pub fn dashboard(
    snapshot: &Snapshot,
    actor: &Actor,
    course: CourseId,
    days: i64,
    now: Timestamp,
) -> Result<Dashboard> {
    catalog::require_staff(snapshot, actor, course)?;
    let days = u32::try_from(days)
        .ok()
        .filter(|days| (1..=DAYS_MAX).contains(&i64::from(*days)));
    let Some(days) = days else {
        return Err(DAYS_INVALID.on("days"));
    };
    let figures = snapshot.shared(&FIGURES, &course)?.unwrap_or_default();
    let enrolled_students = enrollments::active_students(snapshot, course)?;
    let items = enrolled_students * modules::counting_items(snapshot, course)?;
    let today = calendar(snapshot)?.day_of(now);
    let (activity_by_day, active_students) = activity(snapshot, course, today, days)?;
    let bands = figures
        .bands
        .iter()
        .zip(0..)
        .map(|(count, band)| ScoreBand {
            from: band * BAND_PERCENT,
            to: (band + 1) * BAND_PERCENT,
            count: *count,
        });
    Ok(Dashboard {
        generated_at: now,
        enrolled_students,
        active_students: active_students.min(enrolled_students),
        submission_count: figures.submissions,
        on_time_rate: ratio(
            figures.submissions.saturating_sub(figures.late),
            figures.submissions,
        ),
        average_score: ratio(figures.score_sum, figures.scores * PERCENT),
        // Items that were completed and count no longer do not make a course more than complete.
        completion_rate: ratio(figures.completed.min(items), items),
        activity_by_day,
        score_distribution: bands.take(BANDS).collect(),
    })
}

/// The days that are shown, and how many students were last active on those of this week.
fn activity(
    snapshot: &Snapshot,
    course: CourseId,
    today: Day,
    days: u32,
) -> Result<(Vec<DayActivity>, u64)> {
    let week = today.minus(ACTIVE_DAYS - 1);
    let first = today.minus(days - 1);
    let behind = (course, first.min(week).minus(1)).encoded();
    let range = Range {
        after: Some(&behind),
        backwards: false,
    };
    let mut shown: Vec<DayActivity> = (0..days)
        .map(|later| DayActivity::of(first.plus(later), &DayFigures::default()))
        .collect();
    let mut active = 0;
    for entry in snapshot.scan(&DAYS, &course, range)? {
        let ((_, day), figures) = entry?;
        if day > today {
            break;
        }
        if day >= week {
            active += figures.last_active;
        }
        if let Ok(place) = shown.binary_search_by_key(&day, |shown| shown.day)
            && let Some(shown) = shown.get_mut(place)
        {
            *shown = DayActivity::of(day, &figures);
        }
    }
    Ok((shown, active))
}

impl DayActivity {
    fn of(day: Day, figures: &DayFigures) -> Self {
        Self {
            day,
            page_views: figures.page_views,
            submissions: figures.submissions,
            posts: figures.posts,
            active_students: figures.active_students,
        }
    }
}

/// The students of a course who may fall behind, the likeliest first, at most `first`; for those
/// who see and grade work. Who is on the list was weighed when something of theirs last changed,
/// an assignment fell due, or the day began; how likely and why is as of now.
pub fn at_risk_students(
    snapshot: &Snapshot,
    actor: &Actor,
    course: CourseId,
    first: i64,
    now: Timestamp,
) -> Result<Vec<AtRisk>> {
    let viewed = catalog::require_staff(snapshot, actor, course)?;
    if !actor.is_admin()
        && !viewed
            .enrollment
            .as_ref()
            .is_some_and(Enrollment::may_grade)
    {
        return problems::FORBIDDEN.refuse();
    }
    let size = PageRequest::parse(Some(first), None)?.size();
    let plans = snapshot.shared(&PLANS, &course)?.unwrap_or_default();
    let mut listed = Vec::with_capacity(size);
    for entry in snapshot
        .entries(&LEARNERS_AT_RISK, &course, Range::ALL)?
        .take(size)
    {
        let (_, place) = entry?;
        let Some(learner) = snapshot.shared(&LEARNERS, &place)? else {
            continue;
        };
        let (risk, reasons) = learner.weigh(&plans, now);
        listed.push((risk, place.1, reasons, learner.last_active_at));
    }
    listed.sort_by_key(|(risk, user, ..)| (std::cmp::Reverse(*risk), *user));
    let listed = listed
        .into_iter()
        .map(|(risk, student, reasons, last_active_at)| AtRisk {
            student,
            risk: f64::from(risk) / 1e6,
            reasons,
            last_active_at,
        });
    Ok(listed.collect())
}

/// A part of a whole; nothing of nothing is no number.
#[expect(
    clippy::cast_precision_loss,
    reason = "sums are below 2 to the 53rd: 9,000,000,000 scores of 1,000 percent"
)]
fn ratio(part: u64, whole: u64) -> Option<f64> {
    (whole > 0).then(|| part as f64 / whole as f64)
}
