//! Who sees which fields of what they see, as the second part of the table.
//!
//! Each field of each type is asked for by somebody of each role. Those that are there for whoever
//! sees the object are listed with it; every other has a row.

use std::collections::BTreeMap;
use std::fmt::Write as _;

use serde_json::{Value, json};

use super::operations::{Schema, innermost};
use super::world::{About, ROLES, World};

/// How an object of each type is come by.
const WAYS: &[(&str, &str)] = &[
    (
        "AnalyticsDashboard",
        "analyticsDashboard(courseId: $courseId) { @ }",
    ),
    ("Assignment", "assignment(id: $assignmentId) { @ }"),
    ("AuditEvent", "auditEvents { nodes { @ } }"),
    ("Course", "course(id: $courseId) { @ }"),
    (
        "DiscussionPost",
        "node(id: $postId) { ... on DiscussionPost { @ } }",
    ),
    ("DiscussionTopic", "topic(id: $topicId) { @ }"),
    (
        "Draft",
        "assignment(id: $assignmentId) { viewerDraft { @ } }",
    ),
    (
        "Enrollment",
        "user(id: $userId) { enrollments { nodes { @ } } }",
    ),
    (
        "Extension",
        "assignment(id: $assignmentId) { extensions { @ } }",
    ),
    ("File", "node(id: $fileId) { ... on File { @ } }"),
    ("Grade", "submission(id: $submissionId) { grade { @ } }"),
    ("Module", "course(id: $courseId) { modules { @ } }"),
    (
        "ModuleItem",
        "course(id: $courseId) { modules { items { @ } } }",
    ),
    ("Page", "page(id: $pageId) { @ }"),
    (
        "SearchResult",
        "searchContent(query: \"cells\", filter: { courseId: $courseId }) { nodes { @ } }",
    ),
    (
        "Section",
        "course(id: $courseId) { sections { nodes { @ } } }",
    ),
    ("Session", "sessions(userId: $userId) { @ }"),
    ("Submission", "submission(id: $submissionId) { @ }"),
    (
        "SubmissionComment",
        "submission(id: $submissionId) { comments { @ } }",
    ),
    ("Term", "term(id: $termId) { @ }"),
    ("User", "user(id: $userId) { @ }"),
];
/// Types that only stand in one other, and are seen with it.
const PARTS: &[&str] = &[
    "AtRiskStudent",
    "AuditEventPage",
    "CourseActivity",
    "CourseCount",
    "DayActivity",
    "GradedSubmission",
    "KindCount",
    "LatePenalty",
    "LoggedEvent",
    "NewDiscussionPost",
    "PageInfo",
    "Progress",
    "ScoreBand",
    "Suggestion",
    "UserError",
];

const ABOVE: &str = "
# Who sees which fields

A cell has four signs, for the four chapters above: `+` there, `-` empty, `!` refused, `.` the object itself is not
seen. The first row of a type is the object; a field has a row where it is not simply as the object is.
";

/// The second part of the table.
pub(super) fn table(world: &World, schema: &Schema) -> String {
    let mut text = ABOVE.to_owned();
    write!(text, "\n| |").unwrap();
    for role in ROLES {
        write!(text, " {role} |").unwrap();
    }
    writeln!(text, "\n|{}", " --- |".repeat(ROLES.len() + 1)).unwrap();
    for kind in schema.object_types() {
        let way = WAYS.iter().find(|(of, _)| *of == kind);
        let Some((_, way)) = way else {
            let is_known = PARTS.contains(&kind)
                || ["Payload", "Connection", "Edge"]
                    .iter()
                    .any(|end| kind.ends_with(end));
            assert!(
                is_known,
                "say in src/server/tests/fields.rs how a {kind} is come by, or that it is a part"
            );
            continue;
        };
        of_type(world, schema, (kind, way), &mut text);
    }
    text
}

fn of_type(world: &World, schema: &Schema, (kind, way): (&str, &str), text: &mut String) {
    let fields: Vec<(&str, String)> = {
        let fields = schema.fields(kind).iter();
        fields
            .filter_map(|field| selection(schema, field))
            .collect()
    };
    let mut signs: BTreeMap<&str, Vec<String>> = BTreeMap::new();
    let mut of_object = Vec::new();
    for role in ROLES {
        let mut object = String::new();
        let mut cells = vec![String::new(); fields.len()];
        for about in About::ALL {
            let ids = world.ids(role, about);
            let (mut declared, mut variables) = (String::new(), json!({}));
            for (name, id) in &ids {
                if [")", " }"]
                    .iter()
                    .any(|end| way.contains(&format!("${name}{end}")))
                {
                    write!(declared, "${name}: ID! ").unwrap();
                    variables[*name] = json!(id);
                }
            }
            let selected: Vec<&str> = fields.iter().map(|(_, shown)| shown.as_str()).collect();
            let selected = format!("__typename {}", selected.join(" "));
            let filled = way.replace('@', &selected);
            let document = format!("query ({declared}) {{ {filled} }}");
            let app = &world.cast.school.app;
            let answer = world.graphql(app, world.cast.actor(role), &document, &variables);
            let code = &answer["errors"][0]["extensions"]["code"];
            assert!(!is_malformed(code), "{document}: {answer}");
            let refused = refused_fields(&answer);
            let seen = find(&answer["data"], kind);
            object.push(if seen.is_some() { '+' } else { '.' });
            for ((name, _), cell) in fields.iter().zip(&mut cells) {
                cell.push(match seen {
                    None => '.',
                    Some(_) if refused.contains(name) => '!',
                    Some(seen) if seen[*name].is_null() => '-',
                    Some(_) => '+',
                });
            }
        }
        of_object.push(object);
        for ((name, _), cell) in fields.iter().zip(cells) {
            signs.entry(name).or_default().push(cell);
        }
    }
    row(text, &format!("**{kind}**"), &of_object);
    for (name, cells) in signs {
        if cells != of_object {
            row(text, &format!("`{kind}.{name}`"), &cells);
        }
    }
}

fn row(text: &mut String, name: &str, cells: &[String]) {
    writeln!(text, "| {name} | {} |", cells.join(" | ")).unwrap();
}

/// A field, and how it is asked for; nothing where it needs an argument.
fn selection<'a>(schema: &Schema, field: &'a Value) -> Option<(&'a str, String)> {
    let name = field["name"].as_str()?;
    let mut arguments = field["args"].as_array()?.iter();
    if arguments.any(|one| one["type"]["kind"] == "NON_NULL" && one["defaultValue"].is_null()) {
        return None;
    }
    let named = innermost(&field["type"]);
    let shown = if schema.is_leaf(named) {
        name.to_owned()
    } else if named.ends_with("Connection") {
        format!("{name} {{ totalCount }}")
    } else {
        format!("{name} {{ __typename }}")
    };
    Some((name, shown))
}

/// The object of this type in an answer, the first of several.
fn find<'a>(value: &'a Value, kind: &str) -> Option<&'a Value> {
    match value {
        Value::Object(fields) if fields.len() > 1 && fields["__typename"] == kind => Some(value),
        Value::Object(fields) => fields.values().find_map(|value| find(value, kind)),
        Value::Array(items) => items.iter().find_map(|value| find(value, kind)),
        Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) => None,
    }
}

/// Whether the question itself was refused: then the table would tell of nothing.
fn is_malformed(code: &Value) -> bool {
    let problems = graphql::PROBLEMS.iter();
    let mut malformed = problems.filter(|problem| problem.kind == kernel::ProblemKind::Malformed);
    malformed.any(|problem| problem.code == code)
}

/// The names of the fields that were refused.
fn refused_fields(answer: &Value) -> Vec<&str> {
    let errors = answer["errors"].as_array();
    let errors = errors.into_iter().flatten();
    errors
        .filter_map(|error| error["path"].as_array()?.last()?.as_str())
        .collect()
}
