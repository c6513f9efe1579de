//! The routes described, as OpenAPI 3.1.
//!
//! A [`Route`] is registered together with its description, so that there is none without. What
//! bodies look like is read from their types; [`shapes`] stands in for types of the domain, which
//! knows nothing of this.

mod document;
pub(crate) mod shapes;

use axum::Router;
use axum::extract::DefaultBodyLimit;
use axum::handler::Handler;
use axum::routing::{self, MethodFilter, MethodRouter};
use schemars::{JsonSchema, Schema, SchemaGenerator};
use serde::Serialize;
use serde::de::DeserializeOwned;
use serde_json::Value;

pub use document::document;

/// A route with its description.
pub struct Route<S = ()> {
    operation: Operation,
    handler: MethodRouter<S>,
}

/// What a route does, for people and for programs that write clients.
#[derive(Debug, Clone)]
pub struct Operation {
    method: Method,
    path: &'static str,
    summary: &'static str,
    /// Whether it can be asked without a session as well.
    open: bool,
    query: Option<Shape>,
    headers: Vec<Header>,
    body: Option<Content>,
    body_needed: bool,
    answers: Vec<Answer>,
    refusals: &'static [u16],
    /// What a refusal looks like that is no problem document.
    refusal: Option<Shape>,
}

/// A header that it reads.
#[derive(Debug, Clone, Copy)]
struct Header {
    name: &'static str,
    says: &'static str,
    /// Whether it must be there, and is a number.
    needed: bool,
}

/// The methods that routes have.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Method {
    Get,
    Post,
    Put,
    Patch,
    Delete,
}

impl Method {
    fn name(self) -> &'static str {
        match self {
            Self::Get => "get",
            Self::Post => "post",
            Self::Put => "put",
            Self::Patch => "patch",
            Self::Delete => "delete",
        }
    }

    fn filter(self) -> MethodFilter {
        match self {
            Self::Get => MethodFilter::GET,
            Self::Post => MethodFilter::POST,
            Self::Put => MethodFilter::PUT,
            Self::Patch => MethodFilter::PATCH,
            Self::Delete => MethodFilter::DELETE,
        }
    }
}

type Shape = fn(&mut SchemaGenerator) -> Schema;

/// What a body holds.
#[derive(Debug, Clone)]
enum Content {
    Json(Shape, Option<Value>),
    Other(&'static str),
}

#[derive(Debug, Clone)]
struct Answer {
    status: u16,
    says: &'static str,
    content: Option<Content>,
}

fn shape<T: JsonSchema>(shapes: &mut SchemaGenerator) -> Schema {
    shapes.subschema_for::<T>()
}

impl Operation {
    /// `GET` of a path.
    pub fn get(path: &'static str, summary: &'static str) -> Self {
        Self::of(Method::Get, path, summary)
    }

    /// `POST` to a path.
    pub fn post(path: &'static str, summary: &'static str) -> Self {
        Self::of(Method::Post, path, summary)
    }

    /// `PUT` of a path.
    pub fn put(path: &'static str, summary: &'static str) -> Self {
        Self::of(Method::Put, path, summary)
    }

    /// `PATCH` of a path.
    pub fn patch(path: &'static str, summary: &'static str) -> Self {
        Self::of(Method::Patch, path, summary)
    }

    /// `DELETE` of a path.
    pub fn delete(path: &'static str, summary: &'static str) -> Self {
        Self::of(Method::Delete, path, summary)
    }

    fn of(method: Method, path: &'static str, summary: &'static str) -> Self {
        Self {
            method,
            path,
            summary,
            open: false,
            query: None,
            headers: Vec::new(),
            body: None,
            body_needed: true,
            answers: Vec::new(),
            refusals: &[],
            refusal: None,
        }
    }

    /// The method, in small letters.
    pub fn method(&self) -> &'static str {
        self.method.name()
    }

    /// The path, with parameters in braces.
    pub fn path(&self) -> &'static str {
        self.path
    }

    /// It needs no session.
    #[must_use]
    pub fn open(mut self) -> Self {
        self.open = true;
        self
    }

    /// The parameters of its address.
    #[must_use]
    pub fn query<T: JsonSchema>(mut self) -> Self {
        self.query = Some(shape::<T>);
        self
    }

    /// A header that it reads.
    #[must_use]
    pub fn header(mut self, name: &'static str, says: &'static str) -> Self {
        self.headers.push(Header {
            name,
            says,
            needed: false,
        });
        self
    }

    /// A header that it needs, a whole number.
    #[must_use]
    pub fn needs_number(mut self, name: &'static str, says: &'static str) -> Self {
        self.headers.push(Header {
            name,
            says,
            needed: true,
        });
        self
    }

    /// The body that it takes, with an example.
    #[must_use]
    pub fn takes<T: JsonSchema + DeserializeOwned>(mut self, example: Value) -> Self {
        debug_assert!(T::deserialize(&example).is_ok(), "{}: {example}", self.path);
        self.body = Some(Content::Json(shape::<T>, Some(example)));
        self
    }

    /// It takes a body of another type.
    #[must_use]
    pub fn takes_bytes(mut self, media_type: &'static str) -> Self {
        self.body = Some(Content::Other(media_type));
        self
    }

    /// It does something without a body as well.
    #[must_use]
    pub fn or_nothing(mut self) -> Self {
        self.body_needed = false;
        self
    }

    /// What it answers.
    #[must_use]
    pub fn answers<T: JsonSchema + Serialize>(self, status: u16, says: &'static str) -> Self {
        self.answer(status, says, Some(Content::Json(shape::<T>, None)))
    }

    /// It answers something of another type.
    #[must_use]
    pub fn answers_bytes(self, status: u16, says: &'static str, media_type: &'static str) -> Self {
        self.answer(status, says, Some(Content::Other(media_type)))
    }

    /// It answers without a body.
    #[must_use]
    pub fn answers_nothing(self, status: u16, says: &'static str) -> Self {
        self.answer(status, says, None)
    }

    fn answer(mut self, status: u16, says: &'static str, content: Option<Content>) -> Self {
        self.answers.push(Answer {
            status,
            says,
            content,
        });
        self
    }

    /// The statuses with which it refuses, beside those that follow from the rest.
    #[must_use]
    pub fn refuses(mut self, statuses: &'static [u16]) -> Self {
        self.refusals = statuses;
        self
    }

    /// It refuses in a form of its own as well.
    #[must_use]
    pub fn refuses_as<T: JsonSchema + Serialize>(mut self) -> Self {
        self.refusal = Some(shape::<T>);
        self
    }

    /// Who answers.
    pub fn by<S, T: 'static>(self, handler: impl Handler<T, S>) -> Route<S>
    where
        S: Clone + Send + Sync + 'static,
    {
        Route {
            handler: routing::on(self.method.filter(), handler),
            operation: self,
        }
    }
}

impl<S: Clone + Send + Sync + 'static> Route<S> {
    /// Without a limit of the body: the handler has limits of its own.
    pub(crate) fn unlimited(mut self) -> Self {
        self.handler = self.handler.layer(DefaultBodyLimit::disable());
        self
    }

    /// With a limit of the body, in bytes, other than that of all.
    pub(crate) fn limited(mut self, bytes_max: usize) -> Self {
        self.handler = self.handler.layer(DefaultBodyLimit::max(bytes_max));
        self
    }

    /// What it does.
    pub fn operation(&self) -> &Operation {
        &self.operation
    }
}

/// The router of these routes.
pub fn router<S: Clone + Send + Sync + 'static>(routes: Vec<Route<S>>) -> Router<S> {
    let mut router = Router::new();
    for route in routes {
        router = router.route(route.operation.path, route.handler);
    }
    router
}
