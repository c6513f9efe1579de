//! Work from its setting to its grade, by documents.

use serde_json::{Value, json};
use testkit::Role;

use super::{World, codes, refused};

/// What a mutation made, without errors.
fn make(world: &World, role: Role, mutation: &str, input: Value) -> Value {
    let answer = world.ask(role, mutation, json!({ "input": input }));
    let payload = answer["data"].as_object().map(|data| data.values().next());
    let payload = payload.flatten().unwrap_or_else(|| panic!("{answer}"));
    assert_eq!(
        (codes(&answer), &payload["errors"]),
        (Vec::new(), &json!([]))
    );
    payload.clone()
}

/// The last entry of a mutation's field, whose only field is an assignment.
fn field<'a>(answer: &'a Value, name: &str) -> &'a Value {
    &answer["assignment"][name]
}

const CREATE: &str = "mutation ($input: CreateAssignmentInput!) {
    createAssignment(input: $input) {
        assignment {
            id dueAt workKinds acceptsLate latePenalty { percent per floorPercent }
        }
        errors { code field }
    }
}";
const UPDATE: &str = "mutation ($input: UpdateAssignmentInput!) {
    updateAssignment(input: $input) {
        assignment {
            title points dueAt lockAt attemptsAllowed workKinds acceptsLate
            latePenalty { percent per floorPercent } instructions
        }
        errors { code field }
    }
}";
const GRADE: &str = "mutation ($input: GradeSubmissionInput!) {
    gradeSubmission(input: $input) {
        submission { grade { score enteredScore pointsDeducted feedback } }
        errors { code field }
    }
}";

fn submit(world: &World, input: Value) -> Value {
    world.operation(Role::Student, "submitAssignment", json!({ "input": input }))
}

#[test]
fn an_assignment_says_what_it_takes_and_a_change_keeps_what_it_does_not_name() {
    let world = World::new();
    let input = json!({
        "courseId": world.course.to_string(), "title": "Essay", "points": 20.0,
        "dueAt": "2023-11-15T12:00:00Z", "workKinds": ["URL", "TEXT"],
        "latePenalty": { "percent": 10.0, "floorPercent": 50 },
    });
    let made = make(&world, Role::Teacher, CREATE, input);
    let penalty = json!({ "percent": 10.0, "per": "DAY", "floorPercent": 50.0 });
    assert_eq!(*field(&made, "workKinds"), json!(["TEXT", "URL"]));
    assert_eq!(*field(&made, "latePenalty"), penalty);
    assert_eq!(*field(&made, "acceptsLate"), true);
    let id = field(&made, "id").clone();

    let files = json!({ "assignmentId": id, "fileIds": ["x"] });
    let answer = submit(&world, files);
    assert_eq!(refused(&answer, "submitAssignment"), ["KIND_NOT_TAKEN"]);
    let errors = &answer["data"]["submitAssignment"]["errors"];
    assert_eq!(errors[0]["field"], "fileIds");

    let change = json!({
        "assignmentId": id, "points": null, "lockAt": "2023-11-16T12:00:00Z",
        "workKinds": ["TEXT"], "acceptsLate": false, "instructions": "Write *well*.",
    });
    let changed = make(&world, Role::Designer, UPDATE, change);
    let expected = json!({
        "title": "Essay", "points": null, "dueAt": "2023-11-15T12:00:00Z",
        "lockAt": "2023-11-16T12:00:00Z", "attemptsAllowed": null, "workKinds": ["TEXT"],
        "acceptsLate": false, "latePenalty": penalty,
        "instructions": "<p>Write <em>well</em>.</p>",
    });
    assert_eq!(changed["assignment"], expected);
    let lift = json!({ "assignmentId": id, "latePenalty": null, "dueAt": null, "lockAt": null });
    let lifted = make(&world, Role::Teacher, UPDATE, lift);
    for (name, value) in [("latePenalty", Value::Null), ("dueAt", Value::Null)] {
        assert_eq!(*field(&lifted, name), value);
    }
    for (input, code) in [
        (
            json!({ "assignmentId": id, "workKinds": [] }),
            "KINDS_EMPTY",
        ),
        (
            json!({ "assignmentId": id, "points": -1 }),
            "POINTS_INVALID",
        ),
        (
            json!({ "assignmentId": id, "latePenalty": { "percent": 0 } }),
            "LATE_PENALTY_INVALID",
        ),
    ] {
        let answer = world.ask(Role::Teacher, UPDATE, json!({ "input": input }));
        assert_eq!(refused(&answer, "updateAssignment"), [code]);
    }
    let by_student = json!({ "input": { "assignmentId": id, "title": "Mine" } });
    assert_eq!(
        codes(&world.ask(Role::Student, UPDATE, by_student)),
        ["FORBIDDEN"]
    );
}

#[test]
fn late_work_is_graded_with_what_it_lost_and_keeps_its_feedback() {
    let world = World::new();
    let input = json!({
        "courseId": world.course.to_string(), "title": "Essay", "points": 20.0,
        "dueAt": "2023-11-14T11:00:00Z", "latePenalty": { "percent": 5, "per": "HOUR" },
    });
    let made = make(&world, Role::Teacher, CREATE, input);
    let id = field(&made, "id").clone();
    let answer = submit(&world, json!({ "assignmentId": id, "body": "Late." }));
    let submission = &answer["data"]["submitAssignment"]["submission"];
    assert_eq!(submission["late"], true);
    let grade = |worth: Value| {
        let mut input = json!({ "submissionId": submission["id"] });
        input
            .as_object_mut()
            .unwrap()
            .extend(worth.as_object().unwrap().clone());
        make(&world, Role::Assistant, GRADE, input)["submission"]["grade"].clone()
    };
    let expected = |score: f64, entered: f64, feedback: Value| {
        json!({
            "score": score, "enteredScore": entered, "pointsDeducted": 1.0, "feedback": feedback,
        })
    };
    let said = grade(json!({ "score": 18, "feedback": "Good." }));
    assert_eq!(said, expected(17.0, 18.0, json!("Good.")));
    let again = grade(json!({ "score": 19.5 }));
    assert_eq!(again, expected(18.5, 19.5, json!("Good.")));
    let unsaid = grade(json!({ "score": 19.5, "feedback": null }));
    assert_eq!(unsaid, expected(18.5, 19.5, Value::Null));

    let list = "query ($id: ID!, $filter: SubmissionFilter) {
        assignment(id: $id) { submissions(filter: $filter) { totalCount nodes { late } } }
    }";
    let listed = |filter: Value| {
        let answer = world.ask(Role::Teacher, list, json!({ "id": id, "filter": filter }));
        answer["data"]["assignment"]["submissions"]["totalCount"].clone()
    };
    assert_eq!(listed(json!({ "ungraded": true })), 0);
    assert_eq!(listed(json!({ "late": true })), 1);
    assert_eq!(listed(Value::Null), 1);
}

#[test]
fn work_and_its_grades_are_shown_and_hidden_again() {
    let world = World::new();
    let id = world.assignment(Some(world.module())).to_string();
    let input = json!({ "assignmentId": id });
    let mutation = |name: &str, input_type: &str| {
        format!(
            "mutation ($input: {input_type}!) {{
                {name}(input: $input) {{
                    assignment {{ published gradesPostedAt }} errors {{ code }}
                }}
            }}"
        )
    };
    let by_teacher = |name: &str, input_type: &str| {
        make(
            &world,
            Role::Teacher,
            &mutation(name, input_type),
            input.clone(),
        )
    };
    let seen = || {
        let query = "query ($id: ID!) { assignment(id: $id) { title } }";
        let answer = world.ask(Role::Student, query, json!({ "id": id }));
        codes(&answer).is_empty()
    };
    let hidden = by_teacher("unpublishAssignment", "UnpublishAssignmentInput");
    assert_eq!(
        (field(&hidden, "published"), seen()),
        (&json!(false), false)
    );
    let shown = by_teacher("publishAssignment", "PublishAssignmentInput");
    assert_eq!((field(&shown, "published"), seen()), (&json!(true), true));
    let posted = by_teacher("postGrades", "PostGradesInput");
    assert!(field(&posted, "gradesPostedAt").is_string());
    let hidden = by_teacher("hideGrades", "HideGradesInput");
    assert!(field(&hidden, "gradesPostedAt").is_null());
}

/// A mutation of the extensions of an assignment.
fn of_extensions(name: &str, input_type: &str) -> String {
    format!(
        "mutation ($input: {input_type}!) {{
            {name}(input: $input) {{
                assignment {{
                    dueAt extensions {{ user {{ displayName }} dueAt lockAt extraAttempts }}
                }}
                errors {{ code field }}
            }}
        }}"
    )
}

/// An essay that is over, in a module, and the place of the student's extension.
fn over(world: &World) -> (Value, Value) {
    let input = json!({
        "courseId": world.course.to_string(), "moduleId": world.module().to_string(),
        "title": "Essay", "dueAt": "2023-11-14T11:00:00Z", "attemptsAllowed": 1,
    });
    let made = make(world, Role::Teacher, CREATE, input);
    let id = field(&made, "id").clone();
    let student = world.cast.user(Role::Student).to_string();
    let place = json!({ "assignmentId": id, "userId": student });
    (id, place)
}

fn with(place: &Value, more: Value) -> Value {
    let mut input = place.clone();
    let fields = more.as_object().unwrap().clone();
    input.as_object_mut().unwrap().extend(fields);
    input
}

#[test]
fn a_student_with_an_extension_sees_its_dates_wherever_dates_are_shown() {
    let world = World::new();
    let (id, place) = over(&world);
    let grant = of_extensions("grantExtension", "GrantExtensionInput");
    let given = json!({ "dueAt": "2023-11-20T12:00:00Z", "extraAttempts": 1 });
    make(&world, Role::Teacher, &grant, with(&place, given));
    let shown = |role| {
        let query = "query ($id: ID!, $course: ID!) {
            assignment(id: $id) { dueAt attemptsAllowed }
            course(id: $course) { modules { items { dueAt } } }
        }";
        let variables = json!({ "id": id, "course": world.course.to_string() });
        let data = world.ask(role, query, variables)["data"].clone();
        let item = &data["course"]["modules"][0]["items"][0];
        assert_eq!(data["assignment"]["dueAt"], item["dueAt"]);
        let attempts = data["assignment"]["attemptsAllowed"].clone();
        (item["dueAt"].clone(), attempts)
    };
    let own = (json!("2023-11-20T12:00:00Z"), json!(2));
    assert_eq!(shown(Role::Student), own);
    let usual = (json!("2023-11-14T11:00:00Z"), json!(1));
    for role in [Role::Teacher, Role::Observer] {
        assert_eq!(shown(role), usual, "{role}");
    }
    let answer = submit(&world, json!({ "assignmentId": id, "body": "In time." }));
    let submission = &answer["data"]["submitAssignment"]["submission"];
    assert_eq!(submission["late"], false);
}

#[test]
fn those_who_grade_give_change_and_revoke_extensions() {
    let world = World::new();
    let (id, place) = over(&world);
    let grant = of_extensions("grantExtension", "GrantExtensionInput");
    let given = json!({ "dueAt": "2023-11-20T12:00:00Z", "extraAttempts": 1 });
    let granted = make(&world, Role::Teacher, &grant, with(&place, given));
    let expected = json!({
        "dueAt": "2023-11-14T11:00:00Z",
        "extensions": [{
            "user": { "displayName": "The student" }, "dueAt": "2023-11-20T12:00:00Z",
            "lockAt": null, "extraAttempts": 1,
        }],
    });
    assert_eq!(granted["assignment"], expected);
    let update = of_extensions("updateExtension", "UpdateExtensionInput");
    let change = with(&place, json!({ "dueAt": null }));
    let changed = make(&world, Role::Teacher, &update, change);
    let left = json!([{
        "user": { "displayName": "The student" }, "dueAt": null, "lockAt": null, "extraAttempts": 1,
    }]);
    assert_eq!(*field(&changed, "extensions"), left);
    let revoke = of_extensions("revokeExtension", "RevokeExtensionInput");
    let revoked = make(&world, Role::Teacher, &revoke, place);
    assert_eq!(*field(&revoked, "extensions"), json!([]));
    let own = "query ($id: ID!) { assignment(id: $id) { extensions { dueAt } } }";
    let peeked = world.ask(Role::Student, own, json!({ "id": id }));
    assert_eq!(codes(&peeked), ["FORBIDDEN"]);
}

#[test]
fn a_draft_is_its_owners_alone_and_gone_when_handed_in() {
    let world = World::new();
    let id = world.assignment(None).to_string();
    let save = "mutation ($input: SaveDraftInput!) {
        saveDraft(input: $input) {
            assignment { viewerDraft { body url fileIds savedAt } } errors { code field }
        }
    }";
    let input = json!({ "assignmentId": id, "body": "It was", "url": "https://exa" });
    let saved = make(&world, Role::Student, save, input);
    let draft = json!({
        "body": "It was", "url": "https://exa", "fileIds": [], "savedAt": super::NOON,
    });
    assert_eq!(*field(&saved, "viewerDraft"), draft);
    let read = |role| {
        let query = "query ($id: ID!) { assignment(id: $id) { viewerDraft { body } } }";
        world.ask(role, query, json!({ "id": id }))["data"]["assignment"]["viewerDraft"].clone()
    };
    assert_eq!(read(Role::Student)["body"], "It was");
    assert_eq!(
        (read(Role::Teacher), read(Role::Observer)),
        (Value::Null, Value::Null)
    );
    submit(&world, json!({ "assignmentId": id, "body": "It was so." }));
    assert_eq!(read(Role::Student), Value::Null);
    make(
        &world,
        Role::Student,
        save,
        json!({ "assignmentId": id, "body": "Again" }),
    );
    let discard = "mutation ($input: DiscardDraftInput!) {
        discardDraft(input: $input) { assignment { viewerDraft { body } } errors { code } }
    }";
    let discarded = make(
        &world,
        Role::Student,
        discard,
        json!({ "assignmentId": id }),
    );
    assert_eq!(*field(&discarded, "viewerDraft"), Value::Null);
}

#[test]
fn a_student_is_excused_and_written_to_without_a_grade() {
    let world = World::new();
    let id = world.assignment(None).to_string();
    let student = world.cast.user(Role::Student).to_string();
    let place = json!({ "assignmentId": id, "userId": student });
    let mutation = |name: &str, input_type: &str| {
        format!(
            "mutation ($input: {input_type}!) {{
                {name}(input: $input) {{
                    assignment {{ excusedStudents {{ displayName }} }} errors {{ code }}
                }}
            }}"
        )
    };
    let excuse = mutation("excuseStudent", "ExcuseStudentInput");
    let excused = make(&world, Role::Assistant, &excuse, place.clone());
    assert_eq!(
        *field(&excused, "excusedStudents"),
        json!([{ "displayName": "The student" }])
    );
    let own = "query ($id: ID!) { assignment(id: $id) { excused } }";
    let own = || world.ask(Role::Student, own, json!({ "id": id }))["data"]["assignment"].clone();
    assert_eq!(own(), json!({ "excused": true }));
    let withdraw = mutation("withdrawExcuse", "WithdrawExcuseInput");
    make(&world, Role::Teacher, &withdraw, place);
    assert_eq!(own(), json!({ "excused": false }));

    let submission = submit(&world, json!({ "assignmentId": id, "body": "Mine." }));
    let submission = submission["data"]["submitAssignment"]["submission"]["id"].clone();
    let comment = "mutation ($input: CommentSubmissionInput!) {
        commentSubmission(input: $input) {
            comment { body author { displayName } writtenAt } errors { code field }
        }
    }";
    let input = json!({ "submissionId": submission, "body": "Which source?" });
    let written = make(&world, Role::Teacher, comment, input);
    let expected = json!({
        "body": "Which source?", "author": { "displayName": "The teacher" }, "writtenAt": super::NOON,
    });
    assert_eq!(written["comment"], expected);
    let read = "query ($id: ID!) { submission(id: $id) { grade { score } comments { body } } }";
    let seen = world.ask(Role::Student, read, json!({ "id": submission }));
    let expected = json!({ "grade": null, "comments": [{ "body": "Which source?" }] });
    assert_eq!(seen["data"]["submission"], expected);

    let delete = "mutation ($input: DeleteAssignmentInput!) {
        deleteAssignment(input: $input) { assignmentId errors { code } }
    }";
    let used = json!({ "input": { "assignmentId": id } });
    let refused_as_used = world.ask(Role::Teacher, delete, used);
    assert_eq!(
        refused(&refused_as_used, "deleteAssignment"),
        ["ASSIGNMENT_IN_USE"]
    );
    let other = world.assignment(None).to_string();
    let deleted = make(
        &world,
        Role::Teacher,
        delete,
        json!({ "assignmentId": other }),
    );
    assert_eq!(deleted["assignmentId"], other);
}
