//! Whether what is published of events is what happens: each is told by something that people can
//! do, and in the form that it is said to have.

use std::collections::{BTreeMap, BTreeSet};

use app::EventType;
use serde_json::Value;
use testkit::Role;

use super::operations::Schema;
use super::world::{About, World};
use crate::school::features;

/// Events that are told in other ways than by one thing asked of the school of the tests. Whoever
/// finds a way to have one told there takes it out.
const ELSEWHERE: &[&str] = &[
    "edusphere.analytics.page_viewed",
    "edusphere.analytics.time_zone_set",
    "edusphere.assignments.deleted",
    "edusphere.assignments.extension_updated",
    "edusphere.courses.deleted",
    "edusphere.courses.enrollment_updated",
    "edusphere.courses.items_reordered",
    "edusphere.courses.modules_reordered",
    "edusphere.courses.post_withdrawn",
    "edusphere.courses.restored",
    "edusphere.courses.unpublished",
    "edusphere.users.roster_taken",
    "edusphere.users.sign_in_code_used",
    "edusphere.users.sign_in_locked",
];

#[test]
fn each_event_is_told_by_something_that_people_do_and_in_its_form() {
    let world = World::new();
    let schema = Schema::read(|document| {
        let app = &world.cast.school.app;
        world.graphql(app, world.cast.actor(Role::Admin), document, &Value::Null)
    });
    for operation in schema.operations().iter().filter(|one| one.changes()) {
        for role in [Role::Student, Role::Teacher, Role::Admin] {
            for about in [About::Own, About::Theirs] {
                let ids = world.ids(role, about);
                world.tries(&schema, operation, (role, &ids));
            }
        }
    }
    play_through(&world, &schema);
    let known: BTreeMap<&str, &EventType> = features()
        .iter()
        .flat_map(|feature| feature.events)
        .map(|event| (event.subject, event))
        .collect();
    let mut told = world.told();
    // What others publish into streams of their own has whatever form they like.
    told.retain(|message| message.subject.starts_with("edusphere."));
    for message in &told {
        let event = known.get(message.subject.as_str());
        let event = event.unwrap_or_else(|| panic!("{} is not registered", message.subject));
        let body: Value = serde_json::from_slice(&message.body).unwrap();
        require_form(event, message, &body);
    }
    let told: BTreeSet<&str> = told
        .iter()
        .map(|message| message.subject.as_str())
        .collect();
    let missing = known.keys().filter(|subject| !told.contains(*subject));
    let missing: Vec<&str> = missing.copied().collect();
    assert_eq!(missing, ELSEWHERE);
}

/// Does everything that ends nothing, twice in one school, so that what is done the second time
/// takes back or goes on with what was done the first time.
fn play_through(world: &World, schema: &Schema) {
    let app = world.cast.school.fork();
    let ids = world.ids(Role::Admin, About::Theirs);
    for _ in 0..2 {
        for operation in schema.operations().iter().filter(|one| one.changes()) {
            let name = operation.name().to_lowercase();
            let ends = ["delete", "remove", "archive", "end", "revoke"];
            if !ends.iter().any(|end| name.contains(end)) {
                world.tries_in(&app, (schema, operation), (Role::Admin, &ids));
            }
        }
    }
    world.keep_told(&app);
}

/// The body has the fields that it is said to have, and no others; and the key is the one.
fn require_form(event: &EventType, message: &app::Message, body: &Value) {
    let (subject, schema) = (event.subject, (event.schema)().to_value());
    assert_eq!(message.version, event.version, "{subject}");
    let fields = &schema["properties"];
    let key = if fields[event.key].is_null() {
        event.key
    } else {
        body[event.key].as_str().unwrap_or_default()
    };
    assert_eq!(message.key, key, "{subject}: {body}");
    for needed in schema["required"].as_array().into_iter().flatten() {
        assert!(
            !body[needed.as_str().unwrap()].is_null(),
            "{subject}: {body} without {needed}"
        );
    }
    for name in body.as_object().unwrap().keys() {
        assert!(
            fields[name].is_object(),
            "{subject}: `{name}` of {body} is not told of"
        );
    }
}
