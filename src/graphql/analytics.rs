//! Analytics: how a course goes, for those who teach it.

use std::sync::Arc;

use async_graphql::{Context, Enum, ID, Object, SimpleObject};
use courses::catalog::CourseId;
use insight::analytics::{self, DAYS_DEFAULT};

use crate::errors::{Result, shown};
use crate::rows::Rows;
use crate::scalars::{Date, DateTime, id_of};
use crate::users::User;
use crate::view::{View, seen};

/// Why a student may fall behind.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Enum)]
#[graphql(remote = "analytics::RiskReason")]
pub(crate) enum RiskReason {
    /// Nothing done in the course for more than 7 days.
    Inactive,
    /// Published work is overdue and was not handed in.
    MissingWork,
    /// Work was handed in late.
    LateWork,
    /// The average of the scores is below 60 percent.
    LowScores,
}

/// What happened in a course on one day.
#[derive(SimpleObject)]
#[graphql(serial)]
struct DayActivity {
    /// The day, in the school's time zone.
    date: Date,
    /// Pages that were read.
    page_views: u64,
    /// Submissions.
    submissions: u64,
    /// Posts in discussions.
    posts: u64,
    /// Students who did something.
    active_students: u64,
}

/// How many scores lie in a band of 10 percent.
#[derive(SimpleObject)]
#[graphql(serial)]
struct ScoreBand {
    /// From this many percent of the points possible.
    from: u64,
    /// To below this many percent; the last band takes all from 90 percent.
    to: u64,
    /// How many.
    count: u64,
}

/// A student who may fall behind.
#[derive(SimpleObject)]
#[graphql(serial)]
struct AtRiskStudent {
    /// Who.
    student: User,
    /// How likely, from 0 to 1.
    risk: f64,
    /// Why.
    reasons: Vec<RiskReason>,
    /// When they last did something in the course.
    last_active_at: Option<DateTime>,
}

/// How a course goes.
struct AnalyticsDashboard {
    view: Arc<View>,
    course: CourseId,
    figures: analytics::Dashboard,
}

/// How a course goes: figures of the students who take part now, and of the last days.
#[Object(serial)]
impl AnalyticsDashboard {
    /// As of when.
    async fn generated_at(&self) -> DateTime {
        DateTime(self.figures.generated_at)
    }

    /// Students who take part now.
    async fn enrolled_students(&self) -> u64 {
        self.figures.enrolled_students
    }

    /// Those of them who did something on the last 7 days, today among them.
    async fn active_students(&self) -> u64 {
        self.figures.active_students
    }

    /// Submissions.
    async fn submission_count(&self) -> u64 {
        self.figures.submission_count
    }

    /// Of the submissions, the part that was not late, 0 to 1; null while there are none.
    async fn on_time_rate(&self) -> Option<f64> {
        self.figures.on_time_rate
    }

    /// The average score in percent of the points possible; null while there are no scores.
    async fn average_score(&self) -> Option<f64> {
        self.figures.average_score
    }

    /// Of the items that count, for all students together, the part completed, 0 to 1; null
    /// while there are no students or no items.
    async fn completion_rate(&self) -> Option<f64> {
        self.figures.completion_rate
    }

    /// Day by day, the oldest first, none left out, the last one today.
    async fn activity_by_day(&self) -> Rows<Vec<DayActivity>> {
        let days = self.figures.activity_by_day.iter().map(|day| DayActivity {
            date: Date(day.day),
            page_views: day.page_views,
            submissions: day.submissions,
            posts: day.posts,
            active_students: day.active_students,
        });
        Rows(days.collect())
    }

    /// How many scores lie in each band of 10 percent, the lowest first.
    async fn score_distribution(&self) -> Rows<Vec<ScoreBand>> {
        let bands = self
            .figures
            .score_distribution
            .iter()
            .map(|band| ScoreBand {
                from: band.from,
                to: band.to,
                count: band.count,
            });
        Rows(bands.collect())
    }

    /// Students who may fall behind, the likeliest first; for those who see and grade work.
    async fn at_risk_students(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "How many, 1 to 100.", default = 10)] first: i64,
    ) -> Option<Rows<Vec<AtRiskStudent>>> {
        shown(ctx, self.at_risk(first).map(Rows))
    }
}

impl AnalyticsDashboard {
    fn at_risk(&self, first: i64) -> Result<Vec<AtRiskStudent>> {
        let (view, now) = (&self.view, self.figures.generated_at);
        let listed =
            analytics::at_risk_students(view.snapshot(), view.actor(), self.course, first, now)?;
        let listed = listed.into_iter().map(|listed| {
            Ok(AtRiskStudent {
                student: User::named(view, listed.student)?,
                risk: listed.risk,
                reasons: listed.reasons.into_iter().map(Into::into).collect(),
                last_active_at: listed.last_active_at.map(DateTime),
            })
        });
        Ok(listed.collect::<kernel::Result<_>>()?)
    }
}

/// Questions about how courses go.
#[derive(Default)]
pub(crate) struct AnalyticsQueries;

#[Object]
impl AnalyticsQueries {
    /// How a course goes, for its staff and administrators.
    async fn analytics_dashboard(
        &self,
        ctx: &Context<'_>,
        course_id: ID,
        #[graphql(
            desc = "How many days of activity, 1 to 366.",
            default_with = "Some(DAYS_DEFAULT)"
        )]
        days: Option<i64>,
    ) -> Option<AnalyticsDashboard> {
        let (view, course) = (seen(ctx), id_of(&course_id));
        let (days, now) = (days.unwrap_or(DAYS_DEFAULT), view.app().now());
        let figures = analytics::dashboard(view.snapshot(), view.actor(), course, days, now);
        let view = Arc::clone(view);
        shown(
            ctx,
            figures
                .map(|figures| AnalyticsDashboard {
                    view,
                    course,
                    figures,
                })
                .map_err(Into::into),
        )
    }
}
