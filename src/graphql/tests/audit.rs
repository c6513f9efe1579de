//! Whoever is shown the grade of somebody else is written down, and administrators read it.

use assess::assignments::{Change, PostGrades};
use assess::grading::{GradeSubmission, GradesRead};
use assess::submissions::{SubmitAssignment, Work};
use serde_json::{Value, json};
use testkit::Role;

use super::{World, codes};
use crate::Api;

/// Each place where a document shows a grade, or what was said of work.
const SHOWN: [&str; 5] = [
    "query ($s: ID!) { submission(id: $s) { grade { score } } }",
    "query ($s: ID!) { submission(id: $s) { comments { body } } }",
    "query ($s: ID!) { node(id: $s) { ... on Submission { grade { feedback } } } }",
    "query ($a: ID!) { assignment(id: $a) { submissions { nodes { grade { score } } } } }",
    "mutation ($s: ID!) {
        gradeSubmission(input: { submissionId: $s, score: 8 }) { submission { grade { score } } }
    }",
];

struct Graded {
    world: World,
    variables: Value,
}

/// The student's essay has a grade and a comment.
fn graded() -> Graded {
    let world = World::new();
    let assignment = world.assignment(None);
    let submit = SubmitAssignment {
        assignment,
        work: Work::new(Some("My essay.".to_owned()), None, Vec::new()).unwrap(),
        idempotency_key: None,
    };
    let submission = world.cast.does(Role::Student, submit);
    let grade = GradeSubmission {
        submission,
        score: 9.5,
        feedback: Change::To(Some("Well said.".to_owned())),
    };
    world.cast.does(Role::Teacher, grade);
    world.cast.does(Role::Teacher, PostGrades { assignment });
    let comment = "mutation ($s: ID!) {
        commentSubmission(input: { submissionId: $s, body: \"See me.\" }) { errors { code } }
    }";
    let variables = json!({ "s": submission.to_string(), "a": assignment.to_string() });
    let commented = world.ask(Role::Teacher, comment, variables.clone());
    assert_eq!(codes(&commented), Vec::<&str>::new(), "{commented}");
    Graded { world, variables }
}

impl Graded {
    fn ask(&self, role: Role, query: &str) -> Value {
        let answer = self.world.ask(role, query, self.variables.clone());
        assert_eq!(codes(&answer), Vec::<&str>::new(), "{answer}");
        answer
    }

    /// What was told of grades that were read, so far.
    fn told(&self) -> Vec<GradesRead> {
        let events = self.world.cast.school.events().into_iter();
        let told = events.filter(|event| event.subject.ends_with(".grades_read"));
        told.map(|event| serde_json::from_slice(&event.body).unwrap())
            .collect()
    }
}

#[test]
fn every_place_that_shows_the_grade_of_another_is_written_down() {
    let graded = graded();
    let student = graded.world.cast.user(Role::Student);
    for (query, before) in SHOWN.iter().zip(0..) {
        assert_eq!(graded.told().len(), before);
        graded.ask(Role::Teacher, query);
        let told = graded.told();
        assert_eq!(told.len(), before + 1, "{query}");
        let last = told.last().unwrap();
        assert_eq!(last.reader, graded.world.cast.user(Role::Teacher));
        assert_eq!((last.course, last.read.len()), (graded.world.course, 1));
        assert_eq!(last.read[0].learner, student, "{query}");
    }
    graded.world.cast.school.agrees();
}

#[test]
fn the_audit_is_a_place_that_shows_grades() {
    let graded = graded();
    let audit = "{ auditEvents(first: 100) { nodes { subject body } } }";
    let read = graded.ask(Role::Admin, audit);
    assert!(read.to_string().contains("edusphere.assignments.graded"));
    let told = graded.told();
    assert_eq!(told.len(), 1);
    assert_eq!(told[0].reader, graded.world.cast.user(Role::Admin));
    assert_eq!(
        told[0].read[0].learner,
        graded.world.cast.user(Role::Student)
    );
}

#[test]
fn grades_have_no_other_place() {
    let sdl = Api::sdl();
    let places: Vec<&str> = sdl
        .lines()
        .map(str::trim)
        .filter(|line| line.ends_with(": Grade") || line.contains(": [Grade"))
        .collect();
    assert_eq!(
        places,
        ["grade: Grade"],
        "a new place must note what it shows"
    );
}

#[test]
fn ones_own_grade_and_work_without_its_grade_are_not_written_down() {
    let graded = graded();
    for query in &SHOWN[..3] {
        graded.ask(Role::Student, query);
    }
    let ungraded = "query ($s: ID!) { submission(id: $s) { body state late } }";
    graded.ask(Role::Teacher, ungraded);
    assert_eq!(graded.told(), []);
}

#[test]
fn administrators_read_the_audit_and_nobody_else() {
    let graded = graded();
    graded.ask(Role::Teacher, SHOWN[0]);
    let audit = "query ($user: ID, $actor: String) {
        auditEvents(first: 1, filter: { userId: $user, actor: $actor }) {
            nodes { subject actor key body at } pageInfo { hasNextPage endCursor }
        }
    }";
    let [teacher, student] =
        [Role::Teacher, Role::Student].map(|role| graded.world.cast.user(role).to_string());
    let variables = json!({ "user": student, "actor": teacher });
    let read = graded.world.ask(Role::Admin, audit, variables.clone());
    let event = &read["data"]["auditEvents"]["nodes"][0];
    assert_eq!(
        event["subject"], "edusphere.assignments.grades_read",
        "{read}"
    );
    assert_eq!(
        (&event["actor"], &event["key"]),
        (&json!(teacher), &json!(teacher))
    );
    assert!(event["body"].as_str().unwrap().contains(&student));
    assert_eq!(read["data"]["auditEvents"]["pageInfo"]["hasNextPage"], true);
    for (role, code) in [
        (Role::Staff, "FORBIDDEN"),
        (Role::Teacher, "FORBIDDEN"),
        (Role::Nobody, "UNAUTHENTICATED"),
    ] {
        let refused = graded.world.ask(role, audit, variables.clone());
        assert_eq!(codes(&refused), [code]);
    }
}
