//! Open courses, terms and sections, through documents.

use community::discussions::{CreateTopic, NewTopic};
use courses::catalog::{CourseId, CreateCourse, NewCourse, PublishCourse, Visibility};
use courses::markup::SafeHtml;
use courses::pages::CreatePage;
use serde_json::{Value, json};
use testkit::Role;

use super::{World, codes, is_not_found, refused};

/// A published course that is shown to these, in which nobody is.
fn open(world: &World, visibility: Visibility) -> CourseId {
    let course = NewCourse::titled("OPEN-1", "For all").unwrap();
    let course = world.given(CreateCourse {
        course: course.visibility(visibility),
        idempotency_key: None,
    });
    world.given(PublishCourse { course });
    course
}

const COURSE: &str = "query ($id: ID!) { course(id: $id) {
    title description visibility instructors { id displayName } enrollmentCount
    modules { title items { title completed } } viewerProgress { totalItems } viewerRole
} }";

#[test]
fn who_is_not_in_an_open_course_reads_it_and_nothing_of_its_people() {
    let mut world = World::new();
    world.course = open(&world, Visibility::School);
    let course = world.course;
    let page = CreatePage {
        course,
        module: Some(world.module()),
        title: "Welcome".to_owned(),
        body: SafeHtml::default(),
        estimated_minutes: None,
        published: true,
    };
    let page = world.given(page).to_string();
    let essay = world.assignment(None).to_string();
    let topic = world.given(CreateTopic {
        course,
        module: None,
        topic: NewTopic::titled("Week one", SafeHtml::default(), true).unwrap(),
    });
    let ask = |query, id: &str| world.ask(Role::Member, query, json!({ "id": id }));
    let seen = ask(COURSE, &course.to_string());
    assert_eq!(codes(&seen), Vec::<&str>::new(), "{seen}");
    let seen = &seen["data"]["course"];
    assert_eq!(seen["visibility"], "SCHOOL");
    assert_eq!(
        seen["modules"][0]["items"][0],
        json!({ "title": "Welcome", "completed": null })
    );
    assert_eq!(
        (&seen["viewerProgress"], &seen["viewerRole"]),
        (&Value::Null, &Value::Null)
    );
    let read = ask("query ($id: ID!) { page(id: $id) { title } }", &page);
    assert_eq!(read["data"]["page"]["title"], "Welcome");
    let set = "query ($id: ID!) { assignment(id: $id) { title viewerSubmissions { id } } }";
    let set = ask(set, &essay);
    assert_eq!(set["data"]["assignment"]["viewerSubmissions"], json!([]));
    let all = "query ($id: ID!) { assignment(id: $id) { submissions { totalCount } } }";
    assert_eq!(codes(&ask(all, &essay)), ["FORBIDDEN"]);
    let talk = "query ($id: ID!) { topic(id: $id) { title } }";
    assert!(is_not_found(&ask(talk, &topic.to_string()), "topic"));
    let classes = "query ($id: ID!) { course(id: $id) { sections { totalCount } } }";
    assert_eq!(codes(&ask(classes, &course.to_string())), ["FORBIDDEN"]);
    let work = json!({ "input": { "assignmentId": essay, "body": "Mine" } });
    let handed_in = world.operation(Role::Member, "submitAssignment", work);
    assert_eq!(codes(&handed_in), ["FORBIDDEN"]);
    let said = json!({ "input": { "topicId": topic.to_string(), "body": "Hello" } });
    let said = world.operation(Role::Member, "createDiscussionPost", said);
    assert_eq!(codes(&said), ["NOT_FOUND"]);
    let nobody = world.ask(Role::Nobody, COURSE, json!({ "id": course.to_string() }));
    assert_eq!(codes(&nobody), ["UNAUTHENTICATED"]);
}

#[test]
fn a_public_course_is_read_without_signing_in() {
    let world = World::new();
    let course = open(&world, Visibility::Public);
    let page = |published| CreatePage {
        course,
        module: None,
        title: "Welcome".to_owned(),
        body: SafeHtml::default(),
        estimated_minutes: None,
        published,
    };
    let (shown, hidden) = (world.given(page(true)), world.given(page(false)));
    let ask = |query, variables| world.ask(Role::Nobody, query, variables);
    let seen = ask(COURSE, json!({ "id": course.to_string() }));
    assert_eq!(seen["data"]["course"]["title"], "For all", "{seen}");
    let list = "{ courses { totalCount nodes { code } } }";
    let expected = json!({ "totalCount": 1, "nodes": [{ "code": "OPEN-1" }] });
    assert_eq!(ask(list, json!({}))["data"]["courses"], expected);
    let read = "query ($id: ID!) { page(id: $id) { title } }";
    let answer = ask(read, json!({ "id": shown.to_string() }));
    assert_eq!(answer["data"]["page"]["title"], "Welcome");
    for id in [
        hidden.to_string(),
        "page_01h455vb4pex5vsknk084sn02q".to_owned(),
    ] {
        assert_eq!(codes(&ask(read, json!({ "id": id }))), ["UNAUTHENTICATED"]);
    }
    let mine = "{ courses(filter: { mine: true }) { totalCount } }";
    assert_eq!(codes(&ask(mine, json!({}))), ["UNAUTHENTICATED"]);
    let essay = world.assignment(None).to_string();
    let work = json!({ "input": { "assignmentId": essay, "body": "Mine" } });
    let handed_in = world.operation(Role::Nobody, "submitAssignment", work);
    assert_eq!(codes(&handed_in), ["UNAUTHENTICATED"]);
}

#[test]
fn terms_are_kept_by_administrators_and_named_by_courses() {
    let world = World::new();
    let create = "mutation ($input: CreateTermInput!) {
        createTerm(input: $input) { term { id name parent { name } externalId } errors { code field } }
    }";
    let make = |input: Value| world.ask(Role::Admin, create, json!({ "input": input }));
    let year = make(json!({ "name": "2026", "externalId": "y26", "idempotencyKey": "k" }));
    let year = &year["data"]["createTerm"]["term"];
    assert_eq!(year["externalId"], "y26");
    let again = make(json!({ "name": "2026", "externalId": "y26", "idempotencyKey": "k" }));
    assert_eq!(&again["data"]["createTerm"]["term"], year);
    let half = make(json!({ "name": "First half", "parentId": year["id"] }));
    let half = &half["data"]["createTerm"]["term"];
    assert_eq!(half["parent"]["name"], "2026");
    assert_eq!(
        refused(&make(json!({ "name": "" })), "createTerm"),
        ["TITLE_INVALID"]
    );
    let course =
        json!({ "code": "CS-9", "title": "Nine", "termId": half["id"], "visibility": "SCHOOL" });
    let document = "mutation ($input: CreateCourseInput!) {
        createCourse(input: $input) { course { visibility term { name externalId } } errors { code } }
    }";
    let made = world.ask(Role::Staff, document, json!({ "input": course }));
    assert_eq!(
        made["data"]["createCourse"]["course"],
        json!({ "visibility": "SCHOOL", "term": { "name": "First half", "externalId": null } })
    );
    let delete =
        "mutation ($id: ID!) { deleteTerm(input: { termId: $id }) { deletedId errors { code } } }";
    let delete = |id: &Value| world.ask(Role::Admin, delete, json!({ "id": id }));
    assert_eq!(refused(&delete(&half["id"]), "deleteTerm"), ["TERM_IN_USE"]);
    let update = "mutation ($input: UpdateTermInput!) {
        updateTerm(input: $input) { term { name parent { name } } errors { code } }
    }";
    let input = json!({ "termId": half["id"], "name": "Autumn", "parentId": null });
    let updated = world.ask(Role::Admin, update, json!({ "input": input }));
    assert_eq!(
        updated["data"]["updateTerm"]["term"],
        json!({ "name": "Autumn", "parent": null })
    );
    assert_eq!(
        delete(&year["id"])["data"]["deleteTerm"]["deletedId"],
        year["id"]
    );
    let list = "{ terms { totalCount nodes { name externalId } } }";
    let expected = json!({ "totalCount": 1, "nodes": [{ "name": "Autumn", "externalId": null }] });
    assert_eq!(
        world.ask(Role::Student, list, json!({}))["data"]["terms"],
        expected
    );
    let one = "query ($id: ID!) { term(id: $id) { name } }";
    let one = |role| world.ask(role, one, json!({ "id": half["id"] }));
    assert_eq!(one(Role::Student)["data"]["term"]["name"], "Autumn");
    assert_eq!(codes(&one(Role::Nobody)), ["UNAUTHENTICATED"]);
}

#[test]
fn sections_are_kept_by_instructors_and_named_by_enrolments() {
    let world = World::new();
    let course = world.course.to_string();
    let create = "mutation ($input: CreateSectionInput!) {
        createSection(input: $input) { section { id name externalId course { code } } errors { code } }
    }";
    let input = json!({ "courseId": course, "name": "Morning", "externalId": "c1" });
    let made = world.ask(Role::Teacher, create, json!({ "input": input }));
    let section = &made["data"]["createSection"]["section"];
    assert_eq!(
        (&section["name"], &section["externalId"]),
        (&json!("Morning"), &json!("c1"))
    );
    let enroll = "mutation ($input: EnrollUserInput!) {
        enrollUser(input: $input) { enrollment { section { name } } errors { code } }
    }";
    let input = json!({
        "courseId": course, "userId": world.cast.user(Role::Member).to_string(),
        "role": "STUDENT", "sectionId": section["id"],
    });
    let enrolled = world.ask(Role::Teacher, enroll, json!({ "input": input }));
    assert_eq!(
        enrolled["data"]["enrollUser"]["enrollment"]["section"]["name"],
        "Morning"
    );
    let update = "mutation ($input: UpdateSectionInput!) {
        updateSection(input: $input) { section { name externalId } errors { code } }
    }";
    let input = json!({ "sectionId": section["id"], "name": "Evening", "externalId": null });
    let updated = world.ask(Role::Teacher, update, json!({ "input": input }));
    assert_eq!(
        updated["data"]["updateSection"]["section"],
        json!({ "name": "Evening", "externalId": null })
    );
    let delete = "mutation ($id: ID!) { deleteSection(input: { sectionId: $id }) { deletedId errors { code } } }";
    let deleted = world.ask(Role::Teacher, delete, json!({ "id": section["id"] }));
    assert_eq!(refused(&deleted, "deleteSection"), ["SECTION_IN_USE"]);
    let list = "query ($id: ID!) { course(id: $id) { sections { nodes { name } } } }";
    let list = world.ask(Role::Student, list, json!({ "id": course }));
    assert_eq!(
        list["data"]["course"]["sections"]["nodes"],
        json!([{ "name": "Evening" }])
    );
}
