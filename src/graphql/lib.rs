//! The GraphQL face: the schema over the domain, `POST /graphql`, and live updates.
//!
//! One file a feature, named as the feature. A resolver extracts, sends the command or the query
//! that every face sends, and shows what came back; no rule of the domain is here. Each request
//! reads one state of the school through its [`View`](view::View).

// The futures of the merged queries and mutations hold each other, one a feature.
#![recursion_limit = "256"]
#![expect(
    clippy::unused_async,
    reason = "the macro wants resolvers to be async; ours read a snapshot and wait for nothing"
)]

mod activity;
mod analytics;
mod api;
mod assignments;
mod audit;
mod comments;
mod connection;
mod cost;
mod courses;
mod discussions;
mod drafts;
mod enrollments;
mod errors;
mod extensions;
mod files;
mod grades;
mod http;
mod limits;
mod loaders;
mod modules;
mod node;
mod operations;
mod pages;
mod persisted;
mod progress;
mod rows;
mod scalars;
mod schema;
mod search;
mod sections;
mod sessions;
mod socket;
mod submissions;
mod terms;
mod users;
mod view;
mod written;

pub use api::{Api, Options};
pub use async_graphql::{Request, Response, Variables};
pub use http::refused;
pub use limits::PROBLEMS;
pub use socket::Takeover;
pub use written::Answer;

#[cfg(test)]
mod tests;
