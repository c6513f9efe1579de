//! Who may do what, as a table that people can read: `schema/permissions.md`.
//!
//! Everything that the schema and the routes offer is tried by somebody of each role, about four
//! kinds of things; then each field of what they see. What is new is in the table as soon as it is made anew; what changes shows.

use std::fmt::Write as _;
use std::path::Path;

use super::fields;
use super::operations::Schema;
use super::world::{About, ROLES, World};

const ABOVE: &str = "# Who may do what

Tried by the tests, for every field of the schema's roots and every route, by somebody of each role. `yes`: it is
done or shown. `sign-in`, `no`, `unseen`: refused with `UNAUTHENTICATED`, `FORBIDDEN`, `NOT_FOUND`. Another word is the
code of another refusal: whoever gets it may do it, but not so. Students, observers, designers, assistants and teachers
are in the course that is theirs; members, staff and administrators are in none.
";

#[test]
fn the_published_table_of_permissions_is_what_happens() {
    let world = World::new();
    let schema = Schema::read(|document| {
        let admin = world.cast.actor(testkit::Role::Admin);
        let app = &world.cast.school.app;
        world.graphql(app, admin, document, &serde_json::Value::Null)
    });
    let (mut text, mut leaks) = (ABOVE.to_owned(), Vec::new());
    for about in About::ALL {
        write!(text, "\n## {}\n\n| |", about.title()).unwrap();
        for role in ROLES {
            write!(text, " {role} |").unwrap();
        }
        text.push_str("\n|");
        text.push_str(&" --- |".repeat(ROLES.len() + 1));
        text.push('\n');
        for operation in schema.operations() {
            let ids = world.ids(testkit::Role::Teacher, about);
            if about != About::Own && !operation.is_about_something(&schema, &ids) {
                continue;
            }
            write!(text, "| `{}` |", operation.name()).unwrap();
            for role in ROLES {
                let ids = world.ids(role, about);
                let answer = world.tries(&schema, &operation, (role, &ids));
                let named = operation.name();
                assert!(
                    !answer.status.is_server_error() && answer.word != "INTERNAL",
                    "{named} by {role}: {answer:?}"
                );
                let hidden = !world.sees_course(role, about);
                let hides = match answer.word.as_str() {
                    "unseen" => hidden || !operation.changes(),
                    "no" => hidden,
                    _ => false,
                };
                // Of one's own things some may be missing where others are seen.
                if hides && about != About::Own {
                    let missing = world.tries_missing(&schema, &operation, (role, about));
                    if answer != missing {
                        let (told, missing) = (answer.body, missing.body);
                        leaks.push(format!(
                            "{named} by {role}: {told}, of what is not: {missing}"
                        ));
                    }
                }
                write!(text, " {} |", answer.word).unwrap();
            }
            text.push('\n');
        }
    }
    assert!(
        leaks.is_empty(),
        "what is hidden tells that it is there:\n{}",
        leaks.join("\n")
    );
    text += &fields::table(&world, &schema);
    compare("schema/permissions.md", &text);
}

/// The committed text must be this one. A file that is missing is written, to be looked at.
fn compare(name: &str, text: &str) {
    let path = Path::new(env!("CARGO_MANIFEST_DIR"))
        .join("../..")
        .join(name);
    let Ok(committed) = fs_err::read_to_string(&path) else {
        fs_err::write(&path, text).unwrap();
        panic!("{name} was missing and has been written: look at it and commit it");
    };
    let differ = committed.lines().zip(text.lines()).find(|(a, b)| a != b);
    assert!(
        committed == text,
        "{name} is not what happens any more, first at {differ:?}: remove it, run this test, and \
         look at what it writes"
    );
}
