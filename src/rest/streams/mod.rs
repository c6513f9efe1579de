//! The event log, for administrators: its streams, what they hold, and who follows them.
//!
//! These routes need nothing but the application: the command line asks them without a server.

mod consumers;
mod dead_letters;
mod messages;
mod setup;

use app::{Actor, App};
use assess::grading::{GradeReads, NoteGradeReads};
use axum::extract::FromRef;
use eventlog::Message;
use kernel::{PageRequest, Result};
use schemars::JsonSchema;
use serde::Serialize;

use crate::openapi::Route;
use crate::problem::INVALID_BODY;

/// The routes.
pub(crate) fn routes<S>() -> Vec<Route<S>>
where
    S: Clone + Send + Sync + 'static,
    App: FromRef<S>,
{
    let parts = [
        setup::routes(),
        messages::routes(),
        consumers::routes(),
        dead_letters::routes(),
    ];
    parts.into_iter().flatten().collect()
}

/// Has it noted whose grades somebody is about to be shown with these messages.
pub(crate) async fn note_grades(app: &App, actor: &Actor, messages: Vec<&Message>) -> Result<()> {
    let mut reads = GradeReads::default();
    for message in messages {
        reads.add_told(actor, message);
    }
    if reads.is_empty() {
        return Ok(());
    }
    app.run(actor.clone(), NoteGradeReads { reads }).await
}

/// How many of them it was done to.
#[derive(Serialize, JsonSchema)]
struct Count {
    count: u64,
}

/// How many entries a page has: 1 to 100, 20 unless it is said.
fn page_size(first: Option<i64>) -> Result<usize> {
    Ok(PageRequest::parse(first, None)?.size())
}

/// The name that a body may repeat must be that of its address.
fn named<'a>(in_path: &'a str, in_body: &str) -> Result<&'a str> {
    if in_body.is_empty() || in_body == in_path {
        return Ok(in_path);
    }
    let sentence = "The name is that of the address and cannot be changed; leave it out.";
    Err(INVALID_BODY.because(sentence))
}
