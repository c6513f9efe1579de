//! Assessment: work that is set, handed in and graded.

pub mod assignments;
pub mod grading;
pub mod submissions;

use app::Feature;

/// The features of this area.
pub static FEATURES: &[&Feature] = &[
    &assignments::FEATURE,
    &submissions::FEATURE,
    &grading::FEATURE,
];

#[cfg(test)]
mod tests;
