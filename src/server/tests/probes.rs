//! Ten thousand questions by chance about what may or may not be seen: whatever is hidden is
//! answered exactly as what there is not.

use std::collections::BTreeMap;

use axum::body::Body;
use axum::http::Request;
use rand::rngs::StdRng;
use rand::{Rng, SeedableRng};
use serde_json::{Value, json};
use testkit::Role;

use super::world::{About, ROLES, World};

/// How many questions are asked.
const PROBES: usize = 10_000;

/// The questions: what is asked for, and the record whose id is given.
const QUESTIONS: [(&str, &str); 10] = [
    ("course", "courseId"),
    ("page", "pageId"),
    ("assignment", "assignmentId"),
    ("submission", "submissionId"),
    ("topic", "topicId"),
    ("node", "courseId"),
    ("node", "fileId"),
    ("node", "submissionId"),
    ("node", "postId"),
    ("/api/courses/", "courseId"),
];

/// Whether somebody sees a record, by what the words of the roles mean.
fn sees(role: Role, about: About, (what, record): (&str, &str)) -> bool {
    let in_course = matches!(about, About::Own | About::Theirs)
        && !matches!(role, Role::Nobody | Role::Member | Role::Staff);
    let grades = matches!(role, Role::Assistant | Role::Teacher) && in_course;
    let is_own = role == Role::Student && about == About::Own;
    match record {
        _ if role == Role::Admin => true,
        "submissionId" => grades || is_own,
        "topicId" | "postId" => in_course,
        "courseId" | "pageId" if role == Role::Nobody => about == About::Public && what != "node",
        _ => in_course || (about == About::Public && role != Role::Nobody),
    }
}

fn ask(world: &World, role: Role, what: &str, id: &str) -> Value {
    let (app, actor) = (&world.cast.school.app, world.cast.actor(role));
    if what.starts_with('/') {
        let request = Request::get(format!("{what}{id}")).body(Body::empty());
        let (status, body) = world.rest(app, actor, request.unwrap());
        return json!({ "status": status.as_u16(), "data": { what: body } });
    }
    let document = format!("query ($id: ID!) {{ {what}(id: $id) {{ id }} }}");
    world.graphql(app, actor, &document, &json!({ "id": id }))
}

#[test]
fn whatever_is_hidden_is_answered_as_what_there_is_not() {
    let world = World::new();
    let mut rng = StdRng::seed_from_u64(7);
    let mut missing: BTreeMap<(Role, &str, &str), Value> = BTreeMap::new();
    let (mut known, mut shown) = (BTreeMap::new(), 0);
    for _ in 0..PROBES {
        let role = ROLES[rng.random_range(0..ROLES.len())];
        let about = About::ALL[rng.random_range(0..About::ALL.len())];
        let (what, record) = QUESTIONS[rng.random_range(0..QUESTIONS.len())];
        let ids = known.entry((role, about));
        let ids = ids.or_insert_with(|| world.ids(role, about));
        let mut id = ids[record].clone();
        let real = rng.random_bool(0.8);
        if !real {
            // One digit is another: an id of the same form that nothing has.
            let digit = id.pop().unwrap();
            id.push(if digit == '0' { '1' } else { '0' });
        }
        let answer = ask(&world, role, what, &id);
        if real && sees(role, about, (what, record)) {
            assert_eq!(
                answer["data"][what]["id"], id,
                "{role} {about:?} {what}: {answer}"
            );
            shown += 1;
            continue;
        }
        let (kind, _) = id.split_once('_').unwrap();
        let none = format!("{kind}_01h455vb4pex5vsknk084sn02q");
        let nothing = missing
            .entry((role, what, record))
            .or_insert_with(|| ask(&world, role, what, &none));
        assert_eq!(answer, *nothing, "{role} {about:?} {what} {record}");
    }
    assert!(shown > PROBES / 5, "only {shown} were shown");
}
