//! Taking a course over from a package: what [`interchange`](crate::interchange) read becomes
//! records, in one commit.
//!
//! Everything slow happens before: pages are made safe, links are pointed at the new ids, files go
//! to disk under their hash. The command itself only puts records.

mod import_course;
mod prepare;

pub use self::import_course::{
    ImportCourse, ImportedAssignment, ImportedItem, ImportedModule, ImportedTopic,
};
pub use self::prepare::{PrepareError, Prepared, Step, prepare};

#[cfg(test)]
mod tests;
