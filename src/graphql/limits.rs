//! What a document may ask for, and how a refused one is answered.

use async_graphql::parser::types::{ExecutableDocument, Selection, SelectionSet};
use async_graphql::{Response, ServerError, Value};
use kernel::{Problem, ProblemKind};

use crate::socket;

/// The longest body of a request, in bytes.
pub(crate) const BODY_BYTES_MAX: usize = 256 * 1024;
/// How deep selections may be nested.
pub(crate) const DEPTH_MAX: usize = 8;
/// How deep selections and fragments may be nested before they are even looked at.
pub(crate) const RECURSION_MAX: usize = 32;
/// The most directives on one field.
pub(crate) const DIRECTIVES_MAX: usize = 10;
/// The most errors that one answer tells of: with them a refusal stays under 2 KiB.
const ERRORS_MAX: usize = 5;
/// The longest message that may quote a document, in bytes.
const MESSAGE_BYTES_MAX: usize = 200;

/// The document cannot be parsed.
pub(crate) const QUERY_SYNTAX: Problem = Problem::new(
    ProblemKind::Malformed,
    "QUERY_SYNTAX",
    "The document is not GraphQL.",
);
/// The document does not fit the schema.
pub(crate) const QUERY_INVALID: Problem = Problem::new(
    ProblemKind::Malformed,
    "QUERY_INVALID",
    "The document does not fit the schema.",
);
/// The document asks for a field that there is not.
const UNKNOWN_FIELD: Problem = Problem::new(
    ProblemKind::Malformed,
    "UNKNOWN_FIELD",
    "There is no such field.",
);
/// A variable or an argument has a value of another type.
const BAD_VARIABLE: Problem = Problem::new(
    ProblemKind::Malformed,
    "BAD_VARIABLE",
    "A variable or an argument has a value that does not fit its type.",
);
/// The document is nested too deeply.
pub(crate) const QUERY_TOO_DEEP: Problem = Problem::new(
    ProblemKind::Malformed,
    "QUERY_TOO_DEEP",
    "The document is nested too deeply: ask for less at once.",
);
/// The document is too long.
pub(crate) const TOO_MANY_TOKENS: Problem = Problem::new(
    ProblemKind::Malformed,
    "TOO_MANY_TOKENS",
    "A document has at most 2,000 tokens: send values as variables, and ask for less at once.",
);
/// The document asks for too much.
pub(crate) const QUERY_TOO_COMPLEX: Problem = Problem::new(
    ProblemKind::Malformed,
    "QUERY_TOO_COMPLEX",
    "The document may ask for at most 1,000 fields, lists counted as often as they are long: ask \
     for shorter pages or fewer fields.",
);
/// The answer would be too long.
pub(crate) const ANSWER_TOO_LARGE: Problem = Problem::new(
    ProblemKind::TooLarge,
    "ANSWER_TOO_LARGE",
    "The answer would hold more than 20,000 fields: ask for less at once.",
);
/// The document renames too many fields.
pub(crate) const TOO_MANY_ALIASES: Problem = Problem::new(
    ProblemKind::Malformed,
    "TOO_MANY_ALIASES",
    "A document has at most 30 aliases.",
);
/// The document asks too many questions.
pub(crate) const TOO_MANY_ROOT_FIELDS: Problem = Problem::new(
    ProblemKind::Malformed,
    "TOO_MANY_ROOT_FIELDS",
    "A document asks at most 10 questions, makes at most 5 changes, or follows one thing.",
);
/// The document holds several operations.
pub(crate) const TOO_MANY_OPERATIONS: Problem = Problem::new(
    ProblemKind::Malformed,
    "TOO_MANY_OPERATIONS",
    "A document holds one operation.",
);
/// A part of the document has too many directives.
pub(crate) const TOO_MANY_DIRECTIVES: Problem = Problem::new(
    ProblemKind::Malformed,
    "TOO_MANY_DIRECTIVES",
    "A field has at most 10 directives.",
);
/// Fragments spread each other in a circle.
pub(crate) const FRAGMENT_CYCLE: Problem = Problem::new(
    ProblemKind::Malformed,
    "FRAGMENT_CYCLE",
    "A fragment spreads itself, perhaps through others.",
);
/// No document is kept under the hash. The name and the sentence are those of the protocol.
pub(crate) const PERSISTED_QUERY_NOT_FOUND: Problem = Problem::new(
    ProblemKind::Malformed,
    "PERSISTED_QUERY_NOT_FOUND",
    "PersistedQueryNotFound",
);
/// The hash is not that of the document.
pub(crate) const PERSISTED_QUERY_MISMATCH: Problem = Problem::new(
    ProblemKind::Malformed,
    "PERSISTED_QUERY_MISMATCH",
    "The hash is not the SHA-256 of the query, in hexadecimal.",
);
/// The document asks about the schema.
const INTROSPECTION_DISABLED: Problem = Problem::new(
    ProblemKind::Malformed,
    "INTROSPECTION_DISABLED",
    "This server does not answer questions about its schema; it is published with the program.",
);
/// No registered operation has the name.
pub(crate) const OPERATION_UNKNOWN: Problem = Problem::new(
    ProblemKind::Malformed,
    "OPERATION_UNKNOWN",
    "There is no registered operation of this name, and no query to run instead.",
);
/// Nothing is asked.
pub(crate) const QUERY_MISSING: Problem = Problem::new(
    ProblemKind::Malformed,
    "QUERY_MISSING",
    "Send a query, or the operationName of a registered operation.",
);
/// The body is not JSON.
pub(crate) const INVALID_JSON: Problem = Problem::new(
    ProblemKind::Malformed,
    "INVALID_JSON",
    "The body is not JSON.",
);
/// The body is JSON, but no request.
pub(crate) const REQUEST_INVALID: Problem = Problem::new(
    ProblemKind::Malformed,
    "REQUEST_INVALID",
    "Send one object with query, operationName and variables.",
);
/// The body holds several requests.
pub(crate) const BATCHING_DISABLED: Problem = Problem::new(
    ProblemKind::Malformed,
    "BATCHING_DISABLED",
    "Send one operation a request.",
);
/// The body is too long.
pub(crate) const BODY_TOO_LARGE: Problem = Problem::new(
    ProblemKind::TooLarge,
    "BODY_TOO_LARGE",
    "The body of a request has at most 256 KiB.",
);
/// The body is not of the one type that is taken.
pub(crate) const MEDIA_TYPE_UNSUPPORTED: Problem = Problem::new(
    ProblemKind::Malformed,
    "MEDIA_TYPE_UNSUPPORTED",
    "Send the request as application/json.",
);
/// A subscription came over HTTP.
pub(crate) const SUBSCRIPTION_NEEDS_SOCKET: Problem = Problem::new(
    ProblemKind::Malformed,
    "SUBSCRIPTION_NEEDS_SOCKET",
    "Subscribe over a WebSocket at this address, in the protocol graphql-transport-ws.",
);
/// What came over the WebSocket is no subscription.
pub(crate) const SUBSCRIPTION_EXPECTED: Problem = Problem::new(
    ProblemKind::Malformed,
    "SUBSCRIPTION_EXPECTED",
    "Only subscriptions are taken here: send queries and mutations with POST.",
);
/// Only POST is taken.
pub(crate) const METHOD_NOT_ALLOWED: Problem = Problem::new(
    ProblemKind::Malformed,
    "METHOD_NOT_ALLOWED",
    "GraphQL is asked with POST.",
);

/// All reasons for which this face itself refuses, for the published list.
pub const PROBLEMS: &[Problem] = &[
    QUERY_SYNTAX,
    QUERY_INVALID,
    UNKNOWN_FIELD,
    BAD_VARIABLE,
    QUERY_TOO_DEEP,
    TOO_MANY_TOKENS,
    QUERY_TOO_COMPLEX,
    ANSWER_TOO_LARGE,
    TOO_MANY_ALIASES,
    TOO_MANY_ROOT_FIELDS,
    TOO_MANY_OPERATIONS,
    TOO_MANY_DIRECTIVES,
    FRAGMENT_CYCLE,
    PERSISTED_QUERY_NOT_FOUND,
    PERSISTED_QUERY_MISMATCH,
    INTROSPECTION_DISABLED,
    OPERATION_UNKNOWN,
    QUERY_MISSING,
    INVALID_JSON,
    REQUEST_INVALID,
    BATCHING_DISABLED,
    BODY_TOO_LARGE,
    MEDIA_TYPE_UNSUPPORTED,
    METHOD_NOT_ALLOWED,
    SUBSCRIPTION_NEEDS_SOCKET,
    SUBSCRIPTION_EXPECTED,
    socket::PROBLEMS[0],
    socket::PROBLEMS[1],
];

/// The refusal as an error of the document.
pub(crate) fn refusal(problem: Problem) -> ServerError {
    refused_because(problem, problem.sentence)
}

/// The refusal as an error of the document, with its particulars.
pub(crate) fn refused_because(problem: Problem, message: impl Into<String>) -> ServerError {
    let mut error = ServerError::new(message, None);
    error
        .extensions
        .get_or_insert_default()
        .set("code", problem.code);
    error
}

/// A document that cannot be parsed: where, not what, for the parser would quote all of it.
pub(crate) fn syntax_error(error: &ServerError) -> ServerError {
    if error.message.starts_with("recursion limit") {
        return refusal(QUERY_TOO_DEEP);
    }
    let Some(place) = error.locations.first() else {
        return refusal(QUERY_SYNTAX);
    };
    let (line, column) = (place.line, place.column);
    let message = format!("The document is not GraphQL at line {line}, column {column}.");
    ServerError {
        locations: error.locations.clone(),
        ..refused_because(QUERY_SYNTAX, message)
    }
}

/// Refuses a document that asks about the schema.
pub(crate) fn refuse_introspection(document: &ExecutableDocument) -> Result<(), ServerError> {
    let operations = document
        .operations
        .iter()
        .map(|(_, operation)| &operation.node.selection_set);
    let fragments = document
        .fragments
        .values()
        .map(|fragment| &fragment.node.selection_set);
    let mut sets: Vec<&SelectionSet> = operations.chain(fragments).map(|set| &set.node).collect();
    while let Some(set) = sets.pop() {
        for selection in &set.items {
            match &selection.node {
                Selection::Field(field) => {
                    if matches!(field.node.name.node.as_str(), "__schema" | "__type") {
                        return Err(refusal(INTROSPECTION_DISABLED));
                    }
                }
                Selection::InlineFragment(inline) => sets.push(&inline.node.selection_set.node),
                Selection::FragmentSpread(_) => {}
            }
        }
    }
    Ok(())
}

/// What the executor answered, as clients are told: each error with a code, none with more than a
/// line of the document, and no object without a field that it always has.
pub(crate) fn told(mut response: Response) -> Response {
    let breaks_the_schema =
        |error: &ServerError| !error.path.is_empty() && lacks(&response.data, error);
    if response.errors.iter().any(breaks_the_schema) {
        response.data = Value::Null;
    }
    response.errors.truncate(ERRORS_MAX);
    for error in &mut response.errors {
        if error
            .extensions
            .as_ref()
            .and_then(|told| told.get("code"))
            .is_none()
        {
            let problem = problem_of(error);
            error
                .extensions
                .get_or_insert_default()
                .set("code", problem.code);
            error
                .message
                .truncate(error.message.floor_char_boundary(MESSAGE_BYTES_MAX));
        }
    }
    response
}

/// Whether the document was refused without running it: by its form, or because no field of it
/// could be given the values of its variables. That a hash is not known yet is part of the
/// protocol and no refusal.
pub(crate) fn refused(response: &Response) -> bool {
    let asked_again = |error: &ServerError| error.message == PERSISTED_QUERY_NOT_FOUND.sentence;
    let of_form = |error: &ServerError| error.path.is_empty() || has_code(error, BAD_VARIABLE);
    let nothing_ran = if let Value::Object(fields) = &response.data {
        fields.values().all(|value| *value == Value::Null)
    } else {
        response.data == Value::Null
    };
    !response.errors.is_empty()
        && nothing_ran
        && (response.errors.iter()).all(|error| of_form(error) && !asked_again(error))
}

fn has_code(error: &ServerError, problem: Problem) -> bool {
    let code = error.extensions.as_ref().and_then(|told| told.get("code"));
    code == Some(&Value::from(problem.code))
}

/// Whether the field that failed is missing: the executor leaves a field out that has no value
/// although it must have one. The specification has the object around it null then, and so on
/// outwards; without knowing the types the outermost is always right to be null.
fn lacks(data: &Value, error: &ServerError) -> bool {
    use async_graphql::PathSegment::{Field, Index};
    let mut value = data;
    for segment in &error.path {
        let next = match (value, segment) {
            (Value::Object(fields), Field(name)) => fields.get(name.as_str()),
            (Value::List(items), Index(place)) => items.get(*place),
            _ => return false,
        };
        match next {
            Some(next) => value = next,
            None => return true,
        }
    }
    false
}

/// What the executor's own errors mean. It has no codes, only sentences.
fn problem_of(error: &ServerError) -> Problem {
    let message = error.message.as_str();
    let begins = |start| message.starts_with(start);
    if begins("Query is nested too deep") || begins("The recursion depth") {
        QUERY_TOO_DEEP
    } else if begins("Unknown field") {
        UNKNOWN_FIELD
    } else if begins("Invalid value for argument") || !error.path.is_empty() {
        BAD_VARIABLE
    } else if begins("Unknown operation") {
        OPERATION_UNKNOWN
    } else {
        QUERY_INVALID
    }
}
