//! What tests are told with: a school in memory, people of each role, a clock that they set,
//! tables of who may do what, and fixtures of records.

#![expect(clippy::panic, reason = "a test stops where it fails")]

mod cast;
mod clock;
mod fixture;
mod matrix;
mod school;

pub use cast::{Cast, Role};
pub use clock::ManualClock;
pub use fixture::fixture;
pub use matrix::Matrix;
pub use school::School;
