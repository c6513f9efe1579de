//! Who is asked: a school that is opened here, or a server that runs.

use std::path::Path;

use axum::Router;
use axum::body::{Body, Bytes, to_bytes};
use axum::http::header::CONTENT_TYPE;
use axum::http::{Method, Request, StatusCode};
use percent_encoding::{NON_ALPHANUMERIC, utf8_percent_encode};
use serde_json::Value;
use tower::ServiceExt;

use super::super::Place;
use super::server::{News, Server};
use super::show::at;
use crate::config::Config;
use crate::exit::Exit;
use crate::school::School;

/// The longest answer that is read, in bytes.
pub(in crate::cli) const ANSWER_BYTES_MAX: usize = 64 * 1024 * 1024;

/// Who answers.
pub(in crate::cli) enum Line {
    Here(Box<School>, Router),
    There(Server),
}

impl Line {
    /// Opens the school of a data directory, which must be there, to ask these routes over it.
    pub(in crate::cli) fn to_school(
        place: &Place,
        routes: impl FnOnce(&School, &Config) -> Result<Router, Exit>,
    ) -> Result<Self, Exit> {
        let config = place.existing()?;
        let school = School::open_to_read(&config.data_dir, config.cache_mib)
            .map_err(|exit| exit.or_when_in_use("ask the server that runs with --server URL"))?;
        let routes = routes(&school, &config)?;
        Ok(Self::Here(Box::new(school), routes))
    }

    /// Asks a running server as whom a token stands for.
    pub(in crate::cli) fn to_server(url: &str, token_file: Option<&Path>) -> Result<Self, Exit> {
        Ok(Self::There(Server::at(url, token_file)?))
    }

    /// What tells of messages under some subjects from now on: nothing where nobody else can
    /// publish meanwhile.
    pub(in crate::cli) async fn news(&self, subject: &str) -> Result<Option<News>, Exit> {
        match self {
            Self::Here(..) => Ok(None),
            Self::There(server) => server.news(subject).await.map(Some),
        }
    }

    /// Lets go of the data directory.
    pub(in crate::cli) fn close(self) {
        if let Self::Here(school, _) = self {
            school.close();
        }
    }

    /// Lets who answers take as long as reading the whole school takes.
    pub(in crate::cli) fn may_read_all(&mut self) {
        if let Self::There(server) = self {
            server.may_read_all();
        }
    }

    /// What a path shows.
    pub(in crate::cli) async fn get(&mut self, path: &str) -> Result<Value, Exit> {
        self.ask(Method::GET, path, None).await
    }

    /// What comes of a body that is sent to a path.
    pub(in crate::cli) async fn post(&mut self, path: &str, body: &Value) -> Result<Value, Exit> {
        self.ask(Method::POST, path, Some(body)).await
    }

    /// What is answered; a refusal is an error with its sentence and code.
    pub(in crate::cli) async fn ask(
        &mut self,
        method: Method,
        path: &str,
        body: Option<&Value>,
    ) -> Result<Value, Exit> {
        let bytes = body.map_or_else(Vec::new, |body| body.to_string().into_bytes());
        let request = Request::builder()
            .method(method)
            .uri(format!("/api/admin/{path}"))
            .header(CONTENT_TYPE, "application/json")
            .body(Body::from(bytes))
            .map_err(|error| Exit::new(Exit::USAGE, error.to_string()))?;
        let (status, bytes) = match self {
            Self::Here(_, routes) => answered(routes.clone(), request).await?,
            Self::There(server) => server.answer(request).await?,
        };
        let answer: Value = serde_json::from_slice(&bytes).unwrap_or_default();
        if status.is_success() && answer.is_object() {
            return Ok(answer);
        }
        Err(refused(status, &answer))
    }
}

async fn answered(routes: Router, request: Request<Body>) -> Result<(StatusCode, Bytes), Exit> {
    let Ok(answer) = routes.oneshot(request).await;
    let status = answer.status();
    let bytes = to_bytes(answer.into_body(), ANSWER_BYTES_MAX).await;
    let bytes = bytes.map_err(|error| Exit::new(Exit::IO, error.to_string()))?;
    Ok((status, bytes))
}

fn refused(status: StatusCode, answer: &Value) -> Exit {
    let (sentence, code) = (at(answer, "/detail").as_str(), at(answer, "/code").as_str());
    let (Some(sentence), Some(code)) = (sentence, code) else {
        let sentence = format!("the server answers with status {status}, and not as a school does");
        return Exit::new(Exit::UNAVAILABLE, sentence);
    };
    let exit = if matches!(status, StatusCode::UNAUTHORIZED | StatusCode::FORBIDDEN) {
        Exit::NO_PERMISSION
    } else if status.is_server_error() {
        Exit::UNAVAILABLE
    } else {
        Exit::DATA
    };
    Exit::new(exit, format!("{sentence} ({code})"))
}

/// A name or a value as a part of an address.
pub(in crate::cli) fn part(text: &str) -> impl std::fmt::Display + '_ {
    utf8_percent_encode(text, NON_ALPHANUMERIC)
}
