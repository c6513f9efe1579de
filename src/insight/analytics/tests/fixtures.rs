//! Records of each version, which must decode for ever.

use courses::modules::AssignmentId;

use super::*;
use crate::analytics::model::{DayFigures, Figures, Learner, Plan, Plans, Review, Standing};
use crate::calendar::Day;

#[test]
fn records_of_every_version_decode() {
    let (moment, assignment) = (
        at("2023-11-14T12:00:00Z"),
        AssignmentId::from_bytes([1; 16]),
    );
    let figures = Figures {
        submissions: 4,
        late: 1,
        completed: 9,
        scores: 2,
        score_sum: 150_000_000,
        bands: [0, 0, 0, 0, 0, 1, 0, 0, 0, 1],
    };
    testkit::fixture("insight/fixtures/course_figures.v1", &figures);
    let day = DayFigures {
        page_views: 1,
        submissions: 2,
        posts: 3,
        active_students: 4,
        last_active: 5,
    };
    testkit::fixture("insight/fixtures/day_figures.v1", &day);
    let standing = Standing {
        assignment,
        attempts: 2,
        late: 1,
        score: Some(50_000_000),
    };
    let learner = Learner {
        counted: true,
        enrolled_at: moment,
        last_active_at: Some(moment),
        last_day: Some(Day::default().plus(19_675)),
        completed: 3,
        standings: vec![standing],
        risk: 175_000,
    };
    testkit::fixture("insight/fixtures/learner.v1", &learner);
    let plan = Plan {
        assignment,
        due_at: Some(moment),
        points: Some(20.0),
        published: true,
    };
    testkit::fixture("insight/fixtures/assignment_plans.v1", &Plans(vec![plan]));
    let review = Review {
        due_at: moment,
        anew: true,
        asked: 7,
    };
    testkit::fixture("insight/fixtures/course_review.v1", &review);
}
