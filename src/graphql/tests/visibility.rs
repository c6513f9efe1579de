//! Who sees what: hidden is the same as missing, grades wait until they are posted.

use assess::assignments::{AssignmentId, Change, PostGrades};
use assess::grading::GradeSubmission;
use assess::submissions::{SubmissionId, SubmitAssignment, Work};
use courses::enrollments::{CourseRole, Enroll};
use courses::markup::SafeHtml;
use courses::pages::CreatePage;
use people::users::{AddUser, NewUser};
use serde_json::{Value, json};
use testkit::Role;

use super::{World, codes, is_not_found, refused};

const SUBMISSION: &str = "query ($id: ID!) {
    submission(id: $id) { state body grade { score feedback grader { displayName } } }
}";

fn submitted(world: &World, assignment: AssignmentId) -> SubmissionId {
    let work = Work::new(Some("My essay.".to_owned()), None, Vec::new()).unwrap();
    world.cast.does(
        Role::Student,
        SubmitAssignment {
            assignment,
            work,
            idempotency_key: None,
        },
    )
}

#[test]
fn anothers_submission_is_answered_exactly_as_a_missing_one() {
    let world = World::new();
    let other = NewUser::named("eve", "Eve").unwrap();
    let eve = world.given(AddUser {
        user: other,
        password: None,
    });
    world.given(Enroll {
        course: world.course,
        user: eve,
        role: CourseRole::Student,
        section: None,
        idempotency_key: None,
    });
    let id = submitted(&world, world.assignment(None)).to_string();
    let as_eve = |id: &str| {
        let variables = async_graphql::Variables::from_json(json!({ "id": id }));
        let request = async_graphql::Request::new(SUBMISSION).variables(variables);
        let eve = world.cast.school.member(eve);
        let answer = world.cast.school.block_on(world.api.execute(eve, request));
        serde_json::to_value(answer).unwrap()
    };
    let hidden = as_eve(&id);
    assert!(is_not_found(&hidden, "submission"), "{hidden}");
    assert_eq!(hidden, as_eve("submission_01h455vb4pex5vsknk084sn02q"));
    assert_eq!(hidden, as_eve("nonsense"));
    let own = world.ask(Role::Student, SUBMISSION, json!({ "id": id }));
    assert_eq!(own["data"]["submission"]["body"], "My essay.");
}

#[test]
fn a_grade_is_hidden_until_it_is_posted() {
    let world = World::new();
    let assignment = world.assignment(None);
    let submission = submitted(&world, assignment);
    let feedback = Change::To(Some("Well said.".to_owned()));
    world.cast.does(
        Role::Teacher,
        GradeSubmission {
            submission,
            score: 9.5,
            feedback,
        },
    );
    let id = json!({ "id": submission.to_string() });
    let graded = json!({
        "state": "GRADED",
        "body": "My essay.",
        "grade": {
            "score": 9.5, "feedback": "Well said.", "grader": { "displayName": "The teacher" },
        },
    });
    let hidden = json!({ "state": "SUBMITTED", "body": "My essay.", "grade": null });
    let seen = |role| world.ask(role, SUBMISSION, id.clone())["data"]["submission"].clone();
    assert_eq!(
        (seen(Role::Teacher), seen(Role::Student)),
        (graded.clone(), hidden)
    );
    world.cast.does(Role::Teacher, PostGrades { assignment });
    assert_eq!(seen(Role::Student), graded);
}

#[test]
fn grading_goes_through_the_document_as_well() {
    let world = World::new();
    let assignment = world.assignment(None);
    let submission = submitted(&world, assignment).to_string();
    let grade = "mutation ($input: GradeSubmissionInput!) {
        gradeSubmission(input: $input) {
            submission { grade { score gradedAt } } errors { code field }
        }
    }";
    let ask = |role, score: f64| {
        world.ask(
            role,
            grade,
            json!({ "input": { "submissionId": submission, "score": score } }),
        )
    };
    assert_eq!(
        refused(&ask(Role::Assistant, -1.0), "gradeSubmission"),
        ["SCORE_INVALID"]
    );
    let answer = ask(Role::Assistant, 7.0);
    assert_eq!(
        answer["data"]["gradeSubmission"]["submission"]["grade"]["score"],
        7.0
    );
    assert_eq!(codes(&ask(Role::Student, 10.0)), ["FORBIDDEN"]);
    assert_eq!(codes(&ask(Role::Designer, 10.0)), ["NOT_FOUND"]);
    let post = "mutation ($id: ID!) {
        postGrades(input: { assignmentId: $id }) { assignment { gradesPostedAt } errors { code } }
    }";
    let answer = world.ask(Role::Teacher, post, json!({ "id": assignment.to_string() }));
    assert_eq!(
        answer["data"]["postGrades"]["assignment"]["gradesPostedAt"],
        super::NOON
    );
    let own = "query ($id: ID!) {
        assignment(id: $id) { viewerSubmissions { state grade { score } } }
    }";
    let answer = world.ask(Role::Student, own, json!({ "id": assignment.to_string() }));
    let expected = json!([{ "state": "GRADED", "grade": { "score": 7.0 } }]);
    assert_eq!(answer["data"]["assignment"]["viewerSubmissions"], expected);
}

#[test]
fn a_person_is_seen_by_staff_and_by_those_of_the_same_course() {
    let world = World::new();
    let query = "query ($id: ID) { user(id: $id) { displayName email username } }";
    let student = world.cast.user(Role::Student).to_string();
    let seen = |role| world.ask(role, query, json!({ "id": student }));
    let (all, name_only) = (
        json!({ "displayName": "The student", "email": "student@example.org", "username": "student" }),
        json!({ "displayName": "The student", "email": null, "username": null }),
    );
    for role in [Role::Student, Role::Staff, Role::Admin, Role::Program] {
        assert_eq!(seen(role)["data"]["user"], all, "{role}");
    }
    for role in [Role::Observer, Role::Teacher, Role::Designer] {
        assert_eq!(seen(role)["data"]["user"], name_only, "{role}");
    }
    assert!(is_not_found(&seen(Role::Member), "user"));
    let missing = world.ask(
        Role::Member,
        query,
        json!({ "id": "user_01h455vb4pex5vsknk084sn02q" }),
    );
    assert_eq!(seen(Role::Member), missing);
    assert_eq!(codes(&seen(Role::Nobody)), ["UNAUTHENTICATED"]);
    assert_eq!(
        codes(&world.ask(Role::Program, query, json!({}))),
        ["UNAUTHENTICATED"]
    );
}

#[test]
fn every_thing_is_found_by_its_id_alone_and_only_by_who_may_see_it() {
    let world = World::new();
    let essay = world.assignment(None);
    let page = CreatePage {
        course: world.course,
        module: None,
        title: "Welcome".to_owned(),
        body: SafeHtml::default(),
        estimated_minutes: None,
        published: true,
    };
    let topic = world.topic(false);
    let said = json!({ "input": { "topicId": topic.to_string(), "body": "Hello" } });
    let said = world.operation(Role::Student, "createDiscussionPost", said);
    let post = said["data"]["createDiscussionPost"]["post"]["id"]
        .as_str()
        .unwrap()
        .to_owned();
    let things = [
        ("User", world.cast.user(Role::Teacher).to_string()),
        ("Course", world.course.to_string()),
        ("Page", world.given(page).to_string()),
        ("Assignment", essay.to_string()),
        ("Submission", submitted(&world, essay).to_string()),
        ("DiscussionTopic", topic.to_string()),
        ("DiscussionPost", post),
    ];
    let query = "query ($id: ID!) { node(id: $id) { __typename id } }";
    for (name, id) in things {
        let ask = |role| world.ask(role, query, json!({ "id": id }));
        let node = json!({ "data": { "node": { "__typename": name, "id": id } } });
        assert_eq!(ask(Role::Student), node);
        assert!(is_not_found(&ask(Role::Member), "node"), "{name}");
        assert_eq!(codes(&ask(Role::Nobody)), ["UNAUTHENTICATED"], "{name}");
    }
    assert!(is_not_found(
        &world.ask(Role::Admin, query, json!({ "id": "nonsense" })),
        "node"
    ));
}

/// What each role is answered: `ok`, or the code of the error.
fn answers(world: &World, document: &str) -> Vec<String> {
    let ask = |role| {
        let answer = world.ask(
            role,
            document,
            json!({ "course": world.course.to_string() }),
        );
        let verdict = codes(&answer).first().map_or("ok", |code| *code).to_owned();
        (role, verdict)
    };
    let roles = Role::ALL.map(ask);
    roles
        .iter()
        .map(|(role, verdict)| format!("{role}: {verdict}"))
        .collect()
}

#[test]
fn each_role_may_do_what_its_place_allows() {
    let world = World::new();
    let (all, staff) = (
        Role::ALL,
        [
            Role::Designer,
            Role::Assistant,
            Role::Teacher,
            Role::Admin,
            Role::Program,
        ],
    );
    let expect = |verdict: &dyn Fn(Role) -> &'static str| {
        all.iter()
            .map(|role| format!("{role}: {}", verdict(*role)))
            .collect::<Vec<_>>()
    };
    let outside = |role| match role {
        Role::Nobody => Some("UNAUTHENTICATED"),
        Role::Member | Role::Staff => Some("NOT_FOUND"),
        Role::Student
        | Role::Observer
        | Role::Designer
        | Role::Assistant
        | Role::Teacher
        | Role::Admin
        | Role::Program => None,
    };
    let course = "query ($course: ID!) { course(id: $course) { id } }";
    assert_eq!(
        answers(&world, course),
        expect(&|role| outside(role).unwrap_or("ok"))
    );
    let module = r#"mutation ($course: ID!) {
        createModule(input: { courseId: $course, title: "T" }) { errors { code } }
    }"#;
    let only_staff = |role| {
        let inside = if staff.contains(&role) {
            "ok"
        } else {
            "FORBIDDEN"
        };
        outside(role).unwrap_or(inside)
    };
    assert_eq!(answers(&world, module), expect(&only_staff));
    let add_user = r#"mutation ($course: ID!) {
        addUser(input: { username: "new", displayName: "New" }) { errors { code } }
        course: publishCourse(input: { courseId: $course }) { errors { code } }
    }"#;
    let only_admins = |role| match role {
        Role::Nobody => "UNAUTHENTICATED",
        Role::Admin | Role::Program => "ok",
        Role::Member
        | Role::Student
        | Role::Observer
        | Role::Designer
        | Role::Assistant
        | Role::Teacher
        | Role::Staff => "FORBIDDEN",
    };
    assert_eq!(answers(&world, add_user), expect(&only_admins));
}

#[test]
fn unpublished_modules_are_for_the_staff() {
    let world = World::new();
    let mutation = r#"mutation ($course: ID!) {
        createModule(input: { courseId: $course, title: "Later", published: false }) {
            module { id } errors { code }
        }
    }"#;
    let made = world.ask(
        Role::Teacher,
        mutation,
        json!({ "course": world.course.to_string() }),
    );
    let module = made["data"]["createModule"]["module"]["id"].clone();
    let item = "mutation ($input: AddItemInput!) {
        addItem(input: $input) { item { kind url published completed } errors { code field } }
    }";
    let input = |kind: &str, url: Value| {
        json!({ "input": {
            "courseId": world.course.to_string(), "moduleId": module,
            "title": "A link", "kind": kind, "url": url,
        } })
    };
    let made = world.ask(
        Role::Teacher,
        item,
        input("VIDEO", json!("https://example.org/v")),
    );
    let expected = json!({
        "kind": "VIDEO", "url": "https://example.org/v", "published": false, "completed": false,
    });
    assert_eq!(made["data"]["addItem"]["item"], expected);
    let refusal = world.ask(Role::Teacher, item, input("LINK", Value::Null));
    assert_eq!(refused(&refusal, "addItem"), ["URL_INVALID"]);
    assert_eq!(
        codes(&world.ask(Role::Teacher, item, input("FILE", Value::Null))),
        ["NOT_FOUND"]
    );
    let id = json!({ "id": world.course.to_string() });
    let modules = |role| {
        let answer = world.operation(role, "getCourseDetails", id.clone());
        answer["data"]["course"]["modules"]
            .as_array()
            .unwrap()
            .len()
    };
    assert_eq!((modules(Role::Teacher), modules(Role::Student)), (1, 0));
}
