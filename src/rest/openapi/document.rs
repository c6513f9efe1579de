//! The document itself.

use axum::http::StatusCode;
use schemars::SchemaGenerator;
use schemars::generate::SchemaSettings;
use serde_json::{Map, Value, json};

use super::{Answer, Content, Header, Operation, Shape, shape};
use crate::problem::Document;

/// What the interface is, for whoever reads the document.
const ABOUT: &str = "A learning platform in one program. GraphQL at /graphql has all of it; these \
    routes are for scripts, downloads and monitors. What somebody may not see is refused as what \
    does not exist. Refusals are problem documents (RFC 9457) whose `code` never changes; GraphQL \
    answers in its own form.";

/// What ids in paths are made of.
const ID: &str = "^[0-9a-z_]+$";

/// The description of these routes, as OpenAPI 3.1 in JSON.
pub fn document(operations: &[Operation]) -> Value {
    let mut settings = SchemaSettings::draft2020_12();
    settings.definitions_path = "/components/schemas".into();
    let mut bodies_in = settings.clone().for_deserialize().into_generator();
    let mut bodies_out = settings.for_serialize().into_generator();
    let mut paths = Map::new();
    for operation in operations {
        let described = operation.described(&mut bodies_in, &mut bodies_out);
        let path = paths.entry(operation.path).or_insert_with(|| json!({}));
        if let Some(path) = path.as_object_mut() {
            path.insert(operation.method().to_owned(), described);
        }
    }
    shape::<Document>(&mut bodies_out);
    let mut schemas = bodies_in.take_definitions(true);
    schemas.extend(bodies_out.take_definitions(true));
    json!({
        "openapi": "3.1.0",
        "info": {
            "title": "EduSphere",
            "version": env!("CARGO_PKG_VERSION"),
            "description": ABOUT,
            "license": { "name": "MIT OR Apache-2.0", "identifier": "MIT OR Apache-2.0" },
        },
        "servers": [{ "url": "/" }],
        "security": [{ "session": [] }],
        "paths": paths,
        "components": {
            "schemas": schemas,
            "securitySchemes": { "session": {
                "type": "http",
                "scheme": "bearer",
                "description": "The token that POST /api/auth/login answers.",
            } },
        },
    })
}

impl Operation {
    fn described(
        &self,
        shapes_in: &mut SchemaGenerator,
        shapes_out: &mut SchemaGenerator,
    ) -> Value {
        let mut described = Map::new();
        let mut tell = |name: &str, value: Value| described.insert(name.to_owned(), value);
        tell("operationId", self.id().into());
        tell("summary", self.summary.into());
        tell("tags", json!([self.tag()]));
        if self.open {
            tell("security", json!([{}, { "session": [] }]));
        }
        let parameters = self.parameters(shapes_in);
        if !parameters.is_empty() {
            tell("parameters", parameters.into());
        }
        if let Some(body) = &self.body {
            let body = json!({ "required": self.body_needed, "content": body.of(shapes_in) });
            tell("requestBody", body);
        }
        tell("responses", self.responses(shapes_out));
        described.into()
    }

    /// The parts of the path, without what all have in common.
    fn parts(&self) -> impl Iterator<Item = &'static str> + use<> {
        let parts = self.path.split('/').filter(|part| !part.is_empty());
        parts.skip_while(|part| *part == "api")
    }

    fn tag(&self) -> &'static str {
        self.parts().next().unwrap_or("api")
    }

    /// `get_courses_id_files`: what generated clients name a function by.
    fn id(&self) -> String {
        let mut id = self.method().to_owned();
        let aliased = self.path.starts_with("/api/graphql") || self.path == "/api/health";
        for part in aliased.then_some("api").into_iter().chain(self.parts()) {
            id.push('_');
            id.extend(part.chars().filter_map(|c| match c {
                '-' | '.' => Some('_'),
                '{' | '}' => None,
                c => Some(c),
            }));
        }
        id
    }

    fn parameters(&self, shapes: &mut SchemaGenerator) -> Vec<Value> {
        let named = self.path.split('/').filter_map(|part| {
            let name = part.strip_prefix('{')?.strip_suffix('}')?;
            let schema = json!({ "type": "string", "pattern": ID });
            Some(json!({ "name": name, "in": "path", "required": true, "schema": schema }))
        });
        let mut parameters: Vec<Value> = named.collect();
        parameters.extend(
            self.query
                .into_iter()
                .flat_map(|query| in_query(query, shapes)),
        );
        parameters.extend(self.headers.iter().map(Header::described));
        parameters
    }

    fn responses(&self, shapes: &mut SchemaGenerator) -> Value {
        let mut responses = Map::new();
        for Answer {
            status,
            says,
            content,
        } in &self.answers
        {
            let answer = match content {
                Some(content) => json!({ "description": says, "content": content.of(shapes) }),
                None => json!({ "description": says }),
            };
            responses.insert(status.to_string(), answer);
        }
        for status in self.refused_with() {
            let reason = StatusCode::from_u16(status).ok();
            let reason = reason.and_then(|status| status.canonical_reason());
            let says = reason.unwrap_or("Refused");
            let refused = match self.refusal {
                Some(own) => json!({
                    "description": says,
                    "content": {
                        "application/json": { "schema": own(shapes) },
                        "application/problem+json": { "schema": problem_schema() },
                    },
                }),
                None => problem(says),
            };
            responses.insert(status.to_string(), refused);
        }
        responses.insert(
            "default".to_owned(),
            problem("Refused for another reason: too many requests, or a fault on our side."),
        );
        responses.into()
    }

    /// The statuses with which it refuses.
    fn refused_with(&self) -> Vec<u16> {
        let mut statuses = self.refusals.to_vec();
        if !self.open {
            statuses.push(401);
        }
        if self.query.is_some() {
            statuses.push(422);
        }
        if self.path.contains('{') {
            statuses.push(404);
        }
        match self.body {
            Some(Content::Json(..)) => statuses.extend([400, 413, 415, 422]),
            Some(Content::Other(_)) => statuses.extend([400, 413, 415]),
            None => {}
        }
        statuses.sort_unstable();
        statuses.dedup();
        statuses
    }
}

impl Header {
    fn described(&self) -> Value {
        let schema = if self.needed {
            json!({ "type": "integer", "minimum": 0 })
        } else {
            json!({ "type": "string" })
        };
        json!({
            "name": self.name,
            "in": "header",
            "description": self.says,
            "required": self.needed,
            "schema": schema,
        })
    }
}

impl Content {
    fn of(&self, shapes: &mut SchemaGenerator) -> Value {
        match self {
            Self::Json(shape, None) => {
                json!({ "application/json": { "schema": shape(shapes) } })
            }
            Self::Json(shape, Some(example)) => {
                json!({ "application/json": { "schema": shape(shapes), "example": example } })
            }
            Self::Other(media_type) => json!({ *media_type: {} }),
        }
    }
}

fn problem(says: &str) -> Value {
    json!({
        "description": says,
        "content": { "application/problem+json": { "schema": problem_schema() } },
    })
}

fn problem_schema() -> Value {
    json!({ "$ref": "#/components/schemas/Problem" })
}

/// The fields of a type, as parameters of an address.
fn in_query(query: Shape, shapes: &mut SchemaGenerator) -> Vec<Value> {
    // A generator of its own: these types stand in no body.
    let mut inline = shapes.settings().clone();
    inline.inline_subschemas = true;
    let schema = query(&mut inline.into_generator()).to_value();
    let required = schema.get("required").and_then(Value::as_array);
    let is_required = |name: &str| required.is_some_and(|all| all.iter().any(|one| one == name));
    let properties = schema.get("properties").and_then(Value::as_object);
    let parameter = |(name, schema): (&String, &Value)| {
        let mut schema = schema.clone();
        let says = schema.as_object_mut();
        let says = says.and_then(|schema| schema.remove("description"));
        json!({
            "name": name,
            "in": "query",
            "description": says.unwrap_or_default().as_str().unwrap_or_default(),
            "required": is_required(name),
            "schema": schema,
        })
    };
    properties.into_iter().flatten().map(parameter).collect()
}
