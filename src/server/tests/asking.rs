//! Asking, and what comes of it in a word.

use app::App;
use axum::http::StatusCode;
use courses::catalog::{self, CourseId};
use kernel::problems;
use serde_json::Value;
use testkit::Role;

use super::operations::{Operation, Schema};
use super::world::{About, Ids, World};

/// What somebody was answered.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Answer {
    pub(super) status: StatusCode,
    pub(super) body: Value,
    /// `yes`, or why not.
    pub(super) word: String,
}

impl World {
    /// Does it as somebody of this role. What changes is tried in a school of its own.
    pub(super) fn tries(
        &self,
        schema: &Schema,
        operation: &Operation,
        (role, ids): (Role, &Ids),
    ) -> Answer {
        let app = if operation.changes() {
            self.cast.school.fork()
        } else {
            self.cast.school.app.clone()
        };
        let answer = self.tries_in(&app, (schema, operation), (role, ids));
        if operation.changes() {
            self.keep_told(&app);
        }
        answer
    }

    /// Does it in this school as somebody of this role.
    pub(super) fn tries_in(
        &self,
        app: &App,
        (schema, operation): (&Schema, &Operation),
        (role, ids): (Role, &Ids),
    ) -> Answer {
        let actor = self.cast.actor(role);
        if let Some(request) = operation.request(ids) {
            let (status, body) = self.rest(app, actor, request);
            let word = of_route(status, &body);
            return Answer { status, body, word };
        }
        let (document, variables) = operation
            .document(schema, ids)
            .expect("what is no route is a field");
        if operation.follows() {
            let body = self.follows(app, &actor, (&document, &variables));
            let code = body["errors"][0]["extensions"]["code"].as_str();
            let word = code.map_or_else(|| "yes".to_owned(), word);
            let status = StatusCode::OK;
            return Answer { status, body, word };
        }
        let body = self.graphql(app, actor, &document, &variables);
        Answer {
            status: StatusCode::OK,
            word: of_field(&body, &operation.name()),
            body,
        }
    }

    /// Whether somebody sees the course that something is about. Where they do, a change may be
    /// refused because something else that it names is not there.
    pub(super) fn sees_course(&self, role: Role, about: About) -> bool {
        let id = self.ids(role, about)["courseId"].clone();
        let id: CourseId = id.parse().expect("it is the id of a course");
        let snapshot = self.cast.school.app.snapshot();
        let viewed = catalog::view(&snapshot, &self.cast.actor(role), id);
        viewed.expect("records can be read").is_some()
    }

    /// The answer to the same about what there is not.
    pub(super) fn tries_missing(
        &self,
        schema: &Schema,
        operation: &Operation,
        (role, about): (Role, About),
    ) -> Answer {
        let missing = |id: String| match id.split_once('_') {
            Some((kind, _)) => format!("{kind}_01h455vb4pex5vsknk084sn02q"),
            None => id,
        };
        let ids = self.ids(role, about).into_iter();
        let ids = ids.map(|(name, id)| (name, missing(id))).collect();
        self.tries(schema, operation, (role, &ids))
    }
}

fn of_route(status: StatusCode, body: &Value) -> String {
    if status.is_success() {
        return "yes".to_owned();
    }
    body["code"]
        .as_str()
        .map_or_else(|| status.as_u16().to_string(), word)
}

fn of_field(body: &Value, name: &str) -> String {
    if let Some(code) = body["errors"][0]["extensions"]["code"].as_str() {
        return word(code);
    }
    let told = &body["data"][name];
    if told.is_null() {
        return "nothing".to_owned();
    }
    told["errors"][0]["code"]
        .as_str()
        .map_or_else(|| "yes".to_owned(), word)
}

fn word(code: &str) -> String {
    match code {
        code if code == problems::UNAUTHENTICATED.code => "sign-in".to_owned(),
        code if code == problems::FORBIDDEN.code => "no".to_owned(),
        code if code == problems::NOT_FOUND.code => "unseen".to_owned(),
        code => code.to_owned(),
    }
}
