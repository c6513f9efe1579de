//! The dashboard of a course, letter for letter, and who is shown it.

use std::time::Duration;

use assess::assignments::{Change, NewAssignment};
use assess::grading::GradeSubmission;
use assess::submissions::{SubmitAssignment, Work};
use courses::markup::SafeHtml;
use serde_json::{Value, json};
use testkit::Role;

use super::{NOON, World, codes, is_not_found};

impl World {
    fn catch_up(&self) {
        let school = &self.cast.school;
        school.catch_up();
        school
            .block_on(insight::analytics::review(&school.app))
            .unwrap();
    }

    fn dashboard(&self, role: Role, days: Value) -> Value {
        let variables = json!({ "courseId": self.course.to_string(), "days": days });
        self.operation(role, "getAnalyticsDashboard", variables)
    }
}

#[test]
fn get_analytics_dashboard_shows_how_a_course_goes() {
    let world = World::new();
    let due_at = Some("2023-11-14T18:00:00Z".parse().unwrap());
    let essay = NewAssignment::titled("Essay", SafeHtml::default()).unwrap();
    let essay = essay
        .points(Some(20.0))
        .unwrap()
        .dates(None, due_at, None)
        .unwrap();
    let module = world.module();
    let assignment = world.assignment_of(Some(module), essay);
    let hand_in = || {
        let work = Work::new(Some("My essay.".to_owned()), None, Vec::new()).unwrap();
        SubmitAssignment {
            assignment,
            work,
            idempotency_key: None,
        }
    };
    let submission = world.cast.does(Role::Student, hand_in());
    world.cast.school.clock.advance(Duration::from_hours(24));
    world.cast.does(Role::Student, hand_in());
    let (score, feedback) = (5.0, Change::Keep);
    world.cast.does(
        Role::Teacher,
        GradeSubmission {
            submission,
            score,
            feedback,
        },
    );
    world.catch_up();
    let answer = world.dashboard(Role::Teacher, json!(2));
    let bands: Vec<Value> = (0..10)
        .map(|band| {
            json!({
                "from": band * 10, "to": band * 10 + 10, "count": i32::from(band == 2),
            })
        })
        .collect();
    let expected = json!({ "data": { "analyticsDashboard": {
        "generatedAt": "2023-11-15T12:00:00Z",
        "enrolledStudents": 1,
        "activeStudents": 1,
        "submissionCount": 2,
        "onTimeRate": 0.5,
        "averageScore": 25.0,
        "completionRate": 1.0,
        "activityByDay": [
            { "date": "2023-11-14", "pageViews": 0, "submissions": 1, "posts": 0, "activeStudents": 1 },
            { "date": "2023-11-15", "pageViews": 0, "submissions": 1, "posts": 0, "activeStudents": 1 },
        ],
        "scoreDistribution": bands,
        "atRiskStudents": [{
            "student": {
                "id": world.cast.user(Role::Student).to_string(),
                "displayName": "The student",
            },
            "risk": 0.216_666,
            "reasons": ["LATE_WORK", "LOW_SCORES"],
            "lastActiveAt": "2023-11-15T12:00:00Z",
        }],
    } } });
    assert_eq!(answer, expected);
}

#[test]
fn a_dashboard_of_nobody_has_no_rates_and_thirty_days_unless_it_is_said() {
    let world = World::new();
    for days in [Value::Null, json!(30)] {
        let answer = world.dashboard(Role::Admin, days);
        let shown = &answer["data"]["analyticsDashboard"];
        assert_eq!(shown["generatedAt"], NOON);
        for rate in ["onTimeRate", "averageScore", "completionRate"] {
            assert_eq!(shown[rate], Value::Null, "{rate}");
        }
        assert_eq!(shown["activityByDay"].as_array().unwrap().len(), 30);
        assert_eq!(shown["activityByDay"][29]["date"], "2023-11-14");
        assert_eq!(shown["atRiskStudents"], json!([]));
    }
    let variables = json!({ "courseId": world.course.to_string() });
    let answer = world.operation(Role::Admin, "getAnalyticsDashboard", variables);
    assert_eq!(
        answer["data"]["analyticsDashboard"]["activityByDay"][0]["date"],
        "2023-10-16"
    );
}

#[test]
fn a_dashboard_is_for_the_staff_and_names_for_those_who_grade() {
    let world = World::new();
    for role in [Role::Teacher, Role::Assistant, Role::Admin, Role::Program] {
        assert_eq!(
            codes(&world.dashboard(role, json!(1))),
            Vec::<&str>::new(),
            "{role}"
        );
    }
    let designer = world.dashboard(Role::Designer, json!(1));
    assert_eq!(codes(&designer), ["FORBIDDEN"]);
    assert_eq!(
        designer["data"]["analyticsDashboard"]["enrolledStudents"],
        1
    );
    assert_eq!(
        designer["data"]["analyticsDashboard"]["atRiskStudents"],
        Value::Null
    );
    for role in [Role::Student, Role::Observer] {
        let answer = world.dashboard(role, json!(1));
        assert_eq!(codes(&answer), ["FORBIDDEN"], "{role}");
        assert_eq!(answer["data"]["analyticsDashboard"], Value::Null);
    }
    for role in [Role::Member, Role::Staff] {
        assert!(
            is_not_found(&world.dashboard(role, json!(1)), "analyticsDashboard"),
            "{role}"
        );
    }
    assert_eq!(
        codes(&world.dashboard(Role::Nobody, json!(1))),
        ["UNAUTHENTICATED"]
    );
    let refused = world.dashboard(Role::Teacher, json!(0));
    assert_eq!(codes(&refused), ["DAYS_INVALID"]);
    assert_eq!(refused["errors"][0]["extensions"]["field"], "days");
}
