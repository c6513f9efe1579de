//! How a course goes, for those who teach it.

use app::{Actor, UserId};
use axum::extract::State;
use axum::{Extension, Json};
use courses::catalog::CourseId;
use insight::analytics::{self, DAYS_DEFAULT, DAYS_MAX, Dashboard, RiskReason};
use kernel::Timestamp;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::Rest;
use crate::body::{IdInPath, Parameters};
use crate::openapi::{Operation, Route, shapes};
use crate::problem::Problem;

/// How many students who may fall behind are listed when nothing else is asked for.
const FIRST: i64 = 10;

/// The routes.
pub(crate) fn routes() -> Vec<Route<Rest>> {
    let show = "Shows how a course goes. For those who teach it.";
    let show = Operation::get("/api/analytics/courses/{id}", show)
        .query::<Wanted>()
        .answers::<Shown>(200, "The figures.")
        .refuses(&[403]);
    vec![show.by(self::show)]
}

/// What is wanted of a dashboard.
#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct Wanted {
    /// How many days are told of.
    #[schemars(range(min = 1, max = DAYS_MAX))]
    days: Option<i64>,
    /// How many students who may fall behind are listed.
    #[schemars(range(min = 1, max = 100))]
    first: Option<i64>,
}

/// How a course goes.
#[derive(Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Shown {
    #[schemars(with = "shapes::Moment")]
    generated_at: Timestamp,
    enrolled_students: u64,
    active_students: u64,
    submission_count: u64,
    on_time_rate: Option<f64>,
    average_score: Option<f64>,
    completion_rate: Option<f64>,
    activity_by_day: Vec<DayActivity>,
    score_distribution: Vec<ScoreBand>,
    /// Null for staff that does not see work.
    at_risk_students: Option<Vec<AtRiskStudent>>,
}

#[derive(Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
struct DayActivity {
    #[schemars(with = "shapes::Date")]
    date: String,
    page_views: u64,
    submissions: u64,
    posts: u64,
    active_students: u64,
}

#[derive(Serialize, JsonSchema)]
struct ScoreBand {
    from: u64,
    to: u64,
    count: u64,
}

#[derive(Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
struct AtRiskStudent {
    student: Student,
    risk: f64,
    #[schemars(with = "Vec<shapes::RiskReason>")]
    reasons: Vec<RiskReason>,
    #[schemars(with = "Option<shapes::Moment>")]
    last_active_at: Option<Timestamp>,
}

#[derive(Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
struct Student {
    #[schemars(with = "shapes::Id")]
    id: UserId,
    display_name: String,
}

impl Shown {
    fn of(figures: Dashboard, at_risk_students: Option<Vec<AtRiskStudent>>) -> Self {
        let days = figures.activity_by_day.into_iter().map(|day| DayActivity {
            date: day.day.to_string(),
            page_views: day.page_views,
            submissions: day.submissions,
            posts: day.posts,
            active_students: day.active_students,
        });
        let bands = figures
            .score_distribution
            .into_iter()
            .map(|band| ScoreBand {
                from: band.from,
                to: band.to,
                count: band.count,
            });
        Self {
            generated_at: figures.generated_at,
            enrolled_students: figures.enrolled_students,
            active_students: figures.active_students,
            submission_count: figures.submission_count,
            on_time_rate: figures.on_time_rate,
            average_score: figures.average_score,
            completion_rate: figures.completion_rate,
            activity_by_day: days.collect(),
            score_distribution: bands.collect(),
            at_risk_students,
        }
    }
}

/// `GET /api/analytics/courses/{id}?days&first`.
pub(crate) async fn show(
    State(rest): State<Rest>,
    Extension(actor): Extension<Actor>,
    IdInPath(course): IdInPath<CourseId>,
    Parameters(wanted): Parameters<Wanted>,
) -> Result<Json<Shown>, Problem> {
    let (snapshot, now) = (rest.app.snapshot(), rest.app.now());
    let days = wanted.days.unwrap_or(DAYS_DEFAULT);
    let figures = analytics::dashboard(&snapshot, &actor, course, days, now)?;
    let first = wanted.first.unwrap_or(FIRST);
    let listed = analytics::at_risk_students(&snapshot, &actor, course, first, now);
    let listed = match listed {
        Err(error) if error.problem() == Some(kernel::problems::FORBIDDEN) => None,
        listed => Some(listed?),
    };
    let named = |listed: analytics::AtRisk| -> kernel::Result<_> {
        let user = people::users::user(&snapshot, listed.student)?;
        Ok(user.map(|user| AtRiskStudent {
            student: Student {
                id: listed.student,
                display_name: user.display_name.clone(),
            },
            risk: listed.risk,
            reasons: listed.reasons,
            last_active_at: listed.last_active_at,
        }))
    };
    let listed = listed.map(|listed| {
        let named = listed
            .into_iter()
            .filter_map(|listed| named(listed).transpose());
        named.collect::<kernel::Result<Vec<_>>>()
    });
    Ok(Json(Shown::of(figures, listed.transpose()?)))
}
