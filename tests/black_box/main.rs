//! Black box: the real binary, a real port, a data directory of its own, HTTP from outside.
//!
//! The one integration test binary of the project: add files here, not binaries beside it.

mod command_line;
mod crash;
mod running;
mod school_day;
