//! The face as a whole: documents in, answers out.

use std::fmt;
use std::sync::Arc;

use app::{Actor, App};
use assess::grading::NoteGradeReads;
use async_graphql::parser::types::{ExecutableDocument, OperationType};
use async_graphql::{Request, Response, ServerError, ValidationMode};
use courses::neighbours::Neighbours;
use futures_util::StreamExt;
use insight::search::Search;
use live::{Followed, Hub, Told};
use tokio::sync::watch;

use crate::cost;
use crate::errors;
use crate::limits;
use crate::operations::{Operation, Operations};
use crate::persisted::PersistedQueries;
use crate::rows::AsText;
use crate::schema::{self, Schema};
use crate::socket::{Asked, Query, Telling};
use crate::view::View;
use crate::written::Answer;

/// What the operator may choose.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Options {
    /// Whether documents may ask about the schema. It is published with the program, so that a
    /// server need not tell everybody.
    pub introspection: bool,
}

/// The GraphQL face of an application. A clone is the same one.
#[derive(Clone)]
pub struct Api {
    inner: Arc<Inner>,
}

struct Inner {
    app: App,
    options: Options,
    operations: Arc<Operations>,
    persisted: Arc<PersistedQueries>,
    hub: Arc<Hub>,
    /// Validates every document.
    any: Schema,
    /// Executes registered documents, whose validity a test has shown.
    known: Schema,
    neighbours: Neighbours,
    search: Arc<Search>,
}

/// A document that may be executed, and by which schema.
pub(crate) struct Prepared<'a> {
    schema: &'a Schema,
    request: Request,
    /// Whether nothing of it is merged with anything.
    distinct: bool,
}

impl fmt::Debug for Api {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Api")
            .field("options", &self.inner.options)
            .finish_non_exhaustive()
    }
}

impl Api {
    /// The face of this application, as the operator wants it, with what the areas that build on
    /// courses do for a course as a whole, and search over it.
    pub fn with(app: App, options: Options, neighbours: Neighbours, search: Arc<Search>) -> Self {
        let inner = Inner {
            hub: Hub::new(app.clone()),
            app,
            options,
            operations: Arc::new(Operations::parse()),
            persisted: Arc::new(PersistedQueries::new()),
            any: schema::build(ValidationMode::Strict, options.introspection),
            known: schema::build(ValidationMode::Fast, options.introspection),
            neighbours,
            search,
        };
        Self {
            inner: Arc::new(inner),
        }
    }

    /// The same face over another application: what was parsed and built stands for both.
    #[must_use]
    pub fn over(&self, app: App, search: Arc<Search>) -> Self {
        let inner = Inner {
            hub: Hub::new(app.clone()),
            app,
            options: self.inner.options,
            neighbours: self.inner.neighbours,
            search,
            operations: Arc::clone(&self.inner.operations),
            persisted: Arc::clone(&self.inner.persisted),
            any: self.inner.any.clone(),
            known: self.inner.known.clone(),
        };
        Self {
            inner: Arc::new(inner),
        }
    }

    /// The request with what resolvers need beside their view.
    fn equipped(&self, request: Request) -> Request {
        let search = Arc::clone(&self.inner.search);
        request.data(self.inner.neighbours).data(search)
    }

    /// Follows the event log for live updates, until told to stop. While nobody does this,
    /// subscriptions are told nothing.
    pub async fn follow(&self, stop: watch::Receiver<bool>) -> kernel::Result<()> {
        self.inner.hub.follow(stop).await
    }

    pub(crate) fn app(&self) -> &App {
        &self.inner.app
    }

    /// What tells of what happens as it happens, for other faces as well.
    pub fn hub(&self) -> &Arc<Hub> {
        &self.inner.hub
    }

    /// Documents by their hashes.
    pub(crate) fn persisted(&self) -> &PersistedQueries {
        &self.inner.persisted
    }

    /// Executes a document: any, or with only its name a registered one.
    pub async fn execute(&self, actor: Actor, request: Request) -> Response {
        let view = View::new(self.inner.app.clone(), actor);
        self.execute_over(view, self.prepare(request)).await
    }

    /// Executes a document for an answer that is only to be written.
    pub async fn answer(&self, actor: Actor, request: Request) -> Answer {
        let view = View::new(self.inner.app.clone(), actor);
        let mut prepared = self.prepare(request);
        if let Ok(prepared) = &mut prepared
            && prepared.distinct
        {
            prepared.request.data.insert(AsText);
        }
        Answer(self.execute_over(view, prepared).await)
    }

    /// Executes a document over one state of the school.
    pub(crate) async fn execute_over(
        &self,
        view: Arc<View>,
        prepared: Result<Prepared<'_>, ServerError>,
    ) -> Response {
        match prepared {
            Ok(Prepared {
                schema, request, ..
            }) => {
                let request = request.data(Arc::clone(&view));
                let answer = schema.execute(self.equipped(request)).await;
                match self.note_reads(&view).await {
                    Ok(()) => limits::told(answer),
                    Err(error) => Response::from_errors(vec![error]),
                }
            }
            Err(error) => Response::from_errors(vec![error]),
        }
    }

    /// Writes down whose grades are in an answer. It leaves only then.
    async fn note_reads(&self, view: &View) -> Result<(), ServerError> {
        let reads = view.take_grade_reads();
        if reads.is_empty() {
            return Ok(());
        }
        let note = NoteGradeReads { reads };
        let noted = self.inner.app.run(view.actor().clone(), note).await;
        noted.map_err(errors::of_document)
    }

    /// What a subscription asks for, after making sure that it is one and that the viewer may be
    /// told of it.
    pub(crate) async fn begin(
        &self,
        view: Arc<View>,
        asked: Asked,
    ) -> Result<(Query, Option<Followed>), Vec<ServerError>> {
        let mut request = Request::new(asked.query).variables(asked.variables);
        request.operation_name = asked.operation_name;
        let document = self.read(&mut request).map_err(|error| vec![error])?;
        if !is_subscription(&document) {
            return Err(vec![limits::refusal(limits::SUBSCRIPTION_EXPECTED)]);
        }
        let query = Query {
            document,
            operation_name: request.operation_name.clone(),
            variables: request.variables.clone(),
        };
        let telling = Telling::begin();
        let request = request.data(view).data(Arc::clone(&telling));
        let mut answers = self.inner.any.execute_stream(request);
        while let Some(answer) = answers.next().await {
            if !answer.errors.is_empty() {
                return Err(limits::told(answer).errors);
            }
        }
        Ok((query, telling.wanted()))
    }

    /// What a subscription has to tell of something that happened.
    pub(crate) async fn tell(&self, view: Arc<View>, query: Query, told: Told) -> Vec<Response> {
        let mut request = Request::new(String::new()).variables(query.variables);
        request.operation_name = query.operation_name;
        request.set_parsed_query(query.document);
        let telling = Arc::new(Telling::Tell(told));
        let request = request.data(Arc::clone(&view)).data(telling);
        // Its validity was shown when it began.
        let answers = self.inner.known.execute_stream(request);
        let answers = answers.map(limits::told).collect().await;
        match self.note_reads(&view).await {
            Ok(()) => answers,
            Err(error) => vec![Response::from_errors(vec![error])],
        }
    }

    /// The schema in its own language, as it is published.
    pub fn sdl() -> String {
        let options = async_graphql::SDLExportOptions::new()
            .include_specified_by()
            .prefer_single_line_descriptions()
            .use_space_ident();
        schema::build(ValidationMode::Strict, false).sdl_with_options(options)
    }

    pub(crate) fn prepare(&self, mut request: Request) -> Result<Prepared<'_>, ServerError> {
        let operations = &self.inner.operations;
        if request.query.trim().is_empty() {
            let name = request.operation_name.as_ref();
            let name = name.ok_or_else(|| limits::refusal(limits::QUERY_MISSING))?;
            let operation = operations.named(name);
            let operation = operation.ok_or_else(|| limits::refusal(limits::OPERATION_UNKNOWN))?;
            return Ok(self.registered(operation, request));
        }
        if let Some(operation) = operations.with_text(&request.query) {
            return Ok(self.registered(operation, request));
        }
        let document = self.read(&mut request)?;
        if is_subscription(&document) {
            return Err(limits::refusal(limits::SUBSCRIPTION_NEEDS_SOCKET));
        }
        Ok(Prepared {
            schema: &self.inner.any,
            request,
            distinct: false,
        })
    }

    /// The document of a request that is not registered, if it may be asked.
    fn read(&self, request: &mut Request) -> Result<ExecutableDocument, ServerError> {
        cost::refuse_long(&request.query)?;
        let document = request
            .parsed_query()
            .map_err(|error| limits::syntax_error(&error))?
            .clone();
        if !self.inner.options.introspection {
            limits::refuse_introspection(&document)?;
        }
        cost::refuse_costly(&document, &request.variables)?;
        Ok(document)
    }

    fn registered(&self, operation: &Operation, mut request: Request) -> Prepared<'_> {
        request.set_parsed_query(operation.document.clone());
        let operations = &self.inner.operations;
        let schema = if operations.need_no_validation(operation, &request.variables) {
            &self.inner.known
        } else {
            &self.inner.any
        };
        Prepared {
            schema,
            request,
            distinct: operation.distinct,
        }
    }
}

fn is_subscription(document: &ExecutableDocument) -> bool {
    let mut operations = document.operations.iter();
    operations.any(|(_, operation)| operation.node.ty == OperationType::Subscription)
}
