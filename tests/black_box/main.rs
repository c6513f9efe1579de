//! Black box: the real binary, a real port, a data directory of its own, HTTP from outside.
//!
//! The one integration test binary of the project: add files here, not binaries beside it.

#![expect(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    clippy::panic,
    clippy::print_stdout,
    reason = "a test stops where it fails, and says what it skipped"
)]

mod accounts;
mod bad_input;
mod boundaries;
mod canary;
mod command_line;
mod course_life;
mod crash;
mod desk;
mod edge;
mod event_log;
mod events;
mod extract;
mod flips;
mod live;
mod loss;
mod power;
mod rosters;
mod running;
mod school_day;
mod search;
mod search_service;
mod settings;
mod uploads;
mod webhooks;
