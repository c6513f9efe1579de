//! The words that all of `EduSphere` shares: ids, time, errors and problem codes, pages and cursors.
//!
//! Pure: no I/O beyond reading the clock, no runtime, nothing of schools.

mod change;
mod clock;
mod error;
mod id;
mod network;
mod page;
mod request;

pub use change::Change;
pub use clock::{Clock, SystemClock, Timestamp};
pub use error::{Error, Fault, Problem, ProblemKind, Refusal, Result, problems};
pub use id::{Id, IdError, Kind, Uuid7};
pub use network::network;
pub use page::{Cursor, Page, PageRequest};
pub use request::RequestId;
