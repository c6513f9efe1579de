//! What the stories of this area begin with.

mod permissions;

use std::time::Duration;

use app::{Event, EventType, Feature, UserId};
use assess::assignments::{AssignmentId, Change, CreateAssignment, NewAssignment};
use assess::grading::GradeSubmission;
use assess::submissions::{SubmissionId, SubmitAssignment, Work};
use courses::catalog::{CourseId, CreateCourse, NewCourse, PublishCourse};
use courses::enrollments::{CourseRole, Enroll};
use courses::markup::SafeHtml;
use people::users::{AddUser, NewUser};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use testkit::{Cast, Role, School};

pub(crate) const DAY: Duration = Duration::from_hours(24);

/// Something that figures know nothing of.
#[derive(Serialize, Deserialize, JsonSchema)]
pub(crate) struct Novelty {
    pub(crate) course: CourseId,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) user: Option<UserId>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) assignment: Option<AssignmentId>,
}

impl Event for Novelty {
    const SUBJECT: &'static str = "edusphere.courses.novelty";
    const KEY: &'static str = "course";
    fn key(&self) -> String {
        self.course.to_string()
    }
}

static NOVELTIES: Feature = Feature {
    events: &[EventType::of::<Novelty>()],
    ..Feature::named("novelties")
};

/// A published course with everybody in it who belongs there, at noon UTC of 2023-11-14.
pub(crate) fn class() -> (Cast, CourseId) {
    let once: &[&'static Feature] = &[&app::ONCE];
    let novelties: &[&'static Feature] = &[&NOVELTIES];
    let school = School::of_areas(&[
        once,
        people::FEATURES,
        courses::FEATURES,
        assess::FEATURES,
        community::FEATURES,
        crate::FEATURES,
        novelties,
    ]);
    let cast = Cast::gather(school, |school, name, role| {
        let user = NewUser::named(name, name).unwrap().role(role);
        school.run_as_program(AddUser {
            user,
            password: None,
        })
    });
    let course = NewCourse::titled("CS-101", "Computing").unwrap();
    let course = cast.does(
        Role::Program,
        CreateCourse {
            course,
            idempotency_key: None,
        },
    );
    for (role, place) in [
        (Role::Teacher, CourseRole::Instructor),
        (Role::Assistant, CourseRole::Assistant),
        (Role::Designer, CourseRole::Designer),
        (Role::Student, CourseRole::Student),
        (Role::Observer, CourseRole::Observer),
    ] {
        enroll(&cast, course, role, place);
    }
    cast.does(Role::Program, PublishCourse { course });
    (cast, course)
}

pub(crate) fn enroll(cast: &Cast, course: CourseId, who: Role, role: CourseRole) {
    let user = cast.user(who);
    cast.does(
        Role::Program,
        Enroll {
            course,
            user,
            role,
            section: None,
            idempotency_key: None,
        },
    );
}

/// An essay for twenty points, due this many days from now.
pub(crate) fn essay(cast: &Cast, days: u32) -> NewAssignment {
    let due_at = Some(cast.school.app.now().plus(days * DAY));
    let essay = NewAssignment::titled("Essay", SafeHtml::default()).unwrap();
    let essay = essay.points(Some(20.0)).unwrap();
    essay.dates(None, due_at, None).unwrap()
}

/// Sets work that stands in no module.
pub(crate) fn set(cast: &Cast, course: CourseId, assignment: NewAssignment) -> AssignmentId {
    let (module, estimated_minutes) = (None, None);
    let set = CreateAssignment {
        course,
        module,
        assignment,
        estimated_minutes,
    };
    cast.does(Role::Teacher, set)
}

/// Handing in a text, without a key.
pub(crate) fn hand_in(assignment: AssignmentId) -> SubmitAssignment {
    let work = Work::new(Some("work".to_owned()), None, Vec::new()).unwrap();
    SubmitAssignment {
        assignment,
        work,
        idempotency_key: None,
    }
}

pub(crate) fn grade(submission: SubmissionId, score: f64) -> GradeSubmission {
    GradeSubmission {
        submission,
        score,
        feedback: Change::Keep,
    }
}

/// Lets the figures and the risks follow what happened.
pub(crate) fn catch_up(cast: &Cast) {
    cast.school.catch_up();
    let reviewed = cast
        .school
        .block_on(crate::analytics::review(&cast.school.app));
    reviewed.unwrap();
}
