//! What tests are told with: a school in memory, a clock that they set, and fixtures of records.

#![expect(clippy::panic, reason = "a test stops where it fails")]

mod clock;
mod fixture;
mod school;

pub use clock::ManualClock;
pub use fixture::fixture;
pub use school::School;
